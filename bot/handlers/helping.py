"""The help, for who sends /help or asks for it in words."""

from telegram import Update

from bot.chats import KEPT_DAYS
from bot.context import Context, language_of, reply
from bot.localization import Language, say


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask, and what an answer looks like."""
    message = update.message
    assert message
    language = language_of(message, context)
    if message.chat.type != message.chat.PRIVATE:
        await reply(message, group_help_text(language))
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
    parts = (
        "telegram-help-quote",
        "telegram-help-buttons",
        "telegram-help-add",
        "telegram-help-documents",
        "telegram-help-collections",
        "telegram-help-commands",
    )
    return "\n\n".join([ways, *(say(language, part, days=KEPT_DAYS) for part in parts)])


def group_help_text(language: Language) -> str:
    """Build the help of a group."""
    parts = (
        "telegram-help-group",
        "telegram-help-add-group",
        "telegram-help-documents-group",
        "telegram-help-collections-group",
    )
    return "\n\n".join(say(language, part, days=KEPT_DAYS) for part in parts)
