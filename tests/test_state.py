"""What the bot remembers, what it forgets, and that nothing of that is left in its file."""

import asyncio
import datetime as dt
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.chats import KEPT_DAYS, ChatSettings
from bot.state import CARD_DAYS, FILE, RECORD_DAYS, Card, State, Stats, Traces
from embeddings.datatypes import QuoteReference
from embeddings.errors import StoreError
from tests.fake_telegram import FakeTelegram
from tests.serving import serving

AYSE, CAN = 4101, 4102
GROUP, OTHER, SUPERGROUP = -5101, -5102, -1005101
SECRET = "Gizli toplantı ne zaman?"
FIRST, SECOND = QuoteReference(61, (0, 9), 2), QuoteReference(62, (3, 7))


def ask(
    state: State,
    chat_id: int = GROUP,
    message_id: int | None = 1,
    asker_id: int | None = AYSE,
    *,
    text: str = SECRET,
    is_answered: bool = True,
) -> Card:
    return state.open_card(
        chat_id,
        message_id,
        asker_id,
        language="tr",
        is_answered=is_answered,
        quotes=[FIRST, SECOND],
        text=text,
    )


def rows(folder: Path) -> list[tuple[Any, ...]]:
    """All there is, of all tables."""
    with closing(sqlite3.connect(folder / "state.db")) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [row for (table,) in tables for row in database.execute(f"SELECT * FROM {table}")]


def holds(folder: Path, value: object) -> bool:
    """Whether a value stands in any row, alone or in a text."""
    return any(str(value) in str(cell) for row in rows(folder) for cell in row)


def in_files(folder: Path, text: str) -> bool:
    """Whether a text stands anywhere in the files, freed space and log included."""
    return any(text.encode() in file.read_bytes() for file in folder.glob("state.db*"))


def in_days(days: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=days)


# ---- settings of chats


def test_a_chat_that_chose_nothing_speaks_each_readers_language_and_keeps_no_text(
    state: State,
) -> None:
    assert state.settings_of(GROUP) == ChatSettings(language=None, keeps_text=False)


def test_what_a_chat_chose_is_kept_and_is_nobody_elses(state: State) -> None:
    state.change_settings(GROUP, language="tr")
    state.change_settings(GROUP, keeps_text=True)
    assert state.settings_of(GROUP) == ChatSettings("tr", keeps_text=True)
    assert state.settings_of(OTHER) == ChatSettings()
    state.change_settings(GROUP, language=None)
    assert state.settings_of(GROUP) == ChatSettings(None, keeps_text=True)


def test_two_admins_choose_at_once_and_both_are_heard(tmp_path: Path) -> None:
    with (
        closing(State.in_folder(tmp_path)) as one,
        closing(State.in_folder(tmp_path)) as other,
        ThreadPoolExecutor(8) as threads,
    ):
        chats = range(-40, 0)
        list(threads.map(lambda chat: one.change_settings(chat, language="en"), chats))
        done = [
            threads.submit(change)
            for chat in chats
            for change in (
                lambda chat=chat: one.change_settings(chat, language="tr"),
                lambda chat=chat: other.change_settings(chat, keeps_text=True),
            )
        ]
        for future in done:
            future.result()
        assert {other.settings_of(chat) for chat in chats} == {ChatSettings("tr", True)}


def test_two_processes_open_a_new_folder_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        states = list(threads.map(State.in_folder, [tmp_path / "new"] * 4))
    for number, state in enumerate(states):
        ask(state, message_id=number)
    assert states[0].stats(GROUP).questions == 4
    for state in states:
        state.close()


def test_a_chat_is_greeted_once_by_whoever_comes_first(tmp_path: Path) -> None:
    with (
        closing(State.in_folder(tmp_path)) as one,
        closing(State.in_folder(tmp_path)) as other,
        ThreadPoolExecutor(8) as threads,
    ):
        greeted = threads.map(lambda state: state.note_greeted(GROUP), [one, other] * 8)
        assert sorted(greeted) == [False] * 15 + [True]


