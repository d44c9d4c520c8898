import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Ranking
from embeddings.findings import adapt, measure_trust
from embeddings.fusion import ENOUGH_WORDS, WITHOUT_WORDS, fuse, normalize, trust_meaning


def test_bm25_is_told_as_a_share_of_the_greatest_possible() -> None:
    ranking = [(1, 6.0), (2, 3.0)]
    assert normalize(ranking, least=0.0, greatest=12.0) == [(1, 0.5), (2, 0.25)]


def test_a_best_score_far_from_the_greatest_stays_far_from_one() -> None:
    assert normalize([(1, 1.0)], least=0.0, greatest=8.0) == [(1, 0.125)]


def test_cosines_count_from_their_background() -> None:
    ranking = normalize([(7, 0.875), (3, 0.75)], least=0.75, greatest=1.0)
    assert ranking == [(7, 0.5), (3, 0.0)]


def test_scores_beyond_the_ends_are_cut_to_them() -> None:
    ranking = normalize([(1, 1.25), (2, 0.25), (3, -1.0)], least=0.5, greatest=1.0)
    assert ranking == [(1, 1.0), (2, 0.0), (3, 0.0)]


@pytest.mark.parametrize("greatest", [2.0, 1.5])
def test_where_nothing_can_be_told_apart_all_scores_are_zero(greatest: float) -> None:
    assert normalize([(1, 3.0), (2, 1.0)], least=2.0, greatest=greatest) == [(1, 0.0), (2, 0.0)]


def test_scores_are_weighed_and_added_up() -> None:
    rankings: dict[str, Ranking] = {
        "words": [(1, 1.0), (2, 0.5)],
        "meaning": [(2, 0.75), (3, 0.25)],
    }
    fused = fuse(rankings, {"words": 1.0, "meaning": 2.0})
    assert fused == [(2, 0.5 + 1.5), (1, 1.0), (3, 0.5)]


def test_equal_scores_go_to_the_lower_id() -> None:
    assert fuse({"words": [(7, 0.5), (3, 0.5)]}, {"words": 1.0}) == [(3, 0.5), (7, 0.5)]


@pytest.mark.parametrize("weights", [{"words": 1.0}, {"words": 1.0, "other": 0.0}])
def test_a_ranking_without_weight_adds_nothing_but_its_passages(weights: dict[str, float]) -> None:
    assert fuse({"words": [(1, 0.5)], "other": [(2, 1.0)]}, weights) == [(1, 0.5), (2, 0.0)]


def test_nothing_found_is_nothing_fused() -> None:
    assert normalize([], least=0.0, greatest=1.0) == []
    assert fuse({"words": [], "meaning": []}, {"words": 1.0, "meaning": 1.0}) == []


SCORES = st.floats(-100, 100, allow_subnormal=False)


@given(st.lists(st.tuples(st.integers(0, 20), SCORES)), SCORES, SCORES)
def test_a_normalized_score_is_a_share_and_none_overtakes_another(
    ranking: Ranking, least: float, greatest: float
) -> None:
    ranking = sorted(ranking, key=lambda hit: -hit[1])
    shares = normalize(ranking, least=least, greatest=greatest)
    assert [id_ for id_, _ in shares] == [id_ for id_, _ in ranking]
    assert all(0 <= share <= 1 for _, share in shares)
    assert [share for _, share in shares] == sorted((s for _, s in shares), reverse=True)


RANKINGS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.integers(0, 20), st.floats(0, 1)).map(lambda found: list(found.items())),
)
WEIGHTS = st.fixed_dictionaries(dict.fromkeys("abc", st.floats(0, 10)))


@given(RANKINGS, WEIGHTS)
def test_every_passage_comes_once_in_order_between_zero_and_the_sum_of_weights(
    rankings: dict[str, Ranking], weights: dict[str, float]
) -> None:
    fused = fuse(rankings, weights)
    assert {id_ for id_, _ in fused} == {id_ for found in rankings.values() for id_, _ in found}
    assert len(fused) == len(dict(fused))
    assert fused == sorted(fused, key=lambda hit: (-hit[1], hit[0]))
    assert all(0 <= score <= sum(weights.values()) + 1e-9 for _, score in fused)


@given(RANKINGS, WEIGHTS)
def test_a_ranking_of_twice_the_weight_counts_as_two(
    rankings: dict[str, Ranking], weights: dict[str, float]
) -> None:
    doubled = fuse(rankings, {**weights, "a": 2 * weights["a"]})
    twice = fuse(rankings | {"again": rankings.get("a", [])}, weights | {"again": weights["a"]})
    assert dict(doubled) == pytest.approx(dict(twice))


def test_meaning_counts_more_the_less_is_found_by_words() -> None:
    assert trust_meaning(1.0) == trust_meaning(ENOUGH_WORDS) == 1.0
    assert trust_meaning(0.2) == pytest.approx(1 + 50 * 0.1)
    assert trust_meaning(ENOUGH_WORDS - 0.1) == pytest.approx(1 + 0.1 * WITHOUT_WORDS)
    assert trust_meaning(0.0) == 1 + ENOUGH_WORDS * WITHOUT_WORDS


@given(st.floats(0, 1), st.floats(0, 1))
def test_meaning_never_counts_less_for_finding_less_by_words(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert trust_meaning(less) >= trust_meaning(more) >= 1


def test_the_best_passage_tells_how_much_is_found_by_words() -> None:
    little: Ranking = [(1, 0.1), (2, 0.2)]
    assert measure_trust({"grams": little}) == pytest.approx(1 + 0.1 * WITHOUT_WORDS)
    assert measure_trust({"grams": [*little, (3, 0.9)]}) == 1.0
    assert measure_trust({"grams": []}) == 1 + ENOUGH_WORDS * WITHOUT_WORDS
    assert measure_trust({"dense": [(1, 0.1)]}) == 1.0  # nothing to compare it with


def test_trust_raises_the_weight_of_meaning_alone() -> None:
    weights = {"grams": 1.0, "dense": 0.5}
    assert adapt(weights, 3.0) == {"grams": 1.0, "dense": 1.5}
    assert weights == {"grams": 1.0, "dense": 0.5}
    assert adapt({"grams": 1.0, "dense": 0.0}, 16.0)["dense"] == 0.0
    assert adapt({"grams": 1.0}, 16.0) == {"grams": 1.0}
