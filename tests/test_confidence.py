import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.confidence import PLENTY, THRESHOLD, Calibration, Signals, advantage, estimate
from embeddings.weights import DEFAULT

NOTHING = Signals(coverage=0, sentence=0, cosine=0, lead=0, proximity=0, numbers=0, brevity=0)
EVERYTHING = Signals(coverage=1, sentence=1, cosine=1, lead=1, proximity=1, numbers=1, brevity=0)


def test_without_evidence_the_bias_is_the_logit() -> None:
    assert estimate(NOTHING, Calibration(EVERYTHING, bias=0.0)) == 0.5
    assert estimate(NOTHING, Calibration(EVERYTHING, math.log(3))) == pytest.approx(3 / 4)
    assert estimate(NOTHING, Calibration(EVERYTHING, -math.log(3))) == pytest.approx(1 / 4)


def test_each_signal_adds_its_weight_to_the_logit() -> None:
    weights = NOTHING._replace(coverage=math.log(2), brevity=-math.log(8))
    calibration = Calibration(weights, math.log(4))
    # The odds are 4, twice that, and an eighth of it.
    assert estimate(NOTHING, calibration) == pytest.approx(4 / 5)
    assert estimate(NOTHING._replace(coverage=1), calibration) == pytest.approx(8 / 9)
    assert estimate(NOTHING._replace(coverage=1, brevity=1), calibration) == pytest.approx(1 / 2)
    assert estimate(NOTHING._replace(numbers=1), calibration) == pytest.approx(4 / 5)


def test_each_halving_of_few_passages_adds_the_same() -> None:
    assert [advantage(searched) for searched in (None, 50, PLENTY)] == [0, 0, 0]
    assert advantage(5) == pytest.approx(2 * advantage(10))
    assert advantage(1) == advantage(3) > advantage(4)
    even = Calibration(EVERYTHING, bias=0.0)
    odds = math.exp(advantage(10))
    assert estimate(NOTHING, even, searched=10) == pytest.approx(odds / (1 + odds))


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=7, max_size=7), st.floats(-1e6, 1e6), st.floats(0, 2)
)
def test_whatever_was_measured_a_probability_is_one(
    weights: list[float], bias: float, signal: float
) -> None:
    probability = estimate(Signals(*[signal] * 7), Calibration(Signals(*weights), bias))
    assert 0 < probability < 1


def test_by_default_nothing_found_does_not_answer_and_all_of_it_does() -> None:
    assert estimate(NOTHING, DEFAULT.calibration) < THRESHOLD
    assert estimate(EVERYTHING, DEFAULT.calibration) > THRESHOLD


def test_by_default_more_evidence_never_speaks_against_an_answer() -> None:
    *others, brevity = DEFAULT.calibration.weights
    assert all(weight > 0 for weight in others)
    assert brevity < 0
