"""The indexes of a library: views of its database, brought level with it as it changes."""

import contextlib
import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import filelock

from embeddings.analyzer import analyze
from embeddings.backlog import LOOK_AGAIN_S, Backlog, Progress, Report, encode_passages, locked
from embeddings.datatypes import Encoder, Ranking
from embeddings.dense import DenseIndex
from embeddings.errors import StoreError, UnknownEncoder
from embeddings.findings import searched_text
from embeddings.lexical import IndexedPassage, LexicalIndex
from embeddings.store import Store

logger = logging.getLogger(__name__)

_ENCODED_AT_ONCE = 512
_PATIENCE_S = 1.0
_NOTE_AGAIN_S = 43_200.0  # well below the week after which unused vectors are removed


class Nearest(NamedTuple):
    """The passages nearest in meaning to a question.

    Attributes:
        ranking: See DenseIndex.search.
        background: See DenseIndex.background.
    """

    ranking: Ranking
    background: float


class Views:
    """The lexical and the dense index. Safe for use from several threads.

    A light encoder encodes what lacks a vector whenever the indexes are levelled. The vectors of
    another one are searched when all are there; until then a light one stands in for it.

    Args:
        folder: Holds the lexical index; several processes may share it.
        store: What the indexes are views of.
        encoder: Whose vectors are to be searched.
        load_standby: Loads the light encoder that may stand in.

    Attributes:
        lexical: The terms of all passages; search it after catch_up.
    """

    def __init__(
        self, folder: Path, store: Store, encoder: Encoder, load_standby: Callable[[], Encoder]
    ) -> None:
        self._encoder = encoder
        self._load_standby = load_standby
        self._store = store
        self._backlog = Backlog(folder, store, encoder)
        self._between_processes = filelock.FileLock(folder / "index.lock")
        with locked(self._between_processes, timeout_s=-1):
            self.lexical = LexicalIndex(folder / "lexical", store.identity())
        self._dense: _DenseView | None = None  # nothing is searched yet
        self._revision = -1  # of nothing, not even of an empty database
        self._look_again_s = 0.0
        self._note_again_s = 0.0
        self._try_again_s = 0.0  # until then the lexical index cannot be written
        self._searching = threading.Lock()
        self._levelling = threading.Lock()

    def close(self) -> None:
        """End the encoding in the background; waits for one batch at most."""
        self._backlog.close()

    def level(self) -> None:
        """Bring the indexes level with the database."""
        with self._levelling, locked(self._between_processes, timeout_s=-1):
            self._level()

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """Change the database in a block, and bring the lexical index level when it ends.

        No question of another process takes that work upon itself meanwhile. The vectors are not
        read: who only adds needs no memory for them.
        """
        with self._levelling, locked(self._between_processes, timeout_s=-1):
            yield
            self._follow()

    def catch_up(self) -> None:
        """Take up changes, or wait a little for the thread that does.

        While that one takes longer, as after a thousand pages, or another process is at it, this
        question is answered as of before them. So it is while the disk is full.
        """
        if not self._is_behind():
            return
        # An answer from empty indexes would be a lie.
        is_first = self._revision < 0
        if self._levelling.acquire(timeout=-1 if is_first else _PATIENCE_S):
            try:
                self.lexical.reload()  # perhaps another process has done that part
                if self.lexical.revision == self._store.revision() and not is_first:
                    self._note_level(self.lexical.revision)
                    return
                with locked(self._between_processes, timeout_s=-1 if is_first else 0) as is_alone:
                    if is_alone:
                        self._level()
            finally:
                self._levelling.release()

    def nearest(self, question: str, collections: Sequence[str], k: int) -> Nearest:
        """Find the passages nearest in meaning to a question; see DenseIndex.

        None are while passages are encoded and nothing can stand in.
        """
        dense = self._dense
        if dense is None or dense.encoder is None:
            return Nearest([], 0.0)
        query = dense.encoder.encode_query([question])
        with self._searching:
            return Nearest(
                dense.index.search(query, collections, k),
                dense.index.background(query, collections),
            )

    def searched_by(self) -> str:
        """Name the encoder whose vectors nearest searches at present; empty for none."""
        dense = self._dense
        return dense.encoder.name if dense is not None and dense.encoder is not None else ""

    def progress(self) -> Progress:
        """Tell how many passages the encoder has encoded, of how many."""
        return self._backlog.progress()

    def encode(self, report: Report) -> None:
        """Encode what lacks a vector, and search the vectors from then on; see Backlog.encode."""
        if self._encoder.is_light or self._backlog.encode(report):
            self.level()
            self._backlog.tidy()

    def encode_in_background(self) -> None:
        """Encode in a thread what lacks a vector, now and later, until close."""
        if self._encoder.is_light:  # it lacks none; but an older model may have left its vectors
            with contextlib.suppress(StoreError):
                self._backlog.tidy()
        self._backlog.start(self.level)

    def _is_behind(self) -> bool:
        if time.monotonic() < self._try_again_s:
            return False
        if self._store.revision() != self._revision or time.monotonic() >= self._note_again_s:
            return True
        # No revision tells that another thread or process has encoded something.
        is_waiting = self._dense is not None and self._dense.is_waiting(self._encoder)
        return is_waiting and time.monotonic() >= self._look_again_s

    def _level(self) -> None:
        revision = self._store.revision()
        is_level = self._follow()
        self._note_level(revision if is_level else self.lexical.revision)

    def _note_level(self, revision: int) -> None:
        """Bring the dense index level too, and note up to where both are."""
        self._level_dense()
        self._revision = revision
        self._look_again_s = time.monotonic() + LOOK_AGAIN_S
        self._note_again_s = time.monotonic() + _NOTE_AGAIN_S

    def _follow(self) -> bool:
        """Bring the lexical index level; where it cannot be written now, some time later.

        The database has what is new by then, and until then an older index finds the rest.

        Raises:
            StoreError: If there is no older one: an answer from an empty index would be a lie.
        """
        try:
            self._level_lexical()
        except StoreError as error:
            if not self.lexical.revision:
                raise
            logger.warning("What was added last cannot be found by its words yet: %s", error)
            self._try_again_s = time.monotonic() + LOOK_AGAIN_S
            return False
        return True

    def _level_lexical(self) -> None:
        self.lexical.reload()  # another process may have levelled it
        if self.lexical.revision > self._store.revision():
            self.lexical.start_over()  # the database is an older one, from a backup
        changes = self._store.changes(self.lexical.revision)
        if changes.revision != self.lexical.revision:
            added = (
                IndexedPassage(
                    p.id,
                    p.document_id,
                    p.collection,
                    analyze(searched_text(p.searched_title, p.passage)),
                )
                for p in self._store.passages_of(changes.added)
            )
            self.lexical.update(changes.removed, added, revision=changes.revision)

    def _level_dense(self) -> None:
        dense = self._dense
        if dense is None or dense.encoder is not self._encoder:
            if self._encoder.is_light or not self._store.count_passages(
                without_vector_of=self._encoder.name
            ):
                dense = _DenseView(self._encoder)
            elif dense is None:
                dense = _DenseView(self._stand_in())
        dense.level(self._store, self._searching)
        self._dense = dense
        if dense.encoder is not None:
            # Whether that can be noted is no concern of a question.
            with contextlib.suppress(StoreError):
                self._store.note_use(dense.encoder.name, datetime.datetime.now(datetime.UTC))

    def _stand_in(self) -> Encoder | None:
        try:
            return self._load_standby()
        except UnknownEncoder as error:
            logger.warning("Until all passages are encoded, words alone are searched: %s", error)
            return None


