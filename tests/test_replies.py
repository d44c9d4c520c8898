"""Quotes as Telegram's HTML: what stands where, what is escaped, what is cut."""

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replies import (
    MAX_LENGTH,
    cut_around,
    day,
    mended_line,
    place_line,
    quote_html,
    shorten_to_copy,
    source_link,
    utf16_length,
)
from embeddings.datatypes import Hit, Passage, Place, Span, Surroundings
from tests.fake_telegram.entities import cut
from tests.fake_telegram.formatting import formatted

NAMES = 'Ayşe 👩🏽‍🚀 geldi. 🇹🇷 kazandı! שלום עולם? e\u0301 <b>&amp;</b> "x" 1.5 m. '


def hit(
    text: str,
    highlight: Span = (0, 0),
    *,
    title: str = "Belge",
    heading: str = "",
    page: int | None = None,
    source: str = "/belgeler/belge.txt",
    copies: int = 0,
    added_at: str = "",
    places: tuple[Place, ...] = (),
) -> Hit:
    passage = Passage(0, len(text), text, heading=heading, page=page, places=places)
    return Hit(passage, 1, title, source, 1.0, highlight, copies, added_at=added_at)


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
    html = quote_html(hit("Bir. İki. Üç.", (5, 9)), "tr")
    assert html == "<blockquote>Bir. <b>İki.</b> Üç.</blockquote>\n— Belge"


def test_heading_and_page_stand_below_the_title() -> None:
    html = quote_html(hit("Bir.", (0, 4), heading="Giriş › Amaç", page=12), "tr")
    assert html == "<blockquote><b>Bir.</b></blockquote>\n— Belge\nGiriş › Amaç · s. 12"
    html = quote_html(hit("Bir.", (0, 4), page=1234), "en")
    assert html == "<blockquote><b>Bir.</b></blockquote>\n— Belge\np. 1234"


def test_a_heading_does_not_repeat_the_title() -> None:
    html = quote_html(hit("Bir.", title="Yönetmelik", heading="Yönetmelik › Amaç"), "tr")
    assert html == "<blockquote>Bir.</blockquote>\n— Yönetmelik\nAmaç"
    html = quote_html(hit("Bir.", title="Yönetmelik", heading="Yönetmelik"), "tr")
    assert html == "<blockquote>Bir.</blockquote>\n— Yönetmelik"


def test_copies_are_counted_below_the_place() -> None:
    html = quote_html(hit("Bir.", heading="Giriş", copies=2), "tr")
    assert html == (
        "<blockquote>Bir.</blockquote>\n— Belge\nGiriş\nHemen hemen aynı metin 2 yerde daha var."
    )
    one, two = (quote_html(hit("Bir.", copies=copies), "en") for copies in (1, 2))
    assert one.endswith("— Belge\nAlmost the same text stands in 1 more place.")
    assert two.endswith("— Belge\nAlmost the same text stands in 2 more places.")


def test_a_line_above_and_one_below_stand_outside_of_the_quote() -> None:
    html = quote_html(hit("Bir.", copies=1), "en", above="1 < 2", below="3 > 2")
    assert html.splitlines() == [
        "1 &lt; 2",
        "<blockquote>Bir.</blockquote>",
        "— Belge",
        "Almost the same text stands in 1 more place.",
        "3 &gt; 2",
    ]


def test_the_date_of_adding_stands_last_in_the_line_of_the_place() -> None:
    found = hit("Bir.", heading="Giriş", page=3, added_at="2026-11-21T23:59:59+00:00")
    assert quote_html(found, "tr").splitlines()[-1] == "Giriş · s. 3 · eklendi: 21 Kas 2026"
    found = hit("Bir.", added_at="2026-05-01T00:00:00+00:00")
    assert quote_html(found, "en").splitlines()[1:] == ["— Belge", "added 1 May 2026"]


def test_a_message_is_linked_and_named_with_its_author_and_its_day() -> None:
    places = (
        Place(0, "Ayşe Yılmaz", "2024-05-01T12:00:00", "https://t.me/c/7/1"),
        Place(5, "Can <b>", "2024-05-02T12:00:00+03:00", "https://t.me/c/7/2"),
    )
    found = hit("Bir. İki.", (5, 9), places=places, added_at="2026-11-21T08:00:00+00:00")
    assert quote_html(found, "tr").splitlines()[1:] == [
        '— <a href="https://t.me/c/7/2">Belge</a>',
        "Can &lt;b&gt; · 2 May 2024",
    ]
    assert place_line(replace(found, highlight=(0, 4)), "en") == "Ayşe Yılmaz · 1 May 2024"
    first = replace(found, highlight=(0, 4), source="https://t.me/c/7/100")
    assert source_link(first) == "https://t.me/c/7/1"


