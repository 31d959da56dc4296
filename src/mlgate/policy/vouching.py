"""Asks of each waiver what a reviewer would: does it name something that can be found, once, and is it bounded?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from mlgate import documents
from mlgate.config import Config, Waiver
from mlgate.config_reading import ConfigError
from mlgate.documents import Document, Position
from mlgate.text import code, nearest

SIZED = frozenset({
    "drift/missing-values", "drift/moved", "metrics/ceiling", "metrics/creep", "metrics/floor",
    "metrics/not-certified", "metrics/regression", "metrics/within-noise", "tests/coverage-drop", "tests/coverage-low",
})  # fmt: skip
"""The rules whose findings have a size: a waiver for one of them must say how much of it is accepted."""

_RULE = re.compile(r"[a-z][a-z0-9-]*")

Told = tuple[Position | None, str, str | None]


def require_sound(config: Config, checks: Sequence[str], rules: Callable[[], dict[str, tuple[str, ...]]]) -> None:
    """Raise `ConfigError` with everything that is wrong with the waivers of the head's config.

    `checks` are the checks that there are, and `rules` gives the rules of the built-in ones by check.
    """
    known = rules()
    document = Document(None, config.positions)
    counts = Counter(waiver.key for waiver in config.waivers)
    told: list[Told] = []
    for index, waiver in enumerate(config.waivers):
        where = document.position(("waivers", index, "key"))
        told += [(where, message, hint) for message, hint in _of_key(waiver, checks, known)]
        told += [(where, message, hint) for message, hint in _of_size(waiver)]
        if counts[waiver.key] > 1:
            told.append((where, f"{code(waiver.key)} is waived more than once", "keep one waiver for a key"))
    if told:
        raise ConfigError(config.source or "", told, documents.decode(config.data))


def _of_key(
    waiver: Waiver, checks: Sequence[str], known: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, str | None]]:
    rule = waiver.key.partition(":")[0]
    check, slash, name = rule.partition("/")
    if not slash or not name:
        yield f"{code(waiver.key)} is no key of a finding", f"write it like {code('metrics/regression:recall')}"
    elif check not in checks:
        close = nearest(check, tuple(checks))
        yield f"there is no check {code(check)}", close and f"did you mean {code(check_key(waiver.key, close, name))}?"
    elif check in known and _RULE.fullmatch(name) and name not in known[check] and name != "unreadable":
        close = nearest(name, known[check])
        hint = f"did you mean {code(check_key(waiver.key, check, close))}?" if close else "`mlgate explain` lists them"
        yield f"the check {code(check)} has no rule {code(name)}", hint


def check_key(key: str, check: str, rule: str) -> str:
    """Return a key with another rule."""
    _, colon, subject = key.partition(":")
    return f"{check}/{rule}{colon}{subject}"


def _of_size(waiver: Waiver) -> Iterator[tuple[str, str | None]]:
    rule = waiver.key.partition(":")[0]
    if rule in SIZED and waiver.ceiling is None:
        yield f"{code(waiver.key)} needs a `ceiling`: how much of it is accepted", "such as `ceiling: 3pp`"
