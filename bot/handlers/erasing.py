"""/erase: everything of a chat, at once, when an admin has confirmed it."""

import asyncio
import logging
import re
import time
from functools import partial

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.context import (
    Context,
    answer_press,
    change_message,
    has_button,
    language_of,
    language_of_press,
    reply,
)
from bot.erasing import erase_chat
from bot.handlers.manners import (
    NEW_MESSAGES,
    for_admins,
    limited,
    limited_presses,
    presses_for_admins,
)
from bot.localization import say
from bot.rights import collection_of
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

PRESSES = 10
"""Of a person, in limits.WINDOW_S seconds."""
VALID_S = 600
"""How long a question whether to erase may be confirmed; it names what there was then."""

_NO = "e:no"
_REFUSAL = "telegram-erase-admins-only"


def handlers() -> list[BaseHandler[Update, Context, None]]:
    """List the handlers of this file."""
    offer = for_admins(offer_to_erase, _REFUSAL)
    confirm = presses_for_admins(partial(_confirm, set()), _REFUSAL)
    return [
        CommandHandler("erase", limited(offer), filters=NEW_MESSAGES),
        CallbackQueryHandler(limited_presses(confirm, PRESSES), pattern=r"^e:"),
    ]


async def offer_to_erase(update: Update, context: Context) -> None:
    """Say what of the chat will be erased, below it a button that does it."""
    message = update.message
    assert message
    language = language_of(message, context)
    library = await asyncio.shield(context.bot_data.library)
    counts = await asyncio.to_thread(library.count, [collection_of(message.chat_id)])
    stats = await asyncio.to_thread(context.bot_data.state.stats, message.chat_id)
    text = say(
        language,
        "telegram-erase",
        documents=counts.entries,
        passages=counts.passages,
        questions=stats.questions,
        minutes=VALID_S // 60,
    )
    yes, no = (
        InlineKeyboardButton(say(language, f"telegram-erase-{name}"), callback_data=data)
        for name, data in (("yes", f"e:{int(time.time())}"), ("no", _NO))
    )
    await reply(message, text, keyboard=InlineKeyboardMarkup([[yes], [no]]))


async def _confirm(erasing: set[int], update: Update, context: Context) -> None:
    """Erase everything of a chat, if one of its admins presses in time.

    Args:
        erasing: Chats that are being erased.
        update: The press.
        context: Holds all that is kept.
    """
    query = update.callback_query
    assert query
    data, language = query.data or "", language_of_press(query, context)
    if query.message is None or not has_button(query, re.escape(data) + r"\Z"):
        await answer_press(query, say(language, "telegram-erase-late"), is_alert=True)
        return
    chat_id = query.message.chat.id
    if data == _NO:
        await answer_press(query)
        await change_message(query, say(language, "telegram-erase-kept"))
        return
    if not _is_in_time(data):
        await answer_press(query, say(language, "telegram-erase-late"), is_alert=True)
        await change_message(query, say(language, "telegram-erase-late"))
        return
    # It may take longer than a press can wait for its answer.
    await answer_press(query, say(language, "telegram-erase-begun"))
    if chat_id in erasing:
        return
    erasing.add(chat_id)
    try:
        erased = await erase_chat(chat_id, context.bot_data)
    except AlintiError:
        logger.exception("A chat could not be erased")
        await change_message(query, say(language, "telegram-erase-trouble"))
        return
    finally:
        erasing.remove(chat_id)
    await change_message(query, say(language, "telegram-erase-done", **erased._asdict()))


def _is_in_time(data: str) -> bool:
    stamp = data.removeprefix("e:")
    return stamp.isascii() and stamp.isdigit() and time.time() - int(stamp) <= VALID_S
