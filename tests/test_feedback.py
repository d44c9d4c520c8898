"""/stats and /forget_me through the fake server, in both languages."""

import asyncio
from pathlib import Path

import pytest

from bot.chats import ChatSettings
from bot.handlers.feedback import stats_text
from bot.localization import LANGUAGES, Language, say
from bot.replies import MAX_LENGTH, utf16_length
from bot.state import State, Stats, Traces
from embeddings.datatypes import QuoteReference
from tests.fake_telegram import ANONYMOUS, Chat, FakeTelegram, User
from tests.serving import answering


def ask(state: State, chat: Chat, message_id: int, person: User, *, is_answered: bool) -> int:
    """Keep a question as if it was asked; the id of its card."""
    return state.open_card(
        chat.id,
        message_id,
        person.id,
        language="tr",
        is_answered=is_answered,
        quotes=[QuoteReference(1, (0, 1))],
        text=f"Soru {message_id}?",
    ).id


async def test_admins_see_what_became_of_the_questions(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode) as state:
        state.change_settings(group.id, keeps_text=True)
        cards = [ask(state, group, n, can, is_answered=n < 3) for n in range(4)]
        for person in (ayse, can):
            state.vote(cards[0], 1, person.id, 1)
        state.vote(cards[1], 1, can.id, -1)
        asked = await group.send(ayse, "/stats")
        stats = await group.next_bot_message()
        assert stats.reply_to == asked.id
        assert stats.text == (
            "Bu sohbette son bir yılda:\n\n"
            "Sorulan soru: 4\n"
            "Yanıtlanan: 3 (%75)\n"
            "Oylar: 👍 2 · 👎 1\n\n"
            "Yanıtsız kalan son sorular:\n"
            "• Soru 3?"
        )
        await group.send(can, "/stats")
        refused = await group.next_bot_message()
        assert refused.text == say("en", "telegram-stats-admins-only")


async def test_a_person_sees_those_of_their_private_chat_and_how_to_see_more(
    tg: FakeTelegram, can: User, tmp_path: Path
) -> None:
    chat = tg.private(can)
    async with answering(tg, tmp_path):
        await chat.send(can, "/stats")
        assert (await chat.next_bot_message()).text == "No questions are counted here."
        for question in ("Ne zaman?", "Nerede?"):
            await chat.send(can, question)
            await chat.next_bot_message()
        await chat.send(can, "/stats")
        assert (await chat.next_bot_message()).text == (
            "In this chat, in the last year:\n\n"
            "Questions: 2\n"
            "Answered: 1 (50%)\n"
            "Votes: 👍 0 · 👎 0\n\n"
            "I do not keep the text of questions here, so I cannot list those without an answer. "
            "You can change that with /settings"
        )


async def test_an_anonymous_admin_sees_the_statistics(
    tg: FakeTelegram, group: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path):
        await group.send(ayse, "/stats", sender_chat=group.raw, **ANONYMOUS)
        assert (await group.next_bot_message()).text == say("tr", "telegram-stats-nothing")


async def test_a_person_is_forgotten_when_they_confirm(
    tg: FakeTelegram, chat: Chat, group: Chat, ayse: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode) as state:
        ask(state, chat, 1, ayse, is_answered=True)
        in_group = ask(state, group, 2, ayse, is_answered=False)
        state.vote(in_group, 1, ayse.id, 1)
        state.change_settings(chat.id, language="en")
        asked = await chat.send(ayse, "/forget_me")
        offer = await chat.next_bot_message()
        assert offer.reply_to == asked.id
        assert offer.text.endswith("I keep of you: 2 questions and 1 vote.")
        assert "I do not erase documents, nor messages in Telegram" in offer.text
        assert offer.buttons == ["Erase"]
        assert state.traces_of(ayse.id) == Traces(2, 1)  # nothing before they press

        answer = await offer.press("Erase")
        assert answer["text"] == "Erased: 2 questions and 1 vote."
        assert answer["show_alert"]
        await offer.next_edit()
        assert (offer.text, offer.buttons) == ("I have erased what I kept of you.", [])
        assert state.traces_of(ayse.id) == Traces(0, 0)
        assert state.settings_of(chat.id) == ChatSettings()
        assert state.stats(group.id).questions == 1


