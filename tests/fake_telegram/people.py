"""The people's side of the fake: users, chats and messages, as a test handles them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .entities import cut
from .formatting import formatted
from .wire import Json

if TYPE_CHECKING:
    from .world import World

PATIENCE_S = 30.0
"""How long is waited for what the bot does: other work may keep the machine busy."""

ANONYMOUS: Json = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
"""For `send`, with sender_chat: as whom Telegram passes on what an anonymous admin writes."""

TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Who passes on a channel's posts to its discussion group."""

MEDIA = {"photo", "video", "voice", "audio"}
# What a message has of its own, and a forwarded one has not.
NOT_FORWARDED = {
    "message_id",
    "date",
    "edit_date",
    "chat",
    "from",
    "sender_chat",
    "author_signature",
    "reply_to_message",
    "reply_markup",
    "message_thread_id",
    "is_topic_message",
    "is_automatic_forward",
    "guest_query_id",
}


@dataclass(eq=False)
class User:
    """A person, or the bot itself."""

    tg: World = field(repr=False)
    raw: Json
    started: bool = False  # has written to the bot, so the bot may write to them
    blocked: bool = False

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    def block(self, blocked: bool = True) -> None:
        """Block the bot, or let it in again."""
        self.blocked = blocked
        self.tg.set_membership(self.tg.private(self), self, "kicked" if blocked else "member")


