"""Text to search terms: word prefixes and in-word character 4-grams over folded text.

The same analysis makes the terms of passages and of questions, whatever engine ranks them. Folding
drops the difference between what is printed and what is typed (``Çağrı`` and ``cagri``, ``қала``
and ``кала``); prefixes stand for Turkish stems; 4-grams carry spelling variants and compounds. In
scripts that put no spaces between words, pairs of signs and single signs take their places.
"""

import re
import sys
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

PREFIX_LENGTH = 5
"""Characters kept of a word: five ranked best on Turkish news (Can et al., JASIST 59(3), 2008)."""

GRAM_LENGTH = 4
"""Characters in a gram, word borders included: ``_su_``, ``_anka``."""

_LONGEST_CACHED = 40
_CACHED_WORDS = 1 << 15

_APOSTROPHES = "'’‘ʼʻ´`′ʹ＇"
# Soft hyphens and other signs without width stand inside words and belong to none.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# One sign stands for all apostrophes, and letters that do not decompose get their base letter.
_PLAIN = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_INVISIBLE, "")
    | {"ı": "i", "ə": "e", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"}
    | {"ð": "d", "þ": "th"}
)
# Accents (U+0300 to U+036F), Hebrew points, Arabic vowel signs and the tatweel go, and with them
# the hamza that decomposing sets free. Marks that carry a letter of their own, as in Japanese,
# Thai or the scripts of India, stay.
_MARKS = dict.fromkeys(
    [
        *range(0x300, 0x370),
        *range(0x591, 0x5C8),
        *range(0x610, 0x61B),
        0x640,
        *range(0x64B, 0x660),
        0x670,
    ]
)
# Letters of other keyboards: Arabic endings that are mixed up in writing, Persian letters, and
# the Kazakh letters that a Russian keyboard lacks.
_LOOKALIKES = str.maketrans(
    {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
    | {"ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и"}
)
# Decimal digits of the scripts that have their own, told by their zeros.
_DIGITS = {
    ord(zero) + value: str(value)
    for zero in "\u0660\u06f0\u0966\u09e6\u0e50\u0ed0\u17e0\u1040"
    for value in range(10)
}
_UNIFIED = _MARKS | _LOOKALIKES | _DIGITS
_LETTERS = rf"[\p{{L}}\p{{N}}\p{{M}}{_INVISIBLE}]+"
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")  # str.isalnum, as re has it and regex has not
_WORD = regex.compile(rf"{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*")

# Scripts that put no spaces between words: their runs are cut into bigrams, the usual unit of
# search for them.
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー々]+"
)

# What stands in front of an apostrophe in French and Italian is a word of its own, and so is what
# follows.
_ELISIONS = frozenset("l d j n s c m t qu jusqu lorsqu puisqu un all dall dell nell sull".split())

# A chain of Turkish suffixes, folded (ı, i, u, ü are [iu]): plural, possessive, case, copula, -lı,
# -sız, -ca, -cı, ordinal, -ki; and the English 's. Anything else behind an apostrophe belongs to
# the word: bo'lgan, don't, м'ята.
_SUFFIXES = regex.compile(
    r"(?:l[ae]r|[iu]?m[iu]z|[iu]?n[iu]z|[iu]nc[iu]|nc[iu]|[yns]?[iu]n?|[yn]?[ae]|n?[dt][ae]n?|[iu]m|y?l[ae]|"
    r"ki|[dt][iu]r|y?[dt][iu]|y?m[iu]s|l[iu]k?|s[iu]z|c[ae]|c[iu]|s[ae]r|[iu]?n|m)+|s"
)

# Typed without umlauts, as Snowball's German stemmer has it: ä, ö, ü are ae, oe, ue, but for qu.
_UMLAUTS = regex.compile(r"([ao]|(?<!q)u)e")

# The article with what stands before it, "and" alone, and endings of number, person and case:
# light stemming after Larkey, Ballesteros and Connell (2007).
_ARABIC = regex.compile(r"[\u0620-\u064a]")
_ARABIC_BEGINNING = regex.compile(r"^(?:و?[بكف]?ال(?=..)|و?لل(?=..)|و(?=...))")
_ARABIC_ENDING = regex.compile(r"(?<=..)(?:ها|ان|ات|ون|ين|يه|ه|ي|ا)$")


