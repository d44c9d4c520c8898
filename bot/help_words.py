"""What no document has the answer to: wishes for help, and that a file be added. Pure."""

from functools import cache

from bot.localization import LANGUAGES, say
from embeddings.analyzer import split_words
from embeddings.greetings import without_courtesy

# Words. Who only wants a file to be added says so shortly.
_LONGEST_WISH = 8


def wants_help(text: str) -> bool:
    """Tell whether a text is nothing but a wish for help, in any language of the bot.

    ``Merhaba, sen kimsin?`` is one, and so is ``yardim``; ``Yardım ne zaman geldi?`` is not.

    Args:
        text: As a person typed it.
    """
    return tuple(split_words(without_courtesy(text))) in _listed("telegram-help-words")


def wants_to_add(text: str) -> bool:
    """Tell whether a text about a file wishes that it be added, in any language of the bot.

    ``Bunu da ekler misin?`` does; ``bütçe maddeleri`` is looked up, and so is a longer text.

    Args:
        text: As a person typed it.
    """
    words = f" {' '.join(split_words(text))} "
    wishes = (f" {' '.join(wish)} " for wish in _listed("telegram-add-words"))
    return words.count(" ") - 1 <= _LONGEST_WISH and any(wish in words for wish in wishes)


@cache
def _listed(name: str) -> frozenset[tuple[str, ...]]:
    """What the locales of all languages list under a name, folded as questions are."""
    listed = (say(language, name).split(",") for language in LANGUAGES)
    return frozenset(tuple(split_words(wish)) for wishes in listed for wish in wishes) - {()}
