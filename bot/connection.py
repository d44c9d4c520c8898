"""Requests to Telegram: which are repeated when the network or Telegram fails, and how."""

import asyncio
import datetime as dt
import itertools
import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import NetworkError, RetryAfter
from telegram.request import BaseRequest, HTTPXRequest, RequestData

logger = logging.getLogger(__name__)

# RetryAfter then carries a timedelta, which is to be its only form; without, it warns each time.
os.environ.setdefault("PTB_TIMEDELTA", "true")

AT_ONCE = 24
"""Requests on their way at a time; the HTTP client gets slower with many more."""

# A request that failed like this was never sent.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# A gateway that answers so found nobody to pass the request to.
_NEVER_DONE = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})
# Done twice, these leave everything as if it was done once.
_REPEATABLE = re.compile(r"get|set|delete|answer|edit(?!Message)")
PASSING = re.compile(r"sendChatAction|send.*Draft")
"""What people see of these is over before a repetition could come."""
# A message that Telegram cannot digest must not hold up its chat for ever.
_MAX_SENDINGS = 10


def growing_pauses(first_s: float = 0.5, longest_s: float = 30) -> Iterator[float]:
    """Yield the seconds to wait after each failure: twice those before, up to a limit."""
    pause_s = first_s
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, longest_s)


async def wait_out(error: RetryAfter) -> None:
    """Wait as long as Telegram asks."""
    wait = error.retry_after
    wait_s = wait.total_seconds() if isinstance(wait, dt.timedelta) else wait
    logger.info("Telegram asks to wait for %d s", wait_s)
    await asyncio.sleep(wait_s)


class PerhapsDone(NetworkError):
    """No answer came to a request, or a useless one: nobody knows whether it was done."""


class PatientRequest(HTTPXRequest):
    """Repeats a failed request until it succeeds, where that cannot say anything twice.

    Reading, setting and answering may happen twice. Sending may not: where a connection breaks or
    no answer comes, the message may be there. Here it is repeated only where Telegram cannot have
    seen it; PatientLimiter decides about the rest, which counts for Telegram's limits.

    Only AT_ONCE requests are on their way at a time, those for updates aside.

    Trouble that a repetition does not end is logged in one line, and in one when it is over.

    Args:
        first_pause_s: After the first failure; it grows.
        call: Entered around each sending, also one of the same request, from the moment when it is
            put on the wire until it is answered or has failed. A TelegramError from it ends the
            request.
        kwargs: Of HTTPXRequest.
    """

    def __init__(
        self,
        *,
        first_pause_s: float = 0.2,
        call: Callable[[], AbstractContextManager[None]] = nullcontext,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._first_pause_s = first_pause_s
        self._call = call
        self._in_trouble = False
        self._room = asyncio.Semaphore(AT_ONCE)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send a request.

        Returns:
            The HTTP status and the body.

        Raises:
            PerhapsDone: If it may have been done and must not be done twice.
            NetworkError: If it is not worth a repetition.
        """
        name = url.rpartition("/")[2]
        may_repeat, passes = _REPEATABLE.match(name), PASSING.match(name)
        timeouts = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        send = partial(super().do_request, url, method, request_data, *timeouts)
        pauses_s = growing_pauses(self._first_pause_s)
        for sendings in itertools.count(1):
            try:
                status, body = await (send() if name == "getUpdates" else self._in_turn(send))
            except NetworkError as error:
                if passes:
                    raise
                trouble = type(error.__cause__).__name__
                if not (may_repeat or isinstance(error.__cause__, _NEVER_SENT)):
                    raise PerhapsDone(trouble) from error.__cause__
            else:
                if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    self._over()
                    return status, body
                trouble = f"HTTP status {status}"
                if passes or (status in _NEVER_DONE and sendings == _MAX_SENDINGS):
                    raise NetworkError(trouble)
                if not (may_repeat or status in _NEVER_DONE):
                    raise PerhapsDone(trouble)
            if sendings > 1:
                self._begun(trouble)
            await asyncio.sleep(next(pauses_s))
        raise AssertionError("counting has no end")

    async def _in_turn(
        self, send: Callable[[], Awaitable[tuple[int, bytes]]]
    ) -> tuple[int, bytes]:
        async with self._room:
            with self._call():
                return await send()

    def _begun(self, trouble: str) -> None:
        if not self._in_trouble:
            logger.warning("Telegram cannot be reached (%s): trying until it can", trouble)
        self._in_trouble = True

    def _over(self) -> None:
        if self._in_trouble:
            logger.warning("Telegram can be reached again")
        self._in_trouble = False
