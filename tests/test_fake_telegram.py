"""The fake Telegram server, called as the bot calls it: with python-telegram-bot."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputMediaDocument,
    InputPollOption,
    InputTextMessageContent,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.fake_telegram import ANONYMOUS, Chat, FakeTelegram, Msg, User, find_specification
from tests.fake_telegram import methods as fake_methods
from tests.fake_telegram import server as fake_server

needs_specification = pytest.mark.skipif(
    find_specification() is None, reason="the Bot API's specification is not at hand"
)


@pytest.fixture(
    params=[
        pytest.param(True, marks=needs_specification, id="checked"),
        pytest.param(False, id="unchecked"),
    ]
)
async def tg(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FakeTelegram]:
    """The fake, with the specification and without."""
    spec = None if request.param else tmp_path / "absent.json"
    async with FakeTelegram("123456:TEST", "test_bot", spec=spec) as fake:
        yield fake


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[Bot]:
    async with connected(tg) as bot:
        yield bot


@pytest.fixture
def ayse(tg: FakeTelegram) -> User:
    return tg.user("Ayşe", lang="tr", username="ayse_k")


@pytest.fixture
def chat(tg: FakeTelegram, ayse: User) -> Chat:
    """A private chat in which the bot may write."""
    ayse.started = True
    return tg.private(ayse)


def connected(tg: FakeTelegram, token: str | None = None) -> Bot:
    """A bot that talks to the fake; on plain HTTP it need not load certificates, which is slow."""
    requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    return Bot(
        token or tg.token,
        base_url=tg.base_url,
        base_file_url=tg.base_file_url,
        request=requests[0],
        get_updates_request=requests[1],
    )


async def next_update(bot: Bot) -> Update:
    """Take one update, and confirm it."""
    updates = await bot.get_updates(limit=1, timeout=2)
    await bot.get_updates(offset=updates[0].update_id + 1, limit=1)
    return updates[0]


async def next_message(bot: Bot) -> Message:
    message = (await next_update(bot)).effective_message
    assert message
    return message


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(label, callback_data=label.lower()) for label in labels]
    return InlineKeyboardMarkup([buttons])


def link(url: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Site", url=url)]])


# ---- a whole exchange


async def test_a_whole_exchange_needs_no_specification(tmp_path: Path) -> None:
    """Start, send, reply, callback, inline: what the bot's own tests are made of."""
    async with (
        FakeTelegram("123456:TEST", "my_bot", spec=tmp_path / "absent.json") as tg,
        connected(tg) as bot,
    ):
        assert not tg.spec.in_use
        ayse = tg.user("Ayşe", lang="tr")
        chat = tg.private(ayse)

        await chat.send(ayse, "/start")
        start = await next_message(bot)
        assert start.from_user
        assert start.from_user.language_code == "tr"
        await start.reply_html("<b>Merhaba</b> Ayşe &amp; 😀", reply_markup=keyboard("Yardım"))
        greeting = await chat.next_bot_message()
        assert greeting.text == "Merhaba Ayşe & 😀"
        assert greeting.marked("bold") == ["Merhaba"]
        assert greeting.buttons == ["Yardım"]

        question = await chat.send(ayse, "Kedi nerede?")
        await (await next_message(bot)).reply_text("Orada", do_quote=True)
        reply = await chat.next_bot_message()
        assert reply.reply_to == question.id

        async def help_out() -> None:
            query = (await next_update(bot)).callback_query
            assert query
            await query.answer(f"seçildi: {query.data}")
            await query.edit_message_text("*Yardım*", "MarkdownV2")

        answer, _ = await asyncio.gather(greeting.press("Yardım"), help_out())
        assert answer["text"] == "seçildi: yardım"
        assert greeting.text == "Yardım"
        assert greeting.buttons == []

        async def find() -> None:
            query = (await next_update(bot)).inline_query
            assert query
            await query.answer([article("1", f"<i>{query.query}</i>")])

        results, _ = await asyncio.gather(tg.inline(ayse, "kedi"), find())
        sent = await results[0].choose(tg.group("Grup", [ayse]))
        assert sent.marked("italic") == ["kedi"]


def article(result_id: str, html: str) -> InlineQueryResultArticle:
    content = InputTextMessageContent(html, parse_mode="HTML")
    return InlineQueryResultArticle(result_id, f"Sonuç {result_id}", content)


@needs_specification
async def test_the_fake_says_whether_the_specification_is_in_use(tmp_path: Path) -> None:
    assert FakeTelegram().spec.in_use
    assert not FakeTelegram(spec=tmp_path / "absent.json").spec.in_use


# ---- messages


@pytest.mark.parametrize("text", ["5", "true", '["x"]', '{"text": "x"}', "-1"])
async def test_a_text_that_looks_like_json_stays_a_text(bot: Bot, chat: Chat, text: str) -> None:
    await bot.send_message(chat.id, text)

    assert (await chat.next_bot_message()).text == text


async def test_the_bot_may_not_begin_a_conversation(tg: FakeTelegram, bot: Bot) -> None:
    veli = tg.user("Veli")
    chat = tg.private(veli)

    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(chat.id, "x")

    await chat.send(veli, "/start")
    assert (await bot.send_message(chat.id, "x")).text == "x"


async def test_a_user_who_blocks_the_bot_gets_no_messages(
    bot: Bot, ayse: User, chat: Chat
) -> None:
    ayse.block()

    membership = (await next_update(bot)).my_chat_member
    assert membership
    assert membership.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "x")

    ayse.block(False)
    assert await bot.send_message(chat.id, "x")


