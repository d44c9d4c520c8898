"""How fast the bot writes: Telegram's limits, kept without losing a message or its place."""

import asyncio
import logging
import re
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from cachetools import LRUCache
from telegram.error import BadRequest, ChatMigrated, InvalidToken, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.connection import PASSING, PerhapsDone, growing_pauses, wait_out
from bot.outgoing import Withdrawn

logger = logging.getLogger(__name__)

# What Telegram counts as a message.
_RATED = re.compile(r"send(?!ChatAction|.*Draft)|copyMessage|forwardMessage|editMessage")
IN_GROUP = 20
"""Messages in a group or channel within a minute, edits included; these are at most half of it."""
_MAX_DOUBTFUL_SENDINGS = 6
# What Telegram says to the second of two equal edits.
_ALREADY_EDITED = "message is not modified"


class PatientLimiter(BaseRateLimiter[int]):
    """Keeps to Telegram's limits, waits as long as Telegram asks, and gives up no message.

    The library's own AIORateLimiter is not enough. Its bucket leaks while it fills, so a group
    gets 40 messages in its first minute; it knows no limit for a single chat; and when Telegram
    asks one chat to wait, it makes all wait.

    What is sent, copied, forwarded or edited in a chat goes one after another, in the order in
    which it was asked for. But edits, in their order, give way to messages, and leave them half
    of what a group may get: who turns a page can wait better than who has asked. A limit counts
    from the moment when a request has ended: Telegram counts its arrival, which nobody else
    knows, and which was before. What Telegram refuses or what gets lost is tried again before the
    chat goes on, so order is kept. A group that has become a supergroup is followed there.

    A message is sent again, too, where a connection broke or no answer came: each question is to
    have its answer. It may then stand twice, since Telegram offers no way to know: that is logged
    and counted.

    Args:
        pause_s: Between two messages in one chat, or two edits of one inline message.
        in_group: Messages in a group or channel within group_window_s.
        group_window_s: Seconds.
        overall: Messages within overall_window_s.
        overall_window_s: Seconds.
        first_pause_s: After the first sending that got lost; it grows.
        before_sending: Called by who sends a message, before it waits for its turn.

    Attributes:
        possible_doubles: How many messages were sent once more though they may have been there.
    """

    def __init__(
        self,
        *,
        pause_s: float = 1,
        in_group: int = IN_GROUP,
        group_window_s: float = 60,
        overall: int = 30,
        overall_window_s: float = 1,
        first_pause_s: float = 0.2,
        before_sending: Callable[[], None] = lambda: None,
    ) -> None:
        self._before_sending = before_sending
        self._pause_s, self._in_group, self._group_window_s = pause_s, in_group, group_window_s
        self._first_pause_s = first_pause_s
        self._overall = _Window(overall, overall_window_s)
        # Those used last stand last.
        self._chats: OrderedDict[int | str, _Chat] = OrderedDict()
        self._moved: LRUCache[int | str, int] = LRUCache(10_000)
        self.possible_doubles = 0

    async def initialize(self) -> None:
        """Nothing is to be done."""

    async def shutdown(self) -> None:
        """Nothing is to be done."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Send a request as soon as the limits allow.

        Args:
            callback: Sends it.
            args: Of the callback: the endpoint and, once more, data.
            kwargs: Of the callback.
            endpoint: Method of the Bot API.
            data: Its parameters; the chat is replaced if the group has moved.
            rate_limit_args: Of no use here.

        Raises:
            PerhapsDone: If no answer came to the last of _MAX_DOUBTFUL_SENDINGS.
            Withdrawn: If it quotes what is removed when its turn comes; it counts for no limit.
            TelegramError: If Telegram refuses it.
        """
        send = partial(callback, *args, **kwargs)
        is_rated = _RATED.match(endpoint)
        gives_way = endpoint.startswith("edit")
        if is_rated:
            self._before_sending()
        while True:
            self._follow(data)
            place = _place_of(data)
            try:
                if not is_rated:
                    return await self._send_freely(send, endpoint)
                async with self._turn(place, gives_way=gives_way) as chat:
                    if not self._has_moved(place):  # while others had their turn
                        return await self._send(send, endpoint, chat)
            except ChatMigrated as error:
                self._moved[place] = error.new_chat_id
            except InvalidToken:
                if not is_rated:
                    raise
                # The process ends when it next asks for updates, and the next one sends this.
                await asyncio.Event().wait()

    def _has_moved(self, place: int | str) -> bool:
        return place in self._moved

    def _follow(self, data: dict[str, Any]) -> None:
        while (place := _place_of(data)) in self._moved:
            if "message_id" in data:
                raise BadRequest("Message to edit not found: its group has become a supergroup")
            data["chat_id"] = self._moved[place]
            # Topics do not move along, nor messages: another one has the number there.
            data.pop("message_thread_id", None)
            data.pop("reply_parameters", None)

    async def _send_freely(self, send: Callable[[], Awaitable[Any]], endpoint: str) -> Any:
        while True:
            try:
                return await send()
            except RetryAfter as error:
                if PASSING.match(endpoint):
                    raise
                await wait_out(error)

    async def _send(self, send: Callable[[], Awaitable[Any]], endpoint: str, chat: "_Chat") -> Any:
        pauses_s = growing_pauses(self._first_pause_s)
        doubtful_sendings = 0
        while True:
            await chat.wait()
            try:
                async with self._overall:
                    counts = True
                    try:
                        return await send()
                    except Withdrawn:
                        counts = False
                        raise
                    finally:
                        if counts:
                            chat.note()
            except RetryAfter as error:
                await wait_out(error)
            except PerhapsDone as error:
                doubtful_sendings += 1
                if doubtful_sendings == _MAX_DOUBTFUL_SENDINGS:
                    raise
                self._warn(endpoint, error)
                await asyncio.sleep(next(pauses_s))
            except BadRequest as error:
                if not (doubtful_sendings and _ALREADY_EDITED in str(error).lower()):
                    raise
                return True

    def _warn(self, endpoint: str, error: PerhapsDone) -> None:
        if endpoint.startswith("edit"):
            logger.warning("No answer to %s (%s): done again", endpoint, error)
            return
        self.possible_doubles += 1
        logger.warning(
            "No answer to %s (%s): sent again, it may stand there twice (%d so far)",
            endpoint,
            error,
            self.possible_doubles,
        )

    @asynccontextmanager
    async def _turn(self, place: int | str, *, gives_way: bool) -> AsyncIterator["_Chat"]:
        """Wait until the requests of a chat that come before are done."""
        chat = self._chats.get(place)
        if chat is None:
            is_group = place < 0 if isinstance(place, int) else place.startswith("@")
            chat = self._chats[place] = (
                _Chat(self._pause_s, self._in_group, self._group_window_s)
                if is_group
                else _Chat(self._pause_s, 1, self._pause_s)
            )
        self._chats.move_to_end(place)
        chat.users += 1
        try:
            async with chat.turn(gives_way=gives_way):
                yield chat
        finally:
            chat.users -= 1
            self._chats.move_to_end(place)
            # One that waits long does not keep those after it from being forgotten.
            if self._chats[oldest := next(iter(self._chats))].users:
                self._chats.move_to_end(oldest)
            while self._chats and next(iter(self._chats.values())).is_idle:
                self._chats.popitem(last=False)


