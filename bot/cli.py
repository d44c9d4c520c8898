"""The command ``alinti``: one function a subcommand.

Exit codes: 0 done or answered; 1 not found, or a file could not be read; 2 an error.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from bot import terminal
from bot.settings import Settings, load_settings
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from embeddings.datatypes import Encoder
    from embeddings.library import Library

# Imports of embeddings stand in the functions: `alinti --help` and the first poll wait for none.

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answers questions with verbatim quotes from your documents.",
)


def main() -> None:
    """Run a command; an error of ours becomes its message and exit code 2."""
    for stream in (sys.stdin, sys.stdout):
        # Bytes that are no text, in a question or in a file's name, are no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except AlintiError as error:
        print(f"alinti: {error}", file=sys.stderr)  # noqa: T201 - rich would wrap it
        sys.exit(2)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        try:
            version = metadata.version("alinti")
        except metadata.PackageNotFoundError:
            version = "(not installed: run from its sources)"
        print(f"alinti {version}")  # noqa: T201 - for programs, too
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Take the options that stand before any command."""


@app.command()
def chat() -> None:
    """Ask questions at a prompt; samples answer until you add documents."""
    with _opened() as (library, settings):
        language = terminal.choose_language(settings)
        collections = _searched(library)
        terminal.show_encoding(library, language, is_going_on=True)
        library.encode_in_background()
        terminal.converse(library, collections, language)


@app.command()
def ask(
    question: Annotated[
        list[str],
        typer.Argument(help="A question; - reads one question per line from the input."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per line.")
    ] = False,
) -> None:
    """Answer one question; exit code 0 if answered, 1 if not found."""
    from_input = question == ["-"]
    with _opened() as (library, settings):
        language = terminal.choose_language(settings)
        collections = _searched(library)
        answered = False
        for asked in _questions(question):
            if not as_json and from_input and not asked.strip():
                continue
            answer = library.answer(asked, collections)
            answered = answer.answered
            if as_json:
                print(json.dumps(terminal.to_json(answer), ensure_ascii=False), flush=True)  # noqa: T201 - data, not text
            else:
                terminal.show_answer(answer, language)
        terminal.show_encoding(library, language)
    if not from_input and not answered:
        raise typer.Exit(1)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
) -> None:
    """Add documents; a file that was added before and has changed replaces its old version."""
    from embeddings.datatypes import SHARED
    from embeddings.errors import UnreadableDocument
    from embeddings.readers import load_document

    with _opened() as (library, settings):
        report = terminal.AddingReport(terminal.choose_language(settings))
        sources = {stored.id: stored.source for stored in library.documents([SHARED])}
        found = _files(paths)
        with report.progress(found.known) as files:
            for file in files:
                try:
                    document = load_document(file)
                    receipt = library.add(document, SHARED)
                except UnreadableDocument as error:
                    report.unreadable(str(error))
                else:
                    first = sources.setdefault(receipt.document_id, document.source)
                    report.added(file, receipt, is_copy=first != document.source)
        library.level()
        report.summary(sum(stored.passages for stored in library.documents([SHARED])))
        report.skipped(found.others)
        terminal.show_encoding(library, terminal.choose_language(settings))
    if report.failures:
        raise typer.Exit(1)


@app.command()
def documents() -> None:
    """List the documents."""
    from embeddings.datatypes import SHARED

    with _opened() as (library, settings):
        terminal.show_documents(library.documents([SHARED]), terminal.choose_language(settings))


@app.command()
def remove(ids: Annotated[list[int], typer.Argument(help="Their ids.")]) -> None:
    """Remove documents by id (see: alinti documents)."""
    with _opened() as (library, settings):
        collections = library.collections()
        gone = [bool(library.remove(id_, collections)) for id_ in ids]
        terminal.show_removed(ids, gone, terminal.choose_language(settings))
    if not all(gone):
        raise typer.Exit(1)


