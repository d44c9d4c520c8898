"""Entities of a text: their offsets count UTF-16 code units, as Telegram's do."""

import re

from .wire import Json

URL = re.compile(
    r"(?:(https?|tg|ton|tonsite)://)?([^\s/?#]*[^\s/?#.][^\s/?#]*)(\S*)", re.IGNORECASE
)


def utf16(text: str) -> int:
    """Count the UTF-16 code units of a text."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, entity: Json) -> str:
    """Take the part of a text that an entity covers."""
    start = entity["offset"] * 2
    units = text.encode("utf-16-le")[start : start + entity["length"] * 2]
    return units.decode("utf-16-le", "replace")


def link_entity(url: str, offset: int, length: int) -> list[Json]:
    """Make the entity of a link or of a mention by id; none where Telegram drops it."""
    span = {"offset": offset, "length": length}
    if mention := re.fullmatch(r"tg://user\?id=(\d+)", url):
        user = {"id": int(mention[1]), "is_bot": False, "first_name": "user"}
        return [{"type": "text_mention", **span, "user": user}]
    if not (parts := URL.fullmatch(url)):
        return []
    scheme, host, rest = (parts[1] or "http").lower(), parts[2].lower(), parts[3]
    is_web = scheme.startswith("http")
    if is_web and "." not in host:
        return []  # Telegram drops a link that it cannot open and keeps its text
    slash = "/" if is_web and not rest.startswith("/") else ""
    return [{"type": "text_link", **span, "url": f"{scheme}://{host}{slash}{rest}"}]
