"""Evidence to the probability that the first quote answers."""

import math
from typing import NamedTuple

THRESHOLD = 0.6
"""Below this probability the reply is "not found".

From here on at most one in ten answers given is about a passage that does not answer, where every
other question has no answer in the library (the development questions, see QUALITY.md).
"""


PLENTY = 20
"""Passages from which on it makes no difference how many were searched."""

# Fewer passages hold fewer that are like the question by chance: in logits, measured in libraries
# of 1 to 20 paragraphs, see QUALITY.md. One passage alone is trusted no more than a few.
_FOR_EACH_HALVING = 0.35
_FEW = 3


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


def estimate(signals: Signals, calibration: Calibration, *, searched: int | None = None) -> float:
    """Estimate the probability that the first quote answers, in [0, 1].

    Args:
        signals: Of the first quote.
        calibration: Fitted by tuning.fit_confidence.
        searched: How many passages there were to find, see advantage.
    """
    weights, bias = calibration
    logit = bias + sum(w * s for w, s in zip(weights, signals, strict=True)) + advantage(searched)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def advantage(searched: int | None) -> float:
    """Tell how much more the signals mean where few passages were searched, in logits.

    Args:
        searched: How many there were; None for PLENTY or more.
    """
    if searched is None:
        return 0.0
    return _FOR_EACH_HALVING * math.log2(PLENTY / max(_FEW, min(searched, PLENTY)))
