"""What is kept in a library: many documents at once, entries, versions, and their removal."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from embeddings.datatypes import SHARED, Document, Outcome
from embeddings.errors import CollectionFull, EmptyDocument
from embeddings.holdings import Added
from embeddings.library import Library
from tests.encoders import LetterEncoder

SENTENCES = [
    "Kışın salon yedide açılır ve dokuzda kapanır, pazar günleri ise bütün gün kapalıdır.",
    "Anahtar bekçide durur, alan herkes defteri imzalar ve akşam olmadan yerine bırakır.",
    "Aidat her ayın beşinde toplanır, geciken üyeden ayrıca bir bedel istenmez.",
    "Genel kurul iki yılda bir, mayısın ilk pazar günü derneğin merkezinde toplanır.",
]


def document(
    text: str, source: str, *, title: str = "Ad", name: str = "", series: str = ""
) -> Document:
    content_hash = hashlib.sha256(f"{source} {text}".encode()).hexdigest()
    return Document(title, text, source, content_hash, name=name, series=series)


def post(number: int) -> Document:
    text = f"{SENTENCES[number % 4]} ({number})"
    return document(text, f"p{number}", series="kanal", title="Kanal")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path, LetterEncoder())
    yield library
    library.close()


def test_many_documents_are_added_and_found(library: Library) -> None:
    added = library.add_all((post(number) for number in range(40)), "one")
    assert added == Added(40, 40, 0, 0, library.documents(["one"])[-1].id)
    answer = library.answer("salon kaçta açılır", ["one"])
    assert answer.quotes[0].passage.text.startswith(SENTENCES[0])


def test_what_is_there_already_is_passed_over_and_what_changed_replaced(library: Library) -> None:
    library.add_all(map(post, range(10)), "one")
    changed = replace(post(3), text="Kapı artık sekizde açılır.", content_hash="x")
    added = library.add_all([*map(post, range(3)), changed, *map(post, range(4, 12))], "one")
    assert added[:4] == (3, 3, 9, 1)
    assert len(library.documents(["one"])) == 12


@pytest.mark.parametrize("many", [False, True])
def test_a_later_version_is_not_replaced_by_an_earlier_one(library: Library, many: bool) -> None:
    def add(text: str, changed_at: str) -> list[str]:
        version = replace(document(text, "p"), changed_at=changed_at)
        library.add_all([version], "one") if many else library.add(version, "one")
        return [kept.text for kept in library.read_all("one")]

    assert add("Salon yedide açılır.", "2024-05-01T10:00:00+00:00") == ["Salon yedide açılır."]
    assert add("Salon altıda açılır.", "2024-05-01T09:59:59+00:00") == ["Salon yedide açılır."]
    assert add("Salon beşte açılır.", "2024-05-01T10:00:00+00:00") == ["Salon beşte açılır."]
    assert add("Salon üçte açılır.", "2024-05-01T10:00:01+00:00") == ["Salon üçte açılır."]
    # Of which nobody knows when it changed.
    assert add("Salon ikide açılır.", "") == ["Salon ikide açılır."]
    assert add("Salon birde açılır.", "2020-05-01T10:00:00+00:00") == ["Salon birde açılır."]


@pytest.mark.parametrize("claimed", ["9999-01-01T00:00:00+00:00", "yarın"])
def test_what_claims_to_be_from_the_future_keeps_no_later_version_out(
    library: Library, claimed: str
) -> None:
    library.add(replace(document("Salon yedide açılır.", "p"), changed_at=claimed), "one")
    later = replace(document("Salon beşte açılır.", "p"), changed_at="2024-05-01T10:00:00+00:00")
    library.add(later, "one")
    assert list(library.read_all("one")) == [later]


def test_a_collection_takes_up_to_its_limit_and_what_is_replaced_makes_room(
    library: Library,
) -> None:
    library.add_all(map(post, range(3)), "one", most=3)
    with pytest.raises(CollectionFull, match="one: this collection may hold 3 passages"):
        library.add(post(3), "one", most=3)
    with pytest.raises(CollectionFull):
        library.add_all(map(post, range(3, 5)), "one", most=4)
    assert len(library.documents(["one"])) == 3
    library.add(post(3), "two", most=3)  # what others hold does not count
    library.add_all(map(post, range(3)), "one", most=3)  # unchanged
    changed = replace(post(2), text="Kapı artık sekizde açılır.", content_hash="x")
    library.add(changed, "one", most=3)
    library.add_all([replace(changed, text="Kapı kapalı.", content_hash="y")], "one", most=3)
    assert library.count(["one"]).passages == 3


def test_it_is_told_how_far_it_is_after_each_batch(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.holdings._DOCUMENTS_AT_ONCE", 4)
    told: list[int] = []
    library.add_all(map(post, range(10)), "one", lambda added: told.append(added.documents))
    assert told == [4, 8, 10]


def test_what_is_interrupted_keeps_its_batches_and_goes_on_from_there(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[Document]:
        yield from map(post, range(6))
        raise KeyboardInterrupt

    monkeypatch.setattr("embeddings.holdings._DOCUMENTS_AT_ONCE", 4)
    with pytest.raises(KeyboardInterrupt):
        library.add_all(broken(), "one")
    assert len(library.documents(["one"])) == 4
    assert library.add_all(map(post, range(10)), "one")[:3] == (6, 6, 4)


def test_documents_without_text_are_left_out_unless_all_are(library: Library) -> None:
    empty = [document(" … ", f"e{number}") for number in range(2)]
    assert library.add_all([empty[0], post(1), empty[1]], "one").documents == 1
    with pytest.raises(EmptyDocument, match=r"e1: there is no text to quote"):
        library.add_all(empty, "one")


def test_no_question_waits_while_another_process_indexes(library: Library, tmp_path: Path) -> None:
    library.add(document(SENTENCES[0], "a"), SHARED)
    assert library.answer("salon", [SHARED]).quotes
    library.add(document(SENTENCES[1], "b"), SHARED)
    with filelock.FileLock(tmp_path / "index.lock"):
        assert library.answer("anahtar bekçide", [SHARED]).quotes[0].source == "a"
    assert library.answer("anahtar bekçide", [SHARED]).quotes[0].source == "b"


def test_what_another_process_has_indexed_is_found_even_while_it_goes_on(
    library: Library, tmp_path: Path
) -> None:
    library.add(document(SENTENCES[0], "a"), SHARED)
    assert library.answer("salon", [SHARED]).quotes
    other = Library(tmp_path, LetterEncoder())
    other.add_all([document(SENTENCES[1], "b")], SHARED)
    with filelock.FileLock(tmp_path / "index.lock"):
        assert library.answer("anahtar bekçide", [SHARED]).quotes[0].source == "b"
    other.close()


def test_a_newer_version_of_a_file_is_told_from_another_file_of_its_name(library: Library) -> None:
    def add(name: str, sentences: list[str], source: str) -> int:
        item = document("\n\n".join(sentences), source, name=name)
        return library.add(item, "one").document_id

    old = add("tüzük.pdf", SENTENCES, "1")
    other = add("tüzük.pdf", ["Bambaşka bir metin, o da uzunca bir cümle olarak."], "2")
    renamed = add("yeni.pdf", SENTENCES[:3], "3")
    newer = add("tüzük.pdf", [*SENTENCES[:3], "Genel kurul artık her yıl toplanır."], "4")
    found = library.find_older_version(newer, ["one"])
    assert found is not None
    assert found.id == old
    for id_ in (old, other, renamed):
        assert library.find_older_version(id_, ["one"]) is None
    assert library.find_older_version(newer, ["two"]) is None


def test_after_its_removal_an_entry_is_neither_found_nor_opened(library: Library) -> None:
    library.add_all(map(post, range(8)), "one")
    entry = library.entries(["one"])[0]
    opened = library.open_passages(entry.document.id, ["one"], offset=0, limit=9)
    ids = [hit.passage_id for hit in opened]
    assert len(ids) == 8
    assert library.still_there(ids)
    assert library.remove(entry.document.id, ["two"]) == []
    assert len(library.remove(entry.document.id, ["one"])) == 8
    assert not library.still_there(ids[:1])
    assert library.answer("salon kaçta açılır", ["one"]).quotes == ()
    assert library.entry(entry.document.id, ["one"]) is None


def test_a_renamed_document_is_found_by_its_new_title(library: Library) -> None:
    receipt = library.add(document(SENTENCES[0], "a", title="Eski"), "one")
    assert receipt.outcome is Outcome.ADDED
    assert library.rename(receipt.document_id, "Yüzme havuzu yönergesi", ["one"])
    [hit] = library.answer("havuz yönergesi", ["one"]).quotes
    assert hit.title == "Yüzme havuzu yönergesi"
    assert not library.answer("eski", ["one"]).answered
