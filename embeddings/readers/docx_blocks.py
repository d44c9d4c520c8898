"""The paragraphs and rows of a Word document to its text, its headings and its title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from embeddings.datatypes import Heading

LONGEST_HEADING = 300
"""Every passage repeats its headings and its title: what is longer was not meant as one."""

_LONGEST_ROW = 1000
"""Characters of a table's row that is read as one line, and of rows without an empty line between:
the length of a passage. A longer row is no row of values, but columns of text."""

_TITLE_LETTERS = 4
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"word document|microsoft word(?: - .*)?|(?:document|doc|belge|dokument) ?\d*|untitled|adsız|"
    r"başlıksız|normal|template|şablon|.*\.(?:docx?|dot[xm]?|rtf)",
    re.IGNORECASE,
)

# A heading that is one by its looks alone.
_LONGEST_BOLD = 150
_BOLD_LETTERS = 3
_MOST_BOLD = 0.4  # of the letters of a document's text, else bold tells nothing
_DEEPEST = 9
_SENTENCE_END = re.compile(r"[.!?:;,…]['\"”’»)\]]*\Z")
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a row of a table.

    Attributes:
        text: With the mark of a list's item.
        level: Of a heading; 0 for text.
        is_title: Whether it is styled as the document's title.
        is_bold: Whether all of its text is bold.
        group: Neighbours of one group stand on lines below one another: 0 for what stands alone,
            ITEM for items of lists, the number of a table for its rows.
        depth: How many lists are around that of which it is an item.
        notes: What it refers to: (part, identity).
    """

    text: str
    level: int = 0
    is_title: bool = False
    is_bold: bool = False
    group: int = 0
    depth: int = 0
    notes: tuple[tuple[str, str], ...] = ()


ITEM = -1
"""Group of the items of lists."""


def row_blocks(cells: list[list[Block]], group: int) -> Iterator[Block]:
    """Yield a row of a table as one line; what is no row of values, cell by cell.

    The only cell of a row is a frame around text; and so is one that holds a table, or more than a
    passage does.
    """
    blocks = [block for cell in cells for block in cell]
    length = sum(len(block.text) for block in blocks)
    if len(cells) < 2 or length > _LONGEST_ROW or any(block.group > 0 for block in blocks):
        yield from blocks
    elif blocks:
        texts = (" ".join(block.text for block in cell) for cell in cells if cell)
        notes = tuple(note for block in blocks for note in block.notes)
        yield Block(" | ".join(texts).replace("\n", " "), group=group, notes=notes)


def mark_bold_headings(blocks: list[Block]) -> list[Block]:
    """Make headings of short bold paragraphs with text below, as people write without styles.

    They stand below the styled ones, those in capitals above the others.
    """
    lengths = [(len(block.text), block.is_bold) for block in blocks if not block.level]
    bold = sum(length for length, is_bold in lengths if is_bold)
    if bold > _MOST_BOLD * sum(length for length, _ in lengths):
        return blocks
    found: set[int] = set()
    below: Block | None = None  # the next block that could be no heading
    for place in reversed(range(len(blocks))):
        block = blocks[place]
        if not _may_be_heading(block):
            below = block
        elif below is not None and not below.level and not block.group == ITEM == below.group:
            found.add(place)
    deepest = max((block.level for block in blocks), default=0)
    has_capitals = any(blocks[place].text.isupper() for place in found)
    lower = {place: has_capitals and not blocks[place].text.isupper() for place in found}
    marked = list(blocks)
    for place, is_lower in lower.items():
        # Nothing stands between it and the next of its kind: it would be in no quote. The first
        # line of all is likely the title.
        if place and place + 1 in lower and lower[place + 1] <= is_lower:
            continue
        level = min(deepest + 1 + is_lower, _DEEPEST)
        marked[place] = replace(blocks[place], level=level, group=0, depth=0)
    return marked


def _may_be_heading(block: Block) -> bool:
    if not block.is_bold or block.level or block.group > 0 or len(block.text) > _LONGEST_BOLD:
        return False
    letters = sum(character.isalpha() for character in block.text)
    return letters >= _BOLD_LETTERS and not _SENTENCE_END.search(block.text)


def assemble(blocks: list[Block]) -> tuple[str, tuple[Heading, ...]]:
    """Join blocks by an empty line; items of a list and rows of a table by a line end.

    Items of a list within another stand farther to the right.
    Long tables have an empty line wherever a passage would end: else a row would be cut.
    """
    parts: list[str] = []
    headings: list[Heading] = []
    length = since = 0
    before = Block("")
    for block in blocks:
        is_near = block.group != 0 and block.group == before.group
        if block.group > 0 and length + 1 + len(block.text) - since > _LONGEST_ROW:
            is_near = False
        gap = "" if not parts else "\n" if is_near else "\n\n"
        since = since if is_near else length + len(gap)
        gap += _INDENT * block.depth
        start = length + len(gap)
        parts += [gap, block.text]
        length = start + len(block.text)
        if block.level:
            headings.append(Heading(start, length, block.level))
        before = block
    return "".join(parts), tuple(headings)


def find_title(
    given: str, blocks: list[Block], text: str, headings: tuple[Heading, ...]
) -> str | None:
    """Choose the title that a person gave, else the paragraph styled so, else the first heading.

    Args:
        given: From the document's properties; programs write there too.
        blocks: Of the document.
        text: See assemble.
        headings: See assemble; the first of the highest level is taken.
    """
    letters = sum(character.isalpha() for character in given)
    if _TITLE_LETTERS <= letters <= LONGEST_HEADING >= len(given) and not _NO_TITLE.fullmatch(
        given
    ):
        return given
    styled = (" ".join(block.text.split()) for block in blocks if block.is_title)
    first = (" ".join(text[h.start : h.end].split()) for h in headings if h.level == 1)
    return next(styled, None) or next(first, None)
