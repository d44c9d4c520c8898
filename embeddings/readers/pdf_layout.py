"""Words with their places on pages to flowing text.

What is a line, a column, a paragraph or a heading is decided by geometry, sizes and the ends of
sentences, as a reader does at a glance.
"""

from collections.abc import Sequence
from typing import NamedTuple

from embeddings.datatypes import Heading
from embeddings.readers.pdf_contents import without_contents
from embeddings.readers.pdf_headings import Bookmark, mark_headings, mark_outline
from embeddings.readers.pdf_lines import PageLines, PageWords
from embeddings.readers.pdf_paragraphs import (
    PARAGRAPH,
    Block,
    Style,
    find_margins,
    split_blocks,
)
from embeddings.readers.pdf_running import without_running


class FlowingText(NamedTuple):
    """What the pages say, as one text.

    Attributes:
        text: Paragraphs with an empty line between.
        headings: In the order of the text.
        page_starts: For each page the first character of its text.
        first_big_line: The largest heading of the first pages; empty where there is none.
    """

    text: str
    headings: tuple[Heading, ...]
    page_starts: list[int]
    first_big_line: str


def flow(pages: Sequence[PageWords], outline: Sequence[Bookmark] = ()) -> FlowingText:
    """Write the words of pages as one text with paragraphs and headings.

    Running heads, page numbers and tables of contents are left out, words parted at a line's end
    are joined, and a paragraph goes on over the end of a page.
    """
    layouts = without_running([PageLines(page, number) for number, page in enumerate(pages)])
    layouts = without_contents(layouts)
    mark_outline(layouts, outline)
    columns = [column for layout in layouts for column in layout.columns()]
    find_margins(columns)
    style = Style.of(columns)
    blocks = list(split_blocks(columns, style))
    mark_headings(blocks, style)
    return _write(blocks, len(pages))


def _write(blocks: list[Block], pages: int) -> FlowingText:
    parts: list[str] = []
    headings: list[Heading] = []
    starts: dict[int, int] = {}
    length = 0
    biggest = (0.0, "")
    above: Block | None = None
    for block in blocks:
        is_apart = above is None or block.level or above.level
        gap = (PARAGRAPH if is_apart else block.gap) if length else ""
        parts += [gap, block.text]
        start = length + len(gap)
        length = start + len(block.text)
        for page, offset in block.starts:
            starts.setdefault(page, start + offset)
        if block.level:
            headings.append(Heading(start, length, block.level))
            size = block.lines[0].size
            if block.lines[0].page < 2 and size > biggest[0] * 1.02:
                biggest = (size, block.text)
        above = block
    page_starts = [0] * pages
    upcoming = length
    for page in reversed(range(pages)):  # a page without text begins where the next one does
        page_starts[page] = upcoming = min(starts.get(page, upcoming), upcoming)
    return FlowingText("".join(parts), tuple(headings), page_starts, biggest[1])