@dataclass(eq=False)
class Msg:
    """A message; `raw` is the Bot API's object."""

    tg: World = field(repr=False)
    chat: Chat = field(repr=False)
    raw: Json  # a change replaces it, so updates that are already queued keep the old one
    author: User | None  # None: the channel
    deleted: bool = False
    edits: list[Json] = field(default_factory=list)  # the earlier versions
    reactions: list[str] = field(default_factory=list)  # the bot's

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """The text, or the caption."""
        return self.raw.get("text") or self.raw.get("caption") or ""

    @property
    def entities(self) -> list[Json]:
        return self.raw.get("entities") or self.raw.get("caption_entities") or []

    @property
    def from_bot(self) -> bool:
        return self.author is self.tg.bot

    @property
    def keyboard(self) -> list[list[Json]]:
        """The rows of the inline keyboard."""
        rows: list[list[Json]] = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline keyboard."""
        return [button["text"] for row in self.keyboard for button in row]

    @property
    def reply_to(self) -> int | None:
        """The id of the message that this one answers."""
        replied: Json = self.raw.get("reply_to_message", {})
        return replied.get("message_id")

    @property
    def file(self) -> bytes:
        """The content of the document."""
        return self.tg.files[self.raw["document"]["file_id"]].data

    def marked(self, kind: str) -> list[str]:
        """The parts of the text that the user sees as bold, code, text_link and so on."""
        return [cut(self.text, entity) for entity in self.entities if entity["type"] == kind]

    async def press(
        self, label: str, user: User | None = None, timeout_s: float = PATIENCE_S
    ) -> Json:
        """Tap a button.

        Returns:
            What the bot answered to the callback query; the button itself if it is no callback;
            {"sent": message} for a button of a reply keyboard, which sends its label.

        Raises:
            LookupError: If there is no such button.
            TimeoutError: If the bot does not answer.
        """
        user = user or self.chat.people[0]
        if label in self.chat.reply_buttons:
            return {"sent": await self.chat.send(user, label)}
        button = next((b for row in self.keyboard for b in row if b["text"] == label), None)
        if button is None:
            raise LookupError(f"no button {label!r}; there are {self.buttons}")
        if "callback_data" not in button:
            return button
        query_id = self.push_press(button["callback_data"], user)
        return await self.tg.query_answer(query_id, f"answer to {label!r}", timeout_s)

    async def claim(
        self, data: str | None, user: User | None = None, where: Json | None = None
    ) -> Json:
        """Claim that a button was pressed, as a changed client may, and as old buttons do.

        Args:
            data: See `push_press`, as for the others.
            user: Who claims it.
            where: Below which message.

        Returns:
            What the bot answered to the callback query.

        Raises:
            TimeoutError: If the bot does not answer.
        """
        query_id = self.push_press(data, user, where)
        return await self.tg.query_answer(query_id, f"answer to {data!r}")

    def push_press(
        self, data: str | None, user: User | None = None, where: Json | None = None
    ) -> str:
        """Tell the bot of a press, and do not wait for its answer.

        Args:
            data: That of the button; None for a game's button, which has none.
            user: Who presses; by default the first person of the chat.
            where: The CallbackQuery's fields that name the message; by default those of this one.

        Returns:
            The id of the query.
        """
        query_id = self.tg.open_query("callback")
        if where is None:
            inline_id = self.raw.get("inline_message_id")
            where = {"inline_message_id": inline_id} if inline_id else {"message": self.raw}
        query = {
            "id": query_id,
            "from": (user or self.chat.people[0]).raw,
            "chat_instance": str(self.chat.id),
            **({"game_short_name": "x"} if data is None else {"data": data}),
            **where,
        }
        self.tg.push("callback_query", query, self.chat.id)
        return query_id

    @property
    def origin(self) -> Json:
        """The MessageOrigin of what is forwarded from here; a forwarded message keeps its own."""
        date: Json = {"date": self.raw["date"]}
        signature = {k: self.raw[k] for k in ("author_signature",) if k in self.raw}
        if "forward_origin" in self.raw:
            origin: Json = self.raw["forward_origin"]
            return origin
        if self.chat.type == "channel":
            post = {"chat": self.chat.raw, "message_id": self.id}
            return {"type": "channel", **date, **post, **signature}
        if "sender_chat" in self.raw:
            return {"type": "chat", **date, "sender_chat": self.raw["sender_chat"], **signature}
        return {"type": "user", **date, "sender_user": self.raw["from"]}

    async def forward(self, user: User | None, chat: Chat) -> Msg:
        """Somebody forwards the message to a chat, or None, where that is a channel."""
        content = {key: value for key, value in self.raw.items() if key not in NOT_FORWARDED}
        return await chat.deliver(user, {**content, "forward_origin": self.origin})

    async def edit(self, text: str, **changed: Any) -> None:
        """The author edits the text, or the caption, which may become empty.

        Args:
            text: The new one.
            changed: Other fields of the Message, such as another document.
        """
        is_text = "text" in self.raw
        what, where = ("text", "entities") if is_text else ("caption", "caption_entities")
        kept = {k: v for k, v in self.raw.items() if k not in (what, where)}
        if text:
            kept[what], entities = formatted(text, what=what)
            if entities:
                kept[where] = entities
        self.replace({**kept, **changed})
        if self.tg.bot_sees(self.chat, self.raw):
            is_post = self.chat.type == "channel"
            kind = "edited_channel_post" if is_post else "edited_message"
            self.tg.push(kind, self.raw, self.chat.id)

    async def react(self, user: User, *emoji: str) -> None:
        """A user reacts; the bot is told in private chats and where it is an administrator."""
        if self.chat.type != "private" and self.chat.bot_status != "administrator":
            return
        reaction = {
            "chat": self.chat.raw,
            "message_id": self.id,
            "user": user.raw,
            "date": int(time.time()),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": e} for e in emoji],
        }
        self.tg.push("message_reaction", reaction, self.chat.id)

    async def wait(self, condition: Callable[[Msg], Any], timeout_s: float = PATIENCE_S) -> Msg:
        """Wait for edits (or the deletion) of this message by the bot."""
        what = f"change of {self.text!r}"
        await self.tg.until(lambda: condition(self), what, timeout_s)
        return self

    async def next_edit(self, timeout_s: float = PATIENCE_S) -> Msg:
        """Wait until the bot edits this message once more."""
        count = len(self.edits)
        return await self.wait(lambda message: len(message.edits) > count, timeout_s)

    def replace(self, raw: Json) -> None:
        """Keep the present version among the edits, and take a new one."""
        self.edits.append(self.raw)
        self.raw = {**raw, "edit_date": int(time.time())}
        self.tg.note(self.chat, "edit", self)


@dataclass(eq=False)
class Chat:
    """A chat of any type, with the people in it."""

    tg: World = field(repr=False)
    raw: Json
    people: list[User]
    admins: list[User]
    bot_status: str = "member"
    messages: dict[int, Msg] = field(default_factory=dict, repr=False)
    from_bot: list[Msg] = field(default_factory=list, repr=False)
    topics: dict[int, str] = field(default_factory=dict)
    reply_keyboard: list[list[Json | str]] = field(default_factory=list)
    migrated_to: int | None = None
    linked: Chat | None = field(default=None, repr=False)  # of a channel its discussion group
    bot_may_delete: bool = True  # what others wrote, where the bot is an administrator
    read: int = 0  # how many of the bot's messages next_bot_message has handed out

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def type(self) -> str:
        return str(self.raw["type"])

    @property
    def reply_buttons(self) -> list[str]:
        """The labels of the reply keyboard."""
        buttons = [button for row in self.reply_keyboard for button in row]
        return [button if isinstance(button, str) else button["text"] for button in buttons]

    async def send(
        self,
        user: User | None,
        text: str = "",
        *,
        reply_to: Msg | None = None,
        thread: int | None = None,
        document: tuple[str, bytes] | str | Path | None = None,
        **extra: Any,
    ) -> Msg:
        """A user writes.

        Args:
            user: Who; None for the channel itself.
            text: As typed, or the caption of a file. Commands and mentions are found in it.
            reply_to: The message that it answers.
            thread: The topic, as `topic` gave it.
            document: A file: name and content, or a path.
            extra: Further fields of the Message, such as location={...}.
        """
        content: Json = dict(extra)
        if text:
            is_caption = document or extra.keys() & MEDIA
            what, where = ("caption", "caption_entities") if is_caption else ("text", "entities")
            content[what], entities = formatted(text, what=what)
            if entities:
                content[where] = entities
        if document:
            content["document"] = self.tg.store_file(*read_document(document))
        return await self.deliver(user, content, reply_to, thread)

    async def deliver(
        self,
        user: User | None,
        content: Json,
        reply_to: Msg | None = None,
        thread: int | None = None,
    ) -> Msg:
        """Put a message into the chat as `send` does, given what the Message holds."""
        if self.type == "private" and self.bot_status != "left" and user:
            user.started = True
        message = self.tg.add_message(self, user, content, reply_to, thread)
        if self.tg.bot_sees(self, message.raw):
            kind = "channel_post" if self.type == "channel" else "message"
            self.tg.push(kind, message.raw, self.id)
        elif self.tg.summons_guest(self, message.raw):
            query_id = self.tg.open_query("guest")
            self.tg.guest_mentions[query_id] = message
            message.raw = {**message.raw, "guest_query_id": query_id}
            self.tg.push("guest_message", message.raw, self.id)
        if self.type == "channel":
            self.pass_on(message)
        return message

    def link(self, group: Chat) -> None:
        """Make a supergroup the discussion group of this channel."""
        self.linked, group.linked = group, self

    def pass_on(self, post: Msg) -> None:
        """Forward a post to the discussion group, if there is one, as Telegram does by itself."""
        if group := self.linked:
            content = {key: v for key, v in post.raw.items() if key not in NOT_FORWARDED}
            content |= {
                "from": TELEGRAM,
                "sender_chat": self.raw,
                "is_automatic_forward": True,
                "forward_origin": post.origin,
            }
            message = self.tg.add_message(group, None, content)
            if self.tg.bot_sees(group, message.raw):
                self.tg.push("message", message.raw, group.id)

    async def post(self, text: str = "", **kwargs: Any) -> Msg:
        """The channel itself posts."""
        return await self.send(None, text, **kwargs)

    async def topic(self, name: str) -> int:
        """Open a topic; the thread to give to `send`."""
        message = self.tg.open_topic(self, self.people[0], name)
        self.tg.push("message", message.raw, self.id)
        return message.id

    async def set_bot(self, status: str, by: User | None = None) -> None:
        """Add, promote, remove or ban the bot: "member", "administrator", "left", "kicked"."""
        self.tg.set_membership(self, by or self.people[0], status)

    async def migrate(self) -> Chat:
        """The group becomes a supergroup; calls to the old chat are refused from now on."""
        new = self.tg.supergroup(self.raw["title"], self.people)
        self.migrated_to = new.id
        message = self.tg.add_message(self, self.people[0], {"migrate_to_chat_id": new.id})
        self.tg.push("message", message.raw, self.id)
        return new

    async def next_bot_message(self, timeout_s: float = PATIENCE_S) -> Msg:
        """Wait for the first message of the bot that this method has not handed out yet.

        Raises:
            TimeoutError: With the end of the transcript and the calls that were refused.
        """
        what = f"message of the bot in {self.raw.get('title', self.id)!r}"
        await self.tg.until(lambda: len(self.from_bot) > self.read, what, timeout_s)
        self.read += 1
        return self.from_bot[self.read - 1]

    async def silent(self, seconds: float = 0.5) -> None:
        """Assert that the bot says nothing for a while."""
        await asyncio.sleep(seconds)
        unread = [message.text for message in self.from_bot[self.read :]]
        assert not unread, f"the bot said {unread}"


@dataclass(eq=False)
class InlineResult:
    """A result of an inline query, as the list above the text field shows it."""

    tg: World = field(repr=False)
    user: User
    query: str
    raw: Json
    content: Json  # the text and entities, or caption, of the message that it sends

    @property
    def title(self) -> str:
        return str(self.raw.get("title", ""))

    @property
    def text(self) -> str:
        return str(self.content.get("text", ""))

    async def choose(self, chat: Chat) -> Msg:
        """Send the result to a chat; the bot is told of it, as with /setinlinefeedback."""
        content = {**self.content, "via_bot": self.tg.bot.raw}
        chosen = {"result_id": self.raw["id"], "from": self.user.raw, "query": self.query}
        if "reply_markup" in self.raw:
            content["reply_markup"] = self.raw["reply_markup"]
        message = self.tg.add_message(chat, self.user, content)
        if self.tg.bot_sees(chat, message.raw):
            self.tg.push("message", message.raw, chat.id)
        if "reply_markup" in self.raw:  # only such a message can be edited later
            chosen["inline_message_id"] = self.tg.note_inline(message)
        self.tg.push("chosen_inline_result", chosen, self.user.id)
        return message


def read_document(document: tuple[str, bytes] | str | Path) -> tuple[bytes, str]:
    """Read a file that a user sends: its content and its name."""
    if isinstance(document, tuple):
        name, data = document
        return data, name
    path = Path(document)
    return path.read_bytes(), path.name
