"""HTML: the main text of a page, with its headings, lists and tables."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.analyzer import has_words
from embeddings.datatypes import Document, Heading, Page
from embeddings.errors import UnreadableDocument
from embeddings.readers.charset import decode
from embeddings.readers.html_text import LONGEST_HEADING, TextWriter

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NO_TEXT = frozenset(
    "script style noscript template svg math head button select textarea iframe object "
    "canvas".split()
)
_ASIDE = frozenset(["nav", "aside"])  # of a page on the web
# Of the page, when they stand in none of these: https://html.spec.whatwg.org/#the-footer-element
_OF_THE_PAGE = frozenset(["header", "footer"])
_SECTIONS = frozenset("article section main blockquote".split())
_LOOK_UP = 50  # elements; real pages nest some thirty deep
# What roles say is around the text: https://www.w3.org/TR/wai-aria-1.2/#landmark_roles and boxes.
_ROLES_ASIDE = frozenset("navigation search dialog alertdialog menu menubar toolbar".split())
# Names that page builders give to what is around the text, and to what only screen readers say.
_AROUND = re.compile(
    r"(?:cookie|gdpr|consent)s?[-_]?"
    r"(?:banner|bar|box|consent|notice|popup|modal|dialog|overlay|message|law|alert)(?:[-_]\w+)*"
    r"|comments?(?:[-_](?:list|area|section|form))?|respond|disqus_thread|breadcrumbs?"
    r"|(?:site|main|top|bottom)[-_]?(?:nav|navbar|navigation|menu|sidebar|footer)|site[-_]?header"
    r"|footer|navbar|navigation|sidebar"
    r"|sr-only|visually-hidden|screen-reader-text|skip-link|noprint|printfooter|catlinks"
    r"|mw-editsection|mw-cite-backlink",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"(?:\A|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE
)
_NOTE_NUMBER = re.compile(r"\s*[\[(]?(?:\d{1,4}|[*†‡]{1,3})[\])]?\s*\Z")
_PERMALINK = re.compile(r"\s*[¶#§🔗]\ufe0f?\s*\Z")  # beside a heading
_BOXES = frozenset("div ul ol form table span p header footer".split())
_WHOLE = frozenset(["html", "body", "main"])  # their names tell of the page, not of a part
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

_DEEPEST = 25_000
"""Elements open at once. The parser's time grows with the square: these take a second."""

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
# No end tag is needed, so many open ones may lie side by side.
_SELF_CLOSING = frozenset(
    "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead "
    "tbody tfoot colgroup option optgroup rp rt".split()
)


def read_html(data: bytes, name: str, source: str, *, original: bytes | None = None) -> Document:
    """Read the main text of a page: ``<main>`` or the only ``<article>``, else all of the body.

    Menus, notices about cookies, comments of visitors, and the marks of notes are left out, unless
    nothing else is there. The title is the first ``<h1>``, else ``<title>``, else the file's name
    without its ending.

    Args:
        data: The page.
        name: The file's name.
        source: Where it came from.
        original: The bytes that identify the document, where the page was made from another
            format.

    Raises:
        UnreadableDocument: If it is nested without end; see also charset.decode.
    """
    from selectolax.lexbor import (
        LexborHTMLParser,
    )  # loaded when a page is read, not when a question is asked

    declared = _META_CHARSET.search(data[:4096])
    charset = declared[1].decode() if declared else None
    markup = decode(data, name, declared=charset)
    _refuse_endless_nesting(markup, name)
    page = LexborHTMLParser(markup)
    text, headings = _main_text(page, _is_skipped)
    if not has_words(text):
        text, headings = _main_text(page, is_no_text)
    title = _title(page, text, headings)[:LONGEST_HEADING] or Path(name).stem
    content_hash = hashlib.sha256(data if original is None else original).hexdigest()
    return Document(title, text, source, content_hash, headings)


def _main_text(
    page: "LexborHTMLParser", is_skipped: "Callable[[LexborNode, str], bool]"
) -> tuple[str, tuple[Heading, ...]]:
    writer = TextWriter()
    root = _main_node(page)
    if root is not None:
        _walk(root, writer, is_skipped)
    return writer.text, tuple(writer.headings)


