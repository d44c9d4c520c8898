"""A mistyped word of a question to the word that the texts hold. Pure.

After Norvig's spelling corrector (norvig.com/spell-correct.html): all words at one typing error's
distance are tried. The dictionary is the index: a name or term of the documents is right, whatever
a language's own dictionary says.
"""

from collections.abc import Callable, Iterator

from embeddings.analyzer import PREFIX_LENGTH, word_terms

SHORTEST = 5
"""Letters of the shortest word that is corrected: shorter ones have too many neighbours."""

SEEN_GRAMS = 0.9
"""Share of its grams that texts hold of a word that is taken for the right one."""

_EDITED = 7  # letters from the beginning on: behind them an error does little harm to the terms
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя")

Count = Callable[[str, str], int]
"""Tells in how many passages a term stands, by its field as in Terms."""


def correct(word: str, count: Count) -> str:
    """Correct a word that no text holds, where one typing error tells it from one that is held.

    Args:
        word: Folded.
        count: Of the index.

    Returns:
        Of such words the one with the greatest share of known grams, of these the most frequent;
        the word itself where there is none, or where texts hold its beginning.
    """
    alphabet = next((a for a in _ALPHABETS if set(word) <= set(a)), None)
    if len(word) < SHORTEST or alphabet is None:
        return word
    if count("prefixes", word_terms(word).prefixes[0]):  # "value" is indexed without its "umlaut"
        return word
    best, best_evidence = word, (SEEN_GRAMS, 0)
    for candidate in sorted(set(_neighbours(word, alphabet))):
        frequency = count("prefixes", candidate[:PREFIX_LENGTH])
        if not frequency or len(candidate) < SHORTEST:
            continue
        grams = word_terms(candidate).grams
        evidence = (sum(count("grams", gram) > 0 for gram in grams) / len(grams), frequency)
        if evidence > best_evidence:
            best, best_evidence = candidate, evidence
    return best


def _neighbours(word: str, alphabet: str) -> Iterator[str]:
    """Yield the words one letter dropped, swapped, changed or added makes of a word."""
    start, rest = word[:_EDITED], word[_EDITED:]
    for place in range(len(start) + 1):
        before, after = start[:place], start[place:]
        if after:
            yield before + after[1:] + rest
            yield from (before + letter + after[1:] + rest for letter in alphabet)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:] + rest
        yield from (before + letter + after + rest for letter in alphabet)
