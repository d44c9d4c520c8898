"""EPUBs are written with zipfile, as the books of both versions of the format are laid out."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.datatypes import Document
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.passages import split_passages
from embeddings.readers import epub as epub_module
from embeddings.readers.epub import read_epub

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""


def page(body: str, *, attributes: str = "") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title/><meta charset="utf-8"/></head><body {attributes}>{body}</body></html>"""


def package(
    chapters: Mapping[str, str], *, title: str = "Bir Kitap", extra: str = "", prefix: str = ""
) -> str:
    """A package document; prefix is that of its elements, as some programs write them."""
    colon = f"{prefix}:" if prefix else ""
    items = "".join(
        f'<{colon}item id="c{n}" href="{path}" media-type="application/xhtml+xml"/>'
        for n, path in enumerate(chapters)
    )
    spine = "".join(f'<{colon}itemref idref="c{n}"/>' for n in range(len(chapters)))
    return f"""<?xml version="1.0"?><{colon}package version="3.0">
<{colon}metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>
<{colon}meta name="cover" content="img"/></{colon}metadata>
<{colon}manifest>{items}
<{colon}item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<{colon}item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
</{colon}manifest><{colon}spine toc="ncx"><{colon}itemref idref="nav"/>{spine}</{colon}spine>
{extra}</{colon}package>"""


def navigation(entries: str) -> str:
    return page(f'<nav epub:type="toc"><h1>İçindekiler</h1><ol>{entries}</ol></nav>')


