"""Reads JSON and TOML: no duplicate key, bounded depth, errors with their place."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from mlgate.documents.model import MAX_DEPTH, DocumentError, Position, position_of
from mlgate.text import code


def parse_json(text: str) -> Any:
    """Return the value of a JSON document; `NaN` and `Infinity` are read as floats for the caller to judge."""
    value = _checked_depth(_plain(text))
    return _told(text) if value is None else value


def _plain(text: str) -> Any:
    """Return the value of a text in which nothing is amiss or unusual, else None: most need no other reader."""
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    try:
        value = msgspec.json.decode(text)
        # Of a key that stands there twice only one is left.
        return value if _count_keys(value) == sum(part.count(":") for part in outside) else None
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return None


def _count_keys(value: Any) -> int:
    if not isinstance(value, (dict, list)):
        return 0
    inside, own = (value.values(), len(value)) if isinstance(value, dict) else (value, 0)
    return own + sum(_count_keys(inner) for inner in inside if isinstance(inner, (dict, list)))


def _told(text: str) -> Any:
    """Return the value of a JSON document as Python reads it, or say what is wrong and where."""
    import json

    try:
        return _checked_depth(json.loads(text, object_pairs_hook=_unique_pairs))
    except json.JSONDecodeError as error:
        what = "the file is empty" if not text.strip() else f"not valid JSON: {error.msg}"
        raise DocumentError(what, Position(error.lineno, error.colno)) from None
    except RecursionError:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
    except _DuplicateKeyError as error:
        raise DocumentError(f"duplicate key {code(error.key)}", find_key(text, error.key, 2)) from None
    except ValueError:
        raise DocumentError("a number has more digits than can be read", _find_digits(text)) from None


def parse_toml(text: str) -> Any:
    """Return the value of a TOML document."""
    import tomllib

    try:
        return _checked_depth(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = re.search(r"\(at line (\d+), column (\d+)\)", said)
        position = Position(int(found[1]), int(found[2])) if found else None
        raise DocumentError(f"not valid TOML: {said.partition(' (at ')[0]}", position) from None
    except RecursionError:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise DocumentError("a number has more digits than can be read", _find_digits(text)) from None


def find_key(text: str, key: str, occurrence: int) -> Position | None:
    """Return where a key of a JSON text stands for the first or a later time."""
    import json

    quoted = json.dumps(key, ensure_ascii=False)
    matches = list(re.finditer(re.escape(quoted) + r"\s*:", text))
    return position_of(text, matches[occurrence - 1].start()) if len(matches) >= occurrence else None


class _DuplicateKeyError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(key)
            seen.add(key)
    return found


def _checked_depth(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                _checked_depth(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                _checked_depth(inner, depth + 1)
    return value


def _find_digits(text: str) -> Position | None:
    found = re.search(r"\d{4300,}", text)
    return position_of(text, found.start()) if found else None
