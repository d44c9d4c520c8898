"""How long a question waits while files are being read, against an idle bot, in figures.

    python -m tests.reading_load --files 100

The bot is a process with the real library. One person sends files of about 20 pages of text each;
others ask, one question at a time, before that and until the last file is read.
"""

import argparse
import asyncio
import contextlib
import itertools
import math
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.jobs import Jobs
from embeddings.datatypes import SHARED, Document
from embeddings.encoder import load_encoder
from embeddings.library import Library
from tests.fake_telegram import Chat, FakeTelegram
from tests.serving import running

PEOPLE = 20
PASSAGES = 3000
"""In the library before, so that a question is no easy one."""
SENTENCES = 400
"""In a file: some 20 pages of 2000 characters."""
PAUSE_S = 0.25
"""Between an answer and the next question; each person asks less than once a second."""
IDLE_QUESTIONS = 80

_ASKED = "{} numaralı dairenin aidatı ne kadar?"
_TOLD = "{} numaralı dairenin aidatı iki yüz liradır."
_MORE = "Aidat her ayın ilk haftasında yatırılır; geciken aidattan ayrıca ücret alınmaz."
_WORDS = (
    "apartman yönetim kurulu toplantı karar bahçe asansör bakım onarım ısıtma gider pay arsa "
    "kat malik kiracı yükümlü hak süre bildirim itiraz dava mahkeme bedel ödeme makbuz defter "
    "denetim sigorta yangın merdiven çatı boya sıva su elektrik doğalgaz sayaç güvenlik temizlik"
).split()
_PATIENCE_S = 900.0


@dataclass
class Report:
    """The outcome.

    Attributes:
        idle_s: From each question to its answer, while nothing is read.
        reading_s: The same while files are read.
        files: That were read.
        took_s: To read them all.
        wrong: Answers that mark another sentence than the right one.
    """

    idle_s: list[float]
    reading_s: list[float]
    files: int
    took_s: float
    wrong: int

    @property
    def ratio(self) -> float:
        """The 95th percentile while files are read, to that of an idle bot."""
        return percentile(self.reading_s, 0.95) / percentile(self.idle_s, 0.95)

    def __str__(self) -> str:
        def line(name: str, latencies: Sequence[float]) -> str:
            parts = (f"{1000 * percentile(latencies, share):.0f}" for share in (0.5, 0.95))
            return f"{name:21}{', '.join(parts)} ms ({len(latencies)} questions)"

        return "\n".join(
            [
                line("idle, p50, p95", self.idle_s),
                line("reading, p50, p95", self.reading_s),
                f"{'ratio of p95':21}{self.ratio:.2f}",
                f"{'files':21}{self.files} in {self.took_s:.0f} s",
                f"{'wrong answers':21}{self.wrong}",
            ]
        )


def percentile(latencies: Sequence[float], share: float) -> float:
    """The latency that a share of the questions do not exceed."""
    return sorted(latencies)[math.ceil(share * len(latencies)) - 1] if latencies else math.nan


async def measure(data: Path, *, files: int, seed: int = 1) -> Report:
    """Ask while nothing is read, then while files are.

    Args:
        data: Folder of the bot.
        files: How many are sent.
        seed: Of all that is drawn.
    """
    chance = random.Random(seed)
    fill_library(data)
    async with FakeTelegram() as tg, running(tg, data):
        chats = [tg.private(tg.user(f"Kişi {n}", lang="tr")) for n in range(PEOPLE)]
        sender = tg.private(tg.user("Gönderen", lang="tr"))
        asker = _Asker(tg, chats, chance)
        for _ in chats:  # the first questions find nothing warm
            await asker.ask()
        asker.wrong = 0
        idle_s = [await asker.ask() for _ in range(IDLE_QUESTIONS)]
        begin_s = time.monotonic()
        for number in range(files):
            name, text = f"{number}.txt", make_text(number, chance)
            await sender.send(sender.people[0], document=(name, text.encode()))
        reading_s = []
        await tg.wait_call("getFile")
        while _is_waiting(data) and time.monotonic() < begin_s + _PATIENCE_S:
            reading_s.append(await asker.ask())
        took_s = time.monotonic() - begin_s
    with contextlib.closing(Library(data, load_encoder(None))) as library:
        read = library.count([f"chat:{sender.id}"]).documents
    return Report(idle_s, reading_s, read, took_s, asker.wrong)


class _Asker:
    """Asks questions, each person in turn."""

    def __init__(self, tg: FakeTelegram, chats: Sequence[Chat], chance: random.Random) -> None:
        self._tg, self._chance = tg, chance
        self._turns = itertools.cycle(chats)
        self.wrong = 0

    async def ask(self) -> float:
        """Ask, and wait for the answer; how long that took."""
        chat, number = next(self._turns), self._chance.randrange(PASSAGES)
        await asyncio.sleep(PAUSE_S)
        begun_s = time.monotonic()
        await chat.send(chat.people[0], _ASKED.format(number))
        reply = await chat.next_bot_message(60)
        took_s = time.monotonic() - begun_s
        self.wrong += reply.marked("bold") != [_TOLD.format(number)]
        return took_s


def fill_library(data: Path) -> None:
    """Add a document in which each question has a sentence of its own."""
    text = "\n\n".join(f"{_TOLD.format(number)} {_MORE}" for number in range(PASSAGES))
    with contextlib.closing(Library(data, load_encoder(None))) as library:
        library.add(Document("Aidatlar", text, "/aidatlar.txt", "Aidatlar"), SHARED)


def make_text(number: int, chance: random.Random) -> str:
    """Write a file of SENTENCES sentences."""
    sentences = [
        f"{number}. yönetmeliğin {at}. maddesi uyarınca {' '.join(chance.choices(_WORDS, k=10))}."
        for at in range(SENTENCES)
    ]
    return "\n\n".join(" ".join(sentences[at : at + 6]) for at in range(0, SENTENCES, 6))


def _is_waiting(data: Path) -> bool:
    with contextlib.closing(Jobs.in_folder(data)) as jobs:
        return bool(jobs.first_waiting())


def main() -> None:
    """Measure as the command line says, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(measure(Path(folder) / "data", files=given.files, seed=given.seed))
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
