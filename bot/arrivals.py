"""From Telegram to the handlers, whichever way updates come: none lost, none twice."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence

from telegram import Bot, Chat, Update

from bot.inbox import Inbox, JsonUpdate
from bot.turns import Turns
from embeddings.errors import StoreError

logger = logging.getLogger(__name__)

# Updates over which so many processes may have died are handled one after another, so that it
# shows which of them it is. That one is given up later: processes die of other things, too.
_SUSPICIOUS, _GUILTY = 2, 5
# What comes of fields that are missing, of another type, too large or nested too deeply. It must
# not end the process: Telegram would deliver the same update to the next one.
_UNREADABLE = (
    AttributeError,
    LookupError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


class Arrivals:
    """Puts what Telegram delivers on disk, and hands it out.

    Args:
        bot: Logged in; whose methods the updates will have.
        inbox: Knows what arrived before.
        turns: Handles it.
        wanted: Whether an update is for the bot. What is not is neither kept nor handled.
        needed: Chooses what is kept of an update that is wanted.
    """

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        turns: Turns,
        wanted: Callable[[Update], bool],
        needed: Callable[[JsonUpdate, Update], JsonUpdate] = lambda raw, update: raw,
    ) -> None:
        self._bot, self._inbox, self._turns = bot, inbox, turns
        self._wanted, self._needed = wanted, needed
        self._handing_out = asyncio.Lock()

    async def resume(self) -> None:
        """Hand out what an earlier process left, but not what ended the process time and again.

        Raises:
            StoreError: If the inbox cannot be used.
        """
        for kept in self._inbox.unfinished():
            if kept.attempts >= _GUILTY:
                logger.error("Update %d ended %d processes: given up", kept.id, kept.attempts)
                self._finish(kept.id)
            elif update := self._read(kept.update):
                await self._hand_out(update, is_suspect=kept.attempts >= _SUSPICIOUS)

    async def take(self, updates: Sequence[JsonUpdate]) -> None:
        """Keep updates, then hand out those that are new.

        Waits while there are too many in memory; they are on disk by then.

        Args:
            updates: As Telegram writes them.

        Raises:
            StoreError: If they cannot be kept: Telegram is not to be told that they arrived.
        """
        read = [(raw, self._read(raw)) for raw in updates]
        wanted = [(raw, update) for raw, update in read if self._is_wanted(raw, update)]
        kept = [self._needed(raw, update) if update else raw for raw, update in wanted]
        new = {raw["update_id"] for raw in self._inbox.add(kept)}
        async with self._handing_out:  # in the order in which they were kept
            for raw, update in wanted:
                if update and raw["update_id"] in new:
                    new.remove(raw["update_id"])
                    await self._hand_out(update)

    def _read(self, raw: JsonUpdate) -> Update | None:
        try:
            # Half of a character, which can stand in JSON, could neither be kept nor sent. What
            # replaces it is as long as it is in UTF-16, in which Telegram counts.
            whole = json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace")
            return Update.de_json(json.loads(whole), self._bot)
        except _UNREADABLE:
            logger.exception("Update %d cannot be understood", raw["update_id"])
            return None

    def _is_wanted(self, raw: JsonUpdate, update: Update | None) -> bool:
        if update is None:
            # It stays in the inbox, for a version that understands it; unless it may be what
            # people of a group say to one another, which is not to be kept.
            return not _is_of_group(raw)
        try:
            return self._wanted(update)
        except _UNREADABLE:
            logger.exception("Update %d is not what it should be", raw["update_id"])
            return False

    async def _hand_out(self, update: Update, *, is_suspect: bool = False) -> None:
        if not await self._turns.add(update, is_suspect=is_suspect):
            self._finish(update.update_id)

    def _finish(self, update_id: int) -> None:
        try:
            self._inbox.finish(update_id)
        except StoreError:  # those that come after it are to be handed out all the same
            logger.exception("An update that is left aside may come again after a restart")


def _is_of_group(raw: JsonUpdate) -> bool:
    message = raw.get(Update.MESSAGE) or raw.get(Update.EDITED_MESSAGE)
    chat = message.get("chat") if isinstance(message, dict) else None
    return isinstance(chat, dict) and chat.get("type") != Chat.PRIVATE
