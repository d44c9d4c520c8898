"""A database by its URL: whole transactions, and errors that say what to do."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateColumn

from embeddings.errors import StoreError

# How long who wants to write waits for others who do.
_PATIENCE_S = 30
# Between two tries to empty the log, and in each.
_COURTESY_S = 0.2
_MOMENT_MS = 100


class Database:
    """Connections to a database. Safe for use from several threads and processes.

    Args:
        url: SQLAlchemy's; its password is in no message.
        name: What it holds, for messages of errors: "the library".
        durable: Whether what is committed outlives a power cut, at the price of a wait for the
            disk; without, a power cut may take the last moments. A crash takes neither. SQLite's.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, url: sa.URL, name: str, *, durable: bool = True) -> None:
        is_sqlite = url.get_backend_name() == "sqlite"
        self._where = str(url.database) if is_sqlite else url.render_as_string()
        self._name = name
        self._durable = durable
        with self._explained():
            # Parameters hold what people ask; a traceback in a log would show them.
            # One for each thread: who reads is not to wait for those who wait to write.
            self._engine = sa.create_engine(url, hide_parameters=True, max_overflow=-1)
            if is_sqlite:
                sa.event.listen(self._engine, "connect", self._configure_sqlite)
                sa.event.listen(self._engine, "begin", _begin)

    @classmethod
    def in_folder(cls, folder: Path, file: str, name: str, *, durable: bool = True) -> "Database":
        """Open an SQLite file of a data folder; the folder is made where it is missing.

        Args:
            folder: Of all data.
            file: Its name in the folder.
            name: See Database.
            durable: See Database.
        """
        try:
            # What it holds is not for the other users of the machine.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{folder}: the data folder cannot be made ({error.strerror}). Choose another"
            ) from error
        # Not written as one string: a folder's name may hold what divides a URL.
        url = sa.URL.create("sqlite", database=str(folder / file))
        return cls(url, name, durable=durable)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def has_table(self, table: str) -> bool:
        """Whether a table has been made."""
        with self._explained():
            return sa.inspect(self._engine).has_table(table)

    def create_tables(self, metadata: sa.MetaData) -> None:
        """Make what is missing of tables: all of them, or what an older version did not have yet.

        Args:
            metadata: The tables. A column that was devised later is nullable or has a
                server_default.
        """
        with self._explained():
            if not _lacking(sa.inspect(self._engine), metadata):
                return
        # Under the writer's lock: another process may be starting too.
        with self.writing() as connection:
            metadata.create_all(connection)
            missing = _lacking(sa.inspect(connection), metadata)
            quoted = connection.dialect.identifier_preparer.format_table
            for column in missing:
                defined = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(
                    f"ALTER TABLE {quoted(column.table)} ADD COLUMN {defined}"
                )
            for index in {index for column in missing for index in column.table.indexes}:
                index.create(connection, checkfirst=True)

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

    def truncate_log(self) -> None:
        """Empty SQLite's log of changes, which may still hold what was erased.

        Whoever reads is waited for, but not for ever: then a later one empties it.
        """
        if self._engine.dialect.name != "sqlite":
            return
        deadline_s = time.monotonic() + _PATIENCE_S
        while not self._has_truncated_log() and time.monotonic() < deadline_s:
            time.sleep(_COURTESY_S)

    def _has_truncated_log(self) -> bool:
        with self._explained(), self._engine.connect() as connection:
            # Nobody can write while SQLite waits for readers, so it waits for a moment only.
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_MOMENT_MS}")
            try:
                log = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return not log.one().busy
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {1000 * _PATIENCE_S}")

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
            f"busy_timeout = {1000 * _PATIENCE_S}",
            f"synchronous = {'FULL' if self._durable else 'NORMAL'}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is erased does not linger in the free space of the file
        ):
            connection.execute(f"PRAGMA {pragma}")
        _log_ahead(connection)


def _lacking(inspector: sa.Inspector, metadata: sa.MetaData) -> list[sa.Column[Any]]:
    """The columns that a database lacks, those of whole tables included."""
    there = {
        table: {column["name"] for column in columns}
        for (_, table), columns in inspector.get_multi_columns().items()
    }
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name not in there.get(table.name, ())
    ]


def _log_ahead(connection: Any) -> None:
    """Let readers and one writer not wait for each other."""
    deadline_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Of two that switch a new file at once, SQLite refuses one without waiting.
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline_s:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    # A writer takes its lock at once: two of them wait for each other instead of failing half-way.
    # What is read in one statement needs no transaction, what is read in several a snapshot.
    options = connection.get_execution_options()
    if options.get("alinti_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif options.get("alinti_snapshot"):
        connection.exec_driver_sql("BEGIN")
