"""Zip files, Word files and books that trick whoever opens them."""

import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from tests import intact
from tests.damage import Case, case
from tests.hostile_pages import calling_page, laughs, xml_bombs
from tests.intact import zip_file


def overlapping_zip(entry: str, kernel: bytes, size: int, copies: int) -> bytes:
    """Make a bomb whose list names one packed entry many times (D. Fifield, WOOT 2019).

    Args:
        entry: Name of all entries.
        kernel: Raw DEFLATE stream.
        size: Bytes to which it unpacks.
        copies: Times that it is listed.
    """
    name = entry.encode()
    fields = (0x800, 8, 0, 33, 0, len(kernel), size, len(name))
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, *fields, 0) + name
    line = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, *fields, 0, 0, 0, 0, 0, 0) + name
    lines = line * copies
    start = len(local) + len(kernel)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, copies, copies, len(lines), start, 0)
    return local + kernel + lines + end


def deflate_bomb(megabytes: int) -> bytes:
    """Make a raw DEFLATE stream of spaces, one packed megabyte repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush(zlib.Z_FINISH)


def _entry(name: str, mode: int = 0, **changes: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    for attribute, value in changes.items():
        setattr(entry, attribute, value)
    return entry


def _with_entry(parts: Mapping[str, bytes], entry: zipfile.ZipInfo, data: bytes) -> bytes:
    file = io.BytesIO(zip_file(parts))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(entry, data)
    return file.getvalue()


def _with_bit(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field in every header of an archive."""
    parts = data.split(signature)
    changed = [part[: offset - 4] + value + part[offset - 4 + len(value) :] for part in parts[1:]]
    return signature.join([parts[0], *changed])


def archive_cases() -> Iterator[Case]:
    """Zip files that trick whoever unpacks them, as DOCX and as EPUB."""
    kinds = {
        "docx": (intact.docx_parts(), "word/document.xml"),
        "epub": (intact.epub_parts(), "OEBPS/b1.xhtml"),
    }
    for ending, (parts, main) in kinds.items():
        name = f"a.{ending}"
        first = "META-INF/container.xml" if ending == "epub" else main
        whole = zip_file(parts)
        for path in ("../../etc/cron.d/x", "/etc/x", "..\\x", "C:\\x", "word/../../x"):
            yield case(f"climbs to {path}", name, _with_entry(parts, _entry(path), b"x"), "unsafe")
        link = _entry("word/media/x", stat.S_IFLNK | 0o777)
        yield case("symbolic link", name, _with_entry(parts, link, b"/etc/passwd"), "unsafe")
        device = _entry("word/media/x", stat.S_IFCHR | 0o666)
        yield case("device", name, _with_entry(parts, device, b""), "ok unsafe damaged")
        bomb = overlapping_zip(first, deflate_bomb(8), 8 << 20, 256)
        yield case(f"2 GB in {len(bomb) >> 10} kB", name, bomb, "unsafe")
        listed = {part: data for part, data in parts.items() if part != main}
        spaces = _with_entry(listed, _entry(main, compress_type=8), b" " * (96 << 20))
        yield case("96 MB of spaces", name, spaces, "unsafe too_large")
        many = {**parts, **{f"x/{number}": b"" for number in range(12_000)}}
        yield case("12,000 entries", name, zip_file(many, is_stored=True), "too_large unsafe")
        locked = _with_bit(_with_bit(whole, b"PK\3\4", 6, b"\1\0"), b"PK\1\2", 8, b"\1\0")
        yield case("password", name, locked, "encrypted")
        for method in (12, 14, 97, 99):
            packed = _with_bit(whole, b"PK\1\2", 10, struct.pack("<H", method))
            yield case(f"method {method}", name, packed, "damaged")
        yield case("sums wrong", name, _with_bit(whole, b"PK\1\2", 16, b"\0\0\0\0"), "damaged ok")
        yield case("sizes lie", name, _with_bit(whole, b"PK\1\2", 24, b"\xff\xff\xff\x7f"))
        yield case("sizes are 64-bit", name, _with_bit(whole, b"PK\1\2", 24, b"\xff" * 4))
        yield case("names no UTF-8", name, whole.replace(b"xml", b"x\xff\xfe"))
        yield case("list begins elsewhere", name, whole[:-6] + b"\xff\xff\xff\x7f\0\0")
        yield case("junk before", name, b"junk" * 100 + whole)
        yield case("two archives", name, whole + whole)
        nested = whole
        for _ in range(6):
            nested = zip_file({"mimetype": b"x", main: nested, name: nested})
        yield case("archives in archives", name, nested)
        other = main[:-1] + "~"
        twice = _with_entry(parts, _entry(other), b"other").replace(other.encode(), main.encode())
        yield case("twice the same entry", name, twice)
        yield case("only its main part", name, zip_file({"x": b"", main: parts[main]}))
        yield case("no entries", name, b"PK\5\6" + bytes(18), "kind")
    yield case("an archive", "a.zip", zip_file({"a.txt": b"metin"}), "kind")
    yield case("an archive called a book", "a.epub", zip_file({"a.txt": b"metin"}), "kind")


# ---- markup


