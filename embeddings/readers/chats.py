"""The chats of Telegram Desktop's export, found in a file of any size, and their messages.

The format is that of tdesktop's ``export_output_json.cpp``. The file is read twice, some kilobytes
at a time: the first time it is found out where which chat stands and that the file is whole, so
that nothing of a damaged one is ever added.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from embeddings.errors import UnreadableDocument

CHATS = ("", "chats.list.item", "left_chats.list.item")
"""Where chats stand: one alone, those of an account, those that were left."""

_ABOVE_CHATS = frozenset(["chats", "chats.list", "left_chats", "left_chats.list"])

_DEEPEST = 64  # arrays and objects in one another; a message has three or four
_MOST_EVENTS = 100_000  # names and values of one message, which has some dozens

# An escape of a file, whole or cut off by the end of what was read of it.
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_CUT_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:x[0-9A-Fa-f]?)?\Z")
_LOOK_BACK = 64


@dataclass
class Chat:
    """A chat with messages, as its export tells of it; nothing of it is checked but the id.

    Attributes:
        prefix: The keys that lead to it, one of CHATS.
        name: Its name.
        type: One of Telegram Desktop's words for what it is.
        id: Its number.
        messages: How many items its messages are.
    """

    prefix: str
    name: Any = None
    type: Any = None
    id: Any = None
    messages: int = 0


@dataclass
class _Container:
    """An object or an array of a file, open, that may hold a chat or its messages.

    Attributes:
        prefix: The keys that lead to it, as ijson joins them.
        is_array: Whether it is no object.
        chat: What it says is of this chat.
        counts: Its items are the messages of this chat.
        key: The last one met in it.
    """

    prefix: str
    is_array: bool
    chat: Chat | None = None
    counts: Chat | None = None
    key: str = ""


def find_chats(file: BinaryIO, name: str) -> list[Chat]:
    """Find the chats of an export, wherever their names stand; the whole file is read.

    Args:
        file: Sought from its beginning.
        name: The file's name, for errors.

    Raises:
        UnreadableDocument: If the file is damaged, or no such export.
    """
    import ijson  # 30 ms that only an export need pay

    finder = _ChatFinder()
    depth = 0  # below what the finder wants to see
    events = 0  # of the message at hand
    with _explained(name):
        for event, value in ijson.basic_parse(_Mended(file), use_float=True):
            if not depth:
                is_skipped = finder.take(event, value)
                depth, events = int(is_skipped), 0
                continue
            events += 1
            if event in ("start_map", "start_array"):
                depth += 1
            elif event in ("end_map", "end_array"):
                depth -= 1
            if depth > _DEEPEST or (events > _MOST_EVENTS and finder.is_among_messages):
                raise _no_export(name)
    if not finder.chats or any(type(chat.id) is not int for chat in finder.chats):
        raise _no_export(name)
    return finder.chats


class _ChatFinder:
    """Follows a JSON file, event by event.

    Attributes:
        chats: With an array of messages, in their order.
    """

    def __init__(self) -> None:
        self.chats: list[Chat] = []
        self._containers: list[_Container] = []

    @property
    def is_among_messages(self) -> bool:
        """Whether the next value would be a message."""
        return bool(self._containers) and self._containers[-1].counts is not None

    def take(self, event: str, value: Any) -> bool:
        """Take an event of ijson.basic_parse.

        Returns:
            Whether it begins something of which nothing more is to be taken, until after its end.
        """
        container = self._containers[-1] if self._containers else None
        if event in ("end_map", "end_array"):
            self._containers.pop()
        elif event == "map_key" and container is not None:
            container.key = value
        else:
            if container is not None:
                _note(container, value)
            if event in ("start_map", "start_array"):
                return not self._enter(container, is_array=event == "start_array")
        return False

    def _enter(self, parent: _Container | None, *, is_array: bool) -> bool:
        """Whether the container that begins here may hold chats or messages."""
        step = "item" if parent is None or parent.is_array else parent.key
        prefix = f"{parent.prefix}.{step}".lstrip(".") if parent else ""
        if parent is not None and parent.chat and is_array and step == "messages":
            if parent.chat not in self.chats:
                self.chats.append(parent.chat)
            self._containers.append(_Container(prefix, is_array, counts=parent.chat))
            return True
        if not is_array and prefix in CHATS and bool(prefix) == bool(parent):
            self._containers.append(_Container(prefix, is_array, chat=Chat(prefix)))
            return True
        if parent is not None and prefix in _ABOVE_CHATS:
            self._containers.append(_Container(prefix, is_array))
            return True
        return False


def _note(container: _Container, value: Any) -> None:
    """Note a value that stands directly in a container."""
    if container.counts is not None:
        container.counts.messages += 1
    elif container.chat is not None and container.key in ("name", "type", "id"):
        setattr(container.chat, container.key, value)


def read_messages(file: BinaryIO, name: str, chats: Sequence[Chat]) -> Iterator[Iterator[Any]]:
    """Read the items of each chat's messages, whatever they are.

    Args:
        file: In which find_chats has found them.
        name: See find_chats.
        chats: All of one prefix, in their order.

    Yields:
        For each chat its items. They are to be read before those of the next one.
    """
    import ijson

    if not chats:
        return
    prefix = f"{chats[0].prefix}.messages.item".lstrip(".")
    with _explained(name):
        items = ijson.items(_Mended(file), prefix, use_float=True)
        for chat in chats:
            yield islice(items, chat.messages)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    import ijson

    try:
        yield
    except (ijson.JSONError, UnicodeError) as error:
        raise UnreadableDocument(
            f"{name}: this export is damaged or not complete. Export the chat again"
        ) from error


def _no_export(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: this is no export of Telegram Desktop. Choose Export chat history there, and "
        "JSON as its format",
        "kind",
    )


class _Mended:
    r"""The bytes of an export from its beginning, as JSON.

    Telegram Desktop writes control characters as ``\x0B``, which JSON does not know.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._is_start = True

    def read(self, size: int) -> bytes:
        """Read about so many bytes; none at the end only."""
        data = self._file.read(size)
        if self._is_start and size:
            data, self._is_start = data.removeprefix(b"\xef\xbb\xbf"), False
        while _CUT_ESCAPE.search(data[-_LOOK_BACK:]):
            more = self._file.read(1)
            if not more:
                break
            data += more
        return _ESCAPE.sub(_as_json, data) if b"\\x" in data else data


def _as_json(escape: "re.Match[bytes]") -> bytes:
    return b"\\u00" + escape[1] if escape[1] else escape[0]
