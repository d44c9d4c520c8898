"""EPUB: the chapters of a book in the order in which they are read."""

import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from embeddings.datatypes import Document, Heading
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.archives import SafeArchive, open_archive
from embeddings.readers.charset import decode
from embeddings.readers.html import is_no_text, read_body

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_MARKUP_BYTES = 64 << 20
"""All chapters unpacked: thirty long novels."""

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTER_TYPES = ("xhtml", "html", "dtbook")
_DEEPEST_HEADING = 6
_LONGEST_TITLE = 300

_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]+)")
# The inner part declares entities, which are never expanded here.
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)[^<>]{0,2000}>", re.IGNORECASE)
# A parser of HTML does not know that these end at once: <title/> would swallow the chapter.
_EMPTY_TAG = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/>")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())

_CONTENTS_PARTS = frozenset(["toc", "landmarks", "page-list", "loi", "lot", "cover"])
_NOTE_PARTS = frozenset("footnote footnotes endnote rearnote doc-footnote doc-endnote".split())
_NOTE_MARKS = frozenset(["noteref", "doc-noteref", "pagebreak", "doc-pagebreak", "backlink"])
_NOTE_NUMBER = re.compile(r"\s*[\[(]?(?:\d{1,4}|[*†‡]{1,3})[\])]?\s*\Z")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LINE = re.compile(r"\S[^\n]*")


class _Item(NamedTuple):
    """A file of the book, as its package lists it."""

    path: str
    media_type: str
    properties: frozenset[str]


class _Entry(NamedTuple):
    """A line of the book's table of contents."""

    path: str
    title: str
    depth: int


@dataclass(frozen=True, slots=True)
class _Package:
    """What the package document says.

    Attributes:
        title: Empty where there is none.
        spine: Chapters in the order of reading, each once.
        contents: The table of contents.
    """

    title: str
    spine: list[_Item]
    contents: list[_Entry]


def read_epub(data: bytes, name: str, source: str) -> Document:
    """Read the text of a book that is no picture: chapters in their order, notes once.

    Chapters have the headings of their own; their levels are those of the book's table of
    contents, from which also comes the heading of a chapter without one. Covers and tables of
    contents are left out, and the marks of notes. The title is the book's own, else its first
    heading, else the file's name without its ending.

    Raises:
        UnreadableDocument: With the reason "encrypted" (also for a book with copy protection),
            "too_large", "damaged", or those of open_archive.
        EmptyDocument: If no chapter has text.
    """
    archive = open_archive(data, name)
    package = _read_package(archive, name)
    parts: list[str] = []
    headings: list[Heading] = []
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
        text, own = levels.fit(
            item.path, *read_body(_decoded(markup, name), name, _Skipped(notes))
        )
        if not text.strip():
            continue
        gap = "\n\n" if length else ""
        start = length + len(gap)
        parts += [gap, text]
        length = start + len(text)
        headings += [Heading(start + h.start, start + h.end, h.level) for h in own]
    if not found:
        raise _damaged(name, "its chapters are missing")
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
    )


def _damaged(name: str, what: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name}: the file is damaged: {what}. Get it anew")


def _decoded(data: bytes, name: str) -> str:
    """Decode markup, so that a parser of HTML reads it as one of XML would."""
    declared = _XML_CHARSET.search(data[:1000])
    try:
        text = decode(data, name, declared=declared[1].decode() if declared else None)
    except UnreadableDocument as error:
        raise _damaged(name, "a chapter of it is no text") from error
    text = _DECLARATION.sub("", _DOCTYPE.sub("", text, count=1))
    return _EMPTY_TAG.sub(
        lambda tag: tag[0] if tag[1].lower() in _VOID else f"<{tag[1]}{tag[2]}></{tag[1]}>", text
    )


# ---- the package


def _read_package(archive: SafeArchive, name: str) -> _Package:
    path = _package_path(archive, name)
    nodes = _nodes(archive, path, name)
    items: dict[str, _Item] = {}
    order: list[tuple[str, str]] = []
    title = toc = ""
    skipped: set[str] = set()
    for tag, node in nodes:
        attributes = node.attributes
        if tag == "title" and not title:
            title = " ".join((node.text() or "").split())
        elif tag == "item":
            properties = frozenset((attributes.get("properties") or "").split())
            where = _resolved(path, attributes.get("href") or "")
            items[attributes.get("id") or ""] = _Item(
                where, attributes.get("media-type") or "", properties
            )
        elif tag == "spine":
            toc = attributes.get("toc") or ""
        elif tag == "itemref":
            order.append((attributes.get("idref") or "", attributes.get("linear") or ""))
        elif tag == "reference" and attributes.get("type") in ("cover", "toc"):
            skipped.add(_resolved(path, attributes.get("href") or ""))
    spine = {items[i].path: items[i] for i, _ in order if i in items and _is_chapter(items[i])}
    # A guide that names every chapter as contents or cover is wrong.
    kept = [item for item in spine.values() if item.path not in skipped] or list(spine.values())
    _refuse_protected(archive, kept, name)
    return _Package(title, kept, list(_read_contents(archive, items, toc, name)))


def _package_path(archive: SafeArchive, name: str) -> str:
    if _CONTAINER in archive.names:
        for tag, node in _nodes(archive, _CONTAINER, name):
            path = unquote(node.attributes.get("full-path") or "")
            if tag == "rootfile" and path in archive.names:
                return path
    path = next((entry for entry in archive.names if entry.lower().endswith(".opf")), "")
    if not path:
        raise _damaged(name, "it has no list of its chapters")
    return path


