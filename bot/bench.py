"""Speed and memory of a library of made-up paragraphs, measured in this process."""

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.datatypes import SHARED, Document, Encoder
from embeddings.library import Library

PARAGRAPH_LENGTH = 600
_PARAGRAPHS_IN_DOCUMENT = 100
_QUESTIONS = 500
_WARM_UP = 20
_VOCABULARY = 30_000
_SYLLABLES = (
    "ka le mi ya da rı so te nü gel çi ba şe ki lar dır lık ta ve ol mu ğa iz en an".split()
)


def measure(paragraphs: int, load: Callable[[], Encoder]) -> dict[str, Any]:
    """Add paragraphs and ask questions about them.

    The words are drawn by Zipf's law from made-up ones of Turkish syllables; a question is some
    neighbouring words of a paragraph. The seed is fixed.

    Args:
        paragraphs: How many, of PARAGRAPH_LENGTH characters or a little less.
        load: Loads the encoder; its time is measured too.
    """
    rng = random.Random(7)
    documents = list(_documents(paragraphs, rng))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        library = Library(Path(folder), load())
        loaded_s = time.perf_counter() - started
        try:
            started = time.perf_counter()
            passages = sum(library.add(document, SHARED).passages for document in documents)
            library.level()
            added_s = time.perf_counter() - started
            milliseconds = [_ask(library, rng.choice(documents), rng) for _ in range(_QUESTIONS)]
            started = time.perf_counter()
            again = Library(Path(folder), load())
            again.level()
            again.close()
            reopened_s = time.perf_counter() - started
        finally:
            library.close()
    timed = milliseconds[_WARM_UP:]
    memory_mb = _peak_memory_mb()
    return {
        "paragraphs": passages,
        "load_s": loaded_s,
        "paragraphs_per_s": passages / added_s,
        "reopen_s": reopened_s,
        "ms_per_question": {
            "p50": float(np.percentile(timed, 50)),
            "p95": float(np.percentile(timed, 95)),
        },
        **({} if memory_mb is None else {"peak_memory_mb": memory_mb}),
    }


def _ask(library: Library, document: Document, rng: random.Random) -> float:
    words = document.text.split()
    start = rng.randrange(len(words) - 8)
    question = " ".join(words[start : start + rng.randint(4, 8)]) + " nedir?"
    started = time.perf_counter()
    library.answer(question, [SHARED])
    return (time.perf_counter() - started) * 1000


def _documents(paragraphs: int, rng: random.Random) -> list[Document]:
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 5))) for _ in range(_VOCABULARY)]
    weights = [1 / rank for rank in range(1, _VOCABULARY + 1)]
    documents = []
    for first in range(0, paragraphs, _PARAGRAPHS_IN_DOCUMENT):
        count = min(_PARAGRAPHS_IN_DOCUMENT, paragraphs - first)
        text = "\n\n".join(_paragraph(words, weights, rng) for _ in range(count))
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        documents.append(Document(f"Belge {first}", text, f"bench {first}", content_hash))
    return documents


def _paragraph(words: list[str], weights: list[float], rng: random.Random) -> str:
    text = ""
    while len(text) < PARAGRAPH_LENGTH:
        sentence = " ".join(rng.choices(words, weights, k=rng.randint(8, 20)))
        text += sentence.capitalize() + ". "
    return text[:PARAGRAPH_LENGTH].rsplit(" ", 1)[0]


def _peak_memory_mb() -> float | None:
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
