"""Every sentence a person reads, in the reader's language: one file a language in ``locales/``."""

from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from fluent.runtime import FluentBundle, FluentResource

Language = Literal["tr", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


def choose_language(code: str | None, default: Language) -> Language:
    """Pick the language of a reply.

    Args:
        code: IETF tag of the reader's language as Telegram gives it, such as "tr" or "en-GB"; None
            where it gives none.
        default: Spoken where the reader's language is not known.

    Returns:
        The reader's language where there is a file for it, otherwise English.
    """
    if not code:
        return default
    primary = code.replace("_", "-").split("-")[0].lower()
    return next((language for language in LANGUAGES if language == primary), "en")


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
        raise ValueError(f"there is no {message!r} in {language}.ftl")
    text, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise ValueError(f"{message!r} of {language}.ftl cannot be said: {errors}")
    return str(text)


@cache
def _read(language: Language) -> FluentBundle:
    # Without isolation marks: invisible characters around values would be copied along with them.
    bundle = FluentBundle([language], use_isolating=False)
    source = files("bot").joinpath("locales", f"{language}.ftl").read_text("utf-8")
    bundle.add_resource(FluentResource(source))
    return bundle
