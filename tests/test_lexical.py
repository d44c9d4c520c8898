import math
from pathlib import Path

import pytest

from embeddings.analyzer import Terms, analyze
from embeddings.lexical import IndexedPassage, LexicalIndex, greatest_score


def passage(id_: int, text: str, document: int = 1, collection: str = "one") -> IndexedPassage:
    return IndexedPassage(id_, document, collection, analyze(text))


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "lexical", "database")
    passages = [
        passage(1, "kedi evde"),
        passage(2, "kedi kedi evde"),
        passage(3, "köpek bahçede", document=2),
        passage(4, "kedi bahçede", document=3, collection="two"),
    ]
    index.update([], passages, revision=7)
    return index


def ids(index: LexicalIndex, question: str, *collections: str) -> tuple[list[int], list[int]]:
    rankings = index.search(analyze(question), collections, 10)
    by_prefixes, by_grams = ([id_ for id_, _ in ranking] for ranking in rankings)
    return by_prefixes, by_grams


def test_more_of_a_term_ranks_higher(index: LexicalIndex) -> None:
    assert ids(index, "kedi", "one") == ([2, 1], [2, 1])


def test_grams_find_what_prefixes_miss(index: LexicalIndex) -> None:
    assert ids(index, "bahçeler", "one") == ([3], [3])
    assert ids(index, "ebahçe", "one") == ([], [3])


def test_another_collection_is_never_found(index: LexicalIndex) -> None:
    assert ids(index, "kedi bahçede", "two") == ([4], [4])
    assert ids(index, "kedi", "unknown") == ([], [])
    assert ids(index, "kedi") == ([], [])


def test_a_question_without_terms_finds_nothing(index: LexicalIndex) -> None:
    assert ids(index, "?!", "one") == ([], [])


def test_scores_are_bm25(index: LexicalIndex) -> None:
    # "köpek" stands in 1 of 4 passages, once, in one of 2 words; the mean is 9 words in 4.
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / (9 / 4)))
    [(_, score)], _ = index.search(analyze("köpek"), ["one"], 10)
    assert score == pytest.approx(expected, rel=1e-5)
    assert score < greatest_score({"kopek": idf}, ["kopek"]) == pytest.approx(2.2 * idf)


BOTH = ["one", "two"]


def test_the_passages_with_a_term_are_counted_in_the_collections_named(
    index: LexicalIndex,
) -> None:
    assert index.count("prefixes", "kedi", BOTH) == 3  # twice in one of them
    assert index.count("prefixes", "kopek", BOTH) == 1
    assert index.count("prefixes", "_kop", BOTH) == index.count("prefixes", "yok", BOTH) == 0
    assert index.count("grams", "_kop", BOTH) == 1
    assert index.count("grams", "bahc", BOTH) == 2
    assert index.count("prefixes", "kedi", ["nowhere"]) == 0


def test_a_rarer_term_weighs_more_and_an_unknown_one_most(index: LexicalIndex) -> None:
    weights = index.weigh(Terms(("kedi", "kopek", "yok"), ()))
    assert weights.prefixes == pytest.approx(
        {"kedi": math.log(1 + 1.5 / 3.5), "kopek": math.log(1 + 3.5 / 1.5), "yok": math.log(10)}
    )
    assert weights.grams == {}


def test_passages_left_aside_are_not_counted(index: LexicalIndex) -> None:
    terms = Terms(("kedi", "kopek", "yok"), ("kedi", "_kop"))
    # Of three passages, two have the cat; it is counted once however often it stands in one.
    weights = index.weigh(terms, [analyze("kedi kedi evde")])
    assert weights.prefixes == pytest.approx(
        {"kedi": math.log(1 + 1.5 / 2.5), "kopek": math.log(1 + 2.5 / 1.5), "yok": math.log(8)}
    )
    assert weights.grams == pytest.approx(
        {"kedi": math.log(1 + 1.5 / 2.5), "_kop": math.log(1 + 2.5 / 1.5)}
    )
    assert index.weigh(terms, [analyze("yok"), analyze("hiç")]).prefixes["kedi"] == pytest.approx(
        math.log(1 + 0.5 / 2.5)  # it cannot stand in more passages than are left
    )


