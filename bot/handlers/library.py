"""Documents from the chat: a file that is sent, and /add."""

import datetime as dt
import logging
import re

from telegram import (
    Animation,
    Bot,
    Document,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.error import BadRequest
from telegram.ext import (
    BaseHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.addressing import (
    asks_in_caption,
    author_id,
    is_addressed,
    is_reply_to,
    offers_file,
    read_command,
    read_question,
    wants_adding,
)
from bot.context import (
    Context,
    language_of,
    reply,
)
from bot.fetching import is_too_big
from bot.handlers.asking import ask
from bot.handlers.manners import NEW_MESSAGES, for_admins, limited
from bot.intake import TROUBLE
from bot.jobs import Task
from bot.localization import say
from bot.receipts import error_sentence
from bot.rights import collection_for_adding, is_from_admin
from embeddings.analyzer import has_words
from embeddings.errors import AlintiError
from embeddings.readers.telegram import message_source

logger = logging.getLogger(__name__)

_COMMANDS = ("add", "ekle")
_REFUSAL = "telegram-add-admins-only"
# What Telegram itself lets a bot fetch; a server of the operator's own may give more.
_BIG_BYTES = 20 << 20
# Sent as files, these are nothing to read; anything else is told by its bytes.
_UNREAD = re.compile(r"(image|video|audio)/")


class _Offered(filters.MessageFilter):
    """Messages with a file that may be for the library."""

    def filter(self, message: Message) -> bool:
        # Telegram hands out moving pictures as documents, too.
        if message.document is None or message.animation:
            return False
        return offers_file(message) or is_addressed(message, message.get_bot())


class _WantsAdding(filters.MessageFilter):
    """Replies that wish, in words, that what they reply to be added."""

    def filter(self, message: Message) -> bool:
        return message.document is None and wants_adding(message, message.get_bot())


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; those of questions come after them."""
    return [
        MessageHandler(NEW_MESSAGES & _Offered(), take_file),
        MessageHandler(NEW_MESSAGES & _WantsAdding(), limited(for_admins(add_replied, _REFUSAL))),
        CommandHandler(_COMMANDS, limited(for_admins(add, _REFUSAL)), filters=NEW_MESSAGES),
    ]


async def take_file(update: Update, context: Context) -> None:
    """Keep a file to be read, if who sends it may add it.

    In a group, a file of somebody else is what people have to do with one another; what its
    caption asks the bot is answered.
    """
    message = update.message
    assert message
    is_private = message.chat.type == message.chat.PRIVATE
    if not is_private and not await is_from_admin(message, context):
        if not is_addressed(message, context.bot):
            return
        if _is_to_be_added(message, context.bot):
            await limited(_refuse)(update, context)
        else:
            await limited(ask)(update, context)
        return
    await _keep_file(message, message, context)


async def add_replied(update: Update, context: Context) -> None:
    """Keep what somebody replies to with the wish that it be added."""
    message = update.message
    assert message
    assert message.reply_to_message
    await _keep_replied(message.reply_to_message, message, context)


async def add(update: Update, context: Context) -> None:
    """Keep the file that it replies to, what stands behind it, or the text that it replies to."""
    message = update.message
    assert message
    command = (message.text or "").split(maxsplit=1)
    written = command[1].strip() if len(command) > 1 else ""
    replied = None if is_reply_to(message, context.bot) else message.reply_to_message
    # Whatever is said of a file: "/add this, please".
    if has_words(written) and not (replied and _holds_file(replied)):
        await _keep_text(message, message, written, context)
    elif replied:
        await _keep_replied(replied, message, context)
    else:
        await reply(message, say(language_of(message, context), "telegram-add-how"))


def _is_to_be_added(message: Message, bot: Bot) -> bool:
    """Whether who addresses the bot with a file wants nothing else than that it is added."""
    says_nothing = not has_words(read_question(message, bot))
    is_command = read_command(message, bot) in _COMMANDS
    return says_nothing or is_command or wants_adding(message, bot)


async def _refuse(update: Update, context: Context) -> None:
    message = update.message
    assert message
    await reply(message, say(language_of(message, context), _REFUSAL))


def _holds_file(message: Message) -> bool:
    return bool(message.document and not message.animation)


async def _keep_replied(replied: Message, asked: Message, context: Context) -> None:
    """Keep the file or the text of a message to which another one replies."""
    if _holds_file(replied):
        await _keep_file(replied, asked, context)
    elif has_words(text := replied.text or replied.caption or ""):
        await _keep_text(replied, asked, text, context)
    else:
        await reply(asked, error_sentence("kind", language_of(asked, context)))


async def _keep_file(holder: Message, asked: Message, context: Context) -> None:
    """Keep the file of a message to be read; answer at once where it cannot be.

    Args:
        holder: With the file.
        asked: Who wrote it has asked for it.
        context: Holds the queue.
    """
    document, language = holder.document, language_of(asked, context)
    assert document
    if _UNREAD.match(document.mime_type or "") or isinstance(document, Animation):
        await _tell(asked, error_sentence("kind", language), context)
    elif await _is_too_big(document, context):
        await _tell(asked, error_sentence("too_big", language), context)
    else:
        is_asked = holder is asked and asks_in_caption(holder, context.bot)
        task = Task(
            holder.chat_id,
            holder.message_id,
            language,
            collection_for_adding(holder.chat_id, context),
            topic_id=holder.message_thread_id if holder.is_topic_message else None,
            file_id=document.file_id,
            name=document.file_name or "",
            question=holder.to_json() if is_asked else "",
        )
        await _keep(task, asked, context)


async def _keep_text(holder: Message, asked: Message, text: str, context: Context) -> None:
    """Keep a text to be added; see _keep_file."""
    author, date, link = _origin(holder)
    task = Task(
        holder.chat_id,
        holder.message_id,
        language_of(asked, context),
        collection_for_adding(holder.chat_id, context),
        topic_id=holder.message_thread_id if holder.is_topic_message else None,
        text=text,
        author=author,
        date=date,
        link=link,
    )
    await _keep(task, asked, context)


async def _keep(task: Task, asked: Message, context: Context) -> None:
    try:
        why_not = await context.bot_data.reading.keep(task)
    except AlintiError:
        logger.exception("A file or text could not be kept")
        why_not = TROUBLE
    if why_not:
        await _tell(asked, error_sentence(why_not, task.language), context)


async def _tell(asked: Message, text: str, context: Context) -> None:
    """Say why something is not taken, but not a thousand times to who sends a thousand files."""
    if context.bot_data.refusals.take(author_id(asked)) is None:
        await reply(asked, text)


async def _is_too_big(document: Document, context: Context) -> bool:
    """Whether a file is known to be too big; of a big one Telegram is asked."""
    if (document.file_size or 0) <= _BIG_BYTES:
        return False
    try:
        await context.bot.get_file(document.file_id)
    except BadRequest as error:
        return is_too_big(error)
    return False


def _origin(message: Message) -> tuple[str, str, str]:
    """Tell who wrote a message and when, and what opens it; of a forwarded one the original."""
    source = message_source(message.chat_id, message.message_id)
    link = source if source.startswith("https://") else ""
    origin = message.forward_origin
    match origin:
        case MessageOriginUser():
            author = origin.sender_user.full_name
        case MessageOriginHiddenUser():
            author = origin.sender_user_name
        case MessageOriginChat():
            author = origin.sender_chat.effective_name or ""
        case MessageOriginChannel():
            author = origin.chat.effective_name or ""
            name = origin.chat.username
            link = (
                f"https://t.me/{name}/{origin.message_id}"
                if name
                else message_source(origin.chat.id, origin.message_id)
            )
        case _:
            author = _author(message)
    date = origin.date if origin else message.date
    return author, date.astimezone(dt.UTC).isoformat(timespec="seconds"), link


def _author(message: Message) -> str:
    if message.sender_chat:
        return message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user else ""
