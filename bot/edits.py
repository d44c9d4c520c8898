"""Edits of messages: of all that is wanted while one is on its way, only the last is shown."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import CallbackQuery

from bot.context import change_message
from bot.outgoing import Withdrawn, until_sent
from bot.shown import Shown

logger = logging.getLogger(__name__)

Build = Callable[[], Awaitable[Shown | None]]
"""Looks up what a message is to show, as it is now; None where nothing is to change any more."""

_Place = tuple[int, int]  # chat and message


class Edits:
    """Edits the messages whose buttons are pressed; for one application.

    An edit may wait long for Telegram's limits, and a crowd may want many meanwhile.
    """

    def __init__(self) -> None:
        # What a message is to show, as long as an edit of it is on its way.
        self._wanted: dict[_Place, Build] = {}

    def is_on_its_way(self, query: CallbackQuery) -> bool:
        """Whether the message below which something is pressed is being edited."""
        return _place_of(query) in self._wanted

    async def show(self, query: CallbackQuery, build: Build) -> None:
        """Let a message show something; where an edit is on its way, that one sees to it.

        Args:
            query: The press; with its message.
            build: Called once more where a document that it quotes is removed before it is shown.

        Raises:
            Withdrawn: If that happens again and again.
            Exception: What build raises, or Telegram.
        """
        place = _place_of(query)
        is_on_its_way = place in self._wanted
        self._wanted[place] = build
        if is_on_its_way:
            return
        try:
            await until_sent(partial(self._show_last, query, place))
        finally:
            del self._wanted[place]

    async def _show_last(self, query: CallbackQuery, place: _Place) -> None:
        """Show what is wanted last, until nothing else is wanted in the meantime."""
        done: Build | None = None
        before: Shown | None = None
        while (build := self._wanted[place]) is not done:
            done = build
            try:
                shown = await build()
                if shown is not None and shown != before:
                    await change_message(query, shown)
                    before = shown
            except Withdrawn:
                raise
            except Exception:
                if self._wanted[place] is build:
                    raise
                # Nobody wants that any more, and who wants something else waits for this edit.
                logger.warning("A message was not edited; it is again", exc_info=True)
                before = None  # it may be there all the same


def _place_of(query: CallbackQuery) -> _Place:
    assert query.message
    return query.message.chat.id, query.message.message_id
