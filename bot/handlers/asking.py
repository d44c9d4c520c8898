"""A question in, a card out: in a private chat any message, in a group what is for the bot."""

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator
from functools import partial

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.addressing import (
    asks_in_caption,
    author_id,
    is_addressed,
    is_reply_to,
    person_of,
    read_command,
    read_question,
)
from bot.cards import show_card, shows_same
from bot.context import Context, edit_message, language_of, reply
from bot.handlers.helping import show_help
from bot.handlers.manners import limited
from bot.help_words import wants_help
from bot.localization import Language, ask_commands, say
from bot.lookup import find_answer, turn_of
from bot.outgoing import until_sent
from bot.replies import courtesy_reply
from bot.rights import searched_in
from bot.shown import Shown
from bot.state import Card
from embeddings.analyzer import has_words
from embeddings.datatypes import Answer
from embeddings.errors import AlintiError
from embeddings.greetings import Courtesy, read_courtesy

logger = logging.getLogger(__name__)

# Who waits longer than this sees that the bot is busy; Telegram shows it for five seconds.
_TYPING_AFTER_S = 0.5
_TYPING_AGAIN_S = 4.5
# What was no question until it was edited is answered if it is not older.
_MENDED_WITHIN = dt.timedelta(hours=1)


class _ForTheBot(filters.MessageFilter):
    """Messages that concern the bot."""

    def filter(self, message: Message) -> bool:
        return is_addressed(message, message.get_bot())


class _OtherCommand(filters.MessageFilter):
    """Texts and captions behind a command that does not ask."""

    def filter(self, message: Message) -> bool:
        return read_command(message, message.get_bot()) not in (None, *ask_commands())


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; what is no command of the bot's ends here."""
    fresh, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    other = _OtherCommand()
    private = filters.ChatType.PRIVATE & _ForTheBot()
    group = filters.ChatType.GROUPS & _ForTheBot() & ~other
    written = filters.TEXT | filters.CAPTION
    # Among people, who answers with one of these asks nothing.
    gesture = filters.Sticker.ALL | filters.ANIMATION
    wordless = filters.ATTACHMENT & (private | (group & ~gesture))
    return [
        MessageHandler(fresh & private & filters.COMMAND & other, limited(unknown_command)),
        MessageHandler(fresh & written & (private | group), limited(ask)),
        MessageHandler(fresh & wordless, limited(no_text)),
        MessageHandler(edited & written & ((private & ~other) | group), limited(ask_again)),
    ]


async def ask(update: Update, context: Context) -> None:
    """Answer what a message asks; return a greeting; explain how to ask where it asks nothing.

    Who asks for help, or what the bot is, is shown the help: the documents do not tell.
    """
    message = update.message
    assert message
    _is_first_of_album(message, context)  # its other pictures need no reply
    question = read_question(message, context.bot)
    language = language_of(message, context)
    if courtesy := read_courtesy(question):
        if said := _return_courtesy(message, courtesy, language):
            await reply(message, said)
    elif wants_help(question):
        await show_help(update, context)
    elif has_words(question):
        await answer_question(message, question, context)
    else:
        await reply(message, say(language, _how_to_ask(message, question, context)))


async def ask_again(update: Update, context: Context) -> None:
    """Bring the answer of an edited question up to date; answer what has become a question."""
    message = update.edited_message
    assert message
    if message.document and not message.animation and not asks_in_caption(message, context.bot):
        return  # it describes a file
    question = read_question(message, context.bot)
    if is_question(question):
        await answer_again(message, question, context)


def is_question(text: str) -> bool:
    """Whether a text is to be looked up: it has words, and they are no greeting, nor for help."""
    return has_words(text) and not (read_courtesy(text) or wants_help(text))


async def answer_again(message: Message, question: str, context: Context) -> None:
    """Answer an edited message anew; one that was no question before, unless it is old."""
    card = context.bot_data.state.card_of(message.chat_id, message.message_id)
    if card and card.reply_id:
        await until_sent(partial(_update_answer, card, message, question, context))
    elif (message.edit_date or message.date) - message.date < _MENDED_WITHIN:
        await answer_question(message, question, context)


async def unknown_command(update: Update, context: Context) -> None:
    """Say that there is no such command, and how to ask."""
    message = update.message
    assert message
    await reply(message, say(language_of(message, context), "telegram-unknown-command"))


async def no_text(update: Update, context: Context) -> None:
    """Say that pictures, recordings and the like are not read; once for an album."""
    message = update.message
    assert message
    if not _is_first_of_album(message, context):
        return
    await reply(message, say(language_of(message, context), "telegram-text-only"))


async def answer_question(
    message: Message, question: str, context: Context, *, above: str = ""
) -> None:
    """Find the quote that answers, and send its card; once, even if the process ends meanwhile.

    Args:
        message: Replied to; its chat's documents are searched, and its author's language spoken.
        question: In words.
        context: Holds the library and the bot's memory.
        above: A line over the reply, as plain text.
    """
    known = context.bot_data.state.card_of(message.chat_id, message.message_id)
    if known and known.reply_id:
        return  # answered by a process that could not note it any more
    async with _typing(message):
        await until_sent(partial(_send_answer, message, question, context, above))


