"""How calls reach the Bot API: python-telegram-bot's request contract on aiohttp, and the few calls we make ourselves.

A failed call says what the sender must know: surely not sent (it may be repeated) or ambiguous (it may have arrived).
Nothing here logs a URL, which holds the token, or a payload, which holds learners' words.
"""

import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from time import monotonic
from typing import Any

import aiohttp
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.delivery import wire

# Read by python-telegram-bot whenever a 429 is raised; without it each of them is a deprecation warning as well.
os.environ.setdefault("PTB_TIMEDELTA", "1")

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
POLL_MARGIN_SECONDS = 10.0
_JSON = {"Content-Type": "application/json"}


class NotSent(NetworkError):  # noqa: N818 - named as the sender reads it, like telegram.error.TimedOut
    """The call certainly had no effect, so it may be repeated."""


class Ambiguous(NetworkError):  # noqa: N818 - as above
    """Nobody knows whether the call had an effect: the answer was lost, late or unreadable."""


class QuietRequest(BaseRequest):
    """The request contract, narrowed to one `send`; every transport and every double derives from it."""

    @property
    def read_timeout(self) -> float | None:
        """Return how long an answer may take by default."""
        return READ_SECONDS

    @abstractmethod
    async def send(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        """Make the call and return status and body; raise NotSent or Ambiguous where there is none."""

    async def fetch(self, url: str, data: RequestData, patience: float) -> Any:
        """Make the call and return its result; whatever is not a plain success is python-telegram-bot's to judge."""
        status, body = await self.send(url, data, patience)
        if status == HTTPStatus.OK:
            return self.parse_json_payload(body)["result"]
        return await _Answered(status, body).post(url, data)

    async def do_request(  # noqa: PLR0913, PLR0917 - python-telegram-bot fixes the signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make the call; errors of the server and unreadable answers come out as NotSent or Ambiguous."""
        patience = read_timeout if isinstance(read_timeout, int | float | None) else self.read_timeout
        status, body = await self.send(url, request_data, patience)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            self._judge(status, body)
        return status, body

    @classmethod
    def _judge(cls, status: int, body: bytes) -> None:
        # A page of some proxy must not pass for Telegram's word, whatever its status says.
        cls.parse_json_payload(body)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotSent(f"the server answered {status}")

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read the answer without ever logging it."""
        try:
            answer = wire.read(payload)
        except (ValueError, RecursionError):
            raise Ambiguous("the answer is not readable") from None
        if not isinstance(answer, dict) or not ("result" in answer or "description" in answer):
            raise Ambiguous("the answer is not one of the Bot API")
        return answer


class _Answered(QuietRequest):
    """An answer that is there already, so that python-telegram-bot makes its own error of it."""

    def __init__(self, status: int, body: bytes) -> None:
        self._answer = (status, body)

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Hold nothing."""

    async def send(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        """Give the answer."""
        return self._answer


class AiohttpRequest(QuietRequest):
    """Calls over HTTP; long polling needs an instance of its own, or a full pool would starve it."""

    def __init__(self, *, connections: int = 64, read_seconds: float = READ_SECONDS) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Return how long an answer may take by default."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Open the pool, again after a shutdown too."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        """Post a JSON body and tell apart what was not sent from what may have been."""
        if self._session is None:
            raise NotSent("the pool is closed")
        try:
            async with self._session.post(
                url, timeout=_patience(read_timeout), allow_redirects=False, **_body(data)
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The cause would name the URL, token included.
            raise Ambiguous(type(error).__name__) from None


@cache
def _patience(read_seconds: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, connect=None, sock_read=read_seconds, total=None)


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None or not data.contains_files:
        return {"data": wire.written({} if data is None else data.parameters), "headers": _JSON}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}


# A method, the seconds it took, and the error where there was one.
Called = Callable[[str, float, TelegramError | None], None]


def _unnoticed(_method: str, _seconds: float, _error: TelegramError | None) -> None:
    """Take no notice of a call."""


class Api:
    """The Bot API calls we make ourselves, with python-telegram-bot's errors."""

    def __init__(
        self, request: QuietRequest, polling: QuietRequest, root: str, token: str, *, called: Called = _unnoticed
    ) -> None:
        self._called = called
        self._request = request
        self._polling = polling
        self._prefix = f"{root}/bot{token}/"

    async def call(self, method: str, **params: Any) -> Any:
        """Make one call and return its result; parameters that are None are left out."""
        return await self._post(self._request, method, params, READ_SECONDS)

    async def poll(self, seconds: int, **params: Any) -> Any:
        """Ask for updates, waiting so many seconds for the first one."""
        patience = seconds + POLL_MARGIN_SECONDS
        return await self._post(self._polling, "getUpdates", {**params, "timeout": seconds}, patience)

    async def _post(self, request: QuietRequest, method: str, params: Mapping[str, Any], patience: float) -> Any:
        data = RequestData([RequestParameter(name, value, None) for name, value in params.items()])
        started = monotonic()
        try:
            result = await request.fetch(self._prefix + method, data, patience)
        except (KeyError, TelegramError) as error:
            failure = error if isinstance(error, TelegramError) else Ambiguous("the answer holds no result")
            self._called(method, monotonic() - started, failure)
            raise failure from None
        self._called(method, monotonic() - started, None)
        return result


def seconds(error: RetryAfter) -> float:
    """Return how long Telegram asks us to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def kind(error: BaseException) -> str:
    """Name an error without its text, which may hold anything; Telegram's own words are kept up to the first quote."""
    if isinstance(error, TelegramError) and not isinstance(error, NotSent | Ambiguous):
        return f"{type(error).__name__}: {error.message.partition(chr(34))[0].strip()}"[:120]
    return type(error).__name__
