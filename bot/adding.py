"""``alinti add``: files into a collection, once or for as long as their folders are watched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.files import Look, compare, find_files, look_at
from bot.localization import Language, say
from bot.terminal import FAINT, make_console, print_sentence
from embeddings.errors import UnreadableDocument
from embeddings.holdings import Added
from embeddings.isolation import read_isolated
from embeddings.library import Library

# Who watches a folder on another machine is not told of its changes: it is looked at now and then.
_LOOK_AGAIN_MS = 10_000
_MAX_SKIPPED = 5  # files whose names are told


class AddingProgress:
    """The files, one after another, under a bar that tells how far it is.

    Args:
        files: All of them.
        bar: With a field "parts".
        language: Of the reader.
    """

    def __init__(self, files: Sequence[Path], bar: Progress, language: Language) -> None:
        self._files, self._bar, self._language = files, bar, language
        description = say(language, "terminal-adding")
        self._task = bar.add_task(description, total=len(files), parts="")

    def __iter__(self) -> Iterator[Path]:
        for file in self._files:
            yield file
            self._bar.update(self._task, advance=1, parts="")

    def parts(self, added: Added) -> None:
        """Show how much of the present file is done, where it holds many documents."""
        done = added.documents + added.unchanged
        if done > 1:
            parts = say(self._language, "terminal-parts", count=done)
            self._bar.update(self._task, parts=parts)


class AddingReport:
    """What ``alinti add`` tells: a line a document, when it is safely stored, and a summary."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._console = make_console()
        errors = Console(stderr=True, highlight=False)
        # On a terminal only the console of the progress bar can print above the bar.
        on_screen = self._console.is_terminal and errors.is_terminal
        self._errors = self._console if on_screen else errors
        self._counts = {"added": 0, "replaced": 0, "unchanged": 0, "unreadable": 0}

    @property
    def failures(self) -> int:
        """How many files are not in the library."""
        return self._counts["unreadable"]

    @contextmanager
    def progress(self, files: Sequence[Path]) -> Iterator[AddingProgress]:
        """Hand out the files under a progress bar."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[parts]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        with bar:
            yield AddingProgress(files, bar, self._language)

    def added(self, file: Path, added: Added, *, is_copy: bool = False) -> None:
        """Report a file that is in the library now.

        Args:
            file: As named by the person.
            added: What the library did.
            is_copy: Whether it was there before, read from another file.
        """
        is_series = added.documents + added.unchanged > 1
        outcome = "added" if added.documents else "unchanged"
        if added.replaced and not is_series:
            outcome = "replaced"
        self._counts[outcome] += 1
        kind = "copy" if is_copy else "series" if is_series and added.documents else outcome
        line = say(
            self._language,
            f"terminal-file-{kind}",
            file=str(file),
            passages=added.passages,
            documents=added.documents,
            unchanged=added.unchanged,
        )
        print_sentence(self._console, line)

    def removed(self, file: Path) -> None:
        """Report that a file is gone, and its document with it."""
        print_sentence(self._console, say(self._language, "terminal-file-gone", file=str(file)))

    def watching(self, folders: Sequence[Path]) -> None:
        """Tell that folders are watched from now on."""
        names = ", ".join(map(str, folders))
        print_sentence(self._console, say(self._language, "terminal-watching", folders=names))

    def unreadable(self, reason: str) -> None:
        """Report a file that is not in the library, and why."""
        self._counts["unreadable"] += 1
        print_sentence(self._errors, reason, "red")

    def summary(self, passages: int) -> None:
        """Print what happened how often, and how many passages the library holds now."""
        is_new = self._counts["added"] or self._counts["replaced"]
        counts = [] if is_new else [say(self._language, "terminal-nothing-new")]
        place = "first"
        for kind, count in self._counts.items():
            if count:
                outcome = say(self._language, f"terminal-outcome-{kind}")
                counts.append(
                    say(self._language, f"terminal-{place}-count", count=count, outcome=outcome)
                )
                place = "next"
        line = say(self._language, "terminal-summary", counts=", ".join(counts), passages=passages)
        print_sentence(self._console, line, "bold")

    def skipped(self, files: Sequence[Path]) -> None:
        """Name files that were passed over, if any: the first of them, and how many there are."""
        if not files:
            return
        names = ", ".join(file.name for file in files[:_MAX_SKIPPED])
        if more := len(files[_MAX_SKIPPED:]):
            names = say(self._language, "terminal-skipped-more", names=names, count=more)
        line = say(self._language, "terminal-skipped", count=len(files), names=names)
        print_sentence(self._console, line, FAINT)


def add_files(
    paths: Sequence[Path], library: Library, collection: str, report: AddingReport
) -> Look:
    """Add files and those of folders; a file that has changed replaces its old version.

    Args:
        paths: Of files and folders.
        library: Takes them.
        collection: In which they stand.
        report: Is told of each file when it is safely stored.

    Returns:
        The files as they were before they were read.
    """
    found = find_files(paths)
    look = look_at(found.known)
    _add(found.known, library, collection, report)
    report.summary(library.count([collection]).passages)
    report.skipped(found.others)
    return look


def watch(
    paths: Sequence[Path], look: Look, library: Library, collection: str, report: AddingReport
) -> None:
    """Keep a collection as the files of folders are, until Ctrl+C.

    What was removed before, while nobody watched, goes first. A file that cannot be read any more
    stays as it was read last, and so do those of a folder that cannot be listed.

    Args:
        paths: As for add_files; its folders are watched, with all that is in them.
        look: At the files, as add_files gives it.
        library: Holds the documents.
        collection: In which they stand.
        report: Is told of each change.
    """
    from watchfiles import watch as wait_for_changes

    # A disk that is not mounted has lost no files: of what is away nothing is removed.
    folders = [path for path in paths if path.is_dir()]
    roots = [path.resolve() for path in folders]
    there = {path.resolve() for path in look}
    locked = [path.resolve() for path in find_files(folders).locked]
    stored = [Path(document.source) for document in library.documents([collection])]
    gone = [source for source in stored if source not in there and _is_in(source, roots)]
    gone = [source for source in gone if not _is_in(source, locked)]
    _remove(gone, library, collection, report)
    report.watching(folders)
    # Of files that were named one by one nothing is watched.
    look = {file: how for file, how in look.items() if _is_in(file, folders)}
    changes = wait_for_changes(*folders, yield_on_timeout=True, rust_timeout=_LOOK_AGAIN_MS)
    with suppress(KeyboardInterrupt):
        for _ in changes:
            if not all(folder.is_dir() for folder in folders):
                continue
            found = find_files(folders)
            hidden = {file: how for file, how in look.items() if _is_in(file, found.locked)}
            now = {**hidden, **look_at(found.known)}
            changed = compare(look, now)
            _add(changed.written, library, collection, report)
            gone = [file.resolve() for file in changed.gone]
            _remove(gone, library, collection, report)
            look = now


def _add(files: Sequence[Path], library: Library, collection: str, report: AddingReport) -> None:
    with report.progress(files) as progress:
        for file in progress:
            try:
                added = library.add_all(read_isolated(file), collection, progress.parts)
            except UnreadableDocument as error:
                report.unreadable(str(error))
            else:
                report.added(file, added, is_copy=_is_copy(file, added, library, collection))


def _is_in(file: Path, folders: Sequence[Path]) -> bool:
    return any(file.is_relative_to(folder) for folder in folders)


def _is_copy(file: Path, added: Added, library: Library, collection: str) -> bool:
    """Whether what was found unchanged came from another file."""
    if added.documents or added.unchanged != 1:
        return False
    entry = library.entry(added.document_id, [collection])
    return entry is not None and entry.document.source != str(file.resolve())


def _remove(
    files: Sequence[Path], library: Library, collection: str, report: AddingReport
) -> None:
    removed = [file for file in files if library.remove_source(str(file), collection)]
    if removed:
        library.forget_removed()
    for file in removed:
        report.removed(file)
