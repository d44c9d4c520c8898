import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Vectors
from embeddings.dense import DenseIndex
from embeddings.errors import DimensionMismatch


def vectors(*rows: tuple[float, float]) -> Vectors:
    return np.array(rows, np.float32)


@pytest.fixture
def index() -> DenseIndex:
    index = DenseIndex(2)
    index.add("one", 1, [10, 11], vectors((1, 0), (0.6, 0.8)))
    index.add("one", 2, [12], vectors((0, 1)))
    index.add("two", 3, [13], vectors((1, 0)))
    return index


def rounded(index: DenseIndex, *collections: str, k: int = 10) -> list[tuple[int, float]]:
    found = index.search(vectors((1, 0)), collections, k)
    return [(id_, round(score, 3)) for id_, score in found]


def test_the_nearest_come_first_with_their_cosine(index: DenseIndex) -> None:
    assert rounded(index, "one") == [(10, 1.0), (11, 0.6), (12, 0.0)]
    assert rounded(index, "one", k=2) == [(10, 1.0), (11, 0.6)]


def test_only_the_named_collections_are_searched_and_ties_go_to_the_lower_id(
    index: DenseIndex,
) -> None:
    assert rounded(index, "two") == [(13, 1.0)]
    assert rounded(index, "two", "one", "one") == [(10, 1.0), (13, 1.0), (11, 0.6), (12, 0.0)]
    assert rounded(index, "unknown") == []
    assert rounded(index) == []


def test_a_removed_document_is_not_found_again(index: DenseIndex) -> None:
    index.remove(1)
    index.remove(99)
    assert rounded(index, "one") == [(12, 0.0)]
    assert len(index) == 2
    index.remove(2)
    assert rounded(index, "one") == []


def test_a_document_added_again_takes_its_own_place(index: DenseIndex) -> None:
    index.add("one", 1, [10], vectors((0, 1)))
    assert rounded(index, "one") == [(10, 0.0), (12, 0.0)]


def test_vectors_of_another_encoder_are_refused(index: DenseIndex) -> None:
    with pytest.raises(DimensionMismatch, match="length 3 in an index of 2"):
        index.add("one", 4, [14], np.ones((1, 3), np.float32))
    with pytest.raises(DimensionMismatch, match="encoded by another model"):
        index.search(np.ones((1, 3), np.float32), ["one"], 1)
    with pytest.raises(DimensionMismatch, match="encoded by another model"):
        index.background(np.ones((1, 3), np.float32), ["one"])


def test_the_background_is_the_cosine_of_the_mean_passage(index: DenseIndex) -> None:
    # One: (1, 0), (.6, .8), (0, 1); ten vectors of no direction are counted with them.
    right, up = vectors((1, 0)), vectors((0, 1))
    assert index.background(right, ["one"]) == pytest.approx(1.6 / 13, abs=1e-4)
    assert index.background(up, ["one"]) == pytest.approx(1.8 / 13, abs=1e-4)
    assert index.background(right, ["two"]) == pytest.approx(1 / 11)
    assert index.background(right, ["two", "one", "two"]) == pytest.approx(2.6 / 14, abs=1e-4)


def test_there_is_no_background_where_there_are_no_passages(index: DenseIndex) -> None:
    assert index.background(vectors((1, 0)), []) == 0
    assert index.background(vectors((1, 0)), ["unknown"]) == 0
    index.remove(3)
    assert index.background(vectors((1, 0)), ["two"]) == 0


def test_of_many_like_passages_the_background_is_nearly_their_cosine() -> None:
    index = DenseIndex(2)
    index.add("one", 1, range(990), np.tile(vectors((0.8, 0.6)), (990, 1)))
    assert index.background(vectors((1, 0)), ["one"]) == pytest.approx(0.8 * 0.99, abs=1e-3)


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)))),
        max_size=20,
    )
)
def test_what_is_replaced_or_removed_leaves_nothing_in_the_background(
    steps: list[tuple[int, list[tuple[float, float]]]],
) -> None:
    index = DenseIndex(2)
    for document_id, rows in steps:
        ids = [100 * document_id + number for number in range(len(rows))]
        index.add("one", document_id, ids, np.array(rows, np.float32).reshape(-1, 2))
    last = DenseIndex(2)
    for document_id, rows in dict(steps).items():
        ids = [100 * document_id + number for number in range(len(rows))]
        last.add("one", document_id, ids, np.array(rows, np.float32).reshape(-1, 2))
    query = vectors((0.6, 0.8))
    assert index.background(query, ["one"]) == last.background(query, ["one"])
    for document_id in range(1, 6):
        index.remove(document_id)
    assert index.background(query, ["one"]) == 0


def test_many_documents_are_removed_at_once_and_an_emptied_collection_fills_again() -> None:
    index = DenseIndex(2)
    for number in range(1, 5):
        index.add("a", number, [number], np.eye(2, dtype=np.float32)[[number % 2]])
    index.remove(1, 3, 99)
    assert index.search(np.array([[1, 0]], np.float32), ["a"], 9) == [(2, 1.0), (4, 1.0)]
    index.remove(2, 4)
    assert len(index) == 0
    assert index.background(np.array([[1, 0]], np.float32), ["a"]) == 0
    index.add("a", 5, [5], np.array([[1, 0]], np.float32))
    assert index.search(np.array([[1, 0]], np.float32), ["a"], 9) == [(5, 1.0)]
