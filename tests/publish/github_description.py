"""GitHub's own OpenAPI description as a judge: of what is asked of the API, and of what a fake of it answers."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

DESCRIPTION = json.loads((Path(__file__).parent / "data/github-api.json").read_text(encoding="utf-8"))


def find(method: str, path: str) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return the template, the operation and the values of the path; raises where GitHub has no such operation."""
    for template, operations in DESCRIPTION["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        found = re.fullmatch(pattern, path)
        if found:
            return template, operations[method.lower()], found.groupdict()
    raise LookupError(f"GitHub has no {method} {path}")


def check_request(
    operation: dict[str, Any], values: dict[str, str], query: dict[str, str], body: Any, media: str | None
) -> None:
    """Raise where a request is not what GitHub describes."""
    known = {(one["in"], one["name"]): one for one in map(_resolved, operation.get("parameters", ()))}
    given = {**{("path", name): value for name, value in values.items()}}
    given |= {("query", name): value for name, value in query.items()}
    for place, value in given.items():
        if place not in known:
            raise LookupError(f"GitHub knows no parameter {place}")
        _validate(known[place]["schema"], _typed(value, known[place]["schema"]))
    missing = [place for place, one in known.items() if one.get("required") and place not in given]
    if missing:
        raise LookupError(f"missing: {missing}")
    if "requestBody" in operation:
        if media != "application/json":
            raise LookupError(f"the body is sent as {media}")
        _validate(operation["requestBody"]["content"]["application/json"]["schema"], body)
    elif body is not None:
        raise LookupError("this operation takes no body")


def check_answer(operation: dict[str, Any], status: int, body: Any) -> None:
    """Raise where an answer is not what GitHub describes; a status without a description is for limits and faults."""
    described = operation["responses"].get(str(status))
    if described is None:
        if status < 400:
            raise LookupError(f"GitHub does not answer {status} here")
        return
    content = _resolved(described).get("content", {})
    if "application/json" in content:
        _validate(content["application/json"]["schema"], body)
    elif body is not None:
        raise LookupError("this answer has no body")


def _validate(schema: dict[str, Any], value: Any) -> None:
    _validator(json.dumps(schema)).validate(value)


@cache
def _validator(schema: str) -> Draft4Validator:
    whole = {**_nullable(json.loads(schema)), "components": _nullable(DESCRIPTION["components"])}
    return Draft4Validator(whole)


def _nullable(value: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema, which spells `nullable` in another way."""
    if isinstance(value, list):
        return [_nullable(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    made = {key: _nullable(inner) for key, inner in value.items()}
    return {"anyOf": [made, {"type": "null"}]} if made.pop("nullable", None) is True else made


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = DESCRIPTION
    for key in value["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    return found


def _typed(value: str, schema: dict[str, Any]) -> Any:
    return int(value) if schema.get("type") == "integer" else value


def sample(component: str, **given: Any) -> Any:
    """Return the smallest value that a component of the description allows, with some fields as given."""
    return {**_smallest({"$ref": f"#/components/schemas/{component}"}), **given}


@cache
def _cached(schema: str) -> str:
    return json.dumps(_smallest(json.loads(schema)))


def _smallest(schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return json.loads(_cached(json.dumps(_resolved(schema))))
    if schema.get("nullable"):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: _smallest(properties[name]) for name in schema.get("required", ())}
    texts = {"uri": "https://api.github.com/x", "date-time": "2026-01-01T00:00:00Z"}
    values = {"string": texts.get(schema.get("format", ""), "x"), "integer": 1, "boolean": False, "array": []}
    return values[schema["type"]]
