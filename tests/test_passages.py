from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.articles import with_article_headings
from embeddings.datatypes import Document, Heading, Page, Passage, Place
from embeddings.passages import MAX_LENGTH, MIN_ITEM_LENGTH, split_passages

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


def listed(text: str) -> list[tuple[str, str]]:
    return [(passage.lead_in, passage.text) for passage in split_passages(document(text))]


APPLICATION = "(3) Başvuruda şu belgeler istenir:"
COPY = "Kimlik kartının okunaklı bir kopyası gerekir."
LETTER = "İmzalı ve tarihli bir başvuru dilekçesi gerekir."


def test_an_item_that_ends_in_a_colon_introduces_the_items_below_it() -> None:
    before = "(2) Üyelik başvurusu yönetime yazılı yapılır."
    after = "(4) Başvurular otuz gün içinde sonuçlandırılır."
    lines = [before, APPLICATION, f"a) {COPY}", f"b) {LETTER}", after]
    expected = [
        ("", before),
        (APPLICATION, f"a) {COPY}"),
        (APPLICATION, f"b) {LETTER}"),
        ("", after),
    ]
    assert listed("\n".join(lines)) == listed("\n\n".join(lines)) == expected


def test_lists_within_lists_keep_all_that_introduces_them() -> None:
    first, second = "b) Şunlardan biri gerekir:", "Kurul şunları kararlaştırdı:"
    text = f"{second}\na) {COPY}\n{first}\ni) {COPY}\nii) {LETTER}\nv) {COPY}\nc) {LETTER}"
    both = f"{second}\n{first}"
    assert listed(text) == [
        (second, f"a) {COPY}"),
        (both, f"i) {COPY}"),
        (both, f"ii) {LETTER}"),
        (both, f"v) {COPY}"),
        (second, f"c) {LETTER}"),
    ]


def test_an_item_keeps_what_it_says_before_it_introduces_others() -> None:
    text = f"(3) Başvuru yazılı yapılır. Şunlar istenir:\na) {COPY}\nb) {LETTER}\n(4) {COPY}"
    passages = split_passages(document(text))
    assert passages[0].text == "(3) Başvuru yazılı yapılır. Şunlar istenir:"
    assert [p.lead_in for p in passages] == ["", *["Şunlar istenir:"] * 2, ""]


@pytest.mark.parametrize("end", [";", ",", "—"])
@pytest.mark.parametrize("marks", ["a) b)", "i) ii)", "1. 2.", "- -"])
@pytest.mark.parametrize("number", ["", "(1) "])
def test_a_sentence_that_goes_on_in_a_list_introduces_it(
    end: str, marks: str, number: str
) -> None:
    above = f"{number}Bu yönetmelikte geçen{end}"
    one, two = marks.split()
    assert listed(f"{above}\n{one} {COPY}\n{two} {LETTER}") == [
        (above, f"{one} {COPY}"),
        (above, f"{two} {LETTER}"),
    ]


def test_a_numbered_paragraph_goes_on_in_items_that_begin_small() -> None:
    above = "(1) The board may expel a member who"
    items = [f"{number}. repeatedly returns what was lent too late" for number in (1, 2)]
    assert listed("\n".join([above, *items])) == [(above, item) for item in items]
    assert [lead_in for lead_in, _ in listed(f"{above[4:]}\n{items[0]}\n{items[1]}")] == [""] * 3


def test_an_item_that_ends_like_all_others_introduces_nothing() -> None:
    letters = "abcçdefgğhıi"
    text = "\n".join(f"{letter}) {COPY[:-1]};" for letter in letters)
    assert [lead_in for lead_in, _ in listed(text)] == [""] * len(letters)


def test_a_list_with_the_same_marks_is_within_another_where_it_stands_farther_right() -> None:
    text = f"- Belgeler:\n  - {COPY}\n  - {LETTER}\n- {LETTER}"
    within = "- Belgeler:"
    assert listed(text) == [(within, f"- {COPY}"), (within, f"- {LETTER}"), ("", f"- {LETTER}")]
    flat = f"- Belgeler gerekiyor, onlar da şunlardır:\n- {COPY}\n- {LETTER}"
    assert [lead_in for lead_in, _ in listed(flat)] == ["", "", ""]


def test_a_letter_i_behind_an_h_is_a_letter() -> None:
    text = f"Şunlar:\ng) {COPY}\nh) {LETTER}\nı) {COPY}\ni) {LETTER}\nj) {COPY}"
    assert {lead_in for lead_in, _ in listed(text)} == {"Şunlar:"}
    within = f"1. Şunlar:\nh) {COPY}\ni) {LETTER}\n2. {COPY}"
    assert [lead_in for lead_in, _ in listed(within)] == ["1. Şunlar:", "1. Şunlar:", ""]


