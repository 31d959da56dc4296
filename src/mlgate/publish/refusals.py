"""What the API of GitHub said instead of doing what was asked, in words for people, each with what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mlgate.errors import MlgateError
from mlgate.publish.transport import Answer
from mlgate.text import code


def permissions(needed: str) -> str:
    """Return the lines of a workflow that give a job a permission to write, such as `pull-requests`."""
    return f"permissions:\n  contents: read\n  {needed}: write\n"


class ApiError(MlgateError):
    """The API refused; `status` is its status, `transient` whether the same request may work a little later."""

    def __init__(
        self, message: str, *, status: int, hint: str | None = None, transient: bool = False, said: str = ""
    ) -> None:
        """Keep what was refused and why."""
        super().__init__(message, hint=hint)
        self.status = status
        self.transient = transient
        self.said = said


class NotAllowedError(ApiError):
    """The token may not do this: the workflow has to grant it."""


class LimitError(ApiError):
    """A rate limit; `seconds` says how long to wait, or None where the API does not say."""

    def __init__(self, message: str, *, status: int, seconds: float | None) -> None:
        """Keep how long to wait."""
        super().__init__(message, status=status, transient=True)
        self.seconds = seconds


LACKING = "let the job have the `permissions:` shown below"


def refusal(answer: Answer, asked: str, forge: str = "GitHub", lacking: str = LACKING) -> ApiError:
    """Return the error for an answer that is no success; `asked` is what was asked for, `lacking` what a 403 lacks."""
    said = _said(answer.body)
    status = answer.status
    words = f"{forge} answered {status} to {asked}" + (f": {code(said, 200)}" if said else "")
    if status in (403, 429) and (status == 429 or _is_limit(answer.headers, said)):
        return LimitError(words, status=status, seconds=_pause(answer.headers))
    if status >= 500 or status == 408:
        return ApiError(words, status=status, transient=True, said=said)
    if status == 401:
        return ApiError(words, status=status, hint="the token has expired or is none of this server's", said=said)
    if status == 403 and "locked" in said.lower():
        return ApiError(words, status=status, hint="the conversation is locked; unlock it to get comments", said=said)
    if status == 403:
        return NotAllowedError(words, status=status, hint=lacking, said=said)
    if status in (301, 302, 303, 307, 308):
        return ApiError(words, status=status, hint="name the API by its own address", said=said)
    return ApiError(words, status=status, hint=_HINTS.get(status), said=said)


_HINTS = {
    404: "the pull request does not exist, or the token cannot see the repository",
    410: "the conversation is gone, or the repository has issues turned off",
    422: "the request was found not valid",
}


def _is_limit(headers: Mapping[str, str], said: str) -> bool:
    # Older servers call a secondary limit their abuse detection.
    says_so = any(words in said.lower() for words in ("rate limit", "abuse detection"))
    return says_so or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def _pause(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the headers ask for, the reset time measured by the server's own clock."""
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        return float(after[:9])
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
        return max(1.0, float(reset[:12]) - _now(headers) + 1)
    return None


def _now(headers: Mapping[str, str]) -> float:
    import time
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _said(body: bytes) -> str:
    """Return the message of an error, with the first reason behind it; nothing of a page that is not JSON."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    parts = [value.get("message")]
    errors = value.get("errors")
    if isinstance(errors, list) and errors:
        first = errors[0]
        parts.append(first.get("message") if isinstance(first, dict) else first)
    return ": ".join(part for part in parts if isinstance(part, str) and part)