def test_without_a_passage_words_weigh_as_if_it_had_never_been_there(
    tmp_path: Path, index: LexicalIndex
) -> None:
    fresh = LexicalIndex(tmp_path / "fresh", "database")
    others = [passage(1, "kedi evde"), passage(2, "kedi kedi evde")]
    fresh.update([], [*others, passage(4, "kedi bahçede")], revision=1)
    terms = analyze("kedi evde köpek bahçede zürafa")
    assert index.weigh(terms, [analyze("köpek bahçede")]) == fresh.weigh(terms)
    assert index.weigh(terms) != fresh.weigh(terms)


def test_a_change_removes_and_adds_and_is_the_same_twice(index: LexicalIndex) -> None:
    for _ in range(2):
        index.update([1, 2], [passage(5, "kedi yolda", document=2)], revision=8)
        assert ids(index, "kedi köpek", "one") == ([5], [5])
        assert index.revision == 8


def test_an_index_is_found_again_on_disk(tmp_path: Path, index: LexicalIndex) -> None:
    again = LexicalIndex(tmp_path / "lexical", "database")
    assert again.revision == 7
    assert ids(again, "kedi", "one") == ([2, 1], [2, 1])


def test_what_another_process_wrote_is_taken_up(tmp_path: Path, index: LexicalIndex) -> None:
    other = LexicalIndex(tmp_path / "lexical", "database")
    other.update([], [passage(9, "zürafa")], revision=8)
    assert ids(index, "zürafa", "one") == ([], [])
    index.reload()
    assert ids(index, "zürafa", "one") == ([9], [9])
    assert index.revision == 8


@pytest.mark.parametrize("name", ["alinti.json", "meta.json", "*.store", "*.idx", "*.fast"])
def test_a_damaged_index_begins_anew(tmp_path: Path, index: LexicalIndex, name: str) -> None:
    for file in (tmp_path / "lexical").glob(name):
        file.write_text("{", "utf-8")
    again = LexicalIndex(tmp_path / "lexical", "database")
    assert again.revision == 0
    assert ids(again, "kedi", "one") == ([], [])


def test_an_index_of_another_database_begins_anew(tmp_path: Path, index: LexicalIndex) -> None:
    other = LexicalIndex(tmp_path / "lexical", "another")
    assert other.revision == 0
    assert ids(other, "kedi", "one") == ([], [])


def test_what_a_crash_left_before_the_first_note_is_not_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = LexicalIndex(tmp_path / "lexical", "database")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("embeddings.lexical._write_state", crash)
        with pytest.raises(KeyboardInterrupt):
            index.update([], [passage(1, "kedi")], revision=1)
    again = LexicalIndex(tmp_path / "lexical", "database")
    assert again.revision == 0
    again.update([], [passage(1, "kedi")], revision=1)
    assert ids(again, "kedi", "one") == ([1], [1])


def test_an_index_that_starts_over_is_told_everything(tmp_path: Path, index: LexicalIndex) -> None:
    index.start_over()
    assert index.revision == LexicalIndex(tmp_path / "lexical", "database").revision == 0
    index.update([], [passage(9, "zürafa")], revision=1)
    assert ids(index, "kedi zürafa", "one") == ([9], [9])


def test_what_a_killed_process_left_behind_stands_in_nobodys_way(
    index: LexicalIndex, tmp_path: Path
) -> None:
    folder = tmp_path / "lexical"
    noted = {name: (folder / name).read_bytes() for name in ("meta.json", "alinti.json")}
    index.update([2], [], revision=8)
    for name, before in noted.items():  # as if it had been killed before it noted the change
        (folder / name).write_bytes(before)
    after = LexicalIndex(folder, "database")
    assert after.revision == 7
    after.update([2], [], revision=8)
    assert ids(after, "köpek", "one") == ([], [])
    assert ids(after, "kedi", "one") == ([2, 1], [2, 1])
