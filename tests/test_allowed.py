"""A bot that its operator has closed: who is served, and what all others are told."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.handlers import admission
from bot.handlers.admission import TOLD_AGAIN_S, Gate
from bot.localization import say
from bot.state import State
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.fake_telegram.people import ANONYMOUS
from tests.serving import KnownAnswers, quote, serving

QUESTION = "Toplantı nasıl yapıldı?"
BOLD = "Toplantı çevrim içi yapıldı."
CLOSED = say("tr", "telegram-closed")


@pytest.fixture
async def tg(quick: None) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(username="alinti_bot", privacy=False) as fake:
        yield fake


@pytest.fixture
def boss(tg: FakeTelegram) -> User:
    """The operator."""
    return tg.user("Zeynep", lang="tr")


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: quote(f"Evet. {BOLD}", BOLD, passage_id=1)})


@pytest.fixture
def closed(tg: FakeTelegram, tmp_path: Path, library: KnownAnswers, boss: User, mode: str) -> Any:
    """Serve with a list of whom to serve; nothing may go wrong meanwhile."""

    @asynccontextmanager
    async def serve(*allowed: int, operator: User = boss) -> AsyncIterator[None]:
        people = {"operators": frozenset({operator.id}), "allowed": frozenset(allowed)}
        async with serving(tg, tmp_path, lambda: library, mode, **people):
            yield
        assert not [call for call in tg.calls if call.error]
        assert not tg.violations

    return serve


async def asks(chat: Chat, person: User) -> None:
    """A person asks and is answered."""
    command = "" if chat.type == "private" else "/sor "
    await chat.send(person, command + QUESTION)
    assert (await chat.next_bot_message()).marked("bold") == [BOLD]


# ---- in private


async def test_an_open_bot_serves_everybody(
    tg: FakeTelegram, closed: Any, ayse: User, chat: Chat, group: Chat
) -> None:
    async with closed():
        await asks(chat, ayse)
        await asks(group, ayse)


async def test_a_stranger_is_refused_once_in_one_sentence_whatever_they_send(
    tg: FakeTelegram, closed: Any, library: KnownAnswers, boss: User, ayse: User, chat: Chat
) -> None:
    async with closed(boss.id):
        for text in (
            "/start",
            "/start q-AAAA",
            "/start help",
            QUESTION,
            "/help",
            "/collections new Gizli",
            "/erase",
            "/export",
        ):
            await chat.send(ayse, text)
        edited = await chat.send(ayse, "x", document=("a.txt", b"Bir metin."))
        await edited.edit(QUESTION)
        assert (await chat.next_bot_message()).text == CLOSED
        await chat.silent(0.7)
    assert not library.asked
    assert not [call for call in tg.calls if call.method in ("getFile", "setMessageReaction")]


async def test_who_is_listed_and_who_runs_the_bot_are_served(
    tg: FakeTelegram, closed: Any, boss: User, ayse: User, can: User, chat: Chat
) -> None:
    async with closed(ayse.id):
        await asks(chat, ayse)
        await asks(tg.private(boss), boss)
        await tg.private(can).send(can, QUESTION)
        said = (await tg.private(can).next_bot_message()).text
        assert said == say("en", "telegram-closed")


async def test_a_button_of_a_time_when_the_bot_was_open_refuses_a_stranger(
    tg: FakeTelegram, closed: Any, boss: User, ayse: User, chat: Chat
) -> None:
    async with closed():
        await chat.send(ayse, QUESTION)
        reply = await chat.next_bot_message()
    async with closed(boss.id):
        answer = await reply.press("👍")
        assert (answer["text"], answer["show_alert"]) == (CLOSED, True)
    assert not reply.edits


async def test_an_inline_query_of_a_stranger_gets_an_empty_list_with_a_line(
    tg: FakeTelegram, closed: Any, library: KnownAnswers, boss: User, ayse: User
) -> None:
    async with closed(boss.id):
        assert await tg.inline(ayse, QUESTION) == []
        call = await tg.wait_call("answerInlineQuery")
        assert call.args["button"]["text"] == say("tr", "telegram-closed-inline")
        assert call.args["is_personal"]
    assert not library.asked


async def test_what_a_stranger_found_inline_before_works_no_more(
    tg: FakeTelegram,
    closed: Any,
    library: KnownAnswers,
    boss: User,
    ayse: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither to choose it, of which the bot is told, nor a button below what was chosen."""
    monkeypatch.setattr(library, "collections", list)
    async with closed():
        (result,) = await tg.inline(ayse, QUESTION)
    async with closed(boss.id):
        message = await result.choose(tg.foreign_group("Başka", [ayse]))
        answer = await message.claim("u:1")
        assert (answer["text"], answer["show_alert"]) == (CLOSED, True)
    with closing(State.in_folder(tmp_path)) as state:
        assert not state.has_inline_choice()
    assert library.asked == [QUESTION]


