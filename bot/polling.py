"""From Telegram's queue to the handlers: nothing lost, nothing twice, each chat in its order."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NoReturn

from telegram import Bot, Update
from telegram.error import EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.connection import growing_pauses, wait_out
from bot.inbox import Inbox, JsonUpdate
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

# Named one by one: without a list Telegram goes by the last one that it was given, by whomever.
ALLOWED_UPDATES = (Update.MESSAGE,)
# How long Telegram is to hold a request open until something arrives, and how much later its
# answer may come.
_LONG_POLL_S = 25
_ANSWER_S = 5


class TokenRefused(AlintiError):
    """Telegram does not know the bot's token, or no longer."""

    def __init__(self, error: TelegramError) -> None:
        # What Telegram said; the library's own words may repeat the token.
        reason = error.__cause__ or error
        super().__init__(
            f"ALINTI_TOKEN was refused by Telegram: {reason}. Ask @BotFather for the bot's token "
            "as it is now, and see that ALINTI_API_URL, if set, is the right server."
        )


class Turns:
    """Handles the updates of a chat one after another, and those of different chats at once.

    Args:
        handle: Called for each update; must not raise.
        at_once: Chats at a time. The HTTP client is slower with many more.
        max_waiting: Updates in memory; add() waits while there are so many.
    """

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        *,
        at_once: int = 16,
        max_waiting: int = 1000,
    ) -> None:
        self._handle = handle
        self._slots = asyncio.Semaphore(at_once)
        self._room = asyncio.Semaphore(max_waiting)
        self._waiting: dict[int | None, deque[Update]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._closed = False

    async def add(self, update: Update) -> None:
        """Put an update behind the earlier ones of its chat."""
        await self._room.acquire()
        chat = update.effective_chat.id if update.effective_chat else None
        if chat in self._waiting:
            self._waiting[chat].append(update)
            return
        self._waiting[chat] = deque([update])
        worker = asyncio.create_task(self._work(chat))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def close(self, grace_s: float) -> None:
        """Begin no other update, and give up those in hand after a time."""
        self._closed = True
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=grace_s)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, chat: int | None) -> None:
        waiting = self._waiting[chat]
        try:
            while waiting:
                async with self._slots:
                    if self._closed:
                        break
                    await self._handle(waiting.popleft())
                self._room.release()
        finally:
            del self._waiting[chat]


async def poll(bot: Bot, inbox: Inbox, turns: Turns) -> NoReturn:
    """Hand out the updates that an earlier process left, then those that arrive.

    An update is in the inbox before the next request confirms it. A network that fails does not
    show here: PatientRequest waits until that is over.

    Raises:
        TokenRefused: If the token does not hold.
        StoreError: If the inbox cannot be written: nothing more is confirmed then.
    """
    await _hand_out(inbox.unfinished(), bot, turns)
    offset: int | None = None
    pauses_s = growing_pauses()
    refused = False
    while True:
        try:
            updates = await _fetch(bot, offset)
        except (InvalidToken, EndPointNotFound) as error:
            raise TokenRefused(error) from None
        except RetryAfter as error:
            await wait_out(error)
        except TelegramError as error:
            # Most likely 409: another process polls with this token.
            if not refused:
                logger.warning("Telegram gives no updates, trying until it does: %s", error)
            refused = True
            await asyncio.sleep(next(pauses_s))
        else:
            if refused:
                logger.warning("Telegram gives updates again")
                refused, pauses_s = False, growing_pauses()
            if updates:
                new = inbox.add(updates)
                offset = updates[-1]["update_id"] + 1
                await _hand_out(new, bot, turns)


async def _fetch(bot: Bot, offset: int | None) -> list[JsonUpdate]:
    """Confirm the updates below an offset, and wait for others."""
    # As Telegram writes them: not all that Bot.get_updates makes of them can be written down, and
    # one that it cannot read keeps back its whole batch. The name becomes getUpdates; with one
    # underscore there would be a warning, which recommends Bot.get_updates.
    updates: list[JsonUpdate] = await bot.do_api_request(
        "get__updates",
        {
            "offset": offset,
            "timeout": _LONG_POLL_S,
            "allowed_updates": ALLOWED_UPDATES,
        },
        read_timeout=_LONG_POLL_S + _ANSWER_S,
    )
    return updates


async def _hand_out(updates: list[JsonUpdate], bot: Bot, turns: Turns) -> None:
    for raw in updates:
        try:
            update = Update.de_json(raw, bot)
        except (KeyError, TypeError, ValueError):
            # It stays in the inbox, for a version that understands it.
            logger.exception("Update %d cannot be understood", raw["update_id"])
        else:
            await turns.add(update)
