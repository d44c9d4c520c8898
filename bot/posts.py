"""Posts of channels: what of one is kept, and which one a reply means. Pure."""

import datetime as dt
import re
from dataclasses import replace
from typing import NamedTuple

from telegram import Document, Message, MessageOriginChannel

from embeddings import datatypes
from embeddings.analyzer import has_words
from embeddings.readers.kinds import is_readable_name
from embeddings.readers.telegram import make_post, message_source

# In Telegram's links: this message alone, where it is a part of an album.
PART = "?single"
"""Ends the source of the document that is made of a post's file."""

_LINK = re.compile(r"https://t\.me/c/(\d{1,13})/(\d{1,18})(?:\?single)?", re.ASCII)
_CHANNELS = -(10**12)


class PostKey(NamedTuple):
    """A message, by its numbers.

    Attributes:
        chat_id: Of the channel, as the Bot API writes it.
        message_id: In the channel.
    """

    chat_id: int
    message_id: int

    @classmethod
    def of(cls, message: Message) -> "PostKey":
        """Tell the numbers of a message."""
        return cls(message.chat.id, message.message_id)

    @property
    def source(self) -> str:
        """The source of the document that is made of what it says."""
        return message_source(self.chat_id, self.message_id)

    @property
    def file_source(self) -> str:
        """The source of the document that is made of its file: a link that opens it, too."""
        return self.source + PART


def read_post(post: Message) -> datatypes.Document | None:
    """Make the document of a post; None where it says nothing in words.

    Args:
        post: New or edited. Its text is the text or caption; of a poll, what is asked and what
            can be chosen, each on a line.
    """
    text = _text(post)
    if not has_words(text):
        return None
    document = make_post(
        post.chat.id,
        post.chat.title or "",
        post.message_id,
        text,
        author=post.author_signature or "",
        date=_written(post.date),
        changed_at=_written(post.edit_date or post.date),
    )
    if not (post.chat.username and post.link):
        return document
    # Who is no member can open only the link with the channel's name. The source stays, so that
    # the post is the same one should the channel get another name.
    places = tuple(replace(place, link=post.link) for place in document.places)
    return replace(document, places=places)


def find_file(post: Message) -> Document | None:
    """Find the file of a post, if it is of a kind that may be read."""
    file = post.document
    if file is None or post.animation:  # which Telegram hands out as a document, too
        return None
    return file if is_readable_name(file.file_name or "", file.mime_type or "") else None


def find_forwarded(message: Message) -> PostKey | None:
    """Tell which post of a channel a message is forwarded from; None where it is from none."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        return PostKey(origin.chat.id, origin.message_id)
    return None


def find_replied(message: Message) -> PostKey | None:
    """Tell which post of a channel a message replies to; None where it replies to none.

    Where that was forwarded, the original one is meant; but in a channel, what stands there.
    """
    if message.external_reply:  # in another chat than what it replies to
        origin = message.external_reply.origin
        if isinstance(origin, MessageOriginChannel):
            return PostKey(origin.chat.id, origin.message_id)
        return None
    replied = message.reply_to_message
    if replied is None:
        return None
    if message.chat.type != message.chat.CHANNEL and (original := find_forwarded(replied)):
        return original
    return PostKey(message.chat.id, replied.message_id)


def read_source(source: str) -> PostKey | None:
    """Tell the message from which a document was made; None where it was made from another."""
    match = _LINK.fullmatch(source)
    return PostKey(_CHANNELS - int(match[1]), int(match[2])) if match else None


def _text(post: Message) -> str:
    if post.poll:
        return "\n".join([post.poll.question, *(option.text for option in post.poll.options)])
    return post.text or post.caption or ""


def _written(date: dt.datetime) -> str:
    return date.astimezone(dt.UTC).isoformat(timespec="seconds")
