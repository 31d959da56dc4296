"""Compares the parameters that the lock records with the params files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlgate.documents import DocumentError
from mlgate.dvc.params import DEFAULT, find_param, read_params, shown
from mlgate.dvc.reading import placed
from mlgate.dvc.records import ParamsFile
from mlgate.files import Files
from mlgate.text import code


class ParamChange(NamedTuple):
    """One parameter that differs, in words, with its key in the params file."""

    words: str
    file: str
    key: str


class ParamReader:
    """Reads each params file of one side once; `prefix` stands before its name in errors."""

    def __init__(self, files: Files, prefix: str) -> None:
        """Keep where the files are."""
        self._files = files
        self._prefix = prefix
        self._found: dict[str, Any] = {}

    def read(self, path: str) -> Any:
        """Return the value of a params file, or None where there is none; raises `DocumentError` with its place."""
        if path not in self._found:
            try:
                self._found[path] = read_params(self._files, path)
            except DocumentError as error:
                raise placed(error, self._prefix + path) from None
        return self._found[path]


def param_changes(wanted: ParamsFile, recorded: Mapping[str, Any], actual: Any) -> Iterator[ParamChange]:
    """Return what differs between the lock's values of one params file and the file's own value, not None."""
    top = list(actual) if isinstance(actual, dict) else []
    for key in wanted.keys or dict.fromkeys((*map(str, top), *recorded)):
        name = code(key) + ("" if wanted.path.rpartition("/")[2] == DEFAULT else f" of {code(wanted.path)}")
        try:
            value = find_param(actual, key) if wanted.keys else _top_value(actual, key)
        except KeyError:
            yield ParamChange(f"the parameter {name} is not in {code(wanted.path)}", wanted.path, key)
            continue
        if key not in recorded:
            yield ParamChange(f"the parameter {name} is not in the lock", wanted.path, key)
            continue
        for inner, old, new in _leaves(key, recorded[key], value):
            where = name if inner == key else name.replace(code(key), code(inner), 1)
            yield ParamChange(f"the parameter {where} went from {_from_to(old, new)}", wanted.path, inner)


class _Nothing:
    """Stands for a value that is on one side only."""


_NOTHING = _Nothing()


def _top_value(actual: Any, key: str) -> Any:
    for name, value in actual.items() if isinstance(actual, dict) else ():
        if str(name) == key:
            return value
    raise KeyError(key)


def _leaves(key: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*new, *old)):
            yield from _leaves(f"{key}.{name}", old.get(name, _NOTHING), new.get(name, _NOTHING))
    elif not _same(old, new):
        yield key, old, new


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, _Nothing) or isinstance(new, _Nothing):
        return False
    if isinstance(new, tuple):
        return _same(old, list(new))
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)


def _from_to(old: object, new: object) -> str:
    told = ["nothing" if isinstance(value, _Nothing) else shown(value) for value in (old, new)]
    if told[0] == told[1]:
        told = [code(repr(value), 60) for value in (old, new)]
    return " to ".join(told)
