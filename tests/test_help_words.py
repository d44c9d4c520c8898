"""Who asks for help in words, and whose question only begins with them."""

import pytest

from bot.help_words import wants_help
from bot.localization import LANGUAGES, Language, say
from embeddings.greetings import read_courtesy


@pytest.mark.parametrize(
    "text",
    [
        "yardım",
        "yardim",
        "YARDIM!",
        "Yardım?",
        "help",
        "/help",
        "Ne yapabilirsin?",
        "kimsin",
        "Kimsin sen?",
        "SEN KİMSİN",
        "Merhaba, sen kimsin?",
        "What can you do",
        "who are you?",
        "What's your name?",
        "are you a bot???",
        "Robot musun?",
    ],
)
def test_who_asks_for_help_or_what_the_bot_is_wants_help(text: str) -> None:
    assert wants_help(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "Merhaba",
        "Yardım ne zaman geldi?",
        "Who are you calling?",
        "Are you a bot or a person of the board?",
        "Robot",
        "sen",
    ],
)
def test_a_question_that_holds_more_than_that_is_looked_up(text: str) -> None:
    assert not wants_help(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_word_is_known_once_and_is_no_greeting(language: Language) -> None:
    listed = [" ".join(words.split()) for words in say(language, "telegram-help-words").split(",")]
    assert all(listed)
    assert len(listed) == len(set(listed))
    assert [words for words in listed if not wants_help(words) or read_courtesy(words)] == []
