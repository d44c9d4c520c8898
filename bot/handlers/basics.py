"""/start and /help, and the menu that Telegram shows of all commands."""

import logging

from telegram import BotCommand, Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CommandHandler, ExtBot, filters

from bot.context import Context, language_of, reply
from bot.localization import LANGUAGES, Language, say

logger = logging.getLogger(__name__)

_ASK: dict[Language, str] = {"tr": "sor", "en": "ask"}


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    fresh = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)
    return [
        CommandHandler("start", start, filters=fresh),
        CommandHandler("help", show_help, filters=fresh),
    ]


async def start(update: Update, context: Context) -> None:
    """Say what the bot is for."""
    assert update.message
    await reply(update.message, say(language_of(update.message, context), "telegram-start"))


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask, and what an answer looks like."""
    assert update.message
    await reply(update.message, say(language_of(update.message, context), "telegram-help"))


async def show_menu(bot: ExtBot[int]) -> None:
    """Tell Telegram the commands, in each language; who speaks another sees English."""
    try:
        for language in LANGUAGES:
            await bot.set_my_commands(_menu(language), language_code=language)
        await bot.set_my_commands(_menu("en"))
    except TelegramError as error:
        logger.warning("The menu of commands could not be set: %s", error)


def _menu(language: Language) -> list[BotCommand]:
    return [
        BotCommand(_ASK[language], say(language, "telegram-command-ask")),
        BotCommand("help", say(language, "telegram-command-help")),
        BotCommand("start", say(language, "telegram-command-start")),
    ]
