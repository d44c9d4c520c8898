"""DOCX: what Word shows of a document's body, with headings, list marks, tables and notes."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.datatypes import Document, Heading
from embeddings.readers.archives import open_archive
from embeddings.readers.docx_package import Package, open_package
from embeddings.readers.docx_styles import (
    Look,
    Numbered,
    Numbering,
    Styles,
    W,
    integer,
    is_on,
    outline_level,
    value,
)

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_LONGEST_HEADING = 300
"""Every passage repeats its headings and its title: what is longer was not meant as one."""

_LONGEST_ROW = 1000
"""Characters of a table's row that is read as one line, and of rows without an empty line between:
the length of a passage. A longer row is no row of values, but columns of text."""

_TITLE_LETTERS = 4
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"word document|microsoft word(?: - .*)?|(?:document|doc|belge|dokument) ?\d*|untitled|adsız|"
    r"başlıksız|normal|template|şablon|.*\.(?:docx?|dot[xm]?|rtf)",
    re.IGNORECASE,
)

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_CONTROL = dict.fromkeys([0x7F, *range(0x80, 0x85), *range(0x86, 0xA0)])
_PRIVATE = range(0xE000, 0xF900)  # signs of symbol fonts, which no other font has

_TEXTS = frozenset([f"{W}t", f"{_M}t"])
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_LEAVES = frozenset([*_TEXTS, *_SIGNS, *_NOTES, f"{W}sym", f"{W}fldChar", f"{W}txbxContent"])
# Deleted or moved text, properties, and the small signs above ruby text.
_LEFT_OUT = frozenset(
    f"{W}{tag}"
    for tag in "del moveFrom pPr rPr sdtPr tblPr trPr tcPr rt instrText delText fldData".split()
)
_WRAPPERS = frozenset(
    f"{W}{tag}" for tag in "sdtContent ins moveTo customXml smartTag body".split()
)


def read_docx(data: bytes, name: str, source: str) -> Document:
    """Read what Word shows of a document's body, tracked changes accepted.

    Headers, footers, comments, hidden text and tables of contents are left out. Text boxes stand
    behind the paragraph that they are fixed to, notes at the end of the section that refers to
    them. A row of a table is a line, its cells apart by `` | ``.

    The title is the one in the document's properties, where a person gave one; else the paragraph
    styled as title, the first heading of the highest level, or the file's name without its ending.

    Args:
        data: A .docx, .docm or .dotx file; macros are not looked at.
        name: The file's name.
        source: Where it came from.

    Raises:
        UnreadableDocument: "damaged", "kind" if it is no Word document, "unsafe" if it declares
            entities; see also archives.open_archive.
    """
    package = open_package(open_archive(data, name), name)
    blocks = list(_Body(package).blocks())
    text, headings = _assemble(blocks)
    title = _title(" ".join(package.title.split()), blocks, text, headings) or Path(name).stem
    return Document(title, text, source, hashlib.sha256(data).hexdigest(), headings)


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a row of a table.

    Attributes:
        text: With the mark of a list's item.
        level: Of a heading; 0 for text.
        is_title: Whether it is styled as the document's title.
        group: Neighbours of one group stand on lines below one another: 0 for what stands alone,
            -1 for items of lists, the number of a table for its rows.
        notes: What it refers to: (part, identity).
    """

    text: str
    level: int = 0
    is_title: bool = False
    group: int = 0
    notes: tuple[tuple[str, str], ...] = ()


_ITEM = -1


