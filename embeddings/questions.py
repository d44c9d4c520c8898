"""Question to what is looked for: its terms, what each word counts, the kind of answer wanted.

Three observations on Turkish questions, measured on questions whose answering sentence is known:

- The question words themselves (``hangi``, ``kaç``, ``nedir``) stand in no answer, so they do not
  count, and words that stand anywhere (``olarak``, ``yapıldı``) hardly.
- The verb stands last and tells the fact that is asked, the topic stands first and is often named
  only once in a text, so later words count more.
- ``kaç`` and ``ne zaman`` are answered with digits, ``neden`` with a reason.

The small words of other languages are in question_words.py; where their verb does not stand last,
all words count alike.
"""

import re
from typing import NamedTuple

from embeddings.analyzer import Terms, TermWeights, fold, split_words, word_terms
from embeddings.question_words import read_language

MAX_CHARACTERS = 2000
"""Of a question are looked for; what a person writes beyond that is left aside."""

FILLER_WEIGHT = 0.3
"""What a word counts that says little, such as ``olarak``."""

LAST_WORD_WEIGHT = 3.0
"""Of the other words the first counts 1, the last this, those between in proportion."""

_MONTHS = (
    "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik|january|february|"
    "march|april|may|june|july|august|september|october|november|december"
)
_NUMERALS = (
    "bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz|on|yirmi|otuz|kirk|elli|altmis|yetmis|seksen|doksan|"
    "yuz|bin|milyon|milyar|yarim|one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|"
    "million|billion"
)
_DATE = re.compile(rf"\b\d{{3,4}}\b|\d[./]\d|yuzyil|\bcentury\b|\b(?:{_MONTHS})\b")
_NUMBER = re.compile(rf"\d|\b(?:{_NUMERALS})\b")
_REASON = re.compile(
    r"\b(?:icin|cunku|nedeni|sebeb|dolayi|yuzunden|sayesinde|amac|because|since|due|reason)"
)
_ASKS_DATE = re.compile(
    r"ne zaman|hangi (?:yil|tarih|sene|yuzyil|donem|ay|gun)|kac(?:inci)? (?:yil|yuzyil|tarih|sene)"
    r"|\bwhen\b|\b(?:what|which) (?:year|date|day|century)"
)
_ASKS_NUMBER = re.compile(
    r"\bkac|ne kadar|yuzde|\bhow (?:many|much|long|far|old|often)|\bwie ?viele?\b|\bcombien\b"
    r"|сколько"
)
_ASKS_REASON = re.compile(
    r"\bneden\b|nicin|niye\b|(?:ne|hangi) (?:sebep|neden|amac)|\bwhy\b|\bwarum\b|pourquoi|почему"
)
_ASKS_MEANING = re.compile(
    r"\b(?:nedir|kimdir|ne demek(?:tir)?|ne anlama gelir)\b|^(?:what|who) (?:is|are|was|were)\b"
    r"|^(?:was|wer) ist\b|^(?:что|кто) (?:такое|такои|такая|это)\b"
)
# Matched against folded text; the first that matches tells what the answer looks like.
_EXPECTATIONS = ((_ASKS_DATE, _DATE), (_ASKS_NUMBER, _NUMBER), (_ASKS_REASON, _REASON))


class Question(NamedTuple):
    """A question, read.

    Attributes:
        terms: What is searched, in the order of the question: all but the question words, or those
            too where there is nothing else.
        content: Those of them that say something.
        stress: How much each term counts by the word that brought it; the greatest of several.
        expected: Matches folded text that holds the kind of answer asked for; None where any will
            do.
    """

    terms: Terms
    content: Terms
    stress: TermWeights
    expected: re.Pattern[str] | None


def parse_question(text: str) -> Question:
    """Read a question; one without words has no terms."""
    language = read_language(text[:MAX_CHARACTERS])
    asked = language.cut(split_words(text[:MAX_CHARACTERS]))
    words = [word for word in asked if word not in language.asking] or asked
    content = [word for word in words if word not in language.fillers] or words
    last_weight = LAST_WORD_WEIGHT if language.verb_last else 1.0
    stress = TermWeights({}, {})
    position = 0
    for word in words:
        weight = FILLER_WEIGHT
        if word in content:
            share = position / (len(content) - 1) if len(content) > 1 else 1.0
            weight = 1 + (last_weight - 1) * share
            position += 1
        found = word_terms(word)
        # The square root: a long word has more evidence in its grams, but not in proportion.
        shares = (weight, weight / max(1, len(found.grams)) ** 0.5)
        for into, terms, share in zip(stress, found, shares, strict=True):
            for term in terms:
                into[term] = max(into.get(term, 0.0), share)
    folded = fold(text)
    expected = language.expected_answer(folded) or next(
        (answer for asks, answer in _EXPECTATIONS if asks.search(folded)), None
    )
    if expected is None and content and _ASKS_MEANING.search(folded):
        # A definition begins with what it defines.
        expected = re.compile(rf"^\W*{re.escape(content[0])}")
    return Question(_terms(words), _terms(content), stress, expected)


def _terms(words: list[str]) -> Terms:
    found = [word_terms(word) for word in words]
    return Terms(
        tuple(term for terms in found for term in terms.prefixes),
        tuple(term for terms in found for term in terms.grams),
    )
