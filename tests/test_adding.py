"""``alinti add`` into collections and with folders that are watched."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embeddings.datatypes import SHARED
from tests.serving import Run

SALON = "Salon kışın yedide açılır, pazar günleri ise bütün gün kapalıdır."
KEY = "Anahtar bekçide durur; alan herkes defteri imzalar ve akşam geri verir."
RULE = "Aidat her ayın beşinde toplanır, geciken üyeden ayrıca bir bedel istenmez."
EXPORT = {
    "name": "Kulüp",
    "type": "public_channel",
    "id": 1234,
    "messages": [
        {
            "id": n,
            "type": "message",
            "date": f"2026-03-0{n}T10:00:00",
            "from": "Kulüp",
            "text": text,
        }
        for n, text in enumerate([SALON, KEY, RULE], 1)
    ],
}


class Lines:
    """Types a command; the lines of its output come back, and its errors stay in `errors`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.errors = ""

    def __call__(self, *words: str, code: int = 0) -> list[str]:
        ended, out, self.errors = self._run(*words)
        assert ended == code
        return out.splitlines()


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch) -> Lines:
    monkeypatch.setenv("ALINTI_LANGUAGE", "en")
    return Lines(run)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "belgeler"
    folder.mkdir()
    (folder / "salon.txt").write_text(SALON, "utf-8")
    (folder / "anahtar.txt").write_text(KEY, "utf-8")
    return folder


def titles(lines: list[str]) -> list[str]:
    return [line.split("\t")[1] for line in lines]


def test_a_collection_is_apart_from_the_others(run: Lines, folder: Path) -> None:
    run("add", str(folder / "salon.txt"))
    run("add", "--collection", "Kulüp  kuralları", str(folder / "anahtar.txt"))
    assert titles(run("documents")) == ["salon"]
    assert titles(run("documents", "--collection", "Kulüp kuralları")) == ["anahtar"]
    [quote] = json.loads(run("ask", "--json", "Anahtar kimde durur?", code=1)[0])["quotes"]
    assert quote["quote"] == SALON
    elsewhere = ("ask", "--json", "--collection", "Kulüp kuralları", "Anahtar kimde durur?")
    [quote] = json.loads(run(*elsewhere)[0])["quotes"]
    assert quote["quote"] == KEY
    named = [line.split("\t")[0] for line in run("collections")]
    assert named == [SHARED, "shared:Kulüp kuralları"]
    for command in (("ask", "Anahtar kimde?"), ("documents",), ("export", "boş.zip"), ("chat",)):
        run(*command, "--collection", "boş", code=2)
        assert run.errors == (
            "alinti: boş: there is no collection of this name. To see all: alinti collections\n"
        )


