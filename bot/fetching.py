"""A file that somebody sent, fetched from Telegram; or why it cannot be had."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from telegram import Bot
from telegram.error import BadRequest, InvalidToken

logger = logging.getLogger(__name__)


async def fetch(bot: Bot, file_id: str, place: Path) -> Path | str:
    """Fetch a file.

    Args:
        bot: Asks for it.
        file_id: Telegram's.
        place: Where it is to be written.

    Returns:
        Where it is, or why it cannot be had: "too_big" or "unavailable".

    Raises:
        TelegramError: If it may be had later.
        OSError: If it cannot be written.
    """
    try:
        file = await bot.get_file(file_id)
    except BadRequest as error:
        logger.info("A file cannot be had: %s", error)
        return "too_big" if is_too_big(error) else "unavailable"
    # A Bot API server of one's own, started with --local, names the file on its disk.
    if file.file_path and (local := Path(file.file_path)).is_file():
        return local
    try:
        data = await file.download_as_bytearray()
    except (BadRequest, InvalidToken) as error:  # InvalidToken: it is not there
        logger.warning("A file cannot be fetched: %s", error)
        return "unavailable"
    await asyncio.to_thread(place.write_bytes, data)
    return place


def is_too_big(error: BadRequest) -> bool:
    """Whether Telegram does not give a file to a bot because of its size."""
    return "file is too big" in str(error).lower()


@contextlib.contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """Make the folder of a file that is gone when the block ends."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
