"""`alinti run` as a process, against the fake Telegram, as people and operators meet it."""

import asyncio
import random
import re
import shutil
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from bot.handlers.helping import help_text
from bot.localization import say
from bot.replies import MAX_LENGTH, utf16_length
from embeddings.datatypes import SHARED, Document, Passage
from embeddings.encoder import load_encoder
from embeddings.library import Library
from tests.fake_telegram import Chat, FakeTelegram, Msg
from tests.serving import running

RULES = """Kütüphane hafta içi saat 9.00'da açılır, 18.00'de kapanır.

Ödünç alınan kitaplar on beş gün içinde geri verilir. Süre bir kez uzatılabilir.

Geciken her gün için üyeden ücret alınır: <1 lira & 50 kuruş>. Ücret "bağış" sayılmaz.
"""
BORROWED = "Ödünç alınan kitaplar kaç gün içinde geri verilir?"
FIFTEEN_DAYS = "Ödünç alınan kitaplar on beş gün içinde geri verilir."
MUSEUM = "The museum opens at ten. Tickets for the museum cost four euros. Children pay nothing."
REPORT = " ".join(f"Toplantının {number}. gündem maddesi görüşüldü." for number in range(300))
REPORT = REPORT.replace(
    "Toplantının 150. gündem", "Balıkçı barınağının onarım bütçesi: 150. gündem"
)

# What bot.cli ends with when an AlintiError comes up.
ERROR = 2


@pytest.fixture
def quick() -> None:
    """Nothing: the process keeps to Telegram's limits as they are."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three documents."""
    folder = tmp_path_factory.mktemp("filled")
    library = Library(folder, load_encoder(None))
    for name, text in {"Kütüphane Yönetmeliği": RULES, "Museum": MUSEUM}.items():
        library.add(Document(name, text, f"/{name}.txt", name), SHARED)
    report = Document("Rapor", REPORT, "https://example.org/rapor", "Rapor")
    library.add(report, SHARED, passages=[Passage(0, len(REPORT), REPORT)])
    library.close()
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "data")


async def ask(tg: FakeTelegram, question: str, lang: str | None = "tr") -> Msg:
    """A new person asks in private; the reply."""
    person = tg.user("Kişi", lang=lang)
    chat = tg.private(person)
    await chat.send(person, question)
    return await chat.next_bot_message()


def without_date(reply: Msg) -> str:
    """An answer in Turkish without its last line, which tells when its document was added."""
    text, _, added = reply.text.rpartition("\n")
    assert re.fullmatch(r"eklendi: \d{1,2} \w{3} \d{4}", added)
    return text


async def test_a_person_is_greeted_helped_and_answered(tg: FakeTelegram, data: Path) -> None:
    async with running(tg, data) as bot:
        assert (await ask(tg, "/start")).text == say("tr", "telegram-start")
        assert (await ask(tg, "/help", "en")).text == help_text("en", "@alinti_bot")
        reply = await ask(tg, BORROWED)
        assert reply.marked("bold") == [FIFTEEN_DAYS]
        (quote,) = reply.marked("blockquote")
        assert quote in RULES
        assert without_date(reply) == f"{quote}\n— Kütüphane Yönetmeliği"
        assert {"⤢ Bağlam", "👍", "👎", "↗ Paylaş", "📋 Kopyala"} < set(reply.buttons)
        reply = await ask(tg, f"/sor {BORROWED}")
        assert reply.marked("bold") == [FIFTEEN_DAYS]
        reply = await ask(tg, "How much do tickets for the museum cost?", "en")
        assert reply.marked("bold") == ["Tickets for the museum cost four euros."]
        assert (await ask(tg, "Fransa'nın nüfusu kaç?")).text == say("tr", "telegram-not-found")
        reply = await ask(tg, "What is the population of France?", "en")
        assert reply.text == say("en", "telegram-not-found")
        reply = await ask(tg, "Geciken her gün için üyeden ne kadar ücret alınır?")
        assert reply.marked("bold") == [
            "Geciken her gün için üyeden ücret alınır: <1 lira & 50 kuruş>."
        ]
        log = bot.log
    assert not tg.violations
    assert not [call.error for call in tg.calls if call.error]
    assert log.index("Listening as @alinti_bot") < log.index("The library is loaded")
    assert tg.token not in log


