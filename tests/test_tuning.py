import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import tuning
from embeddings.confidence import Calibration, Signals, advantage, estimate
from embeddings.datatypes import Passage
from embeddings.findings import Findings
from embeddings.highlight import Evidence
from embeddings.listing import StoredPassage
from embeddings.question_sets import JudgedQuestion, QuestionSet
from embeddings.questions import parse_question
from embeddings.tuning import Asked, Quality
from embeddings.weights import DEFAULT, RETRIEVERS, Weights
from tests.encoders import LetterEncoder

NAMES = RETRIEVERS["hybrid"]
START = {"prefixes": 0.0, "grams": 1.0, "dense": 0.2, "coverage": 0.0, "sentence": 0.0}
SECOND = 1 / math.log2(3)  # nDCG of the second place

Scores = Mapping[str, list[float]]


def findings(scores: Scores, *documents: int) -> Findings:
    """Passages 1, 2, ... of documents, scored by each ranking; grams tell their coverage too."""
    ids = range(1, len(documents) + 1)
    rankings = {
        name: list(zip(ids, scores.get(name, [0.0] * len(documents)), strict=True))
        for name in NAMES
    }
    passages = {
        id_: StoredPassage(id_, of, "c", "", "", Passage(0, 2, f"p{of}"))
        for id_, of in zip(ids, documents, strict=True)
    }
    evidence = {id_: Evidence((0, 1), 0.0, held) for id_, held in rankings["grams"]}
    return Findings(parse_question("?"), DEFAULT, rankings, passages, evidence)


def asked(
    relevant: int, *, paragraph: int = 0, removed: Scores | None = None, **scores: list[float]
) -> Asked:
    """Ask a question, of the documents 1, 2 and 3 and then of 7, 8 and 9."""
    question = JudgedQuestion("?", paragraph, (), ("p8",))
    without = findings(removed or {"grams": [0.1, 0.1, 0.1]}, 7, 8, 9)
    return Asked(question, relevant, findings(scores, 1, 2, 3), without)


# Words have document 1 ahead, meaning 2, which wins from a weight above 1 on.
WORDS, MEANING = [0.5, 0.0, 0.0], [0.0, 0.5, 0.0]


def test_the_ranking_that_is_right_gets_the_weight() -> None:
    items = [asked(2, grams=[0.3, 0.2, 0.0], sentence=[0.0, 0.4, 0.1])]
    weights = tuning.choose_weights([items], START)
    # Below a quarter it would not change the order; of equals the least is taken.
    assert weights == START | {"sentence": 0.3}
    assert tuning.mean_ndcg(tuning.tabulate(items), weights) == 1.0


def test_an_encoder_that_misleads_gets_no_weight() -> None:
    items = [asked(1, grams=[0.1, 0.0, 0.0], dense=[0.0, 1.0, 0.5])]
    assert tuning.choose_weights([items], START) == START | {"dense": 0.0}


def test_a_strong_encoder_gets_more_weight() -> None:
    items = [asked(2, grams=WORDS, dense=MEANING)]
    assert tuning.choose_weights([items], START) == START | {"dense": 1.4}


def test_a_ranking_that_changes_nothing_keeps_its_weight() -> None:
    items = [asked(1, grams=[0.9, 0.1, 0.0], dense=[0.1, 0.2, 0.0])]
    assert tuning.choose_weights([items], START) == START


def test_only_proportions_count_so_grams_keep_theirs() -> None:
    items = [asked(2, grams=[1.0, 0.0, 0.0], coverage=[0.0, 0.4, 0.0])]
    weights = tuning.choose_weights([items], START | {"grams": 0.5})
    assert weights == START | {"grams": 0.5, "coverage": 1.4}


def test_each_file_counts_the_same_however_many_questions_it_has() -> None:
    strong = [asked(2, grams=WORDS, dense=MEANING)]
    weak = [asked(1, grams=WORDS, dense=MEANING)] * 2 + [asked(3, grams=[0.0, 0.0, 1.0])] * 8
    # The one question gains more than a fifth of ten loses, though not more than two lose.
    assert tuning.choose_weights([strong, weak], START)["dense"] == 1.4
    assert tuning.choose_weights([strong + weak], START)["dense"] == 0.2


