"""The process that reads files: what it answers, and that it never outlives who has asked."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.intake import Line, answer_request, text_document
from bot.room import NO_ROOM
from bot.worker import Worker, WorkerDied, WorkerUnable
from embeddings.encoder import load_encoder
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.export_files import channel_export

TEXT = "Kütüphane dokuzda açılır.\n\nÖdünç alınan kitaplar on beş gün içinde geri verilir."


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    process = Worker(tmp_path / "data")
    yield process
    await process.close()


def request_for(path: Path, text: str = TEXT, source: str = "s", name: str = "") -> Line:
    path.write_text(text, "utf-8")
    return {
        "collection": "chat:7",
        "source": source,
        "path": str(path),
        "name": name or path.name,
    }


def is_there(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def is_gone(pid: int) -> bool:
    for _ in range(100):
        if not is_there(pid):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_file_is_added_to_the_library_of_the_folder(
    worker: Worker, tmp_path: Path
) -> None:
    reports: list[Line] = []
    outcome = await worker.do(request_for(tmp_path / "a.txt"), reports.append)
    assert outcome == {
        "document_id": 1,
        "documents": 1,
        "unchanged": 0,
        "replaced": 0,
        "passages": outcome["passages"],
        "pages": 0,
        "series": 1,
        "collection": "chat:7",
        "stored_documents": 1,
        "stored_passages": outcome["passages"],
        "is_own": True,
        "older_id": 0,
    }
    assert reports[-1] == {"passages": outcome["passages"]}
    with closing(Library(tmp_path / "data", load_encoder(None))) as library:
        (document,) = library.read_all("chat:7")
        assert (document.text.strip(), document.name, document.source) == (TEXT, "a.txt", "s")


async def test_the_same_content_and_a_newer_version_are_told_apart(
    worker: Worker, tmp_path: Path
) -> None:
    first = await worker.do(request_for(tmp_path / "a.txt"), print)
    same = await worker.do(request_for(tmp_path / "b.txt", source="t"), print)
    assert (same["document_id"], same["documents"], same["unchanged"]) == (1, 0, 1)
    assert not same["is_own"]
    newer = f"{TEXT} Süre bir kez uzatılabilir."
    outcome = await worker.do(request_for(tmp_path / "c", newer, "u", "a.txt"), print)
    assert (outcome["documents"], outcome["older_id"]) == (1, first["document_id"])


async def test_what_cannot_be_read_is_told_by_its_reason_and_leaves_no_trace(
    worker: Worker, tmp_path: Path
) -> None:
    assert await worker.do(request_for(tmp_path / "a.txt", " "), print) == {"error": "empty"}
    missing = request_for(tmp_path / "b.txt")
    (tmp_path / "b.txt").unlink()
    assert await worker.do(missing, print) == {"error": "missing"}
    with closing(Library(tmp_path / "data", load_encoder(None))) as library:
        assert library.is_empty(["chat:7"])


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A request for five posts of one passage each, of which two are added at a time."""
    monkeypatch.setattr("embeddings.holdings._DOCUMENTS_AT_ONCE", 2)
    path = tmp_path / "result.json"
    path.write_bytes(channel_export(7, "Kıyı", *(f"{TEXT[:25]} {n}" for n in range(5))))
    return {"collection": "chat:7", "source": "s", "path": str(path), "name": path.name}


def test_an_export_is_added_batch_by_batch_up_to_what_the_collection_may_hold(
    tmp_path: Path, export: Line
) -> None:
    with closing(Library(tmp_path / "data", LetterEncoder())) as library:
        assert answer_request(library, export | {"most": 1}, print) == {"error": "full", "most": 1}
        assert library.is_empty(["chat:7"])
        said = answer_request(library, export | {"most": 4}, print)
        assert said == {"error": "full_partly", "most": 4}
        assert library.count(["chat:7"]).passages == 4
        said = answer_request(library, export | {"most": 5}, print)
        assert (said["documents"], said["unchanged"]) == (1, 4)


def test_an_export_goes_on_where_it_was_when_there_is_room_on_the_disk_again(
    tmp_path: Path, export: Line
) -> None:
    looks = iter([False, False, False, True, True])
    with closing(Library(tmp_path / "data", LetterEncoder())) as library:
        said = answer_request(library, export, print, lambda: next(looks))
        assert said == {"error": NO_ROOM}
        assert library.count(["chat:7"]).documents == 2
        said = answer_request(library, export, print, lambda: False)
        assert (said["documents"], said["unchanged"]) == (3, 2)


