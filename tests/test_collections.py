"""/collections: what a chat searches, who decides that, and the collections of the operator."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.sharing import MAX_NAME, read_name
from bot.localization import say
from bot.rights import collection_of
from bot.state import State
from embeddings.datatypes import SHARED
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.fake_telegram.people import ANONYMOUS
from tests.serving import serving
from tests.shelf import QUESTION, Shelf, ask

LAW, FOOD = "shared:Mevzuat", "shared:Yemek Tarifleri"


@pytest.fixture
def library(library: Shelf) -> Shelf:
    """With one document, in the operator's collection."""
    library.put(LAW, "kanun")
    return library


@pytest.fixture
def boss(tg: FakeTelegram) -> User:
    """The operator."""
    return tg.user("Zeynep", lang="tr")


@pytest.fixture
def office(tg: FakeTelegram, boss: User) -> Chat:
    """The operator's private chat."""
    return tg.private(boss)


@pytest.fixture(autouse=True)
async def bot(
    tg: FakeTelegram, library: Shelf, tmp_path: Path, boss: User, state: State, mode: str
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path, lambda: library, mode, operators=frozenset({boss.id})):
        yield
    assert not [call for call in tg.calls if call.error]
    assert not tg.violations


async def listed(chat: Chat, person: User, order: str = "", **extra: Any) -> Msg:
    """What the bot replies to /collections."""
    await chat.send(person, f"/collections {order}".strip(), **extra)
    return await chat.next_bot_message()


# ---- what a chat searches


async def test_an_admin_sees_what_is_searched_and_what_could_be(
    group: Chat, ayse: User, library: Shelf
) -> None:
    library.put(collection_of(group.id), "grup")
    library.put(SHARED, "ortak")
    library.put(FOOD, "mutfak")
    shown = await listed(group, ayse)
    assert shown.text == "\n\n".join(
        [
            say("tr", "telegram-collections-searched"),
            "• Bu sohbetin belgeleri: 1 belge\n• Herkesin belgeleri: 1 belge",
            say("tr", "telegram-collections-how"),
        ]
    )
    assert shown.buttons == ["Mevzuat (1)", "Yemek Tarifleri (1)"]


async def test_a_member_sees_what_is_searched_without_buttons(
    group: Chat, can: User, state: State
) -> None:
    state.join(group.id, LAW)
    shown = await listed(group, can)
    assert shown.text.splitlines()[-1] == "• Mevzuat: 1 document"
    assert not shown.buttons


async def test_an_admin_joins_a_collection_and_leaves_it(
    group: Chat, ayse: User, state: State
) -> None:
    assert (await ask(group, ayse)).text == say("tr", "telegram-no-documents-group")
    shown = await listed(group, ayse)
    answer = await shown.press("Mevzuat (1)", ayse)
    assert answer["text"] == say("tr", "telegram-collections-joined")
    await shown.next_edit()
    assert shown.buttons == ["✓ Mevzuat (1)"]
    assert "• Mevzuat: 1 belge" in shown.text
    assert "kanun" in (await ask(group, ayse)).text
    assert (await shown.press("✓ Mevzuat (1)", ayse))["text"] == say(
        "tr", "telegram-collections-left"
    )
    await shown.next_edit()
    assert shown.buttons == ["Mevzuat (1)"]
    assert (await ask(group, ayse)).text == say("tr", "telegram-no-documents-group")
    assert state.joined(group.id) == []


async def test_a_left_collection_is_gone_from_old_answers_at_once(
    group: Chat, ayse: User, state: State
) -> None:
    state.join(group.id, LAW)
    card = await ask(group, ayse)
    assert "kanun" in card.text
    shown = await listed(group, ayse)
    await shown.press("✓ Mevzuat (1)", ayse)
    for label in ("⤢ Bağlam", "👍"):
        answer = await card.press(label, ayse)
        assert answer["text"] == say("tr", "telegram-card-gone")
    assert not state.stats(group.id).up


async def test_who_does_not_decide_cannot_press(
    group: Chat, ayse: User, can: User, state: State
) -> None:
    shown = await listed(group, ayse)
    answer = await shown.press("Mevzuat (1)", can)
    assert answer["text"] == say("en", "telegram-collections-admins-only")
    assert answer["show_alert"]
    assert not state.joined(group.id)


async def test_an_anonymous_admin_sees_the_buttons(tg: FakeTelegram, group: Chat) -> None:
    nobody = tg.user("Group")
    shown = await listed(group, nobody, sender_chat=group.raw, **ANONYMOUS)
    assert shown.buttons == ["Mevzuat (1)"]


