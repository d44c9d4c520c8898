"""Text to search terms: word prefixes and in-word character 4-grams over folded text.

The same analysis makes the terms of passages and of questions, whatever engine ranks them. Folding
drops the difference between what is printed and what is typed (``Çağrı`` and ``cagri``); prefixes
stand for Turkish stems; 4-grams carry spelling variants, compounds and the scripts that put no
spaces between words.
"""

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
# Accents (U+0300 to U+036F), Hebrew points, Arabic vowel signs and the tatweel go. Marks that
# carry a letter of their own, as in Japanese, Thai or the scripts of India, stay.
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
_LETTERS = rf"[\p{{L}}\p{{N}}\p{{M}}{_INVISIBLE}]+"
_WORD = regex.compile(rf"{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*")

# Scripts that put no spaces between words: their runs are cut into bigrams, the usual unit of
# search for them.
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー々]+"
)

# What stands in front of an apostrophe in French and Italian is a word of its own, and so is what
# follows.
_ELISIONS = frozenset(
    ["l", "d", "j", "n", "s", "c", "m", "t", "qu", "un", "dell", "all", "nell", "sull"]
)

# A chain of Turkish suffixes, folded (ı, i, u, ü are [iu]): plural, possessive, case, copula, -lı,
# -sız, -ca, -cı, ordinal, -ki; and the English 's. Anything else behind an apostrophe belongs to
# the word: bo'lgan, don't, м'ята.
_SUFFIXES = regex.compile(
    r"(?:l[ae]r|[iu]?m[iu]z|[iu]?n[iu]z|[iu]nc[iu]|nc[iu]|[yns]?[iu]n?|[yn]?[ae]|n?[dt][ae]n?|[iu]m|y?l[ae]|"
    r"ki|[dt][iu]r|y?[dt][iu]|y?m[iu]s|l[iu]k?|s[iu]z|c[ae]|c[iu]|s[ae]r|[iu]?n|m)+|s"
)


class Terms(NamedTuple):
    """Terms of one text, in its order, repetitions kept.

    Attributes:
        prefixes: One a word, or one a bigram in scripts without spaces.
        grams: Overlapping 4-grams within ``_word_``; the whole of it where it is shorter.
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
    bare = unicodedata.normalize("NFKD", lowered).translate(_MARKS)
    return unicodedata.normalize("NFC", bare)


def has_words(text: str) -> bool:
    """Whether there is a letter or digit: else there is nothing to quote and nothing to ask."""
    return any(character.isalnum() for character in text)


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
        return Terms((word[:PREFIX_LENGTH],), _grams(f"_{word}_", GRAM_LENGTH))
    prefixes: list[str] = []
    grams: list[str] = []
    position = 0
    for run in _UNSPACED.finditer(word):
        if spaced := word[position : run.start()]:
            prefixes.append(spaced[:PREFIX_LENGTH])
            grams += _grams(f"_{spaced}_", GRAM_LENGTH)
        prefixes += _grams(run[0], 2)
        grams += run[0]  # single signs: a question of one sign finds its text
        position = run.end()
    if spaced := word[position:]:
        prefixes.append(spaced[:PREFIX_LENGTH])
        grams += _grams(f"_{spaced}_", GRAM_LENGTH)
    return Terms(tuple(prefixes), tuple(grams))


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
