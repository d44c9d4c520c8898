import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.analyzer import TermWeights
from embeddings.highlight import (
    EXPECTED_BONUS,
    INHERITED,
    Evidence,
    Sought,
    held_numbers,
    points_back,
    proximity,
)
from embeddings.questions import parse_question


def sought(question: str, **frequencies: float) -> Sought:
    """Look for a question in which every term is equally rare, but for the prefixes named."""
    asked = parse_question(question)
    prefixes = {term: frequencies.get(term, 1.0) for term in asked.stress.prefixes}
    grams = dict.fromkeys(asked.stress.grams, 0.0 if frequencies else 1.0)
    return Sought(asked, TermWeights(prefixes, grams))


def marked(evidence: Evidence, passage: str) -> str:
    start, end = evidence.highlight
    return passage[start:end]


def test_the_sentence_with_the_words_of_the_question_is_marked() -> None:
    passage = "Kurul toplandı. Fon kurulmasına karar verildi. Toplantı bitti."
    assert marked(sought("Fon kurulacak mı?").find_answer(passage, ""), passage) == (
        "Fon kurulmasına karar verildi."
    )


def test_a_topic_named_once_is_inherited_by_the_sentences_below() -> None:
    passage = "Şükrullah bir tarihçidir. Bursa'da yaşadı. İstanbul'da vefat etti."
    evidence = sought("Şükrullah nerede vefat etti?").find_answer(passage, "")
    assert marked(evidence, passage) == "İstanbul'da vefat etti."


def test_the_share_of_the_question_is_the_score() -> None:
    # By prefixes alone: "kedi" counts 1 and "uyudu" 3, so they are a quarter and three quarters.
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    assert looking.find_answer("Kedi geldi.", "")[:3] == ((0, 11), 0.25, 0.25)
    assert looking.find_answer("Kedi geldi. Sonra uyudu.", "")[:3] == (
        (12, 24),
        0.75 + 0.25 * INHERITED,
        1.0,
    )
    below = looking.find_answer("Sonra uyudu.", "Kedi")
    assert below[:3] == ((0, 12), 0.75 + 0.25 * INHERITED, 1.0)
    assert looking.find_answer("Hiçbiri.", "")[:3] == ((0, 8), 0.0, 0.0)


def test_of_a_table_only_the_row_is_marked_that_alone_holds_most() -> None:
    passage = "Üye | Ödenti\nÖğrenci | 200 lira\nEmekli | 300 lira"
    evidence = sought("Öğrenci ödentisi kaç lira?").find_answer(passage, "")
    assert marked(evidence, passage) == "Öğrenci | 200 lira"


@pytest.mark.parametrize("question", ["Ödenti kaç lira?", "Ödenti nedir?"])
def test_a_table_is_marked_whole_where_no_row_stands_out(question: str) -> None:
    passage = "Üye | Ödenti\nÖğrenci | 200 lira\nEmekli | 300 lira"
    assert marked(sought(question).find_answer(passage, ""), passage) == passage


def test_a_rare_word_counts_more() -> None:
    looking = sought("kedi uyudu", kedi=3.0, uyudu=1.0)
    assert looking.find_answer("Kedi.", "").sentence == 0.5


def test_the_kind_of_answer_wanted_is_preferred() -> None:
    passage = "Savaş sürdü ve bitti. Savaş 1922'de bitti."
    assert marked(sought("Savaş ne zaman bitti?").find_answer(passage, ""), passage) == (
        "Savaş 1922'de bitti."
    )
    assert marked(sought("Savaş nasıl bitti?").find_answer(passage, ""), passage) == (
        "Savaş sürdü ve bitti."
    )
    looking = sought("savaş kaç", savas=1.0, kac=0.0)
    assert looking.find_answer("Savaş 3 yıl sürdü.", "").sentence == 1 + EXPECTED_BONUS


def test_who_asks_for_a_name_that_is_not_in_the_question() -> None:
    passage = "Atatürk'ü kentte karşıladı. Atatürk'ü Halide karşıladı."
    assert marked(sought("Atatürk'ü kim karşıladı?").find_answer(passage, ""), passage) == (
        "Atatürk'ü Halide karşıladı."
    )
    assert marked(sought("Atatürk'ü nasıl karşıladı?").find_answer(passage, ""), passage) == (
        "Atatürk'ü kentte karşıladı."
    )