def _place_of(data: dict[str, Any]) -> int | str:
    """The chat of a request, or the inline message that it edits; "" for neither."""
    if "inline_message_id" in data:
        return f"inline {data['inline_message_id']}"
    chat = data.get("chat_id", "")
    if isinstance(chat, str):
        return int(chat) if re.fullmatch(r"-?\d+", chat, re.ASCII) else chat.lower()
    return int(chat)


class _Chat:
    """When the last messages of a chat were sent, and whose turn it is.

    Args:
        pause_s: Between two messages.
        limit: Messages within window_s.
        window_s: Seconds.
    """

    def __init__(self, pause_s: float, limit: int, window_s: float) -> None:
        self.users = 0
        self._turn = asyncio.Lock()  # first come, first served
        self._giving_way = asyncio.Lock()
        self._messages = 0  # that wait or are being sent
        self._quiet = asyncio.Event()  # set while there are none
        self._quiet.set()
        self._pause_s, self._window_s = pause_s, window_s
        self._ended_s: deque[float] = deque(maxlen=limit)
        self._edited_s: deque[float] = deque(maxlen=max(1, limit // 2))

    @property
    def is_idle(self) -> bool:
        """Whether it may be forgotten."""
        is_over = not self._ended_s or self._ended_s[-1] + self._window_s <= time.monotonic()
        return not self.users and is_over

    @asynccontextmanager
    async def turn(self, *, gives_way: bool) -> AsyncIterator[None]:
        """Wait for those who came before; for all messages, and the limits, if it gives way."""
        if gives_way:
            async with self._giving_way:
                while self._messages or self._free_for_edits_s() > time.monotonic():
                    await self._quiet.wait()
                    await _until(self._free_for_edits_s())
                async with self._turn:
                    try:
                        yield
                    finally:
                        self._edited_s.append(time.monotonic())
            return
        self._messages += 1
        self._quiet.clear()
        try:
            async with self._turn:
                yield
        finally:
            self._messages -= 1
            if not self._messages:
                self._quiet.set()

    async def wait(self) -> None:
        """Wait until the next message may be sent."""
        await _until(self._free_s())

    def note(self) -> None:
        """A message was sent."""
        self._ended_s.append(time.monotonic())

    def _free_s(self) -> float:
        if not self._ended_s:
            return 0
        return max(self._ended_s[-1] + self._pause_s, self._has_room_s(self._ended_s))

    def _free_for_edits_s(self) -> float:
        return max(self._free_s(), self._has_room_s(self._edited_s))

    def _has_room_s(self, ended_s: deque[float]) -> float:
        return ended_s[0] + self._window_s if len(ended_s) == ended_s.maxlen else 0


async def _until(time_s: float) -> None:
    await asyncio.sleep(max(0, time_s - time.monotonic()))


class _Window:
    """Lets so many in within a time, which begins when each has left; first come, first served."""

    def __init__(self, limit: int, window_s: float) -> None:
        self._limit, self._window_s = limit, window_s
        self._inside = 0
        self._ended_s: deque[float] = deque()
        self._turn = asyncio.Lock()
        self._left = asyncio.Event()

    async def __aenter__(self) -> None:
        async with self._turn:
            while not self._has_room():
                if self._ended_s:
                    left_s = self._ended_s[0] + self._window_s - time.monotonic()
                    await asyncio.sleep(max(0, left_s))
                else:
                    self._left.clear()
                    await self._left.wait()
            self._inside += 1

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        self._ended_s.append(time.monotonic())
        self._left.set()

    def _has_room(self) -> bool:
        while self._ended_s and self._ended_s[0] + self._window_s <= time.monotonic():
            self._ended_s.popleft()
        return self._inside + len(self._ended_s) < self._limit
