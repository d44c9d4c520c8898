"""The card: an answer with buttons that step through its quotes in place. Pure.

What a card shows follows from the data of the button that was pressed and from what State keeps of
the question, so that a message has one state, whoever presses.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import regex
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    SwitchInlineQueryChosenChat,
)

from bot.localization import FALLBACK, Language, choose_language, say
from bot.replies import answering_sentence, mended_line, quote_html, shorten_to_copy
from bot.shown import Shown, plain
from bot.state import Card
from embeddings.datatypes import Hit, QuoteReference, Surroundings

# What SQLite can hold, with room to spare.
_ID = r"(\d{1,18})"
_PRESS = regex.compile(rf"([qwud]):{_ID}:(\d{{1,4}})", regex.ASCII)
_SHARED = regex.compile(rf"#{_ID}\.(\d{{1,9}})\.(\d{{1,9}})", regex.ASCII)


class Action(Enum):
    """What a button does; the value stands in its data."""

    QUOTE = "q"
    WIDE = "w"
    UP = "u"
    DOWN = "d"
    NOTHING = "n"


class Press(NamedTuple):
    """A button that was pressed.

    Attributes:
        action: What it is to do.
        card_id: Of the card below which it stands; 0 where it does nothing.
        position: Among the card's quotes, from 0: the one that it acts upon.
    """

    action: Action
    card_id: int
    position: int


def shows_same(one: Card, other: Card) -> bool:
    """Whether two states of a card, before and after its question was edited, show the same."""
    return (one.is_answered, one.quotes, one.language) == (
        other.is_answered,
        other.quotes,
        other.language,
    )


def read_press(data: str | None) -> Press | None:
    """Read the data of a button; None where it is none of these buttons', as after an update."""
    if data == Action.NOTHING.value:
        return Press(Action.NOTHING, 0, 0)
    match = _PRESS.fullmatch(data or "")
    return Press(Action(match[1]), int(match[2]), int(match[3])) if match else None


def share_query(reference: QuoteReference) -> str:
    """Build the inline query that finds a quote again."""
    start, end = reference.highlight
    return f"#{reference.passage_id}.{start}.{end}"


def read_share_query(text: str) -> QuoteReference | None:
    """Read an inline query of share_query; None where it is a question like any other."""
    match = _SHARED.fullmatch(text.strip())
    if not match or int(match[2]) > int(match[3]):
        return None
    return QuoteReference(int(match[1]), (int(match[2]), int(match[3])))


def find_shown(hits: Sequence[Hit | None], position: int) -> int | None:
    """Find the position of the quote that is shown where another one is wanted.

    Args:
        hits: The card's quotes; None for one that is gone.
        position: Of the wanted one.

    Returns:
        The wanted one or, where it is gone, the next one, after the last the first; None if all
        are gone or there never was such a position.
    """
    if not 0 <= position < len(hits):
        return None
    cycle = (*range(position, len(hits)), *range(position))
    return next((at for at in cycle if hits[at] is not None), None)


def show_card(
    card: Card,
    hits: Sequence[Hit | None],
    position: int | None = None,
    *,
    above: str = "",
    surroundings: Surroundings | None = None,
    mended: Sequence[tuple[str, str]] = (),
    can_share: bool,
) -> Shown:
    """Show a card.

    Args:
        card: What is kept of the question.
        hits: Its quotes, in order; None for one that is gone, which is passed over.
        position: Of the quote that is wanted, from 0; of an unanswered question it is labelled as
            no answer. None for the reply to the question: its first quote or, unanswered, that
            nothing was found.
        above: A short line over the reply to the question, as plain text.
        surroundings: Of the quote at that position, for the wide form.
        mended: See Answer; for the reply to the question.
        can_share: Whether the bot answers inline queries.

    Returns:
        A text of at most replies.MAX_LENGTH UTF-16 code units, and its buttons.

    Raises:
        ValueError: If there is no quote to show there; find_shown tells before.
    """
    language = choose_language(card.language, FALLBACK)
    if position is None and not card.is_answered:
        return _not_found(card, hits, language, above)
    shown = find_shown(hits, position or 0)
    hit = None if shown is None else hits[shown]
    if shown is None or hit is None:
        raise ValueError(f"card {card.id} has no quote at {position}")
    html = quote_html(
        hit,
        language,
        above=above if card.is_answered else say(language, "telegram-card-near"),
        below=mended_line(mended, language),
        surroundings=surroundings,
    )
    rows = [
        _steps(card, hits, shown),
        [
            _toggle(card, shown, language, is_wide=surroundings is not None),
            _button("👍", Action.UP, card, shown),
            _button("👎", Action.DOWN, card, shown),
        ],
        _passing_on(hit, language, can_share=can_share),
    ]
    keyboard = InlineKeyboardMarkup([row for row in rows if row])
    return Shown(html, keyboard, (hit.passage_id,))


def copy_buttons(hit: Hit, language: Language) -> list[InlineKeyboardButton]:
    """Make the button that copies the sentence that answers; none where there is nothing."""
    copied = shorten_to_copy(answering_sentence(hit))
    if not copied:
        return []
    label = say(language, "telegram-card-copy")
    return [InlineKeyboardButton(label, copy_text=CopyTextButton(copied))]


def _not_found(card: Card, hits: Sequence[Hit | None], language: Language, above: str) -> Shown:
    lines = (above, say(language, "telegram-not-found"))
    said = plain("\n".join(line for line in lines if line))
    if find_shown(hits, 0) is None:
        return said
    nearest = _button(say(language, "telegram-card-nearest"), Action.QUOTE, card, 0)
    return said._replace(keyboard=InlineKeyboardMarkup([[nearest]]))


def _steps(card: Card, hits: Sequence[Hit | None], position: int) -> list[InlineKeyboardButton]:
    """One step back, where one is, one step on: in a circle, past those that are gone."""
    there = [at for at, hit in enumerate(hits) if hit is not None]
    if len(there) < 2:
        return []
    number = there.index(position)
    return [
        _button("‹", Action.QUOTE, card, there[number - 1]),
        InlineKeyboardButton(f"{number + 1}/{len(there)}", callback_data=Action.NOTHING.value),
        _button("›", Action.QUOTE, card, there[(number + 1) % len(there)]),
    ]


def _toggle(
    card: Card, position: int, language: Language, *, is_wide: bool
) -> InlineKeyboardButton:
    if is_wide:
        return _button(say(language, "telegram-card-narrow"), Action.QUOTE, card, position)
    return _button(say(language, "telegram-card-wide"), Action.WIDE, card, position)


def _passing_on(hit: Hit, language: Language, *, can_share: bool) -> list[InlineKeyboardButton]:
    """Share and copy."""
    row = []
    if can_share:
        # Telegram wants at least one kind of chat; among bots nobody reads.
        chosen = SwitchInlineQueryChosenChat(
            share_query(hit.reference),
            allow_user_chats=True,
            allow_group_chats=True,
            allow_channel_chats=True,
        )
        label = say(language, "telegram-card-share")
        row.append(InlineKeyboardButton(label, switch_inline_query_chosen_chat=chosen))
    return row + copy_buttons(hit, language)


def _button(label: str, action: Action, card: Card, position: int) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=f"{action.value}:{card.id}:{position}")
