"""Chooses the weights of library.RETRIEVERS and of confidence.WEIGHTS, and shows how.

Run as ``python -m embeddings.tuning FILE...`` on questions that no part of the model was trained
on: a ranker fitted on questions that the encoder has seen trusts the encoder far too much.
"""

import argparse
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.confidence import Signals
from embeddings.datatypes import Encoder
from embeddings.encoder import load_encoder
from embeddings.evaluation import (
    COLLECTION,
    JudgedQuestion,
    add_paragraphs,
    auroc,
    load_questions,
)
from embeddings.findings import Findings
from embeddings.fusion import fuse
from embeddings.library import RETRIEVERS, Library

_GRID = (0.0, 0.2, 0.5, 1.0, 1.4, 2.0)
# Only proportions count, so one weight is given. So is the dense one: the questions at hand
# repeat the words of their paragraphs and would set it to 0, but people ask in other words as
# well.
_GIVEN = {"grams": 1.0, "dense": 0.2}
_ROUNDS = 4
_WORTHWHILE = 1e-3  # what is gained by less is chance: the weight stays
_RIDGE = 1.0
_SMALL = 20


class Asked(NamedTuple):
    """A question asked twice: of the whole library, and of the library without its paragraph."""

    question: JudgedQuestion
    relevant_document: int
    findings: Findings
    without: Findings


def collect(path: Path, encoder: Encoder, size: int | None = None) -> list[Asked]:
    """Ask each question of a file with its paragraph in the library and without it.

    Args:
        path: Questions in SQuAD's format.
        encoder: The model to tune for.
        size: Paragraphs in a library, neighbours together; None for one library of all.
    """
    questions = load_questions(path)
    count = len(questions.paragraphs)
    asked = []
    for first in range(0, count, size or count):
        paragraphs = range(first, min(first + (size or count), count))
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path(folder), encoder)
            texts = [questions.paragraphs[index] for index in paragraphs]
            documents = dict(zip(paragraphs, add_paragraphs(library, texts), strict=True))
            for question in questions.questions:
                if question.paragraph in documents:
                    relevant = documents[question.paragraph]
                    found = library.collect(question.text, [COLLECTION])
                    without = library.collect(question.text, [COLLECTION], without=relevant)
                    asked.append(Asked(question, relevant, found, without))
            library.close()
    return asked


def tabulate(asked: Sequence[Asked]) -> list[tuple[int, NDArray[np.float64]]]:
    """Lay out the normalised scores of each question's passages, as fusion.fuse adds them up.

    Returns:
        For each question the row of its own paragraph, -1 where it was not found, and the scores:
        shape (passages, rankings), columns in the order of RETRIEVERS["hybrid"].
    """
    tables = []
    for item in asked:
        columns = [
            dict(fuse({name: item.findings.rankings[name]}, {name: 1.0}))
            for name in RETRIEVERS["hybrid"]
        ]
        ids = sorted(item.findings.passages)
        scores = np.array([[column.get(id_, 0.0) for column in columns] for id_ in ids])
        documents = [item.findings.passages[id_].document_id for id_ in ids]
        relevant = item.relevant_document
        tables.append((documents.index(relevant) if relevant in documents else -1, scores))
    return tables


def mean_ndcg(
    tables: Sequence[tuple[int, NDArray[np.float64]]], weights: Mapping[str, float]
) -> float:
    """Compute nDCG@10 over questions ranked with these weights."""
    total = 0.0
    vector = np.array([weights[name] for name in RETRIEVERS["hybrid"]])
    for row, scores in tables:
        if row < 0:
            continue
        fused = scores @ vector
        rank = 1 + np.sum(fused > fused[row]) + np.sum(fused[:row] == fused[row])
        total += 1 / math.log2(rank + 1) if rank <= 10 else 0.0
    return total / len(tables)


def choose_weights(sets: Sequence[Sequence[Asked]]) -> dict[str, float]:
    """Climb from equal weights, coordinate by coordinate over a grid; each set counts the same."""
    tables = [tabulate(asked) for asked in sets]
    weights = dict.fromkeys(RETRIEVERS["hybrid"], 1.0) | _GIVEN

    def quality(candidate: Mapping[str, float]) -> float:
        return sum(mean_ndcg(table, candidate) for table in tables)

    for _ in range(_ROUNDS):
        before = dict(weights)
        for name in weights:
            if name not in _GIVEN:
                scores = {value: quality({**weights, name: value}) for value in _GRID}
                best = max(_GRID, key=scores.__getitem__)
                if scores[best] > scores[weights[name]] + _WORTHWHILE:
                    weights[name] = best
        if weights == before:
            break
    return weights


