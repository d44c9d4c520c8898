"""Question to what is looked for: its terms, what each word counts, the kind of answer wanted.

Three observations on Turkish questions, measured on questions whose answering sentence is known:

- The question words themselves (``hangi``, ``kaç``, ``nedir``) stand in no answer, nor do
  greetings, so they do not count, and words that stand anywhere (``olarak``, ``yapıldı``) hardly.
- The verb stands last and tells the fact that is asked, the topic stands first and is often named
  only once in a text, so later words count more.
- ``kaç`` and ``ne zaman`` are answered with digits, ``neden`` with a reason, ``kim`` with a name
  that is not in the question.

The small words of all languages are in question_words.py; where their verb does not stand last,
all words count alike.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import regex

from embeddings.analyzer import PREFIX_LENGTH, Terms, TermWeights, fold, split_words, word_terms
from embeddings.greetings import trim_courtesy
from embeddings.question_words import Language, read_language

MAX_CHARACTERS = 2000
"""Of a question are looked for; what a person writes beyond that is left aside."""

FILLER_WEIGHT = 0.3
"""What a word counts that says little, such as ``olarak``."""

LAST_WORD_WEIGHT = 3.0
"""Of the other words the first counts 1, the last this, those between in proportion."""

_FEW_WORDS = 3  # "Fuat Sezgin kimdir?" asks what he is; a longer description asks for a name

# Every sentence begins with a capital letter: its first word is a name where the next one is too,
# and so is what follows a number of kings.
_NAME = regex.compile(
    r"(?<=[\p{L}\p{N},;:)'’\"”]\s+)\p{Lu}\p{Ll}+|(?<=\b[IVX]+\.\s+)\p{Lu}\p{Ll}+"
    r"|^\W*\p{Lu}\p{Ll}+(?=\s+\p{Lu}\p{Ll})"
)

_QUOTATION = re.compile(r"(?<!\w)[\"“„«]([^\"“”„«»]+)[\"“”»]")


class Expected(NamedTuple):
    """What an answer looks like.

    Attributes:
        pattern: Matches folded text that holds it; None for a name.
        known: Prefixes of the question's own words: a name among them is not the one asked for.
    """

    pattern: re.Pattern[str] | None
    known: frozenset[str] = frozenset()

    def is_in(self, sentence: str) -> bool:
        """Whether a sentence holds what is asked for."""
        if self.pattern is not None:
            return bool(self.pattern.search(fold(sentence)))
        names = (fold(name)[:PREFIX_LENGTH] for name in _NAME.findall(sentence))
        return any(name not in self.known for name in names)


class Question(NamedTuple):
    """A question, read.

    Attributes:
        terms: What is searched, in the order of the question: all but the question words, or those
            too where there is nothing else.
        words: Those that say something, folded, in the order of the question.
        stress: How much each term counts by the word that brought it; the greatest of several.
        expected: What an answer holds; None where there is no telling.
        mended: (typed, looked for) words, folded: those whose spelling was mended, each once, in
            the order of the question.
        is_vague: Whether it has only words that ask or say little, as "bu kim?": any passage that
            holds them would seem to answer.
        quotations: What stands in it between quotation marks, in folded words.
    """

    terms: Terms
    words: tuple[str, ...]
    stress: TermWeights
    expected: Expected | None
    mended: tuple[tuple[str, str], ...] = ()
    is_vague: bool = False
    quotations: tuple[str, ...] = ()


def parse_question(text: str, correct: Callable[[str], str] = str) -> Question:
    """Read a question; one without words has no terms.

    Args:
        text: As typed.
        correct: Mends the spelling of a folded word that says something.
    """
    text = text[:MAX_CHARACTERS]
    language = read_language(text)
    asked = trim_courtesy(language.cut(split_words(text)), language)
    typed = [word for word in asked if word not in language.asking] or asked
    # A name that is spelled otherwise may be another person's.
    names = {word for name in _NAME.findall(text) for word in split_words(name)}
    small = language.asking | language.fillers
    words = [word if word in small | names else correct(word) for word in typed]
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
    expected = _expected(text, content, language)
    pairs = dict.fromkeys(zip(typed, words, strict=True))
    mended = tuple((word, mend) for word, mend in pairs if word != mend)
    is_vague = all(word in small or (len(word) == 1 and word.isascii()) for word in words)
    quoted = (" ".join(split_words(piece)) for piece in _QUOTATION.findall(text))
    quotations = tuple(filter(None, quoted))
    return Question(_terms(words), tuple(content), stress, expected, mended, is_vague, quotations)


def _expected(text: str, content: Sequence[str], language: Language) -> Expected | None:
    folded = fold(text)
    if pattern := language.expects(folded):
        return Expected(pattern)
    if content and len(content) <= _FEW_WORDS and language.asks_meaning(folded):
        # A definition begins with what it defines.
        return Expected(re.compile(rf"^\W*{re.escape(content[0])}"))
    if language.asks_who(folded):
        return Expected(None, frozenset(word[:PREFIX_LENGTH] for word in content))
    return None


def _terms(words: list[str]) -> Terms:
    found = [word_terms(word) for word in words]
    return Terms(
        tuple(term for terms in found for term in terms.prefixes),
        tuple(term for terms in found for term in terms.grams),
    )
