"""Reads YAML, JSON and TOML strictly: one document, no duplicate key, bounded size and depth, positions kept.

YAML is read by the core schema of YAML 1.2, as DVC reads it (`1e-3` is a number, `yes` is a string), on libyaml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml

from mlgate.errors import MlgateError
from mlgate.text import code, shorten

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_NODES = 200_000

Path = tuple[str | int, ...]


class Position(NamedTuple):
    """A 1-based line and column."""

    line: int
    column: int


class DocumentError(MlgateError):
    """A document that cannot be read; `position` says where, as far as it is known."""

    def __init__(self, message: str, position: Position | None = None, hint: str | None = None) -> None:
        """Keep the position; the caller, who knows the file, adds its name with `at`."""
        super().__init__(message, hint=hint)
        self.position = position

    def at(self, path: str) -> DocumentError:
        """Return this error with `path:line:column` as its place."""
        self.where = path if self.position is None else f"{path}:{self.position.line}:{self.position.column}"
        return self


class Document(NamedTuple):
    """A document's value, with the position of every key and item by its path."""

    value: Any
    positions: Mapping[Path, Position]

    def position(self, path: Path) -> Position | None:
        """Return where `path` stands, or its nearest ancestor that has a position."""
        for length in range(len(path), -1, -1):
            found = self.positions.get(path[:length])
            if found is not None:
                return found
        return None


def decode(data: bytes, limit: int = MAX_BYTES) -> str:
    """Return the text of a file: UTF-8, a byte order mark and CRLF accepted, at most `limit` bytes."""
    if len(data) > limit:
        raise DocumentError(f"the file has {len(data):,} bytes, more than the {limit:,} that are read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise DocumentError(
            f"not UTF-8: byte 0x{data[error.start]:02x}", Position(line, column), "save the file as UTF-8"
        ) from None


def parse(data: bytes, name: str, limit: int = MAX_BYTES) -> Any:
    """Return the value of a document by the ending of its file name; anything but JSON and TOML is YAML."""
    text = decode(data, limit)
    kind = PurePosixPath(name).suffix.lower()
    if kind == ".json":
        return parse_json(text)
    if kind == ".toml":
        return parse_toml(text)
    return _YamlReader(text, want_positions=False).read().value


def parse_yaml(text: str) -> Document:
    """Return a YAML document with the positions of its keys and items."""
    return _YamlReader(text, want_positions=True).read()


def parse_json(text: str) -> Any:
    """Return the value of a JSON document; `NaN` and `Infinity` are read as floats for the caller to judge."""
    try:
        return _checked_depth(json.loads(text, object_pairs_hook=_unique_pairs))
    except json.JSONDecodeError as error:
        what = "the file is empty" if not text.strip() else f"not valid JSON: {error.msg}"
        raise DocumentError(what, Position(error.lineno, error.colno)) from None
    except RecursionError:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
    except _DuplicateKeyError as error:
        raise DocumentError(f"duplicate key {code(error.key)}", _find_key(text, error.key, 2)) from None
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


def locate(text: str, path: Path) -> Position | None:
    """Return where `path` stands in a YAML or JSON text that is known to be readable, for an error message."""
    try:
        return parse_yaml(text).position(path)
    except DocumentError:
        return _find_key(text, str(path[-1]), 1) if path else None


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


def _find_key(text: str, key: str, occurrence: int) -> Position | None:
    quoted = json.dumps(key, ensure_ascii=False)
    matches = list(re.finditer(re.escape(quoted) + r"\s*:", text))
    return _position_of(text, matches[occurrence - 1].start()) if len(matches) >= occurrence else None


def _find_digits(text: str) -> Position | None:
    found = re.search(r"\d{4300,}", text)
    return _position_of(text, found.start()) if found else None


def _position_of(text: str, offset: int) -> Position:
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


# The core schema of YAML 1.2 (yaml.org/spec/1.2.2, section 10.3.2), as regular expressions.
_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^(?:[-+]?[0-9]+(?:_[0-9]+)*|0o[0-7]+|0x[0-9a-fA-F]+)$")
_FLOAT = re.compile(
    r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:_[0-9]+)*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
