"""The two flows: a document into the library, and a question to its quotes."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import filelock
import numpy as np

from embeddings import confidence
from embeddings.analyzer import analyze
from embeddings.datatypes import (
    Answer,
    Document,
    Encoder,
    Outcome,
    Passage,
    Ranking,
    StoredDocument,
    Vectors,
)
from embeddings.dense import DenseIndex
from embeddings.errors import EmptyDocument, StoreError
from embeddings.findings import Findings, context, searched_text
from embeddings.fusion import fuse
from embeddings.highlight import Sought
from embeddings.lexical import IndexedPassage, LexicalIndex, greatest_score
from embeddings.passages import split_passages
from embeddings.questions import Question, parse_question
from embeddings.store import Store

logger = logging.getLogger(__name__)

SHARED = "shared"
"""The operator's collection, which every chat may search."""

DEPTH = 50
"""Passages taken from each ranking."""

CANDIDATES = 12
"""Passages that are read, sentence by sentence, for the final ranking: most of an answer's time.

On tquad_dev 30 rank no better (nDCG@10 .885, 12 reach .886) and take twice the time.
"""

RETRIEVERS = {
    "hybrid": {"prefixes": 0.2, "grams": 1.0, "dense": 0.2, "coverage": 1.0, "sentence": 1.0},
    "lexical": {"prefixes": 0.2, "grams": 1.0, "coverage": 1.0, "sentence": 1.0},
    "dense": {"dense": 1.0},
}
"""Weights of the rankings by way of searching; chosen by ``python -m embeddings.tuning``."""

_ENCODED_AT_ONCE = 512
_PATIENCE_S = 1.0


class Receipt(NamedTuple):
    """What stands in the library after an add."""

    outcome: Outcome
    document_id: int
    passages: int


