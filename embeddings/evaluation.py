"""Quality on questions whose paragraph is known, in files of SQuAD's format.

One passage for each distinct paragraph, questions deduplicated by their text, and the one
paragraph that a question was written for is relevant: the protocol of MTEB's XQuADRetrieval.
"""

import hashlib
import json
import math
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings import confidence
from embeddings.datatypes import Document, Encoder, Passage
from embeddings.errors import AlintiError
from embeddings.findings import Findings
from embeddings.library import RETRIEVERS, Library

COLLECTION = "evaluation"
_DEPTH = 10

_TYPED_WITHOUT = str.maketrans("ıİşŞğĞçÇöÖüÜâÂîÎûÛ", "iIsSgGcCoOuUaAiIuU")


class JudgedQuestion(NamedTuple):
    """A question with what answers it.

    Attributes:
        text: The question.
        paragraph: Index of its paragraph.
        answer_starts: Where its answers begin in that paragraph; empty where the file does not
            say.
    """

    text: str
    paragraph: int
    answer_starts: tuple[int, ...]


class QuestionSet(NamedTuple):
    """A file of SQuAD's format, paragraphs and questions each only once."""

    paragraphs: list[str]
    questions: list[JudgedQuestion]


class InvalidQuestionSet(AlintiError):
    """A file is not of SQuAD's format."""


def load_questions(path: Path) -> QuestionSet:
    """Load a file of SQuAD's format (version 1.1 or 2.0).

    Raises:
        InvalidQuestionSet: If it is missing or of another format.
    """
    try:
        data = json.loads(path.read_text("utf-8"))["data"]
        return _deduplicate(
            (paragraph["context"], question)
            for article in data
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        )
    except OSError as error:
        raise InvalidQuestionSet(f"{path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidQuestionSet(
            f"{path}: not a file of SQuAD's format ({type(error).__name__}: {error})"
        ) from error


def evaluate(
    questions: QuestionSet,
    encoder: Encoder,
    *,
    retriever: str = "hybrid",
    is_ascii: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Measure one way of searching.

    Args:
        questions: What to ask, of which paragraphs.
        encoder: The model to measure.
        retriever: A key of library.RETRIEVERS.
        is_ascii: Ask as people type who leave out the letters that English lacks.
        progress: Called with the number of questions asked so far.

    Returns:
        Counts and measures as ``alinti evaluate --json`` prints them: recall, nDCG and MRR over
        all questions; sentence_accuracy among those whose first quote is right and whose answer's
        place is known; abstention_auroc, the chance that the confidence of a question with its
        paragraph present is above that of one whose paragraph was removed.
    """
    ranks: list[int | None] = []
    sentences: list[bool] = []
    present: list[float] = []
    removed: list[float] = []
    milliseconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), encoder)
        try:
            documents = add_paragraphs(library, questions.paragraphs)
            for number, question in enumerate(questions.questions, start=1):
                text = question.text.translate(_TYPED_WITHOUT) if is_ascii else question.text
                started = time.perf_counter()
                answer = library.answer(text, [COLLECTION], limit=_DEPTH, retriever=retriever)
                milliseconds.append((time.perf_counter() - started) * 1000)
                relevant = documents[question.paragraph]
                found = [quote.document_id for quote in answer.quotes]
                rank = found.index(relevant) + 1 if relevant in found else None
                ranks.append(rank)
                if rank == 1 and question.answer_starts:
                    start, end = answer.quotes[0].highlight
                    sentences.append(any(start <= at < end for at in question.answer_starts))
                present.append(answer.confidence)
                without = library.collect(
                    text, [COLLECTION], retriever=retriever, without=relevant
                )
                removed.append(confidence_of(without, retriever))
                progress(number)
        finally:
            library.close()
    return {
        "questions": len(questions.questions),
        "passages": len(questions.paragraphs),
        **_ranking_measures(ranks),
        "sentence_accuracy": float(np.mean(sentences)) if sentences else None,
        "abstention_auroc": auroc(present, removed),
        "ms_per_question": {
            "p50": float(np.percentile(milliseconds, 50)) if milliseconds else None,
            "p95": float(np.percentile(milliseconds, 95)) if milliseconds else None,
        },
    }


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


def confidence_of(findings: Findings, retriever: str) -> float:
    """Estimate the confidence of the best quote among findings; 0 where nothing was found."""
    ranking = findings.rank(RETRIEVERS[retriever])
    return confidence.estimate(findings.signals(ranking)) if ranking else 0.0


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


def _deduplicate(pairs: Iterable[tuple[str, dict[str, Any]]]) -> QuestionSet:
    paragraphs: dict[str, int] = {}
    questions: dict[str, JudgedQuestion] = {}
    for context, question in pairs:
        index = paragraphs.setdefault(context, len(paragraphs))
        answers = question.get("answers", ())
        starts = tuple(sorted({a["answer_start"] for a in answers if a["answer_start"] >= 0}))
        text = question["question"]
        questions.setdefault(text, JudgedQuestion(text, index, starts))
    return QuestionSet(list(paragraphs), list(questions.values()))