def docx_cases(url: str) -> Iterator[Case]:
    """Word files whose markup is an attack."""
    parts = intact.docx_parts()
    main = "word/document.xml"
    xml = parts[main].decode()
    for title, bomb in xml_bombs("w:document", xml, "Kira S", url):
        yield case(f"document: {title}", "a.docx", zip_file({**parts, main: bomb.encode()}))
    for part in ("word/styles.xml", "word/numbering.xml", "[Content_Types].xml"):
        laughing = parts[part].decode().partition("?>")[2]
        laughing = '<?xml version="1.0"?><!DOCTYPE x ' + laughs() + laughing
        yield case(f"laughs in {part}", "a.docx", zip_file({**parts, part: laughing.encode()}))
        yield case(f"no {part}", "a.docx", zip_file({**parts, part: b""}))
        without = {key: data for key, data in parts.items() if key != part}
        yield case(f"without {part}", "a.docx", zip_file(without))
    relations = "word/_rels/document.xml.rels"
    type_ = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    outside = "".join(
        f'<Relationship Id="x{number}" Type="{type_}/{kind}" Target="{url}/{kind}" '
        'TargetMode="External"/>'
        for number, kind in enumerate(["image", "attachedTemplate", "hyperlink", "styles"])
    )
    wild = parts[relations].decode().replace("</Relationships>", f"{outside}</Relationships>")
    picture = xml.replace(
        "</w:p>",
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:r="{type_}" r:link="x0"/></w:drawing></w:r></w:p>',
        1,
    )
    linked = {**parts, relations: wild.encode(), main: picture.encode()}
    yield case("pictures and styles elsewhere", "a.docx", zip_file(linked), "ok damaged")
    loop = parts[relations].decode().replace("styles.xml", "document.xml")
    yield case("its own style sheet", "a.docx", zip_file({**parts, relations: loop.encode()}))
    body_start = xml.index("<w:body>") + len("<w:body>")
    for title, markup in {
        "tables in tables": "<w:tbl><w:tr><w:tc>" * 3_000 + "</w:tc></w:tr></w:tbl>" * 3_000,
        "a row of 10,000 cells": (f"<w:tbl><w:tr>{'<w:tc><w:p/></w:tc>' * 10_000}</w:tr></w:tbl>"),
        "a cell that spans everything": (
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc>'
            "</w:tr></w:tbl>"
        ),
        "absurd levels": (
            '<w:p><w:pPr><w:numPr><w:ilvl w:val="-5"/><w:numId w:val="99999999999999999999"/>'
            "</w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>"
        ),
        "30,000 paragraphs": "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 30_000,
        "30,000 breaks": f"<w:p><w:r>{'<w:br/><w:tab/>' * 30_000}</w:r></w:p>",
    }.items():
        wild = xml[:body_start] + markup + xml[body_start:]
        yield case(title, "a.docx", zip_file({**parts, main: wild.encode()}))


def epub_cases(url: str) -> Iterator[Case]:
    """Books whose markup is an attack."""
    parts = intact.epub_parts()
    for part, root, inside in (
        ("META-INF/container.xml", "container", "<rootfiles>"),
        ("OEBPS/content.opf", "package", "<metadata"),
        ("OEBPS/b1.xhtml", "html", "Bölüm"),
    ):
        for title, bomb in xml_bombs(root, parts[part].decode(), inside, url):
            yield case(f"{part}: {title}", "a.epub", zip_file({**parts, part: bomb.encode()}))
    package = parts["OEBPS/content.opf"].decode()
    for title, changed in {
        "a chapter that climbs": package.replace("b1.xhtml", "../../../etc/passwd"),
        "a chapter elsewhere": package.replace("b1.xhtml", f"{url}/b1.xhtml"),
        "a chapter on disk": package.replace("b1.xhtml", "file:///etc/passwd"),
        "its own chapter": package.replace("b1.xhtml", "content.opf"),
        "a chapter 20,000 times": package.replace(
            '<itemref idref="b1"/>', '<itemref idref="b1"/>' * 20_000
        ),
        "20,000 items": package.replace(
            "<item ",
            "".join(f'<item id="x{i}" href="x{i}"/>' for i in range(20_000)) + "<item ",
            1,
        ),
        "chapters without names": package.replace('href="b1.xhtml"', "").replace("idref", "id"),
    }.items():
        yield case(title, "a.epub", zip_file({**parts, "OEBPS/content.opf": changed.encode()}))
    away = parts["META-INF/container.xml"].decode()
    for title, target in {"elsewhere": f"{url}/a.opf", "on disk": "/etc/passwd"}.items():
        moved = away.replace("OEBPS/content.opf", target).encode()
        yield case(
            f"a list {title}", "a.epub", zip_file({**parts, "META-INF/container.xml": moved})
        )
    page = calling_page(url).encode()
    yield case("pictures elsewhere", "a.epub", zip_file({**parts, "OEBPS/b1.xhtml": page}), "ok")
    encryption = (
        b'<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
        b'xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData><CipherReference '
        b'URI="OEBPS/b1.xhtml"/></CipherData></EncryptedData></encryption>'
    )
    sealed = {**parts, "META-INF/encryption.xml": encryption, "META-INF/rights.xml": b"<rights/>"}
    sealed["OEBPS/b1.xhtml"] = random.Random(1).randbytes(5000)
    yield case("rights management", "a.epub", zip_file(sealed))
