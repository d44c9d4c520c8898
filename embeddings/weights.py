"""What each piece of evidence counts: an encoder brings its weights, measured on questions."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from embeddings.confidence import Calibration, Signals
from embeddings.errors import StoreError

RETRIEVERS = {
    "hybrid": ("prefixes", "grams", "dense", "coverage", "sentence"),
    "lexical": ("prefixes", "grams", "coverage", "sentence"),
    "dense": ("dense",),
}
"""The rankings that each way of searching adds up."""


WEIGHTS_FILE = "weights.json"
"""In a library's folder: what was measured there."""


class Weights(NamedTuple):
    """What evidence counts with one encoder.

    Attributes:
        ranking: Weight of each ranking of RETRIEVERS["hybrid"].
        calibration: Of the confidence.
    """

    ranking: dict[str, float]
    calibration: Calibration

    def of(self, retriever: str) -> dict[str, float]:
        """Choose the weights of the rankings that a key of RETRIEVERS names.

        One that is searched alone weighs 1, even where it adds nothing to the others.
        """
        names = RETRIEVERS[retriever]
        return {name: self.ranking[name] if len(names) > 1 else 1.0 for name in names}


DEFAULT = Weights(
    {"prefixes": 0.5, "grams": 1.0, "dense": 0.3, "coverage": 1.0, "sentence": 1.0},
    Calibration(
        Signals(
            coverage=2.44,
            sentence=3.07,
            cosine=1.66,
            lead=4.01,
            proximity=1.01,
            numbers=1.68,
            brevity=-2.64,
        ),
        bias=-8.0,
    ),
)
"""Of the bundled model, and with a low weight for meaning a safe start for any other.

Chosen by ``alinti evaluate --tune`` on the development questions (see QUALITY.md), but for the
dense weight: those questions repeat the words of their paragraphs and would set it near 0, while
people also ask in other words and in other languages.
"""


def load_weights(file: Path) -> dict[str, Weights]:
    """Load the weights that were measured here, by the encoder's name; none without a file.

    Raises:
        StoreError: If the file cannot be read, or holds something else.
    """
    try:
        entries = json.loads(file.read_text("utf-8"))
        return {name: _parse(entry) for name, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(
            f"{file}: the weights cannot be read ({error.strerror}). "
            "Check that the file can be read by this user"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{file}: not a file of weights ({type(error).__name__}: {error}). "
            "Remove it, and tune again if you like"
        ) from error


def save_weights(file: Path, weights: Mapping[str, Weights]) -> None:
    """Save weights by the encoder's name, in place of all that the file held.

    Raises:
        StoreError: If the file cannot be written.
    """
    entries = {
        name: {
            "ranking": {ranking: round(weight, 4) for ranking, weight in of.ranking.items()},
            "confidence": {
                signal: round(weight, 4)
                for signal, weight in of.calibration.weights._asdict().items()
            },
            "bias": round(of.calibration.bias, 4),
        }
        for name, of in weights.items()
    }
    new = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")
        new.replace(file)
    except OSError as error:
        raise StoreError(f"{file}: the weights cannot be written ({error.strerror})") from error


def _parse(entry: Mapping[str, Mapping[str, float]]) -> Weights:
    ranking = {name: float(entry["ranking"][name]) for name in RETRIEVERS["hybrid"]}
    signals = Signals(**{name: float(entry["confidence"][name]) for name in Signals._fields})
    if not all(map(math.isfinite, [*ranking.values(), *signals, float(entry["bias"])])):  # type: ignore[arg-type]
        raise ValueError("a weight is no number")
    return Weights(ranking, Calibration(signals, float(entry["bias"])))  # type: ignore[arg-type]