@pytest.mark.parametrize("pointer", ["Bu", "O", "Bunun üzerine", "Orada o", "“Onlar"])
def test_only_a_sentence_that_points_back_inherits_from_the_one_before(pointer: str) -> None:
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    found = looking.find_answer(f"Hava iyiydi. Kedi geldi. {pointer} uyudu.", "")
    points_back = pointer != "Orada o"
    assert found.sentence == 0.75 + (0.25 * INHERITED if points_back else 0)
    assert found.coverage == 1.0


def test_of_two_sentences_before_only_the_nearer_is_inherited() -> None:
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    found = looking.find_answer("Hava iyiydi. Kedi geldi. Kuş öttü. O uyudu.", "")
    assert found.sentence == 0.75


@pytest.mark.parametrize("pointer", ["This", "He", "Dies", "Elle", "Она", "Это"])
def test_other_languages_point_back_too(pointer: str) -> None:
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    passage = f"Hava iyiydi. Kedi geldi. {pointer} uyudu."
    assert looking.find_answer(passage, "").sentence == 0.75 + 0.25 * INHERITED


@pytest.mark.parametrize("word", ["Her", "Er", "Es", "Il", "It", "His"])
def test_a_short_word_that_means_something_else_in_another_language_points_nowhere(
    word: str,
) -> None:
    assert not points_back(f"{word} uyudu.")


def test_a_word_that_only_begins_like_a_pointer_points_nowhere() -> None:
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    for beginning in ("Bursa'da", "Onur", "Ocakta", "Essen", "Ithaka"):
        passage = f"Hava iyiydi. Kedi geldi. {beginning} uyudu."
        assert looking.find_answer(passage, "").sentence == 0.75


def test_the_sentence_that_is_pointed_back_to_is_marked_where_it_brings_much() -> None:
    passage = "Hava iyiydi. Kedi geldi. O uyudu."
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    assert marked(looking.find_answer(passage, ""), passage) == "Kedi geldi. O uyudu."


def test_the_sentence_that_is_pointed_back_to_is_not_marked_where_it_brings_little() -> None:
    passage = "Hava iyiydi. Kedi geldi. O uyudu."
    # "kedi" is 0.5 of 3.5 of the question, a seventh.
    rare = sought("kedi uyudu", kedi=0.5, uyudu=1.0)
    assert marked(rare.find_answer(passage, ""), passage) == "O uyudu."
    # The heading says already what the sentence before would say.
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    assert marked(looking.find_answer(passage, "Kedi"), passage) == "O uyudu."
    # The answering sentence says it itself.
    again = "Hava iyiydi. Kedi geldi. O kedi uyudu."
    assert marked(looking.find_answer(again, ""), again) == "O kedi uyudu."


def test_without_a_pointer_no_second_sentence_is_marked() -> None:
    passage = "Hava iyiydi. Kedi geldi. Sonra uyudu."
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    assert marked(looking.find_answer(passage, ""), passage) == "Sonra uyudu."


def test_a_date_that_the_next_sentence_gives_is_marked_too() -> None:
    passage = "Savaş bitti. Bu, 1922'de oldu. Sonra barış yapıldı."
    found = sought("Savaş ne zaman bitti?").find_answer(passage, "")
    assert marked(found, passage) == "Savaş bitti. Bu, 1922'de oldu."
    assert found.sentence == pytest.approx(1.0)  # of the best alone, which has no date


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Savaş nasıl bitti?", "Savaş bitti. Bu, 1922'de oldu."),  # no date is asked for
        ("Savaş ne zaman bitti?", "Savaş bitti. Ordu 1922'de dağıldı."),  # it speaks of others
        ("Savaş ne zaman bitti?", "Savaş bitti. Bu iyi oldu."),  # it gives no date
        ("Savaş ne zaman bitti?", "Savaş bitti."),
    ],
)
def test_a_next_sentence_that_does_not_complete_the_answer_is_not_marked(
    question: str, passage: str
) -> None:
    assert marked(sought(question).find_answer(passage, ""), passage) == "Savaş bitti."


def test_an_answer_that_has_its_date_needs_no_next_sentence() -> None:
    passage = "Savaş 1922'de bitti. Bu, 1923'te duyuruldu."
    assert marked(sought("Savaş ne zaman bitti?").find_answer(passage, ""), passage) == (
        "Savaş 1922'de bitti."
    )


