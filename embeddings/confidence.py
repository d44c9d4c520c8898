"""Evidence to the probability that the first quote answers."""

import math
from typing import NamedTuple

THRESHOLD = 0.6
"""Below this probability the reply is "not found".

From here on at most one in ten answers given is about a passage that does not answer, where every
other question has no answer in the library (the development questions, see QUALITY.md).
"""


class Signals(NamedTuple):
    """What is known about an answer; each about 0 to 1, higher speaks for it but for brevity.

    Attributes:
        coverage: Share of the question that the first passage and its context hold.
        sentence: Share of the question that its answering sentence holds, see Evidence.
        cosine: How near in meaning the first passage is: 0 as the mean passage, 1 the same.
        lead: How far the first passage is ahead of the mean of the nine after it.
        proximity: Share of neighbouring words of the question that are neighbours there too.
        numbers: Share of the question's numbers that it holds; 1 where there are none.
        brevity: One over the words that say something: a short question is soon covered by chance.
    """

    coverage: float
    sentence: float
    cosine: float
    lead: float
    proximity: float
    numbers: float
    brevity: float


class Calibration(NamedTuple):
    """A logistic regression: what each signal adds to the logit of the probability."""

    weights: Signals
    bias: float


def estimate(signals: Signals, calibration: Calibration) -> float:
    """Estimate the probability that the first quote answers, in [0, 1]."""
    weights, bias = calibration
    logit = bias + sum(w * s for w, s in zip(weights, signals, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
