"""The sentences of every language, and that none is missing, left over or untranslated."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer, ast
from fluent.syntax.visitor import Visitor

import bot
from bot.localization import (
    FALLBACK,
    LANGUAGES,
    Language,
    ask_commands,
    choose_language,
    find_language,
    list_languages,
    name_language,
    say,
)

SOURCES = Path(bot.__file__).parent
LOCALES = SOURCES / "locales"
OTHERS = [language for language in LANGUAGES if language != FALLBACK]


class VariableCollector(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


class WordCollector(Visitor):
    """The words of a message that a translator writes."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802
        # Not names, commands and the like, which are the same in every language.
        self.words += re.findall(r"(?<![@/\w])[^\W\d_]{2,}", node.value)


def entries(path: Path) -> Iterator[ast.Message]:
    """The messages of a file."""
    for entry in FluentParser().parse(path.read_text("utf-8")).body:
        assert not isinstance(entry, ast.Junk), f"{path.name}: {entry.content}"
        if isinstance(entry, ast.Message):
            yield entry


def messages(path: Path) -> list[tuple[str, set[str]]]:
    """The ids of a file's messages, and the variables in each."""
    found = []
    for entry in entries(path):
        variables = VariableCollector()
        variables.visit(entry)
        found.append((entry.id.name, variables.names))
    return found


def untranslated(path: Path) -> list[str]:
    """The ids of messages in a file that say in several words just what the English ones say."""
    serializer = FluentSerializer()

    def texts(file: Path) -> dict[str, str]:
        # Without comments, which are no part of what is said.
        return {e.id.name: serializer.serialize_entry(bare(e)) for e in entries(file)}

    english, others = texts(LOCALES / f"{FALLBACK}.ftl"), texts(path)
    suspects = []
    for entry in entries(path):
        words = WordCollector()
        words.visit(entry)
        is_same = others[entry.id.name] == english.get(entry.id.name)
        # A single word, as a name or a column's, may well be the same.
        if is_same and len(set(words.words)) > 1:
            suspects.append(entry.id.name)
    return suspects


def bare(entry: ast.Message) -> ast.Message:
    return ast.Message(entry.id, entry.value, entry.attributes)


