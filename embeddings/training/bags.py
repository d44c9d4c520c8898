"""Texts to the numbers of their pieces, tokenized once for every step of the training."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

Numbers = NDArray[np.int64]


class Bags:
    """The pieces of many texts, one behind the other.

    Attributes:
        size: Number of pieces that the tokenizer knows.
        numbers: Text to its number.
    """

    def __init__(self, tokenizer: Tokenizer, texts: Iterable[str]) -> None:
        distinct = list(dict.fromkeys(texts))
        self.size = tokenizer.get_vocab_size()
        self.numbers = {text: number for number, text in enumerate(distinct)}
        encodings = tokenizer.encode_batch_fast(distinct, add_special_tokens=False)
        self._pieces, self._starts = join(
            [np.array(encoding.ids, dtype=np.int64) for encoding in encodings]
        )
        self._ends = np.append(self._starts[1:], len(self._pieces))

    def of(self, text: int) -> Numbers:
        """The pieces of one text, by its number."""
        return self._pieces[self._starts[text] : self._ends[text]]


def join(rows: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """Put the pieces of several texts one behind the other; second, where each text starts."""
    lengths = np.array([len(row) for row in rows])
    return np.concatenate(rows), np.cumsum(lengths) - lengths


def mean(table: torch.Tensor, pieces: Numbers, starts: Numbers) -> torch.Tensor:
    """Average the vectors of each text's pieces, as ``join`` gives them; shape (texts, dim)."""
    return functional.embedding_bag(
        torch.from_numpy(pieces), table, torch.from_numpy(starts), mode="mean"
    )
