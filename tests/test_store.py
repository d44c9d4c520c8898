import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.datatypes import Document, Heading, Outcome, Passage, Place, Vectors
from embeddings.errors import StoreError
from embeddings.rows import Prepared
from embeddings.store import Changes, Store

TEXT = "Başlık\n\nBirinci 👍 paragraf.\n\nİkinci paragraf."
FIRST = Passage(8, 27, "Birinci 👍 paragraf.", heading="Başlık", lead_in="Giriş:", page=3)
SECOND = Passage(29, 45, "İkinci paragraf.")
VECTORS = np.array([[1, 0], [0.5, 0.25]], np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.in_folder(tmp_path / "data")
    yield store
    store.close()


def document(source: str = "a.txt", content_hash: str = "hash") -> Document:
    return Document("Ad", TEXT, source, content_hash, (Heading(0, 6, 1),))


def add(store: Store, collection: str = "one", **named: str) -> int:
    return write(store, collection, document(**named))[0]


def write(
    store: Store,
    collection: str,
    document: Document,
    passages: Sequence[Passage] = (FIRST, SECOND),
    vectors: Vectors = VECTORS,
    encoder: str = "model",
) -> tuple[int, Outcome]:
    [written] = store.add(collection, [Prepared(document, passages, vectors)], encoder)
    return written


def settle(store: Store, collection: str, document: Document) -> int | None:
    [same] = store.settle(collection, [document])
    return same


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    id_ = add(store)
    [listed] = store.documents(["one"])
    assert (listed.id, listed.collection, listed.title, listed.source) == (
        id_,
        "one",
        "Ad",
        "a.txt",
    )
    assert (listed.passages, listed.characters) == (2, len(TEXT))
    assert listed.added_at.endswith("+00:00")
    assert [p.passage for p in store.passages_of([id_])] == [FIRST, SECOND]
    assert {p.added_at for p in store.passages_of([id_])} == {listed.added_at}
    [(collection, document_id, ids, vectors)] = store.vectors_of([id_], "model")
    assert (collection, document_id) == ("one", id_)
    assert ids == [p.id for p in store.passages_of([id_])]
    assert vectors.tolist() == VECTORS.tolist()


def test_the_same_source_is_replaced_in_its_collection_only(store: Store) -> None:
    first, other = add(store), add(store, "two")
    second, outcome = write(
        store, "one", document(content_hash="new"), [SECOND], VECTORS[1:], "model"
    )
    assert outcome is Outcome.REPLACED
    assert [d.id for d in store.documents(["one", "two"])] == [other, second]
    assert [p.document_id for p in store.passages_of([first, second])] == [second]


def test_the_same_content_stays_alone_in_its_collection(store: Store) -> None:
    id_ = add(store)
    assert settle(store, "one", document()) == id_
    assert settle(store, "one", document("copy.txt")) == id_
    assert settle(store, "two", document()) is None
    assert settle(store, "one", document(content_hash="other")) is None
    copied = write(store, "one", document("copy.txt"), [FIRST, SECOND], VECTORS, "model")
    assert copied == (id_, Outcome.UNCHANGED)
    assert store.revision() == 1


def test_the_old_version_goes_when_a_file_becomes_like_another(store: Store) -> None:
    old = add(store)
    other = add(store, source="b.txt", content_hash="b")
    assert settle(store, "one", document(content_hash="b")) == other
    assert [d.id for d in store.documents(["one"])] == [other]
    assert store.changes(2).removed == [old]


def test_a_text_of_many_blocks_is_checked_at_its_offsets(store: Store) -> None:
    text = "".join(f"{number:07}\n" for number in range(30_000))
    cuts = [(0, 7), (65_530, 65_545), (131_064, 131_079), (239_992, 239_999)]
    passages = [Passage(start, end, text[start:end]) for start, end in cuts]
    wrong = Passage(65_530, 65_545, text[65_531:65_546])
    vectors = np.ones((5, 2), np.float32)
    id_, _ = write(
        store, "one", Document("", text, "s", "h"), [*passages, wrong], vectors, "model"
    )
    ids = [p.id for p in store.passages_of([id_])]
    assert store.verbatim(ids) == set(ids[:4])
    with pytest.raises(ValueError, match="longer than 65536"):
        write(
            store, "one", Document("", text, "t", "t"), [Passage(0, 65_537, "")], vectors, "model"
        )


def test_a_database_keeps_its_identity(tmp_path: Path, store: Store) -> None:
    again, other = Store.in_folder(tmp_path / "data"), Store.in_folder(tmp_path / "other")
    assert again.identity() == store.identity() != other.identity()
    again.close()
    other.close()


def test_passages_of_other_collections_and_removed_ones_are_not_given_out(store: Store) -> None:
    mine, other = add(store), add(store, "two")
    ids = [p.id for p in store.passages_of([mine, other])]
    assert {p.document_id for p in store.passages(ids, ["one"])} == {mine}
    assert store.passages(ids, []) == []
    assert store.remove(mine, ["one", "two"])
    assert not store.remove(mine, ["one", "two"])
    assert store.passages(ids, ["one"]) == []
    assert list(store.vectors_of([mine], "model")) == []
    assert store.is_empty(["one"])
    assert not store.is_empty(["one", "two"])


def test_changes_tell_a_view_what_to_do_since_its_revision(store: Store) -> None:
    assert store.changes(0) == Changes(0, [], [])
    first = add(store)
    second = add(store, source="b.txt", content_hash="b")
    assert store.revision() == 2
    assert store.changes(0) == Changes(2, [], [first, second])
    assert store.changes(1) == Changes(2, [second], [second])
    store.remove(first, ["one", "two"])
    assert store.changes(2) == Changes(3, [first], [])
    assert store.changes(1) == Changes(3, [first, second], [second])
    assert store.changes(0).added == [second]
    assert store.changes(3) == Changes(3, [], [])


def test_a_collection_that_is_renamed_keeps_all_that_belongs_to_it(store: Store) -> None:
    first, second = add(store), add(store, source="b.txt", content_hash="b")
    other = add(store, "two")
    before = list(store.passages_of([first, second]))
    store.rename_collection("one", "new")
    assert store.is_empty(["one"])
    assert [d.id for d in store.documents(["new"])] == [first, second]
    assert [d.id for d in store.documents(["two"])] == [other]
    assert list(store.passages_of([first, second])) == [
        p._replace(collection="new") for p in before
    ]
    ids = [p.id for p in before]
    assert store.verbatim(ids) == set(ids)
    [(collection, _, _, vectors), _] = store.vectors_of([first, second], "model")
    assert (collection, vectors.tolist()) == ("new", VECTORS.tolist())
    assert store.changes(3) == Changes(5, [first, second], [first, second])
    for old in ("one", "new", "unknown"):  # again, to itself, and of nothing
        store.rename_collection(old, "new")
    assert store.revision() == 5
    assert settle(store, "new", document()) == first
    assert settle(store, "one", document()) is None


def test_where_the_new_collection_has_the_content_or_the_source_its_own_document_stays(
    store: Store,
) -> None:
    by_content = add(store, source="copy.txt", content_hash="same")
    by_source = add(store, source="b.txt", content_hash="old")
    by_both = add(store, source="c.txt", content_hash="d")
    moved = add(store, source="e.txt", content_hash="e")
    there = [
        add(store, "new", source=source, content_hash=content_hash)
        for source, content_hash in [("a.txt", "same"), ("b.txt", "b"), ("c.txt", "c"), ("d", "d")]
    ]
    store.rename_collection("one", "new")
    assert [d.id for d in store.documents(["one", "new"])] == [moved, *there]
    gone = [by_content, by_source, by_both]
    assert store.changes(8) == Changes(12, [*gone, moved], [moved])
    assert list(store.passages_of(gone)) == []
    assert list(store.vectors_of(gone, "model")) == []
    assert store.count_passages() == 10


def test_a_collection_is_renamed_whole_or_not_at_all(store: Store) -> None:
    first, second = add(store), add(store, source="b.txt", content_hash="b")
    with store._database._engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER fails BEFORE UPDATE ON documents WHEN old.source = 'b.txt' "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(StoreError, match="the disk is full"):
        store.rename_collection("one", "new")
    assert [d.id for d in store.documents(["one"])] == [first, second]
    assert store.revision() == 2


def test_collections_are_listed_with_that_of_the_newest_document_first(store: Store) -> None:
    assert store.collections() == []
    for number, name in enumerate("abcb"):
        last = add(store, name, source=f"{number}", content_hash=f"{number}")
    newest = add(store, "a", source="new", content_hash="new")
    assert store.collections() == ["a", "b", "c"]
    store.remove(newest, store.collections())
    assert store.collections() == ["b", "c", "a"]
    store.remove(last, store.collections())
    assert store.collections() == ["c", "b", "a"]


def test_ids_that_no_passage_can_have_are_passed_over(store: Store) -> None:
    ids = [p.id for p in store.passages_of([add(store)])]
    found = store.passages([2**63, *ids, 0, -(2**64)], ["one"])
    assert [p.id for p in found] == ids


def test_ids_are_never_used_again(store: Store) -> None:
    first = add(store)
    store.remove(first, ["one", "two"])
    assert add(store) > first


def test_a_passage_that_its_document_does_not_hold_is_noticed(store: Store) -> None:
    wrong = [
        FIRST,
        Passage(8, 27, "Birinci 👍 Paragraf."),
        Passage(9, 28, "Birinci 👍 paragraf."),
        SECOND,
    ]
    id_, _ = write(store, "one", document(), wrong, np.ones((4, 2), np.float32), "model")
    ids = [p.id for p in store.passages_of([id_])]
    assert store.verbatim(ids) == {ids[0], ids[3]}
    assert store.verbatim([ids[1], ids[3], 999]) == {ids[3]}
    assert store.verbatim([]) == set()


def test_what_another_encoder_has_not_encoded_is_listed_and_filled_in(store: Store) -> None:
    id_ = add(store)
    assert store.passages_without_vector("model", 10) == []
    missing = store.passages_without_vector("other", 10)
    assert [p.passage for p in missing] == [FIRST, SECOND]
    store.add_vectors("other", [p.id for p in missing] + [999], np.ones((3, 4), np.float32))
    assert store.passages_without_vector("other", 10) == []
    [(_, _, _, vectors)] = store.vectors_of([id_], "other")
    assert vectors.tolist() == [[1] * 4] * 2


def test_what_is_left_to_encode_is_counted_and_read_from_an_id_on(store: Store) -> None:
    first, second = add(store), add(store, source="b.txt", content_hash="b")
    ids = [p.id for p in store.passages_of([first, second])]
    assert store.count_passages() == 4
    assert store.count_passages(without_vector_of="model") == 0
    assert store.count_passages(without_vector_of="other") == 4
    store.add_vectors("other", ids[:3], np.ones((3, 4), np.float32))
    assert store.count_passages(without_vector_of="other") == 1
    assert store.documents_without_vector("other") == {second}
    assert [p.id for p in store.passages_without_vector("third", 2, after=ids[0])] == ids[1:3]


def test_vectors_that_another_process_made_meanwhile_stay(store: Store) -> None:
    ids = [p.id for p in store.passages_of([add(store)])]
    store.add_vectors("other", ids[:1], np.full((1, 2), 0.5, np.float32))
    store.add_vectors("other", ids, np.ones((2, 2), np.float32))
    [(_, _, _, vectors)] = store.vectors_of([1], "other")
    assert vectors.tolist() == [[0.5, 0.5], [1, 1]]


def test_vectors_that_nobody_uses_any_more_are_removed(store: Store) -> None:
    ids = [p.id for p in store.passages_of([add(store)])]
    for name in ("old", "kept", "unknown"):
        store.add_vectors(name, ids, VECTORS)
    monday = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    day = datetime.timedelta(days=1)
    for name in ("old", "kept"):
        store.note_use(name, monday)
    store.note_use("model", monday)
    store.note_use("model", monday + 2 * day)
    # No use of "unknown" was ever noted: that is done now.
    assert store.remove_unused_vectors(monday + day, monday + 3 * day, keep="kept") == ["old"]
    for name, left in {"old": 2, "kept": 0, "unknown": 0, "model": 0}.items():
        assert store.count_passages(without_vector_of=name) == left
    assert store.remove_unused_vectors(monday + 3 * day, monday, keep="kept") == ["model"]


def test_a_use_is_noted_once_a_day(store: Store) -> None:
    noon = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
    hour = datetime.timedelta(hours=1)
    ids = [p.id for p in store.passages_of([add(store)])]
    store.add_vectors("other", ids, VECTORS)
    for hours in (0, 23, 25):
        store.note_use("other", noon + hours * hour)
        noted = noon + (hours if hours == 25 else 0) * hour
        assert store.remove_unused_vectors(noted, noted, keep="model") == []
    assert store.remove_unused_vectors(noon + 26 * hour, noon, keep="model") == ["other"]


def test_a_database_of_an_older_version_gets_the_table_that_it_lacks(
    tmp_path: Path, store: Store
) -> None:
    id_ = add(store)
    with store._database._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE encoders")
    again = Store.in_folder(tmp_path / "data")
    again.note_use("model", datetime.datetime.now(datetime.UTC))
    assert [d.id for d in again.documents(["one"])] == [id_]
    assert again.identity() == store.identity()
    again.close()


def test_another_process_sees_what_was_written(tmp_path: Path, store: Store) -> None:
    other = Store.in_folder(tmp_path / "data")
    add(store)
    assert other.revision() == 1
    other.close()


def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path, store: Store) -> None:
    add(store)
    with store._database._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = Document("Ad", "a" * 1_000_000, "b.txt", "b")
    with pytest.raises(StoreError, match=r"disk is full.*disk has room"):
        write(store, "one", large, [SECOND], VECTORS[1:], "model")
    assert [d.source for d in store.documents(["one"])] == ["a.txt"]
    assert store.revision() == 1