async def test_a_long_passage_is_cut_around_the_answer(tg: FakeTelegram, data: Path) -> None:
    async with running(tg, data):
        reply = await ask(tg, "Balıkçı barınağının onarım bütçesi hangi maddede görüşüldü?")
    (bold,) = reply.marked("bold")
    assert bold == "Balıkçı barınağının onarım bütçesi: 150. gündem maddesi görüşüldü."
    (quote,) = reply.marked("blockquote")
    assert quote in REPORT
    assert len(quote) < len(REPORT)
    assert MAX_LENGTH - 100 < utf16_length(reply.text) <= MAX_LENGTH
    assert without_date(reply) == f"…\n{quote}\n…\n— Rapor"
    assert [entity["url"] for entity in reply.entities if entity["type"] == "text_link"] == [
        "https://example.org/rapor"
    ]


async def test_a_group_asks_by_command(tg: FakeTelegram, data: Path) -> None:
    ayse, bob = tg.user("Ayşe", lang="tr"), tg.user("Bob", lang="en")
    group = tg.group("Grup", [ayse, bob])
    await group.set_bot("administrator", ayse)
    async with running(tg, data):
        await group.send(bob, BORROWED)
        await group.send(bob, f"/ask@other_bot {BORROWED}")
        asked = await group.send(bob, f"/ask@alinti_bot {BORROWED}")
        reply = await group.next_bot_message()
        assert reply.marked("bold") == [FIFTEEN_DAYS]
        assert reply.reply_to == asked.id
        await group.send(ayse, "/sor Fransa'nın nüfusu kaç?")
        assert (await group.next_bot_message()).text == say("tr", "telegram-not-found")
        await group.silent()


async def test_an_edited_question_updates_its_answer(tg: FakeTelegram, data: Path) -> None:
    person = tg.user("Kişi", lang="tr")
    chat = tg.private(person)
    async with running(tg, data):
        asked = await chat.send(person, "Fransa'nın nüfusu kaç?")
        reply = await chat.next_bot_message()
        assert reply.text == say("tr", "telegram-not-found")
        await asked.edit(BORROWED)
        await reply.next_edit()
        assert reply.marked("bold") == [FIFTEEN_DAYS]
        await chat.silent()


async def test_an_empty_library_says_so(tg: FakeTelegram, tmp_path: Path) -> None:
    async with running(tg, tmp_path / "new" / "data"):
        assert (await ask(tg, BORROWED)).text == say("tr", "telegram-no-documents")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_well(
    tg: FakeTelegram, data: Path, number: signal.Signals
) -> None:
    async with running(tg, data) as bot:
        await ask(tg, "/start")
        bot.process.send_signal(number)
        assert await bot.ended() == 0
        assert "Traceback" not in bot.log


async def test_a_refused_token_ends_the_bot_with_a_line(tg: FakeTelegram, data: Path) -> None:
    async with running(tg, data, ALINTI_TOKEN="123456:SECRET") as bot:
        assert await bot.ended() == ERROR
        assert "ALINTI_TOKEN was refused by Telegram: Unauthorized" in bot.log
        assert "Traceback" not in bot.log
        assert "SECRET" not in bot.log


async def test_a_token_that_is_revoked_ends_the_bot_and_loses_no_question(
    tg: FakeTelegram, data: Path
) -> None:
    known = tg.token
    async with running(tg, data) as bot:
        chat = (await ask(tg, BORROWED)).chat
        tg.token = "123456:OTHER"
        await chat.send(chat.people[0], BORROWED)
        assert await bot.ended() == ERROR
        assert "ALINTI_TOKEN was refused by Telegram: Unauthorized" in bot.log
        assert known not in bot.log
    tg.token = known
    async with running(tg, data):
        assert (await chat.next_bot_message()).marked("bold") == [FIFTEEN_DAYS]


async def test_another_process_that_polls_is_told_of_and_outlived(
    tg: FakeTelegram, data: Path
) -> None:
    async with running(tg, data) as bot:
        await ask(tg, "/start")
        async with aiohttp.ClientSession() as other:
            await other.get(f"{tg.base_url}{tg.token}/getUpdates")
        await bot.logged("make sure that only one bot instance is running")
        assert (await ask(tg, BORROWED)).marked("bold") == [FIFTEEN_DAYS]
        assert "Updates can be taken again" in bot.log


