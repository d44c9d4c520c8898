"""The vectors that encoders have made of passages, beside them in the database."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

import numpy as np
import sqlalchemy as sa

from embeddings import rows, schema
from embeddings.database import Database
from embeddings.datatypes import Vectors
from embeddings.listing import StoredPassage, stored_passage

_A_DAY = datetime.timedelta(days=1)


class StoredVectors:
    """Reads and writes vectors. Safe for use from several threads and processes.

    Args:
        database: With the tables of a library.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def vectors_of(
        self, document_ids: Sequence[int], encoder: str
    ) -> Iterator[tuple[str, int, list[int], Vectors]]:
        """Read the vectors that an encoder has made of documents.

        Yields:
            Collection, document, passage ids, and vectors of shape (passages, dim).
        """
        chosen = (
            sa.select(
                schema.documents.c.collection,
                schema.passages.c.document_id,
                schema.passages.c.id,
                schema.vectors.c.vector,
            )
            .join_from(schema.vectors, schema.passages)
            .join(schema.documents)
            .where(schema.vectors.c.encoder == encoder)
            .order_by(schema.passages.c.document_id, schema.passages.c.id)
        )
        for part in rows.in_parts(document_ids):
            with self._database.reading() as connection:
                found = connection.execute(chosen.where(schema.documents.c.id.in_(part)))
                for document_id, group in groupby(found, attrgetter("document_id")):
                    of_one = list(group)
                    joined = b"".join(row.vector for row in of_one)
                    matrix = np.frombuffer(joined, rows.VECTOR_TYPE).reshape(len(of_one), -1)
                    ids = [row.id for row in of_one]
                    yield of_one[0].collection, document_id, ids, matrix.astype(np.float32)

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
            return [stored_passage(row) for row in connection.execute(chosen)]

    def count_passages(self, *, without_vector_of: str | None = None) -> int:
        """Count the passages: all, or those that an encoder has not encoded yet."""
        counted = sa.select(sa.func.count()).select_from(schema.passages)
        if without_vector_of is not None:
            counted = counted.where(schema.lacks_vector(without_vector_of))
        with self._database.reading() as connection:
            return connection.scalar(counted) or 0

    def documents_without_vector(
        self, encoder: str, among: Collection[int] | None = None
    ) -> set[int]:
        """Find the documents of which an encoder has not encoded every passage yet.

        Args:
            encoder: Its name.
            among: Documents that come into question; None for all.
        """
        document_id = schema.passages.c.document_id
        lacking = sa.select(document_id).where(schema.lacks_vector(encoder)).distinct()
        parts = [lacking]
        if among is not None:
            parts = [lacking.where(document_id.in_(part)) for part in rows.in_parts(among)]
        with self._database.reading() as connection:
            return {id_ for part in parts for id_ in connection.scalars(part)}

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


def _use(encoder: str, now: datetime.datetime) -> dict[str, str]:
    return {"name": encoder, "used_at": now.isoformat(timespec="seconds")}
