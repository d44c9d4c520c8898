"""/documents through the fake: the list, what it opens, new titles and removals, and who may."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.catalogue import Action, Press, number_of, read_press
from bot.handlers import documents
from bot.localization import LANGUAGES, Language, say
from bot.replies import day
from bot.rights import collection_of
from embeddings.datatypes import SHARED
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.encoders import LetterEncoder
from tests.fake_telegram import ANONYMOUS, Chat, FakeTelegram, Msg, User
from tests.serving import serving
from tests.shelf import add_paragraphs

PATHS = ("Kayık limanda.", "Martı damda.", "Fener burunda.")
NASTY = "<b>Kalın</b> & \u202eters\u202c שלום عالم İĞÜŞÖÇ"


def add(
    library: Library,
    title: str,
    collection: str,
    paragraphs: Sequence[str] = PATHS,
    **fields: Any,
) -> int:
    """Add a document whose paragraphs are its passages; its id."""
    return add_paragraphs(library, title, "\n\n".join(paragraphs), collection, **fields)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Empty; closed by the bot."""
    return Library(tmp_path / "library", LetterEncoder())


@pytest.fixture
async def bot(tg: FakeTelegram, library: Library, tmp_path: Path) -> AsyncIterator[None]:
    async with serving(tg, tmp_path / "data", lambda: library):
        yield
    refused = [call.error for call in tg.calls if call.error]
    assert not [error for error in refused if "message is not modified" not in error]
    assert not tg.violations


@pytest.fixture
async def bot_in_both_modes(
    tg: FakeTelegram, library: Library, tmp_path: Path, mode: str
) -> AsyncIterator[None]:
    async with serving(tg, tmp_path / "data", lambda: library, mode):
        yield
    assert not tg.violations
    assert not [call for call in tg.calls if call.error]


@pytest.fixture
async def operated(
    tg: FakeTelegram, library: Library, tmp_path: Path, ayse: User
) -> AsyncIterator[None]:
    """A bot that Ayşe runs."""
    async with serving(tg, tmp_path / "data", lambda: library, operators=frozenset({ayse.id})):
        yield
    assert not [call for call in tg.calls if call.error]


def word(name: str, language: Language = "tr", **values: str | int) -> str:
    return say(language, f"telegram-documents-{name}", **values)


TODAY = re.compile(r"\d{1,2} \w+ 20\d\d")


def undated(message: Msg) -> str:
    return TODAY.sub("…", message.text)


async def list_documents(chat: Chat, person: User, **extra: Any) -> Msg:
    await chat.send(person, "/documents", **extra)
    return await chat.next_bot_message()


async def press(message: Msg, *labels: str, user: User | None = None) -> Msg:
    """Press one button after another, each when the message shows it."""
    for label in labels:
        await message.tg.until(partial(has, message, label), f"button {label!r}")
        edited = len(message.edits) + 1
        await message.press(label, user)
        await message.tg.until(partial(is_edited, message, edited), f"edit after {label!r}")
    return message


def has(message: Msg, label: str) -> bool:
    return label in message.buttons


def is_edited(message: Msg, times: int) -> bool:
    return len(message.edits) >= times


def says(message: Msg, text: str) -> bool:
    return message.text == text


async def claim(message: Msg, data: str, person: User | None = None) -> tuple[str, bool]:
    """Claim that a button was pressed, as a program can; what is answered."""
    answer = await message.claim(data, person)
    return answer["text"], answer["show_alert"]


# ---- the list


@pytest.mark.usefixtures("bot")
async def test_the_list_shows_the_newest_first_page_by_page(
    chat: Chat, ayse: User, library: Library
) -> None:
    for number in range(1, 11):
        add(library, f"Belge {number}", collection_of(chat.id), PATHS[: 1 + number % 2])
    shown = await list_documents(chat, ayse)
    lines = undated(shown).split("\n\n")
    assert lines[0] == "Bu sohbetin belgeleri\n10 belge, 15 parça"
    assert lines[1] == "1. Belge 10\n1 parça · …"
    assert lines[8] == "8. Belge 3\n2 parça · …"
    assert shown.buttons == [*"12345678", "‹", "1/2", "›"]
    await press(shown, "›")
    assert undated(shown).split("\n\n")[1:] == [
        "9. Belge 2\n1 parça · …",
        "10. Belge 1\n2 parça · …",
    ]
    assert shown.buttons == ["9", "10", "‹", "2/2", "›"]
    await press(shown, "›")
    assert shown.buttons[0] == "1"
    assert len(chat.from_bot) == 1


