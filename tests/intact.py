"""Small intact files of every format, made with the formats' own libraries; the same each time."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import docx
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

SENTENCE = "Kiraci evi ozenle kullanmakla yukumludur. "
PARAGRAPHS = [f"{number}. madde. {SENTENCE * 3}" for number in range(1, 8)]
_MIDNIGHT = (2024, 1, 2, 3, 4, 6)


@cache
def intact_files() -> Mapping[str, bytes]:
    """Make a file of each format; names with their right endings."""
    return MappingProxyType(
        {
            "a.pdf": pdf_file(),
            "a.docx": docx_file(),
            "a.epub": epub_file(),
            "a.html": html_file().encode(),
            "a.md": markdown_file().encode(),
            "a.txt": "\n\n".join(["KİRA SÖZLEŞMESİ", *PARAGRAPHS]).encode(),
            "utf16.txt": "\n\n".join(PARAGRAPHS[:2]).encode("utf-16"),
            "a.csv": csv_file().encode(),
            "a.srt": srt_file().encode(),
            "a.vtt": ("WEBVTT\n\n" + srt_file().replace(",", ".")).encode(),
            "result.json": export_file(),
        }
    )


def pdf_file(*, password: str | None = None, owner: str | None = None) -> bytes:
    """Write three pages; encrypted where a password is given."""
    lock = None
    if password is not None:
        lock = StandardEncryption(password, ownerPassword=owner, strength=128)
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1, encrypt=lock)
    for page in range(3):
        canvas.drawString(72, 800, "Kira Sozlesmesi")
        for number, paragraph in enumerate(PARAGRAPHS):
            canvas.drawString(72, 740 - 40 * number, paragraph[:90])
        canvas.drawString(290, 30, str(page + 1))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scanned_file() -> bytes:
    """Write two pages of PDF that hold a picture each and no text."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    for _ in range(2):
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def picture_file() -> bytes:
    """Write a PNG."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 10, 10)).save(file, "PNG")
    return file.getvalue()


def docx_file() -> bytes:
    """Write headings, paragraphs, a list and a table."""
    document = docx.Document()
    document.add_heading("Kira Sözleşmesi", 1)
    for paragraph in PARAGRAPHS[:3]:
        document.add_paragraph(paragraph)
    document.add_paragraph("bir", style="List Bullet")
    document.add_paragraph("iki", style="List Number")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"hücre {number}"
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as archive:
        return zip_file({entry: archive.read(entry) for entry in archive.namelist()})


CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PACKAGE = (
    '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Kira</dc:title></metadata>'
    '<manifest><item id="b1" href="b1.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="b2" href="b2.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="b1"/><itemref idref="b2"/></spine></package>'
)


def chapter(number: int) -> str:
    """Write a chapter of a book."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:3])
    return (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
        f"</head><body><h1>Bölüm {number}</h1>{paragraphs}</body></html>"
    )


def epub_parts() -> dict[str, bytes]:
    """Give the entries of a book of two chapters."""
    return {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER.encode(),
        "OEBPS/content.opf": PACKAGE.encode(),
        "OEBPS/b1.xhtml": chapter(1).encode(),
        "OEBPS/b2.xhtml": chapter(2).encode(),
    }


@cache
def docx_parts() -> Mapping[str, bytes]:
    """Give the entries of docx_file."""
    with zipfile.ZipFile(io.BytesIO(docx_file())) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return MappingProxyType(parts)


def epub_file() -> bytes:
    """Write a book of two chapters."""
    return zip_file(epub_parts())


def zip_file(parts: Mapping[str, bytes], *, is_stored: bool = False) -> bytes:
    """Pack entries; the first one and all of a stored archive are not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(parts.items()):
            method = zipfile.ZIP_STORED if is_stored or number == 0 else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _MIDNIGHT), data, method)
    return file.getvalue()


def html_file() -> str:
    """Write a page with a menu, headings, a list and a table."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:3])
    return (
        "<!doctype html><html><head><title>Kira</title></head><body><nav>Menü</nav><main>"
        f"<h1>Kira Sözleşmesi</h1>{paragraphs}<ul><li>bir<li>iki</ul><table><tr><td>a<td>b"
        "</table></main></body></html>"
    )


def markdown_file() -> str:
    """Write headings, a list, a table and a quotation."""
    paragraphs = "\n\n".join(PARAGRAPHS[:3])
    return (
        f"---\ntitle: Kira\n---\n# Kira Sözleşmesi\n\n{paragraphs}\n\n- bir\n- **iki**\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n> söz [bağ](x)\n"
    )


def csv_file() -> str:
    """Write an FAQ."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["soru", "cevap"])
    writer.writerows((f"{number}. madde ne der?", text) for number, text in enumerate(PARAGRAPHS))
    return file.getvalue()


def srt_file() -> str:
    """Write cues of two seconds."""
    return "\n".join(
        f"{number}\n00:00:{number * 3:02},000 --> 00:00:{number * 3 + 2:02},500\n{SENTENCE}\n"
        for number in range(1, 12)
    )


def export_file() -> bytes:
    """Write a group's export of some messages."""
    messages = [
        {
            "id": number,
            "type": "message",
            "date": f"2024-01-02T03:{number:02}:00",
            "date_unixtime": str(1704164640 + 60 * number),
            "from": "Ayşe",
            "from_id": "user7",
            "text": paragraph if number % 2 else ["a ", {"type": "bold", "text": paragraph}],
            "text_entities": [{"type": "plain", "text": paragraph}],
        }
        for number, paragraph in enumerate(PARAGRAPHS, start=1)
    ]
    chat = {"name": "Kira", "type": "private_supergroup", "id": 12345, "messages": messages}
    return json.dumps(chat, ensure_ascii=False, indent=1).encode()
