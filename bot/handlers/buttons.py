"""The buttons of an answer: other quotes, their context, votes. Only the message changes."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from telegram import CallbackQuery, Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.cards import Action, Press, find_shown, read_press, show_card, shows_same
from bot.context import Context, answer_press, has_button, language_of_press
from bot.edits import Build, Edits
from bot.limits import Limits, Refusal
from bot.localization import FALLBACK, Language, choose_language, say
from bot.pace import IN_GROUP
from bot.rights import searched_in
from bot.shown import Shown, plain
from bot.state import Card
from embeddings.datatypes import Hit, Surroundings
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

PRESSES = 60
"""Of a person, in limits.WINDOW_S seconds; nobody reads more quotes."""

EDITS = IN_GROUP // 2
"""Of messages in a group, in limits.WINDOW_S seconds: Telegram counts them among the 20 things
that a bot may say there, and answers must not wait for them."""
EDITS_OF_ONE = 8
"""Of these, those that one person has brought about."""

_VOTES = {Action.UP: 1, Action.DOWN: -1}


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file; a button that is nobody else's ends here."""
    return [CallbackQueryHandler(Buttons().press)]


class Reaction(NamedTuple):
    """What a press brings about.

    Attributes:
        text: Told to the person; may be empty.
        is_alert: Whether they have to close it.
        wanted: What the message is to show now; None if it stays.
    """

    text: str = ""
    is_alert: bool = False
    wanted: Build | None = None


class Buttons:
    """Reacts to presses; for one application.

    Args:
        limits: How often a person may press.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits(person=PRESSES)
        self._edit_limits = Limits(person=EDITS_OF_ONE, group=EDITS)
        self._edits = Edits()

    async def press(self, update: Update, context: Context) -> None:
        """Answer a press at once, and change the message when the limits allow it."""
        query = update.callback_query
        assert query
        reaction = await self._react(query, context)
        if reaction.wanted and (refusal := self._count_edit(query)):
            language = language_of_press(query, context)
            reaction = _alert(say(language, "telegram-card-limit", seconds=refusal.wait_s))
        await answer_press(query, reaction.text, is_alert=reaction.is_alert)
        if reaction.wanted:
            await self._edits.show(query, reaction.wanted)

    def _count_edit(self, query: CallbackQuery) -> Refusal | None:
        """Count an edit in a group, where answers wait behind it."""
        assert query.message
        chat_id = query.message.chat.id
        # Nobody else waits there, or it costs nothing.
        if chat_id > 0 or self._edits.is_on_its_way(query):
            return None
        return self._edit_limits.take(query.from_user.id, chat_id)

    async def _react(self, query: CallbackQuery, context: Context) -> Reaction:
        person = query.from_user
        language = language_of_press(query, context)
        if refusal := self._limits.take(person.id):
            return _alert(say(language, "telegram-card-limit", seconds=refusal.wait_s))
        pressed = read_press(query.data)
        if pressed and pressed.action is Action.NOTHING:
            return Reaction(say(language, "telegram-card-steps"))
        if pressed is None or query.message is None:
            return _alert(say(language, "telegram-card-old"))
        try:
            card = context.bot_data.state.card(pressed.card_id)
            # What stands in another chat is none of this one's business: its number was guessed.
            if (
                card is None
                or card.chat_id != query.message.chat.id
                or pressed.position >= len(card.quotes)
            ):
                return _alert(say(language, "telegram-card-old"))
            if not has_button(query, f"[qwud]:{card.id}:"):
                return _alert(say(language, "telegram-card-old"))
            if not context.bot_data.library.done():
                return _alert(say(language, "telegram-card-loading"))
            return await _act(pressed, card, person.id, language, context)
        except AlintiError:
            logger.exception("A button could not do its work")
            return _alert(say(language, "telegram-library-trouble"))


class _Page(NamedTuple):
    """What there is of a card now.

    Attributes:
        hits: Its quotes; None for one that is gone, or that its chat may not read any more.
        surroundings: Of the one that is wanted, where they are wanted and it is there.
    """

    hits: Sequence[Hit | None]
    surroundings: Surroundings | None


async def _act(
    pressed: Press, card: Card, person_id: int, language: Language, context: Context
) -> Reaction:
    """Do what a button of a card is for, with what may be read in its chat now.

    Raises:
        AlintiError: If the library or the bot's memory cannot be read or written.
    """
    action, position = pressed.action, pressed.position
    is_wide = action is Action.WIDE
    page = await _look_up(card, position, context, is_wide=is_wide)
    hit = page.hits[position]
    if find_shown(page.hits, position) is None or (hit is None and action is not Action.QUOTE):
        return _alert(say(language, "telegram-card-gone"))
    if action in _VOTES:
        state, passage_id = context.bot_data.state, card.quotes[position].passage_id
        vote = await asyncio.to_thread(state.vote, card.id, passage_id, person_id, _VOTES[action])
        return Reaction(
            say(language, "telegram-card-voted" if vote else "telegram-card-vote-taken-back")
        )
    around = page.surroundings
    if hit and around and around.text.strip() == hit.passage.text.strip():
        return Reaction(say(language, "telegram-card-alone"))
    return Reaction(wanted=partial(_show, card, position, context, is_wide=is_wide))


async def _show(card: Card, position: int, context: Context, *, is_wide: bool) -> Shown | None:
    """Show a quote of a card; another one where it is gone, or that there are none any more.

    Returns:
        None where the question has been edited: its new answer, which may be on its way, is not to
        be covered by an old one. Nor does anything change where the question is forgotten.

    Raises:
        AlintiError: If the library or the bot's memory cannot be read.
    """
    page = await _look_up(card, position, context, is_wide=is_wide)
    if not _is_current(card, context):
        return None
    there = find_shown(page.hits, position)
    if there is None:
        return plain(say(choose_language(card.language, FALLBACK), "telegram-card-gone"))
    return show_card(
        card,
        page.hits,
        there,
        surroundings=page.surroundings if there == position else None,
        can_share=bool(context.bot.supports_inline_queries),
    )


async def _look_up(card: Card, position: int, context: Context, *, is_wide: bool) -> _Page:
    library = context.bot_data.library.result()
    collections = await searched_in(card.chat_id, context)
    hits = await asyncio.to_thread(library.quotes, card.quotes, collections)
    if not is_wide:
        return _Page(hits, None)
    passage_id = card.quotes[position].passage_id
    return _Page(hits, await asyncio.to_thread(library.surroundings, passage_id, collections))


def _is_current(card: Card, context: Context) -> bool:
    now = context.bot_data.state.card(card.id)
    return now is not None and shows_same(now, card)


def _alert(text: str) -> Reaction:
    return Reaction(text, is_alert=True)
