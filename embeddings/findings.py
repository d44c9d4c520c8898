"""What was found for a question, before it is weighed: a ranking, its quotes, and the evidence."""

from collections.abc import Mapping
from typing import NamedTuple

from embeddings.confidence import Signals
from embeddings.datatypes import Hit, Passage, Ranking
from embeddings.fusion import fuse
from embeddings.highlight import Evidence, proximity
from embeddings.questions import Question
from embeddings.store import StoredPassage

_COMPARED = 9  # passages behind the first that show how far it is ahead


class Findings(NamedTuple):
    """What was found for a question, before it is weighed.

    Attributes:
        asked: The question, read.
        rankings: By name, over the passages below only.
        passages: By id.
        evidence: By passage id.
        greatest: BM25 score over grams that no passage could pass.
    """

    asked: Question
    rankings: dict[str, Ranking]
    passages: dict[int, StoredPassage]
    evidence: dict[int, Evidence]
    greatest: float

    def rank(self, weights: Mapping[str, float]) -> Ranking:
        """Rank the passages by the weighted sum of the rankings."""
        return fuse(self.rankings, weights)

    def hit(self, passage_id: int, score: float) -> Hit:
        """Make the quote of a passage."""
        stored = self.passages[passage_id]
        highlight = self.evidence[passage_id].highlight
        return Hit(
            stored.passage, stored.document_id, stored.title, stored.source, score, highlight
        )

    def signals(self, ranking: Ranking) -> Signals:
        """Sum up what speaks for the first passage of a ranking that is not empty."""
        (first, score), *others = ranking[: _COMPARED + 1]
        mean = sum(other for _, other in others) / max(1, len(others))
        best = max((found for _, found in self.rankings.get("grams", ())), default=0.0)
        return Signals(
            lexical=best / self.greatest if self.greatest else 0.0,
            coverage=self.evidence[first].coverage,
            sentence=self.evidence[first].sentence,
            cosine=max(0.0, dict(self.rankings.get("dense", ())).get(first, 0.0)),
            lead=(score - mean) / score if score else 0.0,
            proximity=proximity(
                self.asked.content.prefixes,
                searched_text(self.passages[first].title, self.passages[first].passage),
            ),
            brevity=1 / max(1, len(self.asked.terms.prefixes)),
        )


def context(title: str, passage: Passage) -> str:
    """Join what stands above a passage: searched with it, never quoted."""
    return "\n".join(part for part in (title, passage.heading, passage.lead_in) if part)


def searched_text(title: str, passage: Passage) -> str:
    """Join all that is searched of a passage: what stands above it, and itself."""
    return f"{context(title, passage)}\n{passage.text}"
