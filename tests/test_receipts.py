"""Progress and receipts, as people read them."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.localization import LANGUAGES, say
from bot.receipts import (
    Found,
    Item,
    progress_text,
    receipt,
    with_line,
    without_buttons,
    without_offer,
)
from bot.replies import MAX_LENGTH, utf16_length


def outcome(**changed: Any) -> dict[str, Any]:
    return {
        "document_id": 7,
        "documents": 1,
        "unchanged": 0,
        "replaced": 0,
        "passages": 120,
        "pages": 34,
        "series": 1,
        "stored_documents": 1,
        "stored_passages": 120,
        "is_own": True,
        "older_id": 0,
        **changed,
    }


FOUND = Found("Ev <kuralları>", "Kapı & bacā.", 70, is_series=False)
ITEM = Item("ev.pdf", outcome(), FOUND)


def data_of(shown: Any) -> list[list[str]]:
    keyboard = shown.keyboard.inline_keyboard if shown.keyboard else ()
    return [[button.callback_data for button in row] for row in keyboard]


class Text(HTMLParser):
    """What Telegram shows of its HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said = ""
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.said += data


def test_a_receipt_tells_title_pages_passages_and_the_beginning() -> None:
    shown = receipt([ITEM], "tr")
    assert shown.html == (
        "<b>Ev &lt;kuralları&gt;</b>\nEklendi: 34 sayfa, 120 parça.\n"
        "<blockquote>Kapı &amp; bacā.</blockquote>"
    )
    assert data_of(shown) == [["a:u:7", "a:q"]]
    assert shown.quoted == (70,)


def test_an_older_version_is_offered_to_be_replaced() -> None:
    item = ITEM._replace(outcome=outcome(older_id=5), found=FOUND._replace(older_title="Ev"))
    shown = receipt([item], "tr")
    assert data_of(shown) == [["a:r:7:5"], ["a:k:7"], ["a:u:7", "a:q"]]
    offer = say("tr", "telegram-add-older", title="Ev")
    assert shown.html.endswith(offer)
    assert without_offer(shown.html) == receipt([ITEM], "tr").html
    assert without_offer(shown.html, "<olur>").endswith("</blockquote>\n\n&lt;olur&gt;")
    kept = without_buttons(shown.keyboard, ("a:r:", "a:k:"))
    assert kept
    assert kept.inline_keyboard == receipt([ITEM], "tr").keyboard.inline_keyboard  # type: ignore[union-attr]


def test_a_part_of_what_was_there_before_cannot_be_undone() -> None:
    series = FOUND._replace(is_series=True)
    longer = outcome(documents=3, unchanged=2, stored_documents=5)
    shown = receipt([ITEM._replace(outcome=longer, found=series)], "tr")
    assert data_of(shown) == [["a:q"]]
    assert "Eklendi: 3 bölüm, 120 parça. 2 bölüm zaten vardı." in shown.html


def test_a_receipt_names_the_collection_where_it_is_not_the_chats_own() -> None:
    line = receipt([ITEM._replace(found=FOUND._replace(shelf="Yasa & Tüzük"))], "tr").html
    assert "Eklendi: 34 sayfa, 120 parça. Derlem: Yasa &amp; Tüzük.\n" in line


def test_what_was_removed_before_it_could_be_told_is_gone() -> None:
    assert receipt([ITEM._replace(found=None)], "tr").html == say("tr", "telegram-add-gone")


def test_several_files_stand_in_a_list_each_with_its_button() -> None:
    newer = ITEM._replace(outcome=outcome(older_id=5), found=FOUND._replace(older_title="Ev"))
    broken = Item("bozuk.pdf", {"error": "damaged"})
    shown = receipt([ITEM, broken, newer], "tr")
    lines = shown.html.split("\n")
    assert lines[0] == "1. <b>Ev &lt;kuralları&gt;</b>: Eklendi: 34 sayfa, 120 parça."
    assert lines[1].startswith("2. <b>bozuk.pdf</b>: Dosya bozuk görünüyor")
    assert data_of(shown) == [["a:u:7:1", "a:u:7:3"], ["a:r:7:5:3"], ["a:q"]]
    assert with_line(shown.html, "1. ", "1. Kaldırıldı.").split("\n")[0] == "1. Kaldırıldı."
    assert "⇄ 3: " in shown.html
    assert "⇄ 3: " not in with_line(shown.html, "⇄ 3:", "")


def test_progress_names_what_is_in_hand_and_counts_what_is_done() -> None:
    items = [ITEM, Item("b.pdf", step="adding", passages=40), Item("c.pdf")]
    assert progress_text(items, "tr") == (
        "3 belgeden 1 tanesi bitti.\n⏳ b.pdf: ekleniyor, 40 parça"
    )
    assert progress_text(items[2:], "en") == "⏳ c.pdf: waiting"
    assert progress_text([Item("", step="reading")], "tr") == "⏳ mesaj: okunuyor"


@given(
    st.lists(
        st.tuples(st.text(max_size=400), st.text(max_size=400), st.booleans()),
        min_size=1,
        max_size=10,
    ),
    st.sampled_from(LANGUAGES),
)
def test_any_names_and_texts_fit_into_a_message(
    files: list[tuple[str, str, bool]], language: str
) -> None:
    items = [
        Item(name, outcome(older_id=5), Found(name, text, 1, is_series=False, older_title=name))
        if is_added
        else Item(name, {"error": "kind"})
        for name, text, is_added in files
    ]
    shown = receipt(items, language)
    assert utf16_length(Text(shown.html).said) <= MAX_LENGTH
    assert all(len(data.encode()) <= 64 for row in data_of(shown) for data in row)
    assert utf16_length(progress_text(items, language)) <= MAX_LENGTH
