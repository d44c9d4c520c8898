"""From Telegram to the handlers, whichever way updates come: none lost, none twice."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from telegram import Bot, Update

from bot.inbox import Inbox, JsonUpdate
from bot.turns import Place, Turns

logger = logging.getLogger(__name__)

# Updates that were in hand when a process died, twice: they are handled one after another, so that
# the third time it is known which of them it is. Then that one is given up.
_SUSPECTS = Place("suspects", "suspects")
_ATTEMPTS = 3


class Arrivals:
    """Puts what Telegram delivers on disk, and hands it out.

    Args:
        bot: Logged in; whose methods the updates will have.
        inbox: Knows what arrived before.
        turns: Handles it.
        wanted: Whether an update is for the bot. What is not is neither kept nor handled.
    """

    def __init__(
        self, bot: Bot, inbox: Inbox, turns: Turns, wanted: Callable[[Update], bool]
    ) -> None:
        self._bot, self._inbox, self._turns, self._wanted = bot, inbox, turns, wanted
        self._handing_out = asyncio.Lock()

    async def resume(self) -> None:
        """Hand out what an earlier process left, but not what ended the process time and again.

        Raises:
            StoreError: If the inbox cannot be used.
        """
        for kept in self._inbox.unfinished():
            if kept.attempts >= _ATTEMPTS:
                logger.error("Update %d ended %d processes: given up", kept.id, kept.attempts)
                self._inbox.finish(kept.id)
            elif update := self._read(kept.update):
                await self._hand_out(update, _SUSPECTS if kept.attempts > 1 else None)

    async def take(self, updates: Sequence[JsonUpdate]) -> None:
        """Keep updates, then hand out those that are new.

        Waits while there are too many in memory; they are on disk by then.

        Args:
            updates: As Telegram writes them.

        Raises:
            StoreError: If they cannot be kept: Telegram is not to be told that they arrived.
        """
        read = [(raw, self._read(raw)) for raw in updates]
        # What cannot be read stays in the inbox, for a version that understands it.
        wanted = [(raw, update) for raw, update in read if not update or self._wanted(update)]
        new = {raw["update_id"] for raw in self._inbox.add(raw for raw, _ in wanted)}
        async with self._handing_out:  # in the order in which they were kept
            for raw, update in wanted:
                if update and raw["update_id"] in new:
                    new.remove(raw["update_id"])
                    await self._hand_out(update)

    def _read(self, raw: JsonUpdate) -> Update | None:
        try:
            return Update.de_json(raw, self._bot)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.exception("Update %d cannot be understood", raw["update_id"])
            return None

    async def _hand_out(self, update: Update, place: Place | None = None) -> None:
        if not await self._turns.add(update, place):
            self._inbox.finish(update.update_id)
