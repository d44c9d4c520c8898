"""Whose job is next: each chat in its turn, and none before its time."""

from bot.jobs import Job, Task
from bot.schedule import Schedule


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def job(job_id: int, chat_id: int) -> Job:
    return Job(job_id, job_id, Task(chat_id, job_id, "tr", f"chat:{chat_id}"), None, 0, 0, None)


def test_chats_take_turns_however_many_jobs_one_of_them_has() -> None:
    schedule, jobs = Schedule(), {1: [job(1, 1), job(2, 1), job(3, 1)], 2: [job(4, 2), job(5, 2)]}
    order = []
    while waiting := [of_one[0] for of_one in jobs.values() if of_one]:
        chosen = schedule.choose(waiting)
        assert chosen
        jobs[chosen.task.chat_id].remove(chosen)
        order.append(chosen.id)
    assert order == [1, 4, 2, 5, 3]
    assert schedule.choose([]) is None


def test_a_postponed_job_lets_the_others_by_and_is_due_later_each_time() -> None:
    clock = Clock()
    schedule, first, second = Schedule(clock), job(1, 1), job(2, 2)
    assert schedule.choose([first, second]) == first
    assert schedule.postpone(first) == 1
    assert schedule.wait_s() == 1
    assert schedule.choose([first, second]) == second
    assert schedule.choose([first]) is None
    clock.now_s = 1.0
    assert schedule.choose([first]) == first
    assert schedule.wait_s() is None
    assert schedule.postpone(first) == 2


def test_nobody_waits_for_a_job_that_is_forgotten() -> None:
    schedule, first = Schedule(Clock()), job(1, 1)
    schedule.postpone(first)
    assert schedule.choose([]) is None
    assert schedule.wait_s() is None
    assert schedule.choose([first]) == first
