"""The tables of the bot's memory."""

import sqlalchemy as sa

metadata = sa.MetaData()

chats = sa.Table(
    "chats",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text),
    sa.Column("keeps_text", sa.Boolean, nullable=False, default=False),
    sa.Column("is_greeted", sa.Boolean, nullable=False, default=False),
    sa.Column("title", sa.Text),  # of a group or channel
    sa.Column("kind", sa.Text),  # as Telegram names it: group, supergroup, channel, private
    sa.Column("left_at", sa.Text, index=True),  # ISO 8601, UTC; null while the bot is there
    sa.Column("admitted", sa.BigInteger),  # who let the bot in; see chats.Chats.admit
    sa.Column("target", sa.Text),  # collection of files sent here; null for the chat's own
)
# The operator's collections that chats may join, those without documents too.
collections = sa.Table(
    "collections",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
)
joins = sa.Table(
    "joins",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("collection", sa.Text, primary_key=True, index=True),
)
# Posts that were to be forgotten: edited afterwards, they are not read again.
forgotten_posts = sa.Table(
    "forgotten_posts",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
)
questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger),  # of the question; null for an inline one
    sa.Column("reply_id", sa.BigInteger),  # of the bot's answer, when it is sent
    sa.Column("asker_id", sa.BigInteger, index=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text, nullable=False),  # ISO 8601, UTC, to the second
    sa.Column("is_answered", sa.Boolean, nullable=False),
    sa.Column("is_mended", sa.Boolean, nullable=False, default=False),
    sa.Column("text", sa.Text),  # only where the chat keeps it
    sa.Column("quotes", sa.Text),  # JSON: [passage id, start, end, copies] each; null when too old
    sa.UniqueConstraint("chat_id", "message_id"),
    sqlite_autoincrement=True,  # an old button must not find a new card
)
votes = sa.Table(
    "votes",
    metadata,
    sa.Column("question_id", sa.ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("passage_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("voter_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Integer, nullable=False),  # 1 or -1
)
