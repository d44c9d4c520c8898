"""A question in, a quote out: /ask, /sor, and in a private chat any message."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from telegram import Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.context import Context, language_of, reply
from bot.localization import say
from bot.replies import answer_html, courtesy_reply
from embeddings.analyzer import has_words
from embeddings.datatypes import Answer
from embeddings.errors import AlintiError
from embeddings.greetings import read_courtesy

if TYPE_CHECKING:
    from embeddings.library import Library

logger = logging.getLogger(__name__)

# Who waits longer than this sees that the bot is busy.
_TYPING_AFTER_S = 0.5


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; what is no command of the bot's ends here."""
    fresh = filters.UpdateType.MESSAGE  # an edited question is not a new one
    private = fresh & filters.ChatType.PRIVATE
    return [
        CommandHandler(["ask", "sor"], ask, filters=private | (fresh & filters.ChatType.GROUPS)),
        MessageHandler(private & filters.COMMAND, unknown_command),
        MessageHandler(private & filters.TEXT, plain_question),
        MessageHandler(private & filters.CAPTION, caption),
        MessageHandler(private & filters.ATTACHMENT, no_text),
    ]


async def ask(update: Update, context: Context) -> None:
    """Answer what stands behind the command, or the message that the command replies to."""
    message = update.message
    assert message
    assert message.text
    question = " ".join(message.text.split(maxsplit=1)[1:]) or _replied_text(message)
    replied = message.reply_to_message
    language = language_of(message, context)
    if question:
        await answer_question(message, question, context)
    elif replied and replied.effective_attachment:
        await reply(message, say(language, "telegram-text-only"))
    else:
        await reply(message, say(language, "telegram-how-to-ask"))


async def plain_question(update: Update, context: Context) -> None:
    """Answer a message of a private chat."""
    assert update.message
    assert update.message.text
    await answer_question(update.message, update.message.text, context)


async def unknown_command(update: Update, context: Context) -> None:
    """Say that there is no such command, and how to ask."""
    message = update.message
    assert message
    await reply(message, say(language_of(message, context), "telegram-unknown-command"))


async def caption(update: Update, context: Context) -> None:
    """Answer what stands below a picture or file, with or without a command before it."""
    message = update.message
    assert message
    assert message.caption
    _is_first_of_album(message, context)  # its other pictures need no reply
    is_command = message.caption.startswith("/")
    question = " ".join(message.caption.split(maxsplit=1)[1:]) if is_command else message.caption
    await answer_question(message, question, context)


async def no_text(update: Update, context: Context) -> None:
    """Say that pictures, files and the like are not read; once for an album."""
    message = update.message
    assert message
    if not _is_first_of_album(message, context):
        return
    language = language_of(message, context)
    # Telegram hands out moving pictures as documents, too.
    if message.document and not message.animation:
        await reply(message, say(language, "telegram-no-files"))
    else:
        await reply(message, say(language, "telegram-text-only"))


async def answer_question(message: Message, question: str, context: Context) -> None:
    """Find the quote that answers, and send it; return a greeting.

    Args:
        message: Replied to; its author's language is spoken.
        question: As asked.
        context: Holds the library.
    """
    language = language_of(message, context)
    if courtesy := read_courtesy(question):
        await reply(message, courtesy_reply(courtesy, language))
        return
    if not has_words(question):
        await reply(message, say(language, "telegram-no-question"))
        return
    began_s = time.perf_counter()
    try:
        answer = await _while_typing(message, _look_up(question, context))
    except AlintiError:
        logger.exception("A question could not be looked up")
        await reply(message, say(language, "telegram-library-trouble"))
        return
    if answer is None:
        await reply(message, say(language, "telegram-no-documents"))
        return
    await reply(message, answer_html(answer, language), parse_mode=ParseMode.HTML)
    logger.info(
        "%s in %d ms, %d characters asked",
        "Answered" if answer.answered else "Nothing found",
        1000 * (time.perf_counter() - began_s),
        len(question),
    )


async def _look_up(question: str, context: Context) -> Answer | None:
    """Wait for the library and ask it, in a thread; None if it holds no documents."""
    library = await asyncio.shield(context.bot_data.library)
    return await asyncio.to_thread(_search, library, question)


def _search(library: "Library", question: str) -> Answer | None:
    # Loaded long ago, together with the library; imported above, it would delay the first poll.
    from embeddings.datatypes import SHARED

    answer = library.answer(question, [SHARED])
    # Where nothing at all is near, there may be nothing at all.
    return None if not answer.quotes and library.is_empty([SHARED]) else answer


async def _while_typing(
    message: Message, work: Coroutine[Any, Any, Answer | None]
) -> Answer | None:
    """Do the work; if it takes a while, show that the bot is at it."""
    task = asyncio.create_task(work)
    await asyncio.wait({task}, timeout=_TYPING_AFTER_S)
    if not task.done():
        with contextlib.suppress(TelegramError):
            await message.reply_chat_action(ChatAction.TYPING)
    return await task


def _is_first_of_album(message: Message, context: Context) -> bool:
    """Whether no other picture of the message's album came before; so is a single one."""
    album, albums = message.media_group_id, context.bot_data.albums
    if album in albums:
        return False
    if album:
        albums.append(album)
    return True


def _replied_text(message: Message) -> str:
    """What a command is asked about: the marked part of the message it replies to, or all."""
    if message.quote:
        return message.quote.text
    replied = message.reply_to_message
    return (replied.text or replied.caption or "") if replied else ""
