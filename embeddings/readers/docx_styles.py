"""What Word's style sheet and its list definitions say of a paragraph: its rank and its mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""Namespace of Word's elements and attributes."""

_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
# Word writes the names of its own styles in English, whatever its language; other programs write
# what they show.
_HEADING = re.compile(
    r"(?:heading|başlık|überschrift|titre|título|titolo|заголовок|عنوان|kop|nagłówek) ?([1-9])"
)
_TITLES = frozenset(["title", "konu başlığı", "titel"])
_CONTENTS = re.compile(r"toc(?: \d| heading)|table of (?:figures|authorities)")

_LONGEST_CHAIN = 50  # styles based on one another; Word allows eleven

_LEVELS = 9
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


class Numbered(NamedTuple):
    """Which list a paragraph is an item of.

    Attributes:
        list_id: The number of the list's definition; 0 for none.
        level: 0 for the outermost.
        style: The style that says so: the definition names its level. Empty where the paragraph
            says so itself.
    """

    list_id: int
    level: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a style makes of its paragraphs.

    Attributes:
        level: Of a heading, from 1; None for text.
        is_title: Whether it is the document's title.
        is_contents: Whether it repeats what stands elsewhere: a table of contents.
        numbered: The list that all paragraphs of the style belong to.
        is_hidden: Whether the text is not shown.
    """

    level: int | None
    is_title: bool
    is_contents: bool
    numbered: Numbered | None
    is_hidden: bool


_PLAIN = Look(None, is_title=False, is_contents=False, numbered=None, is_hidden=False)


def value(element: "Element | None", path: str) -> str | None:
    """Get the ``w:val`` of a descendant; empty where it has none, None where it is missing."""
    found = element.find(path) if element is not None else None
    return None if found is None else str(found.get(f"{W}val", ""))


def integer(text: str | None, default: int) -> int:
    """Read a number of at most nine digits; anything else is the default."""
    match = _INTEGER.match(text or "")
    return int(match[1]) if match else default


def is_on(element: "Element", path: str) -> bool | None:
    """Whether a switch is on; None where it is missing."""
    found = value(element, path)
    return None if found is None else found not in ("0", "false", "off")


def outline_level(properties: "Element | None") -> int | None:
    """Get the level of a heading, from 1; 0 for text that is none; None where nothing is said."""
    written = value(properties, f"{W}outlineLvl")
    if written is None:
        return None
    level = integer(written, _LEVELS)
    return level + 1 if 0 <= level < _LEVELS else 0


class Styles:
    """The style sheet.

    Args:
        root: Of its part, ``styles.xml``; None where there is none.
    """

    def __init__(self, root: "Element | None") -> None:
        self._styles: dict[str, Element] = {}
        self._looks: dict[str, Look] = {}
        self._default = ""
        for style in root.iter(f"{W}style") if root is not None else ():
            identity = str(style.get(f"{W}styleId", ""))
            self._styles.setdefault(identity, style)
            is_default = style.get(f"{W}default") in ("1", "true", "on")
            if is_default and style.get(f"{W}type") == "paragraph":
                self._default = identity

    def look(self, identity: str | None) -> Look:
        """Tell what a style means; an unknown one, or none, is the default style."""
        if identity is None or identity not in self._styles:
            identity = self._default
        if identity not in self._styles:
            return _PLAIN
        if identity not in self._looks:
            self._looks[identity] = self._read(identity)
        return self._looks[identity]

    def list_of(self, identity: str) -> int:
        """Get the number of the list that a list style stands for; 0 for none."""
        return integer(value(self._styles.get(identity), f"{W}pPr/{W}numPr/{W}numId"), 0)

    def _read(self, identity: str) -> Look:
        level = numbered = is_hidden = None
        is_title = is_contents = False
        for name, style in self._chain(identity):
            shown = (value(style, f"{W}name") or "").lower()
            is_title = is_title or shown in _TITLES
            is_contents = is_contents or bool(_CONTENTS.fullmatch(shown))
            if level is None:
                heading = _HEADING.fullmatch(shown)
                level = int(heading[1]) if heading else outline_level(style.find(f"{W}pPr"))
            if numbered is None:
                numbered = _numbered(style, name)
            if is_hidden is None:
                is_hidden = is_on(style, f"{W}rPr/{W}vanish")
        return Look(
            1 if is_title else level or None, is_title, is_contents, numbered, bool(is_hidden)
        )

    def _chain(self, identity: str | None) -> "Iterator[tuple[str, Element]]":
        """Yield a style, then those that it is based on."""
        seen: set[str] = set()
        while identity is not None and identity in self._styles and identity not in seen:
            if len(seen) == _LONGEST_CHAIN:
                return
            seen.add(identity)
            yield identity, self._styles[identity]
            identity = value(self._styles[identity], f"{W}basedOn")


def _numbered(style: "Element", identity: str) -> Numbered | None:
    list_id = value(style, f"{W}pPr/{W}numPr/{W}numId")
    if list_id is None:
        return None
    level = integer(value(style, f"{W}pPr/{W}numPr/{W}ilvl"), 0)
    return Numbered(integer(list_id, 0), level, identity)


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
    return {index: _level(e, index) for index, e in indices if 0 <= index < _LEVELS}


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
