"""What a person reads about the files they gave: progress, then a receipt with buttons. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.localization import Language, say
from bot.replies import shorten
from bot.shown import Shown, plain
from embeddings.errors import REASONS

_MAX_TITLE = 100
_MAX_BEGINNING = 200
_BUTTONS_A_ROW = 5
_OFFER = "\n\n"  # what stands behind the last of these asks something


class Found(NamedTuple):
    """What stands in the library of something that was added.

    Attributes:
        title: Of its entry.
        beginning: Of its text.
        passage_id: Of the passage that the beginning is taken from; 0 for none.
        is_series: Whether it is of several documents.
        older_title: Of the older version that stands there still; empty for none.
        is_of_channel: Whether it has gone into the archive of a channel.
        shelf: What people call the collection that it has gone into; empty for the chat's own.
    """

    title: str
    beginning: str
    passage_id: int
    is_series: bool
    older_title: str = ""
    is_of_channel: bool = False
    shelf: str = ""


class Item(NamedTuple):
    """A file or text, and what became of it.

    Attributes:
        name: Of the file; empty for a text.
        outcome: See intake.answer_request; None as long as it waits or is read.
        found: What the library has of it now; None for nothing.
        step: What is done with it: "waiting", "fetching", "reading", "adding", or "paused" for
            want of room.
        passages: Added so far.
    """

    name: str
    outcome: dict[str, Any] | None = None
    found: Found | None = None
    step: str = "waiting"
    passages: int = 0


def error_sentence(error: str, language: Language, most: int = 0) -> str:
    """Say why something could not be added, and what to do.

    Args:
        error: A word of errors.REASONS, or one of the bot's own.
        language: Of the reader.
        most: Passages that the collection may hold, where it is full.
    """
    kind = error.replace("_", "-")
    if error in REASONS:
        return say(language, f"telegram-unreadable-{kind}")
    return say(language, f"telegram-add-{kind}", most=most)


def progress_text(items: Sequence[Item], language: Language) -> str:
    """Build the message that tells how far things are, as plain text."""
    done = sum(item.outcome is not None for item in items)
    busy = [item for item in items if item.outcome is None]
    now = next((item for item in busy if item.step != "waiting"), busy[0] if busy else items[-1])
    name = shorten(now.name, _MAX_TITLE) or say(language, "telegram-add-message")
    step = now.step
    line = say(language, f"telegram-add-{step}", name=name, passages=now.passages)
    if len(items) == 1:
        return line
    return say(language, "telegram-add-done", done=done, total=len(items)) + "\n" + line


def receipt(items: Sequence[Item], language: Language) -> Shown:
    """Build the message that tells what became of things, when all of them are done."""
    if len(items) > 1:
        return _list(items, language)
    (item,) = items
    outcome, found = item.outcome or {}, item.found
    if "error" in outcome:
        sentence = escape(_why_not(outcome, language), quote=False)
        name = shorten(item.name, _MAX_TITLE)
        return Shown(
            f"<b>{escape(name, quote=False)}</b>\n{sentence}" if name else sentence, None, ()
        )
    if found is None:
        return plain(say(language, "telegram-add-gone"))
    lines = [
        f"<b>{_title(item, outcome, found)}</b>",
        escape(_what_was_done(outcome, found, language), quote=False),
    ]
    if found.beginning:
        beginning = escape(shorten(found.beginning, _MAX_BEGINNING), quote=False)
        lines.append(f"<blockquote>{beginning}</blockquote>")
    html, rows = "\n".join(lines), []
    document_id, older_id = outcome["document_id"], outcome["older_id"]
    if found.older_title:
        older = shorten(found.older_title, _MAX_TITLE)
        html += _OFFER + escape(say(language, "telegram-add-older", title=older), quote=False)
        rows = [
            [_button(language, "telegram-add-replace", f"a:r:{document_id}:{older_id}")],
            [_button(language, "telegram-add-keep", f"a:k:{document_id}")],
        ]
    can_be_undone = _can_be_undone(outcome, found)
    rows.append(_last_row(document_id if can_be_undone else None, language))
    return Shown(html, InlineKeyboardMarkup(rows), (found.passage_id,) if found.passage_id else ())


def without_offer(html: str, instead: str = "") -> str:
    """Take the question for the older version out of a receipt, and say something instead."""
    kept = html.rpartition(_OFFER)[0] or html
    return f"{kept}{_OFFER}{escape(instead, quote=False)}" if instead else kept


def with_line(html: str, beginning: str, line: str) -> str:
    """Replace the line of a list that begins with something; an empty one goes."""
    lines = [escape(line, quote=False)] if line else []
    parts = ([old] if not old.startswith(beginning) else lines for old in html.split("\n"))
    return "\n".join(part for each in parts for part in each)


def without_buttons(
    keyboard: InlineKeyboardMarkup | None, beginnings: Sequence[str]
) -> InlineKeyboardMarkup | None:
    """Take the buttons away whose data begins with one of some texts; None where none is left."""
    rows = [
        [b for b in row if not str(b.callback_data).startswith(tuple(beginnings))]
        for row in (keyboard.inline_keyboard if keyboard else ())
    ]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _list(items: Sequence[Item], language: Language) -> Shown:
    lines, below = [], []
    undo: list[InlineKeyboardButton] = []
    replace: list[InlineKeyboardButton] = []
    for number, item in enumerate(items, 1):
        outcome, found = item.outcome or {}, item.found
        if "error" in outcome or found is None:
            name = item.name or say(language, "telegram-add-message")
            name = escape(shorten(name, _MAX_TITLE), quote=False)
            said = say(language, "telegram-add-gone")
            if "error" in outcome:
                said = _why_not(outcome, language)
        else:
            name = _title(item, outcome, found)
            said = _what_was_done(outcome, found, language)
            if _can_be_undone(outcome, found):
                data = f"a:u:{outcome['document_id']}:{number}"
                undo.append(InlineKeyboardButton(f"↩ {number}", callback_data=data))
            if found.older_title:
                data = f"a:r:{outcome['document_id']}:{outcome['older_id']}:{number}"
                replace.append(InlineKeyboardButton(f"⇄ {number}", callback_data=data))
                below.append(f"⇄ {number}: " + say(language, "telegram-add-older-of-list"))
        lines.append(f"{number}. <b>{name}</b>: {escape(said, quote=False)}")
    if undo:
        below.append(say(language, "telegram-add-undo-of-list"))
    if below:
        lines += ["", *(escape(line, quote=False) for line in below)]
    rows = [
        part[start : start + _BUTTONS_A_ROW]
        for part in (undo, replace)
        for start in range(0, len(part), _BUTTONS_A_ROW)
    ]
    if any(item.found for item in items):
        rows.append(_last_row(None, language))
    return Shown("\n".join(lines), InlineKeyboardMarkup(rows) if rows else None)


def _why_not(outcome: dict[str, Any], language: Language) -> str:
    return error_sentence(outcome["error"], language, outcome.get("most", 0))


def _title(item: Item, outcome: dict[str, Any], found: Found) -> str:
    """The title of what was added; the file's name where it holds several chats."""
    title = item.name if outcome["series"] > 1 and item.name else found.title
    return escape(shorten(title, _MAX_TITLE), quote=False)