def test_a_removal_that_a_full_disk_cuts_off_holds_and_is_finished_by_the_next(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = add(store), add(store, "two")

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_erase", fail)
        with pytest.raises(StoreError):
            store.remove(one, ["one"])
        Store.in_folder(tmp_path / "data").close()  # it can still be opened
        assert "1 removed documents are still on the disk" in caplog.text
    assert store.collections() == ["two"]
    assert len(list(store.passages_of([one]))) == 2
    store.remove(two, ["two"])
    assert list(store.passages_of([one, two])) == []


def test_what_a_crash_left_of_a_removal_leaves_the_disk_at_the_next_start(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"

    def holds(text: str) -> bool:
        return any(text.encode() in file.read_bytes() for file in folder.iterdir())

    add(store)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_erase", lambda *_: None)
        store.remove_collection("one")
    assert holds(FIRST.text)
    with closing(Store.in_folder(folder)):
        assert not holds(FIRST.text)


def test_documents_that_were_read_are_known_to_be_all_there(store: Store) -> None:
    for number in range(5):
        write(store, "one", post(number))
    add(store, "two")
    ids = [id_ for id_, _ in store.read_after("one")]
    assert [id_ for id_, _ in store.read_after("one", ids[1])] == ids[2:]
    assert store.holds_all("one", ids)
    assert store.holds_all("one", ids[1:3])
    store.remove_source(post(2).source, "one")
    assert not store.holds_all("one", ids)
    assert not store.holds_all("one", ids[1:3])
    assert store.holds_all("one", ids[3:])
    assert not store.holds_all("two", ids)


def places(*starts: int) -> tuple[Place, ...]:
    return tuple(Place(start, "Ayşe", "2026-03-01T12:00:00", f"link {start}") for start in starts)


def post(number: int, series: str = "kanal") -> Document:
    return Document("Kanal", TEXT, f"{series} {number}", f"{series} {number}", series=series)


def test_names_series_and_places_come_back(store: Store) -> None:
    whole = replace(document(), name="tüzük.pdf", series="dizi", places=places(8, 29))
    passage = replace(FIRST, places=places(0))
    id_, _ = write(store, "one", whole, [passage, SECOND])
    assert [p.passage for p in store.passages_of([id_])] == [passage, SECOND]
    [listed] = store.documents(["one"])
    assert (listed.name, listed.series) == ("tüzük.pdf", "dizi")
    assert list(store.read_all("one")) == [whole]


def test_all_documents_of_a_collection_are_read_in_order(store: Store) -> None:
    posts = [post(number) for number in range(205)]  # more than are read at once
    store.add("one", [Prepared(p, [FIRST], VECTORS[:1]) for p in posts], "model")
    add(store, "two")
    assert list(store.read_all("one")) == posts


def test_documents_added_together_are_as_those_added_one_by_one(
    store: Store, tmp_path: Path
) -> None:
    alone = Store.in_folder(tmp_path / "alone")
    batches = [
        [document("a", "1"), document("b", "2")],
        # The first takes over the content that the second had, which gets a new one.
        [document("a", "2"), document("b", "3"), document("c", "4")],
        # One source twice, one content twice.
        [document("d", "5"), document("d", "6"), document("e", "6"), document("c", "4")],
    ]
    for batch in batches:
        prepared = [Prepared(item, [FIRST], VECTORS[:1]) for item in batch]
        together = store.add("one", prepared, "model")
        one_by_one = [alone.add("one", [item], "model")[0] for item in prepared]
        assert [outcome for _, outcome in together] == [outcome for _, outcome in one_by_one]
    there, there_alone = (
        [(d.source, d.passages) for d in each.documents(["one"])] for each in (store, alone)
    )
    assert there == there_alone
    alone.close()


def test_a_content_that_another_document_is_about_to_lose_counts_as_new(store: Store) -> None:
    id_ = add(store, source="a", content_hash="1")
    assert store.settle("one", [document("a", "2"), document("b", "1")]) == [None, None]
    assert [d.id for d in store.documents(["one"])] == [id_]


def test_a_series_is_one_entry(store: Store) -> None:
    first = write(store, "one", post(1))[0]
    alone = add(store)
    write(store, "one", post(2))
    write(store, "two", post(1))
    series, single = store.entries(["one"])
    assert (series.document.id, series.documents, series.passages) == (first, 2, 4)
    assert (single.document.id, single.documents) == (alone, 1)
    assert store.entries(["one"], offset=1, limit=1) == [single]
    assert store.entries(["one"], of=alone) == [single]
    assert store.entries(["two"], of=alone) == []
    assert store.count(["one", "two"]) == (3, 4, 8)
    assert store.count([]) == (0, 0, 0)


def test_a_series_is_removed_and_renamed_as_one(store: Store) -> None:
    one, two = (write(store, "one", post(number))[0] for number in (1, 2))
    other, alone = write(store, "two", post(1))[0], add(store)
    assert store.rename(two, "Yeni", ["one"])
    assert [d.title for d in store.documents(["one"])] == ["Yeni", "Yeni", "Ad"]
    assert not store.rename(two, "Yeni", ["two"])
    assert store.remove(one, ["two"]) == []
    assert store.remove(two, ["one", "two"]) == [one, two]
    assert [d.id for d in store.documents(["one", "two"])] == [other, alone]


def test_a_renamed_document_is_encoded_again_but_a_series_is_not(store: Store) -> None:
    alone, part = add(store), write(store, "one", post(1))[0]
    revision = store.revision()
    store.rename(alone, "Yeni", ["one"])
    store.rename(part, "Yeni", ["one"])
    assert store.documents_without_vector("model") == {alone}
    assert store.changes(revision).added == [alone]


def test_a_source_and_a_collection_are_removed(store: Store) -> None:
    a, b = (add(store, source=name, content_hash=name) for name in "ab")
    other = add(store, "two", source="a", content_hash="a")
    assert store.remove_source("a", "one") == [a]
    assert store.remove_source("a", "one") == []
    assert store.remove_collection("one") == [b]
    assert [d.id for d in store.documents(["one", "two"])] == [other]


def test_passages_are_opened_in_order_where_they_may_be(store: Store) -> None:
    first = write(store, "one", post(1))[0]
    write(store, "one", post(2))
    opened = store.open_passages(first, ["one"], offset=1, limit=2)
    assert [(p.source, p.passage.start) for p in opened] == [("kanal 1", 29), ("kanal 2", 8)]
    assert store.open_passages(first, ["two"], offset=0, limit=9) == []
    assert store.open_passages(2**70, ["one"], offset=0, limit=9) == []


def test_it_is_told_whether_all_passages_are_still_there(store: Store) -> None:
    kept, gone = add(store), add(store, "two")
    ids = [p.id for p in store.passages_of([kept, gone])]
    assert store.still_there(ids)
    assert store.still_there([*ids, *ids])
    assert store.still_there([])
    store.remove(gone, ["two"])
    assert not store.still_there(ids)
    assert store.still_there(ids[:2])


def test_it_is_told_in_which_collections_passages_stand_now(store: Store) -> None:
    ids = [p.id for p in store.passages_of([add(store), add(store, "two")])]
    assert store.collections_of(ids) == {"one", "two"}
    assert store.collections_of([]) == set()
    store.remove(store.documents(["two"])[0].id, ["two"])
    assert store.collections_of([*ids, 2**40]) == {"one"}


def test_a_database_of_an_older_version_gets_the_new_columns(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    id_ = add(store)
    store.close()
    with closing(sqlite3.connect(tmp_path / "library.db")) as old:
        old.execute("DROP INDEX ix_documents_series")
        for table, column in [
            ("documents", "name"),
            ("documents", "series"),
            ("documents", "places"),
            ("passages", "places"),
        ]:
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    store = Store.in_folder(tmp_path)
    assert list(store.read_all("one")) == [document()]
    assert [p.passage for p in store.passages_of([id_])] == [FIRST, SECOND]
    write(store, "one", post(1))
    assert store.count(["one"]) == (2, 2, 4)
    store.close()


def test_a_removal_holds_from_its_first_moment_and_a_restart_finishes_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(store, "one", post(number))
    kept = add(store, "two")
    [passage, *_] = (p.id for p in store.passages_of([kept]))
    gone = [p.id for p in store.open_passages(1, ["one"], offset=0, limit=9)]
    revision = store.revision()

    def die(_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(store, "_erase", die)
        with pytest.raises(SystemExit):
            store.remove(1, ["one"])
    assert not store.still_there(gone[:1])
    assert store.still_there([passage])
    assert store.collections() == ["two"]
    assert store.count(["one"]) == (0, 0, 0)
    assert (store.changes(revision).removed, store.changes(revision).added) == ([1, 2, 3], [])
    assert store.changes(0).added == [kept]
    write(store, "one", post(1))  # what was removed is no obstacle
    Store.in_folder(tmp_path / "data").close()
    assert len(list(store.passages_of([1, 2, 3, kept]))) == 2
    assert store.count(["one", "two"]).documents == 2
