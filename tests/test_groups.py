"""The bot in groups, through the fake server, by polling and by webhook."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from telegram import ChatMemberRestricted

from bot.chats import ChatSettings
from bot.limits import Limits
from bot.localization import LANGUAGES, Language, say
from bot.rights import Members
from bot.state import State
from tests.fake_telegram import ApiError, Chat, FakeTelegram, User
from tests.fake_telegram.wire import Files, Json
from tests.serving import KnownAnswers, quote, serving

QUESTION = "Toplantı nasıl yapıldı?"
BOLD = "Toplantı çevrim içi yapıldı."
ANSWER = quote(f"Üyeler davet edildi. {BOLD}", BOLD, passage_id=1)
OTHER_QUESTION = "Tutanak nerede?"
OTHER_BOLD = "Tutanak dolapta."
OTHER_ANSWER = quote(OTHER_BOLD, OTHER_BOLD, passage_id=2)

WRITING = {"sendMessage", "editMessageText"}
PHOTO = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
STICKER = {
    "file_id": "1",
    "file_unique_id": "1",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: ANSWER, OTHER_QUESTION: OTHER_ANSWER})


@pytest.fixture(autouse=True)
async def bot(
    tg: FakeTelegram, library: KnownAnswers, tmp_path: Path, mode: str
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library, mode):
        yield
    assert not [call for call in tg.calls if call.error]
    assert not tg.violations
    shown = [call.args for call in tg.calls if "link_preview_options" in call.args]
    assert all(args["link_preview_options"] == {"is_disabled": True} for args in shown)
    assert len(shown) == sum(call.method in WRITING for call in tg.calls)


@pytest.fixture
async def group(tg: FakeTelegram, ayse: User) -> Chat:
    """A supergroup that sends everything to the bot, which is there for long."""
    group = tg.supergroup("Grup", [ayse])
    group.bot_status = "administrator"
    return group


# ---- when it answers


@pytest.mark.parametrize("where", ["group", "supergroup", "forum"])
@pytest.mark.parametrize(
    "text",
    [
        f"/sor {QUESTION}",
        f"/ask@alinti_bot {QUESTION}",
        f"@alinti_bot {QUESTION}",
        "Toplantı nasıl yapıldı, @Alinti_Bot?",
    ],
)
async def test_a_command_or_mention_asks(
    tg: FakeTelegram, ayse: User, library: KnownAnswers, where: str, text: str
) -> None:
    is_basic = where == "group"
    group = (
        tg.group("Grup", [ayse]) if is_basic else tg.supergroup("Grup", [ayse], where == "forum")
    )
    group.bot_status = "administrator"  # mentions reach it
    asked = await group.send(ayse, text)
    reply = await group.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == asked.id
    assert library.asked == [QUESTION]
    assert library.searched == [[f"chat:{group.id}", "shared"]]


async def test_with_privacy_mode_off_a_member_answers_mentions(
    tg: FakeTelegram, ayse: User
) -> None:
    tg.privacy = False
    group = tg.supergroup("Grup", [ayse])
    await group.send(ayse, QUESTION)
    await group.send(ayse, f"@alinti_bot {QUESTION}")
    assert (await group.next_bot_message()).marked("bold") == [BOLD]
    await group.silent()


async def test_a_reply_to_the_bot_is_a_question_a_greeting_or_explained(
    tg: FakeTelegram, group: Chat, ayse: User, library: KnownAnswers
) -> None:
    await group.send(ayse, "/sor x")
    first = await group.next_bot_message()
    await group.send(ayse, QUESTION, reply_to=first)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]
    for text, said in (("çok teşekkürler", "thanks"), ("Selam", "greeting")):
        await group.send(ayse, text, reply_to=first)
        assert (await group.next_bot_message()).text == say("tr", f"telegram-groups-{said}")
    await group.send(ayse, "???", reply_to=first)
    assert (await group.next_bot_message()).text == say("tr", "telegram-how-to-ask")
    await group.send(ayse, "", photo=PHOTO, reply_to=first)
    assert (await group.next_bot_message()).text == say("tr", "telegram-text-only")
    assert library.asked == ["x", QUESTION]


async def test_a_gesture_in_reply_to_the_bot_asks_nothing(group: Chat, ayse: User) -> None:
    await group.send(ayse, f"/sor {QUESTION}")
    reply = await group.next_bot_message()
    await group.send(ayse, "", sticker=STICKER, reply_to=reply)
    for text in ("👍", "tamam"):
        await group.send(ayse, text, reply_to=reply)
    await group.silent()


@pytest.mark.parametrize("bare", ["/sor", "/ask@alinti_bot", "@alinti_bot", "@alinti_bot?"])
async def test_a_bare_command_or_mention_is_explained(group: Chat, ayse: User, bare: str) -> None:
    await group.send(ayse, bare)
    assert (await group.next_bot_message()).text == say("tr", "telegram-how-to-ask")


@pytest.mark.parametrize("bare", ["/sor", "@alinti_bot"])
async def test_a_replied_message_is_the_question(group: Chat, ayse: User, bare: str) -> None:
    asked = await group.send(group.tg.user("Bob"), QUESTION)
    command = await group.send(ayse, bare, reply_to=asked)
    reply = await group.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == command.id
    part = {"text": QUESTION, "position": 7, "is_manual": True}
    again = await group.send(ayse, f"/sor@other_bot {QUESTION}")
    await group.send(ayse, bare, reply_to=again)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]
    longer = await group.send(ayse, f"Merak: {QUESTION} Acaba?")
    await group.send(ayse, bare, reply_to=longer, quote=part)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]


async def test_a_mention_below_a_picture_asks(group: Chat, ayse: User) -> None:
    await group.send(ayse, QUESTION, photo=PHOTO)
    asked = await group.send(ayse, f"@alinti_bot {QUESTION}", photo=PHOTO)
    reply = await group.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == asked.id


async def test_an_anonymous_admin_is_answered(tg: FakeTelegram, group: Chat) -> None:
    admin = tg.user("Group", is_bot=True, username="GroupAnonymousBot")
    await group.send(admin, f"/sor {QUESTION}", sender_chat=group.raw)
    assert (await group.next_bot_message()).marked("bold") == [BOLD]


def read_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_anything_else_is_left_unread_and_unstored(
    tg: FakeTelegram, group: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    bob = tg.user("Bob")
    other_bot = tg.user("Bot", username="other_bot", is_bot=True)
    secret = "kahvalti-plani"
    talk = await group.send(bob, f"{secret}: {QUESTION}")
    for text in (f"/sor@other_bot {secret}", f"@other_bot {secret}", f"{secret}@alinti_bot"):
        await group.send(ayse, text)
    await group.send(ayse, secret, reply_to=talk)
    await group.send(bob, secret, document=("a.txt", b"a"), reply_to=talk)
    await group.send(ayse, f"@alinti_bot {secret}", via_bot=tg.bot.raw)
    await group.send(other_bot, f"@alinti_bot {secret}")
    await talk.edit(f"{secret}: {QUESTION} Acaba?")
    await group.send(ayse, "Günaydın arkadaşlar")
    await group.send(ayse, "/soru ne?")  # who knows whose command that is
    await group.silent(0.5)
    assert not library.asked
    assert read_all(tmp_path)
    assert secret.encode() not in read_all(tmp_path)


# ---- where it answers


async def test_an_answer_stays_in_its_topic(tg: FakeTelegram, ayse: User) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Bütçe")
    asked = await forum.send(ayse, f"/sor {QUESTION}", thread=topic)
    reply = await forum.next_bot_message()
    assert reply.raw["message_thread_id"] == topic
    assert reply.reply_to == asked.id


async def test_an_answer_stays_in_the_general_topic(tg: FakeTelegram, ayse: User) -> None:
    """Telegram names no thread there, and takes none."""
    forum = tg.supergroup("Forum", [ayse], topics=True)
    await forum.topic("Bütçe")
    asked = await forum.send(ayse, f"/sor {QUESTION}")
    reply = await forum.next_bot_message()
    assert "message_thread_id" not in reply.raw
    assert reply.reply_to == asked.id


async def test_a_chain_of_replies_is_no_topic(group: Chat, ayse: User) -> None:
    """Telegram numbers chains as it does topics, and sends nothing to them."""
    first = await group.send(ayse, "Merhaba")
    command = f"/sor {QUESTION}"
    asked = await group.send(ayse, command, reply_to=first, message_thread_id=first.id)
    assert (await group.next_bot_message()).reply_to == asked.id


async def test_a_bare_command_in_a_topic_is_explained(tg: FakeTelegram, ayse: User) -> None:
    """Telegram lets it reply to the message that opened the topic, which holds nothing."""
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Bütçe")
    await forum.send(ayse, "/sor", thread=topic, reply_to=forum.messages[topic])
    assert (await forum.next_bot_message()).text == say("tr", "telegram-how-to-ask")


async def test_people_talk_in_peace_in_a_topic_of_the_bots(tg: FakeTelegram, ayse: User) -> None:
    """All that is written there replies to the message by which the bot opened it."""
    forum = tg.supergroup("Forum", [ayse], topics=True)
    opening = tg.open_topic(forum, tg.bot, "Bütçe")
    await forum.send(ayse, QUESTION, thread=opening.id, reply_to=opening)
    await forum.silent(0.5)


async def test_a_question_that_is_deleted_meanwhile_is_answered(
    tg: FakeTelegram, group: Chat, ayse: User, library: KnownAnswers
) -> None:
    library.go_on.clear()
    asked = await group.send(ayse, f"/sor {QUESTION}")
    asked.deleted = True
    library.go_on.set()
    reply = await group.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to is None


async def test_the_answer_to_a_deleted_question_stays_in_its_topic(
    tg: FakeTelegram, ayse: User, library: KnownAnswers
) -> None:
    library.go_on.clear()
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Bütçe")
    asked = await forum.send(ayse, f"/sor {QUESTION}", thread=topic)
    asked.deleted = True
    library.go_on.set()
    reply = await forum.next_bot_message()
    assert (reply.reply_to, reply.raw["message_thread_id"]) == (None, topic)


@pytest.mark.parametrize(
    "reason",
    [
        "TOPIC_CLOSED",
        "not enough rights to send text messages to the chat",
        "message thread not found",
    ],
)
async def test_where_the_bot_may_not_write_it_is_silent_and_goes_on(
    tg: FakeTelegram,
    group: Chat,
    ayse: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    reason: str,
) -> None:
    def refuse(args: Json, _: Files) -> Json:
        raise ApiError(reason)

    with monkeypatch.context() as patch:
        patch.setattr(tg, "do_send_message", refuse)
        asked = await group.send(ayse, f"/sor {QUESTION}")
        refused = await tg.wait_call("sendMessage")
        await group.silent()  # it does not say either that something went wrong
    assert [call for call in tg.calls if call.error] == [refused]
    tg.calls.remove(refused)  # this one was asked for
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    await asked.edit(f"/sor {OTHER_QUESTION}")
    reply = await group.next_bot_message()
    assert (reply.marked("bold"), reply.reply_to) == ([OTHER_BOLD], asked.id)


async def test_the_bot_is_seen_to_be_busy_in_the_topic(
    tg: FakeTelegram, ayse: User, library: KnownAnswers
) -> None:
    library.go_on.clear()
    forum = tg.supergroup("Forum", [ayse], topics=True)
    topic = await forum.topic("Bütçe")
    await forum.send(ayse, f"/sor {QUESTION}", thread=topic)
    action = (await tg.wait_call("sendChatAction")).args
    library.go_on.set()
    assert (action["chat_id"], action["message_thread_id"]) == (forum.id, topic)
    assert (await forum.next_bot_message()).raw["message_thread_id"] == topic


# ---- edited questions


async def test_an_edited_question_updates_the_answer(
    group: Chat, ayse: User, library: KnownAnswers
) -> None:
    asked = await group.send(ayse, f"/sor {QUESTION}")
    reply = await group.next_bot_message()
    await asked.edit(f"/sor {OTHER_QUESTION}")
    await reply.next_edit()
    assert reply.marked("bold") == [OTHER_BOLD]
    assert "👍" in reply.buttons
    await asked.edit("/sor Hiç yok?")
    await reply.next_edit()
    assert reply.text == say("tr", "telegram-not-found")
    assert not reply.buttons
    await asked.edit(f"@alinti_bot {QUESTION}")
    await reply.next_edit()
    assert reply.marked("bold") == [BOLD]
    await group.silent(0.3)
    assert library.searched == 4 * [[f"chat:{group.id}", "shared"]]


async def test_an_edit_that_finds_the_same_changes_nothing(
    tg: FakeTelegram, group: Chat, ayse: User, library: KnownAnswers
) -> None:
    library.answers["Toplantı nasıldı?"] = ANSWER
    asked = await group.send(ayse, f"/sor {QUESTION}")
    await group.next_bot_message()
    await asked.edit("/sor Toplantı nasıldı?")
    await group.silent()
    assert library.asked == [QUESTION, "Toplantı nasıldı?"]
    assert not [call for call in tg.calls if call.method == "editMessageText"]


async def test_an_edit_after_all_documents_were_removed_takes_the_old_answer_away(
    group: Chat, ayse: User, library: KnownAnswers
) -> None:
    asked = await group.send(ayse, f"/sor {QUESTION}")
    reply = await group.next_bot_message()
    library.answers.clear()
    await asked.edit(f"/sor {OTHER_QUESTION}")
    await reply.next_edit()
    assert (reply.text, reply.buttons) == (say("tr", "telegram-not-found"), [])


@pytest.mark.parametrize("quick", [None], ids=["in seconds"])
async def test_a_question_that_is_edited_while_it_is_answered_has_one_answer(
    group: Chat, ayse: User, library: KnownAnswers
) -> None:
    """Before it is found, and while the reply waits for Telegram's limits."""
    library.go_on.clear()
    asked = await group.send(ayse, f"/sor {QUESTION}")
    await asked.edit(f"/sor {OTHER_QUESTION}")
    library.go_on.set()
    reply = await group.next_bot_message()
    await reply.wait(lambda message: message.marked("bold") == [OTHER_BOLD])
    second = await group.send(ayse, f"/sor {OTHER_QUESTION}")
    await second.edit(f"/sor {QUESTION}")
    reply = await group.next_bot_message()
    await reply.wait(lambda message: message.marked("bold") == [BOLD])
    await group.silent(1.2)
    assert len(group.from_bot) == 2


