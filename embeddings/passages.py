"""Document to passages: paragraphs and list items with exact offsets, of quotable size."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from embeddings.analyzer import has_words
from embeddings.articles import ARTICLE_LEVEL, with_article_headings
from embeddings.blocks import LONGEST_LEAD_IN, Block, split_blocks
from embeddings.datatypes import Document, Heading, Page, Passage, Place, Span
from embeddings.sentences import asks, split_sentences

MAX_LENGTH = 1000
"""Characters of the longest passage: a quote that a phone shows without scrolling far."""

MIN_LENGTH = 100
"""A paragraph shorter than this is joined to its neighbour under the same heading."""

MIN_ITEM_LENGTH = 40
"""List items and answers shorter than this are joined: one word is no quote."""


def split_passages(document: Document) -> list[Passage]:
    """Split a document into the spans that can be quoted.

    Paragraphs are divided by empty lines (and by line ends, where the lines are long). Headings
    are no passages, but belong to those below them; lines that name an article are headings too.
    Each item of a list is a passage and keeps the line that introduces the list, which may be an
    item of another list. What is longer than MAX_LENGTH is cut at sentence borders, or at spaces
    where one sentence is longer; what is tiny is joined to its neighbour.

    Where all places have a date, they are messages. Each is a passage then, whatever its lines,
    unless it is too long or tiny. Questions are asked to find answers, so a message that only asks
    is no passage where others follow: it is the lead-in of those, and they are apart from one
    another, so that the one that answers is found and marked.

    Returns:
        Passages in the order of the text, not overlapping, for each ``document.text[p.start:p.end]
        == p.text``.
    """
    text = document.text
    starts = [place.start for place in document.places]
    are_messages = bool(starts) and all(place.date for place in document.places)
    passages: list[Passage] = []
    headings = (
        document.headings if are_messages else with_article_headings(text, document.headings)
    )
    for section, path in _sections(document, headings):
        if are_messages:
            found = _message_blocks(text, section, starts, is_answered=bool(path))
        else:
            found = split_blocks(text, section)
        blocks = [b for b in found if has_words(text[b.start : b.end])]
        for block in _join_tiny(blocks):
            for start, end in _cut_long(text, block.start, block.end):
                page = _page_at(document.pages, start)
                places = _places_within(document.places, starts, start, end)
                passages.append(
                    Passage(start, end, text[start:end], path, block.lead_in, page, places)
                )
    return passages


def _sections(document: Document, headings: Sequence[Heading]) -> Iterator[tuple[Span, str]]:
    """Yield the spans between headings, each with the path of headings above it."""
    text = document.text
    borders = [*(heading.start for heading in headings), len(text)]
    yield (0, borders[0]), ""
    open_headings: list[Heading] = []
    for heading, end in zip(headings, borders[1:], strict=True):
        while open_headings and open_headings[-1].level >= heading.level:
            open_headings.pop()
        open_headings.append(heading)
        names = [_shown(text, open_heading) for open_heading in open_headings]
        yield (heading.end, end), " › ".join(name for name in names if name != document.title)


def _shown(text: str, heading: Heading) -> str:
    name = " ".join(text[heading.start : heading.end].split())
    return name.rstrip(" -–—:.") if heading.level >= ARTICLE_LEVEL else name


def _message_blocks(
    text: str, section: Span, starts: Sequence[int], *, is_answered: bool
) -> list[Block]:
    """Split a section into messages; the paragraphs of those that are too long for a passage."""
    first, last = bisect_right(starts, section[0]), bisect_left(starts, section[1])
    blocks: list[Block] = []
    questions: list[Span] = []  # behind which nothing stands yet
    asked_at, lead_in = 0, ""
    for span in pairwise([section[0], *starts[first:last], section[1]]):
        start, end = _stripped(text, *span)
        if not has_words(text[start:end]):  # a smiley is no answer
            continue
        if _only_asks(text, start, end):
            questions.append((start, end))
            continue
        if questions:
            far = [q for q in questions if start - q[0] > LONGEST_LEAD_IN]
            blocks += [Block(*question, is_item=False, lead_in="") for question in far]
            near = questions[len(far) :]
            asked_at, lead_in = near[0][0] if near else 0, "\n".join(text[a:b] for a, b in near)
            questions = []
        # What could stand in one passage with a question may answer it; then talk goes on.
        above = lead_in if start - asked_at <= MAX_LENGTH else ""
        if end - start <= MAX_LENGTH:
            is_answer = is_answered or bool(above)
            blocks.append(Block(start, end, False, above, is_answer))
        else:
            parts = split_blocks(text, (start, end))
            blocks += [replace(part, lead_in=part.lead_in or above) for part in parts]
    return blocks + [Block(*question, is_item=False, lead_in="") for question in questions]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return left, max(left, start + len(piece.rstrip()))


def _only_asks(text: str, start: int, end: int) -> bool:
    """Whether a message is a question, or several, and nothing else."""
    message = text[start:end]
    if len(message) > LONGEST_LEAD_IN or not asks(message):
        return False
    sentences = (message[a:b] for a, b in split_sentences(message))
    return all(asks(sentence) for sentence in sentences if has_words(sentence))


def _join_tiny(blocks: list[Block]) -> list[Block]:
    """Join tiny neighbours of one kind; the last one, if tiny, goes to the one before it."""
    joined: list[Block] = []
    for block in blocks:
        if joined and _are_joined(joined[-1], block):
            joined[-1] = replace(joined[-1], end=block.end)
        else:
            joined.append(block)
    if len(joined) > 1 and not joined[-1].is_item and _is_tiny(joined[-1]):
        before, last = joined[-2:]
        same_kind = not before.is_item and before.lead_in == last.lead_in
        if same_kind and last.end - before.start <= MAX_LENGTH:
            joined[-2:] = [replace(before, end=last.end)]
    return joined


def _are_joined(first: Block, second: Block) -> bool:
    same_kind = first.is_item == second.is_item and first.lead_in == second.lead_in
    tiny = _is_tiny(first) and (_is_tiny(second) or not second.is_item)
    return same_kind and tiny and second.end - first.start <= MAX_LENGTH


def _is_tiny(block: Block) -> bool:
    is_short = block.is_item or block.is_answer
    return block.end - block.start < (MIN_ITEM_LENGTH if is_short else MIN_LENGTH)


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


def _places_within(
    places: tuple[Place, ...], starts: Sequence[int], start: int, end: int
) -> tuple[Place, ...]:
    """Choose the places of a passage, counted from its start; see Passage.places."""
    first, last = max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)
    return tuple(replace(place, start=max(0, place.start - start)) for place in places[first:last])


def _page_at(pages: tuple[Page, ...], position: int) -> int | None:
    index = bisect_right(pages, position, key=lambda page: page.start) - 1
    return pages[index].number if index >= 0 else None
