"""Updates delivered by Telegram to a small HTTP server of our own.

Telegram repeats a delivery until it is answered with 200: here, when the update is on disk.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from bot.arrivals import Arrivals
from bot.connection import growing_pauses
from bot.inbox import JsonUpdate
from bot.polling import ALLOWED_UPDATES, TokenRefused
from bot.settings import PREFIX, Settings, SettingsError
from embeddings.errors import StoreError

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BYTES = 1 << 20
"""The largest update that is taken; they seldom have more than some ten thousand."""

# Read and thrown away up to here: to close the connection at once would take the refusal along.
_MAX_READ_BYTES = 1 << 24
# Deliveries that Telegram may have on the way at a time. Each waits for the disk only, or for room
# in memory; then it is good if the others wait at Telegram.
_MAX_CONNECTIONS = 40
# How often Telegram is asked whether it still delivers here.
_CHECK_S = 60.0
_MAX_ID = 1 << 63


def webhook_address(settings: Settings) -> str:
    """Give the address at which Telegram is to deliver updates.

    Args:
        settings: With a token and webhook_url. Where that has no path, one is made from the
            token, which nobody guesses and which is the same after a restart.
    """
    assert settings.webhook_url
    parts = urlsplit(settings.webhook_url)
    path = parts.path if parts.path.strip("/") else "/" + _derived(settings, "path")
    return urlunsplit(parts._replace(path=path))


def webhook_secret(settings: Settings) -> str:
    """Give the word that Telegram sends with each update; by default one made from the token."""
    if settings.webhook_secret:
        return settings.webhook_secret.get_secret_value()
    return _derived(settings, "secret")


async def receive(settings: Settings, bot: Bot, arrivals: Arrivals) -> NoReturn:
    """Hand out the updates that an earlier process left, then those that Telegram delivers.

    When it is cancelled, the server is closed and Telegram keeps what comes, for the next start.

    Args:
        settings: With webhook_url.
        bot: Logged in.
        arrivals: Keeps them.

    Raises:
        SettingsError: If the server cannot listen there, or its certificate cannot be used.
        TokenRefused: If the token does not hold.
        StoreError: If the inbox cannot be read.
    """
    address = webhook_address(settings)
    taking = {
        "path": urlsplit(address).path,
        "secret": webhook_secret(settings).encode(),
        "take": arrivals.take,
    }
    server = HTTPServer(
        _Quiet([(r".*", _Taking, taking)]),
        ssl_options=_encryption(settings),
        max_body_size=_MAX_READ_BYTES,
    )
    try:
        _listen(server, settings.webhook_listen)
        await arrivals.resume()
        await _stay_registered(bot, address, settings)
    finally:
        server.stop()
        await server.close_all_connections()


async def _stay_registered(bot: Bot, address: str, settings: Settings) -> NoReturn:
    """Tell Telegram where to deliver, and see from time to time that it does."""
    known_problem = None
    await _register(bot, address, settings)
    while True:
        await asyncio.sleep(_CHECK_S)
        try:
            info = await bot.get_webhook_info()
        except InvalidToken as error:
            raise TokenRefused(error) from None
        except TelegramError as error:
            logger.warning("Telegram does not tell whether it delivers: %s", error)
            continue
        if info.url != address:
            logger.warning("Telegram was told to deliver elsewhere, or not at all: told again")
            await _register(bot, address, settings)
        elif info.last_error_message and info.last_error_date != known_problem:
            known_problem = info.last_error_date
            logger.warning("Telegram could not deliver an update: %s", info.last_error_message)


async def _register(bot: Bot, address: str, settings: Settings) -> None:
    for pause_s in growing_pauses():
        try:
            await bot.set_webhook(
                address,
                certificate=settings.webhook_certificate,
                max_connections=_MAX_CONNECTIONS,
                allowed_updates=ALLOWED_UPDATES,
                secret_token=webhook_secret(settings),
            )
        except InvalidToken as error:
            raise TokenRefused(error) from None
        except TelegramError as error:
            logger.warning(
                "Telegram does not take the address in %sWEBHOOK_URL, trying until it does: %s",
                PREFIX,
                error,
            )
            await asyncio.sleep(pause_s)
        else:
            logger.info("Telegram delivers updates here")
            return


def _listen(server: HTTPServer, address: str) -> None:
    name, _, port = address.rpartition(":")
    host = name.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Tornado's own function leaves the socket open where that fails.
        listening = socket.create_server((host, int(port)), family=family, backlog=128)
        listening.setblocking(False)
        server.add_socket(listening)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise SettingsError(
            f"{PREFIX}WEBHOOK_LISTEN: the bot cannot listen at {address}: {reason}. "
            "End the program that does, or choose another port."
        ) from None


def _encryption(settings: Settings) -> ssl.SSLContext | None:
    if not (settings.webhook_certificate and settings.webhook_key):
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.webhook_certificate, settings.webhook_key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"{PREFIX}WEBHOOK_CERTIFICATE and {PREFIX}WEBHOOK_KEY cannot be used: {error}. Give "
            "a certificate and its key, without a password, in PEM format."
        ) from None
    return context


def _derived(settings: Settings, purpose: str) -> str:
    """Make a word that only those can make who have the token, and that does not tell it."""
    token = settings.required_token().encode()
    return hmac.new(token, f"webhook {purpose}".encode(), hashlib.sha256).hexdigest()


class _Quiet(Application):
    """Writes no line for each request: their paths are nobody's business."""

    def log_request(self, handler: RequestHandler) -> None:
        pass


@stream_request_body
class _Taking(RequestHandler):
    """Takes one delivery."""

    def initialize(
        self, path: str, secret: bytes, take: Callable[[list[JsonUpdate]], Awaitable[None]]
    ) -> None:
        self._path, self._secret, self._take = path, secret, take
        self._body = bytearray()
        self._is_too_large = False

    def prepare(self) -> None:
        """Refuse who is not Telegram before reading what they send."""
        if self.request.path != self._path:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        if self.request.method != "POST":
            self.set_header("Allow", "POST")
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        secret = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), self._secret):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def data_received(self, chunk: bytes) -> None:
        """Collect the body, as far as it can be an update."""
        self._is_too_large |= len(self._body) + len(chunk) > MAX_BYTES
        if not self._is_too_large:
            self._body += chunk

    async def post(self) -> None:
        """Say that an update has arrived, when it is on disk."""
        if self._is_too_large:
            raise HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            await self._take([read_update(bytes(self._body))])
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
        except StoreError as error:
            logger.error("An update was not taken, Telegram will repeat it: %s", error)  # noqa: TRY400 - it explains itself
            raise HTTPError(HTTPStatus.INTERNAL_SERVER_ERROR) from None

    def set_default_headers(self) -> None:
        """Do not tell what serves here."""
        self.clear_header("Server")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Refuse without a word."""
        self.finish()

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log our own mistakes, without the request."""
        if not isinstance(value, HTTPError):
            logger.error("An update could not be taken", exc_info=value)


def read_update(body: bytes) -> JsonUpdate:
    """Read what Telegram delivers.

    Raises:
        ValueError: If it is no update.
    """
    try:
        update = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int or not 0 <= number < _MAX_ID:
        raise ValueError("without a number")
    return dict(update)
