import pytest

from embeddings.questions import LAST_WORD_WEIGHT, MAX_WORDS, QUESTION_WORD_WEIGHT, parse_question


def test_later_words_count_more_and_question_words_hardly() -> None:
    question = parse_question("Ankara hangi yıl başkent seçildi?")
    assert question.stress.prefixes == pytest.approx(
        {
            "ankar": 1.0,
            "hangi": QUESTION_WORD_WEIGHT,
            "yil": QUESTION_WORD_WEIGHT,
            "baske": (1 + LAST_WORD_WEIGHT) / 2,
            "secil": LAST_WORD_WEIGHT,
        }
    )


def test_the_grams_of_a_word_share_its_weight() -> None:
    question = parse_question("ankara")
    assert question.terms.grams == ("_ank", "anka", "nkar", "kara", "ara_")
    assert question.stress.grams == dict.fromkeys(question.terms.grams, 5**-0.5)


def test_a_repeated_word_counts_by_its_last_place() -> None:
    assert parse_question("kedi köpek kedi").stress.prefixes["kedi"] == LAST_WORD_WEIGHT


@pytest.mark.parametrize(
    ("asked", "matching", "failing"),
    [
        ("Savaş ne zaman bitti?", "savas 1922 de bitti", "savas bitti"),
        ("Toplantı hangi tarihte yapıldı?", "11 ocak gunu", "toplanti uzun surdu"),
        ("Kaç üye var?", "on iki uye", "uyeler toplandi"),
        ("How many members are there?", "twelve hundred", "many"),
        ("Toplantı neden ertelendi?", "kar yuzunden ertelendi", "sonra ertelendi"),
    ],
)
def test_the_question_word_tells_what_kind_of_answer_is_wanted(
    asked: str, matching: str, failing: str
) -> None:
    expected = parse_question(asked).expected
    assert expected is not None
    assert expected.search(matching)
    assert not expected.search(failing)


@pytest.mark.parametrize("asked", ["Ankara nerede?", "Who wrote it?", ""])
def test_other_questions_expect_nothing_special(asked: str) -> None:
    assert parse_question(asked).expected is None


@pytest.mark.parametrize("asked", ["", " \n", "👍🏽", "?!…", "\0"])
def test_a_question_without_words_has_no_terms(asked: str) -> None:
    assert parse_question(asked).terms == ((), ())


def test_a_question_of_many_words_is_read_up_to_a_limit() -> None:
    assert len(parse_question("kelime " * 5000).terms.prefixes) == MAX_WORDS
