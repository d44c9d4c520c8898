"""Documents, passages and vectors in one database: the truth of which the indexes are views.

SQLAlchemy Core; SQLite by default. Every change of a document is a row of ``changes``, and its
number is the database's revision: a view that knows up to which revision it is level asks for what
came after.
"""

import logging
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from embeddings import rows, schema
from embeddings.database import Database
from embeddings.datatypes import Document, Outcome, Surroundings
from embeddings.errors import StoreError
from embeddings.listing import Listing, StoredPassage, of_entry, stored_passage
from embeddings.rows import Prepared
from embeddings.stored_vectors import StoredVectors
from embeddings.surroundings import read_surroundings

logger = logging.getLogger(__name__)

FILE = "library.db"
"""Its name in a data folder."""


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


class Store(Listing, StoredVectors):
    """The database. Safe for use from several threads and processes.

    Args:
        database: Tables are made where they are missing.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._create_tables()
        self._finish_removals()

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
        return self._remove(of_entry(document_id, collections))

    def remove_source(self, source: str, collection: str) -> list[int]:
        """Remove the document that a collection has from a source; its id, in a list."""
        documents = schema.documents.c
        return self._remove((documents.collection == collection) & (documents.source == source))

    def remove_collection(self, collection: str) -> list[int]:
        """Remove all documents of a collection; their ids."""
        return self._remove(schema.documents.c.collection == collection)

    def truncate_log(self) -> None:
        """See Database.truncate_log."""
        self._database.truncate_log()

    def rename(self, document_id: int, title: str, collections: Sequence[str]) -> bool:
        """Call the documents of an entry otherwise; False where there is none."""
        with self._database.writing() as connection:
            return rows.rename_where(connection, of_entry(document_id, collections), title)

    def rename_collection(self, old: str, new: str) -> None:
        """Hand all documents of a collection over to another; doing it twice does no harm.

        Where the other one holds the same content or source already, its own document stays.
        """
        if old != new:
            with self._database.writing() as connection:
                rows.move_documents(connection, old, new)

    def still_there(self, passage_ids: Sequence[int]) -> bool:
        """Whether all of some passages are in the database now."""
        wanted = set(passage_ids)
        with self._database.reading() as connection:
            counted = connection.scalar(schema.COUNTED_IDS, {"ids": list(wanted)})
        return counted == len(wanted)

    def collections_of(self, passage_ids: Sequence[int]) -> set[str]:
        """Tell in which collections passages stand now; those that are gone stand in none."""
        wanted = {"ids": list(set(passage_ids))}
        with self._database.reading() as connection:
            return set(connection.scalars(schema.COLLECTIONS_OF_IDS, wanted))

    def changes(self, since: int) -> Changes:
        """Sum up what changed after a revision; from 0 on, that is every document there is."""
        changed = sa.select(schema.changes.c.document_id).where(schema.changes.c.revision > since)
        there = sa.select(schema.documents.c.id).where(schema.is_there())
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
                    yield stored_passage(row)

    def passages(self, ids: Sequence[int], collections: Sequence[str]) -> list[StoredPassage]:
        """Read passages that stand in one of the collections; no others, no removed ones."""
        ids = [id_ for id_ in ids if 0 < id_ <= schema.LARGEST_ID]
        with self._database.reading() as connection:
            chosen = {"ids": ids, "collections": collections}
            return [stored_passage(r) for r in connection.execute(schema.CHOSEN_ROWS, chosen)]

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

    def _remove(self, chosen: sa.ColumnElement[bool]) -> list[int]:
        """Remove documents: all are gone at once, but erased a part at a time.

        Erasing 200,000 posts takes half a minute, for which no other writer would wait.
        """
        with self._database.writing() as connection:
            ids = rows.set_aside(connection, chosen)
        self._erase(self._set_aside())  # with what a full disk has left of an earlier one
        return ids

    def _erase(self, ids: Sequence[int]) -> None:
        for part in rows.in_parts(ids):
            with self._database.writing() as connection:
                connection.execute(
                    schema.documents.delete().where(schema.documents.c.id.in_(part))
                )

    def _finish_removals(self) -> None:
        """Erase what a process that ended has left of its removals; where that fails, later.

        Nothing finds it any more, and a full disk is no reason not to answer.
        """
        ids = self._set_aside()
        if not ids:
            return
        try:
            self._erase(ids)
            self.truncate_log()
        except StoreError as error:
            logger.warning("%d removed documents are still on the disk: %s", len(ids), error)

    def _set_aside(self) -> list[int]:
        left = sa.select(schema.documents.c.id).where(~schema.is_there())
        with self._database.reading() as connection:
            return list(connection.scalars(left))

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
