"""The parts of a Word file: an archive of XML, of which few parts hold text."""

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from embeddings.errors import UnreadableDocument
from embeddings.readers.archives import SafeArchive
from embeddings.readers.docx_styles import W

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# The standard has two sets of names: Word writes the first unless it is told to be strict.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)

# ECMA-376 part 2 allows the first two; the others are written too. Where ASCII is not ASCII, as in
# UTF-7, a DOCTYPE would not look like one.
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_ASCII_INSIDE = re.compile(rb"utf-8|utf-16(?:le|be)?|us-ascii|iso-8859-\d+|windows-125\d", re.I)


class Package(NamedTuple):
    """The parts that are read, parsed.

    Attributes:
        document: The body.
        styles: The style sheet; None where a part is missing, here and below.
        numbering: The definitions of lists.
        footnotes: All of them.
        endnotes: All of them.
        title: From the document's properties, as written; may be empty.
    """

    document: "Element"
    styles: "Element | None"
    numbering: "Element | None"
    footnotes: "Element | None"
    endnotes: "Element | None"
    title: str


def open_package(archive: SafeArchive, name: str) -> Package:
    """Parse the parts of a document that hold its text.

    Raises:
        UnreadableDocument: "damaged", "kind" or "unsafe", as docx.read_docx says; see also
            SafeArchive.read.
    """
    # python-docx parses, but its own way of opening a package is not taken: it unpacks every
    # picture and refuses what Word opens, such as .docm, strict files and links to missing parts.
    top = _related(archive, "", name)
    main = top.get("officeDocument")
    if main is None:
        raise _damaged(name)
    related = _related(archive, main, name)
    parts = {
        kind: _parse(archive.read(related[kind]), name) if kind in related else None
        for kind in ("styles", "numbering", "footnotes", "endnotes")
    }
    document = _parse(archive.read(main), name)
    if document.tag != f"{W}document":
        raise UnreadableDocument(
            f"{name}: this is an Office file, but no Word document. Save it as .docx or PDF and"
            " add that",
            "kind",
        )
    properties = top.get("core-properties")
    title = _parse(archive.read(properties), name).findtext(_TITLE) if properties else None
    return Package(document, **parts, title=title or "")


def _related(archive: SafeArchive, part: str, name: str) -> dict[str, str]:
    """Find the parts that one part refers to, by the last word of the relation's type."""
    folder, _, file = part.rpartition("/")
    links = posixpath.join(folder, "_rels", f"{file}.rels")
    names = frozenset(archive.names)
    found: dict[str, str] = {}
    if links in names:
        for link in _parse(archive.read(links), name).iter(_REL):
            kind = link.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))
            # What lies outside the file is not fetched; what is missing, Word does without.
            if link.get("TargetMode") != "External" and target.lstrip("/") in names:
                found.setdefault(kind, target.lstrip("/"))
    return found


def _parse(data: bytes, name: str) -> "Element":
    """Parse a part. The parser's limits hold: 256 elements deep, 10 MB in one piece of text."""
    from docx.oxml.parser import parse_xml  # python-docx: loaded when a document is read

    ascii_only = data.replace(b"\0", b"")  # as UTF-16 writes it
    declared = _ENCODING.search(ascii_only[:400])
    if declared and not _ASCII_INSIDE.fullmatch(declared[1]):
        raise _damaged(name)
    if b"<!DOCTYPE" in ascii_only:
        raise UnreadableDocument(
            f"{name}: this file is unsafe: it declares entities, as no Office program does. It is"
            " not read",
            "unsafe",
        )
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    try:
        return parse_xml(data)
    except (SyntaxError, ValueError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise _damaged(name) from error


def _damaged(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name}: the file is damaged and cannot be opened. Get it anew")
