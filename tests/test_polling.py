"""Updates fetched from Telegram: each handed out once, whatever fails."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot, Update
from telegram.ext import ExtBot

from bot.arrivals import Arrivals
from bot.connection import PatientRequest
from bot.inbox import Inbox
from bot.pace import PatientLimiter
from bot.polling import TokenRefused, poll
from bot.turns import Turns
from tests.fake_telegram import FakeTelegram


@pytest.fixture
async def bot(tg: FakeTelegram) -> AsyncIterator[Bot]:
    request = PatientRequest(first_pause_s=0.01)
    async with ExtBot(
        tg.token,
        tg.base_url,
        request=request,
        get_updates_request=request,
        rate_limiter=PatientLimiter(),
    ) as bot:
        yield bot


class Poller:
    """Polls in the background; `texts` are those of the messages that were handed out."""

    def __init__(self, bot: Bot, folder: Path, *, finishes: bool = True) -> None:
        self.bot, self.folder, self.finishes = bot, folder, finishes
        self.texts: list[str | None] = []

    async def __aenter__(self) -> "Poller":
        self.inbox = Inbox(self.folder)
        self.turns = Turns(self._handle)
        arrivals = Arrivals(self.bot, self.inbox, self.turns, lambda _: True)
        self.task = asyncio.create_task(poll(self.bot, arrivals))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})
        await self.turns.close(1)
        self.inbox.close()

    async def _handle(self, update: Update) -> None:
        assert update.message
        self.texts.append(update.message.text)
        if self.finishes:
            self.inbox.finish(update.update_id)

    async def until(self, *texts: str) -> None:
        for _ in range(500):
            if self.texts == list(texts):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.texts} instead of {list(texts)}")


async def test_what_arrives_is_handed_out_once(tg: FakeTelegram, bot: Bot, tmp_path: Path) -> None:
    ayse = tg.user("Ayşe")
    chat = tg.private(ayse)
    await chat.send(ayse, "bir")
    async with Poller(bot, tmp_path) as poller:
        await poller.until("bir")
        tg.duplicate_updates(2)
        await chat.send(ayse, "iki")
        await chat.send(ayse, "üç")
        await poller.until("bir", "iki", "üç")
        await chat.send(ayse, "dört")
        await poller.until("bir", "iki", "üç", "dört")


async def test_what_was_left_behind_is_handed_out_first(
    tg: FakeTelegram, bot: Bot, tmp_path: Path
) -> None:
    ayse = tg.user("Ayşe")
    chat = tg.private(ayse)
    await chat.send(ayse, "önce")
    async with Poller(bot, tmp_path, finishes=False) as poller:
        await poller.until("önce")
    await chat.send(ayse, "sonra")
    async with Poller(bot, tmp_path) as poller:
        await poller.until("önce", "sonra")
    async with Poller(bot, tmp_path) as poller:
        await chat.send(ayse, "en son")
        await poller.until("en son")


async def test_an_update_that_cannot_be_understood_is_kept_and_holds_up_nothing(
    tg: FakeTelegram, bot: Bot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ayse = tg.user("Ayşe")
    tg.push("message", {"no": "message"}, 1)
    await tg.private(ayse).send(ayse, "soru")
    async with Poller(bot, tmp_path) as poller:
        await poller.until("soru")
        assert [kept.update["message"] for kept in poller.inbox.unfinished()] == [
            {"no": "message"}
        ]
    assert "cannot be understood" in caplog.text


@pytest.mark.parametrize("kind", ["502", "drop", "429", "409"])
async def test_polling_goes_on_after_a_failure(
    tg: FakeTelegram, bot: Bot, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    ayse = tg.user("Ayşe")
    tg.fault(kind, "getUpdates", times=2, seconds=1)
    await tg.private(ayse).send(ayse, "soru")
    async with Poller(bot, tmp_path) as poller:
        await poller.until("soru")
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == (0 if kind == "429" else 2)  # it begins, and it is over
    assert all(record.exc_info is None for record in warnings)
    if kind == "409":
        assert "make sure that only one bot instance is running" in caplog.text


async def test_a_token_that_no_longer_holds_ends_the_polling(
    tg: FakeTelegram, bot: Bot, tmp_path: Path
) -> None:
    tg.token = "123456:NEW"
    async with Poller(bot, tmp_path) as poller:
        with pytest.raises(
            TokenRefused, match="ALINTI_TOKEN was refused by Telegram: Unauth"
        ) as e:
            await poller.task
    assert "TEST" not in str(e.value)
