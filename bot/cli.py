"""The command ``alinti``: one function a subcommand.

Exit codes: 0 done or answered; 1 not found, or a file could not be read; 2 an error.
"""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import files, terminal
from bot.settings import Settings, load_settings
from embeddings.errors import AlintiError

if TYPE_CHECKING:
    from embeddings.datatypes import Encoder
    from embeddings.library import Library

# Imports of embeddings stand in the functions: `alinti --help` and the first poll wait for none.

Into = Annotated[
    str | None,
    typer.Option(
        "--collection",
        help="That of the documents; without it the shared one.",
    ),
]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answers questions with verbatim quotes from your documents.",
)


class UnknownCollection(AlintiError):
    """A collection that is named is not there."""


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
def chat(collection: Into = None) -> None:
    """Ask questions at a prompt; samples answer until you add documents."""
    with _opened() as (library, settings):
        language = terminal.choose_language(settings)
        collections = _searched(library, settings, collection)
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
    collection: Into = None,
) -> None:
    """Answer one question; exit code 0 if answered, 1 if not found."""
    from_input = question == ["-"]
    with _opened() as (library, settings):
        language = terminal.choose_language(settings)
        collections = _searched(library, settings, collection)
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
    collection: Into = None,
    is_watching: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Go on until Ctrl+C: re-read what changes in the folders, remove what goes.",
        ),
    ] = False,
) -> None:
    """Add documents; a file that was added before and has changed replaces its old version."""
    from bot import adding

    if is_watching and not any(path.is_dir() for path in paths):
        raise typer.BadParameter("watches folders: name one", param_hint="--watch")
    with _opened() as (library, settings):
        into = _collection(collection)
        report = adding.AddingReport(terminal.choose_language(settings))
        look = adding.add_files(paths, library, into, report)
        terminal.show_encoding(library, terminal.choose_language(settings))
        if is_watching:
            adding.watch(paths, look, library, into, report)
    if report.failures:
        raise typer.Exit(1)


@app.command()
def documents(collection: Into = None) -> None:
    """List the documents."""
    with _opened() as (library, settings):
        entries = library.entries([_existing(library, settings, collection)])
        terminal.show_documents(entries[::-1], terminal.choose_language(settings))


@app.command()
def remove(ids: Annotated[list[int], typer.Argument(help="Their ids.")]) -> None:
    """Remove documents by id (see: alinti documents)."""
    from bot.samples import SAMPLES

    with _opened() as (library, settings):
        collections = [name for name in library.collections() if name != SAMPLES]
        removed = {id_: library.remove(id_, collections) for id_ in ids}
        library.forget_removed()
        terminal.show_removed(removed, terminal.choose_language(settings))
    if not all(removed.values()):
        raise typer.Exit(1)


@app.command()
def collections() -> None:
    """List the collections: the shared ones, and those of chats."""
    from bot.samples import SAMPLES
    from bot.state import State
    from embeddings.datatypes import SHARED

    with _opened() as (library, settings):
        with closing(State.in_folder(settings.data)) as state:
            titles = {f"chat:{chat_id}": title for chat_id, title in state.titles().items()}
            names = {*library.collections(), *state.collections()} - {SAMPLES}
        counts = [
            (name, titles.get(name, ""), library.count([name]))
            for name in sorted(names, key=lambda name: (name != SHARED, name))
        ]
        terminal.show_collections(counts, terminal.choose_language(settings))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The zip file to write.")],
    collection: Into = None,
) -> None:
    """Write the documents of a collection into a zip file, from which import restores them."""
    from embeddings.archive import write_archive

    with _opened() as (library, settings):
        language = terminal.choose_language(settings)
        chosen = _existing(library, settings, collection)
        if library.is_empty([chosen]):
            terminal.show_documents([], language)
            raise typer.Exit(1)
        with files.written_whole(file) as written:
            count = write_archive(written, library.read_all(chosen))
        terminal.show_exported(file, count, language)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A zip file that alinti export or /export wrote.", dir_okay=False),
    ],
    collection: Into = None,
) -> None:
    """Add the documents of an exported zip file; those that are there already stay as they are."""
    from embeddings.archive_reader import read_archive
    from embeddings.readers import open_regular

    with open_regular(file) as archive, _opened() as (library, settings):
        language = terminal.choose_language(settings)
        documents = read_archive(archive, file.name)
        added = library.add_all(documents, _collection(collection))
        terminal.show_imported(file, added, language)


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


def _collection(name: str | None) -> str:
    """Tell the collection that a person names: the shared one, one of a chat, or another."""
    from embeddings.datatypes import SHARED, SHARED_PREFIX

    name = " ".join((name or SHARED).split())
    if name == SHARED or name.startswith((SHARED_PREFIX, "chat:")):
        return name
    return f"{SHARED_PREFIX}{name}"


def _existing(library: "Library", settings: Settings, collection: str | None) -> str:
    """Tell the collection that a person names, as _collection does.

    Raises:
        UnknownCollection: If there is none of that name.
    """
    from bot.state import State

    chosen = _collection(collection)
    if collection is None or chosen in library.collections():
        return chosen
    with closing(State.in_folder(settings.data)) as state:
        if chosen in state.collections():  # made by an operator, and empty
            return chosen
    raise UnknownCollection(
        f"{collection}: there is no collection of this name. To see all: alinti collections"
    )


def _searched(library: "Library", settings: Settings, collection: str | None) -> list[str]:
    """Choose what to search: a collection that is named, what the operator added, or samples.

    Raises:
        UnknownCollection: See _existing.
    """
    from bot.samples import SAMPLES, add_samples

    chosen = _existing(library, settings, collection)
    if collection is not None or not library.is_empty([chosen]):
        return [chosen]
    add_samples(library)
    return [SAMPLES]


def _questions(words: list[str]) -> Iterable[str]:
    """Give the question of a command line, or those of the input."""
    if words == ["-"]:
        return (line.rstrip("\r\n") for line in sys.stdin)
    # Python keeps bytes that are no text as lone surrogates.
    return [" ".join(words).encode("utf-8", "replace").decode()]


if __name__ == "__main__":
    main()
