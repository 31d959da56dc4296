"""Columns that stand in the names of folders, as Hive lays data out: `day=2024-01-01/part-0.parquet`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath, PurePosixPath
from urllib.parse import unquote

NULL = "__HIVE_DEFAULT_PARTITION__"
MAGIC = ("*", "?", "[")

Folders = tuple[tuple[str, str | None], ...]
"""What the folders of one file say: names and values as they are written, none for null."""


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
    if not PurePath(path).is_relative_to(top):
        return ()
    found: dict[str, str | None] = {}
    for part in PurePath(path).relative_to(top).parts[:-1]:
        name, sign, value = part.partition("=")
        if sign and name:
            found[unquote(name)] = None if value == NULL else unquote(value)
    return tuple(found.items())


def names_of(folders: Sequence[Folders]) -> tuple[str, ...] | None:
    """Return the names that the folders of every file have, or None where they differ in them."""
    names = {tuple(name for name, _ in one) for one in folders}
    alike = {frozenset(one) for one in names}
    return min(names, default=()) if len(alike) <= 1 else None
