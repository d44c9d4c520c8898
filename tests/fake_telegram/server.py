"""The server: the connection, the faults, and the calls that it answers."""

import asyncio
import inspect
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from .errors import ApiError
from .methods import Methods
from .people import PATIENCE_S, InlineResult, User
from .rules import load_rules
from .sending import snake
from .updates import OTHER_POLLER
from .wire import Files, Json
from .world import Call

MAX_UPLOAD_BYTES = 52 << 20
DOWNLOAD = "download"
"""For `fault`, as if fetching a file was a method; "*" does not mean it."""


@dataclass
class Fault:
    """What happens to the next calls of a method.

    Attributes:
        kind: "429", "409", "drop" (not done), "drop_after" (done, and the answer is lost), "slow",
            or an HTTP status as "502".
        method: Its name, or "*"; or DOWNLOAD.
        times: How many calls are still to fail.
        seconds: `retry_after` of a 429, or how slow "slow" is.
    """

    kind: str
    method: str
    times: int
    seconds: float


class FakeTelegram(Methods):
    """A small, strict fake of api.telegram.org on the loopback interface.

    Descriptions of errors are Telegram's own; those that the fake invented start with "[fake]":
    real Telegram ignores unknown fields, which is how a typo in a field's name stays unnoticed, so
    here they are refused.

    Args:
        token: The bot's; its id is before the colon.
        username: The bot's, and its first name.
        port: 0 for any free one.
        privacy: Whether the bot sees only what is meant for it in groups.
        strict: Whether unknown parameters and fields are refused, or ignored as Telegram does.
        enforce_limits: Whether a call that is too early is refused, or only kept in `violations`.
        spec: The Bot API's specification; see `find_specification`. Whether it was found is in
            `spec.in_use`: without it, calls are not checked against it.
        query_ttl_s: How long a query may be answered.
        webhook_retry_s: The first wait before an update is delivered again to a webhook.
    """

    def __init__(
        self,
        token: str = "123456:TEST",
        username: str = "test_bot",
        *,
        port: int = 0,
        privacy: bool = True,
        strict: bool = True,
        enforce_limits: bool = False,
        spec: str | Path | None = None,
        query_ttl_s: float = 15,
        webhook_retry_s: float = 0.3,
    ) -> None:
        rules = load_rules(spec)
        super().__init__(
            token, username, rules=rules, privacy=privacy, webhook_retry_s=webhook_retry_s
        )
        self.port, self.strict, self.enforce_limits = port, strict, enforce_limits
        self.query_ttl_s = query_ttl_s
        self.faults: list[Fault] = []
        self._shares: dict[str, float] = {}
        self._random = random.Random()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_UPLOAD_BYTES)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._poller = None
        self._update_added.ring()  # ends a poll
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        assert self._session, "the server was not started"
        await self._session.close()
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """For the bot's `base_url`."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        """For the bot's `base_file_url`."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    # ---- for tests

    async def inline(
        self, user: User, query: str, offset: str = "", timeout_s: float = PATIENCE_S
    ) -> list[InlineResult]:
        """Ask an inline query; the bot is asked each time, where Telegram would cache answers."""
        query_id = self.open_query("inline")
        update = {"id": query_id, "from": user.raw, "query": query, "offset": offset}
        self.push("inline_query", update, user.id)
        answer = await self.query_answer(query_id, f"answer to inline {query!r}", timeout_s)
        return [
            InlineResult(self, user, query, raw, content) for raw, content in answer["results"]
        ]

    def fault(self, kind: str, method: str = "*", times: int = 1, seconds: float = 1) -> Fault:
        """Let the next calls of a method fail; see `Fault`."""
        self.faults.append(Fault(kind, method, times, seconds))
        return self.faults[-1]

    def random_faults(self, shares: dict[str, float], seed: int) -> None:
        """Let shares of all calls from now on fail, by kind; the same ones for the same seed.

        What they say of time is a second; see `Fault`.
        """
        self._shares, self._random = shares, random.Random(seed)

    async def wait_call(self, method: str, timeout_s: float = PATIENCE_S, since: int = 0) -> Call:
        """Wait until the bot has called a method, not counting the first `since` calls."""
        return await self.until(
            lambda: next((call for call in self.calls[since:] if call.method == method), None),
            f"call of {method}",
            timeout_s,
        )

    def dump(self, path: str | Path) -> None:
        """Write everything that passed as JSON: the calls of the bot, and the transcript."""
        calls = [
            {key: value for key, value in vars(call).items() if value not in ("", None)}
            for call in self.calls
        ]
        passed = {"calls": calls, "transcript": self.transcript().splitlines()}
        text = json.dumps(passed, ensure_ascii=False, indent=1, default=str)
        Path(path).write_text(text, "utf-8")

    # ---- HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return answer_error(ApiError("", 401))
        method = request.match_info["method"]
        try:
            raw, files = await read_call(request)
        except web.HTTPRequestEntityTooLarge:
            return answer_error(ApiError("", 413))
        fault = next((f for f in self.faults if f.times and f.method in ("*", method)), None)
        if fault := fault or self._random_fault(method):
            fault.times -= 1
            self.calls.append(Call(method, raw, time.monotonic(), error=f"fault {fault.kind}"))
            self.changed.ring()
            if refusal := await fail(fault, request):
                return refusal
        try:
            answer = answer_json({"ok": True, "result": await self.call(method, raw, files)})
        except ApiError as error:
            answer = answer_error(error)
        if fault and fault.kind == "drop_after":
            drop(request)
        return answer

    def _random_fault(self, method: str) -> Fault | None:
        drawn = self._random.random()
        for kind, share in self._shares.items():
            if drawn < share:
                return Fault(kind, method, 1, 1)
            drawn -= share
        return None

    async def _download(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        file = next((f for f in self.files.values() if f.raw["file_path"] == path), None)
        if not file or request.match_info["token"] != self.token:
            return answer_error(ApiError("", 404))
        if fault := next((f for f in self.faults if f.times and f.method == DOWNLOAD), None):
            fault.times -= 1
            if refusal := await fail(fault, request):
                return refusal
        return web.Response(body=file.data, content_type=file.mime)

    async def call(self, method: str, raw: Json, files: Files) -> Any:
        call = Call(method, raw, time.monotonic())
        try:
            call.method = self.spec.method_name(method)
            call.args = self.spec.decode(call.method, raw, files, strict=self.strict)
            self.rates.count(call.method, call.args.get("chat_id"), enforce=self.enforce_limits)
            call.result = await self._result(call.method, call.args, files)
        except ApiError as error:
            call.error = error.description
            raise
        except Exception as error:  # a mistake of the fake: tests show it among refused calls
            call.error = f"[fake] crashed: {error!r}"
            raise
        finally:
            if call.error or call.method != "getUpdates":
                self.calls.append(call)
                self.changed.ring()
        return call.result

    async def _result(self, method: str, args: Json, files: Files) -> Any:
        handler = getattr(self, f"do_{snake(method)}", None)
        result = handler(args, files) if handler else self.generic(method, args, files)
        return await result if inspect.isawaitable(result) else result


async def read_call(request: web.Request) -> tuple[Json, Files]:
    """Read the parameters and the uploads of a call, from wherever Telegram takes them."""
    raw: Json = dict(request.query)
    files: Files = {}
    if request.content_type == "application/json":
        raw |= await request.json()
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                raw[name] = value
    return raw, files


async def fail(fault: Fault, request: web.Request) -> web.Response | None:
    """Do what a fault does before the call; the answer, if the call is not to be done."""
    seconds = int(fault.seconds)
    match fault.kind:
        case "slow":
            await asyncio.sleep(fault.seconds)
        case "drop":
            drop(request)
            return web.Response()
        case "429":
            return answer_error(ApiError(f"retry after {seconds}", 429, retry_after=seconds))
        case "409":
            return answer_error(ApiError(OTHER_POLLER, 409))
        case status if status.isdigit():
            title = f"<head><title>{status}</title></head><body><h1>{status}</h1></body>"
            page = f"<html>{title}</html>"
            return web.Response(status=int(status), text=page, content_type="text/html")
    return None


def drop(request: web.Request) -> None:
    """Break the connection."""
    if request.transport:
        request.transport.abort()


def answer_error(error: ApiError) -> web.Response:
    """Make an error answer, as Telegram makes it."""
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    wait_s = error.parameters.get("retry_after")
    headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
    return answer_json(body, error.code, headers)


def answer_json(
    body: Json, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Make an answer."""
    data = json.dumps(body).encode()
    return web.Response(body=data, status=status, headers=headers, content_type="application/json")
