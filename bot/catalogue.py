"""The catalogue: the documents of a collection, page by page, and each of them opened. Pure.

Each button says all that is needed to show what it leads to, so that nothing is to be remembered.
"""

from collections.abc import Sequence
from enum import Enum
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import regex
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.localization import Language, say
from bot.replies import day, is_link, link_html, quote_html, shorten
from bot.shown import Shown, plain
from embeddings.datatypes import Entry, Hit

if TYPE_CHECKING:
    from embeddings.listing import Counts  # at run time its libraries load slowly

ON_A_PAGE = 8
"""Entries of the list that are shown at a time."""
MAX_TITLE = 200
"""UTF-16 code units of a title that a person gives."""

_IN_LIST = 100  # of a title
_BUTTONS_IN_ROW = 4
_FAR = 10  # passages that a step may leave out
# Of the data of a button, what SQLite can hold, with room to spare: 49 of 64 bytes.
_PRESS = regex.compile(r"l:([pvordy]):(\d{1,18}):(\d{1,6}):(\d{1,9})", regex.ASCII)


class Action(Enum):
    """What a button does; the value stands in its data."""

    LIST = "p"
    ENTRY = "v"
    PASSAGE = "o"
    RENAME = "r"
    ASK = "d"
    REMOVE = "y"


class Press(NamedTuple):
    """A button of the catalogue.

    Attributes:
        action: What it does.
        number: The id of a document; of the list, the collection's, see number_of.
        page: Of the list: to show, or to go back to.
        position: Of the passage to show, from 0.
    """

    action: Action
    number: int
    page: int = 0
    position: int = 0

    @property
    def data(self) -> str:
        """As it stands in the button."""
        return f"l:{self.action.value}:{self.number}:{self.page}:{self.position}"


class Shelf(NamedTuple):
    """A collection that can be looked through from a chat.

    Attributes:
        collection: Its name in the library.
        label: What a person calls it; empty for the chat's own.
    """

    collection: str
    label: str = ""


def read_press(data: str | None) -> Press | None:
    """Read the data of a button; None where it is none of these, as after an update."""
    match = _PRESS.fullmatch(data or "")
    return Press(Action(match[1]), *map(int, match.groups()[1:])) if match else None


def number_of(collection: str) -> int:
    """Give a collection a number that its buttons can hold, the same in every process."""
    return crc32(collection.encode())


def show_list(
    entries: Sequence[Entry],
    counts: "Counts",
    page: int,
    shelves: Sequence[Shelf],
    language: Language,
    *,
    others: int = 0,
) -> Shown:
    """Show a page of a collection.

    Args:
        entries: Those of the page.
        counts: Of the collection.
        page: Its number, from 0.
        shelves: What can be looked through; that of the page comes first.
        language: Of the reader.
        others: How many entries of other collections are searched in the chat, too.

    Returns:
        Titles with what there is of each; below it a button for each of them, those that turn
        pages, and those to the other collections.
    """
    shelf, *rest = shelves
    heading = shelf.label or say(language, "telegram-documents-own")
    parts = [f"<b>{escape(shorten(heading, _IN_LIST), quote=False)}</b>"]
    if counts.entries:
        parts[0] += "\n" + say(
            language,
            "telegram-documents-count",
            count=counts.entries,
            passages=counts.passages,
        )
    else:
        parts.append(say(language, "telegram-documents-none"))
    first = page * ON_A_PAGE + 1
    parts += [_list_item(number, entry, language) for number, entry in enumerate(entries, first)]
    if others:
        parts.append(say(language, "telegram-documents-others", count=others))
    numbers = [
        _button(str(number), Press(Action.ENTRY, entry.document.id, page))
        for number, entry in enumerate(entries, first)
    ]
    here = number_of(shelf.collection)
    rows = [*_rows(numbers), _page_steps(counts.entries, page, here)]
    rows += _rows(
        [
            _button(
                shorten(other.label or say(language, "telegram-documents-own"), 40),
                Press(Action.LIST, number_of(other.collection)),
            )
            for other in rest
        ],
        2,
    )
    return Shown("\n\n".join(parts), _keyboard(rows))


def show_entry(
    entry: Entry,
    pages: int | None,
    language: Language,
    *,
    page: int,
    may_change: bool,
    shows_path: bool,
) -> Shown:
    """Show what is known of an entry.

    Args:
        entry: The entry.
        pages: How many it has; None where its format has none.
        language: Of the reader.
        page: Of the list to go back to.
        may_change: Whether it may be renamed and removed by who presses.
        shows_path: Whether a source is shown that cannot be opened: a path on the server.
    """
    document = entry.document
    title = link_html(document.source, shorten(document.title, MAX_TITLE) or "—")
    lines = [f"<b>{title}</b>"]
    if document.name and not entry.document.series:
        lines.append(escape(shorten(document.name, MAX_TITLE), quote=False))
    lines.append(_size(entry, pages, language))
    lines.append(say(language, "telegram-added", date=day(entry.added_at, language)))
    if shows_path and not is_link(document.source):
        lines.append(f"<code>{escape(shorten(document.source, 500), quote=False)}</code>")
    id_ = document.id
    rows = [[_button(say(language, "telegram-documents-open"), Press(Action.PASSAGE, id_, page))]]
    if may_change:
        rename, remove = Press(Action.RENAME, id_, page), Press(Action.ASK, id_, page)
        rows.append(
            [
                _button(say(language, "telegram-documents-rename"), rename),
                _button(say(language, "telegram-documents-remove"), remove),
            ]
        )
    rows.append([_back_to_list(document.collection, page, language)])
    return Shown("\n".join(lines), _keyboard(rows))