async def test_everybody_decides_for_their_private_chat(
    chat: Chat, ayse: User, can: User, tg: FakeTelegram, state: State
) -> None:
    shown = await listed(chat, ayse)
    await shown.press("Mevzuat (1)")
    await shown.next_edit()
    assert state.joined(ayse.id) == [LAW]
    assert "kanun" in (await ask(chat, ayse)).text
    assert "kanun" in str((await tg.inline(ayse, QUESTION))[0].content)
    assert not await tg.inline(can, QUESTION)
    assert not [b for b in shown.buttons if b.startswith("📥")]


async def test_inline_a_member_reads_what_their_group_has_joined(
    tg: FakeTelegram, group: Chat, can: User, state: State
) -> None:
    assert await tg.inline(can, QUESTION) == []
    state.join(group.id, LAW)
    assert "kanun" in str((await tg.inline(can, QUESTION))[0].content)


async def test_a_button_that_is_not_there_changes_nothing(
    group: Chat, ayse: User, state: State
) -> None:
    shown = await listed(group, ayse)
    (row,) = shown.keyboard
    for data in ("c:j:1", "c:q:5", "c:", "c:x:(", row[0]["callback_data"] + "0"):
        answer = await shown.claim(data, ayse)
        assert answer["text"] == say("tr", "telegram-collections-old")
    assert not state.joined(group.id)


# ---- archives of channels


@pytest.fixture
async def channel(tg: FakeTelegram, ayse: User, can: User, state: State, library: Shelf) -> Chat:
    """Ayşe's; Can is a subscriber."""
    channel = tg.channel("Duyurular", [ayse, can])
    state.note_chat(channel.id, "Duyurular", "channel")
    library.put(collection_of(channel.id), "kanal")
    return channel


async def test_who_is_admin_in_both_lets_a_group_join_the_archive_of_a_channel(
    group: Chat, ayse: User, channel: Chat, can: User
) -> None:
    shown = await listed(group, ayse)
    assert shown.buttons == ["Mevzuat (1)", "Duyurular (1)"]
    await shown.press("Duyurular (1)", ayse)
    await shown.next_edit()
    assert "kanal" in (await ask(group, can)).text
    seen = await listed(group, can)
    assert "• Duyurular: 1 document" in seen.text


async def test_who_is_admin_in_one_only_cannot_let_them_meet(
    tg: FakeTelegram, group: Chat, ayse: User, can: User, channel: Chat, state: State
) -> None:
    group.admins.append(can)  # who only reads the channel
    shown = await listed(group, can)
    assert shown.buttons == ["Mevzuat (1)"]
    offered = await listed(group, ayse)
    answer = await offered.press("Duyurular (1)", can)
    assert answer["text"] == say("en", "telegram-collections-gone")
    assert not state.joined(group.id)
    theirs = tg.group("Başka", [can, ayse])  # in which Ayşe decides nothing
    assert not (await listed(theirs, ayse)).buttons


async def test_any_admin_of_the_group_lets_it_leave_the_archive(
    group: Chat, can: User, channel: Chat, state: State
) -> None:
    group.admins.append(can)
    state.join(group.id, collection_of(channel.id))
    shown = await listed(group, can)
    await shown.press("✓ Duyurular (1)", can)
    await shown.next_edit()
    assert not state.joined(group.id)


async def test_when_the_bot_leaves_the_channel_its_archive_is_searched_nowhere(
    tg: FakeTelegram, group: Chat, ayse: User, channel: Chat, state: State
) -> None:
    state.join(group.id, collection_of(channel.id))
    await channel.set_bot("left")
    await tg.until(lambda: state.has_left(channel.id), "note")
    assert (await ask(group, ayse)).text == say("tr", "telegram-no-documents-group")
    assert await tg.inline(ayse, QUESTION) == []
    assert (await listed(group, ayse)).buttons == ["Mevzuat (1)"]


# ---- what the operator does


async def test_the_operator_makes_a_collection_and_sends_files_there(
    office: Chat, boss: User, state: State
) -> None:
    made = await listed(office, boss, "yeni  Şube   Tüzükleri ")
    assert made.text == say("tr", "telegram-collections-made", name="Şube Tüzükleri")
    shown = await listed(office, boss)
    assert shown.buttons == [
        "Mevzuat (1)",
        "Şube Tüzükleri (0)",
        "📥 ✓ Bu sohbetin belgeleri",
        "📥 Herkesin belgeleri",
        "📥 Mevzuat",
        "📥 Şube Tüzükleri",
    ]
    answer = await shown.press("📥 Şube Tüzükleri")
    assert answer["text"] == say("tr", "telegram-collections-target-chosen")
    await shown.next_edit()
    assert "📥 ✓ Şube Tüzükleri" in shown.buttons
    assert state.target_of(boss.id) == "shared:Şube Tüzükleri"
    assert "✓ Şube Tüzükleri (0)" in shown.buttons  # and what is sent there can be asked here
    await shown.press("📥 Bu sohbetin belgeleri")
    await shown.next_edit()
    assert state.target_of(boss.id) is None
    assert state.joined(boss.id) == ["shared:Şube Tüzükleri"]


