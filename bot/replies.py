"""Hit -> what a person reads in Telegram. Pure.

Telegram counts a message's length after it has parsed the HTML, in UTF-16 code units.
"""

import datetime as dt
from collections import deque
from collections.abc import Sequence
from html import escape

import regex
from babel.dates import format_date

from bot.localization import Language, say
from embeddings.datatypes import Hit, Span, Surroundings
from embeddings.greetings import Courtesy
from embeddings.sentences import split_sentences

MAX_LENGTH = 4096
"""UTF-16 code units in a message."""

_MAX_TITLE = 200
_MAX_COPIED = 256  # of a CopyTextButton
_MAX_HEADING = 300
_MAX_LABEL = 100
# Escaped, a link of this length and a quote of any characters stay below the 32 kB that Telegram
# reads at most before it parses a message.
_MAX_LINK = 1024
# A longer run of letters is no word: a link, or a script that puts no spaces.
_LONGEST_WORD = 80
_MAX_MENDED = 3  # words of a question that a line names
_ELLIPSIS = "…"
_DASH = "— "
_HEADING_BORDER = " › "
_WORD = regex.compile(r"\S+\s+")
# What a reader takes for one may be several to Unicode: letter and accents, emoji and its colour.
_CHARACTER = regex.compile(r"\X")
# Of Telegram's own links those to a message; the others may do what no reader expects of a title.
_LINK = regex.compile(r"https?://[^\s/]+\.\S+|tg://(?:resolve|privatepost)\?\S+", regex.IGNORECASE)
# Read alike on both sides of the Atlantic: 21 Nov 2026.
_DATES = {"en": "en_GB"}


def utf16_length(text: str) -> int:
    """Count a text as Telegram does, in UTF-16 code units: two for most emoji, one for letters."""
    return len(text.encode("utf-16-le")) // 2


def quote_html(
    hit: Hit,
    language: Language,
    *,
    above: str = "",
    below: str = "",
    surroundings: Surroundings | None = None,
) -> str:
    """Build a quote with its source, in Telegram's HTML.

    Args:
        hit: The quote.
        language: Of the reader.
        above: A short line over the quote, as plain text.
        below: A short line under all else, as plain text.
        surroundings: Of the quote, where they are to be shown with it.

    Returns:
        The quote in a blockquote, its answering sentence bold, between its surroundings in
        expandable blockquotes; below it the title with the link to the message or the source, the
        heading, the page or place, when that was written or the document added, and in how many
        places almost the same text stands.
        An ellipsis on a line of its own stands for what there was no room for. What Telegram shows
        of it has at most MAX_LENGTH UTF-16 code units.
    """
    title = shorten(hit.title, _MAX_TITLE)
    place = place_line(hit, language)
    copies = say(language, "telegram-copies", copies=hit.copies) if hit.copies else ""
    # Above and below the quote there may be a line with an ellipsis.
    frame = (above, _ELLIPSIS, "", _ELLIPSIS, f"{_DASH}{title}", place, copies, below)
    room = MAX_LENGTH - utf16_length("\n".join(frame))
    lines = (
        escape(above, quote=False),
        _quote(hit.passage.text, hit.highlight, room, surroundings),
        # The dash tells the title from the document's own words.
        title and _DASH + link_html(source_link(hit), title),
        escape(place, quote=False),
        escape(copies, quote=False),
        escape(below, quote=False),
    )
    return "\n".join(line for line in lines if line)


def mended_line(mended: Sequence[tuple[str, str]], language: Language) -> str:
    """Build the line that tells which words were looked for in another spelling than typed.

    Args:
        mended: See Answer.
        language: Of the reader.

    Returns:
        Plain text, for a terminal too: the first three words; empty where there are none.
    """
    if not mended:
        return ""
    typed, sought = (
        ", ".join(f"“{shorten(word, _LONGEST_WORD)}”" for word in words)
        for words in zip(*mended[:_MAX_MENDED], strict=True)
    )
    return say(language, "telegram-mended", typed=typed, sought=sought)


def answering_sentence(hit: Hit) -> str:
    """Take the sentence of a quote that answers; all of the quote where none is marked."""
    start, end = hit.highlight
    return hit.passage.text[start:end].strip() or hit.passage.text


def shorten_to_copy(text: str) -> str:
    """Cut a text to its beginning, up to a word, that fits into a button that copies it."""
    return _beginning(text.strip(), _MAX_COPIED).rstrip()


def courtesy_reply(courtesy: Courtesy, language: Language) -> str:
    """Build the reply to a greeting, thanks or a farewell: plain text, for a terminal too."""
    kind = courtesy.value
    return say(language, f"telegram-courtesy-{kind}")


def cut_around(text: str, highlight: Span, room: int) -> Span:
    """Choose the part of a passage that a message has room for.

    Args:
        text: The passage.
        highlight: The sentence that answers, as a span of the text.
        room: UTF-16 code units there are.

    Returns:
        All of the text where there is room. Otherwise the sentence that answers, with as many
        whole sentences after and before it as fit; where not even that sentence fits, its
        beginning, up to the end of a word. No white space at either end.
    """
    start, end = _trim(text, 0, len(text))
    if utf16_length(text[start:end]) <= room:
        return start, end
    sentence = _trim(text, *highlight)
    if sentence[0] < sentence[1]:
        start, end = sentence
    if utf16_length(text[start:end]) > room:
        return _trim(text, start, start + len(_beginning(text[start:end], room)))
    room -= utf16_length(text[start:end])
    sentences = split_sentences(text)
    after = deque(sentence for sentence in sentences if sentence[0] >= end)
    before = deque(sentence for sentence in sentences if sentence[1] <= start)
    while after or before:
        if after:
            _, border = after.popleft()
            if (needed := utf16_length(text[end:border])) <= room:
                end, room = border, room - needed
            else:
                after.clear()
        if before:
            border, _ = before.pop()
            if (needed := utf16_length(text[border:start])) <= room:
                start, room = border, room - needed
            else:
                before.clear()
    return start, end


