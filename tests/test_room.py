"""Limits that keep a small server going: what one chat may fill, and a disk that becomes full."""

import logging
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

import bot.reading
import bot.telling
from bot.jobs import Jobs, Task
from bot.localization import say
from bot.receipts import error_sentence
from bot.rights import collection_of
from bot.room import Room
from embeddings.encoder import BundledEncoder
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.serving import serving

RULES = "Ödünç alınan kitaplar on beş gün içinde geri verilir."
MUSEUM = "Müze saat onda açılır. Müze biletleri dört avrodur."
QUESTION = "Ödünç alınan kitaplar kaç gün içinde geri verilir?"


class Usage(NamedTuple):
    """As of shutil.disk_usage."""

    total: int
    used: int
    free: int


class Disk:
    """A disk as it is to seem: with room, or with one byte less than is wanted."""

    def __init__(self) -> None:
        self.free = 500 << 20

    def fill(self) -> None:
        self.free = (500 << 20) - 1

    def clear(self) -> None:
        self.free = 500 << 20

    def usage(self, _: Path) -> Usage:
        return Usage(1 << 40, 0, self.free)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(shutil, "disk_usage", disk.usage)
    monkeypatch.setattr(bot.reading, "_RETRY_S", 0.05)
    return disk


@pytest.fixture
def load(tmp_path: Path) -> Callable[[], Library]:
    encoder = BundledEncoder()
    return lambda: Library(tmp_path, encoder)


async def send(chat: Chat, user: User, name: str, text: str) -> Msg:
    return await chat.send(user, document=(name, text.encode()))


async def told(chat: Chat, text: str) -> Msg:
    """The bot's next message, when it holds a text."""
    message = await chat.next_bot_message()
    return await message.wait(lambda shown: text in shown.text)


def passages_in(load: Callable[[], Library], collection: str) -> int:
    with closing(load()) as library:
        return library.count([collection]).passages


async def test_a_chat_that_is_full_is_told_so_and_takes_something_when_it_has_removed_something(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, load: Callable[[], Library]
) -> None:
    async with serving(tg, tmp_path, load, chat_passages=1):
        await send(chat, ayse, "kurallar.txt", RULES)
        receipt = await told(chat, "Eklendi")
        await send(chat, ayse, "müze.txt", MUSEUM)
        refused = await told(chat, "müze.txt")
        assert refused.text == f"müze.txt\n{error_sentence('full', 'tr', 1)}"
        assert " 1 parça " in refused.text
        await chat.send(ayse, f"/add {MUSEUM}")
        await told(chat, error_sentence("full", "tr", 1))
        # What is there already is no more, and takes nobody's place.
        await send(chat, ayse, "kurallar.txt", RULES)
        await told(chat, say("tr", "telegram-add-already"))
        assert passages_in(load, collection_of(chat.id)) == 1
        await receipt.press(say("tr", "telegram-add-undo"))
        await send(chat, ayse, "müze.txt", MUSEUM)
        await told(chat, "Eklendi")


async def test_what_operators_collect_has_no_limit(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, load: Callable[[], Library]
) -> None:
    operators = frozenset({ayse.id})
    async with serving(tg, tmp_path, load, chat_passages=1, operators=operators):
        for name, text in {"a.txt": RULES, "b.txt": MUSEUM}.items():
            await send(chat, ayse, name, text)
            await told(chat, "Eklendi")
    assert passages_in(load, collection_of(chat.id)) == 2


