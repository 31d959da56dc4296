"""A client for the few calls to a forge's API that publishing needs: patient within an allowance, true to one host.

The standard library does the talking, so that the process which holds a token runs no code from elsewhere. The token
goes to the host of the API alone: no redirect and no `Link` leads it away.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request

import msgspec

from mlgate import __version__
from mlgate.errors import UsageError
from mlgate.publish.allowance import Allowance
from mlgate.publish.refusals import LACKING, ApiError, LimitError, refusal
from mlgate.publish.transport import Answer, NoAnswerError, Transport, same_host
from mlgate.text import code

MAX_ANSWER = 64 * 1024 * 1024

_PAUSES = (1.0, 2.0, 4.0)
_LIMIT_PAUSE = 60.0
_HOPS = 3
_REDIRECTS = (301, 302, 307, 308)
_NEXT = re.compile(r'<([^<>]*)>\s*;[^<]*\brel="?next"?')
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")

_Found = TypeVar("_Found")


class Client:
    """The API of a forge with one token; `sleep` is how it waits."""

    forge = "the forge"
    token_variable = "TOKEN"  # noqa: S105 - a name
    address_variable = "the address of the API"
    example = "https://forge.example/api"
    lacking = LACKING

    def __init__(
        self,
        token: str,
        *,
        api: str,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep where and as whom to ask."""
        self._token = self._checked(token)
        self._api = self._address(api)
        self._transport = transport or Transport()
        self._sleep = sleep
        self.allowance = Allowance()

    def get(self, path: str, asked: str, **query: str | int) -> Any:
        """Return what a path holds, trying again where that may help."""
        return self._patiently(lambda: self._send("GET", self._url(path, query), asked))[1]

    def pages(self, path: str, asked: str, **query: str | int) -> Iterator[tuple[Answer, list[Any]]]:
        """Yield every page of a listing; a link to another host is refused."""
        url: str | None = self._url(path, {**query, "per_page": 100})
        while url:
            answer, value = self._patiently(partial(self._send, "GET", url, asked, page=True))
            if not isinstance(value, list):
                raise ApiError(f"{self.forge} sent no list in answer to {asked}", status=answer.status)
            yield answer, value
            url = _next(answer, url)

    def write(self, method: str, path: str, asked: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a change that may be sent twice without harm (`PATCH`, `DELETE`), trying again where that may help."""
        return self._patiently(lambda: self._send(method, self._url(path, {}), asked, body=body))[1]

    def post(self, path: str, asked: str, body: Mapping[str, Any], *, method: str = "POST") -> Any:
        """Send a change that must not be sent twice, once; raises where it is not known whether it was applied."""
        return self._send(method, self._url(path, {}), asked, body=body)[1]

    def pause(self, error: ApiError | NoAnswerError, attempt: int) -> None:
        """Wait before another attempt; raises `error` itself where another would not help."""
        if attempt >= len(_PAUSES) or (isinstance(error, ApiError) and not error.transient):
            raise error
        seconds = _PAUSES[attempt]
        if isinstance(error, LimitError):
            seconds = _LIMIT_PAUSE * 2**attempt if error.seconds is None else error.seconds
        self.rest(seconds, error.message)

    def rest(self, seconds: float, why: str = "a pause") -> None:
        """Wait, where the allowance has room for it."""
        self._sleep(self.allowance.wait(seconds, why))

    def login(self) -> str:
        """Return the name under which this token writes."""
        raise NotImplementedError

    def headers(self) -> dict[str, str]:
        """Return the headers of every request, without the token."""
        raise NotImplementedError

    def authorization(self) -> tuple[str, str]:
        """Return the header that holds the token."""
        raise NotImplementedError

    def download(self, path: str, asked: str, limit: int) -> bytes:
        """Return the bytes that a path redirects to; the other host gets no token, and needs no weaker scheme."""

        def fetch() -> bytes:
            answer = self._once("GET", self._url(path, {}), asked)
            if answer.status in (302, 307):
                target = urljoin(answer.url, answer.headers.get("location", ""))
                if not _ADDRESS.match(target) or urlsplit(target).scheme != urlsplit(self._api).scheme:
                    raise ApiError(
                        f"{self.forge} sent {asked} to {code(target, 80)}, which is refused", status=answer.status
                    )
                self.allowance.call()
                answer = self._transport.send(Request(target, headers=_plain_headers()), limit)  # noqa: S310 - checked
            if answer.status != 200:
                raise refusal(answer, asked, self.forge, self.lacking)
            return answer.body

        return self._patiently(fetch)

    def _patiently(self, attempt: Callable[[], _Found]) -> _Found:
        for number in range(len(_PAUSES) + 1):
            try:
                return attempt()
            except (ApiError, NoAnswerError) as error:
                self.pause(error, number)
        raise AssertionError("the last pause raises")

    def _send(
        self, method: str, url: str, asked: str, *, body: Mapping[str, Any] | None = None, page: bool = False
    ) -> tuple[Answer, Any]:
        for _ in range(_HOPS):
            answer = self._once(method, url, asked, body=body, page=page)
            if answer.status not in _REDIRECTS:
                break
            url = self._followed(answer, asked)
        if not 200 <= answer.status < 300:
            raise refusal(answer, asked, self.forge, self.lacking)
        return answer, self._value(answer, asked)

    def _once(
        self, method: str, url: str, asked: str, *, body: Mapping[str, Any] | None = None, page: bool = False
    ) -> Answer:
        self.allowance.call(page=page)
        headers = {**_plain_headers(), **self.headers()}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = Request(url, data=data, headers=headers, method=method)  # noqa: S310 - `_address` allows HTTP alone
        request.add_unredirected_header(*self.authorization())
        began = time.monotonic()
        try:
            return self._transport.send(request, MAX_ANSWER)
        except NoAnswerError as error:
            self.allowance.wait(time.monotonic() - began, error.message)
            raise NoAnswerError(f"{self.forge} gave no answer to {asked}: {error.message}") from None

    def _url(self, path: str, query: Mapping[str, str | int]) -> str:
        return self._api + path + (f"?{urlencode(query)}" if query else "")

    def _value(self, answer: Answer, asked: str) -> Any:
        if answer.status == 204:
            return None
        try:
            return msgspec.json.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            kind = answer.headers.get("content-type", "no type").split(";")[0]
            words = f"{self.forge}'s answer to {asked} is no valid JSON, but {code(kind, 60)}"
            hint = "is there a proxy or a login page between this machine and the API?"
            raise ApiError(words, status=answer.status, hint=hint, transient="json" in kind) from None

    def _followed(self, answer: Answer, asked: str) -> str:
        target = urljoin(answer.url, answer.headers.get("location", ""))
        if same_host(answer.url, target):
            return target
        host = code(urlsplit(target).netloc, 80)
        words = f"{self.forge}'s answer to {asked} leads to another host, {host}; the token stays"
        raise ApiError(words, status=answer.status, hint=f"set {self.address_variable} to the API's own address")

    def _address(self, url: str) -> str:
        if not _ADDRESS.fullmatch(url):
            raise UsageError(
                f"{code(url)} is no address of an API", hint=f"{self.address_variable} is such as {self.example}"
            )
        return url.rstrip("/")

    def _checked(self, token: str) -> str:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError(
                f"the token in {self.token_variable} holds a character that no token has", hint="is there a line break?"
            )
        return token


def _plain_headers() -> dict[str, str]:
    return {"User-Agent": f"mlgate/{__version__}"}


def _next(answer: Answer, here: str) -> str | None:
    found = _NEXT.search(answer.headers.get("link", ""))
    if not found:
        return None
    target: str = urljoin(here, found[1])
    if not same_host(here, target):
        host = code(urlsplit(target).netloc, 80)
        raise ApiError(f"the next page is on another host, {host}; the token stays", status=answer.status)
    return target