def _quote(text: str, highlight: Span, room: int, surroundings: Surroundings | None) -> str:
    """The quote, with its surroundings where they are given; ellipses stand outside of it."""
    quote = (0, len(text))
    span = cut_around(text, highlight, room)
    is_whole = span == _trim(text, *quote)
    if surroundings is None or not is_whole:  # what cannot be quoted whole has no room around it
        return _with_ellipses(text, span, _block(text, span, highlight))
    text, quote = surroundings.text, _trim(surroundings.text, *surroundings.quote)
    highlight = (highlight[0] + surroundings.quote[0], highlight[1] + surroundings.quote[0])
    # Where the document ends no line before and after the quote, the message does.
    start, end = cut_around(text, quote, room - 2)
    end = max(end, quote[1])  # a quote that fits only without these stays whole
    before, after = _trim(text, start, quote[0]), _trim(text, quote[1], end)
    blocks = [_block(text, quote, highlight)]
    if before[0] < before[1]:
        blocks.insert(0, _block(text, before, is_expandable=True))
    if after[0] < after[1]:
        blocks.append(_block(text, after, is_expandable=True))
    return _with_ellipses(text, (start, end), "\n".join(blocks))


def _block(text: str, span: Span, highlight: Span = (0, 0), *, is_expandable: bool = False) -> str:
    """A part of a text in a blockquote; what the highlight has of it is bold."""
    start, end = span
    bold_start, bold_end = (min(max(at, start), end) for at in _trim(text, *highlight))
    before, bold, after = (
        escape(part, quote=False)
        for part in (text[start:bold_start], text[bold_start:bold_end], text[bold_end:end])
    )
    marked = f"{before}<b>{bold}</b>{after}" if bold else before + after
    opening = "<blockquote expandable>" if is_expandable else "<blockquote>"
    return f"{opening}{marked}</blockquote>"


def _with_ellipses(text: str, span: Span, html: str) -> str:
    before = f"{_ELLIPSIS}\n" if text[: span[0]].strip() else ""
    after = f"\n{_ELLIPSIS}" if text[span[1] :].strip() else ""
    return before + html + after


def place_line(hit: Hit, language: Language) -> str:
    """Build the line that tells where in its document a quote stands.

    Args:
        hit: The quote.
        language: Of the reader.

    Returns:
        Plain text: the headings, the page, who wrote it or at what time it is said, and when it
        was written or, where nobody knows, when the document was added. May be empty.
    """
    headings = hit.passage.heading.split(_HEADING_BORDER)
    if headings[0] == hit.title:
        del headings[0]  # a document without a title of its own is called by its first heading
    parts = [shorten(_HEADING_BORDER.join(headings), _MAX_HEADING)]
    if hit.passage.page is not None:
        parts.append(say(language, "telegram-page", page=str(hit.passage.page)))
    if hit.place:
        parts.append(shorten(hit.place.label, _MAX_LABEL))
    if written := day(hit.place.date if hit.place else "", language):
        parts.append(written)
    elif added := day(hit.added_at, language):
        parts.append(say(language, "telegram-added", date=added))
    return " · ".join(part for part in parts if part)


def source_link(hit: Hit) -> str:
    """Choose what the title of a quote links to; empty where nothing can be opened.

    Returns:
        The message in which the sentence that answers begins; where that has no link, the source.
    """
    own = hit.place.link if hit.place else ""
    return next((link for link in (own, hit.source) if is_link(link)), "")


def is_link(source: str) -> bool:
    """Whether a source can be opened from a message."""
    return len(source) <= _MAX_LINK and bool(_LINK.fullmatch(source))


def link_html(link: str, title: str) -> str:
    """Build a title that opens a link, in Telegram's HTML; only the title where it is no link."""
    text = escape(title, quote=False)
    return f'<a href="{escape(link)}">{text}</a>' if is_link(link) else text


def day(time: str, language: Language) -> str:
    """Say on which day something was, as 21 Nov 2026 or 21 Kas 2026.

    Args:
        time: ISO 8601; of what a file tells it may be anything.
        language: Of the reader.

    Returns:
        Empty where it is no time.
    """
    try:
        date = dt.datetime.fromisoformat(time).date()
    except ValueError:
        return ""
    return format_date(date, "medium", locale=_DATES.get(language, language))


def shorten(text: str, length: int) -> str:
    """Put a text on one line; one of more UTF-16 code units than that ends in an ellipsis."""
    line = " ".join(text.split())
    if utf16_length(line) <= length:
        return line
    return _beginning(line, length - 1).rstrip() + _ELLIPSIS


def _beginning(text: str, room: int) -> str:
    """The longest beginning that fits and parts no word; of a very long word, no character."""
    fitting = text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
    end = len(fitting)
    if end == len(text) or text[end].isspace():
        return fitting
    words = [match.end() for match in _WORD.finditer(fitting, max(0, end - _LONGEST_WORD))]
    characters = (match.end() for match in _CHARACTER.finditer(text, 0, end + 1))
    borders = words or [border for border in characters if border <= end] or [end]
    return text[: borders[-1]]


def _trim(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return start, start + len(part.strip())
