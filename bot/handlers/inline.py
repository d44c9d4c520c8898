"""Inline mode: quotes for any chat, from exactly what the person who types may read."""

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

from cachetools import TTLCache
from telegram import (
    ChosenInlineResult,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import InlineQueryLimit, ParseMode
from telegram.ext import BaseHandler, ChosenInlineResultHandler, InlineQueryHandler

from bot.cards import copy_buttons, read_share_query, share_query
from bot.context import PLAIN, Context, language_in, unless
from bot.localization import Language, say
from bot.lookup import find_answer
from bot.outgoing import quoting, until_sent
from bot.replies import answering_sentence, cut_around, quote_html
from bot.rights import searched_by
from bot.state import State
from embeddings.datatypes import Hit, QuoteReference
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

PAGE = 10
"""Quotes that are offered at a time; further down the list there are more."""

# All pages come from the same look-up, done again, so that no quote is missing or there twice.
_LIMIT = 2 * PAGE
_LEAST_LETTERS = 3
# Telegram keeps no list: what is removed, or not for a person any more, is not offered again.
_CACHE_S = 0
_DESCRIPTION = 200  # UTF-16 code units; no list shows more
_OFFSET = re.compile(r"\d{1,4}", re.ASCII)
_NOTHING_FOUND = "none"  # id of a result that is no quote
_PREFIX = "q-"

_questions: TTLCache[str, str] = TTLCache(10_000, 3600)


class Offer(NamedTuple):
    """What is shown to a person who types.

    Attributes:
        results: To choose from.
        next_offset: Asks for more of them; empty where there are none.
        button: Above the results; opens the private chat.
    """

    results: Sequence[InlineQueryResultArticle] = ()
    next_offset: str = ""
    button: InlineQueryResultsButton | None = None


class Latest:
    """Lets the queries of a person through one at a time; of those that wait, the newest only."""

    def __init__(self) -> None:
        # By person, while a query of theirs is looked up: the one that waits.
        self._waiting: dict[int, asyncio.Future[bool] | None] = {}

    @asynccontextmanager
    async def turn(self, person: int) -> AsyncIterator[bool]:
        """Wait until no other query of the person is looked up; whether none is newer then."""
        if not await self._wait(person):
            yield False
            return
        try:
            yield True
        finally:
            self._pass_on(person)

    async def _wait(self, person: int) -> bool:
        if person not in self._waiting:
            self._waiting[person] = None
            return True
        if (older := self._waiting[person]) and not older.done():
            older.set_result(False)
        newest: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[person] = newest
        return await newest

    def _pass_on(self, person: int) -> None:
        newest = self._waiting.pop(person)
        if newest and not newest.done():
            self._waiting[person] = None
            newest.set_result(True)


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    return [
        InlineQueryHandler(partial(offer_quotes, Latest())),
        ChosenInlineResultHandler(count_choice),
    ]


async def offer_quotes(latest: Latest, update: Update, context: Context) -> None:
    """Answer an inline query, unless the person has typed on meanwhile."""
    query = update.inline_query
    assert query
    async with latest.turn(query.from_user.id) as is_latest:
        if not is_latest:
            return
        await until_sent(partial(_offer, query, context))


async def _offer(query: InlineQuery, context: Context) -> None:
    offer = await _find_offer(query, context)
    # If the query is too old, nobody waits for it any more.
    with unless("query is too old"), quoting(quoted_in(offer.results)):
        await query.answer(
            offer.results,
            cache_time=_CACHE_S,
            is_personal=True,
            next_offset=offer.next_offset,
            button=offer.button,
        )


async def count_choice(update: Update, context: Context) -> None:
    """Count a quote that was chosen from the list as a vote for it; take a removed one back."""
    chosen = update.chosen_inline_result
    assert chosen
    reference = read_share_query(chosen.result_id)
    if reference is None:
        return
    language = language_in(chosen.from_user.id, chosen.from_user, context)
    await asyncio.to_thread(_record_choice, context.bot_data.state, chosen, reference, language)
    await asyncio.shield(context.bot_data.library)
    if chosen.inline_message_id and not context.bot_data.may_quote([reference.passage_id]):
        # The list stood open while the document was removed, or the bot thrown out of its chat.
        with unless("message to edit not found"):
            await context.bot.edit_message_text(
                say(language, "telegram-inline-gone"),
                inline_message_id=chosen.inline_message_id,
                link_preview_options=PLAIN,
            )


def take_question(token: str) -> str | None:
    """Read the question that a button above a list has brought to the private chat.

    Args:
        token: What stands behind ``q-`` in the button's parameter.

    Returns:
        None if it is older than an hour or of an earlier process. It may be read again: Telegram
        shows a list, and its button, more than once.
    """
    return _questions.get(token)


def quote_article(
    hit: Hit, language: Language, *, below: str = "", can_ask: bool = True
) -> InlineQueryResultArticle:
    """Make a quote a result: in the list its title and the sentence that answers.

    Args:
        hit: The quote.
        language: Of the person who sends it.
        below: A short line under all else of the message.
        can_ask: Whether the bot answers inline queries.

    Returns:
        Sent, it has two buttons that need no memory: to copy the sentence, and for whoever reads
        it, to ask a question of their own right there.
    """
    sentence = _on_one_line(answering_sentence(hit))
    row = copy_buttons(hit, language)
    if can_ask:
        label = say(language, "telegram-inline-ask")
        row.append(InlineKeyboardButton(label, switch_inline_query_current_chat=""))
    return InlineQueryResultArticle(
        share_query(hit.reference),
        _on_one_line(hit.title) or _on_one_line(hit.passage.heading) or sentence,
        InputTextMessageContent(
            quote_html(hit, language, below=below), ParseMode.HTML, link_preview_options=PLAIN
        ),
        description=sentence,
        reply_markup=InlineKeyboardMarkup([row]) if row else None,
    )


def quoted_in(results: Iterable[InlineQueryResultArticle]) -> list[int]:
    """List the passages that results hold text of; see outgoing.quoting."""
    references = (read_share_query(result.id) for result in results)
    return [reference.passage_id for reference in references if reference]


def plain_article(text: str, *, title: str = "Alıntı") -> InlineQueryResultArticle:
    """Make a sentence of ours a result."""
    content = InputTextMessageContent(text, link_preview_options=PLAIN)
    description = _on_one_line(text)
    return InlineQueryResultArticle(_NOTHING_FOUND, title, content, description=description)


async def _find_offer(query: InlineQuery, context: Context) -> Offer:
    language = language_in(query.from_user.id, query.from_user, context)
    text = query.query.strip()[: InlineQueryLimit.MAX_QUERY_LENGTH]
    if sum(character.isalnum() for character in text) < _LEAST_LETTERS:
        return Offer(button=_button("telegram-inline-hint", "help", language))
    try:
        return await _look_up(query, text, language, context)
    except AlintiError:
        logger.exception("An inline query could not be looked up")
        return Offer(button=_question_button("telegram-inline-trouble", text, language))


async def _look_up(query: InlineQuery, text: str, language: Language, context: Context) -> Offer:
    library = await asyncio.shield(context.bot_data.library)
    person = query.from_user.id
    stored = await asyncio.to_thread(library.collections)
    readable = await searched_by(person, stored, context)
    offset = int(query.offset) if _OFFSET.fullmatch(query.offset) else 0
    if reference := read_share_query(text):
        (hit,) = await asyncio.to_thread(library.quotes, [reference], readable)
        return _offer_shared(hit, language)
    answer = await asyncio.to_thread(find_answer, library, [text], readable, limit=_LIMIT)
    if answer is None:
        return Offer(button=_button("telegram-inline-no-documents", "help", language))
    if answer.answered:
        return _offer_page(answer.quotes, offset, language)
    return Offer() if offset else _offer_nothing(text, language)


def _offer_page(quotes: Sequence[Hit], offset: int, language: Language) -> Offer:
    end = offset + PAGE
    results = [quote_article(hit, language) for hit in quotes[offset:end]]
    return Offer(results, str(end) if end < len(quotes) else "")


def _offer_shared(hit: Hit | None, language: Language) -> Offer:
    if hit is None:
        title = say(language, "telegram-inline-gone-title")
        return Offer([plain_article(say(language, "telegram-inline-gone"), title=title)])
    return Offer([quote_article(hit, language)])


def _offer_nothing(question: str, language: Language) -> Offer:
    """One result, so that whoever sends it says honestly that nothing was found."""
    text = say(language, "telegram-inline-not-found", question=question)
    title = say(language, "telegram-inline-not-found-title")
    button = _question_button("telegram-inline-ask-privately", question, language)
    return Offer([plain_article(text, title=title)], button=button)


def _question_button(message: str, question: str, language: Language) -> InlineQueryResultsButton:
    """Make the button that brings the question to the private chat."""
    token = secrets.token_urlsafe(16)
    _questions[token] = question
    return _button(message, _PREFIX + token, language)


def _button(message: str, parameter: str, language: Language) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(say(language, message), start_parameter=parameter)


def _on_one_line(text: str) -> str:
    """The beginning of a text, as far as a list shows it."""
    line = " ".join(text.split())
    start, end = cut_around(line, (0, len(line)), _DESCRIPTION)
    return line[start:end] + "…" * (end < len(line))


def _record_choice(
    state: State, chosen: ChosenInlineResult, reference: QuoteReference, language: Language
) -> None:
    person = chosen.from_user.id
    is_share = read_share_query(chosen.query) is not None  # from a button: nobody has asked that
    card = state.open_card(
        person,
        None,
        person,
        language=language,
        is_answered=True,
        quotes=[reference],
        text="" if is_share else chosen.query,
    )
    state.vote(card.id, reference.passage_id, person, 1)
