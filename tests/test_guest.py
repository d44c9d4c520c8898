"""Guest mode, through the fake server: mentions in chats that the bot is not in."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.limits import PERSON
from bot.localization import say
from bot.state import State
from embeddings.errors import StoreError
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.serving import KnownAnswers, quote, serving

QUESTION = "Toplantı nasıl yapıldı?"
CLAIM = "Toplantı yüz yüze yapılmış."
TEXT = "Üyeler davet edildi. Toplantı çevrim içi yapıldı. Tutanak 3 < 4 & 5 > 4."
BOLD = "Toplantı çevrim içi yapıldı."
ANSWER = quote(TEXT, BOLD, title="Ortak <açıklama>", heading="Kararlar", passage_id=7)
OTHER = quote("Tutanaklar yayımlandı.", "Tutanaklar yayımlandı.")


@pytest.fixture
async def tg(quick: None) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(username="Alinti_bot") as fake:
        yield fake


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: ANSWER})


@pytest.fixture(autouse=True)
async def bot(
    tg: FakeTelegram, library: KnownAnswers, tmp_path: Path, mode: str
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library, mode):
        yield
    assert not tg.violations
    wanted = "query is too old", "fault"  # by the tests of these
    errors = [call.error for call in tg.calls if call.error]
    assert not [error for error in errors if not any(words in error for words in wanted)]
    # The bot says nothing there in any other way, to what is a command for it elsewhere, too.
    methods = {call.method for call in tg.calls if not call.method.startswith(("get", "set"))}
    assert methods <= {"answerGuestQuery", "deleteWebhook"}
    assert all(words == ["shared"] for words in library.searched)


@pytest.fixture
def bob(tg: FakeTelegram) -> User:
    return tg.user("Bob", lang="en")


@pytest.fixture
def group(tg: FakeTelegram, ayse: User, bob: User) -> Chat:
    return tg.foreign_group("Grup", [ayse, bob])


async def ask(group: Chat, person: User | None, text: str, reply_to: Msg | None = None) -> Msg:
    """Mention the bot; its one reply."""
    await group.send(person, text, reply_to=reply_to)
    return await group.next_bot_message()


def count(folder: Path, file: str, table: str, where: str = "true") -> int:
    """How many rows one of the bot's files holds."""
    database = sqlite3.connect(folder / file)
    try:
        ((found,),) = database.execute(f"select count(*) from {table} where {where}")
        return int(found)
    finally:
        database.close()


async def settled(tg: FakeTelegram, folder: Path) -> None:
    """Wait until nothing that was said is still in hand, or kept for that."""

    def is_settled() -> bool:
        waiting = tg.do_get_webhook_info()["pending_update_count"]
        return not waiting and not count(folder, "inbox.db", "updates", "payload is not null")

    await tg.until(is_settled, "end of all that was to do")


@pytest.mark.parametrize(
    "text",
    [
        f"@alinti_bot {QUESTION}",
        f"{QUESTION} @Alinti_bot",
        "Toplantı, @alinti_bot, nasıl yapıldı?",
        f"/sor@Alinti_bot {QUESTION} @Alinti_bot",
    ],
)
async def test_a_mention_is_answered_once_with_a_quote(
    ayse: User, group: Chat, library: KnownAnswers, text: str
) -> None:
    library.answers["Toplantı, nasıl yapıldı?"] = ANSWER
    reply = await ask(group, ayse, text)
    assert reply.text == f"{TEXT}\n— Ortak <açıklama>\nKararlar"
    assert reply.marked("blockquote") == [TEXT]
    assert reply.marked("bold") == [BOLD]
    assert reply.buttons == [say("tr", "telegram-card-copy"), say("tr", "telegram-inline-ask")]
    await group.silent(0.2)
    assert len(library.asked) == 1


async def test_without_inline_mode_no_button_leads_to_it(
    tg: FakeTelegram, ayse: User, tmp_path: Path, library: KnownAnswers
) -> None:
    async with FakeTelegram("777:TEST", "guest_bot") as other:
        other.supports_inline = False
        async with serving(other, tmp_path / "other", lambda: library):
            group = other.foreign_group("Grup", [other.user("Ayşe", lang="tr")])
            reply = await ask(group, group.people[0], f"@guest_bot {QUESTION}")
            assert reply.buttons == [say("tr", "telegram-card-copy")]


