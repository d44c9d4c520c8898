from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Document, Heading, Page
from embeddings.passages import MAX_LENGTH, split_passages

LONG = (
    "Bu paragraf tek başına alıntılanacak kadar uzun olsun diye birkaç kelime daha eklenerek "
    "yazıldı, o kadar."
)


def document(text: str, *headings: str, pages: tuple[Page, ...] = (), title: str = "") -> Document:
    found = []
    for heading in headings:
        level = len(heading) - len(heading.lstrip("#"))
        name = heading.lstrip("#")
        found.append(Heading(text.index(name), text.index(name) + len(name), level))
    return Document(title, text, "source", "hash", tuple(found), pages)


def texts(text: str) -> list[str]:
    return [passage.text for passage in split_passages(document(text))]


def test_paragraphs_stand_between_empty_lines() -> None:
    assert texts(f"{LONG}\n \n{LONG}\n\n\n{LONG}\n") == [LONG] * 3


def test_lines_wrapped_by_hand_are_one_paragraph() -> None:
    wrapped = (
        "Birinci satır burada biter ama\nparagraf burada sürer ve\nburada sona erer, hepsi bu; "
        "yine de yüz karakteri aşar."
    )
    assert texts(f"{wrapped}\n\n{LONG}") == [wrapped, LONG]


def test_a_long_line_is_a_paragraph_of_its_own() -> None:
    longer = LONG + " Buradaki satır elle bölünmemiştir."
    assert texts(f"{longer}\n{longer}") == [longer, longer]


def test_headings_are_above_passages_and_in_none() -> None:
    text = f"Kitap\n\n{LONG}\n\nBölüm\n\n{LONG}\n\nKonu\n\n{LONG}\n\nSon\n\n{LONG}"
    passages = split_passages(document(text, "#Kitap", "##Bölüm", "###Konu", "##Son"))
    assert [p.heading for p in passages] == [
        "Kitap",
        "Kitap › Bölüm",
        "Kitap › Bölüm › Konu",
        "Kitap › Son",
    ]
    assert {p.text for p in passages} == {LONG}


def test_the_title_is_not_repeated_as_heading() -> None:
    text = f"Kitap\n\nBölüm\n\n{LONG}"
    [passage] = split_passages(document(text, "#Kitap", "##Bölüm", title="Kitap"))
    assert passage.heading == "Bölüm"


def test_items_keep_the_line_that_introduces_the_list() -> None:
    items = [
        "1. Birinci madde yeterince uzun bir cümledir.",
        "2. İkinci madde de yeterince uzun bir cümledir.",
    ]
    text = f"{LONG}\n\nKurul şunları kararlaştırdı:\n\n" + "\n".join(items) + f"\n\n{LONG}"
    passages = split_passages(document(text))
    assert [p.text for p in passages] == [LONG, *items, LONG]
    assert [p.lead_in for p in passages] == ["", *["Kurul şunları kararlaştırdı:"] * 2, ""]


def test_a_lead_in_at_the_end_of_a_paragraph_is_its_last_sentence() -> None:
    text = (
        f"{LONG} Gerekli belgeler şunlardır:\n- Kimlik kartının okunaklı bir kopyası gerekir.\n"
        "- İmzalı ve tarihli bir başvuru dilekçesi gerekir."
    )
    first, *items = split_passages(document(text))
    assert first.text == f"{LONG} Gerekli belgeler şunlardır:"
    assert {p.lead_in for p in items} == {"Gerekli belgeler şunlardır:"}
    assert len(items) == 2


def test_items_apart_by_empty_lines_are_one_list() -> None:
    text = (
        "Şartlar:\n\na) Başvuran kişinin on sekiz yaşını doldurması.\n\n"
        "b) Başvurunun süresi içinde yapılmış olması."
    )
    passages = split_passages(document(text))
    assert [p.lead_in for p in passages] == ["Şartlar:"] * 2


def test_one_ordinal_makes_no_list() -> None:
    text = f"3. Ahmet döneminde {LONG}"
    [passage] = split_passages(document(text))
    assert passage.text == text
    assert passage.lead_in == ""


