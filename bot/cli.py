"""The command ``alinti``: one function a subcommand.

Exit codes: 0 done or answered; 1 not found, or a file could not be read; 2 an error.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    try:
        app()
    except AlintiError as error:
        print(f"alinti: {error}", file=sys.stderr)  # noqa: T201 - rich would wrap it
        sys.exit(2)


@app.command()
def chat() -> None:
    """Talk with the library; with some samples, as long as nothing has been added."""
    with _opened() as (library, settings):
        terminal.converse(library, _searched(library), terminal.choose_language(settings))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question, or - for one a line of input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Answer one question; exit code 0 if answered, 1 if not found."""
    with _opened() as (library, settings):
        language = terminal.choose_language(settings)
        collections = _searched(library)
        questions = (line.rstrip("\r\n") for line in sys.stdin) if question == "-" else [question]
        answered = False
        for asked in questions:
            answer = library.answer(asked, collections)
            answered = answer.answered
            if as_json:
                print(json.dumps(terminal.to_json(answer), ensure_ascii=False), flush=True)  # noqa: T201 - data, not text
            else:
                terminal.show_answer(answer, language)
    if question != "-" and not answered:
        raise typer.Exit(1)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
) -> None:
    """Add documents; a file that was added before and has changed replaces its old version."""
    from embeddings.errors import UnreadableDocument
    from embeddings.library import SHARED
    from embeddings.readers import load_document

    with _opened() as (library, settings):
        report = terminal.AddingReport(terminal.choose_language(settings))
        with report.progress(_files(paths)) as files:
            for file in files:
                try:
                    report.added(file, library.add(load_document(file), SHARED))
                except UnreadableDocument as error:
                    report.unreadable(error)
        library.level()
        report.summary()
    if report.failures:
        raise typer.Exit(1)


@app.command()
def documents() -> None:
    """List the documents."""
    from embeddings.library import SHARED

    with _opened() as (library, settings):
        terminal.show_documents(library.documents([SHARED]), terminal.choose_language(settings))


@app.command()
def remove(ids: Annotated[list[int], typer.Argument(help="Ids from alinti documents.")]) -> None:
    """Remove documents; none of them is quoted again."""
    with _opened() as (library, settings):
        gone = [library.remove(id_) for id_ in ids]
        terminal.show_removed(ids, gone, terminal.choose_language(settings))
    if not all(gone):
        raise typer.Exit(1)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions in SQuAD's format.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON.")] = False,
    retriever: Annotated[str, typer.Option(help="lexical, dense or hybrid.")] = "hybrid",
    is_ascii: Annotated[
        bool, typer.Option("--ascii", help="Ask as typed without Turkish letters.")
    ] = False,
) -> None:
    """Measure quality on questions whose paragraph is known."""
    from embeddings.evaluation import evaluate as measure
    from embeddings.evaluation import load_questions
    from embeddings.library import RETRIEVERS

    if retriever not in RETRIEVERS:
        raise typer.BadParameter(f"use one of {', '.join(RETRIEVERS)}", param_hint="--retriever")
    questions = load_questions(file)
    encoder = _load_encoder(load_settings())
    with terminal.counted(len(questions.questions)) as progress:
        measures = measure(
            questions, encoder, retriever=retriever, is_ascii=is_ascii, progress=progress
        )
    terminal.show_measures(measures, as_json=as_json)


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
def run() -> None:
    """Serve Telegram."""
    from bot.app import run as serve

    serve(load_settings())


def _load_encoder(settings: Settings) -> "Encoder":
    from embeddings.encoder import load_encoder

    return load_encoder(settings.model)


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
    from embeddings.library import SHARED

    if not library.is_empty([SHARED]):
        return [SHARED]
    add_samples(library)
    return [SAMPLES]


def _files(paths: list[Path]) -> list[Path]:
    """List the files to read, each once; of a folder those whose ending a reader knows."""
    from embeddings.readers import READERS

    files: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            files[path] = None
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not _is_hidden(p, path))
        readable = [file for file in inside if file.suffix.lower() in READERS]
        # A folder in which nothing can be read is named itself, and so reported.
        files.update(dict.fromkeys(readable or [path]))
    return list(files)


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


if __name__ == "__main__":
    main()
