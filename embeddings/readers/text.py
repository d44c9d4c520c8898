"""Plain text. Short lines in capitals are headings, and so is a first line that is a title."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from embeddings.articles import is_article
from embeddings.datatypes import Document, Heading, Page, Span
from embeddings.readers.charset import decode

_LONGEST_HEADING = 150
_LETTERS_IN_HEADING = 4
_LONGEST_TITLE = 100
_DIVISIONS = frozenset("KİTAP KISIM BÖLÜM AYIRIM AYRIM FASIL PART CHAPTER SECTION TITLE".split())
_LINE = re.compile(r"\S[^\n]*")
_FIRST_LINE = re.compile(r"\s*(\S[^\n]*)\n[^\S\n]*\n")
# What begins a list, names a field of a form, or stands between the cells of a table.
_NO_TITLE = re.compile(r"[-*•–▪◦‣·]|\(?\w{1,3}[.)]\s|\S+[^\S\n]*:\s|.*(?:\t|\||@|://)")
_MOST_PAGES = 10_000  # as of a PDF
# "- 3 -", "Sayfa 3 / 12", alone on the first or the last line of a page.
_PAGE_NUMBER = re.compile(
    r"[-–—\[( ]*(?:(?:sayfa|sahife|page|seite|s\.|p\.) ?)?(\d{1,4})(?: ?(?:/|of|von) ?\d{1,4})?"
    r"[-–—\]) ]*",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…:](?:\s|\Z)")


def read_text(data: bytes, name: str, source: str) -> Document:
    """Read a .txt file.

    The title is the heading with which the text begins, or the first line where it looks like one,
    or else the file's name without its ending. Form feeds end pages; their numbers are left out.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    text, pages = _read_pages(decode(data, name, keeps_form_feeds=True))
    headings = find_headings(text)
    if title_line := _find_title(text):
        headings = (title_line, *headings)
    title = Path(name).stem
    if headings and not text[: headings[0].start].strip():
        title = " ".join(text[headings[0].start : headings[0].end].split())
    return Document(title, text, source, hashlib.sha256(data).hexdigest(), headings, pages)


def _read_pages(text: str) -> tuple[str, tuple[Page, ...]]:
    """Find the pages that form feeds divide, and their numbers: as printed, else from 1."""
    sheets = [f"{sheet}\n" for sheet in text.split("\f", _MOST_PAGES)]
    filled = sum(bool(sheet.strip()) for sheet in sheets)
    if filled < 2 or len(sheets) > _MOST_PAGES:
        return text.replace("\f", "\n"), ()
    found = [list(_numbers(sheet)) for sheet in sheets]
    offsets = Counter(number - place for place, ns in enumerate(found) for number, _ in ns)
    offset = max(offsets, key=lambda one: offsets[one], default=1)
    is_numbered = offsets[offset] >= max(2, filled / 2)
    pages: list[Page] = []
    parts: list[str] = []
    length = 0
    for place, sheet in enumerate(sheets):
        page_number = place + (offset if is_numbered else 1)
        if page_number > 0:
            pages.append(Page(page_number, length))
        for number, (start, end) in found[place]:
            if is_numbered and number == page_number:
                sheet = sheet[:start] + sheet[end:]
        parts.append(sheet)
        length += len(sheet)
    return "".join(parts).removesuffix("\n"), tuple(p for p in pages if p.start < length - 1)


def _numbers(sheet: str) -> Iterator[tuple[int, Span]]:
    """Yield the numbers that stand alone on the last line and on the first, with their spans."""
    end = len(sheet.rstrip())
    start = len(sheet) - len(sheet.lstrip())
    spans = {(max(start, sheet.rfind("\n", 0, end) + 1), end), (start, sheet.find("\n", start))}
    for span in sorted(spans, reverse=True):
        if number := _PAGE_NUMBER.fullmatch(sheet[slice(*span)].strip()):
            yield int(number[1]), span


def find_headings(text: str) -> tuple[Heading, ...]:
    """Find the lines in capitals that stand alone between empty lines; all of one level.

    A line that numbers a chapter may have the chapter's name in a second line. Articles are left
    to articles.with_article_headings.
    """
    headings: list[Heading] = []
    for lines in _paragraphs(text):
        start, end = lines[0][0], lines[-1][1]
        first, *others = (text[a:b] for a, b in lines)
        is_chapter = len(others) == 1 and _is_chapter(first, others[0])
        if _is_heading(first) and not is_article(first) and (not others or is_chapter):
            headings.append(Heading(start, end, level=1))
    return tuple(headings)


def _find_title(text: str) -> Heading | None:
    """Find the first line where it is a title in small letters: short, alone, above sentences."""
    match = _FIRST_LINE.match(text)
    if match is None:
        return None
    line = match[1].rstrip()
    letters = sum(character.isalpha() for character in line[:_LONGEST_TITLE])
    digits = sum(character.isdigit() for character in line[:_LONGEST_TITLE])
    # With more digits it is a date, as above a letter.
    if len(line) > _LONGEST_TITLE or letters < max(_LETTERS_IN_HEADING, 2 * digits):
        return None
    begins = line[0].isupper() or line[0].isdigit()
    if not begins or line.isupper() or line[-1] in ".:;,!?…" or _NO_TITLE.match(line):
        return None
    if is_article(line) or not _SENTENCE_END.search(text, match.end()):
        return None
    return Heading(match.start(1), match.start(1) + len(line), level=1)


def _paragraphs(text: str) -> Iterator[list[Span]]:
    """Yield the first lines between empty lines, three at most: a file may be all line ends."""
    lines: list[Span] = []
    end = 0
    for match in _LINE.finditer(text):
        if lines and text.count("\n", end, match.start()) > 1:
            yield lines
            lines = []
        end = match.end()
        if len(lines) < 3:
            lines.append((match.start(), match.start() + len(match[0].rstrip())))
    if lines:
        yield lines


def _is_heading(line: str) -> bool:
    letters = sum(character.isalpha() for character in line[:_LONGEST_HEADING])
    # isupper: there are cased letters, and none of them is small. Scripts without case have no
    # such headings.
    return len(line) <= _LONGEST_HEADING and letters >= _LETTERS_IN_HEADING and line.isupper()


def _is_chapter(first: str, second: str) -> bool:
    # Only below the name of a division: "KİRACI" has the tenant's name below, which is text.
    is_name = second[-1] not in ".:;,!?…" and len(first) + len(second) < _LONGEST_HEADING
    return is_name and not _DIVISIONS.isdisjoint(first.split())
