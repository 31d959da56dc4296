"""Reads YAML, JSON and TOML strictly: one document, no duplicate key, bounded size and depth, positions kept."""

from __future__ import annotations

from posixpath import splitext
from typing import Any

from mlgate.documents.json_toml import find_key, parse_json, parse_toml
from mlgate.documents.model import MAX_BYTES, MAX_DEPTH, MAX_NODES, Document, DocumentError, Path, Position, decode
from mlgate.documents.remembered import Memory, read_through

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Document",
    "DocumentError",
    "Memory",
    "Path",
    "Position",
    "decode",
    "locate",
    "parse",
    "parse_json",
    "parse_toml",
    "parse_yaml",
    "remember",
]

_memory: Memory | None = None


def remember(memory: Memory | None) -> None:
    """Keep from now on in `memory` what YAML texts say, by their content, and read from there what it holds."""
    global _memory
    _memory = memory


def parse(data: bytes, name: str, limit: int = MAX_BYTES) -> Any:
    """Return the value of a document by the ending of its file name; anything but JSON and TOML is YAML."""
    text = decode(data, limit)
    kind = splitext(name)[1].lower()
    if kind == ".json":
        return parse_json(text)
    if kind == ".toml":
        return parse_toml(text)
    return _read_yaml(text, want_positions=False).value


def parse_yaml(text: str) -> Document:
    """Return a YAML document with the positions of its keys and items."""
    return _read_yaml(text, want_positions=True)


def locate(text: str, path: Path) -> Position | None:
    """Return where `path` stands in a YAML or JSON text that is known to be readable, for an error message."""
    try:
        return parse_yaml(text).position(path)
    except DocumentError:
        return find_key(text, str(path[-1]), 1) if path else None


def _read_yaml(text: str, *, want_positions: bool) -> Document:
    if _memory is not None:
        return read_through(_memory, text, want_positions=want_positions)
    from mlgate.documents.yaml12 import read_yaml

    return read_yaml(text, want_positions=want_positions)
