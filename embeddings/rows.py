"""The rows of documents and of all that belongs to them, written within a transaction."""

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
import sqlalchemy as sa

from embeddings import schema
from embeddings.datatypes import (
    Document,
    Heading,
    Outcome,
    Page,
    Passage,
    Place,
    Vectors,
)

T = TypeVar("T")

VECTOR_TYPE = np.dtype("<f2")
"""As vectors are kept: half the memory, which moves a cosine by less than .001."""

IDS_AT_ONCE = 500
"""Below every database's limit of parameters in one statement."""


class Prepared(NamedTuple):
    """A document as it is written.

    Attributes:
        document: See Document.
        passages: Its quotable spans.
        vectors: Of these, one a row.
    """

    document: Document
    passages: Sequence[Passage]
    vectors: Vectors


class Known(NamedTuple):
    """What a collection holds of some documents.

    Attributes:
        by_source: Ids.
        by_content: Ids, by the hash of the content.
        changed_at: See Document; by id. Empty as well where it is still to come: a file can claim
            anything, and is not to keep all later versions out.
    """

    by_source: dict[str, int]
    by_content: dict[str, int]
    changed_at: dict[int, str]

    def same(self, document: Document) -> int | None:
        """Find the document that makes this one needless; None where there is none.

        It is of the same content, or a later version from the same source.
        """
        of_source = self.by_source.get(document.source, 0)
        if "" < document.changed_at < self.changed_at.get(of_source, ""):
            return of_source
        return self.by_content.get(document.content_hash)

    def older(self, document: Document) -> int | None:
        """Find the document of other content that came from the same source."""
        found = self.by_source.get(document.source)
        return None if found == self.same(document) else found


def find_known(connection: sa.Connection, collection: str, documents: Sequence[Document]) -> Known:
    """Find out which sources and contents of documents a collection holds already."""
    known = Known({}, {}, {})
    now = _now()
    table = schema.documents.c
    columns = sa.select(table.id, table.source, table.content_hash, table.changed_at)
    in_collection = columns.where(table.collection == collection)
    for part in in_parts(documents):
        sources, contents = (
            [document.source for document in part],
            [document.content_hash for document in part],
        )
        for wanted in (table.source.in_(sources), table.content_hash.in_(contents)):
            for row in connection.execute(in_collection.where(wanted)):
                known.by_source[row.source] = row.id
                known.by_content[row.content_hash] = row.id
                known.changed_at[row.id] = row.changed_at if row.changed_at <= now else ""
    return known


def settle(
    connection: sa.Connection, collection: str, documents: Sequence[Document]
) -> list[int | None]:
    """Find the documents of the same content, or later; older versions from their sources go then.

    Returns:
        For each its id, see Known.same; None where the collection holds none, or only one that
        another one of these replaces.
    """
    known = find_known(connection, collection, documents)
    replaced = {known.older(document) for document in documents} - {None}
    same = [known.same(document) for document in documents]
    same = [None if id_ in replaced else id_ for id_ in same]
    older = [known.older(d) for d, id_ in zip(documents, same, strict=True) if id_ is not None]
    delete_documents(connection, [id_ for id_ in older if id_ is not None])
    return same


def write_documents(
    connection: sa.Connection, collection: str, prepared: Sequence[Prepared], encoder: str
) -> list[tuple[int, Outcome]]:
    """Write documents with all that belongs to them, as if one after another.

    Args:
        connection: In a transaction.
        collection: In which what stood under the same source is replaced. Where another document
            has the same content, that one stays alone.
        prepared: What to write.
        encoder: Of the vectors.

    Returns:
        For each the id of the document that holds its content now, and what was done.
    """
    documents = [item.document for item in prepared]
    sources, contents = {d.source for d in documents}, {d.content_hash for d in documents}
    # Asked again: another process may have added something while this one encoded.
    known = find_known(connection, collection, documents)
    replaced = {id_ for d in documents if (id_ := known.older(d)) is not None}
    is_apart = len(sources) == len(contents) == len(documents) and replaced.isdisjoint(
        known.same(document) for document in documents
    )
    if not is_apart and len(prepared) > 1:
        return [
            result
            for item in prepared
            for result in write_documents(connection, collection, [item], encoder)
        ]
    delete_documents(connection, replaced)
    fresh = [item for item in prepared if known.same(item.document) is None]
    ids = iter(_insert(connection, collection, fresh, encoder))
    results: list[tuple[int, Outcome]] = []
    for document in documents:
        same = known.same(document)
        if same is not None:
            results.append((same, Outcome.UNCHANGED))
        else:
            was_there = document.source in known.by_source
            results.append((next(ids), Outcome.REPLACED if was_there else Outcome.ADDED))
    return results


def insert_vectors(
    connection: sa.Connection, encoder: str, passage_ids: Sequence[int], vectors: Vectors
) -> None:
    """Insert the vectors that an encoder has made of passages, one for each id."""
    halves = vectors.astype(VECTOR_TYPE)
    rows: list[dict[str, Any]] = [
        {"passage_id": passage_id, "encoder": encoder, "vector": half.tobytes()}
        for passage_id, half in zip(passage_ids, halves, strict=True)
    ]
    if rows:
        connection.execute(schema.vectors.insert(), rows)


