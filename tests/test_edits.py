"""Edits of a message that many want at once, with a bot that edits when a test lets it."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import CallbackQuery
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.edits import Build, Edits
from bot.outgoing import Withdrawn
from bot.shown import Shown, plain


class Editor:
    """Edits messages; notes the text of each edit as it begins.

    Attributes:
        edits: Those so far.
        begun: The same, for who waits for them.
        errors: Raised by the edits to come, one after another; None for an edit that succeeds.
        may_end: An edit waits for it.
    """

    def __init__(self) -> None:
        self.edits: list[str] = []
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.errors: list[TelegramError | None] = []
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def edit_message_text(self, text: str, *_: object, **__: object) -> None:
        self.edits.append(text)
        self.begun.put_nowait(text)
        error = self.errors.pop(0) if self.errors else None
        await self.may_end.wait()
        if error:
            raise error

    def press(self, message_id: int = 1) -> CallbackQuery:
        """A press below a message."""
        message = SimpleNamespace(chat=SimpleNamespace(id=-100), message_id=message_id)
        query = SimpleNamespace(message=message, get_bot=lambda: self)
        return cast("CallbackQuery", query)


@pytest.fixture
def editor() -> Editor:
    return Editor()


def showing(text: str | Callable[[], str | None]) -> Build:
    """A wish for a text."""

    async def build() -> Shown | None:
        await asyncio.sleep(0)  # as it is looked up in a thread
        found = text() if callable(text) else text
        return None if found is None else plain(found)

    return build


async def begin(edits: Edits, editor: Editor, text: str) -> "asyncio.Task[None]":
    """Want something, and wait until its edit is on its way, which does not end by itself."""
    editor.may_end.clear()
    task = asyncio.create_task(edits.show(editor.press(), showing(text)))
    assert await editor.begun.get() == text
    return task


async def test_of_all_that_is_wanted_meanwhile_the_last_is_shown(editor: Editor) -> None:
    edits = Edits()
    first = await begin(edits, editor, "one")
    for text in ("two", "three", "four"):
        await edits.show(editor.press(), showing(text))  # ends at once: the first sees to it
    assert edits.is_on_its_way(editor.press())
    editor.may_end.set()
    await first
    assert editor.edits == ["one", "four"]
    assert not edits.is_on_its_way(editor.press())


async def test_what_a_message_shows_already_is_not_shown_again(editor: Editor) -> None:
    edits = Edits()
    first = await begin(edits, editor, "one")
    await edits.show(editor.press(), showing("two"))
    await edits.show(editor.press(), showing("one"))
    editor.may_end.set()
    await first
    assert editor.edits == ["one"]


async def test_each_message_has_its_own_edit(editor: Editor) -> None:
    edits = Edits()
    first = await begin(edits, editor, "one")
    other = editor.press(message_id=2)
    assert not edits.is_on_its_way(other)
    second = asyncio.create_task(edits.show(other, showing("two")))
    assert await editor.begun.get() == "two"
    editor.may_end.set()
    await asyncio.gather(first, second)
    assert editor.edits == ["one", "two"]


async def test_what_is_removed_before_it_is_shown_is_looked_up_anew(editor: Editor) -> None:
    there = ["removed", "instead"]
    editor.errors = [Withdrawn()]
    await Edits().show(editor.press(), showing(lambda: there.pop(0)))
    assert editor.edits == ["removed", "instead"]


async def test_what_was_wanted_before_a_removal_gives_way_to_what_is_wanted_now(
    editor: Editor,
) -> None:
    edits = Edits()
    editor.errors = [Withdrawn()]
    first = await begin(edits, editor, "removed")
    await edits.show(editor.press(), showing("now"))
    editor.may_end.set()
    await first
    assert editor.edits == ["removed", "now"]


async def test_what_is_removed_again_and_again_is_given_up(editor: Editor) -> None:
    edits = Edits()
    editor.errors = [Withdrawn() for _ in range(100)]
    with pytest.raises(Withdrawn):
        await edits.show(editor.press(), showing("removed"))
    assert len(editor.edits) == 10
    assert not edits.is_on_its_way(editor.press())


async def test_where_nothing_is_to_change_any_more_nothing_does(editor: Editor) -> None:
    edits = Edits()
    first = await begin(edits, editor, "one")
    await edits.show(editor.press(), showing(lambda: None))
    editor.may_end.set()
    await first
    assert editor.edits == ["one"]


def fail() -> str | None:
    raise OSError("the disk is gone")


@pytest.mark.parametrize(
    ("text", "refusal", "expected"),
    [(fail, None, OSError), ("one", NetworkError("gone"), NetworkError)],
    ids=["looked up", "shown"],
)
async def test_after_an_error_the_next_wish_is_shown(
    editor: Editor, text: Any, refusal: TelegramError | None, expected: type[Exception]
) -> None:
    edits = Edits()
    editor.errors = [refusal]
    with pytest.raises(expected):
        await edits.show(editor.press(), showing(text))
    editor.errors.clear()
    await edits.show(editor.press(), showing("two"))
    assert editor.edits[-1] == "two"


async def test_what_is_wanted_while_an_edit_fails_is_shown(editor: Editor) -> None:
    edits = Edits()
    editor.errors = [None, NetworkError("gone")]
    await edits.show(editor.press(), showing("zero"))
    editor.begun.get_nowait()
    first = await begin(edits, editor, "one")
    await edits.show(editor.press(), showing("two"))
    editor.may_end.set()
    await first
    assert editor.edits == ["zero", "one", "two"]
    assert not edits.is_on_its_way(editor.press())


async def test_a_message_that_is_gone_is_no_error(editor: Editor) -> None:
    editor.errors = [BadRequest("Message to edit not found")]
    await Edits().show(editor.press(), showing("one"))
    assert editor.edits == ["one"]
