"""The one gate: what comes from where the bot serves is let in, before any other handler.

With ALINTI_ALLOWED the operator closes the bot to strangers. What it says there is said here.
"""

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import Callable

from cachetools import TTLCache
from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    InlineQueryResultsButton,
    Message,
    Update,
    User,
)
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, BaseHandler, TypeHandler

from bot.addressing import author_id, is_of_bot
from bot.context import PLAIN, Context, answer_press, language_in, language_of, reply, unless
from bot.handlers.inline import plain_article
from bot.localization import say
from bot.rights import is_operator
from bot.state import State

logger = logging.getLogger(__name__)

TOLD_AGAIN_S = 600
"""Who is refused is told so once in this time, however often they write."""

# That the bot was let in, or that a group was another one before, is told in another update, which
# may come a little later.
_KNOWN_AFTER_S = 1.0


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file: they belong into a group before that of all others."""
    return [TypeHandler(Update, Gate().admit)]


class Gate:
    """Lets updates in or ends them; for one application.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._told: TTLCache[int, bool] = TTLCache(10_000, TOLD_AGAIN_S, clock)
        # What is noted of chats already: by their number, title and kind.
        self._noted: TTLCache[int, tuple[str, str]] = TTLCache(10_000, 24 * 60 * 60)
        self._noting = asyncio.Lock()

    async def admit(self, update: Update, context: Context) -> None:
        """Let an update in that comes from where the bot serves.

        Raises:
            ApplicationHandlerStop: If it does not; who has sent it is told.
        """
        if not await _is_served(update, context):
            with contextlib.suppress(TelegramError):  # it need not be heard
                await self._refuse(update, context)
            raise ApplicationHandlerStop
        await self._note_chat(update, context)

    async def _note_chat(self, update: Update, context: Context) -> None:
        """Note where the bot is, once in a while and whenever that has another name."""
        change, message = update.my_chat_member, update.message or update.channel_post
        if change and not is_in(change.new_chat_member):
            self._noted.pop(change.chat.id, None)
        elif change:
            await asyncio.to_thread(_note, change.chat, None, context.bot_data.state)
        elif message and self._noted.get(message.chat_id) != _seen(message.chat):
            await self._note_seen(message, context.bot_data.state)

    async def _note_seen(self, message: Message, state: State) -> None:
        is_noted = state.is_noted(message.chat_id, *_seen(message.chat))
        if not is_noted:
            # One after another: what a person asks in two new groups stays in its order.
            async with self._noting:
                # It may have waited while the bot was thrown out: its date tells.
                is_noted = await asyncio.to_thread(_note, message.chat, message.date, state)
        if is_noted:
            self._noted[message.chat_id] = _seen(message.chat)

    async def _refuse(self, update: Update, context: Context) -> None:
        if query := update.inline_query:
            await _refuse_inline(query, context)
        elif press := update.callback_query:
            await _refuse_press(press, context)
        elif guest := update.guest_message:
            await self._refuse_guest(guest, context)
        elif (chat := update.effective_chat) is None:
            return
        elif chat.type != Chat.PRIVATE:
            await self._leave(chat, update.effective_user, context)
        elif (message := update.message) and self._is_first(chat.id):
            await reply(message, say(language_of(message, context), "telegram-closed"))

    async def _refuse_guest(self, message: Message, context: Context) -> None:
        author = author_id(message)
        if message.guest_query_id and not is_of_bot(message) and self._is_first(author):
            language = language_in(author, message.from_user, context)
            refusal = plain_article(say(language, "telegram-closed"))
            with unless("query is too old"):
                await context.bot.answer_guest_query(message.guest_query_id, refusal)

    async def _leave(self, chat: Chat, person: User | None, context: Context) -> None:
        # A channel's readers have not asked for it; who has added the bot sees that it is gone.
        if chat.type != Chat.CHANNEL and self._is_first(chat.id):
            language = language_in(chat.id, person, context)
            text = say(language, "telegram-closed-group", id=str(chat.id))
            with contextlib.suppress(TelegramError):  # not every group lets it write
                await context.bot.send_message(chat.id, text, link_preview_options=PLAIN)
        logger.info("The bot leaves a chat that ALINTI_ALLOWED does not admit")
        await context.bot.leave_chat(chat.id)

    def _is_first(self, whom: int) -> bool:
        is_first = whom not in self._told
        if is_first:
            self._told[whom] = True
        return is_first


