"""Messages -> a page that shows them as a chat does: for the README's picture. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise, takewhile
from typing import Any

WIDTH = 800
"""Of the page, in CSS pixels; the height is that of the longest chat."""

Json = dict[str, Any]

_QUOTES = {"blockquote": "quote", "expandable_blockquote": "quote wide"}
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "code",
}
_LINKS = {"text_link", "text_mention", "url", "email", "mention", "bot_command", "hashtag"}
_COLOURS = 5  # of names; see _STYLE

_STYLE = """
* { box-sizing: border-box; margin: 0 }
body { padding: 14px; display: flex; gap: 14px; background: #eef3f5;
       font: 14.5px/1.4 Inter, "Noto Sans", Roboto, system-ui, "DejaVu Sans", sans-serif,
             "Noto Color Emoji"; color: #17212b }
section { flex: 1; min-width: 0; display: flex; flex-direction: column; overflow: hidden;
          border: 1px solid #b9c6cf; border-radius: 18px; background: #dce7ec }
header { display: flex; align-items: center; gap: 10px; padding: 10px 14px; background: #fff;
         border-bottom: 1px solid #cfdae0 }
.name { font-weight: 600; line-height: 1.25 }
.note { font-weight: 400; font-size: 12.5px; color: #6b7c88 }
main { flex: 1; display: flex; flex-direction: column; justify-content: flex-end;
       padding: 10px 10px 12px }
.row { display: flex; align-items: flex-end; gap: 7px; margin-top: 4px }
.row.first { margin-top: 10px }
.row.own { justify-content: flex-end }
.avatar { flex: none; width: 30px; height: 30px; border-radius: 50%; color: #fff;
          font-weight: 600; text-align: center; line-height: 30px; background: var(--c) }
header .avatar { width: 38px; height: 38px; line-height: 38px; font-size: 17px }
.card { max-width: 90%; min-width: 0 }
.bubble { background: #fff; border-radius: 14px; padding: 7px 11px 8px;
          box-shadow: 0 1px 1px #5a7a8a33; width: fit-content }
.own .bubble { background: #d8f3d2; margin-left: auto }
.card:has(.buttons) .bubble { width: auto }
.text { white-space: pre-wrap; overflow-wrap: break-word }
.writer { font-weight: 600; font-size: 13px; color: var(--c) }
.reply { border-left: 3px solid var(--c); background: color-mix(in srgb, var(--c) 9%, #fff);
         border-radius: 5px; padding: 2px 8px 3px; margin: 3px 0 5px; font-size: 13px;
         min-width: 0 }
.own .reply { background: #ffffff80 }
.reply .line { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: #4b5a65 }
blockquote { border-left: 3px solid #2c7da0; background: #eaf4f8; border-radius: 5px;
             padding: 4px 10px 5px; margin: 2px 0 4px }
/* As chats show it before it is tapped: three lines, and a sign that there is more. */
.wide { position: relative; background: #f1f5f7; border-color: #9fbccb; color: #41525d;
        display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3;
        overflow: hidden; padding: 4px 24px 0 10px; border-bottom: 5px solid #f1f5f7 }
.wide::after { content: "⌄"; position: absolute; right: 8px; bottom: 2px; color: #2c7da0 }
b { font-weight: 650 }
.link { color: #1f77b4 }
code { font: 13px "DejaVu Sans Mono", monospace }
.buttons { display: flex; gap: 4px; margin-top: 4px }
.button { flex: 1; text-align: center; background: #ffffffb8; color: #1c5f7e; font-weight: 500;
          border-radius: 10px; padding: 6px 4px; font-size: 13.5px; white-space: nowrap }
.c0 { --c: #3d8f5f }
.c1 { --c: #2c7da0 }
.c2 { --c: #b5651d }
.c3 { --c: #7a55b0 }
.c4 { --c: #b8476b }
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One chat as one person sees it.

    Attributes:
        name: Of the chat.
        note: Below the name.
        viewer: Id of the person, whose messages stand at the right.
        is_group: Whether the others are told apart by names.
        messages: The Bot API's Message objects, oldest first.
    """

    name: str
    note: str
    viewer: int
    is_group: bool
    messages: tuple[Json, ...]


def page_html(panels: Sequence[Panel]) -> str:
    """Draw chats side by side, as a page that needs no other file."""
    colours = _colours(panels)
    drawn = "\n".join(_panel_html(panel, colours) for panel in panels)
    return (
        f'<!doctype html>\n<html lang="tr"><meta charset="utf-8"><style>{_STYLE}</style>\n'
        f'<body style="width: {WIDTH}px">\n{drawn}\n</body></html>\n'
    )


def text_html(text: str, entities: Sequence[Json]) -> str:
    """Mark up a text as a chat shows it.

    Args:
        text: Of a message.
        entities: Their offsets and lengths count UTF-16 code units.

    Returns:
        HTML for a place where white space is kept. An entity that crosses another one is drawn in
        parts; the line break behind a block quote is left out, since a block ends its line.
    """
    units = text.encode("utf-16-le")
    # Blocks hold the others, of which the longer holds the shorter.
    nested = sorted(entities, key=lambda e: (e["type"] not in _QUOTES, e["offset"], -e["length"]))
    borders = {0, len(units) // 2}
    for entity in nested:
        borders |= {entity["offset"], entity["offset"] + entity["length"]}
    parts: list[str] = []
    opened: list[Json] = []
    for start, end in pairwise(sorted(borders)):
        covering = [e for e in nested if e["offset"] <= start < e["offset"] + e["length"]]
        kept = _shared(opened, covering)
        parts += [_closing(entity) for entity in reversed(opened[kept:])]
        part = units[2 * start : 2 * end].decode("utf-16-le")
        if any(entity["type"] in _QUOTES for entity in opened[kept:]):
            part = part.removeprefix("\n")
        parts += [_opening(entity) for entity in covering[kept:]]
        parts.append(escape(part, quote=False))
        opened = covering
    parts += [_closing(entity) for entity in reversed(opened)]
    return "".join(parts)


def _shared(some: list[Json], others: list[Json]) -> int:
    """How many at the beginning are the same."""
    pairs = zip(some, others, strict=False)
    return len(list(takewhile(lambda pair: pair[0] is pair[1], pairs)))


def _opening(entity: Json) -> str:
    kind = entity["type"]
    if kind in _QUOTES:
        return f'<blockquote class="{_QUOTES[kind]}">'
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>"
    return '<span class="link">' if kind in _LINKS else "<span>"


def _closing(entity: Json) -> str:
    kind = entity["type"]
    return f"</{'blockquote' if kind in _QUOTES else _TAGS.get(kind, 'span')}>"


def _colours(panels: Sequence[Panel]) -> dict[str, str]:
    """Choose a colour, as a class of the style, for each name of a person or chat."""
    writers = (message["from"]["first_name"] for panel in panels for message in panel.messages)
    names = dict.fromkeys([*writers, *(panel.name for panel in panels)])
    return {name: f"c{number % _COLOURS}" for number, name in enumerate(names)}


def _panel_html(panel: Panel, colours: Mapping[str, str]) -> str:
    writers = [message["from"]["id"] for message in panel.messages]
    rows = [
        _message_html(message, panel, colours, is_first=writer != before)
        for message, writer, before in zip(panel.messages, writers, [None, *writers], strict=False)
    ]
    return (
        f"<section><header>{_avatar(panel.name, colours)}"
        f'<div class="name">{escape(panel.name)}<div class="note">{escape(panel.note)}</div></div>'
        f"</header>\n<main>\n{''.join(rows)}</main></section>"
    )


def _message_html(
    message: Json, panel: Panel, colours: Mapping[str, str], *, is_first: bool
) -> str:
    name = message["from"]["first_name"]
    is_own = message["from"]["id"] == panel.viewer
    is_named = panel.is_group and not is_own
    classes = ["row", *["own"] * is_own, *["first"] * is_first]
    body = text_html(message["text"], message.get("entities", ()))
    return (
        f'<div class="{" ".join(classes)}">{_avatar(name, colours) if is_named else ""}'
        f'<div class="card"><div class="bubble">'
        f"{_writer(name, colours) if is_named and is_first else ''}"
        f"{_reply_html(message, colours)}"
        f'<div class="text">{body}</div></div>{_keyboard_html(message)}</div></div>\n'
    )


def _reply_html(message: Json, colours: Mapping[str, str]) -> str:
    replied = message.get("reply_to_message")
    if not replied:
        return ""
    name, line = replied["from"]["first_name"], " ".join(replied.get("text", "").split())
    return (
        f'<div class="reply {colours.get(name, "c0")}">{_writer(name, colours)}'
        f'<div class="line">{escape(line)}</div></div>'
    )


def _keyboard_html(message: Json) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    drawn = (
        "".join(f'<div class="button">{escape(button["text"])}</div>' for button in row)
        for row in rows
    )
    return "".join(f'<div class="buttons">{row}</div>' for row in drawn)


def _writer(name: str, colours: Mapping[str, str]) -> str:
    return f'<div class="writer {colours.get(name, "c0")}">{escape(name)}</div>'


def _avatar(name: str, colours: Mapping[str, str]) -> str:
    return f'<div class="avatar {colours[name]}">{escape(name[:1])}</div>'
