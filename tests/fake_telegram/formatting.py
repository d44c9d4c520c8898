"""What Telegram makes of a text: parsed, trimmed, measured, and searched for commands."""

import re

from .entities import utf16
from .errors import ApiError
from .html import parse_html
from .markdown import parse_markdown, parse_markdown_v2
from .wire import Json

MAX_BYTES = 1 << 15
MAX_ENTITIES = 100
LIMITS = {
    "text": (4096, "message is too long"),
    "caption": (1024, "message caption is too long"),
}
PARSERS = {"html": parse_html, "markdownv2": parse_markdown_v2, "markdown": parse_markdown}
# What Telegram finds by itself.
FOUND = re.compile(
    r"(?<![\w/@])(?:(?P<bot_command>/\w{1,64}(?:@\w{3,32})?(?!\w))"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<mention>@[A-Za-z]\w{2,31}\b)"
    r"|(?P<hashtag>#\w*[^\W\d]\w*)"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]))"
)
# Nothing is found inside of these.
CLOSED_KINDS = {"code", "pre", "text_link", "text_mention"}


def formatted(
    text: str, mode: str = "", entities: list[Json] | None = None, what: str = "text"
) -> tuple[str, list[Json]]:
    """Turn a text as it is sent into the text that is seen and its entities.

    Args:
        text: With its markup, if `mode` names one.
        mode: A parse mode, in any case; "" for none.
        entities: The bot's own, where there is no parse mode.
        what: "text" or "caption": they differ in length, and a caption may be empty.

    Returns:
        The text and its entities, in the order of the text, the longer one first.

    Raises:
        ApiError: If Telegram would refuse the text.
    """
    if len(text.encode()) > MAX_BYTES:
        raise ApiError("text is too long")
    if mode.lower() not in ("", "none", *PARSERS):
        raise ApiError("unsupported parse_mode")
    text = text.replace("\r", "")
    if parse := PARSERS.get(mode.lower()):
        text, spans = parse(text)
    else:
        spans = [dict(e) for e in entities or () if e["type"] not in FOUND.groupindex]
    check_within(text, spans)
    text, spans = trim(text, spans)
    if not text and what == "text":
        raise ApiError("text must be non-empty")
    max_length, too_long = LIMITS[what]
    if len(text) > max_length:
        raise ApiError(too_long)
    spans += find_entities(text, [e for e in spans if e["type"] in CLOSED_KINDS])
    return text, sorted(spans, key=lambda e: (e["offset"], -e["length"]))[:MAX_ENTITIES]


def check_within(text: str, entities: list[Json]) -> None:
    """Refuse entities that reach beyond the end of the text."""
    size = utf16(text)
    for entity in entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        if begin >= size:
            raise ApiError(f"entity begins after the end of the text at UTF-16 offset {begin}")
        if end > size:
            raise ApiError(
                f"entity beginning at UTF-16 offset {begin} ends after the end of the text "
                f"at UTF-16 offset {end}"
            )


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Strip the text and move its entities along; leading spaces inside of an entity stay."""
    text = text.rstrip()
    spaces = len(text) - len(text.lstrip(" \n"))
    lead = min([spaces, *(e["offset"] for e in entities)])
    text = text[lead:]
    moved = []
    for entity in entities:
        offset = entity["offset"] - lead
        moved.append(
            entity | {"offset": offset, "length": min(entity["length"], utf16(text) - offset)}
        )
    return text, [e for e in moved if e["length"] > 0]


def find_entities(text: str, closed: list[Json]) -> list[Json]:
    """Find commands, mentions, hashtags and addresses outside of the closed entities."""
    found: list[Json] = []
    for match in FOUND.finditer(text):
        begin = utf16(text[: match.start()])
        end = begin + utf16(match[0])
        if not any(e["offset"] < end and begin < e["offset"] + e["length"] for e in closed):
            found.append({"type": match.lastgroup, "offset": begin, "length": end - begin})
    return found
