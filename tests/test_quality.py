import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import quality
from bot.quality import Asking
from bot.settings import Settings
from embeddings import ablation, tuning
from embeddings.ablation import MEASURES, Row
from embeddings.confidence import Signals
from embeddings.errors import StoreError
from embeddings.library import Library
from embeddings.question_sets import InvalidQuestionSet
from embeddings.tuning import Quality, Tuning
from embeddings.weights import DEFAULT, RETRIEVERS, Weights, load_weights, save_weights
from tests.encoders import LetterEncoder
from tests.test_question_sets import OLIVES, SEA, squad

WEIGHTS = Weights(
    {"prefixes": 0.1, "grams": 1.0, "dense": 0.0, "coverage": 0.5, "sentence": 1.4},
    DEFAULT.calibration._replace(bias=-0.25),
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a folder that is not there yet, with an encoder of letters."""
    monkeypatch.setattr(quality, "load_encoder", lambda *_: LetterEncoder("eiklt"))
    monkeypatch.setenv("COLUMNS", "80")
    return Settings(data=tmp_path / "data")


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is chosen on three questions be saved."""
    monkeypatch.setattr(quality, "_FEW", 3)


def save_questions(file: Path, *paragraphs: tuple[str, list[tuple[str, int]]]) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(squad(*paragraphs)), "utf-8")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return save_questions(
        tmp_path / "q.json",
        (SEA, [("Fenerin ışığı ne zaman yanar?", 20), ("Fener nerede durur?", 6)]),
        (OLIVES, [("Zeytin ne zaman toplanır?", 7)]),
    )


def weights_in_use(folder: Path, encoder: LetterEncoder) -> Weights:
    library = Library(folder, encoder)
    try:
        return library.collect("soru", []).weights
    finally:
        library.close()


