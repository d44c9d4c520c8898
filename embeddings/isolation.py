"""Strangers' files, read in a process of their own with limits on time, memory and output.

What a file does to its reader - a bomb, a loop, a crash of a library - ends with that process. It
gets no environment, no open file but its pipes, and no way to the network through Python.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, cast

from embeddings.datatypes import Document
from embeddings.errors import UnreadableDocument
from embeddings.readers import child as child_module
from embeddings.readers import open_regular
from embeddings.readers.messages import END, Garbled, TooLong, decode_message, read_message

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take.

    Attributes:
        time_s: Between two documents; the first may take the time of the whole file.
        bytes_per_s: The slowest pace: a file may take ``time_s`` and as long as its bytes take at
            this pace. Time in which nobody asks for the next document does not count.
        memory_bytes: Addresses that the process may use.
        output_bytes: Of one document as UTF-8; all documents of an export may give that and
            OUTPUT_RATIO times the size of the file.
    """

    time_s: float = 120.0
    bytes_per_s: int = 500_000
    memory_bytes: int = 768 << 20
    output_bytes: int = 64 << 20


OUTPUT_RATIO = 8
"""Bytes of the documents of an export to bytes of its file; they hold less than it does."""

_DEFAULTS = Limits()
_CHILD = Path(child_module.__file__)
_ROOT = str(Path(__file__).parents[1])
_WATCH_S = 0.1
_FAREWELL_S = 2.0
# By what signals a process ends whose time is over, or that finds no memory: the kernel's, and
# those of the libraries that give up where they get none.
_ENDS_OF_TIME = {getattr(signal, name, None) for name in ["SIGXCPU"]}
_ENDS_OF_MEMORY = {getattr(signal, name, None) for name in ["SIGKILL", "SIGABRT", "SIGTRAP"]}
_LOGGED_BYTES = 4096


