"""What the library lists: collections, entries, documents and their passages, read only."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from embeddings import rows, schema
from embeddings.database import Database
from embeddings.datatypes import Document, Entry, Hit, Passage, Span, StoredDocument

_READ_AT_ONCE = 100  # documents: of a series all small ones, of others mostly fewer


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


class Listing:
    """Reads a library's database. Safe for use from several threads and processes.

    Args:
        database: With its tables.

    Raises:
        StoreError: From every method, where the database cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def collections(self) -> list[str]:
        """List the collections that hold documents, that of the newest document first."""
        listed = (
            sa.select(schema.documents.c.collection)
            .where(schema.is_there())
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
        chosen = documents.collection.in_(collections) if of is None else of_entry(of, collections)
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

    def count_passages_of(self, collection: str, *, without: Sequence[str]) -> int:
        """Count the passages of a collection, but not those from some sources."""
        documents = schema.documents.c
        of_collection = documents.collection == collection
        counted = sa.select(sa.func.coalesce(sa.func.sum(documents.passages), 0))
        with self._database.reading(snapshot=True) as connection:
            total: int = connection.execute(counted.where(of_collection)).scalar_one()
            for part in rows.in_parts(without):
                aside = counted.where(of_collection, documents.source.in_(part))
                total -= connection.execute(aside).scalar_one()
        return total

    def open_passages(
        self, document_id: int, collections: Sequence[str], *, offset: int, limit: int
    ) -> list[StoredPassage]:
        """Read passages of an entry, in the order of its text."""
        chosen = (
            schema.PASSAGE_ROWS.where(of_entry(document_id, collections))
            .order_by(schema.documents.c.id, schema.passages.c.start)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [stored_passage(row) for row in connection.execute(chosen)]

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
        return (document for _, document in self.read_after(collection))

    def read_after(self, collection: str, after: int = 0) -> Iterator[tuple[int, Document]]:
        """Read whole documents with their ids, in that order, from those after an id on."""
        documents = schema.documents
        while True:
            chosen = (
                sa.select(documents)
                .where(documents.c.collection == collection, documents.c.id > after)
                .order_by(documents.c.id)
                .limit(_READ_AT_ONCE)
            )
            with self._database.reading(snapshot=True) as connection:
                found = connection.execute(chosen).all()
                read = [(row.id, rows.read_document(connection, row)) for row in found]
            yield from read
            if not found:
                return
            after = found[-1].id

    def holds_all(self, collection: str, ids: Sequence[int]) -> bool:
        """Whether documents that were read one after another are all there still.

        Args:
            collection: Where they stand.
            ids: Theirs, ascending, as read_after gives them: all that stood between the first and
                the last.
        """
        documents = schema.documents.c
        counted = sa.select(sa.func.count(), sa.func.sum(documents.id)).where(
            documents.collection == collection, documents.id.between(ids[0], ids[-1])
        )
        # Ids are never used again. The sum tells where others have come from another collection.
        with self._database.reading() as connection:
            return tuple(connection.execute(counted).one()) == (len(ids), sum(ids))

    def is_empty(self, collections: Sequence[str]) -> bool:
        """Whether no document stands in any of the collections."""
        any_one = sa.select(schema.documents.c.id).where(
            schema.documents.c.collection.in_(collections)
        )
        with self._database.reading() as connection:
            return connection.scalar(any_one.limit(1)) is None


def stored_passage(row: sa.Row[Any]) -> StoredPassage:
    """Read a row of schema.PASSAGE_ROWS."""
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


def of_entry(document_id: int, collections: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a row of documents belongs to the entry of a document in one of the collections."""
    documents, one = schema.documents.c, schema.documents.alias("one")
    if not 0 < document_id <= schema.LARGEST_ID:
        return sa.false()
    is_one = (one.c.id == document_id) & one.c.collection.in_(collections)
    series = sa.select(one.c.series).where(is_one).scalar_subquery()
    collection = sa.select(one.c.collection).where(is_one).scalar_subquery()
    in_series = (documents.series != "") & (documents.series == series)
    return (documents.collection == collection) & ((documents.id == document_id) | in_series)
