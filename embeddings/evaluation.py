"""Quality on questions whose paragraph is known.

One passage for each distinct paragraph, and the one paragraph that a question was written for is
relevant: the protocol of MTEB's XQuADRetrieval.
"""

import hashlib
import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings.analyzer import split_words
from embeddings.confidence import THRESHOLD
from embeddings.datatypes import Answer, Document, Encoder, Passage
from embeddings.diversity import is_copy
from embeddings.findings import Findings
from embeddings.library import Library
from embeddings.question_sets import JudgedQuestion, QuestionSet
from embeddings.risk import (
    Example,
    area_under_risk,
    calibration_error,
    reliability,
    risk_at,
    risk_coverage,
)
from embeddings.typos import mistype
from embeddings.weights import Weights

COLLECTION = "evaluation"
_DEPTH = 10

_TYPED_WITHOUT = str.maketrans("ıİşŞğĞçÇöÖüÜâÂîÎûÛ", "iIsSgGcCoOuUaAiIuU")


class Judgement(NamedTuple):
    """What one asking of a question gave.

    Attributes:
        confidence: Of the first quote; 0 where nothing was found.
        is_own: Whether that quote is the question's own paragraph, or a copy of it that differs
            in next to nothing (diversity.is_copy).
        is_right: Whether it answers: it is the own paragraph, or it holds the text of an answer.
            Text is compared in whole folded words (analyzer.split_words): ``3`` is not found in
            ``1453``, ``Bağdat`` is in ``Bağdat'ta``.
    """

    confidence: float
    is_own: bool
    is_right: bool


class AskedTwice(NamedTuple):
    """A question asked of all paragraphs, and again of all but its own.

    Attributes:
        rank: Of its own paragraph, from 1, before near-identical ones are left out; None below
            the tenth.
        is_right_sentence: Whether the marked sentence of the first quote holds the place of an
            answer; None where that quote is not the paragraph or the file gives no place.
        present: What was found with its paragraph present.
        removed: What was found with its paragraph removed.
        milliseconds: That the first answer took.
    """

    rank: int | None
    is_right_sentence: bool | None
    present: Judgement
    removed: Judgement
    milliseconds: float