async def test_a_private_chat_of_two_may_have_a_guest(
    tg: FakeTelegram, ayse: User, bob: User
) -> None:
    chat = tg.foreign_private(ayse, bob)
    for text in (f"@alinti_bot {QUESTION}", f"/sor {QUESTION} @alinti_bot"):
        assert (await ask(chat, ayse, text)).marked("bold") == [BOLD]


@pytest.mark.parametrize("text", ["@alinti_bot yardım", "@alinti_bot who are you?"])
async def test_who_asks_a_guest_what_it_is_learns_how_to_ask(
    ayse: User, group: Chat, library: KnownAnswers, text: str
) -> None:
    reply = await ask(group, ayse, text)
    assert reply.text == say("tr", "telegram-guest-how-to-ask", bot="Alinti_bot")
    assert not library.asked


@pytest.mark.parametrize("text", ["/start @alinti_bot", "/settings@Alinti_bot @alinti_bot"])
async def test_a_guest_takes_no_commands(
    ayse: User, group: Chat, library: KnownAnswers, text: str
) -> None:
    reply = await ask(group, ayse, text)
    assert reply.text == say("tr", "telegram-guest-how-to-ask", bot="Alinti_bot")
    await group.silent(0.2)


# ---- in reply to a message


async def test_evidence_is_looked_for_what_the_mention_replies_to(
    ayse: User, bob: User, group: Chat, library: KnownAnswers
) -> None:
    library.answers = {CLAIM: ANSWER, "doğru mu?": OTHER}
    said = await group.send(bob, CLAIM)
    for mention in ("@alinti_bot", "@alinti_bot doğru mu?", "@alinti_bot 🙏"):
        assert (await ask(group, ayse, mention, said)).marked("bold") == [BOLD]
    assert library.asked == [CLAIM] * 3


async def test_a_marked_part_and_a_caption_are_claims_too(
    ayse: User, bob: User, group: Chat, library: KnownAnswers
) -> None:
    library.answers = {CLAIM: ANSWER}
    said = await group.send(bob, f"Duydunuz mu? {CLAIM} Bence.")
    part = {"text": CLAIM, "position": 13, "is_manual": True}
    await group.send(ayse, "@alinti_bot", reply_to=said, quote=part)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]
    picture = await group.send(bob, CLAIM, document=("a.png", b"x"))
    assert (await ask(group, ayse, "@alinti_bot?", picture)).marked("bold") == [BOLD]


async def test_where_the_claim_is_not_found_the_words_of_the_mention_are_asked(
    ayse: User, bob: User, group: Chat, library: KnownAnswers
) -> None:
    said = await group.send(bob, CLAIM)
    assert (await ask(group, ayse, f"@alinti_bot {QUESTION}", said)).marked("bold") == [BOLD]
    assert library.asked == [CLAIM, QUESTION]
    reply = await ask(group, ayse, "@alinti_bot doğru mu?", said)
    assert reply.text == say("tr", "telegram-guest-no-evidence")


async def test_its_own_reply_is_no_claim(ayse: User, group: Chat, library: KnownAnswers) -> None:
    library.answers["Ya tutanaklar?"] = OTHER
    own = await ask(group, ayse, f"@alinti_bot {QUESTION}")
    asked_again = await ask(group, ayse, "@alinti_bot Ya tutanaklar?", own)
    assert asked_again.text.startswith("Tutanaklar yayımlandı.")
    reply = await ask(group, ayse, "@alinti_bot", own)
    assert reply.text == say("tr", "telegram-guest-how-to-ask", bot="Alinti_bot")
    assert library.asked == [QUESTION, "Ya tutanaklar?"]


async def test_a_message_without_text_is_no_claim(
    ayse: User, bob: User, group: Chat, library: KnownAnswers
) -> None:
    said = await group.send(bob, "", location={"latitude": 41.0, "longitude": 29.0})
    assert (await ask(group, ayse, f"@alinti_bot {QUESTION}", said)).marked("bold") == [BOLD]
    reply = await ask(group, ayse, "@alinti_bot", said)
    assert reply.text == say("tr", "telegram-guest-how-to-ask", bot="Alinti_bot")


# ---- without a quote


async def test_what_is_not_found_is_said(ayse: User, group: Chat) -> None:
    reply = await ask(group, ayse, "@alinti_bot Fransa'nın nüfusu kaç?")
    assert reply.text == say("tr", "telegram-not-found")
    assert not reply.buttons


