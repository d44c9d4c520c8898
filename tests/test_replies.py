"""Answers as Telegram's HTML: what stands where, what is escaped, what is cut."""

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replies import MAX_LENGTH, answer_html, cut_around, utf16_length
from embeddings.datatypes import Answer, Hit, Passage, Span
from tests.fake_telegram.formatting import formatted

NAMES = 'Ayşe 👩🏽‍🚀 geldi. 🇹🇷 kazandı! שלום עולם? e\u0301 <b>&amp;</b> "x" 1.5 m. '


def answer(
    text: str,
    highlight: Span = (0, 0),
    *,
    title: str = "Belge",
    heading: str = "",
    page: int | None = None,
    source: str = "/belgeler/belge.txt",
    copies: int = 0,
    mended: tuple[tuple[str, str], ...] = (),
) -> Answer:
    passage = Passage(0, len(text), text, heading=heading, page=page)
    hit = Hit(passage, 1, title, source, 1.0, highlight, copies)
    return Answer("soru", (hit,), 0.9, answered=True, mended=mended)


def quoted(html: str) -> tuple[str, str, str]:
    """What stands in the blockquote: before the bold part, the bold part, and after it."""
    match = re.fullmatch(r"(?:…\n)?<blockquote>(.*)</blockquote>(?:\n.*)?", html, re.DOTALL)
    assert match
    before, opening, rest = match[1].partition("<b>")
    bold, _, after = rest.partition("</b>") if opening else ("", "", "")
    parts = (unescape(before), unescape(bold), unescape(after))
    assert not re.search(r"<(?!/?b>)", match[1])
    return parts


def test_the_sentence_that_answers_is_bold_in_the_quote() -> None:
    html = answer_html(answer("Bir. İki. Üç.", (5, 9)), "tr")
    assert html == "<blockquote>Bir. <b>İki.</b> Üç.</blockquote>\n— Belge"


def test_heading_and_page_stand_below_the_title() -> None:
    html = answer_html(answer("Bir.", (0, 4), heading="Giriş › Amaç", page=12), "tr")
    assert html == "<blockquote><b>Bir.</b></blockquote>\n— Belge\nGiriş › Amaç · s. 12"
    html = answer_html(answer("Bir.", (0, 4), page=1234), "en")
    assert html == "<blockquote><b>Bir.</b></blockquote>\n— Belge\np. 1234"


def test_a_heading_does_not_repeat_the_title() -> None:
    html = answer_html(answer("Bir.", title="Yönetmelik", heading="Yönetmelik › Amaç"), "tr")
    assert html == "<blockquote>Bir.</blockquote>\n— Yönetmelik\nAmaç"
    html = answer_html(answer("Bir.", title="Yönetmelik", heading="Yönetmelik"), "tr")
    assert html == "<blockquote>Bir.</blockquote>\n— Yönetmelik"


def test_copies_are_counted_below_the_place() -> None:
    html = answer_html(answer("Bir.", heading="Giriş", copies=2), "tr")
    assert html == (
        "<blockquote>Bir.</blockquote>\n— Belge\nGiriş\nHemen hemen aynı metin 2 yerde daha var."
    )
    one, two = (answer_html(answer("Bir.", copies=copies), "en") for copies in (1, 2))
    assert one.endswith("— Belge\nAlmost the same text stands in 1 more place.")
    assert two.endswith("— Belge\nAlmost the same text stands in 2 more places.")


def test_mended_words_are_told_on_the_last_line_three_at_most() -> None:
    mended = (("komsiyon", "komisyon"), ("kraari", "karari"), ("fnou", "fonu"), ("yrain", "yarin"))
    found = answer("Bir.", copies=2, mended=mended[:1])
    assert answer_html(found, "tr").splitlines()[2:] == [
        "Hemen hemen aynı metin 2 yerde daha var.",
        "“komisyon” olarak arandı (yazılan: “komsiyon”)",
    ]
    assert answer_html(replace(found, mended=mended), "en").splitlines()[3:] == [
        "Searched for “komisyon”, “karari”, “fonu” (typed: “komsiyon”, “kraari”, “fnou”)"
    ]


def test_mended_words_are_not_told_without_a_quote() -> None:
    near = replace(answer("Bir.", mended=(("komsiyon", "komisyon"),)), answered=False)
    assert answer_html(near, "tr") == "Belgelerde bu sorunun yanıtını bulamadım."


def test_without_a_title_there_is_no_dash() -> None:
    html = answer_html(answer("Bir.", title="", heading="Amaç"), "tr")
    assert html == "<blockquote>Bir.</blockquote>\nAmaç"


def test_the_title_links_to_a_source_on_the_web() -> None:
    html = answer_html(answer("Bir.", source='https://example.org/?a=1&b="2"'), "tr")
    link = "https://example.org/?a=1&amp;b=&quot;2&quot;"
    assert html == f'<blockquote>Bir.</blockquote>\n— <a href="{link}">Belge</a>'


@pytest.mark.parametrize(
    "source",
    [
        "/a/b.txt",
        "file:///a",
        "javascript:alert(1)",
        "https://a b.org",
        "https://a.org/" + "a" * 1024,
    ],
)
def test_other_sources_are_no_links(source: str) -> None:
    assert answer_html(answer("Bir.", source=source), "tr").endswith("</blockquote>\n— Belge")


def test_a_documents_text_is_never_markup() -> None:
    html = answer_html(
        answer("a<b & </blockquote>", (0, 3), title="<i>T</i>", heading="1 < 2 & 3"), "tr"
    )
    assert html == (
        "<blockquote><b>a&lt;b</b> &amp; &lt;/blockquote&gt;</blockquote>\n"
        "— &lt;i&gt;T&lt;/i&gt;\n1 &lt; 2 &amp; 3"
    )