REFUSED: list[tuple[Callable[[Bot, int, int], Awaitable[object]], str]] = [
    (
        lambda bot, chat, _: bot.send_message(chat, "<b>x", "HTML"),
        "Can't parse entities: can't find end tag corresponding to start tag \"b\"",
    ),
    (
        lambda bot, chat, _: bot.send_message(chat, "a.b", "MarkdownV2"),
        "Can't parse entities: character '.' is reserved and must be escaped "
        "with the preceding '\\'",
    ),
    (lambda bot, chat, _: bot.send_message(chat, "x" * 4097), "Message is too long"),
    (lambda bot, chat, _: bot.send_message(chat, " "), "Text must be non-empty"),
    (lambda bot, chat, _: bot.send_message(chat, ""), "Message text is empty"),
    (lambda bot, *_: bot.send_message(424242, "x"), "Chat not found"),
    (lambda bot, *_: bot.send_message("@nobody", "x"), "Chat not found"),
    (
        lambda bot, chat, _: bot.send_message(chat, "x", reply_markup=keyboard("ş" * 33)),
        "Button_data_invalid",
    ),
    (
        lambda bot, chat, _: bot.send_message(chat, "x", reply_markup=link("nonsense")),
        "Inline keyboard button url 'nonsense' is invalid: wrong http url",
    ),
    (
        lambda bot, chat, _: bot.send_message(
            chat, "x", reply_parameters=ReplyParameters(999_999)
        ),
        "Message to be replied not found",
    ),
    (
        lambda bot, chat, _: bot.send_message(chat, "x", message_thread_id=77),
        "Message thread not found",
    ),
    (
        lambda bot, chat, _: bot.edit_message_text("x", chat, 999_999),
        "Message to edit not found",
    ),
    (
        lambda bot, chat, message: bot.edit_message_text("x", chat, message),
        "Message can't be edited",
    ),
    (lambda bot, chat, _: bot.delete_message(chat, 999_999), "Message to delete not found"),
    (
        lambda bot, chat, _: bot.send_document(chat, io.BytesIO(b"x"), "y" * 1025),
        "Message caption is too long",
    ),
    (
        lambda bot, chat, _: bot.send_document(chat, "https://example.com/x.pdf"),
        "Failed to get http url content",
    ),
    (
        lambda bot, *_: bot.get_file("nope"),
        "Wrong file_id or the file is temporarily unavailable",
    ),
    (
        lambda bot, *_: bot.answer_callback_query("123"),
        "Query is too old and response timeout expired or query id is invalid",
    ),
    (lambda bot, *_: bot.set_my_commands([BotCommand("Bad", "x")]), "Bot_command_invalid"),
    (
        lambda bot, *_: bot.set_my_description("x" * 513),
        "[fake] description is longer than 512 characters",
    ),
    (
        lambda bot, chat, _: bot.get_chat_administrators(chat),
        "There are no administrators in the private chat",
    ),
    (
        lambda bot, chat, _: bot.leave_chat(chat),
        "Chat member status can't be changed in private chats",
    ),
    (
        lambda bot, *_: bot.set_webhook("http://example.com/"),
        "Bad webhook: an https url must be provided for webhook",
    ),
    (
        lambda bot, *_: bot.set_webhook("https://example.com/", secret_token="a b"),
        "Secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("call", "expected"), REFUSED, ids=[expected for _, expected in REFUSED])
async def test_a_call_is_refused_in_telegrams_words(
    bot: Bot,
    ayse: User,
    chat: Chat,
    call: Callable[[Bot, int, int], Awaitable[object]],
    expected: str,
) -> None:
    message = await chat.send(ayse, "a message of the user")

    with pytest.raises(BadRequest) as caught:
        await call(bot, chat.id, message.id)

    assert caught.value.message.lower() == expected.lower()


@needs_specification
async def test_what_the_specification_does_not_know_is_refused() -> None:
    async with FakeTelegram() as tg, connected(tg) as bot:
        ayse = tg.user("Ayşe")
        chat = tg.private(ayse)
        message = await chat.send(ayse, "x")

        with pytest.raises(BadRequest, match='unknown parameter "txt" of sendmessage'):
            await bot.send_message(chat.id, "x", api_kwargs={"txt": 1})
        with pytest.raises(EndPointNotFound):
            await bot.do_api_request("noSuchThing")
        with pytest.raises(BadRequest, match="Reaction_invalid"):
            await bot.set_message_reaction(chat.id, message.id, "🥔")


async def test_an_unchanged_message_is_not_edited(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "same")

    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("same", chat.id, sent.message_id)

    await bot.edit_message_text("other", chat.id, sent.message_id)
    message = chat.messages[sent.message_id]
    assert message.text == "other"
    assert [edit["text"] for edit in message.edits] == ["same"]


async def test_a_test_may_wait_for_an_edit(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "one")
    message = chat.messages[sent.message_id]

    edited, _ = await asyncio.gather(message.next_edit(), sent.edit_text("two"))
    assert edited.text == "two"

    gone, _ = await asyncio.gather(message.wait(lambda m: m.deleted), sent.delete())
    assert gone is message


async def test_a_reply_may_do_without_the_message_that_it_answers(bot: Bot, chat: Chat) -> None:
    reply_to = ReplyParameters(999_999, allow_sending_without_reply=True)

    await bot.send_message(chat.id, "kept", reply_parameters=reply_to)

    assert (await chat.next_bot_message()).reply_to is None


async def test_messages_are_copied_and_forwarded(bot: Bot, ayse: User, chat: Chat) -> None:
    message = await chat.send(ayse, "aslı")

    await bot.copy_message(chat.id, chat.id, message.id)
    await bot.forward_message(chat.id, chat.id, message.id)

    assert [sent.text for sent in chat.from_bot] == ["aslı", "aslı"]


async def test_the_bot_reacts_and_shows_that_it_writes(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    message = await chat.send(ayse, "x")

    await bot.set_message_reaction(chat.id, message.id, "👍")
    await bot.send_chat_action(chat.id, "typing")

    assert message.reactions == ["👍"]
    assert tg.log[-1].what == "typing"


async def test_a_user_edits_and_reacts(bot: Bot, ayse: User, chat: Chat) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    message = await chat.send(ayse, "old")
    await message.edit("new")
    await message.react(ayse, "🔥")

    assert (await next_message(bot)).text == "old"
    edited = (await next_update(bot)).edited_message
    assert edited
    assert edited.text == "new"
    reaction = (await next_update(bot)).message_reaction
    assert reaction
    assert reaction.new_reaction[0].to_dict() == {"type": "emoji", "emoji": "🔥"}


async def test_a_reply_keyboard_sends_its_label(bot: Bot, ayse: User, chat: Chat) -> None:
    await bot.send_message(chat.id, "?", reply_markup=ReplyKeyboardMarkup([["Evet", "Hayır"]]))
    message = await chat.next_bot_message()

    await message.press("Evet")
    assert (await next_message(bot)).text == "Evet"

    await bot.send_message(chat.id, "!", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(LookupError, match="no button 'Evet'"):
        await message.press("Evet")


# ---- files


async def test_a_document_goes_up_and_down(bot: Bot, ayse: User, chat: Chat) -> None:
    content = "günaydın".encode() * 1000
    await chat.send(ayse, "bak", document=("not.txt", content))

    message = await next_message(bot)
    assert message.caption == "bak"
    assert message.document
    assert message.document.mime_type == "text/plain"
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == content

    await message.reply_document(
        io.BytesIO(content[::-1]), "<i>ters</i>", filename="ters.txt", parse_mode="HTML"
    )
    reply = await chat.next_bot_message()
    assert reply.file == content[::-1]
    assert reply.raw["document"]["file_name"] == "ters.txt"
    assert reply.marked("italic") == ["ters"]


async def test_a_document_may_come_from_a_path(
    bot: Bot, ayse: User, chat: Chat, tmp_path: Path
) -> None:
    path = tmp_path / "kitap.txt"
    path.write_bytes(b"Bir varm\xc4\xb1\xc5\x9f")

    assert (await chat.send(ayse, document=path)).file.decode() == "Bir varmış"


async def test_photos_and_albums_are_sent(bot: Bot, chat: Chat) -> None:
    photo = await bot.send_photo(chat.id, io.BytesIO(b"\x89PNG"), caption="resim")
    album = await bot.send_media_group(
        chat.id,
        [InputMediaDocument(io.BytesIO(name.encode()), filename=name) for name in ("1", "2")],
    )

    assert photo.caption == "resim"
    assert len(photo.photo) == 1
    assert [chat.messages[sent.message_id].file for sent in album] == [b"1", b"2"]


async def test_a_file_is_too_big_to_download(
    bot: Bot, ayse: User, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_methods, "MAX_DOWNLOAD_BYTES", 4)
    message = await chat.send(ayse, document=("big.bin", b"12345"))

    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(message.raw["document"]["file_id"])


async def test_a_file_is_too_big_to_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_server, "MAX_UPLOAD_BYTES", 1000)
    async with FakeTelegram() as tg, connected(tg) as bot:
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_document(1, io.BytesIO(b"0" * 2000))


async def test_another_token_opens_nothing(tg: FakeTelegram) -> None:
    with pytest.raises(InvalidToken):
        async with connected(tg, "1:WRONG"):
            pass


# ---- groups, channels, topics


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("just talking", False),
        ("hey @test_bot you", True),
        ("hey @Test_Bot you", True),
        ("hey @other_bot you", False),
        ("/start", True),
        ("/start@test_bot", True),
        ("/start@other_bot", False),
        ("not at the beginning: /start", False),
    ],
)
async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(
    tg: FakeTelegram, bot: Bot, ayse: User, text: str, is_seen: bool
) -> None:
    await tg.group("Grup", [ayse]).send(ayse, text)

    assert len(await bot.get_updates()) == is_seen


async def test_a_reply_to_the_bot_is_seen(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    await bot.send_message(group.id, "soru?")

    await group.send(ayse, "cevap", reply_to=await group.next_bot_message())

    assert (await next_message(bot)).text == "cevap"


async def test_an_administrator_sees_everything(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    await group.set_bot("administrator")
    await group.send(ayse, "just talking")

    membership = (await next_update(bot)).my_chat_member
    assert membership
    assert membership.old_chat_member.status == "member"
    assert membership.new_chat_member.status == "administrator"
    assert (await next_message(bot)).text == "just talking"


async def test_without_privacy_mode_everything_is_seen() -> None:
    async with FakeTelegram(privacy=False) as tg, connected(tg) as bot:
        veli = tg.user("Veli")
        await tg.group("Grup", [veli]).send(veli, "just talking")

        assert (await next_message(bot)).text == "just talking"


async def test_members_are_told_apart(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    veli, can = tg.user("Veli"), tg.user("Can")
    group = tg.group("Grup", [ayse, veli])
    await group.set_bot("administrator")

    people = [ayse.id, veli.id, can.id, bot.id]
    members = [await bot.get_chat_member(group.id, user_id) for user_id in people]
    administrators = await bot.get_chat_administrators(group.id)

    assert [m.status for m in members] == ["creator", "member", "left", "administrator"]
    assert [admin.user.first_name for admin in administrators] == ["Ayşe", "test_bot"]
    assert await bot.get_chat_member_count(group.id) == 3
    assert (await bot.get_chat(group.id)).title == "Grup"


async def test_a_group_becomes_a_supergroup(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    group = tg.group("Grup", [ayse])
    new = await group.migrate()

    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")

    assert caught.value.new_chat_id == new.id
    assert (await next_message(bot)).migrate_to_chat_id == new.id
    assert (await bot.send_message(new.id, "x")).chat.type == "supergroup"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("kicked", "bot was kicked from the group chat"),
        ("left", "bot is not a member of the group chat"),
    ],
)
async def test_the_bot_cannot_write_where_it_is_not(
    tg: FakeTelegram, bot: Bot, ayse: User, status: str, expected: str
) -> None:
    group = tg.group("Grup", [ayse])
    await group.set_bot(status)

    with pytest.raises(Forbidden, match=expected):
        await bot.send_message(group.id, "x")


async def test_the_bot_leaves_a_group(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    group = tg.group("Grup", [ayse])

    await bot.leave_chat(group.id)

    assert group.bot_status == "left"


async def test_a_channel_is_read_and_written(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    channel = tg.channel("Kanal", [ayse], username="kanal")
    post = await channel.post("duyuru")
    await post.edit("duyuru 2")

    first, second = await next_update(bot), await next_update(bot)
    assert first.channel_post
    assert first.channel_post.text == "duyuru"
    assert second.edited_channel_post
    assert second.edited_channel_post.text == "duyuru 2"
    assert (await bot.send_message("@kanal", "x")).chat.username == "kanal"


async def test_a_channel_asks_for_an_administrator(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    channel = tg.channel("Kanal", [ayse])
    channel.bot_status = "member"

    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await bot.send_message(channel.id, "x")


async def test_a_caption_is_edited_and_may_become_empty(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    post = await tg.channel("Kanal", [ayse]).post("eski", document=("a.txt", b"x"))
    await post.edit("yeni")
    await post.edit("")

    posts = [await next_message(bot) for _ in range(3)]

    assert [post.caption for post in posts] == ["eski", "yeni", None]
    assert all(post.document for post in posts)


async def test_a_forwarded_message_tells_where_it_comes_from(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    group, channel = tg.supergroup("Grup", [ayse]), tg.channel("Kanal", [ayse])
    post = await channel.post("duyuru", author_signature="Ayşe")
    said = await chat.send(ayse, "bir soru")
    as_chat = await group.send(ayse, "/x", sender_chat=group.raw, **ANONYMOUS)
    for message in (post, said, as_chat):
        forwarded = await message.forward(ayse, chat)
        again = await forwarded.forward(ayse, chat)
        assert again.raw["forward_origin"] == forwarded.raw["forward_origin"]

    messages = [await next_message(bot) for _ in range(9)]
    origins = [m.forward_origin for m in messages if m.forward_origin]

    assert len(origins) == 6
    of_post, of_person, of_chat = origins[::2]
    assert isinstance(of_post, MessageOriginChannel)
    assert (of_post.chat.id, of_post.message_id) == (channel.id, post.id)
    assert of_post.author_signature == "Ayşe"
    assert isinstance(of_person, MessageOriginUser)
    assert of_person.sender_user.id == ayse.id
    assert isinstance(of_chat, MessageOriginChat)
    assert of_chat.sender_chat.id == group.id


async def test_a_channel_passes_its_posts_on_to_its_discussion_group(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    group, channel = tg.supergroup("Grup", [ayse]), tg.channel("Kanal", [ayse])
    await group.set_bot("administrator")
    channel.link(group)
    post = await channel.post("duyuru", author_signature="Ayşe")
    sent = await bot.send_message(channel.id, "yanıt")

    updates = [await next_update(bot) for _ in range(4)]
    passed_on = [update.message for update in updates if update.message]

    assert (await bot.get_chat(channel.id)).linked_chat_id == group.id
    assert (await bot.get_chat(group.id)).linked_chat_id == channel.id
    for message, original in zip(passed_on, (post.id, sent.message_id), strict=True):
        assert message.is_automatic_forward
        assert message.chat.id == group.id
        assert message.sender_chat
        assert message.sender_chat.id == channel.id
        assert message.from_user
        assert message.from_user.id == 777000
        origin = message.forward_origin
        assert isinstance(origin, MessageOriginChannel)
        assert (origin.chat.id, origin.message_id) == (channel.id, original)


async def test_without_the_right_an_administrator_deletes_its_own_messages_only(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    channel = tg.channel("Kanal", [ayse])
    first, second = await channel.post("bir"), await channel.post("iki")
    await bot.delete_message(channel.id, first.id)
    channel.bot_may_delete = False
    own = await bot.send_message(channel.id, "yanıt")
    await bot.delete_message(channel.id, own.message_id)

    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(channel.id, second.id)

    assert [message.deleted for message in channel.messages.values()] == [True, False, True]


async def test_topics_are_kept_apart(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    await forum.set_bot("administrator")
    await next_update(bot)
    thread = await forum.topic("Genel")
    await forum.send(ayse, "soru", thread=thread)

    created, question = await next_message(bot), await next_message(bot)
    assert created.forum_topic_created
    assert created.forum_topic_created.name == "Genel"
    assert question.message_thread_id == thread
    assert question.is_topic_message
    await question.reply_text("cevap")
    assert (await forum.next_bot_message()).raw["message_thread_id"] == thread


async def test_the_bot_opens_a_topic(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    forum = tg.supergroup("Forum", [ayse], topics=True)
    with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
        await bot.create_forum_topic(forum.id, "Yeni")
    await forum.set_bot("administrator")

    topic = await bot.create_forum_topic(forum.id, "Yeni")

    assert forum.topics == {topic.message_thread_id: "Yeni"}


# ---- callbacks and inline


async def test_a_link_is_no_callback(bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=link("https://example.com"))

    button = await (await chat.next_bot_message()).press("Site")

    assert button == {"text": "Site", "url": "https://example.com"}


async def test_a_callback_may_be_answered_with_an_alert(bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=keyboard("Sil"))
    message = await chat.next_bot_message()

    async def answer() -> None:
        query = (await next_update(bot)).callback_query
        assert query
        await query.answer("Emin misin?", show_alert=True)
        with pytest.raises(BadRequest, match="Query is too old"):
            await query.answer("again")

    pressed, _ = await asyncio.gather(message.press("Sil"), answer())
    assert pressed["text"] == "Emin misin?"
    assert pressed["show_alert"] is True


async def test_a_press_can_be_claimed_by_anybody_and_below_any_message(
    tg: FakeTelegram, bot: Bot, chat: Chat
) -> None:
    message = await chat.send(chat.people[0], "x")

    async def answer() -> None:
        for expected in (("y", "Ayşe", message.id), ("z", "Bob", 7)):
            query = (await next_update(bot)).callback_query
            assert query
            assert query.message
            assert (query.data, query.from_user.first_name, query.message.message_id) == expected
            await query.answer(query.data)

    await next_update(bot)
    answering = asyncio.ensure_future(answer())
    assert (await message.claim("y"))["text"] == "y"
    elsewhere = {"message": {**message.raw, "message_id": 7}}
    assert (await message.claim("z", tg.user("Bob"), elsewhere))["text"] == "z"
    await answering


async def test_a_callback_without_an_answer_is_missed(bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=keyboard("Sil"))
    message = await chat.next_bot_message()

    with pytest.raises(TimeoutError, match="no answer to 'Sil'"):
        await message.press("Sil", timeout_s=0.05)


async def test_a_query_gets_too_old() -> None:
    async with FakeTelegram(query_ttl_s=0) as tg, connected(tg) as bot:
        query_id = tg.open_query("callback")
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(query_id)


async def test_an_inline_result_is_chosen_and_edited(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    group = tg.group("Grup", [ayse])

    async def answer() -> None:
        query = (await next_update(bot)).inline_query
        assert query
        content = InputTextMessageContent(f"<b>{query.query}</b>!", parse_mode="HTML")
        result = InlineQueryResultArticle("r1", "Sonuç", content, reply_markup=keyboard("Daha"))
        await query.answer([result])

    results, _ = await asyncio.gather(tg.inline(ayse, "kedi"), answer())
    assert [(result.title, result.text) for result in results] == [("Sonuç", "kedi!")]

    sent = await results[0].choose(group)
    assert sent.marked("bold") == ["kedi"]
    via = await next_message(bot)
    assert via.via_bot == bot.bot
    chosen = (await next_update(bot)).chosen_inline_result
    assert chosen
    assert (chosen.result_id, chosen.query) == ("r1", "kedi")
    await bot.edit_message_text("köpek", inline_message_id=chosen.inline_message_id)
    assert sent.text == "köpek"

    async def press() -> None:
        query = (await next_update(bot)).callback_query
        assert query
        assert query.inline_message_id == chosen.inline_message_id
        await query.answer("tamam")

    sent.raw["reply_markup"] = keyboard("Daha").to_dict()  # the edit took it away
    answered, _ = await asyncio.gather(sent.press("Daha"), press())
    assert answered["text"] == "tamam"


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([article("1", "a"), article("1", "b")], "Result_id_duplicate"),
        ([article("x" * 65, "a")], "Result_id_invalid"),
        ([article(str(i), "a") for i in range(51)], "Too many inline query results specified"),
        (
            [article("1", "<b>a")],
            "Can't parse inline query result: can't parse entities: "
            'can\'t find end tag corresponding to start tag "b"',
        ),
    ],
)
async def test_inline_results_are_checked(
    tg: FakeTelegram, bot: Bot, results: list[InlineQueryResultArticle], expected: str
) -> None:
    query_id = tg.open_query("inline")

    with pytest.raises(BadRequest) as caught:
        await bot.answer_inline_query(query_id, results, current_offset=None)

    assert caught.value.message == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"next_offset": "9" * 65}, "Next_offset_invalid"),
        ({"button": InlineQueryResultsButton("?", start_parameter="a b")}, "Start_param_invalid"),
        ({"button": InlineQueryResultsButton("", start_parameter="a")}, "Switch_pm_text_empty"),
    ],
)
async def test_what_stands_around_inline_results_is_checked(
    tg: FakeTelegram, bot: Bot, answer: dict[str, Any], expected: str
) -> None:
    query_id = tg.open_query("inline")

    with pytest.raises(BadRequest) as caught:
        await bot.answer_inline_query(query_id, [], current_offset=None, **answer)

    assert caught.value.message == expected


# ---- guests


async def test_a_guest_is_told_of_mentions_only_and_replies_once(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    bob = tg.user("Bob")
    group = tg.foreign_group("Grup", [ayse, bob])
    said = await group.send(bob, "Çay 15 lira.")
    await group.send(bob, "/help@test_bot @test_bottle")
    await group.send(ayse, "Öyle mi, @Test_Bot?", reply_to=said)

    update = await next_update(bot)
    mention = update.guest_message
    assert mention
    assert mention.reply_to_message
    assert (mention.text, mention.reply_to_message.text) == ("Öyle mi, @Test_Bot?", "Çay 15 lira.")
    assert not await bot.get_updates()
    assert mention.guest_query_id
    sent = await bot.answer_guest_query(mention.guest_query_id, article("1", "<b>evet</b>"))

    reply = await group.next_bot_message()
    assert reply.marked("bold") == ["evet"]
    assert reply.raw["guest_bot_caller_user"] == ayse.raw
    await bot.edit_message_text("hayır", inline_message_id=sent.inline_message_id)
    assert reply.text == "hayır"
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_guest_query(mention.guest_query_id, article("2", "a"))
    with pytest.raises(Forbidden, match="bot is not a member"):
        await bot.send_message(group.id, "x")


async def test_a_guest_is_called_into_a_private_chat_of_two(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    bob = tg.user("Bob")
    chat = tg.foreign_private(ayse, bob)
    await chat.send(ayse, "@test_bot çay?")
    mention = (await next_update(bot)).guest_message
    assert mention
    assert (mention.chat.id, mention.chat.type) == (bob.id, "private")
    with pytest.raises(BadRequest, match="Chat not found"):  # the bot's own with Bob
        await bot.send_message(bob.id, "x")


async def test_a_channel_that_mentions_a_guest_is_its_caller(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    group = tg.foreign_group("Grup", [ayse])
    await group.send(None, "@test_bot?")
    mention = (await next_update(bot)).guest_message
    assert mention
    assert mention.guest_query_id
    await bot.answer_guest_query(mention.guest_query_id, article("1", "a"))
    assert (await group.next_bot_message()).raw["guest_bot_caller_chat"] == group.raw


async def test_nobody_is_a_guest_where_it_is_a_member_or_without_guest_mode(
    tg: FakeTelegram, bot: Bot, ayse: User
) -> None:
    assert (await bot.get_me()).supports_guest_queries
    home, foreign = tg.group("Ev", [ayse]), tg.foreign_group("Grup", [ayse])
    await home.send(ayse, "@test_bot?")
    assert (await next_update(bot)).message
    tg.supports_guests = tg.supports_inline = False
    await foreign.send(ayse, "@test_bot?")
    assert not await bot.get_updates()
    me = await bot.get_me()
    assert (me.supports_guest_queries, me.supports_inline_queries) == (False, False)


async def test_a_guests_reply_is_checked(tg: FakeTelegram, bot: Bot, ayse: User) -> None:
    group = tg.foreign_group("Grup", [ayse])
    await group.send(ayse, "@test_bot?")
    (query_id,) = tg.guest_mentions
    for result, expected in (
        (article("x" * 65, "a"), "Result_id_invalid"),
        (article("1", "<b>a"), "Can't parse inline query result: can't parse entities"),
    ):
        with pytest.raises(BadRequest, match=expected):
            await bot.answer_guest_query(query_id, result)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_guest_query(tg.open_query("guest"), article("1", "a"))
    await bot.answer_guest_query(query_id, article("1", "a"))
    tg.query_ttl_s = 0
    await group.send(ayse, "@test_bot?")
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_guest_query(list(tg.guest_mentions)[-1], article("1", "a"))


# ---- the bot's profile, and methods without code of their own


async def test_commands_and_descriptions_are_kept_by_language(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("start", "begin")])
    await bot.set_my_commands([BotCommand("start", "başla")], language_code="tr")
    await bot.set_my_short_description("alıntılar", "tr")

    assert [c.description for c in await bot.get_my_commands()] == ["begin"]
    assert [c.description for c in await bot.get_my_commands(language_code="tr")] == ["başla"]
    assert (await bot.get_my_short_description("tr")).short_description == "alıntılar"
    assert (await bot.get_my_short_description()).short_description == ""


async def test_a_method_without_code_of_its_own_succeeds(bot: Bot, ayse: User, chat: Chat) -> None:
    message = await chat.send(ayse, "x")

    assert await bot.pin_chat_message(chat.id, message.id)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.pin_chat_message(424242, message.id)


@needs_specification
async def test_the_specification_gives_other_methods_their_answers() -> None:
    async with FakeTelegram() as tg, connected(tg) as bot:
        ayse = tg.user("Ayşe")
        chat = tg.private(ayse)
        await chat.send(ayse, "/start")

        location = await bot.send_location(chat.id, 41.0, 29.0)
        poll = await bot.send_poll(chat.id, "?", [InputPollOption("a"), InputPollOption("b")])
        menu_button = await bot.get_chat_menu_button(chat.id)

    assert location.location
    assert location.location.latitude == 41.0
    assert poll.poll
    assert poll.poll.question == "?"
    assert menu_button.type == "commands"


# ---- polling


async def test_updates_are_taken_in_order_and_confirmed_by_offset(
    bot: Bot, ayse: User, chat: Chat
) -> None:
    for number in range(5):
        await chat.send(ayse, str(number))

    assert [u.message.text for u in await bot.get_updates(limit=2) if u.message] == ["0", "1"]
    last = await bot.get_updates(offset=-2)
    assert [u.message.text for u in last if u.message] == ["3", "4"]
    assert len(await bot.get_updates()) == 2
    assert await bot.get_updates(offset=last[-1].update_id + 1) == ()


async def test_kinds_that_are_not_allowed_are_not_queued(bot: Bot, ayse: User, chat: Chat) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await chat.send(ayse, "unseen")
    assert await bot.get_updates() == ()

    await bot.get_updates(allowed_updates=[])
    await chat.send(ayse, "seen")
    assert (await next_message(bot)).text == "seen"


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, ayse: User, chat: Chat) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    assert not poll.done()

    await chat.send(ayse, "x")

    assert len(await asyncio.wait_for(poll, 1)) == 1


async def test_a_second_poller_ends_the_first(tg: FakeTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)

    async with connected(tg) as other:
        await other.get_updates()

    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await asyncio.wait_for(first, 1)


async def test_an_update_may_come_twice(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    tg.duplicate_updates()
    await chat.send(ayse, "twice")

    first = (await bot.get_updates())[0]
    again = await bot.get_updates(offset=first.update_id + 1)
    assert again == (first,)
    assert await bot.get_updates(offset=first.update_id + 1) == ()


# ---- webhook


@asynccontextmanager
async def webhook(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    """Serve a webhook on loopback; its URL."""
    app = web.Application()
    app.router.add_post("/hook", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_a_webhook_gets_chats_side_by_side_and_each_in_order(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    veli = tg.user("Veli")
    other = tg.private(veli)
    seen: list[str] = []
    at_once: set[int] = set()
    most_at_once = 0

    async def take(request: web.Request) -> web.Response:
        """Take an update, and call a method in the answer."""
        nonlocal most_at_once
        message = (await request.json())["message"]
        at_once.add(message["chat"]["id"])
        most_at_once = max(most_at_once, len(at_once))
        await asyncio.sleep(0.02)
        at_once.remove(message["chat"]["id"])
        seen.append(message["text"])
        call = {"method": "sendMessage", "chat_id": message["chat"]["id"], "text": "by hook"}
        return web.json_response(call)

    async with webhook(take) as url:
        await bot.set_webhook(url, drop_pending_updates=True)
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        for number in range(3):
            await chat.send(ayse, f"a{number}")
            await other.send(veli, f"v{number}")
        for _ in range(3):
            assert (await chat.next_bot_message()).text == "by hook"
            assert (await other.next_bot_message()).text == "by hook"
        await tg.until(lambda: not tg.do_get_webhook_info()["pending_update_count"], "rest")
        await bot.delete_webhook()

    assert most_at_once == 2
    assert [text for text in seen if text.startswith("a")] == ["a0", "a1", "a2"]
    assert [text for text in seen if text.startswith("v")] == ["v0", "v1", "v2"]


async def test_a_webhook_may_get_an_update_twice(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    seen: list[int] = []

    async def take(request: web.Request) -> web.Response:
        seen.append((await request.json())["update_id"])
        return web.Response()

    async with webhook(take) as url:
        await bot.set_webhook(url)
        tg.duplicate_updates()
        await chat.send(ayse, "twice")
        await tg.until(lambda: not tg.do_get_webhook_info()["pending_update_count"], "hooks")

    assert len(seen) == 2
    assert len(set(seen)) == 1


async def test_a_webhook_that_refuses_gets_the_update_again(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    tg.webhook_retry_s = 0.05
    secrets: list[str] = []

    async def take(request: web.Request) -> web.Response:
        secrets.append(request.headers["X-Telegram-Bot-Api-Secret-Token"])
        return web.Response(status=200 if secrets[-1] == "s3cret_-" else 403)

    async with webhook(take) as url:
        await bot.set_webhook(url, secret_token="s3cret_-")
        tg.webhook["secret_token"] = "wrong"
        await chat.send(ayse, "x")
        await tg.until(lambda: "last_error_message" in tg.webhook, "refusal")
        error = (await bot.get_webhook_info()).last_error_message
        tg.webhook["secret_token"] = "s3cret_-"
        await tg.until(lambda: not tg.do_get_webhook_info()["pending_update_count"], "retry")

    assert error == "Wrong response from the webhook: 403 Forbidden"
    assert secrets[0] == "wrong"
    assert secrets[-1] == "s3cret_-"


async def test_a_webhook_that_is_away_gets_the_update_later(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat
) -> None:
    tg.webhook_retry_s = 0.01
    await bot.set_webhook("http://127.0.0.1:1/hook")
    await chat.send(ayse, "x")

    await tg.until(lambda: "last_error_message" in tg.webhook, "refusal")
    info = await bot.get_webhook_info()

    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 1


# ---- limits and faults


async def test_what_is_sent_too_fast_is_recorded(tg: FakeTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "1")
    assert tg.violations == []
    await bot.send_message(chat.id, "2")

    assert tg.violations == [
        {
            "limit": "1 per 1 s per chat",
            "chat_id": chat.id,
            "method": "sendMessage",
            "count": 2,
        }
    ]


async def test_enforced_limits_make_the_bot_wait() -> None:
    async with FakeTelegram(enforce_limits=True) as tg, connected(tg) as bot:
        ayse = tg.user("Ayşe")
        chat = tg.private(ayse)
        await chat.send(ayse, "/start")
        await bot.send_message(chat.id, "1")

        with pytest.raises(RetryAfter, match="Retry in 0:00:01"):
            await bot.send_message(chat.id, "2")

        assert [message.text for message in chat.from_bot] == ["1"]


@pytest.mark.parametrize(
    ("kind", "error", "expected"),
    [
        ("429", RetryAfter, "Retry in 0:00:07"),
        ("409", Conflict, "terminated by other getUpdates request"),
        ("502", NetworkError, "Bad Gateway"),
        ("drop", NetworkError, "httpx"),
    ],
)
async def test_a_fault_keeps_a_call_from_being_done(
    tg: FakeTelegram,
    bot: Bot,
    chat: Chat,
    kind: str,
    error: type[TelegramError],
    expected: str,
) -> None:
    tg.fault(kind, "sendMessage", seconds=7)

    with pytest.raises(error, match=expected):
        await bot.send_message(chat.id, "lost")

    assert chat.from_bot == []
    assert tg.calls[-1].error == f"fault {kind}"
    assert await bot.send_message(chat.id, "not lost")


async def test_a_dropped_answer_belongs_to_a_call_that_was_done(
    tg: FakeTelegram, bot: Bot, chat: Chat
) -> None:
    tg.fault("drop_after", "sendMessage")

    with pytest.raises(NetworkError):
        await bot.send_message(chat.id, "after")

    assert (await chat.next_bot_message()).text == "after"


async def test_a_slow_answer_comes_late(tg: FakeTelegram, bot: Bot, chat: Chat) -> None:
    tg.fault("slow", "sendMessage", seconds=0.1)
    began = time.monotonic()
    await bot.send_message(chat.id, "slow")
    assert time.monotonic() - began >= 0.1

    tg.fault("slow", "sendMessage", seconds=0.2)
    with pytest.raises(TimedOut):
        await bot.send_message(chat.id, "too slow", read_timeout=0.05)


async def test_a_fault_is_for_its_method_and_as_often_as_it_says(
    tg: FakeTelegram, bot: Bot, chat: Chat
) -> None:
    fault = tg.fault("502", "getChat", times=2)

    await bot.send_message(chat.id, "x")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.get_chat(chat.id)
    assert await bot.get_chat(chat.id)
    assert fault.times == 0


# ---- what a test can look at


async def test_calls_are_kept_with_what_became_of_them(
    tg: FakeTelegram, bot: Bot, chat: Chat
) -> None:
    before = len(tg.calls)
    call, _ = await asyncio.gather(
        tg.wait_call("sendMessage", since=before), bot.send_message(chat.id, "x")
    )

    assert call.args == {"chat_id": chat.id, "text": "x"}
    assert call.result["message_id"] == chat.from_bot[0].id
    assert call.error == ""
    await bot.get_updates()
    assert tg.calls[-1] is call


async def test_a_missed_message_is_reported_with_what_was_refused(
    bot: Bot, ayse: User, chat: Chat
) -> None:
    await chat.send(ayse, "Kimse yok mu?")
    with pytest.raises(BadRequest):
        await bot.send_message(chat.id, " ")

    with pytest.raises(TimeoutError) as caught:
        await chat.next_bot_message(timeout_s=0.05)

    assert "text must be non-empty" in str(caught.value)
    assert "Kimse yok mu?" in str(caught.value)


async def test_silence_is_asserted(bot: Bot, chat: Chat) -> None:
    await chat.silent(0.01)
    await bot.send_message(chat.id, "söz")

    with pytest.raises(AssertionError, match="the bot said"):
        await chat.silent(0.01)


async def test_the_transcript_holds_everything_that_was_said(
    tg: FakeTelegram, bot: Bot, ayse: User, chat: Chat, tmp_path: Path
) -> None:
    group = tg.group("Grup", [ayse])
    await chat.send(ayse, "soru")
    await bot.send_message(chat.id, "cevap", reply_markup=keyboard("Daha"))
    await bot.send_message(group.id, "başka")

    lines = [line.split() for line in tg.transcript(chat).splitlines()]
    assert [line[1:] for line in lines] == [
        ["private", "message", "#1", "Ayşe:", "'soru'"],
        ["private", "bot", "#2", "test_bot:", "'cevap'", "['Daha']"],
    ]

    tg.dump(tmp_path / "dump.json")
    dump = json.loads((tmp_path / "dump.json").read_text("utf-8"))
    assert len(dump["transcript"]) == 3
    assert [call["method"] for call in dump["calls"]] == ["getMe", "sendMessage", "sendMessage"]


def test_a_message_knows_who_wrote_it() -> None:
    tg = FakeTelegram()
    ayse = tg.user("Ayşe")
    chat = tg.private(ayse)

    def message(author: User) -> Msg:
        return tg.add_message(chat, author, {"text": "x"})

    assert not message(ayse).from_bot
    assert message(tg.bot).from_bot
