"""Nearest vectors: one exact FAISS index in memory for each collection."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.datatypes import Ranking, Vectors
from embeddings.errors import DimensionMismatch

if TYPE_CHECKING:
    import faiss
    from numpy.typing import NDArray

_VECTORS_OF_NO_DIRECTION = 10
"""Zeros that count into the mean vector: of a few passages it would be one of them."""

_READ_AT_ONCE = 4096


class DenseIndex:
    """Passage vectors, searched by inner product; of unit vectors that is the cosine.

    Each collection has an index of its own, so no search can meet another's passages, and its time
    grows with the collection alone. Vectors are kept in 16 bits, half the memory, which moves a
    cosine by less than .001.

    Not safe for use from several threads at once.

    Args:
        dim: Length of the vectors.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._collections: dict[str, faiss.IndexIDMap2] = {}
        self._sums: dict[str, NDArray[np.float64]] = {}
        self._documents: defaultdict[int, list[tuple[str, Sequence[int]]]] = defaultdict(list)

    def __len__(self) -> int:
        return sum(index.ntotal for index in self._collections.values())

    def add(
        self, collection: str, document_id: int, passage_ids: Sequence[int], vectors: Vectors
    ) -> None:
        """Add a document's passages, in place of those it had.

        Args:
            collection: Where they are found from now on.
            document_id: By which they are removed.
            passage_ids: One for each vector.
            vectors: Shape (len(passage_ids), dim).

        Raises:
            DimensionMismatch: If the vectors came from another encoder.
        """
        import faiss

        if vectors.shape[1:] != (self.dim,):
            raise DimensionMismatch(
                f"vectors of length {vectors.shape[-1]} in an index of {self.dim}: "
                "they were made by another model. Start again with the model they came from"
            )
        self.remove(document_id)
        if collection not in self._collections:
            flat = faiss.IndexScalarQuantizer(
                self.dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
            self._collections[collection] = faiss.IndexIDMap2(flat)
            self._sums[collection] = np.zeros(self.dim)
        # Rounded as they are kept. Halves are multiples of 2**-24, so that float64 sums them
        # without an error, and what is removed leaves nothing behind.
        halves = vectors.astype(np.float16)
        self._collections[collection].add_with_ids(
            halves.astype(np.float32), np.asarray(passage_ids, np.int64)
        )
        self._sums[collection] += halves.sum(axis=0, dtype=np.float64)
        self._documents[document_id].append((collection, passage_ids))

    def remove(self, *document_ids: int) -> None:
        """Remove the passages of documents; one that is not there is no error.

        FAISS moves all that stands behind what it removes, so many are removed at once.
        """
        import faiss

        removed: defaultdict[str, list[int]] = defaultdict(list)
        for document_id in document_ids:
            for collection, passage_ids in self._documents.pop(document_id, []):
                if passage_ids:
                    removed[collection] += passage_ids
        for collection, passage_ids in removed.items():
            index = self._collections[collection]
            if len(passage_ids) == index.ntotal:
                del self._collections[collection], self._sums[collection]
                continue
            for start in range(0, len(passage_ids), _READ_AT_ONCE):
                part = np.asarray(passage_ids[start : start + _READ_AT_ONCE], np.int64)
                vectors = index.reconstruct_batch(part)
                self._sums[collection] -= vectors.sum(axis=0, dtype=np.float64)
            index.remove_ids(faiss.IDSelectorBatch(np.asarray(passage_ids, np.int64)))

    def search(self, query: Vectors, collections: Sequence[str], k: int) -> Ranking:
        """Find the passages nearest in meaning to an encoded query.

        Args:
            query: Shape (1, dim).
            collections: Where to look; one that is unknown holds nothing.
            k: Passages wanted; fewer come where there are fewer.

        Returns:
            (passage id, cosine in [-1, 1]) pairs, best first; ties go to the lower id.

        Raises:
            DimensionMismatch: If the query came from another encoder.
        """
        import faiss

        self._check(query)
        found: Ranking = []
        for collection in dict.fromkeys(collections):
            index = self._collections.get(collection)
            if index is None or not index.ntotal:
                continue
            faiss.omp_set_num_threads(1)  # threads wait longer than they search
            # FAISS pads short results with id -1; k is capped so that no caller has to know.
            scores, ids = index.search(query, min(k, index.ntotal))
            found += zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def background(self, query: Vectors, collections: Sequence[str]) -> float:
        """Tell how near the mean passage is: the cosine from which others are to be counted.

        Encoders differ in where their cosines lie: those of e5 between unrelated texts are about
        .7. The mean of a few passages is one of them, so it shrinks to 0 where there are few.

        Args:
            query: Shape (1, dim).
            collections: As for search.

        Returns:
            Inner product of the query and the sum of the vectors, divided by their number + 10; 0
            where there is none.

        Raises:
            DimensionMismatch: If the query came from another encoder.
        """
        self._check(query)
        searched = [name for name in dict.fromkeys(collections) if name in self._collections]
        count = sum(self._collections[name].ntotal for name in searched)
        total = sum(float(query[0] @ self._sums[name]) for name in searched)
        return total / (count + _VECTORS_OF_NO_DIRECTION)

    def _check(self, query: Vectors) -> None:
        if query.shape != (1, self.dim):
            raise DimensionMismatch(
                f"a query of shape {query.shape} for an index of vectors of length {self.dim}: "
                "it was encoded by another model"
            )
