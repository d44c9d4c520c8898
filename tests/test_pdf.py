"""PDFs are written with reportlab, in a font with Turkish letters that matplotlib ships."""

import io
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import matplotlib
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from embeddings.datatypes import Document
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.passages import split_passages
from embeddings.readers import pdf as pdf_module
from embeddings.readers.pdf import read_pdf

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
WIDTH, HEIGHT = 595, 842
LEFT, TOP, PITCH = 72, 760, 14


class Line(NamedTuple):
    text: str
    x: float = LEFT
    font: str = "Serif"
    size: float = 10


@pytest.fixture(autouse=True, scope="module")
def fonts() -> None:
    pdfmetrics.registerFont(TTFont("Serif", FONTS / "DejaVuSerif.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", FONTS / "DejaVuSerif-Bold.ttf"))


def write(
    draw: Callable[[Canvas], None],
    *,
    encrypt: StandardEncryption | None = None,
    compress: bool = True,
) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, (WIDTH, HEIGHT), encrypt=encrypt, pageCompression=int(compress))
    draw(canvas)
    canvas.save()
    return file.getvalue()


def put(canvas: Canvas, y: float, line: Line | str) -> None:
    line = Line(line) if isinstance(line, str) else line
    canvas.setFont(line.font, line.size)
    canvas.drawString(line.x, y, line.text)


def put_lines(canvas: Canvas, lines: Sequence[Line | str], top: float = TOP) -> None:
    """Draw lines below one another; an empty one leaves a gap."""
    for number, line in enumerate(lines):
        put(canvas, top - PITCH * number, line)


def pages(
    *contents: Sequence[Line | str], head: str = "", foot: str = "", compress: bool = True
) -> bytes:
    """Pages of lines; ``{}`` in heads and feet is the page's number."""

    def draw(canvas: Canvas) -> None:
        for number, lines in enumerate(contents, start=1):
            put(canvas, 805, head.format(number))
            put_lines(canvas, lines)
            put(canvas, 30, Line(foot.format(number), x=290))
            canvas.showPage()

    return write(draw, compress=compress)


def read(data: bytes, name: str = "belge.pdf") -> Document:
    return read_pdf(data, name, "kaynak")


def text_of(*lines: Line | str) -> str:
    return read(pages(lines)).text


def headings(document: Document) -> list[tuple[str, int]]:
    return [(document.text[h.start : h.end], h.level) for h in document.headings]


def page_texts(document: Document) -> list[tuple[int, str]]:
    ends = [page.start for page in document.pages[1:]] + [len(document.text)]
    return [
        (page.number, document.text[page.start : end].strip())
        for page, end in zip(document.pages, ends, strict=True)
    ]


# ---- lines and paragraphs

FULL = "Bu satır sayfanın sağ kenarına dek uzanan, yani dolu olan bir satırdır ve"


def test_wrapped_lines_become_a_flowing_paragraph() -> None:
    assert text_of(FULL, "burada sürer.") == f"{FULL} burada sürer."


def test_a_gap_between_lines_divides_paragraphs() -> None:
    assert text_of(FULL, "biter.", "", FULL, "o da biter.") == (
        f"{FULL} biter.\n\n{FULL} o da biter."
    )


def test_a_short_last_line_divides_paragraphs() -> None:
    assert text_of(FULL, "burada biter.", FULL, "sürer.") == (
        f"{FULL} burada biter.\n\n{FULL} sürer."
    )


def test_a_first_line_moved_to_the_right_begins_a_paragraph() -> None:
    full = FULL.removesuffix(" ve") + " da."
    assert text_of(FULL, full, Line(FULL, x=LEFT + 12), FULL, "son.") == (
        f"{FULL} {full}\n\n{FULL} {FULL} son."
    )


def test_lines_of_different_sizes_are_no_one_paragraph() -> None:
    assert text_of(FULL, Line("küçük yazı burada", size=7)) == f"{FULL}\n\nküçük yazı burada"


def test_letters_of_two_fonts_stay_in_one_line() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, TOP, "Birinci")
        put(canvas, TOP, Line("kalın", x=LEFT + 45, font="Bold"))
        put(canvas, TOP, Line("sözcük.", x=LEFT + 85))

    assert read(write(draw)).text == "Birinci kalın sözcük."


