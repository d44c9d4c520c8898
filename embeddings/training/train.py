"""Pairs and first vectors to trained vectors: the texts of a pair nearer than those of others."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from embeddings.datatypes import Vectors
from embeddings.training.pairs import Pair

logger = logging.getLogger(__name__)

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """What was chosen by trial on the development questions.

    Attributes:
        steps: Batches.
        batch: Pairs a batch; each is told from all others of its batch.
        learning_rate: Adam's, at its highest.
        temperature: By which cosines are divided before the softmax.
        max_pieces: Of a text in training; the rest is not read.
        dropped: Share of an anchor's pieces that are left out, another choice each time.
        cut: Fewest and most pieces of an anchor that is cut from its text.
        kept: Share of the texts that keep what was cut from them.
        trained: Part of the way from the first vectors to the trained ones that is gone in the
            end: all of it fits the training texts best, but texts of other subjects less.
        shares: How often a kind of pair comes, against the others.
    """

    steps: int = 200
    batch: int = 2048
    learning_rate: float = 0.002
    temperature: float = 0.05
    max_pieces: int = 160
    dropped: float = 0.3
    cut: tuple[int, int] = (4, 24)
    kept: float = 0.3
    trained: float = 0.75
    shares: tuple[tuple[str, float], ...] = (
        ("cut", 8.0),
        ("heading", 3.0),
        ("law", 1.5),
        ("english", 1.5),
        ("question", 1.0),
        ("terms", 1.0),
        ("paraphrase", 0.7),
        ("python", 0.2),
    )


class Bags:
    """The pieces of many texts, one behind the other.

    Attributes:
        pieces: Of all texts.
        lengths: Pieces of each text.
        starts: Of each text in ``pieces``.
    """

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        rows = [np.array(encoding.ids, dtype=np.int64) for encoding in encodings]
        self.pieces = np.concatenate(rows)
        self.lengths = np.array([len(row) for row in rows])
        self.starts = np.cumsum(self.lengths) - self.lengths

    def of(self, text: int) -> Numbers:
        """The pieces of one text."""
        return self.pieces[self.starts[text] : self.starts[text] + self.lengths[text]]


def train(
    vectors: Vectors,
    tokenizer: Tokenizer,
    pairs: dict[str, list[Pair]],
    settings: Settings,
    seed: int,
) -> Vectors:
    """Train vectors by contrast within batches of one kind (InfoNCE, in both directions).

    Args:
        vectors: First vectors, shape (pieces, dim).
        tokenizer: Texts to numbers of pieces.
        pairs: Kind to pairs; see ``pairs.read_pairs``.
        settings: See there.
        seed: Of batches and of what is cut and dropped.

    Returns:
        Trained vectors, same shape; the unknown piece (number 0) is zeros.
    """
    generator = np.random.default_rng(seed)
    numbers = {
        text: number
        for number, text in enumerate(
            dict.fromkeys(text for kind in pairs.values() for pair in kind for text in pair[:2])
        )
    }
    bags = Bags(tokenizer, list(numbers))
    batches = {
        kind: _Batches(kind_pairs, numbers, settings.batch, generator)
        for kind, kind_pairs in pairs.items()
    }
    table = torch.nn.Parameter(torch.from_numpy(vectors.copy()))
    optimizer = torch.optim.Adam([table], betas=(0.9, 0.99), fused=True)
    for step, kind in enumerate(_turns(settings)):
        warm, left = min(1.0, (step + 1) / (0.05 * settings.steps)), 1 - step / settings.steps
        optimizer.param_groups[0]["lr"] = settings.learning_rate * warm * left
        chosen = batches[kind].next()
        anchors, positives = _views(bags, chosen, settings, generator)
        loss = _contrast(
            _encode(table, *anchors), _encode(table, *positives), chosen, settings.temperature
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if step % 20 == 0:
            logger.info("step %d of %d, %s: loss %.3f", step, settings.steps, kind, loss.item())
    trained = vectors + settings.trained * (table.detach().numpy() - vectors)
    trained[0] = 0.0
    return trained


class _Batches:
    """Pairs of one kind in endless batches: shuffled, with the pairs of a group side by side."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        numbers: dict[str, int],
        size: int,
        generator: np.random.Generator,
    ) -> None:
        self._pairs = np.array([(numbers[pair.anchor], numbers[pair.positive]) for pair in pairs])
        groups: dict[str, int] = {}
        self._groups = np.array(
            [
                groups.setdefault(pair.group or str(row), len(groups))
                for row, pair in enumerate(pairs)
            ]
        )
        self._size = min(size, len(pairs))
        self._generator = generator
        self._left = self._pairs[:0]

    def next(self) -> Numbers:
        """Draw a batch: numbers of anchors and positives, shape (pairs, 2)."""
        if len(self._left) < self._size:
            shuffled = self._generator.permutation(len(self._pairs))
            places = self._generator.permutation(self._groups.max() + 1)[self._groups[shuffled]]
            order = shuffled[np.argsort(places, kind="stable")]
            self._left = np.concatenate([self._left, self._pairs[order]])
        batch, self._left = self._left[: self._size], self._left[self._size :]
        return batch


