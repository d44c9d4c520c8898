import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.articles import is_article, with_article_headings
from embeddings.datatypes import Heading

TEXT = "Aidat her ayın beşinde ödenir, gecikmez ve geri istenmez."


def found(text: str, *headings: Heading) -> list[str]:
    return [text[h.start : h.end] for h in with_article_headings(text, headings)]


@pytest.mark.parametrize(
    "line",
    [
        "MADDE 2 – Aidatlar",
        "Madde 5-",
        "Madde 5-Aidat",
        "Madde 7",
        "Madde 8. Aidat",
        "Madde 9: Aidat",
        "Madde 10 (1) Aidat",
        "GEÇİCİ MADDE 1 –",
        "Gecici Madde 1 -",
        "Ek Madde 3 –",
        "Mükerrer Madde 20/A –",
        "Article 4 – Fees",
        "ARTICLE IV. Fees",
        "Article 5 Fees",
        "Section 2.1: Fees",
        "Clause 9 – Fees",
        "§ 5",
        "§5a (1) Fees",
        "§ 12 Fees",
        "EK-1",
        "Annex II – Forms",
        "Schedule A",
    ],
)
def test_the_mark_of_an_article_is_known(line: str) -> None:
    assert is_article(line)


@pytest.mark.parametrize(
    "line",
    [
        "Madde 5 uyarınca",
        "Madde 5.2 uyarınca",
        "Madde – Aidat",
        "Maddeler 1-",
        "5. madde",
        "İlk Madde 1-",
        "Article in question",
        "Section 5 of the act",
        "§ 5 gilt",
        "Ek 3 (bkz. aşağıda)",
        "Ek A'da",
    ],
)
def test_other_lines_are_no_articles(line: str) -> None:
    assert not is_article(line)