def test_an_export_is_one_line_and_only_what_is_new_is_added(run: Lines, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    shorter = {**EXPORT, "messages": EXPORT["messages"][:2]}  # type: ignore[index]
    file.write_text(json.dumps(shorter), "utf-8")
    [line, _] = run("add", "result.json")
    assert line == "added: result.json (2 parts, 2 passages; 0 parts were there already)"
    file.write_text(json.dumps(EXPORT), "utf-8")
    [line, summary] = run("add", "result.json")
    assert line == "added: result.json (1 parts, 1 passages; 2 parts were there already)"
    assert summary.endswith("the library holds 3 passages.")
    assert run("add", "result.json")[0] == "already here: result.json"
    lines = run("ask", "Aidat ne zaman toplanır?")
    assert lines[1].startswith("— Kulüp › 3 Mar 2026")
    assert lines[2] == "https://t.me/c/1234/3"
    [entry] = run("documents")
    assert entry.split("\t")[1:3] == ["Kulüp", "3"]
    assert run("remove", entry.split("\t")[0]) == ["Document 1 is removed, with its 3 parts."]
    assert run("documents") == []


def test_what_is_exported_can_be_imported(run: Lines, folder: Path, tmp_path: Path) -> None:
    run("add", str(folder))
    assert run("export", "belgeler.zip") == ["belgeler.zip is written: 2 documents."]
    assert run("import", "belgeler.zip", "--collection", "kopya") == [
        "belgeler.zip: 2 added (2 passages), 0 already here."
    ]
    assert titles(run("documents", "--collection", "kopya")) == ["anahtar", "salon"]
    assert run("import", "belgeler.zip")[0].endswith("0 added (0 passages), 2 already here.")
    assert run("export", "hiç.zip", "--collection", "boş", code=2) == []
    assert not (tmp_path / "hiç.zip").exists()


def test_a_file_that_cannot_be_written_or_read_has_one_line(
    run: Lines, folder: Path, tmp_path: Path
) -> None:
    run("add", str(folder))
    there = sorted(tmp_path.iterdir())
    for command, file, reason in [
        ("export", "yok/belgeler.zip", "yok/belgeler.zip cannot be written (No such file or"),
        ("export", "belgeler", "belgeler cannot be written (Is a directory). Choose another"),
        ("import", "yok.zip", "yok.zip: No such file or directory"),
        ("import", "belgeler/salon.txt", "salon.txt: this is no archive of alinti, or a damaged"),
    ]:
        assert run(command, file, code=2) == []
        assert run.errors.startswith(f"alinti: {reason}")
        assert run.errors.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == there


def test_a_watched_folder_is_followed(
    run: Lines, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps(*_: object, **__: Any) -> Iterator[None]:
        (folder / "salon.txt").write_text(RULE, "utf-8")
        (folder / "yeni.md").write_text("# Yeni\n\nYeni bir belge geldi.", "utf-8")
        yield
        (folder / "anahtar.txt").unlink()
        yield
        (folder / "yeni.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")  # no more readable
        yield
        folder.rename(folder.with_name("uzakta"))  # as when a disk is unmounted
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr("watchfiles.watch", steps)
    lines = run("add", "--watch", str(folder), code=1)
    assert lines[3:] == [
        f"Watching {folder} (Ctrl+C ends it)",
        f"updated: {folder / 'salon.txt'} (1 passage)",
        f"added: {folder / 'yeni.md'} (1 passage)",
        f"removed (the file is gone): {folder / 'anahtar.txt'}",
    ]
    assert sorted(titles(run("documents"))) == ["Yeni", "salon"]


def test_what_stands_in_a_folder_that_cannot_be_listed_stays_as_it_was_read_last(
    run: Lines, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, scandir = folder / "kilitli", os.scandir
    locked.mkdir()
    (locked / "kural.txt").write_text("Kural birdir.", "utf-8")

    def refuse(path: str) -> Any:
        if path == str(locked):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    def steps(*_: object, **__: Any) -> Iterator[None]:
        monkeypatch.setattr(os, "scandir", refuse)
        yield
        monkeypatch.setattr(os, "scandir", scandir)
        yield
        monkeypatch.setattr(os, "scandir", refuse)  # for the next command
        raise KeyboardInterrupt

    monkeypatch.setattr("watchfiles.watch", steps)
    lines = run("add", "--watch", str(folder), code=1)
    assert lines[-1] == f"Watching {folder} (Ctrl+C ends it)"  # nothing after that
    assert f"{locked}: " in run.errors
    assert "kural" in titles(run("documents"))
    run("add", "--watch", str(folder), code=1)
    assert "kural" in titles(run("documents"))


def test_what_went_while_nobody_watched_is_removed_and_other_files_stay(
    run: Lines, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: Any) -> Iterator[None]:
        yield
        raise KeyboardInterrupt

    other = tmp_path / "başka.txt"
    other.write_text(RULE, "utf-8")
    run("add", str(folder), str(other))
    (folder / "salon.txt").unlink()
    other.unlink()  # named by itself: not watched
    monkeypatch.setattr("watchfiles.watch", interrupted)
    assert f"removed (the file is gone): {folder / 'salon.txt'}" in run(
        "add", "--watch", str(folder)
    )
    assert titles(run("documents")) == ["anahtar", "başka"]


def test_only_folders_are_watched(run: Lines, folder: Path) -> None:
    run("add", "--watch", str(folder / "salon.txt"), code=2)


def test_watching_ends_with_ctrl_c(folder: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "ALINTI_DATA": str(tmp_path / "data"), "ALINTI_LANGUAGE": "en"}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bot.cli", "add", "--watch", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout
    try:
        while "Watching" not in process.stdout.readline():
            assert process.poll() is None
        (folder / "yeni.txt").write_text(RULE, "utf-8")
        assert process.stdout.readline() == f"added: {folder / 'yeni.txt'} (1 passage)\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (out, err, process.returncode) == ("", "", 0)
    finally:
        process.kill()
        process.communicate()
