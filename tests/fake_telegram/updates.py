"""What the bot is told: the queue of updates, long polling, and the webhook."""

import asyncio
import contextlib
import json
import re
import ssl
import time
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any

import aiohttp

from .errors import ApiError
from .rules import Rules
from .wire import Files, Json

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
WEBHOOK_URL = re.compile(r"https://|http://(127\.0\.0\.1|localhost)[:/]")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_POLL_S = 50
MAX_WEBHOOK_RETRY_S = 60


class Signal:
    """Wakes everyone who waits for it, once for each `ring`."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        rung, self._event = self._event, asyncio.Event()
        rung.set()

    async def wait(self, deadline: float) -> bool:
        """Wait for the next ring, at most until a time of the monotonic clock.

        Returns:
            False if the deadline had passed before; True means look again.
        """
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), left)
        return True


@dataclass
class Update:
    """One update, until the bot has confirmed it."""

    id: int
    kind: str
    payload: Json
    key: int  # updates of one key are delivered to a webhook one after another
    repeats: int = 0

    @property
    def raw(self) -> Json:
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """Keeps updates in order and hands them to the bot, by either way."""

    def __init__(self, rules: Rules, webhook_retry_s: float) -> None:
        self.spec = rules
        self.webhook_retry_s = webhook_retry_s
        self.webhook: Json = {}
        self._webhook_set = Signal()
        self._trusted: ssl.SSLContext | None = None  # the webhook's own certificate
        self.changed = Signal()  # anything that a test may wait for
        self._update_added = Signal()
        self._updates: deque[Update] = deque()
        self._next_update = 700_000_001
        self._to_repeat = 0
        self._poller: object | None = None
        self._in_flight: set[int] = set()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._allow([])

    async def call(self, method: str, raw: Json, files: Files) -> Any:
        """Answer a call of the bot."""
        raise NotImplementedError

    def push(self, kind: str, payload: Json, key: int) -> None:
        """Queue an update, if the bot wants updates of its kind."""
        self._next_update += 1
        if kind in self._allowed:
            repeats = int(self._to_repeat > 0)
            self._to_repeat -= repeats
            self._updates.append(Update(self._next_update, kind, payload, key, repeats))
            self._update_added.ring()
            self._pump()

    def duplicate_updates(self, times: int = 1) -> None:
        """Deliver the next updates a second time after the bot has confirmed them."""
        self._to_repeat += times

    async def do_get_updates(self, args: Json, _: Files) -> list[Json]:
        if self.webhook:
            raise ApiError(WEBHOOK_ACTIVE, 409)
        self._allow(args.get("allowed_updates"))
        me = self._poller = object()
        self._update_added.ring()  # ends the poll of another poller
        again = self._confirm(args.get("offset", 0))
        deadline = time.monotonic() + min(args.get("timeout", 0), MAX_POLL_S)
        while not self._updates and not again and await self._update_added.wait(deadline):
            if self._poller is not me:
                raise ApiError(
                    "terminated by setWebhook request" if self.webhook else OTHER_POLLER, 409
                )
        limit = min(max(args.get("limit", 100), 1), 100)
        return [update.raw for update in [*again, *islice(self._updates, limit)]]

    def do_set_webhook(self, args: Json, files: Files) -> bool:
        url, secret = args.get("url", ""), args.get("secret_token", "")
        if len(secret) > 256:
            raise ApiError("secret token is too long")
        if not re.fullmatch(r"[\w-]*", secret, re.ASCII):
            raise ApiError("secret token contains unallowed characters")
        if url and not WEBHOOK_URL.match(url):
            raise ApiError("bad webhook: An HTTPS URL must be provided for webhook")
        if args.get("drop_pending_updates"):
            self._updates.clear()
        self._allow(args.get("allowed_updates"))
        if url:
            self._poller = None
        self.webhook = dict(args) if url else {}
        self._trusted = None
        if "certificate" in files:
            pem = files["certificate"][1].decode()
            self._trusted = ssl.create_default_context(cadata=pem)
            # The certificate itself is trusted, whoever has signed it.
            self._trusted.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self._update_added.ring()
        self._webhook_set.ring()
        self._pump()
        return True

    def do_delete_webhook(self, args: Json, files: Files) -> bool:
        return self.do_set_webhook(args, files)

    def do_get_webhook_info(self, *_: Any) -> Json:
        known = ("max_connections", "last_error_date", "last_error_message")
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": self._trusted is not None,
            "pending_update_count": len(self._updates),
            "allowed_updates": sorted(self._allowed),
            **{name: self.webhook[name] for name in known if name in self.webhook},
        }

    def _allow(self, kinds: list[str] | None) -> None:
        """Choose the kinds from now on: all usual ones for []; None changes nothing."""
        if kinds is not None:
            self._allowed = set(kinds) or self.spec.update_kinds - NOT_BY_DEFAULT

    def _confirm(self, offset: int) -> list[Update]:
        """Forget what an offset confirms; those of it that are to be delivered once more."""
        again = []
        while self._updates and (self._updates[0].id < offset or len(self._updates) > -offset > 0):
            confirmed = self._updates.popleft()
            if confirmed.repeats:
                confirmed.repeats -= 1
                again.append(confirmed)
        return again

    def _pump(self) -> None:
        """Start deliveries to the webhook: in order within a chat, at once for different chats."""
        for update in self._updates if self.webhook else ():
            if len(self._in_flight) >= self.webhook.get("max_connections", 40):
                break
            if update.key not in self._in_flight:
                self._in_flight.add(update.key)
                task = asyncio.get_running_loop().create_task(self._deliver(update))
                self._deliveries.add(task)
                task.add_done_callback(self._deliveries.discard)

    async def _deliver(self, update: Update) -> None:
        """Send an update to the webhook until it is taken."""
        delay, left = self.webhook_retry_s, 1 + update.repeats
        while self.webhook and left and update in self._updates:
            if problem := await self._post(update):
                self.webhook["last_error_date"] = int(time.time())
                self.webhook["last_error_message"] = problem
                self.changed.ring()
                if await self._webhook_set.wait(time.monotonic() + delay):
                    delay = min(delay * 2, MAX_WEBHOOK_RETRY_S)
            else:
                left -= 1
        if not left and update in self._updates:  # a new webhook may have dropped it
            self._updates.remove(update)
        self._in_flight.discard(update.key)
        self.changed.ring()
        self._pump()

    async def _post(self, update: Update) -> str:
        """Send an update to the webhook once; what went wrong, or ""."""
        assert self._session, "the server is not running"
        secret = self.webhook.get("secret_token")
        headers = {SECRET_HEADER: secret} if secret else {}
        url = self.webhook["url"]
        try:
            async with self._session.post(
                url, json=update.raw, headers=headers, ssl=self._trusted or True
            ) as response:
                text = await response.text()
                if response.status >= 300:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"
        if text.startswith("{") and "method" in (call := json.loads(text)):
            with contextlib.suppress(ApiError):  # a call that is refused is lost, as on Telegram
                await self.call(call.pop("method"), call, {})
        return ""
