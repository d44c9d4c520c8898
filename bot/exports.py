"""Archives of documents on their way to people: beside everything else that the bot does."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)

FOLDER = "outgoing"
"""In a data folder: holds the parts that are being sent; emptied at every start."""

# Each takes a thread, and up to a part of an archive on the disk and in memory.
_AT_ONCE = 2


class Exports:
    """The exports of all chats, one of each. For one event loop."""

    def __init__(self) -> None:
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)

    def is_running(self, chat_id: int) -> bool:
        """Whether a chat's documents are being exported."""
        return chat_id in self._tasks

    def begin(self, chat_id: int, work: Coroutine[Any, Any, None]) -> None:
        """Export a chat's documents beside everything else.

        Args:
            chat_id: A chat of which no export is running.
            work: Exports them, and tells of what goes wrong.
        """
        task = asyncio.create_task(self._do(work))
        self._tasks[chat_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(chat_id, None))

    async def stop(self, chat_id: int) -> None:
        """End the export of a chat, if one is running."""
        await _end([self._tasks[chat_id]] if chat_id in self._tasks else [])

    async def close(self) -> None:
        """End all exports."""
        await _end(list(self._tasks.values()))

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with self._room:
                await work
        finally:
            work.close()  # it may never have begun


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
