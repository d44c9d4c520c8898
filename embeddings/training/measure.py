"""Measure a model: ``python -m embeddings.training.measure --data ../shared/data``.

The protocol is that of ``alinti evaluate``, and so are the figures. Beside the development
questions, the headings of the documentation that was kept out of training are asked, of the
passages below them.
"""

import argparse
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from embeddings.datatypes import Encoder, Vectors
from embeddings.encoder import BUNDLED_FOLDER, BundledEncoder
from embeddings.evaluation import evaluate
from embeddings.question_sets import JudgedQuestion, QuestionSet, load_questions
from embeddings.training.pairs import is_held_out, read_rows

logger = logging.getLogger("embeddings.training.measure")


def main() -> None:
    """Log the figures of a model: alone with all or the first of its dimensions, and in hybrid."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.training.measure")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--model", type=Path, default=BUNDLED_FOLDER, help="folder of the model")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logger.setLevel(logging.INFO)
    begun = time.perf_counter()
    encoder = BundledEncoder(arguments.model)
    logger.info("loaded in %.3f s", time.perf_counter() - begun)
    rows = [
        row
        for row in read_rows(arguments.data / "train" / "docs_heading_passage.jsonl.gz")
        if is_held_out(row["a"].split(": ")[0])
    ]
    logger.info("%d passages/s of processor time", speed(encoder, [row["b"] for row in rows]))
    for name, questions in question_sets(arguments.data, rows):
        logger.info("%s: %d questions", name, len(questions.questions))
        for dim in (encoder.dim, 256, 128):
            measures = evaluate(questions, Shortened(encoder, dim), retriever="dense")
            ndcg, recall = measures["ndcg@10"], measures["recall@1"]
            logger.info("  %d dimensions: nDCG@10 %.3f, recall@1 %.3f", dim, ndcg, recall)
        for retriever in ("lexical", "hybrid"):
            measures = evaluate(questions, encoder, retriever=retriever)
            ndcg, recall = measures["ndcg@10"], measures["recall@1"]
            logger.info("  %s: nDCG@10 %.3f, recall@1 %.3f", retriever, ndcg, recall)


def question_sets(
    folder: Path, rows: Sequence[dict[str, str]]
) -> Iterator[tuple[str, QuestionSet]]:
    """Make the sets of questions: name and questions.

    Args:
        folder: With train/ and dev/.
        rows: Of the documentation that was kept out.
    """
    for path in sorted((folder / "dev").glob("*.json")):
        yield path.stem, load_questions(path)
    passages = [row["b"] for row in rows]
    for name, field in (("headings in Turkish", "a"), ("headings in English", "en")):
        yield name, _ask([(row[field], row["b"]) for row in rows if "en" in row], passages)


class Shortened:
    """An encoder of which only the first dimensions are taken."""

    is_light = True

    def __init__(self, encoder: Encoder, dim: int) -> None:
        self._encoder = encoder
        self.name = f"{encoder.name}:{dim}"
        self.dim = dim

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode questions; see BundledEncoder."""
        return self._cut(self._encoder.encode_query(texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages; see BundledEncoder."""
        return self._cut(self._encoder.encode_passages(texts))

    def _cut(self, vectors: Vectors) -> Vectors:
        kept = vectors[:, : self.dim]
        lengths = np.linalg.norm(kept, axis=1, keepdims=True)
        # No known piece, no direction: zeros stay zeros.
        return np.asarray(kept / np.maximum(lengths, 1e-9), dtype=np.float32)


def speed(encoder: Encoder, passages: Iterable[str]) -> float:
    """Measure how many passages of 600 characters a second of one core encodes."""
    cut = [passage[:600] for passage in passages if len(passage) >= 600]
    begun = time.process_time()
    encoder.encode_passages(cut)
    return len(cut) / (time.process_time() - begun)


def _ask(pairs: Sequence[tuple[str, str]], texts: Iterable[str]) -> QuestionSet:
    """Judge pairs of a question and its passage; of a repeated question the first counts."""
    passages = list(dict.fromkeys(texts))
    places = {passage: place for place, passage in enumerate(passages)}
    asked = {question: places[passage] for question, passage in reversed(pairs)}
    return QuestionSet(passages, [JudgedQuestion(text, at, ()) for text, at in asked.items()])


if __name__ == "__main__":
    main()
