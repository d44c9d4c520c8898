"""The files that a person names: those in folders, and one that is written."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from embeddings.errors import StoreError


class Found(NamedTuple):
    """Files, each once.

    Attributes:
        known: To be read.
        others: Of a kind that is not read.
        locked: Folders that cannot be listed; they are among those to be read, which reports them.
    """

    known: list[Path]
    others: list[Path]
    locked: list[Path]


class Changed(NamedTuple):
    """What has changed between two looks.

    Attributes:
        written: Files that are new or not what they were.
        gone: Files that are there no more.
    """

    written: list[Path]
    gone: list[Path]


Look = Mapping[Path, tuple[int, int]]
"""For each file when it was last written, in nanoseconds, and its size in bytes."""


def find_files(paths: Sequence[Path]) -> Found:
    """Find the files that are named, and those of a folder whose name promises that they are read.

    A folder in which nothing can be read is named itself, and so reported when it is read.
    """
    files: dict[Path, None] = {}
    skipped: dict[Path, None] = {}
    locked: list[Path] = []
    for path in paths:
        if not _is(path.is_dir, otherwise=False):
            files[path] = None
            continue
        inside = _inside(path)
        files.update(dict.fromkeys(sorted(inside.known) or [path]))
        skipped.update(dict.fromkeys(sorted(inside.others)))
        locked += inside.locked
    return Found(list(files), [file for file in skipped if file not in files], locked)


def look_at(files: Iterable[Path]) -> Look:
    """Note which files are there and how they are."""
    look = {}
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        look[file] = (status.st_mtime_ns, status.st_size)
    return look


def compare(before: Look, now: Look) -> Changed:
    """Tell what has changed between two looks, in the order of the names. Pure."""
    written = sorted(file for file, how in now.items() if before.get(file) != how)
    return Changed(written, sorted(before.keys() - now.keys()))


@contextmanager
def written_whole(file: Path) -> Iterator[IO[bytes]]:
    """Open a file to be written: it is there, whole, when the block ends, or stays what it was.

    Raises:
        StoreError: If it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as part:
            try:
                yield part
                part.close()
                Path(part.name).replace(file)
            except BaseException:
                Path(part.name).unlink()
                raise
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written ({error.strerror or error}). Choose another place"
        ) from error


def _inside(folder: Path) -> Found:
    """Find the files that are not hidden."""
    from embeddings.readers.kinds import is_readable_name

    found = Found([], [], [])

    def keep(error: OSError) -> None:
        found.known.append(Path(error.filename))
        found.locked.append(Path(error.filename))

    for parent, folders, names in os.walk(folder, onerror=keep):
        folders[:] = (name for name in folders if not name.startswith("."))
        for file in (Path(parent, name) for name in names if not name.startswith(".")):
            is_known = is_readable_name(file.name)
            if _is(file.is_file, otherwise=is_known):
                (found.known if is_known else found.others).append(file)
    return found


def _is(check: Callable[[], bool], *, otherwise: bool) -> bool:
    """Look at a path; one that the system does not let us look at is reported when it is read."""
    try:
        return check()
    except OSError:
        return otherwise
