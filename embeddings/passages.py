"""Document to passages: paragraphs and list items with exact offsets, of quotable size."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from embeddings.analyzer import has_words
from embeddings.articles import ARTICLE_LEVEL, with_article_headings
from embeddings.datatypes import Document, Heading, Page, Passage, Place, Span
from embeddings.sentences import asks, split_sentences

MAX_LENGTH = 1000
"""Characters of the longest passage: a quote that a phone shows without scrolling far."""

MIN_LENGTH = 100
"""A paragraph shorter than this is joined to its neighbour under the same heading."""

MIN_ITEM_LENGTH = 40
"""List items and answers shorter than this are joined: one word is no quote."""

# Where every line of a paragraph stays below this, the lines were wrapped by hand; a longer line
# is a paragraph.
_WRAPPED_LINE = 120

_LONGEST_LEAD_IN = 300

_DEEPEST = 9  # lists within one another, as word processors have it

_EMPTY_LINE = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_ITEM = re.compile(
    r"([-*•–▪◦‣·]|\(?(?:\d{1,3}|[a-zçğıöşüA-ZÇĞİÖŞÜ])[.)]|\(?[ivx]{1,5}\)"
    # Clauses: 1.1 and 2.1.3. Two digits at most behind a point, for 1.250 is a number.
    r"|\(?\d{1,3}(?:\.\d{1,2})+[.)]?)[^\S\n]+\S"
)
_NUMBER = re.compile(r"\d+")
_SPACE = re.compile(r"\s*")
_ALPHABETS = "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ROMAN = "i"  # stands for its kind of marks


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, list item or message before it is cut or joined.

    Attributes:
        start: See Passage.
        end: See Passage.
        is_item: Whether it is one of a list.
        lead_in: See Passage.
        is_answer: Whether it is a message below a question, or below what it replies to.
    """

    start: int
    end: int
    is_item: bool
    lead_in: str
    is_answer: bool = False


class _Level(NamedTuple):
    """A list that is open, within another or not.

    Attributes:
        kind: Of its marks, see _kind.
        column: In which its first mark stands.
        lead_in: See Passage.
    """

    kind: str
    column: int
    lead_in: str


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
            found = _blocks(text, section)
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
) -> list[_Block]:
    """Split a section into messages; the paragraphs of those that are too long for a passage."""
    first, last = bisect_right(starts, section[0]), bisect_left(starts, section[1])
    blocks: list[_Block] = []
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
            far = [q for q in questions if start - q[0] > _LONGEST_LEAD_IN]
            blocks += [_Block(*question, is_item=False, lead_in="") for question in far]
            near = questions[len(far) :]
            asked_at, lead_in = near[0][0] if near else 0, "\n".join(text[a:b] for a, b in near)
            questions = []
        # What could stand in one passage with a question may answer it; then talk goes on.
        above = lead_in if start - asked_at <= MAX_LENGTH else ""
        if end - start <= MAX_LENGTH:
            is_answer = is_answered or bool(above)
            blocks.append(_Block(start, end, False, above, is_answer))
        else:
            parts = _blocks(text, (start, end))
            blocks += [replace(part, lead_in=part.lead_in or above) for part in parts]
    return blocks + [_Block(*question, is_item=False, lead_in="") for question in questions]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return left, max(left, start + len(piece.rstrip()))


def _only_asks(text: str, start: int, end: int) -> bool:
    """Whether a message is a question, or several, and nothing else."""
    message = text[start:end]
    if len(message) > _LONGEST_LEAD_IN or not asks(message):
        return False
    sentences = (message[a:b] for a, b in split_sentences(message))
    return all(asks(sentence) for sentence in sentences if has_words(sentence))


def _blocks(text: str, section: Span) -> list[_Block]:
    """Split a section into paragraphs and list items.

    What only introduces a list is no block: the items have it.
    """
    blocks: list[_Block] = []
    levels: list[_Level] = []
    marks = _marks(text, section)
    for start, end in _paragraphs(text, section):
        lines = _lines(text, start, end)
        first = next((i for i, line in enumerate(lines) if line[0] in marks), len(lines))
        is_list = _is_list(text, lines[first:], end, marks, blocks)
        if first or not is_list:  # a list may follow the paragraph without an empty line between
            end = lines[first - 1][1] if is_list else end
            blocks.append(_Block(start, end, is_item=False, lead_in=""))
            levels = []
        if is_list:
            for item in _items(lines[first:], marks):
                lead_in = _enter_level(text, item[0], marks[item[0]], levels, blocks)
                blocks.append(_Block(*item, is_item=True, lead_in=lead_in))
    return blocks


