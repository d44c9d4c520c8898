"""Plain text. Short lines in capitals are headings, as news texts have them."""

import hashlib
from pathlib import Path

from embeddings.datatypes import Document, Heading
from embeddings.readers.charset import decode

_LONGEST_HEADING = 150
_LETTERS_IN_HEADING = 4


def read_text(data: bytes, name: str, source: str) -> Document:
    """Read a .txt file.

    The title is the heading with which the text begins, or else the file's name without its
    ending.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    text = decode(data, name)
    headings = find_headings(text)
    title = Path(name).stem
    if headings and not text[: headings[0].start].strip():
        title = text[headings[0].start : headings[0].end]
    return Document(title, text, source, hashlib.sha256(data).hexdigest(), headings)


def find_headings(text: str) -> tuple[Heading, ...]:
    """Find the lines in capitals that stand alone between empty lines; all of one level."""
    headings: list[Heading] = []
    position = 0
    empty_above = True
    lines = text.split("\n")
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        stripped = line.strip()
        if stripped and empty_above and not below.strip() and _is_heading(stripped):
            start = position + line.index(stripped)
            headings.append(Heading(start, start + len(stripped), level=1))
        empty_above = not stripped
        position += len(line) + 1
    return tuple(headings)


def _is_heading(line: str) -> bool:
    letters = sum(character.isalpha() for character in line)
    # isupper: there are cased letters, and none of them is small. Scripts without case have no
    # such headings.
    return len(line) <= _LONGEST_HEADING and letters >= _LETTERS_IN_HEADING and line.isupper()
