"""Which channel a group discusses: what Telegram says of it, remembered for some minutes."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from cachetools import TTLCache
from telegram import Bot, Chat
from telegram.error import BadRequest, Forbidden, TelegramError

if TYPE_CHECKING:
    from bot.rights import Members  # which counts the linked channel to what a group searches

logger = logging.getLogger(__name__)

_REMEMBERED_S = 300
_PATIENCE_S = 1.5
_REMEMBERED = 10_000


class LinkedChannels:
    """The channels of discussion groups. For one bot, in one event loop.

    Args:
        remembered_s: How long an answer of Telegram is believed.
        patience_s: How long of_group waits for answers.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        remembered_s: float = _REMEMBERED_S,
        patience_s: float = _PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience_s = patience_s
        self._known: TTLCache[int, int | None] = TTLCache(_REMEMBERED, remembered_s, clock)
        self._asking: dict[int, asyncio.Task[int | None]] = {}

    async def of_group(self, bot: Bot, chat_id: int, members: "Members") -> int | None:
        """Tell the channel that a group discusses, where the bot reads that one.

        Args:
            bot: Asks Telegram, but not for long: what is not known by then is not linked yet.
            chat_id: The group's. No other chat discusses a channel.
            members: Knows whether the bot is an admin of the channel.

        Returns:
            The channel's id; None where there is none, or the bot is no admin of it.
        """
        try:
            async with asyncio.timeout(self._patience_s):
                channel = await self._channel(bot, chat_id)
                if channel is not None and await members.is_admin(bot, channel, bot.id):
                    return channel
        except (TimeoutError, TelegramError) as error:
            logger.warning("Telegram does not tell which channel a group discusses: %r", error)
        return None

    async def _channel(self, bot: Bot, chat_id: int) -> int | None:
        if chat_id in self._known:
            return self._known[chat_id]
        if chat_id not in self._asking:
            self._asking[chat_id] = asyncio.create_task(_fetch(bot, chat_id))
            self._asking[chat_id].add_done_callback(lambda task: self._answered(chat_id, task))
        # Shielded: another one may wait for the same answer.
        return await asyncio.shield(self._asking[chat_id])

    def _answered(self, chat_id: int, task: "asyncio.Task[int | None]") -> None:
        del self._asking[chat_id]
        if not task.cancelled() and task.exception() is None:
            self._known[chat_id] = task.result()


async def _fetch(bot: Bot, chat_id: int) -> int | None:
    try:
        chat = await bot.get_chat(chat_id)
    except (BadRequest, Forbidden):
        return None
    # A channel tells of its group in the same way.
    return chat.linked_chat_id if chat.type == Chat.SUPERGROUP else None
