"""What the bot remembers of chats: what their admins chose, and whether it is there.

A part of State, in the same database.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot import schema
from bot.joins import Joins, join_all

KEPT_DAYS = 30
"""How long all of a chat is kept that the bot has left, in case it comes again."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What the admins of a chat have chosen.

    Attributes:
        language: Spoken to all; None for each reader's own.
        keeps_text: Whether questions are kept with their text.
    """

    language: str | None = None
    keeps_text: bool = False


class KnownChannel(NamedTuple):
    """A channel in which the bot is.

    Attributes:
        id: Its number.
        title: As it was when the bot last heard of it.
    """

    id: int
    title: str


class Chats(Joins):
    """What is kept of chats. Safe for use from several threads and processes; see Joins."""

    # ---- what the admins chose

    def settings_of(self, chat_id: int) -> ChatSettings:
        """Read what a chat has chosen."""
        row = self._row(chat_id, "language", "keeps_text")
        return ChatSettings(row.language, row.keeps_text) if row else ChatSettings()

    def has_settings(self, chat_id: int) -> bool:
        """Whether anything of the kind is kept of a chat, even if it is as for any other."""
        joined = sa.exists().where(schema.joins.c.chat_id == chat_id)
        with self._database.reading() as connection:
            of_chat = sa.exists().where(schema.chats.c.id == chat_id)
            return bool(connection.scalar(sa.select(of_chat | joined)))

    def change_settings(self, chat_id: int, **chosen: str | bool | None) -> None:
        """Keep what the admins of a chat choose; what two of them choose at once is kept, too.

        Args:
            chat_id: The chat's.
            chosen: Fields of ChatSettings; ``keeps_text=False`` erases the texts that are kept.
        """
        erases = chosen.get("keeps_text") is False
        with self._for_good() if erases else self._database.writing() as connection:
            _change_chat(connection, chat_id, chosen)
            if erases:
                of_chat = schema.questions.c.chat_id == chat_id
                connection.execute(schema.questions.update().where(of_chat).values(text=None))

    def target_of(self, chat_id: int) -> str | None:
        """Tell the collection to which files sent in a chat go; None for the chat's own."""
        row = self._row(chat_id, "target")
        return row.target if row else None

    def set_target(self, chat_id: int, collection: str | None) -> None:
        """Choose the collection to which files sent in a chat go; None for the chat's own."""
        with self._database.writing() as connection:
            _change_chat(connection, chat_id, {"target": collection})

    # ---- coming and going

    def note_chat(
        self, chat_id: int, title: str, kind: str, seen_at: dt.datetime | None = None
    ) -> bool:
        """Note that the bot is in a chat, and what that is called.

        Args:
            chat_id: Its number.
            title: Not noted of a private chat.
            kind: As Telegram names it.
            seen_at: When the bot was there; with its time zone. None for now.

        Returns:
            False if the bot was seen there, but is known to have left since.
        """
        if self.is_noted(chat_id, title, kind):
            return True
        left_at = sa.select(schema.chats.c.left_at).where(schema.chats.c.id == chat_id)
        named = {} if kind == "private" else {"title": title, "kind": kind}
        with self._database.writing() as connection:
            left = connection.scalar(left_at)
            if left and seen_at and stamp(seen_at) <= left:
                return False
            _change_chat(connection, chat_id, {**named, "left_at": None})
        return True

    def is_noted(self, chat_id: int, title: str, kind: str) -> bool:
        """Whether note_chat has nothing to note; see there."""
        known = self._row(chat_id, "title", "kind", "left_at")
        if kind == "private":  # nothing need be known of a person who only asks
            return known is None or known.left_at is None
        return known is not None and tuple(known) == (title, kind, None)

    def note_greeted(self, chat_id: int) -> bool:
        """Note that a chat is greeted; whether that is the first time."""
        greeted = sa.select(schema.chats.c.is_greeted).where(schema.chats.c.id == chat_id)
        with self._database.writing() as connection:
            if connection.scalar(greeted):
                return False
            _change_chat(connection, chat_id, {"is_greeted": True})
        return True

    def note_left(self, chat_id: int, now: dt.datetime | None = None) -> None:
        """Note that the bot is in a chat no more: it greets when it comes again.

        Args:
            chat_id: The chat's; a person's number, where they have blocked the bot.
            now: With its time zone; None for the present.
        """
        left = {"is_greeted": False, "left_at": stamp(now or dt.datetime.now(dt.UTC))}
        with self._database.writing() as connection:
            _change_chat(connection, chat_id, left)

    def left_before(self, now: dt.datetime | None = None) -> list[int]:
        """List the chats that the bot has left more than KEPT_DAYS ago: they are to be erased.

        Args:
            now: With its time zone; None for the present.
        """
        latest = stamp((now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=KEPT_DAYS))
        with self._database.reading() as connection:
            long_left = sa.select(schema.chats.c.id).where(schema.chats.c.left_at < latest)
            return list(connection.scalars(long_left))

    def left(self) -> set[int]:
        """List the chats that the bot has left, and that are not erased yet."""
        with self._database.reading() as connection:
            chosen = sa.select(schema.chats.c.id).where(schema.chats.c.left_at.is_not(None))
            return set(connection.scalars(chosen))

    def has_left(self, chat_id: int) -> bool:
        """Whether the bot is known to be in a chat no more."""
        row = self._row(chat_id, "left_at")
        return row is not None and row.left_at is not None

    def channels(self) -> list[KnownChannel]:
        """List the channels in which the bot is, by title."""
        columns = (schema.chats.c.id, schema.chats.c.title)
        chosen = sa.select(*columns).where(
            schema.chats.c.kind == "channel",
            schema.chats.c.left_at.is_(None),
            schema.chats.c.title.is_not(None),
        )
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(schema.chats.c.title, schema.chats.c.id))
            return [KnownChannel(*row) for row in rows]

    def titles(self) -> dict[int, str]:
        """Read what groups and channels are called, as far as the bot has heard of it."""
        titled = sa.select(schema.chats.c.id, schema.chats.c.title).where(
            schema.chats.c.title.is_not(None)
        )
        with self._database.reading() as connection:
            return {row.id: row.title for row in connection.execute(titled)}

    def admit(self, chat_id: int, by: int, *, instead_of: int | None) -> None:
        """Note who let the bot into a chat, for an operator who closes it to others.

        Args:
            chat_id: The chat's.
            by: A person; of a group that became a supergroup, the number that it had.
            instead_of: Who is noted so far; where it is somebody else by now, they stay.
        """
        noted = sa.select(schema.chats.c.admitted).where(schema.chats.c.id == chat_id)
        with self._database.writing() as connection:
            if connection.scalar(noted) == instead_of:
                _change_chat(connection, chat_id, {"admitted": by})

    def admitted_by(self, chat_id: int) -> int | None:
        """Tell who let the bot into a chat; see admit. None where nobody knows."""
        row = self._row(chat_id, "admitted")
        return row.admitted if row else None

    def move_chat(self, old: int, new: int) -> None:
        """Hand over all that is kept of a chat to the one that it has become.

        Telegram tells of it twice, and the new chat may have been written to before: what it has
        chosen itself holds.
        """
        with self._for_good() as connection:
            found = connection.execute(
                sa.select(schema.chats).where(schema.chats.c.id.in_((old, new)))
            )
            rows = {row.id: row for row in found}
            if before := rows.get(old):
                after = rows.get(new, before)
                values = {
                    "language": after.language or before.language,
                    # A chat that was only greeted so far has chosen nothing.
                    "keeps_text": after.keeps_text or before.keeps_text,
                    "is_greeted": after.is_greeted or before.is_greeted,
                    "title": after.title or before.title,
                    "kind": after.kind if new in rows else "supergroup",
                    "left_at": after.left_at if new in rows else None,
                    "admitted": after.admitted or before.admitted,
                    "target": after.target or before.target,
                }
                _change_chat(connection, new, values)
                connection.execute(schema.chats.delete().where(schema.chats.c.id == old))
            joined = sa.select(schema.joins.c.collection).where(schema.joins.c.chat_id == old)
            join_all(connection, new, list(connection.scalars(joined)))
            connection.execute(schema.joins.delete().where(schema.joins.c.chat_id == old))
            # The messages have other numbers there, which Telegram does not tell.
            moved = {"chat_id": new, "message_id": None, "reply_id": None}
            of_old = schema.questions.c.chat_id == old
            connection.execute(schema.questions.update().where(of_old).values(moved))

    def erase_chat(self, chat_id: int, collection: str) -> int:
        """Erase what is kept of a chat: questions and votes, settings, what it joined and who it.

        Of a group or channel it stays noted which one it is and who let the bot in; of any that
        the bot has left, when that was.

        Args:
            chat_id: The chat's.
            collection: Its own.

        Returns:
            How many questions were erased.
        """
        joins, posts, questions = schema.joins, schema.forgotten_posts, schema.questions
        with self._database.writing() as connection:
            asked = questions.delete().where(questions.c.chat_id == chat_id)
            erased = connection.execute(asked).rowcount
            connection.execute(joins.delete().where(joins.c.collection == collection))
            connection.execute(posts.delete().where(posts.c.chat_id == chat_id))
            forget_choices(connection, chat_id)
        self._database.truncate_log()
        return erased

    def forget_left(self, chat_id: int) -> None:
        """Note no more that the bot was in a chat, nor anything else of it, if it has left it."""
        chats = schema.chats
        it = (chats.c.id == chat_id) & chats.c.left_at.is_not(None)
        with self._for_good() as connection:
            connection.execute(chats.delete().where(it))

    # ---- posts of channels

    def note_forgotten(self, chat_id: int, message_id: int) -> None:
        """Note that a post is to be forgotten, for good; twice is as once."""
        post = {"chat_id": chat_id, "message_id": message_id}
        with self._for_good() as connection:
            if not _is_forgotten(connection, chat_id, message_id):
                connection.execute(schema.forgotten_posts.insert().values(post))

    def is_forgotten(self, chat_id: int, message_id: int) -> bool:
        """Whether a post was to be forgotten."""
        with self._database.reading() as connection:
            return _is_forgotten(connection, chat_id, message_id)

    def forgotten(self, chat_id: int) -> list[int]:
        """List the posts of a channel that were to be forgotten, by their numbers there."""
        posts = schema.forgotten_posts.c
        chosen = sa.select(posts.message_id).where(posts.chat_id == chat_id)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen.order_by(posts.message_id)))

    def _row(self, chat_id: int, *columns: str) -> sa.Row[Any] | None:
        chosen = sa.select(*(schema.chats.c[name] for name in columns))
        with self._database.reading() as connection:
            return connection.execute(chosen.where(schema.chats.c.id == chat_id)).first()


