import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.analyzer import PREFIX_LENGTH, analyze, split_words
from embeddings.questions import parse_question
from embeddings.spelling import SHORTEST, Count, correct
from embeddings.typos import mistype


def counting(*passages: str) -> Count:
    """Count terms as an index of these passages does."""
    indexed = [analyze(passage)._asdict() for passage in passages]

    def count(field: str, term: str) -> int:
        return sum(term in terms[field] for terms in indexed)

    return count


COMMISSION = counting("Komisyon raporu kabul etti.")


@pytest.mark.parametrize(
    "typed",
    [
        "komsiyon",  # swapped
        "okmisyon",
        "komsyon",  # dropped
        "omisyon",
        "kommisyon",  # doubled
        "kkomisyon",
        "konisyon",  # the key beside one
        "lomisyon",
    ],
)
def test_one_typing_error_is_mended(typed: str) -> None:
    assert correct(typed, COMMISSION) == "komisyon"


def test_two_typing_errors_are_not_mended() -> None:
    assert correct("okmsiyon", COMMISSION) == "okmsiyon"


def test_an_error_behind_the_beginning_of_a_word_does_no_harm_and_stays() -> None:
    assert correct("komisyno", COMMISSION) == "komisyno"
    assert correct("komisyonlar", COMMISSION) == "komisyonlar"


def test_a_word_that_is_like_none_of_the_texts_stays() -> None:
    assert correct("zeytin", COMMISSION) == "zeytin"
    assert correct("komsiyon", counting()) == "komsiyon"


def test_a_short_word_stays_and_none_becomes_one() -> None:
    count = counting("kedi kedim")
    assert SHORTEST == 5
    assert correct("kdei", count) == "kdei"
    assert correct("kdeim", count) == "kedim"
    assert correct("keddi", counting("kedi")) == "keddi"


@pytest.mark.parametrize(
    ("right", "typed"),
    [
        ("a4komisyon", "a4komsiyon"),  # a digit
        ("komisyon2", "komsiyon2"),
        ("комisyon", "комsiyon"),  # two scripts
        ("المكتبات", "الكمتبات"),
        ("委員会会長", "委員会長会"),
        ("βιβλίο", "βιλβίο"),
    ],
)
def test_other_words_than_those_of_latin_or_of_cyrillic_letters_stay(
    right: str, typed: str
) -> None:
    [folded] = split_words(typed)
    assert correct(folded, counting(right)) == folded


@pytest.mark.parametrize(
    ("right", "typed", "mended"),
    [
        ("Комиссия собралась", "комсисия", "комиссия"),
        ("Комиссия собралась", "кмиссия", "комиссия"),
        ("Ёлка и ёлочка", "елкоа", "елкоа"),  # the word is of four letters
        ("Қорықшы жүзді", "коырқшы", "корыкшы"),
    ],
)
def test_cyrillic_words_are_mended(right: str, typed: str, mended: str) -> None:
    [folded] = split_words(typed)
    assert correct(folded, counting(right)) == mended


def test_turkish_letters_are_folded_before() -> None:
    [typed] = split_words("Çlaışma")
    assert correct(typed, counting("Çalışma sürdü.")) == "calisma"


def test_of_two_words_the_more_frequent_is_meant() -> None:
    assert correct("masak", counting("masal", "masal", "masaj")) == "masal"
    assert correct("masak", counting("masal", "masaj", "masaj")) == "masaj"


def test_the_rest_of_a_word_must_be_known_too() -> None:
    # Of the eleven grams nlar, lari and ari_ stand behind the stem.
    assert correct("komsiyonlari", counting("komisyonlar")) == "komsiyonlari"
    assert correct("komsiyonlari", counting("komisyonlar ilarin")) == "komisyonlari"
    assert correct("komsiyonlari", counting("komisyon yollari")) == "komsiyonlari"


@pytest.mark.parametrize(("held", "other"), [("value", "valve"), ("shoes", "shows")])
def test_a_word_that_looks_like_a_typed_umlaut_is_not_changed(held: str, other: str) -> None:
    assert correct(held, counting(held, other)) == held


# Without e: behind a vowel it may stand for an umlaut.
WORDS = st.text("abcdfiklmnorstuyz", min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_a_word_of_the_texts_is_never_changed(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    assert correct(word, counting(*words)) == word


@given(st.text("abcdfiklmnorstuyz", min_size=6, max_size=12), st.integers(0, 99))
def test_a_mistyped_word_begins_again_as_the_only_one_of_the_texts(word: str, seed: int) -> None:
    [typed] = split_words(mistype(word, seed=seed))
    mended = correct(typed, counting(word))
    assert mended[:PREFIX_LENGTH] == word[:PREFIX_LENGTH]


def is_one_edit(one: str, other: str) -> bool:
    """Whether one letter dropped, added, changed or swapped with the next makes the other."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    swapped = len(one) == 2 and one == other[::-1]
    return swapped or max(len(one), len(other)) == 1


@pytest.mark.parametrize("alphabet", ["abc", "абв"])
@given(data=st.data())
def test_a_word_is_changed_by_one_typing_error_at_most(alphabet: str, data: st.DataObject) -> None:
    words = st.text(alphabet, min_size=5, max_size=9)
    passages = data.draw(st.lists(words, min_size=1, max_size=20))
    held, other = data.draw(st.sampled_from(passages)), data.draw(words)
    cut = data.draw(st.integers(0, 5))
    typed = held[:cut] + data.draw(st.sampled_from(alphabet)) + other[cut:]
    mended = correct(typed, counting(*passages))
    assert mended == typed or is_one_edit(typed, mended)
    if mended != typed:  # it is the beginning of a word of the texts that was meant
        assert any(passage.startswith(mended[:PREFIX_LENGTH]) for passage in passages)


def test_of_a_question_only_words_that_say_something_are_corrected() -> None:
    seen: list[str] = []

    def note(word: str) -> str:
        seen.append(word)
        return word.upper()

    asked = parse_question("Komsiyon hangi raporu kabul etti?", note)
    assert seen == ["komsiyon", "raporu", "kabul"]
    assert asked.words == ("KOMSIYON", "RAPORU", "KABUL")


def test_a_question_is_read_as_if_its_words_had_been_spelled_right() -> None:
    read = parse_question("Komsiyon neyi kabul etti?", lambda word: correct(word, COMMISSION))
    assert read.mended == (("komsiyon", "komisyon"),)
    assert read._replace(mended=()) == parse_question("Komisyon neyi kabul etti?")