def test_what_introduces_too_much_stays_a_passage() -> None:
    long = "b) " + "Uzun " * 50 + "giriş şudur:"
    text = f"Kurul üyelerinin önerisi üzerine şunları kararlaştırdı:\na) {COPY}\n{long}\n1) {COPY}"
    assert [passage for _, passage in listed(text)] == [f"a) {COPY}", long, f"1) {COPY}"]
    assert [lead_in for lead_in, _ in listed(text)][1:] == [
        "Kurul üyelerinin önerisi üzerine şunları kararlaştırdı:",
        long,
    ]


def test_lists_go_nine_deep_at_most() -> None:
    text = "\n".join(f"{' ' * depth}- Şu:" for depth in range(40))
    assert max(p.lead_in.count("\n") for p in split_passages(document(text))) == 7


@pytest.mark.parametrize("marks", [("A)", "B)"), ("(A)", "(B)"), ("A.", "B."), ("A.", "B.", "C.")])
def test_capital_letters_are_marks(marks: tuple[str, ...]) -> None:
    items = [f"{mark} {COPY}" for mark in marks]
    assert texts("\n".join(items)) == items


@pytest.mark.parametrize("names", [("A.", "M."), ("B.", "C."), ("A.", "A."), ("M.", "A.")])
def test_initials_at_the_start_of_lines_are_no_marks(names: tuple[str, ...]) -> None:
    text = "\n".join(f"{name} Yılmaz bu kitabı yazmış ve yayımlamıştır, derler." for name in names)
    assert texts(text) == [text]


def test_an_article_is_the_heading_of_its_paragraphs() -> None:
    text = f"MADDE 2 – Aidatlar\nAidat beşinde ödenir.\n\nMADDE 3- (1) {COPY}\n(2) {LETTER}"
    assert [(p.heading, p.text) for p in split_passages(document(text))] == [
        ("MADDE 2 – Aidatlar", "Aidat beşinde ödenir."),
        ("MADDE 3", f"(1) {COPY}"),
        ("MADDE 3", f"(2) {LETTER}"),
    ]


def test_an_article_stands_below_the_headings_of_its_document() -> None:
    text = f"Tüzük\n\nAmaç\nMADDE 1 – {COPY}\n\nEkler\n\n{LETTER}"
    passages = split_passages(document(text, "##Tüzük", "###Ekler"))
    assert [p.heading for p in passages] == ["Tüzük › Amaç › MADDE 1", "Tüzük › Ekler"]


def test_what_people_write_to_each_other_has_no_articles() -> None:
    said = f"MADDE 2 – Aidatlar\n{LONG}"
    assert [(p.heading, p.text) for p in messages(said, LONG)] == [("", said), ("", LONG)]


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


def messages(*texts: str, heading: str = "") -> list[Passage]:
    """Split a document of messages, one a minute."""
    text = "\n\n".join([*([heading] if heading else []), *texts])
    places, start = [], 0
    for minute, said in enumerate([*([heading] if heading else []), *texts]):
        places.append(Place(start, f"yazan {minute}", f"2024-05-01T10:{minute:02}:00"))
        start += len(said) + 2
    headings = (Heading(0, len(heading), 1),) if heading else ()
    return split_passages(Document("", text, "", "", headings, places=tuple(places)))


def test_a_passage_has_the_places_that_begin_in_it_and_the_one_in_which_it_begins() -> None:
    text = f"{LONG}\n\n{LONG}\n\n{LONG}"
    second, third = text.index(LONG, 5), text.rindex(LONG)
    places = (Place(0, "a"), Place(10, "b"), Place(second + 3, "c"), Place(third, "d"))
    found = split_passages(Document("", text, "", "", places=places))
    assert [[(p.start, p.label) for p in passage.places] for passage in found] == [
        [(0, "a"), (10, "b")],
        [(0, "b"), (3, "c")],
        [(0, "d")],
    ]


def test_what_stands_before_the_first_place_has_none() -> None:
    [passage] = split_passages(Document("", LONG, "", "", places=(Place(20, "a"),)))
    assert passage.places == (Place(20, "a"),)


def test_a_message_is_a_passage_whatever_its_lines() -> None:
    listed = f"Kurul şunları kararlaştırdı:\n\n- {LONG}\n- {LONG}"
    assert [p.text for p in messages(listed, LONG)] == [listed, LONG]


def test_a_message_too_long_is_divided_into_its_paragraphs() -> None:
    parts = [LONG * 3, LONG * 4, LONG * 5]
    found = messages("\n\n".join(parts), LONG)
    assert [p.text for p in found] == [*parts, LONG]
    assert [p.places[0].label for p in found] == ["yazan 0", "yazan 0", "yazan 0", "yazan 1"]


def test_tiny_messages_are_joined_and_keep_their_places() -> None:
    [passage] = messages("Ali: Geldim.", "Can: Tamam.")
    assert passage.text == "Ali: Geldim.\n\nCan: Tamam."
    assert [(p.start, p.label) for p in passage.places] == [(0, "yazan 0"), (14, "yazan 1")]