@pytest.mark.usefixtures("bot")
async def test_an_empty_list_says_how_to_fill_it(chat: Chat, ayse: User, can: User) -> None:
    shown = await list_documents(chat, ayse)
    assert word("none") in shown.text
    assert shown.buttons == []
    theirs = await list_documents(shown.tg.private(can), can)
    assert word("none", "en") in theirs.text


@pytest.mark.usefixtures("bot")
async def test_the_other_name_of_the_command_works_too(chat: Chat, ayse: User) -> None:
    await chat.send(ayse, "/belgeler")
    assert word("own") in (await chat.next_bot_message()).text


@pytest.mark.usefixtures("bot")
async def test_a_page_that_has_become_empty_is_the_last_one_there_is(
    chat: Chat, ayse: User, library: Library
) -> None:
    ids = [add(library, f"Belge {number}", collection_of(chat.id)) for number in range(9)]
    shown = await list_documents(chat, ayse)
    await press(shown, "›", "9")
    library.remove(ids[0], [collection_of(chat.id)])
    await press(shown, word("list"))
    assert shown.buttons == list("12345678")


@pytest.mark.usefixtures("bot")
async def test_what_a_chat_has_joined_or_all_may_read_is_counted_and_not_opened(
    chat: Chat, ayse: User, library: Library
) -> None:
    add(library, "Ortak", SHARED)
    shown = await list_documents(chat, ayse)
    assert word("others", count=1) in shown.text
    assert shown.buttons == []
    assert "Ortak" not in shown.text


@pytest.mark.usefixtures("bot")
async def test_titles_stand_as_they_are_whatever_they_hold(
    chat: Chat, ayse: User, library: Library
) -> None:
    add(library, NASTY, collection_of(chat.id), name="ad <i>.txt")
    add(library, "x" * 5000, collection_of(chat.id))
    shown = await list_documents(chat, ayse)
    long, nasty = shown.marked("bold")[1:]
    assert nasty == NASTY
    assert long == "x" * 99 + "…"
    assert f"2. {NASTY}\n3 parça" in shown.text
    await press(shown, "2")
    assert shown.text.splitlines()[:2] == [NASTY, "ad <i>.txt"]
    await press(shown, word("remove"))
    assert shown.marked("bold") == [NASTY]


# ---- an entry


@pytest.mark.usefixtures("bot")
async def test_an_entry_tells_what_is_known_of_it_and_no_path_of_the_server(
    chat: Chat, ayse: User, library: Library
) -> None:
    link = "https://example.org/tutanak.pdf"
    add(library, "Tutanak", collection_of(chat.id), page=4, name="tutanak.pdf", source=link)
    add(library, "Yol", collection_of(chat.id), source="/srv/gizli/yol.txt")
    shown = await list_documents(chat, ayse)
    await press(shown, "2")
    assert undated(shown) == "Tutanak\ntutanak.pdf\n6 sayfa · 3 parça\neklendi: …"
    assert [entity["url"] for entity in shown.entities if entity["type"] == "text_link"] == [link]
    assert shown.buttons == [word(name) for name in ("open", "rename", "remove", "list")]
    await press(shown, word("list"), "1")
    assert undated(shown) == "Yol\n3 parça\neklendi: …"
    assert not any("gizli" in str(call.args) for call in shown.tg.calls)


@pytest.mark.usefixtures("bot")
async def test_passages_open_one_after_another_in_place(
    chat: Chat, ayse: User, library: Library
) -> None:
    paragraphs = [f"Satır {number} burada." for number in range(25)]
    add(library, "Satırlar", collection_of(chat.id), paragraphs, page=1)
    shown = await list_documents(chat, ayse)
    await press(shown, "1", word("open"))
    first = "Parça 1 / 25\nSatır 0 burada.\n— Satırlar\ns. 1 · eklendi: …"
    assert undated(shown) == first
    assert shown.buttons == ["›", "»", word("back")]
    assert shown.marked("blockquote") == ["Satır 0 burada."]
    await press(shown, "›")
    assert shown.buttons == ["«", "‹", "›", "»", word("back")]
    await press(shown, "»", "»")
    assert undated(shown).startswith("Parça 22 / 25\nSatır 21 burada.")
    await press(shown, "»")
    assert shown.buttons == ["«", "‹", word("back")]
    await press(shown, "«", "‹")
    assert undated(shown).startswith("Parça 14 / 25\nSatır 13 burada.")
    await press(shown, word("back"), word("list"))
    assert shown.buttons == ["1"]


