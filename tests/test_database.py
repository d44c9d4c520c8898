import os
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from embeddings.database import Database
from embeddings.errors import StoreError

metadata = sa.MetaData()
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)


def opened(folder: Path, *, durable: bool = True) -> Database:
    return Database.in_folder(folder, "notes.db", "the notes", durable=durable)


def write(database: Database, text: str) -> None:
    with database.writing() as connection:
        connection.execute(notes.insert().values(text=text))


def read(connection: sa.Connection) -> list[str]:
    return list(connection.scalars(sa.select(notes.c.text).order_by(notes.c.id)))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = opened(tmp_path / "data")
    with database.writing() as connection:
        metadata.create_all(connection)
    yield database
    database.close()


def test_what_was_written_is_there_when_it_is_opened_again(
    tmp_path: Path, database: Database
) -> None:
    write(database, "bir")
    database.close()
    again = opened(tmp_path / "data")
    assert again.has_table("notes")
    assert not again.has_table("letters")
    with again.reading() as connection:
        assert read(connection) == ["bir"]
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_new_folder_is_for_its_user_alone(tmp_path: Path, database: Database) -> None:
    database.close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["ne?", "%41", "a#b", "a b;c", "çay 🍵"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    database = opened(tmp_path / name)
    with database.writing() as connection:
        metadata.create_all(connection)
    database.close()
    assert (tmp_path / name / "notes.db").is_file()
    assert [folder.name for folder in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_only_a_durable_database_waits_for_the_disk(
    tmp_path: Path, durable: bool, synchronous: int
) -> None:
    database = opened(tmp_path, durable=durable)
    for _ in range(2):  # on each connection, not only on the first
        with database.reading() as connection:
            names = ["synchronous", "journal_mode", "foreign_keys", "busy_timeout"]
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
        assert found == [synchronous, "wal", 1, 30_000]
        database.close()


def test_a_write_that_fails_half_way_leaves_nothing(database: Database) -> None:
    def write_more(then: Callable[[sa.Connection], object]) -> None:
        with database.writing() as connection:
            connection.execute(notes.insert().values(text="iki"))
            then(connection)

    write(database, "bir")
    with pytest.raises(ZeroDivisionError):  # a mistake stays what it is
        write_more(lambda _: 1 // 0)
    with pytest.raises(StoreError, match="NOT NULL"):
        write_more(lambda connection: connection.execute(notes.insert().values(text=None)))
    with database.reading() as connection:
        assert read(connection) == ["bir"]


def test_nobody_sees_a_write_before_its_end(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(notes.insert().values(text="bir"))
        with database.reading() as other:
            assert read(other) == []
    with database.reading() as other:
        assert read(other) == ["bir"]


@pytest.mark.parametrize("snapshot", [True, False])
def test_in_a_snapshot_all_statements_see_the_same_state(
    database: Database, snapshot: bool
) -> None:
    write(database, "bir")
    with database.reading(snapshot=snapshot) as connection:
        assert read(connection) == ["bir"]
        write(database, "iki")
        assert read(connection) == (["bir"] if snapshot else ["bir", "iki"])
    with database.reading(snapshot=True) as connection:
        assert read(connection) == ["bir", "iki"]


def test_writers_that_read_first_wait_for_each_other(tmp_path: Path, database: Database) -> None:
    other = opened(tmp_path / "data")  # as another process would

    def count_on(database: Database) -> None:
        for _ in range(20):
            with database.writing() as connection:
                known = connection.scalar(sa.select(sa.func.count()).select_from(notes)) or 0
                connection.execute(notes.insert().values(text=str(known)))

    threads = [threading.Thread(target=count_on, args=(it,)) for it in (database, database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert read(connection) == [str(number) for number in range(60)]
    other.close()


def log_of(folder: Path) -> bytes:
    return (folder / "data" / "notes.db-wal").read_bytes()


def test_what_was_erased_is_in_no_log_after_it_was_emptied(
    tmp_path: Path, database: Database
) -> None:
    write(database, "gizli")
    with database.writing() as connection:
        connection.execute(notes.delete())
    assert b"gizli" in log_of(tmp_path)
    database.truncate_log()
    assert log_of(tmp_path) == b""
    assert b"gizli" not in (tmp_path / "data" / "notes.db").read_bytes()


def test_who_empties_the_log_waits_for_who_reads_and_keeps_nobody_from_writing(
    tmp_path: Path, database: Database
) -> None:
    write(database, "bir")
    emptying = threading.Thread(target=database.truncate_log)
    with database.reading(snapshot=True) as connection:
        assert read(connection) == ["bir"]
        emptying.start()
        for text in ("iki", "üç", "dört"):
            write(database, text)
        assert emptying.is_alive()
    emptying.join()
    assert log_of(tmp_path) == b""


def test_an_error_names_the_file_and_says_what_to_do(tmp_path: Path, database: Database) -> None:
    with database.writing() as connection:
        metadata.drop_all(connection)
    with pytest.raises(StoreError) as caught, database.reading() as connection:
        read(connection)
    assert str(caught.value) == (
        f"{tmp_path}/data/notes.db: the notes cannot be read or written (no such table: notes). "
        "Check that the folder is writable and that the disk has room"
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        StoreError, match=r"file/data: the data folder cannot be made .*Choose another"
    ):
        opened(tmp_path / "file" / "data")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match=r"notes\.db: .* \(file is not a database\)"):
        opened(tmp_path).has_table("notes")


def test_a_password_is_in_no_message() -> None:
    url = sa.make_url("unknown://ada:secret@localhost/notes")
    with pytest.raises(StoreError) as caught:
        Database(url, "the notes")
    assert "unknown://ada:***@localhost/notes: the notes cannot be read" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_trouble_does_not_tell_what_was_to_be_written(database: Database) -> None:
    write(database, "bir")
    question = " ".join(("gizli", "soru"))  # a traceback shows lines of the code, too
    with pytest.raises(StoreError) as raised, database.writing() as connection:
        connection.execute(notes.insert().values(id=1, text=question))
    assert "UNIQUE constraint failed" in str(raised.value)
    assert question not in "".join(traceback.format_exception(raised.value))


def test_who_reads_does_not_wait_for_the_many_who_do(database: Database) -> None:
    write(database, "bir")
    with ExitStack() as others:
        for _ in range(40):
            others.enter_context(database.reading())
        begun_s = time.monotonic()
        with database.reading() as connection:
            assert read(connection) == ["bir"]
        assert time.monotonic() - begun_s < 20  # where it waits, it is for half a minute