_KNOWN_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge")
}
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _scalar(text: str) -> Any:
    first = text[:1]
    if first.isdigit() or first in ("-", "+", "."):
        return _number(text)
    if _BOOL.match(text):
        return text[0] in "tT"
    return None if _NULL.match(text) else text


def _number(text: str) -> Any:
    if _INT.match(text):
        if text[:2] in ("0o", "0x"):
            return int(text, 0)
        return int(text.replace("_", ""))
    if _FLOAT.match(text):
        return float(
            text.replace("_", "")
            .replace(".inf", "inf")
            .replace(".Inf", "inf")
            .replace(".INF", "inf")
            .replace(".nan", "nan")
            .replace(".NaN", "nan")
            .replace(".NAN", "nan")
        )
    return text


class _YamlReader:
    """Builds the value of one YAML document from libyaml's nodes, with every bound checked."""

    def __init__(self, text: str, *, want_positions: bool) -> None:
        self._text = text
        self._positions: dict[Path, Position] | None = {} if want_positions else None
        self._count = 0

    def read(self) -> Document:
        loader = _Loader(self._text)
        try:
            node = loader.get_single_node()
            value = None if node is None else self._build(node, (), 0)
        except yaml.MarkedYAMLError as error:
            raise _yaml_error(error, self._text) from None
        except yaml.YAMLError as error:
            raise DocumentError(f"not valid YAML: {shorten(str(error).splitlines()[0])}") from None
        except RecursionError:
            raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
        finally:
            loader.dispose()
        return Document(value, self._positions or {})

    def _build(self, node: yaml.Node, path: Path, depth: int) -> Any:
        self._count += 1
        if self._count > MAX_NODES:
            raise DocumentError(f"expands to more than {MAX_NODES:,} values", _mark(node), "aliases repeat too much")
        if depth > MAX_DEPTH:
            raise DocumentError(f"nested deeper than {MAX_DEPTH} levels", _mark(node))
        if self._positions is not None and path not in self._positions:
            self._positions[path] = _mark(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in _KNOWN_TAGS:
            raise _tag_error(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*path, index), depth + 1) for index, item in enumerate(node.value)]
        return self._mapping(node, path, depth)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag not in _KNOWN_TAGS:
            raise _tag_error(node)
        text: str = node.value
        if node.style:
            return text
        try:
            return _scalar(text)
        except ValueError:
            raise DocumentError("a number has more digits than can be read", _mark(node)) from None

    def _mapping(self, node: yaml.Node, path: Path, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: list[Any] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise DocumentError("a key must be a plain word", _mark(key_node))
            key = self._scalar(key_node)
            if key == "<<" and not key_node.style:
                merged.append(self._build(value_node, (*path, "<<"), depth + 1))
                continue
            if key in found:
                raise DocumentError(f"duplicate key {code(key)}", _mark(key_node))
            inner = (*path, key)
            if self._positions is not None:
                self._positions[inner] = _mark(key_node)
            found[key] = self._build(value_node, inner, depth + 1)
        for addition in merged:
            for mapping in addition if isinstance(addition, list) else [addition]:
                if isinstance(mapping, dict):
                    found = {**mapping, **found}
        return found


def _mark(node: yaml.Node) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def _tag_error(node: yaml.Node) -> DocumentError:
    return DocumentError(f"the tag {code(node.tag)} is not allowed", _mark(node), "write plain values only")


def _yaml_error(error: yaml.MarkedYAMLError, text: str) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    position = Position(mark.line + 1, mark.column + 1) if mark else None
    lines = text.splitlines()
    if position and position.line <= len(lines) and "\t" in lines[position.line - 1]:
        column = lines[position.line - 1].index("\t") + 1
        return DocumentError("a tab where YAML wants spaces", Position(position.line, column), "indent with spaces")
    if "expected a single document" in str(error.context or "") + str(error.problem or ""):
        return DocumentError("several documents in one file", position, "keep one, without `---` lines")
    problem = " ".join(part for part in (error.context, error.problem) if part)
    return DocumentError(f"not valid YAML: {shorten(problem)}", position)
