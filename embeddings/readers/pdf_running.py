"""Running heads, running feet and page numbers: what repeats near the borders of pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from embeddings.readers.pdf_lines import Line, PageLines

_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlc]{1,7}")
_PAGE_WORDS = frozenset("sayfa sayfası sahife page pages seite s p pg of von den dan".split())
# These speak for themselves: "- 3 -", "3 / 12". A word is one of _PAGE_WORDS or a Roman numeral.
_SURE_PAGE_NUMBER = re.compile(r"[-–—|(\[]\s*\d+\s*[-–—|)\]]|\d+\s*/\s*\d+")
_WORD = re.compile(r"[^\W\d_]+")
_FEW_PAGES = 5
_COMMON = 0.4  # of the pages: heads of left and right pages have half of them each


class _Edge(NamedTuple):
    """A line near a border, with what it has in common with those of other pages."""

    line: Line
    page: int
    key: tuple[str, str, int]  # border, text, size: a book's name is no running head on its cover
    numbers: list[int]


def without_running(layouts: list[PageLines]) -> list[PageLines]:
    """Leave out lines that repeat near the borders of pages, and page numbers.

    A number in such a line must be the same on all pages, or count them: "Soru 3" at the top of a
    page is no page number, though it counts, as it has one word that is none of _PAGE_WORDS.
    """
    edges = [
        _Edge(line, layout.number, (side, _key(line), round(line.size)), _numbers(line.text))
        for layout in layouts
        for side, line in layout.edge_lines()
    ]
    needed = 2 if len(layouts) <= _FEW_PAGES else 3
    groups: defaultdict[tuple[str, str, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.key].append(edge)
    running: set[int] = set()
    for group in groups.values():
        count = len({edge.page for edge in group})
        if count < needed:
            continue
        # On few of the pages it may be a chapter's head, or a sentence that many pages begin with.
        is_common = count >= _COMMON * len(layouts)
        running |= {
            id(edge.line)
            for edge in _repeating(group, needed)
            if is_common or layouts[edge.page].stands_apart(edge.line)
        }
    labels = [layout.label for layout in layouts]
    running |= {id(edge.line) for edge in _page_numbers(edges, labels, needed)}
    for layout in layouts:
        dropped = set(_outermost(layout, running))
        layout.lines = [line for line in layout.lines if id(line) not in dropped]
    return layouts


def _outermost(layout: PageLines, running: set[int]) -> Iterator[int]:
    """Yield those of the running lines beyond which no other text stands."""
    blocker: dict[str, Line] = {}
    for side, line in layout.edge_lines():
        before = blocker.get(side)
        if id(line) not in running:
            blocker.setdefault(side, line)
        elif before is None or line.is_beside(before):
            yield id(line)


def _page_numbers(edges: list[_Edge], labels: list[str], needed: int) -> Iterator[_Edge]:
    """Find page numbers, also beside a head that changes, and where they have moved.

    On the first page of a chapter they often do.
    """
    found: list[tuple[_Edge, int, bool]] = []  # with its number, and whether it is alone
    for edge in edges:
        cells = edge.line.cells
        for cell in {cells[0], cells[-1]}:
            if _is_page_number(cell) and (numbers := _numbers(cell)):
                found.append((edge, numbers[0], len(cells) == 1))
    offsets = Counter(number - edge.page for edge, number, _ in found)
    for edge, number, is_alone in found:
        text = edge.line.text.strip()
        is_own = text in (str(edge.page + 1), labels[edge.page])
        is_sure = is_own or _SURE_PAGE_NUMBER.fullmatch(text) or _WORD.search(text)
        if offsets[number - edge.page] >= needed or (is_alone and is_sure):
            yield edge


def _key(line: Line) -> str:
    return _NUMBER.sub("#", line.text.casefold())


def _numbers(text: str) -> list[int]:
    """The numbers in a line; a Roman one where it is nothing else."""
    bare = text.casefold().strip(" -–—.|/[]()")
    if _ROMAN.fullmatch(bare):
        return [_roman(bare)]
    return [int(number) for number in _NUMBER.findall(text)[:9] if len(number) < 10]


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[letter] for letter in text]
    return sum(-a if a < b else a for a, b in pairwise([*values, 0]))


def _is_page_number(text: str) -> bool:
    words = _WORD.findall(text.casefold())
    bare = text.casefold().strip(" -–—.|/[]()")
    if _ROMAN.fullmatch(bare):
        return True
    return 0 < len(_numbers(text)) <= 2 and all(word in _PAGE_WORDS for word in words)


def _repeating(group: list[_Edge], needed: int) -> Iterator[_Edge]:
    same = [Counter(e.numbers[i] for e in group) for i in range(len(group[0].numbers))]
    counting = [Counter(e.numbers[i] - e.page for e in group) for i in range(len(same))]
    words = _WORD.findall(group[0].key[1])
    may_count = len(words) != 1 or words[0] in _PAGE_WORDS
    for edge in group:
        if len(edge.numbers) == len(same) and all(
            constant[number] >= needed or (may_count and offset[number - edge.page] >= needed)
            for number, constant, offset in zip(edge.numbers, same, counting, strict=True)
        ):
            yield edge
