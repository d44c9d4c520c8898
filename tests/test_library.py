import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import confidence
from embeddings.datatypes import Answer, Document, Outcome, Passage
from embeddings.errors import EmptyDocument, StoreError
from embeddings.library import RETRIEVERS, SHARED, Library, Receipt
from tests.encoders import LetterEncoder

FUND = (
    "Bakan konuştu. Ortak bir yatırım fonu kurulması kararlaştırıldı. Fonun merkezi Bakü olacak, "
    "parasını da üyeler koyacak."
)
MEETING = (
    "Toplantı 11 Ocak günü video konferansla yapıldı. Görüşmeler üç saat sürdü ve hiçbir karar "
    "çıkmadan sona erdi."
)
HARVEST = (
    "Köyde bu yıl bol zeytin toplandı. Zeytinler hemen yağa çevrildi, depoya kondu ve kış boyunca "
    "orada bekletildi."
)


def document(text: str, source: str = "a.txt", title: str = "Ad") -> Document:
    return Document(title, text, source, hashlib.sha256(text.encode()).hexdigest())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path, LetterEncoder())
    library.add(document(f"{FUND}\n\n{MEETING}\n\n{HARVEST}"), SHARED)
    yield library
    library.close()


def quoted(answer: Answer) -> str:
    hit = answer.quotes[0]
    start, end = hit.highlight
    return hit.passage.text[start:end]


def test_the_answering_sentence_of_the_best_passage_is_quoted(library: Library) -> None:
    answer = library.answer("Yatırım fonu için ne kararlaştırıldı?", [SHARED])
    assert answer.answered
    assert answer.quotes[0].passage.text == FUND
    assert quoted(answer) == "Ortak bir yatırım fonu kurulması kararlaştırıldı."
    assert answer.quotes[0].title == "Ad"
    assert answer.confidence > confidence.THRESHOLD


def test_a_question_that_nothing_answers_is_not_answered(library: Library) -> None:
    answer = library.answer("Fransa'nın nüfusu kaç kişidir?", [SHARED])
    assert not answer.answered
    assert answer.confidence < confidence.THRESHOLD


@pytest.mark.parametrize("question", ["", " ", "👍🏽", "?!", "\0", "\u202e\u200f"])
@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_a_question_without_words_is_not_answered(
    library: Library, question: str, retriever: str
) -> None:
    answer = library.answer(question, [SHARED], retriever=retriever)
    assert answer == Answer(question, (), 0.0, answered=False)


def test_a_very_long_question_is_answered(library: Library) -> None:
    question = "Yatırım fonu kararlaştırıldı mı? " + "çok uzun bir soru " * 600
    assert len(question) > 10_000
    assert library.answer(question, [SHARED]).quotes[0].passage.text == FUND


def test_no_more_quotes_than_wanted(library: Library) -> None:
    assert len(library.answer("Toplantı ve zeytin ve fon", [SHARED], limit=2).quotes) == 2


def test_other_collections_never_reach_the_answer(library: Library) -> None:
    library.add(document("Gizli fon kurulması kararlaştırıldı, kimse bilmiyor."), "chat:1")
    for retriever in RETRIEVERS:
        answer = library.answer("Gizli fon kurulması", [SHARED], limit=50, retriever=retriever)
        assert all("Gizli" not in hit.passage.text for hit in answer.quotes)
        assert library.answer("Gizli fon", [], retriever=retriever).quotes == ()
    both = library.answer("Gizli fon kurulması", ["chat:1", SHARED])
    assert quoted(both) == "Gizli fon kurulması kararlaştırıldı, kimse bilmiyor."


def test_the_same_content_twice_changes_nothing(library: Library) -> None:
    before = library.documents([SHARED])
    receipt = library.add(document(f"{FUND}\n\n{MEETING}\n\n{HARVEST}", "copy.txt"), SHARED)
    assert receipt == Receipt(Outcome.UNCHANGED, before[0].id, 0)
    assert library.documents([SHARED]) == before


def test_a_changed_file_replaces_its_old_version(library: Library) -> None:
    receipt = library.add(document(HARVEST), SHARED)
    assert (receipt.outcome, receipt.passages) == (Outcome.REPLACED, 1)
    texts = [hit.passage.text for hit in library.answer("fon zeytin", [SHARED]).quotes]
    assert texts == [HARVEST]


def test_nothing_of_a_removed_document_is_quoted(library: Library) -> None:
    [stored] = library.documents([SHARED])
    assert library.answer("zeytin", [SHARED]).quotes
    assert library.remove(stored.id)
    assert not library.remove(stored.id)
    for retriever in RETRIEVERS:
        assert library.answer("zeytin", [SHARED], retriever=retriever).quotes == ()
    assert library.is_empty([SHARED])


def test_what_stands_above_a_passage_is_searched_and_not_quoted(library: Library) -> None:
    text = (
        "Yarışma şartları:\n- Katılanlar on sekiz yaşını doldurmuş olmalıdır.\n"
        "- Eserler ekim ayına kadar gönderilmelidir."
    )
    library.add(document(text, "b.txt", title="Fotoğraf şenliği"), SHARED)
    answer = library.answer("Fotoğraf yarışma şartları: eserler hangi ayda", [SHARED])
    hit = answer.quotes[0]
    assert hit.passage.text == "- Eserler ekim ayına kadar gönderilmelidir."
    assert hit.passage.lead_in == "Yarışma şartları:"
    assert hit.title == "Fotoğraf şenliği"


