"""Articles of laws, statutes and contracts: where they begin, and what they are called.

All formats have them (``MADDE 2 – Aidatlar``), and hardly anybody styles them as headings: so they
are told by their words.
"""

import re
from collections.abc import Iterator, Sequence

from embeddings.datatypes import Heading, Span

ARTICLE_LEVEL = 10
"""Of a heading that names an article: below all levels that formats have. Of a mark and a name on
lines of their own, the lower one is one level below."""
_BELOW = ARTICLE_LEVEL + 1

_LONGEST_NAME = 100
_LEAST_TEXT = 40  # what is shorter, between two articles, is a line of a table of contents

# Behind the number a sign, or the number of a paragraph, or nothing, or a name.
_SIGN = r"[^\S\n]*(?:[-–—:.)]+(?=\s|\(|[^\W\d_]|\Z)|(?=\n|\Z))[^\S\n]*"
_BARE = r"[^\S\n]*(?=\()|[^\S\n]+(?=(?-i:[A-ZÇĞİÖŞÜÄƏ]))"
_MARK = re.compile(
    r"(?:"
    r"(?:(?:(?:ek|ge[çc][iİ]c[iİ]|m[üu]kerrer)[^\S\n]+)?"
    r"(?:madd[eə]|article|artikel|section|clause)[^\S\n]+|§{1,2}[^\S\n]*)"
    r"(?:\d{1,4}[a-z]?(?:/[a-zçğıöşü\d]{1,2}|(?:\.\d{1,2})*)|(?-i:[IVXLC]{1,6}))"
    rf"(?:{_SIGN}|{_BARE})"
    # What is annexed belongs to no article.
    r"|(?P<annex>ek|annex|appendix|schedule|anlage|anhang)(?:[^\S\n]*-[^\S\n]*|[^\S\n]+)"
    rf"(?:\d{{1,2}}|(?-i:[IVX]{{1,4}}|[A-Z])){_SIGN}"
    r")",
    re.IGNORECASE,
)
_MARKED_LINE = re.compile(rf"^[^\S\n]*(?={_MARK.pattern})", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"[^\n]+")
_NEXT_LINE = re.compile(r"\s*(\S[^\n]*)")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n[^\S\n]*\Z")
_ITEM = re.compile(r"[-*•–▪◦‣·]|\(?\w{1,3}[.)]\s")
_ENDS = tuple(".:;!?…")
_NAME_ENDS = (*_ENDS, ",", "-", "–")


def is_article(line: str) -> bool:
    """Whether a line begins with the mark of an article: ``MADDE 2 –``, ``Geçici Madde 1``."""
    return bool(_MARK.match(line))


def with_article_headings(text: str, headings: Sequence[Heading]) -> list[Heading]:
    """Add what names articles to the headings of a text.

    That is the mark of an article, with the name behind it where both stand alone on their line;
    and a short line above or below the mark, as laws have it. What goes on in the next line names
    nothing: that line begins with a small letter, or this one has no room for its first word.

    Args:
        text: Of a document.
        headings: Those known, in the order of the text.

    Returns:
        All in the order of the text; new ones overlap none.
    """
    found = list(_article_headings(text))
    if not found:
        return list(headings)
    merged: list[Heading] = []
    for heading in sorted([*headings, *found], key=lambda one: (one.start, one.level)):
        if merged and heading.start < merged[-1].end:
            if heading.level >= ARTICLE_LEVEL:
                continue
            if merged[-1].level >= ARTICLE_LEVEL:
                merged.pop()
        merged.append(heading)
    return merged


def _article_headings(text: str) -> Iterator[Heading]:
    widest = -1
    for marked in _MARKED_LINE.finditer(text):
        if widest < 0:
            widest = max(line.end() - line.start() for line in _LINE.finditer(text))
        mark = _MARK.match(text, marked.end())
        above = _name_above(text, marked.start())
        if mark is None or not (above or _begins(text, mark)):
            continue
        line_end = text.find("\n", mark.end())
        line_end = len(text) if line_end < 0 else line_end
        name = text[mark.end() : line_end].rstrip()
        below = _NEXT_LINE.match(text, line_end)
        is_named = bool(name) and _is_name(name) and _is_apart(text, mark.start(), below, widest)
        if _names_nothing(name, below):
            continue
        # "EK 33. Madde" is a place in a law, "§ 4 Abs. 2" one in a sentence.
        if not is_named and (_is_bare(text, mark) or (mark["annex"] and name)):
            continue
        end = mark.end() + len(name) if is_named else mark.start() + len(mark[0].rstrip())
        if not name and below is not None and _is_name_below(text, below, widest):
            yield Heading(mark.start(), end, ARTICLE_LEVEL)
            yield Heading(below.start(1), below.start(1) + len(below[1].rstrip()), _BELOW)
        elif above and not is_named:
            yield Heading(*above, ARTICLE_LEVEL)
            yield Heading(mark.start(), end, _BELOW)
        else:
            yield Heading(mark.start(), end, ARTICLE_LEVEL)


def _begins(text: str, mark: re.Match[str]) -> bool:
    """Whether an article begins at its mark, or it is named in a sentence that goes on."""
    line, is_first = _line_above(text, mark.start())
    return is_first or line.endswith(_ENDS) or (mark[0].isupper() and not _is_bare(text, mark))


def _is_bare(text: str, mark: re.Match[str]) -> bool:
    """Whether nothing parts a mark from the word behind it: ``§ 4 Fees``, if that is a name."""
    is_unsigned = mark[0][-1].isspace() and mark[0].rstrip()[-1].isalnum()
    return is_unsigned and text[mark.end() : mark.end() + 1].isalpha()


def _names_nothing(name: str, below: re.Match[str] | None) -> bool:
    if below is not None and not is_article(below[1]):
        return False
    return len(name) < _LEAST_TEXT and not name.endswith(_ENDS)


def _is_apart(text: str, start: int, below: re.Match[str] | None, widest: int) -> bool:
    """Whether a line that begins with a mark does not go on in the next one."""
    if below is None or is_article(below[1]):
        return False
    if text.count("\n", below.start(), below.start(1)) > 1:
        return True
    first = below[1].split(maxsplit=1)[0]
    has_room = below.start() - start + 1 + len(first) <= widest
    return has_room and not first[0].islower()


def _is_name_below(text: str, line: re.Match[str], widest: int) -> bool:
    """Whether the line below a mark that stands alone names the article."""
    name = line[1].rstrip()
    if not _is_name(name) or is_article(name):
        return False
    return _is_apart(text, line.start(1), _NEXT_LINE.match(text, line.end()), widest)


def _name_above(text: str, end: int) -> Span | None:
    """Find the line above an article where it is its name."""
    name, _ = _line_above(text, end)
    if not name or not _is_name(name) or is_article(name):
        return None
    start = text.rindex(name, 0, end)
    # What stands above the name is at an end.
    before, is_first = _line_above(text, start)
    return (start, start + len(name)) if is_first or before.endswith(_ENDS) else None


def _line_above(text: str, end: int) -> tuple[str, bool]:
    """The last line before a place, and whether none is right above it."""
    above = text[max(0, end - 3 * _LONGEST_NAME) : end]
    is_first = not above.strip() or bool(_EMPTY_LINE.search(above))
    return above.rstrip().rpartition("\n")[2].strip(), is_first


def _is_name(line: str) -> bool:
    """Whether a line could name what stands below it: it is short and no sentence."""
    if len(line) > _LONGEST_NAME or not line[0].isupper() or line.endswith(_NAME_ENDS):
        return False
    return ".." not in line and "|" not in line and not _ITEM.match(line)