async def test_the_log_holds_neither_token_nor_question_however_much_it_tells(
    tg: FakeTelegram, data: Path, mode: str
) -> None:
    async with running(tg, data, mode, ALINTI_LOG_LEVEL="DEBUG") as bot:
        tg.fault("drop", "sendMessage")
        await ask(tg, BORROWED)
        assert "DEBUG" in bot.log
        for secret in (tg.token, "Ödünç", "geri verilir", tg.webhook.get("url", tg.token)):
            assert secret not in bot.log


async def test_a_proxy_of_the_environment_leads_to_telegram(tg: FakeTelegram, data: Path) -> None:
    proxy = f"http://127.0.0.1:{tg.port}"
    async with running(tg, data, ALINTI_API_URL="http://telegram.invalid/bot", HTTP_PROXY=proxy):
        assert (await ask(tg, BORROWED)).marked("bold") == [FIFTEEN_DAYS]


async def test_the_doctor_examines_a_bot_that_runs(
    tg: FakeTelegram, data: Path, mode: str
) -> None:
    async with running(tg, data, mode) as bot:
        question = asyncio.create_task(ask(tg, BORROWED))
        async with running(tg, data, command="doctor", ALINTI_LANGUAGE="en") as doctor:
            assert await doctor.ended() in (0, 1)  # it may find something to mend
            assert "@alinti_bot" in doctor.log
            assert "Traceback" not in doctor.log
        await question
        assert "Traceback" not in bot.log


async def test_bad_settings_are_all_told_at_once(tg: FakeTelegram, data: Path) -> None:
    bad = {"ALINTI_TOKEN": "SECRET", "ALINTI_LANGUAGE": "fr", "ALINTI_TOKNE": "1"}
    async with running(tg, data, **bad) as bot:
        assert await bot.ended() == ERROR
        for name in bad:
            assert f"{name}: " in bot.log
        assert "Traceback" not in bot.log
        assert "SECRET" not in bot.log


async def test_a_broken_library_ends_the_bot_and_loses_no_question(
    tg: FakeTelegram, filled: Path, data: Path
) -> None:
    person = tg.user("Kişi", lang="tr")
    chat = tg.private(person)
    await chat.send(person, BORROWED)
    (data / "library.db").write_bytes(b"no database " * 1000)
    async with running(tg, data) as bot:
        assert await bot.ended() == ERROR
        assert "library.db" in bot.log
        assert "Traceback" not in bot.log
    shutil.copy(filled / "library.db", data)
    async with running(tg, data):
        assert (await chat.next_bot_message()).marked("bold") == [FIFTEEN_DAYS]


async def test_after_a_kill_every_question_is_answered(tg: FakeTelegram, data: Path) -> None:
    people = [tg.user(f"Kişi {number}", lang="tr") for number in range(40)]
    chats = [tg.private(person) for person in people]

    def answered() -> list[Chat]:
        return [chat for chat in chats if chat.from_bot]

    async with running(tg, data) as bot:
        for person, chat in zip(people, chats, strict=True):
            await chat.send(person, BORROWED)
        await tg.until(lambda: len(answered()) >= 3, "first answers")
        bot.process.kill()
        await bot.ended()
    assert len(answered()) < len(chats)
    async with running(tg, data):
        await tg.until(lambda: len(answered()) == len(chats), "the other answers")
    for chat in chats:
        assert all(reply.marked("bold") == [FIFTEEN_DAYS] for reply in chat.from_bot)
    # What was being sent when the process died may be there twice, and nothing else.
    assert sum(len(chat.from_bot) for chat in chats) <= len(chats) + 16


