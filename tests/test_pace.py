"""How fast the bot writes, and what becomes of a message that is refused or gets lost."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from telegram import ReplyParameters
from telegram.error import BadRequest, Forbidden, NetworkError
from telegram.ext import ExtBot

from bot.connection import PatientRequest
from bot.pace import PatientLimiter
from tests.fake_telegram import Chat, FakeTelegram, User


@pytest.fixture
def quick() -> None:
    """Nothing: here a second is a second."""


@pytest.fixture
def chat(tg: FakeTelegram, ayse: User) -> Chat:
    ayse.started = True
    return tg.private(ayse)


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[ExtBot[int]]:
    async with make_bot(tg) as bot:
        yield bot


def make_bot(tg: FakeTelegram, limiter: PatientLimiter | None = None) -> ExtBot[int]:
    return ExtBot(
        tg.token,
        tg.base_url,
        tg.base_file_url,
        request=PatientRequest(first_pause_s=0.01, read_timeout=1),
        rate_limiter=limiter or PatientLimiter(first_pause_s=0.01),
    )


def limiter_of(bot: ExtBot[int]) -> PatientLimiter:
    assert isinstance(bot.rate_limiter, PatientLimiter)
    return bot.rate_limiter


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.from_bot]


def sent_at_s(tg: FakeTelegram, chat: Chat) -> list[float]:
    """When the messages and edits of a chat arrived, counted from the first one."""
    times = [call.at for call in tg.calls if call.args.get("chat_id") == chat.id]
    return [at - times[0] for at in times]


async def test_a_chat_gets_a_message_or_edit_a_second_in_order_and_messages_before_edits(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat
) -> None:
    first = await bot.send_message(chat.id, "0")
    await asyncio.gather(
        bot.send_message(chat.id, "1"),
        first.edit_text("düzeltildi"),
        first.edit_text("yeniden"),
        bot.send_chat_action(chat.id, "typing"),  # at once: Telegram does not count it
        bot.send_message(chat.id, "2"),
    )
    assert [call.method for call in tg.calls[1:]] == [
        "sendMessage",
        "sendChatAction",
        "sendMessage",
        "sendMessage",
        "editMessageText",
        "editMessageText",
    ]
    assert texts(chat) == ["yeniden", "1", "2"]
    assert [version["text"] for version in chat.from_bot[0].edits] == ["0", "düzeltildi"]
    assert not tg.violations
    assert 4 <= sent_at_s(tg, chat)[-1] < 5


async def test_a_message_that_comes_later_overtakes_an_edit_that_waits_for_the_limit(
    tg: FakeTelegram, ayse: User
) -> None:
    group = tg.supergroup("Grup", [ayse])
    limiter = PatientLimiter(pause_s=0.01, in_group=2, group_window_s=1)
    async with make_bot(tg, limiter) as bot:
        first = await bot.send_message(group.id, "0")
        await bot.send_message(group.id, "1")
        edit = asyncio.create_task(first.edit_text("düzeltildi"))
        given_up = asyncio.create_task(first.edit_text("vazgeçildi"))
        await asyncio.sleep(0.1)
        given_up.cancel()
        await asyncio.gather(bot.send_message(group.id, "2"), bot.send_message(group.id, "3"))
        assert texts(group) == ["0", "1", "2", "3"]
        await edit
    assert texts(group) == ["düzeltildi", "1", "2", "3"]
    times = sent_at_s(tg, group)
    assert all(third - first >= 1 for first, third in zip(times, times[2:], strict=False))


async def test_edits_leave_half_of_a_groups_window_to_messages(
    tg: FakeTelegram, ayse: User
) -> None:
    group = tg.supergroup("Grup", [ayse])
    limiter = PatientLimiter(pause_s=0.01, in_group=4, group_window_s=1)
    async with make_bot(tg, limiter) as bot:
        first = await bot.send_message(group.id, "0")
        edits = asyncio.gather(*(first.edit_text(f"düzeltme {n}") for n in range(3)))
        await asyncio.sleep(0.2)
        await bot.send_message(group.id, "1")
        await edits
    methods = [call.method[:4] for call in tg.calls if "chat_id" in call.args]
    assert methods == ["send", "edit", "edit", "send", "edit"]
    times = sent_at_s(tg, group)
    assert times[3] < 0.5
    assert times[4] - times[1] >= 1


async def test_an_inline_message_is_edited_once_a_second_and_others_meanwhile(
    tg: FakeTelegram, bot: ExtBot[int]
) -> None:
    begin_s = time.monotonic()

    async def edit(message: str, text: str) -> None:
        with pytest.raises(BadRequest, match="essage to edit not found"):  # and yet asked for
            await bot.edit_message_text(text, inline_message_id=message)

    await asyncio.gather(edit("a", "1"), edit("b", "1"), edit("a", "2"))
    edits = [
        (call.args["inline_message_id"], round(call.at - begin_s))
        for call in tg.calls
        if call.method == "editMessageText"
    ]
    assert edits == [("a", 0), ("b", 0), ("a", 1)]


async def test_a_group_gets_so_many_messages_in_its_window(tg: FakeTelegram, ayse: User) -> None:
    group, channel = tg.supergroup("Grup", [ayse]), tg.channel("Kanal", username="kanal")
    limiter = PatientLimiter(pause_s=0.01, in_group=3, group_window_s=1)
    async with make_bot(tg, limiter) as bot:
        await asyncio.gather(*(bot.send_message(group.id, str(n)) for n in range(7)))
        await asyncio.gather(*(bot.send_message("@Kanal", str(n)) for n in range(4)))
    assert texts(group) == list("0123456")
    times = sent_at_s(tg, group)
    assert [int(at) for at in times] == [0, 0, 0, 1, 1, 1, 2]
    assert all(third - first >= 1 for first, third in zip(times, times[3:], strict=False))
    assert texts(channel) == list("0123")


async def test_all_chats_together_get_so_many_messages_in_a_window(tg: FakeTelegram) -> None:
    chats = [tg.private(tg.user(str(number))) for number in range(9)]
    for chat in chats:
        chat.people[0].started = True
    limiter = PatientLimiter(overall=4, overall_window_s=0.5)
    async with make_bot(tg, limiter) as bot:
        await asyncio.gather(*(bot.send_message(chat.id, "x") for chat in chats))
    sent = [call.at for call in tg.calls if call.method == "sendMessage"]
    assert [chat.from_bot[0].text for chat in chats] == 9 * ["x"]
    assert all(fifth - first >= 0.5 for first, fifth in zip(sent, sent[4:], strict=False))
    assert sent[-1] - sent[0] < 2


async def test_a_chat_that_must_wait_keeps_its_order_and_holds_up_nobody(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat
) -> None:
    tg.fault("429", "sendMessage", seconds=1)
    late = asyncio.gather(bot.send_message(chat.id, "geç"), bot.send_message(chat.id, "sonra"))
    await tg.wait_call("sendMessage")
    bob = tg.user("Bob")
    bob.started = True
    await bot.send_message(tg.private(bob).id, "hemen")
    assert not chat.from_bot
    await late
    assert texts(chat) == ["geç", "sonra"]
    assert not tg.violations


async def test_what_is_no_message_is_repeated_too_when_telegram_asks_to_wait(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat
) -> None:
    tg.fault("429", "getChat", seconds=1)
    assert (await bot.get_chat(chat.id)).id == chat.id
    tg.fault("429", "sendChatAction", seconds=1)
    with pytest.raises(Exception, match="Flood control exceeded"):
        await bot.send_chat_action(chat.id, "typing")


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [("drop", 1), ("drop_after", 2), ("slow", 2), ("500", 1), ("504", 1)],
)
async def test_a_message_that_may_be_lost_is_sent_again_and_counted(
    tg: FakeTelegram,
    bot: ExtBot[int],
    chat: Chat,
    kind: str,
    arrived: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tg.fault(kind, "sendMessage", seconds=1.2)
    await asyncio.gather(bot.send_message(chat.id, "bir"), bot.send_message(chat.id, "iki"))
    assert texts(chat) == [*arrived * ["bir"], "iki"]
    assert limiter_of(bot).possible_doubles == 1
    (warning,) = [entry for entry in caplog.messages if "No answer" in entry]
    assert warning.endswith("sent again, it may stand there twice (1 so far)")
    assert tg.token not in warning
    if kind != "slow":  # which the fake counts when it is done, after we have stopped waiting
        assert not tg.violations


async def test_a_message_that_is_always_lost_is_given_up(
    tg: FakeTelegram, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pace._MAX_DOUBTFUL_SENDINGS", 3)
    fault = tg.fault("drop", "sendMessage", times=5)
    async with make_bot(tg, PatientLimiter(pause_s=0.01, first_pause_s=0.01)) as bot:
        with pytest.raises(NetworkError, match="RemoteProtocolError"):
            await bot.send_message(chat.id, "alıntı")
    assert fault.times == 2
    assert limiter_of(bot).possible_doubles == 2


@pytest.mark.parametrize("kind", ["drop", "drop_after"])
async def test_a_lost_edit_is_done_again_and_is_no_double(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat, kind: str
) -> None:
    message = await bot.send_message(chat.id, "önce")
    tg.fault(kind, "editMessageText")
    await message.edit_text("sonra")
    assert texts(chat) == ["sonra"]
    assert limiter_of(bot).possible_doubles == 0
    with pytest.raises(BadRequest, match="not modified"):
        await message.edit_text("sonra")


async def test_a_group_is_followed_where_it_has_moved(
    tg: FakeTelegram, bot: ExtBot[int], ayse: User
) -> None:
    group = tg.group("Grup", [ayse])
    asked = await group.send(ayse, "/sor ne?")
    new = await group.migrate()
    reply = ReplyParameters(asked.id, allow_sending_without_reply=True)
    await asyncio.gather(
        bot.send_message(group.id, "bir", message_thread_id=5, reply_parameters=reply),
        bot.send_message(str(group.id), "iki"),
        bot.send_message(new.id, "üç"),
    )
    assert texts(new).index("bir") < texts(new).index("iki")
    assert sorted(texts(new)) == ["bir", "iki", "üç"]
    assert not any(message.reply_to for message in new.from_bot)  # that number is another's
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("dört", group.id, new.from_bot[0].id)
    assert (await bot.get_chat(group.id)).id == new.id
    refused = [call for call in tg.calls if call.error]
    assert [call.error for call in refused] == [
        "Bad Request: group chat was upgraded to a supergroup chat"
    ]
    assert not tg.violations


async def test_chats_are_forgotten_when_their_limits_are(tg: FakeTelegram, ayse: User) -> None:
    limiter = PatientLimiter(pause_s=0.05, in_group=2, group_window_s=0.1)
    groups = [tg.supergroup(str(number), [ayse]) for number in range(5)]
    async with make_bot(tg, limiter) as bot:
        await asyncio.gather(*(bot.send_message(group.id, "x") for group in groups))
        assert len(limiter._chats) == 5
        await asyncio.sleep(0.1)
        await bot.send_message(groups[0].id, "y")
        assert list(limiter._chats) == [groups[0].id]


async def test_a_chat_that_waits_long_does_not_keep_others_from_being_forgotten() -> None:
    limiter = PatientLimiter(pause_s=0)
    async with limiter._turn(1, gives_way=False):
        for place in range(2, 9):
            async with limiter._turn(place, gives_way=False):
                pass
        assert set(limiter._chats) <= {1, 8}
    assert not limiter._chats


async def test_who_has_blocked_the_bot_is_written_to_once(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat
) -> None:
    chat.people[0].blocked = True
    with pytest.raises(Forbidden):
        await bot.send_message(chat.id, "x")
    assert [call.method for call in tg.calls].count("sendMessage") == 1


async def test_a_message_that_is_no_longer_wanted_leaves_its_place(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat
) -> None:
    await bot.send_message(chat.id, "bir")
    given_up = asyncio.create_task(bot.send_message(chat.id, "iki"))
    third = asyncio.create_task(bot.send_message(chat.id, "üç"))
    await asyncio.sleep(0.1)
    given_up.cancel()
    await third
    assert texts(chat) == ["bir", "üç"]
    assert not tg.violations
