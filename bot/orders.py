"""Exports that people have ordered: kept until they are complete, so that a restart goes on."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.jobs import FILE
from embeddings.database import Database

_metadata = sa.MetaData()
_orders = sa.Table(
    "exports",
    _metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("last_id", sa.Integer, nullable=False),
    sa.Column("is_whole", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Order:
    """An export, and how far it is.

    Attributes:
        chat_id: Whose own documents are exported; one order of a chat at a time.
        person_id: Who gets them, in their private chat.
        name: Of the files, without ending.
        language: Of the person.
        parts: How many are done.
        last_id: Of the last document in them.
        is_whole: Whether all of these were sent: none was too large.
        attempts: How often the part after them was begun by a process that may have died over it.
    """

    chat_id: int
    person_id: int
    name: str
    language: str
    parts: int = 0
    last_id: int = 0
    is_whole: bool = True
    attempts: int = 0


class Orders:
    """The orders, in the file in which all work is kept. Safe for use from several threads.

    Args:
        database: Where they stand; the table is made where it is missing.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create_tables(_metadata)

    @classmethod
    def in_folder(cls, folder: Path) -> "Orders":
        """Open the SQLite file of a data folder; the folder is made where it is missing."""
        return cls(Database.in_folder(folder, FILE, "the queue of exports"))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def keep(self, order: Order) -> Order:
        """Keep an order; the one that the chat has now, which is an earlier one where it had."""
        with self._database.writing() as connection:
            found = connection.execute(_of(order.chat_id)).first()
            if found:
                return Order(*found)
            connection.execute(_orders.insert().values(asdict(order)))
        return order

    def all(self) -> list[Order]:
        """List the orders that are not complete."""
        with self._database.reading() as connection:
            return [Order(*row) for row in connection.execute(sa.select(_orders))]

    def note(self, order: Order) -> None:
        """Note how far an order is."""
        changed = _orders.update().where(_orders.c.chat_id == order.chat_id)
        with self._database.writing() as connection:
            connection.execute(changed.values(asdict(order)))

    def erase(self, chat_id: int) -> None:
        """Erase the order of a chat, off the disk as well."""
        with self._database.writing() as connection:
            connection.execute(_orders.delete().where(_orders.c.chat_id == chat_id))
        self._database.truncate_log()

    def move_chat(self, old: int, new: int) -> Order | None:
        """Hand the order of a chat over to the one that it has become; None where it has none."""
        with self._database.writing() as connection:
            found = connection.execute(_of(old)).first()
            if found is None:
                return None
            order = replace(Order(*found), chat_id=new)
            connection.execute(_orders.delete().where(_orders.c.chat_id.in_((old, new))))
            connection.execute(_orders.insert().values(asdict(order)))
        return order


def _of(chat_id: int) -> sa.Select[Any]:
    return sa.select(_orders).where(_orders.c.chat_id == chat_id)
