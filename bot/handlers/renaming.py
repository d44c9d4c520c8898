"""A document's new title: asked for in a message, taken from the reply to it."""

import asyncio
import hashlib
import hmac
import logging
from typing import TYPE_CHECKING

import regex
from telegram import Bot, CallbackQuery, ForceReply, Message, MessageEntity, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.addressing import is_reply_to
from bot.catalogue import MAX_TITLE, renamed_keyboard
from bot.context import Context, answer_press, language_of, reply
from bot.handlers.manners import NEW_MESSAGES, for_admins, limited
from bot.handlers.shelves import Reader, read_rights
from bot.localization import Language, say
from bot.replies import link_html, shorten
from bot.shown import Shown
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from embeddings.library import Library

logger = logging.getLogger(__name__)

_LINK = regex.compile(r"https://t\.me/\w+\?start=rename-(\d{1,18})-([0-9a-f]{32})")


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; they belong before those that answer questions."""
    title = filters.TEXT & ~filters.COMMAND & _NewTitle()
    take = limited(for_admins(rename, "telegram-documents-admins-only"))
    return [MessageHandler(NEW_MESSAGES & title, take)]


async def ask_for_title(
    query: CallbackQuery, document_id: int, library: "Library", reader: Reader, language: Language
) -> None:
    """Ask who pressed a button for the new title of an entry."""
    entry = await asyncio.to_thread(library.entry, document_id, reader.collections)
    message = query.message
    if entry is None or not isinstance(message, Message):
        name = "gone" if entry is None else "old"
        await answer_press(query, say(language, f"telegram-documents-{name}"), is_alert=True)
        return
    await answer_press(query)
    title = shorten(entry.document.title, MAX_TITLE) or "—"
    link = rename_link(message.get_bot(), message.chat_id, entry.document.id)
    html = link_html(link, title) + "\n\n" + say(language, "telegram-documents-ask-title")
    if message.chat_id < 0:  # so that only who pressed is asked to reply
        html = f"{query.from_user.mention_html()}\n{html}"
    hint = shorten(title, ForceReply.MAX_INPUT_FIELD_PLACEHOLDER)
    keyboard = ForceReply(selective=True, input_field_placeholder=hint)
    await reply(message, Shown(html), keyboard=keyboard)


async def rename(update: Update, context: Context) -> None:
    """Call an entry as the reply to our question says."""
    message = update.message
    assert message
    assert message.text
    language, document_id = language_of(message, context), read_rename(message)
    assert document_id is not None
    title = shorten(message.text, MAX_TITLE)
    library = await asyncio.shield(context.bot_data.library)
    try:
        reader = await read_rights(message.chat_id, library, language, context, is_admin=True)
        is_there = await asyncio.to_thread(library.rename, document_id, title, reader.collections)
    except AlintiError:
        logger.exception("A document could not be renamed")
        await reply(message, say(language, "telegram-library-trouble"))
        return
    if not is_there:
        await reply(message, say(language, "telegram-documents-gone"))
        return
    said = say(language, "telegram-documents-renamed", title=title)
    await reply(message, said, keyboard=renamed_keyboard(document_id, language))


def rename_link(bot: Bot, chat_id: int, document_id: int) -> str:
    """Make the link by which the question for a title is known.

    It stands in the message, so that it outlives a restart. It is signed: nobody but the bot can
    make one, and it holds for one chat.
    """
    signature = _sign(bot, chat_id, document_id)
    return f"https://t.me/{bot.username}?start=rename-{document_id}-{signature}"


def read_rename(message: Message) -> int | None:
    """Read whose new title a message is: the document's id; None for any other message."""
    bot, asked = message.get_bot(), message.reply_to_message
    if asked is None or not is_reply_to(message, bot):
        return None
    links = (entity.url for entity in asked.entities if entity.type == MessageEntity.TEXT_LINK)
    for link in links:
        if match := _LINK.fullmatch(link or ""):
            document_id = int(match[1])
            if hmac.compare_digest(match[2], _sign(bot, message.chat_id, document_id)):
                return document_id
    return None


def _sign(bot: Bot, chat_id: int, document_id: int) -> str:
    said = f"rename:{chat_id}:{document_id}".encode()
    return hmac.new(bot.token.encode(), said, hashlib.sha256).hexdigest()[:32]


class _NewTitle(filters.MessageFilter):
    """Replies to our question for a title."""

    def filter(self, message: Message) -> bool:
        return read_rename(message) is not None
