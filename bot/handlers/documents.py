"""/documents: what a chat can be asked about, opened and removed; renamed, see handlers.renaming.

Everybody in a chat may look through its documents: all of them are searched there. Its admins may
rename and remove them; an operator, in the private chat, those of the shared collections as well.
"""

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from telegram import CallbackQuery, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.catalogue import (
    ON_A_PAGE,
    Action,
    Press,
    Shelf,
    ask_removal,
    number_of,
    read_press,
    show_entry,
    show_gone,
    show_list,
    show_passage,
    show_removed,
)
from bot.context import (
    Context,
    answer_press,
    has_button,
    language_of,
    language_of_press,
    reply,
)
from bot.edits import Build, Edits
from bot.handlers.manners import NEW_MESSAGES, limited, limited_presses
from bot.handlers.renaming import ask_for_title
from bot.handlers.shelves import Reader, read_rights
from bot.localization import Language, say
from bot.rights import is_from_admin
from bot.shown import Shown
from embeddings.datatypes import Hit
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from embeddings.library import Library

logger = logging.getLogger(__name__)

PRESSES = 60
"""Of a person, in limits.WINDOW_S seconds."""

# The menu offers the first; who writes Turkish may guess the other.
_COMMANDS = ("documents", "belgeler")
_FOR_ADMINS = (Action.RENAME, Action.ASK, Action.REMOVE)


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    return [
        CommandHandler(_COMMANDS, limited(show_documents), filters=NEW_MESSAGES),
        CallbackQueryHandler(limited_presses(Catalogue().press, PRESSES), pattern=r"^l:"),
    ]


async def show_documents(update: Update, context: Context) -> None:
    """List the documents of a chat."""
    message = update.message
    assert message
    language = language_of(message, context)
    library = await asyncio.shield(context.bot_data.library)
    is_admin = await is_from_admin(message, context)
    try:
        reader = await read_rights(message.chat_id, library, language, context, is_admin=is_admin)
        first = Press(Action.LIST, number_of(reader.collections[0]))
        shown = await asyncio.to_thread(_look, first, library, reader, language)
    except AlintiError:
        logger.exception("The documents could not be listed")
        await reply(message, say(language, "telegram-library-trouble"))
        return
    await reply(message, shown)


class Catalogue:
    """Reacts to presses; for one application."""

    def __init__(self) -> None:
        self._edits = Edits()

    async def press(self, update: Update, context: Context) -> None:
        """Answer a press at once, and show what it leads to when the limits allow it."""
        query = update.callback_query
        assert query
        language = language_of_press(query, context)
        pressed = read_press(query.data)
        if pressed is None or query.message is None or not has_button(query, "l:"):
            await answer_press(query, say(language, "telegram-documents-old"), is_alert=True)
            return
        # A removal that an earlier process has begun goes on as soon as it can.
        if pressed.action is not Action.REMOVE and not context.bot_data.library.done():
            await answer_press(query, say(language, "telegram-card-loading"), is_alert=True)
            return
        try:
            await self._react(query, pressed, language, context)
        except AlintiError:
            logger.exception("A button of the catalogue could not do its work")
            trouble = say(language, "telegram-library-trouble")
            await answer_press(query, trouble, is_alert=True)

    async def _react(
        self, query: CallbackQuery, pressed: Press, language: Language, context: Context
    ) -> None:
        assert query.message
        chat_id, person = query.message.chat.id, query.from_user
        library = await asyncio.shield(context.bot_data.library)
        is_admin = await context.bot_data.members.is_admin(context.bot, chat_id, person.id)
        if pressed.action in _FOR_ADMINS and not is_admin:
            refusal = say(language, "telegram-documents-admins-only")
            await answer_press(query, refusal, is_alert=True)
            return
        reader = await read_rights(chat_id, library, language, context, is_admin=is_admin)
        if pressed.action is Action.RENAME:
            await ask_for_title(query, pressed.number, library, reader, language)
            return
        await answer_press(query)  # what follows may take longer than a press waits
        if pressed.action is Action.REMOVE:
            receipt = await _remove(pressed, library, reader, language, context)
            await self._edits.show(query, receipt)
            await asyncio.to_thread(library.forget_removed)  # may wait for who reads
        else:
            await self._edits.show(
                query, partial(_look_up, pressed, library, reader, language, context)
            )


async def _remove(
    pressed: Press, library: "Library", reader: Reader, language: Language, context: Context
) -> Build:
    """Remove an entry; what the message is to show then, when nothing of it is on its way."""
    title, collection = "", reader.collections[0]
    if entry := await asyncio.to_thread(library.entry, pressed.number, reader.collections):
        title, collection = entry.document.title, entry.document.collection
        await context.bot_data.reading.forget_entry(entry.document)
    removed = await asyncio.to_thread(library.remove, pressed.number, reader.collections)
    if removed:
        logger.info("An entry of %d documents was removed", len(removed))
    # Also where another press has removed it, or an earlier process: this is its receipt as well.
    await context.bot_data.outgoing.drained()

    async def build() -> Shown:
        return show_removed(title, collection, language, page=pressed.page)

    return build


async def _look_up(
    pressed: Press, library: "Library", reader: Reader, language: Language, context: Context
) -> Shown:
    """Show what a button leads to, as the library is now."""
    shown = await asyncio.to_thread(_look, pressed, library, reader, language)
    if not context.bot_data.may_quote(shown.quoted):  # the bot has left its chat since the press
        return show_gone(reader.collections[0], language)
    return shown


def _look(pressed: Press, library: "Library", reader: Reader, language: Language) -> Shown:
    number, page = pressed.number, pressed.page
    if pressed.action is Action.LIST:
        return _look_at_list(reader.find(number), page, library, reader, language)
    entry = library.entry(number, reader.collections)
    if entry is None:
        return show_gone(reader.collections[0], language)
    if pressed.action is Action.ASK:
        return ask_removal(entry, language, page=page)
    last = entry.passages - 1
    found: list[Hit] = []
    if pressed.action is Action.PASSAGE:
        position = min(pressed.position, last)
        found = library.open_passages(number, reader.collections, offset=position, limit=1)
        if found:
            return show_passage(found[0], entry, position, language, page=page)
    elif not entry.document.series:  # whose messages have no pages, and there may be many
        found = library.open_passages(number, reader.collections, offset=last, limit=1)
    return show_entry(
        entry,
        found[0].passage.page if found else None,
        language,
        page=page,
        may_change=reader.may_change,
        shows_path=reader.is_operator,
    )


def _look_at_list(
    shelf: Shelf, page: int, library: "Library", reader: Reader, language: Language
) -> Shown:
    counts = library.count([shelf.collection])
    page = min(page, max(0, counts.entries - 1) // ON_A_PAGE)  # the last one may be gone
    entries = library.entries([shelf.collection], offset=page * ON_A_PAGE, limit=ON_A_PAGE)
    rest = [other for other in reader.shelves if other != shelf]
    others = library.count(reader.others).entries if reader.others else 0
    return show_list(entries, counts, page, [shelf, *rest], language, others=others)
