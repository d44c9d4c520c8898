"""What people are told of their files while these are read: one message for all of a burst."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from telegram import Message, ReactionTypeEmoji, ReplyParameters
from telegram.constants import ParseMode, ReactionEmoji
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.addressing import read_question
from bot.context import PLAIN, BotApplication, BotData, edit_message
from bot.handlers.asking import answer_question
from bot.jobs import Job, Jobs, Task
from bot.localization import Language, say
from bot.outgoing import Withdrawn, quoting, until_sent
from bot.receipts import Found, Item, progress_text, receipt
from bot.shown import Shown, plain
from embeddings.datatypes import SHARED, SHARED_PREFIX
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library

logger = logging.getLogger(__name__)

# What is read sooner is told of in one message, the receipt.
_PROGRESS_AFTER_S = 1.5
# In a group, Telegram counts edits among the 20 messages of a minute.
_PRIVATE_PAUSE_S, _GROUP_PAUSE_S = 3.0, 10.0
_RETRY_S = 30.0
_PATIENCE_S = 2.0


class Telling:
    """Marks files while they wait, tells how far they are, and shows their receipts.

    Args:
        application: Its bot tells; its library holds what was added.
        jobs: Of what is told.
        describe: Tells how far a job is.
    """

    def __init__(
        self, application: BotApplication, jobs: Jobs, describe: Callable[[Job], Item]
    ) -> None:
        self._application, self._bot = application, application.bot
        self._jobs, self._item = jobs, describe
        self._to_show = asyncio.Event()
        self._changed: dict[int, asyncio.Event] = {}  # by burst: it is not as it was
        # By burst and chat: its message, also where a full disk lets nobody note the number.
        self._sent: dict[tuple[int, int], int] = {}

    def wake(self, burst: int | None = None) -> None:
        """Look again: at a burst, or at all of them and for new ones."""
        self._to_show.set()
        for known, changed in self._changed.items():
            if burst in (None, known):
                changed.set()

    async def run(self) -> NoReturn:
        """Keep the messages of all bursts up to date, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._to_show.clear()
                try:
                    for burst in await asyncio.to_thread(self._jobs.bursts):
                        if burst not in self._changed:
                            self._changed[burst] = asyncio.Event()
                            tasks.create_task(self._show(burst))
                except AlintiError:
                    logger.exception("The queue of files cannot be read")
                    await asyncio.sleep(_RETRY_S)
                    continue
                await self._to_show.wait()

    async def _show(self, burst: int) -> None:
        """Keep the message of a burst up to date until its receipt is shown."""
        try:
            while True:
                try:
                    await self._show_until_done(burst)
                except AlintiError:
                    logger.exception("A receipt cannot be shown yet")
                    await asyncio.sleep(_RETRY_S)
                except Exception as error:
                    # As in a handler: nobody expected it, and the others' files are to go on.
                    await self._application.process_error(None, error)
                    return
                else:
                    return
        finally:
            del self._changed[burst]
            for key in [key for key in self._sent if key[0] == burst]:
                del self._sent[key]

    async def _show_until_done(self, burst: int) -> None:
        changed, marked, shown = self._changed[burst], set[int](), ""
        due_s = time.monotonic() + _PROGRESS_AFTER_S
        jobs: list[Job] = []
        while taken := await self._take(burst):
            jobs = taken
            changed.clear()
            if jobs[0].task.is_silent:
                if all(job.outcome is not None for job in jobs):
                    await self._end_silently(jobs)
                    return
                await changed.wait()
                continue
            await self._mark([job for job in jobs if job.id not in marked], ReactionEmoji.EYES)
            marked |= {job.id for job in jobs}
            if all(job.outcome is not None for job in jobs):
                await until_sent(partial(self._tell_end, jobs))
                await self._mark(jobs, None)
                # Before the jobs are erased: who dies over it answers in the next process.
                await self._answer_captions(jobs)
                await asyncio.to_thread(self._jobs.erase, burst)
                return
            if time.monotonic() >= due_s:
                text = progress_text(list(map(self._item, jobs)), jobs[0].task.language)
                if text != shown:
                    await self._tell(jobs, plain(text))
                    jobs = await self._take(burst) or jobs  # now with the message's number
                shown = text
                is_private = jobs[0].task.chat_id > 0
                due_s = time.monotonic() + (_PRIVATE_PAUSE_S if is_private else _GROUP_PAUSE_S)
            await wait_for(changed, due_s - time.monotonic())
        await self._tell_stopped(jobs)

    async def _tell_stopped(self, jobs: list[Job]) -> None:
        """Do not let things seem to wait that were given up, as when their chat is erased."""
        if not jobs or jobs[0].task.is_silent:
            return
        await self._mark(jobs, None)
        if any(job.status_id for job in jobs):
            text = say(jobs[0].task.language, "telegram-add-stopped")
            await until_sent(partial(self._tell, jobs, plain(text)))

    async def _end_silently(self, jobs: list[Job]) -> None:
        for job in jobs:
            if error := json.loads(job.outcome or "{}").get("error"):
                where = job.task.source
                logger.warning("The file of a post could not be read (%s): %s", error, where)
        await asyncio.to_thread(self._jobs.erase, jobs[0].burst)

    async def _take(self, burst: int) -> list[Job]:
        return await asyncio.to_thread(self._jobs.of_burst, burst)

    async def _tell_end(self, jobs: list[Job]) -> None:
        data = self._application.bot_data
        items = [
            self._item(job)._replace(found=await asyncio.to_thread(_find_allowed, data, job))
            for job in jobs
        ]
        await self._tell(jobs, receipt(items, jobs[0].task.language))

    async def _tell(self, jobs: list[Job], shown: Shown) -> None:
        """Say something in the message of a burst; where nobody can be told, let it be."""
        # Among them may be one that came when the message was on its way already.
        task = jobs[0].task
        noted = (job.status_id for job in jobs if job.status_id)
        status_id = next(noted, self._sent.get((jobs[0].burst, task.chat_id)))
        try:
            if status_id is None:
                sending = asyncio.create_task(self._begin(jobs, shown))
                try:
                    await asyncio.shield(sending)
                except asyncio.CancelledError:
                    # The next process goes on with it, if it knows the message's number.
                    await asyncio.wait([sending], timeout=_PATIENCE_S)
                    sending.cancel()
                    raise
            else:
                await edit_message(self._bot, task.chat_id, status_id, shown)
        except Withdrawn:
            raise
        except TelegramError as error:
            logger.warning("A person may not be told what came of their files: %s", error)

    async def _begin(self, jobs: list[Job], shown: Shown) -> None:
        """Send the message of a burst, and note its number."""
        with quoting(shown.quoted):
            sent = await self._send(jobs[0].task, shown)
        burst = jobs[0].burst
        self._sent[burst, jobs[0].task.chat_id] = sent.message_id
        await asyncio.to_thread(self._jobs.note_status, burst, sent.message_id)

    async def _send(self, task: Task, shown: Shown) -> Message:
        is_there = task.message_id > 0
        return await self._bot.send_message(
            task.chat_id,
            shown.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=task.topic_id,
            reply_parameters=ReplyParameters(task.message_id, allow_sending_without_reply=True)
            if is_there
            else None,
            link_preview_options=PLAIN,
            reply_markup=shown.keyboard,
        )

    async def _mark(self, jobs: list[Job], emoji: str | None) -> None:
        """React to messages, or take that back; not every group lets a bot do so."""
        for job in jobs:
            if job.task.message_id < 0:  # see Jobs.move_chat
                continue
            reaction = [ReactionTypeEmoji(emoji)] if emoji else []
            with contextlib.suppress(TelegramError):
                await self._bot.set_message_reaction(
                    job.task.chat_id, job.task.message_id, reaction
                )

    async def _answer_captions(self, jobs: list[Job]) -> None:
        """Answer what was asked together with a file, now that it is read."""
        for job in jobs:
            if not job.task.question:
                continue
            message = Message.de_json(json.loads(job.task.question), self._bot)
            context = CallbackContext(self._application)
            question = read_question(message, self._bot)
            try:
                await answer_question(message, question, context)
            except TelegramError as error:
                logger.warning("A reply may not have arrived: %s", error)


