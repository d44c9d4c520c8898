"""/start, also with what a link brings along, and /help."""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.context import Context, language_of, reply
from bot.handlers.asking import answer_question
from bot.handlers.helping import show_help
from bot.handlers.inline import take_question
from bot.handlers.manners import NEW_MESSAGES, limited
from bot.localization import say
from bot.profile import show_operator_menu
from bot.replies import shorten
from bot.rights import is_operator

# What a link to the private chat may bring: t.me/bot?start=...
_HELP = "help"
_QUESTION = "q-"  # then a token of an inline question
_MAX_QUESTION = 200  # UTF-16 code units; enough to know it again


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    return [
        CommandHandler("start", limited(start), filters=NEW_MESSAGES),
        CommandHandler("help", limited(show_help), filters=NEW_MESSAGES),
    ]


async def start(update: Update, context: Context) -> None:
    """Say what the bot is for, or go on with what the person came for."""
    message = update.message
    assert message
    is_private = message.chat.type == message.chat.PRIVATE
    brought = context.args[0] if context.args and is_private else ""
    language = language_of(message, context)
    if brought == _HELP or not is_private:
        await show_help(update, context)
    elif brought.startswith(_QUESTION):
        question = take_question(brought.removeprefix(_QUESTION))
        if question is None:
            await reply(message, say(language, "telegram-start-forgotten"))
        else:
            # Of the link Telegram shows only "/start".
            shown = shorten(question, _MAX_QUESTION)
            above = say(language, "telegram-your-question", question=shown)
            await answer_question(message, question, context, above=above)
    else:
        await reply(message, say(language, "telegram-start"))
    if is_private and is_operator(message.chat_id, context):
        await show_operator_menu(context.bot, message.chat_id)
