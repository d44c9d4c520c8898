"""/forget: takes a post out of the archive of its channel, for good."""

import asyncio
import logging
from contextlib import suppress
from typing import NamedTuple

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.addressing import is_reply_to, person_of, read_command
from bot.cards import Action, Press, read_press
from bot.context import Context, language_of, reply
from bot.handlers.manners import NEW_MESSAGES, limited
from bot.localization import say
from bot.posts import PART, find_replied
from bot.rights import chat_of, collection_of, is_from_admin, is_operator, searched_in
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

FORGET = "forget"
"""The command: a reply to the post, or to a quote of it."""


class _Forget(filters.MessageFilter):
    """Messages that want something to be forgotten."""

    def filter(self, message: Message) -> bool:
        return read_command(message, message.get_bot()) == FORGET


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    return [MessageHandler(NEW_MESSAGES & _Forget(), limited(forget))]


class Target(NamedTuple):
    """What is to be forgotten.

    Attributes:
        source: Of its document; empty where that is gone already.
        collection: Where that stands.
        is_whole: Whether it is of no post or conversation, but a document of its own.
    """

    source: str = ""
    collection: str = ""
    is_whole: bool = False


async def forget(update: Update, context: Context) -> None:
    """Forget the post that is meant by a message in another chat than its channel."""
    message = update.message
    assert message
    language = language_of(message, context)
    try:
        said = await _forget_by_message(message, context)
    except AlintiError:
        logger.exception("A post could not be forgotten")
        said = "telegram-library-trouble"
    await reply(message, say(language, said))


async def forget_by_post(post: Message, context: Context) -> None:
    """Forget what a post of a channel replies to; that it goes then, too, is all that is seen."""
    target = await _find_target(post, context)
    # What is quoted in a channel may stand in the collection of somebody else.
    if target is None or target.collection != collection_of(post.chat.id):
        return
    data = context.bot_data
    await data.channels.forget(target.source, target.collection, data)
    with suppress(BadRequest, Forbidden):
        await post.delete()


async def _forget_by_message(message: Message, context: Context) -> str:
    """Forget what a message replies to; the sentence that tells what came of it.

    Raises:
        TelegramError: If Telegram cannot be asked who decides.
    """
    target = await _find_target(message, context)
    if target is None:
        return "telegram-channels-forget-how"
    if target.collection and not await _decides(target.collection, message, context):
        return "telegram-channels-forget-refused"
    if target.is_whole:
        return "telegram-channels-forget-document"
    data = context.bot_data
    is_gone = await data.channels.forget(target.source, target.collection, data)
    return "telegram-channels-forgotten" if is_gone else "telegram-channels-forget-nothing"


async def _find_target(message: Message, context: Context) -> Target | None:
    """Find what is to be forgotten; None where a message replies to nothing of the kind."""
    replied = message.reply_to_message
    if replied and (press := _find_vote(replied)):
        return await _find_quoted(press, replied, context)
    if is_reply_to(message, context.bot) or not (key := find_replied(message)):
        return None
    return Target(key.source, collection_of(key.chat_id))


async def _find_quoted(press: Press, card_message: Message, context: Context) -> Target | None:
    """Find the document of the quote that a card shows."""
    card = context.bot_data.state.card(press.card_id)
    where = card_message.chat.id, card_message.message_id
    if not card or (card.chat_id, card.reply_id) != where or press.position >= len(card.quotes):
        return None
    library = await asyncio.shield(context.bot_data.library)
    collections = await searched_in(card.chat_id, context)
    wanted = [card.quotes[press.position]]
    (hit,) = await asyncio.to_thread(library.quotes, wanted, collections)
    if hit is None:
        return Target()
    entry = await asyncio.to_thread(library.entry, hit.document_id, [hit.collection])
    is_part = hit.source.endswith(PART) or (entry is not None and bool(entry.document.series))
    return Target(hit.source, hit.collection, is_whole=not is_part)


def _find_vote(message: Message) -> Press | None:
    """Find the button of a card that votes for the quote shown; None where it is no card."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    data = (button.callback_data for row in keyboard for button in row)
    presses = (read_press(value) for value in data if isinstance(value, str))
    return next((press for press in presses if press and press.action is Action.UP), None)


async def _decides(collection: str, message: Message, context: Context) -> bool:
    """Whether the author of a message decides about a collection.

    Raises:
        TelegramError: If Telegram cannot be asked.
    """
    chat_id, person = chat_of(collection), person_of(message)
    if chat_id is None:
        return person is not None and is_operator(person.id, context)
    return await is_from_admin(message, context, chat_id)
