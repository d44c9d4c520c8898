"""All of a chat, erased: at its admins' wish, or when the bot has long left it."""

import asyncio
import logging
from typing import TYPE_CHECKING, NamedTuple

from bot.rights import collection_of

if TYPE_CHECKING:
    from bot.context import BotData

logger = logging.getLogger(__name__)


class Erased(NamedTuple):
    """What was erased of a chat.

    Attributes:
        documents: Those that it added, a series as one.
        questions: That were asked there.
    """

    documents: int
    questions: int


async def erase_chat(chat_id: int, data: "BotData") -> Erased:
    """Erase everything of a chat; when this returns, nothing of it can be quoted.

    Done again where a process has died over it, it erases the rest.

    Raises:
        StoreError: If something cannot be erased; what was erased until then is.
    """
    library = await asyncio.shield(data.library)
    collection = collection_of(chat_id)
    # What waits to be read comes first, so that nothing is added behind our back.
    await data.reading.forget_chat(chat_id)
    await data.exports.stop(chat_id)
    documents = (await asyncio.to_thread(library.count, [collection])).entries
    await asyncio.to_thread(library.remove_collection, collection)
    questions = await asyncio.to_thread(data.state.erase_chat, chat_id, collection)
    await data.outgoing.drained()
    await asyncio.to_thread(library.forget_removed)
    logger.info("All of a chat is erased: %d documents", documents)
    return Erased(documents, questions)


async def erase_left(data: "BotData") -> None:
    """Erase everything of the chats that the bot left chats.KEPT_DAYS ago.

    Raises:
        StoreError: See erase_chat.
    """
    for chat_id in await asyncio.to_thread(data.state.left_before):
        if data.state.has_left(chat_id):  # it may have come back while others were erased
            await erase_chat(chat_id, data)
            await asyncio.to_thread(data.state.forget_left, chat_id)
