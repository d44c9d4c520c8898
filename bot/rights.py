"""Who may read and do what: the collections of a chat and of a person, and who decides there.

A collection of a chat is named after it. There are four roles. An *operator* is named in
ALINTI_OPERATORS: see is_operator. An *admin* decides for a chat, as everybody does for their
private one: see is_from_admin and Members.is_admin. A *member* may read what the chat may: see
Members.is_member. A *stranger* is served where the operator has not closed the bot: see
handlers.admission. What a person is in a chat is what Telegram says of it, remembered for some
minutes.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from telegram import Bot, ChatMember, ChatMemberRestricted, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.addressing import author_id, person_of
from bot.chats import KnownChannel
from bot.remembered import Remembered
from bot.settings import Settings
from embeddings.datatypes import SHARED

if TYPE_CHECKING:
    from bot.context import Context  # which imports Members

logger = logging.getLogger(__name__)

REMEMBERED_S = 300
"""How long an answer of Telegram is believed."""

_PREFIX = "chat:"
_ADMINS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})
_MEMBERS = _ADMINS | {ChatMember.MEMBER}
# Of one inline query: the other chats are looked up by the next ones.
_LOOKED_UP_AT_ONCE = 30
_PATIENCE_S = 1.5
_AT_MOST = 100_000  # answers that are remembered; each takes some hundred bytes


def collection_of(chat_id: int) -> str:
    """Name the collection of a chat."""
    return f"{_PREFIX}{chat_id}"


def chat_of(collection: str) -> int | None:
    """Tell the chat of a collection; None where it belongs to none."""
    match = re.fullmatch(rf"{_PREFIX}(-?[1-9][0-9]*)", collection)
    return int(match[1]) if match else None


def is_operator(person_id: int, context: "Context") -> bool:
    """Whether a person runs the bot."""
    return person_id in context.bot_data.settings.operators


async def is_from_admin(message: Message, context: "Context", chat_id: int | None = None) -> bool:
    """Whether the author of a message decides for a chat.

    Args:
        message: Of a person, or of who speaks for a chat.
        context: Knows what people are in chats.
        chat_id: The chat's; None for the one in which the message stands.

    Raises:
        TelegramError: If Telegram cannot be asked.
    """
    chat_id = message.chat_id if chat_id is None else chat_id
    if author_id(message) == chat_id:  # only its admins may speak for a chat
        return True
    person, members = person_of(message), context.bot_data.members
    return person is not None and await members.is_admin(context.bot, chat_id, person.id)


async def searched_in(chat_id: int | None, context: "Context") -> list[str]:
    """List the collections that a question searches: all who see its answer may read them.

    Args:
        chat_id: Where it is asked; a person's number in their private chat; None in a chat that
            the bot is not in.
        context: Holds what chats have joined.

    Returns:
        The chat's own, the one for everybody, those that the chat has joined, and the archives of
        channels: in a private chat of those of which the person is a member, in a group of the one
        that it discusses. Not those of chats that the bot has left.

    Raises:
        StoreError: If the bot's memory cannot be read.
    """
    if chat_id is None:
        return [SHARED]
    joined = context.bot_data.state.joined(chat_id)
    searched = _still_there([collection_of(chat_id), SHARED, *joined], context)
    return list(dict.fromkeys([*searched, *await _archives(chat_id, context)]))


async def searched_by(person_id: int, collections: Sequence[str], context: "Context") -> list[str]:
    """List the collections that a person searches from anywhere: all that they may read.

    Args:
        person_id: The person's.
        collections: All that hold documents, those first that matter most.
        context: Holds what chats have joined, and who is in which.

    Raises:
        StoreError: If the bot's memory cannot be read.
    """
    data = context.bot_data
    everything = list(dict.fromkeys([collection_of(person_id), SHARED, *collections]))
    there = _still_there(everything, context)
    joined_by = data.state.joined_by()
    return await data.members.readable_by(context.bot, person_id, there, joined_by)


def collection_for_adding(chat_id: int, context: "Context") -> str:
    """Tell the collection to which what is sent in a chat is added.

    It is the chat's own; in the private chat of an operator, the one that they have chosen.

    Raises:
        StoreError: If the bot's memory cannot be read.
    """
    chosen = None
    if is_operator(chat_id, context):
        chosen = context.bot_data.state.target_of(chat_id)
    return chosen or collection_of(chat_id)


def most_passages(collection: str, settings: Settings) -> int | None:
    """Tell how much a collection may hold that people fill from the chat; None for any amount.

    The collections of the operators, and those of their private chats, have no limit.
    """
    chat_id = chat_of(collection)
    if chat_id is None or chat_id in settings.operators:
        return None
    return settings.chat_passages or None


async def channels_of(person_id: int, context: "Context") -> list[KnownChannel]:
    """List the channels for which a person decides, as far as Telegram tells.

    Raises:
        StoreError: If the bot's memory cannot be read.
    """
    data = context.bot_data
    channels = {collection_of(channel.id): channel for channel in data.state.channels()}
    found = []
    # Of those of which the person is not even a member, Telegram is asked once for all.
    for name in await data.members.readable_by(context.bot, person_id, list(channels)):
        try:
            if await data.members.is_admin(context.bot, channels[name].id, person_id):
                found.append(channels[name])
        except TelegramError as error:
            logger.warning("Telegram does not tell who decides for a channel: %s", error)
    return found


async def _archives(chat_id: int, context: "Context") -> list[str]:
    """List the archives of channels that are searched in a chat, if Telegram tells in time."""
    data = context.bot_data
    if chat_id > 0:
        channels = [collection_of(channel.id) for channel in data.state.channels()]
        return await data.members.readable_by(context.bot, chat_id, channels)
    channel = await data.linked.of_group(context.bot, chat_id, data.members)
    return [] if channel is None else [collection_of(channel)]


def _owners(collection: str) -> list[int]:
    chat = chat_of(collection)
    return [] if chat is None else [chat]


def _still_there(collections: Sequence[str], context: "Context") -> list[str]:
    """Leave out the collections of chats that the bot has left."""
    left = context.bot_data.state.left() if any(map(chat_of, collections)) else set()
    return [name for name in collections if chat_of(name) not in left]


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
        # By chat and person, what the person is there.
        self._statuses: Remembered[tuple[int, int], str] = Remembered(
            at_most=_AT_MOST, remembered_s=remembered_s, clock=clock
        )

    def forget(self, chat_id: int, user_id: int | None = None) -> None:
        """Ask Telegram again, after a change: of one person, or of all in a chat.

        To be called whenever the bot itself leaves or enters a chat (my_chat_member): when it is
        out, Telegram tells it of nobody there, so that nobody reads the chat's collection
        elsewhere; what was remembered would hold for some minutes more.
        """
        self._statuses.forget(lambda key: key[0] == chat_id and user_id in (None, key[1]))

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

    async def readable_by(
        self,
        bot: Bot,
        user_id: int,
        collections: Sequence[str],
        joined_by: Mapping[str, Sequence[int]] | None = None,
    ) -> list[str]:
        """Choose the collections that a person may read.

        Args:
            bot: Asks Telegram about the chats that are not remembered: at most some at a time, and
                not for long. What is not confirmed by then is not readable yet.
            user_id: The person's.
            collections: All there are, those first that matter most.
            joined_by: The chats that have joined a collection.

        Returns:
            The person's own, those of chats they are in or that these have joined, and the one
            for everybody.
        """
        joined = joined_by or {}
        chats = {name: [*_owners(name), *joined.get(name, ())] for name in collections}
        groups = dict.fromkeys(chat for of_one in chats.values() for chat in of_one if chat < 0)
        unknown = [chat for chat in groups if self._statuses.known((chat, user_id)) is None]
        asked = [
            self._statuses.begin((chat, user_id), partial(_fetch, bot, chat, user_id))
            for chat in unknown[:_LOOKED_UP_AT_ONCE]
        ]
        if asked:
            await asyncio.wait(asked, timeout=self._patience_s)
        return [
            name
            for name, of_one in chats.items()
            if name == SHARED
            or user_id in of_one
            or any(self._statuses.known((chat, user_id)) in _MEMBERS for chat in of_one)
        ]

    async def _status(self, bot: Bot, chat_id: int, user_id: int) -> str:
        key = (chat_id, user_id)
        return await self._statuses.get(key, partial(_fetch, bot, *key))


async def _fetch(bot: Bot, chat_id: int, user_id: int) -> str:
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except (BadRequest, Forbidden):
        # No such chat, the bot is not in it, or Telegram does not know the person there.
        return ChatMember.LEFT
    # A restricted person may be in the chat or not.
    if isinstance(member, ChatMemberRestricted) and member.is_member:
        return ChatMember.MEMBER
    return str(member.status)