@pytest.mark.parametrize("word", ["new", "yeni", "NEW"])
async def test_the_words_of_all_languages_work(
    office: Chat, boss: User, state: State, word: str
) -> None:
    await listed(office, boss, f"{word} Arşiv")
    assert state.collections() == ["shared:Arşiv"]


@pytest.mark.parametrize("order", ["yeni", "yeni a=b", "yeni " + "a" * 41, "adlandır Mevzuat ="])
async def test_what_is_no_name_is_explained(
    office: Chat, boss: User, state: State, order: str
) -> None:
    said = (await listed(office, boss, order)).text
    assert said == say("tr", "telegram-collections-bad-name", max=MAX_NAME)
    assert not state.collections()


async def test_a_name_is_taken_however_it_is_capitalised(office: Chat, boss: User) -> None:
    said = (await listed(office, boss, "yeni MEVZUAT")).text
    assert said == say("tr", "telegram-collections-taken", name="MEVZUAT")


async def test_a_renamed_collection_is_searched_by_who_had_joined_it(
    tg: FakeTelegram, office: Chat, boss: User, group: Chat, ayse: User, state: State
) -> None:
    state.join(group.id, LAW)
    state.set_target(boss.id, LAW)
    said = (await listed(office, boss, "adlandır mevzuat = Yasalar")).text
    assert said == say("tr", "telegram-collections-renamed", name="Yasalar")
    assert "kanun" in (await ask(group, ayse)).text
    assert state.joined(group.id) == ["shared:Yasalar"]
    assert state.target_of(boss.id) == "shared:Yasalar"
    assert (await listed(group, ayse)).buttons == ["✓ Yasalar (1)"]


async def test_a_collection_is_not_renamed_into_another_one(
    office: Chat, boss: User, library: Shelf
) -> None:
    library.put(FOOD, "mutfak")
    said = (await listed(office, boss, "rename Mevzuat = yemek tarifleri")).text
    assert said == say("tr", "telegram-collections-taken", name="yemek tarifleri")
    assert [len(library.documents([name])) for name in (LAW, FOOD)] == [1, 1]


async def test_what_is_not_there_cannot_be_renamed_or_erased(office: Chat, boss: User) -> None:
    for order in ("adlandır Yok = Var", "sil Yok"):
        said = (await listed(office, boss, order)).text
        assert said == say("tr", "telegram-collections-unknown", name="Yok")


async def test_an_erased_collection_is_quoted_nowhere_when_the_receipt_is_shown(
    tg: FakeTelegram,
    office: Chat,
    boss: User,
    group: Chat,
    ayse: User,
    state: State,
    library: Shelf,
) -> None:
    state.join(group.id, LAW)
    state.set_target(boss.id, LAW)
    card = await ask(group, ayse)
    question = await listed(office, boss, "sil mevzuat")
    assert question.text == say(
        "tr", "telegram-collections-erase", name="Mevzuat", documents=1, chats=1, minutes=10
    )
    await question.press(say("tr", "telegram-collections-erase-yes"))
    await question.next_edit()
    assert question.text == say("tr", "telegram-collections-erased", name="Mevzuat", documents=1)
    assert not library.documents([LAW])
    assert (await card.press("👍", ayse))["text"] == say("tr", "telegram-card-gone")
    assert await tg.inline(ayse, QUESTION) == []
    assert (state.joined(group.id), state.target_of(boss.id)) == ([], None)
    assert not (await listed(group, ayse)).buttons


async def test_who_is_no_operator_only_sees_the_list(
    chat: Chat, ayse: User, group: Chat, office: Chat, boss: User, state: State
) -> None:
    for order in ("yeni Ad", "sil Mevzuat", "adlandır Mevzuat = Ad"):
        shown = await listed(chat, ayse, order)
        assert shown.text.startswith(say("tr", "telegram-collections-searched"))
    group.people.append(boss)
    shown = await listed(group, boss, "sil Mevzuat")  # not where others read along
    assert not shown.buttons
    assert not state.collections()


@given(st.text(max_size=60))
def test_a_name_is_one_short_line_that_can_be_shown(text: str) -> None:
    name = read_name(text)
    if name is not None:
        assert 0 < len(name) <= MAX_NAME
        assert " ".join(name.split()) == name
        assert name.isprintable() or any(character.isspace() for character in name)
        assert read_name(name) == name