async def test_an_edit_that_mends_a_typing_error_takes_away_what_was_said_of_it(
    group: Chat, ayse: User, library: KnownAnswers
) -> None:
    mended = replace(ANSWER, mended=(("yapildi", "yapıldı"),))
    library.answers["Toplantı nasıl yapildi?"] = mended
    asked = await group.send(ayse, "/sor Toplantı nasıl yapildi?")
    reply = await group.next_bot_message()
    told, untold = reply.text, reply.text.rpartition("\n")[0]
    assert "“yapildi”" in told
    await asked.edit(f"/sor {QUESTION}")
    await reply.next_edit()
    assert reply.text == untold
    await asked.edit("/sor Toplantı nasıl yapildi?")
    await reply.next_edit()
    assert reply.text == told


async def test_a_deleted_reply_is_not_written_again(
    tg: FakeTelegram, group: Chat, ayse: User, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await group.send(ayse, f"/sor {QUESTION}")
    (await group.next_bot_message()).deleted = True
    await asked.edit(f"/sor {OTHER_QUESTION}")
    edit = await tg.wait_call("editMessageText")
    assert "message to edit not found" in edit.error
    tg.calls.remove(edit)  # this one was asked for
    await group.silent()
    assert "could not be handled" not in caplog.text


@pytest.mark.parametrize("text", [QUESTION, f"/soru {QUESTION}", f"/sor@other_bot {QUESTION}"])
@pytest.mark.parametrize("edited", [f"/sor {QUESTION}", f"@alinti_bot {QUESTION}"])
async def test_talk_that_becomes_a_question_is_answered(
    group: Chat, ayse: User, text: str, edited: str
) -> None:
    talk = await group.send(ayse, text)
    await talk.edit(edited)
    reply = await group.next_bot_message()
    assert reply.marked("bold") == [BOLD]
    assert reply.reply_to == talk.id


async def test_old_talk_is_no_new_question(group: Chat, ayse: User) -> None:
    talk = await group.send(ayse, QUESTION)
    talk.raw = {**talk.raw, "date": int(time.time()) - 3600}
    await talk.edit(f"/sor {QUESTION}")
    await group.silent(0.5)


# ---- how often it answers


async def test_a_group_that_asks_too_often_is_told_once_when_to_come_back(
    tg: FakeTelegram, ayse: User, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Limits.__init__.__kwdefaults__ or {}, "group", 2)
    bob = tg.user("Bob", lang="en")
    async with FakeTelegram(username="alinti_bot") as other:
        group, private = other.group("Grup", [ayse, bob]), other.private(bob)
        async with serving(other, tmp_path / "other", KnownAnswers, mode):
            asked = [await group.send(person, "/sor x") for person in (ayse, bob, bob, ayse)]
            await asked[0].edit("/sor y")
            for language in ("tr", "en"):
                no_documents = say(language, "telegram-no-documents-group")
                assert (await group.next_bot_message()).text == no_documents
            told = (await group.next_bot_message()).text
            assert told in {
                say("en", "telegram-limit-group", seconds=seconds) for seconds in (57, 58, 59, 60)
            }
            await group.silent()
            await private.send(bob, "x")  # the group's limit is not the person's
            assert (await private.next_bot_message()).text == say("en", "telegram-no-documents")
        assert not other.violations


# ---- coming and going


def greeting(language: Language, kind: str) -> str:
    lines = [
        say(language, f"telegram-groups-{line}", bot="@alinti_bot") for line in ("who", "how")
    ]
    return "\n".join([*lines, say(language, f"telegram-groups-{kind}", bot="@alinti_bot")])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["privacy", "all", "admin"])
