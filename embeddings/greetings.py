"""Text to courtesy: greetings, thanks and the like, which ask nothing and are not looked for.

The phrases of each language stand in question_words.py. A text of courtesy alone is compared with
those of all languages: ``Salam`` does not tell which it is in. Letters that repeat are taken once
on both sides: ``selammm`` is ``selam``.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from enum import Enum
from functools import lru_cache
from itertools import pairwise, takewhile

import regex

from embeddings.analyzer import has_words, split_words
from embeddings.question_words import LANGUAGES, Language, Phrase


class Courtesy(Enum):
    """What is said in a text of nothing but courtesy; of several the one that stands first."""

    THANKS = "thanks"
    GREETING = "greeting"
    CLOSING = "closing"


_NAMES = frozenset([("bot",), ("alinti",)])
"""What the bot is called in any language, folded."""

_EMOJI = {
    Courtesy.THANKS: "🙏👏💐🌹",
    Courtesy.GREETING: "👋",
    Courtesy.CLOSING: "👍👌🆗✅",
}

_QUOTATION_MARK = regex.compile(r"[\"“”„«»「」]")

# What parts a greeting from a question; dots and dashes stand within words too.
_PARTING = regex.compile(r"[,!?…\n\r،؟、。！？，\p{So}]+|\.(?=\s)|(?<=\s)[-–—](?=\s)")

_REPEATED = regex.compile(r"((?!\p{Han})\w)\1+")  # 谢谢 is not 谢, a name
# Scripts that put no spaces are compared sign by sign.
_UNIT = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー]|[^\p{Han}\p{Hiragana}\p{Katakana}ー]+")


def read_courtesy(text: str) -> Courtesy | None:
    """Tell which courtesy a text is.

    Args:
        text: As a person typed it.

    Returns:
        None where it holds anything besides courtesy, or none.
    """
    if not has_words(text):
        return next((kind for kind, emoji in _EMOJI.items() if set(emoji) & set(text)), None)
    units = _units(split_words(text))
    phrases = list(_leading(units, _SAID))
    if sum(map(len, phrases)) < len(units):
        return None
    said = {_KINDS.get(phrase) for phrase in phrases}
    return next((kind for kind in Courtesy if kind in said), None)


def without_courtesy(text: str) -> str:
    """Leave out the greetings and thanks that a mark parts from the question.

    ``Merhaba, çay kaç lira? Teşekkürler!`` gives ``çay kaç lira?``. Nothing is left out between
    quotation marks, nor where no word would be left.
    """
    borders = [0, *(mark.end() for mark in _PARTING.finditer(text)), len(text)]
    parts = [text[start:end] for start, end in pairwise(borders)]
    ahead = len(list(takewhile(_is_aside, parts)))
    behind = len(list(takewhile(_is_aside, reversed(parts[ahead:]))))
    kept = "".join(parts[ahead : len(parts) - behind]).strip()
    return kept if has_words(kept) else text


def trim_courtesy(words: Sequence[str], language: Language) -> list[str]:
    """Leave out the greetings and thanks at either end of a question, marks or not.

    Args:
        words: Folded, in the order of the question.
        language: Of the question; a word of courtesy may have a meaning in another.

    Returns:
        The words between; all of them where those only ask (``merhaba ne demek``) or name what is
        greeting (``merhaba kelimesi``).
    """
    kinds, address = _polite(language)
    squeezed = [_squeeze(word) for word in words]
    ahead = _polite_length(squeezed, kinds, address)
    if ahead and words[ahead:] and words[ahead] in language.naming:
        ahead = 0
    behind = _polite_length(squeezed[ahead:][::-1], _reversed(kinds), _reversed(address))
    kept = words[ahead : len(words) - behind]
    is_said = any(word not in language.asking | language.fillers for word in kept)
    return list(kept if is_said else words)


def _is_aside(part: str) -> bool:
    if _QUOTATION_MARK.search(part):
        return False
    return not has_words(part) or read_courtesy(part) in (Courtesy.THANKS, Courtesy.GREETING)


def _polite_length(
    words: Sequence[str], kinds: frozenset[Phrase], address: frozenset[Phrase]
) -> int:
    """Count the leading words of courtesy; none where only somebody is addressed."""
    first = next(_leading(words, kinds), ())
    rest = _leading(words[len(first) :], kinds | address) if first else ()
    return len(first) + sum(map(len, rest))


def _leading(words: Sequence[str], phrases: Set[Phrase]) -> Iterator[Phrase]:
    """Take phrases from the beginning of a text, the longest first, as long as there are any."""
    longest = max(map(len, phrases), default=0)
    start = 0
    while start < len(words):
        tried = (tuple(words[start : start + length]) for length in range(longest, 0, -1))
        phrase = next((phrase for phrase in tried if phrase in phrases), None)
        if phrase is None:
            return
        yield phrase
        start += len(phrase)


def _units(words: Iterable[str]) -> Phrase:
    return tuple(unit for word in words for unit in _UNIT.findall(_squeeze(word)))


def _squeeze(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


def _reversed(phrases: Iterable[Phrase]) -> frozenset[Phrase]:
    return frozenset(phrase[::-1] for phrase in phrases)


@lru_cache(maxsize=len(LANGUAGES))
def _polite(language: Language) -> tuple[frozenset[Phrase], frozenset[Phrase]]:
    kinds, address = (
        frozenset(tuple(map(_squeeze, phrase)) for phrase in phrases)
        for phrases in (language.greetings | language.thanks, language.address)
    )
    return kinds, address


_KINDS = (
    {_units(phrase): Courtesy.CLOSING for known in LANGUAGES.values() for phrase in known.closings}
    | {
        _units(phrase): Courtesy.GREETING
        for known in LANGUAGES.values()
        for phrase in known.greetings
    }
    | {_units(phrase): Courtesy.THANKS for known in LANGUAGES.values() for phrase in known.thanks}
)
_ADDRESS = _NAMES.union(
    _units(phrase) for language in LANGUAGES.values() for phrase in language.address
)
_SAID = _KINDS.keys() | _ADDRESS
