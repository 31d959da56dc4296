"""Reads YAML as DVC reads it, by the core schema of YAML 1.2 as ruamel.yaml has it, from the events of libyaml.

Two of its readings are left out: a date stays text, and a plain `=` is text, not an error. Events instead of nodes,
because libyaml's binding builds nodes by recursion in C, which a deeply nested file ends with a segmentation fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from mlgate.documents.model import MAX_DEPTH, MAX_NODES, Document, DocumentError, Path, Position, position_of
from mlgate.text import code, shorten

_NULL = frozenset({"~", "null", "Null", "NULL", ""})
_BOOL = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_INT = re.compile(
    r"""[-+]?0b[01_]*[01][01_]*
       |[-+]?0o[0-7_]*[0-7][0-7_]*
       |[-+]?0x[0-9a-fA-F_]*[0-9a-fA-F][0-9a-fA-F_]*
       |(?:[0-9]|[-+]_*[0-9])[0-9_]*""",
    re.VERBOSE,
)
_FLOAT = re.compile(
    r"""[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
       |[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
       |[-+]?\._*[0-9][0-9_]*(?:[eE][-+][0-9]+)?
       |[-+]?\.(?:inf|Inf|INF)
       |\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_BASES = {"0b": 2, "0o": 8, "0x": 16}
_TAG = "tag:yaml.org,2002:"
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, *, want_positions: bool) -> Document:
    """Return the one document of a text, without positions unless they are wanted."""
    try:
        return _Reader(text, want_positions=want_positions).read()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text) from None
    except yaml.YAMLError:
        found = _UNREADABLE.search(text)
        what = f"not valid YAML: the character {code(found[0])} is not allowed" if found else "not valid YAML"
        raise DocumentError(what, position_of(text, found.start()) if found else None) from None


def scalar(text: str) -> Any:
    """Return what a plain word means."""
    first = text[:1]
    if first.isdigit() or first in ("-", "+", "."):
        return _number(text)
    if text in _BOOL:
        return text[0] in "tT"
    return None if text in _NULL else text


def _number(text: str) -> Any:
    if _INT.fullmatch(text):
        digits = text.replace("_", "")
        return int(digits, _BASES.get(digits.lstrip("+-")[:2], 10))
    if _FLOAT.fullmatch(text):
        # Python writes infinity and NaN without the dot.
        return float(text.replace("_", "").replace(".i", "i").replace(".I", "I").replace(".n", "n").replace(".N", "N"))
    return text


class _Anchored(NamedTuple):
    value: Any
    size: int
    height: int


