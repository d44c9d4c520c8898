"""Who asks for help or wants a file to be added, and whose question only sounds like it."""

import pytest

from bot.help_words import wants_help, wants_to_add
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_wish_to_add_a_file_is_known(language: Language) -> None:
    listed = say(language, "telegram-add-words").split(",")
    assert [wish for wish in listed if not wants_to_add(f"Şunu {wish}!")] == []


@pytest.mark.parametrize("text", ["", "bütçe maddeleri", "Okul ne zaman açılıyor?", "added value"])
def test_what_wishes_nothing_of_a_file_is_looked_up(text: str) -> None:
    assert not wants_to_add(text)


def test_a_long_text_is_no_wish_to_add_a_file() -> None:
    assert wants_to_add("bunu da benim için hemen şimdi ekle lütfen")
    assert not wants_to_add("bunu da benim için hemen şimdi buraya ekle lütfen")