def read_body(
    markup: str,
    name: str,
    is_skipped: "Callable[[LexborNode, str], bool]",
    page_number: "Callable[[LexborNode], int | None]",
) -> tuple[str, tuple[Heading, ...], tuple[Page, ...]]:
    """Read all of a page's body: what a chapter of a book is.

    Args:
        markup: The page.
        name: Of the file, for the error.
        is_skipped: Whether a node (with its tag's name) is left out, with all that is in it.
        page_number: Of the printed page that begins at a node; None where none does.

    Returns:
        The text as read_html writes it, its headings and its pages.

    Raises:
        UnreadableDocument: If it is nested without end.
    """
    from selectolax.lexbor import LexborHTMLParser  # as in read_html

    _refuse_endless_nesting(markup, name)
    writer = TextWriter()
    body = LexborHTMLParser(markup).body
    if body is not None:
        _walk(body, writer, is_skipped, page_number)
    return writer.text, tuple(writer.headings), writer.pages()


def is_no_text(node: "LexborNode", tag: str) -> bool:
    """Whether a node holds nothing that a reader sees as text: scripts, pictures, hidden parts."""
    if tag in _NO_TEXT or tag.startswith(("-", "_", "!")):
        return True
    attributes = node.attributes
    hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    return hidden or bool(_UNSEEN.search(attributes.get("style") or ""))


def is_note_mark(node: "LexborNode", tag: str) -> bool:
    """Whether a raised number is a link to a note: it would stick to the word before it."""
    if tag not in ("sup", "a"):
        return False
    is_link = "#" in (node.attributes.get("href") or "")
    inner = [child for child in node.iter() if child.tag == ("a" if tag == "sup" else "sup")]
    if not inner or (tag == "a" and not is_link):
        return False
    mark = node.text() or "0 "
    # A linked number may have a raised part, as a power has.
    is_whole = tag == "sup" or (inner[0].text() or "0 ").strip() == mark.strip()
    return is_whole and bool(_NOTE_NUMBER.match(mark))


def _refuse_endless_nesting(markup: str, name: str) -> None:
    still_open: Counter[str] = Counter()  # by name, for a wrong end tag closes nothing
    depth = 0
    for match in _TAG.finditer(markup):
        tag = match[2].lower()
        if tag in _SELF_CLOSING or (match[1] and not still_open[tag]):
            continue
        step = -1 if match[1] else 1
        still_open[tag] += step
        depth += step
        if depth > _DEEPEST:
            raise UnreadableDocument(f"{name}: this page is nested too deep to be read")


def _main_node(page: "LexborHTMLParser") -> "LexborNode | None":
    main = page.css_first("main")
    if main is not None and main.text(strip=True):
        return main
    articles = page.css("article")
    return articles[0] if len(articles) == 1 and articles[0].text(strip=True) else page.body


def _title(page: "LexborHTMLParser", text: str, headings: tuple[Heading, ...]) -> str:
    for heading in headings:
        if heading.level == 1:
            return text[heading.start : heading.end]
    node = page.css_first("title")
    return _SPACE.sub(" ", node.text()).strip() if node is not None else ""


def _walk(
    root: "LexborNode",
    writer: "TextWriter",
    is_skipped: "Callable[[LexborNode, str], bool]",
    page_number: "Callable[[LexborNode], int | None]" = lambda _: None,
) -> None:
    """Visit the nodes in their order, without recursion: a page may nest _DEEPEST deep."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            writer.leave(tag)
            continue
        if tag == "-text":
            writer.write(node.text_content or "")
            continue
        if (number := page_number(node)) is not None:
            writer.turn_page(number)
        if not is_skipped(node, tag):
            writer.enter(node, tag)
            stack.append((node, True))
            children = list(node.iter(include_text=True))
            stack.extend((child, False) for child in reversed(children))


def _is_skipped(node: "LexborNode", tag: str) -> bool:
    if tag in _OF_THE_PAGE:
        if node.parent is not None and node.parent.tag == "body":
            return True
        if _is_within(node, _SECTIONS):  # a menu in it is left out by itself
            return False
        # A header with a title may be the text's own, where a page has no sections.
        titles = "h1, h2, h3, h4, h5, h6" if tag == "header" else "h1"
        return node.css_first(titles) is None or node.css_first("nav") is not None
    if tag in _ASIDE or is_no_text(node, tag) or is_note_mark(node, tag):
        return True
    attributes = node.attributes
    if attributes.get("role") in _ROLES_ASIDE:
        return True
    if tag == "a":
        is_here = (attributes.get("href") or "").startswith("#")
        return is_here and bool(_PERMALINK.match(node.text() or ""))
    names = (attributes.get("class") or "").split()
    if tag in _BOXES and "section" not in names:  # elsewhere an id is a heading's, to link to it
        names += (attributes.get("id") or "").split()
    return tag not in _WHOLE and any(_AROUND.fullmatch(name) for name in names)


def _is_within(node: "LexborNode", tags: frozenset[str]) -> bool:
    above = node.parent
    for _ in range(_LOOK_UP):
        if above is None or above.tag in tags:
            break
        above = above.parent
    return above is not None
