"""Archives of documents on their way to people: beside everything else that the bot does."""

import asyncio
import contextlib
import logging
import tempfile
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.context import PLAIN, BotApplication
from bot.localization import say
from bot.orders import Order, Orders
from bot.outgoing import holding, until_sent
from bot.rights import collection_of
from embeddings.archive import Part, write_parts
from embeddings.datatypes import Document
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library

logger = logging.getLogger(__name__)

FOLDER = "outgoing"
"""In a data folder: holds the parts that are being sent; emptied at every start."""
MAX_UPLOAD_BYTES = 50 << 20
"""What a bot may send, https://core.telegram.org/bots/api#senddocument."""

# Each takes a thread, and up to a part of an archive on the disk and in memory.
_AT_ONCE = 2
# A process may die of other things than the part that it has in hand.
_MOST_ATTEMPTS = 5
# Telegram shows an action for five seconds.
_ACTION_AGAIN_S = 4.5
# A large file takes its time, and is not to be sent twice because of that.
_UPLOAD_TIMEOUT_S = 300.0


class _NotAllowed(Exception):  # it never leaves this module
    """Who ordered the documents may not get them any more."""


class _Sent(NamedTuple):
    """What became of a part.

    Attributes:
        last_id: Of its last document.
        is_sent: Whether Telegram could take it.
        is_end: Whether there were no more documents. What comes later is of the next export: a
            channel that posts all the time would have one without end.
    """

    last_id: int
    is_sent: bool
    is_end: bool