class _Reader:
    """Builds the value of one document from its events, with every bound checked before it is reached."""

    def __init__(self, text: str, *, want_positions: bool) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._positions: dict[Path, Position] = {}
        self._want_positions = want_positions
        self._anchors: dict[str, _Anchored] = {}
        self._count = 0
        self._deepest = 0

    def read(self) -> Document:
        value = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise DocumentError("several documents in one file", _mark(event), "keep one, without `---` lines")
                value = self._build(next(self._events), (), 0)
        return Document(value, self._positions)

    def _build(self, event: Any, path: Path, depth: int) -> Any:
        self._add(1, event)
        if self._want_positions and path not in self._positions:
            self._positions[path] = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event, depth)
        if event.anchor is None:
            return self._value(event, path, depth)
        size, deepest = self._count, self._deepest
        self._deepest = depth
        self._anchors.pop(event.anchor, None)
        value = self._value(event, path, depth)
        self._anchors[event.anchor] = _Anchored(value, self._count - size, self._deepest - depth)
        self._deepest = max(self._deepest, deepest)
        return value

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar_value(event)
        self._reach(depth, event)
        if isinstance(event, yaml.SequenceStartEvent):
            _require_tag(event, "seq")
            return self._sequence(path, depth)
        _require_tag(event, "map")
        return self._mapping(path, depth)

    def _add(self, size: int, event: Any) -> None:
        self._count += size
        if self._count > MAX_NODES:
            raise DocumentError(f"expands to more than {MAX_NODES:,} values", _mark(event), "aliases repeat too much")

    def _reach(self, depth: int, event: Any) -> None:
        if depth > MAX_DEPTH:
            raise DocumentError(f"nested deeper than {MAX_DEPTH} levels", _mark(event))
        self._deepest = max(self._deepest, depth)

    def _aliased(self, event: Any, depth: int) -> Any:
        found = self._anchors.get(event.anchor)
        if found is None:
            raise DocumentError(f"the alias {code('*' + event.anchor)} stands for nothing before it", _mark(event))
        self._add(found.size, event)
        self._reach(depth + found.height, event)
        return found.value

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        found: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._build(event, (*path, len(found)), depth + 1))
        return found

    def _mapping(self, path: Path, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: list[dict[Any, Any]] = []
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            if key == "<<" and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
                merged += _mergeable(self._build(next(self._events), (*path, "<<"), depth + 1), event)
                continue
            if key in found:
                raise DocumentError(f"duplicate key {code(key)}", _mark(event))
            inner = (*path, key)
            if self._want_positions:
                self._positions[inner] = _mark(event)
            found[key] = self._build(next(self._events), inner, depth + 1)
        for addition in merged:
            found = {**addition, **found}
        return found

    def _key(self, event: Any) -> Any:
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            raise DocumentError("a key must be a plain word", _mark(event))
        key = self._aliased(event, 0) if isinstance(event, yaml.AliasEvent) else _scalar_value(event)
        if isinstance(key, (dict, list)):
            raise DocumentError("a key must be a plain word", _mark(event))
        if event.anchor is not None and isinstance(event, yaml.ScalarEvent):
            self._anchors[event.anchor] = _Anchored(key, 0, 0)
        return key


def _scalar_value(event: Any) -> Any:
    text: str = event.value
    try:
        if event.tag is None or event.tag == "!":
            return scalar(text) if event.implicit[0] else text
        return _tagged(event, text)
    except ValueError:
        raise DocumentError("a number has more digits than can be read", _mark(event)) from None


def _tagged(event: Any, text: str) -> Any:
    kind = event.tag.removeprefix(_TAG)
    if kind in ("str", "timestamp"):
        return text
    if kind not in ("int", "float", "bool", "null") or not event.tag.startswith(_TAG):
        raise _tag_error(event)
    value = scalar(text)
    fits = {"int": type(value) is int, "float": type(value) in (int, float), "bool": value in (True, False)}
    if not fits.get(kind, value is None):
        raise DocumentError(f"{code(text)} is not what its tag {code('!!' + kind)} says", _mark(event))
    return float(value) if kind == "float" else value


def _require_tag(event: Any, kind: str) -> None:
    if event.tag not in (None, "!", _TAG + kind):
        raise _tag_error(event)


def _tag_error(event: Any) -> DocumentError:
    return DocumentError(
        f"the tag {code(event.tag.replace(_TAG, '!!', 1))} is not allowed", _mark(event), "write plain values only"
    )


def _mergeable(value: Any, event: Any) -> list[dict[Any, Any]]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(mapping, dict) for mapping in found):
        raise DocumentError("`<<` can only merge keys and values", _mark(event), 'write `"<<"` if a key was meant')
    return found


def _mark(event: Any) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax_error(error: yaml.MarkedYAMLError, text: str) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return DocumentError("not valid YAML")
    position = Position(mark.line + 1, mark.column + 1)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or line[mark.column : mark.column + 1] == "\t":
        column = (indent.index("\t") if "\t" in indent else mark.column) + 1
        return DocumentError("a tab where YAML wants spaces", Position(position.line, column), "indent with spaces")
    problem = error.problem or "it cannot be read"
    context = f" {error.context}" if error.context else ""
    begun = error.context_mark.line + 1 if error.context_mark and context else position.line
    since = f" that begins on line {begun}" if begun != position.line else ""
    return DocumentError(f"not valid YAML: {shorten(problem + context)}{since}", position)
