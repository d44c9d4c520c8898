"""Which columns of a table hold questions, answers and categories."""

import re
from collections import Counter, defaultdict
from typing import NamedTuple

from embeddings.analyzer import split_words

# Words of a column's name, folded.
_QUESTIONS = frozenset(
    "soru sorular question questions frage fragen pregunta preguntas domanda domande pergunta "
    "perguntas vraag вопрос вопросы سوال السوال".split()
)
_ANSWERS = frozenset(
    "cevap cevabi cevaplar yanit yaniti yanitlar answer answers antwort antworten reponse "
    "reponses respuesta respuestas risposta risposte resposta respostas antwoord ответ ответы "
    "جواب الجواب اجابه الاجابه".split()
)
_CATEGORIES = frozenset(
    "kategori kategorisi bolum konu baslik grup category section topic subject group kategorie "
    "thema categorie categoria tema категория тема раздел".split()
)
_NUMBERS = frozenset("no id sira numara numarasi number nr num".split())
_WORDS_IN_NAME = 3
_LONGEST_NAME = 60
_STOPS = "?.!…"  # end a sentence, and so no name

ASKS = re.compile(r"[?？؟\u037e][\"'”’»)\]]*\s*$")  # the last one is Greek
"""Ends a question."""


_ASKING = 0.5
"""Share of a column's cells with a question mark that make it the questions."""


class Columns(NamedTuple):
    """Which cells of a row are what.

    Attributes:
        question: Its place in the row.
        answer: Its place.
        category: Its place; None where there is none.
        names: Of all columns; empty where the file names none.
        width: How many cells a row has. A delimiter that nobody quoted may make more of the last.
    """

    question: int
    answer: int
    category: int | None
    names: list[str]
    width: int


def find_columns(rows: list[list[str]]) -> Columns | None:
    """Find the questions and their answers; None in a table of anything else."""
    named = named_columns(rows[0])
    if named is not None:
        return named
    width = min(map(len, rows)) if ASKS.search(rows[0][0]) else len(rows[0])
    asking: Counter[int] = Counter()
    length: Counter[int] = Counter()
    different: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        for place, cell in enumerate(row[:width]):
            asking[place] += bool(ASKS.search(cell))
            length[place] += len(cell)
            different[place].add(cell)
    question = max(range(width), key=lambda place: asking[place])
    if width < 2 or asking[question] < _ASKING * len(rows):
        return None
    others = [place for place in range(width) if place != question]
    answer = max(others, key=lambda place: length[place])
    repeated = (i for i in others if i != answer and 2 * len(different[i]) <= len(rows))
    names = [cell.strip() for cell in rows[0][:width]]
    if ASKS.search(names[question]) or not all(map(_is_name, names)):
        names = []
    return Columns(question, answer, next(repeated, None), names, width)


def named_columns(row: list[str]) -> Columns | None:
    """Find question and answer by the names in the first row."""
    cells = [cell.strip() for cell in row]
    words = [_words_of_name(cell) for cell in cells]
    places = range(len(cells))
    question = next((i for i in places if words[i] & _QUESTIONS or words[i] == {"q"}), None)
    answer = next((i for i in places if words[i] & _ANSWERS or words[i] == {"a"}), None)
    if question is None or answer is None or question == answer:
        return None
    category = next((i for i in places if words[i] & _CATEGORIES), None)
    if category in (question, answer):
        category = None
    return Columns(question, answer, category, cells, len(cells))


def table_names(rows: list[list[str]]) -> list[str]:
    """Take the first row as the names of the columns, unless it looks like any other row."""
    names, *others = rows
    is_row = (
        not all(names)
        or len(set(names)) < len(names)
        or any(len(name) > _LONGEST_NAME or name[0].isdigit() for name in names)
        or any(name[-1] in _STOPS for name in names)
        or any(name == row[i] for row in others for i, name in enumerate(names[: len(row)]))
    )
    return [] if is_row or not others else names


def is_number(name: str) -> bool:
    """Whether a column's name says that it only counts the rows."""
    return not _NUMBERS.isdisjoint(split_words(name))


def _words_of_name(cell: str) -> frozenset[str]:
    """Fold the words of a column's name; none where the cell is no name, or that of a number."""
    words = frozenset(split_words(cell)) if _is_name(cell) else frozenset()
    return frozenset() if words & _NUMBERS else words


def _is_name(cell: str) -> bool:
    is_short = len(cell) <= _LONGEST_NAME and len(cell.split()) <= _WORDS_IN_NAME
    return is_short and cell[-1:] not in tuple(_STOPS)
