"""Texts to unit vectors by any sentence-transformers model, from the hub or from a folder.

What is slow to import is imported where it is used.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.datatypes import Vectors
from embeddings.errors import UnknownEncoder, in_one_line
from embeddings.runtimes import BACKENDS, ONNX_FILES, Backend, exchange

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_HUB_TIMEOUT_S = 5.0

# Tokens read of a text. A passage has 1,000 characters at most and a question 2,000, and few
# models have learned to read more; those that could would need memory by the square of it, and
# those whose files set no limit fail beyond theirs.
_MAX_TOKENS = 512

# On a CPU more texts at a time are no faster, and they are padded to the longest of them.
_BATCH = 16

# What tells whether another backend runs the same model: short and long, with a mask and without.
_PROBES = ("Piri Reis haritayı 1513'te çizdi.", "a", "vergi ne zaman ödenir? " * 20)
_SAME_COSINE = 0.999  # OpenVINO's bfloat16 keeps .99999

# Models whose files carry no prompts though they were trained with them: the name, what stands
# before a query, what stands before a passage. From their model cards.
_PROMPTS = (
    (r"(multilingual-)?e5-(small|base|large)(-v2|-unsupervised)?", "query: ", "passage: "),
    (
        r"bge-(small|base|large)-en(-v1\.5)?",
        "Represent this sentence for searching relevant passages: ",
        "",
    ),
    (r"bge-(small|base|large)-zh(-v1\.5)?", "为这个句子生成表示以用于检索相关文章：", ""),
    (
        r"multilingual-e5-large-instruct",
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
        "Query: ",
        "",
    ),
)


class SentenceTransformerEncoder:
    """Any model that sentence-transformers loads, on the CPU, with the prompts of its training.

    Calls from several threads take turns.

    Attributes:
        name: The model's own name, ``@`` and a digest of weights and prompts; the same whether
            it came from the hub or from a folder, and whatever runs it. Where another backend
            makes other vectors, as of weights in 8 bits, the name tells that, too.
        dim: Length of a vector.
        is_light: False.
    """

    is_light = False

    def __init__(self, model: str, backend: Backend = "torch") -> None:
        """Load a model; imports torch, which takes seconds.

        Args:
            model: Its folder or its name on the hub.
            backend: What runs it.

        Raises:
            UnknownEncoder: If no model could be loaded from there, or the backend cannot run it.
        """
        if backend not in BACKENDS:
            raise ValueError(f"{backend!r} is not among the backends {BACKENDS}")
        self._model = _load_model(model)
        _set_prompts(self._model, model)
        _limit(self._model)
        self._lock = threading.Lock()
        self.name = f"{Path(model).resolve().name}@{_fingerprint(self._model)}"
        probes = self.encode_passages(_PROBES)
        self.dim = int(probes.shape[1])
        if backend != "torch":
            exchange(self._model, backend, _find_onnx(model) if backend == "onnx" else None)
            again = self.encode_passages(_PROBES)
            if (probes * again).sum(axis=1).min() < _SAME_COSINE:
                self.name += f"+{backend}-{hashlib.sha256(again.tobytes()).hexdigest()[:8]}"

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
            vectors = encode(
                list(texts),
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)


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

    address, is_folder = _address(model)
    # Foreign files and the network fail in any way there is, and each means the same to a caller.
    try:
        return SentenceTransformer(address, device="cpu", local_files_only=True).float()
    except Exception as error:
        if is_folder:
            raise UnknownEncoder(
                f"The folder {model} holds no sentence-transformers model ({in_one_line(error)}): "
                "give the folder with its modules.json or config.json."
            ) from error
    try:
        # Ask once before loading, which would try an unreachable hub for more than a minute.
        HfApi().model_info(address, timeout=_HUB_TIMEOUT_S)
        return SentenceTransformer(address, device="cpu").float()
    except Exception as error:
        raise UnknownEncoder(
            f"No model {model!r}: it is no folder, not on this machine, and did not come from the "
            f"hub ({in_one_line(error)}): correct the name (owner/name on huggingface.co, or a "
            "folder), or check the network."
        ) from error


def _address(model: str) -> tuple[str, bool]:
    """Complete a model's name; and whether it is a folder."""
    is_folder = bool(model) and Path(model).is_dir()
    # sentence-transformers reads a bare name as one of its own models.
    return model if is_folder or "/" in model else f"sentence-transformers/{model}", is_folder


def _find_onnx(model: str) -> Path | None:
    """Find a model's ONNX file in its folder, this machine's cache or the hub, in this order."""
    address, is_folder = _address(model)
    folders = [Path(address)] if is_folder else _snapshots(address)
    return next(
        (folder / name for folder in folders for name in ONNX_FILES if (folder / name).is_file()),
        None,
    )


def _snapshots(address: str) -> Iterator[Path]:
    """Give the folder of a hub model's ONNX files: as it is cached, then with what the hub has."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    # With what may lie beside it: weights of 2 GB and more are files of their own.
    wanted = [f"{name}{ending}" for name in ONNX_FILES for ending in ("", "_data", ".data")]
    for is_local in (True, False):
        with contextlib.suppress(OSError, HfHubHTTPError, LocalEntryNotFoundError):
            yield Path(
                snapshot_download(
                    address,
                    allow_patterns=wanted,
                    local_files_only=is_local,
                    etag_timeout=_HUB_TIMEOUT_S,
                )
            )


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


def _limit(model: "SentenceTransformer") -> None:
    """Limit the tokens that a transformer reads of a text."""
    limit = model.max_seq_length
    if limit is not None and limit > _MAX_TOKENS:  # None, or endless, of a table of vectors
        with contextlib.suppress(AttributeError):
            model.max_seq_length = _MAX_TOKENS


def _fingerprint(model: "SentenceTransformer") -> str:
    """Digest the prompts and the first values of each weight: training changes all of them."""
    digest = hashlib.sha256(json.dumps(model.prompts, sort_keys=True).encode())
    for name, weight in model.state_dict().items():
        digest.update(f"{name} {tuple(weight.shape)}".encode())
        digest.update(weight.flatten()[:64].numpy().tobytes())
    return digest.hexdigest()[:12]
