"""PDF: the words of its pages in the file's order, made flowing text by pdf_layout.py."""

import hashlib
import re
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.datatypes import Document, Page
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.pdf_headings import Bookmark
from embeddings.readers.pdf_layout import flow
from embeddings.readers.pdf_lines import PageWords
from embeddings.readers.pdf_words import JUNK, in_reading_frame, main_turn, read_words, turned

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MAX_PAGES = 10_000
"""The longest printed books have 4,000; bound years of an official gazette somewhat more."""

MAX_PAGE_CHARACTERS = 200_000
"""Of one page. A newspaper's page has 20,000; posters and plans more."""

MAX_CHARACTERS = 20_000_000
"""Of the document: 10,000 pages as full as a page of a book."""

_MAX_BOOKMARKS = 10_000
_LONGEST_LABEL = 20
_QUARTER = 90  # degrees
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)|untitled|\(?anonymous|isimsiz|adsız|başlıksız|"
    r"(?:document|belge|sunu|presentation|slayt)\s*\d*\Z|"
    r".*\.(?:docx?|pdf|indd|tex|dvi|qxd|odt|rtf|xlsx?|pptx?|html?|p65)\Z",
    re.IGNORECASE,
)
_LONGEST_TITLE = 200


def read_pdf(data: bytes, name: str, source: str) -> Document:
    """Read the text of a PDF, also where it lies invisible on scanned pages.

    Pages have the file's own numbers where all of them from the first decimal one on are growing
    decimal integers (the pages before it, as i to xii, then have none), else their place, from 1.
    Headings are the outline's where its entries stand in the text, and lines that are larger than
    most, bold or in capitals. The title is the file's own where it is one, else the first large
    line, else the file's name without its ending. Text aslant, as a watermark's, is left out, and
    what repeats: running heads, page numbers, tables of contents.

    Raises:
        UnreadableDocument: With the reason "encrypted", "damaged", or "too_large" (see MAX_PAGES,
            MAX_PAGE_CHARACTERS, MAX_CHARACTERS).
        EmptyDocument: With the reason "scanned", or "empty" where its pages are blank.
    """
    with _open(data, name) as pdf:
        count = len(pdf)
        if count > MAX_PAGES:
            raise UnreadableDocument(
                f"{name}: this file is too large: {count} pages, and {MAX_PAGES} are"
                " read. Split it",
                "too_large",
            )
        pages, has_content = _read_pages(pdf, name)
        outline = _read_outline(pdf)
        own_title = _clean_title(pdf.get_metadata_value("Title"))
    text, headings, starts, first_big_line = flow(pages, outline)
    if not any(character.isalnum() for character in text):
        if has_content:
            raise EmptyDocument(
                f"{name}: no text found: it looks scanned. Add a copy with recognised text (OCR)",
                "scanned",
            )
        raise EmptyDocument(f"{name}: there is no text in this file")
    numbers = _page_numbers([page.label for page in pages])
    return Document(
        own_title or first_big_line[:_LONGEST_TITLE] or Path(name).stem,
        text,
        source,
        hashlib.sha256(data).hexdigest(),
        headings,
        tuple(
            Page(number, start)
            for number, start in zip(numbers, starts, strict=True)
            if number is not None
        ),
    )


def _open(data: bytes, name: str) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError  # 50 ms that a question need not pay

    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in (_PASSWORD, _SECURITY):
            raise UnreadableDocument(
                f"{name}: this file is locked with a password. Save it without one and add it"
                " again",
                "encrypted",
            ) from error
        raise _damaged(name) from error


def _damaged(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name}: the file is damaged and cannot be opened. Get it anew")


def _read_pages(pdf: "PdfDocument", name: str) -> tuple[list[PageWords], bool]:
    """Read all pages, and tell whether anything at all is drawn on them.

    A broken page among whole ones counts as blank.
    """
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfiumError

    pages: list[PageWords] = []
    total = readable = 0
    has_content = False
    for index in range(len(pdf)):
        label = pdf.get_page_label(index)[:_LONGEST_LABEL]
        try:
            page = pdf[index]
        except PdfiumError:
            pages.append(PageWords((), 0, 0, label))
            continue
        readable += 1
        try:
            text_page = page.get_textpage()
        except PdfiumError:
            pages.append(PageWords((), 0, 0, label))
        else:
            total += _count(text_page, index, name)
            _refuse_long(total, name)
            pages.append(_read_page(page, text_page, label))
        finally:
            has_content = has_content or pdfium.FPDFPage_CountObjects(page) > 0
            page.close()
    if not readable:
        raise _damaged(name)
    return pages, has_content


def _count(text_page: "PdfTextPage", index: int, name: str) -> int:
    count: int = text_page.count_chars()
    if count > MAX_PAGE_CHARACTERS:
        raise UnreadableDocument(
            f"{name}: page {index + 1} is too large: {count} characters, and"
            f" {MAX_PAGE_CHARACTERS} are read",
            "too_large",
        )
    return count


def _refuse_long(total: int, name: str) -> None:
    if total > MAX_CHARACTERS:
        raise UnreadableDocument(
            f"{name}: this file is too large: more than {MAX_CHARACTERS} characters. Split it",
            "too_large",
        )


def _read_page(page: "PdfPage", text_page: "PdfTextPage", label: str) -> PageWords:
    words = read_words(text_page)
    text_page.close()
    turn = main_turn(words)
    # pdfium takes words for neighbours that are so on the page as it is shown: on a page that lies
    # on its side the lines would come in any order.
    if words and page.get_rotation() != _QUARTER * turn:
        page.set_rotation(_QUARTER * turn)
        upright = page.get_textpage()
        words = read_words(upright)
        upright.close()
    _, bottom, _, top = turned(turn, *page.get_bbox())
    return PageWords(in_reading_frame(words), top, bottom, label)


def _read_outline(pdf: "PdfDocument") -> list[Bookmark]:
    bookmarks: list[Bookmark] = []
    for entry in islice(pdf.get_toc(max_depth=6), _MAX_BOOKMARKS):
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is not None and page < len(pdf):
            bookmarks.append(Bookmark(entry.get_title(), page, entry.level + 1))
    return bookmarks


def _clean_title(title: str) -> str:
    title = " ".join(JUNK.sub("", title).split())
    letters = sum(character.isalpha() for character in title)
    return "" if letters < 3 or _NO_TITLE.match(title) else title[:_LONGEST_TITLE]


def _page_numbers(labels: Sequence[str]) -> list[int | None]:
    """Numbers of pages: the labels, or the places where the labels are no growing integers."""
    numbers = [int(x) if x.isascii() and x.isdigit() and len(x) < 7 else None for x in labels]
    decimal = [number for number in numbers if number is not None]
    before = next((i for i, number in enumerate(numbers) if number is not None), 0)
    grows = all(a < b for a, b in pairwise(decimal))
    if decimal and len(decimal) == len(labels) - before and decimal[0] > 0 and grows:
        return list(numbers)
    return list(range(1, len(labels) + 1))