async def test_a_post_of_a_full_channel_is_not_read_and_its_older_text_is_gone(
    tg: FakeTelegram,
    ayse: User,
    tmp_path: Path,
    load: Callable[[], Library],
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = tg.channel("Kıyı", [ayse])
    long = "\n\n".join([f"{RULES} {MUSEUM} {number} " * 8 for number in range(9)])
    async with serving(tg, tmp_path, load, chat_passages=2):
        first = await channel.post(RULES)
        await channel.post(MUSEUM)
        await tg.until(lambda: passages_in(load, collection_of(channel.id)) == 2, "two posts")
        await first.edit(f"{RULES} Süre uzatılabilir.")  # it takes its own place
        await channel.post("Pazar her perşembe kurulur.")
        await tg.until(lambda: "A post is not read" in caplog.text, "line in the log")
        assert f"{channel.id}".removeprefix("-100") in caplog.text
        assert passages_in(load, collection_of(channel.id)) == 2
        await first.edit(long[:4000])
        await tg.until(lambda: passages_in(load, collection_of(channel.id)) == 1, "removal")


async def test_without_room_files_are_refused_and_questions_answered(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    load: Callable[[], Library],
    disk: Disk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(tg, tmp_path, load):
        await send(chat, ayse, "kurallar.txt", RULES)
        await told(chat, "Eklendi")
        disk.fill()
        for _ in range(2):
            await send(chat, ayse, "müze.txt", MUSEUM)
            assert (await chat.next_bot_message()).text == say("tr", "telegram-add-no-room")
        await chat.send(ayse, f"/sor {QUESTION}")
        assert (await chat.next_bot_message()).marked("bold") == [RULES]
        disk.clear()
        await send(chat, ayse, "müze.txt", MUSEUM)
        await told(chat, "Eklendi")
    logged = [record.message for record in caplog.records if record.name == "bot.room"]
    assert [line.partition(" for ")[0] for line in logged] == [
        "Less than 500 MB are free",
        "There is room again",
    ]


async def test_what_waits_when_the_disk_becomes_full_is_read_when_there_is_room(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    load: Callable[[], Library],
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep = Jobs.keep

    def keep_the_last(jobs: Jobs, task: Task) -> bool:
        is_kept = keep(jobs, task)
        disk.fill()
        return is_kept

    monkeypatch.setattr(Jobs, "keep", keep_the_last)
    async with serving(tg, tmp_path, load):
        await send(chat, ayse, "kurallar.txt", RULES)
        progress = await chat.next_bot_message()
        paused = say("tr", "telegram-add-paused", name="kurallar.txt")
        await progress.wait(lambda shown: shown.text == paused)
        assert passages_in(load, collection_of(chat.id)) == 0
        disk.clear()
        await progress.wait(lambda shown: "Eklendi" in shown.text)


async def test_posts_are_read_without_much_room_and_their_files_wait_for_it(
    tg: FakeTelegram, ayse: User, tmp_path: Path, load: Callable[[], Library], disk: Disk
) -> None:
    channel = tg.channel("Kıyı", [ayse])
    async with serving(tg, tmp_path, load):
        disk.fill()
        await channel.post("", document=("kurallar.txt", RULES.encode()))
        await channel.post(MUSEUM)
        await tg.until(lambda: passages_in(load, collection_of(channel.id)) == 1, "the post")
        disk.clear()
        await tg.until(lambda: passages_in(load, collection_of(channel.id)) == 2, "the file")


def test_a_change_of_room_is_logged_once(
    tmp_path: Path, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    room = Room(tmp_path, 500)
    assert not room.is_short()
    disk.fill()
    assert room.is_short()
    assert room.is_short()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert not Room(tmp_path, 0).is_short()
    disk.clear()
    assert not room.is_short()
    assert len(caplog.records) == 2


async def test_a_receipt_is_sent_once_however_often_its_number_cannot_be_noted(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    load: Callable[[], Library],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = 0

    def fail(*_: object) -> None:
        nonlocal tried
        tried += 1
        raise StoreError("the disk is full")

    monkeypatch.setattr(bot.telling, "_RETRY_S", 0.05)
    async with serving(tg, tmp_path, load):
        with monkeypatch.context() as full:
            full.setattr(Jobs, "note_status", fail)
            full.setattr(Jobs, "erase", fail)
            sent = await send(chat, ayse, "kurallar.txt", RULES)
            await told(chat, "Eklendi")
            await tg.until(lambda: tried >= 3, "three trials")
        await tg.until(lambda: not sent.reactions, "end of the mark")
        assert len(chat.from_bot) == 1
