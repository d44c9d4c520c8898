"""The buttons of an answer: other quotes, their context, votes. Only the message changes."""

import asyncio
import logging
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from telegram import CallbackQuery, Update
from telegram.constants import ParseMode
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.cards import Action, Press, Shown, find_shown, read_press, show_card, shows_same
from bot.context import Context, answer_press, change_message, has_button, language_of_press
from bot.limits import Limits, Refusal
from bot.localization import FALLBACK, Language, choose_language, say
from bot.outgoing import Withdrawn
from bot.pace import IN_GROUP
from bot.rights import searched_in
from bot.state import Card
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from embeddings.library import Library

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
    wanted: "Wanted | None" = None


class Wanted(NamedTuple):
    """What a message is to show.

    Attributes:
        shown: As it is to look.
        card: Of which it was built.
        position: Of the quote that it shows.
    """

    shown: Shown
    card: Card
    position: int


class Buttons:
    """Reacts to presses; for one application.

    Args:
        limits: How often a person may press.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits(person=PRESSES)
        self._edits = Limits(person=EDITS_OF_ONE, group=EDITS)
        # By chat and message: what it is to show, as long as an edit of it is on its way.
        self._wanted: dict[tuple[int, int], Wanted] = {}

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
            await self._change(query, reaction.wanted, context)

    def _count_edit(self, query: CallbackQuery) -> Refusal | None:
        """Count an edit in a group, where answers wait behind it."""
        assert query.message
        key = (query.message.chat.id, query.message.message_id)
        if key[0] > 0 or key in self._wanted:  # nobody else waits there, or it costs nothing
            return None
        return self._edits.take(query.from_user.id, key[0])

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
            library = context.bot_data.library.result()
            return await _act(pressed, card, library, person.id, language, context)
        except AlintiError:
            logger.exception("A button could not do its work")
            return _alert(say(language, "telegram-library-trouble"))

    async def _change(self, query: CallbackQuery, wanted: Wanted, context: Context) -> None:
        """Let a message show something; where an edit is on its way, that one sees to it.

        An edit may wait long for Telegram's limits. Of all that a crowd wants meanwhile, only the
        last is shown; and not even that where the question was edited: its new answer, which the
        edit brings, is not to be covered by an old one.
        """
        assert query.message
        key = (query.message.chat.id, query.message.message_id)
        is_on_its_way = key in self._wanted
        self._wanted[key] = wanted
        if is_on_its_way:
            return
        done: Shown | None = None
        try:
            while (wanted := self._wanted[key]).shown != done:
                if _is_current(wanted.card, context):
                    try:
                        await _show(query, wanted.shown)
                    except Withdrawn:
                        instead = await _without_removed(wanted, context)
                        if self._wanted[key] is wanted:
                            self._wanted[key] = instead
                        continue
                done = wanted.shown
        finally:
            del self._wanted[key]


async def _show(query: CallbackQuery, shown: Shown) -> None:
    await change_message(
        query,
        shown.html,
        parse_mode=ParseMode.HTML,
        keyboard=shown.keyboard,
        quoted=shown.quoted,
    )


async def _without_removed(wanted: Wanted, context: Context) -> Wanted:
    """Choose another quote of a card where the wanted one is removed; say so if none is left.

    Who pressed was answered already, and the message may still show what is removed.
    """
    card, library = wanted.card, context.bot_data.library.result()
    collections = await searched_in(card.chat_id, context)
    hits = await asyncio.to_thread(library.quotes, card.quotes, collections)
    position = find_shown(hits, wanted.position)
    if position is None:
        gone = say(choose_language(card.language, FALLBACK), "telegram-card-gone")
        return wanted._replace(shown=Shown(escape(gone, quote=False), None, ()))
    can_share = bool(context.bot.supports_inline_queries)
    return Wanted(show_card(card, hits, position, can_share=can_share), card, position)


async def _act(
    pressed: Press,
    card: Card,
    library: "Library",
    person_id: int,
    language: Language,
    context: Context,
) -> Reaction:
    """Do what a button of a card is for, with what may be read in its chat now.

    Raises:
        AlintiError: If the library or the bot's memory cannot be read or written.
    """
    action, position = pressed.action, pressed.position
    collections = await searched_in(card.chat_id, context)
    gone = _alert(say(language, "telegram-card-gone"))
    hits = await asyncio.to_thread(library.quotes, card.quotes, collections)
    hit = hits[position]
    if action is not Action.QUOTE and hit is None:
        return gone
    passage_id = card.quotes[position].passage_id
    if action in _VOTES:
        state, value = context.bot_data.state, _VOTES[action]
        vote = await asyncio.to_thread(state.vote, card.id, passage_id, person_id, value)
        return Reaction(
            say(language, "telegram-card-voted" if vote else "telegram-card-vote-taken-back")
        )
    surroundings = None
    if action is Action.WIDE:
        surroundings = await asyncio.to_thread(library.surroundings, passage_id, collections)
        if hit is None or surroundings is None:
            return gone
        if surroundings.text.strip() == hit.passage.text.strip():
            return Reaction(say(language, "telegram-card-alone"))
    if find_shown(hits, position) is None:
        return gone
    can_share = bool(context.bot.supports_inline_queries)
    shown = show_card(card, hits, position, surroundings=surroundings, can_share=can_share)
    return Reaction(wanted=Wanted(shown, card, position))


def _is_current(card: Card, context: Context) -> bool:
    now = context.bot_data.state.card(card.id)
    return now is not None and shows_same(now, card)


def _alert(text: str) -> Reaction:
    return Reaction(text, is_alert=True)
