"""CSV: questions that lead to their answers, or the rows of a table."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from embeddings.datatypes import Document, Heading
from embeddings.readers.charset import decode
from embeddings.readers.faq_columns import (
    ASKS,
    Columns,
    find_columns,
    is_number,
    named_columns,
    table_names,
)

CATEGORY_LEVEL = 1
"""Level of the headings above questions."""

QUESTION_LEVEL = 2
"""Level of a question, which is the heading of its answer, with and without categories."""

_LONGEST_QUESTION = 2000
"""Characters of a question that all passages of its answer repeat. What is longer is an attack, or
a quotation mark that was not closed; the rest of it is text."""

_DELIMITERS = ";\t,"  # rarest in prose first: of two that fit alike, the first is taken
_SEPARATOR = re.compile(r"sep=([,;\t])\n", re.IGNORECASE)  # a line that only Excel writes
_END = "\0"  # stands in no text that charset.decode gives

_SAMPLE = 1 << 16
_MOST_SAMPLED = 500
_SURELY_WHOLE = 10_000
"""Characters of a text that is not just the beginning of a longer one."""

_EVEN = 0.9
"""Share of rows with the same number of cells. Spreadsheets write all rows alike; some rows are
spoilt by a delimiter that nobody quoted."""

_FILLED = 0.5
"""Share of rows in which a second column holds something: lines of a program that end in a
semicolon have an empty one."""

_SPACED = 0.2
"""Share of cells that may begin with a space: behind the commas of prose there is one."""

_MIN_ROWS = 3
"""Rows of a table without known names: two lines with one comma each are a verse. Questions in
front of all rows suffice too."""


class _Layout(NamedTuple):
    delimiter: str
    is_quoted: bool  # whether a quotation mark may begin a cell that holds delimiters and lines


def is_csv(text: str) -> bool:
    """Whether a text is made of rows with cells; prose with commas is not.

    Args:
        text: Of the file, or its beginning.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _find_layout(text) is not None