def test_a_moment_stands_where_a_page_would() -> None:
    found = hit("Bir.", (0, 4), places=(Place(0, "0:12:05"),), added_at="2026-11-21T08:00:00")
    html = quote_html(found, "tr")
    assert html.splitlines()[1:] == ["— Belge", "0:12:05 · eklendi: 21 Kas 2026"]
    linked = replace(found, source="https://example.org/film")
    assert source_link(linked) == "https://example.org/film"


@pytest.mark.parametrize("link", ["telegram:-1007/12", "javascript:alert(1)", "tg://user?id=1"])
def test_a_place_that_cannot_be_opened_leaves_the_source(link: str) -> None:
    place = Place(0, "Ayşe", "2024-05-01T12:00:00", link)
    assert source_link(hit("Bir.", places=(place,))) == ""
    assert quote_html(hit("Bir.", places=(place,)), "tr").splitlines()[1] == "— Belge"
    source = "https://t.me/c/7/1"
    assert source_link(hit("Bir.", source=source, places=(place,))) == source


@pytest.mark.parametrize("date", ["", "dün", "2024-13-01", "12:00"])
def test_what_is_no_time_is_not_said(date: str) -> None:
    found = hit("Bir.", places=(Place(0, "Ayşe", date),), added_at="2026-11-21T08:00:00")
    assert place_line(found, "tr") == "Ayşe · eklendi: 21 Kas 2026"
    assert day(date, "tr") == ""


def test_a_long_name_leaves_room_for_the_quote() -> None:
    place = Place(0, "Ayşe " * 1000, "2024-05-01T12:00:00", "https://t.me/c/7/1")
    html = quote_html(hit("Bir. " * 1000, (0, 4), places=(place,)), "tr")
    text, _ = formatted(html, "HTML")
    assert MAX_LENGTH - 10 < utf16_length(text) <= MAX_LENGTH


def test_mended_words_are_told_in_a_line_three_at_most() -> None:
    mended = (("komsiyon", "komisyon"), ("kraari", "karari"), ("fnou", "fonu"), ("yrain", "yarin"))
    line = "“komisyon” olarak arandı (yazılan: “komsiyon”)"
    assert mended_line(mended[:1], "tr") == line
    assert mended_line(mended, "en") == (
        "Searched for “komisyon”, “karari”, “fonu” (typed: “komsiyon”, “kraari”, “fnou”)"
    )
    assert mended_line((), "tr") == ""


def test_without_a_title_there_is_no_dash() -> None:
    html = quote_html(hit("Bir.", title="", heading="Amaç"), "tr")
    assert html == "<blockquote>Bir.</blockquote>\nAmaç"


def test_the_title_links_to_a_source_on_the_web() -> None:
    html = quote_html(hit("Bir.", source='https://example.org/?a=1&b="2"'), "tr")
    link = "https://example.org/?a=1&amp;b=&quot;2&quot;"
    assert html == f'<blockquote>Bir.</blockquote>\n— <a href="{link}">Belge</a>'


@pytest.mark.parametrize(
    "source",
    [
        "https://t.me/alinti/123",
        "https://t.me/c/1234567890/7/9",
        "tg://privatepost?channel=1234567890&post=7",
    ],
)
def test_the_title_links_to_the_message_that_it_came_from(source: str) -> None:
    shown, entities = formatted(quote_html(hit("Bir.", source=source), "tr"), "HTML")
    (link,) = (entity for entity in entities if entity["type"] == "text_link")
    assert cut(shown, link) == "Belge"
    assert link["url"] == source


@pytest.mark.parametrize(
    "source",
    [
        "/a/b.txt",
        "tg://user?id=1",
        "file:///a",
        "javascript:alert(1)",
        "https://a b.org",
        "https://a.org/" + "a" * 1024,
    ],
)
def test_other_sources_are_no_links(source: str) -> None:
    assert quote_html(hit("Bir.", source=source), "tr").endswith("</blockquote>\n— Belge")


def test_a_documents_text_is_never_markup() -> None:
    html = quote_html(
        hit("a<b & </blockquote>", (0, 3), title="<i>T</i>", heading="1 < 2 & 3"), "tr"
    )
    assert html == (
        "<blockquote><b>a&lt;b</b> &amp; &lt;/blockquote&gt;</blockquote>\n"
        "— &lt;i&gt;T&lt;/i&gt;\n1 &lt; 2 &amp; 3"
    )


