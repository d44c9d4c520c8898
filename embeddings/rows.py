"""The rows of a document and of all that belongs to it, written within a transaction."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import sqlalchemy as sa

from embeddings import schema
from embeddings.datatypes import Document, Passage, Vectors

VECTOR_TYPE = np.dtype("<f2")
"""As vectors are kept: half the memory, which moves a cosine by less than .001."""


def settle(connection: sa.Connection, collection: str, document: Document) -> int | None:
    """Find the document of the same content; an older version from this source goes then."""
    same = connection.scalar(
        sa.select(schema.documents.c.id).where(
            schema.documents.c.collection == collection,
            schema.documents.c.content_hash == document.content_hash,
        )
    )
    if same is not None:
        older = connection.scalar(_of_source(collection, document.source))
        if older not in (None, same):
            delete_document(connection, older)
    return same


def insert_document(
    connection: sa.Connection, collection: str, document: Document, passages: int
) -> int:
    """Insert a document with its text and note the change; its passages are still to come.

    Args:
        connection: In a transaction.
        collection: That has no document of the same content or source.
        document: See Document.
        passages: How many there will be.

    Returns:
        Its id.
    """
    row = {
        "collection": collection,
        "source": document.source,
        "title": document.title,
        "content_hash": document.content_hash,
        "headings": json.dumps([asdict(heading) for heading in document.headings]),
        "pages": json.dumps([asdict(page) for page in document.pages]),
        "passages": passages,
        "characters": len(document.text),
        "added_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    inserted = connection.execute(schema.documents.insert().values(row)).inserted_primary_key
    document_id = int(inserted[0]) if inserted else 0
    blocks = [
        {
            "document_id": document_id,
            "number": number,
            "text": document.text[start : start + schema.BLOCK],
        }
        for number, start in enumerate(range(0, len(document.text), schema.BLOCK))
    ]
    if blocks:
        connection.execute(schema.blocks.insert(), blocks)
    connection.execute(schema.changes.insert().values(document_id=document_id))
    return document_id


def insert_passages(
    connection: sa.Connection, document_id: int, passages: Sequence[Passage]
) -> Sequence[int]:
    """Insert the passages of a document that has none yet; their ids, in the same order."""
    rows = [
        {
            "document_id": document_id,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "heading": passage.heading,
            "lead_in": passage.lead_in,
            "page": passage.page,
        }
        for passage in passages
    ]
    if rows:
        connection.execute(schema.passages.insert(), rows)
    # Inserted in this order within one transaction, so their ids rise in it too.
    return connection.scalars(
        sa.select(schema.passages.c.id)
        .where(schema.passages.c.document_id == document_id)
        .order_by(schema.passages.c.id)
    ).all()


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
    changed = sa.select(documents.c.id).where(is_moved).order_by(documents.c.id)
    connection.execute(schema.changes.insert().from_select(["document_id"], changed))
    connection.execute(documents.delete().where(is_moved, is_there))
    connection.execute(documents.update().where(is_moved).values(collection=new))


def delete_source(connection: sa.Connection, collection: str, source: str) -> bool:
    """Delete the document that a collection has from a source; False where there is none."""
    document_id = connection.scalar(_of_source(collection, source))
    return document_id is not None and delete_document(connection, document_id)


def delete_document(connection: sa.Connection, document_id: int) -> bool:
    """Delete a document with all that belongs to it; False where there is none."""
    deleted = connection.execute(
        schema.documents.delete().where(schema.documents.c.id == document_id)
    )
    if deleted.rowcount:
        connection.execute(schema.changes.insert().values(document_id=document_id))
    return bool(deleted.rowcount)


def _of_source(collection: str, source: str) -> sa.Select[Any]:
    return sa.select(schema.documents.c.id).where(
        schema.documents.c.collection == collection, schema.documents.c.source == source
    )
