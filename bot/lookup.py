"""Looking texts up: one of a person at a time, and told from where there is nothing to look in."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.context import Context
from embeddings.datatypes import Answer

if TYPE_CHECKING:
    # At run time its libraries would take longer to load than polling may take to begin.
    from embeddings.library import Library


def turn_of(author: int, context: Context) -> asyncio.Lock:
    """Give the lock to hold while something is looked up for an author; see author_id."""
    return context.bot_data.askers.setdefault(author, asyncio.Lock())


def find_answer(
    library: "Library", texts: Sequence[str], collections: Sequence[str], *, limit: int = 5
) -> Answer | None:
    """Look texts up, one after another until one is answered.

    Args:
        library: Blocks for some milliseconds: call this in a thread.
        texts: At least one.
        collections: Where to look.
        limit: See Library.answer.

    Returns:
        The answer to the last one that was looked up; None where the collections are empty.
    """
    for text in texts:
        answer = library.answer(text, collections, limit=limit)
        if answer.answered:
            break
    # Where nothing at all is near, there may be nothing at all.
    return None if not answer.quotes and library.is_empty(collections) else answer
