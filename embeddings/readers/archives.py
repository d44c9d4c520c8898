"""Zip files from strangers: what EPUB and DOCX are made of. Refused before they can do harm."""

import io
import re
import stat
import zipfile
import zlib

from embeddings.errors import UnreadableDocument

MAX_ENTRIES = 10_000
"""Files in one archive. A book of a thousand chapters with pictures has a few thousand."""

MAX_TOTAL_BYTES = 512 << 20
"""All entries unpacked. Pictures fill most of a large book, and they are never unpacked."""

MAX_ENTRY_BYTES = 64 << 20
"""One entry unpacked: the markup of a novel is 2 MB, and a parser's tree is ten times its text."""

MAX_RATIO = 200
"""Unpacked to packed bytes of the whole archive. Office markup reaches 20 to 50, a bomb 1,000."""

# A small archive may be packed well by chance: a ratio says nothing below this.
_RATIO_FROM_BYTES = 16 << 20

# EPUB and Office Open XML allow no other methods. Python unpacks bzip2 and LZMA without a limit on
# what one read gives.
_METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
_ENCRYPTED = 0x1  # bit of an entry's flags
_UNIX = 3
_ENTRY_SIGNATURE = b"PK\x01\x02"  # begins each line of the list of entries
_DRIVE = re.compile(r"[A-Za-z]:")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


class SafeArchive:
    """A zip file in memory whose entries were found harmless; nothing is written to disk.

    Args:
        archive: Checked by open_archive.
        name: The file's name, for errors.

    Attributes:
        names: Of the entries, in the archive's order, each once; folders left out.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        entries = dict.fromkeys(i.filename for i in archive.infolist() if not i.is_dir())
        self.names: tuple[str, ...] = tuple(entries)

    def read(self, entry: str) -> bytes:
        """Unpack one entry.

        Raises:
            UnreadableDocument: If it is missing or broken ("damaged") or longer than
                MAX_ENTRY_BYTES ("too_large").
        """
        try:
            info = self._archive.getinfo(entry)
        except KeyError as error:
            raise UnreadableDocument(
                f"{self._name}: the file is damaged: its part {entry!r} is missing. Get it anew"
            ) from error
        if info.file_size > MAX_ENTRY_BYTES:
            raise UnreadableDocument(
                f"{self._name}: its part {entry!r} is too large: {info.file_size >> 20} MB"
                f" unpacked, and {MAX_ENTRY_BYTES >> 20} MB are read. Split the file",
                "too_large",
            )
        try:
            # Stops at the size that the list of entries tells, which the caps were checked with.
            return self._archive.read(info)
        except _BROKEN as error:
            raise _damaged(self._name) from error


def open_archive(data: bytes, name: str) -> SafeArchive:
    """Open a zip file after checking what its list of entries tells; nothing is unpacked for it.

    What stands in the list binds the reading too: an entry gives no more bytes than it names
    there. So the file may also be handed to a library that reads it with ``zipfile``.

    Args:
        data: The file's bytes.
        name: The file's name, for errors.

    Raises:
        UnreadableDocument: With the reason "damaged", "encrypted", "too_large" (entries or
            bytes), or "unsafe" (climbing paths, links, a bomb).
    """
    # Before Python makes an object of each. Archives inside count too: the limit is far.
    if data.count(_ENTRY_SIGNATURE) > MAX_ENTRIES:
        raise UnreadableDocument(
            f"{name}: too many files are in this archive; at most {MAX_ENTRIES} are read",
            "too_large",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise _damaged(name) from error
    entries = archive.infolist()
    for entry in entries:
        _refuse_unsafe_entry(entry, name)
    total = sum(entry.file_size for entry in entries)
    if total > _RATIO_FROM_BYTES and total > MAX_RATIO * len(data):
        raise UnreadableDocument(
            f"{name}: this archive is unsafe: {len(data) >> 10} kB would unpack to"
            f" {total >> 20} MB. It is not read",
            "unsafe",
        )
    if total > MAX_TOTAL_BYTES:
        raise UnreadableDocument(
            f"{name}: this file is too large: {total >> 20} MB unpacked, and"
            f" {MAX_TOTAL_BYTES >> 20} MB are read. Split it",
            "too_large",
        )
    return SafeArchive(archive, name)


def _refuse_unsafe_entry(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableDocument(
            f"{name}: this file is locked with a password. Save it without one and add it again",
            "encrypted",
        )
    path = entry.filename
    if _climbs(path):
        raise UnreadableDocument(
            f"{name}: this archive is unsafe: the path {path[:80]!r} leaves it. It is not read",
            "unsafe",
        )
    if entry.create_system == _UNIX and stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableDocument(
            f"{name}: this archive is unsafe: {path[:80]!r} is a symbolic link. It is not read",
            "unsafe",
        )
    if entry.compress_type not in _METHODS:
        raise _damaged(name)


def _climbs(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or bool(_DRIVE.match(path))


def _damaged(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name}: the file is damaged and cannot be opened. Get it anew")
