import math
from collections.abc import Sequence

import pytest

from embeddings.datatypes import Vectors
from embeddings.evaluation import (
    AskedTwice,
    Judgement,
    ask_twice,
    auroc,
    evaluate,
    holds_answer,
    measure,
)
from embeddings.question_sets import JudgedQuestion, QuestionSet
from embeddings.typos import mistype
from embeddings.weights import DEFAULT
from tests.encoders import LetterEncoder
from tests.test_question_sets import MEETING, OLIVES, SEA

QUESTIONS = QuestionSet(
    [SEA, OLIVES, MEETING],
    [
        JudgedQuestion("Fenerin ışığı ne zaman yanar?", 0, (20,)),
        JudgedQuestion("Fener nerede durur?", 0, (6,)),
        JudgedQuestion("Zeytin ne zaman toplanır?", 1, (7,)),
        JudgedQuestion("Geceleri ne yanar?", 0, ()),
        JudgedQuestion("Tutanak ne zaman yazılır?", 2, (0,)),  # it stands in the other sentence
    ],
)


@pytest.mark.parametrize("retriever", ["hybrid", "lexical"])
@pytest.mark.parametrize("is_ascii", [False, True])
def test_measures_count_what_was_found(retriever: str, is_ascii: bool) -> None:
    asked: list[int] = []
    measures = evaluate(
        QUESTIONS,
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
        "abstention_auroc_unanswered",
        "answer_auroc",
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
    assert measures["sentence_accuracy"] == 0.75  # of four whose place is known
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
            asked((0.7, True, True), (0.65, False, True)),
            asked((0.6, False, True), (0.59, False, False)),
            asked((0.4, False, False), (0.1, False, False)),
        ],
        passages=4,
    )
    assert measures["threshold"] == 0.6
    assert (measures["answered_present"], measures["answered_removed"]) == (0.75, 0.5)
    assert measures["wrong_share_of_answers"] == 1 / 5
    assert measures["wrong_share_of_answers_present"] == 0.0
    assert measures["wrong_share_by_paragraph"] == 3 / 5
    assert measures["wrong_share_by_paragraph_present"] == 1 / 3
    # By confidence: right, wrong, right, right, right, then wrong ones.
    risks = (0, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 2 / 6, 3 / 7, 4 / 8)
    assert measures["risk_coverage_area"] == pytest.approx(sum(risks) / 8)


def test_what_another_paragraph_answers_is_not_held_against_the_confidence() -> None:
    measures = measure(
        [
            asked((0.9, True, True), (0.8, False, True)),
            asked((0.7, True, True), (0.6, False, False)),
            asked((0.5, False, False), (0.4, False, False)),
        ],
        passages=3,
    )
    # Present .9 .7 .5, removed .8 .6 .4, of which .8 answers too.
    assert measures["abstention_auroc"] == pytest.approx((3 + 2 + 1) / 9)
    assert measures["abstention_auroc_unanswered"] == pytest.approx((2 + 2 + 1) / 6)
    # All six: .9 .8 .7 answer, .6 .5 .4 do not.
    assert measures["answer_auroc"] == 1.0


def test_without_a_removed_one_that_fails_there_is_nothing_to_tell_apart() -> None:
    measures = measure([asked((0.9, True, True), (0.8, False, True))], passages=1)
    assert measures["abstention_auroc"] == 1.0
    assert measures["abstention_auroc_unanswered"] is None
    assert measures["answer_auroc"] is None


def test_questions_are_asked_with_the_weights_of_the_encoder() -> None:
    # The first paragraph shares a word with the question, the second most letters.
    questions = QuestionSet(["kedi xx", "köpek yyx"], [JudgedQuestion("kedi yy", 1, ())])
    nothing = dict.fromkeys(DEFAULT.ranking, 0.0)
    for ranking, rank in (({"dense": 1.0}, 1), ({"prefixes": 1.0}, None)):
        weights = {"letters": DEFAULT._replace(ranking=nothing | ranking)}
        (found,) = ask_twice(questions, LetterEncoder("xy"), weights=weights)
        assert found.rank == rank


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


def test_a_text_holds_an_answer_in_whole_folded_words() -> None:
    question = JudgedQuestion("?", 0, (), ("Bağdat", "üç yıl"))
    assert holds_answer("BAĞDAT'ta kaldı.", question)
    assert holds_answer("Tam üç yıl!", question)
    assert not holds_answer("Bağdatlı idi, üç ya da yıl.", question)
    assert not holds_answer("Bağdat", JudgedQuestion("?", 0, (), ("", "?!")))


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