def test_ndcg_counts_the_place_of_the_own_paragraph() -> None:
    only_grams = dict.fromkeys(NAMES, 0.0) | {"grams": 1.0}
    tables = tuning.tabulate([asked(2, grams=[0.3, 0.2, 0.1]), asked(9, grams=[0.3, 0.2, 0.1])])
    assert [row for row, _ in tables] == [1, -1]
    assert tuning.mean_ndcg(tables, only_grams) == pytest.approx((SECOND + 0) / 2)


def test_of_equal_passages_the_first_is_ahead_as_in_the_ranking() -> None:
    only_grams = dict.fromkeys(NAMES, 0.0) | {"grams": 1.0}
    first, second = (asked(own, grams=[0.5, 0.5, 0.0]) for own in (1, 2))
    assert tuning.mean_ndcg(tuning.tabulate([first]), only_grams) == 1.0
    assert tuning.mean_ndcg(tuning.tabulate([second]), only_grams) == pytest.approx(SECOND)
    assert [id_ for id_, _ in second.findings.rank(only_grams)] == [1, 2, 3]


def test_what_is_laid_out_adds_up_to_the_scores_of_the_ranking() -> None:
    # Words find little: meaning counts more, in the one as in the other.
    item = asked(2, grams=[0.1, 0.05, 0.0], dense=[0.2, 0.3, 0.1], sentence=[0.0, 0.5, 1.0])
    item = item._replace(findings=item.findings._replace(trust=11.0))
    weights = dict(zip(NAMES, (0.5, 1.0, 0.3, 1.0, 2.0), strict=True))
    [(_, scores)] = tuning.tabulate([item])
    added_up = scores @ np.array([weights[name] for name in NAMES])
    ranking = dict(item.findings.rank(weights))
    assert dict(enumerate(added_up, 1)) == pytest.approx(ranking)
    assert ranking[2] == pytest.approx(0.05 + 0.3 * 0.3 * 11.0 + 2.0 * 0.5)


def test_examples_are_the_first_passages_of_which_it_is_known_whether_they_answer() -> None:
    own = asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.2, 0.1, 0.1]})
    other = asked(2, grams=[0.9, 0.1, 0.1], removed={"grams": [0.0, 0.0, 0.3]})
    nothing = asked(1, removed={"grams": [0.0, 0.0, 0.0]})
    features, offsets, labels = tuning.examples([own, other, nothing], START)
    coverage = Signals._fields.index("coverage")
    assert features.shape == (3, len(Signals._fields))
    assert features[:, coverage].tolist() == [0.9, 0.2, 0.3]
    assert offsets.tolist() == [0, 0, 0]
    assert labels.tolist() == [1, 0, 0]


def test_what_few_passages_are_worth_is_not_learnt_once_more() -> None:
    item = asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.9, 0.1, 0.1]})
    few = item._replace(
        findings=item.findings._replace(searched=5), without=item.without._replace(searched=5)
    )
    many, little = (tuning.fit_confidence([one] * 40, START) for one in (item, few))
    assert little.bias == pytest.approx(many.bias - advantage(5), abs=1e-4)


def test_without_an_example_there_is_nothing_to_fit() -> None:
    features, offsets, labels = tuning.examples([], START)
    assert features.shape == (0, len(Signals._fields))
    assert offsets.shape == labels.shape == (0,)
    assert tuning.fit_confidence([], START) == Calibration(Signals(*[0.0] * 7), 0.0)


def test_the_fit_tells_answers_from_others() -> None:
    item = asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.2, 0.19, 0.18]})
    calibration = tuning.fit_confidence([item] * 40, START)
    assert calibration.weights.coverage > 0
    assert calibration.weights.lead > 0

    def probability(found: Findings) -> float:
        return estimate(found.signals(found.rank(START)), calibration)

    assert probability(item.findings) > 0.75
    assert probability(item.without) < 0.25