def read_isolated(
    path: Path,
    *,
    name: str | None = None,
    source: str | None = None,
    limits: Limits = _DEFAULTS,
) -> Generator[Document, None, None]:
    """Read the documents of a file in a process with limits; they come as they are read.

    Nothing is left behind when the iterator ends, is closed or is given up: no process, no file.

    Args:
        path: See readers.read_documents.
        name: Of the file as a person sees it; that of the path where it is not given.
        source: Where it came from; the absolute path where it is not given.
        limits: What reading may take.

    Raises:
        UnreadableDocument: With a reason of errors.REASONS and a message of one line: what the
            readers say, or "slow", "too_large" or "damaged" where the process ended otherwise.
        EmptyDocument: If there is nothing in it to quote.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
    name = path.name if name is None else name
    request = {
        "path": os.fsencode(path.absolute()).decode("latin-1"),
        "name": name,
        "source": str(path.resolve()) if source is None else source,
    }
    total_s = limits.time_s + size / limits.bytes_per_s
    with _Child(request, limits, _Patience(limits.time_s, total_s)) as child:
        yield from _receive(child, name, limits, size)


def _receive(child: "_Child", name: str, limits: Limits, size: int) -> Iterator[Document]:
    left = limits.output_bytes + OUTPUT_RATIO * size
    try:
        while (data := child.read(min(left, limits.output_bytes))) is not None:
            left -= len(data)
            message = decode_message(data)
            if message == END:
                return
            if not isinstance(message, Document):
                raise message if isinstance(message, UnreadableDocument) else Garbled(message)
            yield message
    except TooLong as error:
        raise UnreadableDocument(
            f"{name}: there is too much text in this file: more than"
            f" {limits.output_bytes / (1 << 20):.3g} MB. Split it",
            "too_large",
        ) from error
    except Garbled as error:
        raise _damaged(name) from error
    raise child.failure(name)


def _damaged(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name}: this file is damaged: its reader broke off. Get it anew")


class _Patience:
    """How long a process may be waited for; time in which nobody waits does not count.

    Args:
        time_s: For one document, but the first: that may take all there is.
        total_s: All in all.

    Attributes:
        total_s: As given.
    """

    def __init__(self, time_s: float, total_s: float) -> None:
        self._time_s = time_s
        self.total_s = self._left_s = total_s
        self._allowed_s = total_s  # of the wait that goes on, or the next one
        self._since_s: float | None = None

    def begin(self, now_s: float) -> None:
        """Begin to wait."""
        self._since_s = now_s

    def end(self, now_s: float) -> None:
        """End the wait."""
        if self._since_s is not None:
            self._left_s -= now_s - self._since_s
        self._since_s = None
        self._allowed_s = min(self._time_s, self._left_s)

    def is_over(self, now_s: float) -> bool:
        """Whether the wait that goes on has taken too long."""
        since_s = self._since_s  # once: another thread may end the wait
        return since_s is not None and now_s - since_s > self._allowed_s


class _Child:
    """The process; started with the context, gone at its end.

    Args:
        request: What it is to read.
        limits: For it.
        patience: For it.
    """

    def __init__(self, request: Mapping[str, str], limits: Limits, patience: _Patience) -> None:
        self._patience = patience
        self._is_late = False
        self._is_over = threading.Event()
        orders = {
            **request,
            "modules": _modules(),
            # It may work on while nobody waits for it.
            "cpu_s": int(2 * patience.total_s) + 1,
            "memory_bytes": limits.memory_bytes,
        }
        self._name = request["name"]
        try:
            self._log, self._process = _start()
        except OSError as error:  # no memory, too many processes
            raise _not_started(self._name, error.strerror) from error
        self._input = cast(BinaryIO, self._process.stdin)
        self._output = cast(BinaryIO, self._process.stdout)
        self._watch = threading.Thread(target=self._kill_when_late, daemon=True)
        self._orders = json.dumps(orders).encode() + b"\n"

    def __enter__(self) -> "_Child":
        try:
            self._watch.start()
        except RuntimeError as error:  # too many threads
            self._end()
            raise _not_started(self._name, str(error)) from error
        with suppress(OSError):  # it has ended: reading from it tells
            self._input.write(self._orders)
            self._input.flush()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._watch.join()
        self._end()

    def _end(self) -> None:
        self._kill()
        self._process.wait()
        self._output.close()
        with suppress(OSError):  # it may hold what a dead process was to be told
            self._input.close()
        self._log_errors()
        self._log.close()

    def read(self, max_bytes: int) -> bytes | None:
        """Wait for the JSON of the next message; None where there is none any more.

        Raises:
            TooLong: If it has more bytes than allowed.
        """
        self._patience.begin(time.monotonic())
        try:
            return read_message(self._output, max_bytes)
        finally:
            self._patience.end(time.monotonic())

    def failure(self, name: str) -> UnreadableDocument:
        """Tell why it ended without a last word."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_S)
        end = -(self._process.returncode or 0)
        if self._is_late or end in _ENDS_OF_TIME:
            return UnreadableDocument(
                f"{name}: this file was not read within the time allowed. Split it, or save it in"
                " another format",
                "slow",
            )
        if end in _ENDS_OF_MEMORY:
            return UnreadableDocument(
                f"{name}: reading this file takes more memory than there is. Split it",
                "too_large",
            )
        return _damaged(name)

    def _kill_when_late(self) -> None:
        while not self._is_over.wait(_WATCH_S):
            if self._patience.is_over(time.monotonic()):
                self._is_late = True
                self._kill()
                return

    def _kill(self) -> None:
        if self._process.returncode is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:  # not waited for yet: its number is not another's
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _log_errors(self) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            end = self._log.seek(0, os.SEEK_END)
            self._log.seek(max(0, end - _LOGGED_BYTES))
            if printed := self._log.read().decode(errors="replace").strip():
                logger.debug("the process that reads files printed: %s", printed)


def _not_started(name: str, reason: str | None) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: the process that reads files could not be started ({reason}). Try again later",
        "slow",
    )


def _start() -> tuple[IO[bytes], "subprocess.Popen[bytes]"]:
    """Start the process; what it prints goes to the file."""
    # -I, -S: no variable and no file of a user changes what is imported; the modules are those of
    # this process. -B: a killed process must leave no half-written file.
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(_CHILD)]
    with ExitStack() as stack:
        log = stack.enter_context(_open_log())
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(),
            cwd=Path(sys.executable).anchor,
            start_new_session=True,
        )
        stack.pop_all()
    return log, process


def _open_log() -> IO[bytes]:
    """Open a file without a name; on Linux in memory, where a container's disk is read-only."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("alinti-reader"), "w+b")
    return tempfile.TemporaryFile()


def _environment() -> dict[str, str]:
    """Give what Windows cannot do without: no secret of ours."""
    return {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}


def _modules() -> list[str]:
    """List where this process finds modules, the current folder of a prompt left out."""
    known = [path for path in sys.path if path]
    return known if _ROOT in known else [_ROOT, *known]