def evaluate(
    questions: QuestionSet,
    encoder: Encoder,
    *,
    retriever: str = "hybrid",
    is_ascii: bool = False,
    typo_seed: int | None = None,
    weights: Mapping[str, Weights] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Measure one way of searching: what ask_twice finds, summed up by measure.

    Args:
        questions: What to ask, of which paragraphs.
        encoder: The model to measure.
        retriever: See ask_twice.
        is_ascii: See ask_twice.
        typo_seed: See ask_twice.
        weights: See ask_twice.
        progress: See ask_twice.
    """
    asked = ask_twice(
        questions,
        encoder,
        retriever=retriever,
        is_ascii=is_ascii,
        typo_seed=typo_seed,
        weights=weights,
        progress=progress,
    )
    return measure(asked, passages=len(questions.paragraphs))


def ask_twice(
    questions: QuestionSet,
    encoder: Encoder,
    *,
    retriever: str = "hybrid",
    is_ascii: bool = False,
    typo_seed: int | None = None,
    weights: Mapping[str, Weights] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> list[AskedTwice]:
    """Ask each question of all paragraphs, and again of all but its own.

    Args:
        questions: What to ask, of which paragraphs.
        encoder: The model to measure.
        retriever: A key of weights.RETRIEVERS.
        is_ascii: Ask as people type who leave out the letters that English lacks.
        typo_seed: Ask with one typing error in each question, drawn by this number, see
            typos.mistype; with is_ascii in what is left after it. None for no errors.
        weights: See Library; None for DEFAULT.
        progress: Called with the number of questions asked so far.
    """
    asked: list[AskedTwice] = []
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), encoder, weights=weights)
        try:
            documents = add_paragraphs(library, questions.paragraphs)
            for number, question in enumerate(questions.questions, start=1):
                text = question.text.translate(_TYPED_WITHOUT) if is_ascii else question.text
                text = text if typo_seed is None else mistype(text, seed=typo_seed)
                relevant = documents[question.paragraph]
                started = time.perf_counter()
                findings = library.collect(text, [COLLECTION], retriever=retriever)
                answer = library.conclude(text, findings, limit=1, retriever=retriever)
                milliseconds = (time.perf_counter() - started) * 1000
                paragraph = questions.paragraphs[question.paragraph]
                own = Passage(0, len(paragraph), paragraph)
                others = library.collect(text, [COLLECTION], retriever=retriever, without=relevant)
                without = library.conclude(text, others, limit=1, retriever=retriever)
                asked.append(
                    AskedTwice(
                        _rank(findings, retriever, relevant),
                        _is_right_sentence(answer, relevant, question),
                        _judge(answer, question, own),
                        _judge(without, question, own),
                        milliseconds,
                    )
                )
                progress(number)
        finally:
            library.close()
    return asked


def measure(asked: Sequence[AskedTwice], *, passages: int) -> dict[str, Any]:
    """Sum up what was asked.

    Args:
        asked: By ask_twice.
        passages: How many there were to find.

    Returns:
        Counts and measures as ``alinti evaluate --json`` prints them, None where nothing was asked
        or answered:

        - ``questions``, ``passages``: counts.
        - ``recall@1``, ``recall@3``, ``recall@10``, ``ndcg@10``, ``mrr@10``: over all questions,
          their paragraph present.
        - ``sentence_accuracy``: of the questions whose first quote is their paragraph and whose
          answer's place is known, the share whose marked sentence holds that place.
        - ``abstention_auroc``: the chance that the confidence of a question with its paragraph
          present is above that of one whose paragraph was removed.
        - ``abstention_auroc_unanswered``: the same without the removed whose first quote, from
          another paragraph, answers too, see Judgement.is_right.
        - ``answer_auroc``: the chance that the confidence of a first quote that answers is above
          that of one that does not, over both askings.
        - ``threshold``: confidence from which on an answer is given; what follows is about it.
        - ``answered_present``, ``answered_removed``: share of the questions that are answered.
        - ``wrong_share_of_answers``: of all answers given, in both askings, the share whose quote
          does not answer, see Judgement.is_right; ``wrong_share_of_answers_present``: of those
          given with the paragraph present. They err on the low side: a passage may hold the words
          of the answer and speak of something else.
        - ``wrong_share_by_paragraph``, ``wrong_share_by_paragraph_present``: the same where only
          the question's own paragraph answers, and after its removal at most a copy of it. They
          err on the high side: other paragraphs often answer too.
        - ``risk_coverage_area``: mean share of wrong answers over all thresholds, see
          risk.area_under_risk.
        - ``calibration_error``: how far a confidence is from the share that is right, on average,
          see risk.calibration_error. Both over both askings, right as for wrong_share_of_answers.
        - ``ms_per_question``: ``p50`` and ``p95`` of the time that an answer took.
    """
    present = [item.present for item in asked]
    removed = [item.removed for item in asked]
    sentences = [item.is_right_sentence for item in asked if item.is_right_sentence is not None]
    milliseconds = [item.milliseconds for item in asked]
    examples = risk_examples(asked)
    return {
        "questions": len(asked),
        "passages": passages,
        **_ranking_measures([item.rank for item in asked]),
        "sentence_accuracy": float(np.mean(sentences)) if sentences else None,
        "abstention_auroc": auroc(
            [item.confidence for item in present], [item.confidence for item in removed]
        ),
        "abstention_auroc_unanswered": auroc(
            [item.confidence for item in present],
            [item.confidence for item in removed if not item.is_right],
        ),
        "answer_auroc": auroc(
            [item.confidence for item in [*present, *removed] if item.is_right],
            [item.confidence for item in [*present, *removed] if not item.is_right],
        ),
        "threshold": THRESHOLD,
        "answered_present": _share_answered(present),
        "answered_removed": _share_answered(removed),
        "wrong_share_of_answers": _share_wrong([*present, *removed]),
        "wrong_share_of_answers_present": _share_wrong(present),
        "wrong_share_by_paragraph": _share_wrong([*present, *removed], by_paragraph=True),
        "wrong_share_by_paragraph_present": _share_wrong(present, by_paragraph=True),
        "risk_coverage_area": area_under_risk(risk_coverage(examples)),
        "calibration_error": calibration_error(reliability(examples)),
        "ms_per_question": {
            "p50": float(np.percentile(milliseconds, 50)) if milliseconds else None,
            "p95": float(np.percentile(milliseconds, 95)) if milliseconds else None,
        },
    }


def risk_examples(asked: Sequence[AskedTwice]) -> list[Example]:
    """List both askings of every question as examples for the functions of risk."""
    return [
        Example(judged.confidence, judged.is_right)
        for item in asked
        for judged in (item.present, item.removed)
    ]


def add_paragraphs(library: Library, paragraphs: Sequence[str]) -> list[int]:
    """Add each paragraph as a document of one passage; their ids, in the same order."""
    ids = []
    for number, text in enumerate(paragraphs):
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        document = Document("", text, f"paragraph {number}", content_hash)
        passage = Passage(0, len(text), text)
        ids.append(library.add(document, COLLECTION, passages=[passage]).document_id)
    library.level()
    return ids


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Area under the ROC curve: how often a positive is above a negative, ties counting half."""
    if not len(positives) or not len(negatives):
        return None
    values = np.concatenate([positives, negatives])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = ((last - counts + 1 + last) / 2)[inverse]
    above = ranks[: len(positives)].sum() - len(positives) * (len(positives) + 1) / 2
    return float(above / (len(positives) * len(negatives)))


def _rank(findings: Findings, retriever: str, relevant: int) -> int | None:
    ranking = [hit for hit in findings.rank(findings.weights.of(retriever)) if hit[1] > 0][:_DEPTH]
    found = [findings.passages[passage_id].document_id for passage_id, _ in ranking]
    return found.index(relevant) + 1 if relevant in found else None


def _is_right_sentence(answer: Answer, relevant: int, question: JudgedQuestion) -> bool | None:
    if not answer.quotes or answer.quotes[0].document_id != relevant:
        return None
    if not question.answer_starts:
        return None
    start, end = answer.quotes[0].highlight
    return any(start <= at < end for at in question.answer_starts)


def _judge(answer: Answer, question: JudgedQuestion, own: Passage) -> Judgement:
    if not answer.quotes:
        return Judgement(answer.confidence, is_own=False, is_right=False)
    quote = answer.quotes[0].passage
    is_own = is_copy(own, quote)
    return Judgement(answer.confidence, is_own, is_own or holds_answer(quote.text, question))


def holds_answer(text: str, question: JudgedQuestion) -> bool:
    """Whether a text holds one of a question's answers, in whole folded words."""
    held = f" {' '.join(split_words(text))} "
    answers = (" ".join(split_words(answer)) for answer in question.answers)
    return any(f" {answer} " in held for answer in answers if answer)


def _share_answered(judgements: Sequence[Judgement]) -> float | None:
    given = [item.confidence >= THRESHOLD for item in judgements]
    return sum(given) / len(given) if given else None


def _share_wrong(judgements: Sequence[Judgement], *, by_paragraph: bool = False) -> float | None:
    point = risk_at(
        [
            Example(item.confidence, item.is_own if by_paragraph else item.is_right)
            for item in judgements
        ],
        THRESHOLD,
    )
    return point.risk if point else None


def _ranking_measures(ranks: Sequence[int | None]) -> dict[str, float | None]:
    def mean(score: Callable[[int], float]) -> float | None:
        return sum(score(r) for r in ranks if r is not None) / len(ranks) if ranks else None

    return {
        "recall@1": mean(lambda rank: rank <= 1),
        "recall@3": mean(lambda rank: rank <= 3),
        "recall@10": mean(lambda rank: rank <= 10),
        "ndcg@10": mean(lambda rank: 1 / math.log2(rank + 1)),
        "mrr@10": mean(lambda rank: 1 / rank),
    }
