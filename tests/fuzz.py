"""Damaged files without end: ``python -m tests.fuzz --minutes 10 [--reader pdf] [--case 7]``.

Each case is an intact or hostile file, damaged as its number draws. The readers run within one
process, which is watched: a case that does not end in time is a hang, the process's end is a
crash. Prints what was found and how to see it again; exits with 1 if anything was.
"""

import argparse
import copy
import io
import json
import random
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from embeddings.errors import UnreadableDocument
from embeddings.isolation import Limits
from embeddings.readers import read_file
from embeddings.readers.messages import decode_message, encode_message
from tests import hostile, intact
from tests.damage import OK, Case, mutate
from tests.hostile_texts import WRONG
from tests.intact import zip_file

LIMIT_S = Limits().time_s
"""Seconds for one case: what takes longer is ended where files are read."""

_MEMORY_BYTES = 768 << 20
_LARGEST_BASE = 30_000
_BOMBS = ("a form in itself", "forms that double 30 times")  # they would take all the time

# Reader: intact files, and the group of hostile ones.
_BASES = {
    "pdf": (["a.pdf"], "pdf"),
    "docx": (["a.docx"], "docx"),
    "epub": (["a.epub"], "epub"),
    "html": (["a.html"], "html"),
    "markdown": (["a.md"], "markdown"),
    "text": (["a.txt", "utf16.txt"], "text"),
    "faq": (["a.csv"], "csv"),
    "subtitles": (["a.srt", "a.vtt"], "subtitles"),
    "telegram": (["result.json"], "export"),
}
READERS = tuple(_BASES)


@dataclass
class Report:
    """What came of some cases.

    Attributes:
        ends: How often each end came, for each reader.
        findings: Sentences; each kind of failure once.
    """

    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Format it: a line for each reader, then the findings."""
        for reader in dict.fromkeys(reader for reader, _ in self.ends):
            ends = {end: n for (of, end), n in sorted(self.ends.items()) if of == reader}
            counts = ", ".join(f"{end} {n}" for end, n in ends.items())
            yield f"{reader}: {sum(ends.values())} cases ({counts})"
        yield from self.findings.values()
        yield f"{len(self.findings)} found"


# ---- cases


@cache
def _bases(reader: str) -> Sequence[tuple[str, bytes]]:
    names, group = _BASES[reader]
    files = [(name, intact.intact_files()[name]) for name in names]
    cases = hostile.all_cases("http://127.0.0.1:9")[group]()
    small = [(case.name, case.data) for case in cases if _is_base(case)]
    return [*files * (1 + len(small)), *small]  # half of the cases begin intact


def _is_base(case: Case) -> bool:
    return len(case.data) <= _LARGEST_BASE and case.title not in _BOMBS


def make_case(reader: str, number: int) -> tuple[str, bytes]:
    """Make a file for a reader: the same for the same number."""
    chance = random.Random(f"{reader} {number}")
    if reader in ("docx", "epub") and chance.random() < 0.6:
        parts = intact.docx_parts() if reader == "docx" else intact.epub_parts()
        return f"a.{reader}", zip_file(_mutate_part(parts, chance))
    if reader == "telegram" and chance.random() < 0.5:
        export = json.loads(intact.export_file())
        for _ in range(chance.choice((1, 2, 5))):
            _put_wrong_thing(export, chance)
        return "result.json", json.dumps(export).encode()
    name, data = chance.choice(_bases(reader))
    return name, mutate(data, chance)


def _mutate_part(parts: Mapping[str, bytes], chance: random.Random) -> dict[str, bytes]:
    part = chance.choice(sorted(parts))
    if chance.random() < 0.1:
        return {name: data for name, data in parts.items() if name != part}
    return {**parts, part: mutate(parts[part], chance)}


def _put_wrong_thing(thing: Any, chance: random.Random) -> None:
    """Replace, add or take away something somewhere in JSON."""
    while True:
        keys = list(thing) if isinstance(thing, dict) else list(range(len(thing)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(thing[key], dict | list) and thing[key] and chance.random() < 0.8:
            thing = thing[key]
            continue
        if chance.random() < 0.2:
            del thing[key]
        else:
            thing[key] = copy.deepcopy(chance.choice(WRONG))
        return


# ---- the process that reads


def run_case(reader: str, number: int) -> tuple[str, str]:
    """Read a case in this process.

    Returns:
        How it ended (``ok`` or a reason), and what was wrong about it, empty if nothing was.
    """
    name, data = make_case(reader, number)
    try:
        for document in read_file(io.BytesIO(data), name, "s"):
            decode_message(encode_message(document)[4:])
    except UnreadableDocument as error:
        message = str(error)
        return error.reason, "" if message and "\n" not in message else f"says {message!r}"
    except MemoryError:
        return "too_large", ""
    except Exception as error:
        frames = [
            f for f in traceback.extract_tb(error.__traceback__) if "embeddings" in f.filename
        ]
        at = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
        return "failed", f"{type(error).__name__} at {at}: {str(error)[:200]}"
    return OK, ""


def _serve(readers: Sequence[str], first: int) -> None:
    """Read cases until the output is closed; a line before and a line after each."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    number = first
    while True:
        reader = readers[number % len(readers)]
        _say([reader, number])
        _say([reader, number, *run_case(reader, number)])
        number += 1


