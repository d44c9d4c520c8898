"""Encoders for tests: with vectors that one can compute in the head, and of random weights."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.datatypes import Vectors


class LetterEncoder:
    """Counts the letters of an alphabet and scales the counts to length one.

    Args:
        letters: The alphabet.
        name: Of the encoder.
        is_light: See Encoder.
    """

    def __init__(
        self, letters: str = "abc", name: str = "letters", *, is_light: bool = True
    ) -> None:
        self.letters = letters
        self.name = name
        self.is_light = is_light
        self.encoded = 0  # passages

    @property
    def dim(self) -> int:
        return len(self.letters)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        counts = np.array([[t.count(c) for c in self.letters] for t in texts], np.float32)
        counts = counts.reshape(len(texts), self.dim)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return (counts / np.where(lengths == 0, 1, lengths)).astype(np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        return self.encode_query(texts)


class GatedEncoder(LetterEncoder):
    """Not light, and encodes a batch of passages only when the test lets it.

    Attributes:
        is_waiting: Set while it waits at the gate.
    """

    def __init__(self, letters: str = "xyz", name: str = "gated", *, batches: int = 0) -> None:
        super().__init__(letters, name, is_light=False)
        self.is_waiting = threading.Event()
        self._gate = threading.Semaphore(batches)

    def let_in(self, batches: int = 1) -> None:
        self._gate.release(batches)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.is_waiting.set()
        assert self._gate.acquire(timeout=20), "the test let no batch in"
        self.is_waiting.clear()
        return super().encode_passages(texts)


WORDS = ["query", "passage", ":", "kim", "harita", "cizdi", "vergi", "ne", "zaman", "a", "x", "y"]


def save_tiny_model(
    folder: Path, prompts: dict[str, str] | None = None, *, places: int = 32
) -> str:
    """Save a transformer of two layers with random weights, always the same.

    Args:
        folder: Made; its name is the model's.
        prompts: That it carries.
        places: Tokens that it can read.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    parts = folder.parent / f"{folder.name}-parts"
    parts.mkdir(parents=True)
    (parts / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]), encoding="utf-8"
    )
    tokenizer = BertTokenizer.from_pretrained(str(parts))
    tokenizer.save_pretrained(str(parts))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=places,
    )
    BertModel(config).save_pretrained(str(parts))
    transformer = Transformer(str(parts))
    model = SentenceTransformer(modules=[transformer, Pooling(16)], prompts=prompts, device="cpu")
    model.save(str(folder), create_model_card=False)
    return str(folder)
