"""Question and passage to the sentence that answers, and how much of the question they cover."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from embeddings.analyzer import Terms, TermWeights, analyze, fold, split_words, word_terms
from embeddings.datatypes import Span
from embeddings.sentences import split_sentences

INHERITED = 0.5
"""What a term counts in a sentence that lacks it, when heading, lead-in or first sentence has it.

A text names its topic once and then goes on about it, so without this the first sentence wins
every question.
"""

EXPECTED_BONUS = 0.1
"""Added to a sentence that holds the kind of answer asked for, say a number."""

NEAR = 3
"""Words apart at most to be neighbours."""

_Key = tuple[int, str]
"""A term with its field, as numbered in Terms."""


class Evidence(NamedTuple):
    """What a passage has for a question.

    Attributes:
        highlight: The answering sentence, as a span of the passage.
        sentence: How much of the question that sentence covers, inherited terms and bonus
            included; in [0, 1.1].
        coverage: How much of the question passage and context cover together; in [0, 1].
    """

    highlight: Span
    sentence: float
    coverage: float


class Sought:
    """What a question looks for in texts.

    Args:
        stress: How much the question stresses each term.
        frequencies: Inverse document frequency of each of these terms.
        expected: Matches folded text that holds the kind of answer asked for.
    """

    def __init__(
        self, stress: TermWeights, frequencies: TermWeights, expected: re.Pattern[str] | None
    ) -> None:
        self._expected = expected
        products = [
            {term: weight * frequencies[field][term] for term, weight in stressed.items()}
            for field, stressed in enumerate(stress)
        ]
        total = sum(sum(product.values()) for product in products) or 1.0
        self._weights: dict[_Key, float] = {
            (field, term): weight / total
            for field, product in enumerate(products)
            for term, weight in product.items()
        }
        self._sought = tuple(frozenset(product) for product in products)
        self._words: dict[str, tuple[_Key, ...]] = {}  # what each word met so far holds

    def find_answer(self, passage: str, context: str) -> Evidence:
        """Find the sentence of a passage that answers.

        Args:
            passage: Text of the passage, not blank.
            context: Title, headings and lead-in above it.

        Returns:
            Evidence for the best sentence; of equals the first.
        """
        spans = split_sentences(passage) or [(0, len(passage))]
        topic = self._held(context)
        covered = set(topic)
        best, best_score = spans[0], -1.0
        for number, (start, end) in enumerate(spans):
            sentence = passage[start:end]
            held = self._held(sentence)
            if number == 0:
                topic |= held
            covered |= held
            score = self._mass(held) + INHERITED * self._mass(topic - held)
            if self._expected is not None and self._expected.search(fold(sentence)):
                score += EXPECTED_BONUS
            if score > best_score:
                best, best_score = (start, end), score
        return Evidence(best, best_score, self._mass(covered))

    def _held(self, text: str) -> set[_Key]:
        """Collect the sought terms that a text holds."""
        held: set[_Key] = set()
        for word in split_words(text):
            found = self._words.get(word)
            if found is None:
                found = self._words[word] = self._keys(word_terms(word))
            if found:
                held.update(found)
        return held

    def _keys(self, terms: Terms) -> tuple[_Key, ...]:
        return tuple(
            (field, term)
            for field, sought in enumerate(self._sought)
            if not sought.isdisjoint(terms[field])  # fast, and most words hold nothing sought
            for term in sought.intersection(terms[field])
        )

    def _mass(self, held: set[_Key]) -> float:
        # fsum: equal sentences must be equal, in whatever order a set gives its members.
        return math.fsum(map(self._weights.__getitem__, held))


def proximity(prefixes: Sequence[str], text: str) -> float:
    """Measure how closely a text keeps the words of a question together.

    Args:
        prefixes: Of the question's words, in their order.
        text: Passage and context.

    Returns:
        Share of neighbours in the question that stand at most NEAR words apart in the text, in
        either order; of a question of one word, whether the text holds it.
    """
    places: dict[str, list[int]] = {}
    for place, prefix in enumerate(analyze(text).prefixes):
        places.setdefault(prefix, []).append(place)
    pairs = list(pairwise(prefixes)) or [(prefix, prefix) for prefix in prefixes]
    near = sum(
        any(abs(a - b) <= NEAR for a in places.get(one, ()) for b in places.get(other, ()))
        for one, other in pairs
    )
    return near / len(pairs) if pairs else 0.0
