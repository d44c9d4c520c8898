"""What every handler has at hand: library, memory, the reader's language, a way to reply."""

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from cachetools import LRUCache
from telegram import (
    Bot,
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    User,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import Application, CallbackContext, ExtBot

from bot.channels import Channels
from bot.limits import Limits
from bot.linked import LinkedChannels
from bot.localization import Language, choose_language
from bot.outgoing import Outgoing, quoting
from bot.rights import Members, chat_of
from bot.settings import Settings
from bot.shown import Shown, plain
from bot.state import State
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from bot.exports import Exports  # which imports this module
    from bot.reading import Reading  # as this one does

    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library

PLAIN = LinkPreviewOptions(is_disabled=True)
"""For every message: the preview of a source's link would bury the quote."""


# In lower case, what Telegram calls a bad request where it is one of the wrong place: the bot has
# no right to write there, or the topic is closed or gone.
_NOT_ADMITTED = (
    "not enough rights",
    "no rights to send",
    "no write access",
    "need administrator rights",
    "topic_closed",
    "message thread not found",
)


REFUSALS = 5
"""Of files and texts of a person, in limits.WINDOW_S seconds: who sends more reads no more."""


@dataclass
class BotData:
    """What the handlers of one application share.

    Attributes:
        library: Done when the library is loaded. Shield it when waiting: it is everybody's.
        state: The bot's memory. It is quick to read; write to it in a thread.
        settings: The operator's.
        members: Who is in which chat.
        linked: Which channel a group discusses.
        limits: Who may ask how often.
        refusals: How often a person is told why a file or text of theirs is not taken.
        albums: The last albums that were replied to: each of their pictures is a message.
        askers: Held while a question of a person is looked up, by the person's id.
        up_to_date: Cards that are known to show what the bot remembers of them, by their ids.
            An earlier process may have died between the two.
        channels: Keeps the posts of channels.
        outgoing: What is on its way to Telegram, for who removes documents.
        reading: Takes the files and texts that people give.
        exports: Archives that are on their way.
    """

    library: "asyncio.Future[Library]"
    state: State
    settings: Settings
    members: Members = field(default_factory=Members)
    linked: LinkedChannels = field(default_factory=LinkedChannels)
    limits: Limits = field(default_factory=Limits)
    refusals: Limits = field(default_factory=lambda: Limits(person=REFUSALS))
    albums: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    # Weak: a lock that nobody holds or waits for is gone.
    askers: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    up_to_date: LRUCache[int, bool] = field(default_factory=lambda: LRUCache(10_000))
    channels: Channels = field(default_factory=Channels)
    outgoing: Outgoing = field(init=False)
    reading: "Reading" = field(init=False)
    exports: "Exports" = field(init=False)

    def __post_init__(self) -> None:
        self.outgoing = Outgoing(self.may_quote)

    def may_quote(self, passage_ids: Sequence[int]) -> bool:
        """Whether all of some passages may be shown to anybody now; quick.

        Not if one is removed, nor if it belongs to a chat that the bot has left. Nothing is quoted
        before the library is loaded.

        Raises:
            StoreError: If the library or the bot's memory cannot be read.
        """
        library = self.library.result()
        chats = map(chat_of, library.collections_of(passage_ids))
        has_left = any(chat is not None and self.state.has_left(chat) for chat in chats)
        return not has_left and library.still_there(passage_ids)


Context = CallbackContext[ExtBot[int], dict[Any, Any], dict[Any, Any], BotData]
BotApplication = Application[ExtBot[int], Context, dict[Any, Any], dict[Any, Any], BotData, None]


def language_of(message: Message, context: Context) -> Language:
    """Tell the language in which a message is to be answered: the chat's, or its author's."""
    return language_in(message.chat_id, message.from_user, context)


def language_in(chat_id: int, user: User | None, context: Context) -> Language:
    """Tell the language in which a person is to be spoken to.

    Args:
        chat_id: Where; for what is in no chat, the person's id, which their private one has.
        user: The person; None where Telegram does not tell.
        context: Holds what the chat has chosen.
    """
    chosen = None
    with contextlib.suppress(AlintiError):  # so that at least an apology can be said
        chosen = context.bot_data.state.settings_of(chat_id).language
    code = chosen or (user.language_code if user else None)
    return choose_language(code, context.bot_data.settings.language or "tr")


def language_of_press(query: CallbackQuery, context: Context) -> Language:
    """Tell the language in which who presses a button is to be spoken to."""
    person = query.from_user
    return language_in(query.message.chat.id if query.message else person.id, person, context)


async def reply(
    message: Message,
    what: str | Shown,
    *,
    keyboard: InlineKeyboardMarkup | ForceReply | None = None,
) -> Message:
    """Answer a message, in its topic, even if it is deleted meanwhile.

    Args:
        message: To be answered.
        what: The answer; a plain text, or more than that.
        keyboard: Below it, where it has no buttons of its own.

    Raises:
        Withdrawn: If a passage that it quotes is gone when it is to be sent.
    """
    shown = _shown(what)
    with quoting(shown.quoted):
        return await message.reply_text(
            shown.html,
            parse_mode=ParseMode.HTML,
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
            link_preview_options=PLAIN,
            reply_markup=shown.keyboard or keyboard,
        )


async def answer_press(query: CallbackQuery, text: str = "", *, is_alert: bool = False) -> None:
    """Answer the press of a button; where it is too late, nobody waits any more.

    Args:
        query: The press.
        text: At most 200 characters; only who pressed sees them.
        is_alert: Whether the text stays until it is closed.
    """
    with unless("query is too old"):
        await query.answer(text or None, show_alert=is_alert)


async def change_message(
    query: CallbackQuery,
    what: str | Shown,
    *,
    keyboard: InlineKeyboardMarkup | None = None,
) -> None:
    """Show something else in the message whose button was pressed; see edit_message."""
    if query.message is None:
        return
    where = query.message.chat.id, query.message.message_id
    await edit_message(query.get_bot(), *where, what, keyboard=keyboard)


async def edit_message(
    bot: Bot,
    chat_id: int,
    message_id: int,
    what: str | Shown,
    *,
    keyboard: InlineKeyboardMarkup | None = None,
) -> None:
    """Show something else in a message of the bot's; in a deleted or too old one, nothing.

    That it shows the same already is no error: two people may press at once.

    Args:
        bot: The bot.
        chat_id: Where the message stands.
        message_id: The message's.
        what: To be shown; see reply.
        keyboard: See reply.

    Raises:
        Withdrawn: If a passage that is quoted is gone when the message is to be changed.
    """
    shown = _shown(what)
    refusals = ("message is not modified", "message to edit not found", "can't be edited")
    with unless(*refusals), quoting(shown.quoted):
        await bot.edit_message_text(
            shown.html,
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=PLAIN,
            reply_markup=shown.keyboard or keyboard,
        )


def is_not_admitted(error: TelegramError) -> bool:
    """Whether Telegram refuses all that the bot could say in a place."""
    if isinstance(error, Forbidden):
        return True
    reasons = _NOT_ADMITTED if isinstance(error, BadRequest) else ()
    return any(reason in error.message.lower() for reason in reasons)


def has_button(query: CallbackQuery, data: str) -> bool:
    """Whether the message below which something was pressed has such a button.

    A program can claim to have pressed anything below any message of the bot's; it is not to turn
    somebody's answer into something else.

    Args:
        query: The press.
        data: Regular expression for the beginning of a button's data.

    Returns:
        True as well where of the message only the number is known.
    """
    message = query.message
    if not isinstance(message, Message) or not message.is_accessible:
        return True
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    held = (button.callback_data for row in keyboard for button in row)
    return any(isinstance(value, str) and re.match(data, value) for value in held)


@contextlib.contextmanager
def unless(*reasons: str) -> Iterator[None]:
    """Pass over the refusals of Telegram that name one of the reasons."""
    try:
        yield
    except BadRequest as error:
        if not any(reason in error.message.lower() for reason in reasons):
            raise


def _shown(what: str | Shown) -> Shown:
    return what if isinstance(what, Shown) else plain(what)
