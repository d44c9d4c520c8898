"""Updates on disk before Telegram is told that they arrived.

Telegram forgets an update as soon as it is confirmed, which is before it is answered. What is kept
here outlives the process, and the next one answers it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from filelock import FileLock, Timeout

from embeddings.errors import StoreError

JsonUpdate = dict[str, Any]
"""An update as Telegram writes it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS updates (
    arrival INTEGER PRIMARY KEY,
    update_id INTEGER NOT NULL UNIQUE,
    payload TEXT,  -- NULL when finished: the id alone stays, to know the update again
    attempts INTEGER NOT NULL DEFAULT 0
)
"""


class Kept(NamedTuple):
    """An update that is not finished.

    Attributes:
        update: As Telegram writes it.
        attempts: How often it was begun since it was last cleared: as often, a process died over
            it, or over another one that it had in hand.
    """

    update: JsonUpdate
    attempts: int

    @property
    def id(self) -> int:
        """The number that Telegram gave it."""
        return int(self.update["update_id"])


class Inbox:
    """The updates that arrived, each of them once, in the order of their arrival.

    That order is not the order of their ids: after a quiet week Telegram begins anew with a random
    one. For the same reason an id below the highest is not a sign of a duplicate.

    Args:
        folder: Holds the file, inbox.db; made if needed.
        remembered: How many of the last updates are known again. Telegram repeats at most the 100
            of a batch whose confirmation was lost.

    Raises:
        StoreError: Here and in every method, if the file cannot be read or written; here also if
            another process uses it.
    """

    def __init__(self, folder: Path, *, remembered: int = 10_000) -> None:
        self._path = folder / "inbox.db"
        self._remembered = remembered
        self._is_changed = False
        self._lock = FileLock(folder / "inbox.lock")
        try:
            # What people ask is not for the other users of the machine.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._database = sqlite3.connect(self._path)
        except Timeout:
            # Both would answer what was left, and take each other's updates away.
            raise StoreError(
                f"{folder}: another alinti run uses this folder. End it first, "
                "or name another folder in ALINTI_DATA."
            ) from None
        except (OSError, sqlite3.Error) as error:
            self._lock.release()
            raise self._unusable(error) from error
        try:
            with self._transaction() as database:
                database.execute("PRAGMA journal_mode = WAL")
                # On disk when a transaction ends, even if power fails: Telegram drops its copy.
                database.execute("PRAGMA synchronous = FULL")
                # What people asked does not linger in the free space of the file.
                database.execute("PRAGMA secure_delete = ON")
                database.execute(_SCHEMA)
                columns = [row[1] for row in database.execute("PRAGMA table_info(updates)")]
                if "attempts" not in columns:  # a file of version 0.1.0
                    database.execute(
                        "ALTER TABLE updates ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0"
                    )
        except StoreError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
        self._lock.release()

    def add(self, updates: Iterable[JsonUpdate]) -> list[JsonUpdate]:
        """Keep updates: they are on disk when this returns.

        Returns:
            Those that had not arrived before.
        """
        insert = "INSERT OR IGNORE INTO updates (update_id, payload) VALUES (?, ?)"
        with self._transaction() as database:
            new = [
                update
                for update in updates
                if database.execute(insert, (update["update_id"], json.dumps(update))).rowcount
            ]
            database.execute(
                "DELETE FROM updates WHERE payload IS NULL"
                " AND arrival <= (SELECT max(arrival) FROM updates) - ?",
                (self._remembered,),
            )
        return new

    def unfinished(self) -> list[Kept]:
        """List the updates that were kept and not finished."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT payload, attempts FROM updates WHERE payload IS NOT NULL ORDER BY arrival"
            ).fetchall()
        return [Kept(json.loads(payload), attempts) for payload, attempts in rows]

    def begin(self, update_id: int) -> None:
        """Count an attempt to handle an update."""
        self._set_attempts(update_id, "attempts + 1")

    def clear(self, update_id: int) -> None:
        """Forget the attempts: should the process end now, this update is not the reason."""
        self._set_attempts(update_id, "0")

    def finish(self, update_id: int) -> None:
        """Note that an update needs nothing more, and forget what it said."""
        with self._transaction() as database:
            database.execute("UPDATE updates SET payload = NULL WHERE update_id = ?", (update_id,))

    def truncate_log(self) -> None:
        """Empty SQLite's log of changes, which still holds what finished updates said.

        To be called from time to time: it takes some milliseconds where something has changed.
        """
        if self._is_changed:
            # Without a transaction, which it would wait for.
            with self._explained():
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._is_changed = False

    def _set_attempts(self, update_id: int, attempts: str) -> None:
        # A process that dies does not take back what it wrote; only a power cut does, and that is
        # no fault of the update's. Not waiting for the disk makes this as good as free.
        with self._transaction() as database:
            database.execute("PRAGMA synchronous = OFF")
        try:
            with self._transaction() as database:
                database.execute(
                    f"UPDATE updates SET attempts = {attempts} WHERE update_id = ?", (update_id,)
                )
        finally:
            with self._transaction() as database:
                database.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._is_changed = True
        with self._explained(), self._database:
            yield self._database

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(
            f"{self._path} cannot be used: {error}. Make room or give rights there, "
            "or name another folder in ALINTI_DATA."
        )
