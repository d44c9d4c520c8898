"""Which requests are repeated, on a network that fails in every way."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice

import pytest
from telegram.error import NetworkError, TimedOut
from telegram.ext import ExtBot

from bot.connection import PatientLimiter, PatientRequest, growing_pauses
from tests.fake_telegram import Chat, FakeTelegram


@pytest.fixture
def chat(tg: FakeTelegram) -> Chat:
    ayse = tg.user("Ayşe")
    ayse.started = True
    return tg.private(ayse)


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[ExtBot[int]]:
    request = PatientRequest(first_pause_s=0.01, read_timeout=1)
    async with ExtBot(
        tg.token,
        tg.base_url,
        tg.base_file_url,
        request=request,
        get_updates_request=request,
        rate_limiter=PatientLimiter(),
    ) as bot:
        yield bot


def test_pauses_grow_up_to_a_limit() -> None:
    assert list(islice(growing_pauses(1, 6), 5)) == [1, 2, 4, 6, 6]


@pytest.mark.parametrize("kind", ["502", "503", "500", "drop", "drop_after", "slow"])
async def test_reading_and_setting_are_repeated(
    tg: FakeTelegram, bot: ExtBot[int], kind: str
) -> None:
    tg.fault(kind, "getMe", times=1 if kind == "slow" else 2, seconds=1.2)
    assert (await bot.get_me()).username == "test_bot"
    tg.fault(kind, "setMyCommands", seconds=0)
    await bot.set_my_commands([("sor", "Sor")])
    assert tg.profile["commands", "null", ""] == [{"command": "sor", "description": "Sor"}]


@pytest.mark.parametrize("kind", ["502", "503"])
async def test_a_sending_that_a_gateway_refused_is_repeated(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat, kind: str
) -> None:
    tg.fault(kind, "sendMessage", times=2)
    await bot.send_message(chat.id, "alıntı")
    assert [message.text for message in chat.from_bot] == ["alıntı"]


async def test_a_sending_that_is_always_refused_is_given_up(
    tg: FakeTelegram, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.connection._MAX_SENDINGS", 3)
    fault = tg.fault("502", "sendMessage", times=5)
    async with ExtBot(tg.token, tg.base_url, request=PatientRequest(first_pause_s=0.01)) as bot:
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(chat.id, "alıntı")
    assert fault.times == 2


@pytest.mark.parametrize(
    ("kind", "arrived"), [("drop", []), ("drop_after", ["alıntı"]), ("slow", ["alıntı"])]
)
async def test_a_sending_that_may_have_arrived_is_not_repeated(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat, kind: str, arrived: list[str]
) -> None:
    tg.fault(kind, "sendMessage", seconds=1.2)
    with pytest.raises(NetworkError) as raised:
        await bot.send_message(chat.id, "alıntı")
    assert isinstance(raised.value, TimedOut) == (kind == "slow")
    if arrived:
        await tg.until(lambda: chat.from_bot, 5, "message")
    assert [message.text for message in chat.from_bot] == arrived


async def test_a_server_out_of_reach_gets_everything_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeTelegram() as gone:
        pass
    bot = ExtBot(gone.token, gone.base_url, request=PatientRequest(first_pause_s=0.05))
    message = asyncio.create_task(bot.send_message(1, "alıntı"))
    await asyncio.sleep(0.2)
    back = FakeTelegram(port=gone.port)
    ayse = back.user("Ayşe", id=1)
    ayse.started = True
    back.private(ayse)
    async with back, bot:
        assert (await message).text == "alıntı"
    assert [entry for entry in caplog.messages if entry.startswith("Telegram can")] == [
        "Telegram cannot be reached (ConnectError): trying until it can",
        "Telegram can be reached again",
    ]


async def test_a_chat_that_must_wait_gets_its_message_and_holds_up_nobody(
    tg: FakeTelegram, bot: ExtBot[int], chat: Chat
) -> None:
    tg.fault("429", "sendMessage", seconds=1)
    late = asyncio.create_task(bot.send_message(chat.id, "geç"))
    await tg.wait_call("sendMessage")
    bob = tg.user("Bob")
    bob.started = True
    await bot.send_message(tg.private(bob).id, "hemen")
    assert not chat.from_bot
    await late
    assert [message.text for message in chat.from_bot] == ["geç"]
