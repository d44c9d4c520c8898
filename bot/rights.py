"""Who may read what: the collections of a chat and of a person, and who is an admin.

A collection of a chat is named after it. Membership is what Telegram says of it, remembered for
some minutes.
"""

import asyncio
import re
import time
from collections.abc import Sequence

from cachetools import TTLCache
from telegram import Bot, ChatMember
from telegram.error import BadRequest, Forbidden

from embeddings.datatypes import SHARED

REMEMBERED_S = 300
"""How long an answer of Telegram is believed."""

_PREFIX = "chat:"
_ADMINS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})
_MEMBERS = _ADMINS | {ChatMember.MEMBER}
# Of one inline query: the other chats are looked up by the next ones.
_LOOKED_UP_AT_ONCE = 30
_PATIENCE_S = 1.5


def collection_of(chat_id: int) -> str:
    """Name the collection of a chat."""
    return f"{_PREFIX}{chat_id}"


def chat_of(collection: str) -> int | None:
    """Tell the chat of a collection; None where it belongs to none."""
    match = re.fullmatch(rf"{_PREFIX}(-?\d+)", collection)
    return int(match[1]) if match else None


def readable_in(chat_id: int) -> list[str]:
    """List the collections that are searched in a chat, which all that are in it may read."""
    return [collection_of(chat_id), SHARED]


class Members:
    """Who is in which chat, and what they are there. For one bot.

    Args:
        remembered_s: How long an answer of Telegram is believed.
    """

    def __init__(self, *, remembered_s: float = REMEMBERED_S) -> None:
        self._known: TTLCache[tuple[int, int], str] = TTLCache(
            100_000, remembered_s, timer=time.monotonic
        )
        self._asking: dict[tuple[int, int], asyncio.Task[str]] = {}

    def forget(self, chat_id: int, user_id: int | None = None) -> None:
        """Ask Telegram again, after a change: of one person, or of all in a chat."""
        for key in list(self._known):
            if key[0] == chat_id and user_id in (None, key[1]):
                self._known.pop(key, None)

    async def is_admin(self, bot: Bot, chat_id: int, user_id: int) -> bool:
        """Whether a person decides for a chat; in a private chat, the person it is with.

        Raises:
            TelegramError: If Telegram cannot be asked.
        """
        if chat_id > 0:
            return chat_id == user_id
        return await self._status(bot, chat_id, user_id) in _ADMINS

    async def is_member(self, bot: Bot, chat_id: int, user_id: int) -> bool:
        """Whether a person may read what is in a chat.

        Raises:
            TelegramError: If Telegram cannot be asked.
        """
        if chat_id > 0:
            return chat_id == user_id
        return await self._status(bot, chat_id, user_id) in _MEMBERS

    async def readable_by(self, bot: Bot, user_id: int, collections: Sequence[str]) -> list[str]:
        """Choose the collections that a person may read.

        Args:
            bot: Asks Telegram about the chats that are not remembered: at most some at a time, and
                not for long. What is not confirmed by then is not readable yet.
            user_id: The person's.
            collections: All there are, those first that matter most.

        Returns:
            The person's own, those of chats they are in, and the shared ones.
        """
        chats = {name: chat_of(name) for name in collections}
        groups = [chat for chat in chats.values() if chat is not None and chat < 0]
        unknown = [chat for chat in groups if (chat, user_id) not in self._known]
        asked = [self._ask(bot, chat, user_id) for chat in unknown[:_LOOKED_UP_AT_ONCE]]
        if asked:
            await asyncio.wait(asked, timeout=_PATIENCE_S)
        return [
            name
            for name, chat in chats.items()
            if name == SHARED
            or chat == user_id
            or (chat is not None and self._known.get((chat, user_id)) in _MEMBERS)
        ]

    async def _status(self, bot: Bot, chat_id: int, user_id: int) -> str:
        key = (chat_id, user_id)
        if key in self._known:
            return self._known[key]
        # Shielded: another one may wait for the same answer.
        return await asyncio.shield(self._ask(bot, *key))

    def _ask(self, bot: Bot, chat_id: int, user_id: int) -> "asyncio.Task[str]":
        key = (chat_id, user_id)
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._fetch(bot, *key))
            self._asking[key].add_done_callback(lambda task: self._answered(key, task))
        return self._asking[key]

    def _answered(self, key: tuple[int, int], task: "asyncio.Task[str]") -> None:
        del self._asking[key]
        if not task.cancelled() and task.exception() is None:
            self._known[key] = task.result()

    async def _fetch(self, bot: Bot, chat_id: int, user_id: int) -> str:
        try:
            member = await bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden):
            # No such chat, the bot is not in it, or Telegram does not know the person there.
            return ChatMember.LEFT
        # A restricted person may be in the chat or not.
        if member.status == ChatMember.RESTRICTED and getattr(member, "is_member", False):
            return ChatMember.MEMBER
        return str(member.status)
