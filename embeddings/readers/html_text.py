"""The elements of a page, in their order, to text as a reader sees it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.datatypes import Heading, Page

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption "
    "figure footer form header hr li main ol p pre section summary table tr ul".split()
) | set(_HEADINGS)
_CELLS = frozenset(["td", "th"])
_SPACE = re.compile(r"\s+")
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")

LONGEST_HEADING = 300
"""Every passage repeats its headings and its title: what is longer was not meant as one."""

_INDENT = "  "  # before the items of a list within another, for each list around it
_DEEPEST_INDENT = 9  # deeper lists are no lists, and must not fill the memory with spaces


@dataclass(slots=True)
class _Numbers:
    """The numbers of an ``<ol>``."""

    upcoming: int
    step: int

    def next_mark(self, item: "LexborNode") -> str:
        number = _integer(item, "value", self.upcoming)
        self.upcoming = number + self.step
        return f"{number}. "


def _numbers(node: "LexborNode") -> _Numbers:
    if "reversed" not in node.attributes:
        return _Numbers(_integer(node, "start", 1), step=1)
    count = sum(child.tag == "li" for child in node.iter())
    return _Numbers(_integer(node, "start", count), step=-1)


def _integer(node: "LexborNode", attribute: str, default: int) -> int:
    """Read a number as browsers do: what stands behind the digits is ignored."""
    match = _INTEGER.match(node.attributes.get(attribute) or "")
    return int(match[1]) if match else default


class TextWriter:
    """Gathers the text as a reader sees it: blocks apart, space collapsed, list items marked.

    Attributes:
        headings: In the order of the text.
    """

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""  # white space owed before the next text
        self._lists: list[_Numbers | None] = []  # None for a list without numbers
        self._mark = ""
        self._verbatim = 0  # depth of <pre>
        self._verbatim_start = 0
        self._pages: list[Page] = []
        self._turned: list[int] = []  # pages that begin with the next text
        self._heading_start: int | None = None  # -1 until its first word
        self._heading_level = 0

    def enter(self, node: "LexborNode", tag: str) -> None:
        """Begin an element."""
        if tag in _BLOCKS:
            # A block behind a heading's words: the end tag was forgotten.
            if self._heading_start != -1:
                self._end_heading()
            self._break("\n" if self._is_near(tag) or tag == "dd" else "\n\n")
        if tag in ("ul", "ol"):
            self._lists.append(_numbers(node) if tag == "ol" else None)
        elif tag == "li":
            numbers = self._lists[-1] if self._lists else None
            mark = numbers.next_mark(node) if numbers else "- "
            self._mark = _INDENT * min(len(self._lists) - 1, _DEEPEST_INDENT) + mark
        elif tag == "pre":
            self._verbatim += 1
            self._verbatim_start = self._length
        elif tag in _HEADINGS:
            self._heading_start = -1
            self._heading_level = _HEADINGS[tag]
            self._mark = ""  # a mark in front of a heading would be a passage of its own
        elif tag == "br":
            self._break("\n")
        elif tag in _CELLS and self._gap != "\n" and "\n\n" not in self._gap:
            self._gap = " | "

    def leave(self, tag: str) -> None:
        """End an element."""
        if tag in _HEADINGS:
            self._end_heading()
        elif tag == "li":
            self._mark = ""  # of an empty item
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._verbatim -= 1
            self._gap = ""  # the line ends before </pre>
        if tag in _BLOCKS:
            self._break("\n" if self._is_near(tag) or tag in ("dt", "dd") else "\n\n")

    def write(self, text: str) -> None:
        """Write the text of the element that was begun last."""
        if self._verbatim:
            self._write_verbatim(text)
            return
        collapsed = _SPACE.sub(" ", text)
        if collapsed.startswith(" ") and not self._gap:
            self._gap = " "
        if words := collapsed.strip(" "):
            self._put(words)
            self._gap = " " if collapsed.endswith(" ") else ""

    def turn_page(self, number: int) -> None:
        """Begin a page with the text that comes next."""
        self._turned.append(number)

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)

    def pages(self) -> tuple[Page, ...]:
        """Get all pages, also those behind which there is no text."""
        return (*self._pages, *(Page(number, self._length) for number in self._turned))

    def _is_near(self, tag: str) -> bool:
        """Whether an element is on the next line: rows, items, and a list within another."""
        return tag in ("li", "tr") or (tag in ("ul", "ol") and bool(self._lists))

    def _write_verbatim(self, text: str) -> None:
        """Write text of a ``<pre>``, but the line ends at its start and its end."""
        if self._length == self._verbatim_start:
            text = text.lstrip("\n")
            if not text:
                return
        words = text.rstrip("\n")
        self._put(words)
        self._gap += text[len(words) :]

    def _end_heading(self) -> None:
        start, self._heading_start = self._heading_start, None
        if start is None or start < 0:
            return
        if self._length - start <= LONGEST_HEADING:
            self.headings.append(Heading(start, self._length, self._heading_level))

    def _put(self, text: str) -> None:
        if not text:
            return
        before = (self._gap if self._length else "") + self._mark
        self._gap = self._mark = ""
        if self._heading_start == -1:
            self._heading_start = self._length + len(before)
        self._pages += [Page(number, self._length + len(before)) for number in self._turned]
        self._turned.clear()
        self._parts += [before, text]
        self._length += len(before) + len(text)

    def _break(self, gap: str) -> None:
        """Owe a line end or an empty line; the greater of two debts counts."""
        if len(gap) > self._gap.count("\n"):
            self._gap = gap
