"""Measure the bundled model: ``python -m embeddings.training.measure --data ../shared/data``.

The questions are headings of the documentation that was kept out of training, the passages what
stands below them; the protocol is that of ``alinti evaluate``, and so are the figures.
"""

import argparse
import logging
import time
from pathlib import Path

from embeddings.datatypes import Encoder
from embeddings.encoder import load_encoder
from embeddings.evaluation import JudgedQuestion, QuestionSet, evaluate
from embeddings.training.pairs import is_held_out, read_rows

logger = logging.getLogger("embeddings.training.measure")


def main() -> None:
    """Log the figures of a model."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.training.measure")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = load_encoder()
    rows = [
        row
        for row in read_rows(arguments.data / "train" / "docs_heading_passage.jsonl.gz")
        if is_held_out(row["a"].split(": ")[0])
    ]
    passages = list(dict.fromkeys(row["b"] for row in rows))
    places = {passage: number for number, passage in enumerate(passages)}
    asked = [row for row in rows if "en" in row]
    for language, field in (("Turkish", "a"), ("English", "en")):
        headings = {row[field]: places[row["b"]] for row in reversed(asked)}  # the first counts
        questions = [JudgedQuestion(text, place, ()) for text, place in headings.items()]
        measures = evaluate(QuestionSet(passages, questions), encoder, retriever="dense")
        logger.info("headings in %s: %s", language, measures)
    logger.info("%d passages/s of processor time", speed(encoder, passages))


def speed(encoder: Encoder, passages: list[str]) -> float:
    """Measure how many passages of 600 characters a second of one core encodes."""
    cut = [passage[:600] for passage in passages]
    begun = time.process_time()
    encoder.encode_passages(cut)
    return len(cut) / (time.process_time() - begun)


if __name__ == "__main__":
    main()
