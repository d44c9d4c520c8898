"""Headings: those of the outline, and lines that stand out by size, weight or capitals."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from embeddings.readers.pdf_lines import Line, PageLines
from embeddings.readers.pdf_paragraphs import (
    BULLET,
    OTHER_SIZE,
    PARAGRAPH,
    SENTENCE_END,
    Block,
    Style,
    rounded,
)

_MOST_HEADING_LINES = 4
_LONGEST_HEADING = 200
_DEEPEST_HEADING = 6
_MOST_BOOKMARKS = 200  # of one page


class Bookmark(NamedTuple):
    """An entry of a file's outline.

    Attributes:
        title: As the outline has it.
        page: Index of its page.
        level: 1 is the highest.
    """

    title: str
    page: int
    level: int


_NOT_LETTERS = re.compile(r"[\W_]+")


def mark_outline(layouts: list[PageLines], outline: Sequence[Bookmark]) -> None:
    """Find the lines that the outline's entries name; those not found are no text, so no heading.

    An entry may leave the number of its heading out, and a heading may take several lines.
    """
    counts: Counter[int] = Counter()
    for number, bookmark in enumerate(outline):
        wanted = _letters(bookmark.title[:_LONGEST_HEADING])
        counts[bookmark.page] += 1
        if not wanted or counts[bookmark.page] > _MOST_BOOKMARKS:
            continue
        lines = layouts[bookmark.page].lines
        for start in range(len(lines)):
            if found := _named_lines(lines[start : start + _MOST_HEADING_LINES], wanted):
                for line in found:
                    line.level = min(bookmark.level, _DEEPEST_HEADING)
                    line.bookmark = number
                break


def _named_lines(lines: list[Line], wanted: str) -> list[Line]:
    """The first lines, if they say what is wanted, with or without a number before it."""
    letters = ""
    for count, line in enumerate(lines, start=1):
        if line.level:
            return []
        letters += _letters(line.text)
        if letters == wanted or letters.lstrip("0123456789") == wanted.lstrip("0123456789") != "":
            return lines[:count]
        if len(letters) > len(wanted) + 9:
            return []
    return []


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


def mark_headings(blocks: list[Block], style: Style) -> None:
    """Give levels: those of the outline, and to large, bold and capital lines those of their like.

    A line larger than an outline's heading has that one's level at least; what is smaller than all
    of them stands below them, in the order of size, bold, capitals.
    """
    looks = {id(block): look for block in blocks if (look := _look(block, style))}
    sizes: defaultdict[int, list[float]] = defaultdict(list)
    for block in blocks:
        block.level = block.lines[0].level
        if block.level:
            sizes[block.level].append(block.lines[0].size)
    levels: dict[_Look, int] = {}
    deepest = max(sizes, default=0)
    for look in sorted(set(looks.values()), reverse=True):
        like = [level for level in sorted(sizes) if look[0] > 0.95 * median(sizes[level])]
        if not like:
            deepest += 1
        levels[look] = min(like[0] if like else deepest, _DEEPEST_HEADING)
    for block in blocks:
        if not block.level and id(block) in looks:
            block.level = levels[looks[id(block)]]


_Look = tuple[float, bool, bool]


def _look(block: Block, style: Style) -> _Look | None:
    """How a heading stands out: (size, bold, capitals); None where it is none."""
    text = block.text
    if len(block.lines) > _MOST_HEADING_LINES or len(text) > _LONGEST_HEADING:
        return None
    line = block.lines[0]
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or line.level or line.is_row or SENTENCE_END.search(text):
        return None
    if "…" in text or BULLET.match(text) or text[0].islower():
        return None
    is_large = all(one.size > OTHER_SIZE * style.size for one in block.lines)
    is_bold = not style.is_bold and all(one.is_bold for one in block.lines)
    is_small = line.size < 0.95 * style.size
    is_capital = text.isupper() and letters >= 4 and (is_bold or block.gap == PARAGRAPH)
    if not is_large and (is_small or not (is_bold or is_capital)):
        return None
    size = rounded(line.size) if is_large else 0.0
    return size, is_bold, is_capital and not is_large