def test_a_signal_that_never_differs_tells_nothing() -> None:
    item = asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.2, 0.19, 0.18]})
    weights = tuning.fit_confidence([item] * 40, START).weights
    # No sentence holds anything; brevity is that of the same question.
    assert weights.sentence == weights.cosine == weights.proximity == 0.0
    assert weights.brevity == pytest.approx(0.0, abs=1e-3)


def test_a_signal_that_is_not_kept_gets_no_weight() -> None:
    item = asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.2, 0.19, 0.18]})
    kept = np.array([name != "coverage" for name in Signals._fields], float)
    weights = tuning.fit_confidence([item] * 40, START, kept=kept).weights
    assert weights.coverage == 0.0
    assert weights.lead > tuning.fit_confidence([item] * 40, START).weights.lead


def learn(
    monkeypatch: pytest.MonkeyPatch, features: list[Signals], labels: list[float]
) -> Signals:
    """Fit the confidence to given examples."""
    given = (np.array(features, float), np.zeros(len(features)), np.array(labels, float))
    monkeypatch.setattr(tuning, "examples", lambda *_: given)
    return tuning.fit_confidence([], START).weights


SOME = Signals(*[0.5] * 7)


@pytest.mark.parametrize("name", Signals._fields)
def test_a_signal_that_seems_to_speak_the_wrong_way_gets_no_weight(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # Where the signal is high no answer is right, and the other way round.
    low, high = (SOME._replace(**{name: value}) for value in (0.0, 1.0))
    weights = learn(monkeypatch, [high, low] * 20, [0.0, 1.0] * 20)._asdict()
    as_it_should = learn(monkeypatch, [high, low] * 20, [1.0, 0.0] * 20)._asdict()
    if name == "brevity":  # the one that speaks against an answer
        weights, as_it_should = as_it_should, weights
        assert as_it_should[name] < -1
    else:
        assert as_it_should[name] > 1
    assert weights[name] == 0.0


def test_without_the_signal_that_goes_the_others_are_fitted_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features = [
        SOME._replace(coverage=0.6, lead=0.9),
        SOME._replace(coverage=0.9, lead=0.2),
        SOME._replace(coverage=0.3, lead=0.8),
        SOME._replace(coverage=1.0, lead=0.7),
    ] * 10
    labels = [1.0, 0.0, 1.0, 0.0] * 10
    weights = learn(monkeypatch, features, labels)
    assert weights.coverage == 0.0
    even = [signals._replace(coverage=0.0) for signals in features]
    assert weights == learn(monkeypatch, even, labels)


SHARES = st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 1.0])] * 7).map(lambda row: Signals(*row))


@given(st.lists(SHARES, min_size=1, max_size=12), st.lists(SHARES, min_size=1, max_size=12))
def test_whatever_the_examples_more_evidence_never_speaks_against_an_answer(
    right: list[Signals], wrong: list[Signals]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        *others, brevity = learn(patch, right + wrong, [1.0] * len(right) + [0.0] * len(wrong))
    assert min(others) >= 0
    assert brevity <= 0


# Confident where the first passage holds more than half of the question.
BY_WORDS = Calibration(Signals(*[0.0] * 7)._replace(coverage=20.0), bias=-10.0)


def test_quality_is_that_of_the_places_and_of_the_answers_given() -> None:
    items = [
        asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.8, 0.1, 0.1]}),
        asked(2, grams=[0.7, 0.6, 0.1], removed={"grams": [0.1, 0.6, 0.1]}),
        asked(9, grams=[0.4, 0.2, 0.1], removed={"grams": [0.3, 0.1, 0.1]}),
    ]
    quality = tuning.measure(items, Weights(START, BY_WORDS))
    assert quality.ndcg == pytest.approx((1 + SECOND + 0) / 3)
    assert quality.recall == pytest.approx(1 / 3)
    # Present .9 .7 .4, removed .8 .6 .3.
    assert quality.auroc == pytest.approx((3 + 2 + 1) / 9)
    # Answers: .9 is its own, .8 wrong, .7 another's, and .6 is p8, which holds the answer.
    assert quality.wrong_share == pytest.approx(2 / 4)


