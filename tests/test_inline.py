"""Inline mode, through the fake server, with a library of known answers."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import share_query
from bot.handlers.inline import Latest, take_question
from bot.localization import say
from bot.rights import collection_of
from bot.state import State
from embeddings.datatypes import Answer, Hit, QuoteReference
from embeddings.errors import StoreError
from tests.fake_telegram import Call, Chat, FakeTelegram, InlineResult, User
from tests.serving import KnownAnswers, quote, serving

QUESTION = "Toplantı nasıl yapıldı?"
TEXT = "Üyeler davet edildi. Toplantı çevrim içi yapıldı. Tutanak 3 < 4 & 5 > 4."
BOLD = "Toplantı çevrim içi yapıldı."
ANSWER = quote(TEXT, BOLD, title="Ortak <açıklama>", heading="Kararlar", passage_id=7)
SHARE = share_query(ANSWER.quotes[0].reference)


class Shelf(KnownAnswers):
    """Known answers, and the collections that hold documents; the quotes stand in the last."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        super().__init__(answers)
        self.stored = ["shared"]

    def collections(self) -> list[str]:
        return self.stored

    def quotes(
        self, references: Sequence[QuoteReference], collections: Sequence[str]
    ) -> list[Hit | None]:
        known = {hit.reference: hit for answer in self.answers.values() for hit in answer.quotes}
        may_read = self.stored[-1] in collections
        return [known.get(reference) if may_read else None for reference in references]


def many(count: int) -> Answer:
    """An answer with so many quotes."""
    hits = [
        quote(f"Toplantı {number}. kez yapıldı.", passage_id=number, title=f"Tutanak {number}")
        for number in range(1, count + 1)
    ]
    return replace(hits[0], quotes=tuple(hit for answer in hits for hit in answer.quotes))


@pytest.fixture
def library() -> Shelf:
    return Shelf({QUESTION: ANSWER})


@pytest.fixture(autouse=True)
async def bot(tg: FakeTelegram, library: Shelf, tmp_path: Path, mode: str) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library, mode):
        yield
    assert not tg.violations
    wanted = "query is too old", "bot is not a member"  # by the tests of these
    errors = [call.error for call in tg.calls if call.error]
    assert not [error for error in errors if not any(words in error for words in wanted)]


def answers(tg: FakeTelegram) -> list[Call]:
    return [call for call in tg.calls if call.method == "answerInlineQuery"]


def button(tg: FakeTelegram) -> tuple[str, str]:
    """What stands on the button above the last list, and what it brings to the private chat."""
    shown = answers(tg)[-1].args["button"]
    return shown["text"], shown["start_parameter"]


def type_inline(tg: FakeTelegram, person: User, query: str) -> str:
    """Type in a text field, and do not wait for the list."""
    query_id = tg.open_query("inline")
    update = {"id": query_id, "from": person.raw, "query": query, "offset": ""}
    tg.push("inline_query", update, person.id)
    return query_id


def stored_questions(folder: Path) -> list[tuple[int, str | None]]:
    """Where questions were asked, and their texts as far as they are kept."""
    database = sqlite3.connect(folder / "state.db")
    try:
        return database.execute("select chat_id, text from questions").fetchall()
    finally:
        database.close()


async def choose(tg: FakeTelegram, result: InlineResult, chat: Chat, folder: Path) -> None:
    """Send a result, and wait until what the bot is told of it is handled."""
    before = len(stored_questions(folder))
    await result.choose(chat)
    await tg.until(lambda: len(stored_questions(folder)) > before, "question that counts as asked")


# ---- what is offered


async def test_a_quote_is_offered_with_its_title_and_the_sentence_that_answers(
    tg: FakeTelegram, ayse: User
) -> None:
    (result,) = await tg.inline(ayse, f"  {QUESTION} ")
    assert result.title == "Ortak <açıklama>"
    assert result.raw["description"] == BOLD
    group = tg.foreign_group("Grup", [ayse])
    sent = await result.choose(group)
    assert sent.text == f"{TEXT}\n— Ortak <açıklama>\nKararlar"
    assert sent.marked("blockquote") == [TEXT]
    assert sent.marked("bold") == [BOLD]
    content = result.raw["input_message_content"]
    assert content["link_preview_options"] == {"is_disabled": True}


