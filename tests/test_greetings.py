import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.analyzer import has_words
from embeddings.greetings import Courtesy, read_courtesy, trim_courtesy, without_courtesy
from embeddings.question_words import LANGUAGES

PHRASES = sorted(
    phrase
    for known in LANGUAGES.values()
    for phrase in known.greetings | known.thanks | known.closings
)
LISTED = {word for phrase in PHRASES for word in phrase} | {
    word for known in LANGUAGES.values() for phrase in known.address for word in phrase
}
# "как" is a part of "как дела", "please" of nothing.
ASKING = sorted(word for known in LANGUAGES.values() for word in known.asking - LISTED)


@pytest.mark.parametrize(
    "text",
    [
        *("Merhaba", "MERHABA!", "günaydın arkadaşlar", "gunaydin", "Nasılsın?", "slm naber"),
        *("salam", "Necəsiniz?", "hello", "Hey everyone!", "How's it going?", "Guten Morgen"),
        *("Wie geht's?", "Bonjour à tous !", "Ça va ?", "привет", "Как дела?", "السلام عليكم"),
        *("сәлеметсіз бе", "你好！", "你好吗", "大家好", "こんにちは", "お元気ですか", "👋"),
    ],
)
def test_a_greeting_is_told_in_each_language(text: str) -> None:
    assert read_courtesy(text) is Courtesy.GREETING


@pytest.mark.parametrize(
    "text",
    [
        *("Teşekkürler 🙏", "çok teşekkür ederim hocam", "Sağ ol!", "çox sağ olun", "thanks"),
        *("Thank you so much!", "Vielen Dank im Voraus", "merci beaucoup", "спасибо большое"),
        *("شكرًا جزيلا", "көп рақмет", "谢谢老师", "ありがとうございます", "🙏🏽"),
    ],
)
def test_thanks_are_told_in_each_language(text: str) -> None:
    assert read_courtesy(text) is Courtesy.THANKS


@pytest.mark.parametrize(
    "text",
    [
        *("tamam", "ok", "Hoşça kal", "görüşürüz", "hələlik", "bye bye", "tschüss"),
        *("au revoir", "пока", "مع السلامة", "сау бол", "再见", "さようなら", "👍🏽"),
    ],
)
def test_what_ends_an_exchange_is_told_in_each_language(text: str) -> None:
    assert read_courtesy(text) is Courtesy.CLOSING


@pytest.mark.parametrize("text", ["merhabaaa", "Selammm", "heeeyyy", "hellooo", "приветттт"])
def test_letters_may_be_stretched(text: str) -> None:
    assert read_courtesy(text) is Courtesy.GREETING


def test_of_several_courtesies_thanks_come_first_and_a_closing_last() -> None:
    assert read_courtesy("Merhaba, teşekkürler, görüşürüz") is Courtesy.THANKS
    assert read_courtesy("Tamam. Merhaba!") is Courtesy.GREETING
    assert read_courtesy("Merhaba 🙏") is Courtesy.GREETING  # words say it more clearly


@pytest.mark.parametrize(
    "text",
    [
        *("", "?!", "🙂", "Ankara", "hocam", "çok", "asdfgh", "123", "günler", "谢先生"),
        *("Merhaba, çay kaç lira?", "merhaba kelimesi nereden gelir?", "merhaba ne demek"),
        *("ok ve yay", "who said hello", "Selam Ankara", "谢谢吗什么"),
    ],
)
def test_other_texts_are_no_courtesy(text: str) -> None:
    assert read_courtesy(text) is None


def test_every_phrase_of_every_language_is_courtesy() -> None:
    assert [phrase for phrase in PHRASES if not read_courtesy(" ".join(phrase))] == []


@given(st.sampled_from(PHRASES), st.sampled_from(ASKING), st.booleans())
def test_a_question_word_beside_a_phrase_makes_a_question(
    phrase: tuple[str, ...], asking: str, is_before: bool
) -> None:
    words = (asking, *phrase) if is_before else (*phrase, asking)
    assert read_courtesy(" ".join(words)) is None


@given(st.text(st.characters()) | st.text(st.sampled_from("merhaba hi,.!?-\n👍谢你好 ")))
def test_any_text_is_read_and_only_its_ends_are_left_out(text: str) -> None:
    courtesy = read_courtesy(text)
    assert courtesy is None or isinstance(courtesy, Courtesy)
    kept = without_courtesy(text)
    assert kept in text
    assert has_words(kept) == has_words(text)
    if courtesy is None and has_words(text):
        assert read_courtesy(kept) is None or read_courtesy(kept) is Courtesy.CLOSING


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Merhaba, çay kaç lira?", "çay kaç lira?"),
        ("Selam! Nasılsın? Çay kaç lira? Teşekkürler.", "Çay kaç lira?"),
        ("Günaydın\nÇay kaç lira", "Çay kaç lira"),
        ("merhaba 🙂 çay 3.5 lira mı", "çay 3.5 lira mı"),
        ("Hallo - was kostet der Tee?", "was kostet der Tee?"),
        ("你好，茶多少钱？谢谢", "茶多少钱？"),
        ("Merhaba... Çay kaç lira?", "Çay kaç lira?"),
    ],
)
def test_courtesy_that_a_mark_parts_is_left_out(text: str, kept: str) -> None:
    assert without_courtesy(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "merhaba çay kaç lira",  # no mark: it may be a name
        "“Merhaba”, nereden gelir?",
        "Wi-fi, hi-fi nedir?",
        "hi-fi nedir?",
        "Merhaba, teşekkürler!",  # nothing would be left
        "Ok, yay ve mızrak nedir?",
    ],
)
def test_what_may_be_asked_about_is_not_left_out(text: str) -> None:
    assert without_courtesy(text) == text


@pytest.mark.parametrize(
    ("code", "question", "kept"),
    [
        ("tr", "merhaba arkadaslar cay kac lira", "cay kac lira"),
        ("tr", "cay kac lira cok tesekkurler", "cay kac lira"),
        ("tr", "selammm cay kac lira sagol", "cay kac lira"),
        ("az", "salam cay nece manatdir", "cay nece manatdir"),
        ("en", "hello how much is tea thank you", "how much is tea"),
        ("zh", "你好 茶 钱", "茶 钱"),
    ],
)
def test_a_question_is_trimmed_of_courtesy_without_marks(
    code: str, question: str, kept: str
) -> None:
    assert trim_courtesy(question.split(), LANGUAGES[code]) == kept.split()


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("tr", "cok kisi geldi mi"),  # an address by itself is none
        ("tr", "bakan merhaba dedi mi"),
        ("tr", "ok ve yay"),
        ("tr", "merhaba ne"),
        ("tr", "gunaydin gazetesi ne zaman kuruldu"),
        ("en", "merhaba how much is tea"),  # it may be a name there
        ("en", "who said hello"),
        ("tr", ""),
    ],
)
def test_courtesy_that_is_asked_about_is_kept(code: str, question: str) -> None:
    assert trim_courtesy(question.split(), LANGUAGES[code]) == question.split()


def test_no_text_takes_long() -> None:
    """Each would take minutes if its marks or phrases were tried in every combination."""
    for text in ("." * 50_000, "- " * 20_000, "谢谢好啊" * 5_000, "merhaba, " * 1_000):
        read_courtesy(text)
        assert without_courtesy(text)
