"""What is removed, forgotten or erased while something of it is being read: it stays away."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.channels import Channels
from bot.jobs import Job, Jobs, Task
from bot.localization import say
from bot.rights import collection_of
from bot.state import State
from bot.telling import Telling, _find
from embeddings.datatypes import Document
from tests.export_files import channel_export
from tests.fake_telegram import PATIENCE_S, Chat, FakeTelegram, Msg, User
from tests.fake_telegram.server import DOWNLOAD
from tests.serving import Gate, Load, serving

RULES = "Ödünç alınan kitaplar on beş gün içinde geri verilir."
QUESTION = "Ödünç alınan kitaplar kaç gün içinde geri verilir?"
MUSEUM = "Müze saat onda açılır. Müze biletleri dört avrodur."
GONE = say("tr", "telegram-add-gone")
LAW = "shared:Mevzuat"


@pytest.fixture
async def worker(
    tg: FakeTelegram,
    tmp_path: Path,
    ayse: User,
    workers: list[Gate],
    load: Load,
) -> AsyncIterator[Gate]:
    """Of a bot that is served meanwhile, and that Ayşe runs."""
    async with serving(tg, tmp_path, load, operators=frozenset({ayse.id})):
        await tg.until(lambda: workers, "worker")
        yield workers[0]
    assert not tg.violations


def texts_in(load: Load, collection: str) -> list[str]:
    with closing(load()) as library:
        return sorted(document.text.strip() for document in library.read_all(collection))


def waiting_in(folder: Path) -> list[int]:
    with closing(Jobs.in_folder(folder)) as jobs:
        return jobs.bursts()


def has(button: str, message: Msg) -> bool:
    return button in message.buttons


async def next_with(chat: Chat, text: str) -> Msg:
    """The next message of the bot's that comes to hold a text."""
    message = await chat.next_bot_message()
    return await message.wait(lambda shown: text in shown.text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("kurallar.txt", RULES.encode()),
        ("result.json", channel_export(1234567890, "Kıyı", RULES, MUSEUM)),
    ],
    ids=["a file", "an export"],
)
async def test_what_is_removed_while_it_is_being_added_does_not_come_back(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    workers: list[Gate],
    load: Load,
    name: str,
    data: bytes,
) -> None:
    """It is in the library, but the job is not done; a process that went on would add it again."""
    async with serving(tg, tmp_path, load):
        await tg.until(lambda: workers, "worker")
        workers[0].after.clear()
        await chat.send(ayse, document=(name, data))
        await tg.until(lambda: workers[0].done, "added")
        await chat.send(ayse, "/documents")
        shown = await chat.next_bot_message()
        while "1" not in shown.buttons:  # the first one tells of progress
            shown = await chat.next_bot_message()
        for label in ("1", "remove", "yes"):
            button = label if label == "1" else say("tr", f"telegram-documents-{label}")
            await shown.wait(partial(has, button))
            await shown.press(button)
        removed = say("tr", "telegram-documents-removed")
        await shown.wait(lambda message: removed in message.text)
        await tg.until(lambda: any(GONE in message.text for message in chat.from_bot), "a receipt")
    async with serving(tg, tmp_path, load):
        await tg.until(lambda: not waiting_in(tmp_path), "end of the queue")
    assert texts_in(load, collection_of(chat.id)) == []


async def test_a_post_that_is_forgotten_while_an_export_is_added_stays_forgotten(
    tg: FakeTelegram, ayse: User, worker: Gate, load: Load
) -> None:
    channel, chat = tg.channel("Kıyı", [ayse]), tg.private(ayse)
    post = await channel.post(RULES)
    await tg.until(lambda: texts_in(load, collection_of(channel.id)), "post")
    worker.before.clear()
    data = channel_export(-channel.id - 10**12, "Kıyı", RULES, MUSEUM)
    await chat.send(ayse, document=("result.json", data))
    await tg.until(lambda: worker.sources, "export in hand")
    command = await channel.post("/forget", reply_to=post)
    await command.wait(lambda message: message.deleted)
    worker.before.set()
    await next_with(chat, "Kıyı")
    assert texts_in(load, collection_of(channel.id)) == [MUSEUM]
    assert len(worker.sources) == 2


