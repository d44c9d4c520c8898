"""A collection as a zip file that people can read, and that brings back every document whole.

Each document is a text file, named after its title. The documents of a series stand in its folder,
many in a file, each below a line that tells what it is. ``manifest.jsonl`` has a line for each
document, in order: all that is known of it beside its text, and where that stands.
"""

import contextlib
import json
import re
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from embeddings.datatypes import Document, Heading, Page, Place
from embeddings.errors import UnreadableDocument

MANIFEST = "manifest.jsonl"
"""Its name in the archive; its first line is HEAD."""
HEAD = {"format": "alinti", "version": 1}

PART_BYTES = 45 << 20
"""Of a part of write_parts: a bot may send 50 MB to Telegram."""

_SERIES_FILE_BYTES = 1 << 20  # of a text file with many documents
# A line tells of one document; that of a book has its thousands of headings and pages.
_MAX_LINE_BYTES = 64 << 20
_MAX_TEXT_BYTES = 256 << 20
_CHUNK_BYTES = 1 << 16
_MAX_NAME_BYTES = 120  # most file systems take 255, the folder and a number aside
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s\u200b-\u200f\u2028-\u202e\u2066-\u2069]+')
# What Windows keeps for itself, whatever stands behind the dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
# Encrypted files are a RuntimeError to zipfile, and so is JSON that is nested too deeply.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


class Part(NamedTuple):
    """A part of write_parts.

    Attributes:
        path: Of the file.
        documents: How many it holds.
    """

    path: Path
    documents: int


def write_archive(file: IO[bytes], documents: Iterable[Document]) -> int:
    """Write documents into an archive as they come; in memory is one of them at a time.

    Args:
        file: Open for writing; a name and a line of each document are kept until the end.
        documents: In the order in which they are to be read again.

    Returns:
        How many there were.
    """
    number = 0
    with _Writer(file) as writer:
        for document in documents:
            writer.add(document)
            number += 1
    return number


def write_parts(
    folder: Path,
    name: str,
    documents: Iterable[Document],
    *,
    first: int = 1,
    max_bytes: int = PART_BYTES,
) -> Iterator[Part]:
    """Write documents into archives of limited size, each of which is whole in itself.

    Args:
        folder: For the files, which are the caller's then.
        name: Of the files, without ending: where there are several, a number is added.
        documents: See write_archive.
        first: Number of the first part.
        max_bytes: What an archive may grow to; a single document may make it larger.

    Yields:
        Each part when it is finished. None where there are no documents.
    """
    rest = iter(documents)
    waiting = next(rest, None)
    for number in count(first):
        if waiting is None:
            return
        written = 1
        path = folder / f"{name}-{number}.zip"
        with path.open("wb") as file, _Writer(file) as writer:
            writer.add(waiting)
            # Packed, a text takes less than a byte a character.
            while (waiting := next(rest, None)) and writer.bytes + len(waiting.text) <= max_bytes:
                writer.add(waiting)
                written += 1
        if number == 1 and waiting is None:
            path = path.rename(folder / f"{name}.zip")
        yield Part(path, written)


