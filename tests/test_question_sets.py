import json
from pathlib import Path
from typing import Any

import pytest

from embeddings.question_sets import (
    InvalidQuestionSet,
    JudgedQuestion,
    QuestionSet,
    load_questions,
)

SEA = "Fener kıyıda durur. Geceleri ışığı yanar."
OLIVES = "Zeytin güzün toplanır. Yağı kışa kalır."
MEETING = "Kurul salı günü toplanır. Tutanak çarşambaya yazılır."


def squad(*paragraphs: tuple[str, list[tuple[str, int]]]) -> dict[str, Any]:
    return {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": context,
                        "qas": [
                            {"question": text, "answers": [{"text": "", "answer_start": start}]}
                            for text, start in questions
                        ],
                    }
                ]
            }
            for context, questions in paragraphs
        ]
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.json"
    data = squad(
        (SEA, [("Fenerin ışığı ne zaman yanar?", 20), ("Fener nerede durur?", 6)]),
        (OLIVES, [("Zeytin ne zaman toplanır?", 7), ("Fener nerede durur?", 0)]),
        (SEA, [("Geceleri ne yanar?", -1)]),
        (MEETING, [("Tutanak ne zaman yazılır?", 0)]),
    )
    path.write_text(json.dumps(data), "utf-8")
    return path


def test_paragraphs_and_questions_are_each_taken_once(file: Path) -> None:
    assert load_questions(file) == QuestionSet(
        [SEA, OLIVES, MEETING],
        [
            JudgedQuestion("Fenerin ışığı ne zaman yanar?", 0, (20,)),
            JudgedQuestion("Fener nerede durur?", 0, (6,)),
            JudgedQuestion("Zeytin ne zaman toplanır?", 1, (7,)),
            JudgedQuestion("Geceleri ne yanar?", 0, ()),
            JudgedQuestion("Tutanak ne zaman yazılır?", 2, (0,)),
        ],
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"data": [{"paragraphs": [{"context": 1}]}]}'])
def test_a_file_of_another_format_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidQuestionSet, match=r"other\.json: not a file of SQuAD's format"):
        load_questions(path)


def test_answers_are_taken_with_their_texts_each_once(tmp_path: Path) -> None:
    path = tmp_path / "questions.json"
    data = squad((SEA, [("Fener nerede durur?", 6)]))
    answers = data["data"][0]["paragraphs"][0]["qas"][0]["answers"]
    answers[:] = [{"text": text, "answer_start": 6} for text in ("kıyıda", "kıyıda", "", "durur")]
    path.write_text(json.dumps(data), "utf-8")
    (question,) = load_questions(path).questions
    assert question.answers == ("kıyıda", "durur")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidQuestionSet, match=r"none\.json: No such file"):
        load_questions(tmp_path / "none.json")
