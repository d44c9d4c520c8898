"""Encoders whose vectors can be computed in the head."""

from collections.abc import Sequence

import numpy as np

from embeddings.datatypes import Vectors


class LetterEncoder:
    """Counts the letters of an alphabet and scales the counts to length one."""

    def __init__(self, letters: str = "abc", name: str = "letters") -> None:
        self.letters = letters
        self.name = name
        self.encoded = 0  # passages

    @property
    def dim(self) -> int:
        return len(self.letters)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        counts = np.array([[t.count(c) for c in self.letters] for t in texts], np.float32)
        counts = counts.reshape(len(texts), self.dim)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return (counts / np.where(lengths == 0, 1, lengths)).astype(np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        return self.encode_query(texts)
