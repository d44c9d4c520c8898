"""Telegram Desktop's export, ``result.json``: posts of channels, conversations of other chats."""

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from embeddings.analyzer import has_words
from embeddings.datatypes import Document, Heading, Place
from embeddings.errors import EmptyDocument
from embeddings.readers.chats import CHATS, Chat, find_chats, read_messages
from embeddings.readers.conversations import Conversation, Message, group_messages

_CHANNELS = frozenset(["private_channel", "public_channel"])
_SUPERGROUPS = frozenset(["private_supergroup", "public_supergroup"])
_BASIC_GROUPS = frozenset(["private_group", "public_group"])

_LARGE_IDS = 10**12
"""The Bot API writes a supergroup's or a channel's id as minus this, minus its own number."""

_LONGEST_NAME = 130  # Telegram's names have 128 characters at most
_LONGEST_HEADING = 300
_SAVED_MESSAGES = "Saved Messages"  # as Telegram calls them; the export has no name for them
_DELETED = "Deleted Account"

# Terminals obey these; surrogates no database stores.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")


def message_source(chat_id: int, message_id: int) -> str:
    """Name a message: by a link where Telegram has one, in supergroups and channels.

    Args:
        chat_id: As the Bot API writes it.
        message_id: In its chat. Messages from before a group became a supergroup have negative ids
            in an export; no link leads to them.
    """
    if chat_id < -_LARGE_IDS and message_id > 0:
        return f"https://t.me/c/{-chat_id - _LARGE_IDS}/{message_id}"
    return f"telegram:{chat_id}/{message_id}"


def chat_series(chat_id: int) -> str:
    """Name the series of all documents that come from a chat; chat_id as the Bot API writes it."""
    return f"telegram:{chat_id}"


def make_post(
    chat_id: int,
    title: str,
    message_id: int,
    text: str,
    *,
    author: str = "",
    date: str = "",
    changed_at: str = "",
) -> Document:
    """Make the document of a channel's post: the same from an export and as it is posted.

    Args:
        chat_id: Of the channel, as the Bot API writes it.
        title: Of the channel.
        message_id: Of the post.
        text: Its text or caption.
        author: Who signed it.
        date: When it was posted; ISO 8601, UTC, to the second.
        changed_at: When it was posted or last edited, likewise.
    """
    message = Message(
        message_id, _clean_name(author), date, None, _clean(text), changed_at=changed_at
    )
    return _make_post(chat_id, _clean_name(title), message)


def read_export(file: BinaryIO, name: str) -> Iterator[Document]:
    """Read an export of one chat or of a whole account; memory stays the same for any size.

    Posts of channels are documents of their own; messages of other chats are grouped, see
    conversations.group_messages. All documents of a chat are one series. What Telegram itself says
    (who joined, what was pinned) and what has no words is left out.

    Args:
        file: At any position; it is read from its beginning, and sought.
        name: The file's name, for errors.

    Yields:
        Documents, chat by chat. Their content_hash covers source, authors and text.

    Raises:
        UnreadableDocument: Before the first document, if the file is damaged or no such export.
        EmptyDocument: In the end, if there was nothing to quote.
    """
    chats = [chat for chat in find_chats(file, name) if chat.messages]
    is_empty = True
    for prefix in CHATS:
        there = [chat for chat in chats if chat.prefix == prefix]
        for chat, items in zip(there, read_messages(file, name, there), strict=True):
            for document in _documents(chat, items):
                is_empty = False
                yield document
    if is_empty:
        raise EmptyDocument(f"{name}: there is no message with text in this export")


def _title(chat: Chat) -> str:
    if chat.type == "saved_messages":
        return _SAVED_MESSAGES
    return _clean_name(chat.name) or f"Telegram {chat.id}"


def _chat_id(chat: Chat) -> int:
    """Make its id as the Bot API writes it."""
    if chat.type in _CHANNELS or chat.type in _SUPERGROUPS:
        return -_LARGE_IDS - int(chat.id)
    return -int(chat.id) if chat.type in _BASIC_GROUPS else int(chat.id)


def _documents(chat: Chat, items: Iterable[Any]) -> Iterator[Document]:
    """Make the documents of one chat."""
    chat_id, title = _chat_id(chat), _title(chat)
    messages = (message for item in items if (message := _read_message(item, chat)))
    if chat.type in _CHANNELS:
        for message in messages:
            if not message.is_title and has_words(message.text):
                yield _make_post(chat_id, title, message)
        return
    for conversation in group_messages(messages):
        if any(has_words(message.text) for message in conversation.messages):
            yield _make_document(chat_id, title, conversation)


def _read_message(item: Any, chat: Chat) -> Message | None:
    """Read an item of an export; None for what nobody wrote and for what has no text."""
    if not isinstance(item, dict) or type(item.get("id")) is not int:
        return None
    is_title = item.get("action") == "topic_created"
    if is_title:
        text, author = _clean_name(item.get("title")), ""
    elif item.get("type") == "message":
        text, author = _message_text(item), _author(item, chat)
    else:
        return None
    if not text:
        return None
    answers = item.get("reply_to_message_id")
    # The ids of another chat mean other messages.
    is_here = type(answers) is int and "reply_to_peer_id" not in item
    date, time_s = _date(item)
    return Message(
        item["id"],
        author,
        date,
        time_s,
        text,
        answers if is_here else None,
        is_title,
        _changed_at(item),
    )