def test_without_an_answer_none_is_wrong() -> None:
    nothing = asked(1, grams=[0.0, 0.0, 0.0], removed={"grams": [0.0, 0.0, 0.0]})
    quality = tuning.measure([nothing], Weights(START, BY_WORDS))
    assert quality == Quality(ndcg=1.0, recall=1.0, auroc=0.5, wrong_share=None)


def test_without_a_question_there_is_no_quality() -> None:
    quality = tuning.measure([], Weights(START, BY_WORDS))
    assert quality == Quality(ndcg=None, recall=None, auroc=None, wrong_share=None)


def divided() -> list[Asked]:
    """Meaning is right for even paragraphs, and wrong for odd ones."""
    return [
        asked(1 if paragraph % 2 else 2, paragraph=paragraph, grams=WORDS, dense=MEANING)
        for paragraph in range(10)
    ]


def test_what_is_chosen_is_tested_on_paragraphs_that_it_was_not_chosen_on() -> None:
    items = {"file": divided()}
    tuned = tuning.tune(items, items, Weights(START, BY_WORDS))
    # Each half by itself would be ranked perfectly by what it chooses, and the other not at all.
    for half in (0, 1):
        own = divided()[half::2]
        assert tuning.measure(own, tuning.choose({"f": own}, {}, tuned.weights)).recall == 1.0
    assert tuned.after["file"].recall == 0.0
    assert tuned.after["file"].ndcg == pytest.approx(SECOND)
    assert tuned.before["file"].recall == 0.5
    assert tuned.before["file"].ndcg == pytest.approx((1 + SECOND) / 2)
    assert tuned.weights.ranking == START  # of all, no other weight is better


