import io
import zipfile
from pathlib import Path

import pytest

from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.kinds import ENDINGS, READ, Kind, find_kind, is_readable_name

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1"
EXPORT = '{\n "name": "Grup",\n "type": "private_group",\n "id": 5,\n "messages": [\n'
WHOLE_EXPORT = '{\n "about": "Here is the data you requested. Telegram only keeps", "contacts": {'
SRT = "1\n00:00:01,000 --> 00:00:02,500\nMerhaba.\n\n2\n00:00:03,000 --> 00:00:04,000\nSelam.\n"
CSV = "soru,cevap\nKaçta açılır?,Dokuzda.\nKaçta kapanır?,Beşte.\n"


def kind(data: bytes | str, name: str = "dosya") -> Kind:
    return find_kind(io.BytesIO(data.encode() if isinstance(data, str) else data), name)


def refusal(data: bytes | str, name: str = "dosya") -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refused:
        kind(data, name)
    return refused.value


def archive(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


def compound(*streams: str) -> bytes:
    """Make the skeleton of Microsoft's old container: a header, and a directory in sector 2."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (2).to_bytes(4, "little")
    entries = b"".join(stream.encode("utf-16-le").ljust(128, b"\0") for stream in streams)
    return bytes(header) + bytes(1024) + entries


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", Kind.PDF),
        (archive("[Content_Types].xml", "word/document.xml"), Kind.DOCX),
        (archive("META-INF/container.xml", mimetype="application/epub+zip"), Kind.EPUB),
        (archive("a.opf", "META-INF/container.xml"), Kind.EPUB),
        ("<!DOCTYPE html><title>x</title>", Kind.HTML),
        ("\n<!-- a --><!-- b -->\n<HTML lang=tr>", Kind.HTML),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', Kind.HTML),
        ("<body>Metin", Kind.HTML),
        (SRT, Kind.SUBTITLES),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nMerhaba.\n", Kind.SUBTITLES),
        (EXPORT, Kind.EXPORT),
        (WHOLE_EXPORT, Kind.EXPORT),
        ("# Başlık\n\nMetin", Kind.TEXT),
        ("{düşünce} Metin.", Kind.TEXT),
    ],
)
@pytest.mark.parametrize("name", ["dosya", "a.pdf", "a.png", "a.txt", "a.srt", "result.json"])
def test_the_bytes_tell_the_kind_whatever_the_name(
    data: bytes | str, expected: Kind, name: str
) -> None:
    assert kind(data, name) is expected


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<html><p>Metin", Kind.HTML),
        (SRT, Kind.SUBTITLES),
        (EXPORT, Kind.EXPORT),
        ("Yalın metin.", Kind.TEXT),
    ],
)
def test_every_unicode_is_looked_into(text: str, expected: Kind, charset: str) -> None:
    assert kind(text.encode(charset)) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.md", Kind.MARKDOWN),
        ("A.MARKDOWN", Kind.MARKDOWN),
        ("a.txt", Kind.TEXT),
        ("OKUBENİ", Kind.TEXT),
        ("a.docx", Kind.TEXT),
        ("a.html", Kind.TEXT),
        ("a.csv", Kind.TEXT),
    ],
)
def test_the_ending_tells_markdown_from_text(name: str, expected: Kind) -> None:
    assert kind("# Başlık\n\nMetin.", name) is expected


def test_tags_without_a_page_are_html_where_the_name_says_so() -> None:
    assert kind("<p>Metin", "a.html") is Kind.HTML
    assert kind("<p>Metin", "a.md") is Kind.MARKDOWN
    assert kind("<p>Metin", "a.txt") is Kind.TEXT
    assert kind("a &lt; b", "a.htm") is Kind.HTML


def test_rows_are_a_table_unless_the_name_says_text() -> None:
    assert kind(CSV, "sss.csv") is Kind.FAQ
    assert kind(CSV, "sss") is Kind.FAQ
    assert kind(CSV, "sss.txt") is Kind.TEXT


def test_a_pdf_may_begin_with_junk_but_a_text_may_speak_of_it() -> None:
    assert kind(b"\0\1\2junk\n%PDF-1.4\n1 0 obj\n") is Kind.PDF
    assert kind(b"HTTP/1.1 200 OK\n\n%PDF-1.4\n1 0 obj\n<<>>") is Kind.PDF
    assert kind("\ufeff%PDF-1.4\n") is Kind.PDF
    assert kind("Bir PDF dosyası %PDF-1.4 ile başlar.") is Kind.TEXT
    assert refusal(b"\0\1\2" * 400 + b"%PDF-1.4\n").reason == "kind"


def test_a_zip_archive_may_begin_with_junk() -> None:
    assert kind(b"\0\1junk" + archive("word/document.xml")) is Kind.DOCX


@pytest.mark.parametrize("name", ["word/document.xml", "META-INF/container.xml"])
def test_a_broken_archive_of_a_known_kind_is_left_to_its_reader(name: str) -> None:
    expected = Kind.DOCX if "word" in name else Kind.EPUB
    assert kind(archive("a", name)[:-30]) is expected


def test_a_broken_archive_of_no_known_kind_is_damaged() -> None:
    assert refusal(archive("a")[:-30]).reason == "damaged"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (PNG, r"a picture \(PNG\)\. What is read: PDF, Word"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", r"a picture \(JPEG\)"),
        (b"GIF89a\1\0\1\0", r"a picture \(GIF\)"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", r"a picture \(WebP\)"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a sound recording"),
        (b"BM\x36\0\0\0\0\0\0\0", r"a picture \(BMP\)"),
        ('<?xml version="1.0"?><svg xmlns="x"/>', r"a picture \(SVG\)"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "a video"),
        (b"\0\0\0\x20ftypM4A \0\0\2\0", "a sound recording"),
        (b"ID3\3\0\0\0\0", "a sound recording"),
        (b"\x7fELF\2\1\1\0", "a program"),
        (b"MZ\x90\0\3\0\0\0", "a program"),
        (b"PK\5\6" + bytes(18), "a zip archive. Unpack it"),
        (archive("a.txt"), "a zip archive. Unpack it"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "a spreadsheet. Save it as CSV"),
        (archive("[Content_Types].xml", "ppt/a.xml"), "a presentation. Save it as PDF"),
        (archive(mimetype="application/vnd.oasis.opendocument.text"), "Save it as .docx"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "Save it as CSV"),
        (b"Rar!\x1a\7\1\0", "an archive. Unpack it"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "an archive. Unpack it"),
        (compound("Root Entry", "WordDocument"), r"an old Word file \(\.doc\). Save it as \.docx"),
        (compound("Root Entry", "Workbook"), "a spreadsheet. Save it as CSV"),
        (compound("Root Entry"), "a file of an old Office program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a file of an old Office program"),
        (b"{\\rtf1\\ansi Metin}", r"a rich text file \(\.rtf\). Save it as \.docx"),
        (b"%!PS-Adobe-3.0\n", "a PostScript file"),
        ('{"ad": "deger"}', "a JSON file, but not Telegram Desktop's export"),
        ('[\n {"ad": 5}]', "a JSON file"),
        ('<?xml version="1.0"?><rss><channel>', "an XML file"),
        (b"SQLite format 3\0" + bytes(9), "a database"),
        (b"From: <a>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "saved page"),
        (bytes(range(256)), "a binary file, not a text"),
    ],
)
@pytest.mark.parametrize("name", ["dosya", "a.pdf", "a.txt"])
def test_what_is_not_read_is_called_by_its_name(
    data: bytes | str, what: str, name: str, tmp_path: Path
) -> None:
    error = refusal(data, name)
    assert error.reason == "kind"
    with pytest.raises(UnreadableDocument, match=rf"^{name}: this is .*{what}"):
        raise error
    assert "\n" not in str(error)


@pytest.mark.parametrize("text", ["BM kuruldu.", "MZ", "GIF8 diye yazdı.", "ID3 etiketi"])
def test_a_text_that_begins_like_a_signature_is_a_text(text: str) -> None:
    assert kind(text) is Kind.TEXT


def test_a_word_file_with_a_password_is_said_to_be_locked() -> None:
    assert refusal(compound("EncryptedPackage"), "a.docx").reason == "encrypted"


def test_a_file_without_bytes_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        kind(b"")


def test_a_directory_of_streams_far_away_is_no_reason_to_stop() -> None:
    data = bytearray(compound("WordDocument"))
    data[30:32], data[48:52] = b"\xff\xff", b"\xff\xff\xff\xff"
    assert refusal(bytes(data)).reason == "kind"


def test_comments_without_end_are_passed_in_no_time() -> None:
    assert kind("<!--" * 16_000) is Kind.TEXT
    assert kind("<!-- -->" * 8_000 + "<html>") is Kind.HTML
    assert kind("<!-- -->" * 8_000 + "son") is Kind.TEXT


@pytest.mark.parametrize(
    ("name", "mime_type", "expected"),
    [
        ("a.PDF", "", True),
        ("a.epub", "application/octet-stream", True),
        ("result.json", "", True),
        ("result (2).json", "", True),
        ("package.json", "", False),
        ("kanal.json", "application/json", True),
        ("notlar", "text/plain; charset=utf-8", True),
        ("notlar", "", False),
        ("", "", False),
        ("a.png", "image/png", False),
        ("a.zip", "application/zip", False),
    ],
)
def test_a_name_or_a_type_promises_a_kind(name: str, mime_type: str, expected: bool) -> None:
    assert is_readable_name(name, mime_type) is expected


def test_every_kind_is_named_and_all_but_exports_have_an_ending() -> None:
    assert set(ENDINGS.values()) == set(Kind) - {Kind.EXPORT}
    assert all(kind.value in READ for kind in Kind)
