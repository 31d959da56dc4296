"""The JSON schemas of the config and of the report, made from the records that read them.

`python -m mlgate.schemas` writes them into `schema/`.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from mlgate.config_reading import CORE
from mlgate.units import UNITS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
HOME = "https://raw.githubusercontent.com/mlgate/mlgate/main/schema"

Json = dict[str, Any]

_LEAVES: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_META = {
    "description": "description",
    "pattern": "pattern",
    "min_length": "minLength",
    "max_length": "maxLength",
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
_OF_LISTS = {"minLength": "minItems", "maxLength": "maxItems"}


def documents() -> dict[str, str]:
    """Return the text of every schema by the name of its file."""
    made = {"mlgate.schema.json": config_schema(), "report.schema.json": report_schema()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in made.items()}


def report_schema() -> Json:
    """Return the schema of the JSON report."""
    from mlgate.render.json_records import ReportRecord

    return _document("report.schema.json", "A report of mlgate", msgspec.json.schema(ReportRecord))


def config_schema() -> Json:
    """Return the schema of `mlgate.yaml`, with a section for each built-in check."""
    from mlgate.checks import BUILTIN

    checks = {check.id: {"description": check.question, **_record(check.config)} for check in BUILTIN.values()}
    properties = {name: _schema(kind) for name, kind in CORE.items()}
    for name in ("enforce", "limits"):
        properties[name]["propertyNames"] = {"enum": list(checks)}
    whole = {"type": ["object", "null"], "properties": properties | checks, "additionalProperties": False}
    return _document("mlgate.schema.json", "The config of mlgate, `mlgate.yaml`", whole)


def _document(name: str, title: str, schema: Json) -> Json:
    return {"$schema": DRAFT, "$id": f"{HOME}/{name}", "title": title, **schema}


def _schema(kind: Any) -> Json:
    """Return the schema of a type as the config's reader takes it (`mlgate.validation.convert`)."""
    origin = get_origin(kind) or kind
    if origin is Annotated:
        inner, *extras = get_args(kind)
        return _described(_schema(inner), [extra for extra in extras if isinstance(extra, msgspec.Meta)])
    if origin in (Union, types.UnionType):
        return _one_of([_schema(member) for member in get_args(kind)])
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin in (dict, Mapping):
        return {"type": ["object", "null"], "additionalProperties": _schema(get_args(kind)[1])}
    if origin in (tuple, list):
        return {"type": "array", "items": _schema(get_args(kind)[0])}
    if origin in UNITS:
        return {"type": "string", "pattern": origin.PATTERN, "examples": [origin.EXAMPLE]}
    if issubclass(origin, msgspec.Struct):
        return _record(origin)
    if issubclass(origin, Enum):
        return {"enum": [member.value for member in origin]}
    return {"type": _LEAVES[origin]}


def _record(kind: type[msgspec.Struct]) -> Json:
    """Return the schema of a section; nothing below its key is the same as its defaults."""
    fields = msgspec.structs.fields(kind)
    required = [field.encode_name for field in fields if field.required]
    schema: Json = {"type": "object" if required else ["object", "null"]}
    schema["properties"] = {field.encode_name: _with_default(_schema(field.type), field.default) for field in fields}
    if kind.__struct_config__.forbid_unknown_fields:
        schema["additionalProperties"] = False
    return schema | ({"required": required} if required else {})


def _with_default(schema: Json, default: Any) -> Json:
    if default is msgspec.NODEFAULT or default is None or default in ((), {}):
        return schema
    if isinstance(default, UNITS):
        return {**schema, "default": str(default)}
    plain = msgspec.to_builtins(default)
    return {**schema, "default": plain} if isinstance(plain, (str, int, float, bool)) else schema


def _described(schema: Json, notes: list[msgspec.Meta]) -> Json:
    found = {word: getattr(note, name) for note in notes for name, word in _META.items()}
    words = _OF_LISTS if schema.get("type") == "array" else {}
    said = {words.get(word, word): value for word, value in found.items() if value is not None}
    return {**said, **schema} if "description" in said else {**schema, **said}


def _one_of(members: list[Json]) -> Json:
    """Return the schema that any of `members` satisfies: a list of types where they say no more than that."""
    if all(set(member) == {"type"} and isinstance(member["type"], str) for member in members):
        return {"type": [member["type"] for member in members]}
    return {"anyOf": members}


def write(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "schema"))
