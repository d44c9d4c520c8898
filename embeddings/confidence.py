"""Evidence to the probability that the first quote answers."""

import math
from typing import NamedTuple

THRESHOLD = 0.5
"""Below this probability the reply is "not found"."""


class Signals(NamedTuple):
    """What is known about an answer; each about 0 to 1, higher speaks for it.

    Attributes:
        lexical: Greatest BM25 over grams of any passage, over what this question could reach.
        coverage: Share of the question that the first passage and its context hold.
        sentence: Share of the question that its answering sentence holds, see Evidence.
        cosine: Similarity of meaning between the question and the first passage.
        lead: How far the first passage is ahead of the mean of the nine after it.
        proximity: Share of neighbouring words of the question that are neighbours there too.
    """

    lexical: float
    coverage: float
    sentence: float
    cosine: float
    lead: float
    proximity: float


WEIGHTS = Signals(
    lexical=1.45, coverage=2.08, sentence=2.53, cosine=1.77, lead=4.75, proximity=1.36
)
BIAS = -7.27
"""Fitted by ``python -m embeddings.tuning``."""


def estimate(signals: Signals) -> float:
    """Estimate the probability that the first quote answers: a logistic regression, in [0, 1]."""
    logit = BIAS + sum(w * s for w, s in zip(WEIGHTS, signals, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
