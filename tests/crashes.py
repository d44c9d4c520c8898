"""kill -9 again and again while people add, replace and remove documents: what is there after it.

    python -m tests.crashes --kills 50

People in private chats send files, one or an album, newer versions of them, and take them back.
The bot, a process with the real library, is killed at moments drawn at random and started again.
After each kill the library is looked at as it was left.
"""

import argparse
import asyncio
import contextlib
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.jobs import Jobs
from bot.localization import say
from bot.rights import collection_of
from embeddings.encoder import load_encoder
from embeddings.library import DEPTH, Library
from embeddings.passages import split_passages
from tests.fake_telegram import Chat, FakeTelegram, Msg, User
from tests.serving import Bot, running

PEOPLE = 5
LONGEST_LIFE_S = 4.0
"""A process is killed at a moment from its start to this many seconds after it can read files."""

_UNDO, _REPLACE = say("tr", "telegram-add-undo"), say("tr", "telegram-add-replace")
_UNDONE, _REPLACED = say("tr", "telegram-add-undone"), say("tr", "telegram-add-replaced")
_WORDS = "kira depozito kefil sözleşme tapu aidat komşu merdiven asansör bahçe çatı boya".split()
_PATIENCE_S = 3600.0  # while it is killed all the time
_END_S = 300.0
_GONE_S = 3.0


@dataclass
class Report:
    """The outcome.

    Attributes:
        kills: How often the bot was killed.
        done: What was acknowledged, by kind: "added", "replaced", "removed".
        in_hand: Kills with files in the queue.
        faults: What is not as it must be, in words.
    """

    kills: int = 0
    done: Counter[str] = field(default_factory=Counter)
    in_hand: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        done = ", ".join(f"{number} {kind}" for kind, number in sorted(self.done.items()))
        return "\n".join(
            [
                f"kills                {self.kills}, of these with files waiting {self.in_hand}",
                f"acknowledged         {done}",
                f"faults               {len(self.faults)}",
                *self.faults[:20],
            ]
        )


