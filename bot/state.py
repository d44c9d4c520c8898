"""What the bot remembers of chats: settings, the cards whose buttons work, votes, open questions.

In a file of its own beside the library's, where that is SQLite: a vote need not wait until a large
document is written. What a person asked is kept only where the chat allows it.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from embeddings.database import Database
from embeddings.datatypes import QuoteReference

CARD_DAYS = 30
"""How long the buttons of an answer work."""
RECORD_DAYS = 365
"""How long a question counts in the statistics, and its votes."""

_OPEN_QUESTIONS = 10

_metadata = sa.MetaData()

_chats = sa.Table(
    "chats",
    _metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text),
    sa.Column("keeps_text", sa.Boolean, nullable=False, default=False),
    sa.Column("is_greeted", sa.Boolean, nullable=False, default=False),
)
_questions = sa.Table(
    "questions",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger),  # of the question; null for an inline one
    sa.Column("reply_id", sa.BigInteger),  # of the bot's answer, when it is sent
    sa.Column("asker_id", sa.BigInteger, index=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text, nullable=False),  # ISO 8601, UTC, to the second
    sa.Column("is_answered", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text),  # only where the chat keeps it
    sa.Column("quotes", sa.Text),  # JSON: [passage id, start, end, copies] each; null when too old
    sa.UniqueConstraint("chat_id", "message_id"),
    sqlite_autoincrement=True,  # an old button must not find a new card
)
_votes = sa.Table(
    "votes",
    _metadata,
    sa.Column("question_id", sa.ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("passage_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("voter_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Integer, nullable=False),  # 1 or -1
)


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What the admins of a chat have chosen.

    Attributes:
        language: Spoken to all; None for each reader's own.
        keeps_text: Whether questions are kept with their text.
    """

    language: str | None = None
    keeps_text: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """The bot's reply to a question, as it is kept for its buttons.

    Attributes:
        id: Of the question; in the data of the buttons.
        chat_id: Where it was asked.
        message_id: Of the question; None for an inline one.
        reply_id: Of the bot's message; None as long as it is not known to be sent.
        asker_id: Who asked; None if that was erased.
        language: In which it is answered.
        is_answered: Whether the first quote is given as the answer.
        quotes: Best first.
    """

    id: int
    chat_id: int
    message_id: int | None
    reply_id: int | None
    asker_id: int | None
    language: str
    is_answered: bool
    quotes: tuple[QuoteReference, ...]


class Stats(NamedTuple):
    """What happened in a chat within RECORD_DAYS.

    Attributes:
        questions: Asked.
        answered: Of these.
        up: Votes for a quote; one that was chosen from an inline list is one too.
        down: Votes against a quote.
        unanswered: Texts of the last questions without an answer, newest first, each once; only
            those whose text is kept.
    """

    questions: int
    answered: int
    up: int
    down: int
    unanswered: tuple[str, ...]


class Erased(NamedTuple):
    """How much of a person was erased."""

    questions: int
    votes: int


