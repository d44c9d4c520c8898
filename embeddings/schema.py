"""The tables of the database, the statements that every question runs, and parts of others."""

import uuid

import sqlalchemy as sa

BLOCK = 1 << 16
"""Characters in a block of text: no passage is longer, so two blocks hold it."""

LARGEST_ID = 2**63 - 1
"""SQLite's driver fails at larger ones, and people can type ids."""

metadata = sa.MetaData()

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("headings", sa.Text, nullable=False),
    sa.Column("pages", sa.Text, nullable=False),
    sa.Column("passages", sa.Integer, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("added_at", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("series", sa.Text, nullable=False, server_default=""),
    sa.Column("places", sa.Text, nullable=False, server_default="[]"),
    sa.Column("changed_at", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("collection", "source"),
    sa.UniqueConstraint("collection", "content_hash"),
    sa.Index("ix_documents_series", "collection", "series"),
    sqlite_autoincrement=True,
)
# A document's text in blocks, so that checking a quote reads some kilobytes of a large one.
blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("document_id", sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
)
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "document_id",
        sa.ForeignKey("documents.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("lead_in", sa.Text, nullable=False),
    sa.Column("page", sa.Integer),
    sa.Column("places", sa.Text, nullable=False, server_default="[]"),
    sqlite_autoincrement=True,
)
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("passage_id", sa.ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("encoder", sa.Text, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float16, little-endian
)
# When an encoder's vectors were last searched: those of abandoned models are removed some day.
encoders = sa.Table(
    "encoders",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("used_at", sa.Text, nullable=False),  # ISO 8601, UTC, to the second
)
identity = sa.Table("identity", metadata, sa.Column("id", sa.Text, primary_key=True))
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("document_id", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

PASSAGE_ROWS = sa.select(
    passages,
    documents.c.collection,
    documents.c.title,
    documents.c.source,
    documents.c.added_at,
    documents.c.series,
).join_from(passages, documents)
# Every question runs these, so they are built once.
CHOSEN_ROWS = PASSAGE_ROWS.where(
    passages.c.id.in_(sa.bindparam("ids", expanding=True)),
    documents.c.collection.in_(sa.bindparam("collections", expanding=True)),
)

_SET_ASIDE = "removed:"


def is_there() -> sa.ColumnElement[bool]:
    """Whether a row of documents is none that was removed and is still to be erased."""
    # Two comparisons, for which the index of the collections serves.
    beyond = _SET_ASIDE[:-1] + chr(ord(_SET_ASIDE[-1]) + 1)
    return (documents.c.collection < _SET_ASIDE) | (documents.c.collection >= beyond)


def set_aside() -> str:
    """Name a collection for the documents of one removal: whoever names theirs finds none."""
    return f"{_SET_ASIDE}{uuid.uuid4().hex}"


_IS_CHOSEN = passages.c.id.in_(sa.bindparam("ids", expanding=True)), is_there()
COUNTED_IDS = sa.select(sa.func.count()).join_from(passages, documents).where(*_IS_CHOSEN)
COLLECTIONS_OF_IDS = (
    sa.select(documents.c.collection).distinct().join_from(passages, documents).where(*_IS_CHOSEN)
)

_next_blocks = blocks.alias("next_blocks")
VERBATIM_IDS = (
    sa.select(passages.c.id)
    .join_from(
        passages,
        blocks,
        (blocks.c.document_id == passages.c.document_id)
        & (blocks.c.number == passages.c.start // BLOCK),
    )
    .outerjoin(
        _next_blocks,
        (_next_blocks.c.document_id == blocks.c.document_id)
        & (_next_blocks.c.number == blocks.c.number + 1),
    )
    .where(
        passages.c.id.in_(sa.bindparam("ids", expanding=True)),
        sa.func.substr(
            blocks.c.text + sa.func.coalesce(_next_blocks.c.text, ""),
            passages.c.start % BLOCK + 1,
            passages.c.end - passages.c.start,
        )
        == passages.c.text,
    )
)


def entry_key() -> sa.ColumnElement[str]:
    """What all documents of an entry have in common within a collection, see Entry."""
    return sa.case(
        (documents.c.series != "", documents.c.series),
        else_=sa.cast(documents.c.id, sa.Text),
    )


def lacks_vector(encoder: str) -> sa.ColumnElement[bool]:
    """Whether a row of passages has no vector of an encoder."""
    return ~(
        sa.select(vectors.c.passage_id)
        .where(vectors.c.passage_id == passages.c.id, vectors.c.encoder == encoder)
        .exists()
    )
