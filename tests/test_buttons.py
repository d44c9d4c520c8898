"""Buttons below an answer, pressed in the fake: what changes, who may, what is said."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cards import show_card
from bot.handlers import buttons
from bot.localization import say
from bot.replies import MAX_LENGTH, utf16_length
from bot.rights import collection_of
from bot.state import Card, State, Stats
from embeddings.datatypes import SHARED, Hit, QuoteReference
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.serving import serving
from tests.shelf import add_paragraphs

BEFORE = "Bakan toplantıyı açtı ve üyelere teşekkür etti."
FUND = "Bir fon kurulması kararlaştırıldı: <1 lira & fazlası>. Fonun merkezi Bakü olacak."
FUNDED = "Bir fon kurulması kararlaştırıldı: <1 lira & fazlası>."
AFTER = "Sonunda aile fotoğrafı çekildi."
OLDER = "Geçen yıl da bir fon konuşulmuştu. O zaman karar çıkmamıştı."
SPENT = "Fon için ayrılan para yetmemişti. Üyeler ek süre istemişti."
QUESTION = "Hangi fonun kurulması kararlaştırıldı?"
UNKNOWN = "Fransa'nın nüfusu kaç?"


# An edit waits for the second in which the message was sent, and something happens meanwhile.
in_seconds = pytest.mark.parametrize("quick", [None], ids=["in seconds"])


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three documents; closed by the bot."""
    library = Library(tmp_path / "library", LetterEncoder())
    add_paragraphs(library, "Tutanak", f"{BEFORE}\n\n{FUND}\n\n{AFTER}")
    add_paragraphs(library, "Eski", OLDER)
    add_paragraphs(library, "Hesap", SPENT)
    return library


@pytest.fixture
async def bot(
    tg: FakeTelegram, library: Library, tmp_path: Path, mode: str
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path / "data", lambda: library, mode):
        yield
    assert not tg.violations
    assert not [call for call in tg.calls if call.error]


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The bot's memory, as it is on the disk."""
    return State.in_folder(tmp_path / "data")


async def ask(chat: Chat, person: User, question: str = QUESTION) -> Msg:
    command = "" if chat.type == "private" else "/sor "
    await chat.send(person, command + question)
    return await chat.next_bot_message()


def found(library: Library, chat: Chat) -> tuple[Hit, ...]:
    return library.answer(QUESTION, [collection_of(chat.id), SHARED]).quotes


def send_card(tg: FakeTelegram, chat: Chat, card: Card, hits: Sequence[Hit]) -> Msg:
    """A message of the bot's from before, with the buttons of a card; nobody is told of it."""
    keyboard = show_card(card, hits, can_share=False).keyboard
    assert keyboard
    content = {"text": "Bir yanıt", "reply_markup": keyboard.to_dict()}
    message = tg.add_message(chat, tg.bot, content)
    chat.people[0].started = True
    return message


def open_card(state: State, chat: Chat, hits: Sequence[Hit], message_id: int = 1) -> Card:
    return state.open_card(
        chat.id,
        message_id,
        chat.people[0].id,
        language="tr",
        is_answered=True,
        quotes=[hit.reference for hit in hits],
        text="",
    )


def alert(name: str, language: str = "tr", **values: int) -> tuple[str, bool]:
    return say(language, f"telegram-card-{name}", **values), True


def said(answer: dict[str, Any]) -> tuple[str, bool]:
    return answer["text"], answer["show_alert"]


@pytest.mark.usefixtures("bot")
async def test_steps_show_the_other_quotes_in_the_same_message(chat: Chat, ayse: User) -> None:
    reply = await ask(chat, ayse)
    first = reply.text
    assert reply.marked("blockquote") == [FUND]
    assert reply.marked("bold") == [FUNDED]
    count = int(reply.buttons[1].removeprefix("1/"))
    assert said(await reply.press("›")) == ("", False)
    await reply.next_edit()
    second = reply.marked("blockquote")
    assert reply.buttons[1] == f"2/{count}"
    steps = say("tr", "telegram-card-steps")
    assert said(await reply.press(f"2/{count}")) == (steps, False)
    await reply.press("‹")
    await reply.next_edit()
    assert (reply.text, reply.buttons[1]) == (first, f"1/{count}")
    await reply.press("‹")
    await reply.next_edit()
    assert reply.buttons[1] == f"{count}/{count}"
    assert [FUND] != second != reply.marked("blockquote") != [FUND]
    assert len(chat.from_bot) == 1


