"""Files of training data to pairs of texts that belong together."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

# Characters of context kept on each side of an answer: a passage's usual length in all.
_AROUND = 300


class Pair(NamedTuple):
    """Two texts that belong together.

    Attributes:
        anchor: The shorter one, or the one that stands for a question.
        positive: The text to be found. Equal to the anchor where the anchor is to be cut from it.
        group: Pairs of one group (article, law, subject) are met in one batch: each is the others'
            hard negative. Empty for none.
    """

    anchor: str
    positive: str
    group: str = ""


def read_pairs(folder: Path) -> dict[str, list[Pair]]:
    """Read all training files.

    Args:
        folder: As described in its README: JSON lines, compressed with gzip.

    Returns:
        Kind of pair to pairs. Documentation articles for which ``is_held_out`` are missing.
    """
    pairs: dict[str, list[Pair]] = {
        kind: []
        for kind in (
            "heading",
            "english",
            "titles",
            "terms",
            "python",
            "paraphrase",
            "law",
            "question",
            "cut",
        )
    }
    held_out_terms = set()
    for row in read_rows(folder / "docs_heading_passage.jsonl.gz"):
        english = row.get("en", "")
        article = row["a"].split(": ")[0]
        if is_held_out(article):
            held_out_terms.update(english.split(": "))
            continue
        pairs["heading"].append(Pair(row["a"], row["b"], article))
        pairs["cut"].append(Pair(row["b"], row["b"], article))
        if english:
            pairs["english"].append(Pair(english, row["b"], article))
            pairs["titles"].append(Pair(english, row["a"], article))
    pairs["terms"] = [
        Pair(row["a"], row["b"])
        for row in read_rows(folder / "docs_heading_en_tr.jsonl.gz")
        if row["a"] not in held_out_terms
    ]
    pairs["python"] = _plain(folder / "python_docs_en_tr.jsonl.gz")
    pairs["paraphrase"] = _plain(folder / "tapaco_paraphrase.jsonl.gz")
    for row in read_rows(folder / "laws_heading_article.jsonl.gz"):
        law = row["doc"]
        pairs["cut"].append(Pair(row["b"], row["b"], law))
        if row["a"]:
            pairs["law"].append(Pair(f"{law} {row['a']}", row["b"], law))
    contexts = {}
    for row in read_rows(folder / "thquad_ottoman.jsonl.gz"):
        context, start = row["context"], row["answers"][0]["start"]
        contexts[context] = row["title"]
        pairs["question"].append(Pair(row["question"], _window(context, start), row["title"]))
    for context, title in contexts.items():
        windows = (context[i : i + 2 * _AROUND] for i in range(0, len(context), 2 * _AROUND))
        pairs["cut"] += [Pair(window, window, title) for window in windows]
    return pairs


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def is_held_out(article: str) -> bool:
    """Tell whether a documentation article is kept from training, for measuring: one in forty."""
    return zlib.crc32(article.encode()) % 40 == 0


def _plain(path: Path) -> list[Pair]:
    return [Pair(row["a"], row["b"]) for row in read_rows(path)]


def _window(context: str, start: int) -> str:
    """Cut a passage around an answer, widened to the nearest full stops."""
    first = context.rfind(".", 0, max(0, start - _AROUND)) + 1
    last = context.find(".", min(len(context), start + _AROUND))
    return context[first : last + 1 if last >= 0 else len(context)]
