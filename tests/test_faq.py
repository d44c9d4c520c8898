import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Document
from embeddings.errors import UnreadableDocument
from embeddings.passages import split_passages
from embeddings.readers.faq import is_csv, read_faq

PAIRS = [
    ("Kira ne zaman ödenir?", "Kira her ayın beşinde, banka ile ödenir."),
    ("Depozito kaç aydır?", "Depozito en çok üç aylık kira kadardır."),
]


def write(rows: list[list[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()


def read(data: str | bytes) -> Document:
    return read_faq(data.encode() if isinstance(data, str) else data, "sss.csv", "kaynak")


def quotes(data: str | bytes) -> list[tuple[str, str]]:
    """Read a file to the pairs of heading and passage that are searched."""
    return [(p.heading, p.text) for p in split_passages(read(data))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
def test_a_question_leads_to_its_answer_which_is_the_quote(
    delimiter: str, quoting: int, charset: str
) -> None:
    text = write([["Soru", "Cevap"], *map(list, PAIRS)], delimiter, quoting)
    assert is_csv(text)
    assert quotes(text.encode(charset)) == PAIRS


def test_the_document_is_called_by_its_file() -> None:
    document = read(write([["Soru", "Cevap"], *map(list, PAIRS)]))
    assert (document.title, document.source) == ("sss", "kaynak")


@pytest.mark.parametrize(
    "names",
    [
        ["SORU", "YANIT"],
        ["Soru metni", "Cevabı"],
        ["question", "answer"],
        ["Q", "A"],
        ["Frage", "Antwort"],
        ["Question", "Réponse"],
        ["Pregunta", "Respuesta"],
        ["Вопрос", "Ответ"],
        ["السؤال", "الإجابة"],
    ],
)
def test_the_columns_are_known_by_their_names(names: list[str]) -> None:
    assert quotes(write([names, ["İade süresi", "On dört gün"]])) == [
        ("İade süresi", "On dört gün")
    ]


def test_the_columns_may_stand_in_any_order_and_numbers_are_left_out() -> None:
    rows = [["No", "Cevap", "Soru No", "Soru"], ["1", "Üç ay", "S-1", "Depozito?"]]
    assert quotes(write(rows)) == [("Depozito?", "Üç ay")]


def test_categories_are_headings_above_and_go_on_over_empty_cells() -> None:
    rows = [
        ["Kategori", "Soru", "Cevap"],
        ["Ödeme", "Ne zaman?", "Ayın beşinde"],
        ["", "Nasıl?", "Banka ile"],
        ["Tahliye", "Ne zaman?", "Ay sonunda"],
    ]
    assert quotes(write(rows, ";")) == [
        ("Ödeme › Ne zaman?", "Ayın beşinde"),
        ("Ödeme › Nasıl?", "Banka ile"),
        ("Tahliye › Ne zaman?", "Ay sonunda"),
    ]


def test_a_row_with_nothing_but_a_name_is_a_category() -> None:
    rows = [["Soru", "Cevap"], ["ÖDEME", ""], ["Ne zaman?", "Ayın beşinde"]]
    assert quotes(write(rows)) == [("ÖDEME › Ne zaman?", "Ayın beşinde")]


def test_other_columns_stand_below_the_answer_behind_their_names() -> None:
    rows = [["Soru", "Cevap", "Kaynak"], ["Depozito?", "Üç ay", "TBK m. 342"]]
    assert quotes(write(rows)) == [("Depozito?", "Üç ay\n\nKaynak: TBK m. 342")]


def test_an_answer_of_several_lines_stays_one() -> None:
    answer = 'Önce "form" doldurulur;\nsonra, imzalanır.\n\nEn son teslim edilir.'
    text = write([["Soru", "Cevap"], ["Nasıl?", answer]])
    assert quotes(text) == [("Nasıl?", answer)]


def test_an_answer_over_several_rows_belongs_to_one_question() -> None:
    rows = [["Soru", "Cevap"], ["Nasıl?", "Önce form."], ["", "Sonra imza."]]
    assert quotes(write(rows)) == [("Nasıl?", "Önce form.\n\nSonra imza.")]


def test_without_names_the_questions_are_known_by_their_marks() -> None:
    assert quotes(write(list(map(list, PAIRS)), ";")) == PAIRS
    three = [*PAIRS, ("Aidatı kim öder?", "Aidatı kiracı öder.")]
    assert quotes(write([[answer, question] for question, answer in three])) == three


def test_a_comma_that_nobody_quoted_belongs_to_the_answer() -> None:
    lines = [f"{question},{answer}" for question, answer in PAIRS]
    assert quotes("\n".join(lines)) == PAIRS
    assert quotes("\n".join(["soru,cevap", *lines])) == PAIRS


def test_names_of_other_words_above_questions_are_no_pair() -> None:
    rows = [["Müşteri sorar", "Biz deriz"], *map(list, PAIRS)]
    assert quotes(write(rows)) == PAIRS


@pytest.mark.parametrize("length", [301, 1500, 5000])
def test_a_very_long_question_leads_to_its_answer(length: int) -> None:
    question = ("kelime " * length)[: length - 1].strip() + "?"
    [*_, (heading, answer)] = quotes(write([["Soru", "Cevap"], [question, "Üç ay."]]))
    assert question.startswith(heading)
    assert len(heading) == min(len(question), 2000) or 1900 < len(heading) <= 2000
    assert answer.endswith("Üç ay.")


def test_the_line_that_tells_excel_its_delimiter_is_obeyed() -> None:
    assert quotes("sep=;\nSoru;Cevap\nDepozito?;Üç, dört ay\n") == [("Depozito?", "Üç, dört ay")]
    assert read("sep=;\n").text == "sep=;\n"


def test_a_quotation_mark_that_is_never_closed_swallows_nothing() -> None:
    text = 'Soru;Cevap\nBir?;"Açık\nİki?;Kapalı\n'
    assert quotes(text) == [("Bir?", '"Açık'), ("İki?", "Kapalı")]
    rows = "".join(f"Soru {i}?;Cevap {i}\n" for i in range(20_000))
    assert len(quotes(f'Soru;Cevap\nBir?;"Açık\n{rows}')) == 20_001


def test_a_cell_larger_than_any_is_read() -> None:
    text = write([["Soru", "Cevap"], ["Ne?", "uzun " * 40_000]])
    assert read(text).text.count("uzun") == 40_000


def test_one_row_of_many_cells_makes_the_others_no_wider() -> None:
    rows = "".join(f"Soru {i}?;Cevap {i}\n" for i in range(20_000))
    assert len(quotes(f"Soru;Cevap{';' * 50_000}\n{rows}")) == 20_000
    assert len(quotes(f"{rows}Son?;Cevap{';x' * 50_000}\n")) > 20_000


def test_a_table_of_anything_else_is_read_row_by_row() -> None:
    rows = [["Şehir", "Nüfus", "Not"], ["Ankara", "5.747.325", ""], ["İzmir", "4.479.525", "kıyı"]]
    document = read(write(rows, ";"))
    assert document.headings == ()
    assert document.text == (
        "Şehir: Ankara | Nüfus: 5.747.325\n\nŞehir: İzmir | Nüfus: 4.479.525 | Not: kıyı"
    )


def test_a_table_without_names_is_read_as_it_stands() -> None:
    rows = [["Ali", "1980"], ["Veli", "1990"], ["Can", "2000"]]
    assert read(write(rows)).text == "Ali | 1980\n\nVeli | 1990\n\nCan | 2000"


@pytest.mark.parametrize(
    "text",
    [
        "Soru,Cevap\nBir?,Evet",
        "Soru;Cevap\r\nBir?;Evet\r\n",
        "\ufeffq\ta\nBir?\tEvet",
        "a,b,c\n1,2,3\n4,5,6",
        '"a", "b"\n"1", "2"\n"3", "4"',
        "Depozito kaç ay?;Üç ay",
    ],
)
def test_rows_of_cells_are_csv(text: str) -> None:
    assert is_csv(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "tek satır",
        "Bugün geldi, gitti.\nSonra, yine geldi.\nSon olarak, bitti.",
        "Kırmızı,\nsarı,\nyeşil,\nmavi",
        "x = 1;\ny = 2;\nz = 3;\n",
        "Geldim,gördüm\nYendim,gittim",
        "bir,iki\nüç,dört,beş\naltı\nyedi,sekiz\n",
        "- süt, yumurta\n- peynir, ekmek\n- çay, şeker",
        "Sayın yetkili,\n\nBaşvurumu, ekleriyle, sunarım.\n\nSaygılarımla, Ali",
        "1\n00:00:01,000 --> 00:00:02,000\nMerhaba, nasılsın?\n",
    ],
)
def test_prose_and_code_with_delimiters_are_none(text: str) -> None:
    assert not is_csv(text)


def test_the_beginning_of_a_long_file_tells_what_it_is() -> None:
    text = write(
        [["Soru", "Cevap"], *[[f"Soru {i}?", "Çok\nsatırlı\ncevap"] for i in range(9999)]]
    )
    assert all(is_csv(text[:end]) for end in (20_000, 20_005, 20_010, 65_536))


def test_what_is_no_csv_is_read_as_it_stands() -> None:
    assert read("Bugün geldi, gitti.").text == "Bugün geldi, gitti."
    with pytest.raises(UnreadableDocument, match=r"sss\.csv: this is a binary file"):
        read(b"\x00\x01\x02" * 100)


CELLS = st.text("abçğı Ş09.,;:|\"'\n\t-?", max_size=30)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_every_pair_that_a_spreadsheet_writes_is_read_back(
    pairs: list[tuple[str, str]], delimiter: str
) -> None:
    text = write([["Soru", "Cevap"], *map(list, pairs)], delimiter, csv.QUOTE_ALL)
    document = read(text)
    assert document.text.split() == " ".join(f"{q} {a}" for q, a in pairs).split()
    asked = [document.text[h.start : h.end] for h in document.headings]
    assert [" ".join(q.split()) for q in asked] == [
        " ".join(question.split()) for question, _ in pairs if question.strip()
    ]
    for passage in split_passages(document):
        assert document.text[passage.start : passage.end] == passage.text


# Control characters aside: a text with many of them is refused as binary.
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t")))
def test_the_headings_of_any_text_are_spans_of_it(text: str) -> None:
    document = read(text)
    spans = [(h.start, h.end) for h in document.headings]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(document.text) for start, end in spans)
