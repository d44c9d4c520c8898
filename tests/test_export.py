"""/export: the documents of a chat, back in the hands of its admins."""

import asyncio
import io
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from bot import exports
from bot.localization import say
from bot.orders import Order, Orders
from bot.rights import collection_of
from bot.state import State
from embeddings.archive import Part, write_parts
from embeddings.archive_reader import read_archive
from embeddings.datatypes import SHARED, Document
from embeddings.errors import StoreError
from tests.fake_telegram import PATIENCE_S, Chat, FakeTelegram, Msg, User
from tests.fake_telegram.people import ANONYMOUS
from tests.fake_telegram.world import Call
from tests.serving import serving
from tests.shelf import QUESTION, Shelf


@pytest.fixture
async def bot(
    tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str
) -> AsyncIterator[asyncio.Task[None]]:
    async with serving(tg, tmp_path, lambda: library, mode) as task:
        yield task
    assert not [call for call in tg.calls if call.error and "initiate" not in call.error]
    assert not tg.violations


class Gate:
    """Lets no document be read before it is opened."""

    def __init__(self) -> None:
        self.reached, self._opened = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        # Longer than any test waits: what happens before it is opened does not wait for it.
        assert self._opened.wait(2 * PATIENCE_S)

    def open(self) -> None:
        self._opened.set()


@pytest.fixture
def gate(library: Shelf) -> Iterator[Gate]:
    library.gate = gate = Gate()
    yield gate
    gate.open()


def contents(message: Msg) -> list[Document]:
    return list(read_archive(io.BytesIO(message.file)))


def sent(tg: FakeTelegram) -> list[Call]:
    """The sendings of parts, those that Telegram did not take too."""
    return [call for call in tg.calls if call.method == "sendDocument"]


def ordered(folder: Path) -> list[Order]:
    """The exports that are not complete."""
    with closing(Orders.in_folder(folder)) as orders:
        return orders.all()


async def said(chat: Chat) -> str:
    return (await chat.next_bot_message()).text


@pytest.mark.usefixtures("bot")
async def test_a_person_gets_the_documents_of_their_private_chat_and_no_others(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, library: Shelf
) -> None:
    ours = [library.put(collection_of(ayse.id), mark) for mark in ("bir", "iki")]
    for collection in (SHARED, collection_of(can.id), "shared:Mevzuat"):
        library.put(collection, collection)
    await chat.send(ayse, "/export")
    begun, archive, done = [await chat.next_bot_message() for _ in range(3)]
    assert begun.text == say("tr", "telegram-export-begun")
    assert contents(archive) == ours
    assert archive.raw["document"]["file_name"].startswith("Alıntı 20")
    assert done.text == say("tr", "telegram-export-done", parts=1)
    actions = [call.args for call in tg.calls if call.method == "sendChatAction"]
    assert {"chat_id": ayse.id, "action": "upload_document"} in actions


@pytest.mark.usefixtures("bot")
async def test_an_admin_gets_the_documents_of_a_group_in_their_private_chat(
    tg: FakeTelegram, group: Chat, chat: Chat, ayse: User, library: Shelf
) -> None:
    ours = library.put(collection_of(group.id), "grup")
    library.put(collection_of(ayse.id), "benim")
    await chat.send(ayse, "/start")
    await chat.next_bot_message()
    await group.send(ayse, "/export")
    assert await said(group) == say("tr", "telegram-export-begun-private")
    archive = await chat.next_bot_message()
    assert contents(archive) == [ours]
    assert archive.raw["document"]["file_name"].startswith("Grup 20")
    assert await said(chat) == say("tr", "telegram-export-done", parts=1)
    await group.silent(0.3)


@pytest.mark.usefixtures("bot")
async def test_who_has_no_private_chat_is_told_how_to_open_it(
    tg: FakeTelegram, group: Chat, ayse: User, library: Shelf
) -> None:
    tg.private(ayse)  # in which she has not written yet
    library.put(collection_of(group.id), "grup")
    await group.send(ayse, "/export")
    assert await said(group) == say("tr", "telegram-export-no-private-chat", bot="alinti_bot")
    await group.silent(0.3)


