"""Subtitles: cues joined to sentences and paragraphs, with the time of each."""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from embeddings.datatypes import Document, Place
from embeddings.readers.charset import decode

PAUSE_S = 2.0
"""Seconds of silence that end a paragraph behind a whole sentence. Subtitlers close gaps of less
than half a second, so a gap of this length is a pause in what is said."""

LONG_PAUSE_S = 5.0
"""Seconds that end a paragraph anywhere: another scene. No sentence waits as long."""

SENTENCES = 5
"""Sentences of a paragraph at most: as many as a quote shows without scrolling."""

LONGEST_PARAGRAPH = 800
"""Characters behind which a paragraph ends with its sentence; without a full stop in as many it
ends with its cue, for captions that a machine wrote have none."""

ROLLING_S = 0.1
"""Seconds within which captions that roll follow one another: each repeats the line before."""

_MIN_GROWN = 3
"""Words that a growing caption repeats at least: else a person may have said a word twice."""

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:;](\d{1,3}))?"
_TIMING = re.compile(rf"[^\S\n]*{_TIME}[^\S\n]*-{{1,3}}>[^\S\n]*{_TIME}(?![\d:])")
_NUMBER = re.compile(r"\s*\d{1,7}\s*")
_HEADER = re.compile(r"WEBVTT(?:\s|\Z)")

# No bare "<": "I <3 you" and "a < b" are text.
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<(?:\d+:)?\d+:\d+[.,]\d+>")
_OVERRIDE = re.compile(r"\{\\[^{}\n]{0,200}\}|\{[A-Za-z]:[^{}\n]{0,50}\}")  # {\an8}, {y:i}
_BREAK = re.compile(r"\\[Nnh]")
_READING = re.compile(r"<rt[^<>]{0,50}>[^<>]{0,200}</rt>")  # the small signs above ruby text
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,50})?[ \t]+([^<>\n]{1,80})>")
# "- Geldin mi?", "–Evet.", ">> Hello", but not "-5 derece".
_DASH = re.compile(r"(?:[-‐–—]+(?:\s+|(?=[^\W\d]|[\"“'‘¿¡(\[]))|>>+\s*)(?=\S)")
_NAME = re.compile(r"([^\W\d_][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,3}): +(?=\S)")
_MIN_TURNS = 2  # of a name, but where half of the lines have one: "Dikkat: ..." stands once

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*(?=\s|$)|[。！？]")
_ENDS = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
# Scripts that put no space between words, so none between cues.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff]")

_HEAD_LINES = 200
_MIN_TIMINGS = 3
_TIMINGS_SHARE = 0.15  # of the lines that are not empty: a cue has two to five


class _Line(NamedTuple):
    """A line of a cue, as it is shown.

    Attributes:
        text: Without tags, and without the mark or name of who speaks.
        speaker: Who says it; empty where the file does not tell.
        is_turn: Whether somebody else begins to speak, or may do so.
    """

    text: str
    speaker: str = ""
    is_turn: bool = False


class _Cue(NamedTuple):
    start_s: float
    end_s: float
    lines: list[_Line]


def is_subtitles(text: str) -> bool:
    """Whether a text is of timed cues: a WebVTT file or an .srt file, also without its beginning.

    Args:
        text: Of the file, or its beginning.
    """
    text = text.removeprefix("\ufeff").lstrip()
    if _HEADER.match(text):
        return True
    lines = [line for line in text.splitlines()[:_HEAD_LINES] if line.strip()]
    if any(_TIMING.match(line) for line in lines[:1]):
        return True
    if len(lines) > 1 and _NUMBER.fullmatch(lines[0]) and _TIMING.match(lines[1]):
        return True
    timings = sum(bool(_TIMING.match(line)) for line in lines)
    return timings >= _MIN_TIMINGS and timings >= _TIMINGS_SHARE * len(lines)


def read_subtitles(data: bytes, name: str, source: str) -> Document:
    """Read what is said in a .srt or .vtt file.

    Sentences run on over cues. A paragraph ends where somebody else speaks, at a pause behind a
    sentence, and after a few sentences. Where the file tells who speaks, the name stands in front
    of the paragraph; dashes in front of speakers' lines go, for they would make a list. Captions
    that roll, each repeating the one before, are read once.

    Each cue is a place, its time the label. The title is the file's name without its ending.

    Raises:
        UnreadableDocument: See charset.decode.
    """
    writer = _Writer()
    for cue in _unrolled(_named(list(_cues(decode(data, name))))):
        writer.write(cue)
    text, places = writer.finish()
    content_hash = hashlib.sha256(data).hexdigest()
    return Document(Path(name).stem, text, source, content_hash, places=places)


def _cues(text: str) -> Iterator[_Cue]:
    lines = text.split("\n")
    if not any(line.strip() for line in lines[1::2]):
        lines = lines[::2]  # every line end was doubled
    is_vtt = bool(_HEADER.match(lines[0]))
    timings = [(i, match) for i, line in enumerate(lines) if (match := _TIMING.match(line))]
    borders = [*(i for i, _ in timings), len(lines)]
    shown = [_shown_lines(lines[a + 1 : b], is_vtt) for a, b in pairwise(borders)]
    # A number above a timing is the next cue's, unless the file does not number them.
    numbered = [bool(block) and bool(_NUMBER.fullmatch(block[-1])) for block in shown[:-1]]
    if 2 * sum(numbered) >= len(numbered):
        for block, has_number in zip(shown, numbered, strict=False):
            if has_number:
                block.pop()
    speaker = ""  # by the tags of the cue before, which say nothing of this one
    for (_, match), block in zip(timings, shown, strict=True):
        start, end = match.groups()[:4], match.groups()[4:]
        read = [x for line in block for x in _read(line)]
        if speaker and read and not read[0].speaker:
            read[0] = read[0]._replace(is_turn=True)
        speaker = next((line.speaker for line in reversed(read) if line.speaker), "")
        yield _Cue(_seconds(*start), _seconds(*end), read)