def show_passage(hit: Hit, entry: Entry, position: int, language: Language, *, page: int) -> Shown:
    """Show a passage of an entry.

    Args:
        hit: The passage.
        entry: To which it belongs.
        position: Of the passage, from 0.
        language: Of the reader.
        page: Of the list to go back to.
    """
    last, id_ = entry.passages - 1, entry.document.id
    far = [(max(0, position - _FAR), "«")] if last > _FAR and position else []
    near = [(position - 1, "‹")] if position else []
    steps = [_button(label, Press(Action.PASSAGE, id_, page, to)) for to, label in [*far, *near]]
    if position < last:
        steps.append(_button("›", Press(Action.PASSAGE, id_, page, position + 1)))
    if position < last and last > _FAR:
        steps.append(_button("»", Press(Action.PASSAGE, id_, page, min(last, position + _FAR))))
    above = say(
        language, "telegram-documents-passage", number=position + 1, passages=entry.passages
    )
    back = _button(say(language, "telegram-documents-back"), Press(Action.ENTRY, id_, page))
    html = quote_html(hit, language, above=above)
    return Shown(html, _keyboard([steps, [back]]), (hit.passage_id,))


def ask_removal(entry: Entry, language: Language, *, page: int) -> Shown:
    """Ask whether an entry is to be removed, and name all that goes with it."""
    title = escape(shorten(entry.document.title, MAX_TITLE), quote=False)
    asked = say(
        language,
        "telegram-documents-ask-removal",
        documents=entry.documents,
        passages=entry.passages,
    )
    id_ = entry.document.id
    yes, no = Press(Action.REMOVE, id_, page), Press(Action.ENTRY, id_, page)
    row = [
        _button(say(language, "telegram-documents-yes"), yes),
        _button(say(language, "telegram-documents-no"), no),
    ]
    return Shown(f"<b>{title}</b>\n\n{escape(asked, quote=False)}", _keyboard([row]))


def show_removed(title: str, collection: str, language: Language, *, page: int) -> Shown:
    """Show the receipt of a removal.

    Args:
        title: Of what was removed; empty where it was gone before.
        collection: Where it stood.
        language: Of the reader.
        page: Of the list to go back to.
    """
    said = say(language, "telegram-documents-removed")
    html = escape(said, quote=False)
    if title:
        html = f"<b>{escape(shorten(title, MAX_TITLE), quote=False)}</b>\n\n{html}"
    return Shown(html, _keyboard([[_back_to_list(collection, page, language)]]))


def show_gone(collection: str, language: Language) -> Shown:
    """Show that there is no such entry, and the way to the list of a collection."""
    back = _keyboard([[_back_to_list(collection, 0, language)]])
    return plain(say(language, "telegram-documents-gone"))._replace(keyboard=back)


def renamed_keyboard(document_id: int, language: Language) -> InlineKeyboardMarkup:
    """Make the button below the receipt of a new name: it opens the entry."""
    label = say(language, "telegram-documents-show")
    return InlineKeyboardMarkup([[_button(label, Press(Action.ENTRY, document_id))]])


def _list_item(number: int, entry: Entry, language: Language) -> str:
    """Two lines, so that a title written from right to left turns nothing else around."""
    title = escape(shorten(entry.document.title, _IN_LIST) or "—", quote=False)
    added = day(entry.added_at, language)
    return f"{number}. <b>{title}</b>\n{_size(entry, None, language)} · {added}"


def _size(entry: Entry, pages: int | None, language: Language) -> str:
    parts = [say(language, "telegram-documents-passages", count=entry.passages)]
    if pages is not None:
        parts.insert(0, say(language, "telegram-documents-pages", count=pages))
    if entry.document.series:
        parts.insert(0, say(language, "telegram-documents-parts", count=entry.documents))
    return " · ".join(parts)


def _page_steps(entries: int, page: int, shelf: int) -> list[InlineKeyboardButton]:
    pages = -(-entries // ON_A_PAGE)
    if pages < 2:
        return []
    return [
        _button("‹", Press(Action.LIST, shelf, (page - 1) % pages)),
        _button(f"{page + 1}/{pages}", Press(Action.LIST, shelf, page)),
        _button("›", Press(Action.LIST, shelf, (page + 1) % pages)),
    ]


def _back_to_list(collection: str, page: int, language: Language) -> InlineKeyboardButton:
    label = say(language, "telegram-documents-list")
    return _button(label, Press(Action.LIST, number_of(collection), page))


def _rows(
    buttons: Sequence[InlineKeyboardButton], width: int = _BUTTONS_IN_ROW
) -> list[Sequence[InlineKeyboardButton]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def _keyboard(rows: Sequence[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _button(label: str, press: Press) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=press.data)
