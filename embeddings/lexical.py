"""BM25 over the terms of our own analyzer: tantivy, one index on disk for all collections.

The index is a view of the database. It remembers up to which revision of the database it is level,
beside its segments; what came after is applied again after a crash, and applying a change twice is
the same as once.
"""

import json
import logging
import math
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import tantivy

from embeddings.analyzer import Terms, TermWeights
from embeddings.datatypes import Ranking
from embeddings.errors import StoreError

logger = logging.getLogger(__name__)

FORMAT = 2
"""Raised when the analyzer or the schema changes: an index of another format is built anew."""

K1 = 1.2
"""BM25's constant as tantivy has it built in (b is .75): the greatest score needs it."""

_FIELDS = ("prefixes", "grams")
_WRITER_BYTES = 50_000_000


class IndexedPassage(NamedTuple):
    """A passage on its way into the index."""

    passage_id: int
    document_id: int
    collection: str
    terms: Terms


class LexicalIndex:
    """Two fields, word prefixes and 4-grams, ranked apart.

    Searched from any thread, updated from one at a time.

    Args:
        folder: Made where it is missing. An index that cannot be opened, of another format or of
            another database is built anew; no other process may open it meanwhile.
        database: Identity of the database of which this is a view.

    Raises:
        StoreError: If the folder cannot be written.
    """

    def __init__(self, folder: Path, database: str) -> None:
        self._folder = folder
        self._database = database
        self._state_file = folder / "alinti.json"
        self.revision = 0
        self._index = self._open()
        self._schema = self._index.schema
        self.reload()

    def reload(self) -> None:
        """Take up what another process has written."""
        self.revision = _read_state(self._state_file, self._database) or 0
        self._index.reload()
        self._searcher = self._index.searcher()

    def update(
        self, removed: Iterable[int], added: Iterable[IndexedPassage], *, revision: int
    ) -> None:
        """Apply changes of the database and remember its revision.

        Args:
            removed: Documents whose passages go. Those that are added again may stand here too.
            added: Passages of documents; consumed once.
            revision: Of the database, these changes included.

        Raises:
            StoreError: If the index cannot be written; it is as it was before.
        """
        with self._explained():
            writer = self._index.writer(_WRITER_BYTES, 1)
            try:
                # Files of a commit that a killed process did not finish: the next one would have
                # the same names.
                writer.garbage_collect_files()
                if not self.revision:
                    # From the beginning: what a crash left before it was noted is not trusted.
                    writer.delete_all_documents()
                for document_id in removed:
                    # By query: delete_documents_by_term of tantivy 0.27 passes numbers over.
                    gone = tantivy.Query.term_query(self._schema, "document", document_id)
                    writer.delete_documents_by_query(gone)
                for passage in added:
                    writer.add_document(_document(passage))
                writer.commit()
                writer.wait_merging_threads()
            finally:
                del writer  # and its lock, even if somebody keeps the error with this frame
            _write_state(self._state_file, self._database, revision)
        self.reload()

    def search(self, terms: Terms, collections: Sequence[str], k: int) -> tuple[Ranking, Ranking]:
        """Rank passages by their prefixes and, apart from that, by their grams.

        Args:
            terms: Of the question.
            collections: Where to look.
            k: Passages wanted of each ranking; fewer come where fewer share a term.

        Returns:
            Two rankings of (passage id, BM25 score > 0); ties go to the lower id.
        """
        by_prefixes, by_grams = (
            self._rank(field, values, collections, k)
            for field, values in zip(_FIELDS, terms, strict=True)
        )
        return by_prefixes, by_grams

    def count(self, field: str, term: str, collections: Sequence[str]) -> int:
        """Count the passages of collections that hold a term in a field of Terms."""
        if not self._searcher.doc_freq(field, term):  # fast, and most candidates stand nowhere
            return 0
        holds = tantivy.Query.term_query(self._schema, field, term, "basic")
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, self._within(collections)), (tantivy.Occur.Must, holds)]
        )
        found = self._searcher.search(query, limit=1, count=True)
        return int(found.count)  # type: ignore[attr-defined] # its stubs lack it

    def weigh(self, terms: Terms, without: Sequence[Terms] = ()) -> TermWeights:
        """Look up the inverse document frequency of each term, as BM25 has it.

        A term that was never seen has the greatest. All collections are counted together.

        Args:
            terms: Of the question.
            without: Terms of passages that are in the index and not to be counted.
        """
        total = self._searcher.num_docs - len(without)
        prefixes, grams = (
            {
                term: math.log1p((total - seen + 0.5) / (seen + 0.5))
                for term in set(values)
                # Removed passages are counted until their segment is merged, so seen may pass the
                # total.
                for aside in [sum(term in passage[number] for passage in without)]
                for seen in [max(0, min(total, self._searcher.doc_freq(field, term) - aside))]
            }
            for number, (field, values) in enumerate(zip(_FIELDS, terms, strict=True))
        )
        return TermWeights(prefixes, grams)

    def _rank(
        self, field: str, terms: Sequence[str], collections: Sequence[str], k: int
    ) -> Ranking:
        if not terms or not collections or not self._searcher.num_docs:
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, self._within(collections)),
                (tantivy.Occur.Must, self._any_of(field, Counter(terms))),
            ]
        )
        hits = self._searcher.search(query, limit=k, count=False).hits
        addresses = [address for _, address in hits]
        ids = self._searcher.fast_field_values("passage", addresses)
        found = [(int(id_ or 0), float(score)) for (score, _), id_ in zip(hits, ids, strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _within(self, collections: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.const_score_query(
            tantivy.Query.term_set_query(self._schema, "collection", list(collections)), 0.0
        )

    def _any_of(self, field: str, counts: Mapping[str, int]) -> tantivy.Query:
        clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for term, count in counts.items():
            query = tantivy.Query.term_query(self._schema, field, term, "freq")
            if count > 1:
                query = tantivy.Query.boost_query(query, count)
            clauses.append((tantivy.Occur.Should, query))
        return tantivy.Query.boolean_query(clauses)

    def start_over(self) -> None:
        """Forget the revision: the next update is told everything."""
        with self._explained():
            _write_state(self._state_file, self._database, 0)
        self.revision = 0

    def _open(self) -> tantivy.Index:
        if _read_state(self._state_file, self._database) is not None:
            try:
                index = tantivy.Index.open(str(self._folder))
                index.config_reader("manual")
                index.searcher()
            except BaseException as error:
                # tantivy has a ValueError for a damaged index, and a panic for a damaged segment.
                if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
                    raise
                logger.warning("The search index in %s is damaged: it is built anew", self._folder)
            else:
                return index
        with self._explained():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            index = tantivy.Index(_schema(), str(self._folder))
            index.config_reader("manual")
            _write_state(self._state_file, self._database, 0)
        return index

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # tantivy has a ValueError for a full disk too
            reason = "the disk is full" if "No space left" in str(error) else str(error)
            raise StoreError(
                f"{self._folder}: the search index cannot be written ({reason}). "
                "Check that the folder is writable and that the disk has room"
            ) from error


def greatest_score(weights: Mapping[str, float], terms: Sequence[str]) -> float:
    """Bound BM25: what a passage would score that held each term of a question endlessly often."""
    return sum(weights[term] for term in terms) * (K1 + 1)


def _document(passage: IndexedPassage) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("passage", passage.passage_id)
    document.add_unsigned("document", passage.document_id)
    document.add_text("collection", passage.collection)
    for field, terms in zip(_FIELDS, passage.terms, strict=True):
        document.add_text(field, " ".join(terms))
    return document


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("collection", tokenizer_name="raw", index_option="basic")
    for field in _FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _read_state(file: Path, database: str) -> int | None:
    """Read the revision; None where the index is missing, damaged, or no view of this database."""
    try:
        state = json.loads(file.read_text("utf-8"))
        is_ours = state["format"] == FORMAT and state["database"] == database
        return int(state["revision"]) if is_ours else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_state(file: Path, database: str, revision: int) -> None:
    new = file.with_suffix(".new")
    state = {"format": FORMAT, "database": database, "revision": revision}
    new.write_text(json.dumps(state), "utf-8")
    new.replace(file)