def test_items_of_a_list_stand_in_lines_of_their_own() -> None:
    text = text_of("Şunlar gerekir:", "a) Kimlik belgesi,", "b) Dilekçe,", "c) Harç makbuzu.")
    assert text == "Şunlar gerekir:\na) Kimlik belgesi,\nb) Dilekçe,\nc) Harç makbuzu."


def test_bullets_of_symbol_fonts_are_bullets() -> None:
    data = pages(["Şunlar:", "• Kimlik belgesi", "• Dilekçe"], compress=False)
    private = data.replace(b"<2022>", b"<F0B7>")
    assert private != data
    assert read(private).text == "Şunlar:\n• Kimlik belgesi\n• Dilekçe"


def test_the_lines_of_an_item_hang() -> None:
    assert text_of("Şunlar:", f"- {FULL}", Line("burada sürer.", x=LEFT + 9), "- Dilekçe.") == (
        f"Şunlar:\n- {FULL} burada sürer.\n- Dilekçe."
    )


def test_marks_of_two_kinds_in_one_list_are_items() -> None:
    lines = [FULL, "şunlar:", "1) Kimlik belgesi,", "a) Nüfus cüzdanı,", "2) Dilekçe."]
    assert text_of(*lines).splitlines() == [f"{FULL} şunlar:", *lines[2:]]


def test_a_number_at_the_start_of_a_wrapped_line_is_no_item() -> None:
    full = "Toplantı, yönetmelikte yazılı olduğu üzere, her yıl mart ayının ilk haftasında"
    assert text_of(full, "12. katta yapılır.") == f"{full} 12. katta yapılır."


def test_rows_of_a_table_are_read_row_by_row() -> None:
    def draw(canvas: Canvas) -> None:
        for number, (name, age) in enumerate([("Ad", "Yaş"), ("Ayşe", "7"), ("Işık", "12")]):
            put(canvas, TOP - PITCH * number, name)
            put(canvas, TOP - PITCH * number, Line(age, x=300))

    assert read(write(draw)).text == "Ad | Yaş\nAyşe | 7\nIşık | 12"


def test_rows_are_known_by_gaps_below_one_another_however_narrow_and_far_apart() -> None:
    rows = [("Yıl", "Oran", "Not"), ("2023", "%25", "Geçici"), ("2024", "%65", "TÜFE ortalaması")]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, cell in zip((72, 108, 144), row, strict=True):
                put(canvas, TOP - 24 * number, Line(cell, x))
        put(canvas, TOP - 120, "Metin burada sürer.")

    assert read(write(draw)).text == (
        "Yıl | Oran | Not\n2023 | %25 | Geçici\n2024 | %65 | TÜFE ortalaması\n\n"
        "Metin burada sürer."
    )


def test_items_whose_text_stands_apart_from_their_marks_are_no_rows() -> None:
    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(["Banka ile", "Elden", "Vezneye"]):
            put(canvas, TOP - PITCH * number, f"{number + 1}.")
            put(canvas, TOP - PITCH * number, Line(text, x=LEFT + 25))

    assert read(write(draw)).text == "1. Banka ile\n2. Elden\n3. Vezneye"


CONTENTS = ["İçindekiler", "", *(f"{name} {'.' * 40} {n}" for name, n in [
    ("1. Giriş", 2), ("2. Gelişme ve uzun adı", 3), ("3. Sonuç", 4),
])]  # fmt: skip


def test_a_table_of_contents_is_left_out() -> None:
    document = read(
        pages(CONTENTS, ["1 Giriş", "", "Bir."], ["Gelişme", "ve uzun adı", "", "İki."], ["Sonuç"])
    )
    assert document.text == "1 Giriş\n\nBir.\n\nGelişme ve uzun adı\n\nİki.\n\nSonuç"
    assert [page.number for page in document.pages] == [1, 2, 3, 4]


def test_what_is_told_below_the_entries_of_a_table_of_contents_is_text() -> None:
    told = "Kira her yıl ocakta artar."
    contents = [*CONTENTS[:3], told, "2. Gelişme", *CONTENTS[4:]]
    contents[5:5] = [f"ve uzun adı {'.' * 40} 3"]
    document = read(
        pages(contents, ["1 Giriş", "", "Bir."], ["Gelişme ve uzun adı", "", "İki."], ["Sonuç"])
    )
    assert document.text == f"{told}\n\n1 Giriş\n\nBir.\n\nGelişme ve uzun adı\n\nİki.\n\nSonuç"


