"""Kinds of files that are not read: what a person calls them, and what to do."""

import re
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple


class Other(NamedTuple):
    """A kind that is not read.

    Attributes:
        what: With its article.
        advice: What to do; empty where there is nothing.
    """

    what: str
    advice: str = ""


_ZIP = Other("a zip archive", "Unpack it and add the files in it")
_ARCHIVE = Other("an archive", "Unpack it and add the files in it")
_SPREADSHEET = Other("a spreadsheet", "Save it as CSV and add that")
_SLIDES = Other("a presentation", "Save it as PDF and add that")
_OTHER_TEXT = Other("a text document of another program", "Save it as .docx and add that")
_PROGRAM = Other("a program")
_VIDEO = Other("a video", "If it has subtitles, add their .srt or .vtt file")
_SOUND = Other("a sound recording")
BOOK = Other("a book of another format", "Convert it to EPUB and add that")
_DATABASE = Other("a database")

# (place, bytes): https://en.wikipedia.org/wiki/List_of_file_signatures lists them with sources.
_SIGNATURES: tuple[tuple[int, bytes, Other], ...] = (
    (0, b"\x89PNG", Other("a picture (PNG)")),
    (0, b"\xff\xd8\xff", Other("a picture (JPEG)")),
    (0, b"GIF8", Other("a picture (GIF)")),
    (8, b"WEBP", Other("a picture (WebP)")),
    (0, b"BM", Other("a picture (BMP)")),
    (0, b"II*\0", Other("a picture (TIFF)")),
    (0, b"MM\0*", Other("a picture (TIFF)")),
    (4, b"ftypheic", Other("a picture (HEIC)")),
    (4, b"ftypavif", Other("a picture (AVIF)")),
    (0, b"8BPS", Other("a picture (PSD)")),
    (0, b"AT&TFORM", Other("a DjVu file", "Convert it to a PDF with text and add that")),
    (4, b"ftypM4A", _SOUND),
    (4, b"ftyp", _VIDEO),
    (0, b"\x1aE\xdf\xa3", _VIDEO),
    (8, b"AVI ", _VIDEO),
    (0, b"\0\0\x01\xba", _VIDEO),
    (0, b"ID3", _SOUND),
    (0, b"\xff\xfb", _SOUND),
    (0, b"\xff\xf3", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (8, b"WAVE", _SOUND),
    (0, b"Rar!", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\0asm", _PROGRAM),
    (60, b"BOOKMOBI", BOOK),
    (0, b"ITSF", BOOK),
    (0, b"SQLite format 3\0", _DATABASE),
    (0, b"PAR1", _DATABASE),
)
RICH_TEXT = Other("a rich text file (.rtf)", "Save it as .docx and add that")
POSTSCRIPT = Other("a PostScript file", "Convert it to PDF and add that")
JSON = Other("a JSON file, but not Telegram Desktop's export")
MAIL = Other("a saved page or mail of several parts", "Save it as HTML or text and add that")
BINARY_FILE = Other("a binary file, not a text")
PICTURE_OF_XML = Other("a picture (SVG)")
XML = Other("an XML file")

LOCKED = Other("a file with a password", "Save it without one and add it again")

# Names of streams in the old container of Microsoft's formats.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS: tuple[tuple[str, Other], ...] = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", Other("an old Word file (.doc)", "Save it as .docx and add that")),
    ("Workbook", _SPREADSHEET),
    ("Book", _SPREADSHEET),
    ("PowerPoint Document", _SLIDES),
    ("__properties_version1.0", Other("a mail of Outlook", "Save it as text and add that")),
)
_LONGEST_SECTOR = 12  # as a power of two
_DIRECTORY_BYTES = 1 << 16

# (beginning of an entry's name, what the archive is); docx and epub are looked for before.
_IN_ZIP: tuple[tuple[str, Other], ...] = (
    ("xl/", _SPREADSHEET),
    ("ppt/", _SLIDES),
    ("Index/Document.iwa", _OTHER_TEXT),
    ("FixedDocSeq.fdseq", Other("an XPS file", "Save it as PDF and add that")),
    ("AndroidManifest.xml", _PROGRAM),
    ("META-INF/MANIFEST.MF", _PROGRAM),
)
_OPEN_DOCUMENT = {"text": _OTHER_TEXT, "spreadsheet": _SPREADSHEET, "presentation": _SLIDES}
_MIME_OF_ZIP = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(\w+?)(?:-template)?PK")


def other_by_signature(head: bytes) -> Other:
    """Tell what a binary file is by its first bytes."""
    for start, signature, other in _SIGNATURES:
        if head.startswith(signature, start):
            return other
    return BINARY_FILE


def other_by_entries(names: Sequence[str], head: bytes) -> Other:
    """Tell what a zip archive is, if it is no kind that is read.

    Args:
        names: Of its entries.
        head: Its first bytes, in which OpenDocument writes what it is.
    """
    if match := _MIME_OF_ZIP.search(head[:512]):
        return _OPEN_DOCUMENT.get(match[1].decode(), _OTHER_TEXT)
    for beginning, other in _IN_ZIP:
        if any(name.startswith(beginning) for name in names):
            return other
    return _ZIP


def other_by_streams(file: BinaryIO, head: bytes) -> Other:
    """Tell what Microsoft's old container holds: LOCKED for a newer file with a password."""
    # [MS-CFB] 2.2: the size of a sector is 2 to the power at 30, the directory's sector stands
    # at 48, and sector 0 begins behind the header.
    power = min(int.from_bytes(head[30:32], "little"), _LONGEST_SECTOR)
    file.seek((int.from_bytes(head[48:52], "little") + 1) << power)
    directory = file.read(_DIRECTORY_BYTES) + head
    for stream, other in _OLE_STREAMS:
        if stream.encode("utf-16-le") in directory:
            return other
    return Other("a file of an old Office program", "Save it as .docx or PDF and add that")
