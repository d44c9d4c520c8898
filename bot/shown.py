"""What a message of the bot's shows. Pure."""

from html import escape
from typing import NamedTuple

from telegram import InlineKeyboardMarkup


class Shown(NamedTuple):
    """What a message shows.

    Attributes:
        html: Its text, in Telegram's HTML.
        keyboard: Its buttons; None for none.
        quoted: The passages of which it holds text; see outgoing.quoting.
    """

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    quoted: tuple[int, ...] = ()


def plain(text: str) -> Shown:
    """Show a text as it stands, without buttons; it quotes nothing."""
    return Shown(escape(text, quote=False))
