"""What each part of the answering is worth: the quality without it.

Run as ``alinti evaluate FILE... --ablation``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from types import ModuleType
from typing import NamedTuple

import numpy as np

from embeddings import fusion, highlight, library, questions
from embeddings.confidence import Signals
from embeddings.datatypes import Encoder
from embeddings.evaluation import evaluate
from embeddings.question_sets import QuestionSet
from embeddings.question_words import Language, read_language
from embeddings.tuning import RANKINGS, ask_all, fit_confidence, measure
from embeddings.weights import Weights

MEASURES = ("ndcg@10", "recall@1", "sentence_accuracy", "abstention_auroc")
"""Those of evaluation.measure that a part may change."""


class Row(NamedTuple):
    """The quality without one part.

    Attributes:
        part: What was left out; empty for nothing.
        measures: MEASURES by file; None for those that the part cannot change.
    """

    part: str
    measures: dict[str, dict[str, float | None]]


def _read_without_small_words(text: str) -> Language:
    return read_language(text)._replace(asking=frozenset(), pairs=frozenset(), runs="")


# A rule, where it stands, and what it is replaced with to do nothing.
_RULES: dict[str, tuple[ModuleType, str, object]] = {
    "question words are not looked for": (questions, "read_language", _read_without_small_words),
    "mistyped words are mended": (library, "correct", lambda word, _: word),
    "filler words count less": (questions, "FILLER_WEIGHT", 1.0),
    "later words count more": (questions, "LAST_WORD_WEIGHT", 1.0),
    "a kind of answer is expected": (highlight, "EXPECTED_BONUS", 0.0),
    "sentences inherit the topic": (highlight, "INHERITED", 0.0),
    "sentences point back": (highlight, "points_back", lambda _: False),
    "meaning counts more without words": (fusion, "WITHOUT_WORDS", 0.0),
}


def ablate(
    sets: Mapping[str, QuestionSet],
    encoder: Encoder,
    weights: Weights,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Row]:
    """Leave out one part after the other, all else as it is.

    First nothing, then each ranking and each rule of reading and marking. Last the signals of the
    confidence: first none, then each of them. For these rows the confidence is fitted anew, on
    the questions that it is measured on, so they compare with each other only.

    Args:
        sets: What to ask, by file.
        encoder: The model to ask with.
        weights: Those in use with it.
        progress: Called with the number of questions asked so far, of count_askings.
    """
    asked_so_far = count(1)

    def count_on(_: int) -> None:
        progress(next(asked_so_far))

    def ask(part: str, changed: Weights) -> Row:
        by_encoder = {encoder.name: changed}
        found = {
            name: evaluate(asked, encoder, weights=by_encoder, progress=count_on)
            for name, asked in sets.items()
        }
        return Row(part, {name: {key: of[key] for key in MEASURES} for name, of in found.items()})

    yield ask("", weights)
    for name in RANKINGS:
        ranking = {**weights.ranking, name: 0.0}
        yield ask(f"ranking: {name}", weights._replace(ranking=ranking))
    for name, (module, attribute, off) in _RULES.items():
        with _replaced(module, attribute, off):
            row = ask(f"rule: {name}", weights)
        yield row  # only now: whatever the caller does next, the rule is on again
    whole, small = ask_all(sets, encoder, {encoder.name: weights}, count_on)
    examples = [item for part in (whole, small) for asked in part.values() for item in asked]
    for left_out in ("none", *Signals._fields):
        kept = np.array([field != left_out for field in Signals._fields], float)
        fitted = fit_confidence(examples, weights.ranking, kept=kept)
        changed = weights._replace(calibration=fitted)
        measures = {
            name: {
                **dict.fromkeys(MEASURES),
                "abstention_auroc": measure(asked, changed).auroc,
            }
            for name, asked in whole.items()
        }
        yield Row(f"signal: {left_out}", measures)


def count_askings(sets: Mapping[str, QuestionSet]) -> int:
    """Count how often ablate asks a question."""
    questions_of_all = sum(len(asked.questions) for asked in sets.values())
    return questions_of_all * (1 + len(RANKINGS) + len(_RULES) + 2)  # twice for the signals


@contextmanager
def _replaced(module: ModuleType, attribute: str, value: object) -> Iterator[None]:
    there = getattr(module, attribute)
    setattr(module, attribute, value)
    try:
        yield
    finally:
        setattr(module, attribute, there)
