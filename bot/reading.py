"""The queue of files and texts, worked off: fetched, then read and added by the worker."""

import asyncio
import contextlib
import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from telegram.error import TelegramError

from bot.context import BotApplication
from bot.fetching import fetch, temporary
from bot.intake import TROUBLE, Line
from bot.jobs import Job, Jobs, Task
from bot.receipts import Item
from bot.rights import chat_of, collection_of, most_passages
from bot.room import NO_ROOM, Room
from bot.schedule import Schedule
from bot.telling import Telling, wait_for
from bot.worker import Worker, WorkerDied
from embeddings.datatypes import StoredDocument
from embeddings.errors import REASONS, AlintiError
from embeddings.readers.telegram import chat_series, message_source

logger = logging.getLogger(__name__)

FOLDER = "incoming"
"""In a data folder: holds the file that is being read; emptied at every start."""

# A process may die of other things than the file that it has in hand; a worker hardly does.
_MOST_ATTEMPTS, _MOST_DEATHS = 10, 3
# The worker holds the encoder: some hundred megabytes that a small machine can use otherwise.
_IDLE_S = 120.0
_RETRY_S = 30.0
_EXPORT = ".json"  # as Telegram Desktop calls what it has exported
_GONE: Line = {"error": "gone"}
# What is wrong with a file so that it cannot be the one that was read at another time; a busy
# machine finds some files too slow to read, or too large.
_NOT_THE_OLD = frozenset({*REASONS, "too_big", "full"}) - {"slow", "missing", "too_large"}


class _NoRoom(AlintiError):
    """There is too little room on the disk; the job is begun again when there is."""


@dataclass
class _Step:
    """What is done with the job in hand."""

    job_id: int = 0
    chat_id: int = 0
    name: str = "waiting"
    passages: int = 0
    source: str = ""
    collections: set[str] = field(default_factory=set)  # to which it may add
    series: set[str] = field(default_factory=set)  # of what it adds
    is_given_up: bool = False


