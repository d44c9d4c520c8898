"""Questions in Telegram, through the fake server, with a library of known answers."""

import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.localization import LANGUAGES, Language, say
from embeddings.datatypes import Answer
from embeddings.errors import StoreError
from tests.fake_telegram import Chat, FakeTelegram, User
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
async def tg() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(username="alinti_bot") as fake:
        yield fake


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: ANSWER})


@pytest.fixture(autouse=True)
async def bot(tg: FakeTelegram, library: KnownAnswers, tmp_path: Path) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library):
        yield
    assert not [call for call in tg.calls if call.error]


@pytest.mark.parametrize("command", ["", "/sor ", "/ask ", "/sor@alinti_bot ", "/ASK\n"])
async def test_a_question_is_answered_with_a_quote(chat: Chat, ayse: User, command: str) -> None:
    asked = await chat.send(ayse, command + QUESTION)
    reply = await chat.next_bot_message()
    assert reply.text == f"{TEXT}\n— Ortak <açıklama>\nKararlar"
    assert reply.marked("blockquote") == [TEXT]
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == asked.id


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


@pytest.mark.parametrize("where", ["group", "supergroup"])
async def test_a_group_asks_by_command_only(
    tg: FakeTelegram, ayse: User, library: KnownAnswers, where: str
) -> None:
    group = tg.group("Grup", [ayse]) if where == "group" else tg.supergroup("Grup", [ayse])
    await group.set_bot("administrator", ayse)  # so that it sees everything
    for other in (QUESTION, f"@alinti_bot {QUESTION}", "/soru x", "/sor@other_bot x"):
        await group.send(ayse, other)
    await group.send(ayse, "/help@other_bot")
    await group.send(ayse, "", document=("a.txt", b"a"))
    asked = await group.send(ayse, f"/sor@alinti_bot {QUESTION}")
    reply = await group.next_bot_message()
    assert reply.reply_to == asked.id
    assert reply.marked("bold") == [BOLD]
    await group.silent(0.2)
    assert library.asked == [QUESTION]


@pytest.mark.parametrize("suffix", ["", "@alinti_bot"])
async def test_a_group_is_greeted_and_helped_as_the_menu_promises(
    tg: FakeTelegram, ayse: User, suffix: str
) -> None:
    group = tg.group("Grup", [ayse])
    await group.send(ayse, f"/start{suffix}")
    assert (await group.next_bot_message()).text == say("tr", "telegram-start")
    await group.send(ayse, f"/help{suffix}")
    assert (await group.next_bot_message()).text == say("tr", "telegram-help")


async def test_an_answer_stays_in_its_topic(tg: FakeTelegram, ayse: User) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Genel")
    await forum.send(ayse, f"/sor {QUESTION}", thread=topic)
    reply = await forum.next_bot_message()
    assert reply.raw["message_thread_id"] == topic


async def test_a_replied_message_is_the_question(tg: FakeTelegram, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    asked = await group.send(ayse, QUESTION)
    command = await group.send(ayse, "/sor", reply_to=asked)
    reply = await group.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == command.id
    part = {"text": QUESTION, "position": 7, "is_manual": True}
    longer = await group.send(ayse, f"Merak: {QUESTION} Acaba?")
    await group.send(ayse, "/sor", reply_to=longer, quote=part)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]


async def test_a_command_without_a_question_is_explained(chat: Chat, ayse: User) -> None:
    picture = await chat.send(ayse, "", location={"latitude": 41.0, "longitude": 29.0})
    await chat.next_bot_message()
    await chat.send(ayse, "/sor", reply_to=picture)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-text-only")
    await chat.send(ayse, "/ask")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-how-to-ask")
    await chat.send(ayse, "/soru ne zaman?")
    assert (await chat.next_bot_message()).text == say("tr", "telegram-unknown-command")


async def test_a_bare_command_in_a_topic_is_explained(tg: FakeTelegram, ayse: User) -> None:
    """Telegram lets it reply to the message that opened the topic, which holds nothing."""
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Genel")
    await forum.send(ayse, "/sor", thread=topic)
    assert (await forum.next_bot_message()).text == say("tr", "telegram-how-to-ask")


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