async def test_after_kills_at_any_moment_each_question_is_answered_in_order(
    tg: FakeTelegram, data: Path, mode: str
) -> None:
    chance = random.Random(mode)
    people = [tg.user(f"Kişi {number}", lang="tr") for number in range(12)]
    groups = [tg.supergroup(f"Grup {number}", people[number::2]) for number in range(2)]
    chats = [*groups, *(tg.private(person) for person in people)]
    asked: list[Msg] = []
    others: list[asyncio.Task[object]] = []
    deaths: list[float] = []
    for person in people[:4]:
        async with running(tg, data, mode) as bot:
            begun = len(tg.calls)
            for chat in chance.sample(chats, 7):
                asked.append(await chat.send(chance.choice(chat.people), f"/sor {BORROWED}"))
            await tg.wait_call("getMe", since=begun)
            others.append(asyncio.create_task(tg.inline(person, BORROWED)))
            if cards := [card for chat in chats for card in chat.from_bot if card.buttons]:
                press = chance.choice(cards).press("👍")
                others.append(asyncio.create_task(press))
            await asyncio.sleep(chance.uniform(0, 1.5))
            bot.process.kill()
            await bot.ended()
            deaths.append(time.monotonic())
    edited = next(message for message in asked if message.chat.type == "private")
    await edited.edit("Fransa'nın nüfusu kaç?")
    async with running(tg, data, mode) as bot:
        await tg.until(lambda: replied(asked), "answers")
        await asyncio.gather(*others)
        newest = [card for card in edited.chat.from_bot if card.reply_to == edited.id][-1]
        await newest.wait(lambda card: card.text == say("tr", "telegram-not-found"))
        assert "given up" not in bot.log
    check_replies(tg, asked, deaths)


async def test_a_signal_amid_questions_ends_the_bot_soon_and_loses_none(
    tg: FakeTelegram, data: Path, mode: str
) -> None:
    people = [tg.user(f"Kişi {number}", lang="tr") for number in range(20)]
    asked = [await tg.private(person).send(person, BORROWED) for person in 3 * people]
    async with running(tg, data, mode) as bot:
        await tg.until(lambda: any(message.chat.from_bot for message in asked), "answer")
        begin_s = time.monotonic()
        bot.process.terminate()
        assert await bot.ended() == 0
        end_s = time.monotonic()
        assert end_s - begin_s < 3
        assert "Traceback" not in bot.log
    assert not replied(asked)
    async with running(tg, data, mode):
        await tg.until(lambda: replied(asked), "the other answers")
    check_replies(tg, asked, [end_s])


def replied(asked: list[Msg]) -> bool:
    """Whether all messages have a reply."""
    return all(
        any(reply.reply_to == message.id for reply in message.chat.from_bot) for message in asked
    )


def check_replies(tg: FakeTelegram, asked: list[Msg], deaths: list[float]) -> None:
    """Assert order, and that only what was on its way when a process died was said twice."""
    for chat in {message.chat.id: message.chat for message in asked}.values():
        numbers = [reply.reply_to or 0 for reply in chat.from_bot]
        assert numbers == sorted(numbers)
    sent: dict[tuple[int, int], float] = {}
    for call in tg.calls:
        if call.method == "sendMessage" and not call.error:
            key = call.args["chat_id"], call.args["reply_parameters"]["message_id"]
            first_s = sent.setdefault(key, call.at)
            assert first_s == call.at or any(0 <= death - first_s < 0.5 for death in deaths)


async def test_an_update_that_comes_twice_is_answered_once(tg: FakeTelegram, data: Path) -> None:
    tg.duplicate_updates(2)
    async with running(tg, data):
        first, second = await asyncio.gather(ask(tg, BORROWED), ask(tg, BORROWED))
        await asyncio.sleep(0.5)
        assert len(first.chat.from_bot) == len(second.chat.from_bot) == 1


async def test_a_failing_network_costs_no_answer(tg: FakeTelegram, data: Path) -> None:
    for method in ("getMe", "getUpdates", "sendMessage"):
        tg.fault("502", method)
        tg.fault("429", method, seconds=1)
    for method in ("getMe", "getUpdates"):
        tg.fault("drop", method)
    async with running(tg, data) as bot:
        replies = await asyncio.gather(*(ask(tg, BORROWED) for _ in range(3)))
        assert all(reply.marked("bold") == [FIFTEEN_DAYS] for reply in replies)
        assert all(len(reply.chat.from_bot) == 1 for reply in replies)
        assert "Traceback" not in bot.log


async def test_a_server_out_of_reach_at_start_is_waited_for(data: Path) -> None:
    async with FakeTelegram() as gone:
        pass
    tg = FakeTelegram(port=gone.port)
    async with running(tg, data) as bot:
        await bot.logged("Telegram cannot be reached (ConnectError)")
        async with tg:
            assert (await ask(tg, BORROWED)).marked("bold") == [FIFTEEN_DAYS]
        assert bot.process.returncode is None
