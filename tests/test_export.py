"""/export: the documents of a chat, back in the hands of its admins."""

import asyncio
import io
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.handlers import exporting
from bot.localization import say
from bot.rights import collection_of
from embeddings.archive import Part, read_archive, write_parts
from embeddings.datatypes import SHARED, Document
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.fake_telegram.people import ANONYMOUS
from tests.serving import serving
from tests.shelf import QUESTION, Shelf


@pytest.fixture
async def tg() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(username="alinti_bot") as fake:
        yield fake


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Shelf]:
    library = Shelf(tmp_path / "library")
    yield library
    library.end()


@pytest.fixture
async def bot(
    tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str
) -> AsyncIterator[asyncio.Task[None]]:
    async with serving(tg, tmp_path, lambda: library, mode) as task:
        yield task
    assert not [call for call in tg.calls if call.error and "initiate" not in call.error]
    assert not tg.violations


def contents(message: Msg) -> list[Document]:
    return list(read_archive(io.BytesIO(message.file)))


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
    assert not [call for call in tg.calls if call.method == "sendDocument"]


@pytest.mark.usefixtures("bot")
async def test_a_chat_without_documents_is_told_so(chat: Chat, ayse: User, library: Shelf) -> None:
    library.put(SHARED, "ortak")
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-nothing")


@pytest.mark.usefixtures("bot")
async def test_a_second_request_meanwhile_is_refused_kindly_and_questions_are_answered(
    chat: Chat, ayse: User, library: Shelf
) -> None:
    library.put(collection_of(ayse.id), "benim")
    go_on = threading.Event()
    library.gate = lambda: go_on.wait(20)
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-begun")
    began_s = time.monotonic()
    await chat.send(ayse, QUESTION)
    assert "benim" in await said(chat)
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-running")
    assert time.monotonic() - began_s < 5
    go_on.set()
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

    monkeypatch.setattr(exporting, "write_parts", write_small)


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
    monkeypatch.setattr(exporting, "MAX_UPLOAD_BYTES", 10)
    library.put(collection_of(ayse.id), "benim")
    await chat.send(ayse, "/export")
    await chat.next_bot_message()
    assert await said(chat) == say("tr", "telegram-export-too-large")


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
async def test_what_is_left_when_a_group_moves_is_not_called_complete(
    chat: Chat, ayse: User, library: Shelf
) -> None:
    own = collection_of(ayse.id)
    for number in range(3):
        library.put(own, f"s{number}")
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(20)

    library.gate = wait
    await chat.send(ayse, "/export")
    assert await said(chat) == say("tr", "telegram-export-begun")
    await asyncio.to_thread(reached.wait, 10)
    library.rename_collection(own, "chat:-100")
    go_on.set()
    assert await said(chat) == say("tr", "telegram-export-trouble")


async def test_what_a_killed_process_was_sending_is_gone_at_the_next_start(
    tg: FakeTelegram, library: Shelf, tmp_path: Path
) -> None:
    left = tmp_path / "outgoing" / "x" / "Grup.zip"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"PK")
    async with serving(tg, tmp_path, lambda: library):
        await tg.until(lambda: not left.exists(), "end of the file")


@pytest.mark.usefixtures("bot")
async def test_to_erase_everything_ends_an_export(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf
) -> None:
    for number in range(3):
        library.put(collection_of(ayse.id), f"s{number}")
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(20)

    library.gate = wait
    await chat.send(ayse, "/export")
    await chat.next_bot_message()
    await asyncio.to_thread(reached.wait, 10)
    await chat.send(ayse, "/erase")
    question = await chat.next_bot_message()
    pressing = asyncio.create_task(question.press(say("tr", "telegram-erase-yes")))
    await asyncio.sleep(0.3)
    go_on.set()
    await pressing
    await question.wait(lambda message: message.edits)
    assert question.text == say("tr", "telegram-erase-done", documents=3, questions=0)
    await chat.silent(0.5)
    assert not [call for call in tg.calls if call.method == "sendDocument"]


async def test_the_bot_stops_although_an_export_is_under_way(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Shelf, tmp_path: Path
) -> None:
    for number in range(50):
        library.put(collection_of(ayse.id), f"s{number}")
    library.gate = lambda: time.sleep(0.1)
    async with serving(tg, tmp_path, lambda: library):
        await chat.send(ayse, "/export")
        await chat.next_bot_message()
        began_s = time.monotonic()
    assert time.monotonic() - began_s < 4
    assert not [thread for thread in threading.enumerate() if "exporting" in thread.name]