def test_numbers_that_are_of_no_pages_are_no_contents() -> None:
    names = ["Giriş", "Gelişme ve uzun adı", "Sonuç"]
    text = read(pages(CONTENTS, *[[name] for name in reversed(names)])).text
    assert "1. Giriş … 2\n2. Gelişme ve uzun adı … 3\n3. Sonuç … 4" in text


def test_leaders_of_a_table_of_contents_are_short() -> None:
    assert text_of("Giriş " + "." * 60 + " 3", "Sonuç " + "." * 60 + " 41") == (
        "Giriş … 3\nSonuç … 41"
    )


# ---- words parted at the ends of lines


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("Raflardaki kitap-", "larımızın tozu alındı.", "Raflardaki kitaplarımızın tozu alındı."),
        ("Şişli’nin çocuk-", "ları ığdıra gitti.", "Şişli’nin çocukları ığdıra gitti."),
        ("KÜTÜPHANE KİTAP-", "LARI YÖNERGESİ", "KÜTÜPHANE KİTAPLARI YÖNERGESİ"),
        ("Bu bir Türk-", "İslam eseridir.", "Bu bir Türk-İslam eseridir."),
        ("Bana hemen e-", "posta gönderin.", "Bana hemen e-posta gönderin."),
        ("Savaş 1914-", "1918 arasındadır.", "Savaş 1914-1918 arasındadır."),
        ("Yumuşak tire kitap\u00ad", "ları böler.", "Yumuşak tire kitapları böler."),
        ("Bu bir kitap\u2010", "lıktır.", "Bu bir kitaplıktır."),
        ("Sonuç iyidir -", "en azından bize.", "Sonuç iyidir - en azından bize."),
    ],
)
def test_a_word_parted_at_a_lines_end_is_whole(first: str, second: str, joined: str) -> None:
    assert text_of(first, second) == joined


def test_a_hyphen_stays_where_the_document_writes_the_word_so_elsewhere() -> None:
    text = text_of("Sosyo-ekonomik durum incelendi, çünkü sosyo-", "ekonomik durum önemlidir.")
    assert text.endswith("çünkü sosyo-ekonomik durum önemlidir.")


def test_a_word_parted_at_a_pages_end_is_whole_and_the_next_page_begins_in_it() -> None:
    document = read(pages([FULL, "Raflardaki eski kitap-"], ["larımızın tozu alındı."]))
    assert document.text == f"{FULL} Raflardaki eski kitaplarımızın tozu alındı."
    assert page_texts(document)[1] == (2, "larımızın tozu alındı.")


def test_unseen_characters_and_ligatures_are_mended() -> None:
    assert text_of("ﬁnans\u200b ve oﬃs, so\u00adnuç; ¸sehir ve da˘g") == (
        "finans ve offis, sonuç; şehir ve dağ"
    )


# ---- pages


def test_a_sentence_goes_on_over_a_pages_end() -> None:
    document = read(pages([FULL, FULL], ["burada biter.", "", "Yeni paragraf."]))
    assert document.text == f"{FULL} {FULL} burada biter.\n\nYeni paragraf."
    assert page_texts(document) == [(1, f"{FULL} {FULL}"), (2, "burada biter.\n\nYeni paragraf.")]
    assert [passage.page for passage in split_passages(document)] == [1]


def test_a_finished_sentence_ends_with_its_page() -> None:
    document = read(pages([FULL, "biter."], ["Yeni sayfa."]))
    assert document.text == f"{FULL} biter.\n\nYeni sayfa."


def test_a_footnote_stands_before_the_paragraph_that_goes_on_over_the_page() -> None:
    note = Line("1 Bu bir dipnottur.", size=7)
    document = read(pages(["Önce bu.", "", FULL, FULL, "", note], ["burada biter."]))
    assert document.text == f"Önce bu.\n\n1 Bu bir dipnottur.\n\n{FULL} {FULL} burada biter."
    assert document.pages[1].start == document.text.index("burada")


def test_a_page_without_text_keeps_its_number() -> None:
    document = read(pages(["Bir."], [], ["Üç."]))
    assert page_texts(document) == [(1, "Bir."), (2, ""), (3, "Üç.")]


