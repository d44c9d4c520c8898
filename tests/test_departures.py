"""What is on its way when the bot leaves a chat: nothing of that is quoted any more, anywhere."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.cards import share_query
from bot.context import BotData
from bot.jobs import Job, Task
from bot.localization import say
from bot.rights import collection_of
from bot.settings import Settings
from bot.state import State
from bot.telling import _find_allowed
from embeddings.datatypes import SHARED
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Call, Chat, FakeTelegram, User
from tests.serving import serving
from tests.shelf import add_paragraphs

MARK, INSTEAD = "mercan", "incir"
ASKED = f"Balıkçılar toplantıyı {MARK} limanında mı yaptı?"


def sentence(mark: str) -> str:
    return f"Balıkçılar toplantıyı {mark} limanında yaptı."


@pytest.fixture
def channel(tg: FakeTelegram, ayse: User, can: User) -> Chat:
    """Ayşe's; Can reads it."""
    return tg.channel("Duyurular", [ayse, can])


@pytest.fixture
def library(tmp_path: Path, channel: Chat) -> Iterator[Library]:
    """The channel's archive, which answers better than what everybody may read."""
    with closing(Library(tmp_path / "library", LetterEncoder())) as library:
        for collection, mark, title in (
            (SHARED, INSTEAD, "Limanlar"),
            (collection_of(channel.id), MARK, "Tutanak"),
        ):
            text = f"Önce {mark} sabahı oldu.\n\n{sentence(mark)}"
            add_paragraphs(library, title, text, collection)
        yield library


@pytest.fixture
def state(tmp_path: Path, channel: Chat) -> Iterator[State]:
    """The bot's memory, as it is on the disk."""
    with closing(State.in_folder(tmp_path)) as opened:
        opened.note_chat(channel.id, channel.raw["title"], "channel")
        yield opened


@pytest.fixture(autouse=True)
async def bot(
    tg: FakeTelegram,
    library: Library,
    tmp_path: Path,
    state: State,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library):
        yield
    assert not tg.violations
    # The fake's server may be in the middle of a request when the bot hangs up.
    ours = [record for record in caplog.records if record.name.startswith(("bot", "embeddings"))]
    assert not [record for record in ours if record.levelname == "ERROR"]


def marked(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if MARK in str(call.args)]


Leave = Callable[[str, Callable[[], Awaitable[object]]], Awaitable[None]]


@pytest.fixture
def leave(tg: FakeTelegram, channel: Chat, state: State) -> Leave:
    """Let the bot leave the channel while a call that quotes it fails; later calls may not."""

    async def leave_while(method: str, begin: Callable[[], Awaitable[object]]) -> None:
        fault = tg.fault("502", method, times=100)
        task = asyncio.ensure_future(begin())

        def has_failed() -> bool:
            return any(call.method == method and call.error for call in marked(tg.calls))

        await tg.until(has_failed, f"{method} that fails")
        await channel.set_bot("left")
        await tg.until(lambda: state.has_left(channel.id), "note")
        before = len(tg.calls)
        fault.times = 0
        await task
        assert not marked(tg.calls[before:])

    return leave_while


async def test_an_answer_in_a_private_chat_is_another_one(
    tg: FakeTelegram, can: User, leave: Leave
) -> None:
    chat = tg.private(can)

    async def ask() -> None:
        await chat.send(can, ASKED)
        assert INSTEAD in (await chat.next_bot_message()).text

    await leave("sendMessage", ask)


async def test_an_answer_in_the_group_of_the_channel_is_another_one(
    tg: FakeTelegram, ayse: User, channel: Chat, leave: Leave
) -> None:
    group = tg.supergroup("Sohbet", [ayse])
    channel.link(group)

    async def ask() -> None:
        await group.send(ayse, f"/sor {ASKED}")
        assert INSTEAD in (await group.next_bot_message()).text

    await leave("sendMessage", ask)


async def test_an_edited_answer_is_another_one(tg: FakeTelegram, can: User, leave: Leave) -> None:
    chat = tg.private(can)
    sent = await chat.send(can, f"{INSTEAD} liman hangisi?")
    reply = await chat.next_bot_message()

    async def edit() -> None:
        await sent.edit(ASKED)
        await reply.next_edit()
        assert INSTEAD in reply.text

    await leave("editMessageText", edit)


@pytest.mark.parametrize("label", ["⤢ Context", "›"])
async def test_a_page_that_is_turned_shows_another_quote(
    tg: FakeTelegram, can: User, leave: Leave, label: str
) -> None:
    chat = tg.private(can)
    await chat.send(can, ASKED if label != "›" else f"{INSTEAD} limanında kim ne yaptı?")
    reply = await chat.next_bot_message()

    async def turn() -> None:
        await reply.press(label)
        await reply.next_edit()
        assert MARK not in reply.text

    await leave("editMessageText", turn)


@pytest.mark.parametrize("is_shared", [False, True])
async def test_a_list_to_choose_from_offers_nothing_of_it(
    tg: FakeTelegram, can: User, channel: Chat, library: Library, leave: Leave, is_shared: bool
) -> None:
    (hit, *_) = library.answer(ASKED, [collection_of(channel.id)]).quotes
    titles: set[str] = set()

    async def type_it() -> None:
        query = share_query(hit.reference) if is_shared else ASKED
        titles.update(result.title for result in await tg.inline(can, query))

    await leave("answerInlineQuery", type_it)
    assert titles == {say("en", "telegram-inline-gone-title") if is_shared else "Limanlar"}


async def test_what_is_chosen_from_a_list_that_stood_open_is_taken_back(
    tg: FakeTelegram, can: User, group: Chat, channel: Chat, state: State
) -> None:
    offered = await tg.inline(can, ASKED)
    result = next(result for result in offered if MARK in result.text)
    await channel.set_bot("left")
    await tg.until(lambda: state.has_left(channel.id), "note")
    sent = await result.choose(group)
    await sent.wait(lambda message: MARK not in message.text)
    assert (sent.text, sent.buttons) == (say("en", "telegram-inline-gone"), [])


async def test_the_receipt_of_what_went_into_the_archive_shows_nothing_of_it(
    can: User, channel: Chat, library: Library, state: State, tmp_path: Path
) -> None:
    """As where its admin has sent an export of the channel in private."""
    (document,) = library.documents([collection_of(channel.id)])
    outcome = {"collection": document.collection, "document_id": document.id, "older_id": 0}
    task = Task(can.id, 1, "tr", collection_of(can.id))
    job = Job(1, 1, task, None, 1, 0, json.dumps(outcome))
    loaded: asyncio.Future[Library] = asyncio.get_running_loop().create_future()
    loaded.set_result(library)
    data = BotData(loaded, state, Settings(data=tmp_path))
    found = _find_allowed(data, job)
    assert found
    assert found.beginning.startswith("Önce mercan")
    state.note_left(channel.id)
    assert _find_allowed(data, job) is None


async def test_a_passage_that_an_admin_of_the_channel_opens_is_not_shown(
    tg: FakeTelegram, ayse: User, leave: Leave
) -> None:
    chat = tg.private(ayse)
    await chat.send(ayse, "/documents")
    shown = await chat.next_bot_message()
    await shown.press("Duyurular")
    await shown.next_edit()
    await shown.press("1")
    await shown.next_edit()

    async def open_it() -> None:
        await shown.press(say("tr", "telegram-documents-open"))
        await shown.next_edit()
        assert shown.text == say("tr", "telegram-documents-gone")

    await leave("editMessageText", open_it)