def test_the_greeting_has_three_lines_of_which_one_names_the_help(
    language: Language, kind: str
) -> None:
    who, how, sight = greeting(language, kind).splitlines()
    assert who.count("/") == 0
    assert how.endswith("/help")
    assert "@alinti_bot" in sight


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", ["group", "supergroup"])
async def test_a_group_is_greeted_once_in_three_lines(
    tg: FakeTelegram, language: Language, where: str
) -> None:
    adder = tg.user("Kişi", lang=language)
    group = tg.group("Grup", [adder]) if where == "group" else tg.supergroup("Grup", [adder])
    group.bot_status = "left"
    await group.set_bot("member")
    hello = await group.next_bot_message()
    assert hello.text == greeting(language, "privacy")
    assert hello.text.count("\n") == 2
    await group.set_bot("administrator")
    await group.set_bot("member")
    await group.silent()


async def test_a_group_whose_arrival_was_never_told_of_is_greeted_too(
    tg: FakeTelegram, ayse: User
) -> None:
    group = tg.group("Grup", [ayse])
    for _ in range(2):
        await group.set_bot("member", ayse)  # which it was already
    assert (await group.next_bot_message()).text == greeting("tr", "privacy")
    await group.silent(0.2)


async def test_who_leaves_and_comes_again_greets_again(tg: FakeTelegram, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    group.bot_status = "left"
    await group.set_bot("member")
    await group.next_bot_message()
    await group.set_bot("kicked")
    await group.set_bot("member")
    assert (await group.next_bot_message()).text == greeting("tr", "privacy")


async def test_an_admin_says_that_it_is_sent_everything(tg: FakeTelegram, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    group.bot_status = "left"
    await group.set_bot("administrator")
    assert (await group.next_bot_message()).text == greeting("tr", "admin")


async def test_without_privacy_mode_it_says_that_it_is_sent_everything(
    tg: FakeTelegram, ayse: User
) -> None:
    group = tg.group("Grup", [ayse])
    await group.send(ayse, f"/sor {QUESTION}")
    await group.next_bot_message()
    await group.set_bot("left")
    tg.privacy = False  # since it started; it has to be added again for that to hold
    await group.set_bot("member")
    assert (await group.next_bot_message()).text == greeting("tr", "all")


@pytest.mark.parametrize("is_member", [True, False])
async def test_with_restrictions_the_bot_may_be_in_a_group_or_not(
    tg: FakeTelegram, ayse: User, is_member: bool
) -> None:
    group = tg.supergroup("Grup", [ayse])
    rights = [name for name in ChatMemberRestricted.__slots__ if name.startswith("can_")]
    restrictions = {"is_member": is_member, "until_date": 0, **dict.fromkeys(rights, True)}
    change = {
        "chat": group.raw,
        "from": ayse.raw,
        "date": int(time.time()),
        "old_chat_member": tg.member("left", tg.bot.raw),
        "new_chat_member": {"status": "restricted", "user": tg.bot.raw, **restrictions},
    }
    tg.push("my_chat_member", change, group.id)
    if is_member:
        assert (await group.next_bot_message()).text == greeting("tr", "privacy")
    await group.silent()


async def test_a_group_is_greeted_in_the_language_it_has_chosen(
    tg: FakeTelegram, ayse: User, tmp_path: Path
) -> None:
    group = tg.group("Grup", [ayse])
    group.bot_status = "left"
    choose(tmp_path, group, ChatSettings("en"))
    await group.set_bot("member")
    assert (await group.next_bot_message()).text == greeting("en", "privacy")


async def test_a_channel_is_not_greeted(tg: FakeTelegram, ayse: User) -> None:
    await tg.private(ayse).send(ayse, "/help")  # who adds the bot is told of it there
    channel = tg.channel("Kanal", [ayse])
    channel.bot_status = "left"
    await channel.set_bot("administrator")
    await channel.silent(0.5)


async def test_a_group_that_lets_nobody_write_is_left_in_peace(
    tg: FakeTelegram,
    ayse: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(args: Json, _: Files) -> Json:
        raise ApiError("not enough rights to send text messages to the chat")

    monkeypatch.setattr(tg, "do_send_message", refuse)
    group = tg.group("Grup", [ayse])
    group.bot_status = "left"
    await group.set_bot("member")
    refused = await tg.wait_call("sendMessage")
    await group.silent(0.5)
    assert [call for call in tg.calls if call.error] == [refused]
    tg.calls.remove(refused)  # this one was asked for
    assert "could not be handled" not in caplog.text


def choose(folder: Path, chat: Chat, chosen: ChatSettings) -> None:
    with closing(State.in_folder(folder)) as state:
        state.change_settings(chat.id, language=chosen.language, keeps_text=chosen.keeps_text)


def tell_of_arrival(tg: FakeTelegram, old: Chat, new: Chat) -> None:
    origin = tg.add_message(new, new.people[0], {"migrate_from_chat_id": old.id})
    tg.push("message", origin.raw, new.id)


@pytest.mark.parametrize(
    ("told", "joins"),
    [
        ("by the old one", "not"),
        ("by the new one", "not"),
        ("by the new one", "first"),
        ("by both", "first"),
        ("by the old one", "first"),
        ("by the new one", "last"),
        ("by both", "last"),
    ],
)
async def test_a_group_that_becomes_a_supergroup_takes_all_along(
    tg: FakeTelegram, ayse: User, library: KnownAnswers, tmp_path: Path, told: str, joins: str
) -> None:
    """Telegram adds the bot to the new one like anybody, before or after it tells of the move."""
    old = tg.group("Grup", [ayse])
    old.bot_status = "left"
    await old.set_bot("member")
    await old.next_bot_message()
    chosen = ChatSettings("en", keeps_text=True)
    choose(tmp_path, old, chosen)
    new = tg.supergroup("Grup", [ayse])
    if joins == "first":
        new.bot_status = "left"
        await new.set_bot("member")
    if told != "by the new one":
        old.migrated_to = new.id
        last = tg.add_message(old, ayse, {"migrate_to_chat_id": new.id})
        tg.push("message", last.raw, old.id)
    if told != "by the old one":
        tell_of_arrival(tg, old, new)
    if joins == "last":
        new.bot_status = "left"
        await new.set_bot("member")
    await tg.until(lambda: library.renamed, "renamed collection")
    asked = await new.send(ayse, "/sor Hiç yok?")
    reply = await new.next_bot_message()
    assert reply.text == say("en", "telegram-not-found")
    assert reply.reply_to == asked.id
    assert library.searched[-1] == [f"chat:{new.id}", "shared"]
    times = 2 if told == "by both" else 1
    await tg.until(lambda: len(library.renamed) == times, "as many as tell of it")
    assert library.renamed == times * [(f"chat:{old.id}", f"chat:{new.id}")]
    with closing(State.in_folder(tmp_path)) as state:
        assert state.settings_of(new.id) == chosen
        assert state.settings_of(old.id) == ChatSettings()
    await new.silent()


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int | None]]:
    """The chats of which members are to be forgotten, and who of them; None: all."""
    told: list[tuple[int, int | None]] = []

    def forget(self: Members, chat_id: int, user_id: int | None = None) -> None:
        told.append((chat_id, user_id))

    monkeypatch.setattr(Members, "forget", forget)
    return told


async def test_who_leaves_a_group_is_no_member_any_more(
    group: Chat, ayse: User, forgotten: list[tuple[int, int | None]]
) -> None:
    await group.send(ayse, "", left_chat_member=ayse.raw)
    await group.send(ayse, f"/sor {QUESTION}")
    await group.next_bot_message()
    assert forgotten == [(group.id, ayse.id)]


async def test_what_is_known_of_members_is_forgotten_when_the_bots_place_changes(
    tg: FakeTelegram, group: Chat, ayse: User, forgotten: list[tuple[int, int | None]]
) -> None:
    """Of whom Telegram tells it depends on whether the bot is there, and what it is."""
    await tg.private(ayse).send(ayse, "/help")  # who adds the bot is told of it there
    channel = tg.channel("Kanal", [ayse])
    for status in ("member", "administrator", "left", "member"):
        await group.set_bot(status)
    await channel.set_bot("administrator")
    await tg.until(lambda: len(forgotten) == 5, "forgetting")
    assert Counter(forgotten) == {(group.id, None): 4, (channel.id, None): 1}
    await group.next_bot_message()