async def test_an_export_that_is_being_added_goes_on_when_a_post_is_edited(
    tg: FakeTelegram, ayse: User, worker: Gate, load: Load
) -> None:
    channel, chat = tg.channel("Kıyı", [ayse]), tg.private(ayse)
    post = await channel.post("Pazar her perşembe kurulur.")
    worker.before.clear()
    data = channel_export(-channel.id - 10**12, "Kıyı", RULES, MUSEUM)
    await chat.send(ayse, document=("result.json", data))
    await tg.until(lambda: worker.sources, "export in hand")
    await post.edit("Pazar her cuma kurulur.")
    edited = ["Pazar her cuma kurulur."]
    await tg.until(lambda: texts_in(load, collection_of(channel.id)) == edited, "edit")
    worker.before.set()
    await next_with(chat, "Kıyı")
    assert len(worker.sources) == 1


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("extra", [{}, {"document": ("kurallar.txt", RULES.encode())}])
async def test_a_post_that_is_forgotten_while_it_is_being_read_stays_forgotten(
    tg: FakeTelegram,
    ayse: User,
    tmp_path: Path,
    load: Load,
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, Any],
) -> None:
    channel, chat = tg.channel("Kıyı", [ayse]), tg.private(ayse)
    reached, go_on, keep_file = asyncio.Event(), asyncio.Event(), Channels._keep_file

    async def late(*args: Any, **named: Any) -> None:
        reached.set()
        await go_on.wait()
        await keep_file(*args, **named)

    monkeypatch.setattr(Channels, "_keep_file", late)
    post = await channel.post(MUSEUM, **extra)
    await asyncio.wait_for(reached.wait(), PATIENCE_S)
    origin = {
        "type": "channel",
        "chat": channel.raw,
        "message_id": post.id,
        "date": post.raw["date"],
    }
    forwarded = await chat.send(ayse, MUSEUM, forward_origin=origin)
    await chat.next_bot_message()
    await chat.send(ayse, "/forget", reply_to=forwarded)
    await chat.next_bot_message()
    with closing(State.in_folder(tmp_path)) as state:
        assert state.is_forgotten(channel.id, post.id)
    go_on.set()
    monkeypatch.setattr(Channels, "_keep_file", keep_file)
    await channel.post("Son gönderi budur.")
    await tg.until(lambda: texts_in(load, collection_of(channel.id)), "next post")
    await tg.until(lambda: not waiting_in(tmp_path), "end of the queue")
    assert texts_in(load, collection_of(channel.id)) == ["Son gönderi budur."]


async def put_into_law(
    tg: FakeTelegram, chat: Chat, ayse: User, worker: Gate, tmp_path: Path
) -> None:
    """Send two files of which one is in the worker's hand and the other waits."""
    with closing(State.in_folder(tmp_path)) as state:
        state.add_collection(LAW)
        state.set_target(ayse.id, LAW)
    worker.before.clear()
    for name, text in {"a.txt": RULES, "b.txt": MUSEUM}.items():
        await chat.send(ayse, document=(name, text.encode()))
    await tg.until(lambda: worker.sources, "file in hand")


async def said(chat: Chat, ayse: User, order: str, part: str) -> Msg:
    """The message in which the bot answers an order; others may come before it."""
    await chat.send(ayse, order)
    while part not in (message := await chat.next_bot_message()).text:
        pass
    return message


async def test_nothing_that_waits_is_added_to_a_collection_that_is_erased(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    worker: Gate,
    tmp_path: Path,
    load: Load,
) -> None:
    await put_into_law(tg, chat, ayse, worker, tmp_path)
    question = await said(chat, ayse, "/collections sil Mevzuat", "Mevzuat")
    await question.press(say("tr", "telegram-collections-erase-yes"))
    await question.wait(lambda message: not message.buttons)
    worker.before.set()
    await tg.until(lambda: not waiting_in(tmp_path), "end of the queue")
    assert texts_in(load, LAW) == []
    told = [message.text for message in chat.from_bot if GONE in message.text]
    assert [line for text in told for line in text.split("\n")] == [
        f"1. a.txt: {GONE}",
        f"2. b.txt: {GONE}",
    ]


