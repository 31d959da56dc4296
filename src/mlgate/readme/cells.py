"""How one value of a source is written in Markdown, so that it is shown literally and reads well."""

from __future__ import annotations

import json
import re
from typing import Any

from mlgate.documents import MAX_BYTES
from mlgate.readme.sources import SourceError
from mlgate.text import code, printable

# Words that Markdown shows as they are; an underscore inside a word is one of them.
_PLAIN = re.compile(r"[^\W_](?:[\w.,%+ -]*[^\W_%]|[\w.,%+ -]*%)?\Z")
_TRAPS = re.compile(r"\bwww\.|(?<![^\W_])_|_(?![^\W_])| {2}|--|\d\. ")


def written(value: Any, fmt: str | None = None) -> str:
    """Return a single value or a list of them as Markdown; what Markdown might change goes into a code span."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (dict, list)):
        return code(as_json(value), MAX_BYTES)
    if isinstance(value, float) and fmt:
        return formatted(value, fmt)
    return plain_value(value)


def plain_value(value: Any) -> str:
    """Return a number, a truth value or nothing as the source has it."""
    if value is None:
        return "null"
    try:
        return str(value).lower() if isinstance(value, bool) else str(value)
    except ValueError:
        raise _too_long() from None


def formatted(value: Any, fmt: str) -> str:
    """Return a number in a format such as `.3f`; raises `SourceError` where the two do not fit."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SourceError(f"{code('fmt=' + fmt)} is for numbers, not for {code(value, 60)}", hint="leave `fmt` out")
    try:
        return format(value, fmt)
    except (ValueError, OverflowError):
        raise SourceError(f"{code('fmt=' + fmt)} does not fit {code(value, 60)}") from None


def as_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; letters stay as they are unless one of its characters is hidden or unpaired."""
    try:
        shown = json.dumps(value, ensure_ascii=False, indent=indent)
    except ValueError:
        raise _too_long() from None
    is_open = all(printable(line) == line for line in shown.split("\n"))
    return shown if is_open else json.dumps(value, indent=indent)


def _text(value: str) -> str:
    if not value:
        return '`""`'
    if _PLAIN.match(value) and not _TRAPS.search(value) and printable(value) == value:
        return value
    return code(value, MAX_BYTES)


def _too_long() -> SourceError:
    return SourceError("the source has a number with more digits than can be printed")
