"""Everything of a chat, erased: by /erase, or long after the bot has left."""

import asyncio
import datetime as dt
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.chats import KEPT_DAYS, ChatSettings
from bot.handlers.erasing import VALID_S
from bot.localization import say
from bot.rights import collection_of
from bot.state import State, Stats
from embeddings.datatypes import SHARED
from embeddings.errors import StoreError
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.serving import serving
from tests.shelf import QUESTION, Shelf, ask

YES, NO = say("tr", "telegram-erase-yes"), say("tr", "telegram-erase-no")
LAW = "shared:Mevzuat"


@pytest.fixture
async def bot(
    tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str
) -> AsyncIterator[asyncio.Task[None]]:
    async with serving(tg, tmp_path, lambda: library, mode) as task:
        yield task
    assert not [call for call in tg.calls if call.error]
    assert not tg.violations


async def offered(chat: Chat, person: User) -> Msg:
    await chat.send(person, "/erase")
    return await chat.next_bot_message()


def tables(folder: Path, number: int) -> list[str]:
    """The tables of the bot's memory in which a number stands."""
    with closing(sqlite3.connect(folder / "state.db")) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
        return [
            name
            for name in names
            if not name.startswith(("sqlite_", "ix_"))
            and any(number in row for row in database.execute(f"SELECT * FROM {name}"))
        ]


# ---- /erase


@pytest.mark.usefixtures("bot")
async def test_an_admin_erases_everything_of_a_group(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, library: Shelf, state: State
) -> None:
    own = collection_of(group.id)
    library.put(own, "grup")
    library.put(LAW, "kanun")
    state.change_settings(group.id, keeps_text=True)
    state.join(group.id, LAW)
    card = await ask(group, can)
    await card.press("👍", can)
    question = await offered(group, ayse)
    assert question.text == say(
        "tr", "telegram-erase", documents=1, passages=1, questions=1, minutes=10
    )
    assert (await question.press(YES, ayse))["text"] == say("tr", "telegram-erase-begun")
    await question.next_edit()
    assert question.text == say("tr", "telegram-erase-done", documents=1, questions=1)
    assert not question.buttons
    assert not library.documents([own])
    assert len(library.documents([LAW])) == 1
    assert state.settings_of(group.id) == ChatSettings()
    assert state.joined(group.id) == []
    assert state.stats(group.id) == Stats(0, 0, 0, 0, ())
    assert (await card.press("👍", can))["text"] == say("en", "telegram-card-old")
    assert (await ask(group, ayse)).text == say("tr", "telegram-no-documents-group")
    assert await tg.inline(ayse, QUESTION) == []


@pytest.mark.usefixtures("bot")
async def test_a_person_erases_everything_of_their_private_chat_and_nobody_elses(
    chat: Chat, ayse: User, can: User, library: Shelf, state: State, tmp_path: Path
) -> None:
    for collection in (collection_of(ayse.id), collection_of(can.id), SHARED):
        library.put(collection, collection.replace(":", ""))
    state.change_settings(ayse.id, language="tr")
    await chat.send(ayse, QUESTION)
    await chat.next_bot_message()
    question = await offered(chat, ayse)
    await question.press(YES)
    await question.next_edit()
    assert sorted(library.collections()) == [collection_of(can.id), SHARED]
    assert tables(tmp_path, ayse.id) == []


@pytest.mark.usefixtures("bot")
async def test_what_is_erased_is_off_the_disk_when_that_is_said(
    chat: Chat, ayse: User, library: Shelf, tmp_path: Path
) -> None:
    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in (tmp_path / "library").glob("library.db*"))

    library.put(collection_of(ayse.id), "gizli")
    assert b"gizli liman" in on_disk()
    question = await offered(chat, ayse)
    await question.press(YES)
    await question.next_edit()
    assert b"gizli liman" not in on_disk()


@pytest.mark.usefixtures("bot")
async def test_nothing_is_erased_without_the_press_of_an_admin(
    group: Chat, ayse: User, can: User, library: Shelf
) -> None:
    library.put(collection_of(group.id), "grup")
    refused = await offered(group, can)
    assert refused.text == say("en", "telegram-erase-admins-only")
    assert not refused.buttons
    question = await offered(group, ayse)
    answer = await question.press(YES, can)
    assert answer["text"] == say("en", "telegram-erase-admins-only")
    await question.press(NO, ayse)
    await question.next_edit()
    assert question.text == say("tr", "telegram-erase-kept")
    assert "grup" in (await ask(group, ayse)).text