def test_no_paragraph_is_learnt_from_and_tested_on(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt: list[set[int]] = []
    tested: list[set[int]] = []
    choose, measure = tuning.choose, tuning.measure

    def note_learnt(whole: tuning.Sets, small: tuning.Sets, start: Weights) -> Weights:
        items = [item for part in (whole, small) for of in part.values() for item in of]
        learnt.append({item.question.paragraph for item in items})
        return choose(whole, small, start)

    def note_tested(items: list[Asked], weights: Weights) -> Quality:
        tested.append({item.question.paragraph for item in items})
        return measure(items, weights)

    monkeypatch.setattr(tuning, "choose", note_learnt)
    monkeypatch.setattr(tuning, "measure", note_tested)
    # Two questions for each paragraph.
    tuning.tune({"file": divided() * 2}, {"file": divided() * 2}, Weights(START, BY_WORDS))
    even, odd, both = set(range(0, 10, 2)), set(range(1, 10, 2)), set(range(10))
    assert learnt == [odd, even, both]
    assert tested == [even, odd, both]


def test_a_choice_that_one_half_cannot_test_has_no_quality() -> None:
    one_paragraph = {"file": [asked(1, grams=WORDS)]}
    tuned = tuning.tune(one_paragraph, one_paragraph, Weights(START, BY_WORDS))
    assert tuned.before["file"] == Quality(1.0, 1.0, 1.0, None)
    assert tuned.after["file"] == Quality(None, None, None, None)


def test_the_confidence_is_fitted_on_large_and_small_libraries_together() -> None:
    large = asked(1, grams=[0.9, 0.1, 0.1], removed={"grams": [0.2, 0.19, 0.18]})
    small = asked(1, grams=[0.6, 0.1, 0.1], removed={"grams": [0.1, 0.09, 0.08]})
    start = Weights(START, BY_WORDS)
    chosen = tuning.choose({"f": [large] * 9}, {"f": [small] * 9}, start)
    assert chosen.ranking == START
    assert chosen.calibration == tuning.fit_confidence([large] * 9 + [small] * 9, START)


QUESTIONS = QuestionSet(
    ["kedi aa", "köpek bb", "tavşan ab"],
    [
        JudgedQuestion("kedi", 0, ()),
        JudgedQuestion("tavşan b", 2, ()),
        JudgedQuestion("kedi b", 0, ()),
    ],
)


def texts(found: Findings) -> set[str]:
    return {stored.passage.text for stored in found.passages.values()}


def test_each_question_is_asked_with_its_paragraph_and_without_it() -> None:
    told: list[int] = []
    items = tuning.ask(QUESTIONS, LetterEncoder("ab"), {}, progress=told.append)
    assert told == [1, 2, 3]
    assert [item.question for item in items] == QUESTIONS.questions
    for item in items:
        own = QUESTIONS.paragraphs[item.question.paragraph]
        ids = {p.document_id for p in item.findings.passages.values() if p.passage.text == own}
        assert ids == {item.relevant_document}
        assert texts(item.without) == texts(item.findings) - {own}
        assert set(item.findings.rankings) == set(NAMES)
    assert texts(items[1].without) == {"kedi aa", "köpek bb"}  # by their letters


def test_in_libraries_of_one_paragraph_nothing_else_is_found() -> None:
    items = tuning.ask(QUESTIONS, LetterEncoder("ab"), {}, size=1)
    assert [item.question.text for item in items] == ["kedi", "kedi b", "tavşan b"]
    assert [texts(item.findings) for item in items] == [{"kedi aa"}, {"kedi aa"}, {"tavşan ab"}]
    assert all(texts(item.without) == set() for item in items)


def test_neighbours_are_together_in_small_libraries() -> None:
    items = tuning.ask(QUESTIONS, LetterEncoder("ab"), {}, size=2)
    assert [item.question.text for item in items] == ["kedi", "kedi b", "tavşan b"]
    assert [texts(item.without) for item in items] == [set(), {"köpek bb"}, set()]


def test_questions_are_asked_with_the_weights_of_the_encoder() -> None:
    weights = {"letters": DEFAULT._replace(ranking=START)}
    items = tuning.ask(QUESTIONS, LetterEncoder("ab"), weights)
    assert all(item.findings.weights is weights["letters"] for item in items)


def test_all_files_are_asked_twice_and_counted_on() -> None:
    told: list[int] = []
    sets = {"one": QUESTIONS, "other": QUESTIONS, "none": QuestionSet([], [])}
    whole, small = tuning.ask_all(sets, LetterEncoder("ab"), {}, told.append)
    assert told == list(range(1, 13))
    for part in (whole, small):
        assert {name: len(items) for name, items in part.items()} == {
            "one": 3,
            "other": 3,
            "none": 0,
        }


def test_small_libraries_hold_twenty_paragraphs() -> None:
    paragraphs = [f"kedi {number}" for number in range(22)]
    questions = [JudgedQuestion(f"kedi {number}", number, ()) for number in (0, 19, 20, 21)]
    _, small = tuning.ask_all({"f": QuestionSet(paragraphs, questions)}, LetterEncoder("ab"), {})
    held = [texts(item.findings) for item in small["f"]]
    assert held[2] == held[3] == {"kedi 20", "kedi 21"}
    assert "kedi 20" not in held[0] | held[1]
    assert len(held[0]) == 12


def test_tuning_for_an_encoder_finds_what_it_is_worth() -> None:
    # Words tell nothing: every paragraph has the first, none the second. Letters tell all.
    letters = "abcdefgh"
    paragraphs = [f"xyz {letter}w {letter}v" for letter in letters]
    questions = [JudgedQuestion(f"xyz {letter}u", at, ()) for at, letter in enumerate(letters)]
    start = Weights(START | {"dense": 0.0}, BY_WORDS)
    sets = {"f": QuestionSet(paragraphs, questions)}
    whole, small = tuning.ask_all(sets, LetterEncoder(letters), {"letters": start})
    tuned = tuning.tune(whole, small, start)
    assert tuned.weights.ranking["dense"] > 0
    assert tuned.before["f"].recall not in (None, 1.0)
    assert tuned.after["f"].recall == 1
