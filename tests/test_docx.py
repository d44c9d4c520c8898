import io
import zipfile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Document
from embeddings.errors import UnreadableDocument
from embeddings.passages import split_passages
from embeddings.readers.docx import read_docx
from embeddings.readers.docx_numbering import format_number

LONG = (
    "Bu paragraf, tek başına alıntılanacak kadar uzun olsun diye birkaç kelime daha içerir. " * 2
)


def save(document: WordDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read(document: WordDocument | bytes, name: str = "belge.docx") -> Document:
    data = document if isinstance(document, bytes) else save(document)
    return read_docx(data, name, "kaynak")


def headings(document: Document) -> list[tuple[str, int]]:
    return [(document.text[h.start : h.end], h.level) for h in document.headings]


def with_body(xml: str) -> WordDocument:
    """Make a document whose body is written out, as Word writes what python-docx cannot."""
    document = docx.Document()
    names = (
        nsdecls("w", "m", "r")
        + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    for element in reversed(parse_xml(f"<w:body {names}>{xml}</w:body>")):
        document.element.body.insert(0, element)
    return document


def with_part(data: bytes, name: str, content: bytes | None) -> bytes:
    """Replace, add or (None) remove one entry of an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        if content is not None:
            new.writestr(name, content)
    return file.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def add_list(document: WordDocument, *levels: str, list_id: int = 77) -> None:
    """Define a list; levels as (kind, pattern), the first one outermost."""
    numbering = document.part.numbering_part.element
    written = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, (kind, _, pattern) in enumerate(level.partition(" ") for level in levels)
    )
    definition = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">{written}</w:abstractNum>'
    )
    numbering.insert(0, definition)
    numbering.append(number(list_id, list_id))


def number(list_id: int, definition: int, start: int | None = None) -> BaseOxmlElement:
    anew = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        if start is not None
        else ""
    )
    return parse_xml(
        f'<w:num {nsdecls("w")} w:numId="{list_id}"><w:abstractNumId w:val="{definition}"/>'
        f"{anew}</w:num>"
    )


def add_item(document: WordDocument, text: str, level: int = 0, list_id: int = 77) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/>'
            "</w:numPr>"
        )
    )


def lines_of_list(*items: tuple[str, int], levels: tuple[str, ...]) -> list[str]:
    document = docx.Document()
    add_list(document, *levels)
    for text, level in items:
        add_item(document, text, level)
    return read(document).text.split("\n")


def test_a_document_is_read_as_word_shows_it() -> None:
    document = docx.Document()
    document.add_heading("Kira Rehberi", 0)
    document.add_heading("Ödeme", 1)
    document.add_paragraph("Kira her ayın beşinde ödenir.")
    document.add_paragraph("Banka ile", style="List Number")
    document.add_paragraph("Elden", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Ay", "Tutar", "Ocak", "500"], strict=True):
        cell.text = text
    document.add_heading("Gecikme", 2)
    document.add_paragraph("Faiz işler.")
    result = read(document)
    assert result.text == (
        "Kira Rehberi\n\nÖdeme\n\nKira her ayın beşinde ödenir.\n\n1. Banka ile\n2. Elden\n\n"
        "Ay | Tutar\nOcak | 500\n\nGecikme\n\nFaiz işler."
    )
    assert headings(result) == [("Kira Rehberi", 1), ("Ödeme", 1), ("Gecikme", 2)]
    assert (result.title, result.source) == ("Kira Rehberi", "kaynak")


def test_headings_stand_above_the_passages_and_are_in_none() -> None:
    document = docx.Document()
    document.add_heading("Rehber", 0)
    document.add_heading("Ödeme", 1)
    document.add_heading("Süre", 2)
    document.add_paragraph(LONG)
    [passage] = split_passages(read(document))
    assert passage.heading == "Ödeme › Süre"
    assert passage.text == LONG.strip()


@pytest.mark.parametrize("name", ["heading 3", "Heading 3", "Başlık 3", "başlık 3"])
def test_a_heading_is_known_by_its_style_in_the_languages_of_word(name: str) -> None:
    document = docx.Document()
    style = document.styles.add_style("Balk3", 1)
    style.element.find(qn("w:name")).set(qn("w:val"), name)
    document.add_paragraph("Süre", style=style)
    assert headings(read(document)) == [("Süre", 3)]


def test_a_style_based_on_a_heading_is_one() -> None:
    document = docx.Document()
    style = document.styles.add_style("Bölüm adı", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Süre", style=style)
    assert headings(read(document)) == [("Süre", 2)]


def test_the_outline_level_of_a_paragraph_comes_before_its_style() -> None:
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:outlineLvl w:val="{level}"/></w:pPr>'
        f"<w:r><w:t>{level}</w:t></w:r></w:p>"
        for style, level in [("Normal", 3), ("Heading1", 9)]
    )
    assert headings(read(with_body(body))) == [("3", 4)]


def test_styles_based_on_one_another_in_a_circle_are_read() -> None:
    document = docx.Document()
    first, second = document.styles.add_style("A", 1), document.styles.add_style("B", 1)
    first.base_style, second.base_style = second, first
    document.add_paragraph("Metin", style=first)
    assert read(document).text == "Metin"


def test_a_paragraph_styled_as_heading_but_longer_than_one_is_text() -> None:
    document = docx.Document()
    document.add_heading("uzun " * 100, 1)
    assert read(document).headings == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Kira Yönetmeliği", "Kira Yönetmeliği"),
        ("Belge Yönetimi", "Belge Yönetimi"),
        ("Word Document", "Görünen"),
        ("Microsoft Word - taslak.doc", "Görünen"),
        ("Belge1", "Görünen"),
        ("T.C.", "Görünen"),
        ("", "Görünen"),
    ],
)
def test_the_title_is_that_of_the_properties_where_a_person_gave_one(
    given: str, expected: str
) -> None:
    document = docx.Document()
    document.core_properties.title = given
    document.add_heading("Bölüm", 1)
    document.add_heading("Görünen", 0)
    assert read(document).title == expected


def test_without_a_title_the_first_top_heading_is_it_or_the_name_of_the_file() -> None:
    document = docx.Document()
    document.add_heading("Alt", 2)
    assert read(document, "kira.docx").title == "kira"
    document.add_heading("Üst", 1)
    assert read(document, "kira.docx").title == "Üst"


@pytest.mark.parametrize(
    ("number", "kind", "expected"),
    [
        (7, "decimal", "7"),
        (7, "decimalZero", "07"),
        (3, "lowerLetter", "c"),
        (28, "upperLetter", "BB"),
        (1994, "lowerRoman", "mcmxciv"),
        (4, "upperRoman", "IV"),
        (2, "russianLower", "б"),
        (5, "ordinal", "5"),
        (0, "lowerRoman", "0"),
        (999_999_999, "lowerLetter", "999999999"),
    ],
)
def test_numbers_are_written_as_lists_write_them(number: int, kind: str, expected: str) -> None:
    assert format_number(number, kind) == expected


def test_the_levels_of_a_list_count_as_word_counts_them() -> None:
    items = [("bir", 0), ("alt", 1), ("alt", 1), ("derin", 2), ("iki", 0), ("alt", 1)]
    lines = lines_of_list(*items, levels=("decimal %1.", "decimal %1.%2.", "lowerLetter %3)"))
    assert lines == [
        "1. bir", "  1.1. alt", "  1.2. alt", "    a) derin", "2. iki", "  2.1. alt",
    ]  # fmt: skip


def test_a_number_with_words_around_it_is_read_with_them() -> None:
    lines = lines_of_list(("Konu", 0), ("Süre", 0), levels=("decimal Madde %1 –",))
    assert lines == ["Madde 1 – Konu", "Madde 2 – Süre"]


def test_bullets_of_every_shape_are_hyphens() -> None:
    assert lines_of_list(("bir", 0), ("iki", 1), levels=("bullet \uf0b7", "bullet o")) == [
        "- bir",
        "  - iki",
    ]


def test_a_list_that_begins_anew_does_and_one_that_goes_on_does() -> None:
    document = docx.Document()
    add_list(document, "decimal %1.")
    numbering = document.part.numbering_part.element
    numbering.append(number(78, 77, start=5))
    numbering.append(number(79, 77))
    for list_id in (77, 78, 78, 79):
        add_item(document, "madde", list_id=list_id)
    assert read(document).text.split("\n") == ["1. madde", "5. madde", "6. madde", "7. madde"]


def test_a_heading_is_numbered_by_its_style() -> None:
    document = docx.Document()
    add_list(document, "decimal %1.", "decimal %1.%2")
    levels = document.part.numbering_part.element[0]
    for index, style in enumerate(["Heading 1", "Heading 2"]):
        element = document.styles[style].element
        levels[index].insert(
            2, parse_xml(f'<w:pStyle {nsdecls("w")} w:val="{element.get(qn("w:styleId"))}"/>')
        )
        element.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="77"/></w:numPr>')
        )
    for text, level in [("Giriş", 1), ("Amaç", 2), ("Kapsam", 2), ("Hükümler", 1)]:
        document.add_heading(text, level)
    assert headings(read(document)) == [
        ("1. Giriş", 1),
        ("1.1 Amaç", 2),
        ("1.2 Kapsam", 2),
        ("2. Hükümler", 1),
    ]


def test_a_mark_cannot_make_a_bomb() -> None:
    document = docx.Document()
    add_list(document, "decimal " + "x" * 10_000 + " %1")
    add_item(document, "madde")
    assert len(read(document).text) < 200


def test_items_of_a_list_are_quoted_with_the_line_that_introduces_them() -> None:
    document = docx.Document()
    document.add_paragraph("Gerekli belgeler:")
    document.add_paragraph("Kimlik kartının okunaklı bir kopyası gerekir.", style="List Bullet")
    document.add_paragraph("İmzalı ve tarihli bir dilekçe de gerekir.", style="List Bullet")
    passages = split_passages(read(document))
    assert [p.text[:8] for p in passages] == ["- Kimlik", "- İmzalı"]
    assert {p.lead_in for p in passages} == {"Gerekli belgeler:"}


def test_merged_cells_are_read_once() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 1).text = table.cell(2, 2).text = ""
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).merge(table.cell(2, 2))
    assert read(document).text == "00 | 02\n10 | 11 | 12\n20 | 21"


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ('<w:hMerge w:val="continue"/>', "a"),
        ("<w:hMerge/>", "a"),
        ('<w:hMerge w:val="restart"/>', "a | b"),
        ('<w:cellDel w:id="1"/>', "a"),
        ('<w:cellIns w:id="1"/>', "a | b"),
    ],
)
def test_cells_that_old_programs_merged_or_somebody_deleted_are_out(
    mark: str, expected: str
) -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    body = f"<w:tbl><w:tr>{cell.format('', 'a')}{cell.format(mark, 'b')}</w:tr></w:tbl>"
    assert read(with_body(body)).text == expected


def test_a_row_with_empty_cells_stays_in_its_table() -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    for place, text in [((0, 0), "Ay"), ((0, 1), "Tutar"), ((1, 0), "Ocak")]:
        table.cell(*place).text = text
    assert read(document).text == "Ay | Tutar\nOcak"


def test_a_table_within_a_cell_is_read_in_its_place() -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Giderler"
    inner = table.cell(0, 1).add_table(2, 2)
    for cell, text in zip(inner._cells, ["Ocak", "5", "Şubat", "7"], strict=True):
        cell.text = text
    assert read(document).text == "Giderler\n\nOcak | 5\nŞubat | 7"


def test_a_cell_around_text_is_a_frame() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = LONG
    cell.add_paragraph("Süre", style="Heading 2")
    cell.add_paragraph(LONG)
    result = read(document)
    assert headings(result) == [("Süre", 2)]
    assert result.text == f"{LONG.strip()}\n\nSüre\n\n{LONG.strip()}"


def test_columns_of_text_are_read_one_behind_the_other() -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    for cell in table._cells:
        cell.text = LONG * 5
        cell.add_paragraph(LONG)
    assert " | " not in read(document).text
    assert read(document).text.count("\n\n") == 3


def test_no_row_of_a_long_table_is_cut() -> None:
    document = docx.Document()
    table = document.add_table(60, 2)
    for index, cell in enumerate(table._cells):
        cell.text = f"hücre {index} " + "abc " * 5
    rows = read(document).text.split("\n")
    passages = split_passages(read(document))
    assert len(passages) > 1
    assert all(line in rows for passage in passages for line in passage.text.split("\n"))
    assert sum(passage.text.count("|") for passage in passages) == 60


def test_text_stands_in_the_order_of_the_body() -> None:
    document = docx.Document()
    document.add_paragraph("önce")
    document.add_table(1, 1).cell(0, 0).text = "tablo"
    document.add_paragraph("sonra")
    assert read(document).text == "önce\n\ntablo\n\nsonra"


def test_breaks_tabs_and_spaces_are_read_as_they_look() -> None:
    document = docx.Document()
    run = document.add_paragraph("Ad:").add_run()
    run.add_tab()
    run.add_text("Ayşe   Yılmaz")
    run.add_break()
    run.add_text("Ankara")
    document.add_paragraph("bir").add_run(" ")
    document.paragraphs[-1].add_run("iki")
    assert read(document).text == "Ad: Ayşe Yılmaz\nAnkara\n\nbir iki"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<w:hyperlink r:id="rId99"><w:r><w:t>bağ</w:t></w:r></w:hyperlink>', "bağ"),
        ('<w:ins w:id="1"><w:r><w:t>eklenen</w:t></w:r></w:ins>', "eklenen"),
        ('<w:del w:id="1"><w:r><w:delText>silinen</w:delText></w:r></w:del>', ""),
        ('<w:moveFrom w:id="1"><w:r><w:t>eski yer</w:t></w:r></w:moveFrom>', ""),
        ('<w:moveTo w:id="1"><w:r><w:t>yeni yer</w:t></w:r></w:moveTo>', "yeni yer"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>gizli</w:t></w:r>", ""),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>açık</w:t></w:r>', "açık"),
        ("<w:sdt><w:sdtContent><w:r><w:t>alan</w:t></w:r></w:sdtContent></w:sdt>", "alan"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Metin girin"
            "</w:t></w:r></w:sdtContent></w:sdt>",
            "",
        ),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText>'
            '<w:t>kod</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>bugün'
            '</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "bugün",
        ),
        ('<w:fldSimple w:instr="PAGE"><w:r><w:t>3</w:t></w:r></w:fldSimple>', "3"),
        ("<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>", "E=mc"),
        ('<w:r><w:t>C</w:t><w:sym w:font="Arial" w:char="00B0"/></w:r>', "C°"),
        ('<w:r><w:t>a</w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "a"),
        ("<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>posta</w:t></w:r>", "e-posta"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢"
            "</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            "漢",
        ),
        ("<w:r><w:t>iki\n  satır</w:t></w:r>", "iki satır"),
    ],
)
def test_what_word_shows_of_a_paragraph_is_read(inside: str, expected: str) -> None:
    assert read(with_body(f"<w:p>{inside}</w:p>")).text == expected


def test_hidden_styles_hide() -> None:
    document = docx.Document()
    style = document.styles.add_style("Not", 2)
    style.font.hidden = True
    paragraph = document.add_paragraph("açık")
    paragraph.add_run(" gizli", style=style)
    assert read(document).text == "açık"


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    deleted = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
    body = (
        f"<w:p>{deleted}<w:r><w:t>Kiracı </w:t></w:r></w:p>"
        "<w:p><w:r><w:t>öder.</w:t></w:r></w:p>"
        f"<w:p>{deleted}<w:r><w:t>{{}}</w:t></w:r></w:p>"
    )
    assert read(with_body(body.format("Son."))).text == "Kiracı öder.\n\nSon."
    assert read(with_body(body.format(" "))).text == "Kiracı öder."


def test_a_large_initial_belongs_to_its_word() -> None:
    body = (
        '<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr><w:r><w:t>K</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>iracı öder.</w:t></w:r></w:p>"
    )
    assert read(with_body(body)).text == "Kiracı öder."


def test_a_deleted_row_is_out_and_an_inserted_one_is_in() -> None:
    rows = "".join(
        f'<w:tr><w:trPr><w:{change} w:id="1"/></w:trPr><w:tc><w:p><w:r><w:t>{change}</w:t></w:r>'
        "</w:p></w:tc></w:tr>"
        for change in ("del", "ins")
    )
    assert read(with_body(f"<w:tbl>{rows}</w:tbl>")).text == "ins"


def test_content_controls_around_paragraphs_rows_and_cells_are_opened() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>denetim</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        f"<w:tbl><w:sdt><w:sdtContent><w:tr>{cell.format('a')}<w:sdt><w:sdtContent>"
        f"{cell.format('b')}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    assert read(with_body(body)).text == "denetim\n\na | b"


def test_a_table_of_contents_is_out() -> None:
    document = with_body(
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/>"
        "</w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Giriş 3</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    style = document.styles.add_style("toc 1", 1)
    document.add_paragraph("Kapsam 4", style=style)
    document.add_paragraph("Metin")
    assert read(document).text == "Metin"


def add_bold(document: WordDocument, text: str, style: str | None = None) -> None:
    document.add_paragraph(style=style).add_run(text).bold = True


def test_short_bold_paragraphs_are_headings_below_the_styled_ones() -> None:
    document = docx.Document()
    document.add_heading("Rehber", 1)
    add_bold(document, "GENEL HÜKÜMLER")
    add_bold(document, "Amaç")
    document.add_paragraph(LONG)
    add_bold(document, "Tanımlar", "List Number")
    document.add_paragraph(LONG)
    result = read(document)
    assert headings(result) == [
        ("Rehber", 1), ("GENEL HÜKÜMLER", 2), ("Amaç", 3), ("1. Tanımlar", 3),
    ]  # fmt: skip
    assert [p.heading for p in split_passages(result)] == [
        "GENEL HÜKÜMLER › Amaç",
        "GENEL HÜKÜMLER › 1. Tanımlar",
    ]


def test_a_character_style_makes_bold_and_a_run_takes_it_back() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("Amaç", style="Strong")
    document.add_paragraph(LONG)
    undone = document.add_paragraph().add_run("Kapsam", style="Strong")
    undone.bold = False
    document.add_paragraph(LONG)
    assert headings(read(document)) == [("Amaç", 1)]


@pytest.mark.parametrize(
    "text", ["Bu cümle kalındır.", "Dikkat:", "12.03.2024", "Uzun " * 40 + "satır"]
)
def test_other_bold_paragraphs_are_none(text: str) -> None:
    document = docx.Document()
    add_bold(document, text)
    document.add_paragraph(LONG * 2)
    assert headings(read(document)) == []


def test_bold_with_no_text_below_or_among_items_is_no_heading() -> None:
    document = docx.Document()
    add_bold(document, "Kapak")
    document.add_heading("Rehber", 1)
    document.add_paragraph(LONG)
    for text in ("Ödeme", "Süre"):
        add_bold(document, text, "List Bullet")
    document.add_paragraph("Son", style="List Bullet")
    document.add_paragraph(LONG)
    add_bold(document, "Ayşe Yılmaz")
    assert headings(read(document)) == [("Rehber", 1)]


def test_of_bold_lines_below_one_another_each_is_in_a_quote() -> None:
    document = docx.Document()
    add_bold(document, "Rehber")
    lines = ["Başvuru süresi 30 gündür", "Harç bedeli 250 liradır", "Büro beşte kapanır"]
    for line in lines:
        add_bold(document, line)
    for _ in range(3):
        document.add_paragraph(LONG)
    result = read(document)
    quoted = [f"{p.heading} {p.text}" for p in split_passages(result)]
    assert result.title == "Rehber"
    assert all(any(line in quote for quote in quoted) for line in lines)


def test_where_most_is_bold_it_tells_nothing() -> None:
    document = docx.Document()
    add_bold(document, "Amaç")
    add_bold(document, LONG)
    document.add_paragraph("Metin burada durur.")
    assert headings(read(document)) == []


def test_a_list_style_tells_how_deep_it_stands() -> None:
    document = docx.Document()
    document.add_paragraph("bir", style="List Bullet")
    document.add_paragraph("iki", style="List Bullet 2")
    document.add_paragraph("üç", style="List Bullet 3")
    assert read(document).text == "- bir\n  - iki\n    - üç"


def test_a_text_box_stands_behind_its_paragraph_and_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>kutu</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>önce </w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>sonra</w:t></w:r></w:p>"
    )
    assert read(with_body(body)).text == "önce sonra\n\nkutu"


def test_notes_stand_at_the_end_of_their_section() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    heading = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    body = (
        f"<w:p><w:r><w:t>Kira</w:t></w:r>{reference}<w:r><w:t> ödenir.</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>Devam.</w:t></w:r></w:p>"
        f"<w:p>{heading}<w:r><w:t>Başlık</w:t></w:r></w:p>"
    )
    data = save(with_body(body))
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> '
        "Bkz. m. 12.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    links = part(data, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/footnotes" Target="footnotes.xml"/></Relationships>',
    )
    data = with_part(data, "word/_rels/document.xml.rels", links)
    data = with_part(data, "word/footnotes.xml", notes.encode())
    assert read(data).text == "Kira ödenir.\n\nDevam.\n\nBkz. m. 12.\n\nBaşlık"


def test_headers_footers_and_comments_are_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "üst"
    document.sections[0].footer.paragraphs[0].text = "alt"
    paragraph = document.add_paragraph("Metin")
    document.add_comment(paragraph.runs, text="yorum", author="A", initials="A")
    assert read(document).text == "Metin"


def test_files_that_word_opens_and_python_docx_does_not_are_read() -> None:
    document = docx.Document()
    document.add_paragraph("Metin")
    data = save(document)
    types = part(data, "[Content_Types].xml")
    macros = types.replace(
        b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"
    )
    links = part(data, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId91" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/image" Target="../NULL"/></Relationships>',
    )
    assert read(with_part(data, "[Content_Types].xml", macros)).text == "Metin"
    assert read(with_part(data, "word/_rels/document.xml.rels", links)).text == "Metin"


def test_a_strict_file_is_read() -> None:
    document = docx.Document()
    document.add_heading("Başlık", 1)
    data = save(document)
    for name in ("word/document.xml", "word/styles.xml"):
        strict = part(data, name).replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        data = with_part(data, name, strict)
    for name in ("_rels/.rels", "word/_rels/document.xml.rels"):
        strict = part(data, name).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        data = with_part(data, name, strict)
    assert headings(read(data)) == [("Başlık", 1)]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">'
    '<!ENTITY f SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "_rels/.rels"])
def test_a_part_that_declares_entities_is_refused(name: str, encoding: str) -> None:
    data = save(docx.Document())
    content = part(data, name).decode().partition("?>")[2]
    hostile = with_part(data, name, (BOMB + content).encode(encoding))
    with pytest.raises(UnreadableDocument, match="declares entities") as caught:
        read(hostile)
    assert caught.value.reason == "unsafe"


def test_an_encoding_that_hides_a_declaration_is_refused() -> None:
    data = save(docx.Document())
    content = b'<?xml version="1.0" encoding="UTF-7"?>' + BOMB.encode("utf-7") + b"<x>+ACY-b;</x>"
    with pytest.raises(UnreadableDocument) as caught:
        read(with_part(data, "word/document.xml", content))
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize("depth", [300, 100_000])
def test_endless_nesting_is_refused(depth: int) -> None:
    body = f"<w:p>{'<w:ins>' * depth}<w:r><w:t>dip</w:t></w:r>{'</w:ins>' * depth}</w:p>"
    data = save(docx.Document())
    content = f"<w:document {nsdecls('w')}><w:body>{body}</w:body></w:document>"
    with pytest.raises(UnreadableDocument) as caught:
        read(with_part(data, "word/document.xml", content.encode()))
    assert caught.value.reason == "damaged"


def test_tables_nested_as_deep_as_the_parser_allows_are_read() -> None:
    depth = 80
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p><w:r><w:t>dip</w:t></w:r></w:p>"
    assert read(with_body(body + "</w:tc></w:tr></w:tbl>" * depth)).text == "dip"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("word/document.xml", None, "damaged"),
        ("word/document.xml", b"<w:document", "damaged"),
        ("word/document.xml", b"<presentation/>", "kind"),
        ("word/styles.xml", b"\xff\xfe<", "damaged"),
        ("_rels/.rels", None, "damaged"),
        ("_rels/.rels", b"<Relationships/>", "damaged"),
    ],
)
def test_a_broken_part_is_told(name: str, content: bytes | None, reason: str) -> None:
    data = save(docx.Document())
    with pytest.raises(UnreadableDocument, match=r"^belge\.docx: ") as caught:
        read(with_part(data, name, content))
    assert caught.value.reason == reason


def test_a_file_without_styles_and_lists_is_read() -> None:
    data = save(with_body("<w:p><w:r><w:t>Metin</w:t></w:r></w:p>"))
    for name in ("word/styles.xml", "word/numbering.xml", "docProps/core.xml"):
        data = with_part(data, name, None)
    assert read(data).text == "Metin"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_damaged(share: float) -> None:
    data = save(docx.Document())
    with pytest.raises(UnreadableDocument) as caught:
        read(data[: int(len(data) * share)])
    assert caught.value.reason == "damaged"


WORDS = st.text("abçğı ŞZ09.,:;|-–\t\u00a0", max_size=40)


@given(st.lists(st.tuples(st.sampled_from("phlt"), WORDS), max_size=12))
def test_all_text_is_read_and_every_span_holds_what_it_names(
    content: list[tuple[str, str]],
) -> None:
    document = docx.Document()
    for kind, text in content:
        if kind == "p":
            document.add_paragraph(text)
        elif kind == "h":
            document.add_heading(text, 2)
        elif kind == "l":
            document.add_paragraph(text, style="List Bullet")
        else:
            document.add_table(1, 2).cell(0, 1).text = text
    result = read(document)
    written = " ".join(
        ("- " if kind == "l" and text.split() else "") + text for kind, text in content
    )
    assert result.text.split() == written.split()
    named = [" ".join(text.split()) for kind, text in content if kind == "h" and text.split()]
    assert [text for text, _ in headings(result)] == named
    for passage in split_passages(result):
        assert result.text[passage.start : passage.end] == passage.text


def _sample() -> bytes:
    document = docx.Document()
    document.add_heading("Başlık", 1)
    document.add_paragraph("Metin", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "hücre"
    return save(document)


SAMPLE = _sample()
PARTS = ["word/document.xml", "word/numbering.xml", "_rels/.rels", "word/styles.xml"]


@given(st.sampled_from(PARTS), st.integers(0, 1 << 16), st.binary(max_size=3))
def test_changed_markup_is_read_or_told_in_one_line(name: str, place: int, change: bytes) -> None:
    content = part(SAMPLE, name)
    place %= len(content)
    changed = content[:place] + change + content[place + len(change) :]
    try:
        said = read(with_part(SAMPLE, name, changed)).text.replace("\n", " ")
    except UnreadableDocument as error:
        said = str(error)
    assert "\n" not in said
    assert len(said) < 500
