"""The process that reads one file: run as a script by ``embeddings.isolation``.

Its request is a line of JSON on the input; documents go to the output (see messages.py). It gives
up what it does not need before it looks at the file: memory, time, files, processes, the network.
When the other end of its input is closed it dies, whatever it does.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from embeddings.errors import UnreadableDocument

LOG_BYTES = 1 << 16
"""Of errors printed; no file longer than this can be written."""

_FILES = 64
# The kernel says SIGXCPU at the limit, but SIGKILL, as for memory, where nothing lies beyond it.
_LAST_CPU_S = 5
_NICENESS = 10
# Python's own doors to the network, to other programs and to the disk.
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.kill",
    "os.chmod",
    "os.chown",
    "os.utime",
    "os.setxattr",
    "os.removexattr",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    """Read the file that the request names, within the limits that it names."""
    request = json.loads(sys.stdin.buffer.readline())
    sys.path[:] = request["modules"]
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no message
    _die_with_parent()
    _limit(request)
    sys.addaudithook(_forbid)
    _answer(request, output)
    # Without the farewells of libraries, which may hang or crash.
    os._exit(0)


def _answer(request: dict[str, Any], output: BinaryIO) -> None:
    from embeddings.errors import UnreadableDocument
    from embeddings.readers import read_documents
    from embeddings.readers.messages import END, encode_message

    path = Path(os.fsdecode(request["path"].encode("latin-1")))
    name = request["name"]
    last: UnreadableDocument | str = END
    try:
        for document in read_documents(path, name, request["source"]):
            output.write(encode_message(document))
            output.flush()
    except UnreadableDocument as error:
        last = error
    except MemoryError:
        last = _too_large(name)
    except Exception as error:  # noqa: BLE001, RUF100 - a library met bytes that nobody foresaw
        last = _unforeseen(name, error)
    output.write(encode_message(last))
    output.flush()


def _too_large(name: str) -> "UnreadableDocument":
    from embeddings.errors import UnreadableDocument

    return UnreadableDocument(
        f"{name}: reading this file takes more memory than allowed. Split it", "too_large"
    )


def _unforeseen(name: str, error: Exception) -> "UnreadableDocument":
    import traceback

    from embeddings.errors import UnreadableDocument

    traceback.print_exception(error, limit=-5)
    if isinstance(error, ImportError):
        return UnreadableDocument(
            f"{name}: its reader cannot be loaded ({error}). Install alinti again", "kind"
        )
    return UnreadableDocument(
        f"{name}: this file is damaged and cannot be read ({type(error).__name__}). Get it anew"
    )


def _die_with_parent() -> None:
    """Let the kernel end this process when the other end of its input is closed.

    A thread that waits for it would not run while a library holds Python's lock; and the signal of
    prctl comes when the thread that started this process ends, not only with the process.
    """
    try:
        import fcntl
        import select
        import signal

        # As it may have been told to its parent; an ignored signal stays so.
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGIO])
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)  # SIGIO ends it
        if select.select([0], [], [], 0)[0]:  # closed before
            os._exit(1)
    except (
        ImportError,
        OSError,
    ):  # no such signal on this system: a thread is better than nothing
        import threading

        threading.Thread(target=_wait_for_end_of_input, daemon=True).start()


def _wait_for_end_of_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _limit(request: dict[str, Any]) -> None:
    if sys.platform == "win32":  # the wall clock and the size of the output limit it there
        return
    import resource

    niceness = max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
    os.setpriority(os.PRIO_PROCESS, 0, niceness)
    with contextlib.suppress(OSError):  # where memory ends, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    for kind, most in (
        (resource.RLIMIT_CPU, request["cpu_s"]),
        (resource.RLIMIT_AS, request["memory_bytes"]),
        (resource.RLIMIT_FSIZE, LOG_BYTES),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        beyond = most + _LAST_CPU_S if kind == resource.RLIMIT_CPU else most
        if hard == resource.RLIM_INFINITY or beyond < hard:
            with contextlib.suppress(OSError, ValueError):  # macOS knows no limit of addresses
                resource.setrlimit(kind, (most, beyond))


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what no reader does: see sys.addaudithook."""
    is_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
    if is_writing or event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event}: who reads a file changes nothing and calls nobody")


if __name__ == "__main__":
    main()
