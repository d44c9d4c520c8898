"""A database by its URL: whole transactions, and errors that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from embeddings.errors import StoreError


class Database:
    """Connections to a database. Safe for use from several threads and processes.

    Args:
        url: As SQLAlchemy writes it.
        name: What it holds, for messages of errors: "the library".
        durable: Whether what is committed outlives a power cut, at the price of a wait for the
            disk; without, a power cut may take the last moments. A crash takes neither. SQLite's.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, url: str, name: str, *, durable: bool = True) -> None:
        self._where = url.removeprefix("sqlite:///")
        self._name = name
        self._durable = durable
        with self._explained():
            self._engine = sa.create_engine(url)
            if self._engine.dialect.name == "sqlite":
                sa.event.listen(self._engine, "connect", self._configure_sqlite)
                sa.event.listen(self._engine, "begin", _begin)

    @classmethod
    def in_folder(cls, folder: Path, file: str, name: str, *, durable: bool = True) -> "Database":
        """Open an SQLite file of a data folder; the folder is made where it is missing."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{folder}: the data folder cannot be made ({error.strerror}). Choose another"
            ) from error
        return cls(f"sqlite:///{folder / file}", name, durable=durable)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def has_table(self, table: str) -> bool:
        """Whether a table has been made."""
        with self._explained():
            return sa.inspect(self._engine).has_table(table)

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[sa.Connection]:
        """Connect to read.

        Args:
            snapshot: Whether several statements are to see the same state.
        """
        with self._explained(), self._engine.connect() as connection:
            if not snapshot:
                yield connection
                return
            with connection.execution_options(alinti_snapshot=True).begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Connect to write: all of it when the block ends, or nothing if that fails."""
        with (
            self._explained(),
            self._engine.connect().execution_options(alinti_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(
                f"{self._where}: {self._name} cannot be read or written ({cause}). "
                "Check that the folder is writable and that the disk has room"
            ) from error

    def _configure_sqlite(self, connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions: _begin does
        for pragma in (
            "journal_mode = WAL",  # readers and one writer do not wait for each other
            f"synchronous = {'FULL' if self._durable else 'NORMAL'}",
            "foreign_keys = ON",
            "busy_timeout = 30000",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    # A writer takes its lock at once: two of them wait for each other instead of failing half-way.
    # What is read in one statement needs no transaction, what is read in several a snapshot.
    options = connection.get_execution_options()
    if options.get("alinti_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif options.get("alinti_snapshot"):
        connection.exec_driver_sql("BEGIN")
