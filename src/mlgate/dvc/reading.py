"""Reads one of DVC's YAML files with positions; whatever is wrong with it is said at its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from mlgate import documents
from mlgate.documents import Document, DocumentError, Path, Position
from mlgate.errors import MlgateError
from mlgate.files import Files
from mlgate.lazy_pattern import lazy_pattern
from mlgate.text import code, nearest

LIMIT_BYTES = 5_000_000
"""How large one of DVC's files may be; a `.dvc` file that lists the files of a directory is the largest kind."""

_CONFLICT = lazy_pattern(rb"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)


def read_document(files: Files, path: str) -> Document | None:
    """Return the parsed file, or None where there is none; an empty one holds an empty mapping.

    Raises `DocumentError` without a place; the caller adds it, see `placed`.
    """
    data = files.read(path, LIMIT_BYTES)
    if data is None:
        return None
    marker = _CONFLICT.search(data) if b"<<<<<<< " in data else None
    if marker is not None:
        line = data.count(b"\n", 0, marker.start()) + 1
        raise DocumentError("conflict markers of a merge", Position(line, 1), "resolve the conflict and commit")
    found = _parsed(documents.decode(data, LIMIT_BYTES))
    if found.value is None:
        return Document({}, found.positions)
    if not isinstance(found.value, dict):
        raise DocumentError("expected keys and values at the top", found.position(()))
    return found


@lru_cache(maxsize=128)
def _parsed(text: str) -> Document:
    """Parse a text once a run: most files are the same at both sides, and several readers want a lock."""
    try:
        return documents.parse_yaml(text)
    except DocumentError as error:
        lines = text.splitlines()
        number = error.position.line if error.position else 0
        if error.hint is None and 0 < number <= len(lines) and "${" in lines[number - 1]:
            error.hint = "inside `[...]` and `{...}`, put a template in quotes"
        raise


def placed(error: MlgateError, path: str) -> MlgateError:
    """Return an error with the file that it is about, where it does not name one yet."""
    if error.where is None:
        if isinstance(error, DocumentError):
            return error.at(path)
        error.where = path
    return error


class Shape:
    """Judges the shape of a document's parts by the rules of DVC's own schema."""

    def __init__(self, document: Document) -> None:
        """Keep the document, for its positions."""
        self.document = document

    def line(self, *path: str | int) -> int | None:
        """Return the line of the file where `path` stands."""
        position = self.document.position(path)
        return position.line if position else None

    def fail(self, path: Path, message: str, hint: str | None = None) -> NoReturn:
        """Raise an error at the place of `path`."""
        raise DocumentError(message, self.document.position(path), hint)

    def mapping(self, value: object, path: Path) -> Mapping[str, Any]:
        """Return `value` as keys and values, or fail."""
        if not isinstance(value, dict):
            self.fail(path, f"{_named(path)} must be keys and values")
        for key in value:
            if not isinstance(key, str):
                self.fail((*path, key), f"the key {code(key)} must be text", "put it in quotes")
        return value

    def sequence(self, value: object, path: Path) -> list[Any]:
        """Return `value` as a list, or fail."""
        if not isinstance(value, list):
            self.fail(path, f"{_named(path)} must be a list")
        return value

    def text(self, value: object, path: Path) -> str:
        """Return `value` as text, or fail."""
        if not isinstance(value, str):
            self.fail(path, f"{_named(path)} must be text", "put it in quotes" if _is_number(value) else None)
        return value

    def flag(self, value: object, path: Path) -> bool:
        """Return `value` as true or false, or fail."""
        if not isinstance(value, bool):
            self.fail(path, f"{_named(path)} must be `true` or `false`")
        return value

    def known(self, value: Mapping[str, Any], path: Path, keys: frozenset[str]) -> None:
        """Fail at the first key that DVC does not know."""
        for key in value:
            if key not in keys:
                close = nearest(str(key), tuple(sorted(keys)))
                hint = f"did you mean {code(close)}?" if close else "known here: " + ", ".join(sorted(keys))
                self.fail((*path, key), f"unknown key {code(key)}", hint)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def _named(path: Path) -> str:
    words = [part for part in path if isinstance(part, str)]
    return code(words[-1]) if words else "the file"
