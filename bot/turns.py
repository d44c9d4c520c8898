"""Whose update is handled when: each chat in its order, and none at the cost of another."""

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Hashable
from typing import NamedTuple

from telegram import Update

logger = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where an update queues.

    Attributes:
        lane: Updates of one lane are handled one after another.
        owner: Who has caused it: of one owner only so many wait at a time.
    """

    lane: Hashable
    owner: Hashable


class _Waiting(NamedTuple):
    update: Update
    owner: Hashable
    is_suspect: bool


def place_of(update: Update) -> Place:
    """Tell where an update queues: behind the earlier ones of its chat, mostly.

    A press of a button waits for no other: its answer is due at once, and ends the same in any
    order.
    """
    if query := update.callback_query:
        where = query.message.chat.id if query.message else query.from_user.id
        return Place(("press", query.id), ("presses", where))
    if guest := update.guest_message:
        return Place(("guest", guest.guest_query_id), ("guests", guest.chat.id))
    if inline := update.inline_query:
        # One for each letter typed: handlers.inline passes over those that are old by then.
        return Place(("inline", inline.id), ("inline", inline.from_user.id))
    if chosen := update.chosen_inline_result:
        person = ("chosen", chosen.from_user.id)
        return Place(person, person)
    chat = ("chat", update.effective_chat.id if update.effective_chat else None)
    if update.my_chat_member:
        # A group is greeted when it has had time to say that it was another one before.
        return Place(("place", *chat), chat)
    return Place(chat, chat)


class Turns:
    """Handles the updates of a lane one after another, and those of different lanes at once.

    Handling may take long, where it waits for a limit of Telegram's: that costs a little memory,
    and holds up nobody else. What is sent at once is limited where it is sent.

    Args:
        handle: Called for each update; must not raise.
        at_most: Updates in memory, those in hand included; add() waits while there are so many.
        of_one: Of these, those of one owner: who floods the bot loses the newest, and nobody
            else waits for it.
    """

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        *,
        at_most: int = 5000,
        of_one: int = 50,
    ) -> None:
        self._handle = handle
        self._at_most, self._of_one = at_most, of_one
        self._waiting: dict[Hashable, deque[_Waiting]] = {}
        self._alone = asyncio.Lock()
        self._held: Counter[Hashable] = Counter()
        self._refused: Counter[Hashable] = Counter()
        self._workers: set[asyncio.Task[None]] = set()
        self._finished = asyncio.Event()
        self._closed = False

    async def add(self, update: Update, *, is_suspect: bool = False) -> bool:
        """Put an update behind the earlier ones of its lane. One caller at a time keeps the order.

        Args:
            update: To be handled.
            is_suspect: Whether it is handled at a time when no other suspect is.

        Returns:
            False if its owner has too many waiting: it will not be handled.
        """
        lane, owner = place_of(update)
        if self._held[owner] >= self._of_one and _may_be_refused(update):
            self._refused[owner] += 1
            return False
        while self._held.total() >= self._at_most and not self._closed:
            self._finished.clear()
            await self._finished.wait()
        self._held[owner] += 1
        waiting = _Waiting(update, owner, is_suspect)
        if lane in self._waiting:
            self._waiting[lane].append(waiting)
            return True
        self._waiting[lane] = deque([waiting])
        worker = asyncio.create_task(self._work(lane))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)
        return True

    async def close(self, grace_s: float) -> None:
        """Begin no other update, and give up those in hand after a time."""
        self._closed = True
        self._finished.set()
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=grace_s)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, lane: Hashable) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting and not self._closed:
                update, owner, is_suspect = waiting.popleft()
                async with self._alone if is_suspect else contextlib.nullcontext():
                    await self._handle(update)
                self._let_go(owner)
        finally:
            del self._waiting[lane]

    def _let_go(self, owner: Hashable) -> None:
        self._held[owner] -= 1
        self._finished.set()
        if not self._held[owner]:
            del self._held[owner]
            if refused := self._refused.pop(owner, 0):
                logger.warning(
                    "%d updates of one chat were left unanswered: it had %d waiting already",
                    refused,
                    self._of_one,
                )


def _may_be_refused(update: Update) -> bool:
    """Whether nothing but an answer is lost with an update.

    A group that moves must be known, and a post of a channel read: nobody posts it again. Files
    come in whole albums, and each is kept in a queue of its own.
    """
    message = update.effective_message
    is_move = bool(message and (message.migrate_to_chat_id or message.migrate_from_chat_id))
    is_post = bool(update.channel_post or update.edited_channel_post)
    is_file = bool(message and message.document)
    return not (is_move or is_post or is_file or update.my_chat_member or update.chat_member)
