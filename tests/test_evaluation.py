import json
import math
from pathlib import Path
from typing import Any

import pytest

from embeddings.evaluation import (
    InvalidQuestionSet,
    JudgedQuestion,
    QuestionSet,
    auroc,
    evaluate,
    load_questions,
)
from tests.encoders import LetterEncoder

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


@pytest.mark.parametrize("retriever", ["hybrid", "lexical"])
@pytest.mark.parametrize("is_ascii", [False, True])
def test_measures_count_what_was_found(file: Path, retriever: str, is_ascii: bool) -> None:
    asked: list[int] = []
    measures = evaluate(
        load_questions(file),
        LetterEncoder("eiklt"),
        retriever=retriever,
        is_ascii=is_ascii,
        progress=asked.append,
    )
    assert asked == [1, 2, 3, 4, 5]
    assert list(measures) == [
        "questions",
        "passages",
        "recall@1",
        "recall@3",
        "recall@10",
        "ndcg@10",
        "mrr@10",
        "sentence_accuracy",
        "abstention_auroc",
        "ms_per_question",
    ]
    assert (measures["questions"], measures["passages"]) == (5, 3)
    assert measures["recall@1"] == measures["ndcg@10"] == measures["mrr@10"] == 1.0
    assert measures["sentence_accuracy"] == 0.75  # the file has the wrong place for the last one
    assert measures["abstention_auroc"] >= 0.9
    assert 0 < measures["ms_per_question"]["p50"] <= measures["ms_per_question"]["p95"]


def test_ranks_below_the_first_count_less() -> None:
    # By letters: "bb" is nearest to "b", then "ab", then "aab".
    paragraphs = ["aab", "ab", "bb"]
    questions = QuestionSet(paragraphs, [JudgedQuestion("b", 1, ()), JudgedQuestion("bbb", 0, ())])
    measures = evaluate(questions, LetterEncoder("ab"), retriever="dense")
    assert (measures["recall@1"], measures["recall@3"]) == (0.0, 1.0)
    assert measures["mrr@10"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert measures["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / 2)
    assert measures["sentence_accuracy"] is None


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auroc([0.9, 0.1], [0.5]) == 0.5
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.7, 0.7, 0.2], [0.7, 0.1]) == pytest.approx((0.5 + 1 + 0.5 + 1 + 0 + 1) / 6)
    assert auroc([], [0.5]) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"data": [{"paragraphs": [{"context": 1}]}]}'])
def test_a_file_of_another_format_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidQuestionSet, match=r"other\.json: not a file of SQuAD's format"):
        load_questions(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidQuestionSet, match=r"none\.json: No such file"):
        load_questions(tmp_path / "none.json")
