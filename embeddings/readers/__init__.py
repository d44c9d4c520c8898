"""Bytes to documents, one file for each format.

To add a format, write a module with ``read_<format>(data: bytes, name: str, source: str) ->
Document`` and name its endings in READERS.
"""

import re
import stat
from collections.abc import Callable
from pathlib import Path

from embeddings.analyzer import has_words
from embeddings.datatypes import Document
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.html import read_html
from embeddings.readers.markdown import read_markdown
from embeddings.readers.text import read_text

READERS: dict[str, Callable[[bytes, str, str], Document]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
}


# Python's stand-ins for bytes of a file name that are no UTF-8; no database stores them.
_SURROGATE = re.compile("[\ud800-\udfff]")
_KNOWN = f"Known endings: {', '.join(READERS)}"


def read_document(data: bytes, name: str, source: str) -> Document:
    """Read a document by its name's ending.

    Args:
        data: The file's bytes.
        name: The file's name; its ending decides the format, its stem is the title where the text
            has none.
        source: Where it came from, shown below each quote.

    Raises:
        UnreadableDocument: If the format is not known or the bytes are no text.
        EmptyDocument: If there is nothing in it to quote.
    """
    name, source = _storable(name), _storable(source)
    document = _reader_of(name)(data, name, source)
    if not has_words(document.text):
        raise EmptyDocument(f"{name}: there is no text in this file")
    return document


def load_document(path: Path) -> Document:
    """Read a document from disk; its source is the absolute path.

    Raises:
        UnreadableDocument: Also where the file is missing or may not be read.
    """
    name = _storable(str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableDocument(f"{name}: nothing in this folder can be read. {_KNOWN}")
        _reader_of(name)  # before the bytes, of which there may be many
        if not stat.S_ISREG(mode):  # a pipe or a device may never end
            raise UnreadableDocument(f"{name}: this is not a file")
        data = path.read_bytes()
        source = str(path.resolve())
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or error
        raise UnreadableDocument(f"{name}: {reason}") from error
    return read_document(data, path.name, source)


def _reader_of(name: str) -> Callable[[bytes, str, str], Document]:
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise UnreadableDocument(f"{name}: this kind of file is not read. {_KNOWN}")
    return reader


def _storable(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