@pytest.mark.usefixtures("bot")
async def test_a_question_that_is_old_erases_nothing(
    group: Chat, ayse: User, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.put(collection_of(group.id), "grup")
    question = await offered(group, ayse)
    now = time.time()
    monkeypatch.setattr("bot.handlers.erasing.time.time", lambda: now + VALID_S + 2)
    answer = await question.press(YES, ayse)
    assert (answer["text"], answer["show_alert"]) == (say("tr", "telegram-erase-late"), True)
    await question.next_edit()
    assert "grup" in (await ask(group, ayse)).text


@pytest.mark.usefixtures("bot")
async def test_a_button_that_is_not_there_erases_nothing(
    group: Chat, ayse: User, library: Shelf
) -> None:
    library.put(collection_of(group.id), "grup")
    card = await ask(group, ayse)
    for data in (f"e:{int(time.time())}", "e:", "e:(", "e:no"):
        answer = await card.claim(data, ayse)
        assert answer["text"] == say("tr", "telegram-erase-late")
    assert library.documents([collection_of(group.id)])


@pytest.mark.usefixtures("bot")
async def test_what_cannot_be_erased_is_said_and_can_be_tried_again(
    group: Chat, ayse: User, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.put(collection_of(group.id), "grup")

    def fail(_: str) -> list[int]:
        raise StoreError("the disk is full")

    question = await offered(group, ayse)
    with monkeypatch.context() as patch:
        patch.setattr(library, "remove_collection", fail)
        await question.press(YES, ayse)
        await question.next_edit()
        assert question.text == say("tr", "telegram-erase-trouble")
    again = await offered(group, ayse)
    await again.press(YES, ayse)
    await again.next_edit()
    assert not library.collections()


@pytest.mark.usefixtures("bot")
async def test_what_waits_to_be_read_is_erased_too(
    chat: Chat, ayse: User, library: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()

    async def wait(*_: object) -> None:
        await held.wait()

    monkeypatch.setattr("bot.reading.fetch", wait)
    await chat.send(ayse, document=("a.txt", b"Bir metin."))
    await chat.next_bot_message()  # it is being fetched
    question = await offered(chat, ayse)
    await question.press(YES)
    await question.next_edit()
    held.set()
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as database:
        assert database.execute("SELECT count(*) FROM jobs").fetchone() == (0,)
    assert not library.collections()


# ---- leaving


@pytest.mark.usefixtures("bot")
async def test_nothing_of_a_chat_that_the_bot_left_is_read_and_all_is_there_when_it_comes_again(
    tg: FakeTelegram, group: Chat, ayse: User, library: Shelf, state: State
) -> None:
    library.put(collection_of(group.id), "grup")
    state.join(group.id, LAW)
    assert len(await tg.inline(ayse, QUESTION)) == 1
    await group.set_bot("kicked")
    await tg.until(lambda: state.has_left(group.id), "note")
    assert await tg.inline(ayse, QUESTION) == []
    await group.set_bot("member")
    await tg.until(lambda: not state.has_left(group.id), "note")
    await group.next_bot_message()  # the greeting
    assert state.joined(group.id) == [LAW]
    assert "grup" in (await ask(group, ayse)).text
    assert len(await tg.inline(ayse, QUESTION)) == 1


@pytest.mark.usefixtures("bot")
async def test_a_person_who_blocks_the_bot_and_lets_it_in_again_finds_all_there(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf, state: State
) -> None:
    library.put(collection_of(ayse.id), "benim")
    await chat.send(ayse, "/start")
    await chat.next_bot_message()
    ayse.block()
    await tg.until(lambda: state.has_left(ayse.id), "note")
    ayse.block(blocked=False)
    await tg.until(lambda: not state.has_left(ayse.id), "note")
    await chat.send(ayse, QUESTION)
    assert "benim" in (await chat.next_bot_message()).text


@pytest.mark.usefixtures("bot")
async def test_a_channel_that_the_bot_leaves_is_noted(
    tg: FakeTelegram, ayse: User, state: State
) -> None:
    channel = tg.channel("Kanal", [ayse])
    await channel.set_bot("left")
    await tg.until(lambda: state.has_left(channel.id), "note")


async def test_a_message_from_before_the_bot_left_does_not_bring_it_back(
    tg: FakeTelegram, group: Chat, ayse: User, state: State, library: Shelf, tmp_path: Path
) -> None:
    state.note_left(group.id, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5))
    async with serving(tg, tmp_path, lambda: library):
        await ask(group, ayse)
    assert state.has_left(group.id)


async def test_what_was_left_long_ago_is_erased_and_what_was_left_lately_is_kept(
    tg: FakeTelegram,
    group: Chat,
    ayse: User,
    can: User,
    library: Shelf,
    state: State,
    tmp_path: Path,
) -> None:
    """A group, a channel and a private chat, by the bot that serves; and by the next one."""
    channel = tg.channel("Kanal", [ayse])
    now = dt.datetime.now(dt.UTC)
    long_ago = now - dt.timedelta(days=KEPT_DAYS, minutes=1)
    for chat in (group.id, channel.id, ayse.id):
        library.put(collection_of(chat), f"eski{abs(chat)}")
        state.join(chat, LAW)
        state.note_left(chat, long_ago)
    library.put(collection_of(can.id), "yeni")
    state.note_left(can.id, now - dt.timedelta(days=KEPT_DAYS - 1))
    state.join(can.id, collection_of(channel.id))
    library.put(LAW, "kanun")
    async with serving(tg, tmp_path, lambda: library):
        await tg.until(lambda: state.left() == {can.id}, "erasure")
    assert sorted(library.collections()) == sorted([collection_of(can.id), LAW])
    for chat in (group.id, channel.id, ayse.id):
        assert tables(tmp_path, chat) == []
    assert tables(tmp_path, can.id) == ["chats"]
