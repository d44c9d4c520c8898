"""A real library with documents of a few words, for tests of what a chat searches and keeps."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from embeddings.datatypes import SHARED, Document, Passage
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import Chat, Msg, User

QUESTION = "Balıkçılar toplantıyı nerede yaptı?"


class Shelf(Library):
    """A library that outlives the bot's process, and whose reading a test can hold up.

    Attributes:
        gate: Called for each document that is read out.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, LetterEncoder())
        self.gate: Callable[[], object] = lambda: None

    def put(self, collection: str, mark: str, *, title: str = "") -> Document:
        """Add a document that answers the question with a sentence of its own."""
        text = f"Önce sabah oldu.\n\nBalıkçılar toplantıyı {mark} limanında yaptı.\n\nSonra akşam."
        document = Document(title or f"Tutanak {mark}", text, f"/{mark}", mark)
        self.add(document, collection)
        return document

    def read_after(self, collection: str, after: int = 0) -> Iterator[tuple[int, Document]]:
        for found in super().read_after(collection, after):
            self.gate()
            yield found

    def close(self) -> None:
        """Nothing yet: the next bot opens it again; see end."""

    def end(self) -> None:
        super().close()


async def ask(chat: Chat, person: User) -> Msg:
    """Ask the question that each document of a shelf answers; the bot's reply."""
    await chat.send(person, f"/sor {QUESTION}")
    return await chat.next_bot_message()


def add_paragraphs(
    library: Library,
    title: str,
    text: str,
    collection: str = SHARED,
    *,
    page: int | None = None,
    **fields: Any,
) -> int:
    """Add a document whose paragraphs are its passages.

    Args:
        library: To add it to.
        title: From which its source is made.
        text: Its paragraphs are parted by empty lines.
        collection: To add it to.
        page: On which the first paragraph stands; each of the others is one page further.
        fields: Others of the Document.

    Returns:
        Its id.
    """
    passages: list[Passage] = []
    start = 0
    for number, paragraph in enumerate(text.split("\n\n")):
        start = text.index(paragraph, start)
        on = None if page is None else page + number
        passages.append(Passage(start, start + len(paragraph), paragraph, page=on))
    fields = {"source": f"/{title}.txt", "content_hash": f"{title} in {collection}", **fields}
    return library.add(Document(title, text, **fields), collection, passages=passages).document_id
