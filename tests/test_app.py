"""The application as a whole, in this process, with a library of known answers."""

import asyncio
import io
import logging
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from telegram.error import NetworkError

import bot.app
from bot.app import configure_logging, report_error, run, serve
from bot.inbox import Inbox, JsonUpdate
from bot.localization import say
from bot.polling import ALLOWED_UPDATES, TokenRefused
from bot.settings import Settings, SettingsError
from bot.state import State
from embeddings.datatypes import SHARED, Answer, Document
from embeddings.errors import StoreError, UnknownEncoder
from embeddings.library import Library
from tests.encoders import GatedEncoder, LetterEncoder
from tests.fake_telegram import PATIENCE_S, Chat, FakeTelegram, User
from tests.serving import KnownAnswers, quote, serving, settings_for

QUESTION = "Toplantı nasıl yapıldı?"
TEXT = "Toplantı çevrim içi yapıldı."


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: quote(TEXT)})


async def test_questions_wait_for_the_library_and_nothing_else_does(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path, mode: str
) -> None:
    loaded = threading.Event()

    def load() -> Library:
        assert loaded.wait(10)
        return library

    bob = tg.user("Bob", lang="en")
    async with serving(tg, tmp_path, load, mode):
        await chat.send(ayse, QUESTION)
        await tg.private(bob).send(bob, "/start")
        reply = await tg.private(bob).next_bot_message()
        assert reply.text == say("en", "telegram-start")
        assert not chat.from_bot
        loaded.set()
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
        assert not library.closed
    assert library.closed


async def test_a_library_that_cannot_be_loaded_ends_the_bot_and_loses_no_question(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path, mode: str
) -> None:
    refuse = threading.Event()

    def load() -> Library:
        assert refuse.wait(10)
        raise UnknownEncoder("there is no model 'x'")

    await chat.send(ayse, QUESTION)
    await chat.send(ayse, "/start")
    ending = asyncio.create_task(serve(settings_for(tg, tmp_path, mode), asyncio.Event(), load))
    await tg.wait_call("sendChatAction")  # the question is in hand, and waits
    refuse.set()
    with pytest.raises(UnknownEncoder, match="there is no model 'x'"):
        await asyncio.wait_for(ending, 10)
    assert not chat.from_bot
    async with serving(tg, tmp_path, lambda: library, mode):
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
        assert (await chat.next_bot_message()).text == say("tr", "telegram-start")
        await chat.silent(0.2)


async def test_stopping_answers_what_is_in_hand(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path, mode: str
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    class Slow(KnownAnswers):
        def answer(self, question: str, collections: Sequence[str], **kwargs: Any) -> Answer:
            asked.set()
            assert go_on.wait(10)
            return super().answer(question, collections)

    async with serving(tg, tmp_path, lambda: Slow(library.answers), mode):
        await chat.send(ayse, QUESTION)
        await asyncio.to_thread(asked.wait, 10)
        asyncio.get_running_loop().call_later(0.2, go_on.set)
    assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]


@pytest.mark.parametrize("known", ["123456:OTHER", "999:OTHER"])
async def test_a_refused_token_ends_the_bot(tmp_path: Path, known: str) -> None:
    settings = Settings(token=SecretStr("123456:SECRET"), data=tmp_path)
    async with FakeTelegram(known) as tg:
        settings = settings_for(tg, tmp_path).model_copy(update={"token": settings.token})
        with pytest.raises(TokenRefused, match="Telegram: Unauthorized") as raised:
            await serve(settings, asyncio.Event(), KnownAnswers)
    assert "SECRET" not in str(raised.value)
    assert raised.value.__suppress_context__


async def test_a_server_out_of_reach_at_start_is_waited_for(
    library: KnownAnswers, tmp_path: Path, mode: str
) -> None:
    async with FakeTelegram() as gone:
        pass
    tg = FakeTelegram(port=gone.port)
    ayse = tg.user("Ayşe")
    async with serving(tg, tmp_path, lambda: library, mode):
        await asyncio.sleep(0.3)
        async with tg:
            await tg.private(ayse).send(ayse, QUESTION)
            await tg.private(ayse).next_bot_message()


async def test_stopping_does_not_wait_for_a_server_out_of_reach(tmp_path: Path, mode: str) -> None:
    async with FakeTelegram() as gone:
        pass
    async with serving(gone, tmp_path, mode=mode) as bot:
        await asyncio.sleep(0.2)
    assert bot.done()