@pytest.mark.usefixtures("bot")
async def test_a_series_is_one_entry_and_its_passages_are_read_through(
    chat: Chat, ayse: User, library: Library
) -> None:
    own = collection_of(chat.id)
    for number in range(3):
        series, source = "telegram:-1007", f"https://t.me/c/7/{number}"
        parts = [PATHS[number]]
        add(library, "Kanal", own, parts, content_hash=str(number), series=series, source=source)
    shown = await list_documents(chat, ayse)
    assert "1. Kanal\n3 bölüm · 3 parça" in shown.text
    await press(shown, "1", word("open"), "›", "›")
    assert shown.marked("blockquote") == [PATHS[2]]
    await press(shown, word("back"), word("remove"))
    assert word("ask-removal", documents=3, passages=3) in shown.text
    await press(shown, word("yes"))
    assert library.documents([own]) == []


# ---- a new title


@pytest.mark.usefixtures("bot_in_both_modes")
async def test_a_document_is_called_as_the_reply_to_the_question_says(
    chat: Chat, ayse: User, library: Library
) -> None:
    add(library, "Eski ad", collection_of(chat.id), ["Kayık limanda durur."])
    shown = await list_documents(chat, ayse)
    await press(shown, "1")
    await shown.press(word("rename"))
    asked = await chat.next_bot_message()
    assert asked.text == f"Eski ad\n\n{word('ask-title')}"
    forced = shown.tg.calls[-1].args["reply_markup"]
    assert forced["force_reply"] is True
    assert forced["input_field_placeholder"] == "Eski ad"
    await chat.send(ayse, f"  {NASTY}\n yeni ", reply_to=asked)
    receipt = await chat.next_bot_message()
    assert receipt.text == word("renamed", title=f"{NASTY} yeni")
    await press(receipt, word("show"))
    assert receipt.text.startswith(f"{NASTY} yeni\n")
    await chat.send(ayse, "Kayık nerede durur?")
    assert f"— {NASTY} yeni" in (await chat.next_bot_message()).text


async def test_a_reply_after_a_restart_is_taken_for_the_title_as_well(
    tg: FakeTelegram, chat: Chat, ayse: User, tmp_path: Path
) -> None:
    def load() -> Library:
        return Library(tmp_path / "library", LetterEncoder())

    library = load()
    add(library, "Eski ad", collection_of(chat.id))
    library.close()
    async with serving(tg, tmp_path / "data", load):
        shown = await list_documents(chat, ayse)
        await press(shown, "1")
        await shown.press(word("rename"))
        asked = await chat.next_bot_message()
    async with serving(tg, tmp_path / "data", load):
        await chat.send(ayse, "Yeni ad", reply_to=asked)
        assert (await chat.next_bot_message()).text == word("renamed", title="Yeni ad")


@pytest.mark.usefixtures("bot")
async def test_who_is_no_admin_renames_nothing(
    group: Chat, ayse: User, can: User, library: Library
) -> None:
    own = collection_of(group.id)
    add(library, "Belge", own)
    shown = await list_documents(group, ayse)
    await press(shown, "1")
    assert (await shown.press(word("rename"), can))["text"] == word("admins-only", "en")
    await shown.press(word("rename"), ayse)
    asked = await group.next_bot_message()
    assert asked.marked("text_mention") == ["Ayşe"]
    await group.send(can, "Onun adı", reply_to=asked)
    assert (await group.next_bot_message()).text == word("admins-only", "en")
    assert [entry.document.title for entry in library.entries([own])] == ["Belge"]
    await group.send(ayse, "Adı", reply_to=asked)
    assert (await group.next_bot_message()).text == word("renamed", title="Adı")
    assert [entry.document.title for entry in library.entries([own])] == ["Adı"]


