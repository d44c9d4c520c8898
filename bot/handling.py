"""One update, handled: what the inbox is told of it, so that nothing is lost and nothing loops."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import ContextVar

from telegram import Update

from bot.context import BotApplication
from bot.inbox import Inbox
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)


class _Attempt:
    """Notes in the inbox that an update is being handled, as long as the process may die of it."""

    def __init__(self, inbox: Inbox, number: int) -> None:
        self._inbox, self._number = inbox, number
        self._counts = False

    def begin(self, _: object = None) -> None:
        """From now on it counts."""
        self._counts = True
        _note(self._inbox.begin, self._number)

    def clear(self) -> None:
        """It counts no more: what is to be said is known, or a signal ends the process."""
        if self._counts:
            self._counts = False
            _note(self._inbox.clear, self._number)


# Of the update that is handled in a context.
_attempt: ContextVar[_Attempt] = ContextVar("_attempt")


def clear_attempt() -> None:
    """Say that what is to be sent for the update of this context is known."""
    if attempt := _attempt.get(None):
        attempt.clear()


async def handle(application: BotApplication, inbox: Inbox, update: Update) -> None:
    """Handle an update, and note it: an attempt, if the process dies over it, or the end."""
    number, library = update.update_id, application.bot_data.library
    attempt = _Attempt(inbox, number)
    _attempt.set(attempt)
    if library.done():
        attempt.begin()
    else:
        # A process that dies over loading the library does so without this update, too.
        library.add_done_callback(attempt.begin)
    try:
        await application.process_update(update)
    except asyncio.CancelledError:
        attempt.clear()
        raise
    finally:
        library.remove_done_callback(attempt.begin)
    _note(inbox.finish, number)


def _note(step: Callable[[int], None], number: int) -> None:
    try:
        step(number)
    except AlintiError:
        logger.exception("An update is handled, and may be once more after a restart")
