"""First vectors of English pieces, moved to where the same is said in Turkish."""

from collections.abc import Sequence

import numpy as np
import torch

from embeddings.datatypes import Vectors
from embeddings.training.bags import Bags, Numbers, join, mean

# A piece is English where so much of its use is, both languages counted alike, and where it is
# used at least so often.
_ENGLISH = 0.9
_FEWEST = 3

# How strongly a piece is held to the vector that it had (ridge).
_HELD = 1.0

_PAIRS_A_BLOCK = 4096


def align(vectors: Vectors, bags: Bags, parallel: Numbers, turkish: Sequence[int]) -> Vectors:
    """Solve for the English pieces whose mean is the mean of the Turkish ones (ridge regression).

    Only pieces that are English move; names and numbers, which both languages write alike, stay.

    Args:
        vectors: Of the pieces, shape (pieces, dim).
        bags: Texts.
        parallel: English and Turkish texts of one meaning, shape (pairs, 2).
        turkish: More texts in Turkish, to tell which pieces are English.

    Returns:
        The vectors, those of English pieces replaced.
    """
    english = _english_pieces(bags, np.unique(parallel[:, 0]).tolist(), turkish)
    columns = np.full(bags.size, -1)
    columns[english] = np.arange(len(english))
    squares = _HELD * np.eye(len(english), dtype=np.float32)
    products = np.zeros((len(english), vectors.shape[1]), dtype=np.float32)
    table = torch.from_numpy(vectors)
    for start in range(0, len(parallel), _PAIRS_A_BLOCK):
        sides = [[bags.of(text) for text in side] for side in parallel[start:][:_PAIRS_A_BLOCK].T]
        means = [mean(table, *join(side)).numpy() for side in sides]
        lengths = np.array([max(1, len(pieces)) for pieces in sides[0]], dtype=np.float32)
        counts = np.zeros((len(lengths), len(english)), dtype=np.float32)
        for row, pieces in enumerate(sides[0]):
            held = columns[pieces]
            np.add.at(counts[row], held[held >= 0], 1.0)
        # Means of more pieces say more: a pair weighs as many as its English text has.
        squares += counts.T @ (counts / lengths[:, None])
        products += counts.T @ (means[1] - means[0])
    aligned = vectors.copy()
    aligned[english] += np.linalg.solve(squares, products)
    return aligned


def _english_pieces(bags: Bags, english: Sequence[int], turkish: Sequence[int]) -> Numbers:
    counts, others = (
        np.bincount(np.concatenate([bags.of(text) for text in texts]), minlength=bags.size)
        for texts in (english, turkish)
    )
    used, elsewhere = counts / counts.sum(), others / others.sum()
    return np.flatnonzero((counts >= _FEWEST) & (used > _ENGLISH * (used + elsewhere)))