@app.command()
def encode() -> None:
    """Encode with the model of the settings what only another model has encoded."""
    with _opened() as (library, settings):
        with terminal.counted(library.encoding_progress().total) as progress:
            library.encode(lambda done, _: progress(done))
        terminal.show_encoded(library, terminal.choose_language(settings))


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Questions in SQuAD's format.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON, an object a file.")] = False,
    retriever: Annotated[str, typer.Option(help="lexical, dense or hybrid.")] = "hybrid",
    is_ascii: Annotated[
        bool, typer.Option("--ascii", help="Ask as typed without Turkish letters.")
    ] = False,
    has_typos: Annotated[
        bool, typer.Option("--typos", help="Ask with one typing error in each question.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Draws the typing errors.")] = 1,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw risk and reliability into this file: .png, .svg or .pdf."),
    ] = None,
    tune: Annotated[
        bool,
        typer.Option("--tune", help="Choose weights for the model, and show what they bring."),
    ] = False,
    save: Annotated[
        bool, typer.Option("--save", help="With --tune: use these weights from now on.")
    ] = False,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Show the quality without each part. Takes minutes.")
    ] = False,
) -> None:
    """Measure quality on questions whose paragraph is known."""
    from bot import quality
    from embeddings.weights import RETRIEVERS

    if retriever not in RETRIEVERS:
        raise typer.BadParameter(f"use one of {', '.join(RETRIEVERS)}", param_hint="--retriever")
    if plot is not None and len(files) > 1:
        raise typer.BadParameter("draws one file: give one", param_hint="--plot")
    if save and not tune:
        raise typer.BadParameter("saves what --tune chose: give both", param_hint="--save")
    if tune and ablation:
        raise typer.BadParameter("is another task than --tune: give one", param_hint="--ablation")
    asking = quality.Asking(retriever, is_ascii, seed if has_typos else None)
    if (tune or ablation) and (plot is not None or asking != quality.Asking()):
        raise typer.BadParameter(
            "goes without --retriever, --ascii, --typos and --plot",
            param_hint="--tune" if tune else "--ablation",
        )
    settings = load_settings()
    if tune:
        quality.tune(files, settings, save=save, as_json=as_json)
    elif ablation:
        quality.ablate(files, settings, as_json=as_json)
    else:
        quality.evaluate(files, settings, asking, plot=plot, as_json=as_json)


@app.command()
def bench(
    passages: Annotated[int, typer.Option(min=100, help="Paragraphs to add.")] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
) -> None:
    """Measure speed and memory on made-up paragraphs of 600 characters."""
    from bot.bench import measure

    terminal.show_measures(
        measure(passages, lambda: _load_encoder(load_settings())), as_json=as_json
    )


@app.command()
def doctor() -> None:
    """Examine token, switches, model and disk; exit code 0 if all is ok."""
    from bot.checkup import look_from_outside
    from bot.doctor import examine, exit_code

    settings = load_settings()
    lines = examine(look_from_outside(settings), terminal.choose_language(settings))
    terminal.show_lines(lines)
    raise typer.Exit(exit_code(lines))


@app.command()
def run() -> None:
    """Serve Telegram."""
    from bot.app import run as serve

    serve(load_settings())


def _load_encoder(settings: Settings) -> "Encoder":
    from embeddings.encoder import load_encoder

    return load_encoder(settings.model, settings.backend)


@contextmanager
def _opened() -> Iterator[tuple["Library", Settings]]:
    """Open the library of this process's settings."""
    from embeddings.library import Library

    settings = load_settings()
    library = Library(settings.data, _load_encoder(settings))
    try:
        yield library, settings
    finally:
        library.close()


def _searched(library: "Library") -> list[str]:
    """Choose what to search: what the operator added, or else the samples."""
    from bot.samples import SAMPLES, add_samples
    from embeddings.datatypes import SHARED

    if not library.is_empty([SHARED]):
        return [SHARED]
    add_samples(library)
    return [SAMPLES]


def _questions(words: list[str]) -> Iterable[str]:
    """Give the question of a command line, or those of the input."""
    if words == ["-"]:
        return (line.rstrip("\r\n") for line in sys.stdin)
    # Python keeps bytes that are no text as lone surrogates.
    return [" ".join(words).encode("utf-8", "replace").decode()]


class _Found(NamedTuple):
    """Files, each once.

    Attributes:
        known: To be read.
        others: Of a kind that is not read.
    """

    known: list[Path]
    others: list[Path]


def _files(paths: list[Path]) -> _Found:
    """Find the files that are named, and those of a folder whose ending a reader knows or not."""
    from embeddings.readers import READERS

    files: dict[Path, None] = {}
    skipped: dict[Path, None] = {}
    for path in paths:
        if not _is(path.is_dir, otherwise=False):
            files[path] = None
            continue
        inside = _inside(path, frozenset(READERS))
        # A folder in which nothing can be read is named itself, and so reported.
        files.update(dict.fromkeys(sorted(inside.known) or [path]))
        skipped.update(dict.fromkeys(sorted(inside.others)))
    return _Found(list(files), [file for file in skipped if file not in files])


def _inside(folder: Path, endings: frozenset[str]) -> _Found:
    """Find the files that are not hidden; those to be read are with the endings.

    So are the folders that cannot be listed: that is reported when they are read.
    """
    found = _Found([], [])

    def keep(error: OSError) -> None:
        found.known.append(Path(error.filename))

    for parent, folders, names in os.walk(folder, onerror=keep):
        folders[:] = (name for name in folders if not name.startswith("."))
        for file in (Path(parent, name) for name in names if not name.startswith(".")):
            is_known = file.suffix.lower() in endings
            if _is(file.is_file, otherwise=is_known):
                (found.known if is_known else found.others).append(file)
    return found


def _is(check: Callable[[], bool], *, otherwise: bool) -> bool:
    """Look at a path; load_document reports one that the system does not let us look at."""
    try:
        return check()
    except OSError:
        return otherwise


if __name__ == "__main__":
    main()
