"""What was found for a question, before it is weighed: a ranking, its quotes, and the evidence."""

from collections.abc import Mapping
from typing import NamedTuple

from embeddings.confidence import Signals
from embeddings.datatypes import Hit, Passage, Ranking
from embeddings.fusion import fuse, trust_meaning
from embeddings.highlight import Evidence, held_numbers, proximity
from embeddings.listing import StoredPassage
from embeddings.questions import Question
from embeddings.weights import Weights

_COMPARED = 9  # passages behind the first that show how far it is ahead


class Findings(NamedTuple):
    """What was found for a question, before it is weighed.

    Attributes:
        asked: The question, read.
        weights: Of the encoder that it was asked with.
        rankings: By name, normalized, over the passages below only.
        passages: By id.
        evidence: By passage id.
        trust: See measure_trust.
        searched: How many passages there were to find; None for many, or where that is not known.
    """

    asked: Question
    weights: Weights
    rankings: dict[str, Ranking]
    passages: dict[int, StoredPassage]
    evidence: dict[int, Evidence]
    trust: float = 1.0
    searched: int | None = None

    def rank(self, weights: Mapping[str, float]) -> Ranking:
        """Rank the passages by the weighted sum of the rankings."""
        return fuse(self.rankings, adapt(weights, self.trust))

    def hit(self, passage_id: int, score: float) -> Hit:
        """Make the quote of a passage."""
        return self.passages[passage_id].hit(self.evidence[passage_id].highlight, score=score)

    def signals(self, ranking: Ranking) -> Signals:
        """Sum up what speaks for the first passage of a ranking that is not empty."""
        (first, score), *others = ranking[: _COMPARED + 1]
        mean = sum(other for _, other in others) / max(1, len(others))
        stored = self.passages[first]
        text = searched_text(stored.searched_title, stored.passage)
        evidence = self.evidence[first]
        return Signals(
            coverage=evidence.coverage,
            sentence=evidence.sentence,
            cosine=dict(self.rankings.get("dense", ())).get(first, 0.0),
            lead=(score - mean) / score if score else 0.0,
            proximity=proximity(self.asked.words, text),
            numbers=held_numbers(self.asked.words, text),
            brevity=1 / max(1, len(set(self.asked.words))),
        )


def measure_trust(rankings: Mapping[str, Ranking]) -> float:
    """Measure how many times its weight meaning counts, by how far a question's words are found.

    Args:
        rankings: By name, normalized; all that was found.
    """
    if "grams" not in rankings:
        return 1.0
    return trust_meaning(max((score for _, score in rankings["grams"]), default=0.0))


def adapt(weights: Mapping[str, float], trust: float) -> dict[str, float]:
    """Adapt weights to a question, see measure_trust."""
    return {
        name: weight * trust if name == "dense" else weight for name, weight in weights.items()
    }


def context(title: str, passage: Passage) -> str:
    """Join what stands above a passage: searched with it, never quoted."""
    return "\n".join(part for part in (title, passage.heading, passage.lead_in) if part)


def searched_text(title: str, passage: Passage) -> str:
    """Join all that is searched of a passage: what stands above it, and itself."""
    return f"{context(title, passage)}\n{passage.text}"