def _turns(settings: Settings) -> list[str]:
    """Spread the kinds over the steps, each by its share."""
    kinds = [kind for kind, _ in settings.shares]
    shares = np.array([share for _, share in settings.shares])
    owed = np.zeros(len(kinds))
    turns = []
    for _ in range(settings.steps):
        owed += shares / shares.sum()
        turn = int(owed.argmax())
        owed[turn] -= 1
        turns.append(kinds[turn])
    return turns


Bag = tuple[Numbers, Numbers]
"""Pieces of several texts, one behind the other, and where each text starts."""


def _views(
    bags: Bags, chosen: Numbers, settings: Settings, generator: np.random.Generator
) -> tuple[Bag, Bag]:
    """Take the pieces of a batch's anchors and positives: cut, dropped and limited."""
    anchors, positives = [], []
    for anchor, positive in chosen:
        seen = bags.of(positive)[: settings.max_pieces]
        asked = bags.of(anchor)[: settings.max_pieces]
        if anchor == positive:
            length = min(
                int(generator.integers(settings.cut[0], settings.cut[1] + 1)), len(seen) // 2
            )
            first = int(generator.integers(0, len(seen) - length + 1))
            asked = seen[first : first + length]
            if generator.random() >= settings.kept:
                seen = np.concatenate([seen[:first], seen[first + length :]])
        anchors.append(asked[generator.random(len(asked)) >= settings.dropped])
        positives.append(seen)
    return _join(anchors), _join(positives)


def _join(rows: Sequence[Numbers]) -> Bag:
    lengths = np.array([len(row) for row in rows])
    return np.concatenate(rows), np.cumsum(lengths) - lengths


def _encode(table: torch.Tensor, pieces: Numbers, starts: Numbers) -> torch.Tensor:
    bags = functional.embedding_bag(
        torch.from_numpy(pieces), table, torch.from_numpy(starts), mode="mean"
    )
    return functional.normalize(bags, dim=1)


def _contrast(
    anchors: torch.Tensor, positives: torch.Tensor, chosen: Numbers, temperature: float
) -> torch.Tensor:
    """Cross-entropy of finding each text's partner among the batch's, averaged over both sides."""
    scores = anchors @ positives.T / temperature
    # The same text twice in a batch is no wrong answer.
    same = torch.zeros_like(scores, dtype=torch.bool)
    for side in torch.from_numpy(chosen).T:
        same |= side[:, None] == side[None, :]
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    own = torch.arange(len(scores))
    forth, back = functional.cross_entropy(scores, own), functional.cross_entropy(scores.T, own)
    return (forth + back) / 2
