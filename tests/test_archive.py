"""A collection as a zip file: people can read it, and it brings every document back."""

import contextlib
import io
import json
import random
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.archive import MANIFEST, file_name, write_archive, write_parts
from embeddings.archive_reader import read_archive
from embeddings.datatypes import Document, Heading, Page, Place
from embeddings.errors import UnreadableDocument
from embeddings.library import Library
from tests.encoders import LetterEncoder

RULES = Document(
    "Tüzük: şubeler / ğ",
    "Başlık\n\nToplantı salı günü.\r\n",
    "https://t.me/c/5/7",
    "ab" * 32,
    headings=(Heading(0, 6, 1),),
    pages=(Page(3, 0), Page(4, 8)),
    name="tüzük.pdf",
)
POSTS = [
    Document(
        "Kanal",
        f"Duyuru {number}",
        f"https://t.me/kanal/{number}",
        f"{number:064}",
        places=(Place(0, "Ayşe", "2026-11-22T10:00:00", f"https://t.me/kanal/{number}"),),
        series="telegram:-1005",
        changed_at="2026-11-22T10:00:00+00:00",
    )
    for number in range(3)
]


def packed(*documents: Document) -> io.BytesIO:
    file = io.BytesIO()
    assert write_archive(file, documents) == len(documents)
    return file


def texts(file: io.BytesIO) -> dict[str, str]:
    """What a person finds in an archive, the manifest aside."""
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {n: archive.read(n).decode() for n in archive.namelist() if n != MANIFEST}


# ---- out and in


def test_a_document_is_a_text_file_with_its_title_and_its_exact_text() -> None:
    assert texts(packed(RULES)) == {"Tüzük şubeler ğ.txt": RULES.text}


def test_a_series_is_a_folder_with_its_texts_below_lines_that_tell_of_them() -> None:
    other = Document("Kanal", "Başka", "/b", "b")
    assert texts(packed(POSTS[0], POSTS[1], other, POSTS[2])) == {
        "Kanal/0001.txt": "— 2026-11-22T10:00:00 Ayşe https://t.me/kanal/0\nDuyuru 0\n\n"
        "— 2026-11-22T10:00:00 Ayşe https://t.me/kanal/1\nDuyuru 1\n\n",
        "Kanal.txt": "Başka",
        "Kanal/0002.txt": "— 2026-11-22T10:00:00 Ayşe https://t.me/kanal/2\nDuyuru 2\n\n",
    }


def test_what_went_in_comes_out_in_the_same_order() -> None:
    documents = [POSTS[0], RULES, POSTS[1], POSTS[2], Document("", "", "/leer", "")]
    assert list(read_archive(packed(*documents))) == documents


def test_many_documents_of_a_series_fill_few_files() -> None:
    posts = [
        Document("K", "x" * 1000, f"/{number}", f"{number}", series="s") for number in range(3000)
    ]
    file = packed(*posts)
    assert len(texts(file)) == 3
    assert list(read_archive(file)) == posts


