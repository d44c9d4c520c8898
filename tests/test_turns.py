"""Whose update is handled when."""

import asyncio
from typing import Any

import pytest
from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberMember,
    ChatMemberUpdated,
    Document,
    InlineQuery,
    Message,
    Update,
    User,
)

from bot.turns import Place, Turns, place_of

ALL: Any = None  # a date that nobody looks at


def update(number: int, chat_id: int | None) -> Update:
    if chat_id is None:
        return Update(number)
    return Update(number, message=Message(number, ALL, Chat(chat_id, "private")))


class Handling:
    """Notes what begins; what is held goes on when it is let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.held: dict[int, asyncio.Event] = {}

    async def __call__(self, update: Update) -> None:
        self.begun.append(update.update_id)
        if update.update_id in self.held:
            await self.held[update.update_id].wait()
        self.done.append(update.update_id)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_chats_updates_are_handled_in_order_and_other_chats_meanwhile() -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling)
    for number, chat in [(1, 7), (2, 7), (3, 8), (4, None), (5, 7)]:
        assert await turns.add(update(number, chat))
    await settle()
    assert handling.done == [3, 4]
    handling.held[1].set()
    await settle()
    assert handling.done == [3, 4, 1, 2, 5]
    await turns.add(update(6, 7))
    await settle()
    assert handling.done[-1] == 6


async def test_many_slow_chats_hold_up_no_other() -> None:
    handling = Handling()
    handling.held = dict.fromkeys(range(100), asyncio.Event())
    turns = Turns(handling)
    for number in range(101):
        await turns.add(update(number, chat_id=number + 1))
    await settle()
    assert handling.done == [100]
    await turns.close(0)


async def test_what_does_not_fit_into_memory_waits_outside() -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling, at_most=2)
    await turns.add(update(1, 7))
    await turns.add(update(2, 7))
    third = asyncio.create_task(turns.add(update(3, 8)))
    await settle()
    assert not third.done()
    handling.held[1].set()
    assert await third
    await settle()
    assert handling.done == [1, 2, 3]


async def test_who_floods_the_bot_loses_the_newest_and_nobody_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling, at_most=4, of_one=3)
    assert [await turns.add(update(number, 7)) for number in (1, 2, 3)] == 3 * [True]
    assert not await turns.add(update(4, 7))
    assert not await turns.add(update(5, 7))
    assert await turns.add(update(6, 8))
    await settle()
    assert handling.done == [6]
    handling.held[1].set()
    await settle()
    assert handling.done == [6, 1, 2, 3]
    assert caplog.messages == [
        "2 updates of one chat were left unanswered: it had 3 waiting already"
    ]
    assert await turns.add(update(7, 7))


async def test_a_group_that_moves_is_known_however_much_is_asked_there() -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling, of_one=1)
    chat = Chat(-7, "group")
    assert await turns.add(update(1, -7))
    assert not await turns.add(update(2, -7))
    move = Message(3, ALL, chat, migrate_to_chat_id=-8)
    assert await turns.add(Update(3, message=move))
    handling.held[1].set()
    await settle()
    assert handling.done == [1, 3]


async def test_no_file_is_lost_however_many_come_at_once() -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling, of_one=1)
    assert await turns.add(update(1, 7))
    file = Message(2, ALL, Chat(7, "private"), document=Document("F", "U"))
    assert await turns.add(Update(2, message=file))
    handling.held[1].set()
    await settle()
    assert handling.done == [1, 2]


async def test_suspects_keep_their_places_and_are_handled_one_after_another() -> None:
    handling = Handling()
    handling.held = {1: asyncio.Event(), 2: asyncio.Event()}
    turns = Turns(handling)
    for number, chat, is_suspect in [(1, 7, True), (2, 8, True), (3, 8, False), (4, 9, False)]:
        await turns.add(update(number, chat), is_suspect=is_suspect)
    await settle()
    assert handling.begun == [1, 4]
    handling.held[1].set()
    await settle()
    assert handling.begun == [1, 4, 2]
    handling.held[2].set()
    await settle()
    assert handling.done == [4, 1, 2, 3]


async def test_closing_finishes_what_is_in_hand_and_begins_nothing() -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling)
    await turns.add(update(1, 7))
    await turns.add(update(2, 7))
    await settle()
    asyncio.get_running_loop().call_later(0.05, handling.held[1].set)
    await turns.close(5)
    assert handling.begun == handling.done == [1]


async def test_closing_gives_up_what_takes_too_long_and_lets_go_who_waits_for_room() -> None:
    handling = Handling()
    handling.held[1] = asyncio.Event()
    turns = Turns(handling, at_most=1)
    await turns.add(update(1, 7))
    waits = asyncio.create_task(turns.add(update(2, 8)))
    await settle()
    await turns.close(0.01)
    await asyncio.wait_for(waits, 1)
    assert handling.begun == [1]
    assert handling.done == []


def test_each_kind_of_update_has_its_place() -> None:
    person, group = User(5, "Ayşe", False), Chat(-7, "group")
    message = Message(1, ALL, group, from_user=person)
    assert place_of(Update(1, message=message)) == Place(("chat", -7), ("chat", -7))
    assert place_of(Update(1, edited_message=message)) == Place(("chat", -7), ("chat", -7))
    member = ChatMemberMember(person)
    change = ChatMemberUpdated(group, person, ALL, member, member)
    there = Place(("place", "chat", -7), ("chat", -7))
    assert place_of(Update(1, my_chat_member=change)) == there
    press = CallbackQuery("9", person, "x", message=message)
    assert place_of(Update(1, callback_query=press)) == Place(("press", "9"), ("presses", -7))
    press = CallbackQuery("9", person, "x", inline_message_id="a")
    assert place_of(Update(1, callback_query=press)) == Place(("press", "9"), ("presses", 5))
    query = InlineQuery("3", person, "ne", "")
    assert place_of(Update(1, inline_query=query)).owner == ("inline", 5)
    guest = Message(1, ALL, group, from_user=person, guest_query_id="g")
    assert place_of(Update(1, guest_message=guest)) == Place(("guest", "g"), ("guests", -7))