async def test_a_webhook_that_is_still_set_is_removed_and_its_updates_are_answered(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    await chat.send(ayse, QUESTION)
    tg.webhook = {"url": "https://example.org/", "max_connections": 40}
    async with serving(tg, tmp_path, lambda: library):
        await chat.next_bot_message()
    assert not tg.webhook


async def test_an_unforeseen_error_is_logged_and_apologised_for(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    mode: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(question: str, collections: Sequence[str], *, limit: int) -> Answer:
        raise RuntimeError("a mistake")

    async with serving(tg, tmp_path, lambda: library, mode):
        with monkeypatch.context() as patch:
            patch.setattr(library, "answer", fail)
            await chat.send(ayse, QUESTION)
            assert (await chat.next_bot_message()).text == say("tr", "telegram-trouble")
        await chat.send(ayse, QUESTION)
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
    assert "RuntimeError: a mistake" in caplog.text


async def test_whatever_fails_one_kind_sentence_is_all_that_people_see(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    mode: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a mistake")

    def mistakes() -> int:
        return sum("an update could not be handled" in line.lower() for line in caplog.messages)

    group, foreign = tg.supergroup("Grup", [ayse]), tg.foreign_group("Başka", [ayse])
    sorry = say("tr", "telegram-trouble")
    async with serving(tg, tmp_path, lambda: library, mode):
        asked = await chat.send(ayse, QUESTION)
        card = await chat.next_bot_message()
        for method in ("answer", "quotes", "collections"):
            monkeypatch.setattr(library, method, fail)
        await chat.send(ayse, QUESTION)
        await group.send(ayse, f"/sor {QUESTION}")
        await foreign.send(ayse, f"@alinti_bot {QUESTION}")
        for place in (chat, group, foreign):
            assert (await place.next_bot_message()).text == sorry
        pressed = await card.press("👍")
        assert pressed["text"] == say("tr", "telegram-button-trouble")
        await asked.edit(f"Peki, {QUESTION}")
        tg.push("inline_query", inline_query(tg, ayse), ayse.id)
        await tg.until(lambda: mistakes() == 6, "mistakes")
        # Nor does an apology that fails lead to another one.
        ayse.blocked = True
        begun = len(tg.calls)
        await chat.send(ayse, QUESTION)
        assert "Forbidden" in (await tg.wait_call("sendMessage", since=begun)).error
        for place in (chat, group, foreign):
            await place.silent(0.2)
    assert mistakes() == 7
    assert "uncaught error" not in caplog.text


async def test_a_memory_that_cannot_be_read_is_apologised_for(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> Any:
        raise StoreError("the disk is gone")

    async with serving(tg, tmp_path, lambda: library):
        for method in ("settings_of", "card_of", "open_card"):
            monkeypatch.setattr(State, method, fail)
        await chat.send(ayse, QUESTION)
        assert (await chat.next_bot_message()).text == say("tr", "telegram-trouble")


def kept_updates(folder: Path, where: str = "true") -> list[tuple[int, int]]:
    """What the inbox of a running bot keeps: the numbers of updates, and attempts at them."""
    with closing(sqlite3.connect(folder / "inbox.db")) as database:
        return database.execute(
            f"SELECT update_id, attempts FROM updates WHERE {where}"
        ).fetchall()


def inline_query(tg: FakeTelegram, person: User) -> JsonUpdate:
    """An inline query, open in the fake."""
    query_id = tg.open_query("inline")
    return {"id": query_id, "from": person.raw, "query": QUESTION, "offset": ""}


@pytest.mark.parametrize(("kind", "replies"), [("drop", 1), ("drop_after", 2)])
async def test_a_reply_that_may_be_lost_is_sent_again_in_its_place(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    mode: str,
    kind: str,
    replies: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(tg, tmp_path, lambda: library, mode):
        tg.fault(kind, "sendMessage")
        asked = [await chat.send(ayse, QUESTION), await chat.send(ayse, "/start")]
        await tg.until(lambda: len(chat.from_bot) > replies, "replies")
    numbers = [message.reply_to for message in chat.from_bot]
    assert numbers == [*replies * [asked[0].id], asked[1].id]
    assert "No answer to sendMessage (RemoteProtocolError): sent again" in caplog.text
    assert not tg.violations


async def test_what_a_group_says_to_itself_is_neither_stored_nor_handled(
    tg: FakeTelegram, ayse: User, library: KnownAnswers, tmp_path: Path, mode: str
) -> None:
    group = tg.supergroup("Grup", [ayse])
    group.bot_status = "administrator"  # it gets all that is said
    async with serving(tg, tmp_path, lambda: library, mode):
        await group.send(ayse, "aramızda kalsın")
        number = tg._next_update
        asked = await group.send(ayse, f"/sor {QUESTION}")
        assert (await group.next_bot_message()).reply_to == asked.id
        assert number not in [kept for kept, _ in kept_updates(tmp_path)]


async def test_nothing_of_what_was_said_is_on_the_disk_after_a_while(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot.app, "_FORGET_EVERY_S", 0.1)
    group = tg.supergroup("Grup", [ayse])
    group.bot_status = "administrator"  # it gets all that is said

    def kept() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    async with serving(tg, tmp_path, lambda: library, mode):
        for talk in ("aramizda kalsin", "GIZLI soru mu?"):
            said = await group.send(ayse, talk)
            await said.edit(f"{talk} elbette")
        await chat.send(ayse, "GIZLI soru")
        await chat.next_bot_message()
        assert b"aramizda" not in kept()
        await tg.until(lambda: b"GIZLI" not in kept(), "log without the question")


async def test_the_trouble_of_nobody_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    context: Any = SimpleNamespace(error=RuntimeError("a mistake"))
    await report_error(None, context)
    context.error = NetworkError("gone")
    await report_error(None, context)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


async def test_telegram_is_asked_for_exactly_what_is_handled(
    tg: FakeTelegram, tmp_path: Path, mode: str
) -> None:
    async with serving(tg, tmp_path, mode=mode):
        await tg.wait_call("setMyCommands")
        assert tg._allowed == set(ALLOWED_UPDATES)


async def test_what_comes_while_the_disk_is_full_is_answered_when_there_is_room(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(inbox: Inbox, updates: Sequence[JsonUpdate]) -> list[JsonUpdate]:
        refused.set()
        raise StoreError("the disk is full")

    refused = asyncio.Event()
    async with serving(tg, tmp_path, lambda: library, mode):
        with monkeypatch.context() as full:
            full.setattr(Inbox, "add", refuse)
            await chat.send(ayse, QUESTION)
            await asyncio.wait_for(refused.wait(), PATIENCE_S)
            assert not chat.from_bot
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
        assert len(chat.from_bot) == 1
    assert "the disk is full" in caplog.text


async def test_an_attempt_counts_from_when_the_library_is_there_and_not_at_a_good_end(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    loaded, asked, go_on = threading.Event(), threading.Event(), threading.Event()

    class Slow(KnownAnswers):
        def answer(self, question: str, collections: Sequence[str], **kwargs: Any) -> Answer:
            asked.set()
            assert go_on.wait(10)
            return super().answer(question, collections)

    def load() -> Library:
        assert loaded.wait(10)
        return Slow(library.answers)

    def attempts() -> list[int]:
        return [attempts for _, attempts in kept_updates(tmp_path, "payload IS NOT NULL")]

    async with serving(tg, tmp_path, load):
        await chat.send(ayse, QUESTION)
        await tg.wait_call("sendChatAction")  # the question is in hand, and waits
        assert attempts() == [0]
        loaded.set()
        await asyncio.to_thread(asked.wait, 10)
        assert attempts() == [1]
    go_on.set()  # too late
    assert attempts() == [0]
    async with serving(tg, tmp_path, lambda: library):
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
    assert attempts() == []


async def test_an_attempt_counts_no_more_when_the_answer_is_known(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    async with serving(tg, tmp_path, lambda: library):
        tg.fault("429", "sendMessage", seconds=1)
        await chat.send(ayse, QUESTION)
        await tg.wait_call("sendMessage")  # refused; the answer waits
        assert [attempts for _, attempts in kept_updates(tmp_path)] == [0]
        await chat.next_bot_message()


async def test_an_edit_that_a_process_could_not_show_any_more_is_shown_by_the_next(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path, mode: str
) -> None:
    async with serving(tg, tmp_path, lambda: library, mode):
        asked = await chat.send(ayse, "Kim geldi?")
        reply = await chat.next_bot_message()
        assert reply.text == say("tr", "telegram-not-found")
        tg.fault("429", "editMessageText", seconds=5)
        await asked.edit(QUESTION)
        await tg.wait_call("editMessageText")  # refused; the bot remembers the new answer already
    assert reply.text == say("tr", "telegram-not-found")
    async with serving(tg, tmp_path, lambda: library, mode):
        assert (await reply.next_edit()).marked("blockquote") == [TEXT]


async def test_an_update_that_cannot_be_ticked_off_does_not_end_the_bot(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(inbox: Inbox, update_id: int) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Inbox, "begin", refuse)
    monkeypatch.setattr(Inbox, "finish", refuse)
    async with serving(tg, tmp_path, lambda: library, mode):
        for _ in range(2):
            await chat.send(ayse, QUESTION)
            assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
    assert "the disk is full" in caplog.text


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The output of configure_logging, which is undone at the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    settings = Settings(token=SecretStr("123456:SECRET"), log_level="DEBUG")
    configure_logging(settings)
    written = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_token_is_taken_out_of_every_line(log: io.StringIO) -> None:
    logger = logging.getLogger("bot.test")
    logger.info("POST https://api.telegram.org/bot%s/getMe", "123456:SECRET")
    try:
        int("bot123456:SECRET/getMe")
    except ValueError:
        logger.exception("failed")
    assert "SECRET" not in log.getvalue()
    assert "invalid literal for int() with base 10: 'bot<token>/getMe'" in log.getvalue()
    assert "INFO bot.test: POST https://api.telegram.org/bot<token>/getMe" in log.getvalue()


def test_libraries_that_log_what_passes_are_kept_quiet(log: io.StringIO) -> None:
    for name in ("httpx", "httpcore.connection", "telegram.ext.ExtBot"):
        logging.getLogger(name).info("question")
        logging.getLogger(name).debug("question")
    assert log.getvalue() == ""


def test_without_a_token_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ALINTI_TOKEN is not set"):
        run(Settings(data=tmp_path))


def test_signals_end_the_bot(
    log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    async def until_stopped(
        settings: Settings, stop: asyncio.Event, load: Callable[[], Library]
    ) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 5)
        stopped.append(settings)

    monkeypatch.setattr(bot.app, "serve", until_stopped)
    settings = Settings(token=SecretStr("123456:TEST"), data=tmp_path)
    run(settings)
    assert stopped == [settings]


def test_a_library_that_still_loads_does_not_hold_up_the_end(
    log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = threading.Event()
    exits: list[int] = []

    def load_slowly() -> Library:
        assert loaded.wait(10)
        return KnownAnswers()

    async def begin_to_load(
        settings: Settings, stop: asyncio.Event, load: Callable[[], Library]
    ) -> None:
        library = asyncio.get_running_loop().create_future()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.app._load(load_slowly, library), 0.05)

    monkeypatch.setattr(bot.app, "serve", begin_to_load)
    monkeypatch.setattr(os, "_exit", exits.append)
    run(Settings(token=SecretStr("123456:TEST"), data=tmp_path))
    loaded.set()
    assert exits == [0]


def test_a_library_that_nobody_took_does_not_hold_up_the_end(
    log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(tmp_path, LetterEncoder())
    library.add(Document("Ad", "Bir belge.", "a.txt", "hash"), SHARED)
    library.close()
    encoder = GatedEncoder()
    opened: list[Library] = []
    exits: list[int] = []
    monkeypatch.setattr("embeddings.encoder.load_encoder", lambda *_: encoder)

    async def open_too_late(
        settings: Settings, stop: asyncio.Event, load: Callable[[], Library]
    ) -> None:
        opened.append(load())
        assert encoder.is_waiting.wait(10)

    monkeypatch.setattr(bot.app, "serve", open_too_late)
    monkeypatch.setattr(os, "_exit", exits.append)
    run(Settings(token=SecretStr("123456:TEST"), data=tmp_path))
    encoder.let_in()
    opened[0].close()
    assert exits == [0]


def test_the_library_of_the_data_folder_is_opened_and_levelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models: list[tuple[str, str]] = []
    encoder = LetterEncoder()

    def load(model: str, backend: str) -> LetterEncoder:
        models.append((model, backend))
        return encoder

    monkeypatch.setattr("embeddings.encoder.load_encoder", load)
    text = Document("Ad", "Bir belge.", "a.txt", "hash")
    library = Library(tmp_path, LetterEncoder(name="another"))
    library.add(text, SHARED)
    library.close()

    bot.app._open_library(Settings(data=tmp_path, model="chosen", backend="onnx")).close()

    assert models == [("chosen", "onnx")]
    assert encoder.encoded == 1
