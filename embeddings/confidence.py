"""Evidence to the probability that the first quote answers."""

import math
from typing import NamedTuple

THRESHOLD = 0.5
"""Below this probability the reply is "not found"."""


class Signals(NamedTuple):
    """What is known about an answer; each about 0 to 1, higher speaks for it but for brevity.

    Attributes:
        lexical: Greatest BM25 over grams of any passage, over what this question could reach.
        coverage: Share of the question that the first passage and its context hold.
        sentence: Share of the question that its answering sentence holds, see Evidence.
        cosine: Similarity of meaning between the question and the first passage.
        lead: How far the first passage is ahead of the mean of the nine after it.
        proximity: Share of neighbouring words of the question that are neighbours there too.
        brevity: One over the words looked for: a short question is soon covered by chance.
    """

    lexical: float
    coverage: float
    sentence: float
    cosine: float
    lead: float
    proximity: float
    brevity: float


WEIGHTS = Signals(
    lexical=2.36,
    coverage=1.66,
    sentence=2.33,
    cosine=1.3,
    lead=4.73,
    proximity=1.33,
    brevity=-2.19,
)
BIAS = -6.81
"""Fitted by ``python -m embeddings.tuning``."""


def estimate(signals: Signals) -> float:
    """Estimate the probability that the first quote answers: a logistic regression, in [0, 1]."""
    logit = BIAS + sum(w * s for w, s in zip(WEIGHTS, signals, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
