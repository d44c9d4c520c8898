"""Every sentence a person reads, in the reader's language: one file a language in ``locales/``.

A file there is a language; its head tells how to add one. English stands in for all others.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from fluent.runtime import FluentBundle, FluentResource

Language = str
"""ISO 639-1 code of a language that has a file, one of LANGUAGES."""

FALLBACK: Language = "en"

_ENDING = ".ftl"
_FOLDER = files("bot").joinpath("locales")


def list_languages(folder: Traversable) -> tuple[Language, ...]:
    """List the languages that have a file in a folder, by code."""
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


LANGUAGES = list_languages(_FOLDER)


def find_language(tag: str) -> Language | None:
    """Find the language that a tag names.

    Args:
        tag: Of the IETF, such as "tr" or "en-GB", or a system's, such as "tr_TR.UTF-8".

    Returns:
        None where there is no file for it.
    """
    primary = tag.replace("_", "-").split("-")[0].split(".")[0].lower()
    return primary if primary in LANGUAGES else None


def choose_language(code: str | None, default: Language) -> Language:
    """Pick the language of a reply.

    Args:
        code: IETF tag of the reader's language as Telegram gives it, such as "tr" or "en-GB"; None
            where it gives none.
        default: Spoken where the reader's language is not known.

    Returns:
        The reader's language where there is a file for it, otherwise English.
    """
    return find_language(code) or FALLBACK if code else default


def name_language(language: Language) -> str:
    """Name a language as its speakers do: Türkçe."""
    return say(language, "telegram-language-name")


@cache
def ask_commands() -> tuple[str, ...]:
    """List the commands that ask a question, of every language: each works in any."""
    return tuple(sorted({say(language, "telegram-ask-command") for language in LANGUAGES}))


def say(language: Language, message: str, **values: str | int) -> str:
    """Build a sentence.

    Args:
        language: Of the reader.
        message: Id of the sentence in the files of ``locales/``.
        values: What fills its variables.

    Raises:
        ValueError: If there is no such sentence, or a value is missing: a mistake in our code.
    """
    bundle = _read(language)
    pattern = bundle.get_message(message).value if bundle.has_message(message) else None
    if pattern is None:
        raise ValueError(f"there is no {message!r} in {language}{_ENDING}")
    text, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise ValueError(f"{message!r} of {language}{_ENDING} cannot be said: {errors}")
    return str(text)


@cache
def _read(language: Language) -> FluentBundle:
    # Without isolation marks: invisible characters around values would be copied along with them.
    bundle = FluentBundle([language], use_isolating=False)
    source = _FOLDER.joinpath(f"{language}{_ENDING}").read_text("utf-8")
    bundle.add_resource(FluentResource(source))
    return bundle
