"""/export: the documents of a chat, as an archive that people can read and alinti brings back."""

import asyncio
import datetime as dt

from telegram import Bot, Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, CommandHandler

from bot.addressing import person_of
from bot.context import Context, language_of, reply
from bot.handlers.manners import NEW_MESSAGES, for_admins, limited
from bot.localization import say
from bot.orders import Order
from bot.rights import collection_of
from embeddings.archive import file_name


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    order = for_admins(export, "telegram-export-admins-only")
    return [CommandHandler("export", limited(order), filters=NEW_MESSAGES)]


async def export(update: Update, context: Context) -> None:
    """Order the chat's own documents for the admin who asks, into their private chat."""
    message = update.message
    assert message
    language = language_of(message, context)
    person = person_of(message)
    if person is None:
        await reply(message, say(language, "telegram-export-anonymous"))
        return
    library = await asyncio.shield(context.bot_data.library)
    if await asyncio.to_thread(library.is_empty, [collection_of(message.chat_id)]):
        await reply(message, say(language, "telegram-export-nothing"))
        return
    if not await _may_write_to(person.id, context.bot):
        text = say(language, "telegram-export-no-private-chat", bot=context.bot.username)
        await reply(message, text)
        return
    exports = context.bot_data.exports
    order = await exports.keep(Order(message.chat_id, person.id, _name(message), language))
    if order is None:
        await reply(message, say(language, "telegram-export-running"))
        return
    is_private = message.chat_id == person.id
    begun = "telegram-export-begun" if is_private else "telegram-export-begun-private"
    try:
        await reply(message, say(language, begun))
    finally:  # not every group lets the bot write
        exports.begin(order)


def _name(message: Message) -> str:
    """Name the files: the chat and the day."""
    day = dt.datetime.now(dt.UTC).date().isoformat()
    return f"{file_name(message.chat.title or 'Alıntı')} {day}"


async def _may_write_to(person_id: int, bot: Bot) -> bool:
    try:
        await bot.send_chat_action(person_id, ChatAction.UPLOAD_DOCUMENT)
    except (BadRequest, Forbidden):
        return False
    return True
