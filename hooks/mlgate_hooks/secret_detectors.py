"""Asks bc-detect-secrets, the kept fork of detect-secrets, about one line; it verifies nothing on the network."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from mlgate_hooks.secret_keys import is_secret_key, is_secret_value

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

# The name of the setting in front of a value.
_KEY = re.compile(r"([\w.-]+)[\"'\]]{0,2}\s*(?::=?|={1,3}|=>|!==?|\.assign\(|\()\s*@?[\"'`]?$")
_TAIL = re.compile(r"\s+(?:#|//|;).*$")
# A shape inside a longer run of the same signs, such as a picture in base64, is chance.
_RUN = re.compile(r"[A-Za-z0-9+/]")


class Detected(NamedTuple):
    """A secret: its kind for people, its column from 1, and the name of the setting where that gave it away."""

    kind: str
    column: int
    key: str = ""


def detect(name: str, line: str) -> Detected | None:
    """Return the first secret of a line of the file `name`."""
    for kind, detector in _detectors():
        for found in detector.analyze_line(filename=_read_as(name), line=line, line_number=1):
            value = found.secret_value or ""
            start = line.find(value)
            if value and start >= 0:
                told = _by_key(line, value, start) if kind == _KEYWORD else _by_shape(kind, line, value, start)
                if told:
                    return told
    return None


_KEYWORD = "keyword"


@cache
def _detectors() -> tuple[tuple[str, BasePlugin], ...]:
    """Return the detectors that go by shape, and last the one that goes by names; those by entropy guess too much."""
    from detect_secrets.plugins.artifactory import ArtifactoryDetector
    from detect_secrets.plugins.aws import AWSKeyDetector
    from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
    from detect_secrets.plugins.basic_auth import BasicAuthDetector
    from detect_secrets.plugins.discord import DiscordBotTokenDetector
    from detect_secrets.plugins.github_token import GitHubTokenDetector
    from detect_secrets.plugins.jwt import JwtTokenDetector
    from detect_secrets.plugins.keyword import KeywordDetector
    from detect_secrets.plugins.npm import NpmDetector
    from detect_secrets.plugins.sendgrid import SendGridDetector
    from detect_secrets.plugins.slack import SlackDetector
    from detect_secrets.plugins.stripe import StripeDetector
    from detect_secrets.plugins.twilio import TwilioKeyDetector

    return (
        ("an AWS key", AWSKeyDetector()),
        ("a GitHub token", GitHubTokenDetector()),
        ("a password in an address", BasicAuthDetector()),
        ("an Azure storage key", AzureStorageKeyDetector()),
        ("an Artifactory key", ArtifactoryDetector()),
        ("a Slack token", SlackDetector()),
        ("a Stripe key", StripeDetector()),
        ("a SendGrid key", SendGridDetector()),
        ("a Twilio key", TwilioKeyDetector()),
        ("a Discord token", DiscordBotTokenDetector()),
        ("an npm token", NpmDetector()),
        ("a JSON Web Token", JwtTokenDetector()),
        (_KEYWORD, KeywordDetector()),
    )


def _by_shape(kind: str, line: str, value: str, start: int) -> Detected | None:
    before, after = line[start - 1 : start], line[start + len(value) : start + len(value) + 1]
    is_url = value.startswith("https:")
    if not is_url and (_RUN.match(before) or _RUN.match(after)):
        return None
    is_sure = kind != "a password in an address" or is_secret_value("password", value)
    return Detected(kind, start + 1) if is_sure else None


def _by_key(line: str, value: str, start: int) -> Detected | None:
    from detect_secrets.filters import heuristic

    named = _KEY.search(line[:start])
    key = named[1] if named else ""
    bare = _TAIL.sub("", value).rstrip().rstrip(",;}])")
    quiet = (
        heuristic.is_sequential_string,
        heuristic.is_potential_uuid,
        heuristic.is_templated_secret,
        heuristic.is_prefixed_with_dollar_sign,
        heuristic.is_not_alphanumeric_string,
        heuristic.is_aws_arn,
    )
    if not key or not bare or not is_secret_key(key) or not is_secret_value(key, bare):
        return None
    if heuristic.is_indirect_reference(line) or any(is_quiet(bare) for is_quiet in quiet):
        return None
    return Detected("a secret", start + 1, key.rpartition(".")[2] or key)


def _read_as(name: str) -> str:
    """Return a name by whose ending the library knows how settings are written in this file."""
    base = name.rpartition("/")[2]
    return "settings.ini" if base == "config" or base.startswith(".env") or base.endswith(".env") else name
