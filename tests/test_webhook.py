"""Updates delivered by Telegram: who may, what is taken, and what it is told."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from pydantic import SecretStr

import bot.webhook
from bot.app import serve
from bot.inbox import Inbox, JsonUpdate
from bot.polling import ALLOWED_UPDATES, TokenRefused
from bot.settings import SettingsError
from bot.webhook import (
    MAX_BYTES,
    SECRET_HEADER,
    read_update,
    webhook_address,
    webhook_secret,
)
from embeddings.errors import StoreError
from embeddings.library import Library
from tests.fake_telegram import Chat, FakeTelegram, User
from tests.serving import KnownAnswers, quote, serving, settings_for

QUESTION = "Toplantı nasıl yapıldı?"
TEXT = "Toplantı çevrim içi yapıldı."
UPDATE: JsonUpdate = {
    "update_id": 5,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 7, "type": "private"},
        "text": "soru",
    },
}


@pytest.fixture
def library() -> KnownAnswers:
    return KnownAnswers({QUESTION: quote(TEXT)})


@asynccontextmanager
async def delivering(
    tg: FakeTelegram, data: Path, library: Library, **settings: Any
) -> AsyncIterator[str]:
    """Serve the fake by webhook; the address is there when Telegram knows it."""
    async with serving(tg, data, lambda: library, "webhook", **settings):
        await tg.wait_call("setWebhook")
        yield tg.webhook["url"]


async def post(url: str, body: object = UPDATE, secret: str | None = None, **kwargs: Any) -> int:
    """Deliver something by hand; the HTTP status."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    async with (
        aiohttp.ClientSession() as session,
        session.request(kwargs.get("method", "POST"), url, data=data, headers=headers) as answer,
    ):
        assert await answer.text() == ""
        assert "Server" not in answer.headers
        return answer.status


