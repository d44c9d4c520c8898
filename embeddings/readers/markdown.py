"""Markdown, rendered to HTML and read as such: one way to find headings, lists and tables."""

import html
import re

from embeddings.datatypes import Document
from embeddings.readers.charset import decode
from embeddings.readers.html import read_html

# Lines of YAML between two lines of hyphens. The first names a key: else a text between two rules
# would be lost.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(\w[\w-]*:(?:[ \t].*)?\n(?:\w[\w-]*:(?:[ \t].*)?\n|[ \t#-].*\n|\n)*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_TITLE = re.compile(r"^title:(.*)", re.MULTILINE)

# What is deeper is left out: markdown-it's default of 20 loses text of outlines, and Python's
# stack ends near 450.
_DEEPEST = 200


def read_markdown(data: bytes, name: str, source: str) -> Document:
    """Read a .md file; quotes are what the rendered page shows, without marks and link targets.

    YAML front matter is no text; its title is the document's where there is no top heading.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    from markdown_it import MarkdownIt  # 40 ms that a question need not pay

    text = decode(data, name)
    front = _FRONT_MATTER.match(text)
    title = _TITLE.search(front[1]) if front else None
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST}).enable("table")
    page = parser.render(text[front.end() :] if front else text)
    if title:
        unquoted = title[1].strip().strip("\"'")
        page = f"<title>{html.escape(unquoted)}</title>\n{page}"
    return read_html(page.encode(), name, source, original=data)