def _find_allowed(data: BotData, job: Job) -> Found | None:
    """As _find, but nothing of the archive of a channel that the bot has left since."""
    found = _find(data.library.result(), job)
    return found if found and data.may_quote([found.passage_id] * bool(found.passage_id)) else None


def _find(library: "Library", job: Job) -> Found | None:
    """Look up what stands in the library of something that was added."""
    outcome = json.loads(job.outcome or "{}")
    # Its collection may have got another name since, as when a group becomes a supergroup.
    collections = [outcome.get("collection", job.task.collection), job.task.collection]
    entry = library.entry(outcome.get("document_id", 0), collections)
    if entry is None:
        return None
    document = entry.document
    first = library.open_passages(document.id, collections, offset=0, limit=1)
    older = library.entry(outcome["older_id"], collections) if outcome["older_id"] else None
    return Found(
        document.title,
        first[0].passage.text if first else "",
        first[0].passage_id if first else 0,
        bool(document.series),
        older.document.title if older else "",
        is_of_channel=document.collection != job.task.collection,
        shelf=_shelf(document.collection, job.task.language),
    )


def _shelf(collection: str, language: Language) -> str:
    """Tell what people call a collection of the operator's; nothing for that of a chat."""
    if collection == SHARED:
        return say(language, "telegram-documents-everybody")
    if collection.startswith(SHARED_PREFIX):
        return collection.removeprefix(SHARED_PREFIX)
    return ""


async def wait_for(event: asyncio.Event, timeout_s: float) -> None:
    """Wait for an event, but not for long."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), max(0.01, timeout_s))
