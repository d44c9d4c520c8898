"""A quote in its place: the part of its document that stands around a passage."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from embeddings import schema
from embeddings.datatypes import Passage, Span, Surroundings

REACH = 6000
"""Characters on each side of a passage within which its neighbours must lie.

So little of a large document is read: three blocks at most.
"""

ENOUGH = 100
"""Characters that are context: less is an item of a list or a line, so one more is added."""

ENOUGH_OF_LIST = 1000
"""Characters of the items of one list that are context: as many as the longest paragraph has."""


def read_surroundings(
    connection: sa.Connection, document_id: int, passage: Passage
) -> Surroundings | None:
    """Read what stands around a passage of a document.

    Args:
        connection: In a transaction that sees one state.
        document_id: Of the document.
        passage: As it was read before.

    Returns:
        The span that span_around chooses; None where the document does not hold the passage any
        more, at its offsets and letter by letter.
    """
    least, most = max(0, passage.start - REACH), passage.end + REACH
    first, last = least // schema.BLOCK, most // schema.BLOCK
    blocks, passages = schema.blocks.c, schema.passages.c
    texts = connection.scalars(
        sa.select(blocks.text)
        .where(blocks.document_id == document_id, blocks.number.between(first, last))
        .order_by(blocks.number)
    )
    rows = connection.execute(
        sa.select(passages.start, passages.end, passages.heading, passages.lead_in).where(
            passages.document_id == document_id, passages.start >= least, passages.end <= most
        )
    )
    # From here on offsets are those of the blocks read.
    text, shift = "".join(texts), first * schema.BLOCK
    near = [
        Passage(row.start - shift, row.end - shift, "", row.heading, row.lead_in) for row in rows
    ]
    here = replace(passage, start=passage.start - shift, end=passage.end - shift)
    if text[here.start : here.end] != passage.text:
        return None
    start, end = span_around(here, near, text)
    return Surroundings(text[start:end], (here.start - start, here.end - start))


def span_around(passage: Passage, near: Sequence[Passage], text: str) -> Span:
    """Choose the span from the paragraph before a passage to the one after. Pure.

    What adds fewer than ENOUGH characters, as a short line does or one that overlaps the passage,
    is followed by the next. The items of a list are one paragraph, up to ENOUGH_OF_LIST; where the
    first of them stands at the start of the span, the line that introduces them comes with it.

    Args:
        passage: Of a text.
        near: Passages of the same text, in any order; may overlap and hold the passage itself.
        text: Which all offsets are about.

    Returns:
        A span that holds the passage; its own where there are no others.
    """
    before = [other for other in near if other.start < passage.start]
    after = [other for other in near if other.end > passage.end]
    first = _walk(passage, sorted(before, key=lambda other: -other.start))
    last = _walk(passage, sorted(after, key=lambda other: other.end))
    above = text[: first.start].rstrip()
    if first.lead_in and above.endswith(first.lead_in):
        return len(above) - len(first.lead_in), last.end
    return first.start, last.end


def _walk(passage: Passage, neighbours: Iterable[Passage]) -> Passage:
    """Go from a passage to its neighbours, nearest first, until enough is added."""
    reached = passage
    for neighbour in neighbours:
        added = max(passage.start - reached.start, reached.end - passage.end)
        enough = ENOUGH_OF_LIST if _are_of_one_list(reached, neighbour) else ENOUGH
        if reached is not passage and added >= enough:
            break
        reached = neighbour
    return reached


def _are_of_one_list(passage: Passage, other: Passage) -> bool:
    same = (passage.heading, passage.lead_in) == (other.heading, other.lead_in)
    return same and bool(passage.lead_in)
