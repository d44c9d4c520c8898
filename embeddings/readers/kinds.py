"""What a file is, told by its bytes; its name only breaks ties that they leave."""

import codecs
import re
import zipfile
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import BinaryIO

from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers import others
from embeddings.readers.charset import find_unmarked_utf16
from embeddings.readers.others import Other


class Kind(Enum):
    """A kind of file that is read; its value is what a person calls it."""

    PDF = "PDF"
    DOCX = "Word (.docx)"
    EPUB = "EPUB"
    HTML = "HTML"
    MARKDOWN = "Markdown"
    TEXT = "text"
    FAQ = "CSV of questions and answers"
    SUBTITLES = "subtitles (.srt, .vtt)"
    EXPORT = "Telegram Desktop's export (result.json)"


ENDINGS: Mapping[str, Kind] = {
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".epub": Kind.EPUB,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".csv": Kind.FAQ,
    ".tsv": Kind.FAQ,
    ".srt": Kind.SUBTITLES,
    ".vtt": Kind.SUBTITLES,
}
"""What the ending of a name promises. Exports are known by their whole name."""

READ = f"What is read: {', '.join(kind.value for kind in Kind)}"
"""Closes the message on a file of another kind."""

HEAD_BYTES = 1 << 16
"""Of a file's first bytes, as many as its kind is told by (and an archive's list of entries)."""

_MIME_TYPES = frozenset(
    [
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/epub+zip",
        "application/xhtml+xml",
        "application/x-subrip",
        "application/json",
        "text/html",
        "text/markdown",
        "text/plain",
        "text/csv",
        "text/tab-separated-values",
        "text/vtt",
    ]
)
_EXPORT_NAME = re.compile(r"result.*\.json", re.IGNORECASE)


_CONTAINER = "META-INF/container.xml"
_LEFT_TO_READERS = (_CONTAINER, "word/document.xml")
_EPUB_MIME = b"mimetypeapplication/epub+zip"

# Readers of PDF look for its mark within the first kilobyte; text may speak of it.
_PDF_WITHIN = 1024
_PDF = re.compile(rb"%PDF-\d")
_PDF_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What may stand before the root of a page. Nothing is tried twice: the bytes are a stranger's.
_PROLOG = re.compile(r"\s++|<\?[^>]*+>|<!--(?>.*?-->)|<!doctype\s[^>]*+>", re.I | re.S)
_ROOT = re.compile(r"<([A-Za-z][\w:.-]{0,40})")
_DOCTYPE_HTML = re.compile(r"<!doctype\s+html\b", re.I)
_PAGE_ROOTS = frozenset(["html", "head", "body"])
_TAG = re.compile(r"</?[A-Za-z][\w-]*[\s/>]|<!--|&#?\w+;")
_EXPORT = re.compile(r'"messages"\s*:\s*\[|"chats"\s*:\s*\{|"about"\s*:\s*"[^"]{0,300}Telegram')
_JSON_START = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"\n]{0,200}\"\s*:")
_MAIL_START = re.compile(r"^MIME-Version:.*?^Content-Type:\s*multipart/", re.I | re.S | re.M)


def is_readable_name(name: str, mime_type: str = "") -> bool:
    """Whether a file is probably of a kind that is read: a guess before its bytes are there.

    Args:
        name: Of the file; may be empty.
        mime_type: As the sender's program tells it; may be empty.
    """
    is_known = PurePath(name).suffix.lower() in ENDINGS or bool(_EXPORT_NAME.fullmatch(name))
    return is_known or mime_type.partition(";")[0].strip().lower() in _MIME_TYPES