@pytest.mark.usefixtures("bot")
async def test_who_does_not_decide_for_a_group_gets_nothing(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, library: Shelf
) -> None:
    library.put(collection_of(group.id), "grup")
    await tg.private(can).send(can, "/start")
    await group.send(can, "/export")
    assert await said(group) == say("en", "telegram-export-admins-only")
    await group.send(tg.user("Group"), "/export", sender_chat=group.raw, **ANONYMOUS)
    assert await said(group) == say("tr", "telegram-export-anonymous")
    assert not sent(tg)


@pytest.mark.usefixtures("bot")
async def test_a_chat_without_documents_is_told_so(chat: Chat, ayse: User, library: Shelf) -> None:
    library.put(SHARED, "ortak")
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-nothing")


@pytest.mark.usefixtures("bot")
async def test_a_second_request_meanwhile_is_refused_kindly_and_questions_are_answered(
    chat: Chat, ayse: User, library: Shelf, gate: Gate
) -> None:
    library.put(collection_of(ayse.id), "benim")
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-begun")
    await chat.send(ayse, QUESTION)
    assert "benim" in await said(chat)
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-running")
    gate.open()
    assert len(contents(await chat.next_bot_message())) == 1
    assert await said(chat) == say("tr", "telegram-export-done", parts=1)
    await chat.send(ayse, "/export")  # now it may be asked for again
    assert await said(chat) == say("tr", "telegram-export-begun")
    await chat.next_bot_message()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few documents."""

    def write_small(*args: Any, **extra: Any) -> Iterator[Part]:
        return write_parts(*args, **extra, max_bytes=1500)

    monkeypatch.setattr(exports, "write_parts", write_small)


@pytest.mark.usefixtures("bot", "small_parts")
async def test_what_is_too_large_for_one_file_comes_in_several(
    chat: Chat, ayse: User, library: Shelf
) -> None:
    ours = [library.put(collection_of(ayse.id), f"s{number}") for number in range(12)]
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-begun")
    found: list[Document] = []
    names = []
    while "document" in (message := await chat.next_bot_message()).raw:
        found += contents(message)
        names.append(message.raw["document"]["file_name"])
    assert found == ours
    assert len(names) > 1
    assert [name.rpartition("-")[2] for name in names] == [
        f"{number + 1}.zip" for number in range(len(names))
    ]
    assert message.text == say("tr", "telegram-export-done", parts=len(names))


@pytest.mark.usefixtures("bot")
async def test_a_file_that_telegram_would_not_take_is_told_of(
    chat: Chat, ayse: User, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAX_UPLOAD_BYTES", 10)
    library.put(collection_of(ayse.id), "benim")
    await chat.send(ayse, "/export")
    await chat.next_bot_message()
    assert await said(chat) == say("tr", "telegram-export-too-large")
    await chat.silent(0.3)  # nothing is called complete


@pytest.mark.parametrize("error", [StoreError("Disk"), OSError("Disk"), ValueError("?")])
async def test_an_export_that_fails_is_told_of_and_not_tried_again(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: Shelf,
    tmp_path: Path,
    error: Exception,
) -> None:
    def fail() -> None:
        raise error

    library.gate = fail
    library.put(collection_of(ayse.id), "benim")
    async with serving(tg, tmp_path, lambda: library):
        await chat.send(ayse, "/export")
        await chat.next_bot_message()
        assert await said(chat) == say("tr", "telegram-export-trouble")
        await tg.until(lambda: not ordered(tmp_path), "end of the order")
    assert not sent(tg)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kind", ["429", "502", "drop"])
async def test_a_part_that_waits_is_written_anew_if_a_document_in_it_is_removed(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf, tmp_path: Path, kind: str
) -> None:
    own = collection_of(ayse.id)
    ours = [library.put(own, f"s{number}") for number in range(12)]
    async with serving(tg, tmp_path, lambda: library):
        tg.fault(kind, "sendDocument", times=1 if kind == "429" else 3)
        await chat.send(ayse, "/export")
        await tg.until(
            lambda: any(c.method == "sendDocument" and c.error for c in tg.calls), "a fault"
        )
        assert library.remove(2, [own]) == [2]
        assert await said(chat) == say("tr", "telegram-export-begun")
        found: list[Document] = []
        names = []
        while "document" in (message := await chat.next_bot_message()).raw:
            found += contents(message)
            names.append(message.raw["document"]["file_name"].rpartition("-")[2])
    assert found == [document for document in ours if document.source != "/s1"]
    assert names == [f"{number + 1}.zip" for number in range(len(names))]
    assert message.text == say("tr", "telegram-export-done", parts=len(names))
    assert not list((tmp_path / "outgoing").iterdir())


@pytest.mark.usefixtures("bot")
async def test_what_is_left_when_documents_move_away_is_not_called_complete(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf, gate: Gate
) -> None:
    own = collection_of(ayse.id)
    for number in range(3):
        library.put(own, f"s{number}")
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-begun")
    await tg.until(gate.reached.is_set, "reading")
    library.rename_collection(own, "chat:-100")
    gate.open()
    assert await said(chat) == say("tr", "telegram-export-trouble")


async def test_what_a_killed_process_was_sending_is_gone_at_the_next_start(
    tg: FakeTelegram, library: Shelf, tmp_path: Path
) -> None:
    left = tmp_path / "outgoing" / "x" / "Grup.zip"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"PK")
    async with serving(tg, tmp_path, lambda: library):
        await tg.until(lambda: not left.exists(), "end of the file")


@pytest.fixture
def endless(library: Shelf, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Documents without end, so that who waits for the last one waits for ever; set when read."""
    is_read = threading.Event()

    def read_for_ever(collection: str, after: int = 0) -> Iterator[tuple[int, Document]]:
        found = next(Shelf.read_after(library, collection, after))
        while True:
            yield found
            is_read.set()
            time.sleep(0.01)

    monkeypatch.setattr(library, "read_after", read_for_ever)
    return is_read