def test_a_question_leads_to_what_is_said_below_it() -> None:
    first, second = messages("Ali: Su ne zaman gelir? 😊", f"Can: {LONG}", f"Elif: {LONG}")
    assert first.text == f"Can: {LONG}"
    assert second.text == f"Elif: {LONG}"
    assert {first.lead_in, second.lead_in} == {"Ali: Su ne zaman gelir? 😊"}


def test_short_answers_stand_apart_but_not_a_word_alone() -> None:
    answers = [
        "Can: Akşam yediden önce gelmez, dediler.",
        "Elif: Bence gece yarısını bulur, bekleyin",
    ]
    assert min(map(len, answers)) == MIN_ITEM_LENGTH
    assert [p.text for p in messages("Ali: Su ne zaman gelir?", *answers)] == answers
    assert [p.text for p in messages(*answers)] == ["\n\n".join(answers)]
    assert [p.text for p in messages("Su ne zaman gelir?", "Evet.", *answers)] == [
        f"Evet.\n\n{answers[0]}",
        answers[1],
    ]


def test_questions_asked_together_are_answered_together() -> None:
    [passage] = messages("Ali: Su ne zaman gelir?", "Can: Sahi, kim bilir?", "👍", "Elif: Akşam.")
    assert passage.lead_in == "Ali: Su ne zaman gelir?\nCan: Sahi, kim bilir?"
    assert passage.text == "Elif: Akşam."


def test_a_question_that_nobody_answers_can_be_quoted() -> None:
    assert [p.text for p in messages(LONG, "Su ne zaman gelir?", "👍")] == [
        f"{LONG}\n\nSu ne zaman gelir?"
    ]
    assert [p.lead_in for p in messages("Su ne zaman gelir?")] == [""]


def test_who_says_something_and_then_asks_can_be_quoted() -> None:
    found = messages(f"{LONG} Siz ne dersiniz?", LONG)
    assert [p.text for p in found] == [f"{LONG} Siz ne dersiniz?", LONG]


def test_a_question_is_forgotten_after_a_while() -> None:
    found = messages("Su ne zaman gelir?", *[LONG] * 12)
    assert [bool(p.lead_in) for p in found] == [p.start <= MAX_LENGTH for p in found]
    assert not found[-1].lead_in


def test_a_line_of_a_film_is_no_question_to_be_answered() -> None:
    text = f"Nereye?\n\n{LONG}"
    places = (Place(0, "0:00:01"), Place(9, "0:00:04"))
    [passage] = split_passages(Document("", text, "", "", places=places))
    assert passage.text == text


def test_the_heading_of_a_conversation_is_in_no_passage() -> None:
    [passage] = messages("Can: Akşam.", heading="Ali: Su ne zaman gelir?")
    assert passage.heading == "Ali: Su ne zaman gelir?"
    assert [(p.start, p.label) for p in passage.places] == [(0, "yazan 1")]


SAID = st.one_of(
    st.sampled_from(
        ["Nerede?", "Kim? Ne?", "👍", LONG, "Evet.", "- bir\n- iki", "Oldu. Ne oldu?"]
    ),
    st.integers(0, 3000).map(lambda n: "kelime " * (n // 7) + "?"),
    st.text(min_size=1, max_size=30),
)


@given(st.lists(SAID, min_size=1, max_size=12))
def test_every_passage_of_messages_is_verbatim_and_has_its_places(said: list[str]) -> None:
    text = "\n\n".join(said)
    starts = [sum(len(one) + 2 for one in said[:number]) for number in range(len(said))]
    places = tuple(Place(start, str(start), "2024-05-01T10:00:00") for start in starts)
    passages = split_passages(Document("", text, "", "", places=places))
    position = 0
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert position <= passage.start < passage.end <= passage.start + MAX_LENGTH
        assert passage.places[0].start == 0
        assert int(passage.places[0].label) <= passage.start
        for place in passage.places[1:]:
            assert place.start + passage.start == int(place.label) < passage.end
        position = passage.end
    covered = {i for p in passages for i in range(p.start, p.end)}
    introductions = "".join(p.lead_in for p in passages)
    left = "".join(c for i, c in enumerate(text) if i not in covered)
    assert all(not c.isalnum() or c in introductions for c in left)


LINES = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "- madde", "1. madde", "Başlık:", LONG, "a) şık", "3. Ahmet"]),
        st.sampled_from(["a) şu:", " - şu:", "(1) şu:", "i) şu:", "A. şu:", "B. şu", "Amaç"]),
        st.sampled_from(["MADDE 1 – Ad", "Madde 2 (1) şu:", "Madde 3-", "MADDE 4 - " + LONG]),
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
    spans = [(h.start, h.end) for h in with_article_headings(text, headings)]
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
