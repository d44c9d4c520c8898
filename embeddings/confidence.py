"""Evidence to the probability that the first quote answers."""

import math
from typing import NamedTuple

THRESHOLD = 0.5
"""Below this probability the reply is "not found"."""


class Signals(NamedTuple):
    """What is known about the first quote of an answer; each in [0, 1], see Evidence for its two.

    Attributes:
        lexical: Its BM25 over the greatest score that this question could reach.
        coverage: Share of the question that passage and context hold.
        sentence: Share of the question that the answering sentence holds.
        cosine: Similarity of meaning, 0 where negative.
        margin: How far its fused score is ahead of the second's, over its own.
        agreement: Share of the three rankings (prefixes, grams, dense) that put it first.
    """

    lexical: float
    coverage: float
    sentence: float
    cosine: float
    margin: float
    agreement: float


WEIGHTS = Signals(lexical=1.0, coverage=1.0, sentence=1.0, cosine=1.0, margin=1.0, agreement=1.0)
BIAS = -2.0


def estimate(signals: Signals) -> float:
    """Estimate the probability that the first quote answers: a logistic regression, in [0, 1]."""
    logit = BIAS + sum(w * s for w, s in zip(WEIGHTS, signals, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
