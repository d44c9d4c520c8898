"""The bot for tests: in the test's own loop with a library of answers, or as a process."""

import asyncio
import contextlib
import os
import random
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import bot
from bot.app import serve
from bot.intake import Line
from bot.settings import Settings
from bot.state import State
from bot.worker import Worker
from embeddings.datatypes import Answer, Hit, Passage
from embeddings.library import Library
from tests.fake_telegram import PATIENCE_S, FakeTelegram

# As the installed command does it.
COMMAND = (sys.executable, "-c", "from bot.cli import main; main()")
Load = Callable[[], Library]
Run = Callable[..., tuple[int, str, str]]
NOTHING = Answer("", (), 0.0, answered=False)
# Not of a seed that tests share.
_CHANCE = random.SystemRandom()


class KnownAnswers(Library):
    """Gives the answers it was made with; to any other question, none.

    Args:
        answers: By question.
    """

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = {} if answers is None else dict(answers)
        self.asked: list[str] = []
        self.searched: list[list[str]] = []  # the collections, question by question
        self.renamed: list[tuple[str, str]] = []
        self.removed: set[int] = set()  # passages
        self.go_on = threading.Event()  # cleared, it thinks until it is set
        self.go_on.set()
        self.closed = False

    def answer(
        self,
        question: str,
        collections: Sequence[str],
        *,
        limit: int = 5,
        retriever: str = "hybrid",
    ) -> Answer:
        self.asked.append(question)
        self.searched.append(list(collections))
        assert self.go_on.wait(10)
        return self.answers.get(question, NOTHING)

    def is_empty(self, collections: Sequence[str]) -> bool:
        return not self.answers

    def still_there(self, passage_ids: Sequence[int]) -> bool:
        return self.removed.isdisjoint(passage_ids)

    def collections_of(self, passage_ids: Sequence[int]) -> set[str]:
        return set()

    def rename_collection(self, old: str, new: str) -> None:
        self.renamed.append((old, new))

    def close(self) -> None:
        self.closed = True


class Gate(Worker):
    """The real process that reads and adds, which a test can hold up.

    Attributes:
        before: Cleared, it holds up what it is to do, until it is set.
        after: As before, of what is done but not yet reported.
        sources: Of all that it was to do, in order.
        done: How much of that is done.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.before, self.after = asyncio.Event(), asyncio.Event()
        self.before.set()
        self.after.set()
        self.sources: list[str] = []
        self.done = 0

    async def do(self, request: Line, report: Callable[[Line], None]) -> Line:
        self.sources.append(request["source"])
        await self.before.wait()
        said = await super().do(request, report)
        self.done += 1
        await self.after.wait()
        return said


def quote(
    text: str,
    highlight: str = "",
    *,
    title: str = "Belge",
    heading: str = "",
    page: int | None = None,
    source: str = "/belgeler/belge.txt",
    passage_id: int = 0,
) -> Answer:
    """An answer with one quote, in which the highlight is marked."""
    start = text.index(highlight)
    passage = Passage(0, len(text), text, heading=heading, page=page)
    span = (start, start + len(highlight))
    hit = Hit(passage, 1, title, source, 1.0, span, passage_id=passage_id)
    return Answer("", (hit,), 0.9, answered=True)


def settings_for(tg: FakeTelegram, data: Path, mode: str = "polling", **settings: Any) -> Settings:
    """Settings with which the bot serves the fake.

    Args:
        tg: The fake.
        data: Folder of the bot.
        mode: "polling", or "webhook": at a free port of this machine.
        settings: Further ones, by their names in Settings.
    """
    if mode == "webhook":
        address = f"127.0.0.1:{free_port()}"
        settings = {
            "webhook_url": f"http://{address}",
            "webhook_listen": address,
            **settings,
        }
    return Settings(
        token=SecretStr(tg.token),
        data=data,
        api_url=tg.base_url,
        file_url=tg.base_file_url,
        **settings,
    )


def free_port() -> int:
    """A port at which nobody listens, and which no outgoing connection is given meanwhile.

    Those get theirs from 32768 on, on Linux; tests in other processes choose at random as well.
    """
    while True:
        port = _CHANCE.randrange(10_000, 32_000)
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


@asynccontextmanager
async def serving(
    tg: FakeTelegram,
    data: Path,
    load: Load = KnownAnswers,
    mode: str = "polling",
    **settings: Any,
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve the fake in this loop; stopped at the end, where an error of the bot is raised.

    Args:
        tg: The fake.
        data: Folder of the bot.
        load: Opens the library; called in a thread.
        mode: How updates come: "polling" or "webhook". The fixture of that name is both in turn.
        settings: Further ones, by their names in Settings.
    """
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings_for(tg, data, mode, **settings), stop, load))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_S)


@asynccontextmanager
async def answering(tg: FakeTelegram, data: Path, mode: str = "polling") -> AsyncIterator[State]:
    """Serve the fake; the bot's memory, opened a second time. Nothing may go wrong meanwhile."""
    library = KnownAnswers({"Ne zaman?": quote("Yarın toplanılır.")})
    with closing(State.in_folder(data)) as state:
        async with serving(tg, data, lambda: library, mode):
            yield state
    assert not [call for call in tg.calls if call.error]
    assert not tg.violations


class Bot:
    """A process of `alinti run`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self._log = process, log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    async def ended(self) -> int:
        """Wait for the end; the exit code."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)

    async def logged(self, text: str) -> None:
        """Wait for a line of its log."""
        for _ in range(20 * int(PATIENCE_S)):
            if text in self.log:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"no {text!r} in the log: {self.log}")


@asynccontextmanager
async def running(
    tg: FakeTelegram,
    data: Path,
    mode: str = "polling",
    command: str = "run",
    **variables: str,
) -> AsyncIterator[Bot]:
    """Run the bot as a process, which does not outlive the block, whatever happens.

    Args:
        tg: The fake.
        data: Folder of the bot.
        mode: See `serving`.
        command: Of `alinti`.
        variables: Of its environment.
    """
    ours = {
        "ALINTI_TOKEN": tg.token,
        "ALINTI_DATA": str(data),
        "ALINTI_API_URL": tg.base_url,
        "ALINTI_FILE_URL": tg.base_file_url,
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
    }
    if mode == "webhook":
        address = f"127.0.0.1:{free_port()}"
        ours |= {"ALINTI_WEBHOOK_URL": f"http://{address}", "ALINTI_WEBHOOK_LISTEN": address}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("ALINTI_") and not name.lower().endswith("_proxy")
    }
    data.parent.mkdir(parents=True, exist_ok=True)
    log = data.parent / f"{command}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            command,
            env=kept | ours | variables,
            cwd=data.parent,
            stdout=output,
            stderr=output,
        )
        try:
            yield Bot(process, log)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
