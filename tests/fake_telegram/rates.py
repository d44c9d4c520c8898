"""Telegram's published rate limits, and who passes them.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import re
import time
from collections import defaultdict, deque
from typing import NamedTuple

from .errors import ApiError
from .wire import Json

# Edits count as messages do.
RATED = re.compile(r"send(?!ChatAction|.*Draft)|copyMessage|forwardMessage|editMessage")


class Limit(NamedTuple):
    """So many messages in so many seconds."""

    scope: str
    messages: int
    window_s: float


BOT = Limit("bot", 30, 1)
CHAT = Limit("chat", 1, 1)
GROUP = Limit("group", 20, 60)


class RateMeter:
    """Counts what the bot sends, and keeps the calls that came too early."""

    def __init__(self) -> None:
        self.violations: list[Json] = []
        self._sent: defaultdict[tuple[str, int | str], deque[float]] = defaultdict(deque)

    def count(self, method: str, chat_id: int | str | None, *, enforce: bool) -> None:
        """Count a call.

        Raises:
            ApiError: 429, if limits are enforced and this call passes one.
        """
        if not RATED.match(method) or chat_id is None:
            return
        now = time.monotonic()
        is_group = isinstance(chat_id, str) or chat_id < 0
        for limit in (BOT, CHAT, GROUP) if is_group else (BOT, CHAT):
            sent = self._sent[limit.scope, 0 if limit is BOT else chat_id]
            while sent and sent[0] <= now - limit.window_s:
                sent.popleft()
            sent.append(now)
            if len(sent) > limit.messages:
                self.violations.append(
                    {
                        "limit": f"{limit.messages} per {limit.window_s} s per {limit.scope}",
                        "chat_id": chat_id,
                        "method": method,
                        "count": len(sent),
                    }
                )
                if enforce:
                    wait_s = int(sent[0] + limit.window_s - now) + 1
                    raise ApiError(f"retry after {wait_s}", 429, retry_after=wait_s)
