import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.analyzer import analyze, fold, has_words, split_words, word_terms

WITHOUT_TURKISH_LETTERS = str.maketrans("ıİşŞğĞçÇöÖüÜâÂîÎûÛ", "iIsSgGcCoOuUaAiIuU")


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("IĞDIR", "igdir"),
        ("İstanbul", "istanbul"),
        ("ıslak Islak", "islak islak"),
        ("ŞÇĞÖÜ", "scgou"),
        ("hâlâ", "hala"),
        ("Straße", "strasse"),
        ("ﬁrma", "firma"),
        ("１９２３", "1923"),
        ("كِتَاب", "كتاب"),
        ("Əliyev", "eliyev"),
        ("أحمد إلى مدرسةٍ آخر", "احمد الي مدرسه اخر"),  # hamza, ta marbuta, alef maqsura
        ("کتابی", "كتابي"),  # Persian letters
        ("١٩٧٥ ۱۳۵۴ १९४७", "1975 1354 1947"),
        ("Ёлка", "елка"),
        ("Қазақ тілі, өңір, үй, ұлы, ғасыр, шаһар", "казак тили, онир, уи, улы, гасыр, шахар"),
        ("ﾍﾟｯﾄ ﾎﾃﾙ", "ペット ホテル"),
        ("が", "が"),  # the mark makes another letter here
    ],
)
def test_case_accents_and_lookalikes_are_folded(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ankara'nın", ["ankara"]),
        ("Ankara’nın", ["ankara"]),
        ("TBMM'de 1923'te 3'üncü", ["tbmm", "1923", "3"]),
        ("AB'nin", ["ab"]),
        ("İstanbul'dakilerden", ["istanbul"]),
        ("l'histoire d'Ankara", ["l", "histoire", "d", "ankara"]),
        ("jusqu’à lorsqu'il aujourd'hui", ["jusqu", "a", "lorsqu", "il", "aujourdhui"]),
        ("don't bo'lgan O'zbekiston", ["dont", "bolgan", "ozbekiston"]),
        ("company's", ["company"]),
        ("'tırnak'", ["tirnak"]),
        ("kita\u00adbı", ["kitabi"]),  # a soft hyphen of a PDF
        ("10.000 kişi", ["10", "000", "kisi"]),
        ("e-posta", ["e", "posta"]),
        ("", []),
        ("👍 … !", []),
    ],
)
def test_words_lose_the_suffix_behind_their_apostrophe(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_a_word_gives_a_prefix_and_grams_within_its_borders() -> None:
    assert word_terms("kitaplarimizdan").prefixes == ("kitap",)
    assert word_terms("ankara").grams == ("_ank", "anka", "nkar", "kara", "ara_")
    assert word_terms("su").grams == ("_su_",)
    assert word_terms("o") == (("o",), ("_o_",))


def test_a_suffixed_name_finds_its_stem() -> None:
    question, text = analyze("Kazakistan'ın"), analyze("KAZAKİSTANLILAR")
    assert set(question.prefixes) == set(text.prefixes) == {"kazak"}
    assert {"_kaz", "azak", "kist", "stan"} <= set(question.grams) & set(text.grams)


def test_scripts_without_spaces_are_cut_into_bigrams() -> None:
    assert word_terms("日本語").prefixes == ("日本", "本語")
    assert word_terms("日本語").grams == ("日", "本", "語")
    assert "ภา" in analyze("ภาษาไทย").prefixes
    assert analyze("第2回会議abcdef").prefixes == ("2", "回会", "会議", "abcde")


def test_a_sign_that_stands_alone_makes_no_bigram_that_no_text_has() -> None:
    assert word_terms("本") == ((), ("本",))
    assert set(word_terms("本").grams) <= set(word_terms("日本語").grams)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("Muell", "Müll"), ("schoen", "schön"), ("Goethe", "Göthe"), ("aehnlich", "ähnlich")],
)
def test_german_typed_without_umlauts_gives_the_same_terms(typed: str, printed: str) -> None:
    assert analyze(typed) == analyze(printed)


def test_u_and_e_behind_q_are_no_umlaut() -> None:
    assert word_terms("quelle").prefixes == ("quell",)


@pytest.mark.parametrize(
    "printed",
    ["المكتبة", "والمكتبة", "بالمكتبة", "للمكتبة", "فالمكتبه", "كالمكتبة", "مكتبة", "ومكتبة"],
)
def test_an_arabic_word_has_the_same_terms_with_article_and_particles(printed: str) -> None:
    assert analyze(printed) == analyze("مكتبة")


@pytest.mark.parametrize(
    ("inflected", "plain"), [("كتابًا", "كتاب"), ("معلمون", "معلم"), ("سيارات", "سيارة")]
)
def test_arabic_endings_are_taken_off(inflected: str, plain: str) -> None:
    assert analyze(inflected) == analyze(plain)


@pytest.mark.parametrize("word", ["ولد", "الف", "ماء", "هي", "وهي", "ال", "ها"])
def test_arabic_words_keep_two_letters(word: str) -> None:
    assert len(word_terms(word).prefixes[0]) >= 2


def test_marks_of_indian_scripts_stay_inside_words() -> None:
    assert split_words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


@given(st.text())
def test_composed_and_decomposed_letters_give_the_same_terms(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert analyze(composed) == analyze(unicodedata.normalize("NFD", composed))


@given(
    st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîû 0123456789'")
)
def test_turkish_typed_without_its_letters_gives_the_same_terms(text: str) -> None:
    assert analyze(text.translate(WITHOUT_TURKISH_LETTERS)) == analyze(text)


@given(st.text())
def test_terms_hold_no_white_space_and_are_never_empty(text: str) -> None:
    for terms in analyze(text):
        assert all(term and not any(c.isspace() for c in term) for term in terms)


@given(st.text(), st.text())
def test_the_terms_of_two_paragraphs_are_those_of_each(first: str, second: str) -> None:
    together = analyze(f"{first}\n{second}")
    one, two = analyze(first), analyze(second)
    assert together == (one.prefixes + two.prefixes, one.grams + two.grams)


@given(st.text())
def test_words_have_a_letter_or_a_digit_of_any_script(text: str) -> None:
    assert has_words(text) == any(character.isalnum() for character in text)
