"""What counts as the same passage again, and which of them is quoted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import SHARED, Document, Passage
from embeddings.diversity import SHORTEST, collapse, is_copy
from embeddings.library import Library
from embeddings.listing import StoredPassage
from tests.encoders import LetterEncoder

RULE = (
    "Kütüphane hafta içi her gün sabah sekizde açılır, akşam onda kapanır. Okuma salonuna yiyecek "
    "ve içecekle girilmez, çantalar girişteki dolaplara bırakılır. Ödünç alınan kitaplar iki "
    "hafta içinde geri getirilir ya da masada uzatılır."
)
OTHER = (
    "Bahçedeki ağaçlar belediyenin izniyle budanır. Kesilen dallar yol kenarında bırakılmaz, aynı "
    "gün toplanıp götürülür. Çocuk parkının çevresine araç konulmaz."
)
FEE = (
    "Madde {article}: Başvuru sahibi, belgelerini eksiksiz verdikten sonra {fee} lira ücreti "
    "bankaya yatırır ve makbuzu dosyasına ekler."
)


def passage(text: str, heading: str = "", lead_in: str = "") -> Passage:
    return Passage(0, len(text), text, heading, lead_in)


def copies(text: str, better: str) -> bool:
    return is_copy(passage(text), passage(better))


@pytest.mark.parametrize(
    "version",
    [
        RULE,
        RULE.upper(),
        RULE.replace(",", ";").replace(". ", " – "),
        RULE.translate(str.maketrans("çğıöşü", "cgiosu")),
        RULE.replace("açılır", "açı-\nlır").replace("bırakılır", "bıra-\nkılır"),
        RULE.replace("salonuna", "salonuma").replace("kitaplar", "kltaplar"),
        RULE.replace("akşam", "gece").replace("masada", "telefonla"),
    ],
    ids=["same", "capitals", "signs", "no-accents", "hyphens", "misread", "two-words"],
)
def test_a_version_of_a_passage_is_its_copy(version: str) -> None:
    assert copies(version, RULE)
    assert copies(RULE, version)


def test_another_passage_is_no_copy() -> None:
    assert not copies(OTHER, RULE)


@pytest.mark.parametrize(
    ("article", "fee"), [("6", "20"), ("5", "20"), ("6", "10"), ("10", "5"), ("5", "10.50")]
)
def test_passages_that_differ_in_a_number_are_no_copies(article: str, fee: str) -> None:
    one, other = FEE.format(article="5", fee="10"), FEE.format(article=article, fee=fee)
    assert copies(one, one)
    assert not copies(other, one)
    assert not copies(one, other)


def test_a_part_of_a_passage_is_its_copy() -> None:
    assert copies(RULE[: len(RULE) // 2], RULE)
    assert copies(RULE.split(". ")[1], RULE)


def test_a_longer_passage_is_a_copy_until_more_of_it_is_new_than_old() -> None:
    assert copies(f"{RULE} {OTHER}", RULE)
    assert not copies(f"{RULE} {OTHER} {OTHER}", RULE)


def test_numbers_of_the_part_that_is_new_do_not_matter() -> None:
    assert copies(RULE, f"{RULE} Madde 7: Gecikme günde 3 liradır.")
    assert copies(f"{RULE} Madde 7: Gecikme günde 3 liradır.", RULE)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kırmızı elma", "Kırmızı elma suyu"), ("Başkan Ayşe Kaya", "Başkan Ayşe Kara")],
)
def test_short_passages_are_not_alike_by_chance(one: str, other: str) -> None:
    assert not copies(one, other)
    assert not copies(other, one)


def test_short_equal_passages_are_copies_under_equal_headings_only() -> None:
    monday = passage("Kahvaltı saat onda.", "Gezi › Pazartesi")
    assert is_copy(passage("kahvaltı, saat onda", "GEZİ › Pazartesi"), monday)
    assert not is_copy(passage("Kahvaltı saat onda.", "Gezi › Salı"), monday)
    assert not is_copy(passage("Kahvaltı saat onda.", "Gezi › Pazartesi", "Yağmurda:"), monday)


def test_scripts_without_spaces_have_copies_too() -> None:
    text = (
        "図書館は平日の朝八時に開き夜十時に閉まります。閲覧室に飲食物を持ち込むことはできません。借りた本は二"
        "週間以内に返すか窓口で延長してください。"
    )
    other = (
        "公園の木は市の許可を得て剪定されます。切った枝は道端に置かずその日のうちに片付けなければならない。"
        * 2
    )
    ranking, passages = ranked(text, text.replace("窓口", "受付"), other)
    assert collapse(ranking, passages).copies == {1: 1}


def ranked(
    *texts: str, scores: tuple[float, ...] = ()
) -> tuple[list[tuple[int, float]], dict[int, StoredPassage]]:
    """A ranking of texts, each of a document of its own; ids from 1."""
    ids = range(1, len(texts) + 1)
    passages = {
        id_: StoredPassage(id_, 10 * id_, "c", "Belge", "/b", passage(text))
        for id_, text in zip(ids, texts, strict=True)
    }
    scores = scores or tuple(1.0 - id_ / 100 for id_ in ids)
    return list(zip(ids, scores, strict=True)), passages


def test_the_best_ranked_stands_for_its_copies() -> None:
    ranking, passages = ranked(OTHER, RULE, RULE.replace("akşam", "gece"), OTHER.upper(), RULE)
    found = collapse(ranking, passages)
    assert found.ranking == [ranking[0], ranking[1]]
    assert found.copies == {1: 1, 2: 2}


def test_of_equals_the_newest_document_is_quoted() -> None:
    ranking, passages = ranked(RULE, RULE, OTHER, scores=(0.9, 0.9, 0.5))
    assert collapse(ranking, passages) == ([(2, 0.9), (3, 0.5)], {2: 1})


def test_two_parts_of_a_longer_passage_are_not_copies_of_each_other() -> None:
    first, second = RULE[: len(RULE) // 2], RULE[len(RULE) // 2 :]
    ranking, passages = ranked(first, second, f"{RULE} Sonra.")
    assert collapse(ranking, passages) == (ranking, {})
    ranking, passages = ranked(RULE, first, second)
    assert collapse(ranking, passages).copies == {1: 2}


texts = st.sampled_from([RULE, RULE.upper(), RULE[:150], OTHER, OTHER + RULE, "Kısa.", "kısa"])


@given(st.lists(texts, max_size=8))
def test_every_passage_is_kept_or_counted_and_the_order_stays(candidates: list[str]) -> None:
    ranking, passages = ranked(*candidates)
    found = collapse(ranking, passages)
    assert [hit for hit in ranking if hit in found.ranking] == found.ranking
    assert len(found.ranking) + sum(found.copies.values()) == len(ranking)
    assert collapse(found.ranking, passages) == (found.ranking, {})


@given(st.text(max_size=3 * SHORTEST), st.text(max_size=3 * SHORTEST))
def test_any_text_is_its_own_copy_and_any_two_can_be_compared(one: str, other: str) -> None:
    assert copies(one, one)
    assert copies(one, other) in (True, False)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, LetterEncoder("aeı"))


def add(library: Library, name: str, text: str) -> int:
    document = Document(name, text, f"/{name}", name)
    return library.add(document, SHARED).document_id


def test_two_versions_of_a_document_give_one_quote_and_no_less_confidence(
    library: Library,
) -> None:
    question = "Kütüphanede ödünç alınan kitaplar ne zaman geri getirilir?"
    add(library, "kurallar", RULE)
    add(library, "bahçe", OTHER)
    alone = library.answer(question, [SHARED])
    assert [hit.copies for hit in alone.quotes] == [0, 0]
    newer = add(library, "kurallar", RULE.replace(" her gün", ""))
    newest = add(library, "kurallar-son", RULE + " ")
    found = library.answer(question, [SHARED])
    assert len(found.quotes) == 2
    assert found.quotes[0].copies == 1
    assert found.quotes[0].document_id in (newer, newest)
    assert found.answered
    assert found.confidence > alone.confidence - 0.1
    library.close()
