"""Answers of somebody else: asked for once, shared by all who wait, believed for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TTLCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """What was answered, by what was asked. For one event loop.

    A failure is nobody's answer but of those who waited for it.

    Args:
        at_most: Answers that are kept; the one of which nobody has heard for longest goes first.
        remembered_s: How long an answer is believed.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        at_most: int,
        remembered_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known: TTLCache[K, tuple[V]] = TTLCache(at_most, remembered_s, clock)
        self._asking: dict[K, asyncio.Task[V]] = {}

    def known(self, key: K) -> V | None:
        """Tell an answer that is remembered; None where none is."""
        found = self._known.get(key)
        return found[0] if found else None

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """Tell an answer, as it was at some time after the last change.

        Args:
            key: What is asked.
            ask: Asks for it; not called where the answer is known, or asked for already.

        Raises:
            Exception: What ask raises.
        """
        if found := self._known.get(key):
            return found[0]
        # Shielded: another one may wait for the same answer.
        return await asyncio.shield(self.begin(key, ask))

    def begin(self, key: K, ask: Callable[[], Awaitable[V]]) -> "asyncio.Task[V]":
        """Ask, unless somebody does; for who waits for several answers at once. See get.

        Returns:
            Everybody's: not to be cancelled. When it is done, the answer is known.
        """
        if key not in self._asking:
            task = self._asking[key] = asyncio.create_task(self._ask(key, ask))
            # A failure that nobody waits for any more is nobody's business.
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._asking[key]

    def forget(self, is_changed: Callable[[K], bool]) -> None:
        """Ask again, after a change; who waits for an answer gets the one from after it.

        Args:
            is_changed: Whether the answer may be another one now.
        """
        for key in [key for key in self._known if is_changed(key)]:
            self._known.pop(key, None)
        for key in [key for key in self._asking if is_changed(key)]:
            del self._asking[key]

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        own = asyncio.current_task()
        try:
            answer = await ask()
        finally:
            is_current = self._asking.get(key) is own
            if is_current:
                del self._asking[key]
        if not is_current:  # asked before a change: it may tell of what was
            return await self.get(key, ask)
        self._known[key] = (answer,)
        return answer
