"""kill -9 while documents come and go; `python -m tests.crashes --kills 50` is the long form."""

import contextlib
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from embeddings.datatypes import Document
from embeddings.encoder import load_encoder
from embeddings.library import Library
from tests.crashes import crash, examine


async def test_after_kills_each_document_is_whole_or_absent_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    report = await crash(tmp_path / "data", kills=5)
    assert report.faults == [], report
    assert report.kills == 5
    assert report.in_hand
    assert report.done["added"] >= 5


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM passages WHERE id = (SELECT max(id) FROM passages)", "not its passages"),
        ("UPDATE blocks SET text = substr(text, 1, 40)", "not whole"),
        ("DELETE FROM documents", "lost"),
        ("SELECT 1", "never acknowledged"),
    ],
)
def test_what_is_wrong_with_a_library_would_be_noticed(
    tmp_path: Path, damage: str, fault: str
) -> None:
    text = "\n\n".join(f"{number}. madde kira sözleşmesini anlatır." for number in range(200))
    with contextlib.closing(Library(tmp_path, load_encoder(None))) as library:
        library.add_all([Document("Kira", text, "s", "h")], "chat:7")
    with contextlib.closing(sqlite3.connect(tmp_path / "library.db")) as database, database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(damage)
    there = {} if fault == "never acknowledged" else {"Kira": "kira.md"}
    person: Any = SimpleNamespace(
        chat=SimpleNamespace(id=7), texts={"Kira": text}, there=there, gone=set(), leaving=set()
    )
    assert f"Kira: {fault}" in examine(tmp_path, [person], is_over=True)