def threads_that_export() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "exporting" in thread.name]


@pytest.mark.usefixtures("bot")
async def test_to_erase_everything_ends_an_export(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: Shelf,
    endless: threading.Event,
    tmp_path: Path,
) -> None:
    library.put(collection_of(ayse.id), "benim")
    await chat.send(ayse, "/export")
    await chat.next_bot_message()
    await tg.until(endless.is_set, "reading")
    await chat.send(ayse, "/erase")
    question = await chat.next_bot_message()
    await question.press(say("tr", "telegram-erase-yes"))
    await question.wait(lambda message: message.edits)
    assert question.text == say("tr", "telegram-erase-done", documents=1, questions=0)
    assert not threads_that_export()
    assert not ordered(tmp_path)
    assert not sent(tg)


async def test_the_bot_stops_although_an_export_is_under_way(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: Shelf,
    endless: threading.Event,
    tmp_path: Path,
) -> None:
    library.put(collection_of(ayse.id), "benim")
    async with serving(tg, tmp_path, lambda: library):
        await chat.send(ayse, "/export")
        await tg.until(endless.is_set, "reading")
    assert not threads_that_export()


# ---- interrupted


@asynccontextmanager
async def interrupted(
    tg: FakeTelegram, where: Chat, person: User, library: Shelf, folder: Path
) -> AsyncIterator[Msg]:
    """Serve, with an export of which the second part waits to be sent; yields the first one."""
    gate = Gate()
    library.gate = lambda: gate() if sent(tg) else None
    async with serving(tg, folder, lambda: library):
        await where.send(person, "/export")
        await where.next_bot_message()
        first = await tg.private(person).next_bot_message()
        await tg.until(gate.reached.is_set, "reading")
        tg.fault("429", "sendDocument", seconds=1000)
        gate.open()
        await tg.until(lambda: len(sent(tg)) == 2, "second part")
        yield first


async def rest_of(chat: Chat, first: Msg) -> tuple[list[Document], list[str], str]:
    """Wait for the end of an export: its documents, the ends of its names, and what is said."""
    found, names, message = [], [], first
    while "document" in message.raw:
        found += contents(message)
        names.append(message.raw["document"]["file_name"].rpartition("-")[2])
        message = await chat.next_bot_message()
    return found, names, message.text


