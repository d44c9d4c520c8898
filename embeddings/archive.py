"""A collection as a zip file that people can read, and that brings back every document whole.

Each document is a text file, named after its title. The documents of a series stand in its folder,
many in a file, each below a line that tells what it is. ``manifest.jsonl`` has a line for each
document, in order: all that is known of it beside its text, and where that stands. How it is read
again: archive_reader.py.
"""

import json
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import IO, Any, NamedTuple

from embeddings.datatypes import Document, Place

MANIFEST = "manifest.jsonl"
"""Its name in the archive; its first line is HEAD."""
HEAD = {"format": "alinti", "version": 1}

PART_BYTES = 45 << 20
"""Of a part of write_parts: a bot may send 50 MB to Telegram."""

_SERIES_FILE_BYTES = 1 << 20  # of a text file with many documents
_CHUNK_BYTES = 1 << 16
_MAX_NAME_BYTES = 120  # most file systems take 255, the folder and a number aside
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s\u200b-\u200f\u2028-\u202e\u2066-\u2069]+')
# What Windows keeps for itself, whatever stands behind the dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


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
            "changed_at": document.changed_at,
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


def _head_line(document: Document) -> str:
    """What a person reads above a text of a series."""
    place = document.places[0] if document.places else Place(0)
    parts = (place.date, place.label, place.link or document.source)
    return " ".join(["—", *(" ".join(part.split()) for part in parts if part)]) + "\n"


def _encoded(text: str) -> bytes:
    return text.encode("utf-8")
