"""Lines to paragraphs, as a reader sees them: by gaps, margins, sizes, the ends of sentences."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from embeddings.readers.pdf_lines import Column, Line

HYPHENS = "-\u2010\u00ad\ufffe"
"""What may part a word at a line's end; the last is pdfium's sign for it."""

PARAGRAPH = "\n\n"
LINE = "\n"
SAME = " "

OTHER_SIZE = 1.15  # ratio of sizes from which on two lines are no one paragraph
_WIDE_PITCH = 1.35  # times the usual distance of lines
_WIDEST_PITCH = 2.6  # sizes of the letters; lines of double spacing are 2.3 apart
_WIDEST_ROW = 4.0  # sizes of the letters; cells have margins
_FEW_LINES = 8  # of a column: too few to measure it by
_LIKE_MARGIN = 20  # points within which left margins are alike
_LONGEST_PARAGRAPH = 20_000  # characters; what is longer is no prose

SENTENCE_END = re.compile(r"[.!?:;…؟۔]['\"”’»)\]]*\Z")
BULLET = re.compile(r"[•▪◦‣·●○■□►➢✓][^\S\n]*\S|[-–—*][^\S\n]+\S")
_NUMBER_MARK = re.compile(
    r"\(?(?:\d{1,3}|[a-zçğıöşü]|[ivx]{1,5})[.)][^\S\n]+\S|\(?\d{1,3}(?:\.\d{1,2})+[.)]?[^\S\n]+\S"
)
_CLAUSE = re.compile(r"(?:EK |GEÇİCİ |Ek |Geçici )?(?:MADDE|Madde)\s+\d+")
_COUNTING = re.compile(r"\(?(?:(\d{1,3})|([a-zçğıöşü]))[.)][^\S\n]+\S")
_FIRST_MARK = re.compile(r"\(?[1ai][.)][^\S\n]+\S")
_ALPHABETS = "abcçdefgğhıijklmnoöprsştuüvyz abcdefghijklmnopqrstuvwxyz"
_CONTENTS = re.compile(r"…\s?[\divxlc]+\Z")
_WORD = re.compile(r"[^\W\d_]+")
_HYPHENED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")


def find_margins(columns: list[Column]) -> None:
    """Measure the columns; one with few lines takes the margin of its like on other pages."""
    likes: defaultdict[int, list[float]] = defaultdict(list)
    pitches: list[float] = []
    for column in columns:
        column.left = Counter(int(line.left) for line in column.lines).most_common(1)[0][0]
        column.right = max(line.right for line in column.lines)
        distances = [
            (a.bottom - b.bottom) / max(a.size, b.size)
            for a, b in pairwise(column.lines)
            if not a.is_beside(b) and max(a.size, b.size) < OTHER_SIZE * min(a.size, b.size)
        ]
        pitches += distances
        if len(distances) >= _FEW_LINES:
            column.pitch = sorted(distances)[len(distances) // 4]
        if len(column.lines) >= _FEW_LINES:
            for place in (-1, 0, 1):
                likes[int(column.left) // _LIKE_MARGIN + place].append(column.right)
    usual = sorted(pitches)[len(pitches) // 4] if pitches else 1.2
    rights = {place: median(values) for place, values in likes.items()}
    for column in columns:
        column.pitch = column.pitch or usual
        if len(column.lines) < _FEW_LINES:
            right = rights.get(int(column.left) // _LIKE_MARGIN, column.right)
            column.right = max(column.right, right)


@dataclass(slots=True)
class Style:
    """What is usual in a document: the size of its letters, and words that tell of hyphens."""

    size: float
    is_bold: bool
    words: set[str]
    hyphened: set[str]

    @classmethod
    def of(cls, columns: list[Column]) -> "Style":
        """Measure a document."""
        sizes: Counter[float] = Counter()
        bold = total = 0
        words: set[str] = set()
        hyphened: set[str] = set()
        for line in (line for column in columns for line in column.lines):
            length = len(line.text)
            sizes[rounded(line.size)] += length
            bold += line.is_bold * length
            total += length
            text = line.text.casefold()
            words.update(_WORD.findall(text))
            hyphened.update(_HYPHENED.findall(text))
        size = sizes.most_common(1)[0][0] if sizes else 1.0
        return cls(size, bold > 0.4 * total, words, hyphened)


def rounded(size: float) -> float:
    """Round a size to half a point: programs write 11.04 for 11."""
    return round(size * 2) / 2


@dataclass(slots=True, eq=False)
class Block:
    """Lines that make one paragraph, and what stands between it and the block above."""

    gap: str
    lines: list[Line]
    column: Column
    text: str = ""
    level: int = 0
    starts: list[tuple[int, int]] = field(default_factory=list)  # (page, first character)
    left: float | None = None  # of its lines in this column, without its first one

    def append(self, line: Line, column: Column, style: Style) -> None:
        """Go on with a line, and make a word whole that it ends."""
        text = line.text
        if self.lines:
            before, between = _joined(self.text, text, style)
            self.text = before + between
        if not self.lines or self.lines[-1].page != line.page:
            self.starts.append((line.page, len(self.text)))
        self.text += text
        if self.lines and (self.left is None or self.column is not column):
            self.left = line.left
        self.lines.append(line)
        self.column = column


def split_blocks(columns: list[Column], style: Style) -> Iterator[Block]:
    """Gather lines to paragraphs, also over the ends of columns and pages."""
    blocks: list[Block] = []
    for column in columns:
        current: Block | None = None
        for line in column.lines:
            if current is None:
                current = _resumed(blocks, line, column, style)
                gap = SAME if current else PARAGRAPH
            else:
                gap = _gap(current, line) if len(current.text) < _LONGEST_PARAGRAPH else PARAGRAPH
            if current is None or gap != SAME:
                current = Block(gap, [], column)
                blocks.append(current)
            current.append(line, column, style)
    for block in blocks:
        block.text = _unparted(block.text)
    yield from (block for block in blocks if block.text.strip())


def _resumed(blocks: list[Block], line: Line, column: Column, style: Style) -> Block | None:
    """Find the paragraph that a column's first line goes on with; footnotes stand before it."""
    place = len(blocks) - 1
    while place > 0 and _is_footnote(blocks[place], line, style):
        place -= 1
    if place < 0 or not _is_cut(blocks[place], line, column):
        return None
    block = blocks.pop(place)
    block.gap = PARAGRAPH
    blocks.append(block)  # so its notes are before it, and each text is on its page
    return block