def read_faq(data: bytes, name: str, source: str) -> Document:
    """Read a CSV file: an FAQ where it has questions and answers, else a table.

    In an FAQ each question is a heading, and its answer the text below: that is what gets quoted.
    Categories are headings above; what other columns hold stands below the answer, behind the
    column's name. In a table each row is a paragraph: ``column: value | column: value``. The title
    is the file's name without its ending.

    Questions are known by their column's name, in a dozen languages, or by their question marks.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    text = decode(data, name)
    layout = _find_layout(text)
    writer = _Writer()
    rows = list(_rows(_SEPARATOR.sub("", text, count=1), layout)) if layout else []
    if layout is None or not rows:
        writer.write(text)
    else:
        columns = find_columns(rows)
        if columns is None:
            _write_table(rows, writer)
        else:
            _write_answers(rows[1:] if columns.names else rows, columns, layout, writer)
    content_hash = hashlib.sha256(data).hexdigest()
    return Document(Path(name).stem, writer.text(), source, content_hash, tuple(writer.headings))


def _find_layout(text: str) -> _Layout | None:
    """Find the delimiter with which most rows have the same number of cells."""
    if told := _SEPARATOR.match(text):
        return _Layout(told[1], is_quoted=True)
    sample = text[:_SAMPLE]
    if len(text) > _SURELY_WHOLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best, best_fit = None, 0.0
    for delimiter in _DELIMITERS:
        for is_quoted in (True, False):
            layout = _Layout(delimiter, is_quoted)
            rows = list(islice(_rows(sample, layout, is_sample=True), _MOST_SAMPLED))
            fit = _fit(rows)
            if fit > best_fit:
                best, best_fit = layout, fit
    return best


def _fit(rows: list[list[str]]) -> float:
    """Tell how well rows look like those of a table; 0 where they do not."""
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
    if width < 2:
        return 0.0
    evenness = count / len(rows)
    if named_columns(rows[0]):
        return 1.0 + evenness
    if all(ASKS.search(row[0]) and len(row) > 1 for row in rows):
        return evenness  # questions in front; answers may hold delimiters that nobody quoted
    later = [cell for row in rows for cell in row[1:] if cell]
    spaced = sum(cell.startswith(" ") and not cell.startswith(' "') for cell in later)
    filled = (sum(len(row) > i and bool(row[i].strip()) for row in rows) for i in range(width))
    is_filled = sum(count >= _FILLED * len(rows) for count in filled) > 1
    is_table = len(rows) >= _MIN_ROWS and spaced <= _SPACED * len(later) and is_filled
    return evenness if is_table and evenness >= _EVEN else 0.0


def _rows(text: str, layout: _Layout, *, is_sample: bool = False) -> Iterator[list[str]]:
    """Yield the rows that hold something, cells as written but for their quotation marks.

    A quotation mark that is never closed would swallow the rest of the file: then none of them
    counts.
    """
    rows = _quoted_rows(text, layout.delimiter) if layout.is_quoted else None
    if rows is not None and rows[-1:] == [[_END]]:
        rows.pop()
    elif rows is not None and is_sample and len(text) > _SURELY_WHOLE:
        rows.pop()  # cut in the middle of a cell
    else:
        rows = [line.split(layout.delimiter) for line in text.split("\n")]
    return (row for row in rows if any(cell.strip() for cell in row))


def _quoted_rows(text: str, delimiter: str) -> list[list[str]] | None:
    """Read rows as spreadsheets write them, with a last one that says that the end was reached."""
    skips = bool(re.search(delimiter + ' +"', text))
    lines = StringIO(f"{text}\n{_END}")
    try:
        return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=skips))
    except csv.Error:  # a cell above the module's limit, 128 kB
        return None


class _Writer:
    """Gathers paragraphs and headings, apart by empty lines."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.headings: list[Heading] = []

    def write(self, text: str) -> int:
        """Add a paragraph; get its first character's place."""
        gap = "\n\n" if self._parts else ""
        start = self._length + len(gap)
        self._parts += [gap, text]
        self._length = start + len(text)
        return start

    def head(self, text: str, level: int) -> None:
        """Add a heading; what is too long to be repeated goes on as text."""
        end = len(text)
        if end > _LONGEST_QUESTION:
            space = text.rfind(" ", 0, _LONGEST_QUESTION)
            end = space if space > 0 else _LONGEST_QUESTION
        start = self.write(text)
        self.headings.append(Heading(start, start + end, level))

    def text(self) -> str:
        return "".join(self._parts)


def _write_answers(
    rows: list[list[str]], columns: Columns, layout: _Layout, writer: _Writer
) -> None:
    named = dict(enumerate(columns.names))
    left_out = {i for i, name in named.items() if is_number(name)}
    left_out |= {columns.question, columns.answer}
    if columns.category is not None:
        left_out.add(columns.category)
    last_category = ""
    for row in rows:
        cells = dict(enumerate(map(_tidy, _fitted(row, columns.width, layout))))
        question, answer = cells.get(columns.question, ""), cells.get(columns.answer, "")
        category = "" if columns.category is None else cells.get(columns.category, "")
        # An empty cell below a category means that it goes on.
        if category and category != last_category:
            writer.head(category, CATEGORY_LEVEL)
            last_category = category
        if question:
            is_section = not answer and not ASKS.search(question)
            writer.head(question, CATEGORY_LEVEL if is_section else QUESTION_LEVEL)
        if answer:
            writer.write(answer)
        lines = [
            _labelled(named.get(i, ""), cell)
            for i, cell in cells.items()
            if cell and i not in left_out
        ]
        if lines:
            writer.write("\n".join(lines))


def _fitted(row: list[str], width: int, layout: _Layout) -> list[str]:
    """Cut a row to its width: a delimiter that nobody quoted belongs to the last cell."""
    if len(row) <= width:
        return row
    return [*row[: width - 1], layout.delimiter.join(row[width - 1 :])]


def _write_table(rows: list[list[str]], writer: _Writer) -> None:
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    names = table_names(cells)
    named = dict(enumerate(names))
    for row in cells[1:] if names else cells:
        values = (_labelled(named.get(i, ""), cell) for i, cell in enumerate(row) if cell)
        writer.write(" | ".join(values))


def _labelled(name: str, value: str) -> str:
    return f"{name}: {value}" if name else value


def _tidy(cell: str) -> str:
    lines: Iterable[str] = (line.strip() for line in cell.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
