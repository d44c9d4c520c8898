"""/collections: what the questions of a chat search, and what its admins let it search besides.

In their private chat operators also choose where the files go that they send there, and order what
sharing.py does.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.addressing import person_of
from bot.catalogue import number_of
from bot.context import (
    Context,
    answer_press,
    change_message,
    has_button,
    language_of,
    language_of_press,
    reply,
)
from bot.handlers.manners import NEW_MESSAGES, limited, limited_presses, presses_for_admins
from bot.handlers.sharing import (
    MAX_NAME,
    Reply,
    carry_out,
    erase,
    find_numbered,
    read_order,
    shared_collections,
)
from bot.localization import Language, say
from bot.replies import shorten
from bot.rights import channels_of, collection_of, is_from_admin, is_operator, searched_in
from embeddings.datatypes import SHARED, SHARED_PREFIX
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library

logger = logging.getLogger(__name__)

PRESSES = 20
"""Of a person, in limits.WINDOW_S seconds."""

# Rows of a menu; Telegram takes 100 buttons.
_MOST_SHOWN = 40
_MAX_TITLE = 60
_DATA = re.compile(r"c:([jltx]):(\d{1,10})(?::(\d{1,12}))?", re.ASCII)


class Shelf(NamedTuple):
    """A collection as it is listed.

    Attributes:
        collection: Its name in the library.
        title: What people call it.
        documents: What it holds, a series as one.
        is_searched: Whether the chat searches it.
        is_joined: Whether the chat has joined it; what it searches otherwise it cannot leave.
        can_join: Whether who looks may let the chat join it.
    """

    collection: str
    title: str
    documents: int
    is_searched: bool
    is_joined: bool
    can_join: bool


class _Viewer(NamedTuple):
    """Who looks at the list, and where."""

    chat_id: int
    person_id: int | None
    is_admin: bool
    language: Language


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    change = presses_for_admins(press, "telegram-collections-admins-only")
    return [
        CommandHandler("collections", limited(collections), filters=NEW_MESSAGES),
        CallbackQueryHandler(limited_presses(change, PRESSES), pattern=r"^c:"),
    ]


async def collections(update: Update, context: Context) -> None:
    """List what a chat searches, with buttons for who decides; or do what an operator wants."""
    message = update.message
    assert message
    person = person_of(message)
    if message.chat.type == message.chat.PRIVATE and is_operator(message.chat_id, context):
        verb, rest = read_order(message)
        if verb:
            text, keyboard = await carry_out(verb, rest, message, context)
            await reply(message, text, keyboard=keyboard)
            return
    viewer = _Viewer(
        message.chat_id,
        person.id if person else None,
        await is_from_admin(message, context),
        language_of(message, context),
    )
    text, keyboard = await _menu(viewer, context)
    await reply(message, text, keyboard=keyboard)


async def press(update: Update, context: Context) -> None:
    """Join or leave a collection, choose where files go, or erase one; and show the list anew."""
    query = update.callback_query
    assert query
    match, language = _DATA.fullmatch(query.data or ""), language_of_press(query, context)
    if not match or query.message is None or not has_button(query, re.escape(match[0]) + r"\Z"):
        await answer_press(query, say(language, "telegram-collections-old"), is_alert=True)
        return
    chat_id, person = query.message.chat.id, query.from_user
    viewer = _Viewer(chat_id, person.id, is_admin=True, language=language)
    action, number = match[1], int(match[2])
    try:
        if action == "x":
            await erase(query, number, int(match[3] or 0), language, context)
            return
        told = await _change(action, number, viewer, context)
        await answer_press(query, say(language, told), is_alert=told.endswith("-gone"))
        text, keyboard = await _menu(viewer, context)
        await change_message(query, text, keyboard=keyboard)
    except AlintiError:
        logger.exception("A button of the collections could not do its work")
        trouble = say(language, "telegram-library-trouble")
        await answer_press(query, trouble, is_alert=True)


# ---- what is searched


async def _change(action: str, number: int, viewer: _Viewer, context: Context) -> str:
    """Join, leave or choose a collection; the id of what is said of it."""
    state, chat_id = context.bot_data.state, viewer.chat_id
    library = await asyncio.shield(context.bot_data.library)
    if action == "t":
        if not is_operator(chat_id, context):
            return "telegram-collections-gone"
        shared = await shared_collections(library, context)
        chosen = find_numbered(number, [collection_of(chat_id), SHARED, *shared])
        if chosen is None:
            return "telegram-collections-gone"
        target = None if chosen == collection_of(chat_id) else chosen
        await asyncio.to_thread(state.set_target, chat_id, target)
        if chosen in shared:  # who adds something asks about it, too
            await asyncio.to_thread(state.join, chat_id, chosen)
        return "telegram-collections-target-chosen"
    if action == "l":
        if joined := find_numbered(number, state.joined(chat_id)):
            await asyncio.to_thread(state.leave, chat_id, joined)
        return "telegram-collections-left"
    choice = find_numbered(number, await _joinable(viewer, library, context))
    if choice is None:
        return "telegram-collections-gone"
    await asyncio.to_thread(state.join, chat_id, choice)
    return "telegram-collections-joined"


async def _joinable(viewer: _Viewer, library: "Library", context: Context) -> list[str]:
    """List what an admin may let the chat join."""
    shared = await shared_collections(library, context)
    return [*shared, *await _own_channels(viewer, context)]


async def _own_channels(viewer: _Viewer, context: Context) -> list[str]:
    """List the archives of channels that a person may let a group read: admins of both may.

    In private nobody need: there the channels are searched of which the person is a member.
    """
    if viewer.chat_id > 0 or viewer.person_id is None:
        return []
    return [collection_of(channel.id) for channel in await channels_of(viewer.person_id, context)]


async def _shelves(viewer: _Viewer, context: Context) -> list[Shelf]:
    """List what a chat searches and, for who decides, what it could search besides."""
    library = await asyncio.shield(context.bot_data.library)
    state = context.bot_data.state
    searched = await searched_in(viewer.chat_id, context)
    others = await _joinable(viewer, library, context) if viewer.is_admin else []
    joined = state.joined(viewer.chat_id)
    titles = {collection_of(channel.id): channel.title for channel in state.channels()}
    shown = list(dict.fromkeys([*searched, *others]))
    counts = await asyncio.to_thread(lambda: [library.count([name]).entries for name in shown])
    return [
        Shelf(
            name,
            titles.get(name) or _title(name, viewer),
            count,
            is_searched=name in searched,
            is_joined=name in joined,
            can_join=name in others,
        )
        for name, count in zip(shown, counts, strict=True)
    ]


def _title(name: str, viewer: _Viewer) -> str:
    if name == SHARED:
        return say(viewer.language, "telegram-documents-everybody")
    if name == collection_of(viewer.chat_id):
        return say(viewer.language, "telegram-documents-own")
    return name.removeprefix(SHARED_PREFIX)


async def _menu(viewer: _Viewer, context: Context) -> Reply:
    """Build the message that lists the collections, and its buttons."""
    shelves = await _shelves(viewer, context)
    language = viewer.language
    lines = [
        say(
            language,
            "telegram-collections-line",
            title=shorten(shelf.title, _MAX_TITLE),
            documents=shelf.documents,
        )
        for shelf in shelves
        if shelf.is_searched and (shelf.documents or shelf.collection != SHARED)
    ]
    parts = [say(language, "telegram-collections-searched"), "\n".join(lines[:_MOST_SHOWN])]
    rows: list[InlineKeyboardButton] = []
    if viewer.is_admin:
        rows = [_toggle(shelf) for shelf in shelves if shelf.is_joined or shelf.can_join]
        if rows:
            parts.append(say(language, "telegram-collections-how"))
        if viewer.chat_id > 0 and is_operator(viewer.chat_id, context):
            target = context.bot_data.state.target_of(viewer.chat_id)
            parts.append(say(language, "telegram-collections-operator", max=MAX_NAME))
            rows = rows[:_MOST_SHOWN] + _targets(shelves, target or shelves[0].collection)
    keyboard = [[button] for button in rows[: 2 * _MOST_SHOWN]]
    return "\n\n".join(parts), InlineKeyboardMarkup(keyboard) if keyboard else None


def _toggle(shelf: Shelf) -> InlineKeyboardButton:
    mark, action = ("✓ ", "l") if shelf.is_joined else ("", "j")
    label = f"{mark}{shorten(shelf.title, _MAX_TITLE)} ({shelf.documents})"
    return InlineKeyboardButton(label, callback_data=f"c:{action}:{number_of(shelf.collection)}")


def _targets(shelves: Sequence[Shelf], target: str) -> list[InlineKeyboardButton]:
    """Make the buttons that choose where files go: own, everybody's and those that chats join."""
    return [
        InlineKeyboardButton(
            f"📥 {'✓ ' if shelf.collection == target else ''}{shorten(shelf.title, _MAX_TITLE)}",
            callback_data=f"c:t:{number_of(shelf.collection)}",
        )
        for number, shelf in enumerate(shelves)
        if number == 0 or shelf.collection.startswith(SHARED)
    ]
