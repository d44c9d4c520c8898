"""What Word's list definitions say of a paragraph: the mark before it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.readers.docx_styles import LEVELS, Numbered, Styles, W, integer, is_on, value

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_PLACEHOLDER = re.compile(r"%([1-9])")
_LONGEST_MARK = 100  # "Geçici Madde 12 –"; a longer one is a bomb, repeated for each paragraph
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_MOST_LETTERS = 5  # behind z stand aa and bb: nobody counts as far as eeeeee
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    )
)
_LARGEST_ROMAN = 3999


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str  # bullet, decimal, lowerLetter, ...
    pattern: str  # "%1.%2)"
    gap: str  # between mark and text
    restarts_below: int  # an item of a level with a lower index starts this one anew
    is_legal: bool  # all numbers of the mark in digits
    style: str


def _level(element: "Element", index: int) -> _Level:
    restart = value(element, f"{W}lvlRestart")
    return _Level(
        start=integer(value(element, f"{W}start"), 0),
        kind=value(element, f"{W}numFmt") or "decimal",
        pattern=(value(element, f"{W}lvlText") or "")[:_LONGEST_MARK],
        gap="" if value(element, f"{W}suff") == "nothing" else " ",
        restarts_below=integer(restart, index),
        is_legal=bool(is_on(element, f"{W}isLgl")),
        style=value(element, f"{W}pStyle") or "",
    )


def _levels(element: "Element") -> dict[int, _Level]:
    """Read the levels that stand right below a definition, by their index."""
    indices = ((integer(e.get(f"{W}ilvl"), -1), e) for e in element.iterchildren(f"{W}lvl"))
    return {index: _level(e, index) for index, e in indices if 0 <= index < LEVELS}


@dataclass(frozen=True, slots=True)
class _List:
    definition: int  # lists of one definition go on with each other's numbers
    levels: dict[int, _Level]
    starts: dict[int, int]  # of levels that this list begins anew


class Numbering:
    """The list definitions, and how far each list has been counted.

    Args:
        root: Of their part, ``numbering.xml``; None where there is none.
        styles: For definitions that lean on a list style.
    """

    def __init__(self, root: "Element | None", styles: Styles) -> None:
        self._lists: dict[int, _List] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._started: set[tuple[int, int]] = set()
        if root is not None:
            self._read(root, styles)

    def _read(self, root: "Element", styles: Styles) -> None:
        definitions = {
            integer(e.get(f"{W}abstractNumId"), -1): e for e in root.iter(f"{W}abstractNum")
        }
        lists = {integer(e.get(f"{W}numId"), 0): e for e in root.iterchildren(f"{W}num")}
        read: dict[int, dict[int, _Level]] = {}
        for list_id, element in lists.items():
            definition = integer(value(element, f"{W}abstractNumId"), -1)
            leans_on = value(definitions.get(definition), f"{W}numStyleLink")
            if leans_on is not None:
                real = lists.get(styles.list_of(leans_on))
                definition = integer(value(real, f"{W}abstractNumId"), definition)
            found = definitions.get(definition)
            if definition not in read:
                read[definition] = _levels(found) if found is not None else {}
            levels = dict(read[definition])
            starts = {}
            for override in element.iterchildren(f"{W}lvlOverride"):
                levels |= _levels(override)
                start = value(override, f"{W}startOverride")
                if start is not None:
                    starts[integer(override.get(f"{W}ilvl"), -1)] = integer(start, 1)
            self._lists[list_id] = _List(definition, levels, starts)

    def next_mark(self, numbered: Numbered) -> str | None:
        """Count one item on.

        Returns:
            Its mark as a reader sees it, with the gap behind it: ``1. ``, ``a) ``, ``2.1 ``;
            ``- `` for every kind of bullet. Empty for an item without a mark, None for a
            paragraph that is none.
        """
        known = self._lists.get(numbered.list_id)
        if known is None:
            return None
        index = numbered.level
        if numbered.style:
            of_style = (i for i, level in known.levels.items() if level.style == numbered.style)
            index = next(of_style, index)
        level = known.levels.get(index)
        if level is None:
            return None
        counts = self._counts.setdefault(known.definition, {})
        self._count(numbered.list_id, known, index, counts)
        if level.kind == "bullet":
            return "- "
        mark = _PLACEHOLDER.sub(
            lambda found: _number(known.levels, int(found[1]) - 1, counts, level.is_legal),
            level.pattern,
        ).strip()
        return mark + level.gap if mark else ""

    def _count(self, list_id: int, known: _List, index: int, counts: dict[int, int]) -> None:
        begins_anew = index in known.starts and (list_id, index) not in self._started
        if begins_anew or index not in counts:
            counts[index] = known.starts.get(index, known.levels[index].start)
        else:
            counts[index] += 1
        self._started.add((list_id, index))
        for deeper in [i for i in counts if i > index]:
            level = known.levels.get(deeper)
            if level is None or index < level.restarts_below:
                del counts[deeper]


def _number(levels: dict[int, _Level], index: int, counts: dict[int, int], is_legal: bool) -> str:
    level = levels.get(index)
    if level is None or level.kind in ("none", "bullet"):
        return ""
    number = counts.get(index, level.start)
    return str(number) if is_legal else format_number(number, level.kind)


def format_number(number: int, kind: str) -> str:
    """Write a number as lists of one kind do; kinds that are not known get digits."""
    if kind == "decimalZero":
        return f"{number:02}"
    written = str(number)
    if kind in ("lowerRoman", "upperRoman") and 0 < number <= _LARGEST_ROMAN:
        written = _roman(number)
    elif kind in ("lowerLetter", "upperLetter"):
        written = _letters(number, _ALPHABET)
    elif kind in ("russianLower", "russianUpper"):
        written = _letters(number, _CYRILLIC)
    return written.upper() if "pper" in kind else written


def _roman(number: int) -> str:
    written = []
    for size, sign in _ROMAN:
        count, number = divmod(number, size)
        written.append(sign * count)
    return "".join(written)


def _letters(number: int, alphabet: str) -> str:
    rounds, place = divmod(number - 1, len(alphabet))
    return alphabet[place] * (rounds + 1) if 0 <= rounds < _MOST_LETTERS else str(number)
