"""The same passage again, in another version or copy of a document, to one quote. Pure."""

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from embeddings.analyzer import split_words

if TYPE_CHECKING:
    from embeddings.datatypes import Passage, Ranking
    from embeddings.listing import StoredPassage

SHINGLE = 5
"""Letters of a shingle. They run across words, so that a word parted at a line's end is whole."""

SAME = 0.9
"""Share of its shingles that a copy has in common with what it copies.

A changed letter spoils SHINGLE shingles, a changed word of seven letters eleven. So a passage of
600 characters may differ in four words or ten letters; one of 100 in no word.
"""

SHORTEST = 60
"""Letters below which only equal passages under equal headings are copies.

Short items resemble each other by chance, and the same few words under another heading say
something else.
"""

_MOST_NEW = 2.0  # a longer passage that ranks lower has more new text than old beyond this
_SHARED_WORDS = 0.5  # of copies; far below what SAME leaves, for this only spares comparisons
_FEWEST_WORDS = 8  # less is told of scripts that put no spaces between words
_WORD_BORDERS = bytes(
    code if code >= 128 or chr(code).isalnum() else ord(" ") for code in range(256)
)


class Distinct(NamedTuple):
    """A ranking in which no passage stands twice.

    Attributes:
        ranking: One passage for all its near-identical ones, in the order of the best of each.
        copies: By passage id, how many others it stands for; no entry for none.
    """

    ranking: "Ranking"
    copies: dict[int, int]


def collapse(ranking: "Ranking", passages: Mapping[int, "StoredPassage"]) -> Distinct:
    """Leave out of a ranking what says the same as a passage above it.

    A passage is a copy of a better one where one of the two holds SAME of the shingles of the
    other: that is another version with a word or two changed, with other punctuation, case,
    hyphens or misread letters, or a part of the other. Both must name the same numbers in the same
    order, so that articles, prices and dates that share a sentence stay apart. Of a passage that
    is at least twice as long as the better one more is new than is known: it stays.

    Args:
        ranking: Best first.
        passages: Those of the ranking, by id.

    Returns:
        The best-ranked passage of each group; where equal texts have equal scores, that of the
        document added last, which is likely the current version. A ranking without copies comes
        back as it was.
    """
    groups: list[list[int]] = []
    words: dict[int, frozenset[bytes]] = {}
    for passage_id, _ in ranking:
        passage = passages[passage_id].passage
        words[passage_id] = _rough_words(passage.text)
        for group in groups:
            if _may_be_copies(words[group[0]], words[passage_id]) and is_copy(
                passage, passages[group[0]].passage
            ):
                group.append(passage_id)
                break
        else:
            groups.append([passage_id])
    scores = dict(ranking)
    kept: Ranking = []
    copies: dict[int, int] = {}
    for group in groups:
        best = scores[group[0]]
        equals = [passage_id for passage_id in group if scores[passage_id] == best]
        newest = max(equals, key=lambda passage_id: passages[passage_id].document_id)
        kept.append((newest, best))
        if len(group) > 1:
            copies[newest] = len(group) - 1
    return Distinct(kept, copies)


def is_copy(passage: "Passage", better: "Passage") -> bool:
    """Whether a passage says nothing that a better-ranked one does not say, see collapse."""
    words, better_words = split_words(passage.text), split_words(better.text)
    letters, better_letters = "".join(words), "".join(better_words)
    if letters == better_letters:
        return len(letters) >= SHORTEST or _headings(passage) == _headings(better)
    if min(len(letters), len(better_letters)) < SHORTEST:
        return False
    if len(letters) >= _MOST_NEW * len(better_letters):
        return False
    shingles, better_shingles = _shingles(letters), _shingles(better_letters)
    common = len(shingles & better_shingles)
    numbers, better_numbers = _numbers(words), _numbers(better_words)
    is_part = common >= SAME * len(shingles)
    is_whole = common >= SAME * len(better_shingles)
    return (
        (is_part or is_whole)
        and (not is_part or _in_order(numbers, better_numbers))
        and (not is_whole or _in_order(better_numbers, numbers))
    )


def _shingles(letters: str) -> set[str]:
    return {letters[start : start + SHINGLE] for start in range(len(letters) - SHINGLE + 1)}


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if any(map(str.isdigit, word))]


def _rough_words(text: str) -> frozenset[bytes]:
    """Split into words about as split_words does, in a fifth of the time."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ı", "i")).replace("\u0307", "")
    return frozenset(plain.encode().translate(_WORD_BORDERS).split())


def _may_be_copies(one: frozenset[bytes], other: frozenset[bytes]) -> bool:
    fewer = min(len(one), len(other))
    return fewer < _FEWEST_WORDS or len(one & other) >= _SHARED_WORDS * fewer


def _headings(passage: "Passage") -> list[str]:
    return split_words(f"{passage.heading}\n{passage.lead_in}")


def _in_order(some: list[str], numbers: list[str]) -> bool:
    """Whether numbers hold some of them in the same order."""
    rest = iter(numbers)
    return all(number in rest for number in some)
