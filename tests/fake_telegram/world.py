"""What the fake holds: people, chats, messages, files, queries, and what has happened."""

import mimetypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .entities import cut
from .people import PATIENCE_S, Chat, Msg, User
from .rates import RateMeter
from .rules import Rules
from .updates import Updates
from .wire import Json

T = TypeVar("T")

FIRST_SUPERGROUP = -1_000_000_000_000
TOPIC_COLOR = 7322096
# The bot does things that the fake is not told of.
PROBED_EVERY_S = 0.05


@dataclass
class Call:
    """A call of the bot, as it was answered."""

    method: str
    args: Json
    at: float
    result: Any = None
    error: str = ""


@dataclass
class StoredFile:
    """A file that somebody sent; `raw` is the Bot API's File."""

    data: bytes
    name: str
    mime: str
    raw: Json


@dataclass
class Query:
    """A callback, inline or guest query: when it was asked, and the answer."""

    asked_at: float
    answer: Json | None = None


@dataclass
class Event:
    """A line of the transcript."""

    at: float
    chat: Chat
    kind: str
    what: str


class World(Updates):
    """Everything that a test builds and looks at."""

    def __init__(
        self, token: str, username: str, *, rules: Rules, privacy: bool, webhook_retry_s: float
    ) -> None:
        super().__init__(rules, webhook_retry_s)
        self.token, self.privacy = token, privacy
        bot_id = int(token.split(":")[0])
        raw = {"id": bot_id, "is_bot": True, "first_name": username, "username": username}
        self.bot = User(self, raw)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.inline_messages: dict[str, Msg] = {}
        self.guest_mentions: dict[str, Msg] = {}  # by the query that asks for the bot's reply
        self.supports_inline = self.supports_guests = True  # as @BotFather has set it
        self.profile: dict[tuple[str, ...], Any] = {}  # what setMyCommands and so on have set
        self.calls: list[Call] = []  # all but successful getUpdates
        self.log: list[Event] = []
        self.rates = RateMeter()
        self._next_id = 1_000
        self._last_message = 0

    @property
    def violations(self) -> list[Json]:
        """Where the bot was faster than Telegram allows."""
        return self.rates.violations

    # ---- people and chats

    def user(
        self, name: str, lang: str | None = None, username: str | None = None, **extra: Any
    ) -> User:
        """Make a person; `extra` are further fields of the User."""
        raw = {
            "id": self._new_id(),
            "is_bot": False,
            "first_name": name,
            "username": username,
            "language_code": lang,
            **extra,
        }
        user = User(self, {key: value for key, value in raw.items() if value is not None})
        self.users[user.id] = user
        return user

    def private(self, user: User) -> Chat:
        """The chat of a person with the bot."""
        names: Json = {key: user.raw[key] for key in ("first_name", "username") if key in user.raw}
        return self.chats.get(user.id) or self._new_chat(user.id, "private", [user], names)

    def group(self, title: str, members: Sequence[User]) -> Chat:
        """Make a basic group; its first member owns it."""
        return self._new_chat(-self._new_id(), "group", members, {"title": title})

    def supergroup(
        self,
        title: str = "supergroup",
        members: Sequence[User] = (),
        topics: bool = False,
        **extra: Any,
    ) -> Chat:
        """Make a supergroup; `extra` are further fields of the Chat."""
        raw = {"title": title, **({"is_forum": True} if topics else {}), **extra}
        return self._new_chat(FIRST_SUPERGROUP - self._new_id(), "supergroup", members, raw)

    def channel(self, title: str = "channel", members: Sequence[User] = (), **extra: Any) -> Chat:
        """Make a channel with the bot as an administrator."""
        raw = {"title": title, **extra}
        chat = self._new_chat(FIRST_SUPERGROUP - self._new_id(), "channel", members, raw)
        chat.bot_status = "administrator"
        return chat

    def foreign_group(self, title: str, members: Sequence[User]) -> Chat:
        """Make a supergroup that the bot never joined: it is told of mentions only."""
        chat = self.supergroup(title, members)
        chat.bot_status = "left"
        return chat

    def foreign_private(self, one: User, other: User) -> Chat:
        """The chat of two people; the bot knows it by the number of its own with the second."""
        raw = {"id": other.id, "type": "private", "first_name": other.raw["first_name"]}
        return Chat(self, raw, [one, other], [], "left")

    def set_membership(self, chat: Chat, by: User, status: str) -> None:
        """Change what the bot is in a chat, and tell it."""
        old = chat.bot_status
        if chat.type != "private":
            chat.bot_status = status
        self.note(chat, "bot is", status)
        change = {
            "chat": chat.raw,
            "from": by.raw,
            "date": int(time.time()),
            "old_chat_member": self.member(old, self.bot.raw),
            "new_chat_member": self.member(status, self.bot.raw),
        }
        self.push("my_chat_member", change, chat.id)

    def member(self, status: str, user: Json) -> Json:
        """Make a ChatMember."""
        kind = {"creator": "Owner", "kicked": "Banned"}.get(status, status.capitalize())
        sample: Json = self.spec.sample(f"ChatMember{kind}", user=user)
        return sample

    # ---- messages and files

    def add_message(
        self,
        chat: Chat,
        user: User | None,
        content: Json,
        reply_to: Msg | None = None,
        thread: int | None = None,
    ) -> Msg:
        """Put a message into a chat; nobody is told of it."""
        raw = {
            "message_id": self._new_message_id(chat),
            "date": int(time.time()),
            "chat": chat.raw,
            **(
                {"from": user.raw}
                if user and chat.type != "channel"
                else {"sender_chat": chat.raw}
            ),
            **content,
        }
        if thread:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to:
            replied = {k: v for k, v in reply_to.raw.items() if k != "reply_to_message"}
            raw["reply_to_message"] = replied
        message = chat.messages[raw["message_id"]] = Msg(self, chat, raw, user)
        self.note(chat, "bot" if message.from_bot else "message", message)
        return message

    def note_inline(self, message: Msg) -> str:
        """Let the bot edit a message that is not its own, or not in a chat of its; the id."""
        inline_id = f"inline{message.chat.id}_{message.id}"
        message.raw = {**message.raw, "inline_message_id": inline_id}
        self.inline_messages[inline_id] = message
        return inline_id

    def open_topic(self, chat: Chat, user: User, name: str) -> Msg:
        """Open a topic in a forum; the message that says so."""
        content = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}}
        message = self.add_message(chat, user, content)
        message.raw |= {"message_thread_id": message.id, "is_topic_message": True}
        chat.topics[message.id] = name
        return message

    def store_file(self, data: bytes, name: str, kind: str = "document") -> Json:
        """Keep a file; the Document object of it."""
        number = self._new_id()
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        ids = {
            "file_id": f"FILE{number}",
            "file_unique_id": f"UNIQ{number}",
            "file_size": len(data),
        }
        path = f"{kind}s/file_{number}{Path(name).suffix}"
        self.files[f"FILE{number}"] = StoredFile(data, name, mime, ids | {"file_path": path})
        return ids | {"file_name": name, "mime_type": mime}

    def bot_sees(self, chat: Chat, raw: Json) -> bool:
        """Tell whether the bot gets a message.

        In privacy mode it sees of a group: commands, mentions of it, replies to it, and messages
        that were sent via it.
        """
        if chat.bot_status in ("left", "kicked"):
            return False
        is_open = chat.type in ("private", "channel") or chat.bot_status == "administrator"
        if is_open or not self.privacy:
            return True
        replied_to = raw.get("reply_to_message", {}).get("from", {}).get("id")
        if self.bot.id in (replied_to, raw.get("via_bot", {}).get("id")):
            return True
        text = raw.get("text") or raw.get("caption") or ""
        entities = raw.get("entities", []) + raw.get("caption_entities", [])
        return any(self._calls_bot(text, entity) for entity in entities)

    def summons_guest(self, chat: Chat, raw: Json) -> bool:
        """Tell whether a message asks the bot for a reply in a chat that it is not in."""
        if chat.bot_status != "left" or chat.type == "channel" or not self.supports_guests:
            return False
        text = raw.get("text") or raw.get("caption") or ""
        entities = raw.get("entities", []) + raw.get("caption_entities", [])
        name = f"@{self.bot.raw['username']}".lower()
        return any(e["type"] == "mention" and cut(text, e).lower() == name for e in entities)

    def _calls_bot(self, text: str, entity: Json) -> bool:
        part, kind = cut(text, entity).lower(), entity["type"]
        name = f"@{self.bot.raw['username']}".lower()
        if kind == "bot_command" and "@" not in part:
            return bool(entity["offset"] == 0)
        if kind in ("mention", "bot_command") and part.endswith(name):
            return True
        return bool(entity.get("user", {}).get("id") == self.bot.id)

    # ---- queries

    def open_query(self, kind: str) -> str:
        """Begin a callback, inline or guest query; its id."""
        query_id = f"{kind}{self._new_id()}"
        self.queries[query_id] = Query(time.monotonic())
        return query_id

    async def query_answer(self, query_id: str, what: str, timeout_s: float = PATIENCE_S) -> Json:
        """Wait until the bot has answered a query."""
        return await self.until(lambda: self.queries[query_id].answer, what, timeout_s)

    # ---- what has happened

    async def until(
        self, probe: Callable[[], T | None], what: str, timeout_s: float = PATIENCE_S
    ) -> T:
        """Wait until a probe, asked after each change and now and then, gives something true.

        Args:
            probe: Looks at the fake, or at what the bot has stored.
            what: What is waited for, in words.
            timeout_s: At most this long.

        Raises:
            TimeoutError: With the end of the transcript and the calls that were refused.
        """
        deadline = time.monotonic() + timeout_s
        while not (found := probe()):
            if not await self.changed.wait(min(deadline, time.monotonic() + PROBED_EVERY_S)):
                tail = "\n".join(self.transcript().splitlines()[-12:])
                errors = [
                    f"{call.method}: {call.error}" for call in self.calls[-20:] if call.error
                ]
                raise TimeoutError(
                    f"no {what} within {timeout_s} s; refused calls: {errors}\n{tail}"
                )
        return found

    def note(self, chat: Chat, kind: str, what: Msg | str) -> None:
        """Write a line into the transcript, and wake who waits for a change."""
        line = what if isinstance(what, str) else describe(what)
        self.log.append(Event(time.monotonic(), chat, kind, line))
        self.changed.ring()

    def transcript(self, chat: Chat | None = None) -> str:
        """All that was said and done, for a person to read; one chat's, or that of all."""
        lines = [
            f"{event.at - self.log[0].at:7.2f} {event.chat.raw.get('title', 'private')[:14]:14} "
            f"{event.kind:8} {event.what}"
            for event in self.log
            if chat in (None, event.chat)
        ]
        return "\n".join(lines + [f"violation: {violation}" for violation in self.violations])

    # ---- numbers

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _new_message_id(self, chat: Chat) -> int:
        if chat.type not in ("private", "group"):
            return len(chat.messages) + 1
        self._last_message += 1  # private chats and basic groups share one row of numbers
        return self._last_message

    def _new_chat(self, chat_id: int, type_: str, people: Sequence[User], raw: Json) -> Chat:
        admins = [] if type_ == "private" else list(people)[:1]
        chat = Chat(self, {"id": chat_id, "type": type_, **raw}, list(people), admins)
        self.chats[chat_id] = chat
        return chat


def describe(message: Msg) -> str:
    """A message in one line."""
    sender = message.raw.get("from", message.chat.raw)
    name = sender.get("first_name", sender.get("title"))
    file_name = message.raw.get("document", {}).get("file_name", "")
    line = f"#{message.id} {name}: {message.text!r} {file_name} {message.buttons or ''}"
    return line.rstrip()