def _say(line: list[object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


# ---- the process that watches


def fuzz(readers: Sequence[str], seconds: float, *, first: int = 0) -> Report:
    """Read damaged files for some time.

    Args:
        readers: Take turns.
        seconds: From the first case on.
        first: Number of the first case.
    """
    report = Report()
    next_case = first
    end: float | None = None
    while end is None or time.monotonic() < end:
        process = _start(readers, next_case)
        assert process.stdout is not None
        watch = _Watch(process)
        reader = readers[next_case % len(readers)]
        for line in process.stdout:
            end = end or time.monotonic() + seconds
            reader, number, *result = json.loads(line)
            watch.begin()
            if result:
                next_case = number + 1
                _note(report, reader, number, *result)
                if time.monotonic() > end:
                    watch.stop()
                    break
        is_hang = watch.finish()
        if end is None:
            raise RuntimeError(f"reading ended with {process.returncode} before its first case")
        if not watch.is_stopped:
            what = "hangs" if is_hang else f"ends the process with {process.returncode}"
            _note(report, reader, next_case, "hang" if is_hang else "crash", what)
            next_case += 1
    return report


def _start(readers: Sequence[str], first: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.fuzz", "--serve", ",".join(readers)]
    return subprocess.Popen([*command, "--case", str(first)], stdout=subprocess.PIPE)


def _note(report: Report, reader: str, number: int, end: str, wrong: str) -> None:
    report.ends[reader, end] += 1
    if wrong:
        again = f"python -m tests.fuzz --reader {reader} --case {number}"
        kind = f"{reader} {wrong.partition(': ')[0]}"
        report.findings.setdefault(kind, f"{reader}: {wrong} ({again})")


class _Watch:
    """Kills a process that says nothing for LIMIT_S."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._is_late = False
        self.is_stopped = False
        self._timer = threading.Timer(LIMIT_S, self._kill)
        self._timer.start()

    def begin(self) -> None:
        """Count the time anew."""
        self._timer.cancel()
        self._timer = threading.Timer(LIMIT_S, self._kill)
        self._timer.start()

    def stop(self) -> None:
        """End the process: it did nothing wrong."""
        self.is_stopped = True
        self._process.kill()

    def finish(self) -> bool:
        """Wait for the end; whether it was killed for its silence."""
        self._timer.cancel()
        self._timer.join()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self._is_late

    def _kill(self) -> None:
        self._is_late = True
        self._process.kill()


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz as the command line says; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="for all readers together")
    parser.add_argument("--reader", choices=READERS, help="this one alone")
    parser.add_argument("--case", type=int, help="this case alone, in this process")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        _serve(options.serve.split(","), options.case)
    elif options.case is not None:
        end, wrong = run_case(options.reader, options.case)
        print(f"{end} {wrong}")  # noqa: T201 - a program's output
        return int(bool(wrong))
    readers = [options.reader] if options.reader else READERS
    report = fuzz(readers, options.minutes * 60, first=options.first)
    print("\n".join(report.lines()))  # noqa: T201 - a program's output
    return int(bool(report.findings))


if __name__ == "__main__":
    sys.exit(main())
