"""The operator's collections that chats join, and who has joined which. A part of State."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from bot import schema
from embeddings.database import Database


class Joins:
    """What chats have joined. Safe for use from several threads and processes.

    Args:
        database: Where it stands; what is missing of tables and columns is made.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create_tables(schema.metadata)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def add_collection(self, name: str) -> None:
        """Note a collection that chats may join, before it holds a document."""
        known = sa.select(schema.collections.c.name).where(schema.collections.c.name == name)
        with self._database.writing() as connection:
            if connection.scalar(known) is None:
                connection.execute(schema.collections.insert().values(name=name))

    def collections(self) -> list[str]:
        """List the collections that were noted; others may hold documents."""
        with self._database.reading() as connection:
            return list(connection.scalars(sa.select(schema.collections.c.name).order_by("name")))

    def rename_collection(self, old: str, new: str) -> None:
        """Call a collection otherwise; who joined it has joined the new one."""
        joins, chats = schema.joins, schema.chats
        with self._for_good() as connection:
            known, gone = (schema.collections.c.name == name for name in (new, old))
            if connection.scalar(sa.select(schema.collections.c.name).where(known)) is None:
                connection.execute(schema.collections.insert().values(name=new))
            connection.execute(schema.collections.delete().where(gone))
            joined = sa.select(joins.c.chat_id).where(joins.c.collection == old)
            for chat_id in list(connection.scalars(joined)):
                join_all(connection, chat_id, [new])
            connection.execute(joins.delete().where(joins.c.collection == old))
            connection.execute(chats.update().where(chats.c.target == old).values(target=new))

    def remove_collection(self, name: str) -> None:
        """Forget a collection: nobody has joined it any more, and no file goes there."""
        chats = schema.chats
        with self._for_good() as connection:
            for column in (schema.collections.c.name, schema.joins.c.collection):
                connection.execute(sa.delete(column.table).where(column == name))
            connection.execute(chats.update().where(chats.c.target == name).values(target=None))

    def join(self, chat_id: int, collection: str) -> None:
        """Let a chat search a collection; twice is as once."""
        with self._database.writing() as connection:
            join_all(connection, chat_id, [collection])

    def leave(self, chat_id: int, collection: str) -> None:
        """Let a chat search a collection no more."""
        joins = schema.joins
        it = (joins.c.chat_id == chat_id) & (joins.c.collection == collection)
        with self._for_good() as connection:
            connection.execute(joins.delete().where(it))

    def joined(self, chat_id: int) -> list[str]:
        """List the collections that a chat has joined, by name."""
        chosen = sa.select(schema.joins.c.collection).where(schema.joins.c.chat_id == chat_id)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen.order_by("collection")))

    def joined_by(self) -> dict[str, list[int]]:
        """List the chats that have joined each collection, without those that the bot has left."""
        joins, chats = schema.joins, schema.chats
        chosen = (
            sa.select(joins.c.collection, joins.c.chat_id)
            .outerjoin_from(joins, chats, chats.c.id == joins.c.chat_id)
            .where(chats.c.left_at.is_(None))
        )
        found: dict[str, list[int]] = {}
        with self._database.reading() as connection:
            for collection, chat_id in connection.execute(chosen.order_by(joins.c.chat_id)):
                found.setdefault(collection, []).append(chat_id)
        return found

    @contextmanager
    def _for_good(self) -> Iterator[sa.Connection]:
        """Write what outlives a power cut too, and leave nothing of what it erases in the log."""
        with self._database.writing() as connection:
            yield connection
        self._database.truncate_log()


def join_all(connection: sa.Connection, chat_id: int, collections: Sequence[str]) -> None:
    """Let a chat search collections; those that it has joined already stay so."""
    joins = schema.joins
    known = sa.select(joins.c.collection).where(joins.c.chat_id == chat_id)
    missing = set(collections) - set(connection.scalars(known))
    for name in sorted(missing):
        connection.execute(joins.insert().values(chat_id=chat_id, collection=name))
