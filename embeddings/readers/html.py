"""HTML: the main text of a page, with its headings, lists and tables."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.datatypes import Document, Heading
from embeddings.errors import UnreadableDocument
from embeddings.readers.charset import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NO_TEXT = frozenset(
    "script style noscript template svg math head button select textarea iframe object "
    "canvas".split()
)
_ASIDE = frozenset(["nav", "aside"])  # of a page on the web
_OF_THE_PAGE = frozenset(["header", "footer"])  # of the page, when they stand outside an article
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption "
    "figure footer form header hr li main ol p pre section summary table tr ul".split()
) | set(_HEADINGS)
_CELLS = frozenset(["td", "th"])
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")

_LONGEST_HEADING = 300
"""Every passage repeats its headings and its title: what is longer was not meant as one."""

_DEEPEST = 25_000
"""Elements open at once. The parser's time grows with the square: these take a second."""

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
# No end tag is needed, so many open ones may lie side by side.
_SELF_CLOSING = frozenset(
    "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead "
    "tbody tfoot colgroup option optgroup rp rt".split()
)


def read_html(data: bytes, name: str, source: str, *, original: bytes | None = None) -> Document:
    """Read the main text of a page: ``<main>`` or the only ``<article>``, else all of the body.

    The title is the first ``<h1>``, else ``<title>``, else the file's name without its ending.

    Args:
        data: The page.
        name: The file's name.
        source: Where it came from.
        original: The bytes that identify the document, where the page was made from another
            format.

    Raises:
        UnreadableDocument: If it is nested without end; see also charset.decode.
    """
    from selectolax.lexbor import (
        LexborHTMLParser,
    )  # loaded when a page is read, not when a question is asked

    declared = _META_CHARSET.search(data[:4096])
    charset = declared[1].decode() if declared else None
    markup = decode(data, name, declared=charset)
    _refuse_endless_nesting(markup, name)
    page = LexborHTMLParser(markup)
    writer = _TextWriter()
    root = _main_node(page)
    if root is not None:
        _walk(root, writer, _is_skipped)
    text, headings = writer.finish()
    title = _title(page, text, headings)[:_LONGEST_HEADING] or Path(name).stem
    content_hash = hashlib.sha256(data if original is None else original).hexdigest()
    return Document(title, text, source, content_hash, headings)


def read_body(
    markup: str, name: str, is_skipped: "Callable[[LexborNode, str], bool]"
) -> tuple[str, tuple[Heading, ...]]:
    """Read all of a page's body: what a chapter of a book is.

    Args:
        markup: The page.
        name: Of the file, for the error.
        is_skipped: Whether a node (with its tag's name) is left out, with all that is in it.

    Returns:
        The text as read_html writes it, and its headings.

    Raises:
        UnreadableDocument: If it is nested without end.
    """
    from selectolax.lexbor import LexborHTMLParser  # as in read_html

    _refuse_endless_nesting(markup, name)
    writer = _TextWriter()
    body = LexborHTMLParser(markup).body
    if body is not None:
        _walk(body, writer, is_skipped)
    return writer.finish()


def is_no_text(node: "LexborNode", tag: str) -> bool:
    """Whether a node holds nothing that a reader sees as text: scripts, pictures, hidden parts."""
    hidden = "hidden" in node.attributes or node.attributes.get("aria-hidden") == "true"
    return tag in _NO_TEXT or tag.startswith(("-", "_", "!")) or hidden


def _refuse_endless_nesting(markup: str, name: str) -> None:
    still_open: Counter[str] = Counter()  # by name, for a wrong end tag closes nothing
    depth = 0
    for match in _TAG.finditer(markup):
        tag = match[2].lower()
        if tag in _SELF_CLOSING or (match[1] and not still_open[tag]):
            continue
        step = -1 if match[1] else 1
        still_open[tag] += step
        depth += step
        if depth > _DEEPEST:
            raise UnreadableDocument(f"{name}: this page is nested too deep to be read")


def _main_node(page: "LexborHTMLParser") -> "LexborNode | None":
    main = page.css_first("main")
    if main is not None and main.text(strip=True):
        return main
    articles = page.css("article")
    return articles[0] if len(articles) == 1 and articles[0].text(strip=True) else page.body


def _title(page: "LexborHTMLParser", text: str, headings: tuple[Heading, ...]) -> str:
    for heading in headings:
        if heading.level == 1:
            return text[heading.start : heading.end]
    node = page.css_first("title")
    return _SPACE.sub(" ", node.text()).strip() if node is not None else ""


def _walk(
    root: "LexborNode",
    writer: "_TextWriter",
    is_skipped: "Callable[[LexborNode, str], bool]",
) -> None:
    """Visit the nodes in their order, without recursion: a page may nest _DEEPEST deep."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            writer.leave(tag)
        elif tag == "-text":
            writer.write(node.text_content or "")
        elif not is_skipped(node, tag):
            writer.enter(node, tag)
            stack.append((node, True))
            children = list(node.iter(include_text=True))
            stack.extend((child, False) for child in reversed(children))


def _is_skipped(node: "LexborNode", tag: str) -> bool:
    if tag in _OF_THE_PAGE:
        parent = node.parent
        return parent is not None and parent.tag == "body"
    return tag in _ASIDE or is_no_text(node, tag)


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


class _TextWriter:
    """Gathers the text as a reader sees it: blocks apart, space collapsed, list items marked."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""  # white space owed before the next text
        self._lists: list[_Numbers | None] = []  # None for a list without numbers
        self._mark = ""
        self._verbatim = 0  # depth of <pre>
        self._verbatim_start = 0
        self._headings: list[Heading] = []
        self._heading_start: int | None = None  # -1 until its first word
        self._heading_level = 0

    def enter(self, node: "LexborNode", tag: str) -> None:
        if tag in _BLOCKS:
            # A block behind a heading's words: the end tag was forgotten.
            if self._heading_start != -1:
                self._end_heading()
            self._break("\n" if tag in ("li", "tr", "dd") else "\n\n")
        if tag in ("ul", "ol"):
            self._lists.append(_numbers(node) if tag == "ol" else None)
        elif tag == "li":
            numbers = self._lists[-1] if self._lists else None
            self._mark = numbers.next_mark(node) if numbers else "- "
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
            self._break("\n" if tag in ("li", "tr", "dt") else "\n\n")

    def write(self, text: str) -> None:
        if self._verbatim:
            self._write_verbatim(text)
            return
        collapsed = _SPACE.sub(" ", text)
        if collapsed.startswith(" ") and not self._gap:
            self._gap = " "
        if words := collapsed.strip(" "):
            self._put(words)
            self._gap = " " if collapsed.endswith(" ") else ""

    def finish(self) -> tuple[str, tuple[Heading, ...]]:
        return "".join(self._parts), tuple(self._headings)

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
        if self._length - start <= _LONGEST_HEADING:
            self._headings.append(Heading(start, self._length, self._heading_level))

    def _put(self, text: str) -> None:
        if not text:
            return
        before = (self._gap if self._length else "") + self._mark
        self._gap = self._mark = ""
        if self._heading_start == -1:
            self._heading_start = self._length + len(before)
        self._parts += [before, text]
        self._length += len(before) + len(text)

    def _break(self, gap: str) -> None:
        """Owe a line end or an empty line; the greater of two debts counts."""
        if len(gap) > self._gap.count("\n"):
            self._gap = gap