def test_a_chat_is_greeted_again_after_the_bot_was_away_and_its_settings_hold(
    state: State,
) -> None:
    state.change_settings(GROUP, language="en")
    assert state.note_greeted(GROUP)
    state.note_left(GROUP)
    assert state.note_greeted(GROUP)
    assert not state.note_greeted(GROUP)
    assert state.settings_of(GROUP).language == "en"


def test_leaving_a_chat_is_noted_until_it_is_seen_again(state: State) -> None:
    assert not state.has_left(GROUP)
    state.note_left(GROUP)
    assert state.has_left(GROUP)
    state.note_chat(GROUP, "Grup", "group")
    assert not state.has_left(GROUP)


def test_a_person_who_only_asks_is_not_noted(state: State, tmp_path: Path) -> None:
    state.note_chat(AYSE, "Ayşe", "private")
    assert not holds(tmp_path, AYSE)
    state.note_left(AYSE)
    state.note_chat(AYSE, "Ayşe", "private")
    assert not state.has_left(AYSE)
    assert not holds(tmp_path, "Ayşe")


def test_a_chat_is_to_be_erased_when_it_was_left_long_ago(state: State, tmp_path: Path) -> None:
    state.note_left(GROUP, in_days(-KEPT_DAYS - 0.1))
    state.note_left(OTHER, in_days(-KEPT_DAYS + 0.1))
    state.note_left(AYSE, in_days(-KEPT_DAYS - 0.1))
    state.note_chat(AYSE, "", "private")
    assert state.left_before() == [GROUP]
    assert sorted(state.left_before(in_days(1))) == [OTHER, GROUP]
    for chat in (GROUP, AYSE):
        state.forget_left(chat)
    assert not holds(tmp_path, GROUP)
    assert holds(tmp_path, AYSE)


def test_the_channels_are_listed_by_title_without_those_that_were_left(state: State) -> None:
    for chat, title in ((-3, "Beta"), (-4, "Alfa"), (-5, "Gama")):
        state.note_chat(chat, title, "channel")
    state.note_chat(GROUP, "Grup", "group")
    state.note_chat(-3, "Delta", "channel")
    state.note_left(-5)
    assert state.channels() == [(-4, "Alfa"), (-3, "Delta")]


# ---- collections that chats join


def test_what_a_chat_joined_it_has_until_it_leaves(state: State) -> None:
    for name in ("shared:B", "shared:A", "shared:A"):
        state.join(GROUP, name)
    state.join(OTHER, "shared:A")
    assert state.joined(GROUP) == ["shared:A", "shared:B"]
    assert state.joined_by() == {"shared:A": [OTHER, GROUP], "shared:B": [GROUP]}
    state.leave(GROUP, "shared:A")
    state.note_left(OTHER)
    assert state.joined(GROUP) == ["shared:B"]
    assert state.joined_by() == {"shared:B": [GROUP]}


def test_a_collection_is_renamed_with_all_who_use_it(state: State) -> None:
    state.add_collection("shared:A")
    for chat, name in ((GROUP, "shared:A"), (OTHER, "shared:A"), (OTHER, "shared:B")):
        state.join(chat, name)
    state.set_target(AYSE, "shared:A")
    for _ in range(2):
        state.rename_collection("shared:A", "shared:B")
    assert state.collections() == ["shared:B"]
    assert state.joined_by() == {"shared:B": [OTHER, GROUP]}
    assert state.target_of(AYSE) == "shared:B"


def test_nobody_has_joined_a_collection_that_is_removed(state: State, tmp_path: Path) -> None:
    state.add_collection("shared:Gizli")
    state.join(GROUP, "shared:Gizli")
    state.set_target(AYSE, "shared:Gizli")
    state.remove_collection("shared:Gizli")
    assert (state.collections(), state.joined_by()) == ([], {})
    assert state.target_of(AYSE) is None
    assert not in_files(tmp_path, "shared:Gizli")


# ---- all of a chat


