"""Document to passages: paragraphs and list items with exact offsets, of quotable size."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from embeddings.analyzer import has_words
from embeddings.datatypes import Document, Heading, Page, Passage, Span
from embeddings.sentences import split_sentences

MAX_LENGTH = 1000
"""Characters of the longest passage: a quote that a phone shows without scrolling far."""

MIN_LENGTH = 100
"""A paragraph shorter than this is joined to its neighbour under the same heading."""

MIN_ITEM_LENGTH = 40
"""List items shorter than this are joined: one word is no quote."""

# Where every line of a paragraph stays below this, the lines were wrapped by hand; a longer line
# is a paragraph.
_WRAPPED_LINE = 120

_LONGEST_LEAD_IN = 300

_EMPTY_LINE = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_ITEM = re.compile(
    r"[^\S\n]*(?:[-*•–▪◦‣·]|\(?(?:\d{1,3}|[a-zçğıöşü])[.)]|\(?[ivx]{1,5}\)"
    # Clauses: 1.1 and 2.1.3. Two digits at most behind a point, for 1.250 is a number.
    r"|\(?\d{1,3}(?:\.\d{1,2})+[.)]?)[^\S\n]+\S"
)


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or list item before it is cut or joined; lead_in is empty for a paragraph."""

    start: int
    end: int
    is_item: bool
    lead_in: str


def split_passages(document: Document) -> list[Passage]:
    """Split a document into the spans that can be quoted.

    Paragraphs are divided by empty lines (and by line ends, where the lines are long). Headings
    are no passages, but belong to those below them. Each item of a list is a passage and keeps the
    line that introduces the list. What is longer than MAX_LENGTH is cut at sentence borders, or at
    spaces where one sentence is longer; what is tiny is joined to its neighbour.

    Returns:
        Passages in the order of the text, not overlapping, for each ``document.text[p.start:p.end]
        == p.text``.
    """
    text = document.text
    passages: list[Passage] = []
    for section, path in _sections(document):
        blocks = [b for b in _blocks(text, section) if has_words(text[b.start : b.end])]
        for block in _join_tiny(blocks):
            for start, end in _cut_long(text, block.start, block.end):
                page = _page_at(document.pages, start)
                passages.append(Passage(start, end, text[start:end], path, block.lead_in, page))
    return passages


def _sections(document: Document) -> Iterator[tuple[Span, str]]:
    """Yield the spans between headings, each with the path of headings above it."""
    text = document.text
    borders = [*(heading.start for heading in document.headings), len(text)]
    yield (0, borders[0]), ""
    open_headings: list[Heading] = []
    for heading, end in zip(document.headings, borders[1:], strict=True):
        while open_headings and open_headings[-1].level >= heading.level:
            open_headings.pop()
        open_headings.append(heading)
        names = [" ".join(text[h.start : h.end].split()) for h in open_headings]
        yield (heading.end, end), " › ".join(name for name in names if name != document.title)


def _blocks(text: str, section: Span) -> list[_Block]:
    """Split a section into paragraphs and list items."""
    blocks: list[_Block] = []
    for start, end in _paragraphs(text, section):
        lines = _lines(text, start, end)
        first = next((i for i, line in enumerate(lines) if _ITEM.match(text, *line)), len(lines))
        if not _is_list(text, lines[first:], end, blocks):
            blocks.append(_Block(start, end, is_item=False, lead_in=""))
            continue
        if first:  # the line above the first item, without an empty line between
            blocks.append(_Block(start, lines[first - 1][1], is_item=False, lead_in=""))
        lead_in = _lead_in(text, blocks)
        for item_start, item_end in _items(text, lines[first:]):
            blocks.append(_Block(item_start, item_end, is_item=True, lead_in=lead_in))
    # The line that introduces a list is no quote of its own: the items have it.
    introducing = {
        block.start
        for block, below in pairwise(blocks)
        if below.is_item and not block.is_item and below.lead_in == text[block.start : block.end]
    }
    return [block for block in blocks if block.start not in introducing]


def _paragraphs(text: str, section: Span) -> Iterator[Span]:
    """Yield spans between empty lines, stripped; long lines are paragraphs of their own."""
    position, end = section
    for border in [*(m.span() for m in _EMPTY_LINE.finditer(text, *section)), (end, end)]:
        lines = _lines(text, position, border[0])
        position = border[1]
        if any(stop - start > _WRAPPED_LINE for start, stop in lines):
            yield from lines
        elif lines:
            yield lines[0][0], lines[-1][1]