async def test_a_guest_is_refused_in_one_sentence(
    tg: FakeTelegram, closed: Any, library: KnownAnswers, boss: User, ayse: User, can: User
) -> None:
    foreign = tg.foreign_group("Başka", [ayse, boss])
    async with closed(can.id):
        for _ in range(2):
            await foreign.send(ayse, f"@alinti_bot {QUESTION}")
        assert (await foreign.next_bot_message()).text == CLOSED
        await foreign.silent(0.3)
        await foreign.send(boss, f"@alinti_bot {QUESTION}")
        assert (await foreign.next_bot_message()).marked("bold") == [BOLD]
    assert library.asked == [QUESTION]


async def test_after_some_minutes_a_stranger_is_told_again(
    closed: Any, boss: User, ayse: User, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 0.0
    monkeypatch.setattr(admission, "Gate", partial(Gate, clock=lambda: now_s))
    async with closed(boss.id):
        for now_s in (0, TOLD_AGAIN_S + 1):  # noqa: B007 # the clock reads it
            for _ in range(2):
                await chat.send(ayse, QUESTION)
            assert (await chat.next_bot_message()).text == CLOSED
            await chat.silent(0.3)


# ---- groups and channels


async def test_a_listed_group_is_served_with_all_in_it(
    tg: FakeTelegram, closed: Any, group: Chat, can: User
) -> None:
    async with closed(group.id):
        await asks(group, can)
        await group.send(tg.user("X"), f"/sor {QUESTION}", sender_chat=group.raw, **ANONYMOUS)
        assert (await group.next_bot_message()).marked("bold") == [BOLD]


@pytest.mark.parametrize("who", ["operator", "listed"])
async def test_a_group_to_which_somebody_listed_added_the_bot_is_served(
    tg: FakeTelegram, closed: Any, boss: User, ayse: User, can: User, who: str
) -> None:
    adder = boss if who == "operator" else ayse
    group = tg.supergroup("Grup", [can, adder])
    group.bot_status = "left"
    async with closed(ayse.id):
        await group.set_bot("member", adder)
        await group.send(can, f"/sor {QUESTION}")  # at once, while the other is on its way
        said = [(await group.next_bot_message()).text for _ in range(2)]
        assert any(BOLD in text for text in said)
    await asyncio.sleep(0.2)  # Telegram lets a bot say so much; another process does not know
    async with closed(ayse.id):  # it is remembered
        await asks(group, can)
    assert not [call for call in tg.calls if call.method == "leaveChat"]


async def test_who_added_the_bot_while_it_was_open_is_remembered(
    tg: FakeTelegram, closed: Any, boss: User, ayse: User, can: User
) -> None:
    ours, theirs = (tg.group(f"Grup {n}", [adder]) for n, adder in enumerate((ayse, can)))
    async with closed():
        for group in (ours, theirs):
            group.bot_status = "left"
            await group.set_bot("member")
            await group.next_bot_message()
    await asyncio.sleep(0.2)  # Telegram lets a bot say so much; another process does not know
    async with closed(ayse.id):
        await asks(ours, ayse)
        await theirs.send(can, "/sor x")
        await tg.wait_call("leaveChat")
    assert (ours.bot_status, theirs.bot_status) == ("member", "left")


@pytest.mark.parametrize("comes", ["added", "asked"])
async def test_another_group_is_told_in_one_sentence_and_left(
    tg: FakeTelegram, closed: Any, library: KnownAnswers, boss: User, can: User, comes: str
) -> None:
    group = tg.supergroup("Grup", [can])
    if comes == "added":
        group.bot_status = "left"
    async with closed(boss.id):
        if comes == "added":
            await group.set_bot("member", can)
        else:
            await group.send(can, f"/sor {QUESTION}")
        said = (await group.next_bot_message()).text
        assert said == say("en", "telegram-closed-group", id=str(group.id))
        await tg.until(lambda: group.bot_status == "left", "leaving")
        await group.silent(0.3)
    assert not library.asked


@pytest.mark.parametrize("how", ["edited", "anonymous", "for a channel", "command", "press"])
async def test_a_group_that_is_not_admitted_is_left_whatever_comes_from_it(
    tg: FakeTelegram, closed: Any, library: KnownAnswers, boss: User, can: User, how: str
) -> None:
    group = tg.supergroup("Grup", [can])
    async with closed():
        card = await group.send(can, f"/sor {QUESTION}")
        card = await group.next_bot_message()
    library.asked.clear()
    async with closed(boss.id):
        if how == "press":
            assert (await card.claim("u:1"))["text"] == say("en", "telegram-closed")
        if how in ("edited", "press"):
            await (await group.send(can, "Merhaba")).edit(f"/sor {QUESTION}")
        elif how == "anonymous":
            await group.send(None, f"/sor {QUESTION}", sender_chat=group.raw, **ANONYMOUS)
        elif how == "for a channel":
            sender = tg.channel("Kanal", [can]).raw
            await group.send(None, f"/sor {QUESTION}", sender_chat=sender, **ANONYMOUS)
        else:
            await group.send(can, "/settings")
        await tg.until(lambda: group.bot_status == "left", "leaving")
    assert not library.asked


async def test_of_a_channel_that_is_not_admitted_nothing_is_read(
    tg: FakeTelegram, closed: Any, boss: User, can: User, tmp_path: Path
) -> None:
    channels = [tg.channel(f"Kanal {number}", [can]) for number in range(2)]
    async with closed(boss.id):
        await channels[0].post(BOLD)
        post = tg.add_message(channels[1], None, {"text": BOLD})
        await post.edit(QUESTION)
        await tg.until(lambda: {c.bot_status for c in channels} == {"left"}, "leaving")
        for channel in channels:
            await channel.silent(0.1)
    with closing(State.in_folder(tmp_path)) as state:
        assert not state.channels()


async def test_who_is_no_operator_any_more_is_a_stranger_and_so_are_their_groups(
    tg: FakeTelegram, closed: Any, boss: User, ayse: User, can: User
) -> None:
    group = tg.supergroup("Grup", [can, boss])
    group.bot_status = "left"
    async with closed(ayse.id):
        await group.set_bot("member", boss)
        await group.next_bot_message()
        await asks(group, can)
    async with closed(ayse.id, operator=ayse):
        await tg.private(boss).send(boss, "/doctor")
        assert (await tg.private(boss).next_bot_message()).text == CLOSED
        await group.send(can, f"/sor {QUESTION}")
        await tg.until(lambda: group.bot_status == "left", "leaving")


async def test_where_the_bot_was_thrown_out_a_stranger_does_not_let_it_in_again(
    tg: FakeTelegram, closed: Any, boss: User, can: User, tmp_path: Path
) -> None:
    group = tg.supergroup("Grup", [can, boss])
    group.bot_status = "left"
    async with closed(boss.id):
        with closing(State.in_folder(tmp_path)) as state:
            await group.set_bot("member", boss)
            await group.next_bot_message()
            await group.set_bot("kicked", boss)
            await tg.until(lambda: state.has_left(group.id), "note")
            await group.set_bot("member", can)
            await tg.until(lambda: group.bot_status == "left", "leaving")
            await group.next_bot_message()  # that it is closed
            await group.set_bot("member", boss)
            await group.next_bot_message()
            await asks(group, can)


async def test_a_channel_is_left_without_a_word_to_its_readers(
    tg: FakeTelegram, closed: Any, boss: User, can: User
) -> None:
    channel = tg.channel("Kanal", [can])
    channel.bot_status = "left"
    async with closed(boss.id):
        await channel.set_bot("administrator", can)
        await tg.until(lambda: channel.bot_status == "left", "leaving")
        await channel.silent(0.2)


async def test_a_channel_of_the_operators_is_read(
    tg: FakeTelegram, closed: Any, boss: User, tmp_path: Path
) -> None:
    await tg.private(boss).send(boss, "/start")
    channel = tg.channel("Kanal", [boss])
    channel.bot_status = "left"
    async with closed(boss.id):
        await channel.set_bot("administrator", boss)
        with closing(State.in_folder(tmp_path)) as state:
            await tg.until(lambda: state.channels() == [(channel.id, "Kanal")], "note")
    assert channel.bot_status == "administrator"


@pytest.mark.parametrize("by", ["number", "adder"])
async def test_a_group_stays_admitted_when_it_becomes_a_supergroup(
    tg: FakeTelegram, closed: Any, ayse: User, can: User, by: str
) -> None:
    old = tg.group("Grup", [can, ayse])
    old.bot_status = "left"
    async with closed(old.id if by == "number" else ayse.id):
        await old.set_bot("member", ayse)
        await old.next_bot_message()
        new = await old.migrate()
        await new.set_bot("member", can)  # as Telegram tells of it
        origin = tg.add_message(new, can, {"migrate_from_chat_id": old.id})
        tg.push("message", origin.raw, new.id)
        await asyncio.sleep(0.2)
        await asks(new, can)
    assert not [call for call in tg.calls if call.method == "leaveChat"]


async def test_a_group_does_not_get_admitted_by_becoming_a_supergroup(
    tg: FakeTelegram, library: KnownAnswers, boss: User, can: User, tmp_path: Path, mode: str
) -> None:
    old = tg.group("Grup", [can])
    people = {"operators": frozenset({boss.id}), "allowed": frozenset({boss.id})}
    async with serving(tg, tmp_path, lambda: library, mode, **people):
        new = await old.migrate()
        origin = tg.add_message(new, can, {"migrate_from_chat_id": old.id})
        tg.push("message", origin.raw, new.id)
        await new.send(can, f"/sor {QUESTION}")
        await tg.until(lambda: new.bot_status == "left", "leaving")
    assert not library.asked


async def test_where_it_cannot_be_told_who_is_admitted_nobody_is(
    tg: FakeTelegram, tmp_path: Path, library: KnownAnswers, boss: User, can: User, mode: str
) -> None:
    group = tg.group("Grup", [can])
    allowed = frozenset({boss.id})
    async with serving(tg, tmp_path, lambda: library, mode, allowed=allowed):
        await tg.wait_call("getMyCommands")
        with closing(sqlite3.connect(tmp_path / "state.db")) as database, database:
            database.execute("DROP TABLE chats")
        await group.send(can, f"/sor {QUESTION}")
        await asyncio.sleep(1.5)
    assert not library.asked
    assert BOLD not in [message.text for message in group.from_bot]