@pytest.mark.usefixtures("bot")
async def test_the_context_opens_and_closes_in_place(chat: Chat, ayse: User) -> None:
    reply = await ask(chat, ayse)
    first = reply.text
    assert said(await reply.press("⤢ Bağlam")) == ("", False)
    await reply.next_edit()
    assert reply.marked("expandable_blockquote") == [BEFORE, AFTER]
    assert reply.marked("blockquote") == [FUND]
    assert reply.marked("bold") == [FUNDED]
    await reply.press("⤡ Kısalt")
    await reply.next_edit()
    assert reply.text == first
    assert not reply.marked("expandable_blockquote")
    assert len(chat.from_bot) == 1


@pytest.mark.usefixtures("bot")
async def test_votes_are_counted_and_taken_back_and_leave_the_message_alone(
    chat: Chat, ayse: User, state: State
) -> None:
    reply = await ask(chat, ayse)
    voted, taken_back = (
        (say("tr", f"telegram-card-{name}"), False) for name in ("voted", "vote-taken-back")
    )
    assert said(await reply.press("👍")) == voted
    assert state.stats(chat.id) == Stats(1, 1, 1, 0, ())
    assert said(await reply.press("👎")) == voted
    assert state.stats(chat.id) == Stats(1, 1, 0, 1, ())
    assert said(await reply.press("👎")) == taken_back
    assert state.stats(chat.id) == Stats(1, 1, 0, 0, ())
    assert not reply.edits


@pytest.mark.usefixtures("bot")
async def test_the_nearest_places_open_labelled_as_no_answer(chat: Chat, ayse: User) -> None:
    reply = await ask(chat, ayse, UNKNOWN)
    assert reply.text == say("tr", "telegram-not-found")
    await reply.press("En yakın yerler")
    await reply.next_edit()
    assert reply.text.startswith(say("tr", "telegram-card-near") + "\n")
    assert len(reply.marked("blockquote")) == 1
    await reply.press("⤢ Bağlam")
    await reply.next_edit()
    assert reply.text.startswith(say("tr", "telegram-card-near") + "\n")


@pytest.mark.usefixtures("bot")
async def test_who_presses_is_told_in_their_language_and_the_card_keeps_its_own(
    tg: FakeTelegram, ayse: User
) -> None:
    bob = tg.user("Bob", lang="en")
    group = tg.group("Grup", [ayse, bob])
    reply = await ask(group, ayse)
    voted = await reply.press("👍", bob)
    assert voted["text"] == say("en", "telegram-card-voted")
    await reply.press("⤢ Bağlam", bob)
    await reply.next_edit()
    assert "⤡ Kısalt" in reply.buttons


async def test_buttons_work_after_a_restart(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Library, tmp_path: Path, mode: str
) -> None:
    async with serving(tg, tmp_path / "data", lambda: library, mode):
        reply = await ask(chat, ayse)
    await asyncio.sleep(0.2)  # the bot forgets what it has just sent
    again = Library(tmp_path / "library", LetterEncoder())
    async with serving(tg, tmp_path / "data", lambda: again, mode):
        await reply.press("⤢ Bağlam")
        await reply.next_edit()
    assert reply.marked("blockquote") == [FUND]
    assert not tg.violations


async def test_a_question_is_edited_after_a_restart(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Library, tmp_path: Path, mode: str
) -> None:
    async with serving(tg, tmp_path / "data", lambda: library, mode):
        asked = await chat.send(ayse, UNKNOWN)
        reply = await chat.next_bot_message()
    await asyncio.sleep(0.2)  # the bot forgets what it has just sent
    again = Library(tmp_path / "library", LetterEncoder())
    async with serving(tg, tmp_path / "data", lambda: again, mode):
        await asked.edit(QUESTION)
        await reply.next_edit()
        assert reply.marked("bold") == [FUNDED]
        await reply.press("⤢ Bağlam")
        await reply.next_edit()
    assert len(chat.from_bot) == 1
    assert not tg.violations


