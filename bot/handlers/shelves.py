"""Which collections can be looked through from a chat, and by whom they may be changed."""

from typing import TYPE_CHECKING, NamedTuple

from bot.catalogue import Shelf, number_of
from bot.context import Context
from bot.handlers.sharing import shared_collections
from bot.localization import Language, say
from bot.rights import channels_of, collection_of, is_operator, searched_in
from embeddings.datatypes import SHARED, SHARED_PREFIX

if TYPE_CHECKING:
    from embeddings.library import Library


class Reader(NamedTuple):
    """Who looks through documents, and from where.

    Attributes:
        shelves: The collections that are open to them, the chat's own first.
        may_change: Whether what stands there may be renamed and removed.
        is_operator: Whether they run the bot, and this is their private chat.
        others: Collections that are searched in the chat and are not open.
    """

    shelves: list[Shelf]
    may_change: bool
    is_operator: bool
    others: list[str]

    @property
    def collections(self) -> list[str]:
        """The names of what is open."""
        return [shelf.collection for shelf in self.shelves]

    def find(self, number: int) -> Shelf:
        """Find the collection of a number; the chat's own where there is none."""
        found = (shelf for shelf in self.shelves if number_of(shelf.collection) == number)
        return next(found, self.shelves[0])


async def read_rights(
    chat_id: int, library: "Library", language: Language, context: Context, *, is_admin: bool
) -> Reader:
    """Tell what is open to who looks from a chat.

    That is the chat's own documents. In a private chat there are the archives of the channels for
    which the person decides, and for an operator all that is shared.

    Args:
        chat_id: The chat's.
        library: Holds the documents.
        language: Of the reader.
        context: Holds who runs the bot, and what chats have joined.
        is_admin: Whether who looks decides for the chat.

    Raises:
        StoreError: If the library or the bot's memory cannot be read.
    """
    own, runs_bot = collection_of(chat_id), is_operator(chat_id, context)
    names = [SHARED, *await shared_collections(library, context)] if runs_bot else []
    everybody = say(language, "telegram-documents-everybody")
    channels = await channels_of(chat_id, context) if chat_id > 0 else []
    shelves = [
        Shelf(own),
        *(Shelf(collection_of(channel.id), channel.title) for channel in channels),
        *(
            Shelf(name, name.removeprefix(SHARED_PREFIX) if name != SHARED else everybody)
            for name in names
        ),
    ]
    searched = await searched_in(chat_id, context)
    open_ = {shelf.collection for shelf in shelves}
    others = [name for name in searched if name not in open_]
    return Reader(shelves, is_admin, runs_bot, others)
