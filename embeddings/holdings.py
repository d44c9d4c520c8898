"""What a library holds: documents added, listed, renamed and removed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from embeddings.datatypes import Document, Encoder, Entry, Hit, Outcome, Passage, StoredDocument
from embeddings.errors import CollectionFull, EmptyDocument
from embeddings.findings import searched_text
from embeddings.listing import Counts
from embeddings.passages import split_passages
from embeddings.rows import Prepared
from embeddings.sentences import split_sentences
from embeddings.store import Store
from embeddings.views import Views

SAME_VERSION = 0.5
"""Share of the shorter one's sentences that stand in both versions of a file."""

_ENCODED_AT_ONCE = 512
# A batch of add_all; with the bundled encoder it takes less than a second.
_DOCUMENTS_AT_ONCE = 1000
_CHARACTERS_AT_ONCE = 500_000


class Receipt(NamedTuple):
    """What stands in the library after an add."""

    outcome: Outcome
    document_id: int
    passages: int


class Added(NamedTuple):
    """What add_all has done.

    Attributes:
        documents: Added.
        passages: Of these.
        unchanged: Documents whose content was there already.
        replaced: Of those added, the ones that replaced an older version from their source.
        document_id: Of the last one that was added or found; 0 for none.
    """

    documents: int = 0
    passages: int = 0
    unchanged: int = 0
    replaced: int = 0
    document_id: int = 0


