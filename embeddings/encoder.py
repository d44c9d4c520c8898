"""Texts to unit vectors: the bundled static model, or any sentence-transformers model by its name.

The bundled model needs numpy, safetensors and tokenizers only; what is slow to import is imported
where it is used.
"""

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.datatypes import Encoder, Vectors
from embeddings.errors import UnknownEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "model"

# Texts tokenized at a time: work for every core, and a few megabytes of token ids at most.
_TEXTS_A_BLOCK = 512

_HUB_TIMEOUT_S = 5.0

# Models whose files carry no prompts though they were trained with them: the name, what stands
# before a query, what stands before a passage. From their model cards.
_PROMPTS = (
    (r"(multilingual-)?e5-(small|base|large)(-v2|-unsupervised)?", "query: ", "passage: "),
    (
        r"bge-(small|base|large)-en(-v1\.5)?",
        "Represent this sentence for searching relevant passages: ",
        "",
    ),
)


def load_encoder(model: str | None = None) -> Encoder:
    """Load an encoder by its name.

    Args:
        model: None or ``bundled`` for the model that comes with the package; else a
            sentence-transformers model: its folder, or its name on the Hugging Face hub
            (``owner/name``), downloaded where this machine lacks it.

    Returns:
        The encoder, loaded.

    Raises:
        UnknownEncoder: If there is no such model, or the hub cannot be reached.
    """
    if model is None or model == BUNDLED:
        return BundledEncoder()
    return SentenceTransformerEncoder(model)


class BundledEncoder:
    """A static embedding bag: the mean of a text's token vectors, scaled to length 1.

    As ``SentenceTransformer(folder)`` encodes it. The order of words counts for nothing; every
    token counts, however long the text. Threads may share one encoder.

    Attributes:
        name: ``alinti-static-tr@`` and a digest of weights and tokenizer.
        dim: Length of a vector.
    """

    def __init__(self, folder: Path = BUNDLED_FOLDER) -> None:
        """Read the weights and the tokenizer.

        Args:
            folder: Holds ``model.safetensors`` and ``tokenizer.json``, as sentence-transformers
                saves them.

        Raises:
            UnknownEncoder: If a file is missing or is not what its name says.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights, vocabulary = folder / "model.safetensors", folder / "tokenizer.json"
        try:
            self._table = load_file(weights)["embedding.weight"]
            self._tokenizer = Tokenizer.from_buffer(vocabulary.read_bytes())
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise UnknownEncoder(
                f"The bundled model in {folder} cannot be read ({_line(error)}): "
                "install the package again."
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.name = f"alinti-static-tr@{_digest(weights, vocabulary)}"
        self.dim = int(self._table.shape[1])

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode questions.

        Args:
            texts: Any number.

        Returns:
            Unit vectors, shape (len(texts), dim), float32; zeros for a text without a known token.
        """
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages; as ``encode_query``."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS_A_BLOCK):
            block = list(texts[start : start + _TEXTS_A_BLOCK])
            encodings = self._tokenizer.encode_batch_fast(block, add_special_tokens=False)
            for row, encoding in enumerate(encodings, start):
                # Each distinct token is read once: no text needs more memory than the vocabulary.
                tokens, counts = np.unique(encoding.ids, return_counts=True)
                if len(tokens):
                    rows = self._table[tokens].astype(np.float32)
                    vectors[row] = counts.astype(np.float32) @ rows
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors


class SentenceTransformerEncoder:
    """Any model that sentence-transformers loads, on the CPU, with the prompts of its training.

    Calls from several threads take turns.

    Attributes:
        name: The model's own name, ``@`` and a digest of weights and prompts; the same whether
            it came from the hub or from a folder.
        dim: Length of a vector.
    """

    def __init__(self, model: str) -> None:
        """Load a model; imports torch, which takes seconds.

        Args:
            model: Its folder or its name on the hub.

        Raises:
            UnknownEncoder: If no model could be loaded from there.
        """
        self._model = _load_model(model)
        _set_prompts(self._model, model)
        self._lock = threading.Lock()
        self.name = f"{Path(model).resolve().name}@{_fingerprint(self._model)}"
        self.dim = int(self._encode(self._model.encode_query, ["a"]).shape[1])

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, each behind the model's query prompt.

        Args:
            texts: Any number; the model cuts what is longer than it can read.

        Returns:
            Unit vectors, shape (len(texts), dim), float32.
        """
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages, each behind the model's document prompt; else as ``encode_query``."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Callable[..., object], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _digest(*paths: Path) -> str:
    """Digest whole files: 12 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _load_model(model: str) -> "SentenceTransformer":
    """Load a model from its folder, this machine's cache or the hub, in this order, silently."""
    # Threads that spin while they wait cost seconds a query on a busy machine. Read by torch once,
    # when it is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from huggingface_hub import HfApi
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for library in ("huggingface_hub", "sentence_transformers", "transformers"):
        logging.getLogger(library).setLevel(logging.CRITICAL)

    is_folder = bool(model) and Path(model).is_dir()
    # sentence-transformers reads a bare name as one of its own models.
    address = model if is_folder or "/" in model else f"sentence-transformers/{model}"
    # Foreign files and the network fail in any way there is, and each means the same to a caller.
    try:
        return SentenceTransformer(address, device="cpu", local_files_only=True).float()
    except Exception as error:
        if is_folder:
            raise UnknownEncoder(
                f"The folder {model} holds no sentence-transformers model ({_line(error)}): "
                "give the folder with its modules.json or config.json."
            ) from error
    try:
        # Ask once before loading, which would try an unreachable hub for more than a minute.
        HfApi().model_info(address, timeout=_HUB_TIMEOUT_S)
        return SentenceTransformer(address, device="cpu").float()
    except Exception as error:
        raise UnknownEncoder(
            f"No model {model!r}: it is no folder, not on this machine, and did not come from the "
            f"hub ({_line(error)}): correct the name (owner/name on huggingface.co, or a folder), "
            "or check the network."
        ) from error


def _line(error: Exception) -> str:
    """Format an error in one line: its kind and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _set_prompts(model: "SentenceTransformer", name: str) -> None:
    """Give a model the prompts of its training, where its files do not."""
    prompts = model.prompts
    if any(prompts.values()):
        # The library takes its own empty "document" before what a model's files call "passage".
        candidates = (prompts.get(key) for key in ("document", "passage", "corpus"))
        prompts["document"] = next((prompt for prompt in candidates if prompt), "")
        return
    for pattern, query, document in _PROMPTS:
        # The name ends a path, or is followed by the hub cache's own folders.
        if re.search(rf"(^|[/\\]|--){pattern}($|[/\\])", name):
            prompts.update(query=query, document=document)
            return


def _fingerprint(model: "SentenceTransformer") -> str:
    """Digest the prompts and the first values of each weight: training changes all of them."""
    digest = hashlib.sha256(json.dumps(model.prompts, sort_keys=True).encode())
    for name, weight in model.state_dict().items():
        digest.update(f"{name} {tuple(weight.shape)}".encode())
        digest.update(weight.flatten()[:64].numpy().tobytes())
    return digest.hexdigest()[:12]
