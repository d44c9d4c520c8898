"""Exports that are ordered, until they are complete."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.orders import Order, Orders

GROUP, SUPERGROUP, AYSE, CAN = -7, -1007, 1, 2
ORDER = Order(GROUP, AYSE, "Grup 2026-11-22", "tr")


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Orders]:
    with closing(Orders.in_folder(tmp_path)) as opened:
        yield opened


def test_an_order_and_how_far_it_is_are_there_for_the_next_process(
    orders: Orders, tmp_path: Path
) -> None:
    orders.keep(ORDER)
    further = replace(ORDER, parts=2, last_id=40, is_whole=False, attempts=1)
    orders.note(further)
    with closing(Orders.in_folder(tmp_path)) as after:
        assert after.all() == [further]


def test_a_chat_has_one_order_at_a_time(orders: Orders) -> None:
    other = replace(ORDER, chat_id=CAN)
    for order in (ORDER, other):
        assert orders.keep(order) == order
    assert orders.keep(replace(ORDER, person_id=CAN)) == ORDER
    orders.erase(GROUP)
    assert orders.all() == [other]


def test_what_is_noted_of_an_order_that_is_erased_does_not_bring_it_back(orders: Orders) -> None:
    orders.keep(ORDER)
    orders.erase(GROUP)
    orders.note(replace(ORDER, parts=1))
    assert orders.all() == []


def test_an_erased_order_is_off_the_disk(orders: Orders, tmp_path: Path) -> None:
    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    orders.keep(ORDER)
    assert ORDER.name.encode() in on_disk()
    orders.erase(GROUP)
    assert ORDER.name.encode() not in on_disk()


def test_the_order_of_a_group_goes_with_it_and_twice_is_as_once(orders: Orders) -> None:
    moved = replace(ORDER, chat_id=SUPERGROUP)
    orders.keep(ORDER)
    assert orders.move_chat(GROUP, SUPERGROUP) == moved
    assert orders.move_chat(GROUP, SUPERGROUP) is None
    assert orders.all() == [moved]
