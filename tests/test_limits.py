"""How often a person and a group may ask, by a clock of our own."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import WINDOW_S, Limits, Refusal

AYSE, CAN = 1, 2
GROUP = -1


class Clock:
    """Seconds that go forward when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    """Two messages of a person, three of a group."""
    return Limits(person=2, group=3, clock=clock)


def test_who_reaches_the_limit_is_told_when_to_come_back(limits: Limits, clock: Clock) -> None:
    assert limits.take(AYSE) is None
    clock.now_s += 10
    assert limits.take(AYSE) is None
    clock.now_s += 5
    assert limits.take(AYSE) == Refusal("person", 45, is_first=True)


def test_the_limit_of_one_person_is_not_that_of_another(limits: Limits) -> None:
    assert [limits.take(AYSE) is None for _ in range(3)] == [True, True, False]
    assert limits.take(CAN) is None


def test_after_the_wait_one_message_is_taken_for_each_that_left_the_window(
    limits: Limits, clock: Clock
) -> None:
    limits.take(AYSE)
    clock.now_s += 10
    limits.take(AYSE)
    clock.now_s += 50  # the first one leaves
    assert limits.take(AYSE) is None
    refusal = limits.take(AYSE)
    assert refusal
    assert refusal.wait_s == 10


def test_a_refused_message_does_not_count(limits: Limits, clock: Clock) -> None:
    for _ in range(50):
        limits.take(AYSE)
        clock.now_s += 1
    clock.now_s += 11  # 61 s after the first, which were taken one second apart
    assert limits.take(AYSE) is None
    assert limits.take(AYSE) is None


def test_a_part_of_a_second_is_waited_as_a_whole_one(limits: Limits, clock: Clock) -> None:
    limits.take(AYSE)
    limits.take(AYSE)
    clock.now_s += 59.75
    assert limits.take(AYSE) == Refusal("person", 1, is_first=True)


def test_one_is_told_once_in_a_window(limits: Limits, clock: Clock) -> None:
    limits.take(AYSE)
    limits.take(AYSE)
    told = [refusal.is_first for _ in range(3) if (refusal := limits.take(AYSE))]
    assert told == [True, False, False]
    clock.now_s += WINDOW_S
    limits.take(AYSE)
    limits.take(AYSE)
    assert limits.take(AYSE) == Refusal("person", 60, is_first=True)


def test_a_group_shares_its_limit_and_has_none_of_other_groups(limits: Limits) -> None:
    assert [limits.take(person, GROUP) for person in (1, 2, 3)] == [None, None, None]
    assert limits.take(4, GROUP) == Refusal("group", 60, is_first=True)
    assert limits.take(5, GROUP) == Refusal("group", 60, is_first=False)
    assert limits.take(4, GROUP - 1) is None


def test_one_person_does_not_use_up_what_a_group_has(clock: Clock) -> None:
    limits = Limits(person=9, group=4, member=2, clock=clock)
    assert [limits.take(AYSE, GROUP) for _ in range(2)] == [None, None]
    clock.now_s += 10
    assert limits.take(AYSE, GROUP) == Refusal("person", 50, is_first=True)
    assert limits.take(AYSE, GROUP) == Refusal("person", 50, is_first=False)
    assert [limits.take(CAN, GROUP) for _ in range(2)] == [None, None]
    assert limits.take(AYSE, GROUP - 1) is None
    assert limits.take(AYSE) is None
    clock.now_s += 50
    assert limits.take(AYSE, GROUP) is None


def test_what_a_group_refuses_does_not_count_for_the_person(limits: Limits) -> None:
    for person in (1, 2, 3, AYSE, AYSE):
        limits.take(person + 10, GROUP)
    assert limits.take(AYSE + 10) is None


def test_of_two_limits_the_one_that_lasts_is_told(limits: Limits, clock: Clock) -> None:
    limits.take(AYSE)
    limits.take(AYSE)
    clock.now_s += 20
    for person in (10, 11, 12):
        limits.take(person, GROUP)
    assert limits.take(AYSE, GROUP) == Refusal("group", 60, is_first=True)
    clock.now_s += 30
    assert limits.take(AYSE) == Refusal("person", 10, is_first=True)


QUARTERS = st.integers(0, 80).map(lambda quarters: quarters / 4)
MESSAGES = st.lists(
    st.tuples(QUARTERS, st.integers(1, 3), st.sampled_from([None, -1, -2])), max_size=60
)


@given(MESSAGES)
def test_no_window_holds_more_than_its_limit_and_a_wait_is_as_long_as_needed(
    messages: list[tuple[float, int, int | None]],
) -> None:
    clock = Clock()
    limits = Limits(person=3, group=4, clock=clock)
    taken: dict[int, list[float]] = defaultdict(list)
    for pause_s, person, group in messages:
        clock.now_s += pause_s
        if refusal := limits.take(person, group):
            assert refusal.wait_s >= 1
            clock.now_s += refusal.wait_s - 1
            assert limits.take(person, group) is not None
            clock.now_s += 1
            assert limits.take(person, group) is None
        for whose in {person, group} - {None}:
            assert whose is not None
            taken[whose].append(clock.now_s)
    for whose, times in taken.items():
        most = 3 if whose > 0 else 4
        apart = zip(times, times[most:], strict=False)
        assert all(later - earlier >= WINDOW_S for earlier, later in apart)