async def test_what_waits_goes_to_a_collection_by_its_new_name(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    worker: Gate,
    tmp_path: Path,
    load: Load,
) -> None:
    await put_into_law(tg, chat, ayse, worker, tmp_path)
    await said(chat, ayse, "/collections adlandır Mevzuat = Yasalar", "Yasalar")
    worker.before.set()
    await tg.until(lambda: not waiting_in(tmp_path), "end of the queue")
    assert texts_in(load, "shared:Yasalar") == sorted([RULES, MUSEUM])
    assert texts_in(load, LAW) == []


async def test_what_a_caption_asks_is_answered_by_the_next_process_if_one_dies_before(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    tmp_path: Path,
    load: Load,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached = asyncio.Event()

    async def hang(*_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(Telling, "_answer_captions", hang)
        async with serving(tg, tmp_path, load):
            await chat.send(ayse, QUESTION, document=("kurallar.txt", RULES.encode()))
            await next_with(chat, "Eklendi")
            await asyncio.wait_for(reached.wait(), PATIENCE_S)
    async with serving(tg, tmp_path, load):
        assert (await chat.next_bot_message()).marked("bold") == [RULES]
        await tg.until(lambda: not waiting_in(tmp_path), "end of the queue")


@pytest.mark.usefixtures("worker")
async def test_a_full_disk_is_told_of_as_trouble_and_not_as_a_fault_of_telegrams(
    chat: Chat, ayse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail)
        await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
        await next_with(chat, say("tr", "telegram-add-trouble"))
    await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
    await next_with(chat, "Eklendi")


async def test_what_a_post_held_before_is_gone_even_if_its_new_file_cannot_be_read(
    tg: FakeTelegram, ayse: User, worker: Gate, tmp_path: Path, load: Load
) -> None:
    channel = tg.channel("Kıyı", [ayse])
    post = await channel.post("", document=("kurallar.txt", RULES.encode()))
    await tg.until(lambda: texts_in(load, collection_of(channel.id)), "file")
    await post.edit("", document=tg.store_file(b"%PDF-1.7 bozuk", "kurallar.pdf"))
    await tg.until(lambda: worker.done == 2, "new file")
    await tg.until(lambda: not waiting_in(tmp_path), "end of the queue")
    assert texts_in(load, collection_of(channel.id)) == []


@pytest.mark.usefixtures("worker")
async def test_nobody_waits_for_a_file_that_was_to_be_fetched_later_and_is_forgotten(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tg.fault("500", DOWNLOAD, times=99)
    fault = tg.faults[-1]
    await chat.send(ayse, document=("kurallar.txt", RULES.encode()))
    await tg.until(lambda: fault.times < 99, "a failure")
    question = await said(chat, ayse, "/erase", "silinsin mi")
    await question.press(say("tr", "telegram-erase-yes"))
    await question.wait(lambda message: not message.buttons)
    assert not waiting_in(tmp_path)
    await asyncio.sleep(1.5)  # it would have been fetched again
    looks = 0
    first_waiting = Jobs.first_waiting

    def look(jobs: Jobs) -> Any:
        nonlocal looks
        looks += 1
        return first_waiting(jobs)

    monkeypatch.setattr(Jobs, "first_waiting", look)
    await asyncio.sleep(1)
    assert looks <= 2


def test_the_receipt_of_what_was_added_just_before_its_group_moved_is_whole(
    load: Load,
) -> None:
    with closing(load()) as library:
        added = library.add(Document("Kurallar", RULES, "/kurallar", "1"), "chat:-7")
        outcome = {"collection": "chat:-7", "document_id": added.document_id, "older_id": 0}
        library.rename_collection("chat:-7", "chat:-100")
        task = Task(-100, -1, "tr", "chat:-100")
        found = _find(library, Job(1, 1, task, None, 1, 0, json.dumps(outcome)))
    assert found
    assert (found.title, found.beginning, found.is_of_channel) == ("Kurallar", RULES, False)
