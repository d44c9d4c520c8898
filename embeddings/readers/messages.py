"""What the process that reads files says: documents, then an end or an error.

A message is its length in four bytes, highest first, and as many bytes of JSON. Nothing in it is
believed: who speaks has read a stranger's file.
"""

import json
import struct
from typing import Any, BinaryIO, TypeVar

from embeddings.datatypes import Document, Heading, Page, Place
from embeddings.errors import REASONS, EmptyDocument, UnreadableDocument

END = "end"
"""The message behind the last document."""

_LENGTH = struct.Struct(">I")
_LONGEST_ERROR = 600
_Row = TypeVar("_Row", Heading, Page, Place)


class Garbled(ValueError):
    """Bytes that are no message."""


class TooLong(ValueError):
    """A message that is longer than allowed; it was not read."""


def encode_message(message: Document | UnreadableDocument | str) -> bytes:
    """Make the bytes of a message: a document, an error or END."""
    if isinstance(message, Document):
        fields: object = [
            message.title,
            message.text,
            message.source,
            message.content_hash,
            [(heading.start, heading.end, heading.level) for heading in message.headings],
            [(page.number, page.start) for page in message.pages],
            [(place.start, place.label, place.date, place.link) for place in message.places],
            message.name,
            message.series,
            message.changed_at,
        ]
    else:
        fields = message if isinstance(message, str) else {message.reason: str(message)}
    data = json.dumps(fields, ensure_ascii=False, check_circular=False).encode()
    return _LENGTH.pack(len(data)) + data


def read_message(stream: BinaryIO, max_bytes: int) -> bytes | None:
    """Read the JSON of the next message; None where the stream ends before its end.

    Raises:
        TooLong: If it has more than ``max_bytes``.
    """
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    if length > max_bytes:
        raise TooLong(length)
    data = stream.read(length)
    return data if len(data) == length else None


def decode_message(data: bytes) -> Document | UnreadableDocument | str:
    """Make a message of its JSON; offsets of a document lie within its text.

    Raises:
        Garbled: If it is none.
    """
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Garbled(data[:50]) from error
    if fields == END:
        return END
    if isinstance(fields, dict):
        return _error(fields)
    try:
        title, text, source, content_hash, headings, pages, places, *rest = fields
        name, series, changed_at = rest
        strings = (title, text, source, content_hash, name, series, changed_at)
        _check(all(isinstance(string, str) for string in strings))
        "".join(strings).encode()  # half letters cannot be stored
        document = Document(
            title,
            text,
            source,
            content_hash,
            tuple(Heading(*row) for row in headings),
            tuple(Page(*row) for row in pages),
            tuple(Place(*row) for row in places),
            name,
            series,
            changed_at,
        )
        _check_offsets(document)
    except (TypeError, ValueError) as error:
        raise Garbled(data[:50]) from error
    return document


def _error(fields: dict[str, Any]) -> UnreadableDocument:
    for reason, message in fields.items():
        if reason in REASONS and isinstance(message, str):
            line = " ".join(message.split())[:_LONGEST_ERROR]
            return EmptyDocument(line) if reason == "empty" else UnreadableDocument(line, reason)
    raise Garbled(fields)


def _check_offsets(document: Document) -> None:
    _check_order(document.headings, len(document.text))
    _check_order(document.pages, len(document.text))
    _check_order(document.places, len(document.text))
    for heading in document.headings:
        _check(type(heading.end) is int and heading.start <= heading.end <= len(document.text))
        _check(type(heading.level) is int)
    _check(all(type(page.number) is int for page in document.pages))
    for place in document.places:
        _check(all(isinstance(s, str) for s in (place.label, place.date, place.link)))
        f"{place.label}{place.date}{place.link}".encode()


def _check_order(rows: tuple[_Row, ...], length: int) -> None:
    before = 0
    for row in rows:
        _check(type(row.start) is int and before <= row.start <= length)
        before = row.start


def _check(is_right: bool) -> None:
    if not is_right:
        raise ValueError("not as a reader says it")