class Exports:
    """The exports of all chats, one of each. For one event loop.

    Args:
        application: Its bot sends; its library is read.
        orders: What is to be sent, and how far that is.
        folder: Of all data.
    """

    def __init__(self, application: BotApplication, orders: Orders, folder: Path) -> None:
        self._application, self._orders = application, orders
        self._folder = folder / FOLDER
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ending: set[int] = set()  # chats of which it is being told that theirs has ended
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def keep(self, order: Order) -> Order | None:
        """Keep an order, to be begun.

        Returns:
            The order, as far as it is where an earlier process has kept it; None if the chat has
            another one, which is under way: this one is not kept.
        """
        if order.chat_id in self._ending:  # who has read so may ask again
            await asyncio.wait([self._tasks[order.chat_id]])
        if order.chat_id in self._tasks:
            return None
        kept = await asyncio.to_thread(self._orders.keep, order)
        return kept if kept.person_id == order.person_id else None

    def begin(self, order: Order) -> None:
        """Carry out an order that is kept, beside everything else; once is enough."""
        if order.chat_id not in self._tasks:
            task = asyncio.create_task(self._carry_out(order))
            self._tasks[order.chat_id] = task
            task.add_done_callback(lambda _: self._forget(order.chat_id))

    async def resume(self) -> None:
        """Begin all orders that an earlier process has left."""
        try:
            for order in await asyncio.to_thread(self._orders.all):
                self.begin(order)
        except AlintiError:
            logger.exception("What was ordered to be exported is not; at the next start it is")

    async def stop(self, chat_id: int) -> None:
        """End the export of a chat for good, if there is one."""
        await self._end(chat_id)
        await asyncio.to_thread(self._orders.erase, chat_id)

    async def move_chat(self, old: int, new: int) -> Order | None:
        """End the export of a group that becomes a supergroup.

        Returns:
            Its order, to be begun when the documents are there; None where there is none.
        """
        await self._end(old)
        return await asyncio.to_thread(self._orders.move_chat, old, new)

    async def close(self) -> None:
        """End all exports; the next process goes on with them."""
        await self._end(*self._tasks)

    def _forget(self, chat_id: int) -> None:
        self._ending.discard(chat_id)
        self._tasks.pop(chat_id, None)

    async def _end(self, *chats: int) -> None:
        tasks = [self._tasks[chat_id] for chat_id in chats if chat_id in self._tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    # ---- an export

    async def _carry_out(self, order: Order) -> None:
        """Send what is ordered, and tell how that ended; then it is ordered no more."""
        try:
            async with self._room:
                said = await self._send_all(order)
        except AlintiError:
            logger.exception("Documents could not be exported")
            said = say(order.language, "telegram-export-trouble")
        except OSError as error:
            logger.warning(
                "An archive could not be written: %s. Make room in the data folder", error
            )
            said = say(order.language, "telegram-export-trouble")
        except TelegramError as error:
            logger.warning("An archive could not be sent: %s", error)
            said = say(order.language, "telegram-export-trouble")
        except Exception as error:
            # As in a handler: nobody expected it, and the next start is not to meet it again.
            await self._application.process_error(None, error)
            said = say(order.language, "telegram-export-trouble")
        self._ending.add(order.chat_id)
        with contextlib.suppress(TelegramError):
            await self._application.bot.send_message(
                order.person_id, said, link_preview_options=PLAIN
            )
        try:
            # Last: who is killed before says it once more, and sends nothing.
            await asyncio.to_thread(self._orders.erase, order.chat_id)
        except AlintiError:
            logger.exception("The end of an export is told once more at the next start")

    async def _send_all(self, order: Order) -> str:
        """Send one part after another; what is to be said in the end.

        Raises:
            AlintiError: If the documents cannot be read.
            OSError: If a part cannot be written.
            TelegramError: If a part cannot be sent.
        """
        library = await asyncio.shield(self._application.bot_data.library)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as own:
            async with _uploading(order.person_id, self._application.bot):
                is_end = False
                while not is_end:
                    if order.attempts >= _MOST_ATTEMPTS:
                        logger.error("An export ended %d processes: given up", order.attempts)
                        return say(order.language, "telegram-export-trouble")
                    try:
                        order, is_end = await self._do_part(order, library, Path(own))
                    except _NotAllowed:
                        return say(order.language, "telegram-export-admins-only")
        logger.info("Documents were exported, in %d parts", order.parts)
        # As when a group has become a supergroup meanwhile: the rest stands elsewhere.
        if await asyncio.to_thread(library.is_empty, [collection_of(order.chat_id)]):
            return say(order.language, "telegram-export-trouble")
        if not order.is_whole:
            return say(order.language, "telegram-export-too-large")
        return say(order.language, "telegram-export-done", parts=order.parts)

    async def _is_allowed(self, order: Order) -> bool:
        """Whether who gets the documents still decides for their chat, where the bot still is."""
        data = self._application.bot_data
        if await asyncio.to_thread(data.state.has_left, order.chat_id):
            return False
        return await data.members.is_admin(self._application.bot, order.chat_id, order.person_id)

    async def _do_part(self, order: Order, library: "Library", folder: Path) -> tuple[Order, bool]:
        """Send the next part; how far the order is then, and whether that is its end.

        Raises:
            _NotAllowed: If who ordered it may not get it.
        """

        async def send() -> _Sent | None:
            # Asked for each attempt: an hour or a restart may lie between two of them.
            if not await self._is_allowed(order):
                raise _NotAllowed
            return await _send_part(order, library, self._application, folder)

        await asyncio.to_thread(self._orders.note, replace(order, attempts=order.attempts + 1))
        try:
            sent = await until_sent(send)
        except asyncio.CancelledError:  # no process died over it
            with contextlib.suppress(AlintiError):
                self._orders.note(order)
            raise
        if sent is None:
            return order, True
        done = replace(
            order,
            parts=order.parts + 1,
            last_id=sent.last_id,
            is_whole=order.is_whole and sent.is_sent,
            attempts=0,
        )
        await asyncio.to_thread(self._orders.note, done)
        return done, sent.is_end


async def _send_part(
    order: Order, library: "Library", application: BotApplication, folder: Path
) -> _Sent | None:
    """Write and send the next part of an order.

    Returns:
        None where there are no more documents.

    Raises:
        Withdrawn: If one of the documents is removed before the part is sent, or the bot leaves
            their chat.
    """
    read: list[int] = []
    collection = collection_of(order.chat_id)
    state = application.bot_data.state

    def is_there() -> bool:
        return not state.has_left(order.chat_id) and library.holds_all(collection, ids)

    def documents() -> Iterator[Document]:
        for id_, document in library.read_after(collection, order.last_id):
            read.append(id_)
            yield document

    async with _in_thread(folder, order.name, documents(), order.parts + 1) as part:
        if part is None:
            return None
        ids = read[: part.documents]
        try:
            is_sent = part.path.stat().st_size <= MAX_UPLOAD_BYTES
            if is_sent:
                with holding(is_there):
                    await _send(part.path, order, application.bot)
        finally:
            part.path.unlink()
        return _Sent(ids[-1], is_sent, is_end=len(ids) == len(read))


async def _send(part: Path, order: Order, bot: Bot) -> None:
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
    folder: Path, name: str, documents: Iterable[Document], number: int
) -> AsyncIterator[Part | None]:
    """Write a part of an archive in a thread; None where there are no documents.

    However the block is left, the thread has ended by then.
    """
    loop, stop = asyncio.get_running_loop(), threading.Event()
    thread = ThreadPoolExecutor(1, thread_name_prefix="exporting")

    def until_stopped() -> Iterator[Document]:
        for document in documents:
            if stop.is_set():
                return
            yield document

    def write() -> Part | None:
        return next(write_parts(folder, name, until_stopped(), first=number), None)

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
