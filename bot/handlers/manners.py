"""Whom a handler serves: who keeps within the limits, and who decides for the chat."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import filters

from bot.addressing import author_id
from bot.context import Context, answer_press, language_of, language_of_press, reply
from bot.limits import Limits
from bot.localization import say
from bot.rights import is_from_admin

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]

NEW_MESSAGES = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)
"""Filter of what people write to one another; edits and the posts of channels are not of it."""


def limited(callback: Callback) -> Callback:
    """Make a handler of messages pass over those beyond the limits of its author and group.

    Who reaches one is told once in a while, and when to come back. Who speaks for a chat, as
    anonymous admins and channels do, has the limit of a person, together with all who do.
    """

    async def within_limits(update: Update, context: Context) -> None:
        message = update.effective_message
        assert message
        in_group = message.chat_id if message.chat_id < 0 else None
        refusal = context.bot_data.limits.take(author_id(message), in_group)
        if refusal is None:
            await callback(update, context)
        elif refusal.is_first:
            language = language_of(message, context)
            whose = refusal.whose
            text = say(language, f"telegram-limit-{whose}", seconds=refusal.wait_s)
            await reply(message, text)

    return within_limits


def limited_presses(callback: Callback, at_most: int) -> Callback:
    """Make a handler of presses pass over those beyond a limit, who presses is told.

    Args:
        callback: The handler.
        at_most: Presses of a person in limits.WINDOW_S seconds.
    """
    limits = Limits(person=at_most)

    async def within_limits(update: Update, context: Context) -> None:
        query = update.callback_query
        assert query
        refusal = limits.take(query.from_user.id)
        if refusal is None:
            await callback(update, context)
            return
        language = language_of_press(query, context)
        text = say(language, "telegram-card-limit", seconds=refusal.wait_s)
        await answer_press(query, text, is_alert=True)

    return within_limits


def for_admins(callback: Callback, refusal: str) -> Callback:
    """Make a handler of messages refuse all whose author does not decide for the chat.

    Args:
        callback: The handler.
        refusal: Id of what the others are told.
    """

    async def where_it_is_allowed(update: Update, context: Context) -> None:
        message = update.effective_message
        assert message
        if await is_from_admin(message, context):
            await callback(update, context)
        else:
            await reply(message, say(language_of(message, context), refusal))

    return where_it_is_allowed


def presses_for_admins(callback: Callback, refusal: str) -> Callback:
    """Make a handler of presses refuse who does not decide for the chat; see for_admins."""

    async def where_it_is_allowed(update: Update, context: Context) -> None:
        query = update.callback_query
        assert query
        chat_id = query.message.chat.id if query.message else 0  # below no message of ours
        members, person_id = context.bot_data.members, query.from_user.id
        if chat_id and await members.is_admin(context.bot, chat_id, person_id):
            await callback(update, context)
        else:
            text = say(language_of_press(query, context), refusal)
            await answer_press(query, text, is_alert=True)

    return where_it_is_allowed