async def test_who_has_left_nothing_behind_is_told_so_without_a_button(
    tg: FakeTelegram, chat: Chat, group: Chat, ayse: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode) as state:
        ask(state, group, 1, tg.user("Can"), is_answered=True)
        await chat.send(ayse, "/forget_me")
        reply = await chat.next_bot_message()
        assert (reply.text, reply.buttons) == ("Sizinle ilgili hiçbir şey saklamıyorum.", [])
        # Others in a group are not to read even that.
        await group.send(ayse, "/forget_me")
        assert (await group.next_bot_message()).buttons == ["Sil"]


async def test_settings_alone_are_something_to_forget(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        state.change_settings(chat.id, language=None)  # chosen, and as it was before
        await chat.send(ayse, "/forget_me")
        offer = await chat.next_bot_message()
        assert offer.buttons == ["Sil"]
        await offer.press("Sil")
        await offer.next_edit()
        assert not state.has_settings(chat.id)


async def test_in_a_group_nobody_else_reads_how_much_or_presses(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path, mode: str
) -> None:
    async with answering(tg, tmp_path, mode) as state:
        for person in (ayse, can):
            ask(state, group, person.id, person, is_answered=True)
        await group.send(can, "/forget_me")
        offer = await group.next_bot_message()
        assert offer.text == say("en", "telegram-forget")
        answer = await offer.press("Erase", ayse)  # an admin
        assert answer["text"] == say("tr", "telegram-forget-not-yours")
        assert answer["show_alert"]
        assert state.traces_of(can.id) == Traces(1, 0)
        answer = await offer.press("Erase", can)
        assert answer["text"] == "Erased: 1 question and 0 votes."
        await offer.next_edit()
        assert offer.text == say("en", "telegram-forget-done")
        assert state.traces_of(ayse.id) == Traces(1, 0)


async def test_a_claimed_press_below_another_message_forgets_and_changes_nothing(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        ask(state, group, 1, can, is_answered=True)
        await group.send(ayse, "/forget_me")
        offer = await group.next_bot_message()
        answer = await offer.claim(f"f:{can.id}", can)
        assert answer["text"] == say("en", "telegram-forget-not-yours")
        assert state.traces_of(can.id) == Traces(1, 0)
        assert not offer.edits


async def test_who_speaks_for_a_chat_cannot_be_forgotten_there(
    tg: FakeTelegram, group: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path):
        await group.send(ayse, "/forget_me", sender_chat=group.raw, **ANONYMOUS)
        reply = await group.next_bot_message()
        assert reply.text == say("tr", "telegram-forget-anonymous")
        assert not reply.buttons


async def test_the_offer_outlives_a_restart(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    async with answering(tg, tmp_path) as state:
        ask(state, chat, 1, ayse, is_answered=True)
        await chat.send(ayse, "/forget_me")
        offer = await chat.next_bot_message()
    await asyncio.sleep(0.2)  # a new process does not know how much was said just before
    async with answering(tg, tmp_path) as state:
        assert (await offer.press("Sil"))["text"] == "Silindi: 1 soru ve 0 oy."
        assert state.traces_of(ayse.id) == Traces(0, 0)
        await offer.next_edit()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", ["a" * 4096, "🙂 " * 1365, "söz " * 1024, "\n\nx\n\n" * 800])
def test_ten_long_questions_fit_into_a_message_each_on_a_line(
    language: Language, question: str
) -> None:
    text = stats_text(Stats(10**6, 0, 10**6, 10**6, (question,) * 10), language, keeps_text=True)
    assert utf16_length(text) <= MAX_LENGTH
    lines = [line for line in text.splitlines() if line.startswith("• ")]
    assert len(lines) == 10
    assert all(150 < utf16_length(line) <= 202 and line.endswith("…") for line in lines)


def test_what_is_answered_is_never_rounded_up_to_all() -> None:
    text = stats_text(Stats(1000, 999, 0, 0, ()), "en", keeps_text=True)
    assert "Answered: 999 (99%)" in text
    assert text.endswith(say("en", "telegram-stats-none-open"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_button_answers_fits_into_an_alert(language: Language) -> None:
    erased = say(language, "telegram-forget-erased", questions=10**6, votes=10**6)
    ids = (
        "telegram-settings-admins-only",
        "telegram-settings-saved",
        "telegram-forget-not-yours",
        "telegram-button-trouble",
    )
    assert all(len(text) <= 200 for text in [erased, *(say(language, id_) for id_ in ids)])