async def test_a_text_is_a_document_called_by_its_first_line(worker: Worker) -> None:
    request: Line = {
        "collection": "chat:7",
        "source": "https://t.me/c/5/6",
        "text": f"\n{TEXT}",
        "author": "Ayşe",
        "date": "2026-11-22T10:00:00+00:00",
        "link": "https://t.me/c/5/6",
    }
    assert (await worker.do(request, print))["documents"] == 1
    document = text_document(request)
    assert document.title == "Kütüphane dokuzda açılır."
    (place,) = document.places
    assert (place.label, place.date, place.link) == ("Ayşe", request["date"], request["link"])
    assert len(text_document(request | {"text": "a" * 200}).title) == 80


async def test_it_knows_nothing_of_the_bots_settings_and_gives_way(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALINTI_TOKEN", "123:SECRET")
    await worker.do(request_for(tmp_path / "a.txt"), print)
    assert worker.pid
    assert b"ALINTI" not in environment_of(worker.pid)
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) >= 10


async def test_a_worker_that_dies_is_told_of_and_begun_anew(
    worker: Worker, tmp_path: Path
) -> None:
    await worker.do(request_for(tmp_path / "a.txt"), print)
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied):
        await worker.do(request_for(tmp_path / "b.txt", f"{TEXT} b"), print)
    assert (await worker.do(request_for(tmp_path / "b.txt", f"{TEXT} b"), print))["documents"] == 1


async def test_a_worker_that_cannot_begin_says_so_and_no_file_is_blamed(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("no folder", "utf-8")
    worker = Worker(path)
    with pytest.raises(WorkerUnable):
        await worker.do(request_for(tmp_path / "a.txt"), print)
    assert worker.pid is None


async def test_closing_it_and_giving_a_request_up_end_it(worker: Worker, tmp_path: Path) -> None:
    await worker.do(request_for(tmp_path / "a.txt"), print)
    first = worker.pid
    assert first
    await worker.close()
    assert await is_gone(first)
    doing = asyncio.create_task(worker.do(request_for(tmp_path / "a.txt"), print))
    await asyncio.sleep(0.2)
    second = worker.pid
    assert second
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    assert await is_gone(second)


async def test_it_ends_with_its_parent_in_the_middle_of_its_work(tmp_path: Path) -> None:
    """A parent that is killed can end nobody any more."""
    path = tmp_path / "a.txt"
    path.write_text("\n\n".join(f"{TEXT} {n}" for n in range(20_000)), "utf-8")
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio, pathlib, sys\n"
        "from bot.worker import Worker\n"
        "async def main():\n"
        "    worker = Worker(pathlib.Path(sys.argv[1]))\n"
        "    request = dict(collection='c', source='s', path=sys.argv[2], name='a.txt')\n"
        "    asking = asyncio.create_task(worker.do(request, print))\n"
        "    while worker.pid is None: await asyncio.sleep(0.01)\n"
        "    print(worker.pid, flush=True)\n"
        "    await asking\n"
        "asyncio.run(main())\n",
        str(tmp_path / "data"),
        str(path),
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout
    pid = int(await parent.stdout.readline())
    await asyncio.sleep(1.5)
    assert is_there(pid)
    parent.kill()
    await parent.wait()
    assert await is_gone(pid)


async def test_a_worker_that_says_nothing_is_ended(worker: Worker, tmp_path: Path) -> None:
    await worker.do(request_for(tmp_path / "a.txt"), print)
    pid = worker.pid
    assert pid
    worker._silent_s = 0.5
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(WorkerDied):
        await worker.do(request_for(tmp_path / "b.txt", f"{TEXT} b"), print)
    assert await is_gone(pid)
    assert worker.pid is None


async def test_a_file_without_a_name_is_called_by_its_first_line(
    worker: Worker, tmp_path: Path
) -> None:
    request = request_for(tmp_path / "a.txt") | {"name": ""}
    added = await worker.do(request, lambda _: None)
    with closing(Library(tmp_path / "data", load_encoder(None))) as library:
        entry = library.entry(added["document_id"], ["chat:7"])
    assert entry
    assert entry.document.title == "Kütüphane dokuzda açılır."


async def test_a_series_is_named_before_anything_of_it_is_added(
    worker: Worker, tmp_path: Path
) -> None:
    message = {"id": 1, "type": "message", "date": "2024-05-01T09:00:00", "from": "Kıyı"}
    message |= {"from_id": "channel5", "text": TEXT, "text_entities": []}
    chat = {"name": "Kıyı", "type": "private_channel", "id": 5, "messages": [message]}
    reports: list[Line] = []
    data = json.dumps(chat, ensure_ascii=False)
    await worker.do(request_for(tmp_path / "result.json", data), reports.append)
    assert reports[0] == {"series": "telegram:-1000000000005"}
    assert "passages" in reports[1]
