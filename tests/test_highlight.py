import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.analyzer import TermWeights
from embeddings.highlight import EXPECTED_BONUS, INHERITED, Evidence, Sought
from embeddings.questions import parse_question


def sought(question: str, **frequencies: float) -> Sought:
    """Look for a question in which every term is equally rare, but for the prefixes named."""
    asked = parse_question(question)
    prefixes = {term: frequencies.get(term, 1.0) for term in asked.stress.prefixes}
    grams = dict.fromkeys(asked.stress.grams, 0.0 if frequencies else 1.0)
    return Sought(asked.stress, TermWeights(prefixes, grams), asked.expected)


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
    assert looking.find_answer("Kedi geldi.", "") == ((0, 11), 0.25, 0.25)
    assert looking.find_answer("Kedi geldi. Sonra uyudu.", "") == (
        (12, 24),
        0.75 + 0.25 * INHERITED,
        1.0,
    )
    assert looking.find_answer("Sonra uyudu.", "Kedi") == ((0, 12), 0.75 + 0.25 * INHERITED, 1.0)
    assert looking.find_answer("Hiçbiri.", "") == ((0, 8), 0.0, 0.0)


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


def test_of_equal_sentences_the_first_is_marked() -> None:
    assert sought("kedi").find_answer("Kedi var. Kedi var.", "").highlight == (0, 9)


@given(st.text(min_size=1), st.text(), st.text())
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