def test_of_an_erased_chat_only_which_one_it_is_and_who_let_the_bot_in_stays(
    state: State, tmp_path: Path
) -> None:
    for chat in (GROUP, AYSE):
        state.change_settings(chat, language="tr", keeps_text=True)
        state.join(chat, "shared:A")
        state.set_target(chat, "shared:A")
        card = ask(state, chat)
        state.vote(card.id, 61, CAN, 1)
    state.note_chat(GROUP, "Grup", "group")
    state.admit(GROUP, CAN, instead_of=None)
    state.join(OTHER, f"chat:{GROUP}")
    other = ask(state, OTHER, asker_id=CAN, text="Başka")
    state.erase_chat(GROUP, f"chat:{GROUP}")
    state.erase_chat(AYSE, f"chat:{AYSE}")
    assert not holds(tmp_path, AYSE)
    assert not in_files(tmp_path, SECRET)
    assert [row for row in rows(tmp_path) if GROUP in row] == [
        (GROUP, None, 0, 0, "Grup", "group", None, CAN, None)
    ]
    assert not state.joined_by()
    assert state.card(other.id) == other
    assert state.stats(GROUP) == Stats(0, 0, 0, 0, ())


def test_a_person_who_blocked_the_bot_and_is_forgotten_is_still_to_be_erased(
    state: State,
) -> None:
    state.join(AYSE, "shared:A")
    state.note_left(AYSE)
    state.forget_person(AYSE)
    assert state.has_left(AYSE)
    assert not state.joined(AYSE)


# ---- an older version


