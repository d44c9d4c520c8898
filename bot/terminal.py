"""What a person reads in the terminal: answers, reports and tables."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from bot.help_words import wants_help
from bot.localization import Language, find_language, say
from bot.replies import courtesy_reply, mended_line
from bot.settings import Settings
from embeddings.analyzer import has_words
from embeddings.datatypes import Answer, Hit, StoredDocument
from embeddings.greetings import read_courtesy

if TYPE_CHECKING:
    from embeddings.library import Library, Receipt

_MARK = "bold underline"  # no colour is readable on every background
_FAINT = "dim"
_MAX_SKIPPED = 5  # files whose names are told
_LEAVING = frozenset(["q", "quit", "exit", "çık", "çıkış", "/q", "/quit", "/exit"])


def choose_language(settings: Settings) -> Language:
    """Choose the language: of the setting, else of the system; Turkish where it is neither."""
    if settings.language:
        return settings.language
    system = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return find_language(system) or "tr"


def to_json(answer: Answer) -> dict[str, Any]:
    """Build what ``alinti ask --json`` prints; offsets count characters of the document's text."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "mended": [list(pair) for pair in answer.mended],
        "quotes": [
            {
                "quote": hit.passage.text,
                "highlight": list(hit.highlight),
                "score": round(hit.score, 4),
                "copies": hit.copies,
                "document": {"id": hit.document_id, "title": hit.title, "source": hit.source},
                "location": {
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "heading": hit.passage.heading or None,
                    "page": hit.passage.page,
                },
            }
            for hit in answer.quotes
        ],
    }


