"""Questions as people mistype them: one error each, the same in every run. Pure."""

import random

import regex

LONG = 4
"""Letters of a word that gets the error, where the question has one that long."""

KINDS = ("swapped", "dropped", "doubled", "neighbour")
"""Two neighbouring letters swapped, one left out, one typed twice, the key beside one."""

# The Turkish Q keyboard, in both cases: I is the capital of ı, İ that of i.
_ROWS = (
    ("qwertyuıopğü", "QWERTYUIOPĞÜ"),
    ("asdfghjklşi", "ASDFGHJKLŞİ"),
    ("zxcvbnmöç", "ZXCVBNMÖÇ"),
)
# Each row stands half a key further to the right than the one above it, so that a key touches two
# of that row and two of the row below.
_TOUCHING = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
_WORD = regex.compile(r"\p{L}+")


def mistype(text: str, *, seed: int = 1) -> str:
    """Type a text with exactly one error.

    The error depends on the text and the seed alone, not on what was typed before. Word, kind and
    place are drawn in this order, each as likely as the others that are possible there; people
    seldom miss a word's first letter, so this is harder than life.

    Args:
        text: What was meant.
        seed: Another one draws another error.

    Returns:
        The text with one of KINDS in one of its words of LONG letters or more; in any word where
        all are shorter. It always differs, and by more than case. A text without letters comes
        back as it is.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    words = [(start, end) for start, end in words if end - start >= LONG] or words
    if not words:
        return text
    # A string is seeded by its SHA-512, hash() would differ between processes.
    draw = random.Random(f"{seed} {text}")
    start, end = draw.choice(words)
    errors = _errors(text[start:end])
    mistyped = draw.choice(errors[draw.choice(list(errors))])
    return text[:start] + mistyped + text[end:]


def _errors(word: str) -> dict[str, list[str]]:
    """List what a word can become, by kind; kinds that it offers no place for are left out."""
    places = range(len(word))
    errors = {
        "swapped": [
            word[:i] + word[i + 1] + word[i] + word[i + 2 :]
            for i in places[:-1]
            if word[i].lower() != word[i + 1].lower()
        ],
        # A word of one letter would be gone, and with it perhaps the question.
        "dropped": [word[:i] + word[i + 1 :] for i in places if len(word) > 1],
        "doubled": [word[: i + 1] + word[i:] for i in places],
        "neighbour": [
            word[:i] + key + word[i + 1 :] for i in places for key in _NEIGHBOURS.get(word[i], "")
        ],
    }
    return {kind: errors[kind] for kind in KINDS if errors[kind]}


def _neighbours() -> dict[str, str]:
    """Find the keys that touch each letter's key, in its case."""
    keys = {
        (row, column, case): letter
        for row, cases in enumerate(_ROWS)
        for case, letters in enumerate(cases)
        for column, letter in enumerate(letters)
    }
    return {
        letter: "".join(
            keys.get((row + down, column + right, case), "") for down, right in _TOUCHING
        )
        for (row, column, case), letter in keys.items()
    }


_NEIGHBOURS = _neighbours()
