"""The parts of a file that a section can depend on: its keys, the names in it, or one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from mlgate import documents
from mlgate.documents import DocumentError
from mlgate.dvc.params import read_python
from mlgate.readme.cells import as_json, plain_value
from mlgate.readme.names import is_name, listed_names, python_names
from mlgate.readme.sources import SourceError, select
from mlgate.text import code

_DOCUMENTS = (".yaml", ".yml", ".json", ".toml")


def has_structure(path: str, selector: str | None) -> bool:
    """Return whether a selector finds parts in files of this kind; others are watched by their bytes."""
    suffix = PurePosixPath(path).suffix.lower()
    if selector is None:
        return False
    return suffix == ".py" or (suffix in _DOCUMENTS and selector != "names")


def structure(data: bytes | None, path: str, selector: str) -> Mapping[str, str]:
    """Return the names of the watched parts of a file, and what each says where that counts too.

    Where there is no file there are no parts. Raises `SourceError` that names a file which cannot be read.
    """
    if data is None:
        return {}
    try:
        return _parts(data, path, selector)
    except DocumentError as error:
        error.at(path)
        raise SourceError(f"{code(error.where)}: {error.message}", hint=error.hint) from None


def _parts(data: bytes, path: str, selector: str) -> Mapping[str, str]:
    is_python = path.lower().endswith(".py")
    if selector == "names":
        text = documents.decode(data)
        return dict.fromkeys([*python_names(text), *listed_names(text)], "")
    value = read_python(documents.decode(data)) if is_python else documents.parse(data, path)
    if selector == "keys":
        return dict.fromkeys(_keys(value, ""), "")
    if selector == "words":
        return dict.fromkeys([*_keys(value, ""), *_listed(value)], "")
    try:
        return {selector: shown_value(select(value, selector, f"{path}#{selector}"))}
    except SourceError:
        return {}


def shown_value(value: Any) -> str:
    """Return a value in one line."""
    return as_json(value) if isinstance(value, (dict, list, str)) else plain_value(value)


def _keys(value: Any, prefix: str) -> Iterator[str]:
    """Yield the dotted keys of a document; the items of a list are one part, `[]`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            name = f"{prefix}.{key}" if prefix else str(key)
            yield name
            yield from _keys(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner, f"{prefix}[]")


def _listed(value: Any) -> Iterator[str]:
    """Yield the words in the lists of a document, such as the names of features."""
    if isinstance(value, (dict, list)):
        yield from (item for item in value if isinstance(value, list) and is_name(item))
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _listed(inner)
