"""Question and passage to the sentence that answers, and how much of the question they cover."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from embeddings.analyzer import (
    Terms,
    TermWeights,
    analyze,
    fold,
    has_words,
    split_words,
    word_terms,
)
from embeddings.datatypes import Span
from embeddings.questions import Question
from embeddings.sentences import asks, split_sentences

INHERITED = 0.5
"""What a term counts in a sentence that lacks it, when heading, lead-in or first sentence has it.

A text names its topic once and then goes on about it, so without this the first sentence wins
every question. A sentence that points back (``Bu``, ``Bunun üzerine``) inherits from the one
before it in the same way, and so does one below a question. A question inherits its own words
only: it has those of whoever asks the same, and no answer.
"""

EXPECTED_BONUS = 0.1
"""Added to a sentence that holds the kind of answer asked for, say a number."""

NEAR = 3
"""Words apart at most to be neighbours."""

_NEEDED = 0.2  # of the question, that a second sentence has to bring to be marked too
# Without those that mean something else in another language: her, er, il.
_POINTS_BACK = re.compile(
    r"\W*(?:bu(?:nun|na|nu|ndan|nlar\w*|rada|raya)?|on(?:un|a|u|dan|lar\w*)|o|boylece|this|these|"
    r"that|he|she|they|their|diese[rsmn]?|dies|sie|dort|elle|ils|elles|cela|cette|ces|он|она|оно|"
    r"они|это|этот|эта|эти|его|ее|их)\b"
)
_LONGEST_POINTER = 12
_LINE = re.compile(r"[^\n]+")
_CELLS = " | "  # as the readers write the cells of a row

_Key = tuple[int, str]
"""A term with its field, as numbered in Terms."""


class Evidence(NamedTuple):
    """What a passage has for a question.

    Attributes:
        highlight: The answering sentence, or two of them, as a span of the passage.
        sentence: How much of the question the best sentence covers, inherited terms and bonus
            included; in [0, 1.1].
        coverage: How much of the question passage and context cover together; in [0, 1]. Of a
            passage that only asks it counts INHERITED.
        only_asks: Whether the passage asks and says nothing else.
    """

    highlight: Span
    sentence: float
    coverage: float
    only_asks: bool = False


class Sought:
    """What a question looks for in texts.

    Args:
        asked: The question, read.
        frequencies: Inverse document frequency of each of its terms.
    """

    def __init__(self, asked: Question, frequencies: TermWeights) -> None:
        self._asked = asked
        products = [
            {term: weight * frequencies[field][term] for term, weight in stressed.items()}
            for field, stressed in enumerate(asked.stress)
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
        sentences = [passage[start:end] for start, end in spans]
        held = [self._held(sentence) for sentence in sentences]
        above = self._held(context)
        is_asking = [self._only_asks(sentence) for sentence in sentences]
        is_pointing = [False, *(points_back(sentence) for sentence in sentences[1:])]
        has_expected = [
            not is_question and self._has_expected(sentence)
            for sentence, is_question in zip(sentences, is_asking, strict=True)
        ]
        scores: list[float] = []
        for number, found in enumerate(held):
            own = set() if is_asking[number] else found
            topic = above | held[0] | found
            if number and (is_pointing[number] or is_asking[number - 1]):
                topic |= held[number - 1]
            inherited = INHERITED * self._mass(topic - own)
            scores.append(self._mass(own) + inherited + EXPECTED_BONUS * has_expected[number])
        # Below a question that has nothing in common with it, the answer may still stand.
        best = max(range(len(spans)), key=lambda number: (scores[number], not is_asking[number]))
        first, last = best, best
        if (
            is_pointing[best]
            and not is_asking[best - 1]
            and self._mass(held[best - 1] - held[best] - above) >= _NEEDED
        ):
            first = best - 1
        elif (
            self._asked.expected is not None
            and not has_expected[best]
            and best + 1 < len(spans)
            and is_pointing[best + 1]
            and has_expected[best + 1]
        ):
            last = best + 1
        only_asks = all(is_asking)
        share = INHERITED if only_asks else 1.0
        return Evidence(
            self._narrow_to_row(passage, (spans[first][0], spans[last][1])),
            scores[best],
            share * self._mass(above.union(*held)),
            only_asks,
        )

    def _narrow_to_row(self, passage: str, span: Span) -> Span:
        """Narrow a table to the row that alone holds most of what is sought, if there is one.

        Its head stays unmarked: what it holds is asked of one of the rows below.
        """
        if passage.find(_CELLS, *span) < 0:  # fast, and few passages are tables
            return span
        lines = [line.span() for line in _LINE.finditer(passage, *span)]
        rows = [line for line in lines if _CELLS in passage[slice(*line)]][1:]
        held = [self._mass(self._held(passage[start:end])) for start, end in rows]
        most = max(held, default=0.0)
        return rows[held.index(most)] if most and held.count(most) == 1 else span

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

    def _only_asks(self, sentence: str) -> bool:
        """Whether a sentence is a question, or a smiley behind one: it says nothing.

        A question that is quoted in the one to be answered is what is looked for.
        """
        if not has_words(sentence):
            return True
        if not asks(sentence):
            return False
        words = f" {' '.join(split_words(sentence))} "
        return not any(f" {quotation} " in words for quotation in self._asked.quotations)

    def _has_expected(self, sentence: str) -> bool:
        return self._asked.expected is not None and self._asked.expected.is_in(sentence)

    def _mass(self, held: set[_Key]) -> float:
        # fsum: equal sentences must be equal, in whatever order a set gives its members.
        return math.fsum(map(self._weights.__getitem__, held))


def proximity(words: Sequence[str], text: str) -> float:
    """Measure how closely a text keeps the words of a question together.

    Args:
        words: Of the question, folded, in their order.
        text: Passage and context.

    Returns:
        Share of neighbours in the question that stand at most NEAR words apart in the text, in
        either order; of a question of one word, whether the text holds it.
    """
    places: dict[str, list[int]] = {}
    for place, prefix in enumerate(analyze(text).prefixes):
        places.setdefault(prefix, []).append(place)
    prefixes = [prefix for word in words for prefix in word_terms(word).prefixes]
    pairs = list(pairwise(prefixes)) or [(prefix, prefix) for prefix in prefixes]
    near = sum(
        any(abs(a - b) <= NEAR for a in places.get(one, ()) for b in places.get(other, ()))
        for one, other in pairs
    )
    return near / len(pairs) if pairs else 0.0


def held_numbers(words: Sequence[str], text: str) -> float:
    """Measure how many of a question's numbers a text holds: another year is another fact.

    Args:
        words: Of the question, folded.
        text: Passage and context.

    Returns:
        Share of the words with a digit that the text holds whole; 1 where there is none.
    """
    numbers = {word for word in words if any(character.isdigit() for character in word)}
    return len(numbers.intersection(split_words(text))) / len(numbers) if numbers else 1.0


def points_back(sentence: str) -> bool:
    """Whether a sentence begins with a word that stands for something in the one before it."""
    return bool(_POINTS_BACK.match(fold(sentence[:_LONGEST_POINTER])))