async def test_telegram_is_told_where_to_deliver_and_what(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    await chat.send(ayse, QUESTION)  # before the bot is there
    async with delivering(tg, tmp_path, library) as url:
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
        assert tg.webhook["secret_token"] == webhook_secret(settings_for(tg, tmp_path))
        assert tg.webhook["allowed_updates"] == list(ALLOWED_UPDATES)
        assert tg.webhook["max_connections"] == 40
    assert tg.webhook["url"] == url  # what comes while nobody listens is kept
    assert not [call.error for call in tg.calls if call.error]


def test_path_and_secret_are_made_from_the_token_and_do_not_tell_it(
    tg: FakeTelegram, tmp_path: Path
) -> None:
    settings = settings_for(tg, tmp_path, webhook_url="https://example.org/")
    path = webhook_address(settings).removeprefix("https://example.org/")
    secret = webhook_secret(settings)
    assert len(path) == len(secret) == 64
    assert path != secret
    assert not set(path + secret) - set("0123456789abcdef")
    other = settings.model_copy(update={"token": SecretStr("123456:OTHER")})
    assert webhook_address(other) != webhook_address(settings)
    assert webhook_secret(other) != secret


def test_path_and_secret_may_be_given(tg: FakeTelegram, tmp_path: Path) -> None:
    given = {"webhook_url": "https://example.org/here", "webhook_secret": "w-o_rd"}
    settings = settings_for(tg, tmp_path, **given)
    assert webhook_address(settings) == "https://example.org/here"
    assert webhook_secret(settings) == "w-o_rd"


async def test_who_is_not_telegram_is_refused(
    tg: FakeTelegram, library: KnownAnswers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with delivering(tg, tmp_path, library) as url:
        secret = tg.webhook["secret_token"]
        root = url.rpartition("/")[0]
        assert await post(f"{root}/other", secret=secret) == 404
        assert await post(root) == 404
        assert await post(url, method="GET", secret=secret) == 405
        assert await post(url) == 403
        assert await post(url, secret=secret[:-1]) == 403
        assert await post(url, secret="şifre") == 403
        assert await post(url, b"no json", secret=secret) == 400
        assert await post(url, b"[" * 100_000, secret=secret) == 400
        assert await post(url, {"message": {}}, secret=secret) == 400
        assert await post(url, b" " * (MAX_BYTES + 1), secret=secret) == 413
        assert await post(url, b" " * 8 * MAX_BYTES, secret=secret) == 413
    with Inbox(tmp_path) as inbox:
        assert inbox.unfinished() == []
        assert inbox.add([UPDATE]) == [UPDATE]  # nothing has arrived under its number
    assert "tornado" not in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"7", b'{"update_id": "5"}', b'{"update_id": -1}', b"\xff"]
)
def test_what_is_no_update_is_not_read(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever kind
        read_update(body)


async def test_it_is_taken_when_it_is_on_disk_and_not_before(
    tg: FakeTelegram,
    chat: Chat,
    ayse: User,
    library: KnownAnswers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(inbox: Inbox, updates: Sequence[JsonUpdate]) -> list[JsonUpdate]:
        raise StoreError("the disk is full")

    async with delivering(tg, tmp_path, library) as url:
        with monkeypatch.context() as patch:
            patch.setattr(Inbox, "add", refuse)
            assert await post(url, secret=tg.webhook["secret_token"]) == 500
            await chat.send(ayse, QUESTION)
            await tg.until(lambda: tg.webhook.get("last_error_message"), "failed delivery")
            assert not chat.from_bot
        # There is room again; Telegram repeats what was not taken.
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
    assert "Telegram will repeat it: the disk is full" in caplog.text


async def test_a_mistake_of_ours_is_logged_without_what_was_asked(
    tg: FakeTelegram,
    library: KnownAnswers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(inbox: Inbox, updates: Sequence[JsonUpdate]) -> list[JsonUpdate]:
        raise RuntimeError("a mistake")

    async with delivering(tg, tmp_path, library) as url:
        with monkeypatch.context() as patch:
            patch.setattr(Inbox, "add", fail)
            assert await post(url, secret=tg.webhook["secret_token"]) == 500
    assert "RuntimeError: a mistake" in caplog.text
    assert "soru" not in caplog.text
    assert url.rpartition("/")[2] not in caplog.text


async def test_what_comes_twice_is_answered_once(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    async with delivering(tg, tmp_path, library):
        tg.duplicate_updates()
        await chat.send(ayse, QUESTION)
        await chat.next_bot_message()
        await chat.silent(0.3)
    assert library.asked == [QUESTION]


async def test_what_came_while_nobody_listened_is_answered_in_order(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    async with delivering(tg, tmp_path, library):
        pass
    questions = [QUESTION, "/start", QUESTION]
    asked = [await chat.send(ayse, question) for question in questions]
    async with delivering(tg, tmp_path, library):
        replies = [await chat.next_bot_message() for _ in questions]
    assert [reply.reply_to for reply in replies] == [message.id for message in asked]


async def test_the_bot_itself_can_serve_https(
    tg: FakeTelegram, chat: Chat, ayse: User, library: KnownAnswers, tmp_path: Path
) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    paths = {name: tmp_path / f"{name}.pem" for name in ("webhook_certificate", "webhook_key")}
    certificate.cert_chain_pems[0].write_to_path(paths["webhook_certificate"])
    certificate.private_key_pem.write_to_path(paths["webhook_key"])
    settings = settings_for(tg, tmp_path, "webhook")
    https = f"https://{settings.webhook_listen}"
    async with delivering(
        tg,
        tmp_path / "data",
        library,
        webhook_url=https,
        webhook_listen=settings.webhook_listen,
        **paths,
    ):
        assert tg.do_get_webhook_info()["has_custom_certificate"]
        await chat.send(ayse, QUESTION)
        assert (await chat.next_bot_message()).marked("blockquote") == [TEXT]
    assert "last_error_message" not in tg.webhook


async def test_a_key_that_is_none_is_told_in_one_line(tg: FakeTelegram, tmp_path: Path) -> None:
    pem = tmp_path / "a.pem"
    pem.write_text("nothing", "ascii")
    settings = settings_for(tg, tmp_path, "webhook", webhook_certificate=pem, webhook_key=pem)
    with pytest.raises(SettingsError, match=r"ALINTI_WEBHOOK_KEY cannot be used: .*PEM"):
        await asyncio.wait_for(serve(settings, asyncio.Event(), KnownAnswers), 10)


async def test_a_port_that_is_taken_ends_the_bot_with_a_line(
    tg: FakeTelegram, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = settings_for(tg, tmp_path, "webhook", webhook_listen=address)
        with pytest.raises(SettingsError, match="in use") as raised:
            await asyncio.wait_for(serve(settings, asyncio.Event(), KnownAnswers), 10)
    assert str(raised.value) == (
        f"ALINTI_WEBHOOK_LISTEN: the bot cannot listen at {address}: Address already in use. "
        "End the program that does, or choose another port."
    )
    assert not tg.webhook


async def test_an_address_that_telegram_does_not_take_is_told_until_it_does(
    tg: FakeTelegram, library: KnownAnswers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tg.fault("409", "setWebhook", times=2)
    async with serving(tg, tmp_path, lambda: library, "webhook"):
        await tg.until(lambda: tg.webhook, "webhook")
    told = [entry for entry in caplog.messages if "does not take the address" in entry]
    assert len(told) == 2
    assert "ALINTI_WEBHOOK_URL, trying until it does: Conflict" in told[0]


async def test_a_webhook_that_was_taken_away_is_set_again(
    tg: FakeTelegram,
    library: KnownAnswers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(bot.webhook, "_CHECK_S", 0.05)
    async with delivering(tg, tmp_path, library) as url:
        tg.webhook = {}
        await tg.until(lambda: tg.webhook, "webhook")
        assert tg.webhook["url"] == url
        assert "Telegram was told to deliver elsewhere" in caplog.text
        tg.webhook |= {"last_error_date": 1, "last_error_message": "Connection timed out"}
        await asyncio.sleep(0.5)
    told = [entry for entry in caplog.messages if "could not deliver" in entry]
    assert told == ["Telegram could not deliver an update: Connection timed out"]


async def test_a_token_that_no_longer_holds_ends_the_bot(
    tg: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.webhook, "_CHECK_S", 0.05)
    settings = settings_for(tg, tmp_path, "webhook")
    ending = asyncio.create_task(serve(settings, asyncio.Event(), KnownAnswers))
    await tg.until(lambda: tg.webhook, "webhook")
    tg.token = "123456:NEW"
    with pytest.raises(TokenRefused, match="ALINTI_TOKEN was refused by Telegram: Unauth"):
        await asyncio.wait_for(ending, 10)


async def test_a_token_that_is_refused_at_once_ends_the_bot(
    tg: FakeTelegram, tmp_path: Path
) -> None:
    settings = settings_for(tg, tmp_path, "webhook")
    settings = settings.model_copy(update={"token": SecretStr("123456:SECRET")})
    with pytest.raises(TokenRefused) as raised:
        await asyncio.wait_for(serve(settings, asyncio.Event(), KnownAnswers), 10)
    assert "SECRET" not in str(raised.value)