def is_in(member: ChatMember) -> bool:
    """Whether who is this in a chat is in it."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


async def _is_served(update: Update, context: Context) -> bool:
    """Whether the bot serves there; who lets it in is noted, for the time when it is closed."""
    change = update.my_chat_member
    if change and is_in(change.new_chat_member):
        await _note_admission(change, context)
    if update.message:
        await _admit_moved(update.message, context)
    if not context.bot_data.settings.allowed or (change and not is_in(change.new_chat_member)):
        return True
    chat = update.effective_chat
    if chat is None or chat.type == Chat.PRIVATE or update.guest_message:
        return _is_person_served(update, context)
    # What is kept of a group goes to the supergroup, perhaps before the group tells of that one.
    moved_to = update.message.migrate_to_chat_id if update.message else None
    chat_id = moved_to or chat.id
    if _is_chat_served(chat_id, context):
        return True
    await asyncio.sleep(_KNOWN_AFTER_S)
    return _is_chat_served(chat_id, context)


async def _admit_moved(message: Message, context: Context) -> None:
    """Let a group that becomes a supergroup stay admitted: no list has its new number yet."""
    old = message.migrate_from_chat_id or message.chat_id
    new = message.migrate_to_chat_id or message.chat_id
    if old == new or _is_chat_served(new, context):
        return
    state = context.bot_data.state
    by = old if old in context.bot_data.settings.allowed else state.admitted_by(old)
    if by is not None:
        before = state.admitted_by(new)
        await asyncio.to_thread(state.admit, new, by, instead_of=before)


async def _note_admission(change: ChatMemberUpdated, context: Context) -> None:
    chat, person = change.chat, change.from_user
    if chat.type == Chat.PRIVATE:
        return
    state = context.bot_data.state
    before = state.admitted_by(chat.id)
    # Who promotes the bot where it is admitted already changes nothing; who lets it in again where
    # it was thrown out has to be listed themselves.
    if (
        before is None
        or state.has_left(chat.id)
        or (_is_listed(person.id, context) and not _is_listed(before, context))
    ):
        await asyncio.to_thread(state.admit, chat.id, person.id, instead_of=before)


def _is_person_served(update: Update, context: Context) -> bool:
    """Whether the person is served who has sent an update, or the chat for which they speak."""
    message = update.guest_message or update.message
    author = author_id(message) if message else 0
    person = update.effective_user
    who = author or (person.id if person else 0)
    # An update of nobody is nobody's business.
    return not who or _is_listed(who, context)


def _is_chat_served(chat_id: int, context: Context) -> bool:
    """Whether a group or channel is listed, or somebody who is has let the bot in."""
    allowed = context.bot_data.settings.allowed
    if chat_id in allowed:
        return True
    by = context.bot_data.state.admitted_by(chat_id)
    return by is not None and _is_listed(by, context)


def _is_listed(whom: int, context: Context) -> bool:
    return whom in context.bot_data.settings.allowed or is_operator(whom, context)


async def _refuse_inline(query: InlineQuery, context: Context) -> None:
    language = language_in(query.from_user.id, query.from_user, context)
    button = InlineQueryResultsButton(
        say(language, "telegram-closed-inline"), start_parameter="help"
    )
    with unless("query is too old"):
        await query.answer([], cache_time=0, is_personal=True, button=button)


async def _refuse_press(query: CallbackQuery, context: Context) -> None:
    person = query.from_user
    language = language_in(person.id, person, context)
    await answer_press(query, say(language, "telegram-closed"), is_alert=True)


def _seen(chat: Chat) -> tuple[str, str]:
    return chat.title or "", chat.type


def _note(chat: Chat, date: dt.datetime | None, state: State) -> bool:
    return state.note_chat(chat.id, *_seen(chat), date)
