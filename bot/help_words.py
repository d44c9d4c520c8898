"""Who asks for help in words, or what the bot is: for them, no document has the answer. Pure."""

from functools import cache

from bot.localization import LANGUAGES, say
from embeddings.analyzer import split_words
from embeddings.greetings import without_courtesy


def wants_help(text: str) -> bool:
    """Tell whether a text is nothing but a wish for help, in any language of the bot.

    ``Merhaba, sen kimsin?`` is one, and so is ``yardim``; ``Yardım ne zaman geldi?`` is not.

    Args:
        text: As a person typed it.
    """
    return tuple(split_words(without_courtesy(text))) in _help_words()


@cache
def _help_words() -> frozenset[tuple[str, ...]]:
    """The wishes for help of every language, folded as questions are."""
    listed = (say(language, "telegram-help-words").split(",") for language in LANGUAGES)
    return frozenset(tuple(split_words(wish)) for wishes in listed for wish in wishes) - {()}
