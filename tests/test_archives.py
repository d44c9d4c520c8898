import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableDocument
from embeddings.readers import archives
from embeddings.readers.archives import open_archive


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = 8) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return file.getvalue()


def reason(data: bytes, *, entry: str | None = None) -> str:
    """Why an archive is refused when it is opened, or when an entry of it is read."""

    def read() -> None:
        opened = open_archive(data, "kitap.zip")
        if entry is not None:
            opened.read(entry)

    with pytest.raises(UnreadableDocument, match=r"^kitap\.zip: [^\n]+\Z") as caught:
        read()
    return caught.value.reason


def test_entries_are_named_in_order_and_read() -> None:
    opened = open_archive(packed(("ş/b.txt", b"iki"), ("ş/", b""), ("a.txt", b"bir")), "kitap.zip")
    assert opened.names == ("ş/b.txt", "a.txt")
    assert [opened.read(name) for name in opened.names] == [b"iki", b"bir"]


@pytest.mark.parametrize(
    "path", ["../a", "a/../../b", "/etc/passwd", "C:/a", "a\\..\\b", "\\\\host\\a", "a/.."]
)
def test_a_path_that_leaves_the_archive_is_unsafe(path: str) -> None:
    assert reason(packed((path, b"x"))) == "unsafe"


def test_a_symbolic_link_is_unsafe() -> None:
    link = zipfile.ZipInfo("a.txt")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert reason(packed((link, b"/etc/passwd"))) == "unsafe"


def test_a_bomb_is_unsafe_before_it_is_unpacked() -> None:
    bomb = packed(("a.txt", bytes(32 << 20)))
    assert len(bomb) < 40_000
    assert reason(bomb) == "unsafe"


def test_entries_that_share_their_bytes_are_counted_each() -> None:
    data = packed(("a.txt", bytes(1 << 20)))
    begin = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    line = data[begin:end]
    many = 400  # lines for one and the same entry of 1 MB: 400 MB
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, many, many, len(line) * many, begin, 0)
    assert reason(data[:begin] + line * many + tail) == "unsafe"


def test_a_large_archive_that_is_no_bomb_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 999)
    assert reason(packed(("a.txt", bytes(500)), ("b.txt", bytes(500)))) == "too_large"


def test_a_long_entry_is_too_large_only_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_ENTRY_BYTES", 999)
    data = packed(("film.mp4", bytes(1000)), ("a.txt", b"bir"))
    assert open_archive(data, "kitap.zip").read("a.txt") == b"bir"
    assert reason(data, entry="film.mp4") == "too_large"


def test_too_many_entries_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_ENTRIES", 2)
    entries = [(f"{number}.txt", b"") for number in range(3)]
    assert open_archive(packed(*entries[:2]), "kitap.zip").names == ("0.txt", "1.txt")
    assert reason(packed(*entries)) == "too_large"


def test_a_locked_entry_is_encrypted() -> None:
    data = bytearray(packed(("a.txt", b"bir")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert reason(bytes(data)) == "encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_the_formats_do_not_know_are_damage(method: int) -> None:
    assert reason(packed(("a.txt", b"bir"), method=method)) == "damaged"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"metin", bytes(100)])
def test_other_bytes_are_a_damaged_archive(data: bytes) -> None:
    assert reason(data) == "damaged"


def test_an_entry_with_other_bytes_than_announced_is_damaged() -> None:
    data = bytearray(packed(("a.txt", b"bir iki"), method=zipfile.ZIP_STORED))
    data[data.index(b"bir")] ^= 1
    assert reason(bytes(data), entry="a.txt") == "damaged"


def test_an_entry_longer_than_announced_is_damaged() -> None:
    data = bytearray(packed(("a.txt", bytes(1 << 20))))
    at = data.index(b"PK\x01\x02") + 24  # its unpacked length
    data[at : at + 4] = struct.pack("<I", 100)
    assert reason(bytes(data), entry="a.txt") == "damaged"


def test_a_missing_entry_is_damage_and_named() -> None:
    with pytest.raises(UnreadableDocument, match=r"'b\.txt' is missing"):
        open_archive(packed(("a.txt", b"bir")), "kitap.zip").read("b.txt")


WHOLE = packed(("a.txt", b"bir" * 50), ("b/c.txt", b"iki" * 50))


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_broken_bytes_raise_nothing_but_our_error(at: int, noise: bytes) -> None:
    data = WHOLE[:at] + noise + WHOLE[at + len(noise) :]
    try:
        opened = open_archive(data, "kitap.zip")
        for entry in opened.names:
            opened.read(entry)
    except UnreadableDocument as error:
        assert str(error).startswith("kitap.zip: ")  # noqa: PT017
