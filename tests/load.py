"""Many people ask at once while the network fails: what the bot makes of it, in figures.

    python -m tests.load --minutes 3 --mode webhook

40 people in 5 groups and in 40 private chats ask 400 questions a minute, at times drawn at random.
Of the bot's calls, a share is refused with 429 or 502, or loses its connection before or after it
is done, and a share of the updates comes twice.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import math
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.datatypes import SHARED, Document
from embeddings.encoder import load_encoder
from embeddings.library import Library
from tests.fake_telegram import Chat, FakeTelegram, Msg
from tests.fake_telegram.wire import Json
from tests.serving import serving

PEOPLE = 40
GROUPS = 5
IN_GROUP = 15
"""Questions a minute in each group: five fewer than the messages that Telegram allows there."""
A_MINUTE = 400
FAULTS = {"429": 0.02, "502": 0.02, "drop": 0.02, "drop_after": 0.02}
DUPLICATES = 0.02
ASKED = "{} numaralı dairenin aidatı ne kadar?"
TOLD = "{} numaralı dairenin aidatı iki yüz liradır."
MORE = "Aidat her ayın ilk haftasında yatırılır; geciken aidattan ayrıca ücret alınmaz."
PAUSE_S = 1.0
"""Between two messages in a chat."""

# Asked so late, they would be answered after the end.
_PATIENCE_S = 60
# A limit counts from the end of a request, a little after it arrived here.
_SLACK_S = 0.1
# How long no call for updates is open after one of them failed.
_NO_UPDATES_S = {"429": 1.1}
_NO_UPDATES_ELSE_S = 0.3


@dataclass
class Question:
    """What was asked, and what came back.

    Attributes:
        chat: Where.
        message: The question.
        answer: The sentence that is to be marked.
        asked_s: When, on the monotonic clock.
        answered_s: When the answers to it arrived; more than one if it was answered twice.
        faults: What happened to the calls with its answer.
    """

    chat: Chat
    message: Msg
    answer: str
    asked_s: float
    answered_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether each reply to it marks its answer."""
        replies = [m for m in self.chat.from_bot if m.reply_to == self.message.id]
        return all(reply.marked("bold") == [self.answer] for reply in replies)

    @property
    def latency_s(self) -> float:
        """From the question to its first answer; infinite without one."""
        return self.answered_s[0] - self.asked_s if self.answered_s else math.inf


@dataclass
class Report:
    """The outcome.

    Attributes:
        questions: All, in the order in which they were asked.
        unhindered: Those that neither a limit of their chat nor a fault delayed.
        reported: How often the bot logged that a message may stand there twice.
        disorder: Chats whose answers are not in the order of their questions.
        violations: Where the bot was faster than Telegram allows.
        errors: Refused calls, apart from the faults.
    """

    questions: list[Question]
    unhindered: list[Question]
    reported: int
    disorder: list[Chat]
    violations: list[Json]
    errors: list[str]

    @property
    def unanswered(self) -> int:
        """Questions without an answer."""
        return sum(not question.answered_s for question in self.questions)

    @property
    def wrong(self) -> int:
        """Questions whose answer does not mark the sentence that is theirs."""
        return sum(not question.is_right for question in self.questions)

    @property
    def broken(self) -> int:
        """How often a connection broke while an answer was on its way."""
        faults = Counter(fault for question in self.questions for fault in question.faults)
        return faults["drop"] + faults["drop_after"]

    @property
    def wrongly_doubled(self) -> int:
        """Questions with more answers than connections that broke after one had arrived."""
        return sum(
            len(question.answered_s) > 1 + question.faults.count("drop_after")
            for question in self.questions
        )

    def percentile_s(self, share: float, *, unhindered: bool = True) -> float:
        """The latency that a share of the questions do not exceed."""
        questions = self.unhindered if unhindered else self.questions
        latencies = sorted(question.latency_s for question in questions)
        return latencies[math.ceil(share * len(latencies)) - 1] if latencies else math.nan

    def __str__(self) -> str:
        doubled = sum(len(question.answered_s) > 1 for question in self.questions)
        return "\n".join(
            [
                f"questions            {len(self.questions)}, {self.unanswered} unanswered",
                f"wrongly answered     {self.wrong}",
                f"answered twice       {doubled}, of these without a reason "
                f"{self.wrongly_doubled}",
                f"broken connections   {self.broken}, reported by the bot {self.reported}",
                f"chats in disorder    {len(self.disorder)}",
                f"limits passed        {len(self.violations)}",
                f"other refused calls  {len(self.errors)} {self.errors[:3]}",
                f"p50, p95 of all      {self.percentile_s(0.5, unhindered=False):.3f} s, "
                f"{self.percentile_s(0.95, unhindered=False):.3f} s",
                f"p50, p95 unhindered  {self.percentile_s(0.5):.3f} s, "
                f"{self.percentile_s(0.95):.3f} s ({len(self.unhindered)} questions)",
            ]
        )


async def measure(data: Path, *, minutes: float, mode: str, seed: int = 1) -> Report:
    """Let everybody ask, and see what comes back.

    Args:
        data: Folder of the bot.
        minutes: For how long they ask.
        mode: "polling" or "webhook".
        seed: Of all that is drawn.
    """
    chance = random.Random(seed)
    log = _Log()
    logging.getLogger("bot").addHandler(log)
    try:
        async with FakeTelegram() as tg:
            plan = make_plan(tg, minutes, chance)
            fill_library(data, len(plan))
            async with serving(tg, data, lambda: Library(data, load_encoder(None)), mode):
                await tg.wait_call("setMyCommands")
                tg.random_faults(FAULTS, seed)
                for kind in FAULTS:  # so that each happens however few ask
                    tg.fault(kind, "sendMessage")
                questions = await _ask(tg, plan, chance)
                await _wait_for_answers(tg, questions)
                await asyncio.sleep(3 * PAUSE_S)  # in which nothing more is to come
            return _report(tg, questions, log)
    finally:
        logging.getLogger("bot").removeHandler(log)


