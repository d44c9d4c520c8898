"""Which channel a group discusses: what Telegram says of it, remembered for some minutes."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from telegram import Bot, Chat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.remembered import Remembered

if TYPE_CHECKING:
    from bot.rights import Members  # which counts the linked channel to what a group searches

logger = logging.getLogger(__name__)

_REMEMBERED_S = 300
_PATIENCE_S = 1.5
_AT_MOST = 10_000


class LinkedChannels:
    """The channels of discussion groups. For one bot, in one event loop.

    Args:
        remembered_s: How long an answer of Telegram is believed. It tells of no change by itself.
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
        self._channels: Remembered[int, int | None] = Remembered(
            at_most=_AT_MOST, remembered_s=remembered_s, clock=clock
        )

    def forget(self, chat_id: int) -> None:
        """Ask Telegram again about a group: when the bot comes or goes, or the group has moved.

        Where the bot is not, Telegram refuses to tell, which is remembered as well.
        """
        self._channels.forget(lambda group: group == chat_id)

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
                channel = await self._channels.get(chat_id, partial(_fetch, bot, chat_id))
                if channel is not None and await members.is_admin(bot, channel, bot.id):
                    return channel
        except (TimeoutError, TelegramError) as error:
            logger.warning("Telegram does not tell which channel a group discusses: %r", error)
        return None


async def _fetch(bot: Bot, chat_id: int) -> int | None:
    try:
        chat = await bot.get_chat(chat_id)
    except (BadRequest, Forbidden):
        return None
    # A channel tells of its group in the same way.
    return chat.linked_chat_id if chat.type == Chat.SUPERGROUP else None
