"""How a large export of Telegram is imported: time, memory, interruption, and a longer one.

    python -m tests.import_export --messages 200000

Writes an export, imports it in a process of its own as ``alinti add`` does, kills one that is half
through and starts it again, and imports a longer export of the same chat over the first.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.encoder import BundledEncoder
from embeddings.holdings import Added
from embeddings.isolation import read_isolated
from embeddings.library import Library
from tests.export_files import write_channel, write_group

COLLECTION = "chat:-1001234567890"
QUESTION = "Kargo nerede?"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come.

    Attributes:
        documents: Added so far.
        passages: Of these.
        unchanged: Documents that were there already.
        seconds: Since it began; of the wall.
        user_s: Of the processor, of the process that writes and of the one that reads, which is
            known when that has ended.
        peak_mb: Most memory of the one that writes and of the one that reads.
        longest_s: Between two batches.
    """

    documents: int
    passages: int
    unchanged: int
    seconds: float
    user_s: tuple[float, float]
    peak_mb: tuple[float, float]
    longest_s: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure as the command line says, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--channel", action="store_true", help="posts instead of conversations")
    parser.add_argument("--import", nargs=2, type=Path, metavar=("EXPORT", "FOLDER"), dest="job")
    options = parser.parse_args(arguments)
    if options.job:
        export, folder = options.job
        import_export(export, folder, lambda progress: _say(json.dumps(asdict(progress))))
        return
    write = write_channel if options.channel else write_group
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        export = write(folder / "result.json", options.messages)
        longer = write(folder / "longer.json", options.messages * 11 // 10)
        _say(f"{options.messages} messages, {export.stat().st_size / 1e6:.0f} MB")
        whole = _import("whole", export, folder / "whole")
        half = whole.documents // 2
        _import("killed", export, folder / "killed", kill_at=half)
        _import("resumed", export, folder / "killed")
        _import("longer", longer, folder / "whole")
        for name in ("whole", "killed"):
            _ask(name, folder / name)


def import_export(export: Path, folder: Path, report: Callable[[Progress], None]) -> None:
    """Import an export into the library of a folder; reports after each batch and in the end."""
    began_s = last_s = time.monotonic()
    longest_s = 0.0

    def tell(added: Added) -> None:
        nonlocal last_s, longest_s
        longest_s, last_s = max(longest_s, time.monotonic() - last_s), time.monotonic()
        own, child = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        report(
            Progress(
                added.documents,
                added.passages,
                added.unchanged,
                time.monotonic() - began_s,
                (own.ru_utime, child.ru_utime),
                (own.ru_maxrss / 1024, child.ru_maxrss / 1024),
                longest_s,
            )
        )

    library = Library(folder, BundledEncoder())
    try:
        tell(library.add_all(read_isolated(export), COLLECTION, tell))
    finally:
        library.close()


def _import(name: str, export: Path, folder: Path, *, kill_at: int | None = None) -> Progress:
    """Import in a process of its own, killed where it has added so many documents."""
    command = [sys.executable, "-m", "tests.import_export", "--import", str(export), str(folder)]
    progress = Progress(0, 0, 0, 0.0, (0.0, 0.0), (0.0, 0.0), 0.0)
    said_s = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            progress = Progress(**json.loads(line))
            if progress.seconds - said_s >= 5:
                said_s = progress.seconds
                _say(f"  {name}: {progress.documents} documents, {said_s:.0f} s")
            if kill_at is not None and progress.documents >= kill_at:
                process.kill()
                break
    if process.returncode and kill_at is None:
        raise SystemExit(f"{name}: the import failed")
    _say(
        f"{name}: {progress.documents} documents added, {progress.passages} passages, "
        f"{progress.unchanged} there already; {progress.seconds:.1f} s, processor "
        f"{progress.user_s[0]:.1f} + {progress.user_s[1]:.1f} s, memory {progress.peak_mb[0]:.0f}"
        f" + {progress.peak_mb[1]:.0f} MB, longest batch {progress.longest_s:.2f} s"
    )
    return progress


def _ask(name: str, folder: Path) -> None:
    library = Library(folder, BundledEncoder())
    began_s = time.monotonic()
    answer = library.answer(QUESTION, [COLLECTION])
    first_s = time.monotonic() - began_s
    began_s = time.monotonic()
    library.answer(QUESTION, [COLLECTION])
    place = answer.quotes[0].place
    [entry] = library.entries([COLLECTION])
    _say(
        f"{name}: {entry.documents} documents, {entry.passages} passages; first question "
        f"{first_s:.1f} s, second {1000 * (time.monotonic() - began_s):.0f} ms, "
        f"{place.link if place else 'no place'}"
    )
    library.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