@pytest.mark.usefixtures("few_are_enough")
def test_saved_weights_are_those_of_this_encoder_in_this_folder_from_then_on(
    settings: Settings, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_weights(settings.data / "weights.json", {"another": WEIGHTS})
    quality.tune([file], settings, save=True, as_json=True)
    chosen = json.loads(capsys.readouterr().out)
    used = weights_in_use(settings.data, LetterEncoder("eiklt"))
    assert used != DEFAULT
    assert used.ranking == chosen["ranking"]
    assert used.calibration.bias == pytest.approx(chosen["bias"], abs=1e-4)
    assert weights_in_use(settings.data, LetterEncoder("eiklt", "another")) == WEIGHTS
    assert weights_in_use(settings.data, LetterEncoder("eiklt", "third")) == DEFAULT
    assert weights_in_use(tmp_path / "elsewhere", LetterEncoder("eiklt")) == DEFAULT


def test_what_was_saved_is_measured_and_tuned_from(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The first paragraph shares a word with the question, the second all letters but the word.
    file = save_questions(tmp_path / "q.json", ("kedi", [("soru", 0)]), ("e", [("kedi eee", 0)]))
    ranks = []
    for name in ("dense", "prefixes"):
        ranking = dict.fromkeys(RETRIEVERS["hybrid"], 0.0) | {name: 1.0}
        weights = {"letters": DEFAULT._replace(ranking=ranking)}
        save_weights(settings.data / "weights.json", weights)
        quality.evaluate([file], settings, Asking(), plot=None, as_json=True)
        quality.tune([file], settings, save=False, as_json=True)
        measured, tuned = map(json.loads, capsys.readouterr().out.splitlines())
        assert tuned["before"]["q.json"]["recall"] == measured["recall@1"]
        ranks.append(measured["recall@1"])
    assert ranks == [0.5, 0.0]


def test_without_save_nothing_is_written(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality.tune([file], settings, save=False, as_json=False)
    shown = capsys.readouterr().out.splitlines()
    assert shown[-2:] == [
        "3 questions are few: what is chosen on so little is mostly chance.",
        "Nothing was changed. With --save the chosen weights are used from then on.",
    ]
    assert not settings.data.exists()


def test_a_choice_that_cannot_be_tested_has_no_figures(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save_questions(tmp_path / "q.json", (SEA, [("Fener nerede durur?", 6)]))
    quality.tune([file], settings, save=False, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["chosen"] in lines  # of one paragraph there are no two halves
    quality.tune([file], settings, save=False, as_json=True)
    after = json.loads(capsys.readouterr().out)["after"]["q.json"]
    assert after == dict.fromkeys(Quality._fields)


def test_a_choice_is_one_object(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality.tune([file], settings, save=False, as_json=True)
    out, err = capsys.readouterr()
    chosen = json.loads(out)
    assert err == ""
    assert list(chosen) == ["encoder", "ranking", "confidence", "bias", "before", "after"]
    assert chosen["encoder"] == "letters"
    assert list(chosen["ranking"]) == list(RETRIEVERS["hybrid"])
    assert list(chosen["confidence"]) == list(Signals._fields)
    for when in ("before", "after"):
        assert list(chosen[when]) == ["q.json"]
        assert list(chosen[when]["q.json"]) == ["ndcg", "recall", "auroc", "wrong_share"]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Tuning:
    """What tuning chooses, without the asking: two weights change, one only seems to."""
    ranking = DEFAULT.ranking | {"grams": 1.0, "dense": DEFAULT.ranking["dense"] + 0.25}
    calibration = DEFAULT.calibration._replace(
        weights=DEFAULT.calibration.weights._replace(brevity=-0.001),
        bias=DEFAULT.calibration.bias + 0.0001,
    )
    tuned = Tuning(
        Weights(ranking, calibration),
        {"q.json": Quality(0.5, 0.25, 0.75, 0.125)},
        {"q.json": Quality(1.0, 0.5, None, None)},
    )
    monkeypatch.setattr(tuning, "ask_all", lambda *_: ({}, {}))
    monkeypatch.setattr(tuning, "tune", lambda *_: tuned)
    return tuned


@pytest.mark.usefixtures("chosen")
def test_the_weights_that_change_are_told_apart(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality.tune([file], settings, save=False, as_json=False)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "Weights with letters:"
    rows = {" ".join(line.split()[:2]): line.split()[2:] for line in shown[3 : shown.index("", 3)]}
    assert rows["ranking grams"] == ["1.00", "1.00"]
    now = DEFAULT.ranking["dense"]
    assert rows["ranking dense"] == [f"{now:.2f}", f"{now + 0.25:.2f}", "+0.25"]
    now = DEFAULT.calibration.weights.brevity
    assert rows["confidence brevity"] == [f"{now:.2f}", "0.00", f"{-now:+.2f}"]
    assert len(rows["confidence bias"]) == 2
    assert sum(len(row) == 3 for row in rows.values()) == 2


@pytest.mark.usefixtures("chosen")
def test_the_quality_of_a_choice_stands_below_the_present_one(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality.tune([file], settings, save=False, as_json=False)
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    start = shown.index("                nDCG@10  recall@1   AUROC  wrong answers")
    assert shown[start + 1 : start + 3] == [
        "q.json  now      0.5000    0.2500  0.7500         0.1250",
        "        chosen   1.0000    0.5000",
    ]


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize(
    ("count", "few"), [(1, "1 question is"), (99, "99 questions are"), (100, "")]
)
def test_few_questions_are_told(
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    count: int,
    few: str,
) -> None:
    asked = [(f"Soru {number}?", 0) for number in range(count)]
    quality.tune(
        [save_questions(tmp_path / "q.json", (SEA, asked))], settings, save=False, as_json=False
    )
    told = [line for line in capsys.readouterr().out.splitlines() if " few: " in line]
    assert told == ([f"{few} few: what is chosen on so little is mostly chance."] if few else [])


@pytest.mark.parametrize(("count", "few"), [(1, "1 question is"), (99, "99 questions are")])
def test_what_is_chosen_on_few_questions_is_not_saved_so_nothing_is_asked(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    count: int,
    few: str,
) -> None:
    monkeypatch.setattr(quality, "load_encoder", lambda *_: pytest.fail("loaded"))
    asked = [(f"Soru {number}?", 0) for number in range(count)]
    with pytest.raises(InvalidQuestionSet) as raised:
        quality.tune(
            [save_questions(tmp_path / "q.json", (SEA, asked))], settings, save=True, as_json=False
        )
    assert str(raised.value) == (
        f"{few} too few to save what is chosen on so little. "
        "Give at least 100, or leave --save out to see the choice only"
    )
    assert capsys.readouterr().out == ""
    assert not settings.data.exists()


@pytest.mark.usefixtures("chosen")
def test_the_questions_of_all_files_together_are_enough_to_save(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [(f"Soru {number}?", 0) for number in range(50)]
    files = [save_questions(tmp_path / f"{name}.json", (SEA, asked)) for name in "ab"]
    quality.tune(files, settings, save=True, as_json=False)
    assert "few" not in capsys.readouterr().out
    assert list(load_weights(settings.data / "weights.json")) == ["letters"]


@pytest.mark.usefixtures("few_are_enough")
def test_where_the_weights_are_kept_is_told(
    settings: Settings, file: Path, chosen: Tuning, capsys: pytest.CaptureFixture[str]
) -> None:
    quality.tune([file], settings, save=True, as_json=False)
    saved = settings.data / "weights.json"
    told = f"Saved in {saved}: used from the next start on. Remove it to undo."
    assert capsys.readouterr().out.splitlines()[-1] == told
    assert load_weights(saved)["letters"].ranking == pytest.approx(chosen.weights.ranking)


@pytest.mark.usefixtures("chosen", "few_are_enough")
@pytest.mark.parametrize("as_json", [False, True])
def test_what_was_chosen_is_shown_even_where_it_cannot_be_saved(
    settings: Settings,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    as_json: bool,
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(quality, "save_weights", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        quality.tune([file], settings, save=True, as_json=as_json)
    out = capsys.readouterr().out
    assert "grams" in out
    assert "Saved" not in out


def row(part: str, *values: float | None) -> Row:
    return Row(
        part,
        {name: dict(zip(MEASURES, values, strict=True)) for name in ("q.json", "a [b] c.json")},
    )


@pytest.fixture
def two_files(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two files, the second with a name like a markup; what is measured on both is the same."""
    rows = [row("", 1.0, 0.5, 0.25, 0.75), row("signal: lead", None, None, None, 0.5)]
    monkeypatch.setattr(ablation, "ablate", lambda *_: iter(rows))
    return [file, save_questions(tmp_path / "a [b] c.json", (SEA, [("Fener?", 0)]))]


def test_the_quality_without_each_part_is_a_table_a_file(
    settings: Settings, two_files: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    quality.ablate(two_files, settings, as_json=False)
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    table = [
        "",
        "without       nDCG@10  recall@1  sentence   AUROC",
        "nothing        1.0000    0.5000    0.2500  0.7500",
        "signal: lead                               0.5000",
        "",
    ]
    assert shown[:-1] == ["q.json:", *table, "a [b] c.json:", *table]


def test_the_quality_without_each_part_is_an_object_a_part(
    settings: Settings, two_files: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    quality.ablate(two_files, settings, as_json=True)
    whole, signal = map(json.loads, capsys.readouterr().out.splitlines())
    assert whole["without"] == ""
    assert whole["q.json"] == whole["a [b] c.json"]
    assert whole["q.json"] == {
        "ndcg@10": 1.0,
        "recall@1": 0.5,
        "sentence_accuracy": 0.25,
        "abstention_auroc": 0.75,
    }
    assert list(signal) == ["without", "q.json", "a [b] c.json"]
    assert signal["q.json"] == dict.fromkeys(MEASURES) | {"abstention_auroc": 0.5}


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_table_is_wider_than_80_columns_or_cut(
    settings: Settings,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    width: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    widest = "rule: question words are not looked for"
    rows = [Row(widest, {"q.json": dict.fromkeys(MEASURES, 1.0)})]
    monkeypatch.setattr(ablation, "ablate", lambda *_: iter(rows))
    quality.ablate([file], settings, as_json=False)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert f"{widest}   1.0000    1.0000    1.0000  1.0000" in out
    assert "…" not in out


Command = Callable[[list[Path], Settings], None]
COMMANDS: list[Command] = [
    lambda files, settings: quality.evaluate(files, settings, Asking(), plot=None, as_json=True),
    lambda files, settings: quality.tune(files, settings, save=True, as_json=True),
    lambda files, settings: quality.ablate(files, settings, as_json=True),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_without_a_question_is_named_before_anything_is_measured(
    settings: Settings,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: Command,
) -> None:
    monkeypatch.setattr(quality, "load_encoder", lambda *_: pytest.fail("loaded"))
    empty = save_questions(tmp_path / "empty.json", (SEA, []))
    with pytest.raises(InvalidQuestionSet) as raised:
        command([file, empty], settings)
    assert str(raised.value) == f"{empty}: there is no question in this file"
    assert capsys.readouterr().out == ""


def test_files_of_the_same_name_are_told_apart_by_their_folders(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        save_questions(tmp_path / folder / "q.json", (SEA, [("Fener nerede durur?", 6)]))
        for folder in ("one", "two")
    ]
    quality.evaluate(files, settings, Asking(), plot=None, as_json=True)
    measured: list[dict[str, Any]] = list(map(json.loads, capsys.readouterr().out.splitlines()))
    assert [measures["file"] for measures in measured] == list(map(str, files))
    quality.evaluate(files[:1], settings, Asking(), plot=None, as_json=True)
    assert "file" not in json.loads(capsys.readouterr().out)


def test_the_name_of_a_measured_file_is_printed_as_it_is(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = (SEA, [("Fener nerede durur?", 6)])
    files = [save_questions(tmp_path / name, questions) for name in ("[b]a.json", ":sun:.json")]
    quality.evaluate(files, settings, Asking(), plot=None, as_json=False)
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[1] for line in shown if line[0] == "file"] == ["[b]a.json", ":sun:.json"]
