"""What is on its way when a document is removed: nothing of it is sent any more, in any way."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from telegram.ext import ExtBot
from telegram.request import RequestData

from bot.cards import share_query
from bot.connection import PatientRequest
from bot.localization import say
from bot.outgoing import Outgoing, Withdrawn, holding, quoted, quoting, until_sent
from bot.pace import PatientLimiter
from bot.rights import collection_of
from bot.state import State
from embeddings.datatypes import SHARED
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Call, Chat, FakeTelegram, Msg, User
from tests.serving import serving
from tests.shelf import add_paragraphs

MARK = "zambak"
TEXT = f"Önce tekne geldi.\n\nÇiçek limanda durur, adı {MARK}.\n\nSonra {MARK} soldu."
QUESTION = "Çiçek limanda nerede durur?"
INSTEAD = "Çiçek pazarda durur, adı lale."


class Shelf(Library):
    """A library in which the document with the mark can be removed at once."""

    marked = 0  # the document's id

    def remove_marked(self) -> None:
        assert self.remove(self.marked, [SHARED]) == [self.marked]

    def remove_others(self) -> None:
        for document in self.documents([SHARED]):
            if document.id != self.marked:
                self.remove(document.id, [SHARED])


@pytest.fixture
def library(tmp_path: Path) -> Shelf:
    """Closed by the bot."""
    library = Shelf(tmp_path / "library", LetterEncoder())
    add_paragraphs(library, "Pazar", INSTEAD)
    library.marked = add_paragraphs(library, "Liman", TEXT)
    return library


@pytest.fixture
async def bot(tg: FakeTelegram, library: Shelf, tmp_path: Path, ayse: User) -> AsyncIterator[None]:
    """Ayşe runs it."""
    data = tmp_path / "data"
    async with serving(tg, data, lambda: library, operators=frozenset({ayse.id})):
        await tg.wait_call("setMyCommands")
        yield
    assert not tg.violations


def marked(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if MARK in str(call.args).lower()]


async def failed(tg: FakeTelegram, method: str) -> None:
    """Wait until a fault has hit a call that holds the mark."""

    def is_hit() -> bool:
        return any(c.method == method and c.error.startswith("fault") for c in marked(tg.calls))

    await tg.until(is_hit, f"a fault of {method}")


async def remove_while_it_waits(
    tg: FakeTelegram, library: Shelf, kind: str, method: str, begin: Callable[[], Any]
) -> list[Call]:
    """Remove the document after the first attempt to send it; the calls that come then."""
    tg.fault(kind, method, times=1 if kind == "429" else 3)
    task = asyncio.ensure_future(begin())
    await failed(tg, method)
    library.remove_marked()
    before = len(tg.calls)
    await task
    return tg.calls[before:]


# ---- the rule


async def test_a_call_is_refused_once_a_passage_that_it_quotes_is_gone() -> None:
    there = {1, 2}
    outgoing = Outgoing(lambda ids: there.issuperset(ids))
    with quoting([1, 2]), outgoing.call():
        assert quoted() == {1, 2}
    there.remove(2)
    with outgoing.call():  # it quotes nothing
        assert quoted() == frozenset()
    with quoting([1]), outgoing.call():
        pass
    with pytest.raises(Withdrawn), quoting([1, 2]), outgoing.call():
        pytest.fail("it is sent")


async def test_what_nobody_can_look_up_is_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    def fail(ids: Sequence[int]) -> bool:
        raise StoreError("the disk is gone")

    with pytest.raises(Withdrawn), quoting([1]), Outgoing(fail).call():
        pytest.fail("it is sent")
    assert "still there" in caplog.text


async def test_who_removes_waits_for_the_calls_that_quote_it_and_for_no_others() -> None:
    there = {1, 2, 3}
    outgoing = Outgoing(lambda ids: there.issuperset(ids))
    over = {number: asyncio.Event() for number in there}

    async def send(number: int) -> None:
        with quoting([number]), outgoing.call():
            await over[number].wait()

    sendings = [asyncio.create_task(send(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    there -= {1, 2}
    drained = asyncio.create_task(outgoing.drained())
    over[1].set()
    await asyncio.sleep(0.01)
    assert not drained.done()
    over[2].set()
    await asyncio.wait_for(drained, 1)
    over[3].set()
    await asyncio.gather(*sendings)


async def test_who_removes_waits_for_a_long_upload_too_and_that_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    there = {1}
    outgoing = Outgoing(lambda ids: there.issuperset(ids), long_s=0)
    with holding(lambda: bool(there)), outgoing.call():
        there.clear()
        drained = asyncio.create_task(outgoing.drained())
        for _ in range(10):
            await asyncio.sleep(0)
        assert "has to wait" in caplog.text
        assert not drained.done()
    await drained


@given(
    sendings=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(0, 3))),
    removals=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), unique_by=lambda r: r[0]),
)
def test_after_a_receipt_nothing_of_the_removed_is_on_the_wire(
    sendings: list[tuple[int, int, int]], removals: list[tuple[int, int]]
) -> None:
    """Each sending: of a document, beginning after so many steps, on the wire for so many."""
    wire: list[tuple[str, int]] = []
    there = {0, 1, 2}
    outgoing = Outgoing(lambda ids: there.issuperset(ids))

    async def steps(count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    async def send(document: int, begins: int, lasts: int) -> None:
        await steps(begins)
        try:
            with quoting([document]), outgoing.call():
                wire.append(("begins", document))
                await steps(lasts)
                wire.append(("ends", document))
        except Withdrawn:
            wire.append(("withdrawn", document))

    async def remove(document: int, begins: int) -> None:
        await steps(begins)
        there.discard(document)
        await outgoing.drained()
        wire.append(("receipt", document))

    async def live() -> None:
        await asyncio.gather(
            *(send(*one) for one in sendings), *(remove(*one) for one in removals)
        )

    asyncio.run(live())
    for document, _ in removals:
        after = wire[wire.index(("receipt", document)) :]
        assert not {("begins", document), ("ends", document)} & set(after)
    kept = {0, 1, 2} - {document for document, _ in removals}
    assert not [step for step in wire if step[0] == "withdrawn" and step[1] in kept]


async def test_what_is_withdrawn_is_built_anew_but_not_for_ever() -> None:
    attempts: list[int] = []

    async def attempt(succeeds_at: int) -> str:
        attempts.append(succeeds_at)
        if len(attempts) < succeeds_at:
            raise Withdrawn
        return "sent"

    assert await until_sent(lambda: attempt(3)) == "sent"
    assert len(attempts) == 3
    attempts.clear()
    with pytest.raises(Withdrawn):
        await until_sent(lambda: attempt(100))
    assert len(attempts) == 10


async def test_what_is_withdrawn_counts_for_no_limit(tg: FakeTelegram, group: Chat) -> None:
    there = {1}
    outgoing = Outgoing(lambda ids: there.issuperset(ids))
    limiter = PatientLimiter(pause_s=0.01, in_group=2, group_window_s=60)
    request = PatientRequest(call=outgoing.call)
    async with ExtBot(
        tg.token, tg.base_url, tg.base_file_url, request=request, rate_limiter=limiter
    ) as bot:
        await bot.send_message(group.id, "0")
        there.clear()
        for _ in range(3):
            with pytest.raises(Withdrawn), quoting([1]):
                await bot.send_message(group.id, "1")
        await asyncio.wait_for(bot.send_message(group.id, "2"), 5)
    assert [message.text for message in group.from_bot] == ["0", "2"]


# ---- every path


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", ["429", "502", "drop", "drop_after"])
async def test_an_answer_that_is_sent_again_is_another_one_if_its_document_is_gone(
    tg: FakeTelegram, library: Shelf, chat: Chat, ayse: User, kind: str
) -> None:
    async def ask() -> None:
        sent = await chat.send(ayse, QUESTION)
        await tg.until(
            lambda: [m for m in chat.from_bot if m.reply_to == sent.id and "lale" in m.text],
            "another answer",
        )

    later = await remove_while_it_waits(tg, library, kind, "sendMessage", ask)
    assert not marked(later)


async def test_an_answer_that_waits_for_the_limit_of_its_group_is_another_one(
    tg: FakeTelegram,
    library: Shelf,
    group: Chat,
    ayse: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = PatientLimiter.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(limits, "in_group", 1)
    monkeypatch.setitem(limits, "group_window_s", 2)
    data = tmp_path / "data"
    async with serving(tg, data, lambda: library):
        with closing(State.in_folder(data)) as state:
            await group.send(ayse, "/sor Pazarda ne durur, adı lale mi?")
            await group.next_bot_message()
            sent = await group.send(ayse, f"/sor {QUESTION}")
            # Found, and kept for its buttons: from now on it waits.
            await tg.until(lambda: state.card_of(group.id, sent.id), "card")
            card = state.card_of(group.id, sent.id)
            assert card
            library.remove_marked()
            reply = await group.next_bot_message()
    assert reply.reply_to == sent.id
    assert reply.marked("bold") == [INSTEAD]
    assert not marked(tg.calls)


@pytest.mark.usefixtures("bot")
async def test_where_nothing_else_is_found_that_is_said(
    tg: FakeTelegram, library: Shelf, chat: Chat, ayse: User
) -> None:
    library.remove_others()

    async def ask() -> None:
        await chat.send(ayse, QUESTION)
        assert (await chat.next_bot_message()).text == say("tr", "telegram-no-documents")

    assert not marked(await remove_while_it_waits(tg, library, "429", "sendMessage", ask))


@pytest.mark.usefixtures("bot")
async def test_an_edited_answer_is_another_one_if_its_document_is_gone(
    tg: FakeTelegram, library: Shelf, chat: Chat, ayse: User
) -> None:
    sent = await chat.send(ayse, "Pazarda ne durur?")
    reply = await chat.next_bot_message()

    async def edit() -> None:
        await sent.edit(QUESTION)
        await reply.next_edit()

    later = await remove_while_it_waits(tg, library, "drop", "editMessageText", edit)
    assert not marked(later)
    assert reply.marked("bold") == [INSTEAD]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("button", ["›", "⤢ Bağlam"])
async def test_a_page_that_is_turned_shows_another_quote_if_its_document_is_gone(
    tg: FakeTelegram, library: Shelf, chat: Chat, ayse: User, button: str
) -> None:
    question = QUESTION if button != "›" else "Pazarda çiçek durur, adı ne?"
    await chat.send(ayse, question)
    reply = await chat.next_bot_message()
    assert (MARK in reply.text) == (button != "›")

    async def turn() -> None:
        await reply.press(button)
        await tg.until(lambda: "lale" in reply.text and tg.calls[-1].method[:4] == "edit", "")

    later = await remove_while_it_waits(tg, library, "429", "editMessageText", turn)
    assert not marked(later)
    assert reply.marked("blockquote") == [INSTEAD]


@pytest.mark.usefixtures("bot")
async def test_a_card_of_which_nothing_is_left_says_so(
    tg: FakeTelegram, library: Shelf, chat: Chat, ayse: User
) -> None:
    library.remove_others()
    await chat.send(ayse, QUESTION)
    reply = await chat.next_bot_message()

    async def turn() -> None:
        await reply.press("⤢ Bağlam")
        await reply.next_edit()

    later = await remove_while_it_waits(tg, library, "429", "editMessageText", turn)
    assert not marked(later)
    assert (reply.text, reply.buttons) == (say("tr", "telegram-card-gone"), [])


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", ["429", "502", "drop"])
async def test_a_list_to_choose_from_offers_nothing_that_is_gone(
    tg: FakeTelegram, library: Shelf, ayse: User, kind: str
) -> None:
    titles: list[str] = []

    async def type_it() -> None:
        titles.extend(result.title for result in await tg.inline(ayse, QUESTION))

    later = await remove_while_it_waits(tg, library, kind, "answerInlineQuery", type_it)
    assert not marked(later)
    assert titles == ["Pazar"]


@pytest.mark.usefixtures("bot")
async def test_a_quote_that_is_shared_by_its_button_is_told_to_be_gone(
    tg: FakeTelegram, library: Shelf, ayse: User
) -> None:
    (hit, *_) = library.answer(QUESTION, [SHARED]).quotes
    assert MARK in hit.passage.text
    titles: list[str] = []

    async def type_it() -> None:
        found = await tg.inline(ayse, share_query(hit.reference))
        titles.extend(result.title for result in found)

    later = await remove_while_it_waits(tg, library, "502", "answerInlineQuery", type_it)
    assert not marked(later)
    assert titles == [say("tr", "telegram-inline-gone-title")]


@pytest.mark.usefixtures("bot")
async def test_what_is_chosen_from_a_list_that_stood_open_is_taken_back(
    tg: FakeTelegram, library: Shelf, group: Chat, ayse: User
) -> None:
    offered = await tg.inline(ayse, QUESTION)
    result = next(result for result in offered if MARK in result.text)
    library.remove_marked()
    sent = await result.choose(group)
    await sent.wait(lambda message: MARK not in message.text)
    assert (sent.text, sent.buttons) == (say("tr", "telegram-inline-gone"), [])


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", ["429", "502", "drop"])
async def test_a_guest_quotes_nothing_that_is_gone(
    tg: FakeTelegram, library: Shelf, ayse: User, can: User, kind: str
) -> None:
    foreign = tg.foreign_private(ayse, can)

    async def mention() -> None:
        await foreign.send(ayse, f"@alinti_bot {QUESTION}")
        assert "lale" in (await foreign.next_bot_message()).text

    later = await remove_while_it_waits(tg, library, kind, "answerGuestQuery", mention)
    assert not marked(later)


async def open_marked(chat: Chat, ayse: User) -> Msg:
    """Open the document with the mark in the catalogue of the operator."""
    await chat.send(ayse, "/documents")
    shown = await chat.next_bot_message()
    await shown.press(say("tr", "telegram-documents-everybody"))
    await shown.next_edit()
    await shown.press("1")  # the newest
    await shown.wait(lambda message: message.text.startswith("Liman"))
    return shown


@pytest.mark.usefixtures("bot")
async def test_a_passage_that_is_opened_is_not_shown_if_its_document_is_gone(
    tg: FakeTelegram, library: Shelf, chat: Chat, ayse: User
) -> None:
    shown = await open_marked(chat, ayse)
    await shown.press(say("tr", "telegram-documents-open"))
    await shown.next_edit()
    assert shown.marked("blockquote") == ["Önce tekne geldi."]

    async def turn() -> None:
        await shown.press("›")
        await shown.next_edit()

    later = await remove_while_it_waits(tg, library, "429", "editMessageText", turn)
    assert not marked(later)
    assert shown.text == say("tr", "telegram-documents-gone")


# ---- removal


@pytest.mark.usefixtures("bot")
async def test_the_receipt_of_a_removal_waits_for_an_answer_that_is_on_its_way(
    tg: FakeTelegram, chat: Chat, group: Chat, ayse: User
) -> None:
    shown = await open_marked(chat, ayse)
    await shown.press(say("tr", "telegram-documents-remove"))
    await shown.next_edit()
    tg.fault("slow", "sendMessage", seconds=2)
    await group.send(ayse, f"/sor {QUESTION}")
    await failed(tg, "sendMessage")
    await shown.press(say("tr", "telegram-documents-yes"))
    await shown.wait(lambda message: say("tr", "telegram-documents-removed") in message.text)
    assert MARK in group.from_bot[-1].text
    methods = [call.method for call in tg.calls]
    receipt = len(methods) - 1 - methods[::-1].index("editMessageText")
    (_, answer) = [at for at, call in enumerate(tg.calls) if MARK in str(call.args).lower()]
    assert answer < receipt
    await group.send(ayse, f"/sor {QUESTION}")
    await tg.until(lambda: "lale" in group.from_bot[-1].text, "another answer")


async def test_a_removal_that_a_crash_has_cut_off_is_told_of_by_the_next_process(
    tg: FakeTelegram, ayse: User, chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"

    def load() -> Library:
        return Library(folder, LetterEncoder())

    with closing(load()) as library:
        add_paragraphs(library, "Liman", TEXT, collection_of(chat.id))

    def has(message: Msg, label: str) -> bool:
        return label in message.buttons

    async def hang(outgoing: Outgoing) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(Outgoing, "drained", hang)
        async with serving(tg, tmp_path / "data", load):
            await chat.send(ayse, "/belgeler")
            shown = await chat.next_bot_message()
            for label in ("1", "remove", "yes"):
                label = label if label == "1" else say("tr", f"telegram-documents-{label}")
                await tg.until(partial(has, shown, label), label)
                await shown.press(label)
            with closing(load()) as library:
                await tg.until(lambda: not library.documents([collection_of(chat.id)]), "gone")
    removed = say("tr", "telegram-documents-removed")
    assert removed not in shown.text
    async with serving(tg, tmp_path / "data", load):
        await shown.wait(lambda message: removed in message.text)
        await chat.send(ayse, QUESTION)
        assert (await chat.next_bot_message()).text == say("tr", "telegram-no-documents")
    assert not marked(tg.calls)


# ---- nobody forgets to say what is quoted


async def test_each_call_says_what_it_quotes_and_no_other(
    tg: FakeTelegram,
    library: Shelf,
    ayse: User,
    can: User,
    chat: Chat,
    group: Chat,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every way to a quote; all documents have the mark."""
    library.remove_others()
    calls: list[tuple[str, bool, frozenset[int]]] = []
    do_request = PatientRequest.do_request

    async def note(
        self: PatientRequest,
        url: str,
        method: str,
        request_data: RequestData,
        *args: Any,
        **kwargs: Any,
    ) -> tuple[int, bytes]:
        body = str(request_data.parameters).lower() if request_data else ""
        calls.append((url.rpartition("/")[2], f"adı {MARK}" in body, quoted()))
        return await do_request(self, url, method, request_data, *args, **kwargs)

    monkeypatch.setattr(PatientRequest, "do_request", note)
    async with serving(tg, tmp_path / "data", lambda: library, operators=frozenset({ayse.id})):
        question = await chat.send(ayse, "Ayın öteki yüzünde ne var?")
        near = await chat.next_bot_message()
        await near.press("En yakın yerler")
        await near.next_edit()
        await question.edit(QUESTION)
        await near.next_edit()
        await group.send(can, f"/ask {QUESTION}")
        reply = await group.next_bot_message()
        await reply.press("⤢ Context")
        await reply.next_edit()
        await reply.press("›")
        await reply.next_edit()
        for result in await tg.inline(can, QUESTION):
            await tg.inline(can, result.raw["id"])
        foreign = tg.foreign_private(ayse, can)
        await foreign.send(ayse, f"@alinti_bot {QUESTION}")
        await foreign.next_bot_message()
        shown = await open_marked(chat, ayse)
        for label in ("📖 Parçaları aç", "›", "›"):
            await shown.press(label)
            await shown.next_edit()
    methods = {name for name, is_marked, _ in calls if is_marked}
    assert methods == {"sendMessage", "editMessageText", "answerInlineQuery", "answerGuestQuery"}
    assert all(passages for _, is_marked, passages in calls if is_marked)
    silent = {name for name, _, passages in calls if not passages}
    assert {"getUpdates", "answerCallbackQuery"} <= silent


def test_to_look_whether_a_quote_may_be_shown_reads_no_table_from_end_to_end(
    library: Shelf, tmp_path: Path
) -> None:
    """It is done in the loop that serves everybody, at each sending."""
    (hit, *_) = library.answer(QUESTION, [SHARED]).quotes
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert library.still_there([hit.passage_id])
        assert library.collections_of([hit.passage_id]) == {SHARED}
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    library.close()
    selected = [query for query in asked if query[0].startswith("SELECT")]
    assert len(selected) == 2
    (file,) = (tmp_path / "library").glob("*.db")
    with closing(sqlite3.connect(file)) as database:
        plans = [
            step
            for statement, parameters in selected
            for *_, step in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert [step for step in plans if step.startswith("SEARCH passages")]
    assert not [step for step in plans if step.startswith("SCAN")]
