import pytest

from embeddings.analyzer import fold, split_words
from embeddings.question_words import LANGUAGES, read_language


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Kütüphane ne zaman açılır?", "tr"),
        ("T.C. Ulaştırma Bakanlığı lisansı ne zaman verdi?", "tr"),
        ("On iki ada nerede?", "tr"),  # "on" is English too
        ("Muzey nə vaxt açılır?", "az"),
        ("Muzeyi kim inşa edib?", "az"),
        ("Who opened the library?", "en"),
        ("Wann öffnet die Bücherei?", "de"),
        ("Was kostet die Karte?", "de"),  # "was" is English too
        ("Où est la bibliothèque ?", "fr"),
        ("Сколько стоит билет?", "ru"),
        ("متى تفتح المكتبة؟", "ar"),
        ("Кітапхана қашан ашылады?", "kk"),
        ("колди ким тапкан", "kk"),
        ("Kitaphana qashan ashylady?", "kk"),
        ("图书馆什么时候开门？", "zh"),
        ("図書館はいつ開きますか", "ja"),
        ("Ankara", "tr"),  # no telling
        ("", "tr"),
    ],
)
def test_small_words_letters_and_script_tell_the_language(question: str, code: str) -> None:
    assert read_language(question) is LANGUAGES[code]


def test_the_words_are_folded_as_the_questions_are() -> None:
    for language in LANGUAGES.values():
        words = language.asking | language.fillers | {w for pair in language.pairs for w in pair}
        assert {fold(word) for word in words} == words
        assert all(first in language.asking for first, _ in language.pairs)


def test_every_language_has_its_phrases_of_courtesy() -> None:
    for language in LANGUAGES.values():
        for phrases in (language.greetings, language.thanks, language.closings, language.address):
            assert phrases
            assert all(tuple(split_words(" ".join(phrase))) == phrase for phrase in phrases)


@pytest.mark.parametrize(
    ("code", "word", "pieces"),
    [
        ("zh", "采茶节什么时候举行", ["采茶节", "举行"]),
        ("zh", "黑釉茶盏是谁捐的", ["黑釉茶盏", "捐"]),
        ("zh", "目的", ["目的"]),
        ("zh", "几何", ["几何"]),
        ("zh", "谁", ["谁"]),
        ("ja", "桔梗の絵は誰が描いたのですか", ["桔梗の絵は", "が描いた"]),
        ("ja", "いつも", ["いつも"]),
        ("en", "whatever", ["whatever"]),
    ],
)
def test_what_asks_is_cut_out_of_runs_without_spaces(
    code: str, word: str, pieces: list[str]
) -> None:
    assert LANGUAGES[code].cut([word]) == pieces


def test_the_second_word_of_a_pair_that_asks_is_left_out() -> None:
    assert LANGUAGES["de"].cut(["wie", "viele", "autos"]) == ["wie", "autos"]
    assert LANGUAGES["de"].cut(["viele", "autos"]) == ["viele", "autos"]