async def _send_answer(message: Message, question: str, context: Context, above: str) -> None:
    state = context.bot_data.state
    language = language_of(message, context)
    began_s = time.perf_counter()
    try:
        answer = await _look_up(message, question, context)
    except AlintiError:
        logger.exception("A question could not be looked up")
        await reply(message, _lines(above, say(language, "telegram-library-trouble")))
        return
    if answer is None:
        is_private = message.chat.type == message.chat.PRIVATE
        nothing = "telegram-no-documents" if is_private else "telegram-no-documents-group"
        await reply(message, _lines(above, say(language, nothing)))
        return
    card = await _open_card(message, question, answer, language, context)
    shown = _show(card, answer, context, above)
    sent = await reply(message, shown)
    await asyncio.to_thread(state.note_reply, card.id, sent.message_id)
    context.bot_data.up_to_date[card.id] = True
    logger.info(
        "%s in %d ms, %d characters asked",
        "Answered" if card.is_answered else "Nothing found",
        1000 * (time.perf_counter() - began_s),
        len(question),
    )


async def _update_answer(card: Card, message: Message, question: str, context: Context) -> None:
    """Look a question up anew, and change the reply to it where something else is found."""
    assert card.reply_id
    try:
        async with _typing(message):
            answer = await _look_up(message, question, context)
    except AlintiError:
        logger.exception("An edited question could not be looked up")
        return
    if answer is None:  # the documents are gone, and with them what the reply shows
        answer = Answer(question, (), 0.0, answered=False)
    language = language_of(message, context)
    up_to_date = context.bot_data.up_to_date
    was_up_to_date = up_to_date.pop(card.id, False)
    new = await _open_card(message, question, answer, language, context)
    # Which words were looked for in another spelling is not kept: that line may have changed.
    if was_up_to_date and shows_same(new, card) and not (new.is_mended or card.is_mended):
        up_to_date[card.id] = True
        return
    shown = _show(new, answer, context, "")
    await edit_message(context.bot, card.chat_id, card.reply_id, shown)
    up_to_date[card.id] = True
    logger.info("An answer was brought up to date")


async def _look_up(message: Message, question: str, context: Context) -> Answer | None:
    """Ask the library, when the earlier questions of the same person have been looked up.

    Returns:
        None if it holds no documents that the chat may read.
    """
    async with turn_of(author_id(message), context):
        library = await asyncio.shield(context.bot_data.library)
        collections = await searched_in(message.chat_id, context)
        return await asyncio.to_thread(find_answer, library, [question], collections)


async def _open_card(
    message: Message, question: str, answer: Answer, language: str, context: Context
) -> Card:
    asker = person_of(message)
    return await asyncio.to_thread(
        context.bot_data.state.open_card,
        message.chat_id,
        message.message_id,
        asker.id if asker else None,
        language=language,
        is_answered=answer.answered and bool(answer.quotes),
        is_mended=answer.answered and bool(answer.mended),
        quotes=[hit.reference for hit in answer.quotes],
        text=question,
    )


def _show(card: Card, answer: Answer, context: Context, above: str) -> Shown:
    can_share = bool(context.bot.supports_inline_queries)
    return show_card(card, answer.quotes, above=above, mended=answer.mended, can_share=can_share)


@contextlib.asynccontextmanager
async def _typing(message: Message) -> AsyncIterator[None]:
    """Show that the bot is at it, if that takes a while; the answer does not wait for it."""
    typing = asyncio.create_task(_type(message))
    try:
        yield
    finally:
        typing.cancel()


async def _type(message: Message) -> None:
    await asyncio.sleep(_TYPING_AFTER_S)
    with contextlib.suppress(TelegramError):
        while True:
            await message.reply_chat_action(ChatAction.TYPING)
            await asyncio.sleep(_TYPING_AGAIN_S)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _return_courtesy(message: Message, courtesy: Courtesy, language: Language) -> str:
    """Choose the reply to courtesy; empty in a group where it ends an exchange."""
    if message.chat.type == message.chat.PRIVATE:
        return courtesy_reply(courtesy, language)
    if courtesy is Courtesy.CLOSING:
        return ""
    return say(language, f"telegram-groups-{courtesy.value}")


def _how_to_ask(message: Message, question: str, context: Context) -> str:
    """Choose the sentence for a message without words."""
    replied = message.reply_to_message
    is_private = message.chat.type == message.chat.PRIVATE
    if replied and replied.effective_attachment and not is_reply_to(message, context.bot):
        has_file = replied.document and not is_private
        return "telegram-help-add-group" if has_file else "telegram-text-only"
    return "telegram-no-question" if question and is_private else "telegram-how-to-ask"


def _is_first_of_album(message: Message, context: Context) -> bool:
    """Whether no other picture of the message's album came before; so is a single one."""
    album, albums = message.media_group_id, context.bot_data.albums
    if album in albums:
        return False
    if album:
        albums.append(album)
    return True
