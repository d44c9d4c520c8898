"""What is on its way to Telegram: nothing of a removed document is sent.

An answer may wait long for a limit of Telegram's, or until the network is back. At each moment at
which it is put on the wire it is looked whether what it quotes is still there. Who removes
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

# More than all timeouts of one request together: after that it has failed.
_PATIENCE_S = 60.0
# What is found instead may be removed as well, but hardly so often.
_ATTEMPTS = 10

_quoted: ContextVar[frozenset[int]] = ContextVar("_quoted", default=frozenset())
_holding: ContextVar[Callable[[], bool] | None] = ContextVar("_holding", default=None)

T = TypeVar("T")


class Withdrawn(TelegramError):
    """What was to be sent quotes a document that is removed; it was not sent."""

    def __init__(self) -> None:
        super().__init__("What was to be sent is removed")


@contextmanager
def quoting(passage_ids: Iterable[int]) -> Iterator[None]:
    """Say what is quoted in all that is sent to Telegram in this block.

    Args:
        passage_ids: Of a document one is enough, since a document is removed as a whole.

    Raises:
        Withdrawn: Out of the call in the block, if one of them is gone when it is to be sent.
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
        still_there: Whether all of some passages are in the library; quick. Raises AlintiError
            where that cannot be told.
        patience_s: How long drained waits for a call. Past its timeouts none is on its way.
    """

    def __init__(
        self, still_there: Callable[[Sequence[int]], bool], *, patience_s: float = _PATIENCE_S
    ) -> None:
        self._still_there, self._patience_s = still_there, patience_s
        # Set when the call is over; by them, whether what it holds is still there.
        self._calls: dict[asyncio.Event, Callable[[], bool]] = {}

    @contextmanager
    def call(self) -> Iterator[None]:
        """Put something on the wire in this block, and wait for its answer.

        Raises:
            Withdrawn: If a passage that is quoted is gone, or a document that is held.
        """
        is_there = _holding.get()
        if passages := quoted():
            is_there = partial(self._still_there, list(passages))
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

        To be called when a removal is written, and before anybody is told of it.
        """
        gone = [over for over, is_there in self._calls.items() if _is_gone(is_there)]
        try:
            async with asyncio.timeout(self._patience_s):
                for over in gone:
                    await over.wait()
        except TimeoutError:
            logger.warning("A quote of what is removed is on its way for very long")


def _is_gone(is_there: Callable[[], bool]) -> bool:
    try:
        return not is_there()
    except AlintiError:
        # What cannot be looked up is not sent, either: building it anew tells of the trouble.
        logger.exception("Nobody knows whether what is to be sent is still there")
        return True