class Library:
    """Documents to ask. Safe for use from several threads; several processes may share a folder.

    Args:
        folder: Holds the database and the lexical index; made where it is missing.
        encoder: Its vectors are stored beside those of others, and made where they are missing.

    Raises:
        StoreError: From every method, where the folder cannot be read or written.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._store = Store.in_folder(folder)
        self._between_processes = filelock.FileLock(folder / "index.lock")
        with self._alone():
            self._lexical = LexicalIndex(folder / "lexical", self._store.identity())
        self._dense = DenseIndex(encoder.dim)
        self._dense_revision = -1  # nothing is in it yet, not even an empty database
        self._searching = threading.Lock()
        self._levelling = threading.Lock()

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def add(
        self,
        document: Document,
        collection: str,
        *,
        passages: Sequence[Passage] | None = None,
    ) -> Receipt:
        """Add a document; when this returns, no crash can lose it.

        The same content twice in a collection changes nothing; new content from the same source
        replaces the old. The next question finds it.

        Args:
            document: As a reader made it.
            collection: What it is searched together with.
            passages: Its quotable spans, where they are not to be found by split_passages.

        Raises:
            EmptyDocument: If nothing in it can be quoted.
        """
        same = self._store.settle(collection, document)
        if same is not None:
            return Receipt(Outcome.UNCHANGED, same, 0)
        passages = split_passages(document) if passages is None else passages
        if not passages:
            raise EmptyDocument(f"{document.source}: there is no text to quote in this document")
        vectors = self._encode([searched_text(document.title, p) for p in passages])
        document_id, outcome = self._store.add(
            collection, document, passages, vectors, self._encoder.name
        )
        return Receipt(outcome, document_id, len(passages))

    def remove(self, document_id: int) -> bool:
        """Remove a document, False where there is none; from then on none of it is quoted."""
        return self._store.remove(document_id)

    def documents(self, collections: Sequence[str]) -> list[StoredDocument]:
        """List the documents of collections, in the order in which they were added."""
        return self._store.documents(collections)

    def is_empty(self, collections: Sequence[str]) -> bool:
        """Whether there is nothing to ask in any of the collections."""
        return self._store.is_empty(collections)

    def answer(
        self,
        question: str,
        collections: Sequence[str],
        *,
        limit: int = 5,
        retriever: str = "hybrid",
    ) -> Answer:
        """Find the quotes that answer a question.

        Args:
            question: As a person typed it; one without words is not answered.
            collections: Where to look. No other collection's text reaches the answer.
            limit: Quotes wanted at most.
            retriever: A key of RETRIEVERS.
        """
        findings = self.collect(question, collections, retriever=retriever)
        ranking = [hit for hit in findings.rank(RETRIEVERS[retriever]) if hit[1] > 0]
        # A quote is checked against its document once more before it is shown.
        verbatim = self._store.verbatim([passage_id for passage_id, _ in ranking])
        ranking = [hit for hit in ranking if hit[0] in verbatim]
        if not ranking:
            return Answer(question, (), 0.0, answered=False)
        quotes = tuple(findings.hit(id_, score) for id_, score in ranking[:limit])
        probability = confidence.estimate(findings.signals(ranking))
        answered = probability >= confidence.THRESHOLD
        return Answer(question, quotes, probability, answered)

    def collect(
        self,
        question: str,
        collections: Sequence[str],
        *,
        retriever: str = "hybrid",
        without: int | None = None,
    ) -> Findings:
        """Gather what the indexes and the sentences have for a question, before it is weighed.

        Args:
            question: See answer.
            collections: See answer.
            retriever: See answer.
            without: A document to leave aside, to see what is found without it.
        """
        self._catch_up()
        question = question.encode("utf-8", "replace").decode("utf-8")  # a broken byte of a shell
        asked = parse_question(question)
        rankings = self._search(question, asked, collections, RETRIEVERS[retriever])
        # One more, for the one that may be left aside.
        nearest = [id_ for id_, _ in fuse(rankings, RETRIEVERS[retriever])][: CANDIDATES + 1]
        passages = {
            p.id: p for p in self._store.passages(nearest, collections) if p.document_id != without
        }
        frequencies = self._lexical.weigh(asked.terms)
        sought = Sought(asked.stress, frequencies, asked.expected)
        evidence = {
            p.id: sought.find_answer(p.passage.text, context(p.title, p.passage))
            for p in passages.values()
        }
        greatest = greatest_score(frequencies.grams, asked.terms.grams)
        kept = {
            name: [hit for hit in ranking if hit[0] in passages]
            for name, ranking in rankings.items()
        }
        kept["coverage"] = [(id_, found.coverage) for id_, found in evidence.items()]
        kept["sentence"] = [(id_, found.sentence) for id_, found in evidence.items()]
        return Findings(asked, kept, passages, evidence, greatest)

    def level(self) -> None:
        """Bring the indexes level with the database, and encode what has no vector yet.

        The first question would do it; called before, it spares that one the wait.
        """
        with self._levelling, self._alone():
            self._level()

    def _catch_up(self) -> None:
        """Take up changes, or wait a little for the thread or process that does.

        While that one takes longer, as after a thousand pages, this question is answered as of
        before them.
        """
        if self._store.revision() == self._dense_revision:
            return
        is_new = self._dense_revision < 0  # an answer from empty indexes would be a lie
        if self._levelling.acquire(timeout=-1 if is_new else _PATIENCE_S):
            try:
                with self._alone(timeout_s=-1 if is_new else _PATIENCE_S):
                    self._level()
            except filelock.Timeout:
                pass
            finally:
                self._levelling.release()

    @contextmanager
    def _alone(self, timeout_s: float = -1) -> Iterator[None]:
        """Keep other processes off the lexical index; filelock.Timeout where one has it longer."""
        try:
            self._between_processes.acquire(timeout=timeout_s)
        except OSError as error:
            if isinstance(error, filelock.Timeout):
                raise
            raise StoreError(
                f"{self._between_processes.lock_file}: the index cannot be locked "
                f"({error.strerror or error}). Check that the folder is writable"
            ) from error
        try:
            yield
        finally:
            self._between_processes.release()

    def _level(self) -> None:
        self._level_lexical()
        self._level_dense()

    def _search(
        self,
        question: str,
        asked: Question,
        collections: Sequence[str],
        weights: dict[str, float],
    ) -> dict[str, Ranking]:
        rankings: dict[str, Ranking] = {}
        if "prefixes" in weights:
            rankings["prefixes"], rankings["grams"] = self._lexical.search(
                asked.terms, collections, DEPTH
            )
        if "dense" in weights:
            vector = self._encoder.encode_query([question])
            with self._searching:
                rankings["dense"] = self._dense.search(vector, collections, DEPTH)
        return rankings

    def _encode(self, texts: Sequence[str]) -> Vectors:
        parts = [
            self._encoder.encode_passages(texts[start : start + _ENCODED_AT_ONCE])
            for start in range(0, len(texts), _ENCODED_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _encode_missing(self) -> None:
        while batch := self._store.passages_without_vector(self._encoder.name, _ENCODED_AT_ONCE):
            vectors = self._encoder.encode_passages(
                [searched_text(p.title, p.passage) for p in batch]
            )
            self._store.add_vectors(self._encoder.name, [p.id for p in batch], vectors)
            logger.info("encoded %d passages for %s", len(batch), self._encoder.name)

    def _level_lexical(self) -> None:
        self._lexical.reload()  # another process may have levelled it
        if self._lexical.revision > self._store.revision():
            self._lexical.start_over()  # the database is an older one, from a backup
        changes = self._store.changes(self._lexical.revision)
        if changes.revision != self._lexical.revision:
            added = (
                IndexedPassage(
                    p.id, p.document_id, p.collection, analyze(searched_text(p.title, p.passage))
                )
                for p in self._store.passages_of(changes.added)
            )
            self._lexical.update(changes.removed, added, revision=changes.revision)

    def _level_dense(self) -> None:
        changes = self._store.changes(max(0, self._dense_revision))
        self._encode_missing()  # after the changes are known, so that none of them lacks a vector
        vectors = self._store.vectors_of(changes.added, self._encoder.name)
        with self._searching:
            for document_id in changes.removed:
                self._dense.remove(document_id)
        for collection, document_id, passage_ids, matrix in vectors:
            with self._searching:
                self._dense.add(collection, document_id, passage_ids, matrix)
        self._dense_revision = changes.revision
