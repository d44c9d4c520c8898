from pathlib import Path

from bot.files import Changed, compare, find_files, look_at


def test_two_looks_tell_what_was_written_and_what_is_gone() -> None:
    a, b, c, d = (Path(name) for name in "abcd")
    before = {a: (1, 1), b: (1, 1), c: (1, 1)}
    now = {d: (5, 1), a: (1, 1), b: (2, 1)}
    assert compare(before, now) == Changed([b, d], [c])
    assert compare(now, now) == Changed([], [])
    assert compare({a: (1, 1)}, {a: (1, 2)}) == Changed([a], [])


def test_what_is_not_there_is_not_seen(tmp_path: Path) -> None:
    there = tmp_path / "var.txt"
    there.write_text("bir")
    look = look_at([there, tmp_path / "yok.txt"])
    assert list(look) == [there]
    assert look[there][1] == 3


def test_files_of_folders_are_found_once_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.txt", "alt/result.json", "alt/başka.json", ".gizli.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = find_files([tmp_path / "a.txt", tmp_path, tmp_path / "alt"])
    assert [file.name for file in found.known] == ["a.txt", "result.json", "b.pdf"]
    assert [file.name for file in found.others] == ["başka.json"]
