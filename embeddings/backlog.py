"""The passages that a slow encoder has not encoded yet, worked off while others answer."""

import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import filelock

from embeddings.datatypes import Encoder
from embeddings.errors import StoreError
from embeddings.findings import searched_text
from embeddings.listing import StoredPassage
from embeddings.store import Store

logger = logging.getLogger(__name__)

LOOK_AGAIN_S = 5.0
"""How often it is looked whether another process has added documents or encoded them."""

_WINDOW = 256  # passages sorted by their length, so that a batch has little padding
# Passages that are encoded and stored at a time: what a crash loses, and what an end waits for.
_BATCH = 16
_COURTESY_S = 0.1  # between two windows, longer than a process that waits takes to look again
_LOG_EVERY_S = 30.0
_RETRY_S = 60.0
_KEPT_UNUSED = datetime.timedelta(days=7)

Report = Callable[[int, int], None]


class Progress(NamedTuple):
    """How far an encoder has come.

    Attributes:
        done: Passages of which it has made the vector.
        total: Passages in the library.
    """

    done: int
    total: int


class Backlog:
    """What an encoder has still to encode. Several processes work on it without harm.

    Args:
        folder: Of the library.
        store: Holds the passages and takes their vectors.
        encoder: Whose vectors are wanted.
    """

    def __init__(self, folder: Path, store: Store, encoder: Encoder) -> None:
        self._store = store
        self._encoder = encoder
        # Processes take turns, whatever their models: none of them encodes what another has.
        self._turns = filelock.FileLock(folder / "encoding.lock")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def progress(self) -> Progress:
        """Count what is done; of a light encoder that is all, whenever it is needed."""
        total = self._store.count_passages()
        if self._encoder.is_light:
            return Progress(total, total)
        missing = self._store.count_passages(without_vector_of=self._encoder.name)
        return Progress(max(0, total - missing), total)

    def encode(self, report: Report = lambda done, total: None) -> bool:
        """Encode all of it. Each batch is stored at once: what is interrupted goes on from there.

        Args:
            report: Called with the passages done and in total, after each batch.

        Returns:
            Whether nothing is left; False where close was called.

        Raises:
            StoreError: If vectors cannot be stored.
        """
        after = 0
        while not self._stop.is_set():
            with locked(self._turns, timeout_s=LOOK_AGAIN_S) as is_ours:
                if is_ours:
                    window = self._store.passages_without_vector(
                        self._encoder.name, _WINDOW, after=after
                    )
                    if not window:
                        return True
                    after = window[-1].id
                    self._encode(window, report)
                else:
                    report(*self.progress())  # the other one may have the same model
            self._stop.wait(_COURTESY_S)
        return False

    def start(self, on_complete: Callable[[], None]) -> None:
        """Work it off in a thread, and what is added later too, until close.

        Args:
            on_complete: Called in the thread whenever nothing is left.
        """
        if self._thread is None and not self._encoder.is_light:
            self._thread = threading.Thread(
                target=self._work, args=(on_complete,), name="encoding passages"
            )
            self._thread.start()

    def close(self) -> None:
        """End the thread; waits for one batch at most."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def tidy(self) -> None:
        """Remove the vectors of models that nobody has used for a week.

        Not sooner: another process may use that model now, and who tries a model may go back.
        """
        now = datetime.datetime.now(datetime.UTC)
        since = now - _KEPT_UNUSED
        for name in self._store.remove_unused_vectors(since, now, keep=self._encoder.name):
            logger.info("The vectors of %s are removed: no process used them for a week", name)

    def _work(self, on_complete: Callable[[], None]) -> None:
        revision = -1
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            try:
                now = self._store.revision()
                if now != revision and self.encode(_Log(self._encoder.name)):
                    on_complete()
                    self.tidy()
                    revision = now
                pause_s = LOOK_AGAIN_S
            except (StoreError, RuntimeError, MemoryError) as error:
                # Nothing is lost, and the disk or the memory may have room again some day.
                logger.warning("Encoding pauses for %d s: %s", _RETRY_S, error)
                pause_s = _RETRY_S

    def _encode(self, window: Sequence[StoredPassage], report: Report) -> None:
        done, total = self.progress()
        for batch in _batches(window):
            if self._stop.is_set():
                return
            encode_passages(self._store, self._encoder, batch)
            done += len(batch)
            report(done, total)


@contextmanager
def locked(lock: filelock.BaseFileLock, *, timeout_s: float) -> Iterator[bool]:
    """Keep other processes away; False where one of them stays longer than one waits.

    Raises:
        StoreError: If the file cannot be locked at all.
    """
    try:
        lock.acquire(timeout=timeout_s)
    except filelock.Timeout:
        yield False
        return
    except OSError as error:
        raise StoreError(
            f"{lock.lock_file}: the index cannot be locked ({error.strerror or error}). "
            "Check that the folder is writable"
        ) from error
    try:
        yield True
    finally:
        lock.release()


def encode_passages(store: Store, encoder: Encoder, passages: Sequence[StoredPassage]) -> None:
    """Make the vectors of passages and store them."""
    vectors = encoder.encode_passages(
        [searched_text(p.searched_title, p.passage) for p in passages]
    )
    store.add_vectors(encoder.name, [p.id for p in passages], vectors)


def _batches(window: Sequence[StoredPassage]) -> Iterator[list[StoredPassage]]:
    by_length = sorted(window, key=lambda p: len(p.passage.text))
    for start in range(0, len(by_length), _BATCH):
        yield by_length[start : start + _BATCH]


class _Log:
    """Logs the progress now and then, and the end of it."""

    def __init__(self, encoder: str) -> None:
        self._encoder = encoder
        self._logged_s = -_LOG_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if done >= total or now_s - self._logged_s >= _LOG_EVERY_S:
            self._logged_s = now_s
            logger.info("%d of %d passages are encoded with %s", done, total, self._encoder)