def test_a_long_passage_is_cut_at_sentences_around_the_answer() -> None:
    text = " ".join(f"Cümle {number:04} burada biter." for number in range(1000))
    start = text.index("Cümle 0500")
    end = start + len("Cümle 0500 burada biter.")
    html = quote_html(hit(text, (start, end)), "tr")
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
    first = quote_html(hit(text, (0, 10)), "tr")
    assert first.startswith("<blockquote><b>İlk cümle.</b> Son")
    assert "</blockquote>\n…\n" in first
    last_start = text.rindex("Son")
    last = quote_html(hit(text, (last_start, last_start + 10)), "tr")
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
    html = quote_html(hit("Bir.", title="ünvan " * 100, heading="bölüm " * 100), "tr")
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
    found = hit(text, (start, end), title=title, heading=heading, page=7, copies=12)
    below = mended_line(((heading, title), ("a" * 2000, "b" * 2000)), "tr")
    html = quote_html(found, "tr", below=below)
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


WIDE = Surroundings("Önce bir. Önce iki.\n\nBir. İki. Üç.\n\nSonra bir. Sonra iki.", (21, 34))


def test_the_surroundings_stand_before_and_after_the_quote_ready_to_be_opened() -> None:
    html = quote_html(hit("Bir. İki. Üç.", (5, 9)), "tr", surroundings=WIDE)
    assert html.splitlines() == [
        "<blockquote expandable>Önce bir. Önce iki.</blockquote>",
        "<blockquote>Bir. <b>İki.</b> Üç.</blockquote>",
        "<blockquote expandable>Sonra bir. Sonra iki.</blockquote>",
        "— Belge",
    ]


def test_a_quote_that_stands_alone_has_no_empty_surroundings() -> None:
    alone = Surroundings("Bir. İki. Üç.", (0, 13))
    found = hit("Bir. İki. Üç.", (5, 9))
    assert quote_html(found, "tr", surroundings=alone) == quote_html(found, "tr")


def test_surroundings_too_long_are_cut_at_sentences_with_an_ellipsis_outside() -> None:
    before, after = "Önceki cümle burada. " * 300, " Sonraki cümle burada." * 300
    around = Surroundings(f"{before}Bir. İki. Üç.{after}", (len(before), len(before) + 13))
    html = quote_html(hit("Bir. İki. Üç.", (5, 9)), "tr", surroundings=around)
    lines = html.splitlines()
    assert lines[0] == lines[4] == "…"
    assert lines[1].startswith("<blockquote expandable>Önceki")
    assert lines[1].endswith("burada.</blockquote>")
    assert lines[2] == "<blockquote>Bir. <b>İki.</b> Üç.</blockquote>"
    assert lines[3].startswith("<blockquote expandable>Sonraki")
    assert lines[3].endswith("burada.</blockquote>")
    assert abs(lines[1].count("burada.") - lines[3].count("burada.")) <= 1
    assert MAX_LENGTH - 50 < utf16_length(formatted(html, "HTML")[0]) <= MAX_LENGTH


def test_a_quote_that_fills_the_message_has_no_room_for_its_surroundings() -> None:
    text = "Cümle burada biter. " * 400
    around = Surroundings(f"Önce. {text} Sonra.", (6, 6 + len(text)))
    found = hit(text, (0, 19))
    assert quote_html(found, "tr", surroundings=around) == quote_html(found, "tr")


def test_a_quote_that_just_fits_stays_whole_with_and_without_room_around_it() -> None:
    for length in range(4078, 4088):
        text = "x" * length
        around = Surroundings(f"A. {text} Z.", (3, 3 + length))
        for wide in (None, Surroundings(text, (0, length)), around):
            html = quote_html(hit(text), "tr", surroundings=wide)
            shown, _ = formatted(html, "HTML")
            fits = length <= MAX_LENGTH - len("\n…\n\n…\n— Belge\n\n\n")
            assert utf16_length(shown) <= MAX_LENGTH
            assert (text in shown) == fits
            assert ("…" in shown) == (not fits or wide is around)


def test_what_is_copied_ends_with_a_word() -> None:
    assert shorten_to_copy(" Bir cümle. ") == "Bir cümle."
    assert shorten_to_copy("x" * 256) == "x" * 256
    assert shorten_to_copy("dört " * 100) == ("dört " * 51).rstrip()
    assert shorten_to_copy("👩🏽‍🚀" * 100) == "👩🏽‍🚀" * (256 // 7)
    assert shorten_to_copy(" ") == ""
