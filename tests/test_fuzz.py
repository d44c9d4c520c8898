import sys
from pathlib import Path

import pytest

from tests import fuzz


def test_some_seconds_of_damaged_files_find_nothing() -> None:
    report = fuzz.fuzz(fuzz.READERS, 5)
    assert report.findings == {}
    assert {reader for reader, _ in report.ends} == set(fuzz.READERS)


def test_a_case_is_the_same_each_time() -> None:
    for reader in fuzz.READERS:
        assert fuzz.make_case(reader, 3) == fuzz.make_case(reader, 3)
        assert fuzz.make_case(reader, 3) != fuzz.make_case(reader, 4)


PROCESS = """
import json, os, sys, time
number = int(sys.argv[1])
for number in range(number, 1000):
    print(json.dumps(["pdf", number]), flush=True)
    if number == 1: os.kill(os.getpid(), 11)
    if number == 3: time.sleep(60)
    wrong = "KeyError at a.py:1: 'x'" if number in (4, 5) else ""
    print(json.dumps(["pdf", number, "ok", wrong]), flush=True)
    time.sleep(0.05)
"""


def test_crashes_hangs_and_failures_are_found_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import subprocess

    def start(_: object, first: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", PROCESS, str(first)]
        return subprocess.Popen(command, stdout=subprocess.PIPE)

    monkeypatch.setattr(fuzz, "_start", start)
    monkeypatch.setattr(fuzz, "LIMIT_S", 0.7)
    assert fuzz.main(["--reader", "pdf", "--minutes", "0.04"]) == 1
    lines = capsys.readouterr().out.splitlines()
    again = "python -m tests.fuzz --reader pdf --case"
    assert lines[0].startswith("pdf: ")
    assert "crash 1, hang 1, ok " in lines[0]
    assert lines[1:] == [
        f"pdf: ends the process with -11 ({again} 1)",
        f"pdf: hangs ({again} 3)",
        f"pdf: KeyError at a.py:1: 'x' ({again} 4)",
        "3 found",
    ]


def test_one_case_can_be_seen_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--reader", "text", "--case", "0"]) == 0
    assert capsys.readouterr().out.split()[0] in ("ok", "kind", "empty", "encoding")