class Terms(NamedTuple):
    """Terms of one text, in its order, repetitions kept.

    Attributes:
        prefixes: One a word, or one a bigram in scripts without spaces, where a sign that stands
            alone has none.
        grams: Overlapping 4-grams within ``_word_``; the whole of it where it is shorter. Single
            signs in scripts without spaces.
    """

    prefixes: tuple[str, ...]
    grams: tuple[str, ...]


class TermWeights(NamedTuple):
    """What each term of a question counts, by field as in Terms."""

    prefixes: dict[str, float]
    grams: dict[str, float]


def fold(text: str) -> str:
    """Drop case, accents and look-alikes: ``IĞDIR``, ``Iğdır`` and ``igdir`` become ``igdir``.

    Compatibility forms are unfolded too (the ligature of ``fi``, full-width digits). Length may
    change.
    """
    lowered = text.lower().translate(_PLAIN)
    if lowered.isascii():
        return lowered
    bare = unicodedata.normalize("NFKD", lowered).translate(_UNIFIED)
    return unicodedata.normalize("NFC", bare)


def has_words(text: str) -> bool:
    """Whether there is a letter or digit: else there is nothing to quote and nothing to ask."""
    return bool(_LETTER_OR_DIGIT.search(text))


def split_words(text: str) -> list[str]:
    """Split a text into folded words, the suffixes behind an apostrophe cut off.

    ``Ankara'nın`` gives ``ankara``, ``l'histoire`` gives ``l`` and ``histoire``, ``don't`` gives
    ``dont``.
    """
    words: list[str] = []
    for printed in _WORD.findall(text):
        # Words repeat in every text; the rare long ones (links, keys) would only fill the cache.
        short = len(printed) <= _LONGEST_CACHED
        words += _cached_words(printed) if short else _folded_words(printed)
    return words


def analyze(text: str) -> Terms:
    """Make the search terms of a passage or a question."""
    prefixes: list[str] = []
    grams: list[str] = []
    for word in split_words(text):
        terms = word_terms(word)
        prefixes += terms.prefixes
        grams += terms.grams
    return Terms(tuple(prefixes), tuple(grams))


def word_terms(word: str) -> Terms:
    """Make the terms of one folded word, as split_words gives it."""
    return _cached_terms(word) if len(word) <= _LONGEST_CACHED else _word_terms(word)


def _folded_words(printed: str) -> tuple[str, ...]:
    # Unfolding may bring spaces and signs: the words of what it gives are what counts.
    return tuple(
        part for word in _WORD.findall(fold(printed)) for part in _split_apostrophes(word)
    )


def _word_terms(word: str) -> Terms:
    if word.isascii() or not _UNSPACED.search(word):
        return _spaced_terms(word)
    prefixes: list[str] = []
    grams: list[str] = []
    position = 0
    for run in [*_UNSPACED.finditer(word), None]:
        if spaced := word[position : run.start() if run else len(word)]:
            found = _spaced_terms(spaced)
            prefixes += found.prefixes
            grams += found.grams
        if run:
            if len(run[0]) > 1:
                prefixes += _grams(run[0], 2)
            grams += run[0]  # single signs: a question of one sign finds its text
            position = run.end()
    return Terms(tuple(prefixes), tuple(grams))


def _spaced_terms(word: str) -> Terms:
    stem = _stem(word)
    return Terms((stem[:PREFIX_LENGTH],), _grams(f"_{stem}_", GRAM_LENGTH))


def _stem(word: str) -> str:
    """Write ``ae`` as the folded ``ä`` is, and take article and endings off an Arabic word."""
    if word.isascii():
        if "ae" in word or "oe" in word or "ue" in word:
            return _UMLAUTS.sub(r"\1", word)
        return word
    if _ARABIC.match(word):
        return _ARABIC_ENDING.sub("", _ARABIC_BEGINNING.sub("", word))
    return word


_cached_words = lru_cache(maxsize=_CACHED_WORDS)(_folded_words)
_cached_terms = lru_cache(maxsize=_CACHED_WORDS)(_word_terms)


def _grams(text: str, length: int) -> tuple[str, ...]:
    # Interned: the cache holds each gram once, however many words share it.
    return tuple(sys.intern(text[i : i + length]) for i in range(max(1, len(text) - length + 1)))


def _split_apostrophes(word: str) -> list[str]:
    head, *rest = word.split("'")
    if not rest:
        return [word]
    if head in _ELISIONS and not head.isdigit():
        return [head, *_split_apostrophes("'".join(rest))]
    kept = [part for part in rest if not _SUFFIXES.fullmatch(part)]
    return [head + "".join(kept)]
