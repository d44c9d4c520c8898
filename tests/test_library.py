import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import filelock
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import confidence
from embeddings.datatypes import (
    SHARED,
    Answer,
    Document,
    Hit,
    Outcome,
    Passage,
    QuoteReference,
    Surroundings,
)
from embeddings.errors import EmptyDocument, StoreError
from embeddings.findings import Findings
from embeddings.highlight import Evidence
from embeddings.holdings import Receipt
from embeddings.library import CANDIDATES, DEPTH, Library
from embeddings.views import Views
from embeddings.weights import DEFAULT, RETRIEVERS, Weights
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


def test_courtesy_is_not_answered_but_a_question_about_it_is(library: Library) -> None:
    origin = "Merhaba sözcüğü dilimize Arapçadan gelmiştir. Selamlaşmak için kullanılır."
    library.add(document(origin, "b.txt"), SHARED)
    for text in ("merhaba", "Merhabaaa!", "Selam, merhaba 🙂"):
        assert library.answer(text, [SHARED]) == Answer(text, (), 0.0, answered=False)
    asked = library.answer("Merhaba sözcüğü dilimize nereden gelmiştir?", [SHARED])
    assert asked.quotes[0].passage.text == origin


def test_the_courtesy_around_a_question_changes_nothing_in_its_answer(library: Library) -> None:
    polite = library.answer("Merhaba! Yatırım fonu ne oldu? Teşekkürler.", [SHARED])
    plain = library.answer("Yatırım fonu ne oldu?", [SHARED])
    assert (polite.quotes, polite.confidence) == (plain.quotes, plain.confidence)


def test_a_mistyped_word_is_answered_as_if_it_had_been_spelled_right(library: Library) -> None:
    text = "Komisyon raporu mart ayında kabul etti ve dosyayı kapattı."
    library.add(document(text, "b.txt"), SHARED)
    # Two letters swapped: for meaning, an encoder of letters sees no difference.
    typed = library.answer("Komsiyon ne zaman raporu kabul etti?", [SHARED])
    meant = library.answer("Komisyon ne zaman raporu kabul etti?", [SHARED])
    assert typed.answered
    assert typed.quotes[0].passage.text == text
    assert (typed.quotes, typed.confidence) == (meant.quotes, meant.confidence)
    assert typed.question == "Komsiyon ne zaman raporu kabul etti?"
    assert (typed.mended, meant.mended) == ((("komsiyon", "komisyon"),), ())
    [alone, *_] = library.answer("komsiyon", [SHARED], retriever="lexical").quotes
    assert alone.passage.text == text


def test_a_word_is_told_as_mended_even_where_nothing_is_quoted(library: Library) -> None:
    text = "Komisyon raporu mart ayında kabul etti ve dosyayı kapattı."
    library.add(document(text, "b.txt"), SHARED)
    near = library.answer("Fransa'nın nüfusunu hangi komsiyon saydı?", [SHARED])
    assert not near.answered
    assert near.mended == (("komsiyon", "komisyon"),)
    findings = library.collect("komsiyon", [SHARED])
    gone = findings._replace(rankings={}, passages={}, evidence={})
    assert library.conclude("komsiyon", gone) == Answer(
        "komsiyon", (), 0.0, answered=False, mended=(("komsiyon", "komisyon"),)
    )


def test_a_very_long_question_is_answered(library: Library) -> None:
    question = "Yatırım fonu kararlaştırıldı mı? " * 400
    assert len(question) > 10_000
    assert library.answer(question, [SHARED]).quotes[0].passage.text == FUND


def test_no_more_quotes_than_wanted(library: Library) -> None:
    assert len(library.answer("Toplantı ve zeytin ve fon", [SHARED], limit=2).quotes) == 2


