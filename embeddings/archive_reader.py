"""The documents of an archive that archive.py wrote, or somebody who means harm."""

import contextlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, BinaryIO

from embeddings.archive import HEAD, MANIFEST
from embeddings.datatypes import Document, Heading, Page, Place
from embeddings.errors import UnreadableDocument

# A line tells of one document; that of a book has its thousands of headings and pages.
_MAX_LINE_BYTES = 64 << 20
_MAX_TEXT_BYTES = 256 << 20
_CHUNK_BYTES = 1 << 16
_LARGEST_PAGE = (1 << 31) - 1  # what every database takes
# Deflate reaches 1,032 where one byte is repeated, and 200 where a paragraph is.
_MAX_RATIO = 500
_RATIO_FROM_BYTES = 16 << 20
# What we write. Python unpacks bzip2 and LZMA without a limit on what one read gives.
_METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
_HALF = re.compile("[\ud800-\udfff]")  # of a character: no database takes it
# Encrypted files are a RuntimeError to zipfile, and so is JSON that is nested too deeply.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def read_archive(file: BinaryIO, name: str = "archive.zip") -> Iterator[Document]:
    """Read the documents of an archive in order, as they were when it was written.

    Nothing is unpacked to disk, and only one document is in memory at a time. All of it is read
    once before the first document is given: of a damaged archive there is none.

    Args:
        file: Open for reading, and seekable.
        name: The file's name, for errors.

    Raises:
        UnreadableDocument: While it is read, if it is none of ours, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bomb(archive, file)
            for _ in _read(archive):
                pass
            yield from _read(archive)
    except (*_BROKEN, _Damaged) as error:
        raise UnreadableDocument(
            f"{name}: this is no archive of alinti, or a damaged one. Export it anew"
        ) from error


class _Damaged(Exception):  # it never leaves this module
    """What stands in the archive is not what we write."""


def _refuse_bomb(archive: zipfile.ZipFile, file: BinaryIO) -> None:
    packed_bytes = file.seek(0, io.SEEK_END)
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if total > max(_RATIO_FROM_BYTES, _MAX_RATIO * packed_bytes):
        raise _Damaged
    if not all(entry.compress_type in _METHODS for entry in entries):
        raise _Damaged


class _Texts:
    """Reads spans of the files of an archive, each file from its beginning to its end."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._name = ""
        self._seen: set[str] = set()
        self._file: IO[bytes] | None = None
        self._position = 0

    def read(self, name: str, at: int, size: int) -> str:
        if name != self._name:
            self.end()
            if name in self._seen:  # what takes turns would be unpacked again and again
                raise _Damaged
            self._seen.add(name)
            self._name, self._position = name, 0
            try:
                self._file = self._archive.open(name)
            except KeyError as error:
                raise _Damaged from error
        if not self._position <= at <= at + size <= at + _MAX_TEXT_BYTES:
            raise _Damaged
        self._skip(at - self._position)
        text = self._take(size)
        self._position = at + size
        return text.decode("utf-8")

    def end(self) -> None:
        """Read to the end of a file, where it shows whether it is as it was written."""
        if self._file is not None:
            if len(self._file.read(_CHUNK_BYTES)) == _CHUNK_BYTES:
                raise _Damaged  # far more than what stands between two documents
            self.close()

    def close(self) -> None:
        """Let go of a file, wherever it was left: who needs no more of it is no error."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _skip(self, size: int) -> None:
        while size:
            size -= len(self._take(min(size, _CHUNK_BYTES)))

    def _take(self, size: int) -> bytes:
        assert self._file is not None
        found = self._file.read(size)
        if len(found) != size:
            raise _Damaged
        return found


def _read(archive: zipfile.ZipFile) -> Iterator[Document]:
    try:
        manifest = archive.open(MANIFEST)
    except KeyError as error:
        raise _Damaged from error
    with manifest, contextlib.closing(_Texts(archive)) as texts:
        if _read_line(manifest) != HEAD:
            raise _Damaged
        while fields := _read_line(manifest):
            text = texts.read(
                _text(fields, "file"), _number(fields, "at"), _number(fields, "bytes")
            )
            yield _document(fields, text)
        texts.end()


def _read_line(manifest: IO[bytes]) -> dict[str, Any] | None:
    line = manifest.readline(_MAX_LINE_BYTES)
    if not line:
        return None
    fields = json.loads(line.decode("utf-8"))
    if not isinstance(fields, dict) or not line.endswith(b"\n"):
        raise _Damaged
    return fields


def _document(fields: dict[str, Any], text: str) -> Document:
    return Document(
        title=_text(fields, "title"),
        text=text,
        source=_text(fields, "source"),
        content_hash=_text(fields, "hash"),
        headings=tuple(_heading(row, len(text)) for row in _rows(fields, "headings")),
        pages=tuple(_page(row, len(text)) for row in _rows(fields, "pages")),
        places=tuple(_place(row, len(text)) for row in _rows(fields, "places")),
        name=_text(fields, "name"),
        series=_text(fields, "series"),
        changed_at=_text(fields, "changed_at"),
    )


def _heading(row: list[Any], length: int) -> Heading:
    match row:
        case [int(start), int(end), int(level)] if 0 <= start <= end <= length and level > 0:
            return Heading(start, end, level)
    raise _Damaged


def _page(row: list[Any], length: int) -> Page:
    match row:
        case [int(number), int(start)] if 0 <= start <= length and 0 <= number <= _LARGEST_PAGE:
            return Page(number, start)
    raise _Damaged


def _place(row: list[Any], length: int) -> Place:
    match row:
        case [int(start), str(label), str(date), str(link)] if 0 <= start <= length:
            return Place(start, *map(_whole, (label, date, link)))
    raise _Damaged


def _rows(fields: dict[str, Any], name: str) -> list[list[Any]]:
    rows = fields.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise _Damaged
    return rows


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise _Damaged
    return _whole(value)


def _whole(text: str) -> str:
    """JSON can name halves of characters."""
    if _HALF.search(text):
        raise _Damaged
    return text


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name, 0)
    if not isinstance(value, int):
        raise _Damaged
    return value
