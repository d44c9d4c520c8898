"""/settings, for who decides in a chat; and who decides there no more."""

import asyncio

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    Update,
)
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
)

from bot.chats import ChatSettings
from bot.context import (
    Context,
    answer_press,
    change_message,
    has_button,
    language_of,
    language_of_press,
    reply,
)
from bot.handlers.manners import (
    NEW_MESSAGES,
    for_admins,
    limited,
    limited_presses,
    presses_for_admins,
)
from bot.localization import LANGUAGES, Language, name_language, say

PRESSES = 20
"""Of a person, in limits.WINDOW_S seconds."""

_OWN = "own"
_REFUSAL = "telegram-settings-admins-only"


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    show = for_admins(show_settings, _REFUSAL)
    change = presses_for_admins(choose, _REFUSAL)
    return [
        CommandHandler("settings", limited(show), filters=NEW_MESSAGES),
        CallbackQueryHandler(limited_presses(change, PRESSES), pattern=r"^s:"),
        ChatMemberHandler(forget_member, ChatMemberHandler.CHAT_MEMBER),
    ]


async def show_settings(update: Update, context: Context) -> None:
    """Show the settings of a chat, with buttons, to who decides for it."""
    message = update.message
    assert message
    settings = context.bot_data.state.settings_of(message.chat_id)
    is_private = message.chat.type == message.chat.PRIVATE
    text, keyboard = settings_menu(settings, language_of(message, context), is_private=is_private)
    await reply(message, text, keyboard=keyboard)


async def choose(update: Update, context: Context) -> None:
    """Keep what a button of the settings stands for, and show how they are now."""
    query = update.callback_query
    assert query
    if query.message is None or not has_button(query, "s:"):  # not below a menu of ours
        await answer_press(query)
        return
    chat_id, state = query.message.chat.id, context.bot_data.state
    chosen = read_choice(query.data or "")
    before = state.settings_of(chat_id)
    if chosen:
        await asyncio.to_thread(state.change_settings, chat_id, **chosen)
    language = language_of_press(query, context)  # perhaps just chosen
    await answer_press(query, say(language, "telegram-settings-saved") if chosen else "")
    after = state.settings_of(chat_id)
    is_private = query.message.chat.type == query.message.chat.PRIVATE
    text, keyboard = settings_menu(after, language, is_private=is_private)
    # Another edit may be on its way, after which the message no longer shows what it did.
    if after != before or not _shows(query.message, text, keyboard):
        await change_message(query, text, keyboard=keyboard)


async def forget_member(update: Update, context: Context) -> None:
    """Ask Telegram anew about a person whose place in a chat has changed.

    Telegram tells of such changes only where the bot is an admin itself.
    """
    change = update.chat_member
    assert change
    context.bot_data.members.forget(change.chat.id, change.new_chat_member.user.id)


def settings_menu(
    settings: ChatSettings, language: Language, *, is_private: bool
) -> tuple[str, InlineKeyboardMarkup]:
    """Build the message that shows the settings of a chat, and its buttons.

    Args:
        settings: As they are.
        language: Of the reader.
        is_private: Whether the chat has one reader only.
    """
    whose = "my" if is_private else "own"
    own = say(language, f"telegram-settings-{whose}-language")
    names: dict[str | None, str] = {None: own} | {code: name_language(code) for code in LANGUAGES}
    buttons = [
        InlineKeyboardButton(
            f"✓ {name}" if code == settings.language else name,
            callback_data=f"s:language:{code or _OWN}",
        )
        for code, name in names.items()
    ]
    keeping = (
        InlineKeyboardButton(say(language, "telegram-settings-erase"), callback_data="s:keep:no")
        if settings.keeps_text
        else InlineKeyboardButton(
            say(language, "telegram-settings-keep"), callback_data="s:keep:yes"
        )
    )
    text = say(
        language,
        "telegram-settings",
        chosen=names.get(settings.language, own),
        keeps="yes" if settings.keeps_text else "no",
    )
    return text, InlineKeyboardMarkup([buttons[:1], buttons[1:], [keeping]])


def _shows(message: MaybeInaccessibleMessage, text: str, keyboard: InlineKeyboardMarkup) -> bool:
    """Whether a message is known to show just this already."""
    if not isinstance(message, Message):
        return False
    return (message.text, message.reply_markup) == (text, keyboard)


def read_choice(data: str) -> dict[str, str | bool | None]:
    """Read the data of a button.

    Returns:
        Fields of ChatSettings; none where the button is of another version of the bot.
    """
    match data.split(":"):
        case ["s", "language", code] if code == _OWN or code in LANGUAGES:
            return {"language": None if code == _OWN else code}
        case ["s", "keep", "yes" | "no" as kept]:
            return {"keeps_text": kept == "yes"}
    return {}
