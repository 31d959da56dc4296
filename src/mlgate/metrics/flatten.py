"""Turns a parsed metric file into dotted keys and values, each number or oddity told apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from mlgate.documents import Path
from mlgate.errors import MlgateError
from mlgate.text import code, shorten

# Why a value is no finite number.
Oddity = Literal["not a number", "infinite", "too large", "text", "true or false", "null"]


class Odd(Struct, frozen=True):
    """A value that cannot be compared: what it is, and how the file shows it (foreign text)."""

    kind: Oddity
    shown: str

    @property
    def is_numeric(self) -> bool:
        """Return whether a program that computes a number wrote this value."""
        return self.kind in ("not a number", "infinite", "too large")


Value = float | Odd


class Flat(Struct, frozen=True):
    """The values of one file by dotted key; `lists` are the keys of the lists, whose items have a number as key."""

    values: dict[str, Value]
    lists: frozenset[str] = frozenset()

    def list_of(self, key: str) -> str | None:
        """Return the key of the outermost list that holds the value of `key`, if a list does."""
        if not self.lists:
            return None
        parts = key.split(".")
        starts = (".".join(parts[:length]) for length in range(1, len(parts)))
        return next((start for start in starts if start in self.lists), None)


class ShapeError(MlgateError):
    """A file that can be read but whose values cannot be told apart; `path` says where in it."""

    def __init__(self, message: str, path: Path = (), hint: str | None = None) -> None:
        """Keep the path."""
        super().__init__(message, hint=hint)
        self.path = path


def flatten(value: Any) -> Flat:
    """Return the values of a parsed file; a file that is one number has it under the empty key.

    Raises `ShapeError` for a list, a word or nothing at the top, and for a key that is both nested and dotted.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Flat({"": classify(value)})
    if not isinstance(value, dict):
        raise ShapeError(
            f"the file holds {_kind(value)}, not keys and values", hint='write it like `{"accuracy": 0.9}`'
        )
    values: dict[str, Value] = {}
    lists: set[str] = set()
    for key, path, item in _leaves(value, "", (), lists):
        if key in values:
            raise ShapeError(f"the key {code(key)} is there twice, nested and with dots", path, "rename one of them")
        values[key] = classify(item)
    return Flat(values, frozenset(lists))


def path_of(value: Any, key: str) -> Path | None:
    """Return the path to a dotted key in a parsed file, or None where it is not there."""
    if key == "":
        return ()
    return next((path for found, path, _ in _leaves(value, "", (), set()) if found == key), None)


def classify(value: Any) -> Value:
    """Return a value as a finite float, or as the oddity that it is."""
    if isinstance(value, bool):
        return Odd("true or false", str(value).lower())
    if isinstance(value, (int, float)):
        return _number(value)
    if value is None:
        return Odd("null", "null")
    return Odd("text", shorten(str(value), 60))


def _number(value: float) -> Value:
    try:
        number = float(value)
    except OverflowError:
        return Odd("too large", f"an integer of about {round(int(value).bit_length() * 0.30103):,} digits")
    if math.isnan(number):
        return Odd("not a number", "NaN")
    return number if math.isfinite(number) else Odd("infinite", "Infinity" if number > 0 else "-Infinity")


def _leaves(value: Any, key: str, path: Path, lists: set[str]) -> Iterator[tuple[str, Path, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, _joined(key, name, path), (*path, name), lists)
    elif isinstance(value, list):
        lists.add(key)
        for index, inner in enumerate(value):
            yield from _leaves(inner, _joined(key, index, path), (*path, index), lists)
    else:
        yield key, path, value


def _joined(key: str, name: object, path: Path) -> str:
    return f"{key}.{name}" if path else str(name)


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"only {code(shorten(str(value), 60))}"
