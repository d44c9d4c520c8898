"""What Word's style sheet says of a paragraph."""

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
_INNER_LIST = re.compile(r"list (?:bullet|number) ([2-5])")
_CONTENTS = re.compile(r"toc(?: \d| heading)|table of (?:figures|authorities)")

_LONGEST_CHAIN = 50  # styles based on one another; Word allows eleven

LEVELS = 9
"""Of headings and of lists; Word knows no more."""


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
        is_bold: Whether it is bold.
        list_depth: How many lists are around that of its items, where its name tells: ``List
            Bullet 2`` stands in one.
    """

    level: int | None
    is_title: bool
    is_contents: bool
    numbered: Numbered | None
    is_hidden: bool
    is_bold: bool
    list_depth: int


_PLAIN = Look(
    level=None,
    is_title=False,
    is_contents=False,
    numbered=None,
    is_hidden=False,
    is_bold=False,
    list_depth=0,
)


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
    level = integer(written, LEVELS)
    return level + 1 if 0 <= level < LEVELS else 0


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
        level = numbered = is_hidden = is_bold = depth = None
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
            if is_bold is None:
                is_bold = is_on(style, f"{W}rPr/{W}b")
            if depth is None and (inner := _INNER_LIST.fullmatch(shown)):
                depth = int(inner[1]) - 1
        return Look(
            level=1 if is_title else level or None,
            is_title=is_title,
            is_contents=is_contents,
            numbered=numbered,
            is_hidden=bool(is_hidden),
            is_bold=bool(is_bold),
            list_depth=depth or 0,
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