@pytest.mark.usefixtures("bot")
async def test_a_question_for_a_title_that_is_made_up_or_from_elsewhere_names_nothing(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, library: Library
) -> None:
    theirs = tg.private(can)
    own_id = add(library, "Benim", collection_of(chat.id))
    their_id = add(library, "Onun", collection_of(theirs.id))
    shown = await list_documents(theirs, can)
    await press(shown, "1")
    await shown.press(word("rename", "en"))
    asked = await theirs.next_bot_message()
    (link,) = [entity["url"] for entity in asked.entities if entity["type"] == "text_link"]
    other = link.replace(f"rename-{their_id}-", f"rename-{own_id}-")
    for url in (link, other, link[:-1], link + "0", f"{link[:-32]}{32 * '0'}"):
        text = {
            "text": "Benim",
            "entities": [{"type": "text_link", "offset": 0, "length": 5, "url": url}],
        }
        made_up = tg.add_message(chat, tg.bot, text)
        await chat.send(ayse, "Kayık nerede?", reply_to=made_up)
        reply = await chat.next_bot_message()
        assert reply.marked("blockquote") or reply.text == say("tr", "telegram-not-found")
    titles = {
        d.title for d in library.documents([collection_of(chat.id), collection_of(theirs.id)])
    }
    assert titles == {"Benim", "Onun"}


@pytest.mark.usefixtures("bot")
async def test_a_title_for_what_is_gone_is_told_to_come_too_late(
    chat: Chat, ayse: User, library: Library
) -> None:
    document_id = add(library, "Belge", collection_of(chat.id))
    shown = await list_documents(chat, ayse)
    await press(shown, "1")
    await shown.press(word("rename"))
    asked = await chat.next_bot_message()
    library.remove(document_id, [collection_of(chat.id)])
    await chat.send(ayse, "Yeni", reply_to=asked)
    assert (await chat.next_bot_message()).text == word("gone")
    assert await claim(shown, f"l:r:{document_id}:0:0") == (word("gone"), True)


# ---- removal


@pytest.mark.usefixtures("bot_in_both_modes")
async def test_a_document_is_removed_when_that_is_confirmed(
    chat: Chat, ayse: User, library: Library
) -> None:
    own = collection_of(chat.id)
    for number in range(10):
        add(library, f"Belge {number}", own)
    shown = await list_documents(chat, ayse)
    await press(shown, "›", "10", word("remove"))
    assert shown.text == f"Belge 0\n\n{word('ask-removal', documents=1, passages=3)}"
    await press(shown, word("no"))
    assert shown.text.startswith("Belge 0\n3 parça")
    await press(shown, word("remove"), word("yes"))
    assert shown.text == f"Belge 0\n\n{word('removed')}"
    assert len(library.documents([own])) == 9
    await press(shown, word("list"))
    assert shown.buttons == ["9", "‹", "2/2", "›"]


@pytest.mark.usefixtures("bot")
async def test_two_who_remove_the_same_are_both_told(
    chat: Chat, ayse: User, library: Library
) -> None:
    document_id = add(library, "Belge", collection_of(chat.id))
    one, other = await list_documents(chat, ayse), await list_documents(chat, ayse)
    for shown in (one, other):
        await press(shown, "1", word("remove"))
    await press(one, word("yes"))
    assert one.text == f"Belge\n\n{word('removed')}"
    await press(other, word("yes"))
    assert other.text == word("removed")
    assert await claim(other, f"l:v:{document_id}:0:0") == ("", False)
    await other.wait(lambda message: message.text == word("gone"))
    await press(other, word("list"))
    assert word("none") in other.text


# ---- who may


@pytest.mark.usefixtures("bot_in_both_modes")
async def test_members_look_through_the_documents_of_a_group_and_change_nothing(
    group: Chat, ayse: User, can: User, library: Library
) -> None:
    own = collection_of(group.id)
    document_id = add(library, "Belge", own)
    shown = await list_documents(group, can)
    await press(shown, "1", user=can)
    assert shown.buttons == [word("open", "en"), word("list", "en")]
    await press(shown, word("open", "en"), "›", user=can)
    assert shown.marked("blockquote") == [PATHS[1]]
    refused = (word("admins-only", "en"), True)
    for action in "rdy":
        assert await claim(shown, f"l:{action}:{document_id}:0:0", can) == refused
    assert len(library.documents([own])) == 1
    await press(shown, "‹", word("back"), user=ayse)
    assert shown.buttons == [word(name) for name in ("open", "rename", "remove", "list")]
    assert await claim(shown, f"l:y:{document_id}:0:0", can) == refused
    await press(shown, word("remove"), word("yes"), user=ayse)
    assert not library.documents([own])