def converse(library: "Library", collections: Sequence[str], language: Language) -> None:
    """Answer line after line of the input; an empty line shows the next-best quote."""
    from embeddings.datatypes import SHARED

    console = make_console()
    count = len(library.documents(collections))
    print_sentence(console, say(language, "terminal-welcome", documents=count))
    if SHARED not in collections:
        samples, suggestion = say(language, "terminal-samples"), say(language, "terminal-try")
        print_sentence(console, f"{samples} · {suggestion}")
    print_sentence(console, say(language, "terminal-usage"), _FAINT)
    waiting: list[Hit] = []
    only_near = False
    while True:
        try:
            line = console.input("\n[bold green]?[/] ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if line.casefold() in _LEAVING:
            return
        if line == "?" or wants_help(line):
            print_sentence(console, say(language, "terminal-usage"), _FAINT)
        elif line:
            answer = library.answer(line, collections)
            show_answer(answer, language)
            waiting = list(answer.quotes[1:] if answer.answered else answer.quotes)
            only_near = bool(waiting) and not answer.answered
            if only_near:
                print_sentence(console, say(language, "terminal-near-hint"), _FAINT)
        elif waiting:
            if only_near:
                print_sentence(console, say(language, "terminal-near"))
                only_near = False
            _show_quote(console, waiting.pop(0), language)
        else:
            print_sentence(console, say(language, "terminal-no-more"), _FAINT)


def show_answer(answer: Answer, language: Language) -> None:
    """Print the quote with its source, or that nothing was found; a greeting is returned.

    Below a quote stands which words were looked for in another spelling.
    """
    console = make_console()
    if courtesy := read_courtesy(answer.question):
        print_sentence(console, courtesy_reply(courtesy, language))
    elif not has_words(answer.question):
        print_sentence(console, say(language, "terminal-no-question"))
    elif not answer.answered:
        print_sentence(console, say(language, "terminal-not-found"))
    else:
        percent = round(100 * answer.confidence)
        _show_quote(
            console,
            answer.quotes[0],
            language,
            say(language, "terminal-confidence", percent=percent),
        )
        if answer.mended:
            print_sentence(console, mended_line(answer.mended, language), _FAINT)


def _show_quote(console: Console, hit: Hit, language: Language, note: str = "") -> None:
    place = [hit.title, hit.passage.heading]
    if hit.passage.page is not None:
        place.append(say(language, "telegram-page", page=str(hit.passage.page)))
    source = "— " + " › ".join(part for part in place if part) + (f"  ({note})" if note else "")
    below = [source]
    if hit.copies:
        below.append(say(language, "telegram-copies", copies=hit.copies))
    start, end = hit.highlight
    text = hit.passage.text
    if console.is_terminal:
        quote = Text(text)
        quote.stylize(_MARK, start, end)
        for line in quote.wrap(console, console.width - 2):
            console.print(Text("│ ", style=_FAINT) + line)
        for label in below:
            console.print(Text(label, style=_FAINT))
    else:  # nothing shines in a pipe, and rich would expand tabs
        marked = f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"
        quoted = (f"│ {line}" for line in marked.split("\n"))
        console.file.writelines(f"{line}\n" for line in (*quoted, *below))


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
    def progress(self, files: Sequence[Path]) -> Iterator[Iterator[Path]]:
        """Hand out the files under a progress bar."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        with bar:
            yield iter(bar.track(files, description=say(self._language, "terminal-adding")))

    def added(self, file: Path, receipt: "Receipt", *, is_copy: bool = False) -> None:
        """Report a document that is in the library now.

        Args:
            file: As named by the person.
            receipt: The library's.
            is_copy: Whether it was there before, read from another file.
        """
        outcome = receipt.outcome.value
        self._counts[outcome] += 1
        kind = "copy" if is_copy else outcome
        line = say(
            self._language, f"terminal-file-{kind}", file=str(file), passages=receipt.passages
        )
        print_sentence(self._console, line)

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
        print_sentence(self._console, line, _FAINT)


def show_documents(documents: Sequence[StoredDocument], language: Language) -> None:
    """Print a table of documents; values between tabs where the output is no terminal.

    That there are none is said on standard error then: it is no value.
    """
    console = make_console()
    if not documents:
        there = console if console.is_terminal else Console(stderr=True, highlight=False)
        print_sentence(there, say(language, "terminal-no-documents"))
        return
    if not console.is_terminal:
        for d in documents:
            row = (d.id, " ".join(d.title.split()), d.passages, d.added_at, d.source)
            console.file.write("\t".join(map(str, row)) + "\n")
        return
    table = Table(box=None, header_style="bold")
    for column in ("id", "title", "passages", "added", "source"):
        justify: Any = "right" if column in ("id", "passages") else "left"
        is_short = column not in ("title", "source")
        name = say(language, f"terminal-column-{column}")
        table.add_column(name, justify=justify, no_wrap=is_short)
    for d in documents:
        added, source = d.added_at[:10], _source(d.source)
        table.add_row(str(d.id), Text(d.title), str(d.passages), added, source)
    console.print(table)


def _source(source: str) -> Text:
    """The file's name before its folder, which is cut where there is no room."""
    border = max(source.rfind("/"), source.rfind("\\")) + 1
    folder, name = source[:border], source[border:]
    shown = Text.assemble(name, "  " if name else "", (folder, _FAINT))
    shown.no_wrap, shown.overflow = True, "ellipsis"
    return shown


def show_removed(ids: Sequence[int], gone: Sequence[bool], language: Language) -> None:
    """Print for each id whether a document was removed."""
    for id_, is_gone in zip(ids, gone, strict=True):
        message = "terminal-removed" if is_gone else "terminal-no-such-document"
        print_sentence(make_console(), say(language, message, id=str(id_)))


def show_measures(measures: dict[str, Any], *, as_json: bool) -> None:
    """Print measures as JSON or as two columns."""
    if as_json:
        sys.stdout.write(json.dumps(measures, ensure_ascii=False) + "\n")
        return
    table = Table(box=None, show_header=False)
    for name, value in measures.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for part, number in parts:
            shown = f"{number:.4g}" if isinstance(number, float) else str(number)
            # A file's name may look like markup.
            table.add_row(Text(f"{name} {part}".strip()), Text(shown))
    make_console().print(table)


@contextmanager
def counted(total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error while something is counted up to a total."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def show_encoding(library: "Library", language: Language, *, is_going_on: bool = False) -> None:
    """Print on standard error how many passages the model has still to encode, if any.

    Args:
        library: Whose model.
        language: Of the reader.
        is_going_on: Whether this process encodes them now.
    """
    done, total = library.encoding_progress()
    if done < total:
        message = "terminal-encoding" if is_going_on else "terminal-to-encode"
        console = Console(stderr=True, highlight=False)
        print_sentence(console, say(language, message, done=done, total=total), _FAINT)


def show_encoded(library: "Library", language: Language) -> None:
    """Print how many passages the model has encoded."""
    done, total = library.encoding_progress()
    print_sentence(make_console(), say(language, "terminal-encoded", done=done, total=total))


def show_lines(lines: Iterable[object]) -> None:
    """Print each on a line of its own."""
    for line in lines:
        print_sentence(make_console(), str(line))


def print_sentence(console: Console, text: str, style: str | None = None) -> None:
    """Print a sentence: broken between words on a terminal, never elsewhere."""
    console.print(text, style=style, soft_wrap=not console.is_terminal, markup=False)


def make_console() -> Console:
    """Make a console that writes to the standard output of this moment."""
    return Console(highlight=False)
