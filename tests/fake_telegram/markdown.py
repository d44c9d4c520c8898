"""Telegram's two Markdowns: MarkdownV2, read as the server reads it, and the legacy one."""

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from .entities import link_entity, utf16
from .errors import ApiError
from .wire import Json

NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "spoiler": "Spoiler",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
# Longer marks come before the marks that they begin with.
MARKS = {
    "```": "pre",
    "`": "code",
    "__": "underline",
    "_": "italic",
    "*": "bold",
    "~": "strikethrough",
    "||": "spoiler",
    "![": "custom_emoji",
    "[": "text_link",
}
ENDS = {kind: mark for mark, kind in MARKS.items()} | {"custom_emoji": "]", "text_link": "]"}
RESERVED = "_*[]()~`>#+-=|{}.!\n"
LANGUAGE = re.compile(r"[^\s`\0]*")
LINE_BREAK = re.compile(r"\r\n|\n\r|\n|\r|")
LEGACY_ENTITY = re.compile(
    r"```(?:\w+\n)?(?P<pre>.*?)```|`(?P<code>[^`]*)`|\*(?P<bold>[^*]*)\*|_(?P<italic>[^_]*)_"
    r"|\[(?P<text_link>[^\]]*)\](?:\((?P<url>[^)]*)\))?",
    re.DOTALL,
)


def parse_markdown_v2(source: str) -> tuple[str, list[Json]]:
    """Split MarkdownV2 into the text that is seen and its entities.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    return MarkdownV2Parser(source).parse()


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Split legacy Markdown, which knows no nesting, into the text that is seen and its entities.

    Raises:
        ApiError: If an entity does not end.
    """
    text, entities, at = "", [], 0
    while at < len(source):
        if source[at] == "\\" and source[at + 1 : at + 2] in tuple("_*`["):
            text, at = text + source[at + 1], at + 2
        elif source[at] not in "_*`[":
            text, at = text + source[at], at + 1
        else:
            kind, content, url, end = read_legacy_entity(source, at)
            span = {"offset": utf16(text), "length": utf16(content)}
            if content and kind == "text_link":
                entities += link_entity(url, **span)
            elif content:
                entities.append({"type": kind, **span})
            text, at = text + content, end
    return text, entities


def read_legacy_entity(source: str, at: int) -> tuple[str, str, str, int]:
    """Read one entity: its kind, its text, its URL if it is a link, and where it ends."""
    if not (found := LEGACY_ENTITY.match(source, at)):
        raise ApiError(
            "can't parse entities: Can't find end of the entity starting at byte offset "
            f"{len(source[:at].encode())}"
        )
    kind = next(k for k in ("pre", "code", "bold", "italic", "text_link") if found[k] is not None)
    return kind, found[kind], found["url"] or "", found.end()


@dataclass
class OpenMark:
    """A mark that waits for its end."""

    kind: str
    begin: int  # where it is in the source
    offset: int  # UTF-16 code units of the text before it
    index: int  # parts of the text before it
    language: str = ""