@pytest.mark.usefixtures("bot")
async def test_an_admin_who_stays_anonymous_lists_and_renames(
    group: Chat, ayse: User, library: Library
) -> None:
    add(library, "Belge", collection_of(group.id))
    anonymous = {"sender_chat": group.raw, **ANONYMOUS}
    shown = await list_documents(group, ayse, **anonymous)
    await press(shown, "1", user=ayse)
    await shown.press(word("rename"), ayse)
    asked = await group.next_bot_message()
    await group.send(ayse, "Adı", reply_to=asked, **anonymous)
    assert (await group.next_bot_message()).text == word("renamed", title="Adı")


@pytest.mark.usefixtures("bot")
async def test_no_number_opens_what_stands_in_another_chat(
    tg: FakeTelegram, chat: Chat, ayse: User, can: User, library: Library
) -> None:
    theirs = collection_of(tg.private(can).id)
    secret = add(library, "Sır", theirs, ["Gömü bahçede."])
    shared = add(library, "Ortak", SHARED, ["Gömü herkesin."])
    add(library, "Benim", collection_of(chat.id))
    shown = await list_documents(chat, ayse)
    for document_id in (secret, shared, 0, 10**18 - 1):
        for action in "vody":
            assert await claim(shown, f"l:{action}:{document_id}:0:0") == ("", False)
            told = word("removed") if action == "y" else word("gone")
            await tg.until(partial(says, shown, told), told)
        assert await claim(shown, f"l:r:{document_id}:0:0") == (word("gone"), True)
    for collection in (theirs, SHARED, "shared:x"):
        calls = len(tg.calls)
        assert await claim(shown, f"l:p:{number_of(collection)}:0:0") == ("", False)
        await tg.wait_call("editMessageText", since=calls)
        assert "Benim" in shown.text
    said = str([call.args for call in tg.calls])
    assert "Sır" not in said
    assert "Gömü" not in said
    assert len(library.documents([theirs, SHARED])) == 2


@pytest.mark.usefixtures("operated")
async def test_an_operator_has_the_shared_collections_as_well(
    chat: Chat, ayse: User, library: Library
) -> None:
    add(library, "Benim", collection_of(chat.id))
    add(library, "Ortak", SHARED, source="/srv/ortak.txt")
    add(library, "Yasa", "shared:hukuk")
    add(library, "Onun", "chat:77")
    shown = await list_documents(chat, ayse)
    assert shown.buttons == ["1", word("everybody"), "hukuk"]
    await press(shown, "hukuk")
    assert shown.buttons == ["1", word("own"), word("everybody")]
    assert "1. Yasa" in shown.text
    await press(shown, word("everybody"), "1")
    assert shown.marked("code") == ["/srv/ortak.txt"]
    await press(shown, word("remove"), word("yes"), word("list"))
    assert shown.text.startswith(f"{word('everybody')}\n")
    assert library.documents([SHARED]) == []
    await press(shown, word("own"))
    assert "1. Benim" in shown.text


@pytest.mark.usefixtures("operated")
async def test_an_operator_is_in_a_group_what_everybody_is(
    tg: FakeTelegram, ayse: User, can: User, library: Library
) -> None:
    group = tg.group("Can'ın grubu", [can, ayse])
    add(library, "Ortak", SHARED)
    add(library, "Grubun", collection_of(group.id))
    shown = await list_documents(group, ayse)
    assert shown.buttons == ["1"]
    await press(shown, "1", user=ayse)
    assert shown.buttons == [word("open"), word("list")]


# ---- presses that go wrong


@pytest.mark.usefixtures("bot")
async def test_a_press_that_no_button_of_the_message_stands_for_changes_nothing(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Library
) -> None:
    document_id = add(library, "Belge", collection_of(chat.id))
    await chat.send(ayse, "Kayık nerede?")
    answer = await chat.next_bot_message()
    shown = await list_documents(chat, ayse)
    for message, data in (
        (answer, f"l:v:{document_id}:0:0"),
        (answer, f"l:y:{document_id}:0:0"),
        (shown, "l:"),
        (shown, "l:x:1:0:0"),
        (shown, "l:v:1"),
        (shown, f"l:v:{10**18}:0:0"),
        (shown, f"l:v:{document_id}:0:0\n"),
    ):
        assert await claim(message, data) == (word("old"), True)
    assert not answer.edits
    assert not shown.edits
    assert len(library.documents([collection_of(chat.id)])) == 1


