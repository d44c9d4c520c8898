"""What became of the questions of a chat: /stats. And to be forgotten: /forget_me."""

import asyncio

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.addressing import person_of
from bot.context import (
    Context,
    answer_press,
    change_message,
    has_button,
    language_of,
    language_of_press,
    reply,
)
from bot.handlers.manners import NEW_MESSAGES, for_admins, limited, limited_presses
from bot.localization import Language, say
from bot.replies import shorten
from bot.state import Stats

PRESSES = 5
"""Of a person who wants to be forgotten, in limits.WINDOW_S seconds."""

# Ten of them, and what stands above, fit into a message.
_MAX_QUESTION = 200


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    show = for_admins(show_stats, "telegram-stats-admins-only")
    return [
        CommandHandler("stats", limited(show), filters=NEW_MESSAGES),
        CommandHandler("forget_me", limited(offer_to_forget), filters=NEW_MESSAGES),
        CallbackQueryHandler(limited_presses(forget, PRESSES), pattern=r"^f:"),
    ]


async def show_stats(update: Update, context: Context) -> None:
    """Sum up what happened in a chat, for who decides for it."""
    message = update.message
    assert message
    state = context.bot_data.state
    keeps_text = state.settings_of(message.chat_id).keeps_text
    # A year of a large group: not while everybody waits.
    stats = await asyncio.to_thread(state.stats, message.chat_id)
    await reply(message, stats_text(stats, language_of(message, context), keeps_text=keeps_text))


async def offer_to_forget(update: Update, context: Context) -> None:
    """Say what will be erased of the author and what will not, below it a button that does it."""
    message = update.message
    assert message
    language = language_of(message, context)
    person = person_of(message)
    if person is None:
        await reply(message, say(language, "telegram-forget-anonymous"))
        return
    text = say(language, "telegram-forget")
    if message.chat_id == person.id:  # others need not read how much somebody asks
        state = context.bot_data.state
        traces = await asyncio.to_thread(state.traces_of, person.id)
        if not any(traces) and not state.has_settings(person.id):
            await reply(message, say(language, "telegram-forget-nothing"))
            return
        text += "\n\n" + say(language, "telegram-forget-kept", **traces._asdict())
    button = InlineKeyboardButton(
        say(language, "telegram-forget-button"), callback_data=f"f:{person.id}"
    )
    await reply(message, text, keyboard=InlineKeyboardMarkup([[button]]))


async def forget(update: Update, context: Context) -> None:
    """Erase what is kept of a person, if it is they who press."""
    query = update.callback_query
    assert query
    person = query.from_user
    language = language_of_press(query, context)
    if query.data != f"f:{person.id}" or not has_button(query, rf"f:{person.id}\Z"):
        await answer_press(query, say(language, "telegram-forget-not-yours"), is_alert=True)
        return
    traces = await asyncio.to_thread(context.bot_data.state.forget_person, person.id)
    # Only who pressed sees the alert.
    erased = say(language, "telegram-forget-erased", **traces._asdict())
    await answer_press(query, erased, is_alert=True)
    await change_message(query, say(language, "telegram-forget-done"))


def stats_text(stats: Stats, language: Language, *, keeps_text: bool) -> str:
    """Build the message that sums up what happened in a chat.

    Args:
        stats: Of the chat.
        language: Of the reader.
        keeps_text: Whether the chat keeps the text of questions.

    Returns:
        Plain text of at most 4096 UTF-16 code units; long questions are shortened.
    """
    if not stats.questions:
        return say(language, "telegram-stats-nothing")
    parts = [
        say(
            language,
            "telegram-stats",
            questions=stats.questions,
            answered=stats.answered,
            percent=100 * stats.answered // stats.questions,
            up=stats.up,
            down=stats.down,
        )
    ]
    if not keeps_text:
        parts.append(say(language, "telegram-stats-no-text"))
    elif not stats.unanswered:
        parts.append(say(language, "telegram-stats-none-open"))
    else:
        questions = (f"• {shorten(text, _MAX_QUESTION)}" for text in stats.unanswered)
        parts.append("\n".join([say(language, "telegram-stats-open"), *questions]))
    return "\n\n".join(parts)