class _DenseView:
    """The index of one encoder's vectors, and what it lacks; of no encoder it stays empty."""

    def __init__(self, encoder: Encoder | None) -> None:
        self.encoder = encoder
        self.index = DenseIndex(encoder.dim if encoder else 0)
        self._revision = 0
        self._lacking: set[int] = set()  # documents of which a vector is not made yet

    def is_waiting(self, wanted: Encoder) -> bool:
        """Whether vectors are still to come that another thread or process may make."""
        return self.encoder is not wanted or bool(self._lacking)

    def level(self, store: Store, searching: threading.Lock) -> None:
        """Take up what changed in the store since the last time."""
        if self.encoder is None:
            return
        changes = store.changes(self._revision)
        # All others had their vectors the last time; to look through them takes long.
        changed = {*changes.added, *self._lacking} if self._revision else None
        lacking = store.documents_without_vector(self.encoder.name, changed)
        if self.encoder.is_light and lacking:
            after = 0
            while batch := store.passages_without_vector(
                self.encoder.name, _ENCODED_AT_ONCE, after=after
            ):
                encode_passages(store, self.encoder, batch)
                after = batch[-1].id
            # Asked before the vectors are read: what is made between the two is read once more.
            lacking = store.documents_without_vector(self.encoder.name, changed)
        documents = sorted({*changes.added, *(self._lacking - lacking)})
        with searching:
            self.index.remove(*changes.removed)
        for collection, document_id, passage_ids, matrix in store.vectors_of(
            documents, self.encoder.name
        ):
            with searching:
                self.index.add(collection, document_id, passage_ids, matrix)
        self._lacking = lacking
        self._revision = changes.revision
