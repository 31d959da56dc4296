"""The `[tool.mlgate]` table of a pyproject.toml, with the places of its keys, which TOML readers do not keep."""

from __future__ import annotations

import re
from typing import Any

from mlgate import documents
from mlgate.documents import Document, DocumentError, Path, Position

_PREFIX = ("tool", "mlgate")
_HEADER = r"^\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$"
_KEY = r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
_HEADER_OF_OURS = rb"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*mlgate[ \t]*[].]"
_PART = r"""[\w-]+|"[^"]*"|'[^']*'"""


def has_table(data: bytes) -> bool:
    """Return whether the tool's table is there; in a file that cannot be read, whether its heading is."""
    try:
        return _table(documents.parse_toml(documents.decode(data))) is not None
    except DocumentError:
        return re.search(_HEADER_OF_OURS, data, re.MULTILINE) is not None


def tool_table(data: bytes, name: str) -> Document:
    """Return the tool's table as a document; raises `DocumentError` with its place."""
    try:
        text = documents.decode(data)
        value: Any = documents.parse_toml(text)
    except DocumentError as error:
        raise error.at(name) from None
    return Document(_table(value), _positions(text))


def _table(value: Any) -> Any:
    for key in _PREFIX:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _positions(text: str) -> dict[Path, Position]:
    found: dict[Path, Position] = {}
    table: Path = ()
    lists: dict[Path, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(_HEADER, line)
        if header:
            table = _parts(header[2])
            _note(found, table, Position(number, line.index("[") + 1))
            if header[1] == "[[":
                lists[table] = lists.get(table, -1) + 1
                table = (*table, lists[table])
                _note(found, table, Position(number, line.index("[") + 1))
            continue
        key = re.match(_KEY, line)
        if key:
            column = len(line) - len(line.lstrip()) + 1
            _note(found, (*table, *_parts(key[1])), Position(number, column))
    return found


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _note(found: dict[Path, Position], path: Path, position: Position) -> None:
    if path[:2] == _PREFIX:
        found.setdefault(path[2:], position)