@cache
def named_in_code() -> frozenset[str]:
    """The ids in our code, as patterns: f"terminal-{outcome}" stands for several messages."""
    code = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    ids = re.findall(r"\"((?:telegram|terminal)-[a-z0-9{}_-]+)\"", code)
    return frozenset(re.sub(r"\{\w+\}", "[a-z0-9-]+", id_) for id_ in ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_stands_twice_in_a_file(language: Language) -> None:
    ids = [id_ for id_, _ in messages(LOCALES / f"{language}.ftl")]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_messages_and_variables_of_english(language: Language) -> None:
    english = dict(messages(LOCALES / f"{FALLBACK}.ftl"))
    assert dict(messages(LOCALES / f"{language}.ftl")) == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_used_in_code(language: Language) -> None:
    ids = [id_ for id_, _ in messages(LOCALES / f"{language}.ftl")]
    unused = [id_ for id_ in ids if not any(re.fullmatch(p, id_) for p in named_in_code())]
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_that_is_used_in_code_exists(language: Language) -> None:
    ids = [id_ for id_, _ in messages(LOCALES / f"{language}.ftl")]
    missing = [p for p in named_in_code() if not any(re.fullmatch(p, id_) for id_ in ids)]
    assert not missing


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_in_another_language(language: Language) -> None:
    assert untranslated(LOCALES / f"{language}.ftl") == []


def test_english_that_is_left_is_found(tmp_path: Path) -> None:
    copy = tmp_path / "de.ftl"
    copy.write_text(
        "telegram-name = Alıntı\n"  # the same in English, and right
        "telegram-trouble = Es ist etwas schiefgegangen.\n"
        "terminal-near = Not an answer; the nearest passages:\n",
        "utf-8",
    )
    assert untranslated(copy) == ["terminal-near"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: Language) -> None:
    for id_, variables in messages(LOCALES / f"{language}.ftl"):
        for number in (0, 1, 2, 5):
            assert say(language, id_, **dict.fromkeys(variables, number)).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_named_by_a_code_that_telegram_takes(language: Language) -> None:
    assert re.fullmatch(r"[a-z]{2}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_name_only_commands_that_there_are(language: Language) -> None:
    known = {*ask_commands(), "help", "start", "settings", "stats", "forget_me", "doctor"}
    known |= {"documents", "belgeler", "add", "collections", "export", "erase", "forget"}
    known |= {"setinline", "setinlinefeedback", "setprivacy", "mybots"}  # of @BotFather
    source = (LOCALES / f"{language}.ftl").read_text("utf-8")
    said = "\n".join(line for line in source.splitlines() if not line.startswith("#"))
    assert set(re.findall(r"(?<![\w/])/([a-z_]+)", said)) <= known


def test_a_copy_of_the_english_file_is_a_complete_language(tmp_path: Path) -> None:
    """Nothing but the file is added: settings, sentences, commands and menus know it."""
    package = shutil.copytree(SOURCES, tmp_path / "bot")
    english = (package / "locales" / "en.ftl").read_text("utf-8")
    german = english.replace("-language-name = English", "-language-name = Deutsch")
    german = german.replace("telegram-ask-command = ask", "telegram-ask-command = frage")
    (package / "locales" / "de.ftl").write_text(german, "utf-8")
    script = """
from bot import profile, terminal
from bot.addressing import read_command
from bot.localization import LANGUAGES, ask_commands, choose_language, name_language
from bot.settings import load_settings
print(*LANGUAGES, *ask_commands(), choose_language("de-AT", "tr"), name_language("de"))
settings = load_settings()
print(settings.language, terminal.choose_language(settings.model_copy(update={"language": None})))
print(*sorted({menu.commands[0].command for menu in profile.menus() if menu.language == "de"}))
print(len([menu for menu in profile.menus() if menu.language == "de"]))
"""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALINTI_")}
    ours = {
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{SOURCES.parent}",
        "ALINTI_LANGUAGE": "de",
        "LC_ALL": "de_DE.UTF-8",
    }
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=kept | ours,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == ["de en tr ask frage sor de Deutsch", "de de", "frage", "4"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_is_a_question_that_the_documents_may_answer_wrongly(
    language: Language,
) -> None:
    """In Telegram: terminal-try is asked of the samples, which are known."""
    telegram = {id_ for id_, _ in messages(LOCALES / f"{language}.ftl")} - {"terminal-try"}
    values = {name for _, names in messages(LOCALES / f"{language}.ftl") for name in names}
    said = " ".join(say(language, id_, **dict.fromkeys(values, 1)) for id_ in telegram)
    assert "Toplantı ne zaman yapıldı" not in said
    assert "When was the meeting" not in said


def test_the_files_of_a_folder_are_its_languages(tmp_path: Path) -> None:
    for name in ("tr.ftl", "de.ftl", "notes.txt"):
        (tmp_path / name).touch()
    assert list_languages(tmp_path) == ("de", "tr")


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


@pytest.mark.parametrize(
    ("tag", "language"),
    [("tr_TR.UTF-8", "tr"), ("en", "en"), ("C.UTF-8", None), ("C", None), ("", None)],
)
def test_the_language_of_a_system_is_found(tag: str, language: Language | None) -> None:
    assert find_language(tag) == language


def test_the_operator_chooses_for_readers_of_unknown_language() -> None:
    assert choose_language(None, "en") == "en"
    assert choose_language("tr", "en") == "tr"


def test_a_language_is_named_as_its_speakers_do() -> None:
    assert [name_language(language) for language in ("en", "tr")] == ["English", "Türkçe"]


def test_asking_has_a_command_in_each_language() -> None:
    assert ask_commands() == ("ask", "sor")


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