class Reading:
    """Reads what people gave, one after another, each chat in its turn.

    Args:
        application: Its bot fetches and tells; its library is the one that is added to.
        jobs: What is to be read.
        worker: Reads and adds.
        folder: Of all data.

    Attributes:
        room: On the disk of the folder.
    """

    def __init__(
        self, application: BotApplication, jobs: Jobs, worker: Worker, folder: Path
    ) -> None:
        self._application, self._bot = application, application.bot
        self._jobs, self._worker = jobs, worker
        self._folder = folder / FOLDER
        self._settings = application.bot_data.settings
        self.room = Room(folder, self._settings.free_mb)
        self._is_new = asyncio.Event()  # something was kept
        self._telling = Telling(application, jobs, self._item)
        self._step = _Step()
        self._in_hand: asyncio.Task[Line] | None = None
        self._schedule = Schedule()

    async def keep(self, task: Task) -> str:
        """Keep something to be read; it is on the disk when this returns.

        Returns:
            Why it is not kept: NO_ROOM, or "too_many" where too much of the chat waits already,
            see Jobs.keep; empty where it is kept. A post always finds room, and waits for more:
            nobody would send it again.
        """
        if not task.is_silent and await asyncio.to_thread(self.room.is_short):
            return NO_ROOM
        is_kept = await asyncio.to_thread(self._jobs.keep, task)
        self._wake()
        return "" if is_kept else "too_many"

    async def forget_chat(self, chat_id: int) -> None:
        """Read nothing more of a chat; when this returns, nothing of it is added any more."""
        await asyncio.to_thread(self._jobs.forget_chat, chat_id)
        if self._step.chat_id == chat_id or collection_of(chat_id) in self._step.collections:
            await self._give_up()
        self._wake()

    async def forget_message(self, chat_id: int, message_id: int) -> None:
        """Do not read what a message holds; see forget_chat."""
        job_id = await asyncio.to_thread(self._jobs.forget_message, chat_id, message_id)
        if job_id is not None and job_id == self._step.job_id:
            await self._give_up()
        self._wake()

    async def forget_post(self, chat_id: int, message_id: int) -> None:
        """As forget_message, for a post that is noted as forgotten: nor out of an export."""
        await self.forget_message(chat_id, message_id)
        if collection_of(chat_id) in self._step.collections:
            await self._give_up()  # it is begun again, without the post

    async def forget_entry(self, document: StoredDocument) -> None:
        """Add nothing more to an entry that is about to be removed; see forget_chat.

        Args:
            document: Any of the entry.
        """
        step = self._step
        is_of_entry = document.source == step.source or document.series in step.series
        if document.collection in step.collections and is_of_entry:
            await asyncio.to_thread(self._jobs.finish, step.job_id, json.dumps(_GONE))
            if self._step is step:
                await self._give_up()
            self._wake()

    async def forget_collection(self, collection: str) -> None:
        """Add nothing more to a collection that is about to be erased; see forget_chat."""
        await asyncio.to_thread(self._jobs.end_collection, collection, json.dumps(_GONE))
        if collection in self._step.collections:
            await self._give_up()
        self._wake()

    async def rename_collection(self, old: str, new: str) -> None:
        """Go on with the jobs of a collection in the one that it is about to become."""
        await asyncio.to_thread(self._jobs.rename_collection, old, new)
        if old in self._step.collections:
            await self._give_up()  # it is begun again for the new one
        self._wake()

    async def move_chat(self, old: int, new: int) -> None:
        """Go on with the jobs of a group in the supergroup that it has become."""
        await asyncio.to_thread(self._jobs.move_chat, old, new, collection_of(new))
        if self._step.chat_id == old:
            await self._give_up()  # it is begun again for the new one
        self._wake()

    async def run(self) -> None:
        """Work the queue off, also what an earlier process left, until cancelled."""
        # An earlier process may have left something.
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        await asyncio.shield(self._application.bot_data.library)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read_all())
                tasks.create_task(self._telling.run())
        finally:
            await self._worker.close()

    # ---- reading

    async def _give_up(self) -> None:
        """End what is being done; if its job still waits, it is begun again."""
        self._step.is_given_up = True
        if self._in_hand:
            self._in_hand.cancel()
            await asyncio.wait([self._in_hand])

    async def _read_all(self) -> NoReturn:
        while True:
            self._is_new.clear()
            try:
                job = await self._next()
                if job is not None:
                    await self._do(job)
                    continue
            except AlintiError:
                logger.exception("The queue of files rests for %d s", _RETRY_S)
                await asyncio.sleep(_RETRY_S)
                continue
            wait_s = self._schedule.wait_s()
            pause_s = _IDLE_S if wait_s is None else wait_s
            await wait_for(self._is_new, _RETRY_S if self.room.was_short else pause_s)
            if not self._is_new.is_set() and wait_s is None:
                await self._worker.close()

    async def _next(self) -> Job | None:
        """Choose a job; none while the disk lacks room."""
        waiting = await asyncio.to_thread(self._jobs.first_waiting)
        if waiting or self.room.was_short:
            lacks_room = await asyncio.to_thread(self.room.is_short)
            if lacks_room:
                return None
        return self._schedule.choose(waiting)

    async def _do(self, job: Job) -> None:
        if job.attempts >= _MOST_ATTEMPTS or job.deaths >= _MOST_DEATHS:
            logger.error("Job %d ended the processes that read it: given up", job.id)
            await self._finish(job, {"error": "gave_up"})
            return
        self._step = step = _Step(
            job.id,
            job.task.chat_id,
            source=job.task.source,
            collections={job.task.collection},
        )
        if not await asyncio.to_thread(self._jobs.begin, job.id) or step.is_given_up:
            self._step = _Step()
            return
        self._in_hand = asyncio.create_task(self._read(job))
        try:
            # Not awaited itself: it may be cancelled alone, where its chat is forgotten.
            await asyncio.wait([self._in_hand])
        except asyncio.CancelledError:
            self._in_hand.cancel()
            await asyncio.gather(self._in_hand, return_exceptions=True)
            with contextlib.suppress(AlintiError):
                self._jobs.clear(job.id)
            raise
        finally:
            in_hand, self._in_hand, self._step = self._in_hand, None, _Step()
        await self._conclude(job, in_hand)

    async def _conclude(self, job: Job, done: "asyncio.Task[Line]") -> None:
        if done.cancelled():
            await asyncio.to_thread(self._jobs.clear, job.id)  # no process died over it
            return
        match done.exception():
            case None:
                await self._finish(job, done.result())
            case WorkerDied() as error:
                logger.warning("%s", error)
                await asyncio.to_thread(self._jobs.note_death, job.id)
            case TelegramError() | _NoRoom() as error:
                await asyncio.to_thread(self._jobs.clear, job.id)
                pause_s = self._schedule.postpone(job)
                logger.warning("A file cannot be read now, again in %d s: %s", pause_s, error)
            case AlintiError() as error:
                await asyncio.to_thread(self._jobs.clear, job.id)
                raise error
            case error:
                # Nobody expected it, and the next start is not to meet it again.
                logger.error("Something could not be read", exc_info=error)
                await self._finish(job, {"error": TROUBLE})

    async def _finish(self, job: Job, outcome: Line) -> None:
        await asyncio.to_thread(self._jobs.finish, job.id, json.dumps(outcome))
        self._wake(job.burst)
        if error := outcome.get("error"):
            logger.info("Not added: %s", error)
        else:
            logger.info("Added, with %d passages", outcome.get("passages", 0))

    async def _read(self, job: Job) -> Line:
        """Fetch a file and have it added; what came of it, see intake.answer_request.

        Raises:
            WorkerDied: If the worker ends meanwhile.
            TelegramError: If the file cannot be fetched now.
            _NoRoom: If there is no room for it now.
        """
        task, step = job.task, self._step

        def report(said: Line) -> None:
            if series := said.get("series"):
                step.series.add(series)
            else:
                step.name, step.passages = "adding", said["passages"]

        if task.is_silent and self._is_forgotten(task):
            return _GONE
        request: Line = {
            "collection": task.collection,
            "source": task.source,
            "most": most_passages(task.collection, self._settings),
            "least_free_bytes": self.room.least_bytes,
        }
        if task.file_id:
            said = await self._read_file(task, request, report)
        else:
            request |= {name: getattr(task, name) for name in ("text", "author", "date", "link")}
            said = await self._worker.do(request, report)
        if said.get("error") == NO_ROOM:
            raise _NoRoom("there is too little room on the disk")
        if task.is_silent and said.get("error") in _NOT_THE_OLD:
            await self._remove_old(task)
        return _settled(said, job)

    async def _read_file(self, task: Task, request: Line, report: Callable[[Line], None]) -> Line:
        step = self._step
        step.name = "fetching"
        with temporary(self._folder / str(step.job_id)) as place:
            try:
                path = await fetch(self._bot, task.file_id, place)
            except OSError as error:
                logger.warning("A file cannot be written: %s. Make room there", error)
                return {"error": NO_ROOM if self.room.is_short() else TROUBLE}
            if not isinstance(path, Path):
                return {"error": path}
            step.name = "reading"
            homes = await self._homes(task)
            request |= {"path": str(path), "name": task.name, "homes": homes}
            return await self._worker.do(request, report)

    async def _remove_old(self, post: Task) -> None:
        """Remove what was read of the file that a post had before it was edited.

        Nobody is told of it: the queue does not wait for what is on its way.
        """
        library = self._application.bot_data.library.result()
        await asyncio.to_thread(library.remove_source, post.source, post.collection)

    async def _homes(self, task: Task) -> Line:
        """Tell where the exported posts of a channel go that an admin of it has sent in private.

        Into the channel's archive, but for those that were to be forgotten.

        Raises:
            TelegramError: If Telegram cannot be asked now who is an admin.
        """
        is_own = task.chat_id > 0 and task.collection == collection_of(task.chat_id)
        if not is_own or not task.name.lower().endswith(_EXPORT):
            return {}
        data, person = self._application.bot_data, task.chat_id
        names = [collection_of(channel.id) for channel in data.state.channels()]
        homes: Line = {}
        # Of those of which the person is not even a member, Telegram is asked once for all.
        for name in await data.members.readable_by(self._bot, person, names):
            channel = chat_of(name)
            if channel and await data.members.is_admin(self._bot, channel, person):
                # First: who has a post forgotten from now on sees that this is to begin again.
                self._step.collections.add(name)
                forgotten = data.state.forgotten(channel)
                without = [message_source(channel, post) for post in forgotten]
                homes[chat_series(channel)] = {
                    "collection": name,
                    "without": without,
                    "most": most_passages(name, self._settings),
                }
        return homes

    def _is_forgotten(self, post: Task) -> bool:
        state = self._application.bot_data.state
        return state.is_forgotten(post.chat_id, post.message_id)

    def _wake(self, burst: int | None = None) -> None:
        self._is_new.set()
        self._telling.wake(burst)

    def _item(self, job: Job) -> Item:
        outcome: dict[str, Any] | None = None if job.outcome is None else json.loads(job.outcome)
        if job.id == self._step.job_id:
            return Item(job.task.name, outcome, None, self._step.name, self._step.passages)
        return Item(job.task.name, outcome, step="paused" if self.room.was_short else "waiting")


def _settled(outcome: Line, job: Job) -> Line:
    """Count what an earlier process added for this very job as added."""
    if outcome.get("is_own") and (job.attempts or job.deaths):
        documents = outcome["documents"] + outcome["unchanged"]
        return outcome | {
            "documents": documents,
            "unchanged": 0,
            "passages": outcome["stored_passages"],
        }
    return outcome
