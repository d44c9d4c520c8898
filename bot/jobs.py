"""Files and texts that people gave to the bot to read: kept until their receipt is shown.

In a database of its own: what is private in it is erased when it is done, and a receipt waits for
no vote. A job is on the disk before the update that brought it counts as handled, so a restart
goes on where the last process was.
"""

import datetime as dt
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import sqlalchemy as sa

from bot.posts import PostKey
from embeddings.database import Database
from embeddings.readers.telegram import message_source

FILE = "jobs.db"
"""Its name in a data folder."""
IN_BURST = 10
"""Jobs that share one message: as many as an album has files."""
WAITING = 200
"""Jobs of one chat that wait at most; who sends more is asked to send the rest later."""

# Who sends files one after another gets one message for all that came this close together.
_BURST_S = 30

_metadata = sa.MetaData()
_jobs = sa.Table(
    "jobs",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("burst", sa.Integer, nullable=False, index=True),
    sa.Column("kept_at", sa.Text, nullable=False),  # ISO 8601, UTC, to the second
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    sa.Column("topic_id", sa.BigInteger),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("file_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("status_id", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("deaths", sa.Integer, nullable=False, default=0),
    sa.Column("outcome", sa.Text),
    sa.UniqueConstraint("chat_id", "message_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be read.

    Attributes:
        chat_id: Where it was sent.
        message_id: Of the message that holds it; with chat_id it tells it from all others.
        topic_id: Of the group's topic; None outside of topics.
        language: Of who gets the receipt; empty where nobody is told, as in a channel.
        collection: Where it is to be added.
        file_id: Telegram's, to fetch it by; empty for a text.
        name: Of the file, as its sender sees it; empty for a text.
        text: Of a message; empty for a file.
        author: Of the text.
        date: When the text was written; ISO 8601, to the second.
        link: Opens the text where it was written; may be empty.
        question: The message, as JSON of Telegram, whose caption is a question to be answered when
            the file is read; empty for none.
    """

    chat_id: int
    message_id: int
    language: str
    collection: str
    topic_id: int | None = None
    file_id: str = ""
    name: str = ""
    text: str = ""
    author: str = ""
    date: str = ""
    link: str = ""
    question: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said of it where it was sent."""
        return not self.language

    @property
    def source(self) -> str:
        """The source of the document that is made of it."""
        if self.is_silent:
            return PostKey(self.chat_id, self.message_id).file_source
        return message_source(self.chat_id, self.message_id)


@dataclass(frozen=True, slots=True)
class Job:
    """A task, and how far it is.

    Attributes:
        id: In order of arrival.
        burst: Jobs of one share a message of the bot's; it is the id of the first.
        task: What is to be read.
        status_id: The bot's message that tells of it; None as long as none is known to be sent.
        attempts: How often it was begun by a process that may have died over it.
        deaths: How many workers died over it.
        outcome: What came of it, as JSON; None as long as it waits.
    """

    id: int
    burst: int
    task: Task
    status_id: int | None
    attempts: int
    deaths: int
    outcome: str | None


class Jobs:
    """The queue. Safe for use from several threads.

    Args:
        database: Where it stands; the table is made where it is missing.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create_tables(_metadata)

    @classmethod
    def in_folder(cls, folder: Path) -> "Jobs":
        """Open the SQLite file of a data folder; the folder is made where it is missing."""
        return cls(Database.in_folder(folder, FILE, "the queue of files"))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def keep(self, task: Task, now: dt.datetime | None = None) -> bool:
        """Keep a task; it is on the disk when this returns. One that is kept already stays so.

        Args:
            task: What is to be read.
            now: With its time zone; None for the present.

        Returns:
            False if WAITING jobs of the chat wait already: it is not kept.
        """
        now = now or dt.datetime.now(dt.UTC)
        kept_at = now.astimezone(dt.UTC).isoformat(timespec="seconds")
        same = (_jobs.c.chat_id == task.chat_id) & (_jobs.c.message_id == task.message_id)
        waiting = (_jobs.c.chat_id == task.chat_id) & _jobs.c.outcome.is_(None)
        with self._database.writing() as connection:
            if connection.scalar(sa.select(_jobs.c.id).where(same)):
                return True
            counted = sa.select(sa.func.count()).where(waiting)
            if (connection.scalar(counted) or 0) >= WAITING:
                return False
            burst = _open_burst(connection, task, now)
            values = {**asdict(task), "kept_at": kept_at, "burst": burst or 0}
            inserted = connection.execute(_jobs.insert().values(values))
            job_id = int(inserted.inserted_primary_key[0])  # type: ignore[index] # one row
            if burst is None:
                own = _jobs.update().where(_jobs.c.id == job_id)
                connection.execute(own.values(burst=job_id))
            else:
                status_id = sa.select(_jobs.c.status_id).where(_jobs.c.id == burst)
                own = _jobs.update().where(_jobs.c.id == job_id)
                connection.execute(own.values(status_id=connection.scalar(status_id)))
        return True

    def first_waiting(self) -> list[Job]:
        """Read the first job of each chat that waits, in the order of their arrival."""
        waiting = _jobs.c.outcome.is_(None)
        firsts = sa.select(sa.func.min(_jobs.c.id)).where(waiting).group_by(_jobs.c.chat_id)
        return self._read(_jobs.c.id.in_(firsts))

    def of_burst(self, burst: int) -> list[Job]:
        """Read the jobs that share a message, in the order of their arrival."""
        return self._read(_jobs.c.burst == burst)

    def bursts(self) -> list[int]:
        """List the bursts whose receipt is not shown yet."""
        listed = sa.select(_jobs.c.burst).distinct().order_by(_jobs.c.burst)
        with self._database.reading() as connection:
            return list(connection.scalars(listed))

    def begin(self, job_id: int) -> bool:
        """Count an attempt; False where the job is erased."""
        return self._change(_jobs.c.id == job_id, attempts=_jobs.c.attempts + 1)

    def clear(self, job_id: int) -> None:
        """Forget all attempts but one: the process did not die over them."""
        self._change(_jobs.c.id == job_id, attempts=1)

    def note_death(self, job_id: int) -> None:
        """Note that a worker died over a job, and the process that has asked it did not."""
        self._change(_jobs.c.id == job_id, attempts=1, deaths=_jobs.c.deaths + 1)

    def finish(self, job_id: int, outcome: str) -> None:
        """Note what came of a job, and forget the text that was added."""
        self._change(_jobs.c.id == job_id, outcome=outcome, text="")

    def note_status(self, burst: int, status_id: int) -> None:
        """Note which message of the bot's tells of a burst."""
        self._change(_jobs.c.burst == burst, status_id=status_id)

    def erase(self, burst: int) -> None:
        """Erase the finished jobs of a burst, off the disk as well."""
        self._erase((_jobs.c.burst == burst) & _jobs.c.outcome.is_not(None))

    def forget_chat(self, chat_id: int) -> None:
        """Erase all jobs of a chat."""
        self._erase(_jobs.c.chat_id == chat_id)

    def end_collection(self, collection: str, outcome: str) -> None:
        """Finish all jobs that wait to be added to a collection: it is erased."""
        waiting = (_jobs.c.collection == collection) & _jobs.c.outcome.is_(None)
        self._change(waiting, outcome=outcome, text="")

    def rename_collection(self, old: str, new: str) -> None:
        """Let what was to be added to a collection go to the one that it has become."""
        self._change(_jobs.c.collection == old, collection=new)

    def forget_message(self, chat_id: int, message_id: int) -> int | None:
        """Erase the job of a message; its id, None where there is none."""
        it = (_jobs.c.chat_id == chat_id) & (_jobs.c.message_id == message_id)
        with self._database.reading() as connection:
            found: int | None = connection.scalar(sa.select(_jobs.c.id).where(it))
        if found is not None:
            self._erase(it)
        return found

    def move_chat(self, old: int, new: int, collection: str) -> None:
        """Hand the jobs of a chat over to the one that it has become.

        Args:
            old: The chat.
            new: The chat it is now. Its messages have other numbers, which Telegram does not tell:
                a job has a negative one from then on.
            collection: Of the new chat; jobs for a shared one keep theirs.
        """
        of_old = _jobs.c.chat_id == old
        own = sa.case(
            (_jobs.c.collection.startswith("chat:"), collection), else_=_jobs.c.collection
        )
        gone = {"chat_id": new, "message_id": -_jobs.c.id, "status_id": None, "topic_id": None}
        self._change(of_old, collection=own, **gone)

    def _read(self, chosen: sa.ColumnElement[bool]) -> list[Job]:
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_jobs).where(chosen).order_by(_jobs.c.id))
            return [_read_job(row) for row in rows]

    def _change(self, chosen: sa.ColumnElement[bool], **values: object) -> bool:
        with self._database.writing() as connection:
            return bool(connection.execute(_jobs.update().where(chosen).values(values)).rowcount)

    def _erase(self, chosen: sa.ColumnElement[bool]) -> None:
        with self._database.writing() as connection:
            connection.execute(_jobs.delete().where(chosen))
        self._database.truncate_log()


def _open_burst(connection: sa.Connection, task: Task, now: dt.datetime) -> int | None:
    """Find the burst that a task belongs to: its newest job came just before, and one waits."""
    since = (now - dt.timedelta(seconds=_BURST_S)).astimezone(dt.UTC).isoformat(timespec="seconds")
    found = connection.execute(
        sa.select(_jobs.c.burst)
        .where(
            _jobs.c.chat_id == task.chat_id,
            _jobs.c.topic_id.is_not_distinct_from(task.topic_id),
            _jobs.c.language == task.language,
        )
        .group_by(_jobs.c.burst)
        .having(
            sa.func.count() < IN_BURST,
            sa.func.count() > sa.func.count(_jobs.c.outcome),
            sa.func.max(_jobs.c.kept_at) >= since,
        )
        .order_by(_jobs.c.burst.desc())
    ).first()
    return found.burst if found else None


def _read_job(row: sa.Row[tuple[object, ...]]) -> Job:
    values = row._mapping
    task = Task(**{field.name: values[field.name] for field in fields(Task)})
    rest = {field.name: values[field.name] for field in fields(Job) if field.name != "task"}
    return Job(task=task, **rest)
