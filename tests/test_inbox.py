"""Updates kept on disk."""

import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.inbox import Inbox, JsonUpdate, Kept
from embeddings.errors import StoreError


def update(number: int, text: str = "soru") -> JsonUpdate:
    return {"update_id": number, "message": {"text": text}}


def test_what_was_not_finished_is_there_after_a_restart(tmp_path: Path) -> None:
    with Inbox(tmp_path / "new" / "folder") as inbox:
        assert inbox.add([update(1), update(2, "\ud83d"), update(3)]) == [
            update(1),
            update(2, "\ud83d"),
            update(3),
        ]
        inbox.finish(1)
    with Inbox(tmp_path / "new" / "folder") as inbox:
        assert inbox.unfinished() == [Kept(update(2, "\ud83d"), 0), Kept(update(3), 0)]


def test_an_update_arrives_once(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        inbox.add([update(1), update(2)])
        inbox.finish(1)
        assert inbox.add([update(1), update(2), update(3), update(3)]) == [update(3)]
        assert [kept.id for kept in inbox.unfinished()] == [2, 3]


def test_the_order_is_that_of_arrival_not_of_numbers(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        inbox.add([update(700)])
        inbox.add([update(5)])  # Telegram began anew
        assert [kept.id for kept in inbox.unfinished()] == [700, 5]


def test_of_old_finished_updates_nothing_remains(tmp_path: Path) -> None:
    with Inbox(tmp_path, remembered=2) as inbox:
        inbox.add([update(1), update(2)])
        inbox.finish(2)
        inbox.add([update(number) for number in range(3, 6)])
        assert inbox.add([update(1), update(2)]) == [update(2)]
        assert inbox.unfinished()[0].id == 1  # however old it is


def test_attempts_are_counted_until_they_are_cleared(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        inbox.add([update(1), update(2)])
        inbox.begin(1)
        inbox.begin(2)
        inbox.clear(2)
    with Inbox(tmp_path) as inbox:
        inbox.begin(1)
        assert [(kept.id, kept.attempts) for kept in inbox.unfinished()] == [(1, 2), (2, 0)]


def test_an_attempt_is_not_worth_waiting_for_the_disk_and_what_follows_is(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        inbox.add([update(1)])
        inbox.begin(1)
        assert inbox._database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_file_of_an_earlier_version_can_be_used(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as database:
        database.execute(
            "CREATE TABLE updates (arrival INTEGER PRIMARY KEY,"
            " update_id INTEGER NOT NULL UNIQUE, payload TEXT)"
        )
        database.execute(
            "INSERT INTO updates (update_id, payload) VALUES (7, ?)", (json.dumps(update(7)),)
        )
        database.commit()
    with Inbox(tmp_path) as inbox:
        inbox.begin(7)
        assert inbox.unfinished() == [Kept(update(7), 1)]


def test_what_was_asked_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        inbox.add([update(1, "gizli soru")])
        inbox.finish(1)
    assert b"gizli" not in (tmp_path / "inbox.db").read_bytes()


def test_what_was_asked_is_not_in_the_log_of_changes_after_a_while(tmp_path: Path) -> None:
    files = [tmp_path / "inbox.db", tmp_path / "inbox.db-wal"]
    with Inbox(tmp_path) as inbox:
        for number in range(1, 60):
            inbox.add([update(number, f"gizli soru {number}, " * 100)])
        for number in range(2, 60):
            inbox.finish(number)
        assert b"gizli" in files[1].read_bytes()
        inbox.truncate_log()
        assert files[1].read_bytes() == b""
        assert b"gizli soru 2," not in files[0].read_bytes()
        # What is not finished is kept.
        assert inbox.unfinished() == [Kept(update(1, "gizli soru 1, " * 100), 0)]
        inbox.finish(1)
        inbox.truncate_log()
        assert b"gizli" not in b"".join(file.read_bytes() for file in files)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_new_folder_is_for_its_user_alone_and_the_rights_of_another_stay(tmp_path: Path) -> None:
    new, other = tmp_path / "new", tmp_path / "other"
    other.mkdir()
    other.chmod(0o750)
    for folder, rights in ((new, 0o700), (other, 0o750)):
        Inbox(folder).close()
        assert stat.S_IMODE(folder.stat().st_mode) == rights


def test_a_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/inbox\.db cannot be used: .*ALINTI_DATA"):
        Inbox(tmp_path / "file")


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "inbox.db").write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="file is not a database"):
        Inbox(tmp_path)


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        inbox.add([update(1)])
        inbox._database.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="attempt to write a readonly database"):
            inbox.add([update(2)])
        with pytest.raises(StoreError):
            inbox.begin(1)
        with pytest.raises(StoreError):
            inbox.finish(1)


def test_two_processes_do_not_answer_from_one_folder(tmp_path: Path) -> None:
    with Inbox(tmp_path), pytest.raises(StoreError, match="another alinti run uses this folder"):
        Inbox(tmp_path)
    Inbox(tmp_path).close()
