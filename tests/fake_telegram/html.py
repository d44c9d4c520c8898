"""Telegram's HTML: tags to entities, and the server's errors for broken ones."""

import re
from dataclasses import dataclass
from typing import NoReturn

from .entities import link_entity, utf16
from .errors import ApiError
from .wire import Json

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
TOKEN = re.compile(r"<|&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
ATTRIBUTE = re.compile(
    r"""\s*([^\s=>/"']*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]*)(?=[\s>])))?\s*"""
)
TAG_NAME = re.compile(r"[^\s>]*")
SPACE = re.compile(r"\s*")
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Split HTML into the text that is seen and its entities.

    Raises:
        ApiError: If Telegram would refuse the HTML.
    """
    return HtmlParser(source).parse()


@dataclass
class OpenTag:
    """A start tag that waits for its end tag."""

    name: str
    argument: str  # the attribute that matters: a URL, a language, an emoji
    offset: int  # UTF-16 code units before it
    index: int  # parts of the text before it


class HtmlParser:
    """Reads one text from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0  # where in the source
        self._offset = 0  # UTF-16 code units of the text so far
        self._parts: list[str] = []
        self._entities: list[Json] = []
        self._open: list[OpenTag] = []

    def parse(self) -> tuple[str, list[Json]]:
        while token := self._read_to_token():
            if token[0] != "<":
                self._at = token.end()
                self._put(unescape(token))
            elif self._source.startswith("</", self._at):
                self._read_end_tag()
            else:
                self._read_start_tag()
        if self._open:
            tag = self._open[-1].name
            raise ApiError(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\""
            )
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)  # only a <pre> around it would have used it
        return "".join(self._parts), self._entities

    def _read_to_token(self) -> re.Match[str] | None:
        token = TOKEN.search(self._source, self._at)
        end = token.start() if token else len(self._source)
        self._put(self._source[self._at : end])
        self._at = end
        return token

    def _read_end_tag(self) -> None:
        begin = self._at
        self._at += 2
        name = self._take(TAG_NAME).lower()
        self._take(SPACE)
        if not self._open:
            self._fail("Unexpected end tag", begin)
        if self._source[self._at : self._at + 1] != ">":
            self._fail("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise ApiError(
                f"can't parse entities: Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        if self._offset > tag.offset:
            self._entities += self._close(tag)

    def _close(self, tag: OpenTag) -> list[Json]:
        """Make the entities of a tag; none where it changes the entity inside it instead."""
        span = {"offset": tag.offset, "length": self._offset - tag.offset}
        if tag.name == "a":
            return link_entity(tag.argument or "".join(self._parts[tag.index :]), **span)
        if tag.name == "tg-emoji":
            if not tag.argument.isdigit():
                raise ApiError("can't parse entities: Invalid custom emoji identifier specified")
            return [{"type": "custom_emoji", **span, "custom_emoji_id": tag.argument}]
        if tag.name == "tg-time":
            if not tag.argument.isdigit():
                return []
            return [{"type": "date_time", **span, "unix_time": int(tag.argument)}]
        if tag.name in ("pre", "code") and self._merge_code(tag, span):
            return []
        if tag.name == "blockquote" and tag.argument:
            return [{"type": "expandable_blockquote", **span}]
        language = {"language": tag.argument} if tag.name == "code" and tag.argument else {}
        return [{"type": KINDS[tag.name], **span, **language}]

    def _merge_code(self, tag: OpenTag, span: Json) -> bool:
        """Make one entity of <pre><code class="language-x">, which two tags open."""
        inner = self._entities[-1] if self._entities else {}
        language = tag.argument or inner.get("language", "")
        covers_same = span.items() <= inner.items()
        if not covers_same or {tag.name, inner["type"]} != {"pre", "code"} or not language:
            return False
        inner.update(type="pre", language=language)
        return True

    def _read_start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._take(TAG_NAME).lower()
        if self._at >= len(self._source):
            self._fail("Unclosed start tag", begin)
        if name not in KINDS:
            self._fail(f'Unsupported start tag "{name}"', begin)
        argument = self._read_attributes(name)
        if self._at >= len(self._source):
            self._fail(f'Unclosed start tag "{name}"', begin)
        if self._source[self._at] == "=":
            self._fail("Unclosed start tag", begin)
        if self._source[self._at] != ">":
            self._fail(f'Empty attribute name in the tag "{name}"', begin)
        if name == "span" and argument != "tg-spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self._at += 1
        self._open.append(OpenTag(name, argument, self._offset, len(self._parts)))

    def _read_attributes(self, tag: str) -> str:
        """Read up to the end of the tag; the attribute that matters for this tag."""
        argument = ""
        while attribute := ATTRIBUTE.match(self._source, self._at):
            self._at = attribute.end()
            if not attribute[1]:
                break
            given = next((group for group in attribute.groups()[1:] if group is not None), "")
            value = TOKEN.sub(unescape, given)
            match tag, attribute[1].lower():
                case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
                    argument = value
                case "span", "class":
                    argument = value
                case "blockquote", "expandable":
                    argument = "1"
                case "code", "class" if value.startswith("language-"):
                    argument = value.removeprefix("language-")
        return argument

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Read what a pattern, which may match nothing, finds here."""
        found = pattern.match(self._source, self._at)
        text = found[0] if found else ""
        self._at += len(text)
        return text

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._offset += utf16(text)

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _fail(self, text: str, at: int) -> NoReturn:
        raise ApiError(f"can't parse entities: {text} at byte offset {self._bytes(at)}")


def unescape(token: re.Match[str]) -> str:
    """Decode a character reference; anything else, a lone "<" included, stays as it is."""
    if token[3]:
        return NAMED_CHARACTERS[token[3]]
    code = int(token[1], 16) if token[1] else int(token[2] or 0)
    return chr(code) if 0 < code <= 0x10FFFF else token[0]
