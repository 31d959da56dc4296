"""Values of the config as people write them, in a line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from mlgate.units import UNITS


def shown(value: Any) -> str:
    """Return a value in YAML's short form; what is at its default is left out of records."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, UNITS):
        return str(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Struct):
        said = {field.encode_name: getattr(value, field.name) for field in fields(value)}
        given = {key: one for key, one in said.items() if one != _default(value, key)}
        return _mapping(given) if given else "the defaults"
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(shown, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _mapping(value: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) + "}"


def _default(value: Struct, key: str) -> Any:
    return next(field.default for field in fields(value) if field.encode_name == key)