def stamp(time: dt.datetime) -> str:
    """Write a time as the tables hold it: ISO 8601, UTC, to the second."""
    return time.astimezone(dt.UTC).isoformat(timespec="seconds")


def forget_choices(connection: sa.Connection, chat_id: int) -> None:
    """Erase what the admins of a chat chose, and the chat where nothing else is noted of it."""
    chats, joins = schema.chats, schema.joins
    it = chats.c.id == chat_id
    connection.execute(joins.delete().where(joins.c.chat_id == chat_id))
    connection.execute(chats.delete().where(it, chats.c.kind.is_(None), chats.c.left_at.is_(None)))
    chosen = {"language": None, "keeps_text": False, "target": None}
    connection.execute(chats.update().where(it).values(chosen))


def _change_chat(connection: sa.Connection, chat_id: int, values: dict[str, Any]) -> None:
    changed = schema.chats.update().where(schema.chats.c.id == chat_id).values(values)
    if not connection.execute(changed).rowcount:
        connection.execute(schema.chats.insert().values(id=chat_id, **values))


def _is_forgotten(connection: sa.Connection, chat_id: int, message_id: int) -> bool:
    posts = schema.forgotten_posts.c
    it = (posts.chat_id == chat_id) & (posts.message_id == message_id)
    return connection.scalar(sa.select(posts.message_id).where(it)) is not None