@dataclass(slots=True)
class _Line:
    """What stands in a paragraph; gathered while its elements are visited."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list["Element"] = field(default_factory=list)
    # Of each field that is open, whether its code is being read: behind it stands its result.
    codes: list[bool] = field(default_factory=list)
    open_codes: int = 0


class _Body:
    """Visits the elements in their order. It recurses, for the parser bounds the depth."""

    def __init__(self, package: Package) -> None:
        self._document = package.document
        self._styles = Styles(package.styles)
        self._numbering = Numbering(package.numbering, self._styles)
        self._notes = {
            (part, str(note.get(f"{W}id"))): note
            for part, root in (("footnotes", package.footnotes), ("endnotes", package.endnotes))
            if root is not None
            for note in root
            if isinstance(note.tag, str)
        }
        self._tables = 0
        self._carried = _Line()  # text that the next paragraph goes on with

    def blocks(self) -> Iterator[_Block]:
        """Yield the blocks of the body; notes before the next heading, or at the end."""
        owed: list[tuple[str, str]] = []
        for block in self._blocks(self._document):
            if block.level:
                yield from self._noted(owed)
                owed = []
            yield block
            owed += block.notes
        if last := _tidy("".join(self._carried.parts)):
            yield _Block(last)
        yield from self._noted(owed)

    def _noted(self, references: list[tuple[str, str]]) -> Iterator[_Block]:
        for reference in references:
            note = self._notes.pop(reference, None)  # each once
            if note is not None:
                for block in self._blocks(note):
                    yield _Block(block.text)

    def _blocks(self, parent: "Element") -> Iterator[_Block]:
        for element in parent:
            tag = element.tag
            if tag == f"{W}p":
                yield from self._paragraph(element)
            elif tag == f"{W}tbl":
                yield from self._table(element)
            elif tag == f"{_MC}AlternateContent":
                yield from self._blocks(_shown_branch(element))
            elif tag in _WRAPPERS or (tag == f"{W}sdt" and not _is_filler(element)):
                yield from self._blocks(element)

    def _paragraph(self, paragraph: "Element") -> Iterator[_Block]:
        properties = paragraph.find(f"{W}pPr")
        look = self._styles.look(value(properties, f"{W}pStyle"))
        if look.is_contents:
            return
        line, self._carried = self._carried, _Line()
        line.codes.clear()
        line.open_codes = 0
        self._inline(paragraph, line, is_hidden=look.is_hidden)
        if properties is not None and _goes_on(properties):
            self._carried = line
            return
        text = _tidy("".join(line.parts))
        level = outline_level(properties)
        level = (look.level or 0) if level is None else level
        mark = None
        if properties is None or not is_on(properties, f"{W}rPr/{W}vanish"):
            mark = self._mark(properties, look)
        if text:
            is_heading = level > 0 and len(mark or "") + len(text) <= _LONGEST_HEADING
            yield _Block(
                (mark or "") + text,
                level if is_heading else 0,
                is_heading and look.is_title,
                _ITEM if mark and not is_heading else 0,
                tuple(line.notes),
            )
        for box in line.boxes:
            yield from self._blocks(box)

    def _mark(self, properties: "Element | None", look: Look) -> str | None:
        numbered = look.numbered or Numbered(0, 0)
        list_id = value(properties, f"{W}numPr/{W}numId")
        level = value(properties, f"{W}numPr/{W}ilvl")
        if list_id is not None:
            numbered = Numbered(integer(list_id, 0), integer(level, 0))
        elif level is not None:
            numbered = Numbered(numbered.list_id, integer(level, 0))
        return self._numbering.next_mark(numbered) if numbered.list_id else None

    def _inline(self, parent: "Element", line: _Line, *, is_hidden: bool) -> None:
        """Gather what stands in a paragraph, or in an element within."""
        for element in parent:
            tag = element.tag
            if tag in _LEAVES:
                _gather(element, line, is_hidden=is_hidden)
            elif tag == f"{W}r":
                self._inline(element, line, is_hidden=self._is_hidden(element, is_hidden))
            elif tag == f"{_MC}AlternateContent":
                self._inline(_shown_branch(element), line, is_hidden=is_hidden)
            elif tag not in _LEFT_OUT and not (tag == f"{W}sdt" and _is_filler(element)):
                self._inline(element, line, is_hidden=is_hidden)

    def _is_hidden(self, run: "Element", is_hidden: bool) -> bool:
        properties = run.find(f"{W}rPr")
        if properties is None:
            return is_hidden
        own = is_on(properties, f"{W}vanish")
        if own is not None:
            return own
        style = value(properties, f"{W}rStyle")
        return is_hidden or (style is not None and self._styles.look(style).is_hidden)

    def _table(self, table: "Element") -> Iterator[_Block]:
        self._tables += 1
        group = self._tables
        for row in _inside(table, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and (
                is_on(properties, f"{W}hidden") or properties.find(f"{W}del") is not None
            ):
                continue
            cells = [list(self._blocks(cell)) for cell in _inside(row, f"{W}tc") if _begins(cell)]
            yield from _row(cells, group)


def _gather(element: "Element", line: _Line, *, is_hidden: bool) -> None:
    """Add one element without elements of a paragraph, or a box, to what is known of it."""
    tag = element.tag
    if tag == f"{W}txbxContent":
        line.boxes.append(element)
    elif tag == f"{W}fldChar":
        _follow_field(element, line)
    elif is_hidden or line.open_codes:
        return
    elif tag in _NOTES:
        line.notes.append((_NOTES[tag], str(element.get(f"{W}id"))))
    elif tag in _TEXTS:
        # Only elements break lines; a line end in the markup is shown as a space.
        line.parts.append((element.text or "").replace("\n", " "))
    else:
        line.parts.append(_SIGNS.get(tag) or _symbol(element))


def _row(cells: list[list[_Block]], group: int) -> Iterator[_Block]:
    """Yield a row of a table as one line; what is no row of values, cell by cell.

    The only cell of a row is a frame around text; and so is one that holds a table, or more than a
    passage does.
    """
    blocks = [block for cell in cells for block in cell]
    length = sum(len(block.text) for block in blocks)
    if len(cells) < 2 or length > _LONGEST_ROW or any(block.group > 0 for block in blocks):
        yield from blocks
    elif blocks:
        texts = (" ".join(block.text for block in cell) for cell in cells if cell)
        notes = tuple(note for block in blocks for note in block.notes)
        yield _Block(" | ".join(texts).replace("\n", " "), group=group, notes=notes)


def _inside(parent: "Element", tag: str) -> "Iterator[Element]":
    """Yield the rows of a table or the cells of a row, content controls opened."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _WRAPPERS or element.tag == f"{W}sdt":
            yield from _inside(element, tag)