def book(
    chapters: Mapping[str, str],
    *,
    opf: str | None = None,
    nav: str = "",
    files: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A book of chapters: path to body."""
    entries: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": opf or package(chapters),
        **{f"OEBPS/{path}".replace("%20", " "): page(body) for path, body in chapters.items()},
        **({"OEBPS/nav.xhtml": navigation(nav)} if nav else {}),
        **(files or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return file.getvalue()


def read(data: bytes, name: str = "kitap.epub") -> Document:
    return read_epub(data, name, "kaynak")


def headings(document: Document) -> list[tuple[str, int]]:
    return [(document.text[h.start : h.end], h.level) for h in document.headings]


TWO = {
    "bir.xhtml": "<h1>Birinci Bölüm</h1><p>Şişli'de ığdır <br/>yağdı.</p>",
    "iki.xhtml": "<h1>İkinci Bölüm</h1><p>Sonra çiçek açtı.</p>",
}


def test_chapters_are_read_in_the_order_of_the_spine() -> None:
    opf = package({"iki.xhtml": "", "bir.xhtml": ""})
    document = read(book(TWO, opf=opf))
    assert document.text == (
        "İkinci Bölüm\n\nSonra çiçek açtı.\n\nBirinci Bölüm\n\nŞişli'de ığdır\nyağdı."
    )
    assert document.title == "Bir Kitap"
    assert headings(document) == [("İkinci Bölüm", 1), ("Birinci Bölüm", 1)]


def test_a_package_with_prefixes_and_paths_with_signs_is_read() -> None:
    chapters = {"metin/bir%20iki.xhtml": "<p>Metin.</p>"}
    assert read(book(chapters, opf=package(chapters, prefix="opf"))).text == "Metin."


def test_a_chapter_that_stands_twice_in_the_spine_is_read_once() -> None:
    opf = package(TWO).replace("</spine>", '<itemref idref="c0"/></spine>')
    assert read(book(TWO, opf=opf)).text == read(book(TWO)).text


def test_the_title_is_the_first_heading_or_the_files_name_where_the_book_has_none() -> None:
    opf = package(TWO, title=" ")
    assert read(book(TWO, opf=opf)).title == "Birinci Bölüm"
    plain = {"a.xhtml": "<p>Metin.</p>"}
    assert read(book(plain, opf=package(plain, title=""))).title == "kitap"


def test_the_contents_give_the_levels_of_headings() -> None:
    chapters = {
        "a.xhtml": "<h2>Birinci Kısım</h2>",
        "b.xhtml": "<h2>Köy</h2><p>Bir.</p><h3>Yol</h3><p>İki.</p>",
        "c.xhtml": "<h4>Dere</h4><p>Üç.</p>",  # the contents do not name it
    }
    nav = (
        '<li><a href="a.xhtml">Birinci Kısım</a><ol><li><a href="b.xhtml#x">Köy</a></li></ol></li>'
    )
    document = read(book(chapters, nav=nav))
    assert headings(document) == [("Birinci Kısım", 1), ("Köy", 2), ("Yol", 3), ("Dere", 4)]
    assert next(p.heading for p in split_passages(document)) == "Birinci Kısım › Köy"


def test_a_chapter_without_heading_has_that_of_the_contents() -> None:
    chapters = {"a.xhtml": "<p>Metin burada.</p>", "b.xhtml": '<p class="x">KÖY</p><p>Sonra.</p>'}
    nav = '<li><a href="a.xhtml">Önsöz</a></li><li><a href="b.xhtml">Köy</a></li>'
    document = read(book(chapters, nav=nav))
    assert document.text == "Önsöz\n\nMetin burada.\n\nKÖY\n\nSonra."
    assert headings(document) == [("Önsöz", 1), ("KÖY", 1)]


def test_a_title_of_two_lines_is_the_heading_that_the_contents_name() -> None:
    chapters = {"a.xhtml": "<div>Birinci<br/>Bölüm</div><p>Metin.</p>"}
    document = read(book(chapters, nav='<li><a href="a.xhtml">Birinci Bölüm</a></li>'))
    assert document.text == "Birinci\nBölüm\n\nMetin."
    assert headings(document) == [("Birinci\nBölüm", 1)]


def test_the_contents_of_an_older_book_are_read_too() -> None:
    ncx = """<?xml version="1.0"?><ncx><docTitle><text>Bir Kitap</text></docTitle><navMap>
<navPoint><navLabel><text>Kısım</text></navLabel><content src="bir.xhtml"/>
<navPoint><navLabel><text>İkinci Bölüm</text></navLabel><content src="iki.xhtml"/></navPoint>
</navPoint></navMap></ncx>"""
    document = read(book(TWO, files={"OEBPS/toc.ncx": ncx}))
    assert headings(document) == [("Birinci Bölüm", 1), ("İkinci Bölüm", 2)]


def test_covers_and_tables_of_contents_are_left_out() -> None:
    chapters = {
        "kapak.xhtml": "<p>Kapak yazısı</p>",
        "icindekiler.xhtml": "<p>Birinci Bölüm 5</p>",
        **TWO,
    }
    guide = (
        '<guide><reference type="cover" href="kapak.xhtml"/>'
        '<reference type="toc" href="icindekiler.xhtml"/></guide>'
    )
    document = read(book(chapters, opf=package(chapters, extra=guide), nav="<li/>"))
    assert document.text == read(book(TWO)).text
    typed = {"k.xhtml": '<section epub:type="cover"><p>Kapak</p></section>', **TWO}
    assert read(book(typed)).text == read(book(TWO)).text


def page_texts(document: Document) -> list[tuple[int, str]]:
    return [(page.number, document.text[page.start :][:5]) for page in document.pages]


def test_the_pages_of_the_printed_book_are_kept() -> None:
    chapters = {
        "bos.xhtml": '<a epub:type="pagebreak" title="iv"/><hr epub:type="pagebreak" title="1"/>',
        "a.xhtml": '<p><span role="doc-pagebreak" aria-label=" Page 7. "/>Bir '
        '<span epub:type="pagebreak" id="page_08"/>gün.</p><div epub:type="pagebreak">9</div>',
        "b.xhtml": "<p>Sonra bitti.</p>",
    }
    document = read(book(chapters, nav='<li><a href="a.xhtml">Köy</a></li>'))
    assert document.text == "Köy\n\nBir gün.\n\nSonra bitti."
    assert page_texts(document) == [(1, "Köy\n\n"), (7, "Bir g"), (8, "gün.\n"), (9, "\n\nSon")]
    assert [p.page for p in split_passages(document)] == [7]


def test_pages_whose_numbers_begin_anew_are_none() -> None:
    mark = '<p><span epub:type="pagebreak" title="1"/>Bir gün.</p>'
    assert read(book({"a.xhtml": mark, "b.xhtml": mark})).pages == ()


def test_a_note_is_read_once_and_its_mark_does_not_stick_to_the_word() -> None:
    note = '<aside epub:type="footnote" id="n1"><p>Iğdır bir ildir.</p></aside>'
    chapters = {
        "a.xhtml": '<p>Iğdır<sup><a href="#n1">1</a></sup> ve '
        f'Kars<a epub:type="noteref" href="#n2">2</a> uzaktır.</p>{note}',
        "notlar.xhtml": note + '<p>x<sup>2</sup> bir karedir, <a href="#b">12</a> sayfadadır.</p>',
    }
    assert read(book(chapters)).text == (
        "Iğdır ve Kars uzaktır.\n\nIğdır bir ildir.\n\nx2 bir karedir, 12 sayfadadır."
    )


def test_tags_that_end_at_once_swallow_nothing() -> None:
    chapters = {
        "a.xhtml": '<h1/><script src="x.js"/><p>Bir<a id="s12"/> iki.</p><div/><p/><p>Üç.</p>'
    }
    document = read(book(chapters))
    assert document.text == "Bir iki.\n\nÜç."
    assert document.headings == ()


def test_a_chapter_in_an_older_charset_is_read() -> None:
    old = page("<p>Şişli'de ığdır çiçeği.</p>").replace("utf-8", "iso-8859-9").encode("iso8859-9")
    chapters = {"a.xhtml": ""}
    assert read(book(chapters, files={"OEBPS/a.xhtml": old})).text == "Şişli'de ığdır çiçeği."


def test_a_missing_chapter_does_not_cost_the_others() -> None:
    opf = package({"yok.xhtml": "", **TWO})
    assert read(book(TWO, opf=opf)).text == read(book(TWO)).text


def test_a_book_without_its_container_is_read_by_its_package() -> None:
    assert read(book(TWO, files={"META-INF/container.xml": "<x/>"})).text == read(book(TWO)).text


# ---- books that cannot be read


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableDocument, match=r"^kitap\.epub: [^\n]+\Z") as caught:
        read(data)
    return caught.value.reason


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE html [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = page("<p>Metin &l9; ve &f; burada.</p>").replace("<!DOCTYPE html>", doctype)
    document = read(book({"a.xhtml": ""}, files={"OEBPS/a.xhtml": body}))
    assert document.text == "Metin &l9; ve &f; burada."
    opf = package(TWO, title="&l9;&f;").replace("<package", f"{doctype}<package", 1)
    assert read(book(TWO, opf=opf)).title == "&l9;&f;"


def test_a_book_of_pictures_is_empty() -> None:
    with pytest.raises(EmptyDocument, match=r"^kitap\.epub: there is no text"):
        read(book({"a.xhtml": '<img src="a.png" alt="resim"/>'}))


def test_a_protected_book_is_encrypted_and_one_with_hidden_fonts_is_not() -> None:
    def rights(path: str) -> dict[str, str | bytes]:
        return {
            "META-INF/encryption.xml": "<encryption><enc:EncryptedData><enc:CipherData>"
            f'<enc:CipherReference URI="{path}"/></enc:CipherData></enc:EncryptedData>'
            "</encryption>"
        }

    assert reason(book(TWO, files=rights("OEBPS/iki.xhtml"))) == "encrypted"
    assert read(book(TWO, files=rights("OEBPS/font.ttf"))).title == "Bir Kitap"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        book(TWO)[:400],
        book({"a.xhtml": ""}, opf="<package/>"),
        book({}, opf=package({"yok.xhtml": ""})),
        book({}, opf="\x00\x01\x02" * 99),
    ],
)
def test_a_broken_book_is_damaged(data: bytes) -> None:
    assert reason(data) == "damaged"


def test_a_bomb_is_unsafe_and_a_path_that_climbs_too() -> None:
    assert reason(book(TWO, files={"OEBPS/x.bin": bytes(64 << 20)})) == "unsafe"
    assert reason(book(TWO, files={"../../x.xhtml": "x"})) == "unsafe"


def test_more_text_than_allowed_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub_module, "MAX_MARKUP_BYTES", 500)
    assert reason(book(TWO)) == "too_large"


def test_chapters_nested_without_end_are_damaged() -> None:
    assert reason(book({"a.xhtml": "<div>" * 30_000 + "dip"})) == "damaged"


PIECES = ["<h1>", "</h1>", "<h2>Köy</h2>", "<p>", "</p>", "Iğdır çok uzak.", "<ol><li>", "<br/>"]
PIECES += ['<aside epub:type="footnote">', "</aside>", "<sup>1</sup>", "<td>", "&amp;", " \n", "<"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12), min_size=1, max_size=3))
def test_every_passage_stands_in_the_text(bodies: list[list[str]]) -> None:
    chapters = {f"{number}.xhtml": "".join(body) for number, body in enumerate(bodies)}
    nav = '<li><a href="0.xhtml">Köy</a><ol><li><a href="1.xhtml">Yol</a></li></ol></li>'
    try:
        document = read(book(chapters, nav=nav))
    except EmptyDocument:
        return
    ends = [0, *(heading.end for heading in document.headings)]
    assert all(end <= h.start for end, h in zip(ends, document.headings, strict=False))
    for passage in split_passages(document):
        assert document.text[passage.start : passage.end] == passage.text
