"""Question to what is looked for: its terms, what each word counts, the kind of answer wanted.

Three observations on Turkish questions, measured on questions whose answering sentence is known:

- The question words themselves (``hangi``, ``kaç``, ``nedir``) stand in no answer, so they do not
  count, and words that stand anywhere (``olarak``, ``yapıldı``) hardly.
- The verb stands last and tells the fact that is asked, the topic stands first and is often named
  only once in a text, so later words count more.
- ``kaç`` and ``ne zaman`` are answered with digits, ``neden`` with a reason.
"""

import re
from typing import NamedTuple

from embeddings.analyzer import Terms, TermWeights, fold, split_words, word_terms

MAX_CHARACTERS = 2000
"""Of a question are looked for; what a person writes beyond that is left aside."""

FILLER_WEIGHT = 0.3
"""What a word counts that says little, such as ``olarak``."""

LAST_WORD_WEIGHT = 3.0
"""Of the other words the first counts 1, the last this, those between in proportion."""

# They ask, also of the text itself (what was said about it), and stand in no answer.
_QUESTION_WORDS = frozenset(
    fold(
        # Turkish and Azerbaijani
        "ne nedir neler nelerdir neyi neye neyin neyle kim kimdir kimler kimlerdir kime kimi "
        "kimin kimden kiminle hangi hangisi hangisidir hangileri hangileridir kac kaci kacta "
        "kacinci kactir nasil nasildir nere neresi neresidir nerede nerededir nereye nereden "
        "nerenin neden nicin niye midir mi mu mudur misin musun hansi nece harada lutfen "
        "acaba peki anlat acikla soyle hakkinda soylendi soyleniyor soylenmis deniyor bilgi "
        "anlatildi belirtildi "
        # English
        "what whats which who whom whose when where why how is are was were do does did can "
        "could should would will please tell me "
        # German, French, Russian
        "wer was wann wo warum wie welche welcher welches qui que quoi quand pourquoi comment "
        "quel quelle quels quelles кто что когда где почему как какой какая какие сколько "
        "скольких каков какова каково каковы чей чья чье куда откуда зачем кого кому кем чем "
    ).split()
)
_ASKING_PAIRS = frozenset([("ne", "zaman"), ("ne", "kadar"), ("how", "many"), ("how", "much")])
# They stand in questions and texts alike, and say little in either.
_FILLERS = frozenset(
    fold(
        # Turkish
        "denir denilen denmektedir adi adli isimli olan olarak ile ve veya ya da de ki bir bu "
        "su o icin gore ilgili dair var varmi yok nedeni yil yilda yili yilinda sene senede "
        "senesinde tarih tarihte tarihinde ucun "
        # Turkish verbs that stand for any other
        "yapildi yapilmis yapilmistir yapilir yapilan yapti yapmistir oldu olmus olmustur "
        "olur olacak edildi edilmis edilmistir etti etmistir eder edilir dedi demis demistir "
        "der soyledi soylemistir soyler belirtti gecti gecmektedir gecer bulunur "
        "bulunmaktadir bulunan vardir yoktur denmistir denildi istedi istenir "
        # English
        "the a an of in on at to for from by with about and or that this it its be been has "
        "have had there said say says much many long far year "
        # German, French, Russian
        "ist sind war der die das ein eine und von im zu ou est sont le la les un une des du "
        "et en dans и в на о с по из это "
    ).split()
)
_MONTHS = (
    "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik|january|february|"
    "march|april|may|june|july|august|september|october|november|december"
)
_NUMERALS = (
    "bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz|on|yirmi|otuz|kirk|elli|altmis|yetmis|seksen|doksan|"
    "yuz|bin|milyon|milyar|yarim|one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|"
    "million|billion"
)
_DATE = re.compile(rf"\b\d{{3,4}}\b|\d[./]\d|yuzyil|\bcentury\b|\b(?:{_MONTHS})\b")
_NUMBER = re.compile(rf"\d|\b(?:{_NUMERALS})\b")
_REASON = re.compile(
    r"\b(?:icin|cunku|nedeni|sebeb|dolayi|yuzunden|sayesinde|amac|because|since|due|reason)"
)
_ASKS_DATE = re.compile(
    r"ne zaman|hangi (?:yil|tarih|sene|yuzyil|donem|ay|gun)|kac(?:inci)? (?:yil|yuzyil|tarih|sene)"
    r"|\bwhen\b|\b(?:what|which) (?:year|date|day|century)"
)
_ASKS_NUMBER = re.compile(
    r"\bkac|ne kadar|yuzde|\bhow (?:many|much|long|far|old|often)|\bwie ?viele?\b|\bcombien\b"
    r"|сколько"
)
_ASKS_REASON = re.compile(
    r"\bneden\b|nicin|niye\b|(?:ne|hangi) (?:sebep|neden|amac)|\bwhy\b|\bwarum\b|pourquoi|почему"
)
_ASKS_MEANING = re.compile(
    r"\b(?:nedir|kimdir|ne demek(?:tir)?|ne anlama gelir)\b|^(?:what|who) (?:is|are|was|were)\b"
    r"|^(?:was|wer) ist\b|^(?:что|кто) (?:такое|такои|такая|это)\b"
)
# Matched against folded text; the first that matches tells what the answer looks like.
_EXPECTATIONS = ((_ASKS_DATE, _DATE), (_ASKS_NUMBER, _NUMBER), (_ASKS_REASON, _REASON))


class Question(NamedTuple):
    """A question, read.

    Attributes:
        terms: What is searched, in the order of the question: all but the question words, or those
            too where there is nothing else.
        content: Those of them that say something.
        stress: How much each term counts by the word that brought it; the greatest of several.
        expected: Matches folded text that holds the kind of answer asked for; None where any will
            do.
    """

    terms: Terms
    content: Terms
    stress: TermWeights
    expected: re.Pattern[str] | None


def parse_question(text: str) -> Question:
    """Read a question; one without words has no terms."""
    asked = _without_pairs(split_words(text[:MAX_CHARACTERS]))
    words = [word for word in asked if word not in _QUESTION_WORDS] or asked
    content = [word for word in words if word not in _FILLERS] or words
    stress = TermWeights({}, {})
    position = 0
    for word in words:
        weight = FILLER_WEIGHT
        if word in content:
            share = position / (len(content) - 1) if len(content) > 1 else 1.0
            weight = 1 + (LAST_WORD_WEIGHT - 1) * share
            position += 1
        found = word_terms(word)
        # The square root: a long word has more evidence in its grams, but not in proportion.
        shares = (weight, weight / max(1, len(found.grams)) ** 0.5)
        for into, terms, share in zip(stress, found, shares, strict=True):
            for term in terms:
                into[term] = max(into.get(term, 0.0), share)
    folded = fold(text)
    expected = next((answer for asks, answer in _EXPECTATIONS if asks.search(folded)), None)
    if expected is None and content and _ASKS_MEANING.search(folded):
        # A definition begins with what it defines.
        expected = re.compile(rf"^\W*{re.escape(content[0])}")
    return Question(_terms(words), _terms(content), stress, expected)


def _without_pairs(words: list[str]) -> list[str]:
    """Leave out the second word of pairs that ask together; the first is a question word."""
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if (before, word) not in _ASKING_PAIRS
    ]


def _terms(words: list[str]) -> Terms:
    found = [word_terms(word) for word in words]
    return Terms(
        tuple(term for terms in found for term in terms.prefixes),
        tuple(term for terms in found for term in terms.grams),
    )
