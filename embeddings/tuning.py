"""Chooses what evidence counts with an encoder, and shows what each part of it is worth.

Run as ``alinti evaluate FILE... --tune`` on questions that no part of the model was trained on: a
ranker fitted on questions that the encoder has seen trusts the encoder far too much.
"""

import math
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.confidence import PLENTY, THRESHOLD, Calibration, Signals, advantage, estimate
from embeddings.datatypes import Encoder, Ranking
from embeddings.diversity import collapse
from embeddings.evaluation import COLLECTION, add_paragraphs, auroc, holds_answer
from embeddings.findings import Findings, adapt
from embeddings.library import Library
from embeddings.question_sets import JudgedQuestion, QuestionSet
from embeddings.weights import RETRIEVERS, Weights

RANKINGS = RETRIEVERS["hybrid"]

_GRID = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
_GIVEN = "grams"  # only proportions count, so one weight is given
_ROUNDS = 4
_WORTHWHILE = 1e-3  # what is gained by less is chance: the weight stays
_RIDGE = 1.0
# What each signal must be multiplied with to speak for an answer.
_SPEAKS = np.array([-1.0 if name == "brevity" else 1.0 for name in Signals._fields])


class Asked(NamedTuple):
    """A question asked twice: of the whole library, and of the library without its paragraph."""

    question: JudgedQuestion
    relevant_document: int
    findings: Findings
    without: Findings


Sets = Mapping[str, Sequence[Asked]]
"""Questions asked, by the name of their file."""


class Quality(NamedTuple):
    """What some weights reach on the questions of a file; without a question each is None.

    Attributes:
        ndcg: nDCG@10, each question's paragraph present.
        recall: Share of questions whose paragraph is first.
        auroc: See abstention_auroc of evaluation.measure.
        wrong_share: See wrong_share_of_answers there; but a copy of the paragraph is no answer.
    """

    ndcg: float | None
    recall: float | None
    auroc: float | None
    wrong_share: float | None


class Tuning(NamedTuple):
    """What was chosen, and how well the choice holds on questions it was not made on.

    Attributes:
        weights: Chosen on all questions.
        before: Quality of the weights there were, by file.
        after: Quality of those chosen on one half of the paragraphs, on the other half, and the
            other way round; the mean of both, by file.
    """

    weights: Weights
    before: dict[str, Quality]
    after: dict[str, Quality]


def ask(
    questions: QuestionSet,
    encoder: Encoder,
    weights: Mapping[str, Weights],
    *,
    size: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Asked]:
    """Ask each question with its paragraph in the library and without it.

    Args:
        questions: What to ask.
        encoder: The model to tune for.
        weights: See Library.
        size: Paragraphs in a library, neighbours together; None for one library of all.
        progress: Called with the number of questions asked so far.
    """
    count = len(questions.paragraphs)
    asked: list[Asked] = []
    for first in range(0, count, size or count or 1):
        paragraphs = range(first, min(first + (size or count), count))
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path(folder), encoder, weights=weights)
            try:
                texts = [questions.paragraphs[index] for index in paragraphs]
                documents = dict(zip(paragraphs, add_paragraphs(library, texts), strict=True))
                for question in questions.questions:
                    if question.paragraph in documents:
                        relevant = documents[question.paragraph]
                        found = library.collect(question.text, [COLLECTION])
                        without = library.collect(question.text, [COLLECTION], without=relevant)
                        asked.append(Asked(question, relevant, found, without))
                        progress(len(asked))
            finally:
                library.close()
    return asked


def ask_all(
    sets: Mapping[str, QuestionSet],
    encoder: Encoder,
    weights: Mapping[str, Weights],
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Sets, Sets]:
    """Ask the questions of files of one library each, and of small libraries.

    Returns:
        Both, by file; rankings are chosen by the first, the confidence by the two together.
    """
    done = 0
    parts: list[dict[str, list[Asked]]] = []
    for size in (None, PLENTY):
        part: dict[str, list[Asked]] = {}
        for name, questions in sets.items():
            part[name] = ask(
                questions,
                encoder,
                weights,
                size=size,
                progress=partial(_count_on, progress, done),
            )
            done += len(part[name])
        parts.append(part)
    return parts[0], parts[1]


def tune(whole: Sets, small: Sets, weights: Weights) -> Tuning:
    """Choose weights for the encoder that was asked with.

    Args:
        whole: Of ask_all.
        small: Of ask_all.
        weights: Those there are; a ranking keeps its weight where another gains next to nothing.
    """
    halves: list[dict[str, Quality]] = []
    for half in (0, 1):
        learnt, others = _half(whole, 1 - half), _half(small, 1 - half)
        chosen = choose(learnt, others, weights)
        tested = _half(whole, half)
        halves.append({name: measure(asked, chosen) for name, asked in tested.items()})
    return Tuning(
        choose(whole, small, weights),
        {name: measure(asked, weights) for name, asked in whole.items()},
        {name: _mean(halves[0][name], halves[1][name]) for name in whole},
    )


def choose(whole: Sets, small: Sets, start: Weights) -> Weights:
    """Choose the weights of the rankings, then those of the confidence for these."""
    ranking = choose_weights(list(whole.values()), start.ranking)
    examples = [item for part in (whole, small) for asked in part.values() for item in asked]
    return Weights(ranking, fit_confidence(examples, ranking))


def choose_weights(
    sets: Sequence[Sequence[Asked]], start: Mapping[str, float]
) -> dict[str, float]:
    """Climb from given weights, coordinate by coordinate over a grid; each set counts the same."""
    tables = [tabulate(asked) for asked in sets]
    weights = dict(start)

    def quality(candidate: Mapping[str, float]) -> float:
        return sum(mean_ndcg(table, candidate) for table in tables)

    for _ in range(_ROUNDS):
        before = dict(weights)
        for name in weights:
            if name != _GIVEN:
                scores = {value: quality({**weights, name: value}) for value in _GRID}
                best = max(_GRID, key=scores.__getitem__)
                if scores[best] > quality(weights) + _WORTHWHILE:
                    weights[name] = best
        if weights == before:
            break
    return weights


def tabulate(asked: Sequence[Asked]) -> list[tuple[int, NDArray[np.float64]]]:
    """Lay out the scores of each question's passages, as fusion.fuse adds them up.

    Returns:
        For each question the row of its own paragraph, -1 where it was not found, and the scores:
        shape (passages, rankings), columns in the order of RANKINGS.
    """
    tables = []
    for item in asked:
        found = item.findings
        factors = adapt(dict.fromkeys(RANKINGS, 1.0), found.trust)
        columns = [
            {id_: factors[name] * score for id_, score in found.rankings[name]}
            for name in RANKINGS
        ]
        ids = sorted(found.passages)
        scores = np.array([[column.get(id_, 0.0) for column in columns] for id_ in ids])
        documents = [found.passages[id_].document_id for id_ in ids]
        relevant = item.relevant_document
        tables.append((documents.index(relevant) if relevant in documents else -1, scores))
    return tables


def mean_ndcg(
    tables: Sequence[tuple[int, NDArray[np.float64]]], weights: Mapping[str, float]
) -> float:
    """Compute nDCG@10 over questions ranked with these weights."""
    return _ndcg(_ranks(tables, weights))


def fit_confidence(
    asked: Iterable[Asked],
    ranking: Mapping[str, float],
    *,
    kept: NDArray[np.float64] | None = None,
) -> Calibration:
    """Fit the logistic regression of confidence.estimate, a little ridge on its weights.

    An example is the first passage of a ranking: it answers if it is the question's own paragraph,
    and it does not where that one was removed. Where another is first though the own one is there,
    nobody knows whether it answers too, so those are left out.

    Args:
        asked: Of ask.
        ranking: Weights of the rankings.
        kept: 1 for each signal to use, 0 for the others; None for all of them.
    """
    features, offsets, labels = examples(asked, ranking)
    used = np.ones(features.shape[1]) if kept is None else kept.copy()
    while True:
        parameters = _fit(features * used, offsets, labels)
        # More evidence never speaks against an answer: a signal that seems to goes.
        speaks = parameters[:-1] * _SPEAKS
        if speaks.min() >= 0:
            return Calibration(Signals(*map(float, parameters[:-1])), float(parameters[-1]))
        used[speaks.argmin()] = 0.0