class Holdings:
    """The documents of a library. Safe for use from several threads.

    Args:
        store: Keeps them.
        views: The indexes, which are to follow.
        encoder: Makes their vectors.

    Raises:
        StoreError: From every method, where the folder cannot be read or written.
    """

    def __init__(self, store: Store, views: Views, encoder: Encoder) -> None:
        self._store, self._views, self._encoder = store, views, encoder

    def add(
        self,
        document: Document,
        collection: str,
        *,
        passages: Sequence[Passage] | None = None,
        most: int | None = None,
    ) -> Receipt:
        """Add a document; when this returns, no crash can lose it.

        The same content twice in a collection changes nothing; new content from the same source
        replaces the old, unless it is known to be from before it. The next question finds it.

        Args:
            document: As a reader made it.
            collection: What it is searched together with.
            passages: Its quotable spans, where they are not to be found by split_passages.
            most: Passages that the collection may hold then; None for any number.

        Raises:
            EmptyDocument: If nothing in it can be quoted.
            CollectionFull: If there would be more.
        """
        item = _split(document, passages)
        (same,) = self._store.settle(collection, [document])
        if same is not None:
            return Receipt(Outcome.UNCHANGED, same, 0)
        if not item.passages:
            raise EmptyDocument(f"{document.source}: there is no text to quote in this document")
        self._check_room([item], collection, most)
        ((document_id, outcome),) = self._store.add(
            collection, self._encode([item]), self._encoder.name
        )
        return Receipt(outcome, document_id, len(item.passages))

    def add_all(
        self,
        documents: Iterable[Document],
        collection: str,
        report: Callable[[Added], None] = lambda added: None,
        *,
        most: int | None = None,
    ) -> Added:
        """Add many documents, some at a time; each of these batches is there whole or not at all.

        As add, but the lexical index is level when it returns, so that no question has to do that.
        What the collection holds already costs little: what was interrupted goes on from there
        when it is done again.

        Args:
            documents: Read as they are needed.
            collection: What they are searched together with.
            report: Called after each batch with what was done so far.
            most: Passages that the collection may hold then; None for any number.

        Returns:
            What was done. Documents without text to quote are left out.

        Raises:
            EmptyDocument: If there is no text to quote in any of them.
            CollectionFull: If there would be more with a batch, which is not added then.
        """
        added = Added()
        last = ""
        for batch in _batches(documents):
            last = batch[-1].source
            added = self._add_batch(batch, collection, added, most)
            report(added)
        if not added.document_id:
            raise EmptyDocument(f"{last}: there is no text to quote in this document")
        return added

    def remove(self, document_id: int, collections: Sequence[str]) -> list[int]:
        """Remove the entry of a document; from then on none of it is quoted.

        Args:
            document_id: Of any document of the entry.
            collections: Where it may stand; no other is removed.

        Returns:
            The ids of all documents that were removed; none where there is no such document.
        """
        return self._store.remove(document_id, collections)

    def remove_source(self, source: str, collection: str) -> list[int]:
        """Remove the document that a collection has from a source; its id, in a list."""
        return self._store.remove_source(source, collection)

    def remove_collection(self, collection: str) -> list[int]:
        """Remove all documents of a collection; their ids."""
        return self._store.remove_collection(collection)

    def forget_removed(self) -> None:
        """Take what was removed off the disk, where logs may still hold it."""
        self._store.truncate_log()

    def rename(self, document_id: int, title: str, collections: Sequence[str]) -> bool:
        """Call an entry otherwise.

        Args:
            document_id: Of any document of the entry.
            title: The new one.
            collections: Where it may stand; no other is renamed.

        Returns:
            False where there is no such document.
        """
        return self._store.rename(document_id, title, collections)

    def rename_collection(self, old: str, new: str) -> None:
        """Hand all documents of a collection over to another, as when a chat gets a new number.

        The next question finds them there only, in every process. Doing it twice does no harm.
        Where the other one holds the same content or source already, its own document stays.
        """
        self._store.rename_collection(old, new)

    def collections(self) -> list[str]:
        """List the collections that hold documents, that of the newest document first."""
        return self._store.collections()

    def documents(self, collections: Sequence[str]) -> list[StoredDocument]:
        """List the documents of collections, in the order in which they were added."""
        return self._store.documents(collections)

    def entry(self, document_id: int, collections: Sequence[str]) -> Entry | None:
        """Describe the entry of a document; None where it stands in none of the collections."""
        found = self._store.entries(collections, of=document_id)
        return found[0] if found else None

    def entries(
        self, collections: Sequence[str], *, offset: int = 0, limit: int | None = None
    ) -> list[Entry]:
        """List the entries of collections, that of the newest document first.

        Args:
            collections: Where they stand.
            offset: How many of them are passed over.
            limit: How many are wanted at most; None for all.
        """
        return self._store.entries(collections, offset=offset, limit=limit)

    def count(self, collections: Sequence[str]) -> Counts:
        """Count the entries, documents and passages of collections."""
        return self._store.count(collections)

    def open_passages(
        self, document_id: int, collections: Sequence[str], *, offset: int, limit: int
    ) -> list[Hit]:
        """Read passages of an entry in the order of its text, as quotes without a highlight.

        Args:
            document_id: Of any document of the entry.
            collections: Where it may stand. No other collection's text is given out.
            offset: How many passages are passed over.
            limit: How many are wanted at most.
        """
        found = self._store.open_passages(document_id, collections, offset=offset, limit=limit)
        return [stored.hit((0, 0), score=0.0) for stored in found]

    def find_older_version(
        self, document_id: int, collections: Sequence[str]
    ) -> StoredDocument | None:
        """Find the document that another one seems to be a newer version of.

        Args:
            document_id: Of the newer one.
            collections: Where both stand.

        Returns:
            The newest older one of the same file name of which SAME_VERSION of the sentences, or
            of the newer one's, stand in both.
        """
        others = self._store.of_same_name(document_id, collections)
        if not others:
            return None
        sentences = self._sentences(document_id)
        for other in others:
            theirs = self._sentences(other.id)
            smaller = min(len(sentences), len(theirs))
            if other.id < document_id and len(sentences & theirs) >= SAME_VERSION * smaller > 0:
                return other
        return None

    def read_all(self, collection: str) -> Iterator[Document]:
        """Read the documents of a collection, in the order in which they were added."""
        return self._store.read_all(collection)

    def read_after(self, collection: str, after: int = 0) -> Iterator[tuple[int, Document]]:
        """As read_all, with the ids of the documents, and from those after an id on."""
        return self._store.read_after(collection, after)

    def holds_all(self, collection: str, ids: Sequence[int]) -> bool:
        """Whether documents that read_after gave one after another are all there; quick."""
        return self._store.holds_all(collection, ids)

    def still_there(self, passage_ids: Sequence[int]) -> bool:
        """Whether all of some passages can be quoted now; quick, for the moment of sending."""
        return self._store.still_there(passage_ids)

    def collections_of(self, passage_ids: Sequence[int]) -> set[str]:
        """Tell in which collections passages stand now; quick, as still_there."""
        return self._store.collections_of(passage_ids)

    def is_empty(self, collections: Sequence[str]) -> bool:
        """Whether there is nothing to ask in any of the collections."""
        return self._store.is_empty(collections)

    def _add_batch(
        self, batch: Sequence[Document], collection: str, added: Added, most: int | None
    ) -> Added:
        settled = self._store.settle(collection, batch)
        new = [
            _split(document) for document, same in zip(batch, settled, strict=True) if same is None
        ]
        quotable = [item for item in new if item.passages]
        self._check_room(quotable, collection, most)
        prepared = self._encode(quotable)
        results: list[tuple[int, Outcome]] = []
        if prepared:
            with self._views.indexing():
                results = self._store.add(collection, prepared, self._encoder.name)
        outcomes = [outcome for _, outcome in results]
        unchanged = len(batch) - len(new) + outcomes.count(Outcome.UNCHANGED)
        known = [id_ for id_ in settled if id_ is not None]
        ids = [*known, *(id_ for id_, _ in results)]
        return Added(
            added.documents + len(results) - outcomes.count(Outcome.UNCHANGED),
            added.passages
            + sum(
                len(item.passages)
                for item, outcome in zip(prepared, outcomes, strict=True)
                if outcome is not Outcome.UNCHANGED
            ),
            added.unchanged + unchanged,
            added.replaced + outcomes.count(Outcome.REPLACED),
            ids[-1] if ids else added.document_id,
        )

    def _check_room(self, new: Sequence[Prepared], collection: str, most: int | None) -> None:
        """See add; what documents are to replace is not counted."""
        if most is None or not new:
            return
        sources = [item.document.source for item in new]
        stays = self._store.count_passages_of(collection, without=sources)
        if stays + sum(len(item.passages) for item in new) > most:
            raise CollectionFull(collection, most)

    def _encode(self, items: Sequence[Prepared]) -> list[Prepared]:
        """Give each its vectors."""
        texts = [
            searched_text(item.document.searched_title, passage)
            for item in items
            for passage in item.passages
        ]
        if not texts:
            return []
        parts = [
            self._encoder.encode_passages(texts[start : start + _ENCODED_AT_ONCE])
            for start in range(0, len(texts), _ENCODED_AT_ONCE)
        ]
        ends = np.cumsum([len(item.passages) for item in items])[:-1]
        vectors = np.split(np.concatenate(parts), ends)
        return [item._replace(vectors=own) for item, own in zip(items, vectors, strict=True)]

    def _sentences(self, document_id: int) -> set[str]:
        return {
            " ".join(stored.passage.text[start:end].split())
            for stored in self._store.passages_of([document_id])
            for start, end in split_sentences(stored.passage.text)
        }


def _split(document: Document, passages: Sequence[Passage] | None = None) -> Prepared:
    found = split_passages(document) if passages is None else passages
    return Prepared(document, found, np.empty((0, 0), np.float32))


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield documents, so many at a time that none of these takes long to write."""
    batch: list[Document] = []
    characters = 0
    for document in documents:
        batch.append(document)
        characters += len(document.text)
        if len(batch) >= _DOCUMENTS_AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
