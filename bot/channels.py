"""Channels: what is kept of their posts, and what is to be forgotten of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from cachetools import LRUCache
from telegram import Message

from bot.connection import growing_pauses
from bot.jobs import Task
from bot.posts import PostKey, find_file, read_post, read_source
from bot.rights import collection_of, most_passages
from embeddings.errors import CollectionFull, EmptyDocument, StoreError

if TYPE_CHECKING:
    from bot.context import BotData  # which holds the channels

logger = logging.getLogger(__name__)

# Nobody posts again what could not be kept: it is tried for a minute and a half.
_TRIALS = 9

T = TypeVar("T")


class Channels:
    """What is kept of the posts of channels; for one application.

    A post is small, and added at once, also where files find no room on the disk. All that is
    written for posts takes one thread at a time, so that those in which questions are looked up
    stay free.
    """

    def __init__(self) -> None:
        self._writing = asyncio.Lock()
        # Of the last posts with a file, which one it is: most edits leave it as it was.
        self._files: LRUCache[PostKey, str] = LRUCache(10_000)

    async def keep(self, post: Message, data: "BotData", *, is_edited: bool = False) -> None:
        """Keep what a post says, and have its file read; not of one that was forgotten.

        Raises:
            StoreError: If the library cannot be written for long.
        """
        key, document = PostKey.of(post), read_post(post)
        collection = collection_of(key.chat_id)
        if data.state.is_forgotten(*key):
            return
        await self._keep_file(post, data, is_edited=is_edited)
        if document is None and not is_edited:
            return
        library = await asyncio.shield(data.library)
        most = most_passages(collection, data.settings)

        def write() -> None:
            # Asked again: it may have been forgotten from another chat in the meantime.
            if data.state.is_forgotten(*key):
                return
            if document is not None:
                try:
                    library.add(document, collection, most=most)
                except CollectionFull as error:
                    logger.error("A post is not read: %s: %s", key.source, error)  # noqa: TRY400 - it explains itself
                except EmptyDocument:
                    pass
                else:
                    return
            library.remove_source(key.source, collection)  # as it was before it was edited

        await self._write(write)

    async def forget(self, source: str, collection: str, data: "BotData") -> bool:
        """Forget the document of a source, and the post for good of which it is made.

        Returns:
            Whether there was something to forget, now or before.

        Raises:
            StoreError: If the library cannot be written for long.
        """
        key = read_source(source)
        if not key or collection != collection_of(key.chat_id):  # imported elsewhere
            return await self.remove([source], collection, data)
        was_forgotten = data.state.is_forgotten(*key)
        # First: if the process dies before the removal, it is all done again.
        await asyncio.to_thread(data.state.note_forgotten, *key)
        await data.reading.forget_post(*key)
        removed = await self.remove([key.source, key.file_source], collection, data)
        return removed or was_forgotten

    async def remove(self, sources: Sequence[str], collection: str, data: "BotData") -> bool:
        """Remove documents; when this returns, nothing of them is on its way to anybody.

        Returns:
            Whether there was one.

        Raises:
            StoreError: If the library cannot be written for long.
        """
        library = await asyncio.shield(data.library)

        def remove() -> bool:
            removed = [library.remove_source(source, collection) for source in sources]
            return any(removed)

        removed = await self._write(remove)
        await data.outgoing.drained()
        if removed:
            await asyncio.to_thread(library.forget_removed)
        return removed

    async def _keep_file(self, post: Message, data: "BotData", *, is_edited: bool) -> None:
        """Have the file of a post read; nobody is told of it."""
        key, file = PostKey.of(post), find_file(post)
        collection = collection_of(key.chat_id)
        if file and self._files.get(key) == file.file_unique_id:
            return
        if is_edited:
            await _again(partial(data.reading.forget_message, *key))
        if file:
            task = Task(*key, "", collection, file_id=file.file_id, name=file.file_name or "")
            if await _again(partial(data.reading.keep, task)):
                logger.error("Too many files of one channel wait: %s is not read", task.source)
            else:
                self._files[key] = file.file_unique_id
        elif is_edited:
            await self.remove([key.file_source], collection, data)

    async def _write(self, work: Callable[[], T]) -> T:
        """Do something with the library, again where that fails.

        Raises:
            StoreError: If it fails for long.
        """

        async def once() -> T:
            async with self._writing:
                return await asyncio.to_thread(work)

        return await _again(once)


async def _again(attempt: Callable[[], Awaitable[T]]) -> T:
    """Do something that writes, again where that fails.

    Raises:
        StoreError: If it fails for long.
    """
    for pause_s in islice(growing_pauses(), _TRIALS - 1):
        try:
            return await attempt()
        except StoreError:
            logger.exception("A post could not be kept or removed; it is tried again")
        await asyncio.sleep(pause_s)
    return await attempt()
