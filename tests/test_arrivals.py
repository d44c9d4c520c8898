"""Updates between Telegram and the handlers: kept, read, handed out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, Message, Update

from bot.arrivals import Arrivals
from bot.inbox import Inbox, JsonUpdate
from bot.turns import Turns


def update(number: int, text: str = "soru", chat: int = 7) -> JsonUpdate:
    where = {"id": chat, "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1, "chat": where, "text": text},
    }


class Bench:
    """An inbox, turns and arrivals; notes what is handled, and keeps what is told to last."""

    def __init__(self, folder: Path, **of_turns: Any) -> None:
        self.inbox = Inbox(folder)
        self.turns = Turns(self._handle, **of_turns)
        self.arrivals = Arrivals(Bot("1:T"), self.inbox, self.turns, self._is_wanted)
        self.begun: list[int] = []
        self.messages: list[Message] = []
        self.lasting: set[int] = set()
        self.strange: set[int] = set()

    async def _handle(self, update: Update) -> None:
        self.begun.append(update.update_id)
        if update.message:
            self.messages.append(update.message)
        self.inbox.begin(update.update_id)
        if update.update_id in self.lasting:
            await asyncio.sleep(60)
        self.inbox.finish(update.update_id)

    def _is_wanted(self, update: Update) -> bool:
        if update.update_id in self.strange:
            raise TypeError("an offset is a text")
        return not (update.message and update.message.text == "sohbet")

    async def settle(self) -> None:
        for _ in range(30):
            await asyncio.sleep(0)

    def kept(self) -> list[int]:
        return [kept.id for kept in self.inbox.unfinished()]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    await made.turns.close(0)
    made.inbox.close()


async def test_what_is_new_is_handed_out_once(bench: Bench) -> None:
    await bench.arrivals.take([update(1), update(2), update(2)])
    await bench.arrivals.take([update(2), update(3)])
    await bench.settle()
    assert bench.begun == [1, 2, 3]
    assert bench.kept() == []


async def test_what_is_not_for_the_bot_is_neither_kept_nor_handled(bench: Bench) -> None:
    bench.lasting = {2}
    await bench.arrivals.take([update(1, "sohbet"), update(2), update(3, "sohbet")])
    await bench.settle()
    assert bench.begun == [2]
    assert bench.kept() == [2]
    assert bench.inbox.add([update(1), update(3)]) == [update(1), update(3)]  # unknown so far


async def test_what_cannot_be_read_is_kept_for_a_version_that_can(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.arrivals.take([{"update_id": 1, "message": ["new"]}, update(2)])
    await bench.settle()
    assert bench.begun == [2]
    assert bench.kept() == [1]
    assert "Update 1 cannot be understood" in caplog.text


@pytest.mark.parametrize("kind", ["message", "edited_message"])
async def test_talk_of_a_group_that_cannot_be_read_is_not_kept(bench: Bench, kind: str) -> None:
    talk = {"chat": {"id": -7, "type": "supergroup"}, "text": "aramızda"}  # without a date
    await bench.arrivals.take([{"update_id": 1, kind: talk}, update(2)])
    await bench.settle()
    assert bench.begun == [2]
    assert bench.kept() == []


@pytest.mark.parametrize("date", [10**18, -(10**14), 10**400, "dün"])
async def test_no_date_ends_the_bot(bench: Bench, date: Any) -> None:
    strange = update(1)
    strange["message"]["date"] = date
    await bench.arrivals.take([strange, update(2)])
    await bench.settle()
    assert bench.begun == [2]


async def test_no_depth_ends_the_bot(bench: Bench) -> None:
    strange = update(1)
    for _ in range(800):
        strange["message"] = {**update(1)["message"], "reply_to_message": strange["message"]}
    await bench.arrivals.take([strange, update(2)])
    await bench.settle()
    assert bench.begun == [2]


async def test_what_is_not_as_it_should_be_is_not_for_the_bot(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.strange = {1}
    await bench.arrivals.take([update(1), update(2)])
    await bench.settle()
    assert bench.begun == [2]
    assert bench.kept() == []
    assert "Update 1 is not what it should be" in caplog.text


async def test_half_a_character_is_replaced_and_moves_nothing(bench: Bench) -> None:
    strange = update(1, "a\ud83d b\udc00\ud83d 😀 c")
    strange["message"]["entities"] = [{"type": "bold", "offset": 10, "length": 1}]
    await bench.arrivals.take([strange])
    await bench.settle()
    (message,) = bench.messages
    assert message.text == "a? b?? 😀 c"
    assert list(message.parse_entities().values()) == ["c"]


async def test_what_is_refused_needs_nothing_more(tmp_path: Path) -> None:
    bench = Bench(tmp_path, of_one=1)
    bench.lasting = {1}
    await bench.arrivals.take([update(1), update(2), update(3, chat=8)])
    await bench.settle()
    assert bench.begun == [1, 3]
    assert bench.kept() == [1]
    await bench.turns.close(0)
    bench.inbox.close()


async def test_an_update_that_ends_the_process_time_and_again_is_given_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[list[int]] = []
    for start in range(6):
        bench = Bench(tmp_path)
        bench.lasting = {1, 2} if start < 2 else {1}  # 2 was in hand with it, and is innocent
        if not start:
            await bench.arrivals.take([update(1), update(2, chat=8), update(3, chat=9)])
        else:
            await bench.arrivals.resume()
        await bench.settle()
        begun.append(bench.begun)
        # It dies here: nothing is put back.
        bench.inbox.close()
        await bench.turns.close(0)
    assert begun == [[1, 2, 3], [1, 2], [1], [1], [1], [2]]
    assert "Update 1 ended 5 processes: given up" in caplog.text
    with Inbox(tmp_path) as inbox:
        assert inbox.unfinished() == []