async def test_a_bare_mention_is_told_how_to_ask_in_the_persons_language(
    tg: FakeTelegram, ayse: User, bob: User, group: Chat, tmp_path: Path
) -> None:
    reply = await ask(group, bob, "@alinti_bot")
    assert reply.text == say("en", "telegram-guest-how-to-ask", bot="Alinti_bot")
    state = State.in_folder(tmp_path)
    state.change_settings(ayse.id, language="en")  # chosen in the private chat
    # Perhaps another chat, whose number is the same.
    state.change_settings(group.id, language="tr")
    state.close()
    reply = await ask(group, ayse, "@alinti_bot ?!")
    assert reply.text == say("en", "telegram-guest-how-to-ask", bot="Alinti_bot")


async def test_courtesy_is_returned(ayse: User, group: Chat, library: KnownAnswers) -> None:
    reply = await ask(group, ayse, "@alinti_bot teşekkürler")
    assert reply.text == say("tr", "telegram-courtesy-thanks")
    assert not library.asked


async def test_an_empty_library_says_so(ayse: User, group: Chat, library: KnownAnswers) -> None:
    library.answers.clear()
    reply = await ask(group, ayse, f"@alinti_bot {QUESTION}")
    assert reply.text == say("tr", "telegram-guest-no-documents")


async def test_trouble_with_the_library_is_said(
    ayse: User, group: Chat, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(library, "answer", fail)
    reply = await ask(group, ayse, f"@alinti_bot {QUESTION}")
    assert reply.text == say("tr", "telegram-library-trouble")
    await group.silent(0.2)


async def test_what_nobody_expected_is_said_once_too(
    ayse: User, group: Chat, library: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(library, "answer", fail)
    reply = await ask(group, ayse, f"@alinti_bot {QUESTION}")
    assert reply.text == say("tr", "telegram-trouble")
    await group.silent(0.2)


async def test_a_query_that_is_too_old_by_then_is_no_error(
    tg: FakeTelegram, ayse: User, group: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    tg.query_ttl_s = -1
    await group.send(ayse, f"@alinti_bot {QUESTION}")
    call = await tg.wait_call("answerGuestQuery")
    assert "query is too old" in call.error
    tg.query_ttl_s = 15
    assert (await ask(group, ayse, f"@alinti_bot {QUESTION}")).marked("bold") == [BOLD]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("fault", ["502", "429", "drop_after"])
async def test_a_failing_network_costs_no_reply_and_doubles_none(
    tg: FakeTelegram, ayse: User, group: Chat, fault: str
) -> None:
    tg.fault(fault, "answerGuestQuery", seconds=1)
    reply = await ask(group, ayse, f"@alinti_bot {QUESTION}")
    assert reply.marked("bold") == [BOLD]
    await group.silent(1)


# ---- who is answered, and what stays


async def test_bots_are_not_answered_but_admins_who_stay_anonymous_are(
    tg: FakeTelegram, group: Chat, library: KnownAnswers, tmp_path: Path
) -> None:
    robot = tg.user("Robot", username="robot_bot", is_bot=True)
    await group.send(robot, f"@alinti_bot {QUESTION}")
    anonymous = tg.user("Group", username="GroupAnonymousBot", is_bot=True)
    await group.send(anonymous, f"@alinti_bot {QUESTION}", sender_chat=group.raw)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]
    await settled(tg, tmp_path)
    assert library.asked == [QUESTION]


async def test_who_asks_too_often_is_told_once_when_to_come_back(
    tg: FakeTelegram, ayse: User, bob: User, group: Chat, tmp_path: Path
) -> None:
    other = tg.foreign_group("Öteki", [ayse])
    for number in range(PERSON + 5):
        await (group, other)[number % 2].send(ayse, "@alinti_bot")
    await settled(tg, tmp_path)
    said = [message.text for chat in (group, other) for message in chat.from_bot]
    assert len(said) == PERSON + 1
    # The wait depends on when the first came; after this minute it is over.
    expected = {say("tr", "telegram-limit-person", seconds=seconds) for seconds in range(50, 61)}
    assert len(set(said) & expected) == 1
    assert (await ask(tg.foreign_group("Üçüncü", [bob]), bob, "@alinti_bot")).text


async def test_nothing_is_kept(
    tg: FakeTelegram, ayse: User, bob: User, group: Chat, tmp_path: Path
) -> None:
    said = await group.send(bob, CLAIM)
    await ask(group, ayse, f"@alinti_bot {QUESTION}", said)
    await settled(tg, tmp_path)
    tables = ("questions", "votes", "chats")
    assert [count(tmp_path, "state.db", table) for table in tables] == [0, 0, 0]