def test_a_file_of_version_0_1_opens_and_has_what_it_held(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as database, database:
        database.executescript(
            """
            CREATE TABLE chats (
                id BIGINT NOT NULL, language TEXT, keeps_text BOOLEAN NOT NULL,
                is_greeted BOOLEAN NOT NULL, PRIMARY KEY (id)
            );
            CREATE TABLE votes (
                question_id INTEGER NOT NULL, passage_id INTEGER NOT NULL,
                voter_id BIGINT NOT NULL, value INTEGER NOT NULL,
                PRIMARY KEY (question_id, passage_id, voter_id)
            );
            INSERT INTO chats VALUES (-5101, 'en', 1, 1);
            """
        )
    for _ in range(2):
        with closing(State.in_folder(tmp_path)) as state:
            assert state.settings_of(GROUP) == ChatSettings("en", keeps_text=True)
            assert not state.note_greeted(GROUP)
            assert not state.has_left(GROUP)
            assert state.admitted_by(GROUP) is None
            state.join(GROUP, "shared:A")
            assert ask(state, message_id=None)


# ---- a group becomes a supergroup


def test_all_that_is_kept_of_a_group_moves_along(state: State, tmp_path: Path) -> None:
    state.change_settings(GROUP, language="tr", keeps_text=True)
    state.note_greeted(GROUP)
    card = ask(state, is_answered=False)
    state.note_reply(card.id, 2)
    state.vote(card.id, 61, CAN, 1)
    state.note_chat(GROUP, "Grup", "group")
    state.admit(GROUP, CAN, instead_of=None)
    state.join(GROUP, "shared:A")
    state.set_target(GROUP, "shared:A")
    state.move_chat(GROUP, SUPERGROUP)
    assert state.joined_by() == {"shared:A": [SUPERGROUP]}
    assert state.target_of(SUPERGROUP) == "shared:A"
    assert state.admitted_by(SUPERGROUP) == CAN
    assert state.settings_of(SUPERGROUP) == ChatSettings("tr", keeps_text=True)
    assert not state.note_greeted(SUPERGROUP)
    assert state.stats(SUPERGROUP) == Stats(1, 0, 1, 0, (SECRET,))
    moved = state.card(card.id)
    assert moved
    assert (moved.chat_id, moved.message_id, moved.reply_id) == (SUPERGROUP, None, None)
    assert not any(GROUP in row for row in rows(tmp_path))


def test_moving_twice_changes_nothing(state: State, tmp_path: Path) -> None:
    state.change_settings(GROUP, language="tr", keeps_text=True)
    ask(state)
    state.move_chat(GROUP, SUPERGROUP)
    before = rows(tmp_path)
    state.note_left(GROUP)  # Telegram may tell of that in between
    state.move_chat(GROUP, SUPERGROUP)
    assert rows(tmp_path) == before


def test_a_chat_with_rows_of_its_own_takes_in_those_of_the_group(state: State) -> None:
    state.change_settings(GROUP, language="tr", keeps_text=True)
    ask(state, message_id=1)
    ask(state, message_id=2)
    state.note_greeted(SUPERGROUP)
    card = ask(state, SUPERGROUP, 1)
    state.move_chat(GROUP, SUPERGROUP)
    assert state.settings_of(SUPERGROUP) == ChatSettings("tr", keeps_text=True)
    assert not state.note_greeted(SUPERGROUP)
    assert state.stats(SUPERGROUP).questions == 3
    assert state.card_of(SUPERGROUP, 1) == card


def test_what_the_new_chat_has_chosen_itself_holds(state: State) -> None:
    state.change_settings(GROUP, language="tr")
    state.change_settings(SUPERGROUP, language="en")
    state.move_chat(GROUP, SUPERGROUP)
    assert state.settings_of(SUPERGROUP).language == "en"


# ---- cards


def test_a_card_is_found_by_its_id_and_by_its_question(state: State) -> None:
    card = ask(state)
    assert card == Card(card.id, GROUP, 1, None, AYSE, "tr", True, (FIRST, SECOND))
    assert state.card(card.id) == card
    assert state.card_of(GROUP, 1) == card
    assert state.card_of(GROUP, 2) is None
    assert state.card_of(OTHER, 1) is None
    assert state.card(card.id + 1) is None


def test_a_card_outlives_the_process(tmp_path: Path) -> None:
    with closing(State.in_folder(tmp_path)) as state:
        card = ask(state)
    with closing(State.in_folder(tmp_path)) as state:
        assert state.card(card.id) == card


def test_a_card_knows_the_message_that_shows_it(state: State) -> None:
    card = ask(state)
    state.note_reply(card.id, 17)
    found = state.card(card.id)
    assert found
    assert found.reply_id == 17


def test_an_edited_question_keeps_its_card_and_its_reply(state: State) -> None:
    card = ask(state)
    state.note_reply(card.id, 17)
    again = state.open_card(
        GROUP, 1, AYSE, language="en", is_answered=False, quotes=[SECOND], text="x"
    )
    assert again == Card(card.id, GROUP, 1, 17, AYSE, "en", False, (SECOND,))
    assert state.card(card.id) == again
    assert state.stats(GROUP).questions == 1


def test_inline_questions_have_no_message_and_a_card_each(state: State) -> None:
    cards = [ask(state, AYSE, None) for _ in range(2)]
    assert cards[0].id != cards[1].id
    assert cards[0].message_id is None


def test_an_old_button_finds_no_new_card(state: State) -> None:
    old = ask(state, AYSE)
    state.forget_person(AYSE)
    assert ask(state, AYSE).id > old.id


# ---- the text of questions


def test_without_leave_the_text_of_a_question_is_nowhere(state: State, tmp_path: Path) -> None:
    card = ask(state, is_answered=False)
    state.note_reply(card.id, 2)
    state.vote(card.id, 61, CAN, -1)
    assert not holds(tmp_path, "Gizli")
    assert not in_files(tmp_path, SECRET)
    assert state.stats(GROUP).unanswered == ()


def test_where_a_chat_keeps_texts_its_own_are_kept_and_no_others(
    state: State, tmp_path: Path
) -> None:
    state.change_settings(GROUP, keeps_text=True)
    ask(state, OTHER, is_answered=False)
    assert not holds(tmp_path, "Gizli")
    ask(state, GROUP, is_answered=False)
    assert state.stats(GROUP).unanswered == (SECRET,)
    assert in_files(tmp_path, SECRET)


def test_to_stop_keeping_erases_what_is_kept_from_the_file_too(
    state: State, tmp_path: Path
) -> None:
    for chat in (GROUP, OTHER):
        state.change_settings(chat, keeps_text=True)
        ask(state, chat, text=f"{SECRET} {chat}", is_answered=False)
    state.change_settings(GROUP, keeps_text=False)
    assert state.stats(GROUP) == Stats(1, 0, 0, 0, ())
    assert not in_files(tmp_path, f"{SECRET} {GROUP}")
    assert state.stats(OTHER).unanswered == (f"{SECRET} {OTHER}",)
    ask(state, GROUP, 2)
    assert not in_files(tmp_path, f"{SECRET} {GROUP}")


def test_another_language_erases_no_text(state: State) -> None:
    state.change_settings(GROUP, keeps_text=True)
    ask(state, is_answered=False)
    state.change_settings(GROUP, language="en")
    assert state.stats(GROUP).unanswered == (SECRET,)


# ---- votes and statistics


def test_the_same_vote_twice_takes_it_back_and_the_other_replaces_it(state: State) -> None:
    card = ask(state)
    assert state.vote(card.id, 61, AYSE, 1) == 1
    assert state.vote(card.id, 61, AYSE, 1) == 0
    assert state.vote(card.id, 61, AYSE, 1) == 1
    assert state.vote(card.id, 61, AYSE, -1) == -1
    assert state.stats(GROUP) == Stats(1, 1, 0, 1, ())


def test_each_person_has_a_vote_on_each_quote(state: State) -> None:
    card = ask(state)
    for passage in (61, 62):
        for person in (AYSE, CAN):
            state.vote(card.id, passage, person, 1)
    assert state.stats(GROUP).up == 4


def test_a_vote_on_a_card_that_was_erased_meanwhile_is_none(state: State) -> None:
    assert state.vote(7, 61, AYSE, 1) == 0


def test_votes_of_a_crowd_at_once_are_all_counted(tmp_path: Path) -> None:
    with (
        closing(State.in_folder(tmp_path)) as one,
        closing(State.in_folder(tmp_path)) as other,
        ThreadPoolExecutor(8) as threads,
    ):
        card = ask(one)
        votes = threads.map(
            lambda voter: (one, other)[voter % 2].vote(card.id, 61, voter, 1), range(40)
        )
        assert list(votes) == [1] * 40
        assert one.stats(GROUP).up == 40


def test_a_chat_without_questions_has_nothing_to_sum_up(state: State) -> None:
    assert state.stats(GROUP) == Stats(0, 0, 0, 0, ())


def test_statistics_are_of_one_chat(state: State) -> None:
    for number in range(4):
        ask(state, message_id=number, is_answered=number > 0)
    card = ask(state, OTHER)
    state.vote(card.id, 61, AYSE, 1)
    assert state.stats(GROUP) == Stats(4, 3, 0, 0, ())
    assert state.stats(OTHER) == Stats(1, 1, 1, 0, ())


def test_the_last_ten_open_questions_are_listed_newest_first_each_once(state: State) -> None:
    state.change_settings(GROUP, keeps_text=True)
    for number in range(12):
        ask(state, message_id=number, text=f"Soru {number}", is_answered=False)
    ask(state, message_id=12, text="Soru 3", is_answered=False)
    ask(state, message_id=13, text="Yanıtlandı", is_answered=True)
    newest = [3, 11, 10, 9, 8, 7, 6, 5, 4, 2]
    assert state.stats(GROUP).unanswered == tuple(f"Soru {number}" for number in newest)


# ---- to be forgotten


@pytest.fixture
def remembered(state: State) -> State:
    """Ayşe has asked in a group, in private and inline; she and Can have voted."""
    for chat in (GROUP, AYSE):
        state.change_settings(chat, language="tr", keeps_text=True)
    in_group = ask(state, GROUP, 1, AYSE, is_answered=False)
    state.note_reply(in_group.id, 909)
    in_private = ask(state, AYSE, 2, AYSE)
    ask(state, AYSE, None, AYSE)
    cans = ask(state, GROUP, 3, CAN, text="Can sordu", is_answered=False)
    state.vote(in_group.id, 61, CAN, 1)
    state.vote(in_private.id, 61, AYSE, 1)
    state.vote(cans.id, 61, AYSE, -1)
    return state


def test_of_a_forgotten_person_no_trace_is_left(remembered: State, tmp_path: Path) -> None:
    assert holds(tmp_path, AYSE)
    assert holds(tmp_path, "Gizli")
    assert remembered.traces_of(AYSE) == Traces(questions=3, votes=2)
    assert remembered.forget_person(AYSE) == Traces(questions=3, votes=2)
    assert not holds(tmp_path, AYSE)
    assert not holds(tmp_path, "Gizli")
    assert not holds(tmp_path, 909)  # the number of the answer to her
    assert not in_files(tmp_path, SECRET)
    assert remembered.traces_of(AYSE) == Traces(0, 0)
    assert remembered.settings_of(AYSE) == ChatSettings()


def test_what_a_forgotten_person_asked_in_a_group_counts_on(remembered: State) -> None:
    remembered.forget_person(AYSE)
    assert remembered.stats(GROUP) == Stats(2, 0, 1, 0, ("Can sordu",))
    assert remembered.card_of(GROUP, 1) is None
    assert remembered.card_of(GROUP, 3)
    assert remembered.traces_of(CAN) == Traces(questions=1, votes=1)
    assert remembered.settings_of(GROUP) == ChatSettings("tr", keeps_text=True)


def test_a_reply_that_was_on_its_way_leaves_no_trace(state: State, tmp_path: Path) -> None:
    card = ask(state)
    state.forget_person(AYSE)
    state.note_reply(card.id, 909)
    assert not holds(tmp_path, 909)


def test_who_left_no_trace_is_forgotten_too(state: State) -> None:
    assert state.forget_person(AYSE) == Traces(0, 0)


# ---- what is too old


def test_buttons_work_for_a_month_and_the_question_counts_for_a_year(
    state: State, tmp_path: Path
) -> None:
    state.change_settings(GROUP, keeps_text=True)
    card = ask(state, is_answered=False)
    state.note_reply(card.id, 909)
    state.vote(card.id, 61, CAN, 1)
    state.prune(in_days(CARD_DAYS - 1))
    assert state.card(card.id)
    state.prune(in_days(CARD_DAYS + 1))
    assert state.card(card.id) is None
    assert state.card_of(GROUP, 1) is None
    assert not holds(tmp_path, 909)
    assert state.stats(GROUP) == Stats(1, 0, 1, 0, (SECRET,))
    state.prune(in_days(RECORD_DAYS - 1))
    assert state.stats(GROUP) == Stats(1, 0, 1, 0, (SECRET,))
    state.prune(in_days(RECORD_DAYS + 1))
    assert state.stats(GROUP) == Stats(0, 0, 0, 0, ())
    assert not holds(tmp_path, CAN)  # the votes go with the question
    assert not in_files(tmp_path, SECRET)
    assert state.settings_of(GROUP).keeps_text


def test_pruning_at_present_erases_nothing_new(state: State) -> None:
    card = ask(state)
    state.prune()
    assert state.card(card.id) == card


async def test_what_is_too_old_is_erased_while_the_bot_serves(
    tg: FakeTelegram, state: State, tmp_path: Path
) -> None:
    card = ask(state)
    new = ask(state, message_id=2)
    with closing(sqlite3.connect(tmp_path / "state.db")) as database, database:
        database.execute("UPDATE questions SET asked_at = '2020' WHERE id = ?", (card.id,))
    async with serving(tg, tmp_path):
        while state.card(card.id):  # noqa: ASYNC110 # nothing tells of it
            await asyncio.sleep(0.05)
    assert state.card(new.id) == new


def test_time_zones_do_not_matter_for_age(state: State) -> None:
    card = ask(state)
    far_east = dt.timezone(dt.timedelta(hours=14))
    state.prune(in_days(CARD_DAYS - 0.1).astimezone(far_east))
    assert state.card(card.id)


# ---- trouble


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="the data folder cannot be made"):
        State.in_folder(tmp_path / "file")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"something else" * 100)
    with pytest.raises(StoreError, match=r"state\.db: the bot's memory cannot be read or written"):
        State.in_folder(tmp_path)


def test_what_must_not_come_back_outlives_a_power_cut(state: State, tmp_path: Path) -> None:
    """It is in the file itself, and not only in the log that waits to be written to the disk."""

    def log_bytes() -> int:
        return (tmp_path / f"{FILE}-wal").stat().st_size

    state.join(GROUP, "shared:a")
    assert log_bytes()
    state.note_forgotten(GROUP, 5)
    assert log_bytes() == 0
    state.leave(GROUP, "shared:a")
    assert log_bytes() == 0
    state.rename_collection("shared:a", "shared:b")
    assert log_bytes() == 0
    state.move_chat(GROUP, OTHER)
    assert log_bytes() == 0
