"""Typing errors: exactly one, of a known kind, where a person could make it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.typos import mistype

TURKISH = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ"
words = st.text(TURKISH, min_size=1, max_size=8)
questions = st.lists(words, min_size=1, max_size=6).map(" ".join)
seeds = st.integers(0, 1000)

# The keys around three of a Turkish Q keyboard, read off one.
AROUND = {"a": "sqwz", "g": "fhtyvb", "ü": "ği"}


def kinds(meant: str, typed: str) -> set[str]:
    """What single errors turn one text into the other."""
    found = set()
    for i in range(len(meant)):
        if typed == meant[:i] + meant[i + 1 :]:
            found.add("dropped")
        if typed == meant[: i + 1] + meant[i:]:
            found.add("doubled")
        if i and typed == meant[: i - 1] + meant[i] + meant[i - 1] + meant[i + 1 :]:
            found.add("swapped")
        if len(typed) == len(meant) and typed[:i] + typed[i + 1 :] == meant[:i] + meant[i + 1 :]:
            found.add("neighbour")
    return found


@given(questions, seeds)
def test_there_is_exactly_one_error(question: str, seed: int) -> None:
    typed = mistype(question, seed=seed)
    assert typed.lower() != question.lower()
    assert kinds(question, typed)


@given(questions, seeds, questions)
def test_the_error_depends_on_text_and_seed_alone(question: str, seed: int, other: str) -> None:
    first = mistype(question, seed=seed)
    mistype(other, seed=seed)
    random.seed(seed)
    assert mistype(question, seed=seed) == first


@given(st.text(st.characters(max_codepoint=0x24F), max_size=40), seeds)
def test_any_text_with_a_letter_is_changed_and_no_other(text: str, seed: int) -> None:
    assert (mistype(text, seed=seed) != text) == any(map(str.isalpha, text))


@given(seeds)
def test_long_words_get_the_error(seed: int) -> None:
    typed = mistype("ne zaman, o gün mü", seed=seed)
    assert typed.startswith("ne ")
    assert typed.endswith(", o gün mü")
    assert kinds("zaman", typed[3:-10])


@given(seeds)
def test_among_short_words_any_may_get_it(seed: int) -> None:
    assert kinds("o ne?", mistype("o ne?", seed=seed))


def test_every_kind_is_drawn_about_as_often() -> None:
    drawn = {"swapped": 0, "dropped": 0, "doubled": 0, "neighbour": 0}
    for seed in range(400):
        (kind,) = kinds("kapı", mistype("kapı", seed=seed))
        drawn[kind] += 1
    assert all(70 <= count <= 130 for count in drawn.values())


@pytest.mark.parametrize("key", AROUND)
def test_a_wrong_key_touches_the_right_one(key: str) -> None:
    typed = {mistype(key, seed=seed) for seed in range(200)}
    assert typed == {*AROUND[key], key + key}


def test_case_is_kept_by_turkish_rules() -> None:
    assert {mistype("I", seed=seed) for seed in range(200)} == {"II", *"UOJK"}
    assert {mistype("İ", seed=seed) for seed in range(200)} == {"İİ", *"ŞĞÜ"}


def test_letters_of_other_keyboards_have_no_neighbours() -> None:
    typed = {mistype("мир", seed=seed) for seed in range(200)}
    assert typed == {"имр", "мри", "ир", "мр", "ми", "ммир", "миир", "мирр"}


@pytest.mark.parametrize("text", ["", "1453?", "👍🏽"])
def test_without_letters_there_is_nothing_to_mistype(text: str) -> None:
    assert mistype(text) == text


def test_another_seed_draws_another_error() -> None:
    assert len({mistype("Toplantı ne zaman yapıldı?", seed=seed) for seed in range(20)}) > 10