def _shown_lines(block: list[str], is_vtt: bool) -> list[str]:
    """Get the lines of a cue; the number of the next one may be the last of them.

    In WebVTT an empty line ends a cue, and notes and names of cues may follow. Elsewhere a cue
    goes on to the next one's number.
    """
    if is_vtt:
        rest = block[block.index("") :] if "" in block else []
        block = block[: len(block) - len(rest)]
    return [line for line in block if line.strip()]


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


def _read(line: str) -> Iterator[_Line]:
    """Yield the line, or what each speaker says in it."""
    first, *others = _VOICE.split(_READING.sub("", line))
    voices = [("", first), *zip(others[::2], others[1::2], strict=True)]
    for voice, piece in voices:
        speaker = " ".join(html.unescape(voice).split())
        text = _BREAK.sub(" ", _OVERRIDE.sub("", _TAG.sub("", piece)))
        text = " ".join(html.unescape(text).split())
        dash = _DASH.match(text)
        text = text[dash.end() :] if dash else text
        if text:
            yield _Line(text, speaker, is_turn=bool(dash))


def _named(cues: list[_Cue]) -> list[_Cue]:
    """Find speakers whose names stand in front of what they say, as in minutes of a meeting."""
    names = Counter(
        match[1] for cue in cues for line in cue.lines if (match := _NAME.match(line.text))
    )

    lines = sum(len(cue.lines) for cue in cues)
    least = 1 if 2 * names.total() >= lines else _MIN_TURNS

    def told(line: _Line) -> _Line:
        match = _NAME.match(line.text)
        is_name = match and not line.speaker and match[1][0].isupper()
        if not match or not is_name or names[match[1]] < least:
            return line
        return _Line(line.text[match.end() :], match[1], line.is_turn)

    return [cue._replace(lines=[told(line) for line in cue.lines]) for cue in cues]


def _unrolled(cues: list[_Cue]) -> Iterator[_Cue]:
    """Yield the cues that show something new, without what stood in the one before."""
    end_s = float("-inf")
    shown: list[_Line] = []
    for cue in cues:
        if not cue.lines:
            continue
        is_next = cue.start_s - end_s <= ROLLING_S
        lines = _new_lines(shown, cue.lines) if is_next else cue.lines
        if lines:
            yield cue._replace(lines=lines)
        end_s, shown = cue.end_s, cue.lines


def _new_lines(before: list[_Line], lines: list[_Line]) -> list[_Line]:
    old, new = [line.text for line in before], [line.text for line in lines]
    counts = range(min(len(old), len(new)), 0, -1)
    for count in counts:
        if old[-count:] == new[:count]:
            return lines[count:]
    for count in counts:
        grown = old[-1] + " "
        if (
            old[-count:-1] == new[: count - 1]
            and new[count - 1].startswith(grown)
            and len(grown.split()) >= _MIN_GROWN
        ):
            return [lines[count - 1]._replace(text=new[count - 1][len(grown) :]), *lines[count:]]
    return lines


class _Writer:
    """Joins lines to paragraphs."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._places: list[Place] = []
        self._length = 0
        self._end_s = 0.0
        self._speaker = ""
        self._last = ""  # the last line written
        # Of the paragraph: its characters, those behind its last full stop, its sentences.
        self._written = self._open = self._sentences = 0

    def write(self, cue: _Cue) -> None:
        pause_s = cue.start_s - self._end_s
        if pause_s >= LONG_PAUSE_S:
            self._speaker = ""  # who speaks now is not told
        is_over = self._is_over(pause_s)
        for number, line in enumerate(cue.lines):
            is_other = bool(line.speaker) and line.speaker != self._speaker
            is_new = line.is_turn or is_other or (is_over and number == 0)
            if is_other or line.is_turn:
                self._speaker = line.speaker
            start = self._put(line.text, is_new=is_new)
            if number == 0:
                self._places.append(Place(start, _format_time(cue.start_s)))
        self._end_s = cue.end_s

    def finish(self) -> tuple[str, tuple[Place, ...]]:
        return "".join(self._parts), tuple(self._places)

    def _is_over(self, pause_s: float) -> bool:
        is_whole = bool(_ENDS.search(self._last))
        is_full = self._sentences >= SENTENCES or self._written >= LONGEST_PARAGRAPH
        return (
            pause_s >= LONG_PAUSE_S
            or (is_whole and (pause_s >= PAUSE_S or is_full))
            or self._open >= LONGEST_PARAGRAPH
        )

    def _put(self, text: str, *, is_new: bool) -> int:
        """Write a line; get its first character's place."""
        if is_new or not self._parts:
            gap = "\n\n" if self._parts else ""
            self._written = self._open = self._sentences = 0
            self._last = ""
            named = f"{self._speaker}: {text}" if self._speaker else text
        else:
            is_joined = _UNSPACED.match(self._last[-1]) and _UNSPACED.match(text[0])
            gap, named = ("" if is_joined else " "), text
        start = self._length + len(gap)
        self._parts += [gap, named]
        self._length = start + len(named)
        self._last = text
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        self._sentences += len(ends)
        self._written += len(gap) + len(named)
        self._open = len(text) - ends[-1] if ends else self._open + len(named)
        return start


def _format_time(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
