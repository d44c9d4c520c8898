"""Documents, passages and vectors in one database: the truth of which the indexes are views.

SQLAlchemy Core; SQLite by default. Every change of a document is a row of ``changes``, and its
number is the database's revision: a view that knows up to which revision it is level asks for what
came after.
"""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from embeddings import rows, schema
from embeddings.database import Database
from embeddings.datatypes import (
    Document,
    Entry,
    Hit,
    Outcome,
    Passage,
    Span,
    StoredDocument,
    Surroundings,
    Vectors,
)
from embeddings.rows import Prepared
from embeddings.surroundings import read_surroundings

FILE = "library.db"
"""Its name in a data folder."""

_A_DAY = datetime.timedelta(days=1)
_READ_AT_ONCE = 100  # documents: of a series all small ones, of others mostly fewer
_LARGEST_ID = 2**63 - 1


class StoredPassage(NamedTuple):
    """A passage with what a search result shows of its document."""

    id: int
    document_id: int
    collection: str
    title: str
    source: str
    passage: Passage
    added_at: str = ""
    series: str = ""

    @property
    def searched_title(self) -> str:
        """See Document."""
        return "" if self.series else self.title

    def hit(self, highlight: Span, *, score: float, copies: int = 0) -> Hit:
        """Make it a quote; see Hit."""
        return Hit(
            self.passage,
            self.document_id,
            self.title,
            self.source,
            score,
            highlight,
            copies,
            self.id,
            self.collection,
            self.added_at,
        )


class Counts(NamedTuple):
    """How much collections hold.

    Attributes:
        entries: See Entry.
        documents: Those of series each by itself.
        passages: Of all documents.
    """

    entries: int
    documents: int
    passages: int


class Changes(NamedTuple):
    """What a view must do to become level.

    Attributes:
        revision: Of the database then.
        removed: Documents whose passages go; those added are among them, so that doing it twice
            does no harm.
        added: Documents whose passages come.
    """

    revision: int
    removed: list[int]
    added: list[int]


