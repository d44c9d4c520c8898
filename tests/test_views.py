"""The change of model: who searches meanwhile, and that nothing is lost or encoded twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embeddings import backlog
from embeddings.backlog import Progress
from embeddings.datatypes import SHARED, Document, Encoder, Passage
from embeddings.encoder import load_encoder
from embeddings.errors import StoreError, UnknownEncoder
from embeddings.library import Library
from embeddings.store import Store
from embeddings.weights import DEFAULT
from tests.encoders import GatedEncoder, LetterEncoder

# By the letters a, b and c the first is nearer to the question, by x, y and z the second.
QUESTION = "aaaa xxxx"
BY_ABC, BY_XYZ = "aaab yyyy", "bbbb xxxy"
# More than two batches of others, near to it by neither.
OTHERS = [f"cccc zzzz {number}" for number in range(38)]


def add(library: Library, text: str) -> int:
    document = Document("", text, text, text)
    return library.add(document, SHARED, passages=[Passage(0, len(text), text)]).document_id


def found(library: Library) -> str:
    """What the nearest vector's passage says."""
    quotes = library.answer(QUESTION, [SHARED], retriever="dense").quotes
    return quotes[0].passage.text if quotes else ""


def wait_for(is_done: Callable[[], bool], timeout_s: float = 20) -> None:
    end_s = time.monotonic() + timeout_s
    while not is_done():
        assert time.monotonic() < end_s, "it did not come about"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.backlog.LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr("embeddings.views.LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr("embeddings.backlog._COURTESY_S", 0.0)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Library]:
    """Forty passages with vectors of the letters a, b and c, as the bundled model would make."""
    library = Library(tmp_path, LetterEncoder())
    for text in (BY_ABC, BY_XYZ, *OTHERS):
        add(library, text)
    yield library
    library.close()


@pytest.fixture
def changed(tmp_path: Path, old: Library) -> Iterator[Callable[[Encoder], Library]]:
    """Open the same folder with another encoder; the old one may stand in for it."""
    opened: list[Library] = []

    def open_with(encoder: Encoder) -> Library:
        opened.append(Library(tmp_path, encoder, load_standby=LetterEncoder))
        return opened[-1]

    yield open_with
    for library in opened:
        library.close()


Changed = Callable[[Encoder], Library]


def test_the_old_vectors_serve_until_the_new_ones_are_complete(changed: Changed) -> None:
    encoder = GatedEncoder()
    library = changed(encoder)
    assert found(library) == BY_ABC
    library.encode_in_background()
    for batches in (1, 1):
        encoder.let_in(batches)
        wait_for(encoder.is_waiting.is_set)
        assert found(library) == BY_ABC
    assert library.encoding_progress() < (40, 40)
    encoder.let_in(99)
    wait_for(lambda: found(library) == BY_XYZ)
    assert library.encoding_progress() == (40, 40)
    assert encoder.encoded == 40


def test_the_weights_are_those_of_the_encoder_that_is_searched_by(
    tmp_path: Path, old: Library
) -> None:
    standby = DEFAULT._replace(ranking=DEFAULT.ranking | {"dense": 0.5})
    wanted = DEFAULT._replace(ranking=DEFAULT.ranking | {"dense": 1.5})
    library = Library(
        tmp_path,
        GatedEncoder(batches=99),
        load_standby=LetterEncoder,
        weights={"letters": standby, "gated": wanted},
    )
    assert library._views.searched_by() == ""  # nothing is searched yet
    assert library.collect(QUESTION, [SHARED]).weights is standby
    assert library._views.searched_by() == "letters"
    library.encode()
    assert library.collect(QUESTION, [SHARED]).weights is wanted
    assert library._views.searched_by() == "gated"
    library.close()


def test_questions_do_not_wait_for_the_encoding(changed: Changed) -> None:
    library = changed(GatedEncoder())
    assert library.answer("cccc 7", [SHARED]).quotes[0].passage.text == "cccc zzzz 7"
    assert library.encoding_progress() == (0, 40)


def test_in_the_foreground_it_encodes_all_and_tells_how_far_it_is(changed: Changed) -> None:
    library = changed(GatedEncoder(batches=99))
    told: list[tuple[int, int]] = []
    library.encode(lambda done, total: told.append((done, total)))
    assert told == [(16, 40), (32, 40), (40, 40)]
    assert found(library) == BY_XYZ


def test_of_a_light_encoder_nothing_is_ever_left(tmp_path: Path, old: Library) -> None:
    encoder = LetterEncoder("xyz", "light")
    library = Library(tmp_path, encoder)
    assert library.encoding_progress() == Progress(40, 40)
    library.encode_in_background()  # needs no thread
    assert encoder.encoded == 0
    assert found(library) == BY_XYZ
    assert encoder.encoded == 40
    library.encode()
    assert encoder.encoded == 40
    library.close()


def test_the_standby_also_encodes_what_a_third_model_has_encoded(
    tmp_path: Path, changed: Changed
) -> None:
    third = Library(tmp_path, LetterEncoder("y", "third"))
    add(third, "aaaa")
    third.close()
    assert found(changed(GatedEncoder())) == "aaaa"


def test_what_is_added_meanwhile_is_found_at_once(old: Library, changed: Changed) -> None:
    encoder = GatedEncoder()
    library = changed(encoder)
    library.encode_in_background()
    wait_for(encoder.is_waiting.is_set)
    assert found(library) == BY_ABC
    add(old, "aaaa")  # another process, with the old model
    assert found(library) == "aaaa"
    encoder.let_in(99)
    add(library, "xxxx")
    assert library.answer("xxxx", [SHARED], retriever="lexical").quotes
    wait_for(lambda: found(library) == "xxxx")
    wait_for(lambda: library.encoding_progress() == (42, 42))


def test_what_is_removed_meanwhile_stays_away(changed: Changed) -> None:
    encoder = GatedEncoder()
    library = changed(encoder)
    library.encode_in_background()
    wait_for(encoder.is_waiting.is_set)
    [gone] = [d.id for d in library.documents([SHARED]) if d.source == BY_XYZ]
    library.remove(gone, library.collections())
    encoder.let_in(99)
    wait_for(lambda: library.encoding_progress() == (39, 39))
    wait_for(lambda: found(library) == "")  # by x, y and z nothing else is near
    texts = {hit.passage.text for hit in library.answer(QUESTION, [SHARED], limit=50).quotes}
    assert BY_XYZ not in texts


def test_a_collection_renamed_meanwhile_is_found_under_its_new_name(changed: Changed) -> None:
    def found_in(collection: str) -> str:
        quotes = library.answer(QUESTION, [collection], retriever="dense").quotes
        return quotes[0].passage.text if quotes else ""

    encoder = GatedEncoder()
    library = changed(encoder)
    library.encode_in_background()
    wait_for(encoder.is_waiting.is_set)
    assert found_in(SHARED) == BY_ABC
    library.rename_collection(SHARED, "new")
    assert (found_in(SHARED), found_in("new")) == ("", BY_ABC)
    encoder.let_in(99)
    wait_for(lambda: found_in("new") == BY_XYZ)
    assert library.encoding_progress() == (40, 40)
    library.rename_collection("new", "newer")
    assert [found_in(name) for name in (SHARED, "new", "newer")] == ["", "", BY_XYZ]


def test_a_document_added_later_by_another_model_is_found_by_words_then_by_vector(
    old: Library, changed: Changed
) -> None:
    library = changed(GatedEncoder(batches=99))
    library.encode()
    add(old, "xxxx")
    assert library.answer("xxxx", [SHARED], retriever="lexical").quotes
    assert found(library) == BY_XYZ
    assert library.encoding_progress() == (40, 41)
    changed(GatedEncoder(batches=99)).encode()  # another process with the same model
    assert found(library) == "xxxx"


def test_what_was_interrupted_goes_on_from_there(changed: Changed) -> None:
    def interrupt(done: int, _: int) -> None:
        raise KeyboardInterrupt

    first, second = GatedEncoder(batches=99), GatedEncoder(batches=99)
    with pytest.raises(KeyboardInterrupt):
        changed(first).encode(interrupt)
    library = changed(second)
    assert library.encoding_progress() == (16, 40)
    assert found(library) == BY_ABC
    library.encode()
    assert (first.encoded, second.encoded) == (16, 24)
    assert found(library) == BY_XYZ


def test_close_waits_for_one_batch_and_no_more(changed: Changed) -> None:
    encoder = GatedEncoder()
    library = changed(encoder)
    library.encode_in_background()
    wait_for(encoder.is_waiting.is_set)
    closing = threading.Thread(target=library.close)
    closing.start()
    wait_for(library._views._backlog._stop.is_set)
    encoder.let_in(99)
    closing.join(timeout=20)
    assert not closing.is_alive()
    assert encoder.encoded == 16
    assert not any(thread.name == "encoding passages" for thread in threading.enumerate())


_ENCODING = """
import sys, time
from pathlib import Path
from embeddings.library import Library
from tests.encoders import LetterEncoder

class Slow(LetterEncoder):
    def encode_passages(self, texts):
        time.sleep(0.3)
        return super().encode_passages(texts)

library = Library(Path(sys.argv[1]), Slow("xyz", "gated", is_light=False))
library.encode_in_background()
time.sleep(60)
"""


def test_a_killed_process_loses_no_batch_that_it_had_stored(
    tmp_path: Path, old: Library, changed: Changed
) -> None:
    process = subprocess.Popen([sys.executable, "-c", _ENCODING, str(tmp_path)])
    store = Store.in_folder(tmp_path)
    try:
        wait_for(lambda: store.count_passages(without_vector_of="gated") < 40, timeout_s=40)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
    left = store.count_passages(without_vector_of="gated")
    store.close()
    assert left in (24, 8)  # batches of 16: all of one, or nothing
    encoder = GatedEncoder(batches=99)
    library = changed(encoder)
    assert found(library) == BY_ABC
    library.encode()
    assert encoder.encoded == left
    assert found(library) == BY_XYZ


def test_two_processes_with_one_model_share_the_work(changed: Changed) -> None:
    encoders = [GatedEncoder(batches=99), GatedEncoder(batches=99)]
    libraries = [changed(encoder) for encoder in encoders]
    threads = [threading.Thread(target=library.encode) for library in libraries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(encoder.encoded for encoder in encoders) == 40
    assert [found(library) for library in libraries] == [BY_XYZ, BY_XYZ]


def test_who_waits_for_another_process_sees_how_far_that_one_is(changed: Changed) -> None:
    encoder = GatedEncoder()
    changed(encoder).encode_in_background()
    wait_for(encoder.is_waiting.is_set)
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 1:
            encoder.let_in(99)

    changed(GatedEncoder(batches=99)).encode(tell)
    assert told[0] == (0, 40)


def test_processes_with_two_models_leave_each_other_their_vectors(
    old: Library, changed: Changed, tmp_path: Path
) -> None:
    library = changed(GatedEncoder(batches=99))
    library.encode()
    assert (found(old), found(library)) == (BY_ABC, BY_XYZ)
    for encoder in (LetterEncoder(), GatedEncoder()):  # at their next start
        again = Library(tmp_path, encoder, load_standby=LetterEncoder)
        assert found(again) == (BY_ABC if encoder.is_light else BY_XYZ)
        assert encoder.encoded == 0
        again.close()


def test_vectors_unused_for_a_week_go_when_the_new_ones_are_complete(
    old: Library, changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.backlog._KEPT_UNUSED", -backlog._KEPT_UNUSED)
    assert found(old) == BY_ABC  # which is noted
    library = changed(GatedEncoder(batches=99))
    library.encode()
    assert library._store.count_passages(without_vector_of="letters") == 40
    assert found(library) == BY_XYZ
    assert found(old) == BY_ABC  # it holds them in memory
    assert found(changed(LetterEncoder())) == BY_ABC  # and makes them again


def test_without_a_standby_words_serve_and_vectors_join_when_they_are_complete(
    tmp_path: Path, old: Library, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Encoder:
        raise UnknownEncoder("The bundled model cannot be read.")

    library = Library(tmp_path, GatedEncoder(batches=99), load_standby=fail)
    assert found(library) == ""
    assert library._views.searched_by() == ""
    assert library.collect("cccc 7", [SHARED]).weights is DEFAULT
    assert library.answer("cccc 7", [SHARED]).quotes[0].passage.text == "cccc zzzz 7"
    assert "words alone are searched: The bundled model cannot be read." in caplog.text
    library.encode()
    assert found(library) == BY_XYZ
    library.close()


def test_an_unknown_model_harms_no_vectors(tmp_path: Path, old: Library, changed: Changed) -> None:
    with pytest.raises(UnknownEncoder):
        load_encoder(str(tmp_path))
    encoder = LetterEncoder()
    assert found(changed(encoder)) == BY_ABC
    assert encoder.encoded == 0


def test_a_full_disk_is_waited_for(
    changed: Changed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("embeddings.backlog._RETRY_S", 0.05)
    library = changed(GatedEncoder(batches=99))
    store, failures = library._store, ["the disk is full"]
    add_vectors = store.add_vectors

    def fail_once(*arguments: object) -> None:
        if failures:
            raise StoreError(failures.pop())
        add_vectors(*arguments)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(store, "add_vectors", fail_once)
    library.encode_in_background()
    wait_for(lambda: found(library) == BY_XYZ)
    assert "Encoding pauses for 0 s: the disk is full" in caplog.text


def test_progress_is_logged_now_and_then(
    changed: Changed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "embeddings.backlog")
    library = changed(GatedEncoder(batches=99))
    library.encode_in_background()
    wait_for(lambda: found(library) == BY_XYZ)
    assert caplog.messages == [
        "16 of 40 passages are encoded with gated",
        "40 of 40 passages are encoded with gated",
    ]