def test_as_many_passages_are_read_as_quotes_are_wanted(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEncoder())
    for number in range(20):
        library.add(document(f"Zeytin {number} toplandı ve depoya kondu.", f"{number}"), SHARED)
    all_ = library.answer("zeytin toplandı", [SHARED], limit=20).quotes
    assert len(all_) == 20
    few = {n: library.answer("zeytin toplandı", [SHARED], limit=n).quotes for n in (5, 12, 13)}
    assert {n: len(quotes) for n, quotes in few.items()} == {5: 5, 12: 12, 13: 13}
    assert few[5] == few[12][:5] == all_[:5]
    library.close()


def test_a_quote_knows_its_passage_and_where_and_since_when_its_document_stands(
    library: Library,
) -> None:
    [stored] = library.documents([SHARED])
    for hit in library.answer("fon zeytin toplantı", [SHARED]).quotes:
        assert hit.passage_id in {p.id for p in library._store.passages_of([stored.id])}
        assert (hit.collection, hit.added_at) == (SHARED, stored.added_at)


def found_again(hit: Hit) -> Hit:
    return replace(hit, score=0.0)


def test_quotes_are_found_again_in_order(library: Library) -> None:
    hits = library.answer("fon zeytin toplantı", [SHARED]).quotes
    assert len(hits) == 3
    asked = [replace(hits[2], copies=7), hits[0], hits[0]]
    found = library.quotes([hit.reference for hit in asked], ["x", SHARED])
    assert found == [found_again(hit) for hit in asked]
    assert library.quotes([], [SHARED]) == []


def test_what_was_never_a_quote_is_not_found_again(library: Library) -> None:
    [hit] = library.answer("zeytin", [SHARED], limit=1).quotes
    end = len(hit.passage.text)
    for span in [(0, end + 1), (-1, 5), (5, 5), (9, 3), (end, end + 1), (-9, -3)]:
        assert library.quotes([QuoteReference(hit.passage_id, span)], [SHARED]) == [None]
    for id_ in (0, -1, hit.passage_id + 99, 2**63, -(2**99)):
        assert library.quotes([QuoteReference(id_, (0, 1))], [SHARED]) == [None]
    [whole] = library.quotes([QuoteReference(hit.passage_id, (0, end))], [SHARED])
    assert whole == replace(found_again(hit), highlight=(0, end))


def test_a_quote_that_is_gone_changed_or_elsewhere_is_not_found_again(
    tmp_path: Path, library: Library
) -> None:
    kept = library.add(document("Deniz feneri sisli gecelerde yanar.", "b.txt"), "chat:1")
    hits = library.answer("fon zeytin fener", [SHARED, "chat:1"]).quotes
    references = [hit.reference for hit in hits]
    is_kept = [hit.document_id == kept.document_id for hit in hits]
    assert sum(is_kept) == 1 < len(hits)

    def there(collections: list[str]) -> list[bool]:
        around = [
            library.surroundings(item.passage_id, collections) is not None for item in references
        ]
        found = [hit is not None for hit in library.quotes(references, collections)]
        assert found == around
        return found

    assert all(there([SHARED, "chat:1"]))
    assert there(["chat:1"]) == is_kept
    assert not any(there([]))
    library.remove(hits[is_kept.index(False)].document_id, library.collections())
    assert there([SHARED, "chat:1"]) == is_kept
    with library._store._database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE blocks SET text = upper(text)")
    assert not any(there([SHARED, "chat:1"]))


def test_a_quote_is_shown_in_its_place(library: Library) -> None:
    text = f"{FUND}\n\n{MEETING}\n\n{HARVEST}"
    for question, shown in [
        ("fon", f"{FUND}\n\n{MEETING}"),
        ("toplantı", text),
        ("zeytin", f"{MEETING}\n\n{HARVEST}"),
    ]:
        hit = library.answer(question, [SHARED]).quotes[0]
        start = shown.index(hit.passage.text)
        quote = (start, start + len(hit.passage.text))
        assert library.surroundings(hit.passage_id, [SHARED]) == Surroundings(shown, quote)


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
    assert library.remove(stored.id, library.collections())
    assert not library.remove(stored.id, library.collections())
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


