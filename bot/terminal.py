"""What a person reads in the terminal: answers, reports and tables."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.help_words import wants_help
from bot.localization import Language, find_language, say
from bot.replies import courtesy_reply, day, mended_line
from bot.settings import Settings
from embeddings.analyzer import has_words
from embeddings.datatypes import Answer, Entry, Hit, Place
from embeddings.greetings import read_courtesy

if TYPE_CHECKING:
    from embeddings.holdings import Added
    from embeddings.library import Library
    from embeddings.listing import Counts

_MARK = "bold underline"  # no colour is readable on every background
FAINT = "dim"
"""Style of what stands beside the text."""
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
                "place": _place_to_json(hit.place),
            }
            for hit in answer.quotes
        ],
    }


def _place_to_json(place: Place | None) -> dict[str, str] | None:
    if place is None:
        return None
    return {"label": place.label, "date": place.date, "link": place.link}


def converse(library: "Library", collections: Sequence[str], language: Language) -> None:
    """Answer line after line of the input; an empty line shows the next-best quote."""
    from embeddings.datatypes import SHARED

    console = make_console()
    count = len(library.documents(collections))
    print_sentence(console, say(language, "terminal-welcome", documents=count))
    if SHARED not in collections:
        samples, suggestion = say(language, "terminal-samples"), say(language, "terminal-try")
        print_sentence(console, f"{samples} · {suggestion}")
    print_sentence(console, say(language, "terminal-usage"), FAINT)
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
            print_sentence(console, say(language, "terminal-usage"), FAINT)
        elif line:
            answer = library.answer(line, collections)
            show_answer(answer, language)
            waiting = list(answer.quotes[1:] if answer.answered else answer.quotes)
            only_near = bool(waiting) and not answer.answered
            if only_near:
                print_sentence(console, say(language, "terminal-near-hint"), FAINT)
        elif waiting:
            if only_near:
                print_sentence(console, say(language, "terminal-near"))
                only_near = False
            _show_quote(console, waiting.pop(0), language)
        else:
            print_sentence(console, say(language, "terminal-no-more"), FAINT)


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
            print_sentence(console, mended_line(answer.mended, language), FAINT)


def _show_quote(console: Console, hit: Hit, language: Language, note: str = "") -> None:
    place = [hit.title, hit.passage.heading]
    if hit.passage.page is not None:
        place.append(say(language, "telegram-page", page=str(hit.passage.page)))
    if hit.place:
        place += [hit.place.label, day(hit.place.date, language)]
    source = "— " + " › ".join(part for part in place if part) + (f"  ({note})" if note else "")
    below = [source]
    if hit.place and hit.place.link:
        below.append(hit.place.link)
    if hit.copies:
        below.append(say(language, "telegram-copies", copies=hit.copies))
    start, end = hit.highlight
    text = hit.passage.text
    if console.is_terminal:
        quote = Text(text)
        quote.stylize(_MARK, start, end)
        for line in quote.wrap(console, console.width - 2):
            console.print(Text("│ ", style=FAINT) + line)
        for label in below:
            console.print(Text(label, style=FAINT))
    else:  # nothing shines in a pipe, and rich would expand tabs
        marked = f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"
        quoted = (f"│ {line}" for line in marked.split("\n"))
        console.file.writelines(f"{line}\n" for line in (*quoted, *below))


def show_documents(entries: Sequence[Entry], language: Language) -> None:
    """Print a table of documents; values between tabs where the output is no terminal.

    That there are none is said on standard error then: it is no value.
    """
    columns = ("id", "title", "passages", "added", "source")
    rows = [
        (entry.document.id, entry.document.title, entry.passages, entry.added_at, _whence(entry))
        for entry in entries
    ]
    _show_table(columns, rows, language, nothing="terminal-no-documents")


def show_collections(counts: Sequence[tuple[str, str, "Counts"]], language: Language) -> None:
    """Print a table of collections: what each is called, its title if it has one, what it holds.

    Values between tabs where the output is no terminal.
    """
    columns = ("collection", "chat", "documents", "passages")
    rows = [(name, title, held.entries, held.passages) for name, title, held in counts]
    _show_table(columns, rows, language, nothing="terminal-no-documents")


def _show_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    language: Language,
    *,
    nothing: str,
) -> None:
    console = make_console()
    if not rows:
        there = console if console.is_terminal else Console(stderr=True, highlight=False)
        print_sentence(there, say(language, nothing))
        return
    if not console.is_terminal:
        for row in rows:
            values = (" ".join(str(value).split()) for value in row)
            console.file.write("\t".join(values) + "\n")
        return
    table = Table(box=None, header_style="bold")
    for column, value in zip(columns, rows[0], strict=True):
        justify: Any = "right" if isinstance(value, int) else "left"
        is_short = column not in ("title", "source")
        table.add_column(
            say(language, f"terminal-column-{column}"), justify=justify, no_wrap=is_short
        )
    for row in rows:
        cells = zip(columns, map(str, row), strict=True)
        table.add_row(*(_cell(column, value) for column, value in cells))
    console.print(table)


def _cell(column: str, value: str) -> Text:
    if column == "source":
        return _source(value)
    return Text(value[:10] if column == "added" else value)


def _whence(entry: Entry) -> str:
    """Where an entry came from; of a series, what it is a series of."""
    return entry.document.series or entry.document.source


def _source(source: str) -> Text:
    """The file's name before its folder, which is cut where there is no room."""
    border = max(source.rfind("/"), source.rfind("\\")) + 1
    folder, name = source[:border], source[border:]
    shown = Text.assemble(name, "  " if name else "", (folder, FAINT))
    shown.no_wrap, shown.overflow = True, "ellipsis"
    return shown


def show_removed(removed: Mapping[int, Sequence[int]], language: Language) -> None:
    """Print for each id how many documents were removed by it, if any."""
    for id_, gone in removed.items():
        message = "terminal-removed" if gone else "terminal-no-such-document"
        print_sentence(make_console(), say(language, message, id=str(id_), count=len(gone)))


def show_exported(file: Path, count: int, language: Language) -> None:
    """Print how many documents a file holds now."""
    line = say(language, "terminal-exported", file=str(file), count=count)
    print_sentence(make_console(), line)


def show_imported(file: Path, added: "Added", language: Language) -> None:
    """Print what an exported file has brought."""
    line = say(
        language,
        "terminal-imported",
        file=str(file),
        documents=added.documents,
        passages=added.passages,
        unchanged=added.unchanged,
    )
    print_sentence(make_console(), line)


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
        print_sentence(console, say(language, message, done=done, total=total), FAINT)


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
