"""Cards: their buttons, what they show, and that any text is shown as it stands."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.cards import (
    Action,
    Press,
    find_shown,
    read_press,
    read_share_query,
    share_query,
    show_card,
)
from bot.localization import LANGUAGES, Language, say
from bot.replies import MAX_LENGTH, utf16_length
from bot.shown import Shown
from bot.state import Card
from embeddings.datatypes import Hit, Passage, QuoteReference, Span, Surroundings
from tests.fake_telegram.entities import cut
from tests.fake_telegram.formatting import MAX_ENTITIES, formatted


def hit(text: str, highlight: Span = (0, 4), number: int = 1) -> Hit:
    passage = Passage(0, len(text), text)
    return Hit(passage, 1, "Belge", "/b.txt", 1.0, highlight, passage_id=number)


HITS = (hit("Bir. A."), hit("İki. B.", number=2), hit("Son. C.", number=3))


def card(
    hits: tuple[Hit | None, ...] = HITS, *, is_answered: bool = True, language: Language = "tr"
) -> Card:
    quotes = tuple(found.reference if found else QuoteReference(9, (0, 1)) for found in hits)
    return Card(12, 5, 6, 7, 5, language, is_answered, quotes)


def buttons(shown: Shown) -> list[list[dict[str, Any]]]:
    assert shown.keyboard
    return [[button.to_dict() for button in row] for row in shown.keyboard.inline_keyboard]


def labels(shown: Shown) -> list[list[str]]:
    return [[button["text"] for button in row] for row in buttons(shown)]


def data(shown: Shown) -> dict[str, str]:
    """What each button sends, by its label."""
    return {
        button["text"]: button.get("callback_data", "") for row in buttons(shown) for button in row
    }


def test_the_reply_to_a_question_is_its_first_quote_with_all_buttons() -> None:
    shown = show_card(card(), HITS, can_share=True)
    assert shown.html == "<blockquote><b>Bir.</b> A.</blockquote>\n— Belge"
    assert labels(shown) == [
        ["‹", "1/3", "›"],
        ["⤢ Bağlam", "👍", "👎"],
        ["↗ Paylaş", "📋 Kopyala"],
    ]
    sent = data(shown)
    assert [sent[label] for label in ("‹", "1/3", "›")] == ["q:12:2", "n", "q:12:1"]
    assert [sent[label] for label in ("⤢ Bağlam", "👍", "👎")] == ["w:12:0", "u:12:0", "d:12:0"]
    share, copy = buttons(shown)[2]
    assert share["switch_inline_query_chosen_chat"] == {
        "query": "#1.0.4",
        "allow_user_chats": True,
        "allow_group_chats": True,
        "allow_channel_chats": True,
    }
    assert copy["copy_text"] == {"text": "Bir."}


def test_the_last_quote_is_followed_by_the_first() -> None:
    shown = show_card(card(), HITS, 2, can_share=False)
    assert labels(shown)[0] == ["‹", "3/3", "›"]
    assert (data(shown)["‹"], data(shown)["›"]) == ("q:12:1", "q:12:0")


def test_one_quote_has_no_steps_and_without_inline_mode_none_is_shared() -> None:
    shown = show_card(card(HITS[:1]), HITS[:1], can_share=False)
    assert labels(shown) == [["⤢ Bağlam", "👍", "👎"], ["📋 Kopyala"]]


def test_the_wide_form_has_a_button_back_to_the_narrow_one() -> None:
    around = Surroundings("Önce. İki. B. Sonra.", (6, 13))
    shown = show_card(card(), HITS, 1, surroundings=around, can_share=False)
    assert shown.html.splitlines() == [
        "<blockquote expandable>Önce.</blockquote>",
        "<blockquote><b>İki.</b> B.</blockquote>",
        "<blockquote expandable>Sonra.</blockquote>",
        "— Belge",
    ]
    assert data(shown)["⤡ Kısalt"] == "q:12:1"
    assert "⤢ Bağlam" not in data(shown)


def test_quotes_that_are_gone_are_passed_over_and_not_counted() -> None:
    hits = (HITS[0], None, HITS[2])
    shown = show_card(card(hits), hits, 1, can_share=False)
    assert shown.html.startswith("<blockquote><b>Son.</b>")
    assert labels(shown)[0] == ["‹", "2/2", "›"]
    assert (data(shown)["‹"], data(shown)["›"]) == ("q:12:0", "q:12:0")
    assert data(shown)["👍"] == "u:12:2"


def test_where_one_quote_is_left_there_is_nowhere_to_step() -> None:
    hits = (None, HITS[1], None)
    shown = show_card(card(hits), hits, 2, can_share=False)
    assert shown.html.startswith("<blockquote><b>İki.</b>")
    assert labels(shown)[0][0] == "⤢ Bağlam"


@pytest.mark.parametrize(
    ("there", "position", "shown"),
    [
        ("xxx", 1, 1),
        ("x-x", 1, 2),
        ("xx-", 2, 0),
        ("-x-", 2, 1),
        ("---", 0, None),
        ("xxx", 3, None),
        ("xxx", -1, None),
        ("", 0, None),
    ],
)
def test_in_place_of_a_quote_that_is_gone_the_next_one_is_shown(
    there: str, position: int, shown: int | None
) -> None:
    hits = [HITS[0] if mark == "x" else None for mark in there]
    assert find_shown(hits, position) == shown


def test_a_card_without_quotes_cannot_be_shown() -> None:
    with pytest.raises(ValueError, match="card 12 has no quote at 0"):
        show_card(card(), (None, None, None), 0, can_share=True)


def test_not_found_offers_the_nearest_places_labelled_as_no_answer() -> None:
    unanswered = card(is_answered=False)
    mended = (("bri", "bir"),)
    shown = show_card(unanswered, HITS, mended=mended, can_share=True)
    assert shown.html == say("tr", "telegram-not-found")
    assert data(shown) == {"En yakın yerler": "q:12:0"}
    near = show_card(unanswered, HITS, 0, can_share=True)
    assert near.html == (
        "Bunlar yanıt sayılmaz; en yakın yerler:\n<blockquote><b>Bir.</b> A.</blockquote>\n— Belge"
    )
    assert labels(near)[0] == ["‹", "1/3", "›"]


def test_not_found_with_nothing_near_has_no_buttons() -> None:
    nothing = Card(12, 5, 6, 7, 5, "en", False, ())
    assert show_card(nothing, (), can_share=True) == Shown(
        say("en", "telegram-not-found"), None, ()
    )


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_line_above_stands_over_the_reply_to_the_question_only(is_answered: bool) -> None:
    of = card(is_answered=is_answered)
    plain = show_card(of, HITS, can_share=True)
    reply = show_card(of, HITS, above="Sorunuz: a < b?", can_share=True)
    assert reply == plain._replace(html=f"Sorunuz: a &lt; b?\n{plain.html}")


def test_mended_words_stand_below_the_first_quote() -> None:
    shown = show_card(card(), HITS, mended=(("bri", "bir"),), can_share=True)
    assert shown.html.splitlines()[-1] == "“bir” olarak arandı (yazılan: “bri”)"


def test_what_is_copied_is_the_answering_sentence_or_its_beginning() -> None:
    sentence = ("dört " * 51).rstrip()
    long = f"Bir. {sentence} beş altı. Son."
    found = hit(long, (5, 5 + len(f"{sentence} beş altı.")))
    shown = show_card(card((found,)), (found,), can_share=False)
    assert buttons(shown)[1][0]["copy_text"] == {"text": sentence}
    whole = hit("Bir. İki.", (3, 3))  # no sentence is marked
    shown = show_card(card((whole,)), (whole,), can_share=False)
    assert buttons(shown)[1][0]["copy_text"] == {"text": "Bir. İki."}


def test_the_data_of_buttons_are_read_as_they_were_made() -> None:
    assert read_press("q:12:2") == Press(Action.QUOTE, 12, 2)
    assert read_press("w:1:0") == Press(Action.WIDE, 1, 0)
    assert read_press("u:1:0") == Press(Action.UP, 1, 0)
    assert read_press("d:999999999999999999:9999") == Press(
        Action.DOWN, 999_999_999_999_999_999, 9999
    )
    assert read_press("n") == Press(Action.NOTHING, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "q",
        "q:1",
        "q:1:",
        "q:-1:0",
        "q:1:-1",
        "x:1:0",
        "n:1:0",
        "q:1:0 ",
        "q:1:0:0",
        "q:1:12345",
        "q:1234567890123456789:0",
        "q:١:٠",
        "Q:1:0",
    ],
)
def test_other_data_are_of_no_button(wrong: str | None) -> None:
    assert read_press(wrong) is None


def test_the_data_of_buttons_fit_into_64_bytes() -> None:
    old = replace(card(), id=10**18 - 1)
    for row in buttons(show_card(old, HITS, can_share=True)):
        assert all(len(button.get("callback_data", "").encode()) <= 64 for button in row)
        assert all(read_press(button["callback_data"]) for button in row if len(row) > 2)


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_a_shared_quote_is_read_as_it_was_written(number: int, start: int, end: int) -> None:
    reference = QuoteReference(number, (start, end))
    query = share_query(reference)
    assert read_share_query(f" {query} ") == (reference if start <= end else None)
    assert len(query) <= 256


@pytest.mark.parametrize("query", ["", "#", "#1", "#1.2", "#1.2.3.4", "1.2.3", "#1.2.x", "#1,2,3"])
def test_other_queries_are_questions(query: str) -> None:
    assert read_share_query(query) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_buttons_say_fits_into_what_telegram_shows(language: Language) -> None:
    for name in ("steps", "voted", "vote-taken-back", "old", "gone", "alone", "loading"):
        assert len(say(language, f"telegram-card-{name}")) <= 200
    assert len(say(language, "telegram-card-limit", seconds=60)) <= 200
    for name in ("telegram-library-trouble", "telegram-trouble"):
        assert len(say(language, name)) <= 200


# Markup, entities as they are typed, right to left with its marks, skin tones, families, flags,
# piled-up accents, what has no width.
PIECES = [
    *("<", ">", "&", '"', "&lt;", "&amp;lt;", "&#60;", "</blockquote>", "<b>", "</b>", "<a href="),
    *(
        "שלום עולם",
        "مرحبا",
        "\u200f",
        "\u202b",
        "👩🏽‍🚀",
        "👨‍👩‍👧‍👦",
        "👍🏿",
        "🇹🇷",
        "e\u0301\u0328",
        "Z\u0351\u0300",
    ),
    *(
        "\u200b",
        "\ufeff",
        "\u00a0",
        "\t",
        "\n",
        "\n\n",
        " ",
        ". ",
        "! ",
        "Ilık İğde.",
        "会议。",
        "…",
    ),
]
nasty = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)


@st.composite
def quotes(draw: st.DrawFn) -> tuple[Hit, Surroundings]:
    """A quote with a visible sentence in it, of up to some thousand characters, in its place."""
    sentence = draw(nasty) + "x" + draw(nasty)
    before, after = draw(nasty) * draw(st.integers(0, 9)), draw(nasty) * draw(st.integers(0, 9))
    text = f"{before}{sentence}{after}"
    found = hit(text, (len(before), len(before) + len(sentence)))
    around = draw(nasty) * draw(st.integers(0, 40)), draw(nasty) * draw(st.integers(0, 40))
    start = len(around[0])
    return found, Surroundings(text.join(around), (start, start + len(text)))


@settings(deadline=None, max_examples=200)
@given(quotes(), st.sampled_from(["quote", "near", "wide", "near and wide"]))
def test_any_text_is_shown_as_it_stands_with_its_sentence_in_bold(
    made: tuple[Hit, Surroundings], form: str
) -> None:
    found, around = made
    of = card((found,), is_answered="near" not in form)
    wide = around if "wide" in form else None
    shown = show_card(of, (found,), 0, surroundings=wide, can_share=True)
    text, entities = formatted(shown.html, "HTML")
    assert utf16_length(text) <= MAX_LENGTH
    # Of more, the commands and links that it finds in a text included, Telegram drops the last.
    assume(len(entities) < MAX_ENTITIES)
    marked = {
        kind: [cut(text, entity) for entity in entities if entity["type"] == kind]
        for kind in ("blockquote", "expandable_blockquote", "bold")
    }
    start, end = found.highlight
    assert marked["bold"] == [found.passage.text[start:end].strip()]
    (quote,) = marked["blockquote"]
    assert quote in found.passage.text
    if utf16_length(found.passage.text) <= 3900:
        assert quote == found.passage.text.strip()
    assert all(part in around.text for part in marked["expandable_blockquote"])
    assert len(marked["expandable_blockquote"]) <= (2 if wide else 0)
    if wide and utf16_length(around.text) <= 3900:
        blocks = [cut(text, e) for e in entities if e["type"].endswith("blockquote")]
        assert "".join("".join(blocks).split()) == "".join(around.text.split())
        label = [say("tr", "telegram-card-near")] if "near" in form else []
        assert text == "\n".join((*label, *blocks, "— Belge"))
