"""Paths as DVC's files write them, brought to one form: from the project folder, with `/`, without `.` and `..`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlgate.lazy_pattern import lazy_pattern

_URL = lazy_pattern(r"^[A-Za-z][A-Za-z0-9+.-]+://")


def folder_of(path: str) -> str:
    """Return the folder of a file, or nothing at the top."""
    return path.rpartition("/")[0]


def join(folder: str, path: str) -> str:
    """Return a path that stands in a file of `folder`, from the project folder; URLs and absolute paths stay."""
    if is_foreign(path):
        return path
    joined = posixpath.normpath(posixpath.join(folder, path))
    return "" if joined == "." else joined


def is_url(path: str) -> bool:
    """Return whether a path is a URL, such as `s3://bucket/key` or `remote://name/key`."""
    return "://" in path and _URL.match(path) is not None


def is_foreign(path: str) -> bool:
    """Return whether a path does not lie in the repository: a URL, or absolute."""
    return path.startswith("/") or is_url(path)


def is_inside(path: str, folder: str) -> bool:
    """Return whether a path lies below a folder; nothing lies below itself."""
    return folder == "" or path.startswith(folder.rstrip("/") + "/")


def stays_inside(path: str) -> bool:
    """Return whether a path in a listing stays below the directory that is listed."""
    return not path.startswith("/") and ".." not in path.split("/")


def above(path: str) -> Iterator[str]:
    """Return the folders that a path lies in, the nearest first."""
    while path := folder_of(path):
        yield path
