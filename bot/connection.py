"""Requests to Telegram: which are repeated when the network or Telegram fails, and how."""

import asyncio
import datetime as dt
import logging
import os
from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import NetworkError, RetryAfter
from telegram.ext import AIORateLimiter
from telegram.request import BaseRequest, HTTPXRequest, RequestData

logger = logging.getLogger(__name__)

# RetryAfter then carries a timedelta, which is to be its only form; without, it warns each time.
os.environ.setdefault("PTB_TIMEDELTA", "true")

# A request that failed like this was never sent.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# A gateway that answers so found nobody to pass the request to.
_NEVER_DONE = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})
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


class PatientRequest(HTTPXRequest):
    """Repeats a failed request until it succeeds, where that cannot say anything twice.

    Reading and setting may happen twice. Sending may not: where a connection breaks or no answer
    comes, the message may be there. It is repeated only where Telegram cannot have seen it.

    Trouble is logged in one line when it begins, and in one when it is over.
    """

    def __init__(self, *, first_pause_s: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._first_pause_s = first_pause_s
        self._in_trouble = False

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
            NetworkError: If it may have been done and must not be done twice.
        """
        may_repeat = url.rpartition("/")[2].startswith(("get", "set", "delete"))
        timeouts = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        pauses_s = growing_pauses(self._first_pause_s)
        sendings = 0
        while True:
            sendings += 1
            try:
                status, body = await super().do_request(url, method, request_data, *timeouts)
            except NetworkError as error:
                if not (may_repeat or isinstance(error.__cause__, _NEVER_SENT)):
                    raise
                trouble = type(error.__cause__).__name__
            else:
                if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    self._over()
                    return status, body
                if not (may_repeat or (status in _NEVER_DONE and sendings < _MAX_SENDINGS)):
                    return status, body
                trouble = f"HTTP status {status}"
            self._begun(trouble)
            await asyncio.sleep(next(pauses_s))

    def _begun(self, trouble: str) -> None:
        if not self._in_trouble:
            logger.warning("Telegram cannot be reached (%s): trying until it can", trouble)
        self._in_trouble = True

    def _over(self) -> None:
        if self._in_trouble:
            logger.warning("Telegram can be reached again")
        self._in_trouble = False


class PatientLimiter(AIORateLimiter):
    """Keeps to Telegram's limits, and waits as long as Telegram asks where that is not enough.

    AIORateLimiter's own retries would stop all chats because of one.
    """

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Send a request as soon as the limits allow; none is given up."""
        while True:
            try:
                return await super().process_request(
                    callback, args, kwargs, endpoint, data, rate_limit_args
                )
            except RetryAfter as error:
                await wait_out(error)