@pytest.mark.usefixtures("small_parts")
async def test_after_a_restart_an_export_goes_on_and_one_that_is_complete_is_not_sent_again(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf, tmp_path: Path
) -> None:
    ours = [library.put(collection_of(ayse.id), f"s{number}") for number in range(12)]
    async with interrupted(tg, chat, ayse, library, tmp_path) as first:
        pass
    async with serving(tg, tmp_path, lambda: library):
        found, names, end = await rest_of(chat, first)
        await tg.until(lambda: not ordered(tmp_path), "end of the order")
    assert found == ours
    assert names == [f"{number + 1}.zip" for number in range(len(names))]
    assert end == say("tr", "telegram-export-done", parts=len(names))
    async with serving(tg, tmp_path, lambda: library):
        await chat.send(ayse, "/help")
        await chat.next_bot_message()
        await chat.silent(0.3)


@pytest.mark.usefixtures("small_parts")
async def test_an_export_follows_a_group_that_becomes_a_supergroup(
    tg: FakeTelegram, group: Chat, chat: Chat, ayse: User, library: Shelf, tmp_path: Path
) -> None:
    ours = [library.put(collection_of(group.id), f"s{number}") for number in range(12)]
    await chat.send(ayse, "/start")
    async with serving(tg, tmp_path, lambda: library):
        await chat.next_bot_message()
    async with interrupted(tg, group, ayse, library, tmp_path) as first:
        await group.migrate()
        found, names, end = await rest_of(chat, first)
    assert found == ours
    assert end == say("tr", "telegram-export-done", parts=len(names))


@pytest.mark.usefixtures("small_parts")
async def test_what_is_posted_while_an_export_is_under_way_does_not_prolong_it(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf, tmp_path: Path
) -> None:
    own = collection_of(ayse.id)
    ours = [library.put(own, f"s{number}") for number in range(4)]

    def post() -> None:
        library.put(own, f"later {len(sent(tg))}")

    async with serving(tg, tmp_path, lambda: library):
        await chat.send(ayse, "/export")
        await chat.next_bot_message()
        found: list[Document] = []
        while "document" in (message := await chat.next_bot_message()).raw:
            found += contents(message)
            post()
            assert len(sent(tg)) < 10
    assert found[: len(ours)] == ours
    assert message.text.startswith(say("tr", "telegram-export-done", parts=0)[:5])


@pytest.mark.usefixtures("small_parts")
async def test_a_part_that_waits_is_not_sent_when_the_bot_has_left_the_group(
    tg: FakeTelegram, group: Chat, chat: Chat, ayse: User, library: Shelf, tmp_path: Path
) -> None:
    for number in range(12):
        library.put(collection_of(group.id), f"s{number}")
    await chat.send(ayse, "/start")
    async with serving(tg, tmp_path, lambda: library):
        await chat.next_bot_message()
        fault = tg.fault("502", "sendDocument", times=100)
        await group.send(ayse, "/export")
        await tg.until(lambda: any(call.error for call in sent(tg)), "a fault")
        await group.set_bot("left")
        with closing(State.in_folder(tmp_path)) as state:
            await tg.until(lambda: state.has_left(group.id), "note")
        before = len(sent(tg))
        fault.times = 0
        assert await said(chat) == say("tr", "telegram-export-admins-only")
        await tg.until(lambda: not ordered(tmp_path), "end of the order")
    assert not [call for call in sent(tg)[before:] if not call.error]


@pytest.mark.parametrize("why", ["no admin", "left", "erased", "deadly"])
async def test_after_a_restart_nothing_is_exported_that_may_not_be(
    tg: FakeTelegram,
    group: Chat,
    chat: Chat,
    ayse: User,
    can: User,
    library: Shelf,
    tmp_path: Path,
    why: str,
) -> None:
    own = collection_of(group.id)
    library.put(own, "grup")
    chat.people[0].started = True
    order = Order(group.id, ayse.id, "Grup", "tr", attempts=5 if why == "deadly" else 0)
    with closing(Orders.in_folder(tmp_path)) as orders:
        orders.keep(order)
    if why == "no admin":
        group.people, group.admins = [can, ayse], [can]
    if why == "left":
        group.bot_status = "left"
    if why == "erased":
        library.remove_collection(own)
    async with serving(tg, tmp_path, lambda: library):
        refused = why in ("no admin", "left")
        end = "telegram-export-admins-only" if refused else "telegram-export-trouble"
        assert await said(chat) == say("tr", end)
        await tg.until(lambda: not ordered(tmp_path), "end of the order")
    assert not sent(tg)
