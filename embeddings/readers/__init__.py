"""Bytes to documents, one file for each format.

To add a format, write a module with ``read_<format>(data: bytes, name: str, source: str) ->
Document`` and name its endings in READERS.
"""

from collections.abc import Callable
from pathlib import Path

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
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise UnreadableDocument(f"{name}: this kind of file is not read. {_KNOWN}")
    document = reader(data, name, source)
    if not any(character.isalnum() for character in document.text):
        raise EmptyDocument(f"{name}: there is no text in this file")
    return document


def load_document(path: Path) -> Document:
    """Read a document from disk; its source is the absolute path.

    Raises:
        UnreadableDocument: Also where the file is missing or may not be read.
    """
    if path.is_dir():
        raise UnreadableDocument(f"{path}: nothing in this folder can be read. {_KNOWN}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{path}: {error.strerror or error}") from error
    return read_document(data, path.name, str(path.resolve()))
