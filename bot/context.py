"""What every handler has at hand: the library, the reader's language, a way to reply."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.ext import Application, CallbackContext, ExtBot

from bot.localization import Language, choose_language

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library


@dataclass
class BotData:
    """What the handlers of one application share.

    Attributes:
        library: Done when the library is loaded. Shield it when waiting: it is everybody's.
        language: Spoken where Telegram does not tell the reader's language.
        albums: The last albums that were replied to: each of their pictures is a message.
    """

    library: "asyncio.Future[Library]"
    language: Language = "tr"
    albums: deque[str] = field(default_factory=lambda: deque(maxlen=100))


Context = CallbackContext[ExtBot[int], dict[Any, Any], dict[Any, Any], BotData]
BotApplication = Application[ExtBot[int], Context, dict[Any, Any], dict[Any, Any], BotData, None]


def language_of(message: Message, context: Context) -> Language:
    """Tell the language in which a message is to be answered."""
    code = message.from_user.language_code if message.from_user else None
    return choose_language(code, context.bot_data.language)


async def reply(message: Message, text: str, *, parse_mode: str | None = None) -> None:
    """Answer a message, in its topic, even if it is deleted meanwhile."""
    await message.reply_text(
        text,
        parse_mode=parse_mode,
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        # The preview of a source's link would bury the quote.
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
