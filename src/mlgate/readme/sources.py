"""Where generated blocks and bound values come from: `params.yaml#train`, `metrics.json#test.auc`."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from mlgate import documents
from mlgate.config import read_file
from mlgate.dvc.params import read_python
from mlgate.errors import MlgateError
from mlgate.readme.names import python_names
from mlgate.text import code, codes, command, nearest

Read = Callable[[str], bytes | None]
_ENDINGS = (".yaml", ".yml", ".json", ".toml", ".py")


class SourceError(MlgateError):
    """A source that does not exist, cannot be read, or has not what is asked of it."""


class Sources:
    """The files that a README is generated from; each is read once.

    `read` returns a file by its path from the repository's root; `prefix` is the project folder with a closing `/`,
    from which sources are named.
    """

    def __init__(self, read: Read, prefix: str = "") -> None:
        """Keep how files are read."""
        self._read = read
        self._prefix = prefix
        self._documents: dict[tuple[str, str], Any] = {}

    @classmethod
    def of_folder(cls, folder: Path) -> Sources:
        """Return the sources below a folder."""
        return cls(reader(folder))

    def value(self, source: str) -> Any:
        """Return what `path#a.b.c` selects; raises `SourceError` with the reason and a way out.

        Of Python code that is a constant by its name, or with `#names` the list of what it defines; it is never run.
        """
        path, mark, selector = source.partition("#")
        if mark and selector == "names" and path.lower().endswith(".py"):
            return self._parsed(path, lambda data: python_names(documents.decode(data)), selector)
        document = self._document(path)
        return select(document, selector, source) if mark else document

    def content(self, path: str) -> bytes:
        """Return the bytes of a source by its path from the project folder; raises `SourceError` where it has none."""
        try:
            data = self.read(path)
        except SourceError:
            raise
        except MlgateError as error:
            raise SourceError(f"{code(path)}: {error.message}", hint=error.hint) from None
        if data is None:
            hint = f"name it from the project folder; if DVC keeps it, run {command('dvc', 'pull', path)}"
            raise SourceError(f"{code(path)} does not exist", hint=hint)
        return data

    def read(self, path: str) -> bytes | None:
        """Return a file by its path from the project folder, or None where there is none."""
        if not path:
            raise SourceError("the source names no file", hint=f"write it like {code('params.yaml#train')}")
        full = posixpath.normpath(self._prefix + path)
        if path.startswith("/") or "\\" in path or full.split("/")[0] == "..":
            raise SourceError(f"{code(path)} is not inside the repository", hint="name it from the project folder")
        return self._read(full)

    def _document(self, path: str) -> Any:
        if path and PurePosixPath(path).suffix.lower() not in _ENDINGS:
            raise SourceError(f"{code(path)} is no source", hint=f"sources are files that end in {codes(_ENDINGS)}")
        if path.lower().endswith(".py"):
            return self._parsed(path, lambda data: read_python(documents.decode(data)))
        return self._parsed(path, lambda data: documents.parse(data, path))

    def _parsed(self, path: str, parse: Callable[[bytes], Any], what: str = "") -> Any:
        key = (posixpath.normpath(self._prefix + path), what)
        if key not in self._documents:
            data = self.content(path)
            try:
                self._documents[key] = parse(data)
            except documents.DocumentError as error:
                error.at(path)
                raise SourceError(f"{code(error.where)}: {error.message}", hint=error.hint) from None
        return self._documents[key]


def reader(root: Path) -> Read:
    """Return how to read the files below a folder as they are now; `MlgateError` says why one cannot be read."""

    def read(path: str) -> bytes | None:
        place = root / path
        return read_file(place, root, path) if os.path.lexists(place) else None

    return read


def select(document: Any, selector: str, source: str) -> Any:
    """Return what dotted keys select; a key may hold dots itself, as long as only one reading exists."""
    found: list[Any] = []
    stuck: list[tuple[int, Any]] = []
    _descend(document, tuple(selector.split(".")), 0, found, stuck)
    if len(found) == 1:
        return found[0]
    if found:
        raise SourceError(f"{code(source)} can be read in {len(found)} ways", hint="rename one of the keys with dots")
    depth, last = max(stuck, key=lambda pair: pair[0])
    key = selector.split(".")[depth]
    known = tuple(_keys(last))
    close = nearest(key, known)
    hint = f"did you mean {code(close)}?" if close else f"there: {codes(known)}" if known else None
    raise SourceError(f"{code(source)}: there is no {code(key)}", hint=hint)


def _descend(here: Any, parts: tuple[str, ...], depth: int, found: list[Any], stuck: list[tuple[int, Any]]) -> None:
    if not parts:
        found.append(here)
        return
    keys = _keys(here)
    # Documents are no deeper than `documents.MAX_DEPTH`, and each step goes to another child: this ends soon.
    steps = [
        length for length in range(1, min(len(parts), documents.MAX_DEPTH) + 1) if ".".join(parts[:length]) in keys
    ]
    if not steps:
        stuck.append((depth, here))
    for length in steps:
        _descend(keys[".".join(parts[:length])], parts[length:], depth + length, found, stuck)


def _keys(here: Any) -> dict[str, Any]:
    if isinstance(here, dict):
        return {str(key): value for key, value in here.items()}
    return {str(index): value for index, value in enumerate(here)} if isinstance(here, list) else {}