@pytest.mark.usefixtures("bot")
@in_seconds
async def test_an_edited_question_is_not_covered_by_what_was_pressed_before(
    chat: Chat, ayse: User
) -> None:
    """Presses and the new answer wait for the second in which the reply was sent."""
    asked = await chat.send(ayse, QUESTION)
    reply = await chat.next_bot_message()
    old = reply.keyboard[0][2]["callback_data"]
    await reply.press("⤢ Bağlam")  # its edit is on its way
    await reply.claim(old)  # shown after that one
    await asked.edit(UNKNOWN)
    await reply.wait(lambda message: message.text == say("tr", "telegram-not-found"))
    await asyncio.sleep(1.2)
    assert reply.text == say("tr", "telegram-not-found")


@pytest.mark.usefixtures("bot")
@in_seconds
async def test_of_a_forgotten_person_the_buttons_close_and_the_answer_stays(
    chat: Chat, ayse: User, state: State
) -> None:
    reply = await ask(chat, ayse)
    text = reply.text
    await reply.press("⤢ Bağlam")  # answered, and not shown yet
    state.forget_person(ayse.id)
    assert said(await reply.press("›")) == alert("old")
    await asyncio.sleep(1.2)
    assert reply.text == text


@pytest.mark.usefixtures("bot")
async def test_quotes_of_a_removed_document_are_passed_over_and_then_told_of(
    chat: Chat, ayse: User, library: Library
) -> None:
    reply = await ask(chat, ayse)
    minutes, *others = [document.id for document in library.documents([SHARED])]
    library.remove(minutes, library.collections())
    assert said(await reply.press("⤢ Bağlam")) == alert("gone")
    assert said(await reply.press("👍")) == alert("gone")
    assert not reply.edits
    await reply.press("›")
    await reply.next_edit()
    assert reply.marked("blockquote")[0] in (OLDER, SPENT)
    assert reply.buttons[1].endswith("/2")
    for other in others:
        library.remove(other, library.collections())
    for label in ("›", "⤢ Bağlam", "👎"):
        assert said(await reply.press(label)) == alert("gone")
    assert len(reply.edits) == 1


@pytest.mark.usefixtures("bot")
async def test_a_right_that_is_lost_closes_the_buttons(
    tg: FakeTelegram, ayse: User, library: Library, state: State
) -> None:
    group = tg.group("Grup", [ayse])
    secret = add_paragraphs(
        library, "Gizli", "Gizli fonun kurulması kararlaştırıldı.", collection_of(group.id)
    )
    hits = [hit for hit in found(library, group) if hit.document_id == secret]
    reply = send_card(tg, group, open_card(state, group, hits), hits)
    assert said(await reply.press("👍"))[0] == say("tr", "telegram-card-voted")
    library.rename_collection(collection_of(group.id), "elsewhere")
    for label in ("👍", "⤢ Bağlam"):
        assert said(await reply.press(label)) == alert("gone")
    assert not reply.edits


@pytest.mark.usefixtures("bot")
async def test_the_card_of_another_chat_stays_closed_there(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Library, state: State
) -> None:
    reply = await ask(chat, ayse)
    card = state.card_of(chat.id, reply.reply_to or 0)
    assert card
    bob = tg.user("Bob", lang="en")
    theirs = send_card(tg, tg.private(bob), card, found(library, chat))
    for label in ("›", "⤢ Bağlam", "👍"):
        assert said(await theirs.press(label)) == alert("old", "en")
    assert not theirs.edits
    assert state.stats(chat.id).up == 0


@pytest.mark.usefixtures("bot")
async def test_a_quote_from_elsewhere_does_not_show_even_if_it_stands_in_the_card(
    tg: FakeTelegram, chat: Chat, library: Library, state: State
) -> None:
    add_paragraphs(library, "Gizli", "Gizli fonun kurulması kararlaştırıldı.", "chat:-7")
    (hit,) = library.answer("gizli fon", ["chat:-7"]).quotes
    reply = send_card(tg, chat, open_card(state, chat, [hit]), [hit])
    for data in (f"q:{open_card(state, chat, [hit]).id}:0", reply.keyboard[0][0]["callback_data"]):
        assert said(await reply.claim(data)) == alert("gone")
    assert not reply.edits


