"""A chat as a page: marked up, named and answered as the messages tell."""

from html import unescape
from typing import Any

import regex
from hypothesis import given
from hypothesis import strategies as st

from tests.chat_page import Panel, page_html
from tests.chat_page import text_html as drawn
from tests.fake_telegram.entities import cut, utf16

AYSE: dict[str, Any] = {"id": 1, "first_name": "Ayşe"}
BOB: dict[str, Any] = {"id": 2, "first_name": "Bob"}
TAG = regex.compile(r"<[^>]*>")


def mark(kind: str, offset: int, length: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


def seen(html: str) -> str:
    """What is read of it."""
    return unescape(TAG.sub("", html))


def panel(*messages: dict[str, Any], is_group: bool = True) -> Panel:
    return Panel("Grup", "3 üye", AYSE["id"], is_group, messages)


def rows(page: str) -> list[str]:
    """The messages of a page, each with its markup."""
    return regex.findall(r'<div class="row.*', page)


def test_offsets_count_utf16_units() -> None:
    assert drawn("😀 ab", [mark("bold", 3, 1)]) == "😀 <b>a</b>b"


def test_a_text_is_shown_as_it_is() -> None:
    assert drawn("<b>1 < 2 & 3</b>", []) == "&lt;b&gt;1 &lt; 2 &amp; 3&lt;/b&gt;"


def test_a_block_ends_its_line() -> None:
    html = drawn("ab c\n— T", [mark("bold", 0, 2), mark("blockquote", 0, 4)])
    assert html == '<blockquote class="quote"><b>ab</b> c</blockquote>— T'


def test_what_crosses_is_drawn_in_parts() -> None:
    html = drawn("abc", [mark("bold", 0, 2), mark("italic", 1, 2)])
    assert html == "<b>a<i>b</i></b><i>c</i>"


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    text = draw(st.text(st.sampled_from("ab<&😀ğ "), min_size=1, max_size=12))
    kinds = draw(st.lists(st.sampled_from(["bold", "italic", "text_link", "code"]), max_size=4))
    entities = []
    for kind in kinds:
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        entities.append(mark(kind, utf16(text[:start]), utf16(text[start:end])))
    return text, entities


@given(marked_texts())
def test_every_character_is_drawn_once_and_marked_as_told(
    marked: tuple[str, list[dict[str, Any]]],
) -> None:
    text, entities = marked
    html = drawn(text, entities)
    assert seen(html) == text
    bold = [entity for entity in entities if entity["type"] == "bold"]
    if len(bold) == 1:
        assert "".join(map(seen, regex.findall("<b>.*?</b>", html))) == cut(text, bold[0])


def test_the_viewers_messages_stand_at_the_right_and_others_are_named_once() -> None:
    said = [(AYSE, "Biri?"), (BOB, "Bir."), (BOB, "İki.")]
    page = page_html([panel(*({"from": writer, "text": text} for writer, text in said))])
    own, first, next_ = rows(page)
    assert own.startswith('<div class="row own first">')
    assert seen(own) == "Biri?"
    assert seen(first) == "BBobBir."  # a picture with a letter, the name, the text
    assert seen(next_) == "Bİki."


def test_a_reply_shows_on_one_line_what_it_answers() -> None:
    asked = {"from": AYSE, "text": "Nerede\nve ne zaman?"}
    reply = {"from": BOB, "text": "Bugün.", "reply_to_message": asked}
    (row,) = rows(page_html([panel(reply, is_group=False)]))
    assert seen(row) == "AyşeNerede ve ne zaman?Bugün."


def test_a_keyboard_has_its_rows() -> None:
    labels = [["‹", "1/5", "›"], ["👍 <1>"]]
    keyboard = {"inline_keyboard": [[{"text": label} for label in row] for row in labels]}
    page = page_html([panel({"from": BOB, "text": "Bir.", "reply_markup": keyboard})])
    drawn_rows = regex.findall(r'<div class="buttons">((?:<div class="button">.*?</div>)+)', page)
    assert [
        [unescape(label) for label in regex.findall(">([^<]+)</div>", row)] for row in drawn_rows
    ] == labels