def test_numbered_clauses_are_items() -> None:
    clauses = [
        "1.1 Kiracı kirayı her ayın beşinde öder, gecikmez.",
        "1.2. Kiracı aidatı da aynı günde ayrıca öder.",
        "12.10.3) Kiraya veren esaslı onarımları yaptırır.",
    ]
    assert texts("\n".join(clauses)) == clauses


@pytest.mark.parametrize("number", ["1923", "1.250.000", "12.03.2020", "19"])
def test_a_number_at_the_start_of_a_line_is_no_mark(number: str) -> None:
    text = "\n".join([f"{number} diye başlayan bir satır hiçbir listenin maddesi değildir."] * 2)
    assert texts(text) == [text]


def test_what_has_neither_letter_nor_digit_is_no_passage() -> None:
    assert texts(f"{LONG}\n\n* * *\n\n-\n") == [LONG]


def test_tiny_items_are_joined() -> None:
    [passage] = split_passages(document("Malzemeler:\n- un\n- su\n- tuz"))
    assert passage.text == "- un\n- su\n- tuz"
    assert passage.lead_in == "Malzemeler:"


def test_tiny_paragraphs_join_their_neighbours() -> None:
    assert texts(f"Kısa.\n\n{LONG}") == [f"Kısa.\n\n{LONG}"]
    assert texts(f"{LONG}\n\nSon söz.") == [f"{LONG}\n\nSon söz."]


def test_a_long_paragraph_is_cut_at_sentences_into_nearly_equal_parts() -> None:
    sentence = "Bu cümle tam elli karakterdir, saymak isteyen say."
    assert len(sentence) == 50
    parts = texts(" ".join([sentence] * 30))
    assert [len(part) for part in parts] == [764, 764]
    assert all(part.startswith("Bu cümle") and part.endswith("say.") for part in parts)


def test_a_sentence_too_long_is_cut_at_a_space_and_a_word_too_long_anywhere() -> None:
    parts = texts("kelime " * 200)
    assert all(part.startswith("kelime") and part.endswith("kelime") for part in parts)
    assert [len(part) for part in texts("a" * (MAX_LENGTH * 2 + 7))] == [MAX_LENGTH, MAX_LENGTH, 7]


def test_a_passage_is_on_the_page_where_it_starts() -> None:
    text = f"{LONG}\n\n{LONG}\n\n{LONG}"
    second, third = text.index(LONG, 5), text.rindex(LONG)
    pages = (Page(1, 0), Page(2, second + 3), Page(3, third))
    assert [p.page for p in split_passages(document(text, pages=pages))] == [1, 1, 3]


LINES = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "- madde", "1. madde", "Başlık:", LONG, "a) şık", "3. Ahmet"]),
        st.text(max_size=30),
        st.integers(0, 3000).map(lambda n: "kelime " * (n // 7)),
    ),
    max_size=12,
).map("\n".join)


@given(LINES, st.sets(st.integers(0, 200), max_size=6))
def test_every_passage_is_verbatim_and_every_letter_outside_headings_is_in_one(
    text: str, borders: set[int]
) -> None:
    edges = sorted(min(border, len(text)) for border in borders)
    spans = [(a, b) for a, b in pairwise(edges) if a < b][::2]
    headings = tuple(Heading(a, b, 1 + a % 3) for a, b in spans)
    passages = split_passages(Document("", text, "", "", headings))
    position = 0
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert position <= passage.start < passage.end
        assert len(passage.text) <= MAX_LENGTH
        assert not any(a < passage.end and passage.start < b for a, b in spans)
        position = passage.end
    covered = {i for p in passages for i in range(p.start, p.end)}
    covered |= {i for a, b in spans for i in range(a, b)}
    # What introduces a list is with its items.
    introductions = "".join(p.lead_in for p in passages)
    left = "".join(c for i, c in enumerate(text) if i not in covered)
    assert all(not c.isalnum() or c in introductions for c in left)