async def test_the_buttons_of_a_quote_that_was_sent_need_no_memory(
    tg: FakeTelegram, ayse: User
) -> None:
    ((copy, ask),) = (await tg.inline(ayse, QUESTION))[0].raw["reply_markup"]["inline_keyboard"]
    assert copy == {"text": say("tr", "telegram-card-copy"), "copy_text": {"text": BOLD}}
    assert ask == {
        "text": say("tr", "telegram-inline-ask"),
        "switch_inline_query_current_chat": "",
    }


async def test_a_long_sentence_is_shortened_in_the_list_and_for_copying(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    library.answers[QUESTION] = quote("kırk " * 100, "kırk " * 100, title="", heading="Bölüm")
    (result,) = await tg.inline(ayse, QUESTION)
    assert result.title == "Bölüm"
    assert result.raw["description"] == "kırk " * 39 + "kırk…"
    copied = result.raw["reply_markup"]["inline_keyboard"][0][0]["copy_text"]["text"]
    assert copied == "kırk " * 50 + "kırk"
    assert result.text.startswith("kırk " * 99 + "kırk\n")


async def test_what_has_no_title_is_called_by_its_text(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    library.answers[QUESTION] = quote("Kırk satır.", title="")
    (result,) = await tg.inline(ayse, QUESTION)
    assert result.title == "Kırk satır."


async def test_a_list_is_personal_and_kept_briefly(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    library.answers["kimse yok mu"] = many(11)
    for query in (QUESTION, "kimse yok mu", "bilinmeyen soru", "ab", SHARE, "#8.0.1"):
        await tg.inline(ayse, query)
    library.answers.clear()
    await tg.inline(ayse, QUESTION)
    assert len(answers(tg)) == 7
    for call in answers(tg):
        assert call.args["is_personal"] is True
        assert call.args["cache_time"] == 0  # what is removed is not offered again


@pytest.mark.parametrize("count", [1, 10, 11, 20])
async def test_pages_show_every_quote_once(
    tg: FakeTelegram, ayse: User, library: Shelf, count: int
) -> None:
    library.answers[QUESTION] = many(count)
    titles: list[str] = []
    offset = ""
    for _ in range(-(-count // 10)):
        page = await tg.inline(ayse, QUESTION, offset)
        assert len(page) <= 10
        titles += [result.title for result in page]
        offset = answers(tg)[-1].args.get("next_offset", "")
        assert offset == (str(len(titles)) if len(titles) < count else "")
    assert titles == [f"Tutanak {number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("offset", ["x", "-1", "1e3", "९", "10 ", "99999999"])
async def test_a_strange_offset_begins_the_list_anew(
    tg: FakeTelegram, ayse: User, library: Shelf, offset: str
) -> None:
    library.answers[QUESTION] = many(12)
    assert (await tg.inline(ayse, QUESTION, offset))[0].title == "Tutanak 1"


@pytest.mark.parametrize("query", [QUESTION, "bilinmeyen soru"])
async def test_beyond_its_end_a_list_is_empty(tg: FakeTelegram, ayse: User, query: str) -> None:
    assert await tg.inline(ayse, query, "10") == []
    assert "button" not in answers(tg)[-1].args


# ---- what is not offered


@pytest.mark.parametrize("query", ["", "  ab ", "a!?…b", "👩🏽‍🚀 🇹🇷", "#1.0"])
async def test_under_three_letters_there_is_a_hint(
    tg: FakeTelegram, ayse: User, library: Shelf, query: str
) -> None:
    assert await tg.inline(ayse, query) == []
    assert button(tg) == (say("tr", "telegram-inline-hint"), "help")
    assert not library.asked


@pytest.mark.parametrize("query", ["Fransa'nın <b>nüfusu</b> kaç?", "teşekkürler", "sel"])
async def test_what_is_not_found_is_said_by_the_one_result(
    tg: FakeTelegram, ayse: User, query: str
) -> None:
    (result,) = await tg.inline(ayse, query)
    assert result.title == say("tr", "telegram-inline-not-found-title")
    sent = await result.choose(tg.foreign_group("Grup", [ayse]))
    assert sent.text == say("tr", "telegram-inline-not-found", question=query)


async def test_a_quote_that_is_near_but_no_answer_is_not_offered(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    library.answers[QUESTION] = replace(ANSWER, answered=False)
    (result,) = await tg.inline(ayse, QUESTION)
    assert result.text == say("tr", "telegram-inline-not-found", question=QUESTION)


async def test_the_button_brings_the_question_to_the_private_chat(
    tg: FakeTelegram, ayse: User, chat: Chat, library: Shelf
) -> None:
    question = "Toplantı ne zaman yapıldı?"
    await tg.inline(ayse, question)
    text, parameter = button(tg)
    assert text == say("tr", "telegram-inline-ask-privately")
    library.answers[question] = ANSWER  # a document was added meanwhile
    for _ in range(2):  # Telegram shows the button for some time yet
        await chat.send(ayse, f"/start {parameter}")
        assert (await chat.next_bot_message()).marked("bold") == [BOLD]
    assert library.asked == [question] * 3


def test_a_question_is_found_by_its_token_only() -> None:
    assert take_question("") is None
    assert take_question("x" * 22) is None


async def test_an_empty_library_says_so(tg: FakeTelegram, ayse: User, library: Shelf) -> None:
    library.answers.clear()
    assert await tg.inline(ayse, QUESTION) == []
    assert button(tg) == (say("tr", "telegram-inline-no-documents"), "help")


async def test_trouble_with_the_library_is_said_on_the_button(
    tg: FakeTelegram, ayse: User, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> list[str]:
        raise StoreError("the disk is full")

    monkeypatch.setattr(library, "collections", fail)
    assert await tg.inline(ayse, QUESTION) == []
    text, parameter = button(tg)
    assert text == say("tr", "telegram-inline-trouble")
    assert take_question(parameter.removeprefix("q-")) == QUESTION
    assert answers(tg)[-1].args["cache_time"] == 0  # it may be over the next moment


async def test_each_person_is_spoken_to_in_their_language(
    tg: FakeTelegram, ayse: User, tmp_path: Path
) -> None:
    bob = tg.user("Bob", lang="en")
    await tg.inline(bob, "a")
    assert button(tg)[0] == say("en", "telegram-inline-hint")
    state = State.in_folder(tmp_path)
    state.change_settings(ayse.id, language="en")  # chosen in the private chat
    state.close()
    await tg.inline(ayse, "a")
    assert button(tg)[0] == say("en", "telegram-inline-hint")


async def test_a_query_is_read_up_to_its_256th_character(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    await tg.inline(ayse, "a" * 300)
    assert library.asked == ["a" * 256]


# ---- who may read what


async def test_exactly_what_the_person_may_read_is_searched(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    bob = tg.user("Bob", lang="en")
    ours, theirs, left = tg.group("A", [ayse]), tg.supergroup("B", [bob]), tg.group("C", [ayse])
    left.bot_status = "left"
    library.stored = [
        *(collection_of(chat_id) for chat_id in (ours.id, theirs.id, left.id, bob.id)),
        "imported",
        "shared",
    ]
    await tg.inline(ayse, QUESTION)
    await tg.inline(bob, QUESTION)
    own = collection_of
    assert [sorted(names) for names in library.searched] == [
        sorted([own(ayse.id), "shared", own(ours.id)]),
        sorted([own(bob.id), "shared", own(theirs.id)]),
    ]


async def test_a_membership_is_asked_for_once_in_some_minutes(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    library.stored = [collection_of(tg.group("A", [ayse]).id), "shared"]
    for _ in range(3):
        await tg.inline(ayse, QUESTION)
    assert [call.method for call in tg.calls].count("getChatMember") == 1


async def test_a_quote_is_shared_by_whoever_may_read_it(
    tg: FakeTelegram, ayse: User, library: Shelf
) -> None:
    bob = tg.user("Bob", lang="en")
    library.stored = ["shared", collection_of(tg.group("A", [ayse]).id)]
    (result,) = await tg.inline(ayse, SHARE)
    assert result.text.startswith(TEXT)
    (refused,) = await tg.inline(bob, SHARE)
    assert refused.text == say("en", "telegram-inline-gone")
    assert "button" not in answers(tg)[-1].args
    (gone,) = await tg.inline(ayse, "#8.0.1")
    assert gone.text == gone.raw["description"] == say("tr", "telegram-inline-gone")
    assert gone.title == "Bu alıntı artık yok"
    assert not library.asked


# ---- a quote that was chosen is a vote


async def test_a_quote_that_was_chosen_is_a_vote_for_it(
    tg: FakeTelegram, ayse: User, tmp_path: Path
) -> None:
    (result,) = await tg.inline(ayse, QUESTION)
    await choose(tg, result, tg.foreign_group("Grup", [ayse]), tmp_path)
    assert stored_questions(tmp_path) == [(ayse.id, None)]  # without its text
    state = State.in_folder(tmp_path)
    await tg.until(lambda: state.stats(ayse.id).up, "vote")
    assert state.stats(ayse.id)[:4] == (1, 1, 1, 0)
    state.change_settings(ayse.id, keeps_text=True)
    await choose(tg, result, tg.private(ayse), tmp_path)
    assert stored_questions(tmp_path)[1:] == [(ayse.id, QUESTION)]
    (shared,) = await tg.inline(ayse, SHARE)
    await choose(tg, shared, tg.private(ayse), tmp_path)
    assert stored_questions(tmp_path)[2:] == [(ayse.id, "")]  # of a button: nobody's question
    await tg.until(lambda: state.stats(ayse.id).up == 3, "votes")
    state.close()


async def test_to_choose_that_nothing_was_found_is_no_vote(
    tg: FakeTelegram, ayse: User, tmp_path: Path
) -> None:
    (result,) = await tg.inline(ayse, "bilinmeyen soru")
    await result.choose(tg.foreign_group("Grup", [ayse]))
    (other,) = await tg.inline(ayse, QUESTION)
    await choose(tg, other, tg.foreign_group("Grup", [ayse]), tmp_path)
    assert len(stored_questions(tmp_path)) == 1


# ---- a query for each letter that is typed


async def test_of_what_is_typed_on_only_the_last_is_looked_up(
    tg: FakeTelegram, ayse: User, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, answer = threading.Event(), library.answer

    def wait_and_answer(question: str, *args: object, **kwargs: object) -> Answer:
        assert gate.wait(5)
        return answer(question, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "answer", wait_and_answer)
    typed = [QUESTION[:length] for length in (8, 10, 13, len(QUESTION))]
    first, *_, last = [type_inline(tg, ayse, query) for query in typed]
    bob = tg.user("Bob", lang="en")
    others = type_inline(tg, bob, "kimse yok mu")
    pending = "pending_update_count"
    await tg.until(lambda: not tg.do_get_webhook_info()[pending], "delivery")
    await asyncio.sleep(0.1)
    gate.set()
    for query_id in (first, last, others):
        await tg.query_answer(query_id, "list")
    assert sorted(library.asked) == sorted([typed[0], typed[-1], "kimse yok mu"])
    assert len(answers(tg)) == 3


async def test_one_query_of_a_person_goes_on_at_a_time() -> None:
    latest, begun = Latest(), []

    async def ask(person: int, number: int) -> None:
        async with latest.turn(person) as is_latest:
            if is_latest:
                begun.append((person, number))
                await asyncio.sleep(0)

    await asyncio.gather(*(ask(1, number) for number in range(4)), ask(2, 0))
    assert begun == [(1, 0), (2, 0), (1, 3)]
    await ask(1, 4)
    assert begun[-1] == (1, 4)


async def test_a_failure_lets_the_next_query_through() -> None:
    latest = Latest()
    with pytest.raises(KeyError):
        async with latest.turn(1):
            raise KeyError
    async with latest.turn(1) as is_latest:
        assert is_latest


async def test_a_query_that_is_too_old_by_then_is_no_error(
    tg: FakeTelegram, ayse: User, caplog: pytest.LogCaptureFixture
) -> None:
    tg.query_ttl_s = -1
    type_inline(tg, ayse, QUESTION)
    call = await tg.wait_call("answerInlineQuery")
    assert "query is too old" in call.error
    tg.query_ttl_s = 15
    assert await tg.inline(ayse, QUESTION)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
