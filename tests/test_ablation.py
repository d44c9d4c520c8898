from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from embeddings import ablation, fusion, highlight, library
from embeddings.ablation import MEASURES, Row, ablate, count_askings
from embeddings.analyzer import TermWeights, word_terms
from embeddings.confidence import Signals
from embeddings.datatypes import Encoder
from embeddings.highlight import Sought
from embeddings.question_sets import JudgedQuestion, QuestionSet
from embeddings.questions import parse_question
from embeddings.tuning import RANKINGS
from embeddings.weights import DEFAULT, Weights
from tests.encoders import LetterEncoder
from tests.test_tuning import asked

RULES = [
    "rule: question words are not looked for",
    "rule: mistyped words are mended",
    "rule: filler words count less",
    "rule: later words count more",
    "rule: a kind of answer is expected",
    "rule: sentences inherit the topic",
    "rule: sentences point back",
    "rule: meaning counts more without words",
]
PARTS = [
    "",
    *(f"ranking: {name}" for name in RANKINGS),
    *RULES,
    *(f"signal: {name}" for name in ("none", *Signals._fields)),
]

WAR = "Savaş sürdü ve bitti. Savaş 1922'de bitti."
SETS = {
    "f": QuestionSet(
        [WAR, "xxy"],
        [
            # Of equal sentences the first is marked, but only the second holds a date.
            JudgedQuestion("Savaş ne zaman bitti?", 0, (22,)),
            JudgedQuestion("xx", 1, ()),  # no word of its paragraph, and all of its letters
        ],
    )
}
WEIGHTS = DEFAULT._replace(ranking=dict.fromkeys(RANKINGS, 0.0) | {"prefixes": 1.0, "dense": 1.0})


@pytest.fixture(scope="module")
def told() -> list[int]:
    return []


@pytest.fixture(scope="module")
def rows(told: list[int]) -> dict[str, dict[str, float | None]]:
    """The measures of the one file, by the part left out."""
    found = ablate(SETS, LetterEncoder("xy"), WEIGHTS, told.append)
    return {row.part: row.measures["f"] for row in found}


def test_each_part_has_a_row_with_the_same_measures(rows: Mapping[str, Any]) -> None:
    assert list(rows) == PARTS
    assert all(tuple(measures) == MEASURES for measures in rows.values())


def test_without_a_ranking_what_only_it_finds_is_lost(rows: Mapping[str, Any]) -> None:
    for part in PARTS[: 1 + len(RANKINGS) + len(RULES)]:
        is_lost = part in ("ranking: prefixes", "ranking: dense")
        assert rows[part]["recall@1"] == rows[part]["ndcg@10"] == (0.5 if is_lost else 1.0)


def test_without_its_rule_the_sentence_with_a_date_is_not_preferred(
    rows: Mapping[str, Any],
) -> None:
    assert rows[""]["sentence_accuracy"] == 1.0
    assert rows["rule: a kind of answer is expected"]["sentence_accuracy"] == 0.0


def test_a_signal_changes_the_confidence_alone(rows: Mapping[str, Any]) -> None:
    for name in ("none", *Signals._fields):
        *others, area = rows[f"signal: {name}"].values()
        assert others == [None, None, None]
        assert 0.5 <= area <= 1.0


@pytest.mark.usefixtures("rows")
def test_progress_counts_every_question_that_is_asked(told: list[int]) -> None:
    # Two questions; nothing, five rankings, eight rules, and a large and small libraries.
    assert told == list(range(1, 2 * (1 + 5 + 8 + 2) + 1))
    assert count_askings(SETS) == len(told)


def is_read(question: str, sentences: str) -> float:
    """The score of the best sentence, where every prefix is equally rare."""
    read = parse_question(question)
    nothing = dict.fromkeys(read.stress.grams, 0.0)
    frequencies = TermWeights(dict.fromkeys(read.stress.prefixes, 1.0), nothing)
    return Sought(read, frequencies).find_answer(sentences, "").sentence


