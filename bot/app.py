"""The Telegram application: built, run until a signal, ended without losing an update."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, cast

from telegram import Bot, Update
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder, ApplicationHandlerStop, ContextTypes

from bot.addressing import is_addressed, offers_file, without_talk
from bot.arrivals import Arrivals
from bot.connection import PatientRequest
from bot.context import (
    BotApplication,
    BotData,
    Context,
    is_not_admitted,
    language_of,
    language_of_press,
    reply,
)
from bot.erasing import erase_left
from bot.exports import FOLDER as EXPORTS
from bot.exports import Exports
from bot.handlers import (
    administration,
    admission,
    asking,
    basics,
    buttons,
    channels,
    collections,
    doctor,
    documents,
    erasing,
    exporting,
    feedback,
    forgetting,
    groups,
    guest,
    inline,
    receipts,
    renaming,
)
from bot.handlers import library as library_handlers
from bot.handling import clear_attempt, handle
from bot.inbox import Inbox, JsonUpdate
from bot.jobs import Jobs
from bot.localization import say
from bot.orders import Orders
from bot.outgoing import Withdrawn
from bot.pace import PatientLimiter
from bot.polling import TokenRefused, poll
from bot.profile import show_profile
from bot.reading import Reading
from bot.settings import Settings
from bot.state import State
from bot.turns import Turns
from bot.webhook import receive
from bot.worker import Worker
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from embeddings.library import Library

logger = logging.getLogger(__name__)

# When a signal comes, what is in hand has this long to be answered.
_GRACE_S = 1.5
# The long poll and one for each request that may be on its way, with room to spare.
_CONNECTIONS = 32
_DAY_S = 24 * 60 * 60
# What was said to the bot and is answered is on the disk no longer than that.
_FORGET_EVERY_S = 60.0
# Patience is better than to send what has arrived again.
_READ_TIMEOUT_S = 20
_LOADING = "loading the library"
_ENCODING = "encoding passages"  # of embeddings.backlog, which loads too slowly to be asked here


def run(settings: Settings) -> None:
    """Serve Telegram until SIGTERM or SIGINT.

    Raises:
        AlintiError: If the bot cannot begin or go on; the message is for the operator.
    """
    configure_logging(settings)
    asyncio.run(_serve_until_signalled(settings))
    names = [thread.name for thread in threading.enumerate()]
    if any(name.startswith((_LOADING, _ENCODING)) for name in names):
        # A large model may load for long yet, and a thread cannot be stopped; or it has loaded
        # when nobody waited any more. The library bears the end of its process at any point.
        logging.shutdown()
        os._exit(0)


def configure_logging(settings: Settings) -> None:
    """Log to standard error: what the bot does, but neither the token nor what people ask."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacted(settings.required_token()))
    handler.setLevel(settings.log_level)
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    # Below this level they write URLs, which hold the token, whole messages, or trials of loading.
    for library in ("httpx", "httpcore", "telegram", "faiss"):
        logging.getLogger(library).setLevel(logging.WARNING)


async def serve(settings: Settings, stop: asyncio.Event, load: Callable[[], "Library"]) -> None:
    """Answer Telegram's updates until the event is set.

    Args:
        settings: With a token.
        stop: Ends it, when what is in hand is answered.
        load: Opens the library; called in a thread. Questions that come meanwhile wait for it.

    Raises:
        AlintiError: If the library cannot be loaded, the token is refused, or the data folder
            cannot be written. Updates that are not answered are kept for the next start.
    """
    library: asyncio.Future[Library] = asyncio.get_running_loop().create_future()
    with (
        Inbox(settings.data) as inbox,
        closing(State.in_folder(settings.data)) as state,
        closing(Jobs.in_folder(settings.data)) as jobs,
        closing(Orders.in_folder(settings.data)) as orders,
    ):
        # What an earlier process has left there, when it was killed.
        await asyncio.to_thread(shutil.rmtree, settings.data / EXPORTS, ignore_errors=True)
        data = BotData(library, state, settings)
        application = build_application(settings, data)
        data.reading = Reading(application, jobs, Worker(settings.data), settings.data)
        data.exports = Exports(application, orders, settings.data)
        bot = application.bot
        turns = Turns(partial(handle, application, inbox))
        try:
            await _until(stop, _log_in(application))
            if not stop.is_set():
                arrivals = Arrivals(bot, inbox, turns, partial(_is_wanted, bot), _needed)
                if settings.webhook_url:
                    updates = receive(settings, bot, arrivals)
                else:
                    updates = poll(bot, arrivals)
                background = (
                    show_profile(bot, settings),
                    _prune_daily(application.bot_data),
                    _forget_finished(inbox),
                    data.reading.run(),
                    data.exports.resume(),
                )
                await _until(stop, updates, _load(load, library), *background)
        finally:
            await turns.close(_GRACE_S)
            await data.exports.close()
            await application.shutdown()
            # The application closes its connections only if it got as far as to log in.
            await bot.shutdown()
            if library.done():
                library.result().close()


