from pathlib import Path

import pytest

from embeddings.datatypes import Document
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers import load_document, read_document

TURKISH = "Şişli'de ığdır çocukları güzel bir gün geçirdi. İstanbul'un ağaçları çiçek açtı."


def read(data: bytes | str, name: str = "belge.txt") -> Document:
    return read_document(data.encode() if isinstance(data, str) else data, name, "kaynak")


def headings(document: Document) -> list[tuple[str, int]]:
    return [(document.text[h.start : h.end], h.level) for h in document.headings]


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1254", "iso8859_9"]
)
def test_turkish_is_read_from_every_charset_it_was_written_in(charset: str) -> None:
    assert read(TURKISH.encode(charset)).text == TURKISH


def test_russian_of_windows_1251_is_read() -> None:
    text = "Москва является столицей России, и в ней живёт больше двенадцати миллионов человек."
    assert read(text.encode("cp1251")).text == text


def test_a_page_names_its_charset() -> None:
    page = f'<meta charset="iso-8859-9"><p>{TURKISH}</p>'.encode("iso8859_9")
    assert read(page, "a.html").text == TURKISH


def test_one_broken_byte_costs_one_letter() -> None:
    data = (TURKISH * 5).encode()
    assert read(data + b"\xff son").text == TURKISH * 5 + "\ufffd son"


def test_line_ends_of_every_system_become_one() -> None:
    assert read(b"bir\r\niki\ruc\ndort").text == "bir\niki\nuc\ndort"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        bytes(range(256)) * 4,
        b"MZ\x90\0\x03\0\0\0",
        b"\x01\x02\x03" * 50,
    ],
)
def test_a_binary_file_named_txt_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"belge\.txt: this is a binary file"):
        read(data)


@pytest.mark.parametrize("data", [b"", b" \n\t", b"---\n***", b"\xef\xbb\xbf"])
def test_a_file_without_text_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(EmptyDocument, match=r"belge\.txt: there is no text"):
        read(data)


def test_an_unknown_ending_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.xyz: .* \.txt"):
        read("metin", "a.xyz")


def test_short_lines_in_capitals_are_headings_of_a_text() -> None:
    text = (
        "BÜYÜK BAŞLIK\n\nMetin burada.\n\nTİCARET VE İŞ BİRLİĞİ\n\nMetin sürer.\n"
        "BU SATIR İÇERİDE\nkalır."
    )
    document = read(text)
    assert headings(document) == [("BÜYÜK BAŞLIK", 1), ("TİCARET VE İŞ BİRLİĞİ", 1)]
    assert document.title == "BÜYÜK BAŞLIK"


@pytest.mark.parametrize(
    "line", ["TBM", "Karışık HARFLER", "1234 5678", "日本語の見出し", "A" * 151]
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert read(f"{line}\n\nMetin burada.").headings == ()


def test_a_text_without_heading_is_called_by_its_name() -> None:
    assert (
        read("Metin.\n\nSONRADAN GELEN\n\nMetin.", "yönetmelik 2024.txt").title
        == "yönetmelik 2024"
    )


PAGE = """<!doctype html><html><head><title>Sekme adı</title><style>p{}</style></head><body>
<header>Site adı</header><nav><a href=/>Ana sayfa</a></nav>
<article><header><h1>Ana  <b>baş</b>lık</h1></header>
<p>İlk   paragraf<br>ikinci satır. <!-- gizli --><script>var x = 1</script></p>
<h2>Liste</h2><p>Şunlar:</p><ol><li>bir</li><li>iki<ul><li>alt</li></ul></li></ol>
<table><thead><tr><th>Ad</th><th>Yaş</th></tr></thead><tr><td>Ali</td><td>7</td></tr></table>
<pre>a = 1
  b = 2</pre><p hidden>görünmez</p>&lt;son&gt; &amp; bitti</article>
<footer>Telif</footer></body></html>"""


def test_the_main_text_of_a_page_is_read_as_it_looks() -> None:
    document = read(PAGE, "a.html")
    assert document.title == "Ana başlık"
    assert headings(document) == [("Ana başlık", 1), ("Liste", 2)]
    assert document.text == (
        "Ana başlık\n\nİlk paragraf\nikinci satır.\n\nListe\n\nŞunlar:\n\n1. bir\n2. iki\n\n"
        "- alt\n\n"
        "Ad | Yaş\nAli | 7\n\na = 1\n  b = 2\n\n<son> & bitti"
    )


def test_a_page_without_headings_is_called_by_its_tab_or_its_file() -> None:
    assert read("<title>Sekme  adı</title><p>Metin", "a.html").title == "Sekme adı"
    assert read("<p>Metin", "sayfa.htm").title == "sayfa"


def test_a_page_nested_very_deep_is_read() -> None:
    assert read("<div>" * 20_000 + "dip", "a.html").text == "dip"


def test_markdown_is_read_as_it_looks_rendered() -> None:
    source = (
        "# Başlık\n\nMetin **kalın** ve [bağ](http://x.y).\n\n## Alt\n\n- bir\n- iki\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    document = read(source, "a.md")
    assert headings(document) == [("Başlık", 1), ("Alt", 2)]
    assert document.text == "Başlık\n\nMetin kalın ve bağ.\n\nAlt\n\n- bir\n- iki\n\na | b\n1 | 2"


def test_the_same_bytes_have_the_same_hash_whatever_they_are_called() -> None:
    one, two = read("# Aynı metin", "a.md"), read("# Aynı metin", "b.md")
    assert one.content_hash == two.content_hash != read("# Başka metin", "a.md").content_hash


def test_a_file_is_loaded_with_its_absolute_path_as_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Metin", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_document(Path("a.txt")).source == str(tmp_path / "a.txt")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"yok\.txt: No such file"):
        load_document(tmp_path / "yok.txt")
