"""Markdown, rendered to HTML and read as such: one way to find headings, lists and tables."""

from embeddings.datatypes import Document
from embeddings.readers.charset import decode
from embeddings.readers.html import read_html


def read_markdown(data: bytes, name: str, source: str) -> Document:
    """Read a .md file; quotes are what the rendered page shows, without marks and link targets.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    from markdown_it import MarkdownIt  # 40 ms that a question need not pay

    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(decode(data, name))
    return read_html(rendered.encode(), name, source, original=data)
