"""/start and /help, through the fake server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.handlers import inline
from bot.handlers.helping import group_help_text, help_text
from bot.limits import PERSON
from bot.localization import Language, say
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.serving import KnownAnswers, quote, serving

QUESTION = "Toplantı nasıl yapıldı?"
TEXT = "Toplantı çevrim içi yapıldı."


@pytest.fixture
async def library(tg: FakeTelegram, tmp_path: Path, mode: str) -> AsyncIterator[KnownAnswers]:
    """The library of a bot that serves the fake."""
    answers = KnownAnswers({QUESTION: quote(TEXT)})
    async with serving(tg, tmp_path, lambda: answers, mode=mode):
        yield answers
    assert not tg.violations
    assert not [call for call in tg.calls if call.error]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("code", "language"), [("tr", "tr"), ("en", "en"), ("de", "en")])
async def test_start_and_help_are_in_the_readers_language(
    tg: FakeTelegram, code: str, language: Language
) -> None:
    person = tg.user("Kişi", lang=code)
    chat = tg.private(person)
    await chat.send(person, "/start")
    assert (await chat.next_bot_message()).text == say(language, "telegram-start")
    await chat.send(person, "/help")
    assert (await chat.next_bot_message()).text == help_text(language, "@alinti_bot")


@pytest.mark.parametrize("text", ["Yardım", "yardim", "Sen kimsin?", "WHO ARE YOU", "/sor help"])
@pytest.mark.parametrize(("code", "language"), [("tr", "tr"), ("en", "en")])
async def test_help_that_is_asked_for_in_words_of_any_language_is_given(
    tg: FakeTelegram, library: KnownAnswers, text: str, code: str, language: Language
) -> None:
    person = tg.user("Kişi", lang=code)
    chat = tg.private(person)
    asked = await chat.send(person, text)
    reply = await chat.next_bot_message()
    assert (reply.text, reply.reply_to) == (help_text(language, "@alinti_bot"), asked.id)
    assert not library.asked


async def test_a_group_gets_its_help_when_the_bot_is_asked_for_it(
    tg: FakeTelegram, ayse: User, library: KnownAnswers
) -> None:
    group = tg.group("Grup", [ayse])
    await group.set_bot("administrator", ayse)
    await group.send(ayse, "yardım")  # somebody else's
    await group.send(ayse, "@alinti_bot yardım")
    assert (await group.next_bot_message()).text == group_help_text("tr")
    await group.silent()
    assert not library.asked


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("suffix", ["", "@alinti_bot"])
async def test_a_group_is_helped_as_a_group(tg: FakeTelegram, ayse: User, suffix: str) -> None:
    group = tg.group("Grup", [ayse])
    for command in ("start", "help"):
        asked = await group.send(ayse, f"/{command}{suffix}")
        reply = await group.next_bot_message()
        assert (reply.text, reply.reply_to) == (group_help_text("tr"), asked.id)


@pytest.mark.usefixtures("library")
async def test_help_stays_in_its_topic(tg: FakeTelegram, ayse: User) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Genel")
    await forum.send(ayse, "/help", thread=topic)
    assert (await forum.next_bot_message()).raw["message_thread_id"] == topic


@pytest.mark.usefixtures("library")
async def test_a_command_for_another_bot_is_left_alone(tg: FakeTelegram, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    await group.send(ayse, "/help@other_bot")
    await group.silent(0.2)


@pytest.mark.usefixtures("library")
async def test_a_link_to_the_help_shows_it(chat: Chat, ayse: User) -> None:
    await chat.send(ayse, "/start help")
    assert (await chat.next_bot_message()).text == help_text("tr", "@alinti_bot")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("payload", ["true", "q", "Q-x", "hilfe"])
async def test_an_unknown_link_greets(chat: Chat, ayse: User, payload: str) -> None:
    await chat.send(ayse, f"/start {payload}")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-start")


async def test_a_question_that_was_asked_inline_is_answered_in_private(
    chat: Chat, ayse: User, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(inline._questions, "TOKEN", QUESTION)
    asked = await chat.send(ayse, "/start q-TOKEN")
    reply = await chat.next_bot_message()
    assert (reply.marked("blockquote"), reply.reply_to) == ([TEXT], asked.id)
    assert reply.text.splitlines()[:2] == [f"Sorunuz: {QUESTION}", TEXT]
    assert library.asked == [QUESTION]


async def test_a_long_question_that_was_asked_inline_is_named_by_its_beginning(
    tg: FakeTelegram, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "3 < 4 & " + "uzun " * 60
    monkeypatch.setitem(inline._questions, "TOKEN", question)
    bob = tg.user("Bob", lang="en")
    chat = tg.private(bob)
    await chat.send(bob, "/start q-TOKEN")
    asked, said = (await chat.next_bot_message()).text.splitlines()
    assert asked == "Your question: 3 < 4 & " + "uzun " * 37 + "uzun…"
    assert said == say("en", "telegram-not-found")
    library.answers.clear()
    await chat.send(bob, "/start q-TOKEN")
    reply = await chat.next_bot_message()
    assert reply.text.splitlines() == [asked, say("en", "telegram-no-documents")]


async def test_a_question_that_is_forgotten_is_asked_for(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    await chat.send(ayse, "/start q-TOKEN")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-start-forgotten")
    assert not library.asked


async def test_a_question_is_not_brought_into_a_group(
    tg: FakeTelegram, ayse: User, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(inline._questions, "TOKEN", QUESTION)
    group = tg.group("Grup", [ayse])
    await group.send(ayse, "/start q-TOKEN")
    assert (await group.next_bot_message()).text == group_help_text("tr")
    assert not library.asked


@pytest.mark.usefixtures("library")
async def test_help_counts_among_the_messages_that_are_answered(
    tg: FakeTelegram, ayse: User
) -> None:
    groups = [tg.group(f"Grup {number}", [ayse]) for number in range(PERSON + 1)]
    for group in groups:
        await group.send(ayse, "/help")
    # Whose turn comes last is open: no group waits for another.
    said = [(await group.next_bot_message()).text for group in groups]
    assert said.count(group_help_text("tr")) == PERSON
    assert sum("saniye sonra" in text for text in said) == 1


def test_inline_mode_is_told_of_only_where_it_is_on() -> None:
    assert "@alinti_bot" in help_text("tr", "@alinti_bot")
    assert "@" not in help_text("tr", None)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_help_tells_what_the_buttons_do(language: Language) -> None:
    for button in "‹›⤢👍👎":
        assert button in help_text(language, None)
