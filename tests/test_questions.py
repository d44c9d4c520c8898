import pytest

from embeddings.questions import FILLER_WEIGHT, LAST_WORD_WEIGHT, MAX_CHARACTERS, parse_question


def test_later_words_count_more_fillers_hardly_and_question_words_not_at_all() -> None:
    question = parse_question("Ankara hangi yıl başkent seçildi?")
    assert question.stress.prefixes == pytest.approx(
        {
            "ankar": 1.0,
            "yil": FILLER_WEIGHT,
            "baske": (1 + LAST_WORD_WEIGHT) / 2,
            "secil": LAST_WORD_WEIGHT,
        }
    )
    assert question.terms.prefixes == ("ankar", "yil", "baske", "secil")
    assert question.content.prefixes == ("ankar", "baske", "secil")


def test_a_question_of_question_words_alone_looks_for_them() -> None:
    assert parse_question("Kim?").stress.prefixes == {"kim": LAST_WORD_WEIGHT}
    assert parse_question("Ne oldu?").content.prefixes == ("oldu",)


def test_russian_question_words_are_not_looked_for() -> None:
    assert parse_question("Какова глубина Байкала?").terms.prefixes == ("глуби", "баика")
    assert parse_question("Какой город?").terms.prefixes == ("город",)  # folded: какои


def test_only_a_word_that_says_something_counts_fully() -> None:
    question = parse_question("Toplantı ne zaman yapıldı?")
    assert question.stress.prefixes == {"topla": LAST_WORD_WEIGHT, "yapil": FILLER_WEIGHT}


def test_words_that_ask_in_pairs_only_ask_together() -> None:
    assert parse_question("Aidat ne kadar?").terms.prefixes == ("aidat",)
    assert parse_question("Haziran sonuna kadar").terms.prefixes == ("hazir", "sonun", "kadar")
    assert parse_question("Zaman kaybı ne zaman").terms.prefixes == ("zaman", "kaybi")


def test_the_grams_of_a_word_share_its_weight() -> None:
    question = parse_question("ankara")
    assert question.terms.grams == ("_ank", "anka", "nkar", "kara", "ara_")
    assert question.stress.grams == pytest.approx(
        dict.fromkeys(question.terms.grams, LAST_WORD_WEIGHT / 5**0.5)
    )


def test_a_repeated_word_counts_by_its_last_place() -> None:
    assert parse_question("kedi köpek kedi").stress.prefixes["kedi"] == LAST_WORD_WEIGHT


@pytest.mark.parametrize(
    ("asked", "matching", "failing"),
    [
        ("Savaş ne zaman bitti?", "savas 1922 de bitti", "savas bitti"),
        ("Toplantı hangi tarihte yapıldı?", "11 ocak gunu", "toplanti uzun surdu"),
        ("Kaç üye var?", "on iki uye", "uyeler toplandi"),
        ("How many members are there?", "twelve hundred", "many"),
        ("Сколько человек живёт в Москве?", "13 миллионов", "много людей"),
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


@pytest.mark.parametrize("asked", ["Kızılay nedir?", "Who is Kızılay?", "Kızılay ne demektir?"])
def test_a_definition_begins_with_what_it_defines(asked: str) -> None:
    expected = parse_question(asked).expected
    assert expected is not None
    assert expected.search('"kizilay, bir dernektir')
    assert not expected.search("bugun kizilay toplandi")


@pytest.mark.parametrize("asked", ["Ankara nerede?", "Who wrote it?", ""])
def test_other_questions_expect_nothing_special(asked: str) -> None:
    assert parse_question(asked).expected is None


@pytest.mark.parametrize("asked", ["", " \n", "👍🏽", "?!…", "\0"])
def test_a_question_without_words_has_no_terms(asked: str) -> None:
    assert parse_question(asked).terms == ((), ())


def test_a_question_is_read_up_to_a_limit() -> None:
    assert len(parse_question("sözcük " * 5000).terms.prefixes) == MAX_CHARACTERS // 7 + 1
    assert len(parse_question("日" * 10_000).terms.grams) == MAX_CHARACTERS
