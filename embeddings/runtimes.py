"""ONNX Runtime or OpenVINO in place of torch, inside a sentence-transformers model.

sentence-transformers' own way there is Optimum, which cannot be installed beside it: optimum-onnx
0.1 wants transformers below 4.58, sentence-transformers 6 wants 5, and optimum-intel 2.2 takes
older versions of half of what is here. So only the transformer is exchanged, for a module that
runs it elsewhere; tokens, pooling and prompts stay as they are.
"""

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from embeddings.errors import UnknownEncoder, in_one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

Backend = Literal["torch", "onnx", "openvino"]

BACKENDS: tuple[Backend, ...] = get_args(Backend)

ONNX_FILES = ("onnx/model.onnx", "model.onnx")
"""Where models carry their ONNX form, in this order; weights may lie in files beside it."""

_OUTPUT = "last_hidden_state"
_NAMES = {"onnx": "ONNX Runtime", "openvino": "OpenVINO"}

# Token ids, mask and the like, by the names of the model's inputs -> a vector for each token.
Run = Callable[[Mapping[str, "NDArray[np.int64]"]], "NDArray[np.float32]"]


def exchange(model: "SentenceTransformer", backend: Backend, onnx_file: Path | None) -> None:
    """Let a backend run a model's transformer from now on.

    A model without one, a table of token vectors, has nothing to gain and stays as it is.

    Args:
        model: Loaded with torch.
        backend: What runs it.
        onnx_file: The model's ONNX form, where it has one; OpenVINO needs none.

    Raises:
        UnknownEncoder: If the backend is not installed, or cannot run this model.
    """
    from sentence_transformers.sentence_transformer.modules import Transformer

    first = model[0]
    if backend == "torch" or not isinstance(first, Transformer):
        return
    name = _NAMES[backend]
    output = first.modality_config.get("text", {}).get("method_output_name")
    if output != _OUTPUT:
        raise UnknownEncoder(
            f"{name} cannot run this kind of model (its output is {output}): "
            "set ALINTI_BACKEND to torch."
        )
    if backend == "onnx" and onnx_file is None:
        raise UnknownEncoder(
            f"The model has no ONNX file ({' or '.join(ONNX_FILES)}): put one into its folder, or "
            "set ALINTI_BACKEND to openvino, which needs none, or to torch."
        )
    try:
        run = _openvino(model, first.model) if onnx_file is None else _onnxruntime(onnx_file)
    except ModuleNotFoundError as error:
        raise UnknownEncoder(
            f"ALINTI_BACKEND is {backend}, but {error.name} is not installed: "
            f"pip install 'alinti[{backend}]'"
        ) from error
    # Files and converters fail in any way there is, and each means the same to a caller.
    except Exception as error:
        raise UnknownEncoder(
            f"{name} cannot run this model ({in_one_line(error)}): set ALINTI_BACKEND to torch."
        ) from error
    first.model = _stand_in(first.model, run)


def _onnxruntime(file: Path) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    # Threads that spin while they wait cost seconds a query on a busy machine, as torch's do.
    for pool in ("intra_op", "inter_op"):
        options.add_session_config_entry(f"session.{pool}.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    inputs = [wanted.name for wanted in session.get_inputs()]
    outputs = [output.name for output in session.get_outputs()]
    # Some exports call it by what sentence-transformers makes of it.
    output = next((name for name in (_OUTPUT, "token_embeddings") if name in outputs), None)
    if output is None:
        raise ValueError(f"it gives {', '.join(outputs)}, not {_OUTPUT}")

    def run(features: Mapping[str, "NDArray[np.int64]"]) -> "NDArray[np.float32]":
        [vectors] = session.run([output], {name: features[name] for name in inputs})
        return np.asarray(vectors, np.float32)

    return run


def _openvino(model: "SentenceTransformer", transformer: Any) -> Run:
    import torch

    # It would tell its maker of each import and conversion unless someone had forbidden it.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type] # "not installed"
    import openvino

    # Traced with two texts of different lengths, so that neither the number nor the mask is fixed.
    example = _tensors(model.preprocess(["a", "a b c d"]))
    with torch.inference_mode(), _without_warnings():
        converted = openvino.convert_model(transformer.eval(), example_input=example)
    # As precise as the processor is fast: bfloat16 where it computes with that.
    compiled = openvino.Core().compile_model(converted, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
    inputs = {name for wanted in compiled.inputs for name in wanted.names}

    def run(features: Mapping[str, "NDArray[np.int64]"]) -> "NDArray[np.float32]":
        given = {name: value for name, value in features.items() if name in inputs}
        return np.asarray(compiled(given)[_OUTPUT], np.float32)

    return run


def _stand_in(transformer: Any, run: Run) -> Any:
    """Make the module that sentence-transformers calls in a transformer's place."""
    import torch

    class Elsewhere(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.config = transformer.config

        def forward(self, **features: Any) -> dict[str, Any]:
            arrays = {name: tensor.numpy() for name, tensor in _tensors(features).items()}
            return {_OUTPUT: torch.from_numpy(run(arrays))}

    return Elsewhere()


def _tensors(features: Mapping[str, Any]) -> dict[str, Any]:
    import torch

    return {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """Silence what tracing says of every transformer; whether it went well is tried afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
