"""DOCX: what Word shows of a document's body, with headings, list marks, tables and notes."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from embeddings.datatypes import Document
from embeddings.readers.archives import open_archive
from embeddings.readers.docx_blocks import (
    ITEM,
    LONGEST_HEADING,
    Block,
    assemble,
    find_title,
    mark_bold_headings,
    row_blocks,
)
from embeddings.readers.docx_numbering import Numbering
from embeddings.readers.docx_package import Package, open_package
from embeddings.readers.docx_styles import (
    Look,
    Numbered,
    Styles,
    W,
    integer,
    is_on,
    outline_level,
    value,
)

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

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
    body = _Body(package)
    blocks = list(body.with_notes(mark_bold_headings(list(body.blocks()))))
    text, headings = assemble(blocks)
    title = find_title(" ".join(package.title.split()), blocks, text, headings) or Path(name).stem
    return Document(title, text, source, hashlib.sha256(data).hexdigest(), headings)


@dataclass(slots=True)
class _Line:
    """What stands in a paragraph; gathered while its elements are visited."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list["Element"] = field(default_factory=list)
    # Of each field that is open, whether its code is being read: behind it stands its result.
    codes: list[bool] = field(default_factory=list)
    open_codes: int = 0
    is_bold: bool = True  # until some of its text is not


class _RunLook(NamedTuple):
    """How the text of a run looks."""

    is_hidden: bool
    is_bold: bool


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

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body, without notes."""
        yield from self._blocks(self._document)
        if last := _tidy("".join(self._carried.parts)):
            yield Block(last)

    def with_notes(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Put notes before the next heading, or at the end."""
        owed: list[tuple[str, str]] = []
        for block in blocks:
            if block.level:
                yield from self._noted(owed)
                owed = []
            yield block
            owed += block.notes
        yield from self._noted(owed)

    def _noted(self, references: list[tuple[str, str]]) -> Iterator[Block]:
        for reference in references:
            note = self._notes.pop(reference, None)  # each once
            if note is not None:
                for block in self._blocks(note):
                    yield Block(block.text)

    def _blocks(self, parent: "Element") -> Iterator[Block]:
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

    def _paragraph(self, paragraph: "Element") -> Iterator[Block]:
        properties = paragraph.find(f"{W}pPr")
        look = self._styles.look(value(properties, f"{W}pStyle"))
        if look.is_contents:
            return
        line, self._carried = self._carried, _Line()
        line.codes.clear()
        line.open_codes = 0
        self._inline(paragraph, line, _RunLook(look.is_hidden, look.is_bold))
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
            is_heading = level > 0 and len(mark or "") + len(text) <= LONGEST_HEADING
            is_item = bool(mark) and not is_heading
            yield Block(
                (mark or "") + text,
                level if is_heading else 0,
                is_title=is_heading and look.is_title,
                is_bold=line.is_bold,
                group=ITEM if is_item else 0,
                depth=max(_numbered(properties, look).level, look.list_depth) if is_item else 0,
                notes=tuple(line.notes),
            )
        for box in line.boxes:
            yield from self._blocks(box)

    def _mark(self, properties: "Element | None", look: Look) -> str | None:
        numbered = _numbered(properties, look)
        return self._numbering.next_mark(numbered) if numbered.list_id else None

    def _inline(self, parent: "Element", line: _Line, look: _RunLook) -> None:
        """Gather what stands in a paragraph, or in an element within."""
        for element in parent:
            tag = element.tag
            if tag in _LEAVES:
                _gather(element, line, look)
            elif tag == f"{W}r":
                self._inline(element, line, self._run_look(element, look))
            elif tag == f"{_MC}AlternateContent":
                self._inline(_shown_branch(element), line, look)
            elif tag not in _LEFT_OUT and not (tag == f"{W}sdt" and _is_filler(element)):
                self._inline(element, line, look)

    def _run_look(self, run: "Element", around: _RunLook) -> _RunLook:
        properties = run.find(f"{W}rPr")
        if properties is None:
            return around
        name = value(properties, f"{W}rStyle")
        style = None if name is None else self._styles.look(name)
        is_hidden, is_bold = is_on(properties, f"{W}vanish"), is_on(properties, f"{W}b")
        if is_hidden is None:
            is_hidden = around.is_hidden or (style is not None and style.is_hidden)
        if is_bold is None:
            is_bold = around.is_bold or (style is not None and style.is_bold)
        return _RunLook(is_hidden, is_bold)

    def _table(self, table: "Element") -> Iterator[Block]:
        self._tables += 1
        group = self._tables
        for row in _inside(table, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and (
                is_on(properties, f"{W}hidden") or properties.find(f"{W}del") is not None
            ):
                continue
            cells = [list(self._blocks(cell)) for cell in _inside(row, f"{W}tc") if _begins(cell)]
            yield from row_blocks(cells, group)


def _numbered(properties: "Element | None", look: Look) -> Numbered:
    """Tell which list a paragraph is an item of, by itself or by its style."""
    numbered = look.numbered or Numbered(0, 0)
    list_id = value(properties, f"{W}numPr/{W}numId")
    level = value(properties, f"{W}numPr/{W}ilvl")
    if list_id is not None:
        return Numbered(integer(list_id, 0), integer(level, 0))
    return numbered if level is None else Numbered(numbered.list_id, integer(level, 0))


def _gather(element: "Element", line: _Line, look: _RunLook) -> None:
    """Add one element without elements of a paragraph, or a box, to what is known of it."""
    tag = element.tag
    if tag == f"{W}txbxContent":
        line.boxes.append(element)
    elif tag == f"{W}fldChar":
        _follow_field(element, line)
    elif look.is_hidden or line.open_codes:
        return
    elif tag in _NOTES:
        line.notes.append((_NOTES[tag], str(element.get(f"{W}id"))))
    elif tag in _TEXTS:
        # Only elements break lines; a line end in the markup is shown as a space.
        text = (element.text or "").replace("\n", " ")
        line.parts.append(text)
        line.is_bold = line.is_bold and (look.is_bold or not text.strip())
    else:
        line.parts.append(_SIGNS.get(tag) or _symbol(element))


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
