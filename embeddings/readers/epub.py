"""EPUB: the chapters of a book in the order in which they are read."""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.datatypes import Document, Heading, Page
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.archives import open_archive
from embeddings.readers.epub_package import Entry, damaged, decode_markup, kinds_of, read_package
from embeddings.readers.html import is_no_text, is_note_mark, read_body

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_MARKUP_BYTES = 64 << 20
"""All chapters unpacked: thirty long novels."""

_DEEPEST_HEADING = 6
_LONGEST_TITLE = 300

_CONTENTS_PARTS = frozenset(["toc", "landmarks", "page-list", "loi", "lot", "cover"])
_NOTE_PARTS = frozenset("footnote footnotes endnote rearnote doc-footnote doc-endnote".split())
_PAGE_MARKS = frozenset(["pagebreak", "doc-pagebreak"])
_NOTE_MARKS = frozenset(["noteref", "doc-noteref", "backlink", "doc-backlink"])
_PAGE_NUMBER = re.compile(r"[^\d,.]*(\d{1,5})\W*")  # "7", "Page 7", of an anchor "page_007"
_NOT_LETTERS = re.compile(r"[\W_]+")
_LINE = re.compile(r"\S[^\n]*")
_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\n))*")


def read_epub(data: bytes, name: str, source: str) -> Document:
    """Read the text of a book that is no picture: chapters in their order, notes once.

    Chapters have the headings of their own; their levels are those of the book's table of
    contents, from which also comes the heading of a chapter without one. Covers and tables of
    contents are left out, and the marks of notes. Pages are those of the printed book, where the
    file marks them and their numbers grow. The title is the book's own, else its first heading,
    else the file's name without its ending.

    Raises:
        UnreadableDocument: With the reason "encrypted" (also for a book with copy protection),
            "too_large", "damaged", or those of open_archive.
        EmptyDocument: If no chapter has text.
    """
    archive = open_archive(data, name)
    package = read_package(archive, name)
    parts: list[str] = []
    headings: list[Heading] = []
    pages: list[Page] = []
    length = size = found = 0
    notes: set[str] = set()
    levels = _Levels(package.contents)
    for item in package.spine:
        if item.path not in archive.names:
            continue
        markup = archive.read(item.path)
        found += 1
        size += len(markup)
        if size > MAX_MARKUP_BYTES:
            raise UnreadableDocument(
                f"{name}: this book is too large: more than {MAX_MARKUP_BYTES >> 20} MB of text."
                " Split it",
                "too_large",
            )
        body, own, turned = read_body(
            decode_markup(markup, name), name, _Skipped(notes), _page_number
        )
        text, own = levels.fit(item.path, body, own)
        gap = "\n\n" if length and text else ""
        start = length + len(gap)
        parts += [gap, text]
        length = start + len(text)
        headings += [Heading(start + h.start, start + h.end, h.level) for h in own]
        shift = length - len(body) if text else start  # a heading may have been put before it
        pages += [Page(p.number, shift + p.start) for p in turned]
    if not found:
        raise damaged(name, "its chapters are missing")
    whole = "".join(parts)
    if not any(character.isalnum() for character in whole):
        raise EmptyDocument(f"{name}: there is no text in this book: it may be all pictures")
    first = whole[headings[0].start : headings[0].end] if headings else ""
    return Document(
        (package.title or first)[:_LONGEST_TITLE] or Path(name).stem,
        whole,
        source,
        hashlib.sha256(data).hexdigest(),
        tuple(headings),
        tuple(pages) if all(a.number < b.number for a, b in pairwise(pages)) else (),
    )


def _page_number(node: "LexborNode") -> int | None:
    """Get the number of the printed page that begins here; None where none does."""
    if not kinds_of(node) & _PAGE_MARKS:
        return None
    attributes = node.attributes
    labels = [attributes.get(key) for key in ("title", "aria-label")]
    for label in (*labels, node.text(), attributes.get("id")):
        if found := _PAGE_NUMBER.fullmatch((label or "").strip()):
            return int(found[1])
    return None


class _Skipped:
    """Tells which parts of a chapter are no text of it; a note that came before is none again.

    Args:
        notes: Those of the book so far, without spaces; new ones are added.
    """

    def __init__(self, notes: set[str]) -> None:
        self._notes = notes

    def __call__(self, node: "LexborNode", tag: str) -> bool:
        if is_no_text(node, tag) or tag == "nav":
            return True
        kinds = kinds_of(node)
        if kinds & (_NOTE_MARKS | _PAGE_MARKS | _CONTENTS_PARTS) or is_note_mark(node, tag):
            return True
        return bool(kinds & _NOTE_PARTS) and self._is_known(node)

    def _is_known(self, node: "LexborNode") -> bool:
        note = "".join((node.text() or "").split())
        if note in self._notes:
            return True
        self._notes.add(note)
        return False


class _Levels:
    """Gives headings the levels that they have in the table of contents.

    Args:
        contents: The table of contents.
    """

    def __init__(self, contents: list[Entry]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        for entry in contents:
            if entry.title and entry.path:
                self._entries.setdefault(entry.path, []).append(entry)
        self._shift = 0

    def fit(
        self, path: str, text: str, headings: tuple[Heading, ...]
    ) -> tuple[str, tuple[Heading, ...]]:
        """Fit the headings of a chapter into the book.

        A file that the contents do not name goes on with the chapter of the file before it.
        """
        entries = self._entries.get(path, [])
        if not text.strip():
            return "", ()
        depths = {_letters(entry.title): entry.depth for entry in reversed(entries)}
        found = [*headings, *_unmarked(text, headings, depths)] if depths else list(headings)
        found.sort(key=lambda heading: heading.start)
        if entries and not found:
            title = entries[0].title[:_LONGEST_TITLE]
            text = f"{title}\n\n{text}"
            found = [Heading(0, len(title), level=1)]
        if entries and found:
            self._shift = entries[0].depth - min(heading.level for heading in found)
        fitted: list[Heading] = []
        for heading in found:
            depth = depths.get(_letters(text[heading.start : heading.end]))
            if depth is not None:
                self._shift = depth - heading.level
            level = min(max(heading.level + self._shift, 1), _DEEPEST_HEADING)
            fitted.append(Heading(heading.start, heading.end, level))
        return text, tuple(fitted)


def _unmarked(
    text: str, headings: tuple[Heading, ...], depths: dict[str, int]
) -> Iterator[Heading]:
    """Yield lines that the contents name and the markup does not: paragraphs that look large."""
    wanted = set(depths) - {_letters(text[h.start : h.end]) for h in headings}
    level = min((heading.level for heading in headings), default=1)
    for part in (part for kind in (_LINE, _PARAGRAPH) for part in kind.finditer(text)):
        if not wanted:
            return
        letters = _letters(part[0]) if len(part[0]) <= _LONGEST_TITLE else ""
        if letters in wanted:
            wanted.remove(letters)
            yield Heading(part.start(), part.start() + len(part[0].rstrip()), level)


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())