def fit_confidence(asked: Iterable[Asked], weights: Mapping[str, float]) -> tuple[Signals, float]:
    """Fit the logistic regression of confidence.estimate, a little ridge on its weights.

    An example is the first passage of a ranking: it answers if it is the question's own paragraph,
    and it does not where that one was removed. Where another is first though the own one is there,
    nobody knows whether it answers too, so those are left out.

    Returns:
        Weights and bias.
    """
    features, labels = examples(asked, weights)
    design = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([_RIDGE] * features.shape[1] + [0.0])
    parameters = np.zeros(design.shape[1])
    for _ in range(50):  # Newton's method
        predicted = 1 / (1 + np.exp(-design @ parameters))
        gradient = design.T @ (predicted - labels) + ridge @ parameters
        curvature = (design * (predicted * (1 - predicted))[:, None]).T @ design + ridge
        parameters -= np.linalg.solve(curvature, gradient)
    return Signals(*map(float, parameters[:-1])), float(parameters[-1])


def examples(
    asked: Iterable[Asked], weights: Mapping[str, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """List the signals of first passages, shape (n, 7), and whether each answers, shape (n,)."""
    features: list[Signals] = []
    labels: list[bool] = []
    for item in asked:
        for findings in (item.findings, item.without):
            ranking = findings.rank(weights)
            if not ranking:
                continue
            is_own = findings.passages[ranking[0][0]].document_id == item.relevant_document
            if is_own or findings is item.without:
                features.append(findings.signals(ranking))
                labels.append(is_own)
    return np.array(features, float), np.array(labels, float)


def main() -> None:
    """Print what was chosen, and for each file how well the choice of the other halves does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="questions in SQuAD's format")
    parser.add_argument("--model", default=None)
    options = parser.parse_args()
    encoder = load_encoder(options.model)
    sets = {str(path): collect(path, encoder) for path in options.files}
    # People's libraries are often small, and rare words count less there.
    small = {f"{path} by {_SMALL}": collect(path, encoder, _SMALL) for path in options.files}
    everything = {**sets, **small}
    for half in (0, 1):
        learnt, tested = (
            {name: _half(asked, part) for name, asked in everything.items()}
            for part in (1 - half, half)
        )
        weights = choose_weights([learnt[name] for name in sets])
        signals, bias = fit_confidence(_joined(learnt.values()), weights)
        print(f"Chosen on one half of the paragraphs, tried on the other: {weights}")  # noqa: T201
        for name, asked in tested.items():
            _report(name, asked, weights, signals, bias)
    weights = choose_weights(list(sets.values()))
    signals, bias = fit_confidence(_joined(everything.values()), weights)
    print(f"Chosen on all: {weights}")  # noqa: T201
    for name, asked in everything.items():
        _report(name, asked, weights, signals, bias)
    for left_out in weights:
        scores = [mean_ndcg(tabulate(a), {**weights, left_out: 0.0}) for a in sets.values()]
        print(f"  without {left_out}: nDCG@10 {np.round(scores, 4)}")  # noqa: T201
    rounded = {name: round(value, 2) for name, value in signals._asdict().items()}
    print(f"confidence {rounded}, bias {bias:.2f}")  # noqa: T201


def _report(
    name: str,
    asked: Sequence[Asked],
    weights: Mapping[str, float],
    signals: Signals,
    bias: float,
) -> None:
    scores: dict[bool, list[float]] = {True: [], False: []}
    for item in asked:
        for findings in (item.findings, item.without):
            ranking = findings.rank(weights)
            found = np.array(findings.signals(ranking)) if ranking else np.zeros(len(signals))
            scores[findings is item.findings].append(float(found @ np.array(signals)) + bias)
    features, labels = examples(asked, weights)
    given = features @ np.array(signals) + bias > 0
    print(  # noqa: T201
        f"  {name}: nDCG@10 {mean_ndcg(tabulate(asked), weights):.4f}, "
        f"present against removed AUROC {auroc(scores[True], scores[False]):.4f}; "
        f"answered {given[labels == 1].mean():.3f} of those right, "
        f"{given[labels == 0].mean():.3f} of those removed"
    )


def _half(asked: Sequence[Asked], half: int) -> list[Asked]:
    """Choose by paragraph, so that no paragraph is in both halves."""
    return [item for item in asked if item.question.paragraph % 2 == half]


def _joined(sets: Iterable[Sequence[Asked]]) -> list[Asked]:
    return [item for asked in sets for item in asked]


if __name__ == "__main__":
    main()
