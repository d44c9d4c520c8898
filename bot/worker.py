"""A process of its own that reads files and adds them: no question waits for its interpreter.

Both ends of the pipe to it: Worker, for the bot, and main, which is the process. They speak in
lines of JSON. The process has no token, gives way to all others, and ends with its parent,
whatever ends that: what it was about to add is then there whole or not at all.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import bot
from embeddings.datatypes import Document, Place
from embeddings.errors import AlintiError, EmptyDocument, UnreadableDocument

if TYPE_CHECKING:
    from embeddings.holdings import Added
    from embeddings.library import Library

logger = logging.getLogger(__name__)

Line = dict[str, Any]
"""What one end writes to the other."""

TROUBLE = "trouble"
"""Why a file is not added where it is not the file's fault; beside errors.REASONS."""

_READY: Line = {"is_ready": True}
_NICE = 10
# The longest thing that it does without a word is to encode a large document; where it is silent
# for longer, it waits for something that will not come.
_SILENT_S = 1800.0
_MAX_TITLE = 80
# Its parent's secrets are none of its business, and it leaves the cores to who answers.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
_PREFIX = "ALINTI_"


class WorkerDied(AlintiError):
    """The process that reads has ended before it was done with a request."""


class WorkerUnable(AlintiError):
    """No process that reads can be begun: no request is the reason."""


class Worker:
    """The process that reads, for the bot: begun when it is needed, and anew when it has died.

    Args:
        folder: Of the library.
        silent_s: How long it may say nothing while it is at work.
    """

    def __init__(self, folder: Path, *, silent_s: float = _SILENT_S) -> None:
        self._folder, self._silent_s = folder, silent_s
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process; None where there is none."""
        return self._process.pid if self._process else None

    async def do(self, request: Line, report: Callable[[Line], None]) -> Line:
        """Have something read and added; one at a time.

        Args:
            request: See answer_request.
            report: Called with the lines that come before the last.

        Returns:
            The last line; see answer_request.

        Raises:
            WorkerDied: If the process ends meanwhile, or has to be ended because it says nothing;
                part of an export may be there by then.
            WorkerUnable: If none can be begun.
        """
        process = self._process or await self._start()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(_encode(request))
            await process.stdin.drain()
            while line := await self._read_line(process.stdout):
                said: Line = json.loads(line)
                if said.pop("is_last"):
                    return said
                report(said)
        except TimeoutError:
            logger.warning("The process that reads has said nothing for %d s", self._silent_s)
        except (OSError, ValueError) as error:
            logger.warning("The process that reads cannot be understood: %s", error)
        except asyncio.CancelledError:
            await self.close()  # what it was to say is not to be taken for another answer
            raise
        await self.close()
        raise WorkerDied("The process that reads files has died. It is begun anew.")

    async def close(self) -> None:
        """End the process at once, in the middle of its work too, and those that it has begun."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin
        process.stdin.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        await process.wait()

    async def _read_line(self, lines: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(self._silent_s):
            return await lines.readline()

    async def _start(self) -> asyncio.subprocess.Process:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(_PREFIX)}
        # Where the packages are, however this process has found them.
        path = {"PYTHONPATH": str(Path(bot.__file__).parents[1])}
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot.worker", str(self._folder)),
                env=kept | _ENVIRONMENT | path,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # A group of its own: it is ended with all that it has begun.
                start_new_session=True,
            )
            self._process = process
            assert process.stdout
            is_ready = await self._read_line(process.stdout) == _encode(_READY)
        except TimeoutError:
            is_ready = False
        except asyncio.CancelledError:
            await self.close()
            raise
        except OSError as error:
            raise WorkerUnable(f"No process that reads files can be begun: {error}.") from error
        if not is_ready:
            await self.close()
            raise WorkerUnable(
                "The process that reads files ended before it could begin. What it wrote above "
                "tells why; it may lack memory, or the data folder the rights."
            )
        return process


def answer_request(library: "Library", request: Line, report: Callable[[Line], None]) -> Line:
    """Read something and add it to the library.

    Args:
        library: Takes it.
        request: ``collection`` and ``source``, then for a file ``path`` and ``name``, for a text
            ``text``, ``author``, ``date`` and ``link``. ``homes`` may name, by their series, the
            ``collection`` into which documents go instead, and ``without`` which sources.
        report: Called now and then with what is added so far: ``passages``; and with each
            ``series`` before it is added to.

    Returns:
        What came of it: ``document_id``; ``documents`` added, ``unchanged`` and ``replaced``;
        ``passages`` added; ``pages`` of the only document; ``series`` in which they are. Of the
        entry in which the last one stands now: its ``collection``, ``stored_documents`` and
        ``stored_passages``; ``is_own``, whether it is no other than what was read; ``older_id``,
        an older version of the file, or 0. Or else ``error``: a word of errors.REASONS, or
        TROUBLE.
    """
    sources: list[str] = []
    series: set[str] = set()
    pages: list[int] = []

    def noted(documents: Iterator[Document]) -> Iterator[Document]:
        for document in documents:
            if document.series and document.series not in series:
                report({"series": document.series})  # before anybody can see it in a list
            sources.append(document.source)
            series.add(document.series)
            pages.append(len(document.pages))
            yield document

    def tell(added: "Added") -> None:
        report({"passages": added.passages})

    try:
        with contextlib.closing(_documents(request)) as documents:
            added, collection = _add(library, noted(documents), request, tell)
        entry = library.entry(added.document_id, [collection])
        is_moved = collection != request["collection"]  # there nothing is replaced by a button
        older = None if is_moved else library.find_older_version(added.document_id, [collection])
    except UnreadableDocument as error:
        return {"error": error.reason}
    except AlintiError:
        logger.exception("A file could not be added")
        return {"error": TROUBLE}
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
    added: Added | None = None
    collection = request["collection"]
    # A chat's documents come together.
    for into, part in groupby(
        documents, lambda document: homes.get(document.series, request)["collection"]
    ):
        with contextlib.suppress(EmptyDocument):
            one = library.add_all(part, into, report)
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


def main() -> None:
    """Answer the requests on standard input until that ends."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # What a library prints is not to stand among the lines.
    with os.fdopen(os.dup(1), "wb", buffering=0) as out:
        os.dup2(2, 1)
        requests: queue.SimpleQueue[Line] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
        _work(Path(sys.argv[1]), requests, out)


def _work(folder: Path, requests: "queue.SimpleQueue[Line]", out: IO[bytes]) -> None:
    from embeddings.encoder import BundledEncoder
    from embeddings.library import Library

    def report(said: Line) -> None:
        out.write(_encode(said | {"is_last": False}))

    library = Library(folder, BundledEncoder())
    out.write(_encode(_READY))
    while True:
        request = requests.get()
        out.write(_encode(answer_request(library, request, report) | {"is_last": True}))


def _listen(lines: IO[bytes], requests: "queue.SimpleQueue[Line]") -> None:
    """Take requests in; at the end of them nobody waits for what is in hand."""
    for line in lines:
        requests.put(json.loads(line))
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # what it has begun, too
    os._exit(0)


def _encode(said: Line) -> bytes:
    return json.dumps(said).encode() + b"\n"


if __name__ == "__main__":
    main()