def _is_footnote(block: Block, line: Line, style: Style) -> bool:
    last = block.lines[-1]
    is_small = last.size * 1.08 < min(style.size, line.size)
    return is_small and last.turn == line.turn and last.page >= line.page - 1


def _is_cut(block: Block, line: Line, column: Column) -> bool:
    """Whether a block goes on with another column's first line.

    Where its last sentence ends with its column, only its look tells: its first line was moved to
    the right, and this line is not.
    """
    last, text = block.lines[-1], line.text
    ratio = max(last.size, line.size) / min(last.size, line.size)
    if ratio > 1.1 or last.turn != line.turn or last.level or line.level or line.is_row:
        return False
    if last.is_row or last.page < line.page - 1 or last.is_bold != line.is_bold:
        return False
    if _is_parted(last.text, text):
        return True
    if _starts_item(text):
        return False
    is_short = _is_short(last, line, block.column)
    is_end = bool(SENTENCE_END.search(last.text))
    if text[0].islower():
        return not (is_short and is_end)
    step = 0.7 * line.size
    is_indented = len(block.lines) > 1 and block.lines[0].left > block.lines[1].left + step
    return not is_short and (not is_end or (is_indented and line.left < column.left + step))


def _gap(block: Block, line: Line) -> str:
    """What stands between a paragraph's last line and the next line of its column."""
    above = block.lines[-1]
    if above.level or line.level:
        return SAME if above.bookmark == line.bookmark else PARAGRAPH
    if above.is_beside(line):
        return LINE
    larger = max(above.size, line.size)
    if above.is_row and line.is_row and above.bottom - line.bottom < _WIDEST_ROW * larger:
        return LINE
    widest = min(_WIDE_PITCH * block.column.pitch, _WIDEST_PITCH)
    is_far = above.bottom - line.bottom > widest * larger
    if is_far or larger > OTHER_SIZE * min(above.size, line.size):
        return PARAGRAPH
    if above.is_row or line.is_row:
        return PARAGRAPH
    if _is_parted(above.text, line.text):
        return SAME
    is_short = _is_short(above, line, block.column)
    if above.is_bold != line.is_bold and (is_short or len(block.lines) == 1):
        return PARAGRAPH
    return _gap_by_sense(block, line, is_short=is_short)


