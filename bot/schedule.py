"""Whose job is next: each chat in its turn, and none before its time."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.connection import growing_pauses
from bot.jobs import Job


class Schedule:
    """Chooses among the jobs that wait. What it knows lives in memory.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns = itertools.count(1)
        self._served: Counter[int] = Counter()  # by chat, when it had its last turn
        self._pauses: dict[int, Iterator[float]] = {}  # by job that was postponed
        self._not_before_s: dict[int, float] = {}

    def choose(self, waiting: Sequence[Job]) -> Job | None:
        """Choose the job whose chat had its turn longest ago; None where none is due.

        Args:
            waiting: The first job of each chat, all of them.
        """
        # Nobody waits for what is done or was forgotten.
        for job_id in self._pauses.keys() - {job.id for job in waiting}:
            del self._pauses[job_id]
            self._not_before_s.pop(job_id, None)
        if not waiting:
            self._served.clear()
        now_s = self._clock()
        due = [job for job in waiting if self._not_before_s.get(job.id, 0.0) <= now_s]
        job = min(due, key=lambda job: (self._served[job.task.chat_id], job.id), default=None)
        if job is not None:
            self._served[job.task.chat_id] = next(self._turns)
            self._not_before_s.pop(job.id, None)
        return job

    def postpone(self, job: Job) -> float:
        """Do not choose a job for some seconds, which are given; for longer each time."""
        pause_s = next(self._pauses.setdefault(job.id, growing_pauses(1)))
        self._not_before_s[job.id] = self._clock() + pause_s
        return pause_s

    def wait_s(self) -> float | None:
        """Tell in how many seconds the first of the postponed jobs is due; None for no such."""
        due_s = min(self._not_before_s.values(), default=None)
        return None if due_s is None else due_s - self._clock()
