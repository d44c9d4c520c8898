"""The sentences of every language, and that none is missing or left over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot
from bot.localization import LANGUAGES, Language, choose_language, say

SOURCES = Path(bot.__file__).parent


class VariableCollector(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def messages(language: Language) -> Iterator[tuple[str, set[str]]]:
    """The ids of a file's messages, and the variables in each."""
    source = (SOURCES / "locales" / f"{language}.ftl").read_text("utf-8")
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, ast.Junk), f"{language}.ftl: {entry.content}"
        if isinstance(entry, ast.Message):
            variables = VariableCollector()
            variables.visit(entry)
            yield entry.id.name, variables.names


def named_in_code() -> set[str]:
    """The ids in our code, as patterns: f"terminal-{outcome}" stands for several messages."""
    code = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    ids = re.findall(r"\"((?:telegram|terminal)-[a-z0-9{}_-]+)\"", code)
    return {re.sub(r"\{\w+\}", "[a-z0-9-]+", id_) for id_ in ids}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_stands_twice_in_a_file(language: Language) -> None:
    ids = [id_ for id_, _ in messages(language)]
    assert sorted(ids) == sorted(set(ids))


def test_all_languages_have_the_same_messages_with_the_same_variables() -> None:
    turkish, english = (dict(messages(language)) for language in LANGUAGES)
    assert turkish == english


def test_every_message_is_used_in_code() -> None:
    unused = [
        id_ for id_, _ in messages("tr") if not any(re.fullmatch(p, id_) for p in named_in_code())
    ]
    assert not unused


def test_every_message_that_is_used_in_code_exists() -> None:
    ids = [id_ for id_, _ in messages("tr")]
    missing = [p for p in named_in_code() if not any(re.fullmatch(p, id_) for id_ in ids)]
    assert not missing


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("tr", "tr"),
        ("tr-TR", "tr"),
        ("TR_tr", "tr"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "en"),
        ("trv", "en"),  # Taroko is not Turkish
        (None, "tr"),
        ("", "tr"),
    ],
)
def test_a_reader_is_answered_in_their_language(code: str | None, language: Language) -> None:
    assert choose_language(code, "tr") == language


def test_the_operator_chooses_for_readers_of_unknown_language() -> None:
    assert choose_language(None, "en") == "en"
    assert choose_language("tr", "en") == "tr"


def test_a_sentence_is_said_in_each_language() -> None:
    assert say("tr", "telegram-not-found") == "Belgelerde bu sorunun yanıtını bulamadım."
    assert say("en", "telegram-not-found") == (
        "I could not find the answer to this question in the documents."
    )


def test_values_stand_without_invisible_marks_around_them() -> None:
    assert say("tr", "telegram-page", page="12") == "s. 12"


def test_a_sentence_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match=r"there is no 'telegram-nonsense' in tr\.ftl"):
        say("tr", "telegram-nonsense")


def test_a_missing_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match=r"'telegram-page' of en\.ftl cannot be said"):
        say("en", "telegram-page")
