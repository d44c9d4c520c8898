"""/export: the documents of a chat, as an archive that people can read and alinti brings back."""

import asyncio
import contextlib
import datetime as dt
import logging
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from telegram import Bot, Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import BaseHandler, CommandHandler, filters

from bot.addressing import person_of
from bot.context import PLAIN, Context, language_of, reply
from bot.exports import FOLDER
from bot.handlers.administration import is_from_admin
from bot.handlers.manners import limited
from bot.localization import Language, say
from bot.outgoing import holding, until_sent
from bot.rights import collection_of
from embeddings.archive import Part, file_name, write_parts
from embeddings.datatypes import Document
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library

logger = logging.getLogger(__name__)

MAX_UPLOAD_BYTES = 50 << 20
"""What a bot may send, https://core.telegram.org/bots/api#senddocument."""

# Telegram shows an action for five seconds.
_ACTION_AGAIN_S = 4.5
# A large file takes its time, and is not to be sent twice because of that.
_UPLOAD_TIMEOUT_S = 300.0


class _Order(NamedTuple):
    """What is to be exported, and to whom."""

    collection: str
    person_id: int
    name: str
    language: Language


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    fresh = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)
    return [CommandHandler("export", limited(export), filters=fresh)]


async def export(update: Update, context: Context) -> None:
    """Send the chat's own documents to the admin who asks for them, in their private chat."""
    message = update.message
    assert message
    language = language_of(message, context)
    if not await is_from_admin(message, context):
        await reply(message, say(language, "telegram-export-admins-only"))
        return
    person = person_of(message)
    if person is None:
        await reply(message, say(language, "telegram-export-anonymous"))
        return
    exports = context.bot_data.exports
    if exports.is_running(message.chat_id):
        await reply(message, say(language, "telegram-export-running"))
        return
    library = await asyncio.shield(context.bot_data.library)
    collection = collection_of(message.chat_id)
    if await asyncio.to_thread(library.is_empty, [collection]):
        await reply(message, say(language, "telegram-export-nothing"))
        return
    if not await _may_write_to(person.id, context.bot):
        text = say(language, "telegram-export-no-private-chat", bot=context.bot.username)
        await reply(message, text)
        return
    if exports.is_running(message.chat_id):  # begun while Telegram was asked
        return
    order = _Order(collection, person.id, _name(message), language)
    exports.begin(message.chat_id, _export(order, library, context))
    is_private = message.chat_id == person.id
    begun = "telegram-export-begun" if is_private else "telegram-export-begun-private"
    await reply(message, say(language, begun))


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


async def _export(order: _Order, library: "Library", context: Context) -> None:
    """Send a collection in parts; tell how many, or why not."""
    bot, language = context.bot, order.language
    try:
        async with _uploading(order.person_id, bot):
            parts = await _send_parts(order, library, context)
        text = say(language, "telegram-export-done", parts=parts)
        # As when a group has become a supergroup meanwhile: the rest stands elsewhere.
        if await asyncio.to_thread(library.is_empty, [order.collection]):
            text = say(language, "telegram-export-trouble")
    except AlintiError:
        logger.exception("Documents could not be exported")
        text = say(language, "telegram-export-trouble")
    except OSError as error:
        logger.warning("An archive could not be written: %s. Make room in the data folder", error)
        text = say(language, "telegram-export-trouble")
    except TelegramError as error:
        logger.warning("An archive could not be sent: %s", error)
        text = say(language, "telegram-export-trouble")
    with contextlib.suppress(TelegramError):
        await bot.send_message(order.person_id, text, link_preview_options=PLAIN)


async def _send_parts(order: _Order, library: "Library", context: Context) -> int:
    """Write and send one part after another; how many there were.

    Raises:
        AlintiError: If the documents cannot be read.
        OSError: If a part cannot be written.
        TelegramError: If a part cannot be sent.
    """
    number, last = 0, 0
    folder = context.bot_data.settings.data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as own:
        send = partial(_send_part, order, library, context.bot, Path(own))
        while (reached := await until_sent(partial(send, number + 1, last))) is not None:
            number, last = number + 1, reached
    logger.info("Documents were exported, in %d parts", number)
    return number


async def _send_part(
    order: _Order, library: "Library", bot: Bot, folder: Path, number: int, after: int
) -> int | None:
    """Write and send the part of the documents after one; the id of its last one.

    Returns:
        None where there are no more documents.

    Raises:
        Withdrawn: If one of the documents is removed before the part is sent.
    """
    read: list[int] = []
    async with _in_thread(order, library, folder, number, after, read) as part:
        if part is None:
            return None
        ids = read[: part.documents]
        try:
            if part.path.stat().st_size > MAX_UPLOAD_BYTES:
                text = say(order.language, "telegram-export-too-large")
                await bot.send_message(order.person_id, text, link_preview_options=PLAIN)
            else:
                with holding(partial(library.holds_all, order.collection, ids)):
                    await _send(part.path, order, bot)
        finally:
            part.path.unlink()
        return ids[-1]


async def _send(part: Path, order: _Order, bot: Bot) -> None:
    content = await asyncio.to_thread(part.read_bytes)
    await bot.send_document(
        order.person_id,
        content,
        filename=part.name,
        disable_content_type_detection=True,
        read_timeout=_UPLOAD_TIMEOUT_S,
        write_timeout=_UPLOAD_TIMEOUT_S,
    )


@contextlib.asynccontextmanager
async def _in_thread(
    order: _Order, library: "Library", folder: Path, number: int, after: int, read: list[int]
) -> AsyncIterator[Part | None]:
    """Write a part of an archive in a thread, and note the ids of what is read for it.

    However the block is left, the thread has ended by then.
    """
    loop, stop = asyncio.get_running_loop(), threading.Event()
    thread = ThreadPoolExecutor(1, thread_name_prefix="exporting")

    def documents() -> Iterator[Document]:
        for id_, document in library.read_after(order.collection, after):
            if stop.is_set():
                return
            read.append(id_)
            yield document

    def write() -> Part | None:
        return next(write_parts(folder, order.name, documents(), first=number), None)

    try:
        yield await loop.run_in_executor(thread, write)
    finally:
        stop.set()
        await asyncio.to_thread(thread.shutdown)


@contextlib.asynccontextmanager
async def _uploading(person_id: int, bot: Bot) -> AsyncIterator[None]:
    """Show in the meantime that a file is on its way."""

    async def show() -> None:
        with contextlib.suppress(TelegramError):
            while True:
                await bot.send_chat_action(person_id, ChatAction.UPLOAD_DOCUMENT)
                await asyncio.sleep(_ACTION_AGAIN_S)

    showing = asyncio.create_task(show())
    try:
        yield
    finally:
        showing.cancel()
