"""Models of the hub on ONNX Runtime and OpenVINO, and what is said where they cannot run."""

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import BUNDLED_FOLDER, load_encoder
from embeddings.errors import UnknownEncoder
from embeddings.hub import SentenceTransformerEncoder, _find_onnx
from tests.encoders import save_tiny_model

TEXTS = ["kim", "harita vergi ne zaman", "x y a " * 8, ""]


@pytest.fixture(scope="module")
def torch_encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(save_tiny_model(tmp_path_factory.mktemp("hub") / "tiny"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same model, with a file where its ONNX form would be."""
    folder = Path(save_tiny_model(tmp_path / "tiny"))
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").touch()
    return folder


class FakeSession:
    """Answers as ONNX Runtime would, by running the model itself.

    Attributes:
        output: What it calls the vectors of the tokens.
        digits: To which they are rounded, as weights of few bits would be.
        made: The sessions' files and options.
    """

    output = "last_hidden_state"
    digits = 9
    model: Any = None
    made: list[tuple[str, Mapping[str, str], Sequence[str]]] = []  # noqa: RUF012 - reset below

    def __init__(self, file: str, options: Any, providers: Sequence[str]) -> None:
        self.made.append((file, options.entries, providers))

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name) for name in ("input_ids", "attention_mask")]

    def get_outputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="pooler_output"), SimpleNamespace(name=self.output)]

    def run(self, outputs: list[str], given: Mapping[str, Any]) -> list[Any]:
        import torch

        assert outputs == [self.output]
        tensors = {name: torch.from_numpy(array) for name, array in given.items()}
        with torch.inference_mode():
            vectors = self.model(**tensors).last_hidden_state
        return [vectors.numpy().round(self.digits)]


class FakeOptions:
    def __init__(self) -> None:
        self.entries: dict[str, str] = {}

    def add_session_config_entry(self, name: str, value: str) -> None:
        self.entries[name] = value


@pytest.fixture
def onnxruntime(
    monkeypatch: pytest.MonkeyPatch, torch_encoder: SentenceTransformerEncoder
) -> type[FakeSession]:
    fake = ModuleType("onnxruntime")
    monkeypatch.setattr(fake, "SessionOptions", FakeOptions, raising=False)
    monkeypatch.setattr(fake, "InferenceSession", FakeSession, raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", fake)
    first: Any = torch_encoder._model[0]
    monkeypatch.setattr(FakeSession, "model", first.model)
    monkeypatch.setattr(FakeSession, "made", [])
    return FakeSession


def test_another_backend_that_gives_the_same_vectors_has_the_models_name(
    onnxruntime: type[FakeSession], folder: Path, torch_encoder: SentenceTransformerEncoder
) -> None:
    encoder = load_encoder(str(folder), "onnx")
    assert encoder.name == torch_encoder.name
    assert encoder.dim == 16
    for encode in ("encode_query", "encode_passages"):
        expected = getattr(torch_encoder, encode)(TEXTS)
        np.testing.assert_allclose(getattr(encoder, encode)(TEXTS), expected, atol=1e-5)
    assert encoder.encode_query([]).shape == (0, 16)


def test_its_threads_wait_without_spinning(onnxruntime: type[FakeSession], folder: Path) -> None:
    load_encoder(str(folder), "onnx")
    [(file, entries, providers)] = onnxruntime.made
    assert file == str(folder / "onnx" / "model.onnx")
    assert entries == {
        "session.intra_op.allow_spinning": "0",
        "session.inter_op.allow_spinning": "0",
    }
    assert providers == ["CPUExecutionProvider"]


def test_vectors_of_coarser_weights_have_a_name_of_their_own(
    onnxruntime: type[FakeSession],
    folder: Path,
    torch_encoder: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onnxruntime, "digits", 0)
    encoder = load_encoder(str(folder), "onnx")
    assert encoder.name.startswith(f"{torch_encoder.name}+onnx-")
    assert load_encoder(str(folder), "onnx").name == encoder.name


def test_token_vectors_are_found_under_their_other_name(
    onnxruntime: type[FakeSession],
    folder: Path,
    torch_encoder: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onnxruntime, "output", "token_embeddings")
    assert load_encoder(str(folder), "onnx").name == torch_encoder.name
    monkeypatch.setattr(onnxruntime, "output", "sentence_embedding")
    with pytest.raises(UnknownEncoder, match="gives pooler_output, sentence_embedding, not last"):
        load_encoder(str(folder), "onnx")


def test_a_file_that_cannot_be_read_is_told_in_one_line(
    onnxruntime: type[FakeSession], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no ONNX\nat all")

    monkeypatch.setattr(onnxruntime, "__init__", fail)
    with pytest.raises(UnknownEncoder) as raised:
        load_encoder(str(folder), "onnx")
    assert str(raised.value) == (
        "ONNX Runtime cannot run this model (RuntimeError: no ONNX): set ALINTI_BACKEND to torch."
    )


def test_a_model_without_an_onnx_file_is_told_what_to_do(
    onnxruntime: type[FakeSession], folder: Path
) -> None:
    (folder / "onnx" / "model.onnx").rename(folder / "model.onnx")  # where some have it
    load_encoder(str(folder), "onnx")
    (folder / "model.onnx").unlink()
    with pytest.raises(UnknownEncoder, match=r"no ONNX file .*_BACKEND to openvino") as raised:
        load_encoder(str(folder), "onnx")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("backend", "package"), [("onnx", "onnxruntime"), ("openvino", "openvino")]
)
def test_a_backend_that_is_not_installed_is_told_how_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, backend: Any, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnknownEncoder) as raised:
        load_encoder(str(folder), backend)
    assert str(raised.value) == (
        f"ALINTI_BACKEND is {backend}, but {package} is not installed: "
        f"pip install 'alinti[{backend}]'"
    )


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_a_static_model_runs_as_it_is(monkeypatch: pytest.MonkeyPatch, backend: Any) -> None:
    for package in ("onnxruntime", "openvino"):
        monkeypatch.setitem(sys.modules, package, None)
    assert (
        load_encoder(str(BUNDLED_FOLDER), backend).name == load_encoder(str(BUNDLED_FOLDER)).name
    )
    assert load_encoder("bundled", backend).name.startswith("alinti-static-tr@")


def test_an_unknown_backend_is_a_mistake(folder: Path) -> None:
    unknown: Any = "cuda"
    with pytest.raises(ValueError, match="'cuda' is not among the backends"):
        SentenceTransformerEncoder(str(folder), unknown)


# With the packages themselves, where they are installed: pip install 'alinti[dev]'


def assert_runs_as_torch_does(encoder: Any, torch_encoder: SentenceTransformerEncoder) -> None:
    assert encoder.name == torch_encoder.name
    expected = torch_encoder.encode_passages(TEXTS)
    vectors = encoder.encode_passages(TEXTS)
    assert (vectors * expected).sum(axis=1).min() > 0.999
    for number, text in enumerate(TEXTS):  # alone, without a mask to speak of
        assert encoder.encode_passages([text])[0] @ expected[number] > 0.999


@pytest.mark.skipif(find_spec("openvino") is None, reason="not installed")
def test_openvino_runs_any_transformer_and_tells_nobody(
    folder: Path, torch_encoder: SentenceTransformerEncoder
) -> None:
    assert_runs_as_torch_does(load_encoder(str(folder), "openvino"), torch_encoder)
    assert sys.modules["openvino_telemetry"] is None


@pytest.mark.skipif(None in map(find_spec, ("onnxruntime", "onnxscript")), reason="not installed")
@pytest.mark.filterwarnings("ignore")  # torch's exporter warns of its own code
def test_onnx_runtime_runs_an_exported_file(
    folder: Path, torch_encoder: SentenceTransformerEncoder
) -> None:
    import torch

    model: Any = torch_encoder._model
    features = model.preprocess(["kim", "kim harita vergi"])
    names = ["input_ids", "token_type_ids", "attention_mask"]
    sizes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens")}
    torch.onnx.export(
        model[0].model,
        (),
        folder / "onnx" / "model.onnx",
        kwargs={name: features[name] for name in names},
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_shapes=dict.fromkeys(names, sizes),
        dynamo=True,
        verbose=False,
    )
    assert_runs_as_torch_does(load_encoder(str(folder), "onnx"), torch_encoder)


# Where the ONNX file of a hub model is found


def test_an_onnx_file_that_is_not_cached_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, complete = tmp_path / "cached", tmp_path / "complete"
    (complete / "onnx").mkdir(parents=True)
    (complete / "onnx" / "model.onnx").touch()
    asked: list[tuple[str, bool]] = []

    def download(address: str, *, local_files_only: bool, **_: object) -> str:
        asked.append((address, local_files_only))
        return str(cached if local_files_only else complete)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert _find_onnx("owner/name") == complete / "onnx" / "model.onnx"
    assert asked == [("owner/name", True), ("owner/name", False)]
    cached = complete
    assert _find_onnx("name") == complete / "onnx" / "model.onnx"
    assert asked[2:] == [("sentence-transformers/name", True)]


def test_a_hub_out_of_reach_has_no_onnx_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    def download(*_: object, **__: object) -> str:
        raise LocalEntryNotFoundError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert _find_onnx("owner/name") is None
