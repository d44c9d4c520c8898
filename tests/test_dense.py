import numpy as np
import pytest

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
