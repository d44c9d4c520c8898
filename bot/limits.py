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
MEMBER = 15
"""Of these, a person's: one alone does not use up what all in the group have."""

# Who wrote longest ago is forgotten first; each takes some hundred bytes.
_REMEMBERED = 100_000


# Of what kind a limit is, then whose.
_Key = tuple[str, int] | tuple[str, int, int]


class Refusal(NamedTuple):
    """Why a message is not answered now.

    Attributes:
        whose: Limit that is reached: "person", in a group as well, or "group"; where several are,
            the one that lasts.
        wait_s: Whole seconds, at least 1, after which a message is answered again.
        is_first: Whether nobody was told of it in the last window.
    """

    whose: str
    wait_s: int
    is_first: bool


class Limits:
    """Counts the messages to the bot, of each person and in each group, in sliding windows.

    For one event loop. What it knows lives in memory, for a window.

    Args:
        person: Messages in WINDOW_S seconds, at least 1.
        group: Messages in WINDOW_S seconds, at least 1.
        member: Messages of a person in a group in WINDOW_S seconds, at least 1.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        person: int = PERSON,
        group: int = GROUP,
        member: int = MEMBER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._limits = {"person": person, "group": group, "member": member}
        # When each of the messages that were taken leaves its window, the first one first.
        self._taken: TTLCache[_Key, deque[float]] = TTLCache(_REMEMBERED, WINDOW_S, clock)
        self._told: TTLCache[_Key, bool] = TTLCache(_REMEMBERED, WINDOW_S, clock)

    def take(self, person: int, group: int | None = None) -> Refusal | None:
        """Count a message, unless a limit is reached; a refused one does not count.

        Args:
            person: Who wrote it.
            group: Where; None in a private chat.

        Returns:
            None if it may be answered.
        """
        keys: list[_Key] = [("person", person)]
        if group is not None:
            keys += [("group", group), ("member", group, person)]
        now_s = self._clock()
        taken = {key: self._taken.get(key, deque()) for key in keys}
        for leaving in taken.values():
            while leaving and leaving[0] <= now_s:
                leaving.popleft()
        if full := [key for key in keys if len(taken[key]) >= self._limits[key[0]]]:
            key = max(full, key=lambda key: taken[key][0])
            is_first = key not in self._told
            if is_first:
                self._told[key] = True
            whose = "group" if key[0] == "group" else "person"
            return Refusal(whose, math.ceil(taken[key][0] - now_s), is_first)
        for key, leaving in taken.items():
            leaving.append(now_s + WINDOW_S)
            self._taken[key] = leaving  # stored anew: remembered until this message leaves
        return None
