"""Risk and reliability, on examples small enough to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.risk import (
    Example,
    RiskPoint,
    area_under_risk,
    calibration_error,
    reliability,
    risk_at,
    risk_coverage,
)

FOUR = [Example(0.9, True), Example(0.3, False), Example(0.6, False), Example(0.8, True)]
examples = st.lists(
    st.builds(Example, st.sampled_from([0.0, 0.05, 0.1, 0.35, 0.5, 0.7, 1.0]), st.booleans()),
    min_size=1,
    max_size=30,
)


def test_risk_grows_with_what_is_answered() -> None:
    assert risk_coverage(FOUR) == [
        RiskPoint(0.9, 0.25, 0.0),
        RiskPoint(0.8, 0.5, 0.0),
        RiskPoint(0.6, 0.75, 1 / 3),
        RiskPoint(0.3, 1.0, 0.5),
    ]


def test_no_threshold_parts_equal_confidences() -> None:
    tied = [Example(0.5, True), Example(0.5, False), Example(0.2, True)]
    assert risk_coverage(tied) == [RiskPoint(0.5, 2 / 3, 0.5), RiskPoint(0.2, 1.0, 1 / 3)]


def test_the_threshold_itself_is_answered() -> None:
    assert risk_at(FOUR, 0.6) == RiskPoint(0.6, 0.75, 1 / 3)
    assert risk_at(FOUR, 0.61) == RiskPoint(0.61, 0.5, 0.0)
    assert risk_at(FOUR, 0.95) is None
    assert risk_at([], 0.5) is None


def test_the_area_is_the_mean_risk_over_all_coverages() -> None:
    assert area_under_risk(risk_coverage(FOUR)) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert area_under_risk([]) is None


@given(examples)
def test_the_curve_agrees_with_counting_at_each_of_its_thresholds(sample: list[Example]) -> None:
    points = risk_coverage(sample)
    assert points == [risk_at(sample, point.threshold) for point in points]
    assert points[-1].coverage == 1.0
    assert [p.coverage for p in points] == sorted({p.coverage for p in points})


@given(examples)
def test_a_confidence_that_knows_has_the_least_area(sample: list[Example]) -> None:
    found = area_under_risk(risk_coverage(sample))
    knowing = [Example(2.0 * is_right + c, is_right) for c, is_right in sample]
    mistaken = [Example(c - 2.0 * is_right, is_right) for c, is_right in sample]
    least = area_under_risk(risk_coverage(knowing))
    most = area_under_risk(risk_coverage(mistaken))
    assert found is not None
    assert least is not None
    assert most is not None
    assert 0 <= least <= found + 1e-12
    assert found <= most + 1e-12 <= 1 + 2e-12


def test_bins_hold_what_they_promise_and_what_they_keep() -> None:
    sample = [Example(0.1, False), Example(0.3, True), Example(0.5, True), Example(1.0, False)]
    low, high = reliability(sample, bins=2)
    assert (low.start, low.end, low.size) == (0.0, 0.5, 2)
    assert (low.confidence, low.share_right) == (0.2, 0.5)
    assert (high.start, high.end, high.size) == (0.5, 1.0, 2)
    assert (high.confidence, high.share_right) == (0.75, 0.5)
    assert calibration_error([low, high]) == pytest.approx((0.3 + 0.25) / 2)


def test_empty_bins_are_there_and_count_nothing() -> None:
    curve = reliability([Example(0.25, True)])
    assert [part.size for part in curve] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert curve[0].confidence is curve[0].share_right is None
    assert calibration_error(curve) == 0.75
    assert calibration_error(reliability([])) is None


@given(examples)
def test_every_example_is_in_the_bin_of_its_confidence(sample: list[Example]) -> None:
    curve = reliability(sample)
    assert sum(part.size for part in curve) == len(sample)
    for part in curve:
        inside = [e for e in sample if part.start <= e.confidence < part.end]
        inside += [e for e in sample if part.end == e.confidence == 1.0]
        assert part.size == len(inside)
