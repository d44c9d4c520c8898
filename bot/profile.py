"""What people see of the bot before they write: the menu of commands, its name, its descriptions.

All of it stands in the files of ``locales/``. Telegram has it in each of their languages, and in
English for everybody else.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.localization import FALLBACK, LANGUAGES, say
from bot.settings import Settings

logger = logging.getLogger(__name__)

# A call is given up after this time, so that the next ones get their turn: Telegram lets a name be
# changed some times a day only, and then asks to wait for hours.
_PATIENCE_S = 30.0

_GROUP = ("ask", "help", "documents", "collections", "forget_me")
_OF_CHAT = ("add", "documents", "collections", "export", "erase", "settings", "stats", "forget_me")
_PRIVATE = ("ask", "help", *_OF_CHAT, "start")
_SCOPES: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (BotCommandScopeDefault(), _GROUP),
    (BotCommandScopeAllPrivateChats(), _PRIVATE),
    (BotCommandScopeAllGroupChats(), _GROUP),
    (BotCommandScopeAllChatAdministrators(), ("ask", "help", *_OF_CHAT)),
)
_OPERATOR = (*_PRIVATE, "doctor")

# By what Telegram calls them. The name comes last: it is what Telegram most often refuses.
_TEXTS = {
    "description": "telegram-description",
    "short_description": "telegram-short-description",
    "name": "telegram-name",
}

# None is for everybody whose language has no file.
_LANGUAGES = (None, *LANGUAGES)


class Menu(NamedTuple):
    """The commands that Telegram offers to some people.

    Attributes:
        scope: Where.
        language: Whose; None for people whose language has no menu of its own.
        commands: In order.
    """

    scope: BotCommandScope
    language: str | None
    commands: tuple[BotCommand, ...]


def menus(operators: Iterable[int] = ()) -> list[Menu]:
    """List the menus of all people, and those of the operators' private chats."""
    scopes = [
        *_SCOPES,
        *((BotCommandScopeChat(operator), _OPERATOR) for operator in sorted(operators)),
    ]
    return [
        Menu(scope, language, tuple(_command(name, language) for name in names))
        for scope, names in scopes
        for language in _LANGUAGES
    ]


async def show_profile(bot: ExtBot[int], settings: Settings) -> None:
    """Bring what Telegram shows of the bot level with the files of ``locales/``.

    Only what differs is set. What cannot be set is logged, and is tried again at the next start.

    Args:
        bot: Logged in.
        settings: Names the operators, and tells whether name and descriptions stay as they are.
    """
    await _show_menus(bot, menus(settings.operators))
    if settings.profile == "set":
        for language in _LANGUAGES:
            await _show_texts(bot, language)


async def show_operator_menu(bot: ExtBot[int], operator: int) -> None:
    """Offer an operator the commands of operators, once their private chat exists."""
    own = [menu for menu in menus([operator]) if isinstance(menu.scope, BotCommandScopeChat)]
    await _show_menus(bot, own)


async def _show_menus(bot: ExtBot[int], menus: Iterable[Menu]) -> None:
    for scope, language, commands in menus:
        async with _attempt(f"The menu of commands ({scope.type})"):
            if await bot.get_my_commands(scope, language) != commands:
                await bot.set_my_commands(commands, scope, language)


async def _show_texts(bot: ExtBot[int], language: str | None) -> None:
    spoken = language or FALLBACK
    for field, message in _TEXTS.items():
        what, text = field.replace("_", " "), say(spoken, message)
        async with _attempt(f"The bot's {what}"):
            # Each text has methods and a field of its own, named alike.
            old = getattr(await getattr(bot, f"get_my_{field}")(language), field)
            if old != text:
                await getattr(bot, f"set_my_{field}")(text, language)
                _note_replaced(what, old)


@asynccontextmanager
async def _attempt(what: str) -> AsyncIterator[None]:
    """Try for some time; failure is only logged."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield
    except TimeoutError:
        logger.warning("%s could not be set: no success within %d s", what, _PATIENCE_S)
    except TelegramError as error:
        logger.warning("%s could not be set: %s", what, error)


def _note_replaced(what: str, old: str) -> None:
    """Log a text that is gone from Telegram, so that the operator can have it back."""
    if old:
        logger.info("The bot's %s was %r; ALINTI_PROFILE=keep lets you keep your own", what, old)


def _command(name: str, language: str | None) -> BotCommand:
    spoken, key = language or FALLBACK, name.replace("_", "-")
    shown = say(spoken, "telegram-ask-command") if name == "ask" else name
    return BotCommand(shown, say(spoken, f"telegram-command-{key}"))