def find_kind(file: BinaryIO, name: str) -> Kind:
    """Tell what a file is by its first bytes, and an archive by its entries.

    Args:
        file: From its start; where it stands afterwards is not said.
        name: Its ending breaks ties: Markdown or text, tags without a page or text, rows with
            commas or text.

    Raises:
        UnreadableDocument: With the reason "kind" and what it is instead, as far as that can be
            told; "encrypted" for a Word file with a password; "damaged" for a zip archive that
            cannot be opened.
        EmptyDocument: If there are no bytes.
    """
    head = file.read(HEAD_BYTES)
    if not head:
        raise EmptyDocument(f"{name}: this file is empty")
    text = _text_of(head)
    if _is_pdf(head, is_text=text is not None):
        return Kind.PDF
    if head.startswith(b"PK\x03\x04") or (text is None and zipfile.is_zipfile(file)):
        found: Kind | Other = _kind_of_zip(file, head, name)
    elif head.startswith(others.OLE):
        found = others.other_by_streams(file, head)
    elif text is None:
        found = others.other_by_signature(head)
    else:
        found = _kind_of_text(head, text, name)
    if isinstance(found, Kind):
        return found
    reason = "encrypted" if found == others.LOCKED else "kind"
    raise UnreadableDocument(f"{name}: this is {found.what}. {found.advice or READ}", reason)


def _is_pdf(head: bytes, *, is_text: bool) -> bool:
    mark = _PDF.search(head[:_PDF_WITHIN])
    if mark is None:
        return False
    before = head[: mark.start()].strip(codecs.BOM_UTF8 + b" \t\r\n")
    return not before or not is_text or bool(_PDF_OBJECT.search(head, mark.end()))


def _text_of(head: bytes) -> str | None:
    """Decode the head as text; None where it is binary."""
    marked = (charset for bom, charset in _BOMS if head.startswith(bom))
    charset = next(marked, None) or find_unmarked_utf16(head)
    if charset is not None:
        return head.decode(charset, errors="replace").removeprefix("\ufeff")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # its last letter may be cut
    except UnicodeDecodeError:
        text = head.decode("cp1254", errors="replace")
    return text if len(_CONTROL.findall(text)) <= len(text) // 100 else None


def _kind_of_zip(file: BinaryIO, head: bytes, name: str) -> Kind | Other:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        # Its list is broken; the names of its first entries tell whose reader is to say so.
        names = [name for name in _LEFT_TO_READERS if name.encode() in head]
        found = _kind_by_entries(names, head)
        if isinstance(found, Kind):
            return found
        raise UnreadableDocument(
            f"{name}: the archive is damaged and cannot be opened. Get it anew", "damaged"
        ) from None
    return _kind_by_entries(names, head)


def _kind_by_entries(names: list[str], head: bytes) -> Kind | Other:
    if _EPUB_MIME in head[:512] or _CONTAINER in names:
        return Kind.EPUB
    if any(name.startswith("word/document") for name in names):
        return Kind.DOCX
    return others.other_by_entries(names, head)


def _kind_of_text(head: bytes, text: str, name: str) -> Kind | Other:
    from embeddings.readers.faq import is_csv
    from embeddings.readers.subtitles import is_subtitles

    promised = ENDINGS.get(PurePath(name).suffix.lower())
    if head.startswith(b"{\\rtf"):
        return others.RICH_TEXT
    if head.startswith(b"%!PS"):
        return others.POSTSCRIPT
    if markup := _kind_of_markup(text):
        return markup
    if _JSON_START.match(text):
        return Kind.EXPORT if _EXPORT.search(text) else others.JSON
    if is_subtitles(text):
        return Kind.SUBTITLES
    if _MAIL_START.search(text[:4096]):
        return others.MAIL
    if promised in (Kind.FAQ, None) and is_csv(text):
        return Kind.FAQ
    if promised is Kind.HTML and _TAG.search(text):
        return Kind.HTML
    return Kind.MARKDOWN if promised is Kind.MARKDOWN else Kind.TEXT


def _kind_of_markup(text: str) -> Kind | Other | None:
    """Tell a page from other XML by its root; None where there is neither."""
    at = 0
    is_xml = False
    while step := _PROLOG.match(text, at):
        if _DOCTYPE_HTML.match(step[0]):
            return Kind.HTML
        is_xml |= step[0].lower().startswith(("<?xml", "<!doctype"))
        at = step.end()
    root = _ROOT.match(text, at)
    tag = root[1].lower() if root else ""
    if tag in _PAGE_ROOTS:
        return Kind.HTML
    if tag == "svg":
        return others.PICTURE_OF_XML
    if tag == "fictionbook":
        return others.BOOK
    return others.XML if is_xml else None