@pytest.mark.parametrize(
    "line", ["MADDE 2 – Aidatlar", "Madde 5-", "Ek Madde 1", "Madde 3 - AİDAT"]
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_an_article_alone_on_its_line_is_a_heading(line: str, gap: str) -> None:
    assert found(f"{line}{gap}{TEXT}") == [line]


def test_of_an_article_with_its_text_on_the_line_the_mark_is_a_heading() -> None:
    assert found(f"MADDE 2 – (1) {TEXT}\n(2) {TEXT}") == ["MADDE 2 –"]
    assert found(f"Madde 2- {TEXT}\nMadde 3- {TEXT}") == ["Madde 2-", "Madde 3-"]


def test_a_line_above_an_article_is_its_name() -> None:
    text = f"Amaç\nMADDE 1 – {TEXT}\n\nAidat ve ücretler\n\nMadde 2-\n{TEXT}"
    assert found(text) == ["Amaç", "MADDE 1 –", "Aidat ve ücretler", "Madde 2-"]
    assert [h.level for h in with_article_headings(text, ())] == [10, 11, 10, 11]


@pytest.mark.parametrize(
    "above", [TEXT, "b) Dilekçe", "amaç", "Metin\nsürer", "Üyeler,", "Ad | Yaş", "Amaç ..... 3"]
)
def test_another_line_above_an_article_is_no_name(above: str) -> None:
    assert found(f"{above}\nMADDE 2 – {TEXT}") == ["MADDE 2 –"]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_line_below_a_mark_that_stands_alone_is_its_name(gap: str) -> None:
    text = f"Genel hükümler\n\nMadde 1{gap}Amaç ve kapsam{gap}{TEXT}"
    assert found(text) == ["Madde 1", "Amaç ve kapsam"]
    assert [h.level for h in with_article_headings(text, ())] == [10, 11]


@pytest.mark.parametrize("below", ["Aidat her ayın\nbeşinde ödenir.", "a) Aidat", "Aidat ödenir."])
def test_another_line_below_a_mark_is_no_name(below: str) -> None:
    assert found(f"MADDE 2\n{below}\n{TEXT}") == ["MADDE 2"]


def test_a_mark_without_a_sign_is_a_heading_with_its_name_only() -> None:
    assert found(f"§ 4 Fees\n{TEXT}\n§ 5\n{TEXT}") == ["§ 4 Fees", "§ 5"]
    assert found(f"§ 4 Abs. 2 gilt.\n{TEXT}") == []
    assert found(f"{TEXT} {TEXT} Sieh auch\n§ 4 Fees\n{TEXT}") == []
    assert found(f"Section 5 Fees are due\non the first of May.\n{TEXT}") == []


def test_what_is_annexed_belongs_to_no_article() -> None:
    text = f"MADDE 14 – {TEXT}\n\nEK-1\nBurs tutarları\nLisans | 3.000 TL\n{TEXT}"
    assert found(text) == ["MADDE 14 –", "EK-1", "Burs tutarları"]
    assert found(f"EK 33. Madde 1. paragraf: {TEXT}") == []


def test_a_line_that_goes_on_in_the_next_is_no_name() -> None:
    assert found(f"MADDE 2 – Aidat her ayın\nbeşinde ödenir. {TEXT}") == ["MADDE 2 –"]
    # No room for "Mehmet" at its end: the line was wrapped.
    wrapped = (
        "MADDE 2 – Derneğin kurucu başkanı ve onun yardımcısı olan Ahmet\nMehmet'in babasıdır."
    )
    assert found(wrapped) == ["MADDE 2 –"]
    assert found(f"{wrapped}\n{TEXT} {TEXT}") == [wrapped.partition("\n")[0]]


def test_an_article_that_a_sentence_names_is_none() -> None:
    assert found("Kurul dün\nbu kararı tüzükteki\nMadde 5: Aidatlar\nüzerine aldı.") == []


def test_the_lines_of_a_table_of_contents_are_no_articles() -> None:
    lines = "MADDE 1 – Amaç\nMADDE 2 – Aidatlar ... 3\nMADDE 3 – Üyeler"
    assert found(lines) == []
    assert found(f"{lines}\n\n{TEXT}") == ["MADDE 3 – Üyeler"]


def test_headings_of_the_document_stay_and_are_not_named_twice() -> None:
    text = f"Amaç\n\nMADDE 1 – Kapsam\n\n{TEXT}"
    whole = Heading(text.index("MADDE"), text.index("Kapsam") + 6, 3)
    assert with_article_headings(text, (whole,)) == [whole]
    above = Heading(0, 4, 2)
    assert found(text, above) == ["Amaç", "MADDE 1 – Kapsam"]
    assert with_article_headings(text, (above,))[0] is above
    part = Heading(text.index("Kapsam"), text.index("Kapsam") + 6, 3)
    assert with_article_headings(text, (part,)) == [part]


LINES = st.lists(
    st.sampled_from(
        [
            "MADDE 1 – Ad",
            "Madde 2-",
            "Madde 3 (1) ",
            "§ 4 Ad",
            "EK-1",
            "Amaç",
            "",
            " ",
            TEXT,
            "a) şu:",
        ]
    )
    | st.text(max_size=20),
    max_size=10,
).map("\n".join)


@given(LINES, st.sets(st.integers(0, 150), max_size=6))
def test_headings_are_in_order_apart_and_stripped(text: str, borders: set[int]) -> None:
    edges = sorted(min(border, len(text)) for border in borders)
    known = [Heading(a, b, 1) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    headings = with_article_headings(text, known)
    assert [h for h in headings if h.level == 1] == known
    position = 0
    for heading in headings:
        assert position <= heading.start < heading.end
        name = text[heading.start : heading.end]
        assert heading.level == 1 or name == name.strip() != ""
        position = heading.end


def test_many_articles_are_found_in_a_moment() -> None:
    text = f"Amaç\nMADDE 1 – {TEXT}\n\n" * 5000 + "Madde 1\n" + "\n" * 100_000
    assert len(with_article_headings(text, ())) == 10_000