def words(most: int) -> st.SearchStrategy[str]:
    """Texts of any characters; no halves of one, which no database takes."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=most)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(words(60))
    start = st.integers(0, len(text))
    spans = st.tuples(start, start).map(sorted)
    return Document(
        draw(words(8)),
        text,
        draw(words(20)),
        draw(words(10)),
        headings=tuple(
            Heading(a, b, draw(st.integers(1, 6))) for a, b in draw(st.lists(spans, max_size=3))
        ),
        pages=tuple(Page(number, draw(start)) for number in range(draw(st.integers(0, 3)))),
        places=tuple(
            Place(draw(start), draw(words(5)), draw(words(5)), draw(words(5)))
            for _ in range(draw(st.integers(0, 3)))
        ),
        name=draw(words(5)),
        series=draw(st.sampled_from(["", "", "a", "b", "ğ"])),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(documents(), max_size=6))
def test_any_documents_come_back_equal(given_: list[Document]) -> None:
    file = packed(*given_)
    assert list(read_archive(file)) == given_
    with zipfile.ZipFile(file) as archive:
        names = [name.casefold() for name in archive.namelist()]
    assert len(set(names)) == len(names)


@st.composite
def collections(draw: st.DrawFn) -> list[Document]:
    """Documents as readers make them: with something to quote, of sources and contents apart."""
    made: list[Document] = []
    for number, one in enumerate(draw(st.lists(documents(), min_size=1, max_size=5))):
        text = f"{one.text}\n\nSon söz {number}."
        made.append(
            replace(
                one,
                text=text,
                source=f"/{number}",
                content_hash=f"{number}",
                headings=tuple(sorted(one.headings, key=lambda heading: heading.start)),
            )
        )
    return made


@settings(max_examples=25, deadline=None)
@given(collections())
def test_a_library_is_the_same_after_export_and_import(given_: list[Document]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        old, new = (Library(Path(folder) / name, LetterEncoder()) for name in ("old", "new"))
        with contextlib.closing(old), contextlib.closing(new):
            old.add_all(given_, "c")
            new.add_all(read_archive(packed(*old.read_all("c"))), "c")
            assert list(new.read_all("c")) == list(old.read_all("c")) == given_
            assert new.count(["c"]) == old.count(["c"])
            for number in range(1, len(given_) + 1):
                quoted = [
                    [hit.passage for hit in one.open_passages(number, ["c"], offset=0, limit=99)]
                    for one in (old, new)
                ]
                assert quoted[0] == quoted[1] != []


# ---- names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Çalışma Yönetmeliği", "Çalışma Yönetmeliği"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\Windows\n\tx", "C Windows x"),
        ("...", "_"),
        ("", "_"),
        ("con", "_con"),
        ("NUL.tar", "_NUL.tar"),
        ("a\u202egnp.exe", "a gnp.exe"),
        ("son.", "son"),
        ("ğ" * 100, "ğ" * 60),
    ],
)
def test_a_name_is_the_title_as_any_system_takes_it(title: str, name: str) -> None:
    assert file_name(title) == name


@given(words(200))
def test_no_title_leads_out_of_the_folder_or_is_too_long(title: str) -> None:
    name = file_name(title)
    assert name
    assert len(name.encode()) <= 121
    assert not set(name) & set('/\\:*?"<>|\0\n\r')
    assert name.strip(". ") == name


def test_equal_titles_are_told_apart_whatever_their_case() -> None:
    titles = ["Rapor", "rapor", "Rapor (2)", "RAPOR", "manifest"]
    found = packed(*(Document(t, t, f"/{n}", f"{n}") for n, t in enumerate(titles)))
    assert sorted(texts(found).values()) == sorted(titles)
    assert len({name.casefold() for name in texts(found)}) == 5


# ---- parts


def test_a_small_collection_is_one_part(tmp_path: Path) -> None:
    (part,) = write_parts(tmp_path, "Grup", [RULES, *POSTS])
    assert part == (tmp_path / "Grup.zip", 1 + len(POSTS))
    with part.path.open("rb") as file:
        assert list(read_archive(file)) == [RULES, *POSTS]


def test_no_document_no_part(tmp_path: Path) -> None:
    assert list(write_parts(tmp_path, "Grup", [])) == []


def random_text(number: int, size: int = 20_000) -> str:
    """A text that packs badly."""
    draw = random.Random(number)
    return "".join(map(chr, draw.choices(range(0x4E00, 0x9FFF), k=size)))


@pytest.mark.parametrize("series", ["", "s"])
def test_a_large_collection_is_split_into_parts_each_whole_and_small_enough(
    tmp_path: Path, series: str
) -> None:
    given_ = [
        Document(f"B{n}", random_text(n, 5_000), f"/{n}", f"{n}", series=series) for n in range(40)
    ]
    parts = list(write_parts(tmp_path, "Grup", given_, max_bytes=100_000))
    assert [p.path.name for p in parts] == [f"Grup-{n + 1}.zip" for n in range(len(parts))]
    assert len(parts) > 4
    assert all(part.path.stat().st_size < 110_000 for part in parts)
    found: list[Document] = []
    for part in parts:
        before = len(found)
        with part.path.open("rb") as file:
            found += read_archive(file)
        assert len(found) - before == part.documents
    assert found == given_


def test_parts_can_be_written_from_one_on(tmp_path: Path) -> None:
    (part,) = write_parts(tmp_path, "Grup", [RULES], first=3)
    assert part.path.name == "Grup-3.zip"


def test_a_document_larger_than_a_part_has_one_of_its_own(tmp_path: Path) -> None:
    small, large = (Document(t, random_text(1, n), t, t) for t, n in (("a", 10), ("b", 20_000)))
    parts = list(write_parts(tmp_path, "x", [small, large, small], max_bytes=10_000))
    assert [part.path.name for part in parts] == ["x-1.zip", "x-2.zip", "x-3.zip"]


def test_parts_are_written_as_they_are_asked_for(tmp_path: Path) -> None:
    taken: list[int] = []

    def stream() -> Iterator[Document]:
        for number in range(100):
            taken.append(number)
            yield Document("x", random_text(number, 5000), f"{number}", f"{number}")

    parts = write_parts(tmp_path, "x", stream(), max_bytes=30_000)
    assert next(parts).path.name == "x-1.zip"
    assert len(taken) < 10


# ---- what is none, or broken


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        list(read_archive(io.BytesIO(data), "arşiv.zip"))
    return str(caught.value)


def made_of(*lines: Any, files: dict[str, str] | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files or {"a.txt": "metin"}).items():
            archive.writestr(name, text)
        archive.writestr(MANIFEST, "".join(json.dumps(line) + "\n" for line in lines))
    return file.getvalue()


HEAD = {"format": "alinti", "version": 1}
LINE = {"file": "a.txt", "at": 0, "bytes": 5}


def test_the_smallest_archive_is_read() -> None:
    (document,) = read_archive(io.BytesIO(made_of(HEAD, LINE)))
    assert document == Document("", "metin", "", "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no zip",
        made_of(),
        made_of({"format": "alinti", "version": 2}, LINE),
        made_of(HEAD, []),
        made_of(HEAD, {**LINE, "file": "b.txt"}),
        made_of(HEAD, {**LINE, "file": 5}),
        made_of(HEAD, {**LINE, "bytes": 6}),
        made_of(HEAD, {**LINE, "bytes": -1}),
        made_of(HEAD, {**LINE, "bytes": 1 << 60}),
        made_of(HEAD, {**LINE, "at": 4, "bytes": 1}, {**LINE, "at": 0}),
        made_of(HEAD, {**LINE, "headings": [[0, 6, 1]]}),
        made_of(HEAD, {**LINE, "headings": [[3, 2, 1]]}),
        made_of(HEAD, {**LINE, "headings": 3}),
        made_of(HEAD, {**LINE, "pages": [["1", 0]]}),
        made_of(HEAD, {**LINE, "places": [[0, "a"]]}),
        made_of(HEAD, {**LINE, "pages": [[10**30, 0]]}),
        made_of(HEAD, {**LINE, "title": ["a"]}),
        made_of(HEAD, {**LINE, "title": "half of a character: \ud800"}),
        made_of(HEAD, {**LINE, "places": [[0, "\ud800", "", ""]]}),
        made_of(HEAD, LINE, files={"a.txt": "metin" + "x" * 100_000}),
    ],
)
def test_what_we_did_not_write_is_refused_in_one_line(data: bytes) -> None:
    assert refused(data) == (
        "arşiv.zip: this is no archive of alinti, or a damaged one. Export it anew"
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    file = bytearray(packed(RULES, *POSTS).getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] ^= data.draw(st.integers(1, 255))
    cut = bytes(file[: data.draw(st.integers(len(file) // 2, len(file)))])
    with contextlib.suppress(UnreadableDocument):
        assert len(list(read_archive(io.BytesIO(cut)))) <= 4


def test_of_an_archive_that_is_damaged_at_its_end_nothing_is_given() -> None:
    damaged = made_of(HEAD, LINE, {**LINE, "file": "b.txt"})
    with pytest.raises(UnreadableDocument):
        next(read_archive(io.BytesIO(damaged)))


def test_who_needs_only_the_first_document_of_a_large_series_may_stop_there() -> None:
    posts = [replace(post, text=post.text + " uzun" * 20_000) for post in POSTS]
    reading: Any = read_archive(packed(*posts))
    assert next(reading) == posts[0]
    reading.close()


def test_texts_that_take_turns_are_not_unpacked_again_and_again() -> None:
    line = {**LINE, "bytes": 1}
    turns = [{**line, "file": name, "at": at} for at in range(2) for name in ("a.txt", "b.txt")]
    files = {"a.txt": "ab", "b.txt": "cd"}
    assert len(list(read_archive(io.BytesIO(made_of(HEAD, *turns[:2], files=files))))) == 2
    refused(made_of(HEAD, *turns, files=files))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    size = 17 << 20
    data = made_of(HEAD, {**LINE, "bytes": size}, files={"a.txt": "a" * size})
    assert len(data) < 30_000
    refused(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_we_do_not_pack_with_is_refused(method: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("a.txt", "metin")
        archive.writestr(MANIFEST, f"{json.dumps(HEAD)}\n{json.dumps(LINE)}\n")
    refused(file.getvalue())


def test_a_text_that_was_changed_is_noticed() -> None:
    with zipfile.ZipFile(packed(RULES)) as archive:
        manifest = archive.read(MANIFEST).decode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # stored as it is, without packing
        archive.writestr("Tüzük şubeler ğ.txt", RULES.text)
        archive.writestr(MANIFEST, manifest)
    data = file.getvalue()
    assert refused(data.replace("salı".encode(), b"cumax"))
