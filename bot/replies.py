"""Answer -> what a person reads in Telegram. Pure.

Telegram counts a message's length after it has parsed the HTML, in UTF-16 code units.
"""

from collections import deque
from collections.abc import Sequence
from html import escape

import regex

from bot.localization import Language, say
from embeddings.datatypes import Answer, Hit, Span
from embeddings.greetings import Courtesy
from embeddings.sentences import split_sentences

MAX_LENGTH = 4096
"""UTF-16 code units in a message."""

_MAX_TITLE = 200
_MAX_HEADING = 300
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
_LINK = regex.compile(r"https?://[^\s/]+\.\S+", regex.IGNORECASE)


def utf16_length(text: str) -> int:
    """Count a text as Telegram does, in UTF-16 code units: two for most emoji, one for letters."""
    return len(text.encode("utf-16-le")) // 2


def answer_html(answer: Answer, language: Language) -> str:
    """Build the reply to a question, in Telegram's HTML.

    Args:
        answer: What the library found.
        language: Of the reader.

    Returns:
        The first quote in a blockquote, its answering sentence bold, and below it the title with
        the link to its source, the heading and the page, in how many places almost the same text
        stands, and which words were looked for in another spelling; or a sentence that nothing was
        found.
        What Telegram shows of it has at most MAX_LENGTH UTF-16 code units.
    """
    if not answer.answered or not answer.quotes:
        return escape(say(language, "telegram-not-found"), quote=False)
    hit = answer.quotes[0]
    title = _shorten(hit.title, _MAX_TITLE)
    place = _place(hit, language)
    copies = say(language, "telegram-copies", copies=hit.copies) if hit.copies else ""
    mended = mended_line(answer.mended, language)
    # Above and below the quote there may be a line with an ellipsis.
    below = f"{_DASH}{title}\n{place}\n{copies}\n{mended}"
    room = MAX_LENGTH - utf16_length(f"{_ELLIPSIS}\n\n{_ELLIPSIS}\n{below}")
    lines = (
        _quote_html(hit.passage.text, hit.highlight, room),
        # The dash tells the title from the document's own words.
        title and _DASH + _link(hit.source, title),
        escape(place, quote=False),
        escape(copies, quote=False),
        escape(mended, quote=False),
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
        ", ".join(f"“{_shorten(word, _LONGEST_WORD)}”" for word in words)
        for words in zip(*mended[:_MAX_MENDED], strict=True)
    )
    return say(language, "telegram-mended", typed=typed, sought=sought)


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


def _quote_html(text: str, highlight: Span, room: int) -> str:
    """The quote; an ellipsis on a line of its own, outside, stands for what was cut away."""
    start, end = cut_around(text, highlight, room)
    bold_start, bold_end = (min(max(at, start), end) for at in _trim(text, *highlight))
    before, bold, after = (
        escape(part, quote=False)
        for part in (text[start:bold_start], text[bold_start:bold_end], text[bold_end:end])
    )
    marked = f"{before}<b>{bold}</b>{after}" if bold else before + after
    return "".join(
        (
            f"{_ELLIPSIS}\n" if text[:start].strip() else "",
            f"<blockquote>{marked}</blockquote>",
            f"\n{_ELLIPSIS}" if text[end:].strip() else "",
        )
    )


def _place(hit: Hit, language: Language) -> str:
    """Where in the document the quote stands; may be empty."""
    headings = hit.passage.heading.split(_HEADING_BORDER)
    if headings[0] == hit.title:
        del headings[0]  # a document without a title of its own is called by its first heading
    parts = [_shorten(_HEADING_BORDER.join(headings), _MAX_HEADING)]
    if hit.passage.page is not None:
        parts.append(say(language, "telegram-page", page=str(hit.passage.page)))
    return " · ".join(part for part in parts if part)


def _link(source: str, title: str) -> str:
    if len(source) <= _MAX_LINK and _LINK.fullmatch(source):
        return f'<a href="{escape(source)}">{escape(title, quote=False)}</a>'
    return escape(title, quote=False)


def _shorten(text: str, length: int) -> str:
    """A title or heading on one line; one that is too long ends in an ellipsis."""
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