# Every term of the one word that the texts hold.
HELD = tuple(term for terms in word_terms("komisyon") for term in terms)
PROBES: dict[str, Callable[[], bool]] = {
    RULES[0]: lambda: "kim" not in parse_question("Kim geldi?").terms.prefixes,
    RULES[1]: lambda: (
        vars(library)["correct"]("komsiyon", lambda _, term: HELD.count(term)) == "komisyon"
    ),
    RULES[2]: lambda: min(parse_question("kedi olarak uyudu").stress.prefixes.values()) < 1,
    RULES[3]: lambda: max(parse_question("kedi olarak uyudu").stress.prefixes.values()) > 1,
    RULES[4]: lambda: is_read("Savaş ne zaman?", "1922 yılı.") > 0,
    RULES[5]: lambda: is_read("kedi uyudu", "Kedi. Uyudu.") > is_read("kedi uyudu", "Uyudu."),
    RULES[6]: lambda: highlight.points_back("Bu uyudu."),
    RULES[7]: lambda: fusion.trust_meaning(0.0) > 1,
}


def in_force() -> list[str]:
    """The rules that are in force now, told by what they do."""
    return [rule for rule, probe in PROBES.items() if probe()]


class Asked:
    """Stands in for the asking, and notes the weights and the rules in force meanwhile."""

    def __init__(self) -> None:
        self.weights: list[Weights] = []
        self.rules: list[list[str]] = []

    def evaluate(
        self,
        questions: QuestionSet,
        encoder: Encoder,
        *,
        weights: Mapping[str, Weights],
        progress: Callable[[int], None],
    ) -> dict[str, float]:
        self.weights.append(weights[encoder.name])
        self.rules.append(in_force())
        return dict.fromkeys(MEASURES, 1.0)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Asked:
    noted = Asked()
    # An answer is told only by how far it is ahead of the others.
    item = asked(1, grams=[0.5, 0.25, 0.25], removed={"grams": [0.5, 0.5, 0.5]})
    sets = {"f": [item] * 20}
    monkeypatch.setattr(ablation, "evaluate", noted.evaluate)
    monkeypatch.setattr(ablation, "ask_all", lambda *_: (sets, sets))
    return noted


def start() -> Iterator[Row]:
    return ablate(SETS, LetterEncoder("xy"), DEFAULT)


def test_a_rule_is_off_while_its_row_is_measured_and_no_other(noted: Asked) -> None:
    assert in_force() == RULES
    for row in start():
        assert in_force() == RULES, row.part
    measured = dict(zip(PARTS, noted.rules, strict=False))
    assert len(measured) == len(noted.rules)
    for part, rules in measured.items():
        assert rules == [rule for rule in RULES if rule != part]


def test_a_ranking_weighs_nothing_while_its_row_is_measured_and_no_other(noted: Asked) -> None:
    list(start())
    for part, weights in zip(PARTS, noted.weights, strict=False):
        name = part.removeprefix("ranking: ")
        off = {name: 0.0} if name in RANKINGS else {}
        assert weights == DEFAULT._replace(ranking=DEFAULT.ranking | off)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.usefixtures("noted")
def test_the_rules_are_in_force_when_the_caller_has_seen_enough(rule: str) -> None:
    rows = start()
    assert rule in (row.part for row in rows)  # and stops there
    assert in_force() == RULES
    assert next(rows).part == PARTS[PARTS.index(rule) + 1]


@pytest.mark.parametrize("rule", RULES)
def test_the_rules_are_in_force_after_an_error(
    noted: Asked, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    def fail(*args: Any, **named: Any) -> dict[str, float]:
        found = noted.evaluate(*args, **named)
        if rule not in noted.rules[-1]:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(ablation, "evaluate", fail)
    with pytest.raises(KeyboardInterrupt):
        list(start())
    assert in_force() == RULES


@pytest.mark.usefixtures("noted")
def test_without_the_signal_that_tells_answers_confidence_is_chance() -> None:
    areas = {row.part: row.measures["f"]["abstention_auroc"] for row in start()}
    for name in ("none", *Signals._fields):
        assert areas[f"signal: {name}"] == (0.5 if name == "lead" else 1.0)
