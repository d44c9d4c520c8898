"""What is on its way to Telegram: nothing that is removed, nor of a chat that the bot has left.

An answer may wait long for a limit of Telegram's, or until the network is back. At each moment at
which it is put on the wire it is looked whether what it quotes may still be shown. Who removes
documents, in this order: removes them from the library, awaits Outgoing.drained, and tells of it.
What a process had on its way when it died was on the wire; what it still had to say is built anew
from the library by the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TypeVar

from telegram.error import TelegramError

from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

# More than a message takes, even where Telegram does not answer. The part of an archive may.
_LONG_S = 60.0
# What is found instead may be removed as well, but hardly so often.
_ATTEMPTS = 10

_quoted: ContextVar[frozenset[int]] = ContextVar("_quoted", default=frozenset())
_holding: ContextVar[Callable[[], bool] | None] = ContextVar("_holding", default=None)

T = TypeVar("T")


class Withdrawn(TelegramError):
    """What was to be sent quotes what may not be shown any more; it was not sent."""

    def __init__(self) -> None:
        super().__init__("What was to be sent is removed")


@contextmanager
def quoting(passage_ids: Iterable[int]) -> Iterator[None]:
    """Say what is quoted in all that is sent to Telegram in this block.

    Args:
        passage_ids: Of a document one is enough, since a document is removed as a whole.

    Raises:
        Withdrawn: Out of the call in the block, if one of them may not be shown any more when it
            is to be sent.
    """
    before = _quoted.set(frozenset(passage_ids))
    try:
        yield
    finally:
        _quoted.reset(before)


def quoted() -> frozenset[int]:
    """Tell the passages that are quoted in what is sent here; see quoting."""
    return _quoted.get()


@contextmanager
def holding(is_there: Callable[[], bool]) -> Iterator[None]:
    """Say that all that is sent to Telegram in this block holds whole documents.

    Args:
        is_there: Whether all of them are in the library; see Outgoing.

    Raises:
        Withdrawn: Out of the call in the block, if one of them is gone when it is to be sent.
    """
    before = _holding.set(is_there)
    try:
        yield
    finally:
        _holding.reset(before)


async def until_sent(attempt: Callable[[], Awaitable[T]]) -> T:
    """Do what ends in a sending; from the beginning, where what it quotes is removed meanwhile.

    Args:
        attempt: Looks up, builds and sends.

    Raises:
        Withdrawn: If that happens again and again.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await attempt()
        except Withdrawn:
            logger.info("What was to be sent is removed: it is built anew")
    return await attempt()


class Outgoing:
    """The calls to Telegram that quote documents; of one process.

    Args:
        may_quote: Whether all of some passages may be shown now; quick. Raises AlintiError where
            that cannot be told.
        long_s: It is logged where drained waits longer for a call.
    """

    def __init__(
        self, may_quote: Callable[[Sequence[int]], bool], *, long_s: float = _LONG_S
    ) -> None:
        self._may_quote, self._long_s = may_quote, long_s
        # Set when the call is over; by them, whether what it holds is still there.
        self._calls: dict[asyncio.Event, Callable[[], bool]] = {}

    @contextmanager
    def call(self) -> Iterator[None]:
        """Put something on the wire in this block, and wait for its answer.

        Raises:
            Withdrawn: If a passage that is quoted may not be shown any more, or a document that is
                held is gone.
        """
        is_there = _holding.get()
        if passages := quoted():
            is_there = partial(self._may_quote, list(passages))
        if is_there is None:
            yield
            return
        over = asyncio.Event()
        # Noted before it is looked: who removes sees the call, or the call that it is removed.
        self._calls[over] = is_there
        try:
            if _is_gone(is_there):
                raise Withdrawn
            yield
        finally:
            del self._calls[over]
            over.set()

    async def drained(self) -> None:
        """Wait until nothing is on its way that quotes what is removed.

        To be called when a removal is written, and before anybody is told of it. To upload a part
        of an archive may take minutes; what is told before that would not be true. Each call ends,
        by its timeouts if by nothing else.
        """
        gone = [over for over, is_there in self._calls.items() if _is_gone(is_there)]
        try:
            async with asyncio.timeout(self._long_s):
                await _all_set(gone)
        except TimeoutError:
            logger.warning("What is removed is on its way for long: who removed it has to wait")
            await _all_set(gone)


async def _all_set(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


def _is_gone(is_there: Callable[[], bool]) -> bool:
    try:
        return not is_there()
    except AlintiError:
        # What cannot be looked up is not sent, either: building it anew tells of the trouble.
        logger.exception("Nobody knows whether what is to be sent is still there")
        return True