def _what_was_done(outcome: dict[str, Any], found: Found, language: Language) -> str:
    said = _what_became(outcome, found, language)
    if found.shelf:
        said += " " + say(language, "telegram-add-into", title=shorten(found.shelf, _MAX_TITLE))
    return said


def _what_became(outcome: dict[str, Any], found: Found, language: Language) -> str:
    if not _is_new(outcome):
        return say(language, "telegram-add-already")
    if found.is_series:
        numbers = {name: outcome[name] for name in ("documents", "passages", "unchanged")}
        said = say(language, "telegram-add-series", **numbers)
        if found.is_of_channel:
            said += " " + say(language, "telegram-channels-imported")
        return said
    numbers = {name: outcome[name] for name in ("pages", "passages")}
    kind = "updated" if outcome["replaced"] else "added"
    return say(language, f"telegram-add-{kind}", **numbers)


def _is_new(outcome: dict[str, Any]) -> bool:
    return bool(outcome["documents"])


def _can_be_undone(outcome: dict[str, Any], found: Found) -> bool:
    """Whether to remove the entry is to take back just what was added, here."""
    if found.is_of_channel:
        return False
    return bool(outcome["documents"]) and outcome["documents"] == outcome["stored_documents"]


def _last_row(undone: int | None, language: Language) -> list[InlineKeyboardButton]:
    ask = _button(language, "telegram-add-ask", "a:q")
    if undone is None:
        return [ask]
    return [_button(language, "telegram-add-undo", f"a:u:{undone}"), ask]


def _button(language: Language, label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(say(language, label), callback_data=data)