def test_a_question_that_nobody_answered_is_no_answer(library: Library) -> None:
    asked = "Köyde bu yıl zeytin toplandı mı?"
    library.add(document(asked, "b.txt"), "x")
    answer = library.answer(asked, ["x"])
    assert quoted(answer) == asked
    assert not answer.answered
    assert quoted(library.answer(asked, ["x", SHARED])) == "Köyde bu yıl bol zeytin toplandı."


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
    with library._store._database._engine.begin() as connection:
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
    library.remove(first.id, library.collections())
    texts = [hit.passage.text for hit in other.answer("fon feneri", [SHARED]).quotes]
    assert texts == ["Deniz feneri sisli gecelerde yanar ve söner."]
    assert other.documents([SHARED]) == [second]
    other.close()


def test_a_renamed_collection_is_found_under_its_new_name_only(
    tmp_path: Path, library: Library
) -> None:
    other = Library(tmp_path, LetterEncoder())  # of another process, open all the time
    # In a segment of its own; else BM25 would count what was renamed twice until they are merged.
    library.level()
    library.add(document("Deniz feneri sisli gecelerde yanar ve söner.", "b.txt"), "chat:-100")
    question = "Zeytin ne zaman kararlaştırıldı?"

    def ask(searched: Library, collection: str) -> list[list[QuoteReference]]:
        answers = (searched.answer(question, [collection], retriever=r) for r in RETRIEVERS)
        return [[hit.reference for hit in answer.quotes] for answer in answers]

    before = ask(library, SHARED)
    assert all(before)
    assert ask(other, SHARED) == before

    def check(searched: Library) -> None:
        assert ask(searched, "new") == before
        assert ask(searched, SHARED) == [[]] * len(before)
        for references in before:
            found = searched.quotes(references, ["new"])
            assert {hit and hit.collection for hit in found} == {"new"}
            assert {*searched.quotes(references, [SHARED])} == {None}
        assert searched.collections() == ["chat:-100", "new"]

    for _ in range(2):  # the second time there is nothing left to rename
        library.rename_collection(SHARED, "new")
        check(library)
        check(other)
    again = Library(tmp_path, LetterEncoder())
    check(again)
    again.close()
    other.close()


def test_while_the_indexes_are_behind_no_text_reaches_a_collection_that_lost_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Yatırım fonu için ne kararlaştırıldı?"
    assert library.answer(question, [SHARED]).answered
    monkeypatch.setattr(Views, "catch_up", lambda views: None)  # another thread takes long
    library.rename_collection(SHARED, "new")
    assert not library.answer(question, [SHARED]).quotes


def test_a_collection_is_renamed_into_one_that_has_a_part_of_it(library: Library) -> None:
    light = "Deniz feneri sisli gecelerde yanar ve söner."
    library.add(document(light, "b.txt"), "new")
    library.add(document(light, "copy.txt"), SHARED)
    library.add(document("Depo kışın soğuktur.", "c.txt"), SHARED)
    [theirs] = library.documents(["new"])
    library.rename_collection(SHARED, "new")
    quotes = library.answer("fener zeytin depo", ["new"], limit=50).quotes
    assert {hit.source for hit in quotes} == {"a.txt", "b.txt", "c.txt"}
    assert [hit.document_id for hit in quotes if hit.passage.text == light] == [theirs.id]
    assert library.is_empty([SHARED])


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
    texts = [
        hit.passage.text for hit in library.answer("zeytin depoya", [SHARED], limit=50).quotes
    ]
    assert sum("depoya kondu" in text for text in texts[:11]) == 10 + 1


