"""One request and its answer over HTTP: bounded in time and size, through the usual proxy, with the usual CA."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from typing import IO
from urllib.error import URLError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from msgspec import Struct

from mlgate.errors import MlgateError

SOCKET_SECONDS = 10.0
ANSWER_SECONDS = 20.0
_CHUNK = 1 << 16


class NoAnswerError(MlgateError):
    """The server could not be reached, broke off, or took too long; whether it acted is not known."""


class TooLargeError(MlgateError):
    """The answer has more bytes than are read."""


class Answer(Struct, frozen=True, kw_only=True):
    """What the server said; the names of the headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


class Transport(Struct, frozen=True, kw_only=True):
    """How requests leave this machine; `env` holds the variables for proxy and certificates."""

    env: Mapping[str, str] = {}
    socket_seconds: float = SOCKET_SECONDS
    answer_seconds: float = ANSWER_SECONDS

    def send(self, request: Request, limit: int) -> Answer:
        """Send one request and return the answer, whatever its status; a redirect is returned, not followed."""
        ends = time.monotonic() + self.answer_seconds
        try:
            with self._opener(request).open(request, timeout=self.socket_seconds) as stream:
                body = _read(stream, limit, ends)
                headers = {name.lower(): value for name, value in stream.headers.items()}
                return Answer(status=stream.status, headers=headers, body=body, url=request.full_url)
        except (URLError, OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise NoAnswerError(_why(reason)) from None

    def _opener(self, request: Request) -> OpenerDirector:
        """Return what speaks HTTP and no more: without urllib's own handlers nothing follows a redirect."""
        opener = OpenerDirector()
        opener.add_handler(ProxyHandler(self._proxies(request)))
        opener.add_handler(HTTPSHandler(context=self._certificates()) if request.type == "https" else HTTPHandler())
        return opener

    def _proxies(self, request: Request) -> dict[str, str]:
        """Return the proxy by the variables `https_proxy`, `http_proxy` and `no_proxy`, in either case."""
        scheme, host = request.type, urlsplit(request.full_url).hostname or ""
        proxy = self._variable(f"{scheme}_proxy") or self._variable("all_proxy")
        without = [word.strip().lstrip("*.").lower() for word in (self._variable("no_proxy") or "").split(",")]
        skipped = any(word and (host == word or host.endswith(f".{word}")) for word in without)
        every = (self._variable("no_proxy") or "").strip() == "*"
        return {scheme: proxy} if proxy and not skipped and not every else {}

    def _variable(self, name: str) -> str | None:
        return self.env.get(name) or self.env.get(name.upper())

    def _certificates(self) -> ssl.SSLContext:
        """Return the system's authorities, with those of `SSL_CERT_FILE` or `SSL_CERT_DIR` where they are set."""
        context = ssl.create_default_context()
        file, folder = self.env.get("SSL_CERT_FILE"), self.env.get("SSL_CERT_DIR")
        if file or folder:
            try:
                context.load_verify_locations(cafile=file or None, capath=folder or None)
            except OSError as error:
                raise MlgateError(
                    f"the certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {error}"
                ) from None
        return context


def same_host(one: str, other: str) -> bool:
    """Return whether two addresses have the same scheme, host and port."""
    return _origin(urlsplit(one)) == _origin(urlsplit(other))


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname, port or {"https": 443, "http": 80}.get(parts.scheme)


def _read(stream: IO[bytes], limit: int, ends: float) -> bytes:
    """Read a body in pieces, so that neither a flood nor a trickle keeps us."""
    parts: list[bytes] = []
    size = 0
    reader = getattr(stream, "read1", stream.read)
    while part := reader(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise TooLargeError(f"the answer has more than the {limit:,} bytes that are read")
        if time.monotonic() > ends:
            raise TimeoutError
    whole = b"".join(parts)
    missing = getattr(stream, "length", None)
    if missing:
        raise http.client.IncompleteRead(whole, missing)
    return whole


def _why(reason: object) -> str:
    from mlgate.text import code

    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "the server's certificate is not trusted; SSL_CERT_FILE can name your authority"
    if isinstance(reason, http.client.InvalidURL):
        # Its words repeat the address, in which a password may stand.
        return "the address is no address"
    if isinstance(reason, OSError) and reason.strerror:
        return code(reason.strerror)
    return code(str(reason) or type(reason).__name__)