def read_document(connection: sa.Connection, row: sa.Row[Any]) -> Document:
    """Read a whole document.

    Args:
        connection: In a transaction.
        row: Of documents.
    """
    chosen = sa.select(schema.blocks.c.text).where(schema.blocks.c.document_id == row.id)
    text = "".join(connection.scalars(chosen.order_by(schema.blocks.c.number)))
    return Document(
        row.title,
        text,
        row.source,
        row.content_hash,
        tuple(Heading(**heading) for heading in json.loads(row.headings)),
        tuple(Page(**page) for page in json.loads(row.pages)),
        read_places(row.places),
        row.name,
        row.series,
        row.changed_at,
    )


def read_places(written: str) -> tuple[Place, ...]:
    """Read places as they are kept."""
    # Few texts have any, and every question reads some passages.
    return () if written == "[]" else tuple(Place(*values) for values in json.loads(written))


def move_documents(connection: sa.Connection, old: str, new: str) -> None:
    """Hand all documents of a collection over to another one, and note the changes.

    Where the other one holds the same content or source already, its own document stays.
    """
    documents, others = schema.documents, schema.documents.alias("others")
    is_moved = documents.c.collection == old
    is_there = (
        sa.select(others.c.id)
        .where(
            others.c.collection == new,
            (others.c.source == documents.c.source)
            | (others.c.content_hash == documents.c.content_hash),
        )
        .exists()
    )
    _note_changes(connection, is_moved)
    connection.execute(documents.delete().where(is_moved, is_there))
    connection.execute(documents.update().where(is_moved).values(collection=new))


def delete_documents(connection: sa.Connection, ids: Iterable[int]) -> None:
    """Delete documents with all that belongs to them."""
    for part in in_parts(sorted(ids)):
        chosen = schema.documents.c.id.in_(part)
        _note_changes(connection, chosen)
        connection.execute(schema.documents.delete().where(chosen))


def set_aside(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> list[int]:
    """Take the documents of which something is true out of their collections; their ids.

    Nothing finds them any more, and a document of the same source may come. They are to be erased.
    """
    documents = schema.documents
    ids = list(connection.scalars(sa.select(documents.c.id).where(chosen)))
    if ids:
        _note_changes(connection, chosen)
        connection.execute(documents.update().where(chosen).values(collection=schema.set_aside()))
    return ids


def rename_where(connection: sa.Connection, chosen: sa.ColumnElement[bool], title: str) -> bool:
    """Call the documents otherwise of which something is true; False where there are none.

    The title of a document of its own is searched with each of its passages: their vectors go.
    That of a series is not.
    """
    documents, passages = schema.documents, schema.passages
    renamed = connection.execute(documents.update().where(chosen).values(title=title)).rowcount
    of_its_own = chosen & (documents.c.series == "")
    _note_changes(connection, of_its_own)
    changed = (
        sa.select(passages.c.id).join_from(passages, documents).where(of_its_own).scalar_subquery()
    )
    connection.execute(schema.vectors.delete().where(schema.vectors.c.passage_id.in_(changed)))
    return bool(renamed)


def in_parts(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield items in parts that one statement can name."""
    iterator = iter(items)
    while part := list(islice(iterator, IDS_AT_ONCE)):
        yield part


def _insert(
    connection: sa.Connection, collection: str, prepared: Sequence[Prepared], encoder: str
) -> list[int]:
    """Insert documents of which the collection has neither content nor source; their ids."""
    now = _now()
    rows = [_document_row(collection, item, now) for item in prepared]
    ids = _insert_rows(connection, schema.documents, rows)
    blocks = [
        {
            "document_id": id_,
            "number": number,
            "text": item.document.text[start : start + schema.BLOCK],
        }
        for id_, item in zip(ids, prepared, strict=True)
        for number, start in enumerate(range(0, len(item.document.text), schema.BLOCK))
    ]
    if blocks:
        connection.execute(schema.blocks.insert(), blocks)
    if ids:
        connection.execute(schema.changes.insert(), [{"document_id": id_} for id_ in ids])
    passages = [
        _passage_row(id_, passage)
        for id_, item in zip(ids, prepared, strict=True)
        for passage in item.passages
    ]
    passage_ids = _insert_rows(connection, schema.passages, passages)
    if prepared:
        vectors = np.concatenate([item.vectors for item in prepared])
        insert_vectors(connection, encoder, passage_ids, vectors)
    return ids


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _document_row(collection: str, item: Prepared, added_at: str) -> dict[str, Any]:
    document = item.document
    headings = [{"start": h.start, "end": h.end, "level": h.level} for h in document.headings]
    pages = [{"number": page.number, "start": page.start} for page in document.pages]
    return {
        "collection": collection,
        "source": document.source,
        "title": document.title,
        "content_hash": document.content_hash,
        "headings": json.dumps(headings),
        "pages": json.dumps(pages),
        "passages": len(item.passages),
        "characters": len(document.text),
        "added_at": added_at,
        "name": document.name,
        "series": document.series,
        "places": _write_places(document.places),
        "changed_at": document.changed_at,
    }


def _passage_row(document_id: int, passage: Passage) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "heading": passage.heading,
        "lead_in": passage.lead_in,
        "page": passage.page,
        "places": _write_places(passage.places),
    }


def _insert_rows(
    connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]
) -> list[int]:
    """Insert rows; their ids, in the same order."""
    if not rows:
        return []
    inserted = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(inserted, rows))


def _note_changes(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> None:
    documents = schema.documents.c
    changed = sa.select(documents.id).where(chosen).order_by(documents.id)
    connection.execute(schema.changes.insert().from_select(["document_id"], changed))


def _write_places(places: Sequence[Place]) -> str:
    # Not by astuple, which copies every value: a long chat has hundreds of thousands of places.
    values = [(place.start, place.label, place.date, place.link) for place in places]
    return json.dumps(values, ensure_ascii=False)
