"""The paragraphs and list items of a text, and what introduces lists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from embeddings.datatypes import Span
from embeddings.sentences import split_sentences

LONGEST_LEAD_IN = 300
"""Characters of what introduces a list or stands above an answer."""

# Where every line of a paragraph stays below this, the lines were wrapped by hand; a longer line
# is a paragraph.
_WRAPPED_LINE = 120

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
_OPEN_ENDS = ";,—–"  # "Bu yönetmelikte geçen;"


@dataclass(frozen=True, slots=True)
class Block:
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


def split_blocks(text: str, section: Span) -> list[Block]:
    """Split a section into paragraphs and list items.

    What only introduces a list is no block: the items have it.
    """
    blocks: list[Block] = []
    levels: list[_Level] = []
    marks = _marks(text, section)
    for start, end in _paragraphs(text, section):
        lines = _lines(text, start, end)
        first = next((i for i, line in enumerate(lines) if line[0] in marks), len(lines))
        is_list = _is_list(text, lines[first:], end, marks, blocks)
        if first or not is_list:  # a list may follow the paragraph without an empty line between
            end = lines[first - 1][1] if is_list else end
            blocks.append(Block(start, end, is_item=False, lead_in=""))
            levels = []
        if is_list:
            for item in _items(lines[first:], marks):
                lead_in = _enter_level(text, item[0], marks[item[0]], levels, blocks)
                blocks.append(Block(*item, is_item=True, lead_in=lead_in))
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
    text: str, start: int, mark: str, levels: list[_Level], blocks: list[Block]
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
    if above is not None and _is_first(mark, kind, levels):
        introduced = introduced or _goes_on(text, above, start + len(mark))
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
    letter = mark.replace(letters, "A" if letters.isupper() else "a")
    # An i) stands behind h) only where there are letters.
    is_apart = all(level.kind != letter for level in levels)
    if letters == _ROMAN and (begins or is_apart or any(level.kind == roman for level in levels)):
        return roman
    return letter


def _is_first(mark: str, kind: str, levels: Sequence[_Level]) -> bool:
    """Whether a list could begin with a mark, of that kind."""
    if mark.strip("(.)").isalnum():
        return mark == kind  # (1), a), i.
    return all(level.kind != kind for level in levels)


def _goes_on(text: str, above: Block, mark_end: int) -> bool:
    """Whether the sentence of a block goes on in the list below it, though it has no colon."""
    last = text[above.end - 1]
    if last in _OPEN_ENDS:
        return True
    # "(1) The board may expel a member who", but not a line of an address above a list.
    begins = _SPACE.match(text, mark_end)
    is_small = begins is not None and text[begins.end() : begins.end() + 1].islower()
    return above.is_item and is_small and last.isalnum()


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
    text: str, lines: list[Span], end: int, marks: Mapping[int, str], before: list[Block]
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


def _lead_in(text: str, block: Block) -> tuple[str, bool]:
    """Find the sentence of a block that introduces a list, below what introduces the block.

    Args:
        text: Of the document.
        block: It ends in a colon.

    Returns:
        (lead-in, whether it holds all of the block).
    """
    paragraph = text[block.start : block.end]
    start, end = split_sentences(paragraph)[-1]
    if end - start > LONGEST_LEAD_IN:
        return block.lead_in, False
    own = paragraph[start:end]
    chain = f"{block.lead_in}\n{own}" if block.lead_in else own
    if len(chain) > LONGEST_LEAD_IN:
        return own, False
    return chain, own == paragraph