def _begins(cell: "Element") -> bool:
    """Whether a cell is not the lower or right part of a merged one, nor deleted."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return True
    merges = (value(properties, f"{W}vMerge"), value(properties, f"{W}hMerge"))
    is_part = any(merge is not None and merge != "restart" for merge in merges)
    return not is_part and properties.find(f"{W}cellDel") is None


def _goes_on(properties: "Element") -> bool:
    """Whether the next paragraph goes on: the end of this one was deleted, or it is an initial."""
    if properties.find(f"{W}rPr/{W}del") is not None:
        return True
    frame = properties.find(f"{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap") in ("drop", "margin")


def _is_filler(control: "Element") -> bool:
    """Whether a content control holds a prompt to type something, or a table of contents."""
    properties = control.find(f"{W}sdtPr")
    if properties is None:
        return False
    gallery = value(properties, f"{W}docPartObj/{W}docPartGallery") or ""
    return bool(is_on(properties, f"{W}showingPlcHdr")) or "Table of Contents" in gallery


def _shown_branch(alternatives: "Element") -> "Element":
    """Choose one of the forms in which a part is given, for new programs and old ones."""
    branches = [e for e in alternatives if e.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    with_text = (b for b in branches if next(b.iter(f"{W}t"), None) is not None)
    return next(with_text, branches[0] if branches else alternatives)


def _follow_field(element: "Element", line: _Line) -> None:
    kind = element.get(f"{W}fldCharType")
    if kind == "begin":
        line.codes.append(True)
        line.open_codes += 1
    elif line.codes and kind in ("separate", "end"):
        line.open_codes -= line.codes.pop()
        if kind == "separate":
            line.codes.append(False)


def _symbol(element: "Element") -> str:
    code = element.get(f"{W}char", "")
    number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{4}", code) else 0
    is_sign = 0x20 <= number < 0xD800 or number >= _PRIVATE.stop
    return chr(number) if is_sign else ""


def _tidy(text: str) -> str:
    """Collapse white space, as it is seen; line breaks stay."""
    lines = (" ".join(line.split()) for line in text.translate(_CONTROL).split("\n"))
    return "\n".join(lines).strip("\n")


def _assemble(blocks: list[_Block]) -> tuple[str, tuple[Heading, ...]]:
    """Join blocks by an empty line; items of a list and rows of a table by a line end.

    Long tables have an empty line wherever a passage would end: else a row would be cut.
    """
    parts: list[str] = []
    headings: list[Heading] = []
    length = since = 0
    before = _Block("")
    for block in blocks:
        is_near = block.group != 0 and block.group == before.group
        if block.group > 0 and length + 1 + len(block.text) - since > _LONGEST_ROW:
            is_near = False
        gap = "" if not parts else "\n" if is_near else "\n\n"
        start = length + len(gap)
        since = since if is_near else start
        parts += [gap, block.text]
        length = start + len(block.text)
        if block.level:
            headings.append(Heading(start, length, block.level))
        before = block
    return "".join(parts), tuple(headings)


def _title(
    given: str, blocks: list[_Block], text: str, headings: tuple[Heading, ...]
) -> str | None:
    letters = sum(character.isalpha() for character in given)
    if _TITLE_LETTERS <= letters <= _LONGEST_HEADING >= len(given) and not _NO_TITLE.fullmatch(
        given
    ):
        return given
    styled = (" ".join(block.text.split()) for block in blocks if block.is_title)
    first = (" ".join(text[h.start : h.end].split()) for h in headings if h.level == 1)
    return next(styled, None) or next(first, None)