def _gap_by_sense(block: Block, line: Line, *, is_short: bool) -> str:
    above, text = block.lines[-1], line.text
    is_end = bool(SENTENCE_END.search(above.text))
    is_moved = _is_moved(block, line)
    if BULLET.match(text) and (is_short or is_end or not text.startswith(("-", "–", "—", "*"))):
        return LINE
    if _CLAUSE.match(text) and (is_short or is_end):
        return PARAGRAPH
    is_item = is_short or (is_end and (is_moved or above.text.endswith(":")))
    first = block.lines[0].text
    is_inner = _FIRST_MARK.match(text) and _starts_item(first) and above.text[-1] in ",;:"
    if _is_next_item(first, text) or is_inner or (_NUMBER_MARK.match(text) and is_item):
        return LINE
    if _CONTENTS.search(above.text):
        return LINE
    if is_short and is_end:
        return PARAGRAPH
    if is_short and not text[0].islower():
        return LINE
    return PARAGRAPH if is_moved and (is_short or is_end) else SAME


def _is_moved(block: Block, line: Line) -> bool:
    """Whether a line begins farther to the right, or left, than the paragraph's lines do."""
    first = block.lines[0]
    step = 0.7 * line.size
    if block.left is not None:
        return abs(line.left - block.left) > step
    if _starts_item(first.text):
        return False  # the lines of an item hang
    return line.left > min(first.left, block.column.left) + step


def _is_next_item(first: str, text: str) -> bool:
    """Whether a line has the mark that comes after that of a paragraph's first line."""
    one, two = _COUNTING.match(first), _COUNTING.match(text)
    if not one or not two:
        return False
    if one[1] and two[1]:
        return int(two[1]) == int(one[1]) + 1
    return bool(one[2] and two[2]) and f"{one[2]}{two[2]}" in _ALPHABETS


def _starts_item(text: str) -> bool:
    return any(mark.match(text) for mark in (BULLET, _NUMBER_MARK, _CLAUSE))


def _is_short(above: Line, line: Line, column: Column) -> bool:
    """Whether the next line's first word would have fitted into the line above it."""
    first = line.words[0]
    return column.right - above.right > first.right - first.left + 0.35 * above.size


def _is_parted(text: str, following: str) -> bool:
    """Whether a word ends in a hyphen and goes on in the following line."""
    parted = len(text) > 1 and text[-1] in HYPHENS and text[-2].isalnum()
    return parted and following[0].isalnum()


def _joined(text: str, following: str, style: Style) -> tuple[str, str]:
    """What stays of a text before the line that follows it, and what stands between both."""
    if not _is_parted(text, following):
        return _unparted(text), SAME
    stem, hyphen = text[:-1], text[-1]
    before = re.search(r"[^\W_]*\Z", stem[-50:])
    after = re.match(r"[^\W_]*", following)
    first, second = before[0] if before else "", after[0] if after else ""
    if hyphen == "\u00ad":
        return stem, ""
    if _keeps_hyphen(first, second, style):
        return stem + "-", ""
    return stem, ""


def _unparted(text: str) -> str:
    """A text that ends in a hyphen with nothing to follow."""
    if text.endswith("\u00ad"):
        return text[:-1]
    return text[:-1] + "-" if text.endswith("\ufffe") else text


def _keeps_hyphen(first: str, second: str, style: Style) -> bool:
    """Whether a hyphen at a line's end belongs to the word: ``Türk-İslam``, ``e-posta``."""
    if not (first[-1:].isalpha() and second[:1].isalpha()) or len(first) == 1:
        return True
    folded = (first.casefold(), second.casefold())
    if "-".join(folded) in style.hyphened:
        return True
    if "".join(folded) in style.words:
        return False
    return second[0].isupper() and not (first.isupper() and second.isupper())