BODIES = [
    ["Elmalar kırmızıdır."],
    ["Armutlar sarıdır, dedi."],
    ["Kirazlar mayısta olur."],
    ["Üzümler eylülde toplanır."],
]


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("Atatürk Üniversitesi", "{}"),
        ("ÖĞRENCİ YÖNETMELİĞİ 2024", "Sayfa {} / 12"),
        ("Sayfa {}", "- {} -"),
        ("Bülten, sayı 7, sayfa {}", "www.ornek.org.tr"),
    ],
)
@pytest.mark.parametrize("count", [2, 4])
def test_running_heads_and_page_numbers_are_dropped(head: str, foot: str, count: int) -> None:
    document = read(pages(*BODIES[:count], head=head, foot=foot))
    assert document.text == "\n\n".join(body[0] for body in BODIES[:count])


def test_heads_that_alternate_and_change_beside_the_page_number_are_dropped() -> None:
    def draw(canvas: Canvas) -> None:
        for number, body in enumerate(BODIES * 2):
            if number % 2:
                put(canvas, 805, f"{number + 12}")
                put(canvas, 805, Line(f"Bölüm {number // 4 + 1}: Meyveler", x=350))
            else:
                put(canvas, 805, "Ziraat Fakültesi")
                put(canvas, 805, Line(f"{number + 12}", x=500))
            put(canvas, 500 - 20 * number, body[0])
            canvas.showPage()

    assert read(write(draw)).text == "\n\n".join(body[0] for body in BODIES * 2)


def test_a_page_number_in_roman_numerals_is_dropped() -> None:
    def draw(canvas: Canvas) -> None:
        for body, number in zip(BODIES, ["iii", "iv", "v", "vi"], strict=True):
            put(canvas, 500, body[0])
            put(canvas, 30, Line(number, x=290))
            canvas.showPage()

    assert read(write(draw)).text == "\n\n".join(body[0] for body in BODIES)


@pytest.mark.parametrize("line", ["1.250", "12.05.2024", "48", "Ek 1"])
def test_a_number_that_is_no_page_number_is_kept_at_a_pages_border(line: str) -> None:
    contents = [[line, "", BODIES[0][0]], BODIES[1], BODIES[2]]
    assert read(pages(*contents)).text.startswith(f"{line}\n\n")


def test_headings_that_count_and_text_that_repeats_in_the_middle_are_kept() -> None:
    contents = [[f"Soru {number}", "", f"{body[0]}"] for number, body in enumerate(BODIES, 1)]
    document = read(pages(*contents))
    assert re.findall(r"Soru \d", document.text) == ["Soru 1", "Soru 2", "Soru 3", "Soru 4"]
    same = [["", "", "", "", "", "", "", "", "", "", "", "Aynı cümle."]] * 4
    assert read(pages(*same)).text.count("Aynı cümle.") == 4


def test_page_labels_are_the_numbers_of_the_pages() -> None:
    data = with_labels(pages(["Bir."], ["İki."], ["Üç."]), "<< /Nums [0 << /S /D /St 153 >>] >>")
    assert [page.number for page in read(data).pages] == [153, 154, 155]


def test_pages_with_roman_labels_before_the_first_have_no_number() -> None:
    nums = "<< /Nums [0 << /S /r >> 2 << /S /D >>] >>"
    document = read(with_labels(pages(["Önsöz."], ["İçindekiler."], ["Bir."], ["İki."]), nums))
    assert page_texts(document) == [(1, "Bir."), (2, "İki.")]


def test_labels_that_do_not_grow_give_way_to_places() -> None:
    nums = "<< /Nums [0 << /S /D >> 1 << /S /D >>] >>"
    assert [p.number for p in read(with_labels(pages(["Bir."], ["İki."]), nums)).pages] == [1, 2]


def with_labels(data: bytes, labels: str) -> bytes:
    """Name the pages; readers find the table of objects anew where it has moved."""
    changed = data.replace(
        b"/Type /Catalog", b"/PageLabels " + labels.encode() + b" /Type /Catalog"
    )
    assert changed != data
    return changed


# ---- columns


LEFT_COLUMN = ["Sol sütunun ilk satırı burada", "durur ve sol sütunun altına", "doğru iner, iner."]
RIGHT_COLUMN = ["Sağ sütun ise ancak ondan sonra", "okunur, çünkü sağdadır, ve", "burada biter."]


