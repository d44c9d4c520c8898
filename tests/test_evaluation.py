import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from embeddings.datatypes import Vectors
from embeddings.evaluation import (
    AskedTwice,
    InvalidQuestionSet,
    JudgedQuestion,
    Judgement,
    QuestionSet,
    ask_twice,
    auroc,
    evaluate,
    load_questions,
    measure,
)
from embeddings.typos import mistype
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
        "threshold",
        "answered_present",
        "answered_removed",
        "wrong_share_of_answers",
        "wrong_share_of_answers_present",
        "wrong_share_by_paragraph",
        "wrong_share_by_paragraph_present",
        "risk_coverage_area",
        "calibration_error",
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


def asked(
    present: tuple[float, bool, bool], removed: tuple[float, bool, bool] = (0.0, False, False)
) -> AskedTwice:
    return AskedTwice(1, None, Judgement(*present), Judgement(*removed), 1.0)


def test_wrong_answers_are_counted_among_the_answers_given() -> None:
    measures = measure(
        [
            asked((0.9, True, True), (0.8, False, False)),
            asked((0.7, True, True), (0.6, False, True)),
            asked((0.5, False, True), (0.49, False, False)),
            asked((0.4, False, False), (0.1, False, False)),
        ],
        passages=4,
    )
    assert measures["threshold"] == 0.5
    assert (measures["answered_present"], measures["answered_removed"]) == (0.75, 0.5)
    assert measures["wrong_share_of_answers"] == 1 / 5
    assert measures["wrong_share_of_answers_present"] == 0.0
    assert measures["wrong_share_by_paragraph"] == 3 / 5
    assert measures["wrong_share_by_paragraph_present"] == 1 / 3
    # By confidence: right, wrong, right, right, right, then wrong ones.
    risks = (0, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 2 / 6, 3 / 7, 4 / 8)
    assert measures["risk_coverage_area"] == pytest.approx(sum(risks) / 8)


def test_nothing_answered_has_no_share() -> None:
    measures = measure([asked((0.2, True, True))], passages=1)
    assert measures["answered_present"] == 0.0
    assert measures["wrong_share_of_answers"] is None
    assert measure([], passages=0)["risk_coverage_area"] is None


def judged(answer: str, *, present: str, removed: str) -> AskedTwice:
    """Ask for the letter b, which the second paragraph has most of, then the third."""
    questions = QuestionSet(
        ["aaa", present, removed], [JudgedQuestion("bbb", 1, (), (answer,) if answer else ())]
    )
    (found,) = ask_twice(questions, LetterEncoder("ab"), retriever="dense")
    return found


def test_another_paragraph_answers_where_it_holds_the_words_of_an_answer() -> None:
    found = judged("Kırk İki", present="bbb yanıt kırk iki", removed="abb: KIRK, iki!")
    assert (found.present.is_own, found.present.is_right) == (True, True)
    assert (found.removed.is_own, found.removed.is_right) == (False, True)


@pytest.mark.parametrize("removed", ["abb 1453", "abb 3,5"])
def test_a_short_answer_is_held_in_whole_words_only(removed: str) -> None:
    found = judged("3", present="bbb 3", removed=removed)
    assert found.present.is_right
    assert found.removed.is_right == (removed == "abb 3,5")


def test_an_own_paragraph_is_right_whatever_the_file_calls_an_answer() -> None:
    assert judged("", present="bbb", removed="abb").present.is_right
    assert not judged("", present="bbb", removed="abb").removed.is_right


def test_a_copy_answers_in_place_of_the_paragraph() -> None:
    long = "bbb " + " ".join(f"kelime {place}" for place in "bir iki üç dört beş altı".split())
    found = judged("", present=long, removed=long.replace(" üç", ", üç"))
    assert found.rank in (1, 2)
    assert (found.present.is_own, found.removed.is_own) == (True, True)


def test_errors_are_typed_into_what_is_asked() -> None:
    heard: list[str] = []

    class Listening(LetterEncoder):
        def encode_query(self, texts: Sequence[str]) -> Vectors:
            heard.extend(texts)
            return super().encode_query(texts)

    questions = QuestionSet([SEA, OLIVES], [JudgedQuestion("Fenerin ışığı", 0, ())])
    ask_twice(questions, Listening("eiklt"), is_ascii=True, typo_seed=7)
    ask_twice(questions, Listening("eiklt"))
    asked = [text for text in heard if not text.startswith("\n")]  # passages have an empty title
    assert asked == [mistype("Fenerin isigi", seed=7)] * 2 + ["Fenerin ışığı"] * 2


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
