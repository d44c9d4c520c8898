"""Words with their places on a page to lines and columns.

A page of a PDF knows where each letter stands, and nothing of lines. The order of the words is the
file's own, which programs write column by column; only columns that were written row by row are
taken apart.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

_CELL_GAP = 2.0  # sizes of the letters, where other spaces of the line are much narrower
_SURE_CELL_GAP = 4.0  # wider than the widest space of justified text
_ONLY_MARK = re.compile(r"(?:[•▪◦‣·●○■□►➢✓*–-]|\(?\w{1,4}[.)]|\d{1,3}(?:\.\d{1,2})+)\Z")
_LEADERS = re.compile(r"(?:\s?[.·…_]){5,}")

_MARGIN = 0.15  # of the page's height, above and below
_EDGE_LINES = 3
_APART = 1.8  # sizes of letters between lines; a spacing of one and a half lines is 1.7


class Word(NamedTuple):
    """A word on a page, in the frame in which its text runs from left to right.

    Attributes:
        text: Without white space; a hyphen at its end may be any of HYPHENS.
        left: In points, as the others.
        right: Greater than left.
        bottom: A fifth of the font's size below the line, whatever the letters.
        top: A size above it.
        is_bold: Whether its font is.
        turn: Quarter turns against the clock by which the frame is turned: 0 to 3.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    is_bold: bool = False
    turn: int = 0


class PageWords(NamedTuple):
    """A page as it was read.

    Attributes:
        words: In the file's order.
        top: The page's upper border in the frame of most of its words.
        bottom: Its lower border in that frame.
        label: The number that the file gives to it; empty where there is none.
    """

    words: Sequence[Word]
    top: float
    bottom: float
    label: str = ""


@dataclass(slots=True, eq=False)
class Line:
    """Words side by side. Size is the height of most of its letters."""

    words: list[Word]
    page: int
    level: int = 0  # of a heading of the outline
    bookmark: int = -1  # which one
    is_row: bool = False  # of a table
    text: str = ""
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    size: float = 1.0
    turn: int = 0
    is_bold: bool = False
    cells: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        words = self.words
        self.left, self.right, self.turn = words[0].left, words[-1].right, words[0].turn
        main = max(words, key=lambda word: len(word.text) * (word.top - word.bottom))
        self.bottom, self.size = main.bottom, main.top - main.bottom
        self.is_bold = all(word.is_bold for word in words if len(word.text) > 1 or len(words) < 3)
        self.cells = [" ".join(w.text for w in cell) for cell in self._cells()]
        text = _LEADERS.sub(" …", " ".join(self.cells)).strip()
        # Signs of hyphens are for the line's end.
        self.text = text[:-1].replace("\ufffe", "-").replace("\u00ad", "") + text[-1:]

    def _cells(self) -> Iterator[list[Word]]:
        """Yield the words of each cell of a row; a line of prose is one cell."""
        cell = [self.words[0]]
        gaps = [word.left - before.right for before, word in pairwise(self.words)]
        # In a justified line all spaces are as wide as one another.
        wide = max(_CELL_GAP * self.size, 2.5 * min(gaps, default=0.0))
        wide = min(wide, _SURE_CELL_GAP * self.size)
        is_marked = bool(_ONLY_MARK.match(cell[0].text))
        for place, (gap, word) in enumerate(zip(gaps, self.words[1:], strict=True)):
            if gap > wide and not (is_marked and place == 0):
                yield cell
                cell = []
            cell.append(word)
        yield cell

    def stops(self) -> list[int]:
        """Places of the words behind which a gap stands that may divide cells."""
        if _ONLY_MARK.match(self.words[0].text):
            return []
        gaps = enumerate(pairwise(self.words), start=1)
        wide = _NARROW_GAP * self.size
        return [place for place, (a, b) in gaps if b.left - a.right > wide]

    def split_cells(self, stops: Sequence[int]) -> None:
        """Make it a row of a table whose cells begin with some of its words."""
        borders = [0, *stops, len(self.words)]
        self.cells = [" ".join(w.text for w in self.words[a:b]) for a, b in pairwise(borders)]
        self.make_row()

    def make_row(self) -> None:
        """Make it a row of a table, the cells of which are divided by ``|``."""
        self.is_row = True
        text = _LEADERS.sub(" …", " | ".join(self.cells)).strip()
        self.text = text.replace("\ufffe", "-").replace("\u00ad", "")

    @property
    def top(self) -> float:
        """Of its letters."""
        return self.bottom + self.size

    def is_beside(self, other: "Line | Word") -> bool:
        """Whether both stand at the same height, side by side."""
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        return overlap > 0.5 * min(self.top - self.bottom, other.top - other.bottom)


@dataclass(slots=True, eq=False)
class Column:
    """Lines below one another; left and right are its margins."""

    lines: list[Line]
    left: float = 0.0
    right: float = 0.0
    pitch: float = 0.0  # of lines, in sizes; 0 where there are too few lines to tell