def test_of_equal_sentences_the_first_is_marked() -> None:
    assert sought("kedi").find_answer("Kedi var. Kedi var.", "").highlight == (0, 9)


def test_a_question_in_the_text_counts_as_what_stands_above_a_passage() -> None:
    passage = "Kedi uyudu mu? Evet, o saatte uyudu."
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    found = looking.find_answer(passage, "")
    assert marked(found, passage) == "Evet, o saatte uyudu."
    assert found == ((15, 36), 0.75 + 0.25 * INHERITED, 1.0, False)


def test_a_text_that_only_asks_counts_half() -> None:
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    half = INHERITED
    assert looking.find_answer("Kedi uyudu mu?", "") == ((0, 14), half, half, True)
    assert looking.find_answer("Nerede? Kedi uyudu mu? 😊", "").highlight == (8, 22)


def test_a_question_that_the_user_quotes_is_looked_for() -> None:
    looking = sought('"kedi uyudu mu" diyen', kedi=1.0, uyudu=1.0)
    found = looking.find_answer("Ali: Kedi uyudu mu?", "")
    assert not found.only_asks
    assert found.sentence == found.coverage
    assert looking.find_answer("Kedi mi uyudu?", "").only_asks


def test_below_a_question_the_answer_is_marked_though_it_shares_no_word() -> None:
    passage = "Hava iyiydi. Kedi uyudu mu? Sabaha kadar."
    looking = sought("kedi uyudu", kedi=1.0, uyudu=1.0)
    assert marked(looking.find_answer(passage, ""), passage) == "Sabaha kadar."
    # A pointer in it does not bring the question along.
    again = "Kedi uyudu mu? Bu böyle sürdü."
    assert marked(looking.find_answer(again, ""), again) == "Bu böyle sürdü."


TEXTS = st.text() | st.lists(
    st.sampled_from(
        ["Kedi geldi.", "Bu", "uyudu.", "O 1922'de", "Ali", "gitti.", "Kim", "?", "mu?"]
    ),
    max_size=12,
).map(" ".join)


@given(TEXTS.filter(bool), TEXTS, TEXTS)
def test_the_mark_is_within_the_passage_and_shares_are_shares(
    passage: str, context: str, question: str
) -> None:
    evidence = sought(question).find_answer(passage, context)
    start, end = evidence.highlight
    assert 0 <= start < end <= len(passage)
    assert 0 <= evidence.sentence <= 1 + EXPECTED_BONUS + 1e-9
    assert 0 <= evidence.coverage <= 1 + 1e-9
    assert evidence.coverage >= evidence.sentence - EXPECTED_BONUS - 1e-9


def test_every_word_found_is_all_of_the_question() -> None:
    text = "Ankara başkent oldu."
    assert sought(text).find_answer(text, "").coverage == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("words", "text", "share"),
    [
        (["kedi", "evde"], "Kedi evde.", 1.0),
        (["kedi", "evde"], "Evde bir de kedi.", 1.0),  # three apart, the other way round
        (["kedi", "evde"], "Kedi dün gece geç evde.", 0.0),
        (["kedi", "evde", "uyudu"], "Kedi evde. Dün gece geç saatte uyudu.", 0.5),
        (["kitaplar", "masada"], "Kitaplarım masadaydı.", 1.0),
        (["kedi"], "Bir kedi.", 1.0),
        (["kedi"], "Bir köpek.", 0.0),
        ([], "Bir köpek.", 0.0),
    ],
)
def test_neighbours_of_the_question_are_neighbours_in_the_text(
    words: list[str], text: str, share: float
) -> None:
    assert proximity(words, text) == share


@pytest.mark.parametrize(
    ("words", "text", "share"),
    [
        (["savas", "1922"], "Savaş 1922'de bitti.", 1.0),
        (["savas", "1922"], "Savaş 1923'te bitti.", 0.0),
        (["1922", "1923"], "Savaş 1922'de bitti.", 0.5),
        (["3"], "1453", 0.0),
        (["3"], "3,5 lira", 1.0),
        (["a4", "a4"], "A4 kâğıdı", 1.0),
        (["savas"], "1922", 1.0),
        ([], "", 1.0),
    ],
)
def test_numbers_of_the_question_are_held_whole(words: list[str], text: str, share: float) -> None:
    assert held_numbers(words, text) == share
