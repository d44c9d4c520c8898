"""Questions in private chats, through the fake server; those of groups are in test_groups.py."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.localization import Language, say
from bot.rights import collection_of
from embeddings.datatypes import SHARED, Answer, Document
from embeddings.encoder import load_encoder
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.serving import KnownAnswers, quote, serving

QUESTION = "Toplantı nasıl yapıldı?"
ANSWER = quote(
    "Üyeler davet edildi. Toplantı çevrim içi yapıldı. Tutanak 3 < 4 & 5 > 4.",
    "Toplantı çevrim içi yapıldı.",
    title="Ortak <açıklama>",
    heading="Kararlar",
)
TEXT = "Üyeler davet edildi. Toplantı çevrim içi yapıldı. Tutanak 3 < 4 & 5 > 4."
BOLD = "Toplantı çevrim içi yapıldı."


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: ANSWER})


@pytest.fixture(autouse=True)
async def bot(
    tg: FakeTelegram, library: KnownAnswers, tmp_path: Path, mode: str
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library, mode):
        yield
    assert not [call for call in tg.calls if call.error]
    assert not tg.violations


@pytest.mark.parametrize("command", ["", "/sor ", "/ask ", "/sor@alinti_bot ", "/ASK\n"])
async def test_a_question_is_answered_with_a_quote(chat: Chat, ayse: User, command: str) -> None:
    asked = await chat.send(ayse, command + QUESTION)
    reply = await chat.next_bot_message()
    assert reply.text == f"{TEXT}\n— Ortak <açıklama>\nKararlar"
    assert reply.marked("blockquote") == [TEXT]
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == asked.id
    assert reply.buttons == ["⤢ Bağlam", "👍", "👎", "↗ Paylaş", "📋 Kopyala"]


@pytest.mark.parametrize(
    "source", ["https://example.org/belge?a=1&b=2", "https://t.me/c/1234567/89"]
)
async def test_the_title_leads_to_the_source_or_the_message_that_is_quoted(
    chat: Chat, ayse: User, library: KnownAnswers, source: str
) -> None:
    library.answers[QUESTION] = quote(TEXT, BOLD, title="Ortak açıklama", source=source)
    await chat.send(ayse, QUESTION)
    reply = await chat.next_bot_message()
    links = [entity["url"] for entity in reply.entities if entity["type"] == "text_link"]
    assert (reply.marked("text_link"), links) == (["Ortak açıklama"], [source])


async def test_what_is_not_found_is_said_in_the_readers_language(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    await chat.send(ayse, "Fransa'nın nüfusu kaç?")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-not-found")
    bob = tg.user("Bob", lang="en-GB")
    await tg.private(bob).send(bob, "What is the population of France?")
    reply = await tg.private(bob).next_bot_message()
    assert reply.text == say("en", "telegram-not-found")
    stranger = tg.user("?")
    await tg.private(stranger).send(stranger, "x")
    assert (await tg.private(stranger).next_bot_message()).text == say("tr", "telegram-not-found")


async def test_a_command_without_a_question_is_explained(chat: Chat, ayse: User) -> None:
    picture = await chat.send(ayse, "", location={"latitude": 41.0, "longitude": 29.0})
    await chat.next_bot_message()
    await chat.send(ayse, "/sor", reply_to=picture)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-text-only")
    await chat.send(ayse, "/ask")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-how-to-ask")
    await chat.send(ayse, "/soru ne zaman?")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-unknown-command")


@pytest.mark.parametrize("text", ["🙂", "???", "👩🏽‍🚀 🇹🇷", "/sor …"])
async def test_what_has_no_words_is_no_question(
    chat: Chat, ayse: User, library: KnownAnswers, text: str
) -> None:
    await chat.send(ayse, text)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-no-question")
    assert not library.asked


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("Merhaba!", "tr", "greeting"),
        ("/sor selammm", "tr", "greeting"),
        ("Hello", "en", "greeting"),
        ("Bonjour", "fr", "greeting"),
        ("çok teşekkürler 🙏", "tr", "thanks"),
        ("👍🏽", "en", "closing"),
    ],
)
async def test_courtesy_is_returned_in_the_readers_language_and_not_looked_up(
    tg: FakeTelegram, library: KnownAnswers, text: str, code: str, said: str
) -> None:
    library.answers.clear()  # even where there is nothing to ask yet
    person = tg.user("Kişi", lang=code)
    await tg.private(person).send(person, text)
    reply = await tg.private(person).next_bot_message()
    language: Language = "tr" if code == "tr" else "en"
    assert reply.text == say(language, f"telegram-courtesy-{said}")
    assert not library.asked


async def test_questions_of_any_script_and_length_reach_the_library(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    questions = ["متى عقد الاجتماع؟", "会議はいつですか", "a" * 4096]
    for question in questions:
        await chat.send(ayse, question)
        await chat.next_bot_message()
    assert library.searched[0] == [f"chat:{chat.id}", "shared"]
    assert library.asked == questions


async def test_a_message_without_text_is_answered_kindly_and_an_album_once(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    await chat.send(ayse, "", location={"latitude": 41.0, "longitude": 29.0})
    assert (await chat.next_bot_message()).text == say("tr", "telegram-text-only")
    size = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
    for _ in range(3):
        await chat.send(ayse, "", photo=[size], media_group_id="7")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-text-only")
    await chat.send(ayse, "", pinned_message={"message_id": 1, "date": 0, "chat": chat.raw})
    await chat.send(ayse, QUESTION, via_bot=tg.bot.raw)  # an inline result is no question
    await chat.silent()


async def test_the_caption_of_a_picture_is_a_question(chat: Chat, ayse: User) -> None:
    # It has nothing to read, and a moving one is a document for Telegram alone.
    size = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
    await chat.send(ayse, "x", photo=[size])
    assert (await chat.next_bot_message()).text == say("tr", "telegram-not-found")
    moving = {**size, "duration": 1}
    await chat.send(ayse, "x", document=("a.gif", b"GIF"), animation=moving)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-not-found")


async def test_a_caption_is_the_question_and_the_rest_of_its_album_is_passed_over(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    size = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}
    await chat.send(ayse, QUESTION, photo=[size], media_group_id="7")
    await chat.send(ayse, "", photo=[size], media_group_id="7")
    assert (await chat.next_bot_message()).marked("bold") == [BOLD]
    await chat.silent()
    assert library.asked == [QUESTION]


async def test_an_empty_library_is_told_apart_from_no_answer(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    library.answers.clear()
    await chat.send(ayse, QUESTION)
    reply = await chat.next_bot_message()
    assert reply.text == say("tr", "telegram-no-documents")
    assert "/add" in reply.text


async def test_trouble_with_the_library_is_said_without_its_details(
    chat: Chat, ayse: User, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(question: str, collections: Sequence[str], *, limit: int) -> Answer:
        raise StoreError("/secret/path is full")

    monkeypatch.setattr(library, "answer", fail)
    await chat.send(ayse, QUESTION)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-library-trouble")


async def test_where_nothing_answers_the_nearest_places_are_a_tap_away(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    library.answers["Toplantı kaçıncı?"] = replace(ANSWER, answered=False)
    await chat.send(ayse, "Toplantı kaçıncı?")
    reply = await chat.next_bot_message()
    assert reply.text == say("tr", "telegram-not-found")
    assert reply.buttons == [say("tr", "telegram-card-nearest")]


async def test_a_chat_is_answered_from_its_own_documents_and_the_shared_ones(
    tg: FakeTelegram, library: KnownAnswers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Library(tmp_path / "library", load_encoder(None))
    for method in ("answer", "is_empty"):
        monkeypatch.setattr(library, method, getattr(real, method))

    async def ask(text: str, person: User) -> Msg:
        await tg.private(person).send(person, text)
        return await tg.private(person).next_bot_message()

    ayse, can = (tg.user(name, lang="tr") for name in ("Ayşe", "Can"))
    kitchen, house = "Mutfak salı günleri temizlenir.", "Kütüphane saat dokuzda açılır."
    question = "Mutfak hangi günler temizlenir?"
    assert (await ask(question, ayse)).text == say("tr", "telegram-no-documents")
    real.add(Document("Ev", kitchen, "/ev.txt", "Ev"), collection_of(ayse.id))
    assert (await ask(question, ayse)).marked("bold") == [kitchen]
    assert (await ask(question, can)).text == say("tr", "telegram-no-documents")
    real.add(Document("Kurallar", house, "/k.txt", "Kurallar"), SHARED)
    assert (await ask("Kütüphane saat kaçta açılır?", ayse)).marked("bold") == [house]
    assert (await ask("Kütüphane saat kaçta açılır?", can)).marked("bold") == [house]
    assert (await ask(question, can)).text == say("tr", "telegram-not-found")
    real.close()


async def test_a_question_is_answered_once_whatever_telegram_repeats(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    """As after a crash that came between the answer and the note that it is sent."""
    asked = await chat.send(ayse, QUESTION)
    await chat.next_bot_message()
    tg.push("message", asked.raw, chat.id)
    await chat.silent()
    assert library.asked == [QUESTION]


@pytest.mark.parametrize("text", ["???", "Merhaba", "/soru nasıl?"])
async def test_what_becomes_a_question_when_it_is_edited_is_answered(
    chat: Chat, ayse: User, text: str
) -> None:
    asked = await chat.send(ayse, text)
    await chat.next_bot_message()
    await asked.edit(QUESTION)
    reply = await chat.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == asked.id


@pytest.mark.parametrize("text", ["???", "Selam", "Yardım", "/soru nasıl?", "/start"])
async def test_what_is_no_question_after_an_edit_either_is_left_alone(
    chat: Chat, ayse: User, text: str
) -> None:
    message = await chat.send(ayse, "Merhaba")
    await chat.next_bot_message()
    await message.edit(text)
    await chat.silent()


async def test_a_place_that_moves_is_no_edited_question(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    place = await chat.send(ayse, "", location={"latitude": 41.0, "longitude": 29.0})
    await chat.next_bot_message()
    tg.push("edited_message", {**place.raw, "edit_date": place.raw["date"] + 9}, chat.id)
    await chat.silent()


async def test_a_person_has_one_question_at_a_time_looked_up_in_order(
    tg: FakeTelegram, ayse: User, library: KnownAnswers
) -> None:
    library.go_on.clear()
    chats = [tg.private(ayse), tg.group("Grup", [ayse]), tg.supergroup("Grup", [ayse])]
    for number, chat in enumerate(chats):
        await chat.send(ayse, f"/sor {number}")
    can = tg.user("Can", lang="tr")
    await tg.private(can).send(can, "x")
    await tg.until(lambda: len(library.asked) == 2, "look-up for each person")
    await asyncio.sleep(0.2)
    assert sorted(library.asked) == ["0", "x"]
    library.go_on.set()
    for chat in chats:
        await chat.next_bot_message()
    assert [asked for asked in library.asked if asked != "x"] == ["0", "1", "2"]


async def test_an_answer_that_is_slow_to_send_holds_up_no_other_chat(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    tg.fault("slow", "sendMessage", seconds=2)
    group = tg.group("Grup", [ayse])
    await chat.send(ayse, "x")
    await asyncio.sleep(0.5)
    await group.send(ayse, "/sor y")
    await group.next_bot_message(1)
    assert not chat.from_bot
    await chat.next_bot_message()
    tg.calls = [call for call in tg.calls if call.error != "fault slow"]


async def test_who_waits_sees_that_the_bot_is_busy(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    library.go_on.clear()
    await chat.send(ayse, QUESTION)
    assert (await tg.wait_call("sendChatAction")).args["action"] == "typing"
    assert not chat.from_bot
    library.go_on.set()
    assert (await chat.next_bot_message()).marked("bold") == [BOLD]


@pytest.mark.parametrize("quick", [None], ids=["in seconds"])
async def test_who_waits_for_telegrams_limits_sees_that_the_bot_is_busy(
    tg: FakeTelegram, chat: Chat, ayse: User
) -> None:
    await chat.send(ayse, QUESTION)
    await chat.send(ayse, "x")
    await chat.next_bot_message()
    assert (await tg.wait_call("sendChatAction")).args["action"] == "typing"
    assert (await chat.next_bot_message()).text == say("tr", "telegram-not-found")


async def test_who_blocks_the_bot_meanwhile_is_left_in_peace(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    library.go_on.clear()
    await chat.send(ayse, QUESTION)
    ayse.block()
    library.go_on.set()
    refused = await tg.wait_call("sendMessage")
    assert "bot was blocked by the user" in refused.error
    await chat.silent()
    tg.calls = [call for call in tg.calls if call.method != "sendChatAction"]
    tg.calls.remove(refused)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    ayse.block(False)
    await chat.send(ayse, QUESTION)
    assert (await chat.next_bot_message()).marked("bold") == [BOLD]


async def test_what_people_ask_is_not_logged(
    chat: Chat, ayse: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    await chat.send(ayse, QUESTION)
    await chat.next_bot_message()
    await chat.send(ayse, "Gizli mi?")
    await chat.next_bot_message()
    assert "Answered in" in caplog.text
    assert "Toplantı" not in caplog.text
    assert "Gizli" not in caplog.text
