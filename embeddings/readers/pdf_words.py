"""The words of a PDF's page with their places, as pdfium finds them."""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from embeddings.readers.pdf_lines import Word

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

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
JUNK = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff\ufff0-\uffff]")
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
# Ligatures, and the forms that letters of Hebrew and Arabic have beside others.
_FORMS = re.compile("[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]")
# Old TeX fonts have no ş: they draw the mark, then the letter.
_LOOSE_MARKS = {"¨": "\u0308", "˘": "\u0306", "¸": "\u0327", "˙": "\u0307", "ˆ": "\u0302"}
_LOOSE = re.compile(r"([¨˘¸˙ˆ])\s?([A-Za-zı])")
# Hebrew, Arabic and their neighbours.
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RIGHTWARD = re.compile("[A-Za-z\u00c0-\u058f]")


def read_words(text_page: "PdfTextPage") -> list[Word]:
    """Read the words of a page, in the order in which pdfium finds them.

    It is asked for each letter, but for places and fonts only where words begin and end.
    """
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
        if _is_leftward(cleaned):  # the last letter is the leftmost one
            left = box.left
            pdfium.FPDFText_GetLooseCharBox(handle, start, box_pointer)
            right = max(box.right, left)
        if turn:
            left, base, _, _ = turned(turn, left, base, left, base)
            edges = turned(turn, box.left, box.bottom, box.right, box.top)
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


def turned(
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
    word = _INNER_SOFT_HYPHEN.sub("", JUNK.sub("", word))
    word = _PRIVATE.sub(lambda match: _SYMBOLS.get(match[0], ""), word)
    word = _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), word)
    word = _LOOSE.sub(lambda match: match[2] + _LOOSE_MARKS[match[1]], word)
    return unicodedata.normalize("NFC", word) + parted


def main_turn(words: Sequence[Word]) -> int:
    """Get the quarter turns of most of the words; 0 where there are none."""
    turns = Counter(word.turn for word in words)
    return turns.most_common(1)[0][0] if turns else 0


def in_reading_frame(words: list[Word]) -> list[Word]:
    """Mirror a page that is written from right to left, so that its text runs to the right.

    pdfium gives all words of such a line from right to left, so Latin ones side by side are
    turned round.
    """
    leftward = sum(_is_leftward(word.text) for word in words)
    if 2 * leftward <= len(words):
        return words
    ordered: list[Word] = []
    for is_latin, run in groupby(words, key=lambda word: bool(_RIGHTWARD.search(word.text))):
        found = list(run)
        ordered += _turned_round(found) if is_latin else found
    return [word._replace(left=-word.right, right=-word.left) for word in ordered]


def _turned_round(run: list[Word]) -> Iterator[Word]:
    """Yield words in the order in which they are read, line by line, at mirrored places."""
    lines = groupby(run, key=lambda word: round(word.bottom))
    for _, line in lines:
        words = list(line)
        for word, place in zip(reversed(words), words, strict=True):
            yield word._replace(left=place.left, right=place.right)


def _is_leftward(word: str) -> bool:
    return bool(_LEFTWARD.search(word))