def fill_library(data: Path, passages: int) -> None:
    """Add a document in which each question has a sentence of its own."""
    text = "\n\n".join(f"{TOLD.format(number)} {MORE}" for number in range(passages))
    with contextlib.closing(Library(data, load_encoder(None))) as library:
        library.add(Document("Aidatlar", text, "/aidatlar.txt", "Aidatlar"), SHARED)


def make_plan(tg: FakeTelegram, minutes: float, chance: random.Random) -> list[tuple[float, Chat]]:
    """Draw when a question is asked where, in seconds; sorted."""
    people = [tg.user(f"Kişi {number}", lang="tr") for number in range(PEOPLE)]
    size = PEOPLE // GROUPS
    groups = [
        tg.supergroup(f"Grup {number}", people[number * size : (number + 1) * size])
        for number in range(GROUPS)
    ]
    chats = [group for group in groups for _ in range(round(IN_GROUP * minutes))]
    privates = [tg.private(person) for person in people]
    while len(chats) < round(A_MINUTE * minutes):
        chats += chance.sample(privates, len(privates))
    del chats[round(A_MINUTE * minutes) :]
    times = sorted(chance.uniform(0, 60 * minutes) for _ in chats)
    chance.shuffle(chats)
    return list(zip(times, chats, strict=True))


async def _ask(
    tg: FakeTelegram, plan: list[tuple[float, Chat]], chance: random.Random
) -> list[Question]:
    begin_s = time.monotonic()
    questions = []
    for number, (at_s, chat) in enumerate(plan):
        text, answer = ASKED.format(number), TOLD.format(number)
        await asyncio.sleep(max(0, begin_s + at_s - time.monotonic()))
        if chance.random() < DUPLICATES:
            tg.duplicate_updates()
        asked = text if chat.type == "private" else f"/sor {text}"
        asked_s = time.monotonic()
        message = await chat.send(chance.choice(chat.people), asked)
        questions.append(Question(chat, message, answer, asked_s))
    return questions


async def _wait_for_answers(tg: FakeTelegram, questions: list[Question]) -> None:
    wanted = {(question.chat.id, question.message.id) for question in questions}

    def all_answered() -> bool:
        answered = {
            (chat.id, message.reply_to) for chat in tg.chats.values() for message in chat.from_bot
        }
        return wanted <= answered

    with contextlib.suppress(TimeoutError):  # the report tells what is missing
        await tg.until(all_answered, "answers", _PATIENCE_S)


def _report(tg: FakeTelegram, questions: list[Question], log: "_Log") -> Report:
    by_message = {(question.chat.id, question.message.id): question for question in questions}
    gaps: list[tuple[float, float]] = []  # in which no call for updates was open
    for call in tg.calls:
        fault = call.error.removeprefix("fault ") if call.error.startswith("fault ") else ""
        if call.method == "getUpdates" and fault:
            missing_s = _NO_UPDATES_S.get(fault, _NO_UPDATES_ELSE_S)
            gaps.append((call.at - _SLACK_S, call.at + missing_s))
        if call.method != "sendMessage":
            continue
        question = by_message.get(_answered_by(call.args))
        if question and fault:
            question.faults.append(fault)
        elif question and not call.error:
            question.answered_s.append(call.at)
    return Report(
        questions,
        [question for question in questions if not _is_hindered(question, questions, gaps)],
        sum("it may stand there twice" in line for line in log.lines),
        [chat for chat in tg.chats.values() if _is_in_disorder(chat)],
        tg.violations,
        [
            f"{c.method}: {c.error}"
            for c in tg.calls
            if c.error and not c.error.startswith("fault")
        ],
    )


def _answered_by(args: Json) -> tuple[int, int]:
    """The chat and the question of a sending; a call that failed holds them as they were sent."""
    reply = args.get("reply_parameters", {})
    reply = json.loads(reply) if isinstance(reply, str) else reply
    return int(args["chat_id"]), int(reply.get("message_id", 0))


def _is_hindered(
    question: Question, questions: list[Question], gaps: list[tuple[float, float]]
) -> bool:
    """Whether a question met a fault, or had to wait for a limit of its chat."""
    if question.faults or any(begin <= question.asked_s <= end for begin, end in gaps):
        return True
    before = sorted(
        at
        for other in questions
        if other.chat is question.chat and other.asked_s < question.asked_s
        for at in other.answered_s or [math.inf]
    )
    free_s = before[-1] + PAUSE_S if before else 0
    if question.chat.type != "private" and len(before) >= 20:
        free_s = max(free_s, before[-20] + 60)
    return free_s + _SLACK_S > question.asked_s


def _is_in_disorder(chat: Chat) -> bool:
    answered = [message.reply_to or 0 for message in chat.from_bot]
    return answered != sorted(answered)


class _Log(logging.Handler):
    """Keeps what the bot logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main() -> None:
    """Measure as the command line says, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.getLogger("bot").addHandler(logging.NullHandler())
    logging.getLogger("bot").propagate = False
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(
            measure(Path(folder), minutes=given.minutes, mode=given.mode, seed=given.seed)
        )
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()
