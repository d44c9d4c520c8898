"""The bot's own comings and goings: it greets where it is new, and moves along with a group."""

import asyncio
import logging
from typing import TYPE_CHECKING

from telegram import (
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberUpdated,
    Update,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, ChatMemberHandler, MessageHandler, filters

from bot.context import PLAIN, Context, language_in
from bot.handlers.admission import is_in
from bot.localization import Language, say
from bot.rights import collection_of

if TYPE_CHECKING:
    from embeddings.library import Library

logger = logging.getLogger(__name__)

_GROUPS = (Chat.GROUP, Chat.SUPERGROUP)
# A group that becomes a supergroup adds the bot to it like any other, and says only in another
# message, which may come later, that it was there before.
_MOVE_IS_KNOWN_AFTER_S = 1.0


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    fresh = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS
    return [
        ChatMemberHandler(change_place, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(fresh & filters.StatusUpdate.MIGRATE, move),
        MessageHandler(fresh & filters.StatusUpdate.LEFT_CHAT_MEMBER, see_off),
    ]


async def change_place(update: Update, context: Context) -> None:
    """Greet a group where the bot is new; note when it has left a chat, private ones too.

    All of a chat that it has left is kept for chats.KEPT_DAYS: see erasing.erase_left. From when
    that is noted, nothing of it is put on the wire: see BotData.may_quote.
    """
    change = update.my_chat_member
    assert change
    chat, old, new = change.chat, change.old_chat_member, change.new_chat_member
    # Of whom Telegram tells it depends on what the bot is in a chat, channels included.
    context.bot_data.members.forget(chat.id)
    context.bot_data.linked.forget(chat.id)
    if not is_in(new):
        # Also where it is told of for the first time: what is kept is not to stay for ever.
        await asyncio.to_thread(context.bot_data.state.note_left, chat.id, change.date)
    # Where nothing has changed, the arrival was never told of. Who was greeted is not again.
    elif chat.type in _GROUPS and (not is_in(old) or old.status == new.status):
        await _greet(change, context)
    elif chat.type == Chat.CHANNEL:
        await _introduce(change, context)


async def move(update: Update, context: Context) -> None:
    """Take along what is kept of a group that has become a supergroup, its documents too.

    Both chats tell of it, or one of them; the second time changes nothing.
    """
    message = update.message
    assert message
    old = message.migrate_from_chat_id or message.chat_id
    new = message.migrate_to_chat_id or message.chat_id
    state = context.bot_data.state
    await asyncio.to_thread(state.move_chat, old, new)
    # It knows the bot, even if that never greeted the group it was.
    await asyncio.to_thread(state.note_greeted, new)
    for chat_id in (old, new):
        context.bot_data.members.forget(chat_id)
        context.bot_data.linked.forget(chat_id)
    await context.bot_data.reading.move_chat(old, new)
    order = await context.bot_data.exports.move_chat(old, new)
    library: Library = await asyncio.shield(context.bot_data.library)
    await asyncio.to_thread(library.rename_collection, collection_of(old), collection_of(new))
    if order:
        context.bot_data.exports.begin(order)
    logger.info("A group has become a supergroup")


async def see_off(update: Update, context: Context) -> None:
    """Forget that somebody was in a group: what is there is not for them any more."""
    message = update.message
    assert message
    if message.left_chat_member:
        context.bot_data.members.forget(message.chat_id, message.left_chat_member.id)


async def _greet(change: ChatMemberUpdated, context: Context) -> None:
    bot, chat = context.bot, change.chat
    if chat.type == Chat.SUPERGROUP:
        await asyncio.sleep(_MOVE_IS_KNOWN_AFTER_S)
    if not await asyncio.to_thread(context.bot_data.state.note_greeted, chat.id):
        return
    language = language_in(chat.id, change.from_user, context)
    # Who changes privacy mode has to add the bot again: it is not what it was at the start.
    me = await bot.get_me()
    text = _greeting(
        language,
        bot.username,
        sees_all=bool(me.can_read_all_group_messages),
        is_admin=isinstance(change.new_chat_member, ChatMemberAdministrator),
    )
    try:
        await bot.send_message(chat.id, text, link_preview_options=PLAIN)
    except (BadRequest, Forbidden) as error:
        # Not every group lets its members write, nor its new ones.
        logger.info("A group could not be greeted: %s", error)


def _greeting(language: Language, username: str, *, sees_all: bool, is_admin: bool) -> str:
    """Build three lines: who the bot is, how to ask it, and what it sees of the group."""
    kind = "all" if sees_all else "admin" if is_admin else "privacy"
    lines = ("telegram-groups-who", "telegram-groups-how", f"telegram-groups-{kind}")
    return "\n".join(say(language, line, bot=f"@{username}") for line in lines)


async def _introduce(change: ChatMemberUpdated, context: Context) -> None:
    """Tell who has made the bot an admin of a channel what it does there, if it may write to them.

    In the channel nothing is said.
    """
    channel, person = change.chat, change.from_user
    if change.new_chat_member.status != ChatMember.ADMINISTRATOR or person.is_bot:
        return
    if not await asyncio.to_thread(context.bot_data.state.note_greeted, channel.id):
        return
    language = language_in(person.id, person, context)
    text = say(
        language,
        "telegram-channels-greeting",
        title=channel.title or "",
        bot=f"@{context.bot.username}",
    )
    try:
        await context.bot.send_message(person.id, text, link_preview_options=PLAIN)
    except (BadRequest, Forbidden) as error:
        # A bot may not begin a conversation.
        logger.info("Who added the bot to a channel could not be told so: %s", error)
