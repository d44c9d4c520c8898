"""The operator's collections, which chats join: made, renamed and erased by order."""

import asyncio
import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.catalogue import number_of
from bot.context import Context, answer_press, change_message, language_of
from bot.localization import LANGUAGES, Language, say
from bot.replies import shorten
from bot.rights import is_operator
from embeddings.analyzer import fold
from embeddings.datatypes import SHARED_PREFIX

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library

VALID_S = 600
"""How long the question may be confirmed whether a collection is to be erased."""
MAX_NAME = 40
"""Characters in the name of a collection: it has to fit into a button."""

Reply = tuple[str, InlineKeyboardMarkup | None]
"""What is said, and its buttons."""

_MAX_SHOWN = 60


async def shared_collections(library: "Library", context: Context) -> list[str]:
    """List the collections that chats may join, by name, those without documents too."""
    stored = await asyncio.to_thread(library.collections)
    known = {*stored, *context.bot_data.state.collections()}
    return sorted((name for name in known if name.startswith(SHARED_PREFIX)), key=fold)


def find_numbered(number: int, names: Sequence[str]) -> str | None:
    """Find the collection of a button; see catalogue.number_of."""
    return next((name for name in names if number_of(name) == number), None)


def read_order(message: Message) -> tuple[str, str]:
    """Read what stands behind the command: a verb of any language, and the rest."""
    _, _, order = (message.text or "").partition(" ")
    word, _, rest = order.strip().partition(" ")
    for verb in ("new", "rename", "erase"):
        if fold(word) in {fold(_word(language, verb)) for language in LANGUAGES}:
            return verb, rest
    return "", ""


def _word(language: Language, verb: str) -> str:
    return say(language, f"telegram-collections-word-{verb}")


async def carry_out(verb: str, rest: str, message: Message, context: Context) -> Reply:
    """Make or rename a collection, or ask whether to erase one.

    Args:
        verb: Of read_order, not empty.
        rest: As verb.
        message: Of an operator.
        context: Holds the library and the bot's memory.

    Returns:
        What is said of it.
    """
    language = language_of(message, context)
    library = await asyncio.shield(context.bot_data.library)
    shared = await shared_collections(library, context)
    if verb == "new":
        return await _make(rest, shared, language, context)
    if verb == "rename":
        return await _rename(rest, shared, library, language, context)
    return await _ask_to_erase(rest, shared, library, language, context)


async def _make(text: str, shared: Sequence[str], language: Language, context: Context) -> Reply:
    name = read_name(text)
    if name is None:
        return say(language, "telegram-collections-bad-name", max=MAX_NAME), None
    if _named(name, shared):
        return say(language, "telegram-collections-taken", name=name), None
    await asyncio.to_thread(context.bot_data.state.add_collection, f"{SHARED_PREFIX}{name}")
    return say(language, "telegram-collections-made", name=name), None


async def _rename(
    text: str, shared: Sequence[str], library: "Library", language: Language, context: Context
) -> Reply:
    before, _, after = text.partition("=")
    old, name = _named(before, shared), read_name(after)
    if old is None:
        return _unknown(before, language)
    if name is None:
        return say(language, "telegram-collections-bad-name", max=MAX_NAME), None
    new, taken = f"{SHARED_PREFIX}{name}", _named(name, shared)
    if taken not in (None, old) and not (
        # It may be what an earlier process was about to rename to when it died.
        taken == new and await asyncio.to_thread(library.is_empty, [new])
    ):
        return say(language, "telegram-collections-taken", name=name), None
    if new != old:
        await asyncio.to_thread(context.bot_data.state.rename_collection, old, new)
        await context.bot_data.reading.rename_collection(old, new)
        await asyncio.to_thread(library.rename_collection, old, new)
    return say(language, "telegram-collections-renamed", name=name), None


async def _ask_to_erase(
    name: str, shared: Sequence[str], library: "Library", language: Language, context: Context
) -> Reply:
    collection = _named(name, shared)
    if collection is None:
        return _unknown(name, language)
    counts = await asyncio.to_thread(library.count, [collection])
    joined = context.bot_data.state.joined_by().get(collection, ())
    text = say(
        language,
        "telegram-collections-erase",
        name=collection.removeprefix(SHARED_PREFIX),
        documents=counts.entries,
        chats=len(joined),
        minutes=VALID_S // 60,
    )
    label = say(language, "telegram-collections-erase-yes")
    data = f"c:x:{number_of(collection)}:{int(time.time())}"
    return text, InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


async def erase(
    query: CallbackQuery, number: int, asked_at: int, language: Language, context: Context
) -> None:
    """Erase a collection with all that it holds, if an operator presses in time.

    Args:
        query: Answered.
        number: Of the collection; see catalogue.number_of.
        asked_at: When it was asked whether to erase it, in seconds since 1970.
        language: Of who presses.
        context: Holds the library and the bot's memory.

    Raises:
        StoreError: If something cannot be erased.
    """
    data = context.bot_data
    library = await asyncio.shield(data.library)
    collection = find_numbered(number, await shared_collections(library, context))
    is_late = time.time() - asked_at > VALID_S
    if collection is None or is_late or not is_operator(query.from_user.id, context):
        await answer_press(query, say(language, "telegram-collections-old"), is_alert=True)
        return
    await answer_press(query, say(language, "telegram-erase-begun"))
    # No file is sent there any more, then none that waits is added, then it is emptied.
    await asyncio.to_thread(data.state.remove_collection, collection)
    await data.reading.forget_collection(collection)
    documents = (await asyncio.to_thread(library.count, [collection])).entries
    await asyncio.to_thread(library.remove_collection, collection)
    await data.outgoing.drained()
    await asyncio.to_thread(library.forget_removed)
    name = collection.removeprefix(SHARED_PREFIX)
    text = say(language, "telegram-collections-erased", name=name, documents=documents)
    await change_message(query, text)


def read_name(text: str) -> str | None:
    """Read the name of a collection as an operator types it; None where it is none."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    # Also what marks the direction of writing: it would turn a whole list around.
    is_printable = not any(unicodedata.category(character)[0] == "C" for character in name)
    return name if 0 < len(name) <= MAX_NAME and "=" not in name and is_printable else None


def _named(name: str, shared: Sequence[str]) -> str | None:
    """Find a collection by its name, however it is capitalised."""
    wanted = fold(" ".join(name.split()))
    return next((s for s in shared if fold(s.removeprefix(SHARED_PREFIX)) == wanted), None)


def _unknown(name: str, language: Language) -> Reply:
    shown = shorten(" ".join(name.split()), _MAX_SHOWN)
    return say(language, "telegram-collections-unknown", name=shown), None