def test_the_longest_data_of_a_button_fits() -> None:
    for action in Action:
        data = Press(action, 10**18 - 1, 10**6 - 1, 10**9 - 1).data
        assert len(data.encode()) <= 64
        assert read_press(data) == Press(action, 10**18 - 1, 10**6 - 1, 10**9 - 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_press_is_answered_with_is_short_enough(language: Language) -> None:
    for name in ("old", "gone", "admins-only"):
        assert len(word(name, language)) <= 200


async def test_who_presses_while_the_library_loads_is_asked_to_wait(
    tg: FakeTelegram, chat: Chat, ayse: User, library: Library, tmp_path: Path
) -> None:
    go_on = threading.Event()

    def load() -> Library:
        assert go_on.wait(10)
        return library

    add(library, "Belge", collection_of(chat.id))
    keyboard = {"inline_keyboard": [[{"text": "1", "callback_data": "l:v:1:0:0"}]]}
    shown = tg.add_message(chat, tg.bot, {"text": "Belgeler", "reply_markup": keyboard})
    ayse.started = True
    async with serving(tg, tmp_path / "data", load):
        try:
            answer = await shown.press("1")
        finally:
            go_on.set()
    assert (answer["text"], answer["show_alert"]) == (say("tr", "telegram-card-loading"), True)


@pytest.mark.usefixtures("bot")
async def test_trouble_with_the_library_is_said_without_its_details(
    chat: Chat, ayse: User, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, "Belge", collection_of(chat.id))
    shown = await list_documents(chat, ayse)
    await press(shown, "1")
    await shown.press(word("rename"))
    asked = await chat.next_bot_message()

    def fail(*_: object, **__: object) -> None:
        raise StoreError("/secret/path is full")

    for name in ("count", "entry", "rename"):
        monkeypatch.setattr(library, name, fail)
    trouble = say("tr", "telegram-library-trouble")
    assert await claim(shown, "l:r:1:0:0") == (trouble, True)
    assert (await list_documents(chat, ayse)).text == trouble
    await chat.send(ayse, "Ad", reply_to=asked)
    assert (await chat.next_bot_message()).text == trouble


@pytest.mark.usefixtures("bot_in_both_modes")
async def test_a_crowd_is_answered_at_once_and_the_last_wish_is_shown(
    tg: FakeTelegram, ayse: User, library: Library
) -> None:
    crowd = [tg.user(f"Kişi {number}", lang="tr") for number in range(12)]
    group = tg.group("Grup", [ayse, *crowd])
    paragraphs = [f"Satır {number} burada." for number in range(25)]
    document_id = add(library, "Satırlar", collection_of(group.id), paragraphs)
    shown = await list_documents(group, ayse)
    presses = [
        claim(shown, f"l:o:{document_id}:0:{number}", person)
        for number, person in enumerate(crowd)
    ]
    assert await asyncio.gather(*presses) == [("", False)] * len(crowd)
    assert await claim(shown, f"l:o:{document_id}:0:24", ayse) == ("", False)
    await shown.wait(lambda message: "Satır 24 " in message.text)
    assert len(shown.edits) < 7  # of 13 presses; a busy machine spreads them


async def test_who_presses_more_often_than_anybody_reads_is_told_when_to_come_back(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "PRESSES", 2)
    add(library, "Belge", collection_of(chat.id))
    async with serving(tg, tmp_path / "data", lambda: library):
        shown = await list_documents(chat, ayse)
        await press(shown, "1", word("list"))
        text, is_alert = await claim(shown, "l:v:1:0:0")
    assert is_alert
    assert text in {say("tr", "telegram-card-limit", seconds=seconds) for seconds in range(50, 61)}


def test_days_are_said_as_in_the_language_of_the_reader() -> None:
    assert day("2026-11-21T08:00:00+00:00", "tr") == "21 Kas 2026"
    assert day("2026-11-21T08:00:00+00:00", "en") == "21 Nov 2026"
