"""The forms of a generated block: written from a value, and read back from what stands there.

Two bodies are compared by their `reading`, so that a formatter may pad cells, change bullets and add blank lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlgate.readme.cells import as_json, written
from mlgate.readme.sources import SourceError
from mlgate.text import amount

MAX_ROWS = 1000

_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*\Z")
_PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_BULLET = re.compile(r"\s*[-*+]\s+(.*\S)\s*\Z")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")


class Reading(NamedTuple):
    """What a body says: its form, or `other` where it has not the form that it should have, and its lines."""

    form: str
    lines: tuple[str, ...]


def write(value: Any, form: str, fmt: str | None, source: str, body: list[str]) -> list[str]:
    """Return the lines of a block; the two head lines of a table that stands in `body` are kept, for people name them.

    Raises `SourceError` where the value cannot stand in this form.
    """
    if form == "json":
        shown = as_json(value, 2)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
        return [f"{fence}json", *shown.split("\n"), fence]
    if not isinstance(value, (dict, list)):
        raise SourceError("the source is a single value", hint="bind it with `mlgate:value`, or select what holds it")
    pairs = list(_flat(value, ""))
    if len(pairs) > MAX_ROWS:
        raise SourceError(f"the source has {amount(len(pairs), 'value')}, too many to read", hint="select a part of it")
    if form == "list":
        is_plain = isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value)
        return [f"- {written(v, fmt)}" if is_plain else f"- {written(k)}: {written(v, fmt)}" for k, v in pairs]
    return table((_title(source), "value"), [[written(k), written(v, fmt)] for k, v in pairs], body)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], body: list[str]) -> list[str]:
    """Return the lines of a table; the two head lines of one as wide that stands in `body` are kept."""
    head = _head(body, len(heads)) or [_row(heads), _row(["---"] * len(heads))]
    return [*head, *(_row([_cell(cell) for cell in row]) for row in rows)]


def read(body: list[str], form: str) -> Reading:
    """Return what the lines of a block say; the head of a table and blank lines around it say nothing."""
    lines = core(body)
    found = _READERS[form](lines)
    return Reading("other", tuple(line.strip() for line in lines)) if found is None else Reading(form, tuple(found))


def core(body: list[str]) -> list[str]:
    """Return the lines of a body from the first to the last that is not blank."""
    filled = [index for index, line in enumerate(body) if line.strip()]
    return body[filled[0] : filled[-1] + 1] if filled else []


def digest(reading: Reading) -> str:
    """Return the `sum=` of a block: eight hex digits that stay the same while it says the same."""
    import hashlib

    text = "\n".join((reading.form, *reading.lines))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _flat(value: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the single values below a mapping or list by their dotted keys; a list of single values is one."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        name = f"{prefix}{key}"
        has_more = isinstance(inner, dict) or (
            isinstance(inner, list) and any(isinstance(item, (dict, list)) for item in inner)
        )
        if has_more and inner:
            yield from _flat(inner, f"{name}.")
        else:
            yield name, inner


def _title(source: str) -> str:
    path = source.partition("#")[0].lower()
    if "param" in path or "config" in path:
        return "parameter"
    return "metric" if "metric" in path else "key"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _cells(line: str) -> list[str]:
    """Return the cells of a row: split at pipes that no backslash escapes."""
    shown = line.strip().removeprefix("|")
    parts, position = [], 0
    for pipe in _PIPE.finditer(shown):
        parts.append(shown[position : pipe.end() - 1].strip())
        position = pipe.end()
    rest = shown[position:].strip()
    return [*parts, rest] if rest else parts


def _head(body: list[str], width: int) -> list[str] | None:
    """Return the first two lines of a body if they are the head of a table with that many columns."""
    lines = core(body)[:2]
    if len(lines) < 2 or "|" not in lines[1] or not _DELIMITER.match(lines[1]):
        return None
    return [line.strip() for line in lines] if len(_cells(lines[0])) == len(_cells(lines[1])) == width else None


def _read_table(lines: list[str], width: int = 2) -> list[str] | None:
    if _head(lines, width) is None:
        return None
    return [_row(_cells(line)) for line in lines[2:]]


def _read_dictionary(lines: list[str]) -> list[str] | None:
    return _read_table(lines, 5)


def _read_graph(lines: list[str]) -> list[str] | None:
    fence = _FENCE.match(lines[0]) if len(lines) > 1 else None
    if fence is None or lines[-1].strip() != fence[1]:
        return None
    return [" ".join(line.split()) for line in lines[1:-1] if line.strip()]


def _read_list(lines: list[str]) -> list[str] | None:
    items = [_BULLET.match(line) for line in lines if line.strip()]
    return [f"- {item[1]}" for item in items if item] if all(items) else None


def _read_json(lines: list[str]) -> list[str] | None:
    fence = _FENCE.match(lines[0]) if len(lines) > 1 else None
    if fence is None or lines[-1].strip() != fence[1]:
        return None
    try:
        value = json.loads("\n".join(lines[1:-1]))
        return json.dumps(value, ensure_ascii=False, indent=1).split("\n")
    except (ValueError, RecursionError):
        return None


_READERS: Mapping[str, Callable[[list[str]], list[str] | None]] = {
    "table": _read_table,
    "list": _read_list,
    "json": _read_json,
    "graph": _read_graph,
    "dictionary": _read_dictionary,
}
