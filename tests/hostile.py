"""Hostile and damaged files of every format: what strangers may send. The same each time."""

import random
from collections.abc import Callable, Iterator, Mapping

from tests import intact
from tests.damage import OK, Case, case, mutate
from tests.hostile_archives import archive_cases, docx_cases, epub_cases
from tests.hostile_pages import html_cases, markdown_cases
from tests.hostile_pdfs import pdf_cases
from tests.hostile_texts import csv_cases, export_cases, subtitle_cases, text_cases
from tests.intact import zip_file


def truncations(name: str, data: bytes, count: int) -> Iterator[Case]:
    """Cut a file off at places all over it."""
    for number in range(count):
        end = len(data) * number // count
        yield Case(f"{end} bytes of {len(data)}", name, data[:end])


def mutations(name: str, data: bytes, count: int) -> Iterator[Case]:
    """Damage a file in ways that its name draws."""
    for seed in range(count):
        yield Case(f"damage {seed}", name, mutate(data, random.Random(f"{name} {seed}")))


def inner_mutations(
    name: str, parts: Mapping[str, bytes], inside: str, count: int
) -> Iterator[Case]:
    """Damage what stands in an archive, and pack it well."""
    chosen = [part for part in parts if part.startswith(inside)]
    for seed in range(count):
        chance = random.Random(f"{name} in {seed}")
        part = chance.choice(chosen)
        damaged = {**parts, part: mutate(parts[part], chance)}
        yield Case(f"damage {seed} in {part}", name, zip_file(damaged))


def damaged_files() -> Iterator[Case]:
    """Damage each intact file."""
    for name, data in intact.intact_files().items():
        yield from truncations(name, data, 6)
        yield from mutations(name, data, 10)
    yield from inner_mutations("in.docx", intact.docx_parts(), "word/", 12)
    yield from inner_mutations("in.epub", intact.epub_parts(), "", 12)


def misnamed_cases() -> Iterator[Case]:
    """Files called what they are not."""
    files = intact.intact_files()
    for name, wrong in (
        ("a.pdf", "a.txt"),
        ("a.docx", "a.pdf"),
        ("a.epub", "a.docx"),
        ("a.html", "a.pdf"),
        ("a.txt", "a.docx"),
        ("a.srt", "a.json"),
        ("result.json", "a.csv"),
        ("a.md", "a.epub"),
    ):
        yield Case(f"{name} as {wrong}", wrong, files[name], frozenset([OK]))
    elf = b"\x7fELF\2\1\1\0" + bytes(5000)
    for ending in ("pdf", "txt", "docx", "epub", "csv", "srt", "json", "html", "md"):
        yield case("a picture", f"a.{ending}", intact.picture_file(), "kind")
        yield case("a program", f"a.{ending}", elf, "kind")
    for name in ("../../a.txt", "a" * 300 + ".txt", "a\n\x1b[31mb.txt", "\ud800.txt", "", ".pdf"):
        yield Case(f"called {name[:20]!r}", name, files["a.txt"], frozenset([OK]))


def all_cases(url: str) -> dict[str, Callable[[], Iterator[Case]]]:
    """Give the groups of cases by name; ``url`` is where nobody may call."""
    return {
        "damage": damaged_files,
        "archives": archive_cases,
        "docx": lambda: docx_cases(url),
        "epub": lambda: epub_cases(url),
        "pdf": lambda: pdf_cases(url),
        "html": lambda: html_cases(url),
        "markdown": markdown_cases,
        "text": text_cases,
        "csv": lambda: csv_cases(url),
        "subtitles": subtitle_cases,
        "export": lambda: export_cases(url),
        "names": misnamed_cases,
    }