def _message_text(item: dict[str, Any]) -> str:
    """Join all that a message says: its text or caption, a poll, a place."""
    parts = [_plain(item.get("text") or item.get("text_entities"))]
    for key in ("poll", "todo_list"):
        if isinstance(poll := item.get(key), dict):
            parts.append(_plain(poll.get("question") or poll.get("title")))
            # Not how many voted: that changes, and with it the document.
            answers = poll.get("answers")
            parts += [f"- {_plain(a)}" for a in (answers if isinstance(answers, list) else ())]
    parts += [_plain(item.get(key)) for key in ("place_name", "address")]
    return _clean("\n".join(part for part in parts if part))


def _plain(value: Any) -> str:
    """Read a formatted text: a string, or a list of strings and of objects that have a text."""
    if isinstance(value, list):
        return "".join(_plain(part) for part in value)
    if isinstance(value, dict):
        value = value.get("text")
        return _plain(value) if isinstance(value, list) else _plain(str(value or ""))
    return value if isinstance(value, str) else ""


def _author(item: dict[str, Any], chat: Chat) -> str:
    """Name who wrote the words of a message: of a forwarded one that is not who sent it."""
    if "forwarded_from" in item:
        return _clean_name(item["forwarded_from"]) or _DELETED
    if chat.type in _CHANNELS:  # who signed it, if anybody did; the channel's name is the title
        return _clean_name(item.get("author"))
    return _clean_name(item.get("from")) or _DELETED


def _date(item: dict[str, Any]) -> tuple[str, float | None]:
    """Read when a message was written: as text and in seconds."""
    try:
        time_s = int(item["date_unixtime"])
        date = datetime.datetime.fromtimestamp(time_s, datetime.UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        # Exports before 2021 have the local time of who exported only.
        try:
            date = datetime.datetime.fromisoformat(item["date"])
            return date.isoformat(timespec="seconds"), date.replace(
                tzinfo=date.tzinfo or datetime.UTC
            ).timestamp()
        except (KeyError, TypeError, ValueError, OverflowError):
            return "", None
    return date.isoformat(timespec="seconds"), float(time_s)


def _changed_at(item: dict[str, Any]) -> str:
    """Read when a message was written or last edited; nothing where its export does not tell."""
    try:
        time_s = int(item.get("edited_unixtime") or item["date_unixtime"])
        date = datetime.datetime.fromtimestamp(time_s, datetime.UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return ""
    return date.isoformat(timespec="seconds")


def _make_post(chat_id: int, title: str, message: Message) -> Document:
    """Make the document of one message, of which an earlier version may be there.

    Of a conversation nobody knows when it changed: a message of it may have been deleted last.
    """
    document = _make_document(chat_id, title, Conversation((message,), None))
    return replace(document, changed_at=message.changed_at)


def _make_document(chat_id: int, title: str, conversation: Conversation) -> Document:
    """Write a conversation as a text: the messages between empty lines, each behind its author.

    The empty lines are what passages and sentences are divided by, so that one message of several
    can be marked as the answer. Where one person speaks alone, as in a channel, nobody is named.
    What a late reply answers is its heading: searched and shown with it, but quoted from where it
    stands itself.
    """
    above = [conversation.answered] if conversation.answered else []
    messages = [*above, *conversation.messages]
    are_named = len({message.author for message in messages if not message.is_title}) > 1
    text, places = "", []
    headings: tuple[Heading, ...] = ()
    for number, message in enumerate(messages):
        start = len(text)
        is_heading = number < len(above)
        names_author = are_named and not message.is_title
        written = f"{message.author}: {message.text}" if names_author else message.text
        if is_heading:
            written = _clip(written)
            headings = (Heading(0, len(written), level=1),)
        source = message_source(chat_id, message.id)
        link = source if source.startswith("https:") else ""
        places.append(Place(start, message.author, message.date, link))
        text += written + "\n\n"
    first = conversation.messages[0]
    source = message_source(chat_id, first.id)
    digest = hashlib.sha256(source.encode())
    for message in messages:
        digest.update(f"\0{message.id}\0{message.author}\0{message.text}".encode())
    return Document(
        title,
        text.removesuffix("\n\n"),
        source,
        digest.hexdigest(),
        headings,
        places=tuple(places),
        series=chat_series(chat_id),
    )


def _clip(text: str) -> str:
    """Cut what is too long for a heading, between words where there are some."""
    if len(text) <= _LONGEST_HEADING:
        return text
    space = text.rfind(" ", _LONGEST_HEADING // 2, _LONGEST_HEADING)
    return text[: space if space > 0 else _LONGEST_HEADING].rstrip()


def _clean(text: str) -> str:
    return _CONTROL.sub("", _LINE_END.sub("\n", text)).strip()


def _clean_name(name: Any) -> str:
    return " ".join(_clean(name).split())[:_LONGEST_NAME] if isinstance(name, str) else ""
