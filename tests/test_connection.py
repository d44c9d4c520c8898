"""Which requests are repeated, on a network that fails in every way."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

import pytest
from telegram.error import NetworkError
from telegram.ext import ExtBot

from bot.connection import AT_ONCE, PatientRequest, PerhapsDone, growing_pauses
from tests.fake_telegram import Chat, FakeTelegram
from tests.fake_telegram.wire import Files, Json


@pytest.fixture
def chat(tg: FakeTelegram) -> Chat:
    ayse = tg.user("Ayşe")
    ayse.started = True
    return tg.private(ayse)


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[ExtBot[None]]:
    request = PatientRequest(first_pause_s=0.01, read_timeout=1)
    async with ExtBot(
        tg.token,
        tg.base_url,
        tg.base_file_url,
        request=request,
        get_updates_request=request,
    ) as bot:
        yield bot


def test_pauses_grow_up_to_a_limit() -> None:
    assert list(islice(growing_pauses(1, 6), 5)) == [1, 2, 4, 6, 6]


@pytest.mark.parametrize("kind", ["502", "503", "500", "drop", "drop_after", "slow"])
async def test_what_may_be_done_twice_is_repeated(
    tg: FakeTelegram, bot: ExtBot[None], chat: Chat, kind: str
) -> None:
    tg.fault(kind, "getMe", times=1 if kind == "slow" else 2, seconds=1.2)
    assert (await bot.get_me()).username == "alinti_bot"
    tg.fault(kind, "setMyCommands", seconds=0)
    await bot.set_my_commands([("sor", "Sor")])
    assert tg.profile["commands", "null", ""] == [{"command": "sor", "description": "Sor"}]
    query = tg.open_query("callback")
    tg.fault(kind, "answerCallbackQuery", seconds=0)
    if kind != "drop_after":  # then the second answer is too late, which is no harm
        await bot.answer_callback_query(query, "Evet")
        assert tg.queries[query].answer


@pytest.mark.parametrize("kind", ["502", "503"])
async def test_a_sending_that_a_gateway_refused_is_repeated(
    tg: FakeTelegram, bot: ExtBot[None], chat: Chat, kind: str
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
        with pytest.raises(NetworkError, match="HTTP status 502"):
            await bot.send_message(chat.id, "alıntı")
    assert fault.times == 2


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [("drop", []), ("drop_after", ["alıntı"]), ("slow", ["alıntı"]), ("500", [])],
)
async def test_a_sending_that_may_have_arrived_is_not_repeated(
    tg: FakeTelegram, bot: ExtBot[None], chat: Chat, kind: str, arrived: list[str]
) -> None:
    tg.fault(kind, "sendMessage", seconds=1.2)
    with pytest.raises(PerhapsDone):
        await bot.send_message(chat.id, "alıntı")
    if arrived:
        await tg.until(lambda: chat.from_bot, "message")
    assert [message.text for message in chat.from_bot] == arrived


@pytest.mark.parametrize("kind", ["502", "drop"])
async def test_what_shows_for_a_moment_is_not_repeated(
    tg: FakeTelegram, bot: ExtBot[None], chat: Chat, kind: str
) -> None:
    tg.fault(kind, "sendChatAction")
    with pytest.raises(NetworkError):
        await bot.send_chat_action(chat.id, "typing")
    assert [call.method for call in tg.calls].count("sendChatAction") == 1


async def test_no_more_requests_are_on_their_way_than_the_client_is_good_for(
    tg: FakeTelegram, bot: ExtBot[None]
) -> None:
    on_their_way: list[int] = []
    answer = tg.call

    async def slowly(method: str, raw: Json, files: Files) -> Any:
        on_their_way.append(1)
        most.append(len(on_their_way))
        await asyncio.sleep(0.5)
        on_their_way.pop()
        return await answer(method, raw, files)

    most: list[int] = []
    tg.call = slowly  # type: ignore[method-assign]
    await asyncio.gather(*(bot.get_my_name() for _ in range(2 * AT_ONCE)))
    assert max(most) == AT_ONCE


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
