"""The buttons of a receipt: to take back what was added, to replace an older version, to ask."""

import asyncio
import re
from html import escape
from typing import TYPE_CHECKING

from cachetools import LRUCache
from telegram import (
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.constants import ParseMode
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.context import Context, answer_press, edit_message, has_button, language_of_press
from bot.handlers.manners import limited_presses
from bot.localization import Language, say
from bot.outgoing import Withdrawn
from bot.receipts import with_line, without_buttons, without_offer
from bot.replies import shorten
from bot.rights import chat_of, collection_of, is_operator
from bot.shown import Shown

if TYPE_CHECKING:
    from embeddings.library import Library

PRESSES = 20
"""Of a person, in limits.WINDOW_S seconds."""

_MAX_TITLE = 100


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    press = limited_presses(Receipts().press, PRESSES)
    return [CallbackQueryHandler(press, pattern=r"^a:")]


class Receipts:
    """Reacts to the buttons of receipts; for one application."""

    def __init__(self) -> None:
        # By chat and message: what it shows now. A press that comes at the same time as another
        # still holds what it showed before.
        self._shown: LRUCache[tuple[int, int], tuple[str, InlineKeyboardMarkup | None]]
        self._shown = LRUCache(1000)

    async def press(self, update: Update, context: Context) -> None:
        """Do what a button of a receipt is for."""
        query = update.callback_query
        assert query
        language = language_of_press(query, context)
        parts = (query.data or "").split(":")
        numbers = [int(part) for part in parts[2:] if re.fullmatch(r"\d{1,18}", part, re.ASCII)]
        if query.message is None or not has_button(query, re.escape(query.data or "") + r"\Z"):
            await answer_press(query)
            return
        if parts[1] == "q":
            await answer_press(query)
            await _ask_for_question(query, language, context)
            return
        chat_id = query.message.chat.id
        if not await context.bot_data.members.is_admin(context.bot, chat_id, query.from_user.id):
            refused = say(language, "telegram-add-admins-only")
            await answer_press(query, refused, is_alert=True)
            return
        # What an earlier process has begun to remove goes on as soon as it can.
        library: Library = await asyncio.shield(context.bot_data.library)
        match parts[1], numbers:
            case "u", [document_id, *number]:
                await self._undo(query, document_id, number, language, context)
                await asyncio.to_thread(library.forget_removed)
            case "r", [document_id, older_id, *number]:
                await self._replace(query, document_id, older_id, number, language, context)
                await asyncio.to_thread(library.forget_removed)
            case "k", [document_id]:
                await answer_press(query)
                await self._change(query, document_id, ("a:r:", "a:k:"), context)
            case _:  # of another version of the bot
                await answer_press(query)

    async def _undo(
        self,
        query: CallbackQuery,
        document_id: int,
        number: list[int],
        language: Language,
        context: Context,
    ) -> None:
        assert query.message
        title = await _remove(document_id, query.message.chat.id, context)
        await answer_press(query, say(language, "telegram-add-undone"))
        shown = say(language, "telegram-add-gone")  # by a press before this one
        if title:
            shown = say(language, "telegram-add-removed", title=shorten(title, _MAX_TITLE))
        if number:  # of a list
            (line,) = number
            await self._change(
                query,
                0,
                (f"a:u:{document_id}:", f"a:r:{document_id}:"),
                context,
                replaced={f"{line}. ": f"{line}. {shown}", f"⇄ {line}:": ""},
            )
            return
        await self._show(query, escape(shown, quote=False), None, (), context)

    async def _replace(
        self,
        query: CallbackQuery,
        document_id: int,
        older_id: int,
        number: list[int],
        language: Language,
        context: Context,
    ) -> None:
        assert query.message
        chat_id = query.message.chat.id
        library = context.bot_data.library.result()
        where = _own_collections(chat_id, library, context)
        if await asyncio.to_thread(library.entry, document_id, where) is None:
            # The newer one is gone: the older one is not to follow it.
            await answer_press(query, say(language, "telegram-add-gone"), is_alert=True)
            return
        await _remove(older_id, chat_id, context)
        said = say(language, "telegram-add-replaced")
        await answer_press(query, said)
        # The button that undoes goes, too: it would not bring the older one back.
        if number:
            (line,) = number
            await self._change(
                query,
                0,
                (f"a:r:{document_id}:", f"a:u:{document_id}:"),
                context,
                replaced={f"⇄ {line}:": f"{line}: {said}"},
            )
            return
        await self._change(query, document_id, ("a:r:", "a:k:", "a:u:"), context, instead=said)

    async def _change(
        self,
        query: CallbackQuery,
        document_id: int,
        gone: tuple[str, ...],
        context: Context,
        *,
        replaced: dict[str, str] | None = None,
        instead: str = "",
    ) -> None:
        """Take buttons away, and change what a receipt says.

        Args:
            query: The press.
            document_id: Of which it shows the beginning; 0 for none.
            gone: What the data of these buttons begins with.
            context: Holds the library.
            replaced: Lines of a list, by what they begin with.
            instead: Of the question for the older version; empty for nothing.
        """
        message = query.message
        if not isinstance(message, Message) or not message.is_accessible:
            return  # too old: what it shows is not known, nor can it be changed
        library = context.bot_data.library.result()
        collections = _own_collections(message.chat.id, library, context)
        first = await asyncio.to_thread(
            library.open_passages, document_id, collections, offset=0, limit=1
        )
        quoted = tuple(hit.passage_id for hit in first)
        # From here to where it is noted what is shown, nobody else has a turn.
        key = (message.chat.id, message.message_id)
        html, keyboard = self._shown.get(key, (message.text_html, message.reply_markup))
        if replaced is None:
            html = without_offer(html, instead)
        keyboard = without_buttons(keyboard, gone)
        for beginning, line in (replaced or {}).items():
            html = with_line(html, beginning, line)
        if replaced and not _has_undo(keyboard):
            html = with_line(html, "↩ ", "")  # nor what these buttons do
        if document_id and not quoted:
            language = language_of_press(query, context)
            html, keyboard = escape(say(language, "telegram-add-gone"), quote=False), None
        await self._show(query, html, keyboard, quoted, context)

    async def _show(
        self,
        query: CallbackQuery,
        html: str,
        keyboard: InlineKeyboardMarkup | None,
        quoted: tuple[int, ...],
        context: Context,
    ) -> None:
        assert query.message
        key = (query.message.chat.id, query.message.message_id)
        self._shown[key] = html, keyboard
        try:
            await edit_message(context.bot, *key, Shown(html, keyboard, quoted))
        except Withdrawn:
            gone = say(language_of_press(query, context), "telegram-add-gone")
            await self._show(query, escape(gone, quote=False), None, (), context)


async def _ask_for_question(query: CallbackQuery, language: Language, context: Context) -> None:
    """Let the person write a question, as a reply to a message of the bot's."""
    message = query.message
    assert message
    is_private = message.chat.type == message.chat.PRIVATE
    text = say(language, "telegram-add-ask-private" if is_private else "telegram-add-ask-group")
    placeholder = say(language, "telegram-add-placeholder")
    person = query.from_user
    # In a group only who pressed is to have the field for the reply opened.
    name = "" if is_private else f"{person.mention_html()}: "
    await context.bot.send_message(
        message.chat.id,
        name + escape(text, quote=False),
        parse_mode=ParseMode.HTML,
        message_thread_id=message.message_thread_id
        if isinstance(message, Message) and message.is_topic_message
        else None,
        reply_markup=ForceReply(selective=not is_private, input_field_placeholder=placeholder),
    )


def _has_undo(keyboard: InlineKeyboardMarkup | None) -> bool:
    rows = keyboard.inline_keyboard if keyboard else ()
    return any(str(button.callback_data).startswith("a:u:") for row in rows for button in row)


async def _remove(document_id: int, chat_id: int, context: Context) -> str:
    """Remove a document that was added in a chat; its title, empty where it was gone before.

    When this returns, nothing of it is on its way to anybody.
    """
    library = context.bot_data.library.result()
    collections = _own_collections(chat_id, library, context)
    entry = await asyncio.to_thread(library.entry, document_id, collections)
    if entry is not None:
        await context.bot_data.reading.forget_entry(entry.document)
    await asyncio.to_thread(library.remove, document_id, collections)
    await context.bot_data.outgoing.drained()
    return entry.document.title if entry else ""


def _own_collections(chat_id: int, library: "Library", context: Context) -> list[str]:
    """List the collections to which something may have been added in a chat."""
    shared = (
        [name for name in library.collections() if chat_of(name) is None]
        if is_operator(chat_id, context)
        else []
    )
    return [collection_of(chat_id), *shared]