class State:
    """The bot's memory. Safe for use from several threads and processes.

    Args:
        database: Where it stands; tables are made where they are missing.

    Raises:
        StoreError: From every method, where the database cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        if not database.has_table("votes"):  # the last one
            with database.writing() as connection:
                _metadata.create_all(connection)

    @classmethod
    def in_folder(cls, folder: Path) -> "State":
        """Open the SQLite file of a data folder; the folder is made where it is missing."""
        # A power cut may take the votes of its last moments; not waiting for the disk is worth it.
        return cls(Database.in_folder(folder, "state.db", "the bot's memory", durable=False))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    # ---- chats

    def settings_of(self, chat_id: int) -> ChatSettings:
        """Read what a chat has chosen."""
        chosen = sa.select(_chats.c.language, _chats.c.keeps_text).where(_chats.c.id == chat_id)
        with self._database.reading() as connection:
            row = connection.execute(chosen).first()
        return ChatSettings(row.language, row.keeps_text) if row else ChatSettings()

    def set_settings(self, chat_id: int, settings: ChatSettings) -> None:
        """Keep what a chat has chosen; where it keeps no text any more, what it has is erased."""
        values = {"language": settings.language, "keeps_text": settings.keeps_text}
        with self._database.writing() as connection:
            _change_chat(connection, chat_id, values)
            if not settings.keeps_text:
                of_chat = _questions.c.chat_id == chat_id
                connection.execute(_questions.update().where(of_chat).values(text=None))

    def note_greeted(self, chat_id: int) -> bool:
        """Note that a chat is greeted; whether that is the first time."""
        greeted = sa.select(_chats.c.is_greeted).where(_chats.c.id == chat_id)
        with self._database.writing() as connection:
            if connection.scalar(greeted):
                return False
            _change_chat(connection, chat_id, {"is_greeted": True})
        return True

    def note_left(self, chat_id: int) -> None:
        """Note that the bot is in a chat no more, so that it greets when it comes again."""
        with self._database.writing() as connection:
            _change_chat(connection, chat_id, {"is_greeted": False})

    def move_chat(self, old: int, new: int) -> None:
        """Hand over all that is kept of a chat to the one that it has become."""
        of_old = _questions.c.chat_id == old
        with self._database.writing() as connection:
            moved = connection.execute(sa.select(_chats).where(_chats.c.id == old)).first()
            if moved is not None:
                values = {k: v for k, v in moved._mapping.items() if k != "id"}
                _change_chat(connection, new, values)
                connection.execute(_chats.delete().where(_chats.c.id == old))
            # The messages have other numbers there, which Telegram does not tell.
            values = {"chat_id": new, "message_id": None, "reply_id": None}
            connection.execute(_questions.update().where(of_old).values(values))

    # ---- cards

    def open_card(
        self,
        chat_id: int,
        message_id: int | None,
        asker_id: int | None,
        *,
        language: str,
        is_answered: bool,
        quotes: Sequence[QuoteReference],
        text: str,
    ) -> Card:
        """Keep a question and what was found for it; again, where it was edited.

        Args:
            chat_id: See Card.
            message_id: See Card.
            asker_id: See Card.
            language: See Card.
            is_answered: See Card.
            quotes: See Card.
            text: The question; kept only if the chat keeps texts.

        Returns:
            The card; with reply_id if the question was answered before.
        """
        values = {
            "asker_id": asker_id,
            "language": language,
            "is_answered": is_answered,
            "quotes": json.dumps([[q.passage_id, *q.highlight, q.copies] for q in quotes]),
        }
        keeps_text = sa.select(_chats.c.keeps_text).where(_chats.c.id == chat_id)
        with self._database.writing() as connection:
            values["text"] = text if connection.scalar(keeps_text) else None
            card = connection.execute(_card(chat_id, message_id)).first() if message_id else None
            if card is None:
                values |= {"chat_id": chat_id, "message_id": message_id, "asked_at": _ago(0)}
                inserted = connection.execute(_questions.insert().values(values))
                card_id = int(inserted.inserted_primary_key[0])  # type: ignore[index] # one row
            else:
                card_id = card.id
                changed = _questions.update().where(_questions.c.id == card_id)
                connection.execute(changed.values(values))
            row = connection.execute(sa.select(_questions).where(_questions.c.id == card_id))
            return _read_card(row.one())

    def note_reply(self, card_id: int, reply_id: int) -> None:
        """Note which message shows a card."""
        changed = _questions.update().where(_questions.c.id == card_id)
        with self._database.writing() as connection:
            connection.execute(changed.values(reply_id=reply_id))

    def card(self, card_id: int) -> Card | None:
        """Read a card; None if it is too old, or erased."""
        chosen = sa.select(_questions).where(_questions.c.id == card_id)
        return self._one_card(chosen)

    def card_of(self, chat_id: int, message_id: int) -> Card | None:
        """Read the card of a question; None if it is too old, erased, or was never made."""
        return self._one_card(_card(chat_id, message_id))

    # ---- votes, statistics, erasure

    def vote(self, card_id: int, passage_id: int, voter_id: int, value: int) -> int:
        """Count a vote on a quote of a card; the same vote twice takes it back.

        Args:
            card_id: An existing card's.
            passage_id: The quote's.
            voter_id: One vote a person.
            value: 1 or -1.

        Returns:
            The person's vote now; 0 for none.
        """
        key = {"question_id": card_id, "passage_id": passage_id, "voter_id": voter_id}
        mine = sa.and_(*(_votes.c[name] == number for name, number in key.items()))
        with self._database.writing() as connection:
            before = connection.scalar(sa.select(_votes.c.value).where(mine))
            connection.execute(_votes.delete().where(mine))
            if before == value:
                return 0
            connection.execute(_votes.insert().values(**key, value=value))
        return value

    def stats(self, chat_id: int) -> Stats:
        """Sum up what happened in a chat."""
        of_chat = _questions.c.chat_id == chat_id
        counted = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.cast(_questions.c.is_answered, sa.Integer)), 0),
        ).where(of_chat)
        voted = (
            sa.select(_votes.c.value, sa.func.count())
            .join_from(_votes, _questions)
            .where(of_chat)
            .group_by(_votes.c.value)
        )
        unanswered = (
            sa.select(_questions.c.text)
            .where(of_chat, ~_questions.c.is_answered, _questions.c.text.is_not(None))
            .group_by(_questions.c.text)
            .order_by(sa.func.max(_questions.c.id).desc())
            .limit(_OPEN_QUESTIONS)
        )
        with self._database.reading(snapshot=True) as connection:
            questions, answered = connection.execute(counted).one()
            votes: dict[int, int] = dict(connection.execute(voted).tuples().all())
            texts = tuple(connection.scalars(unanswered))
        return Stats(questions, answered, votes.get(1, 0), votes.get(-1, 0), texts)

    def forget_person(self, user_id: int) -> Erased:
        """Erase what is kept of a person; what they asked in groups counts on, as nobody's."""
        own = (_questions.c.asker_id == user_id) | (_questions.c.chat_id == user_id)
        nobodys = dict.fromkeys(("asker_id", "message_id", "reply_id", "text", "quotes"))
        with self._database.writing() as connection:
            votes = connection.execute(_votes.delete().where(_votes.c.voter_id == user_id))
            questions = connection.scalar(
                sa.select(sa.func.count()).select_from(_questions).where(own)
            )
            connection.execute(_questions.delete().where(_questions.c.chat_id == user_id))
            connection.execute(_questions.update().where(own).values(nobodys))
            connection.execute(_chats.delete().where(_chats.c.id == user_id))
        return Erased(questions or 0, votes.rowcount)

    def prune(self) -> None:
        """Erase what is too old."""
        asked_at = _questions.c.asked_at
        with self._database.writing() as connection:
            connection.execute(_questions.delete().where(asked_at < _ago(RECORD_DAYS)))
            old = _questions.update().where(asked_at < _ago(CARD_DAYS))
            gone = {"quotes": None, "message_id": None, "reply_id": None}
            connection.execute(old.where(_questions.c.quotes.is_not(None)).values(gone))

    def _one_card(self, chosen: sa.Select[Any]) -> Card | None:
        with self._database.reading() as connection:
            row = connection.execute(chosen).first()
        return None if row is None or row.quotes is None else _read_card(row)


def _card(chat_id: int, message_id: int) -> sa.Select[Any]:
    return sa.select(_questions).where(
        _questions.c.chat_id == chat_id, _questions.c.message_id == message_id
    )


def _read_card(row: sa.Row[Any]) -> Card:
    quotes = tuple(
        QuoteReference(passage_id, (start, end), copies)
        for passage_id, start, end, copies in json.loads(row.quotes)
    )
    return Card(
        row.id,
        row.chat_id,
        row.message_id,
        row.reply_id,
        row.asker_id,
        row.language,
        row.is_answered,
        quotes,
    )


def _change_chat(connection: sa.Connection, chat_id: int, values: dict[str, Any]) -> None:
    changed = _chats.update().where(_chats.c.id == chat_id).values(values)
    if not connection.execute(changed).rowcount:
        connection.execute(_chats.insert().values(id=chat_id, **values))


def _ago(days: int) -> str:
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    return then.isoformat(timespec="seconds")