@pytest.mark.parametrize(
    ("code", "question", "answer", "other"),
    [
        ("tr", "Ne zaman açıldı?", "Ağustos sonunda.", "Eski binada."),
        ("tr", "Kaç kişi geldi?", "Yedi kişi.", "Çok kişi."),
        ("tr", "Ayın kaçına kadar?", "Ayın onuna kadar.", "Birinin işi bitene kadar."),
        ("tr", "Kaçında kapandı?", "Yirmisinden sonra.", "Bahar gelince."),
        ("tr", "Niçin kapalı?", "Kar yağdığı için.", "Bugün kapalı."),
        ("az", "Nə vaxt açılıb?", "Martın əvvəlində.", "Köhnə binada."),
        ("az", "Neçə nəfər gəldi?", "Yeddi nəfər.", "Xeyli adam."),
        ("az", "Niyə bağlıdır?", "Çünki qar yağıb.", "Hamı üçün bağlıdır."),
        ("en", "When was it?", "In the 12th century.", "In the old mill."),
        ("en", "When was it?", "12 Ağustos günü.", "Eski binada."),
        ("en", "How many came?", "Seven of them.", "A lot of them."),
        ("en", "Why is it closed?", "Closed because of snow.", "Closed today."),
        ("de", "Wann war das?", "Im März.", "In der alten Mühle."),
        ("de", "Wie viele sind es?", "Es sind vierunddreißig.", "Es sind viele."),
        ("de", "Warum ist zu?", "Zu, weil es schneit.", "Heute ist zu."),
        ("fr", "Quand est-ce ?", "Le premier août.", "Dans la cour."),
        ("fr", "Combien sont-ils ?", "Ils sont quatorze.", "Ils sont nombreux."),
        ("fr", "Pourquoi est-ce fermé ?", "Parce qu'il neige.", "C'est fermé."),
        ("ru", "Когда это было?", "В начале мая.", "В старом доме."),
        ("ru", "Сколько их?", "Их двадцать.", "Их много."),
        ("ru", "Почему закрыто?", "Из-за снега.", "Сегодня закрыто."),
        ("ar", "متى كان ذلك؟", "في شهر آذار.", "في البيت القديم."),
        ("ar", "كم عددهم؟", "عددهم سبعة.", "عددهم كبير."),
        ("ar", "لماذا أغلقت؟", "لأن الثلج كثير.", "أغلقت أمس."),
        ("kk", "Қашан болды?", "Қыркүйек айында.", "Ескі үйде."),
        ("kk", "Қанша адам келді?", "Жиырма адам.", "Көп адам."),
        ("kk", "Неге жабық?", "Өйткені қар жауды.", "Бүгін жабық."),
        ("zh", "什么时候开门？", "三月五日。", "在老房子里。"),
        ("zh", "有多少人？", "二十人。", "很多人。"),
        ("zh", "为什么关门？", "因为下雪。", "今天关门。"),
        ("ja", "いつですか", "昭和のはじめ。", "古い家で。"),
        ("ja", "何人いますか", "二十人います。", "たくさんいます。"),
        ("ja", "なぜ閉まっていますか", "雪のためです。", "今日は閉まっています。"),
    ],
)
def test_dates_numbers_and_reasons_are_known_in_each_language(
    code: str, question: str, answer: str, other: str
) -> None:
    expected = LANGUAGES[code].expects(fold(question))
    assert expected is not None
    assert expected.search(fold(answer))
    assert not expected.search(fold(other))


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_other_questions_expect_nothing_special(code: str) -> None:
    assert LANGUAGES[code].expects("ankara") is None


@pytest.mark.parametrize(
    ("code", "asking", "other"),
    [
        ("tr", "Kitabı kimden aldı?", "Kimya dersi nerede?"),
        ("tr", "Kenti hangi padişah aldı?", "Kenti hangi ordu aldı?"),
        ("az", "Kitabı kim yazıb?", "Kimya dərsi haradadır?"),
        ("en", "Whose book is it?", "The whole book?"),
        ("fr", "Qui a écrit le livre ?", "Quel livre ?"),
        ("ru", "Чья это книга?", "Что это?"),
        ("kk", "Кітапты кімге берді?", "Қандай кітап?"),
    ],
)
def test_a_person_is_asked_for_in_these_languages(code: str, asking: str, other: str) -> None:
    assert LANGUAGES[code].asks_who(fold(asking))
    assert not LANGUAGES[code].asks_who(fold(other))


@pytest.mark.parametrize(
    ("code", "question"),
    # German nouns have capital letters all; the other scripts have none.
    [
        ("de", "Wer hat das Buch?"),
        ("ar", "من كتب الكتاب؟"),
        ("zh", "谁捐的？"),
        ("ja", "誰ですか"),
    ],
)
def test_where_a_capital_letter_tells_no_name_nobody_is_asked_for(
    code: str, question: str
) -> None:
    assert not LANGUAGES[code].asks_who(fold(question))


@pytest.mark.parametrize(
    ("code", "asking", "other"),
    [
        ("tr", "Kooperatif ne demek?", "Bu kooperatifin adı ne?"),
        ("az", "Muğam nədir?", "Muğamı kim oxuyub?"),
        ("en", "What is a hive?", "Tell me what it is"),
        ("de", "Wer ist Köhler?", "Wo ist Köhler?"),
        ("fr", "Qu'est-ce qu'une ruche ?", "Est-ce une ruche ?"),
        ("fr", "qu est ce qu une ruche", "où est la ruche"),
        ("fr", "C’est quoi, une ruche ?", "C'est une ruche ?"),
        ("ru", "Кто такой Лунин?", "Какой Лунин?"),
    ],
)
def test_what_something_is_is_known_in_these_languages(code: str, asking: str, other: str) -> None:
    assert LANGUAGES[code].asks_meaning(fold(asking))
    assert not LANGUAGES[code].asks_meaning(fold(other))


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_language_without_patterns_expects_nothing(code: str) -> None:
    language = LANGUAGES[code]._replace(when="", how_many="", why="", who="", defines="")
    for question in ("ne zaman kim", "when who is", "когда кто", "いつ", "什么时候"):
        assert language.expects(question) is None
        assert not language.asks_who(question)
        assert not language.asks_meaning(question)
