"""A process of its own that reads files and adds them: no question waits for its interpreter.

Both ends of the pipe to it: Worker, for the bot, and main, which is the process. They speak in
lines of JSON. The process has no token, gives way to all others, and ends with its parent,
whatever ends that: what it was about to add is then there whole or not at all.
"""

import asyncio
import contextlib
import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

import bot
from bot.intake import Line, answer_request
from bot.room import is_short
from embeddings.errors import AlintiError

logger = logging.getLogger(__name__)

_READY: Line = {"is_ready": True}
_NICE = 10
# The longest thing that it does without a word is to encode a large document; where it is silent
# for longer, it waits for something that will not come.
_SILENT_S = 1800.0
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
            request: See intake.answer_request.
            report: Called with the lines that come before the last.

        Returns:
            The last line; see intake.answer_request.

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
        lacks_room = partial(is_short, folder, request.get("least_free_bytes", 0))
        answer = answer_request(library, request, report, lacks_room)
        out.write(_encode(answer | {"is_last": True}))


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
