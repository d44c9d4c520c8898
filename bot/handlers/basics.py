"""/start, also with what a link brings along, and /help."""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, filters

from bot.context import Context, language_of, reply
from bot.handlers.asking import answer_question
from bot.handlers.inline import take_question
from bot.handlers.manners import limited
from bot.localization import Language, say
from bot.profile import show_operator_menu

# What a link to the private chat may bring: t.me/bot?start=...
_HELP = "help"
_QUESTION = "q-"  # then a token of an inline question


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    fresh = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)
    return [
        CommandHandler("start", limited(start), filters=fresh),
        CommandHandler("help", limited(show_help), filters=fresh),
    ]


async def start(update: Update, context: Context) -> None:
    """Say what the bot is for, or go on with what the person came for."""
    message = update.message
    assert message
    is_private = message.chat.type == message.chat.PRIVATE
    brought = context.args[0] if context.args and is_private else ""
    language = language_of(message, context)
    if brought == _HELP:
        await show_help(update, context)
    elif brought.startswith(_QUESTION):
        question = take_question(brought.removeprefix(_QUESTION))
        if question is None:
            await reply(message, say(language, "telegram-start-forgotten"))
        else:
            await answer_question(message, question, context)
    else:
        await reply(message, say(language, "telegram-start"))
    if is_private and message.chat_id in context.bot_data.settings.operators:
        await show_operator_menu(context.bot, message.chat_id)


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask, and what an answer looks like."""
    message = update.message
    assert message
    language = language_of(message, context)
    if message.chat.type != message.chat.PRIVATE:
        await reply(message, say(language, "telegram-help-group"))
        return
    bot = context.bot
    inline_name = f"@{bot.username}" if bot.supports_inline_queries else None
    await reply(message, help_text(language, inline_name))


def help_text(language: Language, inline_name: str | None) -> str:
    """Build the help of a private chat.

    Args:
        language: Of the reader.
        inline_name: What to write before a question in other chats; None where inline mode is
            off.
    """
    ways = say(language, "telegram-help")
    if inline_name:
        ways += "\n" + say(language, "telegram-help-inline", bot=inline_name)
    parts = ("telegram-help-quote", "telegram-help-buttons", "telegram-help-commands")
    return "\n\n".join([ways, *(say(language, part) for part in parts)])
