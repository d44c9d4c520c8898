"""What the package document of an EPUB says: its chapters, and its table of contents."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from embeddings.errors import UnreadableDocument
from embeddings.readers.archives import SafeArchive
from embeddings.readers.charset import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTER_TYPES = ("xhtml", "html", "dtbook")

_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]+)")
# The inner part declares entities, which are never expanded here.
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)[^<>]{0,2000}>", re.IGNORECASE)
# A parser of HTML does not know that these end at once: <title/> would swallow the chapter.
_EMPTY_TAG = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/>")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


class Item(NamedTuple):
    """A file of the book, as its package lists it."""

    path: str
    media_type: str
    properties: frozenset[str]


class Entry(NamedTuple):
    """A line of the book's table of contents."""

    path: str
    title: str
    depth: int


@dataclass(frozen=True, slots=True)
class Package:
    """What the package document says.

    Attributes:
        title: Empty where there is none.
        spine: Chapters in the order of reading, each once.
        contents: The table of contents.
    """

    title: str
    spine: list[Item]
    contents: list[Entry]


def read_package(archive: SafeArchive, name: str) -> Package:
    """Read the package document of a book, and its table of contents.

    Raises:
        UnreadableDocument: "damaged" where there is none, "encrypted" for a book with copy
            protection; see also SafeArchive.read.
    """
    path = _package_path(archive, name)
    nodes = _nodes(archive, path, name)
    items: dict[str, Item] = {}
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
            items[attributes.get("id") or ""] = Item(
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
    return Package(title, kept, list(_read_contents(archive, items, toc, name)))


def _package_path(archive: SafeArchive, name: str) -> str:
    if _CONTAINER in archive.names:
        for tag, node in _nodes(archive, _CONTAINER, name):
            path = unquote(node.attributes.get("full-path") or "")
            if tag == "rootfile" and path in archive.names:
                return path
    path = next((entry for entry in archive.names if entry.lower().endswith(".opf")), "")
    if not path:
        raise damaged(name, "it has no list of its chapters")
    return path


def _nodes(archive: SafeArchive, path: str, name: str) -> "list[tuple[str, LexborNode]]":
    """All elements of an XML file, each with its name without the prefix, in small letters."""
    from selectolax.lexbor import LexborHTMLParser  # as in read_html

    parser = LexborHTMLParser(decode_markup(archive.read(path), name))
    nodes = parser.root.traverse() if parser.root else ()
    return [((node.tag or "").rpartition(":")[2], node) for node in nodes]


def _resolved(base: str, link: str) -> str:
    path = unquote(link.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else ""


def _is_chapter(item: Item) -> bool:
    kind = item.media_type.lower() or item.path.rpartition(".")[2].lower()
    return any(word in kind for word in _CHAPTER_TYPES) and "nav" not in item.properties


def _refuse_protected(archive: SafeArchive, spine: list[Item], name: str) -> None:
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
    archive: SafeArchive, items: dict[str, Item], toc: str, name: str
) -> Iterator[Entry]:
    """Yield the lines of the table of contents: of EPUB 3, or else of EPUB 2."""
    for item in items.values():
        if "nav" in item.properties and item.path in archive.names:
            yield from _navigation(archive, item.path, name)
            return
    ncx = items.get(toc) or next((i for i in items.values() if "ncx" in i.media_type), None)
    if ncx and ncx.path in archive.names:
        yield from _navigation_of_epub2(archive, ncx.path, name)


def _navigation(archive: SafeArchive, path: str, name: str) -> Iterator[Entry]:
    for tag, node in _nodes(archive, path, name):
        if tag != "a":
            continue
        above = list(_ancestors(node))
        if any(a.tag == "nav" and "toc" in kinds_of(a) for a in above):
            depth = sum(a.tag == "ol" for a in above)
            title = " ".join((node.text() or "").split())
            yield Entry(_resolved(path, node.attributes.get("href") or ""), title, depth)


def _navigation_of_epub2(archive: SafeArchive, path: str, name: str) -> Iterator[Entry]:
    title = ""
    for tag, node in _nodes(archive, path, name):
        if tag == "navpoint":
            title = ""
        elif tag == "text":
            title = " ".join((node.text() or "").split())
        elif tag == "content" and title:
            depth = sum((a.tag or "").endswith("navpoint") for a in _ancestors(node))
            if depth:
                yield Entry(_resolved(path, node.attributes.get("src") or ""), title, depth)


def _ancestors(node: "LexborNode") -> "Iterator[LexborNode]":
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def damaged(name: str, what: str) -> UnreadableDocument:
    """Make the error for a book of which something is missing or broken."""
    return UnreadableDocument(f"{name}: the file is damaged: {what}. Get it anew")


def decode_markup(data: bytes, name: str) -> str:
    """Decode markup, so that a parser of HTML reads it as one of XML would."""
    declared = _XML_CHARSET.search(data[:1000])
    try:
        text = decode(data, name, declared=declared[1].decode() if declared else None)
    except UnreadableDocument as error:
        raise damaged(name, "a chapter of it is no text") from error
    text = _DECLARATION.sub("", _DOCTYPE.sub("", text, count=1))
    return _EMPTY_TAG.sub(
        lambda tag: tag[0] if tag[1].lower() in _VOID else f"<{tag[1]}{tag[2]}></{tag[1]}>", text
    )


def kinds_of(node: "LexborNode") -> set[str]:
    """Get what a book says that an element is: a note, a page's beginning, a cover."""
    attributes = node.attributes
    return set(f"{attributes.get('epub:type') or ''} {attributes.get('role') or ''}".split())
