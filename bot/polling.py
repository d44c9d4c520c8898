"""Updates fetched from Telegram, which confirms by the next request that they arrived."""

import asyncio
import logging
from typing import NoReturn

from telegram import Bot, Update
from telegram.error import EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.arrivals import Arrivals
from bot.connection import growing_pauses, wait_out
from bot.inbox import JsonUpdate
from embeddings.errors import AlintiError, StoreError

logger = logging.getLogger(__name__)

# Named one by one: without a list Telegram goes by the last one that it was given, by whomever.
ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.CALLBACK_QUERY,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.EDITED_CHANNEL_POST,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
    Update.GUEST_MESSAGE,
)
# How long Telegram is to hold a request open until something arrives, and how much later its
# answer may come.
_LONG_POLL_S = 25
_ANSWER_S = 5


class TokenRefused(AlintiError):
    """Telegram does not know the bot's token, or no longer."""

    def __init__(self, error: TelegramError) -> None:
        # What Telegram said; the library's own words may repeat the token.
        reason = error.__cause__ or error
        super().__init__(
            f"ALINTI_TOKEN was refused by Telegram: {reason}. Ask @BotFather for the bot's token "
            "as it is now, and see that ALINTI_API_URL, if set, is the right server."
        )


async def poll(bot: Bot, arrivals: Arrivals) -> NoReturn:
    """Hand out the updates that an earlier process left, then those that arrive.

    An update is in the inbox before the next request confirms it. A network that fails does not
    show here: PatientRequest waits until that is over. While the inbox cannot be written, as on a
    full disk, nothing more is confirmed: Telegram keeps it for a day.

    Raises:
        TokenRefused: If the token does not hold.
        StoreError: If the inbox cannot be read.
    """
    try:
        # Telegram hands out no updates while it has an address to deliver them to.
        await bot.delete_webhook()
    except InvalidToken as error:
        raise TokenRefused(error) from None
    await arrivals.resume()
    offset: int | None = None
    pauses_s = growing_pauses()
    is_troubled = False
    while True:
        try:
            updates = await _fetch(bot, offset)
            if updates:
                await arrivals.take(updates)
                offset = updates[-1]["update_id"] + 1
        except (InvalidToken, EndPointNotFound) as error:
            raise TokenRefused(error) from None
        except RetryAfter as error:
            await wait_out(error)
        except (TelegramError, StoreError) as error:
            # Most likely 409, as another process polls with this token; or a full disk.
            if not is_troubled:
                logger.warning("No updates can be taken, trying until they can: %s", error)
            is_troubled = True
            await asyncio.sleep(next(pauses_s))
        else:
            if is_troubled:
                logger.warning("Updates can be taken again")
                is_troubled, pauses_s = False, growing_pauses()


async def _fetch(bot: Bot, offset: int | None) -> list[JsonUpdate]:
    """Confirm the updates below an offset, and wait for others."""
    # As Telegram writes them: not all that Bot.get_updates makes of them can be written down, and
    # one that it cannot read keeps back its whole batch. The name becomes getUpdates; with one
    # underscore there would be a warning, which recommends Bot.get_updates.
    updates: list[JsonUpdate] = await bot.do_api_request(
        "get__updates",
        {
            "offset": offset,
            "timeout": _LONG_POLL_S,
            "allowed_updates": ALLOWED_UPDATES,
        },
        read_timeout=_LONG_POLL_S + _ANSWER_S,
    )
    return updates