def test_what_was_not_found_is_said_in_the_readers_language() -> None:
    near = answer("Bir.").quotes
    nothing = Answer("soru", near, 0.1, answered=False)
    assert answer_html(nothing, "tr") == "Belgelerde bu sorunun yanıtını bulamadım."
    assert answer_html(Answer("soru", (), 0.0, answered=False), "en") == (
        "I could not find the answer to this question in the documents."
    )


def test_a_long_passage_is_cut_at_sentences_around_the_answer() -> None:
    text = " ".join(f"Cümle {number:04} burada biter." for number in range(1000))
    start = text.index("Cümle 0500")
    end = start + len("Cümle 0500 burada biter.")
    html = answer_html(answer(text, (start, end)), "tr")
    before, bold, after = quoted(html)
    assert bold == "Cümle 0500 burada biter."
    assert before + bold + after in text
    assert before.startswith("Cümle ")
    assert after.endswith(" burada biter.")
    assert abs(len(before) - len(after)) <= 50
    assert html.startswith("…\n<blockquote>")
    assert "</blockquote>\n…\n— Belge" in html
    assert MAX_LENGTH - 30 < utf16_length(formatted(html, "HTML")[0]) <= MAX_LENGTH


def test_the_ellipsis_stands_only_where_something_is_missing() -> None:
    text = "İlk cümle. " + "Son cümle. " * 400
    first = answer_html(answer(text, (0, 10)), "tr")
    assert first.startswith("<blockquote><b>İlk cümle.</b> Son")
    assert "</blockquote>\n…\n" in first
    last_start = text.rindex("Son")
    last = answer_html(answer(text, (last_start, last_start + 10)), "tr")
    assert last.startswith("…\n<blockquote>Son")
    assert last.endswith("<b>Son cümle.</b></blockquote>\n— Belge")


def test_room_that_one_side_does_not_need_goes_to_the_other() -> None:
    assert cut_around("Bir. İki. Üç. Dört.", (5, 9), 13) == (0, 13)
    assert cut_around("Bir. İki. Üç. Dört.", (10, 13), 14) == (5, 19)
    assert cut_around("Bir. İki. Üç. Dört.", (14, 19), 10) == (10, 19)


def test_a_sentence_without_end_is_cut_behind_a_word() -> None:
    assert cut_around("bir iki üç dört", (0, 15), 9) == (0, 7)
    assert cut_around("bir iki üç dört", (4, 15), 6) == (4, 10)
    assert cut_around("Önce. bir iki üç dört", (0, 0), 12) == (0, 9)


def test_a_word_without_end_is_cut_between_characters_as_a_reader_counts_them() -> None:
    assert cut_around("x" * 100, (0, 100), 90) == (0, 90)
    family = "👩‍👩‍👧"  # five code points, eight code units
    assert cut_around(family * 3, (0, 15), 17) == (0, 10)
    accents = "ne\u0301" * 3
    assert cut_around(accents, (0, 9), 5) == (0, 4)
    assert cut_around("e" + "\u0301" * 50, (0, 51), 10) == (0, 10)


def test_long_titles_and_headings_are_shortened() -> None:
    html = answer_html(answer("Bir.", title="ünvan " * 100, heading="bölüm " * 100), "tr")
    _, title, heading = html.splitlines()
    assert title == "— " + ("ünvan " * 33).rstrip() + "…"
    assert heading == ("bölüm " * 50).rstrip() + "…"


def test_utf16_length_counts_as_telegram_does() -> None:
    assert utf16_length("aşk") == 3
    assert utf16_length("😀") == 2
    assert utf16_length("e\u0301") == 2


texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300),
    st.lists(st.sampled_from(re.findall(r"\S+\s", NAMES)), min_size=1, max_size=40).map("".join),
)


@st.composite
def long_passages(draw: st.DrawFn) -> tuple[str, Span]:
    """A text of up to 12,000 characters, and a span of it."""
    text = draw(texts) * draw(st.integers(1, 40))
    start = draw(st.integers(0, len(text) - 1))
    return text, (start, draw(st.integers(start, len(text))))


@settings(deadline=None)
@given(long_passages(), texts, texts)
def test_any_quote_is_verbatim_bold_where_it_answers_and_short_enough(
    passage: tuple[str, Span], title: str, heading: str
) -> None:
    text, (start, end) = passage
    found = answer(text, (start, end), title=title, heading=heading, page=7, copies=12)
    found = replace(found, mended=((heading, title), ("a" * 2000, "b" * 2000)))
    html = answer_html(found, "tr")
    before, bold, after = quoted(html)
    assert before + bold + after in text
    marked = text[start:end].strip()
    assert marked.startswith(bold)
    assert bool(bold) == bool(marked)
    if utf16_length(marked) <= 3000:
        assert bold == marked
    shown, _ = formatted(html, "HTML")
    assert utf16_length(shown) <= MAX_LENGTH
    assert len(html.encode()) <= 1 << 15


@settings(deadline=None)
@given(long_passages(), st.integers(20, 5000))
def test_a_cut_has_no_space_around_it_and_fits(passage: tuple[str, Span], room: int) -> None:
    text, highlight = passage
    start, end = cut_around(text, highlight, room)
    assert text[start:end] == text[start:end].strip()
    assert utf16_length(text[start:end]) <= room
    assert (end > start) == bool(text.strip())
