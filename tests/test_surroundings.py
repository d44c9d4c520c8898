import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Document, Passage
from embeddings.passages import split_passages
from embeddings.rows import Prepared
from embeddings.schema import BLOCK
from embeddings.store import Store
from embeddings.surroundings import ENOUGH, ENOUGH_OF_LIST, REACH, span_around

# Five paragraphs, each of one letter and long enough to be context alone.
PARAGRAPHS = [letter * ENOUGH for letter in "abcde"]
LIST = (
    f"{'a' * 130}\n\nBaşvuru için gerekenler şunlardır:\n\n"
    "- Son altı ay içinde çekilmiş bir fotoğraf.\n- Kimliğin iki yüzünün de okunur kopyası.\n"
    "- Öğrenci belgesinin onaylı bir örneği.\n- Yatırılan harcın dekontu, yalnız aslı.\n\n"
    f"{'z' * 130}"
)


def around(text: str, passage: Passage, near: list[Passage]) -> str:
    start, end = span_around(passage, near, text)
    return text[start:end]


def matches(pattern: str, text: str, *, lead_in: str = "") -> list[Passage]:
    return [Passage(*m.span(), m[0], lead_in=lead_in) for m in re.finditer(pattern, text)]


@pytest.mark.parametrize(
    ("number", "shown"), [(0, [0, 1]), (1, [0, 1, 2]), (2, [1, 2, 3]), (4, [3, 4])]
)
def test_the_paragraph_before_and_the_one_after_are_shown(number: int, shown: list[int]) -> None:
    text = "\n\n".join(PARAGRAPHS)
    near = matches(r"\w+", text)
    assert around(text, near[number], near) == "\n\n".join(PARAGRAPHS[n] for n in shown)
    assert around(text, near[number], near[::-1]) == "\n\n".join(PARAGRAPHS[n] for n in shown)


def test_a_passage_alone_is_shown_alone() -> None:
    text = f"{PARAGRAPHS[0]}\n"
    [alone] = matches(r"\w+", text)
    assert around(text, alone, []) == around(text, alone, [alone]) == PARAGRAPHS[0]


def test_what_is_short_is_followed_by_the_one_beyond_it() -> None:
    text = "uzak kısa kısa " + "b" * ENOUGH + " kısa " + "c" * ENOUGH + " uzak"
    near = matches(r"\w+", text)
    # 14 characters before are all there is; after, the first with 100 ends it.
    assert around(text, near[3], near) == text.removesuffix(" uzak")


def test_of_overlapping_passages_so_many_are_shown_as_add_enough() -> None:
    text = "".join(PARAGRAPHS)
    windows = [Passage(start, start + 200, "") for start in range(0, 301, 50)]
    assert span_around(windows[3], windows, text) == (50, 450)  # itself from 150 to 350
    assert span_around(windows[0], windows, text) == (0, 300)
    assert span_around(windows[5], windows, text) == (150, 500)  # after it there are only 50
    within = Passage(170, 180, "")
    assert span_around(windows[3], [*windows, within], text) == (50, 450)


def test_the_items_of_a_list_come_together_with_the_line_that_introduces_them() -> None:
    passages = split_passages(Document("", LIST, "", ""))
    lead_in = "Başvuru için gerekenler şunlardır:"
    assert [p.lead_in for p in passages] == ["", *[lead_in] * 4, ""]
    # Two items of 40 characters above the third are not enough, nor is the one below it.
    assert around(LIST, passages[3], passages) == LIST
    long = LIST.replace("fotoğraf.", f"fotoğraf{'f' * ENOUGH}.")
    passages = split_passages(Document("", long, "", ""))
    assert around(long, passages[3], passages) == long[long.index("Başvuru") :]
    assert around(long, passages[1], passages) == long[: long.index("\n\nz")]


def test_of_a_long_list_so_many_items_are_shown_as_make_a_long_paragraph() -> None:
    text = "Şunlar:\n" + "\n".join(f"- {number:03} {'b' * 92}." for number in range(100))
    near = matches(r"-.*", text, lead_in="Şunlar:")
    assert {len(p.text) for p in near} == {99}  # 100 with the end of the line
    assert ENOUGH_OF_LIST == 1000
    assert around(text, near[50], near) == "\n".join(p.text for p in near[40:61])
    assert around(text, near[2], near).startswith("Şunlar:\n- 000")


