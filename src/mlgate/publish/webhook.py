"""Tells a chat that data drifted: one message to a webhook, in the form that Slack and its like understand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request

from mlgate import __version__
from mlgate.errors import MlgateError
from mlgate.publish.transport import Transport
from mlgate.report import Entry, Finding, Report, Severity
from mlgate.text import printable, shorten, spans

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MOST_FINDINGS = 12
_SECTION, _TITLE, _LINE = 2_900, 150, 600
_ANSWER_BYTES = 65_536
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_SIGNS = {Severity.ERROR: ":x:", Severity.WARNING: ":warning:", Severity.INFO: ":information_source:"}


def message(report: Report, entry: Entry, where: str, page: str | None = None) -> dict[str, Any]:
    """Return what is posted: a line for notifications, and blocks; `where` is the repository, `page` the run's."""
    title = shorten(f"Data drift in {printable(where)}: {_plain(entry.outcome.summary)}", _TITLE)
    found = sorted(entry.outcome.findings, key=lambda finding: _ORDER[finding.severity])
    lines = [_line(finding) for finding in found[:_MOST_FINDINGS]]
    if len(found) > _MOST_FINDINGS:
        lines.append(f"… and {len(found) - _MOST_FINDINGS:,} more in the report")
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": title}}]
    blocks += [_section(text) for text in _joined(lines)]
    blocks.append({"type": "context", "elements": [_marks(_origin(report, page))]})
    # Not all that take Slack's form read blocks, and some find names to call in this line.
    return {"text": _escaped(title).replace("@", "@\u200b"), "blocks": blocks}


def send(url: str, content: Mapping[str, Any], transport: Transport) -> None:
    """Post a message; raises `MlgateError` that never names the address, for whoever knows it can post."""
    url = checked_address(url)
    body = json.dumps(content).encode()
    headers = {"Content-Type": "application/json", "User-Agent": f"mlgate/{__version__}"}
    try:
        answer = transport.send(Request(url, data=body, headers=headers, method="POST"), _ANSWER_BYTES)  # noqa: S310 - asked above
    except ValueError:
        raise MlgateError("the webhook's address is no address") from None
    if 300 <= answer.status < 400:
        raise MlgateError(f"the webhook answered with a redirect ({answer.status}), which is not followed")
    if not 200 <= answer.status < 300:
        raise MlgateError(f"the webhook answered with status {answer.status}")


def checked_address(url: str) -> str:
    """Return an address of `https`, or of `http` on this machine; raises for any other, without repeating it."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise MlgateError("the webhook's address does not begin with `https://`")
    if "@" in parts.netloc:
        raise MlgateError("the webhook's address holds a name or password, which webhooks do not take")
    if not host or " " in url or not (url.isascii() and url.isprintable()):
        raise MlgateError("the webhook's address is no address")
    return url


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _marks(text)}


def _marks(text: str) -> dict[str, Any]:
    """Return a text in Slack's marks, in which a bare address or a name with `@` is made nothing of."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines together in texts as long as a block may be."""
    held = ""
    for line in lines:
        if held and len(held) + len(line) >= _SECTION:
            yield held
            held = ""
        held += f"{line}\n"
    if held:
        yield held


def _line(finding: Finding) -> str:
    return f"{_SIGNS[finding.severity]} {_marked(finding.message)}"


def _origin(report: Report, page: str | None) -> str:
    parts = [f"`{report.head.short}`" if report.head else "", f"mlgate {__version__}"]
    if report.baseline:
        parts.insert(1, f"against `{report.baseline.revision.short}`")
    if page and page.startswith("https://") and not set(page) & set("|<> "):
        parts.append(f"<{_escaped(page)}|run>")
    return " · ".join(filter(None, parts))


def _plain(text: str) -> str:
    return "".join(span.text for span in spans(text))


def _marked(text: str) -> str:
    """Return a message in Slack's own marks: foreign text is code, and nothing in it can mention or link.

    It is cut between signs as people read them, so that no cut leaves a mark open or half of an escape.
    """
    parts, left = [], _LINE
    for span in spans(text):
        shown = shorten(printable(span.text), left) if left > 0 else ""
        left -= len(shown)
        if shown:
            escaped = _escaped(shown)
            parts.append(f"`{escaped.replace('`', chr(39))}`" if span.foreign else escaped)
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
