import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest

from embeddings import isolation
from embeddings.datatypes import Document, Heading, Page, Place
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.isolation import Limits, read_isolated
from embeddings.readers.messages import (
    END,
    Garbled,
    TooLong,
    decode_message,
    encode_message,
    read_message,
)

DOCUMENT = Document(
    "Başlık",
    "Başlık\n\nMetin 😀",
    "kaynak",
    "abc",
    (Heading(0, 6, 1),),
    (Page(1, 0), Page(2, 8)),
    (Place(0, "Ayşe", "2024-01-02T03:04:05", "https://t.me/a/1"),),
    "a.md",
    "telegram:1",
    "2024-01-02T03:04:05+00:00",
)

# Puts another program in the place of the one that reads.
Program = Callable[[str], None]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_text("# Başlık\n\nMetin burada.", "utf-8")
    return path


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put another program in the place of the one that reads; it may use that one's functions."""

    def replace(code: str) -> None:
        script = tmp_path / "program.py"
        script.write_text(
            "import json, os, sys, time, signal\n"
            f"sys.path.append({str(Path(isolation.__file__).parents[1])!r})\n"
            "request = json.loads(sys.stdin.buffer.readline())\n"
            "sys.path[:] = request['modules']\n"
            "from embeddings.readers import child\n"
            "from embeddings.readers.messages import END, encode_message\n"
            "from embeddings.datatypes import Document\n"
            "document = encode_message(Document('t', 'metin', 's', 'h'))\n"
            "output = os.fdopen(os.dup(1), 'wb')\n"
            "def say(data):\n    output.write(data)\n    output.flush()\n" + code,
            "utf-8",
        )
        monkeypatch.setattr(isolation, "_CHILD", script)

    return replace


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    threads = threading.active_count()
    files = _open_files()
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert threading.active_count() == threads
    assert _open_files() == files


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0  # noqa: PTH208


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int | None]]:
    """Tell how each process ended: the negative number of the signal that ended it."""
    start = isolation._start
    processes: list[subprocess.Popen[bytes]] = []

    def watched() -> tuple[IO[bytes], "subprocess.Popen[bytes]"]:
        log, process = start()
        processes.append(process)
        return log, process

    monkeypatch.setattr(isolation, "_start", watched)
    return lambda: [process.returncode for process in processes]


KILLED = [-signal.SIGKILL]


def refusal(path: Path, **arguments: Any) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refused:
        list(read_isolated(path, **arguments))
    assert "\n" not in str(refused.value)
    return refused.value


# ---- messages


def test_a_document_comes_through_as_it_is() -> None:
    data = read_message(io.BytesIO(encode_message(DOCUMENT)), 1 << 20)
    assert data is not None
    assert decode_message(data) == DOCUMENT


def test_an_error_comes_through_with_its_reason() -> None:
    error = decode_message(encode_message(UnreadableDocument("a: b", "encrypted"))[4:])
    assert isinstance(error, UnreadableDocument)
    assert (str(error), error.reason) == ("a: b", "encrypted")
    assert isinstance(decode_message(encode_message(EmptyDocument("a"))[4:]), EmptyDocument)
    assert decode_message(encode_message(END)[4:]) == END


def test_an_error_becomes_one_line() -> None:
    error = decode_message(encode_message(UnreadableDocument("a\nb\n" + "c" * 9999))[4:])
    assert str(error) == "a b " + "c" * 596


@pytest.mark.parametrize("cut", [0, 3, 4, 20])
def test_a_stream_that_ends_early_has_no_message(cut: int) -> None:
    assert read_message(io.BytesIO(encode_message(DOCUMENT)[:cut]), 1 << 20) is None


def test_a_message_longer_than_allowed_is_not_read() -> None:
    with pytest.raises(TooLong):
        read_message(io.BytesIO(encode_message(DOCUMENT)), 20)


def _json(**changes: object) -> bytes:
    import json

    fields = json.loads(encode_message(DOCUMENT)[4:])
    names = "title text source hash headings pages places name series changed_at".split()
    for name, value in changes.items():
        fields[names.index(name)] = value
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"5",
        b"null",
        b'"ende"',
        b"{}",
        b'{"angry": "a"}',
        b'{"damaged": 5}',
        b"[" * 100_000,
        _json(text=5),
        _json(text="a\ud800"),
        _json(title=None),
        _json(changed_at=5),
        _json(headings=[[0, 99, 1]]),
        _json(headings=[[3, 2, 1]]),
        _json(headings=[[0, 1, "1"]]),
        _json(headings=[[0, 1]]),
        _json(pages=[[1, 5], [2, 4]]),
        _json(pages=[[1, -1]]),
        _json(pages=[[1, True]]),
        _json(pages=[["1", 1]]),
        _json(places=[[0, 5, "", ""]]),
        _json(places=[[0, "\ud800", "", ""]]),
        _json(places=[[99, "", "", ""]]),
        _json(places=7),
    ],
)
def test_what_is_no_message_is_not_believed(data: bytes) -> None:
    with pytest.raises(Garbled):
        decode_message(data)