class PageLines:
    """The lines of a page."""

    def __init__(self, page: PageWords, number: int) -> None:
        self.number = number
        self.label = page.label
        self.top, self.bottom = page.top, page.bottom
        self.lines = list(_lines(page.words, number))
        turns = Counter(word.turn for word in page.words)
        self.turn = turns.most_common(1)[0][0] if turns else 0

    def edge_lines(self) -> Iterator[tuple[str, Line]]:
        """Yield the lines near the upper and the lower border, the outermost first."""
        lines = [line for line in self.lines if line.turn == self.turn]
        margin = _MARGIN * (self.top - self.bottom)
        lines.sort(key=lambda line: -line.bottom)
        for line in lines[:_EDGE_LINES]:
            if line.bottom > self.top - margin:
                yield "top", line
        for line in reversed(lines[-_EDGE_LINES:]):
            if line.top < self.bottom + margin:
                yield "bottom", line

    def stands_apart(self, line: Line) -> bool:
        """Whether no line of the same size is just above or below one."""
        return not any(
            0.5 < abs(line.bottom - other.bottom) / line.size < _APART
            and max(line.size, other.size) < 1.05 * min(line.size, other.size)
            for other in self.lines
            if other.turn == line.turn
        )

    def columns(self) -> Iterator[Column]:
        """Yield the lines in the order in which they are read, split where a column ends."""
        lines = _unwoven(self.lines)
        _mark_narrow_rows(lines)
        for line, below in pairwise(lines):
            if len(line.cells) > 1 and len(below.cells) > 1:
                line.make_row()
                below.make_row()
        column: list[Line] = []
        for line in lines:
            if column and (line.turn != column[-1].turn or line.bottom > column[-1].top):
                yield Column(column)
                column = []
            column.append(line)
        if column:
            yield Column(column)


def _lines(words: Iterable[Word], page: int) -> Iterator[Line]:
    """Gather words that stand side by side."""
    row: list[Word] = []
    for word in words:
        if row and not _goes_on(row[-1], word):
            yield Line(row, page)
            row = []
        row.append(word)
    if row:
        yield Line(row, page)


def _goes_on(last: Word, word: Word) -> bool:
    """Whether a word stands to the right of another in its line."""
    height = min(last.top - last.bottom, word.top - word.bottom)
    overlap = min(last.top, word.top) - max(last.bottom, word.bottom)
    is_right = word.left > last.right - 0.5 * height
    return word.turn == last.turn and overlap > 0.5 * height and is_right


# ---- tables whose columns stand near one another

_FEWEST_NARROW_ROWS = 3
_NARROW_GAP = 0.8  # sizes of the letters; a space is a third, in justified lines sometimes more
_ALIGNED = 1.5  # points
_WORDS_IN_CELL = 4  # on average: more is prose in columns


def _mark_narrow_rows(lines: list[Line]) -> None:
    """Find rows by what no prose has: several lines with gaps at the same places."""
    stops = [line.stops() for line in lines]
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and _are_aligned(lines[start], stops[start], lines[end], stops[end]):
            continue
        rows = range(start, end)
        cells = sum(len(stops[i]) + 1 for i in rows)
        is_prose = sum(len(lines[i].words) for i in rows) > _WORDS_IN_CELL * cells
        if len(rows) >= _FEWEST_NARROW_ROWS and not is_prose:
            for i in rows:
                lines[i].split_cells(stops[i])
        start = end


def _are_aligned(one: Line, stops: list[int], other: Line, others: list[int]) -> bool:
    """Whether the cells of two lines begin, end or have their middles below one another."""
    if not stops or len(stops) != len(others) or one.turn != other.turn:
        return False
    return all(
        any(abs(a - b) < _ALIGNED for a, b in zip(x, y, strict=True))
        for x, y in zip(_edges(one, stops), _edges(other, others), strict=True)
    )


def _edges(line: Line, stops: list[int]) -> Iterator[tuple[float, float, float]]:
    """Yield left edge, right edge and middle of each cell but the first."""
    for first, end in pairwise([*stops, len(line.words)]):
        left, right = line.words[first].left, line.words[end - 1].right
        yield left, right, (left + right) / 2


# ---- two columns that were written row by row

_FEWEST_ROWS = 6
_GUTTER_GAP = 0.8  # heights of a line
_FILLED = 0.75  # share of a column's width that lines of prose fill, and cells of tables do not


def _unwoven(lines: list[Line]) -> list[Line]:
    """Read two columns one after the other where the file has them row by row.

    A table stays as it is: its cells do not fill their columns.
    """
    gaps = [
        (before.right, word.left)
        for line in lines
        for before, word in pairwise(line.words)
        if word.left - before.right > _GUTTER_GAP * line.size
    ]
    if len(gaps) < _FEWEST_ROWS:
        return lines
    gutter, count = Counter(round((a + b) / 2) for a, b in gaps).most_common(1)[0]
    split = [_split_at(line, gutter) for line in lines]
    both = [(parts[0], parts[1]) for parts in split if len(parts) == 2]
    across = sum(len(p) == 1 and p[0].left < gutter < p[0].right for p in split)
    if count < _FEWEST_ROWS // 2 or len(both) < max(_FEWEST_ROWS, 2 * across):
        return lines
    left = min(line.left for line, _ in both)
    right = max(line.right for _, line in both)
    start = min(line.left for _, line in both)
    first = sum(line.right - left > _FILLED * (gutter - left) for line, _ in both)
    second = sum(line.right - start > _FILLED * (right - start) for _, line in both)
    if min(first, second) < 0.6 * len(both):
        return lines
    ordered: list[Line] = []
    aside: list[Line] = []
    for line, parts in zip(lines, split, strict=True):
        if len(parts) == 2:
            ordered.append(parts[0])
            aside.append(parts[1])
        elif line.left >= gutter:
            aside.append(line)
        elif line.right <= gutter:
            ordered.append(line)
        else:  # across both: what stands above it is read first
            ordered += [*aside, line]
            aside = []
    return ordered + aside


def _split_at(line: Line, gutter: float) -> list[Line]:
    place = bisect_left([word.left for word in line.words], gutter)
    if not 0 < place < len(line.words):
        return [line]
    before, word = line.words[place - 1 : place + 1]
    if before.right > gutter or word.left - before.right <= _GUTTER_GAP * line.size:
        return [line]
    return [Line(line.words[:place], line.page), Line(line.words[place:], line.page)]