class MarkdownV2Parser:
    """Reads one text from left to right."""

    def __init__(self, source: str) -> None:
        self._length = len(source)
        self._source = source + "\0" * 4  # looking ahead never passes the end
        self._at = 0  # where in the source
        self._offset = 0  # UTF-16 code units of the text so far
        self._parts: list[str] = []
        self._entities: list[Json] = []
        self._open: list[OpenMark] = []
        self._in_quote = False
        self._at_line_start = True

    def parse(self) -> tuple[str, list[Json]]:
        while self._at < self._length:
            char = self._source[self._at]
            special = "`" if self._top() in ("code", "pre") else RESERVED
            if self._is_escape():
                self._at_line_start = self._source[self._at + 1] == "\n"
                self._put(self._source[self._at + 1])
                self._at += 1
            elif char in special:
                self._read_mark(char)
            else:
                self._at_line_start = self._at_line_start and char == "\r"
                self._put(char)
            self._at += 1
        self._end_text()
        return "".join(self._parts), self._entities

    def _read_mark(self, char: str) -> None:
        if self._in_quote and char == "\n" and self._source[self._at + 1] != ">":
            self._end_quote()
        elif self._ends_top():
            self._close()
        elif char == "\n":
            self._put(char)
            self._at_line_start = True
        elif char == ">" and self._at_line_start:
            if not self._in_quote:
                self._push("blockquote", self._at)
            self._in_quote = True
        elif mark := next((m for m in MARKS if self._source.startswith(m, self._at)), ""):
            self._open_mark(mark)
        else:
            raise ApiError(
                f"can't parse entities: Character '{char}' is reserved and must be escaped "
                "with the preceding '\\'"
            )

    def _end_quote(self) -> None:
        mark = self._open.pop()
        # Two bars that end a quote are no spoiler: they make the quote expandable.
        is_expandable = (
            mark.kind == "spoiler" and mark.begin == self._at - 2 and len(self._open) > 0
        )
        if is_expandable:
            mark = self._open.pop()
        if mark.kind != "blockquote":
            self._fail_unended(mark)
        self._put("\n")
        self._emit("expandable_blockquote" if is_expandable else "blockquote", mark.offset)
        self._in_quote, self._at_line_start = False, True

    def _end_text(self) -> None:
        if self._in_quote:
            is_expandable = self._top() == "spoiler" and self._open[-1].begin == self._length - 2
            if is_expandable:
                self._open.pop()
            if self._top() == "blockquote":
                kind = "expandable_blockquote" if is_expandable else "blockquote"
                self._emit(kind, self._open.pop().offset)
        if self._open:
            self._fail_unended(self._open[-1])

    def _ends_top(self) -> bool:
        top = self._top()
        if top not in ENDS or not self._source.startswith(ENDS[top], self._at):
            return False
        return not (top == "italic" and self._source[self._at + 1] == "_")

    def _close(self) -> None:
        mark = self._open.pop()
        self._at += len(ENDS[mark.kind]) - 1
        if mark.kind == "custom_emoji":
            self._close_emoji(mark)
        elif mark.kind == "text_link":
            url = "".join(self._parts[mark.index :])
            if self._source[self._at + 1] == "(":
                url = self._read_url()
            if self._offset > mark.offset:
                self._entities += link_entity(url, mark.offset, self._offset - mark.offset)
        else:
            language = {"language": mark.language} if mark.language else {}
            self._emit(mark.kind, mark.offset, **language)

    def _close_emoji(self, mark: OpenMark) -> None:
        if self._source[self._at + 1] != "(":
            raise ApiError(
                "can't parse entities: The entity must contain a tg://emoji or tg://time URL"
            )
        if not (emoji := re.fullmatch(r"tg://emoji\?id=(\d+)", self._read_url())):
            raise ApiError("can't parse entities: Invalid tg://emoji or tg://time URL specified")
        self._emit(mark.kind, mark.offset, custom_emoji_id=emoji[1])

    def _read_url(self) -> str:
        """Read "(url)" after the bracket where the parser stands, and stop at its end."""
        self._at += 2
        begin, url = self._at, ""
        while self._at < self._length and self._source[self._at] != ")":
            self._at += self._is_escape()
            url += self._source[self._at]
            self._at += 1
        if self._at >= self._length:
            self._fail("Can't find end of a URL", begin)
        return url

    def _open_mark(self, mark: str) -> None:
        begin = self._at
        self._at += len(mark) - 1
        language = ""
        if mark == "```":
            language = self._find(LANGUAGE)
            after = self._at + 1 + len(language)
            if self._source[after] == "`" or after >= self._length:
                language = ""  # what stands between the marks is the code itself
            self._at += len(language)
            self._at += len(self._find(LINE_BREAK))
        self._push(MARKS[mark], begin, language)

    def _find(self, pattern: re.Pattern[str]) -> str:
        """Find what a pattern, which may match nothing, matches behind the current character."""
        found = pattern.match(self._source, self._at + 1)
        return found[0] if found else ""

    def _is_escape(self) -> bool:
        return self._source[self._at] == "\\" and "\0" < self._source[self._at + 1] <= "~"

    def _top(self) -> str:
        return self._open[-1].kind if self._open else ""

    def _push(self, kind: str, begin: int, language: str = "") -> None:
        self._open.append(OpenMark(kind, begin, self._offset, len(self._parts), language))

    def _put(self, char: str) -> None:
        self._parts.append(char)
        self._offset += utf16(char)

    def _emit(self, kind: str, offset: int, **extra: Any) -> None:
        if self._offset > offset:
            length = self._offset - offset
            self._entities.append({"type": kind, "offset": offset, "length": length, **extra})

    def _fail_unended(self, mark: OpenMark) -> NoReturn:
        self._fail(f"Can't find end of {NAMES[mark.kind]} entity", mark.begin)

    def _fail(self, text: str, at: int) -> NoReturn:
        at_byte = len(self._source[:at].encode())
        raise ApiError(f"can't parse entities: {text} at byte offset {at_byte}")
