"""Who may read what: the collections of a chat and of a person, and who is an admin.

A collection of a chat is named after it. Membership is what Telegram says of it, remembered for
some minutes.
"""

import asyncio
import re
import time
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from cachetools import TTLCache
from telegram import Bot, ChatMember, ChatMemberRestricted
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
# Who is asked about longest ago is forgotten first; each takes some hundred bytes.
_REMEMBERED = 100_000


def collection_of(chat_id: int) -> str:
    """Name the collection of a chat."""
    return f"{_PREFIX}{chat_id}"


def chat_of(collection: str) -> int | None:
    """Tell the chat of a collection; None where it belongs to none."""
    match = re.fullmatch(rf"{_PREFIX}(-?[1-9][0-9]*)", collection)
    return int(match[1]) if match else None


def readable_in(chat_id: int) -> list[str]:
    """List the collections that are searched in a chat, which all that are in it may read."""
    return [collection_of(chat_id), SHARED]


class Members:
    """Who is in which chat, and what they are there. For one bot, in one event loop.

    Only what Telegram answered is believed, and only for some minutes: where it cannot be asked,
    nobody has a right.

    Args:
        remembered_s: How long an answer of Telegram is believed.
        patience_s: How long readable_by waits for answers.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        remembered_s: float = REMEMBERED_S,
        patience_s: float = _PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience_s = patience_s
        self._known: TTLCache[tuple[int, int], str] = TTLCache(_REMEMBERED, remembered_s, clock)
        self._asking: dict[tuple[int, int], asyncio.Task[str]] = {}

    def forget(self, chat_id: int, user_id: int | None = None) -> None:
        """Ask Telegram again, after a change: of one person, or of all in a chat.

        To be called whenever the bot itself leaves or enters a chat (my_chat_member): when it is
        out, Telegram tells it of nobody there, so that nobody reads the chat's collection
        elsewhere; what was remembered would hold for some minutes more.
        """
        kept: tuple[MutableMapping[tuple[int, int], Any], ...] = (self._known, self._asking)
        for answers in kept:
            for key in [key for key in answers if key[0] == chat_id]:
                if user_id in (None, key[1]):
                    answers.pop(key, None)

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
            await asyncio.wait(asked, timeout=self._patience_s)
        return [
            name
            for name, chat in chats.items()
            if name == SHARED
            or chat == user_id
            or (chat is not None and self._known.get((chat, user_id)) in _MEMBERS)
        ]

    async def _status(self, bot: Bot, chat_id: int, user_id: int) -> str:
        if known := self._known.get((chat_id, user_id)):
            return known
        # Shielded: another one may wait for the same answer.
        return await asyncio.shield(self._ask(bot, chat_id, user_id))

    def _ask(self, bot: Bot, chat_id: int, user_id: int) -> "asyncio.Task[str]":
        key = (chat_id, user_id)
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._fetch(bot, *key))
            self._asking[key].add_done_callback(lambda task: self._answered(key, task))
        return self._asking[key]

    def _answered(self, key: tuple[int, int], task: "asyncio.Task[str]") -> None:
        failed = task.cancelled() or task.exception() is not None
        # Otherwise it was asked before a change, and may tell of what was.
        if self._asking.get(key) is task:
            del self._asking[key]
            if not failed:
                self._known[key] = task.result()

    async def _fetch(self, bot: Bot, chat_id: int, user_id: int) -> str:
        try:
            member = await bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden):
            # No such chat, the bot is not in it, or Telegram does not know the person there.
            return ChatMember.LEFT
        # A restricted person may be in the chat or not.
        if isinstance(member, ChatMemberRestricted) and member.is_member:
            return ChatMember.MEMBER
        return str(member.status)
