"""The facts of ``doctor.py``, gathered: from Telegram, the library, the bot's memory, the disk."""

import asyncio
import datetime as dt
import logging
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.doctor import DiskFacts, Facts, LibraryFacts, TelegramFacts
from bot.settings import Settings
from bot.state import FILE as STATE_FILE
from bot.state import State
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    # At run time its libraries would delay the first poll.
    from embeddings.library import Library

# The terminal waits no longer for Telegram.
_PATIENCE_S = 5.0


def look_from_outside(settings: Settings) -> Facts:
    """Gather the facts without the running bot, and without leaving anything behind."""
    telegram = None
    if settings.token:
        # It logs answers that it cannot read with a traceback; they are reported in one line.
        logging.getLogger("telegram").setLevel(logging.CRITICAL)
        telegram = asyncio.run(_ask_briefly(settings))
        telegram = replace(telegram, has_feedback=_was_chosen_from(settings))
    return Facts(
        settings,
        dt.datetime.now(dt.UTC),
        telegram,
        library=_open_library(settings),
        disk=look_at_disk(settings.data),
    )


async def ask_telegram(bot: Bot) -> TelegramFacts:
    """Ask Telegram what it knows of the bot; trouble becomes a fact."""
    try:
        return TelegramFacts(await bot.get_me(), await bot.get_webhook_info())
    except TelegramError as error:
        # Nobody promises that the words of an error do not repeat the address, token included.
        trouble = error.message.partition("\n")[0].replace(bot.token, "<token>")
        return TelegramFacts(trouble=trouble, is_refused=isinstance(error, InvalidToken))


def look_at_library(library: "Library") -> LibraryFacts:
    """Count what a library holds, and of it the samples: the bot does not quote them."""
    from bot.samples import SAMPLES

    encoded, passages = library.encoding_progress()
    collections = [name for name in library.collections() if name != SAMPLES]
    samples = sum(stored.passages for stored in library.documents([SAMPLES]))
    return LibraryFacts(len(library.documents(collections)), encoded, passages, samples=samples)


def look_at_disk(folder: Path) -> DiskFacts:
    """Measure the room for a folder, and try to write there.

    Args:
        folder: Where it is missing, the nearest one above it in which it would be made counts.
    """
    folder = folder.absolute()
    try:
        existing = next(place for place in (folder, *folder.parents) if place.exists())
        with tempfile.TemporaryFile(dir=existing):
            return DiskFacts(shutil.disk_usage(existing).free)
    except OSError as error:
        return DiskFacts(0, error.strerror or str(error))


async def _ask_briefly(settings: Settings) -> TelegramFacts:
    token = settings.required_token()
    async with HTTPXRequest() as request:
        bot = Bot(token, settings.api_url, settings.file_url, request)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await ask_telegram(bot)
        except TimeoutError:
            return TelegramFacts(trouble=f"no answer within {_PATIENCE_S:g} s")


def _was_chosen_from(settings: Settings) -> bool:
    """Whether the bot's memory tells of a quote that was chosen from an inline list."""
    try:
        if not (settings.data / STATE_FILE).exists():  # opening it would make it
            return False
        state = State.in_folder(settings.data)
    except (AlintiError, OSError):
        return False  # the library, beside it, has the same trouble
    try:
        return state.has_inline_choice()
    except AlintiError:
        return False
    finally:
        state.close()


def _open_library(settings: Settings) -> LibraryFacts:
    """Load the model, and open the library where there is one."""
    from embeddings.encoder import load_encoder
    from embeddings.library import Library
    from embeddings.store import FILE

    try:
        encoder = load_encoder(settings.model, settings.backend)
        if not (settings.data / FILE).exists():  # opening it would make it
            return LibraryFacts()
        library = Library(settings.data, encoder)
        try:
            return look_at_library(library)
        finally:
            library.close()
    except (AlintiError, OSError) as error:  # the system's, of a folder that may not be entered
        return LibraryFacts(trouble=str(error))
