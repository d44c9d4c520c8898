import errno
import json
from pathlib import Path
from typing import Any

import pytest

from embeddings.confidence import Calibration, Signals
from embeddings.errors import StoreError
from embeddings.weights import DEFAULT, RETRIEVERS, Weights, load_weights, save_weights

WEIGHTS = Weights(
    {"prefixes": 0.1, "grams": 1.0, "dense": 0.0, "coverage": 0.5, "sentence": 1.4},
    Calibration(Signals(2.0, 2.5, 3.0, 3.5, 4.0, 4.5, -5.0), bias=-6.25),
)


def test_a_way_of_searching_takes_the_weights_of_its_rankings() -> None:
    assert WEIGHTS.of("hybrid") == WEIGHTS.ranking
    assert WEIGHTS.of("lexical") == {
        "prefixes": 0.1,
        "grams": 1.0,
        "coverage": 0.5,
        "sentence": 1.4,
    }


def test_a_ranking_that_is_searched_alone_counts_whatever_its_weight() -> None:
    assert WEIGHTS.of("dense") == {"dense": 1.0}


def test_the_default_weighs_every_ranking_and_nothing_else() -> None:
    assert sorted(DEFAULT.ranking) == sorted(RETRIEVERS["hybrid"])
    assert DEFAULT.ranking["dense"] > 0  # or another language would find nothing


def test_weights_are_found_again_by_the_name_of_the_encoder(tmp_path: Path) -> None:
    file = tmp_path / "data" / "weights.json"
    save_weights(file, {"bundled": DEFAULT, "org/model": WEIGHTS})
    assert load_weights(file) == {"bundled": DEFAULT, "org/model": WEIGHTS}
    assert list(file.parent.iterdir()) == [file]


def test_weights_saved_take_the_place_of_all_there_were(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    save_weights(file, {"one": DEFAULT})
    save_weights(file, {"two": WEIGHTS})
    assert load_weights(file) == {"two": WEIGHTS}


def test_weights_are_kept_to_four_places(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    exact = WEIGHTS._replace(calibration=WEIGHTS.calibration._replace(bias=-1 / 3))
    save_weights(file, {"one": exact})
    assert load_weights(file)["one"].calibration.bias == -0.3333


def test_without_a_file_nothing_was_measured_here(tmp_path: Path) -> None:
    assert load_weights(tmp_path / "weights.json") == {}


def entry() -> dict[str, Any]:
    return {
        "ranking": dict(WEIGHTS.ranking),
        "confidence": WEIGHTS.calibration.weights._asdict(),
        "bias": -6.25,
    }


def test_the_file_is_as_it_says(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    save_weights(file, {"org/model": WEIGHTS})
    assert json.loads(file.read_text("utf-8")) == {"org/model": entry()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"model": null}',
        '{"model": {}}',
        json.dumps({"model": entry() | {"bias": "much"}}),
        json.dumps({"model": entry() | {"bias": None}}),
        json.dumps({"model": entry() | {"ranking": {"grams": 1}}}),
        json.dumps({"model": entry() | {"ranking": [1, 2]}}),
        json.dumps({"model": entry() | {"confidence": {"coverage": 1}}}),
    ],
)
def test_a_damaged_file_is_named_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "weights.json"
    file.write_text(text, "utf-8")
    with pytest.raises(StoreError) as raised:
        load_weights(file)
    message = str(raised.value)
    assert message.startswith(f"{file}: not a file of weights (")
    assert message.endswith("Remove it, and tune again if you like")
    assert "\n" not in message
    assert file.read_text("utf-8") == text


def test_bytes_that_are_no_text_are_no_file_of_weights(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(StoreError, match=r"weights\.json: not a file of weights \(Unicode"):
        load_weights(tmp_path / "weights.json")


def test_a_file_that_cannot_be_read_is_told_apart_from_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", deny)
    with pytest.raises(StoreError) as raised:
        load_weights(tmp_path / "weights.json")
    assert str(raised.value) == (
        f"{tmp_path / 'weights.json'}: the weights cannot be read (Permission denied). "
        "Check that the file can be read by this user"
    )


def test_a_folder_in_the_place_of_the_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r": the weights cannot be read \(Is a directory\)"):
        load_weights(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StoreError, match=r"weights\.json: the weights cannot be written \(File"):
        save_weights(tmp_path / "data" / "weights.json", {"one": WEIGHTS})