def build_application(settings: Settings, data: BotData) -> BotApplication:
    """Put together the handlers and the way to Telegram; nothing is sent yet."""
    request = PatientRequest(
        call=data.outgoing.call,
        connection_pool_size=_CONNECTIONS,
        pool_timeout=5,
        read_timeout=_READ_TIMEOUT_S,
    )
    application = (
        ApplicationBuilder()
        .token(settings.required_token())
        .base_url(settings.api_url)
        .base_file_url(settings.file_url)
        .request(request)
        .get_updates_request(request)
        .rate_limiter(PatientLimiter(before_sending=clear_attempt))
        .updater(None)  # bot.polling, which keeps updates on disk first
        .job_queue(None)
        # It wants a class, to call it without arguments.
        .context_types(ContextTypes(bot_data=cast("type[BotData]", lambda: data)))
        .build()
    )
    # Those of buttons come last: they take every press that nobody else has taken.
    application.add_handlers(
        [
            *basics.handlers(),
            *administration.handlers(),
            *feedback.handlers(),
            *doctor.handlers(),
            *documents.handlers(),
            *collections.handlers(),
            *exporting.handlers(),
            *erasing.handlers(),
            *renaming.handlers(),
            *channels.handlers(),
            *forgetting.handlers(),
            *groups.handlers(),
            *inline.handlers(),
            *guest.handlers(),
            *library_handlers.handlers(),
            *receipts.handlers(),
            *asking.handlers(),
            *buttons.handlers(),
        ]
    )
    application.add_handlers(admission.handlers(), group=-1)
    application.add_error_handler(report_error)
    application.add_error_handler(end_update)
    return application


async def report_error(update: object, context: Context) -> None:
    """Log what no handler expected; say sorry where that cannot go wrong again."""
    error = context.error
    if isinstance(update, Update) and (query := update.callback_query):
        sorry = say(language_of_press(query, context), "telegram-button-trouble")
        with contextlib.suppress(TelegramError):  # it may be answered already
            await query.answer(sorry, show_alert=True)
    if isinstance(error, TelegramError) and (
        is_not_admitted(error) or not isinstance(error, BadRequest | Withdrawn)
    ):
        # A place that does not want us, or the network. The answer may be there: say no more.
        logger.warning("A reply may not have arrived: %s", error)
        return
    logger.error("An update could not be handled", exc_info=error)
    if isinstance(update, Update) and update.message:
        with contextlib.suppress(TelegramError):
            await reply(
                update.message, say(language_of(update.message, context), "telegram-trouble")
            )
    if isinstance(update, Update) and update.guest_message:
        with contextlib.suppress(TelegramError):
            await guest.say_sorry(update.guest_message, context)


async def end_update(_: object, __: Context) -> None:
    """Let nobody else handle an update that failed, least of all one that failed at the gate.

    Raises:
        ApplicationHandlerStop: Always.
    """
    raise ApplicationHandlerStop


async def _serve_until_signalled(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows knows no such handlers; there Ctrl+C ends the process.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await serve(settings, stop, partial(_open_library, settings))


def _open_library(settings: Settings) -> "Library":
    # Imported here, in the thread: their libraries load more slowly than polling may begin.
    from embeddings.encoder import load_encoder
    from embeddings.library import Library

    library = Library(settings.data, load_encoder(settings.model, settings.backend))
    library.level()
    library.encode_in_background()
    return library


async def _log_in(application: BotApplication) -> None:
    try:
        await application.initialize()
    except InvalidToken as error:
        raise TokenRefused(error) from None
    logger.info("Listening as @%s", application.bot.username)


async def _load(load: Callable[[], "Library"], library: "asyncio.Future[Library]") -> None:
    """Load the library in a thread of its own; the future stays open if that fails.

    Who waits for the future does not go on then, and what they wait to answer is kept.
    """
    began_s = time.perf_counter()
    thread = ThreadPoolExecutor(1, thread_name_prefix=_LOADING)
    loading = asyncio.get_running_loop().run_in_executor(thread, load)
    thread.shutdown(wait=False)
    library.set_result(await loading)
    logger.info("The library is loaded, in %d ms", 1000 * (time.perf_counter() - began_s))


def _is_wanted(bot: Bot, update: Update) -> bool:
    """Whether an update concerns the bot; what people of a group say to one another does not."""
    if update.message and offers_file(update.message):
        return True
    message = update.message or update.edited_message
    return message is None or is_addressed(message, bot)


def _needed(raw: JsonUpdate, update: Update) -> JsonUpdate:
    """Choose what is kept of an update: of a file in a group, not what is said beside it."""
    message = update.message
    if message is None or not offers_file(message) or is_addressed(message, message.get_bot()):
        return raw
    return {**raw, "message": without_talk(raw["message"])}


async def _prune_daily(data: BotData) -> NoReturn:
    """Erase what has become too old, and all of chats that were left long ago; now and daily."""
    while True:
        try:
            await asyncio.to_thread(data.state.prune)
            await erase_left(data)
        except AlintiError:
            logger.exception("What is too old could not be erased; tomorrow it is tried again")
        await asyncio.sleep(_DAY_S)


async def _forget_finished(inbox: Inbox) -> NoReturn:
    """Take what finished updates said off the disk, again and again."""
    while True:
        await asyncio.sleep(_FORGET_EVERY_S)
        try:
            inbox.truncate_log()
        except AlintiError:
            logger.exception("Answered updates are still on the disk; soon it is tried again")


async def _until(stop: asyncio.Event, *work: Coroutine[Any, Any, None]) -> None:
    """Work until all of it is done, a part of it fails, or the event is set."""
    tasks = [asyncio.create_task(part) for part in work]
    stopping = asyncio.create_task(stop.wait())
    pending: set[asyncio.Task[Any]] = {stopping, *tasks}
    try:
        while pending > {stopping}:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in (stopping, *tasks):
            task.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)


class _Redacted(logging.Formatter):
    """Takes the token out of every line, tracebacks included."""

    def __init__(self, token: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(self._token, "<token>")
