"""How often a person and a group may ask: who asks more often is told when to come back."""

import math
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from cachetools import TTLCache

WINDOW_S = 60.0
PERSON = 30
"""Messages of a person in a window; nobody reads more answers."""
GROUP = 18
"""Messages to the bot in a window of a group: Telegram lets a bot say 20 things in it."""


class Refusal(NamedTuple):
    """Why a message is not answered now.

    Attributes:
        whose: Limit that is reached: "person" or "group".
        wait_s: Whole seconds until the next message is answered.
        is_first: Whether nobody has been told of it yet, in this window.
    """

    whose: str
    wait_s: int
    is_first: bool


class Limits:
    """Counts the messages to the bot, of each person and in each group, in sliding windows.

    Args:
        person: Messages in WINDOW_S seconds.
        group: Messages in WINDOW_S seconds.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        person: int = PERSON,
        group: int = GROUP,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._limits = {"person": person, "group": group}
        self._taken: TTLCache[tuple[str, int], deque[float]] = TTLCache(100_000, WINDOW_S, clock)
        self._told: TTLCache[tuple[str, int], bool] = TTLCache(100_000, WINDOW_S, clock)

    def take(self, person: int, group: int | None = None) -> Refusal | None:
        """Count a message, unless a limit is reached.

        Args:
            person: Who wrote it.
            group: Where; None in a private chat.

        Returns:
            None if it may be answered.
        """
        keys = [("person", person)] + ([("group", group)] if group is not None else [])
        now_s = self._clock()
        for key in keys:
            taken = self._taken.get(key, deque())
            while taken and taken[0] <= now_s - WINDOW_S:
                taken.popleft()
            if len(taken) >= self._limits[key[0]]:
                is_first = key not in self._told
                if is_first:
                    self._told[key] = True
                return Refusal(key[0], math.ceil(taken[0] + WINDOW_S - now_s), is_first)
        for key in keys:
            taken = self._taken.get(key, deque())
            taken.append(now_s)
            self._taken[key] = taken  # stored anew: remembered for a window from now on
        return None
