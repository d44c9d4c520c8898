"""Pairs and first vectors to trained vectors: the texts of a pair nearer than those of others."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from embeddings.datatypes import Vectors
from embeddings.training.bags import Bags, Numbers, join, mean
from embeddings.training.pairs import Pair

logger = logging.getLogger(__name__)


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
        dims: First dimensions that are to serve alone, and what their loss weighs.
        shares: How often a kind of pair comes, against the others.
    """

    steps: int = 300
    batch: int = 2048
    learning_rate: float = 0.002
    temperature: float = 0.05
    max_pieces: int = 160
    dropped: float = 0.3
    cut: tuple[int, int] = (4, 24)
    kept: float = 0.3
    trained: float = 0.7
    dims: tuple[tuple[int, float], ...] = ((128, 0.3), (256, 0.5), (512, 1.0))
    shares: tuple[tuple[str, float], ...] = (
        ("cut", 8.0),
        ("heading", 3.0),
        ("law", 1.5),
        ("english", 2.5),
        ("question", 1.0),
        ("terms", 1.0),
        ("paraphrase", 1.0),
        ("python", 0.2),
    )


def train(
    vectors: Vectors,
    bags: Bags,
    pairs: dict[str, list[Pair]],
    settings: Settings,
    seed: int,
) -> Vectors:
    """Train vectors by contrast within batches of one kind (InfoNCE, in both directions).

    Args:
        vectors: First vectors, shape (pieces, dim).
        bags: All texts of the pairs.
        pairs: Kind to pairs; see ``pairs.read_pairs``.
        settings: See there.
        seed: Of batches and of what is cut and dropped.

    Returns:
        Trained vectors, same shape; the unknown piece (number 0) is zeros.
    """
    generator = np.random.default_rng(seed)
    batches = {
        kind: _Batches(pairs[kind], bags.numbers, settings.batch, generator)
        for kind, _ in settings.shares
    }
    table = torch.nn.Parameter(torch.from_numpy(vectors.copy()))
    optimizer = torch.optim.Adam([table], betas=(0.9, 0.99), fused=True)
    for step, kind in enumerate(_turns(settings)):
        warm, left = min(1.0, (step + 1) / (0.05 * settings.steps)), 1 - step / settings.steps
        optimizer.param_groups[0]["lr"] = settings.learning_rate * warm * left
        chosen = batches[kind].next()
        anchors, positives = _views(bags, chosen, settings, generator)
        loss = _loss(mean(table, *anchors), mean(table, *positives), chosen, settings)
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
    return join(anchors), join(positives)


def _loss(
    anchors: torch.Tensor, positives: torch.Tensor, chosen: Numbers, settings: Settings
) -> torch.Tensor:
    """Sum the contrast over the first dimensions alone and over all (Matryoshka)."""
    # The same text twice in a batch is no wrong answer.
    same = torch.zeros(len(chosen), len(chosen), dtype=torch.bool)
    for side in torch.from_numpy(chosen).T:
        same |= side[:, None] == side[None, :]
    same.fill_diagonal_(False)
    return torch.stack(
        [
            weight
            * _contrast(
                functional.normalize(anchors[:, :dim], dim=1),
                functional.normalize(positives[:, :dim], dim=1),
                same,
                settings.temperature,
            )
            for dim, weight in settings.dims
        ]
    ).sum()


def _contrast(
    anchors: torch.Tensor, positives: torch.Tensor, same: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Cross-entropy of finding each text's partner among the batch's, averaged over both sides."""
    cosines = anchors @ positives.T
    # A cosine is at most 1, so no power is above 1; one table serves both directions.
    odds = ((cosines - 1) / temperature).exp().masked_fill(same, 0.0)
    own = (cosines.diagonal() - 1) / temperature
    return ((odds.sum(dim=1).log() + odds.sum(dim=0).log()) / 2 - own).mean()
