"""Questions whose paragraph is known, from files of SQuAD's format: each text only once."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from embeddings.errors import AlintiError


class JudgedQuestion(NamedTuple):
    """A question with what answers it.

    Attributes:
        text: The question.
        paragraph: Index of its paragraph.
        answer_starts: Where its answers begin in that paragraph; empty where the file does not
            say.
        answers: Their texts, each once; empty where the file does not say.
    """

    text: str
    paragraph: int
    answer_starts: tuple[int, ...]
    answers: tuple[str, ...] = ()


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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidQuestionSet(
            f"{path}: not a file of SQuAD's format ({type(error).__name__}: {error})"
        ) from error


def _deduplicate(pairs: Iterable[tuple[str, dict[str, Any]]]) -> QuestionSet:
    paragraphs: dict[str, int] = {}
    questions: dict[str, JudgedQuestion] = {}
    for context, question in pairs:
        answers = question.get("answers", ())
        texts_there = [context, question["question"], *(a.get("text", "") for a in answers)]
        if not all(isinstance(text, str) for text in texts_there):
            raise TypeError("paragraphs, questions and answers must be texts")
        index = paragraphs.setdefault(context, len(paragraphs))
        starts = tuple(sorted({a["answer_start"] for a in answers if a["answer_start"] >= 0}))
        texts = tuple(dict.fromkeys(a["text"] for a in answers if a.get("text")))
        text = question["question"]
        questions.setdefault(text, JudgedQuestion(text, index, starts, texts))
    return QuestionSet(list(paragraphs), list(questions.values()))