@pytest.mark.usefixtures("bot")
async def test_buttons_that_nobody_knows_are_answered(
    tg: FakeTelegram, chat: Chat, library: Library, state: State
) -> None:
    hits = found(library, chat)
    reply = send_card(tg, chat, open_card(state, chat, hits), hits)
    for data in (None, "x", "q:1", "q:999:0", "q:1:99", "q:999999999999999999:0"):
        assert said(await reply.claim(data)) == alert("old")
    assert not reply.edits


@pytest.mark.usefixtures("bot")
async def test_a_message_of_which_only_the_number_is_known_still_changes(
    tg: FakeTelegram, chat: Chat, library: Library, state: State
) -> None:
    hits = found(library, chat)
    card = open_card(state, chat, hits)
    reply = send_card(tg, chat, card, hits)
    inaccessible = {"chat": chat.raw, "message_id": reply.id, "date": 0}
    answer = await reply.claim(f"q:{card.id}:1", where={"message": inaccessible})
    assert said(answer) == ("", False)
    await reply.wait(lambda message: message.edits)
    assert reply.marked("blockquote") == [hits[1].passage.text]


@pytest.mark.usefixtures("bot")
async def test_a_press_without_a_message_is_answered(
    tg: FakeTelegram, chat: Chat, library: Library, state: State
) -> None:
    hits = found(library, chat)
    card = open_card(state, chat, hits)
    reply = send_card(tg, chat, card, hits)
    answer = await reply.claim(f"q:{card.id}:1", where={"inline_message_id": "x"})
    assert said(answer) == alert("old")
    assert not reply.edits


