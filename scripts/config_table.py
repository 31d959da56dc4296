"""The reference of the config's keys as a table, made from the schema, which is made from the records that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlgate import schemas

_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}


def config_table() -> str:
    """Return the rows of every key: its path, what it takes, its default, and what it means."""
    rows = [f"| {' | '.join(row)} |" for row in _rows(schemas.config_schema(), "")]
    return "\n".join(["| key | takes | default | what it means |", "|---|---|---|---|", *rows])


def _rows(schema: dict[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    for name, inner in schema.get("properties", {}).items():
        yield from _key(inner, f"{path}{name}")
    below = schema.get("additionalProperties")
    if isinstance(below, dict):
        if _leaf(below):
            return
        yield from _rows(below, f"{path}<name>.")


def _key(schema: dict[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    default = schema.get("default")
    shown = "" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    yield f"`{path}`", _takes(schema), shown, _cell(schema.get("description", ""))
    for member in schema.get("anyOf", [schema]):
        yield from _rows(member, f"{path}.")
        yield from _rows(member.get("items", {}), f"{path}[].")


def _takes(schema: dict[str, Any]) -> str:
    members = schema.get("anyOf")
    if members:
        return " or ".join(dict.fromkeys(word for word in map(_takes, members) if word))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "examples" in schema:
        return f"an amount such as `{schema['examples'][0]}`"
    types = schema.get("type", [])
    kinds = [types] if isinstance(types, str) else types
    if "array" in kinds:
        return f"list of {_takes(schema.get('items', {})) or 'values'}"
    if "object" in kinds:
        return _of_mapping(schema)
    return " or ".join(_TYPES[kind] for kind in kinds if kind in _TYPES)


def _of_mapping(schema: dict[str, Any]) -> str:
    below = schema.get("additionalProperties")
    if not isinstance(below, dict):
        return "keys"
    return f"names, each with {_takes(below)}" if _leaf(below) else "names, each with keys"


def _leaf(schema: dict[str, Any]) -> bool:
    return "properties" not in schema and not any("properties" in member for member in schema.get("anyOf", []))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
