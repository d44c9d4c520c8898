"""PDF: the words of its pages in the file's order, made flowing text by pdf_layout.py."""

import ctypes
import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.datatypes import Document, Page
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.readers.pdf_headings import Bookmark
from embeddings.readers.pdf_layout import flow
from embeddings.readers.pdf_lines import PageWords, Word

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
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # of a font's flags; PDF 32000-1:2008, table 123
_BOLD_WEIGHT = 700
_DESCENT = 0.2  # of the size below the line, in most fonts
_FILL_AND_STROKE = 2  # letters drawn with an outline, to look bold

_STRAIGHT = math.radians(10)  # a scanned page may lie askew; a watermark lies at 45 degrees

# pdfium's sign for a hyphen at a line's end; it leaves the line's end itself out.
_PARTED = "\x02"
_RUN = re.compile(rf"[^\s{_PARTED}]+{_PARTED}?|{_PARTED}")
# What needs no mending: ASCII, Latin letters with their marks, quotation marks and dashes.
_PLAIN = re.compile("[!-~\u00b0-\u00b7\u00b9-\u02c5\u2011-\u201f\u2022\u2026]+")
_JUNK = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff\ufff0-\uffff]")
_INNER_SOFT_HYPHEN = re.compile("\u00ad(?=.)")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
# Marks of lists in the symbol fonts that word processors use.
_SYMBOLS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf02d": "–",
    "\uf0be": "–",
}
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# Old TeX fonts have no ş: they draw the mark, then the letter.
_LOOSE_MARKS = {"¨": "\u0308", "˘": "\u0306", "¸": "\u0327", "˙": "\u0307", "ˆ": "\u0302"}
_LOOSE = re.compile(r"([¨˘¸˙ˆ])\s?([A-Za-zı])")

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
    line, else the file's name without its ending. Text aslant, as a watermark's, is left out.

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
            text_page.close()
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
    words = _read_words(text_page)
    turns = Counter(word.turn for word in words)
    turn = turns.most_common(1)[0][0] if turns else 0
    _, bottom, _, top = _turned(turn, *page.get_bbox())
    return PageWords(words, top, bottom, label)


def _read_words(text_page: "PdfTextPage") -> list[Word]:
    """Ask pdfium for each letter, but for places and fonts only where words begin and end."""
    import pypdfium2.raw as pdfium

    handle = text_page.raw
    text = _characters(text_page)
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    box_pointer, x_pointer, y_pointer = map(ctypes.byref, (box, x, y))
    fonts: dict[int, tuple[float, bool]] = {}  # by the address of the text object, which has one
    words: list[Word] = []
    for run in _RUN.finditer(text):
        start, last = run.start(), run.end() - 1
        cleaned = _cleaned(run[0])
        turn = _quarter_turns(pdfium.FPDFText_GetCharAngle(handle, start))
        if not cleaned or turn is None:
            continue
        pdfium.FPDFText_GetCharOrigin(handle, start, x_pointer, y_pointer)
        pdfium.FPDFText_GetLooseCharBox(handle, last, box_pointer)
        left, base, right, height = x.value, y.value, box.right, box.top - box.bottom
        if turn:
            left, base, _, _ = _turned(turn, left, base, left, base)
            edges = _turned(turn, box.left, box.bottom, box.right, box.top)
            right, height = edges[2], edges[3] - edges[1]
        target = pdfium.FPDFText_GetTextObject(handle, start)
        address = ctypes.addressof(target.contents) if target else 0
        if address not in fonts or not address:
            fonts[address] = _font(handle, start, target, height)
        size, is_bold = fonts[address]
        bottom = base - _DESCENT * size
        words.append(Word(cleaned, left, right, bottom, bottom + size, is_bold, turn))
    return words


def _characters(text_page: "PdfTextPage") -> str:
    """All characters, each at the index that pdfium knows it by."""
    import pypdfium2.raw as pdfium

    count = text_page.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page.raw, 0, count, buffer)
    if written == count + 1:  # none is left out, so one call gives all
        text = bytes(buffer)[:-2].decode("utf-16-le", errors="replace")
        if len(text) == count:  # none takes two units
            return text.replace("\ufffe", _PARTED)
    unicode_at = pdfium.FPDFText_GetUnicode
    codes = [unicode_at(text_page.raw, index) for index in range(count)]
    return "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)


def _font(handle: object, index: int, target: object, height: float) -> tuple[float, bool]:
    """The size of a letter's font as it is drawn, and whether it is bold."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(handle, index, matrix)
    size = pdfium.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
    if not 0.4 * height < size < 2.5 * height:  # fonts drawn by hand name any size
        size = max(height, 1.0)
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(handle, index, buffer, len(buffer), flags)
    is_named = 0 < length <= len(buffer) and _BOLD.search(buffer.value.decode("latin-1"))
    is_heavy = pdfium.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT
    is_forced = bool(flags.value & _FORCE_BOLD)
    is_outlined = bool(target) and (
        pdfium.FPDFTextObj_GetTextRenderMode(target) == _FILL_AND_STROKE
    )
    return size, bool(is_named) or is_heavy or is_forced or is_outlined


def _quarter_turns(angle: float) -> int | None:
    """Quarter turns against the clock; None for what lies aslant.

    Args:
        angle: As pdfium has it: radians, with the clock; -1 where it is not known, as upright.
    """
    if angle <= 0:
        return 0
    quarters = angle / (math.pi / 2)
    if abs(quarters - round(quarters)) > _STRAIGHT / (math.pi / 2):
        return None
    return -round(quarters) % 4


def _turned(
    turn: int, left: float, bottom: float, right: float, top: float
) -> tuple[float, float, float, float]:
    """A box in the frame in which the text runs from left to right."""
    if turn == 1:
        return bottom, -right, top, -left
    if turn == 2:
        return -right, -top, -left, -bottom
    if turn == 3:
        return -top, left, -bottom, right
    return left, bottom, right, top


def _cleaned(word: str) -> str:
    """Mend what fonts do to letters: ligatures, loose accents, symbols, unseen characters."""
    if _PLAIN.fullmatch(word):
        return word
    parted = "\ufffe" if word.endswith(_PARTED) else ""
    word = _INNER_SOFT_HYPHEN.sub("", _JUNK.sub("", word))
    word = _PRIVATE.sub(lambda match: _SYMBOLS.get(match[0], ""), word)
    word = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), word)
    word = _LOOSE.sub(lambda match: match[2] + _LOOSE_MARKS[match[1]], word)
    return unicodedata.normalize("NFC", word) + parted


def _read_outline(pdf: "PdfDocument") -> list[Bookmark]:
    bookmarks: list[Bookmark] = []
    for entry in islice(pdf.get_toc(max_depth=6), _MAX_BOOKMARKS):
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is not None and page < len(pdf):
            bookmarks.append(Bookmark(entry.get_title(), page, entry.level + 1))
    return bookmarks


def _clean_title(title: str) -> str:
    title = " ".join(_JUNK.sub("", title).split())
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
