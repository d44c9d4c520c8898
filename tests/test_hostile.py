"""Every hostile or damaged file is read, or refused in one sentence, and leaves nothing behind."""

import os
import re
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embeddings.errors import UnreadableDocument
from embeddings.isolation import Limits, read_isolated
from embeddings.passages import split_passages
from tests.damage import OK, Case
from tests.hostile import all_cases

LIMITS = Limits(time_s=6)
_GRACE_S = 4  # for starting and ending a process while others use the machine
_MOST_GROWTH = 300 << 20
_MOST_SPLIT = 100_000  # characters: passages are another test's matter


class Listener:
    """A server that nobody may call; ``calls`` counts who does."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(1) == b"\0":  # from close
                    return
                self.calls += 1

    def close(self) -> None:
        with socket.create_connection(self._socket.getsockname()) as connection:
            connection.send(b"\0")
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


def _check(case: Case, path: Path) -> str:
    """Read a case; what is wrong about how it ended, empty if nothing."""
    path.write_bytes(case.data)
    began = time.monotonic()
    try:
        documents = list(read_isolated(path, name=case.name, source="s", limits=LIMITS))
    except UnreadableDocument as error:
        end, wrong = error.reason, _wrong_message(str(error))
    else:
        end, wrong = OK, ""
        for document in documents:
            if "root:x:0" in document.text:
                wrong = "a file of this machine was read"
            if len(document.text) <= _MOST_SPLIT:
                for passage in split_passages(document):
                    if document.text[passage.start : passage.end] != passage.text:
                        wrong = f"not verbatim: {passage}"
    path.unlink()
    took = time.monotonic() - began
    if end not in case.ends:
        wrong = f"ended with {end}"
    if took > LIMITS.time_s + len(case.data) / LIMITS.bytes_per_s + _GRACE_S:
        wrong = f"took {took:.1f} s"
    return wrong and f"{case.name!r}, {case.title}: {wrong}"


def _wrong_message(message: str) -> str:
    if "\n" in message or not message.strip() or len(message) > 700:
        return f"no sentence: {message!r}"
    if re.search(r"\(\w+\)\. Get it anew|its reader (broke off|cannot be loaded)", message):
        return f"nobody foresaw it: {message}"
    return ""


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("group", all_cases(""))
def test_what_strangers_send_does_no_harm(
    group: str, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file ends as its case says: within the limits, with a sentence or verbatim text.

    Nobody calls the server that files name; no process, no temporary file and little memory is
    left.
    """
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    cases = list(all_cases(listener.url)[group]())
    before = _peak_bytes()
    with ThreadPoolExecutor(2) as threads:
        paths = (tmp_path / f"case {number}" for number in range(len(cases)))
        wrong = [sentence for sentence in threads.map(_check, cases, paths) if sentence]
    assert wrong == []
    assert listener.calls == 0
    assert list(temporary.iterdir()) == []
    assert _peak_bytes() - before < _MOST_GROWTH
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_there_are_at_least_300_cases() -> None:
    counts = {group: sum(1 for _ in cases()) for group, cases in all_cases("").items()}
    assert min(counts.values()) >= 15
    assert sum(counts.values()) >= 300


def test_a_call_would_be_noticed(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", int(listener.url.rpartition(":")[2]))) as call:
        call.send(b"GET")
    while not listener.calls:
        time.sleep(0.01)
    assert listener.calls == 1