class Store:
    """The database. Safe for use from several threads and processes.

    Args:
        database: Where they stand; tables are made where they are missing.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._create_tables()

    @classmethod
    def in_folder(cls, folder: Path) -> "Store":
        """Open the SQLite database of a data folder; the folder is made where it is missing."""
        return cls(Database.in_folder(folder, FILE, "the library"))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def revision(self) -> int:
        """Read the number of the last change; 0 before the first."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(sa.func.max(schema.changes.c.revision))) or 0

    def identity(self) -> str:
        """Read what tells this database from all others."""
        with self._database.reading() as connection:
            return str(connection.scalar(sa.select(schema.identity.c.id)))

    def settle(self, collection: str, documents: Sequence[Document]) -> list[int | None]:
        """Spare the work where the collection holds the contents already; see rows.settle."""
        with self._database.reading() as connection:
            known = rows.find_known(connection, collection, documents)
            if all(known.same(document) is None for document in documents):
                return [None] * len(documents)
            if all(known.older(document) is None for document in documents):
                return [known.same(document) for document in documents]
        with self._database.writing() as connection:
            return rows.settle(connection, collection, documents)

    def add(
        self, collection: str, prepared: Sequence[Prepared], encoder: str
    ) -> list[tuple[int, Outcome]]:
        """Add documents, in one transaction with all that belongs to them.

        See rows.write_documents.

        Raises:
            ValueError: If a passage is longer than a block.
        """
        passages = (passage for item in prepared for passage in item.passages)
        if any(passage.end - passage.start > schema.BLOCK for passage in passages):
            raise ValueError(f"a passage is longer than {schema.BLOCK} characters")
        with self._database.writing() as connection:
            return rows.write_documents(connection, collection, prepared, encoder)

    def remove(self, document_id: int, collections: Sequence[str]) -> list[int]:
        """Remove the entry of a document; the ids of all that is removed."""
        with self._database.writing() as connection:
            return rows.delete_where(connection, _of_entry(document_id, collections))

    def remove_source(self, source: str, collection: str) -> list[int]:
        """Remove the document that a collection has from a source; its id, in a list."""
        documents = schema.documents.c
        chosen = (documents.collection == collection) & (documents.source == source)
        with self._database.writing() as connection:
            return rows.delete_where(connection, chosen)

    def remove_collection(self, collection: str) -> list[int]:
        """Remove all documents of a collection; their ids."""
        with self._database.writing() as connection:
            return rows.delete_where(connection, schema.documents.c.collection == collection)

    def truncate_log(self) -> None:
        """See Database.truncate_log."""
        self._database.truncate_log()

    def rename(self, document_id: int, title: str, collections: Sequence[str]) -> bool:
        """Call the documents of an entry otherwise; False where there is none."""
        with self._database.writing() as connection:
            return rows.rename_where(connection, _of_entry(document_id, collections), title)

    def rename_collection(self, old: str, new: str) -> None:
        """Hand all documents of a collection over to another; doing it twice does no harm.

        Where the other one holds the same content or source already, its own document stays.
        """
        if old != new:
            with self._database.writing() as connection:
                rows.move_documents(connection, old, new)

    def collections(self) -> list[str]:
        """List the collections that hold documents, that of the newest document first."""
        listed = (
            sa.select(schema.documents.c.collection)
            .group_by(schema.documents.c.collection)
            .order_by(sa.func.max(schema.documents.c.id).desc())
        )
        with self._database.reading() as connection:
            return list(connection.scalars(listed))

    def documents(self, collections: Sequence[str]) -> list[StoredDocument]:
        """List the documents of collections, in the order in which they were added."""
        columns = [schema.documents.c[name] for name in StoredDocument.__dataclass_fields__]
        listed = (
            sa.select(*columns)
            .where(schema.documents.c.collection.in_(collections))
            .order_by(schema.documents.c.id)
        )
        with self._database.reading() as connection:
            return [StoredDocument(*row) for row in connection.execute(listed)]

    def entries(
        self,
        collections: Sequence[str],
        *,
        offset: int = 0,
        limit: int | None = None,
        of: int | None = None,
    ) -> list[Entry]:
        """List the entries of collections, that of the newest document first.

        Args:
            collections: Where they stand.
            offset: How many of them are passed over.
            limit: How many are wanted at most; None for all.
            of: A document whose entry alone is wanted.
        """
        documents = schema.documents.c
        chosen = (
            documents.collection.in_(collections) if of is None else _of_entry(of, collections)
        )
        grouped = (
            sa.select(
                sa.func.min(documents.id).label("first"),
                sa.func.max(documents.id).label("last"),
                sa.func.count().label("parts"),
                sa.func.sum(documents.passages).label("all_passages"),
                sa.func.max(documents.added_at).label("newest"),
            )
            .where(chosen)
            .group_by(documents.collection, schema.entry_key())
            .order_by(sa.desc("last"))
            .offset(offset)
            .limit(limit)
            .subquery()
        )
        columns = [documents[name] for name in StoredDocument.__dataclass_fields__]
        listed = (
            sa.select(grouped.c.parts, grouped.c.all_passages, grouped.c.newest, *columns)
            .join_from(grouped, schema.documents, documents.id == grouped.c.first)
            .order_by(grouped.c.last.desc())
        )
        with self._database.reading() as connection:
            return [
                Entry(StoredDocument(*stored), parts, passages, newest)
                for parts, passages, newest, *stored in connection.execute(listed)
            ]

    def count(self, collections: Sequence[str]) -> Counts:
        """Count what collections hold."""
        documents = schema.documents.c
        entry = documents.collection + "\n" + schema.entry_key()
        counted = sa.select(
            sa.func.count(sa.distinct(entry)),
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(documents.passages), 0),
        ).where(documents.collection.in_(collections))
        with self._database.reading() as connection:
            return Counts(*connection.execute(counted).one())

    def open_passages(
        self, document_id: int, collections: Sequence[str], *, offset: int, limit: int
    ) -> list[StoredPassage]:
        """Read passages of an entry, in the order of its text."""
        chosen = (
            schema.PASSAGE_ROWS.where(_of_entry(document_id, collections))
            .order_by(schema.documents.c.id, schema.passages.c.start)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_stored_passage(row) for row in connection.execute(chosen)]

    def of_same_name(self, document_id: int, collections: Sequence[str]) -> list[StoredDocument]:
        """List the other documents of a file's name, the newest first; none of any series."""
        documents, named = schema.documents.c, schema.documents.alias("named")
        columns = [documents[name] for name in StoredDocument.__dataclass_fields__]
        listed = (
            sa.select(*columns)
            .join_from(
                schema.documents,
                named,
                (named.c.name == documents.name) & (named.c.collection == documents.collection),
            )
            .where(
                named.c.id == document_id,
                documents.id != document_id,
                documents.collection.in_(collections),
                documents.name != "",
                documents.series == "",
                named.c.series == "",
            )
            .order_by(documents.id.desc())
        )
        with self._database.reading() as connection:
            return [StoredDocument(*row) for row in connection.execute(listed)]

    def read_all(self, collection: str) -> Iterator[Document]:
        """Read whole documents, in the order in which they were added."""
        documents, after = schema.documents, 0
        while True:
            chosen = (
                sa.select(documents)
                .where(documents.c.collection == collection, documents.c.id > after)
                .order_by(documents.c.id)
                .limit(_READ_AT_ONCE)
            )
            with self._database.reading(snapshot=True) as connection:
                found = connection.execute(chosen).all()
                read = [rows.read_document(connection, row) for row in found]
            yield from read
            if not found:
                return
            after = found[-1].id

    def still_there(self, passage_ids: Sequence[int]) -> bool:
        """Whether all of some passages are in the database now."""
        wanted = set(passage_ids)
        with self._database.reading() as connection:
            counted = connection.scalar(schema.COUNTED_IDS, {"ids": list(wanted)})
        return counted == len(wanted)

    def is_empty(self, collections: Sequence[str]) -> bool:
        """Whether no document stands in any of the collections."""
        any_one = sa.select(schema.documents.c.id).where(
            schema.documents.c.collection.in_(collections)
        )
        with self._database.reading() as connection:
            return connection.scalar(any_one.limit(1)) is None

    def changes(self, since: int) -> Changes:
        """Sum up what changed after a revision; from 0 on, that is every document there is."""
        changed = sa.select(schema.changes.c.document_id).where(schema.changes.c.revision > since)
        there = sa.select(schema.documents.c.id)
        if since:
            there = there.where(schema.documents.c.id.in_(changed))
        with self._database.reading(snapshot=True) as connection:
            revision = connection.scalar(sa.select(sa.func.max(schema.changes.c.revision))) or 0
            removed = sorted(set(connection.scalars(changed))) if since else []
            return Changes(revision, removed, list(connection.scalars(there.order_by("id"))))

    def passages_of(self, document_ids: Sequence[int]) -> Iterator[StoredPassage]:
        """Read the passages of documents, in the order of their ids."""
        for ids in rows.in_parts(document_ids):
            chosen = schema.PASSAGE_ROWS.where(schema.documents.c.id.in_(ids)).order_by(
                schema.passages.c.id
            )
            with self._database.reading() as connection:
                for row in connection.execute(chosen):
                    yield _stored_passage(row)

    def passages(self, ids: Sequence[int], collections: Sequence[str]) -> list[StoredPassage]:
        """Read passages that stand in one of the collections; no others, no removed ones."""
        # People can type ids, and SQLite's driver fails at those that no row can have.
        ids = [id_ for id_ in ids if 0 < id_ <= _LARGEST_ID]
        with self._database.reading() as connection:
            chosen = {"ids": ids, "collections": collections}
            return [_stored_passage(r) for r in connection.execute(schema.CHOSEN_ROWS, chosen)]

    def surroundings(self, passage_id: int, collections: Sequence[str]) -> Surroundings | None:
        """Read what stands around a passage; see surroundings.read_surroundings."""
        found = self.passages([passage_id], collections)
        if not found:
            return None
        with self._database.reading(snapshot=True) as connection:
            return read_surroundings(connection, found[0].document_id, found[0].passage)

    def verbatim(self, passage_ids: Sequence[int]) -> set[int]:
        """Choose the passages whose document reads as they do, at their offsets."""
        with self._database.reading() as connection:
            return set(connection.scalars(schema.VERBATIM_IDS, {"ids": passage_ids}))

    def vectors_of(
        self, document_ids: Sequence[int], encoder: str
    ) -> Iterator[tuple[str, int, list[int], Vectors]]:
        """Read the vectors that an encoder has made of documents.

        Yields:
            Collection, document, passage ids, and vectors of shape (passages, dim).
        """
        chosen = (
            sa.select(schema.documents.c.collection, schema.passages.c.id, schema.vectors.c.vector)
            .join_from(schema.vectors, schema.passages)
            .join(schema.documents)
            .where(schema.vectors.c.encoder == encoder)
            .order_by(schema.passages.c.id)
        )
        for document_id in document_ids:
            with self._database.reading() as connection:
                found = connection.execute(
                    chosen.where(schema.documents.c.id == document_id)
                ).all()
            if found:
                joined = b"".join(row.vector for row in found)
                matrix = np.frombuffer(joined, rows.VECTOR_TYPE).reshape(len(found), -1)
                ids = [row.id for row in found]
                yield found[0].collection, document_id, ids, matrix.astype(np.float32)

    def passages_without_vector(
        self, encoder: str, limit: int, *, after: int = 0
    ) -> list[StoredPassage]:
        """Read passages that an encoder has not encoded yet, in the order of their ids.

        Args:
            encoder: Its name.
            limit: How many at most.
            after: Id from which on they are looked for: what stands before need not be read again.
        """
        chosen = (
            schema.PASSAGE_ROWS.where(schema.lacks_vector(encoder), schema.passages.c.id > after)
            .order_by(schema.passages.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_stored_passage(row) for row in connection.execute(chosen)]

    def count_passages(self, *, without_vector_of: str | None = None) -> int:
        """Count the passages: all, or those that an encoder has not encoded yet."""
        counted = sa.select(sa.func.count()).select_from(schema.passages)
        if without_vector_of is not None:
            counted = counted.where(schema.lacks_vector(without_vector_of))
        with self._database.reading() as connection:
            return connection.scalar(counted) or 0

    def documents_without_vector(self, encoder: str) -> set[int]:
        """Find the documents of which an encoder has not encoded every passage yet."""
        lacking = (
            sa.select(schema.passages.c.document_id).where(schema.lacks_vector(encoder)).distinct()
        )
        with self._database.reading() as connection:
            return set(connection.scalars(lacking))

    def add_vectors(self, encoder: str, passage_ids: Sequence[int], vectors: Vectors) -> None:
        """Store vectors of passages that had none of this encoder.

        Passages that are gone meanwhile, or that another process has encoded, are skipped.
        """
        with self._database.writing() as connection:
            wanted = set(
                connection.scalars(
                    sa.select(schema.passages.c.id).where(
                        schema.passages.c.id.in_(passage_ids), schema.lacks_vector(encoder)
                    )
                )
            )
            missing = [number for number, id_ in enumerate(passage_ids) if id_ in wanted]
            ids = [passage_ids[number] for number in missing]
            rows.insert_vectors(connection, encoder, ids, vectors[missing])

    def note_use(self, encoder: str, now: datetime.datetime) -> None:
        """Note that an encoder's vectors are searched; once a day is often enough."""
        known = schema.encoders.c.name == encoder
        with self._database.reading() as connection:
            used_at = connection.scalar(sa.select(schema.encoders.c.used_at).where(known))
        if used_at is None or datetime.datetime.fromisoformat(used_at) < now - _A_DAY:
            with self._database.writing() as connection:
                connection.execute(schema.encoders.delete().where(known))
                connection.execute(schema.encoders.insert().values(_use(encoder, now)))

    def remove_unused_vectors(
        self, since: datetime.datetime, now: datetime.datetime, *, keep: str
    ) -> list[str]:
        """Remove the vectors of encoders that no process has searched since a time.

        Args:
            since: Whoever's use was noted before is removed.
            now: One of which no use was ever noted counts as used now.
            keep: Name of an encoder that stays in any case.

        Returns:
            The names of those removed.
        """
        stored = sa.select(schema.vectors.c.encoder).distinct()
        with self._database.writing() as connection:
            uses = connection.execute(sa.select(schema.encoders))
            used = {row.name: row.used_at for row in uses}
            names = list(connection.scalars(stored))
            fresh = [_use(name, now) for name in names if name not in used]
            if fresh:
                connection.execute(schema.encoders.insert(), fresh)
            unused = [
                name
                for name in names
                if name in used
                and name != keep
                and datetime.datetime.fromisoformat(used[name]) < since
            ]
            if unused:
                gone = schema.vectors.c.encoder.in_(unused)
                connection.execute(schema.vectors.delete().where(gone))
        return unused

    def _create_tables(self) -> None:
        self._database.create_tables(schema.metadata)
        if not self._has_identity():
            with self._database.writing() as connection:
                # Asked again under the writer's lock: another process may be starting too.
                if connection.scalar(sa.select(schema.identity.c.id)) is None:
                    connection.execute(schema.identity.insert().values(id=uuid.uuid4().hex))

    def _has_identity(self) -> bool:
        with self._database.reading() as connection:
            return connection.scalar(sa.select(schema.identity.c.id)) is not None


def _stored_passage(row: sa.Row[Any]) -> StoredPassage:
    places = rows.read_places(row.places)
    passage = Passage(row.start, row.end, row.text, row.heading, row.lead_in, row.page, places)
    return StoredPassage(
        row.id,
        row.document_id,
        row.collection,
        row.title,
        row.source,
        passage,
        row.added_at,
        row.series,
    )


def _of_entry(document_id: int, collections: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a row of documents belongs to the entry of a document in one of the collections."""
    documents, one = schema.documents.c, schema.documents.alias("one")
    if not 0 < document_id <= _LARGEST_ID:  # people can type ids
        return sa.false()
    is_one = (one.c.id == document_id) & one.c.collection.in_(collections)
    series = sa.select(one.c.series).where(is_one).scalar_subquery()
    collection = sa.select(one.c.collection).where(is_one).scalar_subquery()
    in_series = (documents.series != "") & (documents.series == series)
    return (documents.collection == collection) & ((documents.id == document_id) | in_series)


def _use(encoder: str, now: datetime.datetime) -> dict[str, str]:
    return {"name": encoder, "used_at": now.isoformat(timespec="seconds")}
