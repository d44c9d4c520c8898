"""Which messages are for the bot, and what they ask. Pure."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

import regex
from telegram import Bot, Message, MessageEntity, User

from bot.help_words import wants_to_add
from bot.localization import ask_commands
from embeddings.analyzer import has_words
from embeddings.datatypes import Span
from embeddings.readers.kinds import is_readable_name

_MARK = "[,:،、，：]"
# What a mention leaves behind. A mark that stands apart on both sides is none: `@bot :)`.
_TRAILING = regex.compile(rf"(?P<mark>\s*{_MARK})?(?P<space>\s*)\Z")
_LEADING = regex.compile(rf"\s*(?P<mark>{_MARK}(?!\S)|(?<!\s){_MARK})?(?P<space>\s*)")
_CLOSING = regex.compile(r"[.?!;…؟。！？)\]]|\Z")
_QUESTION_MARKS = ("?", "؟", "？")
# Neither the caption nor the message that it answers.
_OF_A_FILE = (
    "message_id",
    "date",
    "chat",
    "from",
    "sender_chat",
    "message_thread_id",
    "is_topic_message",
    "media_group_id",
    "document",
)
_NOTHING = regex.compile(r"[\p{P}\s]*")


def is_addressed(message: Message, bot: Bot) -> bool:
    """Tell whether a message concerns the bot; one that does not is left unread.

    In a private chat all do. In a group: a command that names no other bot, a reply to the bot,
    a mention of it, and what it must know of the group: that it moved, or that somebody left it.
    In a channel: a command that asks, and a mention at the beginning or in a text that ends with a
    question mark. Any other post that names the bot tells the readers of it.

    Never: what another bot wrote, a post that was forwarded from the group's channel, and what
    was sent by way of the bot itself: an inline result is no question.

    Args:
        message: New or edited.
        bot: Logged in: its id and name are known.
    """
    if message.chat.type == message.chat.CHANNEL:
        return _is_asked_by_post(message, bot)
    if message.migrate_to_chat_id or message.migrate_from_chat_id or message.left_chat_member:
        return True
    if message.is_automatic_forward or (message.via_bot and message.via_bot.id == bot.id):
        return False
    if is_of_bot(message):
        return False
    if message.chat.type == message.chat.PRIVATE:
        return True
    if command := read_command(message, bot):
        return "@" not in command
    return is_reply_to(message, bot) or bool(_mentions(message, bot))


def offers_file(message: Message) -> bool:
    """Tell whether a new message holds a file that may be for the library, of a group's too.

    Pictures, recordings and other kinds that are not read do not concern the bot, nor do files of
    another bot or from the group's channel.

    Args:
        message: In a group or a private chat.
    """
    document = message.document
    if document is None or message.animation or message.chat.type == message.chat.CHANNEL:
        return False
    if message.is_automatic_forward or is_of_bot(message):
        return False
    return is_readable_name(document.file_name or "", document.mime_type or "")


def without_talk(message: dict[str, Any]) -> dict[str, Any]:
    """Take out of a message with a file, as Telegram writes it, what people say to one another."""
    return {name: message[name] for name in _OF_A_FILE if name in message}


def asks_in_caption(message: Message, bot: Bot) -> bool:
    """Tell whether the caption of a file asks the bot something, and does not just describe it.

    Args:
        message: With a file.
        bot: Logged in: its id and name are known.
    """
    if not message.caption or not is_addressed(message, bot):
        return False
    is_asked = read_command(message, bot) in ask_commands()
    return is_asked or read_question(message, bot).rstrip().endswith(_QUESTION_MARKS)


def wants_adding(message: Message, bot: Bot) -> bool:
    """Tell whether a message wishes, in words, that the bot adds what somebody has sent.

    Args:
        message: With a file, or a reply to a file or a text of somebody else.
        bot: Logged in: its id and name are known.
    """
    holder = message if message.document else message.reply_to_message
    if holder is None or is_reply_to(message, bot):
        return False
    has_file = bool(holder.document and not holder.animation)
    if not (has_file or has_words(holder.text or holder.caption or "")):
        return False
    if not is_addressed(message, bot) or read_command(message, bot):
        return False
    return wants_to_add(_without_address(message, bot))


def author_id(message: Message) -> int:
    """Tell who wrote a message: a person, or the chat for which somebody speaks; 0 for nobody."""
    author = message.sender_chat or message.from_user
    return author.id if author else 0


def person_of(message: Message) -> User | None:
    """Tell the person who wrote a message; None where they speak for a chat."""
    return None if message.sender_chat else message.from_user


def is_of_bot(message: Message) -> bool:
    """Whether a bot wrote a message."""
    # Admins who stay anonymous, and channels, come as bots that speak for a chat.
    person = person_of(message)
    return bool(person and person.is_bot)


def is_reply_to(message: Message, bot: Bot) -> bool:
    """Whether a message answers one of the bot's."""
    replied = message.reply_to_message
    # In a topic that the bot has opened, all messages reply to the one that says so.
    is_own = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    return is_own and not (replied and replied.forum_topic_created)


def read_command(message: Message, bot: Bot) -> str | None:
    """Read the command with which a text or caption begins.

    Returns:
        Lower-cased, without slash and the bot's own name; ``ask@other_bot`` if it is for another
        bot; None if there is none.
    """
    span = _command(message)
    if span is None:
        return None
    name, _, addressee = _text(message)[slice(*span)].removeprefix("/").lower().partition("@")
    return name if addressee in ("", bot.username.lower()) else f"{name}@{addressee}"


def read_question(message: Message, bot: Bot) -> str:
    """Read what a message asks.

    Args:
        message: For the bot.
        bot: Logged in: its id and name are known.

    Returns:
        The text or caption without the leading command and the mentions of the bot. Where nothing
        but these, or marks, stands there: the marked part of the message that it replies to, or
        all of that, cut likewise, if it is not the bot's own. May be empty.
    """
    asked = _without_address(message, bot)
    if not _NOTHING.fullmatch(asked):
        return asked
    if message.quote:
        return message.quote.text
    replied = message.reply_to_message
    if replied is None or is_reply_to(message, bot):
        return asked
    return _without_address(replied, bot) or asked


def without(text: str, spans: Sequence[Span]) -> str:
    """Cut spans out of a text, with the comma, colon or space that each would leave behind.

    Args:
        text: Of a message.
        spans: In order, not overlapping.

    Returns:
        Without white space at either end.
    """
    borders = [0, *(border for span in spans for border in span), len(text)]
    kept = [text[start:end] for start, end in list(pairwise(borders))[::2]]
    return reduce(_join, kept).strip()


def _is_asked_by_post(post: Message, bot: Bot) -> bool:
    if post.via_bot and post.via_bot.id == bot.id:
        return False
    if read_command(post, bot) in ask_commands():
        return True
    text, mentions = _text(post), _mentions(post, bot)
    if not mentions:
        return False
    is_at_head = not text[: mentions[0][0]].strip()
    return is_at_head or without(text, mentions).endswith(_QUESTION_MARKS)


def _join(before: str, after: str) -> str:
    """Put together what stood on both sides of a mention."""
    trailing, leading = _TRAILING.search(before), _LEADING.match(after)
    assert trailing  # both match what is empty
    assert leading
    head, tail = before[: trailing.start()], after[leading.end() :]
    if not head.strip():
        return tail
    if _CLOSING.match(tail):
        return head + tail
    mark = trailing["mark"] or leading["mark"] or ""
    spaces = trailing["space"], leading["space"]
    lines = (space for space in spaces if "\n" in space)
    return head + mark + next(lines, spaces[1] or spaces[0]) + tail


def _without_address(message: Message, bot: Bot) -> str:
    """The text without the command at its head and the mentions of the bot."""
    command = _command(message)
    spans = [command] if command else []
    return without(_text(message), [*spans, *_mentions(message, bot)])


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _command(message: Message) -> Span | None:
    return next(
        (span for e, span in _spans(message, MessageEntity.BOT_COMMAND) if not span[0]), None
    )


def _mentions(message: Message, bot: Bot) -> list[Span]:
    """Where the bot is named, by its name or, from a list of members, by its id."""
    text, name = _text(message), f"@{bot.username}".lower()
    return [
        span
        for entity, span in _spans(message, MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
        if (entity.user.id == bot.id if entity.user else text[slice(*span)].lower() == name)
    ]


def _spans(message: Message, *kinds: str) -> list[tuple[MessageEntity, Span]]:
    """The entities of some kinds, in order, each with its span in characters."""
    # It must not fail, whatever a message holds: it is asked before the message is kept.
    encoded = _text(message).encode("utf-16-le", "surrogatepass")

    def characters(units: int) -> int:
        return len(encoded[: 2 * units].decode("utf-16-le", "ignore"))

    return [
        (entity, (characters(entity.offset), characters(entity.offset + entity.length)))
        for entity in message.entities or message.caption_entities
        if entity.type in kinds
    ]