async def test_a_greeting_among_the_people_of_a_group_is_not_for_the_bot(
    tg: FakeTelegram, ayse: User
) -> None:
    group = tg.group("Grup", [ayse])
    await group.set_bot("administrator", ayse)  # so that it sees everything
    await group.send(ayse, "Günaydın arkadaşlar")
    await group.silent(0.2)


async def test_questions_of_any_script_and_length_reach_the_library(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    questions = ["متى عقد الاجتماع؟", "会議はいつですか", "a" * 4096]
    for question in questions:
        await chat.send(ayse, question)
        await chat.next_bot_message()
    assert library.asked == questions


async def test_a_message_without_text_is_answered_kindly_and_an_album_once(
    chat: Chat, ayse: User
) -> None:
    await chat.send(ayse, "", location={"latitude": 41.0, "longitude": 29.0})
    assert (await chat.next_bot_message()).text == say("tr", "telegram-text-only")
    await chat.send(ayse, "", document=("a.pdf", b"%PDF"))
    assert (await chat.next_bot_message()).text == say("tr", "telegram-no-files")
    for _ in range(3):
        await chat.send(ayse, "", document=("a.pdf", b"%PDF"), media_group_id="7")
    await chat.next_bot_message()
    await chat.send(ayse, "", pinned_message={"message_id": 1, "date": 0, "chat": chat.raw})
    await chat.silent(0.3)


@pytest.mark.parametrize("command", ["", "/sor "])
async def test_a_caption_is_the_question_and_the_rest_of_its_album_is_passed_over(
    chat: Chat, ayse: User, library: KnownAnswers, command: str
) -> None:
    file = ("a.pdf", b"%PDF")
    await chat.send(ayse, command + QUESTION, document=file, media_group_id="7")
    await chat.send(ayse, "", document=file, media_group_id="7")
    assert (await chat.next_bot_message()).marked("bold") == [BOLD]
    await chat.silent(0.3)
    assert library.asked == [QUESTION]


async def test_an_edited_question_is_not_asked_again(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    asked = await chat.send(ayse, "x")
    await chat.next_bot_message()
    await asked.edit("y")
    await chat.silent(0.3)
    assert library.asked == ["x"]


async def test_an_empty_library_is_told_apart_from_no_answer(
    chat: Chat, ayse: User, library: KnownAnswers
) -> None:
    library.answers.clear()
    await chat.send(ayse, QUESTION)
    reply = await chat.next_bot_message()
    assert reply.text == say("tr", "telegram-no-documents")
    assert "alinti add" in reply.text


async def test_trouble_with_the_library_is_said_without_its_details(
    chat: Chat, ayse: User, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(question: str, collections: Sequence[str]) -> Answer:
        raise StoreError("/secret/path is full")

    monkeypatch.setattr(library, "answer", fail)
    await chat.send(ayse, QUESTION)
    assert (await chat.next_bot_message()).text == say("tr", "telegram-library-trouble")


async def test_who_waits_sees_that_the_bot_is_busy(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = threading.Event()

    def wait(question: str, collections: Sequence[str]) -> Answer:
        assert go_on.wait(10)
        return ANSWER

    monkeypatch.setattr(library, "answer", wait)
    await chat.send(ayse, QUESTION)
    assert (await tg.wait_call("sendChatAction")).args["action"] == "typing"
    assert not chat.from_bot
    go_on.set()
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


@pytest.mark.parametrize(
    ("code", "language", "command"),
    [("tr", "tr", "sor"), ("en", "en", "ask"), ("de", "en", "ask")],
)
async def test_start_help_and_the_menu_are_in_the_readers_language(
    tg: FakeTelegram, code: str, language: Language, command: str
) -> None:
    person = tg.user("Kişi", lang=code)
    chat = tg.private(person)
    await chat.send(person, "/start")
    assert (await chat.next_bot_message()).text == say(language, "telegram-start")
    await chat.send(person, "/help")
    assert (await chat.next_bot_message()).text == say(language, "telegram-help")
    menu = await tg.until(
        lambda: tg.profile.get(("commands", "null", code if code in LANGUAGES else "")),
        5,
        "menu of commands",
    )
    assert [entry["command"] for entry in menu] == [command, "help", "start"]