def _marks(text: str, section: Span) -> dict[int, str]:
    """Find the marks of list items, by the places at which they stand."""
    found = [
        (start, match[1])
        for start, end in _lines(text, *section)
        if (match := _ITEM.match(text, start, end))
    ]
    # "A. Yılmaz" begins with a name: capital letters count from A. on, one behind the other.
    lettered = [(start, mark[0]) for start, mark in found if mark[0].isupper() and mark[1] == "."]
    names = {start for start, _ in lettered}
    before = ""
    for (start, letter), (_, following) in pairwise([*lettered, (0, "")]):
        begins = letter == "A" and following == "B"
        if begins or (before and before + letter in _ALPHABETS):
            names.discard(start)
            before = letter
        else:
            before = ""
    return {start: mark for start, mark in found if start not in names}


def _enter_level(
    text: str, start: int, mark: str, levels: list[_Level], blocks: list[_Block]
) -> str:
    """Find the list that an item belongs to, and what introduces it.

    Args:
        text: Of the document.
        start: Of the item.
        mark: Of the item.
        levels: Lists that are open, each within the one before; those that end here are taken off,
            and one that begins here is added.
        blocks: Those above the item; the last is taken off where it only introduces the list.
    """
    above = blocks[-1] if blocks else None
    introduced = above is not None and text[above.end - 1] == ":"
    column = start - text.rfind("\n", 0, start) - 1
    kind = _kind(mark, levels, begins=introduced or not levels)
    like = [number for number, level in enumerate(levels) if level.kind == kind]
    of_it = [number for number in like if levels[number].column <= column] or like[:1]
    is_inner = not of_it or (of_it[-1] == len(levels) - 1 and column > levels[-1].column)
    if not levels or (introduced and is_inner and len(levels) < _DEEPEST):
        lead_in = ""
        if above is not None and introduced:
            lead_in, is_all = _lead_in(text, above)
            if is_all:
                blocks.pop()
        levels.append(_Level(kind, column, lead_in))
    elif of_it:
        del levels[of_it[-1] + 1 :]
    return levels[-1].lead_in


def _kind(mark: str, levels: Sequence[_Level], *, begins: bool) -> str:
    """Tell the marks of one list from those of another: all of ``a)``, ``b)`` are one kind.

    Args:
        mark: Of an item.
        levels: Lists that are open.
        begins: Whether a list could begin with the item.
    """
    letters = mark.strip("(.)")
    if not letters.isalpha():
        return _NUMBER.sub("1", mark)
    roman = mark.replace(letters, _ROMAN)
    if len(letters) > 1 or (letters in "vx" and any(level.kind == roman for level in levels)):
        return roman
    if letters == _ROMAN and (begins or any(level.kind == roman for level in levels)):
        return roman
    return mark.replace(letters, "A" if letters.isupper() else "a")


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


def _is_list(
    text: str, lines: list[Span], end: int, marks: Mapping[int, str], before: list[_Block]
) -> bool:
    """Whether lines from the first mark on are a list: one mark may be a date or an ordinal."""
    count = sum(line[0] in marks for line in lines)
    if count != 1:
        return count > 1
    if before and (before[-1].is_item or text[before[-1].end - 1] == ":"):
        return True
    following = _SPACE.match(text, end)
    return bool(following and following.end() in marks)


def _items(lines: list[Span], marks: Mapping[int, str]) -> Iterator[Span]:
    """Yield list items; lines without a mark belong to the item above."""
    start, end = lines[0]
    for line in lines[1:]:
        if line[0] in marks:
            yield start, end
            start = line[0]
        end = line[1]
    yield start, end


def _lead_in(text: str, block: _Block) -> tuple[str, bool]:
    """Find the sentence of a block that introduces a list, below what introduces the block.

    Args:
        text: Of the document.
        block: It ends in a colon.

    Returns:
        (lead-in, whether it holds all of the block).
    """
    paragraph = text[block.start : block.end]
    start, end = split_sentences(paragraph)[-1]
    if end - start > _LONGEST_LEAD_IN:
        return block.lead_in, False
    own = paragraph[start:end]
    chain = f"{block.lead_in}\n{own}" if block.lead_in else own
    if len(chain) > _LONGEST_LEAD_IN:
        return own, False
    return chain, own == paragraph


def _join_tiny(blocks: list[_Block]) -> list[_Block]:
    """Join tiny neighbours of one kind; the last one, if tiny, goes to the one before it."""
    joined: list[_Block] = []
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


def _are_joined(first: _Block, second: _Block) -> bool:
    same_kind = first.is_item == second.is_item and first.lead_in == second.lead_in
    tiny = _is_tiny(first) and (_is_tiny(second) or not second.is_item)
    return same_kind and tiny and second.end - first.start <= MAX_LENGTH


def _is_tiny(block: _Block) -> bool:
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
