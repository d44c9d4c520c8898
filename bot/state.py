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

from bot import schema
from bot.chats import Chats, forget_choices, stamp
from embeddings.database import Database
from embeddings.datatypes import QuoteReference

FILE = "state.db"
"""Its name in a data folder."""
CARD_DAYS = 30
"""How long the buttons of an answer work."""
RECORD_DAYS = 365
"""How long a question counts in the statistics, and its votes."""

_OPEN_QUESTIONS = 10


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
        is_mended: Whether the reply tells of words that were looked for in another spelling.
    """

    id: int
    chat_id: int
    message_id: int | None
    reply_id: int | None
    asker_id: int | None
    language: str
    is_answered: bool
    quotes: tuple[QuoteReference, ...]
    is_mended: bool = False


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


class Traces(NamedTuple):
    """How much is kept of a person.

    Attributes:
        questions: That they asked, in all chats.
        votes: Theirs.
    """

    questions: int
    votes: int


class State(Chats):
    """The bot's memory: what is kept of chats, and of the questions that are asked there.

    Safe for use from several threads and processes; see Chats.
    """

    @classmethod
    def in_folder(cls, folder: Path) -> "State":
        """Open the SQLite file of a data folder; the folder is made where it is missing."""
        # A power cut may take the votes of its last moments; not waiting for the disk is worth it.
        return cls(Database.in_folder(folder, FILE, "the bot's memory", durable=False))

    # ---- cards

    def open_card(
        self,
        chat_id: int,
        message_id: int | None,
        asker_id: int | None,
        *,
        language: str,
        is_answered: bool,
        is_mended: bool = False,
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
            is_mended: See Card.
            quotes: See Card.
            text: The question; kept only if the chat keeps texts.

        Returns:
            The card; with reply_id if the question was answered before.
        """
        values = {
            "asker_id": asker_id,
            "language": language,
            "is_answered": is_answered,
            "is_mended": is_mended,
            "quotes": json.dumps([[q.passage_id, *q.highlight, q.copies] for q in quotes]),
        }
        keeps_text = sa.select(schema.chats.c.keeps_text).where(schema.chats.c.id == chat_id)
        with self._database.writing() as connection:
            values["text"] = text if connection.scalar(keeps_text) else None
            card_id = (
                connection.scalar(_of_message(schema.questions.c.id, chat_id, message_id))
                if message_id is not None
                else None
            )
            if card_id is None:
                asked_at = stamp(dt.datetime.now(dt.UTC))
                values |= {"chat_id": chat_id, "message_id": message_id, "asked_at": asked_at}
                inserted = connection.execute(schema.questions.insert().values(values))
                card_id = int(inserted.inserted_primary_key[0])  # type: ignore[index] # one row
            else:
                changed = schema.questions.update().where(schema.questions.c.id == card_id)
                connection.execute(changed.values(values))
            row = connection.execute(
                sa.select(schema.questions).where(schema.questions.c.id == card_id)
            )
            return _read_card(row.one())

    def note_reply(self, card_id: int, reply_id: int) -> None:
        """Note which message shows a card, unless it was erased meanwhile."""
        card = (schema.questions.c.id == card_id) & schema.questions.c.quotes.is_not(None)
        with self._database.writing() as connection:
            connection.execute(schema.questions.update().where(card).values(reply_id=reply_id))

    def card(self, card_id: int) -> Card | None:
        """Read a card; None if it is too old, or erased."""
        return self._one_card(sa.select(schema.questions).where(schema.questions.c.id == card_id))

    def card_of(self, chat_id: int, message_id: int) -> Card | None:
        """Read the card of a question; None if it is too old, erased, or was never made."""
        return self._one_card(_of_message(schema.questions, chat_id, message_id))

    # ---- votes, statistics, erasure

    def vote(self, card_id: int, passage_id: int, voter_id: int, value: int) -> int:
        """Count a vote on a quote of a card; the same vote twice takes it back.

        Args:
            card_id: A card's; nothing is counted if it was erased meanwhile.
            passage_id: The quote's.
            voter_id: One vote a person.
            value: 1 or -1.

        Returns:
            The person's vote now; 0 for none.
        """
        key = {"question_id": card_id, "passage_id": passage_id, "voter_id": voter_id}
        mine = sa.and_(*(schema.votes.c[name] == number for name, number in key.items()))
        card = sa.select(schema.questions.c.id).where(schema.questions.c.id == card_id)
        with self._database.writing() as connection:
            before = connection.scalar(sa.select(schema.votes.c.value).where(mine))
            connection.execute(schema.votes.delete().where(mine))
            if before == value or connection.scalar(card) is None:
                return 0
            connection.execute(schema.votes.insert().values(**key, value=value))
        return value

    def has_inline_choice(self) -> bool:
        """Whether Telegram has told, within CARD_DAYS, of a quote that was chosen inline."""
        # Only such a card belongs to a person and to no message.
        is_choice = (
            (schema.questions.c.chat_id > 0)
            & schema.questions.c.message_id.is_(None)
            & schema.questions.c.quotes.is_not(None)
        )
        with self._database.reading() as connection:
            return bool(connection.scalar(sa.select(sa.exists().where(is_choice))))

    def stats(self, chat_id: int) -> Stats:
        """Sum up what happened in a chat."""
        of_chat = schema.questions.c.chat_id == chat_id
        counted = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.cast(schema.questions.c.is_answered, sa.Integer)), 0),
        ).where(of_chat)
        voted = (
            sa.select(schema.votes.c.value, sa.func.count().label("votes"))
            .join_from(schema.votes, schema.questions)
            .where(of_chat)
            .group_by(schema.votes.c.value)
        )
        unanswered = (
            sa.select(schema.questions.c.text)
            .where(of_chat, ~schema.questions.c.is_answered, schema.questions.c.text.is_not(None))
            .group_by(schema.questions.c.text)
            .order_by(sa.func.max(schema.questions.c.id).desc())
            .limit(_OPEN_QUESTIONS)
        )
        with self._database.reading(snapshot=True) as connection:
            questions, answered = connection.execute(counted).one()
            votes = {row.value: row.votes for row in connection.execute(voted)}
            texts = tuple(connection.scalars(unanswered))
        return Stats(questions, answered, votes.get(1, 0), votes.get(-1, 0), texts)

    def traces_of(self, user_id: int) -> Traces:
        """Count what is kept of a person."""
        with self._database.reading(snapshot=True) as connection:
            return _count_traces(connection, user_id)

    def forget_person(self, user_id: int) -> Traces:
        """Erase what is kept of a person; what they asked in groups counts on, as nobody's.

        Returns:
            What was erased.
        """
        nobodys = dict.fromkeys(("asker_id", "message_id", "reply_id", "text", "quotes"))
        with self._for_good() as connection:
            traces = _count_traces(connection, user_id)
            connection.execute(schema.votes.delete().where(schema.votes.c.voter_id == user_id))
            connection.execute(
                schema.questions.delete().where(schema.questions.c.chat_id == user_id)
            )
            asked = schema.questions.c.asker_id == user_id
            connection.execute(schema.questions.update().where(asked).values(nobodys))
            forget_choices(connection, user_id)
        return traces

    def prune(self, now: dt.datetime | None = None) -> None:
        """Erase what is too old.

        Args:
            now: With its time zone; None for the present.
        """
        asked_at = schema.questions.c.asked_at
        now = now or dt.datetime.now(dt.UTC)
        too_old, old = (
            asked_at < stamp(now - dt.timedelta(days=days)) for days in (RECORD_DAYS, CARD_DAYS)
        )
        gone = {"quotes": None, "message_id": None, "reply_id": None}
        with self._for_good() as connection:
            connection.execute(schema.questions.delete().where(too_old))
            cards = schema.questions.update().where(old, schema.questions.c.quotes.is_not(None))
            connection.execute(cards.values(gone))

    def _one_card(self, chosen: sa.Select[Any]) -> Card | None:
        with self._database.reading() as connection:
            row = connection.execute(chosen).first()
        return None if row is None or row.quotes is None else _read_card(row)


def _of_message(wanted: Any, chat_id: int, message_id: int) -> sa.Select[Any]:
    return sa.select(wanted).where(
        schema.questions.c.chat_id == chat_id, schema.questions.c.message_id == message_id
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
        row.is_mended,
    )


def _count_traces(connection: sa.Connection, user_id: int) -> Traces:
    questions = (schema.questions.c.asker_id == user_id) | (schema.questions.c.chat_id == user_id)
    asked = sa.select(sa.func.count()).select_from(schema.questions).where(questions)
    voted = sa.select(sa.func.count()).where(schema.votes.c.voter_id == user_id)
    return Traces(connection.scalars(asked).one(), connection.scalars(voted).one())