def test_two_columns_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        put_lines(canvas, LEFT_COLUMN)
        put_lines(canvas, [Line(text, x=310) for text in RIGHT_COLUMN])

    assert read(write(draw)).text == " ".join(LEFT_COLUMN) + "\n\n" + " ".join(RIGHT_COLUMN)


def test_two_columns_written_row_by_row_are_read_one_after_the_other() -> None:
    left, right = LEFT_COLUMN[:2] * 4 + LEFT_COLUMN[2:], RIGHT_COLUMN[:2] * 4 + RIGHT_COLUMN[2:]

    def draw(canvas: Canvas) -> None:
        put(
            canvas,
            TOP + 30,
            "Bu başlık satırı iki sütunun da üstünde, bütün sayfanın eninde durur.",
        )
        for number, (first, second) in enumerate(zip(left, right, strict=True)):
            put(canvas, TOP - PITCH * number, first)
            put(canvas, TOP - PITCH * number, Line(second, x=255))

    assert read(write(draw)).text.split()[-len(" ".join(left + right).split()) :] == [
        word for line in left + right for word in line.split()
    ]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    def draw(canvas: Canvas) -> None:
        put_lines(canvas, LEFT_COLUMN[:2])
        put_lines(canvas, [Line(text, x=310) for text in ["sonra sağda biter."]])

    assert read(write(draw)).text == " ".join(LEFT_COLUMN[:2]) + " sonra sağda biter."


def test_a_page_that_lies_on_its_side_is_read_and_a_watermark_is_not() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(300, 300)
        canvas.rotate(45)
        put(canvas, 0, Line("TASLAKTIR", x=0, size=60))
        canvas.restoreState()
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        put_lines(canvas, [FULL, "burada sürer."], top=500)

    assert read(write(draw)).text == f"{FULL} burada sürer."


