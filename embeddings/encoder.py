"""Texts to unit vectors: the bundled static model, or any sentence-transformers model by its name.

The bundled model needs numpy, safetensors and tokenizers only; what is slow to import is imported
where it is used.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.datatypes import Encoder, Vectors
from embeddings.errors import UnknownEncoder, in_one_line
from embeddings.hub import SentenceTransformerEncoder
from embeddings.runtimes import Backend

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "model"

# Texts tokenized at a time: work for every core, and a few megabytes of token ids at most.
_TEXTS_A_BLOCK = 512


def load_encoder(model: str | None = None, backend: Backend = "torch") -> Encoder:
    """Load an encoder by its name.

    Args:
        model: None or ``bundled`` for the model that comes with the package; else a
            sentence-transformers model: its folder, or its name on the Hugging Face hub
            (``owner/name``), downloaded where this machine lacks it.
        backend: What runs a sentence-transformers model; the bundled one needs none.

    Returns:
        The encoder, loaded.

    Raises:
        UnknownEncoder: If there is no such model, the hub cannot be reached, or the backend is not
            installed or cannot run the model.
    """
    if model is None or model == BUNDLED:
        return BundledEncoder()
    return SentenceTransformerEncoder(model, backend)


class BundledEncoder:
    """A static embedding bag: the mean of a text's token vectors, scaled to length 1.

    As ``SentenceTransformer(folder)`` encodes it. The order of words counts for nothing; every
    token counts, however long the text. Threads may share one encoder.

    Attributes:
        name: ``alinti-static-tr@`` and a digest of weights and tokenizer.
        dim: Length of a vector.
        is_light: True: it encodes thousands of passages a second.
    """

    is_light = True

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
                f"The bundled model in {folder} cannot be read ({in_one_line(error)}): "
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


def _digest(*paths: Path) -> str:
    """Digest whole files: 12 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
