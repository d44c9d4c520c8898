"""Word pieces to their first vectors, before any training."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.datatypes import Vectors

# Letters in a row by which two pieces are alike.
_LENGTHS = (3, 4, 5)

# What a piece has for itself, against all that it shares with others.
_OWN = 0.5

# How far the variances of the kept directions are made equal: 0 not at all, 1 wholly.
_WHITENED = 0.3


def rarity(kinds: Sequence[Sequence[NDArray[np.int64]]], size: int) -> Vectors:
    """Weigh each piece by how few texts hold it (inverse document frequency).

    Every kind of text counts the same, however much of it there is: a piece is common where it is
    common in laws, or in questions, and not only where it is common in all data together.

    Args:
        kinds: The pieces of each text, for each kind of text.
        size: Number of pieces.

    Returns:
        Weights with mean 1, shape (size,), float32.
    """
    share = np.zeros(size)
    for texts in kinds:
        held = np.concatenate([np.unique(pieces) for pieces in texts])
        share += np.bincount(held, minlength=size) / len(texts) / len(kinds)
    weights = -np.log(share + 1e-5).clip(max=-0.05)
    return np.asarray(weights / weights.mean(), dtype=np.float32)


def first_vectors(pieces: Sequence[str], *, dim: int, seed: int) -> Vectors:
    """Give pieces random directions that are near where they share letters.

    Each run of letters has a random direction, and a piece is the sum of its runs', the rare ones
    heavier: so an inflected form starts near its stem, and pieces of no likeness at right angles.

    Args:
        pieces: By number; ``##`` before those inside a word.
        dim: Length of a vector.
        seed: Of the random directions.

    Returns:
        Unit vectors, shape (len(pieces), dim), float32.
    """
    runs = [_runs(piece) for piece in pieces]
    numbers: dict[str, int] = {}
    flat = np.array([numbers.setdefault(run, len(numbers)) for of in runs for run in of])
    holders = np.bincount(flat)
    lengths = np.array([len(of) for of in runs])
    weights = np.log(len(pieces) / (holders[flat] + 0.5)).clip(min=0.1)
    # A run of one piece only says no more than the piece itself.
    weights[holders[flat] < 2] = 0.0
    generator = np.random.default_rng(seed)
    directions = generator.standard_normal((len(numbers), dim), dtype=np.float32)
    own = generator.standard_normal((len(pieces), dim), dtype=np.float32)
    shared = torch.nn.functional.embedding_bag(
        torch.from_numpy(flat),
        torch.from_numpy(directions),
        torch.from_numpy(np.cumsum(lengths) - lengths),
        mode="sum",
        per_sample_weights=torch.from_numpy(weights.astype(np.float32)),
    ).numpy()
    # Random directions add up like the sides of a right angle: n of them are sqrt(n) long.
    sharing = np.add.reduceat(np.append(weights > 0, 0), np.cumsum(lengths) - lengths)
    sharing = np.where(lengths > 0, sharing, 0).clip(min=1)
    owned = _OWN * np.log(len(pieces)) * np.sqrt(sharing)
    vectors = shared + owned[:, None].astype(np.float32) * own
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def compress(
    vectors: Vectors, kinds: Sequence[Sequence[NDArray[np.int64]]], *, dim: int
) -> Vectors:
    """Keep the directions in which texts differ most (principal components, partly whitened).

    Args:
        vectors: Of the pieces, shape (pieces, more than dim).
        kinds: The pieces of each text, for each kind of text; every kind counts the same.
        dim: Directions kept.

    Returns:
        Vectors of mean length 1, shape (pieces, dim), the greatest direction first, float32.
    """
    covariance = np.zeros((vectors.shape[1], vectors.shape[1]))
    for texts in kinds:
        means = np.stack([vectors[pieces].mean(axis=0) for pieces in texts if len(pieces)])
        means /= np.linalg.norm(means, axis=1, keepdims=True).clip(min=1e-9)
        covariance += means.T @ means / len(means) / len(kinds)
    variances, directions = np.linalg.eigh(covariance)
    greatest = slice(-1, -1 - dim, -1)
    kept = directions[:, greatest] * variances[greatest] ** (-_WHITENED / 2)
    smaller = vectors @ kept
    return np.asarray(smaller / np.linalg.norm(smaller, axis=1).mean(), dtype=np.float32)


def _runs(piece: str) -> list[str]:
    letters = piece.removeprefix("##") if piece.startswith("##") else f"_{piece}"
    return [
        letters[start : start + length]
        for length in _LENGTHS
        for start in range(len(letters) - length + 1)
    ]
