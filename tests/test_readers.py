import io
import os
import tracemalloc
from pathlib import Path

import pytest

from embeddings.datatypes import Document, Place
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.passages import split_passages
from embeddings.readers import read_documents, read_file
from embeddings.readers.text import find_headings

TURKISH = "Şişli'de ığdır çocukları güzel bir gün geçirdi. İstanbul'un ağaçları çiçek açtı."


def read(data: bytes | str, name: str = "belge.txt") -> Document:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    [document] = read_file(file, name, "kaynak")
    return document


def load(path: Path) -> Document:
    [document] = read_documents(path, path.name, str(path.absolute()))
    return document


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
        bytes(range(256)) * 4,
        b"\x01\x02\x03" * 50,
    ],
)
def test_a_binary_file_named_txt_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"belge\.txt: this is a binary file") as refusal:
        read(data)
    assert refusal.value.reason == "kind"


@pytest.mark.parametrize("data", [b" \n\t", b"---\n***", b"\xef\xbb\xbf"])
def test_a_file_without_text_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(EmptyDocument, match=r"belge\.txt: there is no text"):
        read(data)


def test_a_file_without_bytes_is_said_to_be_empty() -> None:
    with pytest.raises(EmptyDocument, match=r"belge\.txt: this file is empty"):
        read(b"")


def test_utf_16_without_its_mark_is_read() -> None:
    assert read(TURKISH.encode("utf-16-le")).text == TURKISH
    assert read(TURKISH.encode("utf-16-be")).text == TURKISH


def test_a_document_bears_the_name_of_its_file() -> None:
    assert read("# Başlık\n\nMetin", "a.md").name == "a.md"


