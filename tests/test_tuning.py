import json
from pathlib import Path

import numpy as np
import pytest

from embeddings import tuning
from embeddings.confidence import BIAS, WEIGHTS, Signals, estimate
from embeddings.datatypes import Passage
from embeddings.evaluation import JudgedQuestion
from embeddings.findings import Findings
from embeddings.highlight import Evidence
from embeddings.library import RETRIEVERS
from embeddings.questions import parse_question
from embeddings.store import StoredPassage
from tests.encoders import LetterEncoder
from tests.test_evaluation import MEETING, OLIVES, SEA, squad


def findings(**scores: list[float]) -> Findings:
    """Three passages, the documents of the same numbers, scored by each ranking."""
    names = RETRIEVERS["hybrid"]
    rankings = {n: list(zip((1, 2, 3), scores.get(n, [0, 0, 0]), strict=True)) for n in names}
    passages = {i: StoredPassage(i, i, "c", "", "", Passage(0, 1, "x")) for i in (1, 2, 3)}
    evidence = {i: Evidence((0, 1), 0.0, 0.0) for i in (1, 2, 3)}
    return Findings(parse_question("?"), rankings, passages, evidence, greatest=10.0)


def asked(relevant: int, **scores: list[float]) -> tuning.Asked:
    found = findings(**scores)
    return tuning.Asked(JudgedQuestion("?", 0, ()), relevant, found, found)


def test_the_ranking_that_is_right_gets_the_weight() -> None:
    sets = [[asked(2, grams=[3, 2, 0], sentence=[0, 4, 1]), asked(1, grams=[3, 2, 0])]]
    weights = tuning.choose_weights(sets)
    assert weights["grams"] == 1.0
    assert weights["sentence"] > 1 / 3
    assert weights["dense"] == 0.2  # given
    assert tuning.mean_ndcg(tuning.tabulate(sets[0]), weights) == 1.0


def test_ndcg_counts_the_place_of_the_own_paragraph() -> None:
    only_grams = dict.fromkeys(RETRIEVERS["hybrid"], 0.0) | {"grams": 1.0}
    tables = tuning.tabulate([asked(2, grams=[3, 2, 1]), asked(9, grams=[3, 2, 1])])
    assert tuning.mean_ndcg(tables, only_grams) == pytest.approx((1 / np.log2(3) + 0) / 2)


def test_the_fit_tells_answers_from_others() -> None:
    weights = dict.fromkeys(RETRIEVERS["hybrid"], 0.0) | {"grams": 1.0}
    right = findings(grams=[9, 1, 1])
    removed = findings(grams=[2, 1.9, 1.8])
    examples = [tuning.Asked(JudgedQuestion("?", 0, ()), 1, right, removed)] * 40
    # In "removed" passage 1 stands for another document than the question's own.
    other = {
        1: removed.passages[1]._replace(document_id=7),
        2: removed.passages[2],
        3: removed.passages[3],
    }
    examples = [e._replace(without=removed._replace(passages=other)) for e in examples]
    signals, bias = tuning.fit_confidence(examples, weights)
    assert signals.lexical > 0
    assert signals.lead > 0

    def logit(found: Findings) -> float:
        return float(np.array(found.signals(found.rank(weights))) @ np.array(signals)) + bias

    assert logit(right) > 1 > -1 > logit(removed)


def test_the_command_prints_what_it_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "q.json"
    data = squad(
        (SEA, [("Fenerin ışığı ne zaman yanar?", 20), ("Fener nerede durur?", 6)]),
        (OLIVES, [("Zeytin ne zaman toplanır?", 7)]),
        (MEETING, [("Tutanak ne zaman yazılır?", 0)]),
        (SEA + MEETING, [("Fener toplanır mı?", 0)]),
    )
    path.write_text(json.dumps(data), "utf-8")
    monkeypatch.setattr("sys.argv", ["tuning", str(path)])
    monkeypatch.setattr(tuning, "load_encoder", lambda _: LetterEncoder("aeiou"))
    tuning.main()
    printed = capsys.readouterr().out
    assert "Chosen on all: {" in printed
    assert "without sentence: nDCG@10" in printed
    assert "confidence {'lexical':" in printed


def test_confidence_is_a_logistic_regression() -> None:
    nothing = Signals(0, 0, 0, 0, 0, 0, brevity=0)
    assert estimate(nothing) == pytest.approx(1 / (1 + np.exp(-BIAS)))
    assert estimate(nothing) < 0.01
    assert estimate(Signals(1, 1, 1, 1, 1, 1, brevity=0)) == pytest.approx(
        1 / (1 + np.exp(-BIAS - sum(WEIGHTS[:-1])))
    )
    assert estimate(Signals(1, 1, 1, 1, 1, 1, brevity=0)) > 0.99
