"""How often answers are wrong, by how many are given and by how sure they are said to be. Pure.

An example is a question that was asked once: the confidence of its first quote, and whether that
quote answers. Every question of a file is asked twice, with its paragraph in the library and with
it removed. So half of the examples have no answer of their own in the library, and the best that
can be done with most of these is to say "not found".
"""

from collections.abc import Sequence
from typing import NamedTuple

BINS = 10


class Example(NamedTuple):
    """A question that was asked once.

    Attributes:
        confidence: Of the first quote; 0 where nothing was found.
        is_right: Whether that quote answers.
    """

    confidence: float
    is_right: bool


class RiskPoint(NamedTuple):
    """What happens where a threshold is set.

    Attributes:
        threshold: The least confidence that is answered.
        coverage: Share of the examples that are answered.
        risk: Share of the answers that are wrong.
    """

    threshold: float
    coverage: float
    risk: float


class ReliabilityBin(NamedTuple):
    """Examples of about the same confidence.

    Attributes:
        start: Least confidence of the bin.
        end: Where the next one begins; 1 belongs to the last.
        size: Examples in it.
        confidence: Their mean confidence; None without examples.
        share_right: Share of them that are right; None without examples.
    """

    start: float
    end: float
    size: int
    confidence: float | None
    share_right: float | None


def risk_at(examples: Sequence[Example], threshold: float) -> RiskPoint | None:
    """Measure coverage and risk at one threshold; None where nothing is answered."""
    answers = [example for example in examples if example.confidence >= threshold]
    if not answers:
        return None
    wrong = sum(not answer.is_right for answer in answers)
    return RiskPoint(threshold, len(answers) / len(examples), wrong / len(answers))


def risk_coverage(examples: Sequence[Example]) -> list[RiskPoint]:
    """Trace risk against coverage (El-Yaniv and Wiener, JMLR 11, 2010).

    Returns:
        A point for each confidence that occurs, highest first: no threshold parts equal ones. The
        last has coverage 1. Empty without examples.
    """
    ordered = sorted(examples, key=lambda example: -example.confidence)
    points: list[RiskPoint] = []
    wrong = 0
    for answered, example in enumerate(ordered, start=1):
        wrong += not example.is_right
        is_last = answered == len(ordered)
        if is_last or ordered[answered].confidence < example.confidence:
            coverage = answered / len(ordered)
            points.append(RiskPoint(example.confidence, coverage, wrong / answered))
    return points


def area_under_risk(points: Sequence[RiskPoint]) -> float | None:
    """Average the risk over all coverages (AURC; Geifman et al., ICLR 2019); lower is better.

    From one point to the next the risk is that of the next one.

    Returns:
        In [0, 1]; not 0 even for a perfect confidence, unless every example is right. None without
        points.
    """
    if not points:
        return None
    before = [0.0, *(point.coverage for point in points)]
    return sum(
        (point.coverage - covered) * point.risk
        for covered, point in zip(before, points, strict=False)
    )


def reliability(examples: Sequence[Example], *, bins: int = BINS) -> list[ReliabilityBin]:
    """Compare what confidences promise with what they keep, in bins of equal width.

    Equal widths, for a reader sees a percentage and asks how often such an answer is right, and
    because a threshold in tenths is then a border between two bins. Equal counts would put the
    few confidences near the threshold, where it matters, into bins with far away ones.

    Returns:
        The bins, lowest first; empty ones too.
    """
    members: list[list[Example]] = [[] for _ in range(bins)]
    for example in examples:
        members[min(bins - 1, int(example.confidence * bins))].append(example)
    return [
        ReliabilityBin(
            number / bins,
            (number + 1) / bins,
            len(inside),
            sum(example.confidence for example in inside) / len(inside) if inside else None,
            sum(example.is_right for example in inside) / len(inside) if inside else None,
        )
        for number, inside in enumerate(members)
    ]


def calibration_error(curve: Sequence[ReliabilityBin]) -> float | None:
    """Average how far the bins are from their promise, by size (ECE; Guo et al., ICML 2017).

    Returns:
        In [0, 1], 0 where every bin keeps its promise; None without examples.
    """
    total = sum(part.size for part in curve)
    if not total:
        return None
    return (
        sum(
            part.size * abs(part.share_right - part.confidence)
            for part in curve
            if part.share_right is not None and part.confidence is not None
        )
        / total
    )
