"""A real library with documents of a few words, for tests of what a chat searches and keeps."""

from collections.abc import Callable, Iterator
from pathlib import Path

from embeddings.datatypes import Document
from embeddings.library import Library
from tests.encoders import LetterEncoder

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
