import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Ranking
from embeddings.fusion import fuse


def test_each_ranking_is_divided_by_its_greatest_score() -> None:
    rankings: dict[str, Ranking] = {
        "words": [(1, 20.0), (2, 10.0)],
        "meaning": [(2, 0.8), (3, 0.4)],
    }
    fused = fuse(rankings, {"words": 1.0, "meaning": 0.5})
    assert fused == [(1, 1.0), (2, 0.5 + 0.5), (3, 0.25)]


def test_equal_scores_go_to_the_lower_id() -> None:
    assert fuse({"words": [(7, 2.0), (3, 2.0)]}, {"words": 1.0}) == [(3, 1.0), (7, 1.0)]


def test_a_ranking_without_weight_adds_nothing_but_its_passages() -> None:
    assert fuse({"words": [(1, 2.0)], "other": [(2, 9.0)]}, {"words": 1.0}) == [(1, 1.0), (2, 0.0)]


def test_negative_scores_count_as_none() -> None:
    assert fuse({"meaning": [(1, 0.5), (2, -0.5)]}, {"meaning": 1.0}) == [(1, 1.0), (2, 0.0)]
    assert fuse({"meaning": [(1, -0.1)]}, {"meaning": 1.0}) == [(1, 0.0)]


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse({"words": [], "meaning": []}, {"words": 1.0, "meaning": 1.0}) == []


RANKINGS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.integers(0, 20), st.floats(-10, 1e6, width=32, allow_subnormal=False)).map(
        lambda found: list(found.items())
    ),
)
WEIGHTS = st.fixed_dictionaries(dict.fromkeys("abc", st.floats(0, 10)))


@given(RANKINGS, WEIGHTS)
def test_every_passage_comes_once_in_order_between_zero_and_the_sum_of_weights(
    rankings: dict[str, Ranking], weights: dict[str, float]
) -> None:
    fused = fuse(rankings, weights)
    assert {id_ for id_, _ in fused} == {id_ for found in rankings.values() for id_, _ in found}
    assert fused == sorted(fused, key=lambda hit: (-hit[1], hit[0]))
    assert all(0 <= score <= sum(weights.values()) + 1e-9 for _, score in fused)


@given(RANKINGS, WEIGHTS, st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_scale_of_a_ranking_does_not_matter(
    rankings: dict[str, Ranking], weights: dict[str, float], factor: float
) -> None:
    scaled = {
        name: [(id_, score * factor) for id_, score in found] for name, found in rankings.items()
    }
    assert dict(fuse(scaled, weights)) == pytest.approx(dict(fuse(rankings, weights)))