def read_archive(file: BinaryIO, name: str = "archive.zip") -> Iterator[Document]:
    """Read the documents of an archive in order, as they were when it was written.

    Nothing is unpacked to disk, and only one document is in memory at a time.

    Args:
        file: Open for reading, and seekable.
        name: The file's name, for errors.

    Raises:
        UnreadableDocument: While it is read, if it is none of ours, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _read(archive)
    except (*_BROKEN, _Damaged) as error:
        raise UnreadableDocument(
            f"{name}: this is no archive of alinti, or a damaged one. Export it anew"
        ) from error


def file_name(title: str) -> str:
    """Make a name for a file of a title, such that any system takes it and a reader knows it.

    Returns:
        Without ending, at most 120 bytes in UTF-8; letters of all languages stay.
    """
    # The same letters, however they are put together.
    name = unicodedata.normalize("NFC", title.encode("utf-8", "replace").decode("utf-8"))
    name = _FORBIDDEN.sub(" ", name).strip(" .")
    name = name.encode("utf-8")[:_MAX_NAME_BYTES].decode("utf-8", "ignore").strip(" .")
    if not name or _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name


class _Damaged(Exception):  # it never leaves this module
    """What stands in the archive is not what we write."""


class _Writer:
    """Writes one archive, which is whole when the block ends.

    Args:
        file: See write_archive.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        # An archive takes one file after another, and this one has a line of each.
        self._manifest = tempfile.SpooledTemporaryFile(max_size=_SERIES_FILE_BYTES)  # noqa: SIM115 # __exit__ closes it
        self._used = {MANIFEST: 1}  # names, and how often
        self._folders: dict[str, str] = {}  # by series
        self._files: dict[str, int] = {}  # in each folder
        self._series = ""  # whose texts wait
        self._waiting = bytearray()
        self._write_line(HEAD)

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        with self._manifest, self._zip:
            self._flush()
            self._manifest.seek(0)
            with self._zip.open(MANIFEST, "w", force_zip64=True) as entry:
                while chunk := self._manifest.read(_CHUNK_BYTES):
                    entry.write(chunk)

    @property
    def bytes(self) -> int:
        """What the archive will take as it is now, rather too much than too little."""
        return self._file.tell() + len(self._waiting) + self._manifest.tell() // 3

    def add(self, document: Document) -> None:
        text = _encoded(document.text)
        if document.series != self._series or len(self._waiting) > _SERIES_FILE_BYTES:
            self._flush()
        if not document.series:
            file, at = self._unique(file_name(document.title), ".txt"), 0
            self._zip.writestr(file, text)
        else:
            self._series = document.series
            file = self._file_of_series(document)
            self._waiting += _encoded(_head_line(document))
            at = len(self._waiting)
            self._waiting += text + b"\n\n"
        fields = {
            "file": file,
            "at": at,
            "bytes": len(text),
            "title": document.title,
            "source": document.source,
            "hash": document.content_hash,
            "name": document.name,
            "series": document.series,
            "headings": [[h.start, h.end, h.level] for h in document.headings],
            "pages": [[page.number, page.start] for page in document.pages],
            "places": [[p.start, p.label, p.date, p.link] for p in document.places],
        }
        self._write_line({name: value for name, value in fields.items() if value or name == "at"})

    def _file_of_series(self, document: Document) -> str:
        folder = self._folders.get(document.series)
        if folder is None:
            folder = self._folders[document.series] = self._unique(file_name(document.title))
        return f"{folder}/{self._files.get(folder, 0) + 1:04}.txt"

    def _flush(self) -> None:
        if self._waiting:
            folder = self._folders[self._series]
            number = self._files[folder] = self._files.get(folder, 0) + 1
            self._zip.writestr(f"{folder}/{number:04}.txt", bytes(self._waiting))
            self._waiting.clear()
        self._series = ""

    def _unique(self, name: str, ending: str = "") -> str:
        """Tell names apart that some systems take for the same."""
        key = f"{name}{ending}".casefold()
        times = self._used[key] = self._used.get(key, 0) + 1
        return f"{name}{ending}" if times == 1 else self._unique(f"{name} ({times})", ending)

    def _write_line(self, fields: dict[str, Any]) -> None:
        line = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        self._manifest.write(_encoded(line) + b"\n")


class _Texts:
    """Reads spans of the files of an archive, each file from its beginning to its end."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._name = ""
        self._file: IO[bytes] | None = None
        self._position = 0

    def read(self, name: str, at: int, size: int) -> str:
        if name != self._name:
            self.close()
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
        return _decoded(text)

    def close(self) -> None:
        """Read to the end of a file, where it shows whether it is as it was written."""
        if self._file is not None:
            with self._file:
                if len(self._file.read(_CHUNK_BYTES)) == _CHUNK_BYTES:
                    raise _Damaged  # far more than what stands between two documents
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


def _read_line(manifest: IO[bytes]) -> dict[str, Any] | None:
    line = manifest.readline(_MAX_LINE_BYTES)
    if not line:
        return None
    fields = json.loads(_decoded(line))
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
    )


def _heading(row: list[Any], length: int) -> Heading:
    match row:
        case [int(start), int(end), int(level)] if 0 <= start <= end <= length and level > 0:
            return Heading(start, end, level)
    raise _Damaged


def _page(row: list[Any], length: int) -> Page:
    match row:
        case [int(number), int(start)] if 0 <= start <= length:
            return Page(number, start)
    raise _Damaged


def _place(row: list[Any], length: int) -> Place:
    match row:
        case [int(start), str(label), str(date), str(link)] if 0 <= start <= length:
            return Place(start, label, date, link)
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
    return value


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name, 0)
    if not isinstance(value, int):
        raise _Damaged
    return value


def _head_line(document: Document) -> str:
    """What a person reads above a text of a series."""
    place = document.places[0] if document.places else Place(0)
    parts = (place.date, place.label, place.link or document.source)
    return " ".join(["—", *(" ".join(part.split()) for part in parts if part)]) + "\n"


def _encoded(text: str) -> bytes:
    # Halves of characters, which no UTF-8 should hold, come back as they were.
    return text.encode("utf-8", "surrogatepass")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
