"""HTML: the main text of a page, with its headings, lists and tables."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.datatypes import Document, Heading
from embeddings.readers.charset import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_SKIPPED = frozenset(
    "script style noscript template svg math head nav aside form button select textarea iframe "
    "object canvas".split()
)
_OF_THE_PAGE = frozenset(["header", "footer"])  # of the page, when they stand outside an article
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article blockquote body caption dd details div dl dt fieldset figcaption figure "
    "footer header hr li main ol p pre section summary table tr ul".split()
) | set(_HEADINGS)
_CELLS = frozenset(["td", "th"])
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


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
        UnreadableDocument: See charset.decode.
    """
    from selectolax.lexbor import (
        LexborHTMLParser,
    )  # loaded when a page is read, not when a question is asked

    declared = _META_CHARSET.search(data[:4096])
    charset = declared[1].decode() if declared else None
    page = LexborHTMLParser(decode(data, name, declared=charset))
    writer = _TextWriter()
    root = _main_node(page)
    if root is not None:
        _walk(root, writer)
    text, headings = writer.finish()
    title = _title(page, text, headings) or Path(name).stem
    content_hash = hashlib.sha256(data if original is None else original).hexdigest()
    return Document(title, text, source, content_hash, headings)


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


def _walk(root: "LexborNode", writer: "_TextWriter") -> None:
    """Visit the nodes in their order, without recursion: a hostile page nests a million deep."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            writer.leave(tag)
        elif tag == "-text":
            writer.write(node.text_content or "")
        elif not _is_skipped(node, tag):
            writer.enter(tag)
            stack.append((node, True))
            children = list(node.iter(include_text=True))
            stack.extend((child, False) for child in reversed(children))


def _is_skipped(node: "LexborNode", tag: str) -> bool:
    if tag in _OF_THE_PAGE:
        parent = node.parent
        return parent is not None and parent.tag == "body"
    hidden = "hidden" in node.attributes or node.attributes.get("aria-hidden") == "true"
    return tag in _SKIPPED or tag.startswith(("-", "_", "!")) or hidden


class _TextWriter:
    """Gathers the text as a reader sees it: blocks apart, space collapsed, list items marked."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""  # white space owed before the next text
        self._lists: list[
            int | None
        ] = []  # the number of the last item; None for a list without numbers
        self._mark = ""
        self._verbatim = 0  # depth of <pre>
        self._headings: list[Heading] = []
        self._heading_start: int | None = None

    def enter(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break("\n" if tag in ("li", "tr", "dd") else "\n\n")
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._mark = self._next_mark()
        elif tag == "pre":
            self._verbatim += 1
        elif tag in _HEADINGS:
            self._heading_start = -1
        elif tag == "br":
            self._break("\n")
        elif tag in _CELLS and self._gap != "\n" and "\n\n" not in self._gap:
            self._gap = " | "

    def leave(self, tag: str) -> None:
        if tag in _HEADINGS and self._heading_start is not None:
            if self._heading_start >= 0:
                self._headings.append(Heading(self._heading_start, self._length, _HEADINGS[tag]))
            self._heading_start = None
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._verbatim -= 1
        if tag in _BLOCKS:
            self._break("\n" if tag in ("li", "tr", "dt") else "\n\n")

    def write(self, text: str) -> None:
        if self._verbatim:
            self._put(text.strip("\n"))
            return
        collapsed = _SPACE.sub(" ", text)
        if collapsed.startswith(" ") and not self._gap:
            self._gap = " "
        if words := collapsed.strip(" "):
            self._put(words)
            self._gap = " " if collapsed.endswith(" ") else ""

    def finish(self) -> tuple[str, tuple[Heading, ...]]:
        return "".join(self._parts), tuple(self._headings)

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

    def _next_mark(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "
