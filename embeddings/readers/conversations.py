"""Messages of a chat, in the order in which they were written, to conversations.

Nobody marks where a conversation begins. Two things tell: silence, and what a message replies to.
Which conversation a message joins depends on those before it alone, so a longer history of the
same chat has the same conversations, but for those that were still open at its end.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

QUIET_S = 1800
"""Seconds of silence after which a conversation goes on by replies only.

Half an hour, the time-out by which visits are told apart elsewhere. Longer, and questions of one
morning stand as context above the answers of another.
"""

MOST_MESSAGES = 100
"""Messages of a conversation: a busy group never falls silent."""

MOST_CHARACTERS = 10_000
"""Characters of a conversation's messages, but for a single one that is longer."""

MOST_OPEN = 200
"""Conversations that a late reply may still join: a question is often answered the next day."""

_REMEMBERED = 20_000  # messages that a later reply still can bring with it, some megabytes


class Message(NamedTuple):
    """What somebody wrote.

    Attributes:
        id: In its chat.
        author: Who wrote it; may be empty.
        date: ISO 8601, to the second; empty where nobody knows.
        time_s: The same in seconds; None where nobody knows.
        text: Not blank.
        answers: Id of the message to which it replies.
        is_title: Whether it stands in no conversation, but names those that reply to it, as the
            topic of a forum does.
        changed_at: When it was written or last edited; see Document.
    """

    id: int
    author: str
    date: str
    time_s: float | None
    text: str
    answers: int | None = None
    is_title: bool = False
    changed_at: str = ""


class Conversation(NamedTuple):
    """Messages that belong together.

    Attributes:
        messages: Each stands below the one that it answers, else below the one written before it.
            The first one was written first.
        answered: What the first message replies to, where that is known and stands elsewhere.
    """

    messages: tuple[Message, ...]
    answered: Message | None


def group_messages(messages: Iterable[Message]) -> Iterator[Conversation]:
    """Group the messages of one chat into conversations.

    A reply joins the conversation of what it answers while that is open; else it begins a new one,
    which other replies to the same message join. Any other message joins the conversation of the
    one written before it outside of topics, within QUIET_S. A conversation is closed when one more
    message would be too many for it, and when MOST_OPEN have begun after it.

    Args:
        messages: As they were written; consumed once, some thousands in memory at a time.

    Yields:
        Conversations, as they are closed; mostly in the order in which they began.
    """
    remembered: OrderedDict[int, Message] = OrderedDict()
    table = _Table()
    now_s = 0.0
    for message in messages:
        remembered[message.id] = message
        if len(remembered) > _REMEMBERED:
            remembered.popitem(last=False)
        if message.is_title:
            continue
        now_s = now_s if message.time_s is None else message.time_s
        joined = table.joined_by(message, now_s)
        if joined is None or not joined.has_room_for(message):
            answers = message.answers
            above = None if answers is None else remembered.get(answers)
            yield from table.close([joined] if joined else table.surplus())
            joined = table.begin(answers, above)
        table.add(message, joined, now_s)
    yield from table.close_all()


class _Table:
    """The conversations that are open, in the order in which they began."""

    def __init__(self) -> None:
        self._opened: list[_Open] = []
        self._by_message: dict[int, _Open] = {}  # what stands in them, and what they reply to
        self._latest: _Open | None = None

    def joined_by(self, message: Message, now_s: float) -> "_Open | None":
        if message.answers is not None:
            return self._by_message.get(message.answers)
        latest = self._latest
        return latest if latest is not None and now_s - latest.last_s <= QUIET_S else None

    def begin(self, answers: int | None, answered: Message | None) -> "_Open":
        begun = _Open(answered)
        self._opened.append(begun)
        if answers is not None:
            self._know(answers, begun)
        return begun

    def add(self, message: Message, joined: "_Open", time_s: float) -> None:
        joined.add(message, time_s)
        self._know(message.id, joined)
        if not joined.is_of_topic:  # what is no reply stands in the forum's general topic
            self._latest = joined

    def surplus(self) -> list["_Open"]:
        """Choose what to close before one more begins."""
        return self._opened[: max(0, len(self._opened) - MOST_OPEN + 1)]

    def close_all(self) -> Iterator[Conversation]:
        return self.close(list(self._opened))

    def close(self, done: list["_Open"]) -> Iterator[Conversation]:
        for one in done:
            self._opened.remove(one)
            if self._latest is one:
                self._latest = None
            for id_ in one.ids:
                if self._by_message.get(id_) is one:
                    del self._by_message[id_]
            yield one.close()

    def _know(self, id_: int, one: "_Open") -> None:
        self._by_message[id_] = one
        one.ids.append(id_)


class _Open:
    """A conversation that may still grow.

    Attributes:
        ids: Of its messages, and of what its first one replies to.
        is_of_topic: Whether it stands in a topic of a forum.
        last_s: Time of the message written last.
    """

    def __init__(self, answered: Message | None) -> None:
        self._answered = answered
        self.is_of_topic = answered is not None and answered.is_title
        self._messages: list[Message] = []
        self._depths: list[int] = []  # how many replies lead to each
        self._last = 0  # position of the message written last
        self._characters = 0
        self.ids: list[int] = []
        self.last_s = 0.0

    def has_room_for(self, message: Message) -> bool:
        is_full = len(self._messages) >= MOST_MESSAGES
        return not is_full and self._characters + len(message.text) <= MOST_CHARACTERS

    def add(self, message: Message, time_s: float) -> None:
        position, depth = self._place_for(message)
        self._messages.insert(position, message)
        self._depths.insert(position, depth)
        self._last = position
        self._characters += len(message.text)
        self.last_s = time_s

    def close(self) -> Conversation:
        return Conversation(tuple(self._messages), self._answered)

    def _place_for(self, message: Message) -> tuple[int, int]:
        """Find where a message stands, and how many replies lead to it."""
        if not self._messages:
            return 0, 0
        for number, other in enumerate(self._messages):
            if other.id == message.answers:
                depth = self._depths[number] + 1
                return self._below(number, depth), depth
        if message.answers is not None:  # to what stands above the conversation
            return len(self._messages), 0
        depth = self._depths[self._last]
        return self._below(self._last, depth + 1), depth

    def _below(self, number: int, depth: int) -> int:
        """Find the end of what answers a message, directly or not."""
        end = number + 1
        while end < len(self._messages) and self._depths[end] >= depth:
            end += 1
        return end