def test_a_page_shown_on_its_side_has_its_lines_in_order() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        put_lines(canvas, [FULL, "burada sürer", "ve biter."])

    assert read(write(draw)).text == f"{FULL} burada sürer ve biter."


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        # As drawn: the letters from the left to the right.
        (
            ["ףוס דע ךשמנה רפסב הכוראה הרושה יהוז", "ןאכ Word Office םע 2024 בו"],
            "זוהי השורה הארוכה בספר הנמשך עד סוף וב 2024 עם Word Office כאן",
        ),
        (["\ufe8e\ufe92\ufea3\ufeae\ufee3 \u0645\u0644\u0627\u0639"], "عالم مرحبا"),
    ],
)
def test_a_text_written_from_right_to_left_is_read_in_its_order(
    lines: list[str], text: str
) -> None:
    pdfmetrics.registerFont(TTFont("Sans", FONTS / "DejaVuSans.ttf"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Sans", 10)
        for number, line in enumerate(lines):
            canvas.drawRightString(WIDTH - LEFT, TOP - PITCH * number, line)

    assert read(write(draw)).text == text


# ---- headings and title


def test_large_lines_are_headings_by_size() -> None:
    document = read(
        pages(
            [
                Line("Öğrenci İşleri Yönetmeliği", size=18),
                *["", "", FULL, "biter.", ""],
                Line("Amaç ve kapsam", size=14),
                *["", FULL, "biter.", ""],
                Line("Tanımlar", font="Bold"),
                *["", FULL, "o da biter."],
            ]
        )
    )
    assert headings(document) == [
        ("Öğrenci İşleri Yönetmeliği", 1),
        ("Amaç ve kapsam", 2),
        ("Tanımlar", 3),
    ]
    assert document.title == "Öğrenci İşleri Yönetmeliği"


def test_a_heading_of_two_lines_is_one() -> None:
    big = [Line("Yükseköğretim Kurumlarında Yapılan Sınavlara", size=16)]
    big.append(Line("ilişkin usul ve esaslar", size=16))
    assert headings(read(pages([big[0], "", FULL, "biter."])))[0][0] == big[0].text

    def draw(canvas: Canvas) -> None:
        put(canvas, TOP, big[0])
        put(canvas, TOP - 19, big[1])
        put_lines(canvas, [FULL, "biter."], top=TOP - 60)

    assert headings(read(write(draw))) == [(f"{big[0].text} {big[1].text}", 1)]


def test_bold_words_in_a_sentence_and_sentences_in_capitals_are_no_headings() -> None:
    document = read(
        pages([Line("Dikkat: bu çok önemlidir.", font="Bold"), "", FULL, "biter.", "", "DUR!"])
    )
    assert headings(document) == []


def test_the_outline_gives_headings_and_their_levels() -> None:
    def draw(canvas: Canvas) -> None:
        for number, (title, level) in enumerate([("Giriş", 0), ("Yöntem", 0), ("Örneklem", 1)]):
            canvas.bookmarkPage(str(number))
            canvas.addOutlineEntry(title, str(number), level)
            put_lines(canvas, [f"{number + 1}. {title}", *BODIES[number]])
            canvas.showPage()
        canvas.bookmarkPage("son")
        canvas.addOutlineEntry("Metinde olmayan", "son", 0)
        canvas.showPage()

    document = read(write(draw))
    assert headings(document) == [("1. Giriş", 1), ("2. Yöntem", 1), ("3. Örneklem", 2)]
    assert [p.heading for p in split_passages(document)][2] == "2. Yöntem › 3. Örneklem"


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("Kütüphane Yönergesi", "Kütüphane Yönergesi"),
        ("Microsoft Word - yonerge son.doc", "belge"),
        ("untitled", "belge"),
        ("(anonymous)", "belge"),
        ("yonerge_v3.indd", "belge"),
        ("Belge1", "belge"),
        ("", "belge"),
    ],
)
def test_the_title_is_the_files_own_where_it_is_one(own: str, title: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle(own)
        put(canvas, TOP, "Metin burada.")

    assert read(write(draw)).title == title


# ---- whole documents

SUBJECTS = ["öğrenciler", "kütüphane görevlileri", "araştırmacılar", "dışarıdan gelen konuklar"]
ACTS = ["kitapları süresinde geri verir", "yüksek sesle konuşmaz", "kimliğini yanında taşır"]
ACTS += ["ışıkları söndürerek çıkar", "yönetmeliğin hükümlerine uyar"]


def sentence(number: int) -> str:
    who, what = SUBJECTS[number % 4], ACTS[number % 5]
    return f"Kural olarak {who} her zaman {what} ve {number} sayılı karara göre davranır."


def flowing(paragraphs: Sequence[str], *, columns: int = 1) -> bytes:
    """Paragraphs set by reportlab: justified, hyphens at line ends, a head and a foot."""
    file = io.BytesIO()
    width = (WIDTH - 2 * LEFT) / columns

    def decorate(canvas: Canvas, document: BaseDocTemplate) -> None:
        put(canvas, 810, "Üniversite Yönetmeliği")
        put(canvas, 25, Line(str(document.page), x=290))

    frames = [Frame(LEFT + n * width, 60, width - 6, 720) for n in range(columns)]
    document = BaseDocTemplate(file, pagesize=(WIDTH, HEIGHT))
    document.addPageTemplates(PageTemplate(frames=frames, onPage=decorate))
    style = ParagraphStyle("p", fontName="Serif", fontSize=10, leading=13, firstLineIndent=14)
    style.alignment = TA_JUSTIFY
    style.splitLongWords = False
    document.build([Paragraph(text, style) for text in paragraphs])
    return file.getvalue()


@pytest.mark.parametrize("columns", [1, 2])
def test_a_long_document_comes_back_paragraph_by_paragraph(columns: int) -> None:
    written = [
        " ".join(sentence(number * 7 + n) for n in range(2 + number % 5)) + " Böylece biter."
        for number in range(90)
    ]
    document = read(flowing(written, columns=columns))
    assert len(document.pages) > 2
    assert document.text.split("\n\n") == written


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.text("açğıöşü İŞ.-:•1)\u00ad\u0301", min_size=1, max_size=60),
                st.sampled_from([60.0, 72.0, 90.0, 300.0]),
                st.sampled_from([7.0, 10.0, 16.0]),
                st.sampled_from(["Serif", "Bold"]),
            ),
            max_size=12,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_passage_stands_in_the_text(
    contents: list[list[tuple[str, float, float, str]]],
) -> None:
    lines = [[Line(t, x=x, size=s, font=f) for t, x, s, f in page] for page in contents]
    try:
        document = read(pages(*lines))
    except EmptyDocument:
        return
    for passage in split_passages(document):
        assert document.text[passage.start : passage.end] == passage.text
    starts = [page.start for page in document.pages]
    assert starts == sorted(starts)
    assert len(starts) == len(lines)
    assert all(a.end <= b.start for a, b in pairwise(document.headings))
    assert not re.search("[\x00-\x08\ufffe\u00ad]", document.text)


