"""Text to sentence spans, for Turkish and English first and for every script's own full stops.

A border is guessed at a full stop, question or exclamation mark; the rules below then say where
the guess is wrong: abbreviations, ordinals, initials, numbers, and quotations that the sentence
goes on behind.
"""

import re

import regex

from embeddings.datatypes import Span

# Written without the final full stop, lower-case. Those of the second set often end a sentence
# too, so a capital letter behind them is a border.
_NEVER_LAST = frozenset(
    "prof doç dr av ar uzm öğr gör yrd alb bnb yzb tğm org gen müh op ord sn hz bkz krş çev haz "
    "yay ed der nr no nu cilt s sf ss md mad böl tel faks cad sok sk mah apt bul mr mrs messrs st "
    "jr sr vs fig eq sec ch vol pp ca approx rev hon capt col lt sgt gov sen rep inst dept univ "
    "assoc ing dipl bzw str z d v ggf evtl bzgl inkl zzgl vgl geb chap mme mlle "
    "ул им проф акад просп обл напр د أ".split()
)
_MAYBE_LAST = frozenset(
    "vb vd vs ve vdi bs ö ms a.ş ltd şti tic san inc co corp etc al usw z.b d.h "
    "т.д т.п т.б т.с.с др пр".split()
)
# Words that begin a sentence and hardly ever stand behind an ordinal: "12. Bu" is a border, "12.
# Madde" is none.
_STARTERS = frozenset(
    "bu bunun bunlar buna bunu bundan şu o onun onlar ancak fakat ama ve ayrıca sonra daha çünkü "
    "böylece eğer ise the this these that it he she they we in on at but and however then".split()
)

_UNSPACED_MARKS = "。！？｡"  # of scripts that put no space between sentences
_CANDIDATE = re.compile(
    rf"[.!?…‽؟۔।॥։{_UNSPACED_MARKS}]+[\"'”’»›)\]}}」』》]*"
    r"|\n(?=[^\S\n]*\n)"  # an empty line
    r"|\n(?=[^\S\n]*(?:[-*•–]|\d{1,3}[.)])[^\S\n])"  # a list item below
)
_LAST_WORD = regex.compile(r"[\p{L}\p{N}\p{M}.]+$")
_NEXT_WORD = regex.compile(r"[\s\"'“‘«(\[]*([\p{L}\p{N}\p{M}]+)")
_ROMAN = regex.compile(r"[IVXLCDM]+")
_ASKS = re.compile(r"[?؟？][\W_]*\Z")  # smileys may stand behind the mark
_LOOK_BACK = 40
_LOOK_AHEAD = 60


def split_sentences(text: str) -> list[Span]:
    """Split a text into sentences.

    Returns:
        Spans in the order of the text, without the white space around them, none of them empty.
        Together they hold every character that is not white space.
    """
    spans: list[Span] = []
    start = 0
    for mark in _CANDIDATE.finditer(text):
        if _is_border(text, start, mark.start(), mark.end()):
            _append(spans, text, start, mark.end())
            start = mark.end()
    _append(spans, text, start, len(text))
    return spans


def asks(sentence: str) -> bool:
    """Whether a sentence, or the last one of a text, is a question."""
    return bool(_ASKS.search(sentence))


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        spans.append((start, start + len(stripped)))


def _is_border(text: str, start: int, mark: int, end: int) -> bool:
    """Whether the mark text[mark:end] ends the sentence that began at start."""
    if text[mark] == "\n" or end == len(text):
        return True
    if not text[end].isspace():
        return text[mark] in _UNSPACED_MARKS or _lacks_a_space(text, mark, end)
    following = _NEXT_WORD.match(text, end, end + _LOOK_AHEAD)
    next_word = following[1] if following else ""
    # A small letter goes on with the sentence, unless it begins a name: iPad.
    if next_word[:1].islower() and not next_word[1:2].isupper():
        return False  # "vb. gibi", and quotations: "Geldim!" dedi.
    if text[mark] != "." or text[mark:end].startswith(".."):
        return True
    before = _LAST_WORD.search(text, max(start, mark - _LOOK_BACK), mark)
    last_word = before[0] if before else ""
    return not _is_abbreviated(last_word, next_word)


def _lacks_a_space(text: str, mark: int, end: int) -> bool:
    """Whether a space was forgotten, as in "geldi.Sonra": small letters or digits, then a name."""
    before, after = text[max(0, mark - 3) : mark], text[end : end + 2]
    closes = len(before) == 3 and all(c.islower() or c.isdigit() for c in before)
    return closes and len(after) == 2 and after[0].isupper() and after[1].islower()


def _is_abbreviated(last_word: str, next_word: str) -> bool:
    """Whether a full stop behind last_word belongs to it, next_word not being lower-case."""
    lowered = last_word.replace("I", "ı").replace("İ", "i").lower()
    if lowered in _NEVER_LAST or lowered.rpartition(".")[2] in _NEVER_LAST:
        return True
    if lowered in _MAYBE_LAST:
        return next_word[:1].isdigit()
    if len(last_word) == 1 and last_word.isalpha() and last_word.isupper():
        return True  # an initial: M. Kemal
    if "." in last_word and all(len(part) <= 1 for part in last_word.split(".")):
        return bool(next_word)  # T.C. Anayasası
    ordinal = (last_word.isdigit() and len(last_word) <= 2) or _ROMAN.fullmatch(last_word)
    starts = next_word.replace("I", "ı").replace("İ", "i").lower() in _STARTERS
    return bool(ordinal and next_word[:1].isupper() and not starts)
