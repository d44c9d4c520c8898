"""Which messages are for the bot, and what they ask."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Message, User

from bot.addressing import (
    asks_in_caption,
    is_addressed,
    offers_file,
    read_command,
    read_question,
    wants_adding,
    without,
    without_talk,
)
from tests.fake_telegram import ANONYMOUS
from tests.fake_telegram.entities import utf16
from tests.fake_telegram.formatting import formatted

ME = {"id": 7, "is_bot": True, "first_name": "Alıntı", "username": "Alinti_Bot"}
AYSE = {"id": 1, "is_bot": False, "first_name": "Ayşe"}
OTHER_BOT = {"id": 8, "is_bot": True, "first_name": "B", "username": "other_bot"}
GROUP = {"id": -5, "type": "supergroup", "title": "Grup"}
CHANNEL = {"id": -6, "type": "channel", "title": "Kanal"}
POST = {"chat": CHANNEL, "sender_chat": CHANNEL, "from": None}
PRIVATE = {"id": 1, "type": "private", "first_name": "Ayşe"}
QUESTION = "Toplantı ne zaman?"


@pytest.fixture(scope="module")
def bot() -> Bot:
    bot = Bot("7:TEST")
    bot._bot_user = User.de_json(ME, bot)  # as getMe would set it
    return bot


def message(bot: Bot, text: str = "", /, where: str = "text", **fields: Any) -> Message:
    """A message of Ayşe in the group; commands and mentions are found in it."""
    raw: dict[str, Any] = {"message_id": 9, "date": 0, "chat": GROUP, "from": AYSE}
    if text:
        seen, entities = formatted(text)
        raw |= {where: seen, "entities" if where == "text" else "caption_entities": entities}
    return Message.de_json(raw | fields, bot)


def of(author: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 0, "chat": GROUP, "from": author, "text": "Önceki", **fields}


NOT_FOR_THE_BOT: dict[str, dict[str, Any]] = {
    "talk": {},
    "a command for another bot": {"text": "/sor@other_bot @alinti_bot ne?"},
    "a mention of another bot": {"text": "@alinti_bot2 ve @other_bot ne?"},
    "an address": {"text": "bana alinti_bot@example.org adresinden yazın"},
    "a reply to a person": {"reply_to_message": of(AYSE)},
    "an inline result of the bot's": {"text": "/sor x", "via_bot": ME},
    "a reply to an inline result": {"reply_to_message": of(AYSE, via_bot=ME)},
    "another bot": {"text": f"@alinti_bot {QUESTION}", "from": OTHER_BOT},
    "the bot itself": {"text": f"/sor {QUESTION}", "from": ME},
    "talk in a topic of the bot's": {
        "message_thread_id": 3,
        "is_topic_message": True,
        "reply_to_message": of(ME, forum_topic_created={"name": "x", "icon_color": 7322096}),
    },
    "a post forwarded from the channel": {
        "text": f"@alinti_bot {QUESTION}",
        "sender_chat": CHANNEL,
        "is_automatic_forward": True,
    },
    "a post in a channel": {"text": QUESTION, **POST},
    "a post that tells of the bot": {"text": "Sorularınız için @alinti_bot", **POST},
    "a post with another command": {"text": "/start yazın", **POST},
    "an inline result in a channel": {"text": "/sor x", "via_bot": ME, **POST},
    "a new title": {"new_chat_title": "Yeni"},
    "a new member": {"new_chat_members": [AYSE]},
    "an inline result in private": {"via_bot": ME, "chat": PRIVATE},
}

FOR_THE_BOT: dict[str, dict[str, Any]] = {
    "a command": {"text": "/sor"},
    "a command with its name": {"text": "/Sor@ALINTI_bot x"},
    "a mention": {"text": f"{QUESTION} @ALINTI_BOT"},
    "a mention by id": {
        "text": "Alıntı, ne zaman?",
        "entities": [{"type": "text_mention", "offset": 0, "length": 6, "user": ME}],
    },
    "a reply": {"reply_to_message": of(ME)},
    "an anonymous admin": {"text": "/sor", **ANONYMOUS, "sender_chat": GROUP},
    "somebody as a channel": {"text": "/sor", **ANONYMOUS, "sender_chat": CHANNEL},
    "a person by way of another bot": {"text": "/sor", "via_bot": OTHER_BOT},
    "a move": {"migrate_to_chat_id": -7},
    "an arrival from elsewhere": {"migrate_from_chat_id": -7},
    "somebody removed by a bot": {"left_chat_member": AYSE, "from": OTHER_BOT},
    "anything in private": {"chat": PRIVATE},
    "a post that asks by command": {"text": "/ask", **POST},
    "a post with the bot at its head": {"text": "@alinti_bot toplantı ne zaman", **POST},
    "a post with a question mark and the bot": {"text": "Ne zaman? @alinti_bot", **POST},
    "a post with the bot and a question mark": {"text": "Ne zaman, @alinti_bot?", **POST},
}


@pytest.mark.parametrize("where", ["text", "caption"])
@pytest.mark.parametrize("what", NOT_FOR_THE_BOT)
def test_what_is_not_for_the_bot_is_left_unread(bot: Bot, what: str, where: str) -> None:
    fields = {"text": QUESTION} | NOT_FOR_THE_BOT[what]
    assert not is_addressed(message(bot, fields.pop("text"), where, **fields), bot)


@pytest.mark.parametrize("where", ["text", "caption"])
@pytest.mark.parametrize("what", FOR_THE_BOT)
def test_what_is_for_the_bot_is_read(bot: Bot, what: str, where: str) -> None:
    fields = {"text": QUESTION} | FOR_THE_BOT[what]
    if where == "caption" and "entities" in fields:
        fields["caption_entities"] = fields.pop("entities")
    assert is_addressed(message(bot, fields.pop("text"), where, **fields), bot)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/sor ne?", "sor"),
        ("/ASK@Alinti_bot", "ask"),
        ("/sor@other_bot ne?", "sor@other_bot"),
        ("Ne? /sor", None),
        ("ne?", None),
    ],
)
def test_a_command_is_known_by_its_name_and_its_bot(
    bot: Bot, text: str, command: str | None
) -> None:
    assert read_command(message(bot, text), bot) == command
    assert read_command(message(bot, text, "caption"), bot) == command


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"/sor {QUESTION}", QUESTION),
        (f"/sor@alinti_bot: {QUESTION}", QUESTION),
        (f"/sor\n{QUESTION}", QUESTION),
        (f"/sor @alinti_bot {QUESTION}", QUESTION),
        (f"@alinti_bot {QUESTION}", QUESTION),
        (f"@Alinti_Bot, {QUESTION}", QUESTION),
        (f"👩🏽‍🚀 @alinti_bot: {QUESTION}", f"👩🏽‍🚀: {QUESTION}"),
        ("Toplantı ne zaman @alinti_bot?", QUESTION),
        ("Toplantı ne zaman, @alinti_bot?", QUESTION),
        (f"{QUESTION} @alinti_bot", QUESTION),
        (f"{QUESTION}\n\n@alinti_bot", QUESTION),
        ("Peki, @alinti_bot, toplantı ne zaman?", "Peki, toplantı ne zaman?"),
        ("Merhaba @alinti_bot, toplantı ne zaman?", "Merhaba, toplantı ne zaman?"),
        ("Toplantı  @alinti_bot  ne zaman?", "Toplantı  ne zaman?"),
        ("Şunu sorayım\n@alinti_bot ne zaman?", "Şunu sorayım\nne zaman?"),
        ("@alinti_bot @alinti_bot, ne zaman?", "ne zaman?"),
        ("@alinti_bot @ayse_y ne dedi?", "@ayse_y ne dedi?"),
        ("@alinti_bot :)", ":)"),
        ("@alinti_bot", ""),
        ("/sor …", "…"),
        (QUESTION, QUESTION),
    ],
)
@pytest.mark.parametrize("where", ["text", "caption"])
def test_commands_and_mentions_are_cut_from_the_question(
    bot: Bot, text: str, question: str, where: str
) -> None:
    assert read_question(message(bot, text, where), bot) == question


def test_a_mention_by_id_is_cut_behind_letters_of_two_units(bot: Bot) -> None:
    text = "🇹🇷 Alıntı 🤖, ne zaman?"
    span = {"type": "text_mention", "offset": 5, "length": 9, "user": ME}
    assert read_question(message(bot, text, entities=[span]), bot) == "🇹🇷, ne zaman?"
    another = span | {"user": AYSE}
    assert read_question(message(bot, text, entities=[another]), bot) == text


@pytest.mark.parametrize("bare", ["/sor", "/ask@alinti_bot", "@alinti_bot", "@alinti_bot?"])
def test_a_bare_command_or_mention_asks_what_it_replies_to(bot: Bot, bare: str) -> None:
    def asked(**fields: Any) -> str:
        return read_question(message(bot, bare, **fields), bot)

    assert asked(reply_to_message=of(AYSE, text=QUESTION)) == QUESTION
    picture = of(AYSE, caption=QUESTION)
    del picture["text"]
    assert asked(reply_to_message=picture) == QUESTION
    part = {"text": "ne zaman?", "position": 9, "is_manual": True}
    assert asked(reply_to_message=of(AYSE, text=QUESTION), quote=part) == "ne zaman?"
    assert asked(reply_to_message=of(AYSE, via_bot=ME, text=QUESTION)) == QUESTION
    command = {"type": "bot_command", "offset": 0, "length": 4}
    asked_before = of(AYSE, text=f"/sor {QUESTION}", entities=[command])
    assert asked(reply_to_message=asked_before) == QUESTION
    nothing = "?" if bare.endswith("?") else ""
    assert asked(reply_to_message=of(ME, text="Alıntı")) == nothing
    assert asked(reply_to_message=of(ME, text=QUESTION), quote=part) == "ne zaman?"
    assert asked() == nothing


def test_what_stands_in_the_message_itself_goes_first(bot: Bot) -> None:
    replied = of(AYSE, text="Başka")
    asked = message(bot, f"@alinti_bot {QUESTION}", reply_to_message=replied)
    assert read_question(asked, bot) == QUESTION
    assert read_question(message(bot, "/sor 👍", reply_to_message=replied), bot) == "👍"


WORDS = st.text(st.sampled_from("ab ,:.?\n🙂é"), max_size=8)


def essence(text: str) -> str:
    """What must not be lost: all but what a mention may take along."""
    return "".join(text.split()).replace(",", "").replace(":", "")


@given(st.lists(WORDS, min_size=1, max_size=4), st.text(min_size=1, max_size=5))
def test_cutting_loses_nothing_but_the_mention(parts: list[str], name: str) -> None:
    text, spans = parts[0], []
    for part in parts[1:]:
        spans.append((len(text), len(text) + len(name)))
        text += name + part
    kept = without(text, spans)
    assert essence(kept) == essence("".join(parts))
    assert kept == kept.strip()
    marks = sum("".join(parts).count(mark) for mark in ",:")
    assert marks - 2 * len(spans) <= sum(kept.count(mark) for mark in ",:") <= marks


@given(st.text())
def test_where_nothing_is_cut_all_stays(text: str) -> None:
    assert without(text, []) == text.strip()


@given(st.text(st.sampled_from("a🙂é\u0301𝄞"), max_size=9), st.text(min_size=1, max_size=9))
def test_offsets_count_as_telegram_counts(bot: Bot, before: str, after: str) -> None:
    span = {"type": "text_mention", "offset": utf16(before), "length": 4, "user": ME}
    asked = message(bot, text=f"{before}🤖ci{after}", entities=[span])
    if after.strip():
        assert essence(read_question(asked, bot)) == essence(before + after)


def file(
    name: str = "kurallar.pdf", mime: str = "application/pdf", **fields: Any
) -> dict[str, Any]:
    document = {"file_id": "F", "file_unique_id": "U", "file_name": name, "mime_type": mime}
    return {"document": document, **fields}


@pytest.mark.parametrize(
    ("fields", "is_offered"),
    [
        (file(), True),
        (file("notlar", "text/plain"), True),
        (file("tatil.jpg", "image/jpeg"), False),
        (file("program.exe", ""), False),
        (
            file(
                "a.pdf", animation={**file()["document"], "width": 1, "height": 1, "duration": 1}
            ),
            False,
        ),
        (file() | {"from": OTHER_BOT}, False),
        (file(sender_chat=CHANNEL, is_automatic_forward=True), False),
        (file(chat=CHANNEL, sender_chat=CHANNEL), False),
        ({"text": "kurallar.pdf"}, False),
    ],
)
def test_a_group_offers_files_of_kinds_that_are_read(
    bot: Bot, fields: dict[str, Any], is_offered: bool
) -> None:
    assert offers_file(message(bot, **fields)) == is_offered


@pytest.mark.parametrize(
    ("caption", "chat", "asks"),
    [
        ("Kurallarımız", PRIVATE, False),
        (QUESTION, PRIVATE, True),
        ("/sor toplantı", PRIVATE, True),
        (QUESTION, GROUP, False),
        (f"@alinti_bot {QUESTION}", GROUP, True),
        ("/sor toplantı", GROUP, True),
    ],
)
def test_a_caption_asks_if_it_is_a_question_to_the_bot(
    bot: Bot, caption: str, chat: dict[str, Any], asks: bool
) -> None:
    sent = message(bot, caption, "caption", **file(chat=chat))
    assert asks_in_caption(sent, bot) == asks


WISHES = [
    ("@alinti_bot bunu da ekle", True),
    ("@alinti_bot: add this file as well!", True),
    ("bunu da ekle", False),
    ("@alinti_bot bunu da ekler misin lütfen?", True),
    ("@alinti_bot toplantı nerede yapıldı", False),
    ("@alinti_bot what is it about", False),
    ("@alinti_bot bütçe maddeleri", False),
    ("@alinti_bot Madde 3e göre başvuruya hangi belgeler eklenir ve kim ekle der", False),
    ("@alinti_bot teşekkürler", False),
    ("@alinti_bot yardım", False),
    ("@alinti_bot", False),
    ("/sor toplantı yeri", False),
    ("/add bunu", False),
]


@pytest.mark.parametrize(("text", "is_wish"), WISHES)
def test_a_few_words_about_a_file_may_wish_that_it_be_added(
    bot: Bot, text: str, is_wish: bool
) -> None:
    replied = of(AYSE, **file())
    assert wants_adding(message(bot, text, reply_to_message=replied), bot) == is_wish
    assert wants_adding(message(bot, text, "caption", **file()), bot) == is_wish


def test_only_what_somebody_else_has_sent_is_wished_to_be_added(bot: Bot) -> None:
    wish = "@alinti_bot bunu da ekle"
    assert wants_adding(message(bot, wish, reply_to_message=of(AYSE)), bot)
    assert not wants_adding(message(bot, wish), bot)
    assert not wants_adding(message(bot, wish, reply_to_message=of(AYSE, text="👍")), bot)
    assert not wants_adding(message(bot, wish, reply_to_message=of(ME, **file())), bot)


def test_of_a_file_nothing_is_kept_that_people_say_to_one_another() -> None:
    raw = {"message_id": 9, "date": 0, "chat": GROUP, "from": AYSE, **file()}
    talk = {"caption": "sır", "reply_to_message": of(AYSE), "quote": {"text": "sır"}}
    assert without_talk(raw | talk) == raw
