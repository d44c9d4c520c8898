"""What the process that reads does for a request: it reads something and adds it."""

import contextlib
import hashlib
import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.room import NO_ROOM
from embeddings.datatypes import Document, Place
from embeddings.errors import (
    AlintiError,
    CollectionFull,
    EmptyDocument,
    StoreError,
    UnreadableDocument,
)

if TYPE_CHECKING:
    from embeddings.holdings import Added
    from embeddings.library import Library

logger = logging.getLogger(__name__)

Line = dict[str, Any]
"""What the bot and the process that reads write to each other."""

TROUBLE = "trouble"
"""Why a file is not added where it is not the file's fault; beside errors.REASONS."""

_MAX_TITLE = 80


def answer_request(
    library: "Library",
    request: Line,
    report: Callable[[Line], None],
    lacks_room: Callable[[], bool] = lambda: False,
) -> Line:
    """Read something and add it to the library.

    Args:
        library: Takes it.
        request: ``collection`` and ``source``, then for a file ``path`` and ``name``, for a text
            ``text``, ``author``, ``date`` and ``link``. ``most`` passages may be in the collection
            then; None for any number. ``homes`` may name, by their series, the ``collection`` into
            which documents go instead, with its ``most``, and ``without`` which sources.
        report: Called now and then with what is added so far: ``passages``; and with each
            ``series`` before it is added to.
        lacks_room: Whether the disk has too little room to add anything.

    Returns:
        What came of it: ``document_id``; ``documents`` added, ``unchanged`` and ``replaced``;
        ``passages`` added; ``pages`` of the only document; ``series`` in which they are. Of the
        entry in which the last one stands now: its ``collection``, ``stored_documents`` and
        ``stored_passages``; ``is_own``, whether it is no other than what was read; ``older_id``,
        an older version of the file, or 0. Or else ``error``: a word of errors.REASONS; TROUBLE;
        NO_ROOM; "full", or "full_partly" where a part is added, with ``most``.
    """
    added = 0

    def note(said: Line) -> None:
        nonlocal added
        added = said.get("passages", added)
        report(said)

    try:
        return _read_and_add(library, request, note, lacks_room)
    except UnreadableDocument as error:
        return {"error": error.reason}
    except CollectionFull as error:
        return {"error": "full_partly" if added else "full", "most": error.most}
    except AlintiError:
        if lacks_room():
            return {"error": NO_ROOM}
        logger.exception("A file could not be added")
        return {"error": TROUBLE}


def _read_and_add(
    library: "Library",
    request: Line,
    report: Callable[[Line], None],
    lacks_room: Callable[[], bool],
) -> Line:
    """Do what answer_request tells, as long as nothing goes wrong.

    Raises:
        AlintiError: If something does.
    """
    sources: list[str] = []
    series: set[str] = set()
    pages: list[int] = []

    def noted(documents: Iterator[Document]) -> Iterator[Document]:
        for document in documents:
            if lacks_room():
                raise StoreError("The disk has too little room. Make room in the data folder")
            if document.series and document.series not in series:
                report({"series": document.series})  # before anybody can see it in a list
            sources.append(document.source)
            series.add(document.series)
            pages.append(len(document.pages))
            yield document

    def tell(added: "Added") -> None:
        report({"passages": added.passages})

    with contextlib.closing(_documents(request)) as documents:
        added, collection = _add(library, noted(documents), request, tell)
    entry = library.entry(added.document_id, [collection])
    is_moved = collection != request["collection"]  # there nothing is replaced by a button
    older = None if is_moved else library.find_older_version(added.document_id, [collection])
    if entry is None:  # removed by somebody meanwhile
        return {"error": TROUBLE}
    return {
        "document_id": added.document_id,
        "documents": added.documents,
        "unchanged": added.unchanged,
        "replaced": added.replaced,
        "passages": added.passages,
        "pages": pages[0] if len(pages) == 1 else 0,
        "series": len(series),
        "collection": collection,
        "stored_documents": entry.documents,
        "stored_passages": entry.passages,
        "is_own": entry.document.source in sources and entry.documents == len(sources),
        "older_id": older.id if older else 0,
    }


def _add(
    library: "Library",
    documents: Iterator[Document],
    request: Line,
    report: "Callable[[Added], None]",
) -> "tuple[Added, str]":
    """Add documents, each into the collection where it belongs; also that of the last one.

    Raises:
        EmptyDocument: If there is no text to quote in any of them.
    """
    homes = request.get("homes", {})
    most = {home["collection"]: home.get("most") for home in (request, *homes.values())}
    added: Added | None = None
    collection = request["collection"]
    # A chat's documents come together.
    for into, part in groupby(
        documents, lambda document: homes.get(document.series, request)["collection"]
    ):
        with contextlib.suppress(EmptyDocument):
            one = library.add_all(part, into, report, most=most[into])
            added, collection = _sum(added, one) if added else one, into
    if added is None:
        raise EmptyDocument(f"{request['source']}: there is no text to quote in this file")
    return added, collection


def _sum(one: "Added", other: "Added") -> "Added":
    return other._replace(
        documents=one.documents + other.documents,
        passages=one.passages + other.passages,
        unchanged=one.unchanged + other.unchanged,
        replaced=one.replaced + other.replaced,
    )


def text_document(request: Line) -> Document:
    """Make a document of a message's text; it is called by its first line."""
    text = request["text"]
    place = Place(0, request["author"], request["date"], request["link"])
    content_hash = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Document(_first_line(text), text, request["source"], content_hash, places=(place,))


def _first_line(text: str) -> str:
    """Call a text without a name by how it begins."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= _MAX_TITLE else first[: _MAX_TITLE - 1].rstrip() + "…"


def _documents(request: Line) -> Generator[Document, None, None]:
    if "text" in request:
        yield text_document(request)
        return
    from embeddings.isolation import read_isolated

    path, name = Path(request["path"]), request["name"]
    homes = request.get("homes", {})
    unwanted = {source for home in homes.values() for source in home["without"]}
    with contextlib.closing(read_isolated(path, name=name, source=request["source"])) as documents:
        for document in documents:
            if document.series not in homes or document.source not in unwanted:
                # A file that comes without a name may have no title either.
                title = document.title.strip() or _first_line(document.text)
                yield replace(document, title=title)
