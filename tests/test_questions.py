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
    assert question.words == ("ankara", "baskent", "secildi")


def test_a_question_of_question_words_alone_looks_for_them() -> None:
    assert parse_question("Kim?").stress.prefixes == {"kim": LAST_WORD_WEIGHT}
    assert parse_question("Ne oldu?").words == ("oldu",)


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
        ("Savaş ne zaman bitti?", "Savaş 1922'de bitti.", "Savaş bitti."),
        ("Toplantı hangi tarihte yapıldı?", "11 Ocak günü", "Toplantı uzun sürdü."),
        ("Kaç üye var?", "On iki üye", "Üyeler toplandı."),
        ("How many members are there?", "Twelve hundred", "Many"),
        ("Сколько человек живёт в Москве?", "13 миллионов", "Много людей"),
        ("Toplantı neden ertelendi?", "Kar yüzünden ertelendi.", "Sonra ertelendi."),
    ],
)
def test_the_question_word_tells_what_kind_of_answer_is_wanted(
    asked: str, matching: str, failing: str
) -> None:
    expected = parse_question(asked).expected
    assert expected is not None
    assert expected.is_in(matching)
    assert not expected.is_in(failing)


@pytest.mark.parametrize(
    "asked",
    [
        "Kızılay nedir?",
        "Kızılay ne demektir?",
        "Kızılay nədir, deyin zəhmət olmasa",
        "Who is Kızılay?",
        "Was ist Kızılay?",
        "Qu'est-ce que Kızılay ?",
        "C'est quoi, Kızılay ?",
        "Что такое Kızılay?",
    ],
)
def test_a_definition_begins_with_what_it_defines(asked: str) -> None:
    expected = parse_question(asked).expected
    assert expected is not None
    assert expected.is_in('"Kızılay, bir dernektir.')
    assert not expected.is_in("Bugün Kızılay toplandı.")


@pytest.mark.parametrize(
    "asked",
    [
        "Feneri kim yaptırdı?",
        "Who built the lighthouse?",
        "Qui a construit le phare ?",
        "Кто построил маяк?",
        "Ekinlik adasındaki eski feneri yaptıran kimdir?",
    ],
)
def test_who_is_answered_with_a_name(asked: str) -> None:
    expected = parse_question(asked).expected
    assert expected is not None
    assert expected.is_in("Burayı Barbier yaptırdı.")
    assert expected.is_in("Маяк построил Иван.")
    assert not expected.is_in("Burayı belediye yaptırdı.")
    assert not expected.is_in("Belediye yaptırdı.")  # every sentence begins with a capital letter
    assert expected.is_in("Kurtuluş Ergin yaptırdı.")  # but not with two
    assert expected.is_in("Yaptıran II. Mahmut olmuş.")


def test_a_name_in_the_question_is_not_the_one_asked_for() -> None:
    expected = parse_question("Kim Ankara'da Sezgin'i karşıladı?").expected
    assert expected is not None
    assert not expected.is_in("Onu dün Sezgin'in evinde, Ankara'da karşıladı.")
    assert expected.is_in("Onu dün Ankara'da Halide karşıladı.")


def test_who_somebody_is_asks_for_a_definition_and_a_long_description_for_a_name() -> None:
    definition = parse_question("Fuat Sezgin kimdir?").expected
    assert definition is not None
    assert definition.is_in("Fuat Sezgin, bir tarihçidir.")
    assert not definition.is_in("Müzeyi Fuat Sezgin kurdu.")
    name = parse_question("Bilim tarihi müzesini kuran kişi kimdir?").expected
    assert name is not None
    assert name.is_in("Müzeyi Fuat Sezgin kurdu.")


@pytest.mark.parametrize("asked", ["Ankara nerede?", "Wer gründete den Verein?", "谁捐的？", ""])
def test_other_questions_expect_nothing_special(asked: str) -> None:
    assert parse_question(asked).expected is None


@pytest.mark.parametrize("asked", ["", " \n", "👍🏽", "?!…", "\0"])
def test_a_question_without_words_has_no_terms(asked: str) -> None:
    assert parse_question(asked).terms == ((), ())


def test_a_question_is_read_up_to_a_limit() -> None:
    assert len(parse_question("sözcük " * 5000).terms.prefixes) == MAX_CHARACTERS // 7 + 1
    assert len(parse_question("日" * 10_000).terms.grams) == MAX_CHARACTERS


def test_courtesy_around_a_question_is_not_looked_for_unless_it_is_asked_about() -> None:
    question = parse_question("merhaba çay kaç lira teşekkürler")
    assert question.stress.prefixes == {"cay": 1.0, "lira": LAST_WORD_WEIGHT}
    assert question.terms.prefixes == ("cay", "lira")
    assert parse_question("merhaba ne demek?").words == ("merhaba",)
    assert parse_question("Merhaba kelimesi nereden gelir?").words[0] == "merhaba"


def test_mended_words_are_told_once_each_in_the_order_of_the_question() -> None:
    dictionary = {"komsiyon": "komisyon", "kraari": "karari"}
    typed = "Komsiyon hangi kraarı verdi, komsiyon neyi kabul etti?"
    read = parse_question(typed, lambda word: dictionary.get(word, word))
    assert read.mended == (("komsiyon", "komisyon"), ("kraari", "karari"))
    assert parse_question(typed).mended == ()


@pytest.mark.parametrize(
    "text", ["Bu kim?", "neden", "où", "Қайда?", "2+2 kaç eder", "what is it"]
)
def test_a_question_of_small_words_is_vague(text: str) -> None:
    assert parse_question(text).is_vague


@pytest.mark.parametrize(
    "text", ["Fon nedir?", "Madde 12 ne der?", "1453", "桔梗", "çay kaç lira"]
)
def test_one_word_that_says_something_is_enough(text: str) -> None:
    assert not parse_question(text).is_vague


def test_names_and_small_words_are_not_mended() -> None:
    asked = parse_question("Bay Nuri Sezen neden komsiyon kurdu", str.upper)
    assert asked.mended == (("komsiyon", "KOMSIYON"), ("kurdu", "KURDU"))


def test_what_is_quoted_in_a_question_is_told() -> None:
    assert parse_question('“Su NE zaman?” ve «çay» diyen "kim"').quotations == (
        "su ne zaman",
        "cay",
        "kim",
    )
    assert parse_question('5" boru, "?!"').quotations == ()