def test_a_full_disk_is_told_and_documents_can_still_be_removed(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Failed to open file for write: No space left on device (os error 28)")

    monkeypatch.setattr("tantivy.Document", fail)
    with pytest.raises(StoreError, match=r"lexical: the search index .* \(the disk is full\)"):
        library.answer("zeytin", [SHARED])
    [stored] = library.documents([SHARED])
    assert library.remove(stored.id, library.collections())
    assert library.answer("zeytin", [SHARED]).quotes == ()


def test_while_the_disk_is_full_a_question_is_answered_as_of_before(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Failed to open file for write: No space left on device (os error 28)")

    def find(question: str) -> list[str]:
        answer = library.answer(question, [SHARED], retriever="lexical")
        return [hit.title for hit in answer.quotes]

    assert find("zeytin") == ["Ad"]
    with monkeypatch.context() as full:
        full.setattr("tantivy.Document", fail)
        # It is in the database, and the index only has to follow.
        new = document("Pazar perşembe kurulur.", "b.txt", "Pazar")
        assert library.add_all([new], SHARED).documents == 1
        assert (find("zeytin"), find("perşembe")) == (["Ad"], [])
        [stored, _] = library.documents([SHARED])
        assert library.remove(stored.id, [SHARED])
        assert find("zeytin") == []
    monkeypatch.setattr(library._views, "_try_again_s", 0.0)  # some seconds later
    assert find("perşembe") == ["Pazar"]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        Library(tmp_path / "file", LetterEncoder())


def weighing(*, bias: float = DEFAULT.calibration.bias, **ranking: float) -> Weights:
    """Weigh the rankings named, the others by default."""
    return Weights(DEFAULT.ranking | ranking, DEFAULT.calibration._replace(bias=bias))


@pytest.fixture
def opened(tmp_path: Path, library: Library) -> Iterator[Callable[[dict[str, Weights]], Library]]:
    """Open the folder of the library again, with weights."""
    libraries: list[Library] = []

    def open_with(weights: dict[str, Weights]) -> Library:
        libraries.append(Library(tmp_path, LetterEncoder(), weights=weights))
        return libraries[-1]

    yield open_with
    for again in libraries:
        again.close()


Opened = Callable[[dict[str, Weights]], Library]


def test_the_weights_of_the_encoder_are_taken(library: Library, opened: Opened) -> None:
    question = "Görüşmeler zeytin"
    sure = weighing(bias=99.0)
    again = opened({"letters": sure, "others": DEFAULT})
    assert again.collect(question, [SHARED]).weights is sure
    before, after = library.answer(question, [SHARED]), again.answer(question, [SHARED])
    assert after.quotes == before.quotes
    assert after.confidence > 0.999 > before.confidence


def test_the_weights_of_another_encoder_are_not_taken(library: Library, opened: Opened) -> None:
    question = "Görüşmeler zeytin"
    again = opened({"others": weighing(bias=99.0, grams=0.0)})
    assert again.collect(question, [SHARED]).weights is DEFAULT
    assert again.answer(question, [SHARED]) == library.answer(question, [SHARED])


def test_a_ranking_of_more_weight_has_more_say(opened: Opened) -> None:
    # The word is one of the harvest, which has not so much of the letter as the others.
    question = "zeytin aaaa"
    words = opened({"letters": weighing(dense=0.1)})
    meaning = opened({"letters": weighing(dense=99.0)})
    assert words.answer(question, [SHARED]).quotes[0].passage.text == HARVEST
    ranked = meaning.answer(question, [SHARED], retriever="dense").quotes
    assert ranked[0].passage.text != HARVEST
    assert meaning.answer(question, [SHARED]).quotes[0].passage == ranked[0].passage


def test_without_a_weight_meaning_is_left_out(library: Library, opened: Opened) -> None:
    again = opened({"letters": weighing(dense=0.0)})
    # No word of it stands anywhere; its letters and, as a number is asked for, its kind do.
    strange = "abcabc abccba kaç"
    assert library.answer(strange, [SHARED]).quotes
    assert again.answer(strange, [SHARED]).quotes == ()
    for question in ("Görüşmeler zeytin", "Toplantı ne zaman yapıldı?"):
        by_words = library.answer(question, [SHARED], retriever="lexical").quotes
        assert again.answer(question, [SHARED]).quotes == by_words
    # Asked for alone, it is searched all the same.
    alone = again.answer(strange, [SHARED], retriever="dense").quotes
    assert alone == library.answer(strange, [SHARED], retriever="dense").quotes != ()


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_a_document_left_aside_is_as_if_it_had_never_been_there(
    tmp_path: Path, left_out: int
) -> None:
    texts = [FUND, MEETING, HARVEST]
    whole, part = (Library(tmp_path / name, LetterEncoder()) for name in ("whole", "part"))
    ids = [whole.add(document(text, text), SHARED).document_id for text in texts]
    for text in texts[:left_out] + texts[left_out + 1 :]:
        part.add(document(text, text), SHARED)
    question = "Ortak fon, 11 Ocak toplantısı ve bol zeytin ne kadar?"
    found = whole.collect(question, [SHARED], without=ids[left_out])
    never = part.collect(question, [SHARED])

    def by_text(findings: Findings) -> dict[str, Evidence]:
        return {
            findings.passages[id_].passage.text: evidence
            for id_, evidence in findings.evidence.items()
        }

    assert by_text(found) == by_text(never)
    assert len(found.passages) == 2
    # Words of the one left aside weigh more without it.
    present = by_text(whole.collect(question, [SHARED]))
    assert all(
        present[text].coverage > evidence.coverage > 0 for text, evidence in by_text(found).items()
    )
    for name, ranking in found.rankings.items():
        assert {id_ for id_, _ in ranking} <= set(found.passages), name
    whole.close()
    part.close()


def test_words_of_a_document_left_aside_do_not_make_words_trusted(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEncoder(), weights={"letters": weighing(dense=0.005)})
    for number in range(CANDIDATES):
        library.add(document(f"tren {number}", f"{number}"), SHARED)
    near = library.add(document("bbbb", "near"), SHARED).document_id
    question = "tren vizesi bbcbb"
    own = library.add(document(f"{question} " * 9, "own"), SHARED).document_id

    def found(without: int | None) -> set[int]:
        passages = library.collect(question, [SHARED], without=without).passages.values()
        return {stored.document_id for stored in passages}

    # With it, the words are found and the twelve passages with one of them come first; without it,
    # what is near in meaning does.
    assert {own, near} & found(None) == {own}
    assert {own, near} & found(own) == {near}
    library.close()


def test_another_passage_takes_the_place_of_one_left_aside(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEncoder())
    ids = [
        library.add(document(f"Zeytin {n} toplandı ve depoya kondu.", f"{n}"), SHARED).document_id
        for n in range(CANDIDATES + 1)
    ]
    found = library.collect("zeytin", [SHARED], without=ids[0])
    assert sorted(p.document_id for p in found.passages.values()) == ids[1:]
    library.close()


def test_how_many_passages_there_were_to_find_is_known_where_they_are_few(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEncoder())
    ids = [
        library.add(document(f"Zeytin {n} toplandı.", f"{n}"), name).document_id
        for name in (SHARED, "chat:1")
        for n in range(3)
    ]
    assert library.collect("zeytin", [SHARED]).searched == 3
    assert library.collect("zeytin", [SHARED, "chat:1"]).searched == 6
    assert library.collect("zeytin", [SHARED], without=ids[0]).searched == 2
    assert library.collect("zeytin", [SHARED], retriever="lexical").searched is None
    for n in range(3, DEPTH + 1):
        library.add(document(f"Zeytin {n} toplandı.", f"{n}"), SHARED)
    assert library.collect("zeytin", [SHARED]).searched is None
    assert library.collect("zeytin", [SHARED], without=ids[0]).searched is None
    library.close()


def test_the_same_evidence_means_more_where_fewer_passages_were_searched(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEncoder())
    library.add(document("Zeytin toplandı.", "a"), SHARED)
    question = "zeytin kaç kilo geldi"
    findings = library.collect(question, [SHARED])
    many = library.conclude(question, findings._replace(searched=None)).confidence
    assert library.answer(question, [SHARED]).confidence > many
    library.close()


WORDS = st.sampled_from(["zeytin", "fon", "ocak", "deniz", "Ankara'nın", "2040", "ne", "🫒", "¿"])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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


def test_a_question_of_small_words_is_not_answered(library: Library) -> None:
    text = "Bu kim bilinmez. Neden gelmiş, o da bilinmez."
    library.add(Document("t", text, "/t", "f" * 64), "c")
    assert library.answer("Bu kim?", ["c"]).quotes
    assert not library.answer("Bu kim?", ["c"]).answered


def test_the_words_of_another_collection_mend_nothing(library: Library) -> None:
    library.add(Document("a", "Komisyon salı günü toplanır ve karar alır.", "/a", "a" * 64), "a")
    library.add(Document("b", "Yağmur salı günü başlar ve durmaz.", "/b", "b" * 64), "b")
    assert library.answer("komsiyon ne zaman toplanır", ["a"]).mended == (
        ("komsiyon", "komisyon"),
    )
    assert library.answer("komsiyon ne zaman toplanır", ["b"]).mended == ()


NAMES = ["ada", "bahçe", "cadde"]
TOPICS = ["zeytin", "fon", "fener", "vergi"]


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Library]:
    """Three collections; in each the same documents, but for its own name in every sentence."""
    library = Library(tmp_path, LetterEncoder("aeioz"))
    for name in NAMES:
        for topic in TOPICS:
            text = "\n\n".join(
                f"{name}: {topic} hakkında {part}. paragraf, {topic} ile {filling} dolu. {name}!"
                for part, filling in enumerate(["söz", "ses", "iz"], start=1)
            )
            library.add(document(text, topic, title=f"{name} {topic}"), name)
    yield library
    library.close()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked=st.lists(st.sampled_from([*NAMES, *TOPICS, "ses", "dolu", "kimdir"]), min_size=1),
    named=st.lists(st.sampled_from([*NAMES, "", "%", "ad_", "başka"]), max_size=3),
    retriever=st.sampled_from(sorted(RETRIEVERS)),
    ids=st.lists(st.integers(-1, 14) | st.integers(), min_size=1, max_size=20),
    highlight=st.tuples(st.integers(-1, 60), st.integers(-1, 60)),
    moved=st.sampled_from([*permutations(NAMES, 2)]),
)
def test_no_text_of_a_collection_that_was_not_named_is_given_out(
    apart: Library,
    asked: list[str],
    named: list[str],
    retriever: str,
    ids: list[int],
    highlight: tuple[int, int],
    moved: tuple[str, str],
) -> None:
    def check(names: dict[str, str]) -> None:
        """Ask; names tells the name that each collection had in its texts."""
        readable = {names[name] for name in named if name in names}
        answer = apart.answer(" ".join(asked), named, limit=20, retriever=retriever)
        found = apart.quotes([QuoteReference(id_, highlight) for id_ in ids], named)
        around = [apart.surroundings(id_, named) for id_ in ids]
        hits = [*answer.quotes, *(hit for hit in found if hit is not None)]
        assert {hit.collection for hit in hits} <= set(named)
        texts = [text for hit in hits for text in (hit.passage.text, hit.title)]
        for text in texts + [wide.text for wide in around if wide is not None]:
            [name] = {name for name in NAMES if name in text}
            assert name in readable
        listed = {stored.title.split()[0] for stored in apart.documents(named)}
        assert listed == readable

    one, other = moved
    check({name: name for name in NAMES})
    try:
        swap(apart, one, other)
        check({name: name for name in NAMES} | {one: other, other: one})
    finally:
        swap(apart, other, one)


def swap(library: Library, one: str, other: str) -> None:
    library.rename_collection(one, "between")
    library.rename_collection(other, one)
    library.rename_collection("between", other)