def test_items_of_two_lists_are_not_one_list() -> None:
    text = f"Bir:\n- {'b' * 120}\nİki:\n- {'c' * 120}\n- {'d' * 120}\n- {'e' * 120}"
    first = matches(r"- b+", text, lead_in="Bir:")
    second = matches(r"- [cde]+", text, lead_in="İki:")
    assert around(text, second[0], first + second) == text
    assert around(text, second[1], first + second) == text[text.index("İki") :]


spans = st.tuples(st.integers(0, 300), st.integers(1, 80))


@given(st.lists(spans, min_size=1, max_size=30), st.sampled_from(["", "Şunlar:"]))
def test_the_span_holds_the_passage_and_its_neighbours(
    drawn: list[tuple[int, int]], lead_in: str
) -> None:
    text = "Şunlar: " * 50
    near = [
        Passage(start, start + length, text[start : start + length], lead_in=lead_in)
        for start, length in drawn
    ]
    for passage in near:
        start, end = span_around(passage, near, text)
        assert 0 <= start <= passage.start < passage.end <= end <= len(text)
        before = [p.start for p in near if p.start < passage.start]
        after = [p.end for p in near if p.end > passage.end]
        assert start <= max(before, default=passage.start)
        assert end >= min(after, default=passage.end)
        assert passage.start - start >= ENOUGH or start <= min(before, default=passage.start)
        assert end - passage.end >= ENOUGH or end >= max(after, default=passage.end)


def test_surroundings_are_read_across_the_borders_of_blocks(tmp_path: Path) -> None:
    lines = [f"{number:04} {'é👍' * 97}\n" for number in range(1000)]  # of 200 characters
    text = "".join(lines)
    assert len(text) == 200 * 1000 > 3 * BLOCK
    passages = [Passage(n * 200, n * 200 + 199, line[:-1]) for n, line in enumerate(lines)]
    store = Store.in_folder(tmp_path)
    vectors = np.ones((1000, 2), np.float32)
    item = Prepared(Document("", text, "s", "h"), passages, vectors)
    [(id_, _)] = store.add("one", [item], "model")
    ids = [p.id for p in store.passages_of([id_])]
    for number in [0, 1, 326, 327, 328, 329, 655, 656, 999]:  # blocks end in 327, 655 and 983
        found = store.surroundings(ids[number], ["one"])
        assert found is not None
        start, end = found.quote
        assert found.text[start:end] == passages[number].text
        assert found.text == "".join(lines[max(0, number - 1) : number + 2])[:-1]
    store.close()


def test_neighbours_that_are_far_away_are_left_out(tmp_path: Path) -> None:
    text = f"önce{' ' * REACH}kendisi{' ' * (REACH - 5)}sonra"
    passages = [
        Passage(0, 4, "önce"),
        Passage(REACH + 4, REACH + 11, "kendisi"),
        Passage(len(text) - 5, len(text), "sonra"),
    ]
    store = Store.in_folder(tmp_path)
    vectors = np.ones((3, 2), np.float32)
    item = Prepared(Document("", text, "s", "h"), passages, vectors)
    [(id_, _)] = store.add("one", [item], "model")
    ids = [p.id for p in store.passages_of([id_])]
    found = store.surroundings(ids[1], ["one"])
    assert found == (text[REACH + 4 :], (0, 7))
    assert len(found.text) == 7 + REACH
    store.close()


def test_there_are_none_of_what_is_gone_changed_or_elsewhere(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    passages = [Passage(0, 3, "Bir"), Passage(4, 7, "iki")]
    vectors = np.ones((2, 2), np.float32)
    document = Document("", "Bir İki", "s", "h")
    [(id_, _)] = store.add("one", [Prepared(document, passages, vectors)], "model")
    first, changed = [p.id for p in store.passages_of([id_])]
    assert store.surroundings(first, ["two", "one"]) == ("Bir İki", (0, 3))
    assert store.surroundings(changed, ["one"]) is None
    assert store.surroundings(first, ["two"]) is None
    assert store.surroundings(first, []) is None
    for unknown in (0, -1, 99, 2**63, -(2**70)):
        assert store.surroundings(unknown, ["one"]) is None
    store.remove(id_, store.collections())
    assert store.surroundings(first, ["one"]) is None
    store.close()
