"""/doctor: for the operator, what works and what does not."""

import asyncio
import datetime as dt
import logging
from dataclasses import replace

from telegram import (
    ChatMember,
    ChatMemberRestricted,
    ChatPermissions,
    Message,
    Update,
)
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import BaseHandler, CommandHandler

from bot.addressing import person_of
from bot.checkup import ask_telegram, look_at_disk, look_at_library
from bot.context import PLAIN, Context, language_of, reply
from bot.doctor import ChatFacts, DiskFacts, Facts, LibraryFacts, TelegramFacts, examine
from bot.handlers.asking import unknown_command
from bot.handlers.manners import NEW_MESSAGES, limited
from bot.localization import say
from bot.pace import PatientLimiter
from bot.rights import is_operator
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    return [CommandHandler("doctor", doctor, filters=NEW_MESSAGES)]


async def doctor(update: Update, context: Context) -> None:
    """Examine the bot for an operator; for anybody else there is no such command."""
    message = update.message
    assert message
    # An administrator who stays anonymous is nobody that one could know.
    person = person_of(message)
    if person and is_operator(person.id, context):
        await limited(_report)(update, context)
    elif message.chat.type == message.chat.PRIVATE:
        await limited(unknown_command)(update, context)


async def _report(update: Update, context: Context) -> None:
    message = update.message
    assert message
    assert message.from_user
    language = language_of(message, context)
    facts = await _gather(message, context)
    lines = [str(line) for line in examine(facts, language)]
    if message.chat.type == message.chat.PRIVATE:
        await reply(message, "\n\n".join(lines))
        return
    text = "\n\n".join([*lines, say(language, "telegram-doctor-more")])
    try:
        await reply(message, text)
    except (BadRequest, Forbidden) as error:
        # Who asks why the bot is silent in a group is to know it, even if the group may not.
        logger.info("A group does not take the reply to /doctor: %s", error)
        await context.bot.send_message(message.from_user.id, text, link_preview_options=PLAIN)


async def _gather(message: Message, context: Context) -> Facts:
    data, now = context.bot_data, dt.datetime.now(dt.UTC)
    telegram = await _look_at_telegram(context)
    if message.chat.type != message.chat.PRIVATE:
        chat = await _look_at_chat(message.chat_id, context)
        return Facts(data.settings, now, telegram, chat=chat)
    library = await _look_at_library(context)
    disk: DiskFacts = await asyncio.to_thread(look_at_disk, data.settings.data)
    return Facts(data.settings, now, telegram, library=library, disk=disk)


async def _look_at_telegram(context: Context) -> TelegramFacts:
    limiter = context.bot.rate_limiter
    return replace(
        await ask_telegram(context.bot),
        has_feedback=await asyncio.to_thread(context.bot_data.state.has_inline_choice),
        doubles=limiter.possible_doubles if isinstance(limiter, PatientLimiter) else None,
    )


async def _look_at_chat(chat_id: int, context: Context) -> ChatFacts | None:
    bot = context.bot
    try:
        member = await bot.get_chat_member(chat_id, bot.id)
        chat = await bot.get_chat(chat_id)
    except TelegramError as error:
        logger.warning("Telegram does not tell the bot's rights in a group: %s", error)
        return None
    is_admin = member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    can_write = is_admin or may_write(member, chat.permissions)
    return ChatFacts(is_admin, can_write, bool(chat.is_forum))


def may_write(member: ChatMember, everybody: ChatPermissions | None) -> bool:
    """Tell whether one who is no administrator may send messages.

    Args:
        member: Restricted people have rights of their own.
        everybody: What all others may; None where Telegram does not tell.
    """
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    if member.status != ChatMember.MEMBER:
        return False
    return everybody is None or everybody.can_send_messages is not False


async def _look_at_library(context: Context) -> LibraryFacts:
    future = context.bot_data.library
    if not future.done():
        return LibraryFacts(is_loading=True)
    try:
        return await asyncio.to_thread(look_at_library, future.result())
    except AlintiError as error:
        return LibraryFacts(trouble=str(error))
