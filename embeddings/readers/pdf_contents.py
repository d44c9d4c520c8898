"""Tables of contents: lines that name lines of the text, and the pages on which these stand."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from embeddings.readers.pdf_lines import PageLines

_FEWEST_ENTRIES = 3
_KNOWN = 0.5  # share of the entries whose page is right: else it is a list of prices, or of names
_LINES_OF_ENTRY = 3
_MOST_ALIKE = 20  # titles that begin as a line does
_NUMBER = re.compile(r"\d{1,4}|[ivxlc]{1,7}")
_ENTRY = re.compile(rf"(\S.*?)\s*…\s?({_NUMBER.pattern})")
_TITLES = frozenset(
    "içindekiler contents tableofcontents inhalt inhaltsverzeichnis tabledesmatières sommaire "
    "índice indice содержание оглавление".split()
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")


class _Entry(NamedTuple):
    """A line that looks like one of a table of contents.

    Attributes:
        place: Its place among the lines of its page.
        title: The letters of what it names.
        number: As it is printed.
    """

    place: int
    title: str
    number: str


def without_contents(layouts: list[PageLines]) -> list[PageLines]:
    """Leave tables of contents out: a question would find the name of an answer, not the answer.

    What names no pages, or wrong ones, is something else, such as a list of prices.
    """
    entries = [list(_entries(page)) for page in layouts]
    if max(map(len, entries), default=0) < _FEWEST_ENTRIES:
        return layouts
    pages = _pages_by_title(layouts, entries)
    titles = sorted(pages)
    offsets = Counter(
        offset for found in entries for entry in found for offset in _offsets(entry, pages)
    )
    offset = max(offsets, key=lambda one: offsets[one], default=0)
    fewest = _FEWEST_ENTRIES
    for page, found in zip(layouts, entries, strict=True):
        right = sum(offset in _offsets(entry, pages) for entry in found)
        if len(found) < fewest or right < max(1, _KNOWN * len(found)):
            fewest = _FEWEST_ENTRIES
            continue
        first, end = found[0].place, found[-1].place + 1
        if end - first <= _LINES_OF_ENTRY * len(found):  # else there is text between
            has_title = first > 0 and _letters(page.lines[first - 1].text) in _TITLES
            places = {entry.place for entry in found}
            page.lines[first - has_title : end] = [
                line
                for place, line in enumerate(page.lines[first:end], first)
                if place not in places and not _is_named(line.text, page.number, pages, titles)
            ]
            fewest = 1  # it may end on the next page
    return layouts


def _entries(page: PageLines) -> Iterator[_Entry]:
    for place, line in enumerate(page.lines):
        entry = _ENTRY.fullmatch(line.text)
        if entry is not None:
            yield _Entry(place, _letters(entry[1]), entry[2])
        elif len(line.cells) == 2 and _NUMBER.fullmatch(line.cells[1]):
            yield _Entry(place, _letters(line.cells[0]), line.cells[1])


def _pages_by_title(layouts: list[PageLines], entries: list[list[_Entry]]) -> dict[str, set[int]]:
    """Find on which pages what may be named stands: one line, or two below one another."""
    pages: defaultdict[str, set[int]] = defaultdict(set)
    for page, found in zip(layouts, entries, strict=True):
        places = {entry.place for entry in found}
        texts = [line.text for place, line in enumerate(page.lines) if place not in places]
        for one, two in pairwise([*texts, ""]):
            pages[_letters(one)].add(page.number)
            pages[_letters(one + two)].add(page.number)
    return pages


def _is_named(text: str, number: int, pages: dict[str, set[int]], titles: list[str]) -> bool:
    """Whether a line between entries begins what stands on another page too.

    It is the first half of a long title, or a part without a number. What stands nowhere else, as
    what is told of a chapter below its name, is text.
    """
    letters = _letters(text)
    begun = islice(titles, bisect_left(titles, letters), None)
    alike = islice(takewhile(lambda title: title.startswith(letters), begun), _MOST_ALIKE)
    return not letters or any(pages[title] - {number} for title in alike)


def _offsets(entry: _Entry, pages: dict[str, set[int]]) -> set[int]:
    """Tell by how much the number of an entry differs from the places of pages with its title."""
    if not entry.number.isdecimal():
        return set()
    return {int(entry.number) - page for page in pages.get(entry.title, ())}


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())
