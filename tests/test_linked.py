"""Which channel a group discusses, with a bot that answers as it is told."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import Forbidden, NetworkError, TelegramError

from bot.linked import LinkedChannels
from bot.rights import Members

GROUP, CHANNEL = -1001, -1002


class Telegram:
    """Answers getChat, and counts how often it was asked."""

    id = 7

    def __init__(self, linked: int | None = CHANNEL, kind: str = "supergroup") -> None:
        self.linked, self.kind = linked, kind
        self.error: TelegramError | None = None
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.asked = 0

    async def get_chat(self, chat_id: int) -> Any:
        self.asked += 1
        await self.go_on.wait()
        if self.error:
            raise self.error
        return SimpleNamespace(id=chat_id, type=self.kind, linked_chat_id=self.linked)


class Admins(Members):
    """Says of everybody whether they are an admin."""

    def __init__(self, *, is_admin: bool = True) -> None:
        super().__init__()
        self.says = is_admin

    async def is_admin(self, bot: Bot, chat_id: int, user_id: int) -> bool:
        assert (chat_id, user_id) == (CHANNEL, 7)
        return self.says


async def of_group(
    linked: LinkedChannels, telegram: Telegram, *, is_admin: bool = True
) -> int | None:
    return await linked.of_group(cast("Bot", telegram), GROUP, Admins(is_admin=is_admin))


async def test_the_answer_is_remembered_for_a_while() -> None:
    now, telegram = [0.0], Telegram()
    linked = LinkedChannels(remembered_s=60, clock=lambda: now[0])
    assert await of_group(linked, telegram) == CHANNEL
    telegram.linked = None
    assert await of_group(linked, telegram) == CHANNEL
    now[0] = 61
    assert await of_group(linked, telegram) is None
    assert await of_group(linked, telegram) is None
    assert telegram.asked == 2


@pytest.mark.parametrize(
    ("telegram", "is_admin"),
    [(Telegram(None), True), (Telegram(kind="channel"), True), (Telegram(), False)],
    ids=["no channel", "a channel itself", "the bot is no admin"],
)
async def test_no_channel_is_searched(telegram: Telegram, is_admin: bool) -> None:
    assert await of_group(LinkedChannels(), telegram, is_admin=is_admin) is None


async def test_those_who_ask_at_once_share_an_answer() -> None:
    linked, telegram = LinkedChannels(), Telegram()
    assert await asyncio.gather(*(of_group(linked, telegram) for _ in range(3))) == 3 * [CHANNEL]
    assert telegram.asked == 1


async def test_a_late_answer_is_not_waited_for_but_used_afterwards() -> None:
    linked, telegram = LinkedChannels(patience_s=0.05), Telegram()
    telegram.go_on.clear()
    assert await of_group(linked, telegram) is None
    telegram.go_on.set()
    assert await of_group(linked, telegram) == CHANNEL
    assert telegram.asked == 1


async def test_a_network_that_fails_is_asked_again_and_a_refusal_remembered() -> None:
    linked, telegram = LinkedChannels(), Telegram()
    telegram.error = NetworkError("gone")
    assert await of_group(linked, telegram) is None
    telegram.error = Forbidden("bot was kicked")
    assert await of_group(linked, telegram) is None
    telegram.error = None
    assert await of_group(linked, telegram) is None
    assert telegram.asked == 2


async def test_a_refusal_is_forgotten_when_the_bot_comes_to_the_group() -> None:
    linked, telegram = LinkedChannels(), Telegram()
    telegram.error = Forbidden("bot is not a member")
    assert await of_group(linked, telegram) is None
    telegram.error = None
    linked.forget(CHANNEL)
    assert await of_group(linked, telegram) is None
    linked.forget(GROUP)
    assert await of_group(linked, telegram) == CHANNEL


async def test_an_answer_that_was_on_its_way_when_the_bot_came_is_asked_for_again() -> None:
    linked, telegram = LinkedChannels(), Telegram(None)
    telegram.go_on.clear()
    asking = asyncio.create_task(of_group(linked, telegram))
    await asyncio.sleep(0.01)
    linked.forget(GROUP)
    telegram.go_on.set()
    assert await asking is None
    assert telegram.asked == 2