def _lines(text: str, start: int, end: int) -> list[Span]:
    """Split a span into lines, stripped, empty ones left out."""
    lines: list[Span] = []
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop]
        if stripped := line.strip():
            left = start + len(line) - len(line.lstrip())
            lines.append((left, left + len(stripped)))
        start = stop + 1
    return lines


def _is_list(text: str, lines: list[Span], end: int, before: list[_Block]) -> bool:
    """Whether lines from the first mark on are a list: one mark may be a date or an ordinal."""
    marks = sum(1 for line in lines if _ITEM.match(text, *line))
    if marks != 1:
        return marks > 1
    if before and (before[-1].is_item or text[before[-1].end - 1] == ":"):
        return True
    following = re.compile(r"\s*").match(text, end)
    return bool(following and _ITEM.match(text, following.end()))


def _items(text: str, lines: list[Span]) -> Iterator[Span]:
    """Yield list items; lines without a mark belong to the item above."""
    start, end = lines[0]
    for line in lines[1:]:
        if _ITEM.match(text, *line):
            yield start, end
            start = line[0]
        end = line[1]
    yield start, end


def _lead_in(text: str, blocks: list[_Block]) -> str:
    """Find the sentence that introduces a list: it ends in a colon, or the list above has it."""
    if not blocks:
        return ""
    last = blocks[-1]
    if last.is_item:
        return last.lead_in
    paragraph = text[last.start : last.end]
    start, end = split_sentences(paragraph)[-1]
    return (
        paragraph[start:end] if paragraph.endswith(":") and end - start <= _LONGEST_LEAD_IN else ""
    )


def _join_tiny(blocks: list[_Block]) -> list[_Block]:
    """Join tiny neighbours of one kind; the last one, if tiny, goes to the one before it."""
    joined: list[_Block] = []
    for block in blocks:
        if joined and _are_joined(joined[-1], block):
            joined[-1] = _Block(joined[-1].start, block.end, block.is_item, block.lead_in)
        else:
            joined.append(block)
    if len(joined) > 1 and not joined[-1].is_item and _is_tiny(joined[-1]):
        before, last = joined[-2:]
        if not before.is_item and last.end - before.start <= MAX_LENGTH:
            joined[-2:] = [_Block(before.start, last.end, is_item=False, lead_in="")]
    return joined


def _are_joined(first: _Block, second: _Block) -> bool:
    same_kind = first.is_item == second.is_item and first.lead_in == second.lead_in
    tiny = _is_tiny(first) and (_is_tiny(second) or not second.is_item)
    return same_kind and tiny and second.end - first.start <= MAX_LENGTH


def _is_tiny(block: _Block) -> bool:
    return block.end - block.start < (MIN_ITEM_LENGTH if block.is_item else MIN_LENGTH)


def _cut_long(text: str, start: int, end: int) -> list[Span]:
    """Cut a span at sentence borders into pieces of nearly equal length, none above MAX_LENGTH."""
    if end - start <= MAX_LENGTH:
        return [(start, end)]
    units = [
        unit
        for a, b in split_sentences(text[start:end])
        for unit in _cut_at_spaces(text, start + a, start + b)
    ]
    wanted = (end - start) / -(-(end - start) // MAX_LENGTH)
    pieces: list[Span] = []
    for unit in units:
        if pieces and _fits(pieces[-1], unit, wanted):
            pieces[-1] = (pieces[-1][0], unit[1])
        else:
            pieces.append(unit)
    return pieces


def _fits(piece: Span, unit: Span, wanted: float) -> bool:
    """Whether the piece comes nearer to the wanted length with the unit than without it."""
    length, longer = piece[1] - piece[0], unit[1] - piece[0]
    return longer <= MAX_LENGTH and longer - wanted <= wanted - length


def _cut_at_spaces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield pieces of at most MAX_LENGTH, cut at the last space, or anywhere if there is none."""
    while end - start > MAX_LENGTH:
        stop = start + MAX_LENGTH
        space = max(text.rfind(" ", start + 1, stop + 1), text.rfind("\n", start + 1, stop + 1))
        stop = space if space > start else stop
        yield start, stop
        start = stop
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _page_at(pages: tuple[Page, ...], position: int) -> int | None:
    index = bisect_right(pages, position, key=lambda page: page.start) - 1
    return pages[index].number if index >= 0 else None