# ---- reading


def test_a_file_is_read_with_its_name_and_its_absolute_path(
    text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(text.parent)
    [document] = read_isolated(Path("a.md"))
    assert (document.title, document.text) == ("Başlık", "Başlık\n\nMetin burada.")
    assert (document.name, document.source) == ("a.md", str(text))


def test_a_file_may_be_called_otherwise(text: Path) -> None:
    [document] = read_isolated(text, name="not.txt", source="telegram:1/2")
    assert document.text == "# Başlık\n\nMetin burada."
    assert (document.name, document.source) == ("not.txt", "telegram:1/2")


def test_a_name_of_undecodable_bytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a\udcff.txt"
    path.write_text("Metin", "utf-8")
    [document] = read_isolated(path)
    assert (document.name, document.source) == ("a\ufffd.txt", str(tmp_path / "a\ufffd.txt"))


def test_the_errors_of_readers_come_through(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"***")
    (tmp_path / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(EmptyDocument, match=r"^a\.txt: there is no text"):
        list(read_isolated(tmp_path / "a.txt"))
    assert refusal(tmp_path / "b.txt").reason == "kind"


def test_a_missing_file_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_start", None)
    assert refusal(tmp_path / "yok.txt").reason == "missing"
    assert refusal(tmp_path).reason == "missing"


def test_documents_come_as_they_are_read(
    text: Path, program: Program, ends: Callable[[], list[int | None]]
) -> None:
    program("say(document)\ntime.sleep(60)")
    documents = read_isolated(text)
    assert next(documents).text == "metin"
    documents.close()
    assert ends() == KILLED


def test_many_documents_come_through(text: Path, program: Program) -> None:
    program("for _ in range(5000): output.write(document)\nsay(encode_message(END))")
    assert sum(1 for _ in read_isolated(text)) == 5000


def test_a_process_that_cannot_be_started_is_said(
    text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", fail)
    assert "could not be started (Cannot allocate memory). Try again" in str(refusal(text))


def test_a_process_that_cannot_be_watched_is_ended_and_said(
    text: Path, monkeypatch: pytest.MonkeyPatch, ends: Callable[[], list[int | None]]
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    assert "could not be started (can't start new thread). Try again" in str(refusal(text))
    assert ends() == KILLED


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no files in memory")
def test_nothing_is_written_to_the_disk(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", None)  # as on a disk that is read-only
    assert [document.title for document in read_isolated(text)] == ["Başlık"]


# ---- what the process may not do


def test_no_secret_and_no_open_file_is_handed_on(
    text: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALINTI_TOKEN", "123456:SECRET")
    program(
        "files = os.listdir('/proc/self/fd')\n"
        "seen = f'{dict(os.environ)} {os.getcwd()} {len(files)} {sys.argv[1:]}'\n"
        "say(encode_message(Document('t', seen, 's', 'h')))\nsay(encode_message(END))"
    )
    with socket.socket(), text.open():
        [document] = read_isolated(text)
    # The three standard ones, the copy of the output and the listing itself.
    assert document.text.endswith("} / 5 []")
    assert "ALINTI" not in document.text
    assert str(Path.home()) not in document.text


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("import socket; socket.socket()", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("os.system('true')", "PermissionError"),
        ("os.fork()", "PermissionError"),
        ("os.execv('/bin/true', ['true'])", "PermissionError"),
        ("open(request['path'] + '.new', 'wb')", "PermissionError"),
        ("os.open(request['path'], os.O_RDWR)", "PermissionError"),
        ("os.open(request['path'], os.O_TRUNC)", "PermissionError"),
        ("os.remove(request['path'])", "PermissionError"),
        ("os.chmod(request['path'], 0)", "PermissionError"),
        ("os.kill(os.getppid(), 0)", "PermissionError"),
        ("import tempfile; tempfile.TemporaryFile()", "FileNotFoundError"),
        ("os.write(2, bytes(70000)); os.write(2, b'x')", "OSError"),
        ("files = [open(os.devnull) for _ in range(64)]", "OSError"),
        ("bytes(2 << 30)", "MemoryError"),
    ],
)
def test_the_process_is_limited(text: Path, program: Program, attempt: str, error: str) -> None:
    program(
        "child._die_with_parent()\nchild._limit(request)\nsys.addaudithook(child._forbid)\n"
        f"try:\n    {attempt}\nexcept Exception as e:\n    seen = type(e).__name__\n"
        "say(encode_message(Document('t', f'{seen}', 's', 'h')))\nsay(encode_message(END))"
    )
    [document] = read_isolated(text)
    assert document.text == error


def test_the_process_gives_way_to_others(text: Path, program: Program) -> None:
    program(
        "child._limit(request)\nscore = open('/proc/self/oom_score_adj').read().strip()\n"
        "say(encode_message(Document('t', f'{os.nice(0)} {score}', 's', 'h')))\n"
        "say(encode_message(END))"
    )
    [document] = read_isolated(text)
    niceness, score = document.text.split()
    assert int(niceness) >= 10
    assert score == "1000"


# ---- how it may end


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("sys.exit(3)", "damaged"),
        ("say(document[:-1])", "damaged"),
        ("say(document + b'\\0\\0')", "damaged"),
        ("say(b'\\0\\0\\0\\2[]')", "damaged"),
        ("say(b'\\xff\\xff\\xff\\xff')", "too_large"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("os.kill(os.getpid(), signal.SIGABRT)", "too_large"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "too_large"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "slow"),
        ("os.close(1); output.close(); time.sleep(60)", "damaged"),
        ("raise SystemExit('x' * 1_000_000)", "damaged"),
    ],
)
def test_a_process_that_breaks_off_is_said(
    text: Path, program: Program, code: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "_FAREWELL_S", 0.5)
    program(code)
    assert refusal(text).reason == reason


def test_an_error_that_nobody_foresaw_is_damage(
    text: Path, program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "embeddings.isolation")
    program(
        "def fail(*_): raise KeyError('stray')\n"
        "import embeddings.readers\nembeddings.readers.read_documents = fail\n"
        "child._answer(request, output)"
    )
    error = refusal(text)
    assert str(error) == "a.md: this file is damaged and cannot be read (KeyError). Get it anew"
    assert "KeyError: 'stray'" in caplog.text


def test_a_library_that_is_missing_is_no_damage(text: Path, program: Program) -> None:
    program("sys.modules['markdown_it'] = None\nchild._answer(request, output)")
    error = refusal(text)
    assert error.reason == "kind"
    assert "its reader cannot be loaded" in str(error)


HANGS = [
    "time.sleep(60)",
    "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    "say(b'\\0\\0\\0\\x09')",
]


@pytest.mark.parametrize("code", HANGS)
def test_a_process_that_hangs_is_ended(
    text: Path, program: Program, code: str, ends: Callable[[], list[int | None]]
) -> None:
    program(f"{code}\ntime.sleep(60)")
    assert refusal(text, limits=Limits(time_s=0.7)).reason == "slow"
    assert ends() == KILLED


def test_too_much_work_is_slow_and_not_too_large(text: Path, program: Program) -> None:
    program("request['cpu_s'] = 1\nchild._limit(request)\nwhile True: pass")
    assert refusal(text).reason == "slow"


def test_a_reader_that_drips_is_ended(text: Path, program: Program) -> None:
    program("while True: say(document); time.sleep(0.2)")
    documents = read_isolated(text, limits=Limits(time_s=1.5, bytes_per_s=1 << 20))
    with pytest.raises(UnreadableDocument, match="within the time allowed"):
        list(documents)


def test_the_first_document_may_take_the_time_of_all_and_each_other_its_own() -> None:
    patience = isolation._Patience(time_s=10, total_s=30)
    patience.begin(100)
    assert not patience.is_over(129)
    patience.end(115)
    patience.begin(200)
    assert not patience.is_over(209)
    assert patience.is_over(211)


def test_all_documents_together_may_take_the_time_of_the_file() -> None:
    patience = isolation._Patience(time_s=10, total_s=30)
    for now_s in (100, 200, 300):
        patience.begin(now_s)
        patience.end(now_s + 9)
    patience.begin(400)
    assert not patience.is_over(402)
    assert patience.is_over(404)


def test_time_in_which_nobody_asks_does_not_count(
    text: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [0.0]
    monkeypatch.setattr(isolation, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    program("say(document)\nsay(document)\nsay(encode_message(END))")
    documents = read_isolated(text)
    next(documents)
    now_s[0] += 10_000
    time.sleep(3 * isolation._WATCH_S)  # as long as it takes to be seen
    assert len(list(documents)) == 1


def test_more_text_than_allowed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("abc " * 50_000)
    limits = Limits(output_bytes=100_000)
    error = refusal(path, limits=limits)
    assert error.reason == "too_large"
    assert "more than 0.0954 MB" in str(error)


def test_an_export_may_not_give_more_than_its_file_holds(text: Path, program: Program) -> None:
    program("while True: say(document)")
    assert refusal(text, limits=Limits(output_bytes=10_000)).reason == "too_large"


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("abc " * 5_000_000)
    assert refusal(path, limits=Limits(memory_bytes=50 << 20)).reason == "too_large"


PARENT = """
import sys
from pathlib import Path
from embeddings import isolation
isolation._CHILD = Path(sys.argv[1])
documents = isolation.read_isolated(Path(sys.argv[2]))
next(documents)
print("read", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("code", HANGS[:2])
def test_no_process_outlives_one_that_was_killed(
    text: Path, program: Program, code: str, tmp_path: Path
) -> None:
    mark = tmp_path / "pid"
    program(
        "child._die_with_parent()\n"
        f"open({str(mark)!r}, 'w').write(str(os.getpid()))\nsay(document)\n{code}"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(isolation._CHILD), str(text)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(isolation.__file__).parents[1],
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    assert parent.stdout.readline() == b"read\n"
    pid = int(mark.read_text())
    os.kill(pid, 0)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()
    deadline = time.monotonic() + 30  # half of what the programs sleep
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")