class Person:
    """Somebody who adds and removes documents, and knows which must be there.

    Args:
        chat: Theirs.
        chance: Draws what they do.
        report: Counts what was acknowledged.
    """

    def __init__(self, chat: Chat, chance: random.Random, report: Report) -> None:
        self.chat, self._chance, self._report = chat, chance, report
        self.texts: dict[str, str] = {}  # of all that was ever sent, by title
        self.there: dict[str, str] = {}  # acknowledged, with the name of the file
        self.gone: set[str] = set()  # acknowledged as removed
        self.leaving: set[str] = set()  # whose removal is asked for
        self.replacing: set[str] = set()  # in place of an older one: these cannot be undone
        self._files = 0

    @property
    def user(self) -> User:
        return self.chat.people[0]

    async def act(self, until: asyncio.Event) -> None:
        """Do one thing after another until an event is set; what is begun comes to its end."""
        while not until.is_set():
            undoable = sorted(self.there.keys() - self.replacing)
            if undoable and self._chance.random() < 0.4:
                await self._undo(self._chance.choice(undoable))
            elif self.there and self._chance.random() < 0.4:
                await self._replace(self._chance.choice(sorted(self.there)))
            else:
                await self._add(self._chance.randint(1, 3))
            await asyncio.sleep(self._chance.uniform(0, 0.3))

    async def _add(self, files: int) -> None:
        album = {} if files == 1 else {"media_group_id": str(self._files + 1)}
        sent = {}
        for _ in range(files):
            self._files += 1
            title = f"Belge {self.chat.id}-{self._files}"
            sent[title] = f"belge{self._files}.md"
            await self._send(title, self._write(title), sent[title], **album)
        for title, name in sent.items():
            await self._receipt(title)
            self.there[title] = name
            self._report.done["added"] += 1

    async def _replace(self, old: str) -> None:
        name = self.there[old]
        title = f"{old}’"
        text = self.texts[old].replace(f"# {old}\n", f"# {title}\n") + self._sentence(title)
        await self._send(title, text, name)
        receipt = await self._receipt(title)
        self.there[title] = name
        self._report.done["added"] += 1
        if any(b == _REPLACE or b.startswith("⇄") for b in receipt.buttons):
            self.leaving.add(old)
            self.replacing.add(title)
            await self._press(receipt, _button(receipt, title, _REPLACE, "⇄"), _REPLACED)
            self._note_gone(old)
            self._report.done["replaced"] += 1

    async def _undo(self, title: str) -> None:
        receipt = await self._receipt(title)
        self.leaving.add(title)
        await self._press(receipt, _button(receipt, title, _UNDO, "↩"), _UNDONE)
        self._note_gone(title)
        self._report.done["removed"] += 1

    def _note_gone(self, title: str) -> None:
        del self.there[title]
        self.gone.add(title)

    async def _send(self, title: str, text: str, name: str, **extra: Any) -> None:
        self.texts[title] = text
        await self.chat.send(self.user, document=(name, text.encode()), **extra)

    async def _receipt(self, title: str) -> Msg:
        """Wait for the message that says that a document is there."""

        def found() -> Msg | None:
            return next(
                (m for m in self.chat.from_bot if "⏳" not in m.text and _names(m, title)), None
            )

        return await self.chat.tg.until(found, f"receipt of {title}", _PATIENCE_S)

    async def _press(self, receipt: Msg, label: str, said: str) -> None:
        """Press a button until the bot says that it has done its work."""
        deadline_s = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline_s:
            try:
                answer = await receipt.press(label, timeout_s=5)
            except LookupError:  # it was done; the answer was lost
                return
            except TimeoutError:
                continue
            if answer["text"] == said:
                return
            await asyncio.sleep(0.3)  # the library is being loaded
        raise TimeoutError(f"{label} of {receipt.text!r}")

    def _write(self, title: str) -> str:
        sentences = [self._sentence(title) for _ in range(self._chance.randint(5, 400))]
        paragraphs = [" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5)]
        return "\n\n".join([f"# {title}\n", *paragraphs]) + "\n\n"

    def _sentence(self, title: str) -> str:
        words = " ".join(self._chance.choices(_WORDS, k=8))
        return f"{title} uyarınca {words} {self._chance.randrange(10**6)} sayılır."


async def crash(data: Path, *, kills: int, seed: int = 1) -> Report:
    """Kill the bot again and again.

    Args:
        data: Its folder.
        kills: How often.
        seed: Of all that is drawn.
    """
    chance, report, enough = random.Random(seed), Report(), asyncio.Event()
    async with FakeTelegram() as tg:
        users = [tg.user(f"Kişi {number}", lang="tr") for number in range(PEOPLE)]
        people = [
            Person(tg.private(user), random.Random(f"{seed} {user.id}"), report) for user in users
        ]
        acting = [asyncio.create_task(person.act(enough)) for person in people]
        try:
            for _ in range(kills):
                async with running(tg, data) as bot:
                    await _live(bot, chance)
                    children = _descendants(bot.process.pid)
                    bot.process.kill()
                    await bot.ended()
                report.kills += 1
                report.in_hand += bool(_waiting(data))
                report.faults += await _left(children)
                report.faults += await asyncio.to_thread(examine, data, people, is_over=False)
            enough.set()
            async with running(tg, data) as bot:
                await asyncio.wait_for(asyncio.gather(*acting), _END_S)
                await tg.until(lambda: not _waiting(data), "end of the queue", _END_S)
                begin_s = time.monotonic()
                bot.process.terminate()
                code = await bot.ended()
                if code or time.monotonic() - begin_s > 3:
                    report.faults.append(f"SIGTERM: code {code} after a while")
                report.faults += [line for line in bot.log.splitlines() if "Traceback" in line]
        finally:
            for task in acting:
                task.cancel()
            await asyncio.gather(*acting, return_exceptions=True)
        report.faults += await asyncio.to_thread(examine, data, people, is_over=True)
    return report


def examine(data: Path, people: list[Person], *, is_over: bool) -> list[str]:
    """Look at a library that a process has left.

    Args:
        data: Its folder.
        people: Know what must be there.
        is_over: Whether everything that they have asked for is done.

    Returns:
        What is wrong.
    """
    faults = []
    with contextlib.closing(Library(data, load_encoder(None))) as library:
        for person in people:
            where = [collection_of(person.chat.id)]
            stored = {document.title: document for document in library.documents(where)}
            read = {document.title: document for document in library.read_all(where[0])}
            for title, document in read.items():
                passages = split_passages(document)
                hits = library.open_passages(stored[title].id, where, offset=0, limit=10_000)
                if document.text.strip() != _without_marks(person.texts[title]).strip():
                    faults.append(f"{title}: not whole")
                if [h.passage for h in hits] != list(passages):
                    faults.append(f"{title}: not its passages")
                if any(document.text[p.start : p.end] != p.text for p in passages):
                    faults.append(f"{title}: not verbatim")
                for retriever in ("lexical", "dense"):
                    # One from each end: a batch that was cut off lacks the last ones.
                    for passage in {passages[0], passages[-1]}:
                        # Before copies are collapsed: an older version may still be there.
                        found = library.collect(
                            passage.text, where, retriever=retriever, candidates=DEPTH
                        ).passages
                        if stored[title].id not in {p.document_id for p in found.values()}:
                            faults.append(f"{title}: not in the {retriever} index")
            faults += [f"{t}: lost" for t in person.there if t not in read | _all(person.leaving)]
            faults += [f"{title}: removed and there" for title in person.gone & read.keys()]
            if is_over:
                faults += [f"{t}: never acknowledged" for t in read.keys() - person.there.keys()]
    return faults


def _all(titles: set[str]) -> dict[str, None]:
    return dict.fromkeys(titles)


def _without_marks(markdown: str) -> str:
    return markdown.removeprefix("# ").replace("\n\n\n", "\n\n")


def _names(message: Msg, title: str) -> bool:
    return any(
        line == title or line.partition(". ")[2].startswith(f"{title}:")
        for line in message.text.split("\n")
    )


def _button(receipt: Msg, title: str, single: str, sign: str) -> str:
    """The label of the button of a document, in a list of several or alone."""
    for line in receipt.text.split("\n"):
        number, _, rest = line.partition(". ")
        if rest.startswith(f"{title}:"):
            return f"{sign} {number}"
    return single


async def _live(bot: Bot, chance: random.Random) -> None:
    if chance.random() < 0.1:  # at times it dies before it can do anything
        await asyncio.sleep(chance.uniform(0, 1))
        return
    await bot.logged("Listening" if chance.random() < 0.1 else "The library is loaded")
    await asyncio.sleep(chance.uniform(0, LONGEST_LIFE_S))


def _waiting(data: Path) -> list[int]:
    with contextlib.closing(Jobs.in_folder(data)) as jobs:
        return jobs.bursts()


def _descendants(pid: int) -> dict[int, str]:
    """The processes that a process has begun, and those of these, with the time of their start."""
    parents: dict[int, int] = {}
    begun: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            values = path.read_text("utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(values[1])
            begun[int(path.parent.name)] = values[19] if values[0] not in "ZX" else ""
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {child: begun[child] for child in found - {pid} if begun[child]}


async def _left(children: dict[int, str]) -> list[str]:
    """Wait for the end of processes; those that are still there."""
    deadline_s = time.monotonic() + _GONE_S
    while left := {pid for pid, begun in children.items() if _begun(pid) == begun}:
        if time.monotonic() > deadline_s:
            return [f"process {pid} outlives the bot" for pid in left]
        await asyncio.sleep(0.05)
    return []


def _begun(pid: int) -> str:
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
        values = stat.rpartition(")")[2].split()
        return "" if values[0] in "ZX" else values[19]
    return ""


def main() -> None:
    """Kill as often as the command line says, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    # The fake is told of each connection that breaks with its process.
    logging.getLogger("aiohttp").addHandler(logging.NullHandler())
    logging.getLogger("aiohttp").propagate = False
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(crash(Path(folder) / "data", kills=given.kills, seed=given.seed))
    sys.stdout.write(f"{report}\n")
    sys.exit(bool(report.faults))


if __name__ == "__main__":
    main()
