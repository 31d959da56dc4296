"""Columns that stand in the names of folders, as Hive lays data out: `day=2024-01-01/part-0.parquet`."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePath, PurePosixPath
from urllib.parse import unquote

NULL = "__HIVE_DEFAULT_PARTITION__"
MAGIC = ("*", "?", "[")

Folders = tuple[tuple[str, str | None], ...]
"""What the folders of one file say: names and values as they are written, none for null."""
Value = str | int | float | bool | dt.date | None
_WHOLE, _FLOAT, _TRUTHS = re.compile(r"-?(?:0|[1-9]\d{0,17})"), re.compile(r"-?\d{1,15}\.\d{1,15}"), ("true", "false")


class Guess(StrEnum):
    """What the folders of one name hold, where no contract says it."""

    WHOLE = "whole numbers"
    FLOAT = "floats"
    TRUTH = "truth values"
    DAY = "days"
    TEXT = "text"


Typed = tuple[tuple[str, Guess, Value], ...]
"""What the folders of one file say, each name typed by what all files of the dataset have there."""


def fixed_part(pattern: str) -> str:
    """Return the leading folders of a path that hold no signs of a glob."""
    parts: list[str] = []
    for part in PurePosixPath(pattern).parts:
        if any(sign in part for sign in MAGIC):
            break
        parts.append(part)
    return str(PurePosixPath(*parts))


def folders_of(path: str, top: str) -> Folders:
    """Return what the folders between `top`, which a dataset names, and one of its files say, in their order.

    Of a name that stands twice the inner one counts.
    """
    return _folders_between(os.path.dirname(path), top)  # noqa: PTH120 - asked of thousands of files


@lru_cache(maxsize=4096)
def _folders_between(folder: str, top: str) -> Folders:
    if not PurePath(folder).is_relative_to(top):
        return ()
    found: dict[str, str | None] = {}
    for part in PurePath(folder).relative_to(top).parts:
        name, sign, value = part.partition("=")
        if sign and name:
            found[unquote(name)] = None if value == NULL else unquote(value)
    return tuple(found.items())


def names_of(folders: Sequence[Folders]) -> tuple[str, ...] | None:
    """Return the names that the folders of every file have, or None where they differ in them."""
    names = {tuple(name for name, _ in one) for one in folders}
    alike = {frozenset(one) for one in names}
    return min(names, default=()) if len(alike) <= 1 else None


def typed_by_all(folders: Sequence[Folders], *, days: bool = True) -> list[Typed]:
    """Return what the folders of each file say, typed as fields of a CSV are, but for digits that are no number.

    With `days` those that are written as in ISO 8601 are no text.
    """
    texts: dict[str, set[str]] = {}
    for one in folders:
        for name, value in one:
            texts.setdefault(name, set()).update(() if value is None else (value,))
    guesses = {name: _guess(values) for name, values in texts.items()}
    if not days:
        guesses = {name: Guess.TEXT if guess is Guess.DAY else guess for name, guess in guesses.items()}
    return [tuple((name, guesses[name], _value(value, guesses[name])) for name, value in one) for one in folders]


def _guess(values: set[str]) -> Guess:
    if not values:
        return Guess.TEXT
    if all(map(_WHOLE.fullmatch, values)):
        return Guess.WHOLE
    if all(_WHOLE.fullmatch(value) or _FLOAT.fullmatch(value) for value in values):
        return Guess.FLOAT
    if all(map(_is_day, values)):
        return Guess.DAY
    return Guess.TRUTH if all(value.lower() in _TRUTHS for value in values) else Guess.TEXT


def _is_day(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _value(value: str | None, guess: Guess) -> Value:
    if value is None or guess is Guess.TEXT:
        return value
    if guess is Guess.TRUTH:
        return value.lower() == "true"
    if guess is Guess.DAY:
        return dt.date.fromisoformat(value)
    return int(value) if guess is Guess.WHOLE else float(value)
