"""What holds for every test."""

import os
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fake_telegram import Chat, FakeTelegram, User

# As the bot sets it: without, python-telegram-bot warns of seconds that will be timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK):
            raise ConnectionRefusedError(f"tests talk to loopback only, not to {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)


@pytest.fixture
async def tg() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> str:
    """Both ways in which updates come to the bot, for `tests.serving.serving`."""
    return str(request.param)


@pytest.fixture
def ayse(tg: FakeTelegram) -> User:
    return tg.user("Ayşe", lang="tr")


@pytest.fixture
def can(tg: FakeTelegram) -> User:
    return tg.user("Can", lang="en")


@pytest.fixture
def group(tg: FakeTelegram, ayse: User, can: User) -> Chat:
    """Ayşe's; Can is a member."""
    return tg.group("Grup", [ayse, can])


@pytest.fixture
def chat(tg: FakeTelegram, ayse: User) -> Chat:
    return tg.private(ayse)
