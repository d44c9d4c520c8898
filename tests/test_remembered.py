"""Answers that are asked for once and remembered, with a clock of our own."""

import asyncio
import gc
from collections.abc import Iterable

import pytest

from bot.remembered import Remembered


class Oracle:
    """Answers what a test says, when it may; counts how often it was asked.

    Args:
        answers: In turn; an error is raised.
    """

    def __init__(self, answers: Iterable[str | Exception | None]) -> None:
        self._answers = list(answers)
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self) -> str | None:
        answer = self._answers[self.asked]
        self.asked += 1
        await self.may_answer.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


def remembered(*, at_most: int = 10) -> tuple[Remembered[str, str | None], list[float]]:
    """What believes an answer for 60 seconds, and its clock."""
    now_s = [0.0]
    return Remembered(at_most=at_most, remembered_s=60, clock=lambda: now_s[0]), now_s


@pytest.mark.parametrize("first", ["yes", None])
async def test_an_answer_is_believed_for_its_time_and_then_asked_for_again(
    first: str | None,
) -> None:
    answers, now_s = remembered()
    oracle = Oracle([first, "no"])
    assert await answers.get("key", oracle) == first
    now_s[0] = 59
    assert await answers.get("key", oracle) == first
    assert (answers.known("key"), oracle.asked) == (first, 1)
    now_s[0] = 60
    assert answers.known("key") is None
    assert await answers.get("key", oracle) == "no"
    assert answers.known("other") is None


async def test_of_too_many_answers_the_one_that_nobody_wanted_for_longest_is_forgotten() -> None:
    answers, _ = remembered(at_most=2)
    for key in ("a", "b", "a", "c"):
        await answers.get(key, Oracle([key]))
    assert [answers.known(key) for key in "abc"] == ["a", None, "c"]


async def test_all_who_wait_share_one_answer() -> None:
    answers, _ = remembered()
    oracle = Oracle(["yes"])
    assert await asyncio.gather(*(answers.get("key", oracle) for _ in range(5))) == ["yes"] * 5
    assert oracle.asked == 1


async def test_a_failure_reaches_all_who_wait_and_is_not_remembered() -> None:
    answers, _ = remembered()
    oracle = Oracle([OSError("gone"), "yes"])
    waiting = (answers.get("key", oracle) for _ in range(2))
    failed = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(error) for error in failed] == ["gone", "gone"]
    assert oracle.asked == 1
    assert answers.known("key") is None
    assert await answers.get("key", oracle) == "yes"


async def test_who_gives_up_waiting_takes_the_answer_from_nobody_else() -> None:
    answers, _ = remembered()
    oracle = Oracle(["yes"])
    oracle.may_answer.clear()
    first, second = (asyncio.create_task(answers.get("key", oracle)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    oracle.may_answer.set()
    assert await second == "yes"
    assert (first.cancelled(), oracle.asked) == (True, 1)


async def test_a_failure_for_which_nobody_waits_any_more_is_passed_over() -> None:
    """Otherwise the loop would report it when the task is collected."""
    answers, _ = remembered()
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: reported.append(what))
    asking = answers.begin("key", Oracle([OSError("gone")]))
    await asyncio.wait([asking])
    del asking
    gc.collect()
    assert not reported


async def test_a_change_makes_it_be_asked_again_and_leaves_the_others() -> None:
    answers, _ = remembered()
    for key in ("a", "b"):
        await answers.get(key, Oracle([f"old {key}"]))
    answers.forget(lambda key: key == "a")
    assert await answers.get("a", Oracle(["new a"])) == "new a"
    assert await answers.get("b", Oracle(["new b"])) == "old b"


async def test_who_waits_during_a_change_is_told_what_is_after_it() -> None:
    answers, _ = remembered()
    before, after = Oracle(["old", "new"]), Oracle(["new"])
    before.may_answer.clear()
    first = asyncio.create_task(answers.get("key", before))
    await asyncio.sleep(0)
    answers.forget(lambda key: key == "key")
    assert await answers.get("key", after) == "new"
    before.may_answer.set()
    assert await first == "new"
    assert answers.known("key") == "new"
    assert (before.asked, after.asked) == (1, 1)


async def test_an_answer_from_before_a_change_is_asked_for_again_where_nobody_did() -> None:
    answers, _ = remembered()
    oracle = Oracle(["old", "new"])
    oracle.may_answer.clear()
    asking = answers.begin("key", oracle)
    await asyncio.sleep(0)
    answers.forget(lambda key: key == "key")
    oracle.may_answer.set()
    assert await asking == "new"
    assert (answers.known("key"), oracle.asked) == ("new", 2)
