"""Markdown, rendered to HTML and read as such: one way to find headings, lists and tables."""

import html
import re
from typing import TYPE_CHECKING

from embeddings.datatypes import Document
from embeddings.readers.charset import decode
from embeddings.readers.html import read_html

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# Lines of YAML between two lines of hyphens. The first names a key: else a text between two rules
# would be lost.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(\w[\w-]*:(?:[ \t].*)?\n(?:\w[\w-]*:(?:[ \t].*)?\n|[ \t#-].*\n|\n)*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_NOTE_MARK = re.compile(r"(\[\^[^\]\s]{1,50}\])(:[ \t]*)?")  # with a colon before the note itself
_NOTE = re.compile(r"^[ \t>]*(\[\^[^\]\s]{1,50}\]):", re.MULTILINE)
_TITLE = re.compile(r"^title:(.*)", re.MULTILINE)

# What is deeper is left out: markdown-it's default of 20 loses text of outlines, and Python's
# stack ends near 450.
_DEEPEST = 200


def read_markdown(data: bytes, name: str, source: str) -> Document:
    """Read a .md file; quotes are what the rendered page shows, without marks and link targets.

    Tables, notes and struck text are read as GitHub writes them; notes stay where they stand.
    YAML front matter is no text; its title is the document's where there is no top heading.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    from markdown_it import MarkdownIt  # 40 ms that a question need not pay

    text = decode(data, name)
    front = _FRONT_MATTER.match(text)
    title = _TITLE.search(front[1]) if front else None
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST})
    text = text[front.end() :] if front else text
    notes = frozenset(_NOTE.findall(text))
    _know_notes(parser.enable(["table", "strikethrough"]), notes)
    page = parser.render(text)
    if title:
        unquoted = title[1].strip().strip("\"'")
        page = f"<title>{html.escape(unquoted)}</title>\n{page}"
    return read_html(page.encode(), name, source, original=data)


def _know_notes(parser: "MarkdownIt", notes: frozenset[str]) -> None:
    """Leave out the marks of notes: CommonMark would show them, and lose a note of one word.

    What is the mark of no note, such as a set of characters, is text.
    """
    from markdown_it.rules_block import reference

    def read_reference(state: "StateBlock", line: int, last: int, silent: bool) -> bool:
        is_note = _NOTE_MARK.match(state.src, state.bMarks[line] + state.tShift[line])
        return not is_note and reference(state, line, last, silent)

    def skip_mark(state: "StateInline", silent: bool) -> bool:
        mark = _NOTE_MARK.match(state.src, state.pos)
        if not mark or mark[1] not in notes:
            return False
        is_note = state.pos == 0 or state.src[state.pos - 1] == "\n"
        if is_note and state.pos and not silent:
            state.push("hardbreak", "br", 0)
        state.pos = mark.end() if is_note or not mark[2] else mark.start(2)
        return True

    parser.block.ruler.at("reference", read_reference)
    parser.inline.ruler.before("link", "note", skip_mark)