def examples(
    asked: Iterable[Asked], ranking: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """List the signals of first passages, their confidence.advantage, and whether each answers.

    Returns:
        Shapes (n, signals), (n,) and (n,).
    """
    features: list[Signals] = []
    offsets: list[float] = []
    labels: list[bool] = []
    for item in asked:
        for findings in (item.findings, item.without):
            found = _ranked(findings, ranking)
            if not found:
                continue
            is_own = findings.passages[found[0][0]].document_id == item.relevant_document
            if is_own or findings is item.without:
                features.append(findings.signals(found))
                offsets.append(advantage(findings.searched))
                labels.append(is_own)
    signals = np.array(features, float).reshape(-1, len(Signals._fields))
    return signals, np.array(offsets, float), np.array(labels, float)


def measure(asked: Sequence[Asked], weights: Weights) -> Quality:
    """Measure weights on questions that were asked."""
    if not asked:
        return Quality(None, None, None, None)
    ranks = _ranks(tabulate(asked), weights.ranking)
    present: list[float] = []
    removed: list[float] = []
    given: list[bool] = []
    for item in asked:
        for findings, confidences in ((item.findings, present), (item.without, removed)):
            found = _ranked(findings, weights.ranking)
            signals = findings.signals(found) if found else None
            confidences.append(
                estimate(signals, weights.calibration, searched=findings.searched)
                if signals
                else 0.0
            )
            if confidences[-1] >= THRESHOLD:
                given.append(_is_right(item, findings, found))
    return Quality(
        _ndcg(ranks),
        sum(rank == 1 for rank in ranks) / len(asked),
        auroc(present, removed),
        1 - sum(given) / len(given) if given else None,
    )


def _count_on(progress: Callable[[int], None], before: int, done: int) -> None:
    progress(before + done)


def _fit(
    features: NDArray[np.float64], offsets: NDArray[np.float64], labels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fit weights and, last, the bias; to be added to the logits that are given."""
    design = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([_RIDGE] * features.shape[1] + [1e-6])
    parameters = np.zeros(design.shape[1])
    for _ in range(50):  # Newton's method
        predicted = 1 / (1 + np.exp(-design @ parameters - offsets))
        gradient = design.T @ (predicted - labels) + ridge @ parameters
        curvature = (design * (predicted * (1 - predicted))[:, None]).T @ design + ridge
        parameters -= np.linalg.solve(curvature, gradient)
    return parameters


def _ranks(
    tables: Sequence[tuple[int, NDArray[np.float64]]], weights: Mapping[str, float]
) -> list[float]:
    """Rank each question's own paragraph, from 1; infinite where it was not found."""
    vector = np.array([weights[name] for name in RANKINGS])
    ranks = []
    for row, scores in tables:
        if row < 0:
            ranks.append(math.inf)
            continue
        fused = scores @ vector
        ranks.append(1.0 + np.sum(fused > fused[row]) + np.sum(fused[:row] == fused[row]))
    return ranks


def _ndcg(ranks: Sequence[float]) -> float:
    return sum(1 / math.log2(rank + 1) for rank in ranks if rank <= 10) / max(1, len(ranks))


def _ranked(findings: Findings, weights: Mapping[str, float]) -> Ranking:
    found = [hit for hit in findings.rank(weights) if hit[1] > 0]
    return collapse(found, findings.passages).ranking


def _is_right(item: Asked, findings: Findings, found: Ranking) -> bool:
    first = findings.passages[found[0][0]]
    is_own = first.document_id == item.relevant_document
    return is_own or holds_answer(first.passage.text, item.question)


def _half(sets: Sets, half: int) -> dict[str, list[Asked]]:
    """Choose by paragraph, so that no paragraph is in both halves."""
    return {
        name: [item for item in asked if item.question.paragraph % 2 == half]
        for name, asked in sets.items()
    }


def _mean(one: Quality, other: Quality) -> Quality:
    """Take the mean of each figure; None of one that a half lacks."""
    pairs = zip(one, other, strict=True)
    return Quality(*(None if a is None or b is None else (a + b) / 2 for a, b in pairs))
