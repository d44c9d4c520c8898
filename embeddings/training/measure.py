"""Measure a static model alone: ``python -m embeddings.training.measure --data ../shared/data``.

One passage for each distinct paragraph, each distinct question once, its own paragraph relevant.
"""

import argparse
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import BUNDLED_FOLDER, BundledEncoder
from embeddings.training.pairs import is_held_out, read_rows

logger = logging.getLogger("embeddings.training.measure")

# How Turkish is typed on a keyboard without its letters.
_PLAIN = str.maketrans("ıİşŞğĞçÇöÖüÜâÂîÎûÛ", "iIsSgGcCoOuUaAiIuU")

Question = tuple[str, int]
"""A question and the number of its passage."""


def main() -> None:
    """Log the figures of a model."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.training.measure")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--model", type=Path, default=BUNDLED_FOLDER, help="folder of the model")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = BundledEncoder(arguments.model)
    for name in ("tquad_dev", "thquad_dev"):
        passages, questions = read_squad(arguments.data / "dev" / f"{name}.json")
        _report(name, encoder, passages, questions)
        plain = [(question.translate(_PLAIN), own) for question, own in questions]
        _report(f"{name}, without Turkish letters", encoder, passages, plain)
    rows = [
        row
        for row in read_rows(arguments.data / "train" / "docs_heading_passage.jsonl.gz")
        if is_held_out(row["a"].split(": ")[0])
    ]
    passages = [row["b"] for row in rows]
    english = [(row["en"], number) for number, row in enumerate(rows) if "en" in row]
    _report("held-out documentation, English heading", encoder, passages, english)
    turkish = [(row["a"], number) for number, row in enumerate(rows) if "en" in row]
    _report("held-out documentation, Turkish heading", encoder, passages, turkish)
    begun = time.process_time()
    encoder.encode_passages([passage[:600] for passage in passages])
    seconds = time.process_time() - begun
    logger.info("%d passages/s of processor time", len(passages) / seconds)


def read_squad(path: Path) -> tuple[list[str], list[Question]]:
    """Read the distinct paragraphs and questions of a SQuAD file; of equal ones the first."""
    passages: dict[str, int] = {}
    questions: dict[str, int] = {}
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            own = passages.setdefault(paragraph["context"], len(passages))
            for question in paragraph["qas"]:
                questions.setdefault(question["question"], own)
    return list(passages), list(questions.items())


def rank(
    encoder: BundledEncoder, passages: Sequence[str], questions: Sequence[Question]
) -> NDArray[np.int64]:
    """Rank each question's own passage among all: 0 is the best; ties go to the lower number."""
    asked = encoder.encode_query([question for question, _ in questions])
    scores = asked @ encoder.encode_passages(passages).T
    own = np.array([number for _, number in questions])
    best = scores[np.arange(len(own)), own][:, None]
    earlier = np.arange(len(passages)) < own[:, None]
    better = (scores > best) | ((scores == best) & earlier)
    return np.asarray(better.sum(axis=1), dtype=np.int64)


def _report(
    name: str, encoder: BundledEncoder, passages: Sequence[str], questions: Sequence[Question]
) -> None:
    ranks = rank(encoder, passages, questions)
    gain = np.where(ranks < 10, 1 / np.log2(ranks + 2), 0.0).mean()
    logger.info(
        "%s: nDCG@10 %.4f, recall@1 %.4f (%d questions, %d passages)",
        name,
        gain,
        np.mean(ranks == 0),
        len(questions),
        len(passages),
    )


if __name__ == "__main__":
    main()
