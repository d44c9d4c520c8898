"""Files to documents, one module for each format.

To add a format, write a module with ``read_<format>(data: bytes, name: str, source: str) ->
Document``, teach kinds.py to tell its files and name it in _MODULES. Strangers' files are read in
a process with limits: see ``embeddings.isolation``.
"""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, cast

from embeddings.datatypes import Document
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.kinds import READ, Kind, find_kind

MAX_BYTES = 256 << 20
"""Of a file that is read whole: all but exports, which are streamed."""

_MODULES = {
    Kind.PDF: "pdf",
    Kind.DOCX: "docx",
    Kind.EPUB: "epub",
    Kind.HTML: "html",
    Kind.MARKDOWN: "markdown",
    Kind.TEXT: "text",
    Kind.FAQ: "faq",
    Kind.SUBTITLES: "subtitles",
}

# Python's stand-ins for bytes of a file name that are no UTF-8, and halves of letters that a
# file's escapes may name; no database stores them.
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_documents(path: Path, name: str, source: str) -> Iterator[Document]:
    """Read the documents of a file on disk: one, or those of an export as they come.

    Args:
        path: Of a regular file; pipes and devices are refused, links are followed.
        name: Of the file, as a person sees it. It is the title where the text has none.
        source: Where it came from. An export's documents have sources of their own.

    Raises:
        UnreadableDocument: Also where the file is missing or may not be read.
        EmptyDocument: If there is nothing in it to quote.
    """
    with open_regular(path) as file:
        yield from read_file(file, name, source)


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, if it is one.

    Raises:
        UnreadableDocument: With the reason "missing", also for folders, pipes and devices.
    """
    shown = _storable(str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableDocument(
                f"{shown}: nothing in this folder can be read. {READ}", "missing"
            )
        if not stat.S_ISREG(mode):  # a pipe or a device may never end
            raise UnreadableDocument(f"{shown}: this is not a file", "missing")
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or error
        raise UnreadableDocument(f"{shown}: {reason}", "missing") from error


def read_file(file: BinaryIO, name: str, source: str) -> Iterator[Document]:
    """Read the documents of an open file: one, or those of an export as they come.

    Args:
        file: At its start; it can be sought.
        name: See read_documents.
        source: See read_documents.

    Raises:
        UnreadableDocument: If its kind is not read (see kinds.find_kind), or see its reader.
        EmptyDocument: If there is nothing in it to quote.
    """
    from embeddings.analyzer import has_words

    name, source = _storable(name), _storable(source)
    kind = find_kind(file, name)
    file.seek(0)
    is_empty = True
    for document in _read(file, kind, name, source):
        if has_words(document.text):
            is_empty = False
            yield _storable_document(document, name)
    if is_empty:
        raise EmptyDocument(f"{name}: there is no text in this file")


def _read(file: BinaryIO, kind: Kind, name: str, source: str) -> Iterator[Document]:
    if kind is Kind.EXPORT:
        from embeddings.readers.telegram import read_export

        yield from read_export(file, name)
        return
    size = file.seek(0, os.SEEK_END)
    if size > MAX_BYTES:
        raise UnreadableDocument(
            f"{name}: this file is too large: at most {MAX_BYTES >> 20} MB are read. Split it",
            "too_large",
        )
    file.seek(0)
    yield _reader_of(kind)(file.read(size), name, source)


def _reader_of(kind: Kind) -> Callable[[bytes, str, str], Document]:
    # Loaded now: each module brings a library, and a child process reads one file.
    module = import_module(f"embeddings.readers.{_MODULES[kind]}")
    return cast(Callable[[bytes, str, str], Document], getattr(module, f"read_{_MODULES[kind]}"))


def _storable_document(document: Document, name: str) -> Document:
    """Give a document its name, and signs in place of half letters; offsets stay."""
    places = tuple(
        replace(place, label=_storable(place.label)) if _SURROGATE.search(place.label) else place
        for place in document.places
    )
    return replace(
        document,
        title=_storable(document.title),
        text=_storable(document.text),
        source=_storable(document.source),
        series=_storable(document.series),
        places=places,
        name=name,
    )


def _storable(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