async def test_messages_that_are_as_wanted_or_deleted_are_no_errors(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: Library,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(tg, tmp_path / "data", lambda: library):
        reply = await ask(chat, ayse)
        second = reply.keyboard[0][2]["callback_data"]
        await reply.claim(second)
        await reply.next_edit()
        assert said(await reply.claim(second)) == ("", False)
        await tg.until(lambda: [c for c in tg.calls if c.error], "refused edit")
        reply.deleted = True
        assert said(await reply.claim("q" + second[1:-1] + "0")) == ("", False)
        await tg.until(lambda: len([c for c in tg.calls if c.error]) == 2, "refused edit")
    modified, gone = [call.error or "" for call in tg.calls if call.error]
    assert "message is not modified" in modified
    assert "message to edit not found" in gone
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not tg.violations


async def test_a_press_that_waited_too_long_is_no_error_and_still_changes_the_message(
    tg: FakeTelegram, chat: Chat, library: Library, state: State, tmp_path: Path
) -> None:
    """As one that came while the bot was away."""
    tg.query_ttl_s = 0
    hits = found(library, chat)
    card = open_card(state, chat, hits)
    reply = send_card(tg, chat, card, hits)
    reply.push_press(f"q:{card.id}:1")
    async with serving(tg, tmp_path / "data", lambda: library):
        await reply.wait(lambda message: message.edits)
    assert reply.marked("blockquote") == [hits[1].passage.text]
    assert [call.method for call in tg.calls if call.error] == ["answerCallbackQuery"]


@pytest.mark.usefixtures("bot")
@in_seconds
async def test_a_crowd_is_answered_at_once_and_the_last_wish_is_shown(
    tg: FakeTelegram, ayse: User
) -> None:
    crowd = [tg.user(f"Kişi {number}", lang="tr") for number in range(20)]
    group = tg.group("Grup", [ayse, *crowd])
    reply = await ask(group, ayse)
    data = {
        button["text"]: button["callback_data"]
        for row in reply.keyboard
        for button in row
        if "callback_data" in button
    }

    async def press_shown(label: str, person: User) -> None:
        """Press what the answer showed at first, whatever it shows by now."""
        await reply.claim(data[label], person)

    # The answer was sent in this second: the first edit waits until it is over.
    await asyncio.gather(*(press_shown("›", person) for person in crowd))
    await asyncio.gather(*(press_shown("‹", person) for person in crowd[:9]))
    await press_shown("⤢ Bağlam", crowd[9])
    await reply.wait(lambda message: message.marked("expandable_blockquote"))
    await asyncio.sleep(1.2)
    assert reply.marked("expandable_blockquote") == [BEFORE, AFTER]
    assert len(reply.edits) < 15  # of 30 presses; a busy machine spreads them
    assert len(group.from_bot) == 1


async def test_who_presses_while_the_library_loads_is_asked_to_wait(
    tg: FakeTelegram, chat: Chat, library: Library, state: State, tmp_path: Path
) -> None:
    go_on = threading.Event()

    def load() -> Library:
        assert go_on.wait(10)
        return library

    hits = found(library, chat)
    reply = send_card(tg, chat, open_card(state, chat, hits), hits)
    async with serving(tg, tmp_path / "data", load):
        try:
            assert said(await reply.press("›")) == alert("loading")
        finally:
            go_on.set()
        for _ in range(100):
            if said(await reply.press("›")) == ("", False):
                break
            await asyncio.sleep(0.05)
        await reply.wait(lambda message: message.edits)


@pytest.mark.usefixtures("bot")
async def test_trouble_is_said_without_its_details(
    tg: FakeTelegram,
    chat: Chat,
    library: Library,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hits = found(library, chat)
    reply = send_card(tg, chat, open_card(state, chat, hits), hits)

    def fail(references: Sequence[QuoteReference], collections: Sequence[str]) -> list[Hit | None]:
        raise StoreError("/secret/path is full")

    monkeypatch.setattr(library, "quotes", fail)
    trouble = say("tr", "telegram-library-trouble")
    assert said(await reply.press("›")) == (trouble, True)
    assert said(await reply.press("👍")) == (trouble, True)


async def test_who_presses_more_often_than_anybody_reads_is_told_when_to_come_back(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buttons, "PRESSES", 3)
    bob = tg.user("Bob", lang="en")
    async with serving(tg, tmp_path / "data", lambda: library):
        reply = await ask(chat, ayse)
        for _ in range(3):
            assert said(await reply.claim("n")) == (say("tr", "telegram-card-steps"), False)
        for data in ("n", "q:1:1"):
            text, is_alert = said(await reply.claim(data))
            assert is_alert
            assert text in {
                say("tr", "telegram-card-limit", seconds=seconds) for seconds in (58, 59, 60)
            }
        assert said(await reply.press("👍", bob))[0] == say("en", "telegram-card-voted")
    assert not reply.edits


@pytest.mark.usefixtures("bot")
async def test_a_claimed_press_turns_no_message_into_a_card_that_it_did_not_show(
    tg: FakeTelegram, chat: Chat, library: Library, state: State
) -> None:
    hits = found(library, chat)
    card, other = (open_card(state, chat, hits, number) for number in (1, 2))
    greeting = tg.add_message(chat, tg.bot, {"text": "Merhaba"})
    for message in (greeting, send_card(tg, chat, other, hits)):
        for action in "qwud":
            assert said(await message.claim(f"{action}:{card.id}:1")) == alert("old")
        assert not message.edits
    assert state.stats(chat.id).up == state.stats(chat.id).down == 0


async def test_in_a_group_edits_leave_room_for_answers(
    tg: FakeTelegram,
    ayse: User,
    library: Library,
    state: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buttons, "EDITS", 3)
    monkeypatch.setattr(buttons, "EDITS_OF_ONE", 2)
    can, bob = tg.user("Can", lang="tr"), tg.user("Bob", lang="tr")
    group = tg.supergroup("Grup", [ayse, can, bob])
    hits = found(library, group)
    cards = [open_card(state, group, hits, number) for number in (1, 2, 3, 4)]
    messages = [send_card(tg, group, card, hits) for card in cards]
    limits = {say("tr", "telegram-card-limit", seconds=seconds) for seconds in range(50, 61)}
    async with serving(tg, tmp_path / "data", lambda: library):
        for message in messages[:2]:
            assert (await message.press("›", ayse))["text"] == ""
        assert (await messages[2].press("›", ayse))["text"] in limits
        assert (await messages[2].press("👍", ayse))["text"] not in limits  # it edits nothing
        assert (await messages[2].press("›", can))["text"] == ""
        # The edit of this one waits still: another wish costs nothing.
        assert (await messages[2].press("‹", bob))["text"] == ""
        assert (await messages[3].press("›", bob))["text"] in limits
        for message in messages[:3]:
            await message.wait(lambda message: message.edits)
    assert not messages[3].edits
    assert not tg.violations


@pytest.mark.usefixtures("bot")
async def test_the_buttons_move_with_a_group_that_becomes_a_supergroup(
    tg: FakeTelegram, ayse: User, library: Library, state: State
) -> None:
    group = tg.group("Grup", [ayse])
    reply = await ask(group, ayse)
    card = state.card_of(group.id, reply.reply_to or 0)
    assert card
    new = await group.migrate()
    await tg.until(
        lambda: (moved := state.card(card.id)) and moved.chat_id == new.id, "the card to move"
    )
    assert said(await reply.press("›")) == alert("old")
    moved = send_card(tg, new, card, found(library, group))
    await moved.press("›")
    await moved.wait(lambda message: message.edits)
    assert not reply.edits


@pytest.mark.usefixtures("bot")
async def test_where_nothing_stands_around_a_quote_that_is_said(
    tg: FakeTelegram, chat: Chat, library: Library, state: State
) -> None:
    (hit,) = (hit for hit in found(library, chat) if hit.passage.text == OLDER)
    reply = send_card(tg, chat, open_card(state, chat, [hit]), [hit])
    answer = await reply.press("⤢ Bağlam")
    assert said(answer) == (say("tr", "telegram-card-alone"), False)
    assert not reply.edits


NASTY = [
    "a < b && c > d; <b>kalın</b> &lt;b&gt; &amp;amp; </blockquote> <a href='x'>",
    "שלום עולם, مرحبا بالعالم \u200fsağdan\u200e sola",
    "👩🏽‍🚀 geldi 👨‍👩‍👧‍👦 👍🏿 🇹🇷",
    "e\u0301\u0328 ile Z\u0351\u0300a\u0322lgo ve n\u0303",
]


@pytest.mark.usefixtures("bot")
async def test_nasty_text_as_long_as_a_message_is_shown_as_it_stands(
    tg: FakeTelegram, library: Library
) -> None:
    names = ("armut", "kiraz", "incir", "nar")
    pairs = zip(NASTY, names, strict=True)
    sentences = [f"Şu {part} burada {name} sayılır." for part, name in pairs]
    text = " ".join(sentences)
    text += f" Ğ{'ğ' * (MAX_LENGTH - utf16_length(text) - 3)}."
    assert utf16_length(text) == MAX_LENGTH
    add_paragraphs(library, "Garip", text)
    for sentence, name in zip(sentences, names, strict=True):
        person = tg.user("Kişi", lang="tr")
        reply = await ask(tg.private(person), person, f"Burada {name} nedir?")
        assert reply.marked("bold") == [sentence]
        (quote,) = reply.marked("blockquote")
        assert quote in text
        assert sentence in quote
        # The line of the source takes its room from the quote.
        assert reply.text.strip("…\n").startswith(f"{quote}\n")
        assert utf16_length(reply.text) <= MAX_LENGTH


@pytest.mark.usefixtures("bot")
async def test_a_nasty_sentence_that_fills_the_message_is_bold_from_end_to_end(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Library
) -> None:
    below = "\n— Garip\neklendi: 00 Mmm 0000"
    text = f"Nadide {' '.join(NASTY)} "
    room = MAX_LENGTH - utf16_length(f"…\n\n…{below}\n\n") - utf16_length(text)
    text += "👩🏽‍🚀" * (room // 7 - 1) + "."
    add_paragraphs(library, "Garip", text)
    reply = await ask(chat, ayse, "Nadide nedir?")
    assert reply.marked("bold") == reply.marked("blockquote") == [text]
    assert MAX_LENGTH - 30 < utf16_length(reply.text) <= MAX_LENGTH


@pytest.mark.usefixtures("bot")
async def test_context_of_nasty_text_is_shown_as_it_stands(
    chat: Chat, ayse: User, library: Library
) -> None:
    before, quote, after, last = (f"{part} ve fazlası." for part in NASTY)
    add_paragraphs(library, "Garip", f"{before}\n\n{quote} Nadide sözcük.\n\n{after} {last}")
    reply = await ask(chat, ayse, "Nadide sözcük nedir?")
    await reply.press("⤢ Bağlam")
    await reply.next_edit()
    assert reply.marked("expandable_blockquote") == [before, f"{after} {last}"]
    assert reply.marked("blockquote") == [f"{quote} Nadide sözcük."]
    assert reply.marked("bold") == ["Nadide sözcük."]
