"""Guest mode: one reply to a mention in a chat that the bot is not in, from shared documents."""

import asyncio
import logging
from functools import partial

from telegram import InlineQueryResultArticle, Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.addressing import author_id, is_of_bot, is_reply_to, read_question
from bot.context import Context, language_in, unless
from bot.handlers.inline import plain_article, quote_article, quoted_in
from bot.help_words import wants_help
from bot.localization import Language, say
from bot.lookup import find_answer, turn_of
from bot.outgoing import quoting, until_sent
from bot.replies import courtesy_reply, mended_line
from bot.rights import searched_in
from embeddings.analyzer import has_words
from embeddings.errors import AlintiError
from embeddings.greetings import read_courtesy

logger = logging.getLogger(__name__)


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    return [MessageHandler(filters.UpdateType.GUEST_MESSAGE, answer_mention)]


async def answer_mention(update: Update, context: Context) -> None:
    """Reply once to who mentions the bot where it is a guest; nothing of it is kept."""
    message = update.guest_message
    assert message
    author = author_id(message)
    if is_of_bot(message) or not author or not message.guest_query_id:
        return
    language = _language(message, context)
    refusal = context.bot_data.limits.take(author)
    if refusal is None:
        await until_sent(partial(_look_up, message, language, context))
    elif refusal.is_first:
        text = say(language, "telegram-limit-person", seconds=refusal.wait_s)
        await _answer(message, plain_article(text), context)


async def say_sorry(message: Message, context: Context) -> None:
    """Reply to a mention over which something went wrong, if it has no reply yet."""
    await _answer(
        message, plain_article(say(_language(message, context), "telegram-trouble")), context
    )


async def _look_up(message: Message, language: Language, context: Context) -> None:
    async with turn_of(author_id(message), context):
        result = await _find_result(message, language, context)
    await _answer(message, result, context)


async def _answer(message: Message, result: InlineQueryResultArticle, context: Context) -> None:
    assert message.guest_query_id
    # Or it is answered, where a connection broke meanwhile.
    with unless("query is too old"), quoting(quoted_in([result])):
        await context.bot.answer_guest_query(message.guest_query_id, result)


def _language(message: Message, context: Context) -> Language:
    """The person's: the chat may have the number of another one, which has chosen another."""
    return language_in(author_id(message), message.from_user, context)


async def _find_result(
    message: Message, language: Language, context: Context
) -> InlineQueryResultArticle:
    claim, question = _read_claim(message, context), read_question(message, context.bot)
    asked = [text for text in dict.fromkeys((claim, question)) if has_words(text)]
    is_lost = not has_words(claim) and wants_help(question)
    if not asked or is_lost:
        text = say(language, "telegram-guest-how-to-ask", bot=context.bot.username)
        return plain_article(text)
    if not has_words(claim) and (courtesy := read_courtesy(question)):
        return plain_article(courtesy_reply(courtesy, language))
    library = await asyncio.shield(context.bot_data.library)
    try:
        collections = await searched_in(None, context)
        answer = await asyncio.to_thread(find_answer, library, asked, collections)
    except AlintiError:
        logger.exception("A question to a guest could not be looked up")
        return plain_article(say(language, "telegram-library-trouble"))
    if answer is None:
        return plain_article(say(language, "telegram-guest-no-documents"))
    if answer.answered:
        can_ask = bool(context.bot.supports_inline_queries)
        below = mended_line(answer.mended, language)
        return quote_article(answer.quotes[0], language, below=below, can_ask=can_ask)
    if has_words(claim):
        return plain_article(say(language, "telegram-guest-no-evidence"))
    return plain_article(say(language, "telegram-not-found"))


def _read_claim(message: Message, context: Context) -> str:
    """Read what evidence is wanted for: what the mention replies to, if that is not the bot's."""
    replied = message.reply_to_message
    sent_via = replied.via_bot if replied else None
    if is_reply_to(message, context.bot) or (sent_via and sent_via.id == context.bot.id):
        return ""
    if message.quote:
        return message.quote.text
    return (replied.text or replied.caption or "") if replied else ""
