"""What holds for every test, and what many of them begin with.

Retrieval and the bot are imported by the fixtures that need them: the tests of a leaf begin at
once, and run whatever is the matter with the rest.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_telegram import Chat, FakeTelegram, User, rates

if TYPE_CHECKING:
    from bot.state import State
    from embeddings.encoder import BundledEncoder
    from tests.serving import Gate, Load, Run
    from tests.shelf import Shelf

# As the bot sets it: without, python-telegram-bot warns of seconds that will be timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "true")

QUICK_S = 0.1
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
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Telegram's second between two messages of a chat a tenth, for the bot and the fake.

    Where the second itself is tested, or the bot is a process, this is overridden by nothing.
    """
    from bot.pace import PatientLimiter

    monkeypatch.setitem(PatientLimiter.__init__.__kwdefaults__ or {}, "pause_s", QUICK_S)
    monkeypatch.setattr(rates, "CHAT", rates.CHAT._replace(window_s=QUICK_S))


@pytest.fixture
async def tg(quick: None) -> AsyncIterator[FakeTelegram]:
    """Telegram, where the bot is called @alinti_bot."""
    async with FakeTelegram(username="alinti_bot") as fake:
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


# ---- what the bot has in its folder, which is tmp_path


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """The bot's memory, opened a second time."""
    from bot.state import State

    with closing(State.in_folder(tmp_path)) as opened:
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Shelf]:
    """A real library with nothing in it; many files of tests have one of their own."""
    from tests.shelf import Shelf

    shelf = Shelf(tmp_path / "library")
    yield shelf
    shelf.end()


@pytest.fixture(scope="session")
def encoder() -> BundledEncoder:
    """The bundled one, loaded once: it keeps nothing of what it encodes."""
    from embeddings.encoder import BundledEncoder

    return BundledEncoder()


@pytest.fixture
def load(tmp_path: Path, encoder: BundledEncoder) -> Load:
    """Opens the library that the bot and its worker write."""
    from embeddings.library import Library

    return lambda: Library(tmp_path, encoder)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Gate]:
    """The worker of each bot that is served, which the test can hold up."""
    from tests.serving import Gate

    made: list[Gate] = []

    def make(folder: Path) -> Gate:
        made.append(Gate(folder))
        return made[-1]

    monkeypatch.setattr("bot.app.Worker", make)
    return made


# ---- the terminal


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Types a command, with no settings but the folder; its exit code, output and errors."""
    from bot import cli

    for name in os.environ:
        if name.startswith(("ALINTI_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ALINTI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def type_in(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["alinti", *words])
        code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        assert isinstance(code, int)
        return code, out, err

    return type_in