def test_half_letters_are_replaced_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader may find them in escapes; no database stores them."""

    def read_halves(_: bytes, name: str, source: str) -> Document:
        return Document("t\ud800", "a\udc00b", source, "", places=(Place(2, "Ay\ud800"),))

    monkeypatch.setattr("embeddings.readers.text.read_text", read_halves)
    document = read("metin")
    assert (document.title, document.text) == ("t\ufffd", "a\ufffdb")
    assert document.places == (Place(2, "Ay\ufffd"),)


def test_a_file_that_is_read_whole_may_not_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.readers.MAX_BYTES", 1 << 20)
    assert len(read(b"a" * (1 << 20)).text) == 1 << 20
    with pytest.raises(UnreadableDocument, match="at most 1 MB are read") as refusal:
        read(b"a" * ((1 << 20) + 1))
    assert refusal.value.reason == "too_large"


def test_short_lines_in_capitals_are_headings_of_a_text() -> None:
    text = (
        "BÜYÜK BAŞLIK\n\nMetin burada.\n\nSAĞLIK VE GIDA İŞLERİ\n\nMetin sürer.\n"
        "BU SATIR İÇERİDE\nkalır."
    )
    document = read(text)
    assert headings(document) == [("BÜYÜK BAŞLIK", 1), ("SAĞLIK VE GIDA İŞLERİ", 1)]
    assert document.title == "BÜYÜK BAŞLIK"


@pytest.mark.parametrize(
    "line", ["TBM", "Karışık HARFLER", "1234 5678", "日本語の見出し", "A" * 151]
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert read(f"Metin.\n\n{line}\n\nMetin burada.").headings == ()


def test_a_text_without_heading_is_called_by_its_name() -> None:
    assert (
        read("Metin.\n\nSONRADAN GELEN\n\nMetin.", "yönetmelik 2024.txt").title
        == "yönetmelik 2024"
    )


@pytest.mark.parametrize(
    "line", ["Kira Sözleşmesi", "2024 yılı faaliyet raporu", "TS 825 Isı Yalıtımı", "A" + "a" * 99]
)
def test_a_first_line_that_is_a_title_names_the_text(line: str) -> None:
    document = read(f"\n{line} \n \nKiracı öder.\n\nGİDERLER\n\nSu.", "rapor_son2.txt")
    assert document.title == line
    assert headings(document) == [(line, 1), ("GİDERLER", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "Kira Sözleşmesi\nKiracı öder.",  # it does not stand alone
        "Sayın komşular,\n\nKiracı öder.",
        "Kiracı öder.\n\nSu da.",
        "kiracı öder\n\nSu da.",
        "Kira Sözleşmesi\n\nKiracı\n\nSu",  # nothing below is a sentence
        "Ankara, 12.03.2024\n\nKiracı öder.",
        "1. Giriş\n\nKiracı öder.",
        "- Giriş\n\nKiracı öder.",
        "Konu: Kira\n\nKiracı öder.",
        "Ad | Yaş\n\nKiracı öder.",
        "https://ornek.com\n\nKiracı öder.",
        "Madde 1 - Kira\n\nKiracı öder.",
        "A" + "a" * 100 + "\n\nKiracı öder.",
        "TBM\n\nKiracı öder.",
    ],
)
def test_another_first_line_is_no_title(text: str) -> None:
    assert read(text, "rapor_son2.txt").title == "rapor_son2"
    assert read(text, "rapor_son2.txt").headings == ()


def test_an_article_in_capitals_is_not_on_the_level_of_chapters() -> None:
    document = read("GİDERLER\n\nMADDE 2 – AİDATLAR\n\nKiracı öder.")
    assert headings(document) == [("GİDERLER", 1)]
    [passage] = split_passages(document)
    assert passage.heading == "MADDE 2 – AİDATLAR"  # below the title


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
        "Ana başlık\n\nİlk paragraf\nikinci satır.\n\nListe\n\nŞunlar:\n\n1. bir\n2. iki\n"
        "  - alt\n\n"
        "Ad | Yaş\nAli | 7\n\na = 1\n  b = 2\n\n<son> & bitti"
    )


AROUND = """<title>Kira</title>
<div id="cookie-banner"><p>Çerez kullanırız.</p></div><div role="navigation">Önceki</div>
<div class="content comments-open"><p>Kira ayın başında ödenir.</p>%s</div>
<span class="x sr-only">Okuyucuya</span><p style="color: red; display: none">Gizli</p>
<section class="comments-area"><p>Ali: Sağ olun!</p></section>"""


def test_what_stands_around_the_text_of_a_page_is_left_out() -> None:
    assert read(AROUND % "", "a.html").text == "Kira ayın başında ödenir."


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<div><header>Site</header><p>Metin.</p><footer>Telif</footer></div>", "Metin."),
        ("<div><header><h1>Ad</h1></header><p>Metin.</p></div>", "Ad\n\nMetin."),
        ("<div><header><h1>Site</h1><nav>a</nav></header><p>Metin.</p></div>", "Metin."),
        ("<section><header>Yazan: Ali</header>Metin.</section>", "Yazan: Ali\n\nMetin."),
        ("<div><header><h2>Ad</h2></header><p>Metin.</p></div>", "Ad\n\nMetin."),
        ("<main><header><nav>a</nav><h1>Ad</h1></header>Metin.</main>", "Ad\n\nMetin."),
        ("<div class=sidebar>Son yazılar</div><p>Metin.</p><div id=footer>Telif</div>", "Metin."),
    ],
)
def test_headers_and_footers_are_left_out_unless_they_are_of_the_text(
    page: str, text: str
) -> None:
    assert read(page, "a.html").text == text


@pytest.mark.parametrize(
    "page",
    [
        "<section id=comments><h2>Yorum</h2><p>Metin.</p></section><p>Son.</p>",
        "<div class=section id=gdpr-consent><h2>Yorum</h2><p>Metin.</p></div><p>Son.</p>",
        "<h2 id=navigation>Yorum</h2><p>Metin.</p><p>Son.</p>",
    ],
)
def test_a_section_is_text_whatever_its_heading_says(page: str) -> None:
    assert read(page, "a.html").text == "Yorum\n\nMetin.\n\nSon."


def test_the_power_of_a_linked_number_is_no_mark_of_a_note() -> None:
    page = '<p>Nüfus <a href="#n">10<sup>3</sup></a> kişi.</p>'
    assert read(page, "a.html").text == "Nüfus 103 kişi."


def test_a_page_of_nothing_but_comments_is_read() -> None:
    page = '<main class="comments"><div id="comments"><p>Ali: Sağ olun!</p></div></main>'
    assert read(page, "a.html").text == "Ali: Sağ olun!"


def test_marks_of_notes_and_links_to_headings_do_not_stick_to_words() -> None:
    page = (
        '<h2>Kira <a href="#kira">¶</a></h2><p>Kira<sup><a href="#n1">[1]</a></sup> artar, '
        'm<sup>2</sup> başına <a href="#n2">12</a> lira.</p>'
    )
    document = read(page, "a.html")
    assert document.text == "Kira\n\nKira artar, m2 başına 12 lira."
    assert headings(document) == [("Kira", 2)]


def test_lists_without_end_fill_no_memory_with_spaces() -> None:
    assert len(read("<ul><li>" * 5000 + "a", "a.html").text) < 50


def test_a_term_of_several_definitions_stays_with_them() -> None:
    page = "<dl><dt>TÜFE<dd>Tüketici fiyatları.<dd>Bir endeks.<dt>ÜFE<dd>Üretici.</dl>Son"
    assert read(page, "a.html").text == (
        "TÜFE\nTüketici fiyatları.\nBir endeks.\n\nÜFE\nÜretici.\n\nSon"
    )


def test_an_inner_list_is_introduced_by_its_item() -> None:
    page = "<ul><li>Saatler:<ul><li>%s</li><li>%s</li></ul></li><li>Son.</li></ul>"
    items = (
        "Hafta içi yirmi ikiden sonra sessiz olunur.",
        "Hafta sonu ise gece yarısından sonra.",
    )
    passages = split_passages(read(page % items, "a.html"))
    assert [(p.lead_in, p.text) for p in passages[:2]] == [
        ("- Saatler:", f"- {item}") for item in items
    ]


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


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"yok\.txt: No such file") as refusal:
        load(tmp_path / "yok.txt")
    assert refusal.value.reason == "missing"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<ol start=5><li>a<li>b</ol>", "5. a\n6. b"),
        ("<ol start=' +7x'><li>a</ol>", "7. a"),
        ("<ol start=x><li>a<li value=yedi>b</ol>", "1. a\n2. b"),
        ("<ol><li>a<li value=7>b<li>c</ol>", "1. a\n7. b\n8. c"),
        ("<ol reversed><li>a<li>b<li>c</ol>", "3. a\n2. b\n1. c"),
        ("<ol reversed start=10><li>a<li>b</ol>", "10. a\n9. b"),
        ("<ol><li>a<ol start=4><li>b</ol><li>c</ol>", "1. a\n  4. b\n2. c"),
        (
            "<ul><li>a<ul><li>b<ul><li>c</ul><li>d</ul><li>e</ul>f",
            "- a\n  - b\n    - c\n  - d\n- e\n\nf",
        ),
        ("<ul><li>a<li></ul><p>b", "- a\n\nb"),
    ],
)
def test_items_have_the_numbers_that_a_browser_shows(page: str, text: str) -> None:
    assert read(page, "a.html").text == text


def test_markdown_keeps_the_number_of_a_law_and_of_a_year() -> None:
    assert read("11. Madde\n12. Madde", "a.md").text == "11. Madde\n12. Madde"
    assert read("1923. Cumhuriyet", "a.md").text == "1923. Cumhuriyet"


def test_a_page_within_a_form_is_read_without_its_controls() -> None:
    page = "<form><p>Metin</p><select><option>Seç</select><button>Git</button></form>Son"
    assert read(page, "a.html").text == "Metin\n\nSon"


@pytest.mark.parametrize("block", ["p", "div", "section", "ul"])
def test_a_heading_without_end_tag_ends_where_a_block_begins(block: str) -> None:
    document = read(f"<h1>Başlık<{block}>Metin sürer.</{block}><p>Son", "a.html")
    assert headings(document) == [("Başlık", 1)]


def test_a_block_that_holds_the_words_of_a_heading_does_not_end_it() -> None:
    assert headings(read("<h2><div>Başlık</div></h2>Metin", "a.html")) == [("Başlık", 2)]


def test_what_is_longer_than_300_characters_is_no_heading_and_no_title() -> None:
    assert headings(read(f"<h1>{'a' * 300}</h1>", "a.html")) == [("a" * 300, 1)]
    assert read(f"<h1>{'a' * 301}</h1>", "a.html").headings == ()
    assert read(f"<title>{'a' * 999}</title>Metin", "a.html").title == "a" * 300


def test_preformatted_text_keeps_the_line_ends_within_it_alone() -> None:
    page = "Üst<pre>\n\n<span>a</span>\n<span>b</span>\n\n  c\n\n</pre>Alt"
    assert read(page, "a.html").text == "Üst\n\na\nb\n\n  c\n\nAlt"


def test_a_heading_in_a_list_has_no_mark() -> None:
    document = read("<ul><li><h3>Başlık</h3><p>Metin</ul>", "a.html")
    assert document.text == "Başlık\n\nMetin"
    assert headings(document) == [("Başlık", 3)]


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "latin1", "us-ascii", "windows-1252", "latin5", "ISO-8859-9"]
)
def test_a_turkish_page_may_declare_a_western_charset(charset: str) -> None:
    page = f"<meta charset={charset}><p>“{TURKISH}”</p>".encode("cp1254")
    assert read(page, "a.html").text == f"“{TURKISH}”"


def test_an_icelandic_page_stays_icelandic() -> None:
    text = "Það er æði gott að búa á Íslandi þótt veðrið sé kalt."
    assert read(f"<meta charset=iso-8859-1>{text}".encode("latin-1"), "a.html").text == text


@pytest.mark.parametrize(
    "charset", ["undefined", "idna", "punycode", "unicode_escape", "utf-7", "utf-16", "rot13", "x"]
)
def test_a_charset_that_no_page_is_written_in_is_not_believed(charset: str) -> None:
    page = f"<meta charset={charset}><p>{TURKISH}</p>".encode("cp1254")
    assert read(page, "a.html").text == TURKISH


@pytest.mark.parametrize("text", ["Iğdır", "İş", "Şişli'de çay", "kâğıt – “güz”"])
def test_a_few_bytes_of_windows_1254_are_turkish(text: str) -> None:
    assert read(text.encode("cp1254")).text == text


def test_a_few_bytes_of_windows_1251_are_russian() -> None:
    assert read("Москва столица".encode("cp1251")).text == "Москва столица"


def test_one_good_letter_outweighs_one_broken_byte() -> None:
    text = "Kisa bir metin ve tek bir yumusak g: ğ. " + "Yalin harflerle devam eder. " * 5
    assert read(text.encode() + b"\xff").text == text + "\ufffd"


def test_what_terminals_obey_is_left_out() -> None:
    assert read("Kı\x1b[31mrm\x1bızı\x9b \x80son\x07 " + "a" * 1000).text == (
        "Kırmızı son " + "a" * 1000
    )


def test_form_feeds_and_their_like_are_line_ends() -> None:
    assert read("bir\fiki\vüç\x85dört").text == "bir\niki\nüç\ndört"


def pages(document: Document) -> list[tuple[int, str]]:
    return [(page.number, document.text[page.start :].split()[0]) for page in document.pages]


def test_form_feeds_end_pages_whose_printed_numbers_are_left_out() -> None:
    sheets = ["Kapak", "Bir.\n\n   - 1 -\n", "Sayfa 2 / 3\n\nİki.\n7\n", "Üç.\n3"]
    document = read("\f".join(sheets))
    assert document.text.split() == ["Kapak", "Bir.", "İki.", "7", "Üç."]
    assert pages(document) == [(1, "Bir."), (2, "İki."), (3, "Üç.")]


def test_pages_without_printed_numbers_count_from_one() -> None:
    assert pages(read("Bir.\n\f1\nİki.\f\f9\nÜç.\f")) == [
        (1, "Bir."),
        (2, "1"),
        (3, "9"),
        (4, "9"),
    ]
    assert read("Bir.\n\f\n").pages == ()


def test_the_mark_of_a_files_beginning_is_no_text_within_it() -> None:
    assert read("Bir.\n".encode("utf-8-sig") + "\ufeffİki.".encode()).text == "Bir.\nİki."


def test_markdown_nested_deep_keeps_its_text() -> None:
    assert read("> " * 150 + "dip", "a.md").text == "dip"
    with pytest.raises(EmptyDocument):
        read("> " * 9000 + "dip", "a.md")


def test_a_set_of_characters_is_no_mark_of_a_note() -> None:
    assert read("Desen [^abc] ile yazılır.\n\n[^1]: Not.\n", "a.md").text == (
        "Desen [^abc] ile yazılır.\n\nNot."
    )


def test_notes_of_markdown_are_read_without_their_marks() -> None:
    source = "Çöp[^1] ve ~~cam~~ kâğıt[^not]: `a[^1]`.\n\n[^1]: Poşet\n[^not]: Kuru olmalı.\n"
    assert read(source, "a.md").text == ("Çöp ve cam kâğıt: a[^1].\n\nPoşet\nKuru olmalı.")


def test_front_matter_is_no_text_and_names_the_document() -> None:
    front = "---\ntitle: \"Kira & 'Ev'\"\ntags:\n  - ev\n\n# not\nyear: 2024\n---\n"
    document = read(front + "Metin.", "a.md")
    assert (document.title, document.text) == ("Kira & 'Ev", "Metin.")
    assert read(front + "# Başlık\n\nMetin.", "a.md").title == "Başlık"


@pytest.mark.parametrize("text", ["---\nMetin\n\n---\nSon", "---\n\ntitle: a\n\n---\nSon"])
def test_text_between_two_rules_is_no_front_matter(text: str) -> None:
    assert read(text, "a.md").text.endswith("\n\nSon")


def test_the_name_of_a_chapter_may_stand_below_its_number() -> None:
    text = "ÜÇÜNCÜ BÖLÜM\nGiderler\n\nMadde 6 - Kiracı öder.\n\nKİRACI\nAhmet Yılmaz\n"
    document = read(text)
    assert headings(document) == [("ÜÇÜNCÜ BÖLÜM\nGiderler", 1)]
    assert document.title == "ÜÇÜNCÜ BÖLÜM Giderler"


def test_headings_are_found_without_a_list_of_all_lines() -> None:
    text = "\n" * 1_000_000 + "BAŞLIK\n\n" + "a\n" * 200_000
    tracemalloc.start()
    assert len(find_headings(text)) == 1
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "nested", ["<div>" * 200_000, "<div></p></ul>" * 99_999, "<a><b>" * 99_999]
)
def test_a_page_nested_without_end_is_refused(nested: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.html: .*nested too deep"):
        read(nested + "dip", "a.html")


def test_many_elements_side_by_side_are_read() -> None:
    assert read("<p>a<br>" * 30_000, "a.html").text.count("a") == 30_000


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "boru.txt")
    with pytest.raises(UnreadableDocument, match=r"boru\.txt: this is not a file"):
        load(tmp_path / "boru.txt")


def test_a_device_is_not_opened() -> None:
    with pytest.raises(UnreadableDocument, match="/dev/zero: this is not a file"):
        load(Path("/dev/zero"))


def test_nothing_in_a_folder_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="nothing in this folder can be read"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["a" * 5000 + ".txt", "a\0.txt", "a.txt/b.txt"])
def test_an_impossible_path_is_said_in_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Metin", "utf-8")
    with pytest.raises(UnreadableDocument, match=r"^.+txt: [^\n]+$"):
        load(tmp_path / name)


def test_a_name_of_undecodable_bytes_becomes_storable(tmp_path: Path) -> None:
    path = tmp_path / "a\udcff.txt"
    path.write_text("Metin", "utf-8")
    document = load(path)
    assert (document.title, document.name) == ("a\ufffd", "a\ufffd.txt")
    assert document.source == str(tmp_path / "a\ufffd.txt")
    with pytest.raises(UnreadableDocument, match="a\ufffd"):
        read("***", "a\udcff.xyz")