def _nodes(archive: SafeArchive, path: str, name: str) -> "list[tuple[str, LexborNode]]":
    """All elements of an XML file, each with its name without the prefix, in small letters."""
    from selectolax.lexbor import LexborHTMLParser  # as in read_html

    parser = LexborHTMLParser(_decoded(archive.read(path), name))
    nodes = parser.root.traverse() if parser.root else ()
    return [((node.tag or "").rpartition(":")[2], node) for node in nodes]


def _resolved(base: str, link: str) -> str:
    path = unquote(link.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else ""


def _is_chapter(item: _Item) -> bool:
    kind = item.media_type.lower() or item.path.rpartition(".")[2].lower()
    return any(word in kind for word in _CHAPTER_TYPES) and "nav" not in item.properties


def _refuse_protected(archive: SafeArchive, spine: list[_Item], name: str) -> None:
    """Refuse a book whose chapters are encrypted; fonts are in many books, which is no harm."""
    if _ENCRYPTION not in archive.names:
        return
    locked = {
        unquote(node.attributes.get("uri") or "").lstrip("/")
        for tag, node in _nodes(archive, _ENCRYPTION, name)
        if tag == "cipherreference"
    }
    if any(item.path in locked for item in spine):
        raise UnreadableDocument(
            f"{name}: this book is locked by copy protection. Add a copy without it",
            "encrypted",
        )


def _read_contents(
    archive: SafeArchive, items: dict[str, _Item], toc: str, name: str
) -> Iterator[_Entry]:
    """Yield the lines of the table of contents: of EPUB 3, or else of EPUB 2."""
    for item in items.values():
        if "nav" in item.properties and item.path in archive.names:
            yield from _navigation(archive, item.path, name)
            return
    ncx = items.get(toc) or next((i for i in items.values() if "ncx" in i.media_type), None)
    if ncx and ncx.path in archive.names:
        yield from _navigation_of_epub2(archive, ncx.path, name)


def _navigation(archive: SafeArchive, path: str, name: str) -> Iterator[_Entry]:
    for tag, node in _nodes(archive, path, name):
        if tag != "a":
            continue
        above = list(_ancestors(node))
        if any(a.tag == "nav" and "toc" in _kinds(a) for a in above):
            depth = sum(a.tag == "ol" for a in above)
            title = " ".join((node.text() or "").split())
            yield _Entry(_resolved(path, node.attributes.get("href") or ""), title, depth)


def _navigation_of_epub2(archive: SafeArchive, path: str, name: str) -> Iterator[_Entry]:
    title = ""
    for tag, node in _nodes(archive, path, name):
        if tag == "navpoint":
            title = ""
        elif tag == "text":
            title = " ".join((node.text() or "").split())
        elif tag == "content" and title:
            depth = sum((a.tag or "").endswith("navpoint") for a in _ancestors(node))
            if depth:
                yield _Entry(_resolved(path, node.attributes.get("src") or ""), title, depth)


def _ancestors(node: "LexborNode") -> "Iterator[LexborNode]":
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


# ---- chapters


def _kinds(node: "LexborNode") -> set[str]:
    attributes = node.attributes
    return set(f"{attributes.get('epub:type') or ''} {attributes.get('role') or ''}".split())


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
        kinds = _kinds(node)
        if kinds & (_NOTE_MARKS | _CONTENTS_PARTS) or _is_note_mark(node, tag):
            return True
        return bool(kinds & _NOTE_PARTS) and self._is_known(node)

    def _is_known(self, node: "LexborNode") -> bool:
        note = "".join((node.text() or "").split())
        if note in self._notes:
            return True
        self._notes.add(note)
        return False


def _is_note_mark(node: "LexborNode", tag: str) -> bool:
    """Whether a raised number is a link to a note: it would stick to the word before it."""
    if tag not in ("sup", "a") or not _NOTE_NUMBER.match(node.text() or "0 "):
        return False
    inner = [child.tag for child in node.iter()]
    is_link = "#" in (node.attributes.get("href") or "")
    return "a" in inner if tag == "sup" else is_link and "sup" in inner


class _Levels:
    """Gives headings the levels that they have in the table of contents.

    Args:
        contents: The table of contents.
    """

    def __init__(self, contents: list[_Entry]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        for entry in contents:
            if entry.title and entry.path:
                self._entries.setdefault(entry.path, []).append(entry)
        self._shift = 0

    def fit(
        self, path: str, text: str, headings: tuple[Heading, ...]
    ) -> tuple[str, list[Heading]]:
        """Fit the headings of a chapter into the book.

        A file that the contents do not name goes on with the chapter of the file before it.
        """
        entries = self._entries.get(path, [])
        if not text.strip():
            return "", []
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
        return text, fitted


def _unmarked(
    text: str, headings: tuple[Heading, ...], depths: dict[str, int]
) -> Iterator[Heading]:
    """Yield lines that the contents name and the markup does not: paragraphs that look large."""
    wanted = set(depths) - {_letters(text[h.start : h.end]) for h in headings}
    for line in _LINE.finditer(text) if wanted else ():
        letters = _letters(line[0]) if len(line[0]) <= _LONGEST_TITLE else ""
        if letters in wanted:
            wanted.remove(letters)
            level = min((heading.level for heading in headings), default=1)
            yield Heading(line.start(), line.start() + len(line[0].rstrip()), level)


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())