# ---- files that cannot be read


def reason(data: bytes) -> tuple[str, str]:
    with pytest.raises(UnreadableDocument, match=r"^belge\.pdf: [^\n]+\Z") as caught:
        read(data)
    return caught.value.reason, str(caught.value)


def test_a_locked_file_is_encrypted() -> None:
    lock = StandardEncryption("gizli", canPrint=0)
    assert reason(write(lambda canvas: put(canvas, TOP, "Metin"), encrypt=lock))[0] == "encrypted"


def test_a_file_that_only_may_not_be_printed_is_read() -> None:
    lock = StandardEncryption("", ownerPassword="sahibi", canPrint=0, canCopy=0)
    data = write(lambda canvas: put(canvas, TOP, "Metin burada."), encrypt=lock)
    assert read(data).text == "Metin burada."


def test_pages_without_text_look_scanned() -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(3):
            canvas.rect(100, 100, 300, 300, fill=1)
            put(canvas, 20, "Tarayıcı ile tarandı")
            canvas.showPage()

    found, message = reason(write(draw))
    assert found == "scanned"
    assert "no text found: it looks scanned" in message


def test_text_hidden_on_scanned_pages_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(100, 100, 300, 300, fill=1)
        text = canvas.beginText(LEFT, TOP)
        text.setFont("Serif", 10)
        text.setTextRenderMode(3)
        text.textLine("Tanınmış metin.")
        canvas.drawText(text)

    assert read(write(draw)).text == "Tanınmış metin."


def test_blank_pages_are_empty() -> None:
    assert reason(write(lambda canvas: canvas.showPage()))[0] == "empty"


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"metin", bytes(1000), b"%PDF-" + b"x" * 5000]
)
def test_a_broken_file_is_damaged(data: bytes) -> None:
    assert reason(data)[0] == "damaged"


def test_a_file_cut_off_in_the_middle_is_read_or_damaged() -> None:
    data = pages(*BODIES)
    for share in range(1, 10):
        try:
            read(data[: len(data) * share // 10])
        except UnreadableDocument as error:
            assert error.reason in ("damaged", "empty", "scanned")  # noqa: PT017


def test_a_million_pages_are_too_large() -> None:
    kids = " ".join(["3 0 R"] * 1000)
    objects = [
        "1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj",
        f"2 0 obj << /Type /Pages /Kids [{kids}] /Count 1000000 >> endobj",
        "3 0 obj << /Type /Pages /Parent 2 0 R /Count 1000 /Kids "
        f"[{kids.replace('3', '4')}] >> endobj",
        "4 0 obj << /Type /Page /Parent 3 0 R /MediaBox [0 0 9 9] >> endobj",
        "trailer << /Root 1 0 R >>",
    ]
    assert reason(("%PDF-1.4\n" + "\n".join(objects)).encode())[0] == "too_large"


@pytest.mark.parametrize("limit", ["MAX_PAGES", "MAX_PAGE_CHARACTERS", "MAX_CHARACTERS"])
def test_what_is_longer_than_allowed_is_too_large(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = pages(*BODIES)
    monkeypatch.setattr(pdf_module, limit, 3)
    assert reason(data)[0] == "too_large"


def test_every_object_of_the_library_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[pypdfium2.PdfPage | pypdfium2.PdfTextPage] = []

    def watched(
        method: Callable[..., pypdfium2.PdfPage | pypdfium2.PdfTextPage],
    ) -> Callable[..., pypdfium2.PdfPage | pypdfium2.PdfTextPage]:
        def call(*arguments: object) -> pypdfium2.PdfPage | pypdfium2.PdfTextPage:
            opened.append(method(*arguments))
            return opened[-1]

        return call

    for owner, name in [
        (pypdfium2.PdfDocument, "get_page"),
        (pypdfium2.PdfPage, "get_textpage"),
    ]:
        monkeypatch.setattr(owner, name, watched(getattr(owner, name)))
    data = pages(*BODIES)
    read(data)
    monkeypatch.setattr(pdf_module, "MAX_PAGE_CHARACTERS", 3)
    reason(data)
    assert len(opened) == 10
    assert all(handle.raw is None for handle in opened)