def test_a_text_without_words_is_refused(library: Library) -> None:
    with pytest.raises(EmptyDocument, match=r"b\.txt"):
        library.add(document(" \n", "b.txt"), SHARED)


def test_given_passages_are_taken_as_they_are(library: Library) -> None:
    passages = [Passage(0, 4, "Uzun")]
    assert library.add(document("Uzun metin", "b.txt"), "x", passages=passages).passages == 1
    assert library.answer("uzun", ["x"]).quotes[0].passage.text == "Uzun"


def test_a_library_is_found_again_after_its_indexes_are_lost(
    tmp_path: Path, library: Library
) -> None:
    for file in (tmp_path / "lexical").iterdir():
        file.unlink()
    again = Library(tmp_path, LetterEncoder())
    assert quoted(again.answer("Toplantı nasıl yapıldı", [SHARED])) == (
        "Toplantı 11 Ocak günü video konferansla yapıldı."
    )
    again.close()


def test_a_quote_that_is_not_verbatim_is_never_shown(tmp_path: Path, library: Library) -> None:
    with library._store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE blocks SET text = upper(text)")
    assert library.answer("zeytin", [SHARED]).quotes == ()


def test_an_older_database_of_a_backup_is_indexed_anew(tmp_path: Path, library: Library) -> None:
    text = "Deniz feneri sisli gecelerde yanar ve söner."
    library.level()
    library._views.lexical.update([], [], revision=99)
    library.add(document(text, "b.txt"), SHARED)
    assert library.answer("Deniz feneri", [SHARED], retriever="lexical").quotes


def test_while_another_process_levels_the_answer_is_as_of_before(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.views._PATIENCE_S", 0.05)
    assert library.answer("zeytin", [SHARED]).quotes
    library.add(document("Deniz feneri sisli gecelerde yanar ve söner.", "b.txt"), SHARED)
    with filelock.FileLock(tmp_path / "index.lock"):
        assert len(library.answer("feneri zeytin", [SHARED]).quotes) == 1
    assert len(library.answer("feneri zeytin", [SHARED]).quotes) == 2


def test_a_lock_that_cannot_be_taken_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.lock").mkdir()
    with pytest.raises(StoreError, match=r"index\.lock: the index cannot be locked"):
        Library(tmp_path, LetterEncoder())


def test_broken_letters_of_a_question_are_passed_over(library: Library) -> None:
    assert library.answer("zeytin \udcff toplandı", [SHARED]).quotes


def test_two_libraries_share_a_folder(tmp_path: Path, library: Library) -> None:
    other = Library(tmp_path, LetterEncoder())
    other.add(document("Deniz feneri sisli gecelerde yanar ve söner.", "b.txt"), SHARED)
    assert "feneri" in quoted(library.answer("Deniz feneri ne zaman yanar?", [SHARED]))
    [first, second] = library.documents([SHARED])
    library.remove(first.id)
    texts = [hit.passage.text for hit in other.answer("fon feneri", [SHARED]).quotes]
    assert texts == ["Deniz feneri sisli gecelerde yanar ve söner."]
    assert other.documents([SHARED]) == [second]
    other.close()


def test_another_encoder_encodes_what_is_there_and_keeps_the_old_vectors(
    tmp_path: Path, library: Library
) -> None:
    other_encoder = LetterEncoder("abcdefg", "others")
    other = Library(tmp_path, other_encoder)
    other.level()
    assert other_encoder.encoded == 3
    assert other.answer("toplantı", [SHARED], retriever="dense").quotes
    other.close()
    same = LetterEncoder()
    again = Library(tmp_path, same)
    again.level()
    again.close()
    assert same.encoded == 0


def test_questions_and_additions_at_once_are_all_served(tmp_path: Path, library: Library) -> None:
    failures: list[Exception] = []

    def ask() -> None:
        try:
            for _ in range(15):
                assert library.answer("zeytin toplandı mı", [SHARED]).quotes
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        library.add(
            document(f"Zeytin {number} toplandı ve depoya kondu.", f"{number}.txt"), SHARED
        )
    for thread in threads:
        thread.join()
    assert failures == []
    library.level()
    assert len(library.answer("zeytin depoya", [SHARED], limit=50).quotes) == 10 + 3


def test_a_full_disk_is_told_and_documents_can_still_be_removed(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Failed to open file for write: No space left on device (os error 28)")

    monkeypatch.setattr("tantivy.Document", fail)
    with pytest.raises(StoreError, match=r"lexical: the search index .* \(the disk is full\)"):
        library.answer("zeytin", [SHARED])
    [stored] = library.documents([SHARED])
    assert library.remove(stored.id)
    assert library.answer("zeytin", [SHARED]).quotes == ()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        Library(tmp_path / "file", LetterEncoder())


WORDS = st.sampled_from(["zeytin", "fon", "ocak", "deniz", "Ankara'nın", "2040", "ne", "🫒", "¿"])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_quotes_are_verbatim_in_order_and_marked_within(library: Library, question: str) -> None:
    text = f"{FUND}\n\n{MEETING}\n\n{HARVEST}"
    answer = library.answer(question, [SHARED])
    assert 0 <= answer.confidence <= 1
    scores = [hit.score for hit in answer.quotes]
    assert scores == sorted(scores, reverse=True)
    for hit in answer.quotes:
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert 0 <= hit.highlight[0] < hit.highlight[1] <= len(hit.passage.text)
