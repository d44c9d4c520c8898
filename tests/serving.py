"""The bot for tests: in the test's own loop with a library of answers, or as a process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.app import serve
from bot.settings import Settings
from embeddings.datatypes import Answer, Hit, Passage
from embeddings.library import Library
from tests.fake_telegram import FakeTelegram

NOTHING = Answer("", (), 0.0, answered=False)


class KnownAnswers(Library):
    """Gives the answers it was made with; to any other question, none.

    Args:
        answers: By question.
    """

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = {} if answers is None else dict(answers)
        self.asked: list[str] = []
        self.closed = False

    def answer(
        self,
        question: str,
        collections: Sequence[str],
        *,
        limit: int = 5,
        retriever: str = "hybrid",
    ) -> Answer:
        assert list(collections) == ["shared"]
        self.asked.append(question)
        return self.answers.get(question, NOTHING)

    def is_empty(self, collections: Sequence[str]) -> bool:
        return not self.answers

    def close(self) -> None:
        self.closed = True


def quote(
    text: str,
    highlight: str = "",
    *,
    title: str = "Belge",
    heading: str = "",
    page: int | None = None,
    source: str = "/belgeler/belge.txt",
) -> Answer:
    """An answer with one quote, in which the highlight is marked."""
    start = text.index(highlight)
    passage = Passage(0, len(text), text, heading=heading, page=page)
    hit = Hit(passage, 1, title, source, 1.0, (start, start + len(highlight)))
    return Answer("", (hit,), 0.9, answered=True)


def settings_for(tg: FakeTelegram, data: Path) -> Settings:
    return Settings(
        token=SecretStr(tg.token), data=data, api_url=tg.base_url, file_url=tg.base_file_url
    )


@asynccontextmanager
async def serving(
    tg: FakeTelegram, data: Path, load: Callable[[], Library] = KnownAnswers
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve the fake in this loop; stopped at the end, where an error of the bot is raised."""
    stop = asyncio.Event()
    bot = asyncio.create_task(serve(settings_for(tg, data), stop, load))
    try:
        yield bot
    finally:
        stop.set()
        await asyncio.wait_for(bot, 10)
