"""A pandera contract as a data dictionary, for `as=dictionary`: read from its text, never run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgate import documents
from mlgate.readme.cells import as_json, plain_value
from mlgate.readme.names import parse_python, targets_of
from mlgate.readme.sources import SourceError
from mlgate.text import code, codes, nearest

if TYPE_CHECKING:
    import ast

HEADS = ("column", "type", "missing values", "checks", "description")

# What a field or column says beside its checks.
_OTHER = frozenset({
    "alias", "checks", "coerce", "default", "description", "dtype", "dtype_kwargs", "metadata", "n_failure_cases",
    "name", "nullable", "raise_warning", "regex", "required", "title",
})  # fmt: skip
_CHECK = re.compile(r"\A(?:\w+\.)*Check\.(?=\w)")
_WRAPPERS = frozenset({"Series", "Index", "Optional", "Annotated"})


class Column(NamedTuple):
    """One column of a contract, in words."""

    name: str
    type: str
    missing: str
    checks: str
    description: str


def columns_of(data: bytes, path: str, name: str) -> list[Column]:
    """Return the columns of the contract `name` in a Python file, or of a YAML contract, which has no name.

    Raises `DocumentError` where the file cannot be read, and `SourceError` where it holds no such contract.
    """
    if path.lower().endswith(".py"):
        try:
            return _of_python(documents.decode(data), path, name)
        except RecursionError:
            raise SourceError(f"{code(path)}: an expression is nested too deeply to be shown") from None
    value = documents.parse(data, path)
    columns = value.get("columns") if isinstance(value, dict) else None
    if name or not isinstance(columns, dict) or not columns:
        raise SourceError(f"{code(path)} has no {code('columns:')}", hint="name a contract that pandera wrote")
    return [_of_yaml(str(key), said if isinstance(said, dict) else {}) for key, said in columns.items()]


def _of_yaml(name: str, said: dict[str, Any]) -> Column:
    checks = said.get("checks") or {}
    if isinstance(checks, dict):
        shown = [f"{key}={_value(value)}" for key, value in checks.items()]
    else:
        shown = [_value(check) for check in checks] if isinstance(checks, list) else [_value(checks)]
    shown += ["unique"] if said.get("unique") is True else []
    words = said.get("description") or said.get("title") or ""
    return Column(name, _value(said.get("dtype") or "any"), _yes(said.get("nullable")), ", ".join(shown), _value(words))


def _value(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    return as_json(value) if isinstance(value, (dict, list)) else plain_value(value)


def _yes(value: object) -> str:
    return "yes" if value is True else "no"


def _of_python(text: str, path: str, name: str) -> list[Column]:
    import ast

    tree = parse_python(text)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    schemas = {target: call for node in tree.body for target in targets_of(node) if (call := _schema_call(node))}
    if name in classes:
        found = list(_of_class(classes[name], classes, frozenset()).values())
    elif name in schemas:
        found = list(_of_schema(schemas[name], path))
    else:
        known = (*classes, *schemas)
        close = nearest(name, known)
        hint = f"did you mean {code(close)}?" if close else f"there: {codes(known)}" if known else None
        what = f"there is no contract {code(name)}" if name else f"name the contract, as in {code(path + ':Name')}"
        raise SourceError(f"{code(path)}: {what}", hint=hint)
    if not found:
        raise SourceError(
            f"{code(path)}: the contract {code(name)} names no columns that can be read without running it"
        )
    return found


def _schema_call(node: ast.stmt) -> ast.Call | None:
    import ast

    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    return value if isinstance(value, ast.Call) and _last_name(value.func) == "DataFrameSchema" else None


def _of_class(node: ast.ClassDef, classes: dict[str, ast.ClassDef], seen: frozenset[str]) -> dict[str, Column]:
    """Return the columns of a model by their attribute, those of its bases in this file first."""
    import ast

    found: dict[str, Column] = {}
    for base in reversed(node.bases):
        name = base.id if isinstance(base, ast.Name) else ""
        if name in classes and name not in seen and name != node.name:
            found.update(_of_class(classes[name], classes, seen | {node.name}))
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        attribute = statement.target.id
        if attribute.startswith("_") or "ClassVar" in ast.unparse(statement.annotation):
            continue
        call = statement.value if isinstance(statement.value, ast.Call) else None
        found[attribute] = _column(attribute, _type(statement.annotation), call)
    return found


def _of_schema(call: ast.Call, path: str) -> Iterator[Column]:
    import ast

    listed = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "columns")]
    columns = listed[0] if listed else None
    for key, value in zip(columns.keys, columns.values, strict=True) if isinstance(columns, ast.Dict) else ():
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Call):
            shown = code(ast.unparse(key) if key else "**", 60)
            raise SourceError(f"{code(path)}: the column {shown} is not written out", hint="write it as `Column(...)`")
        given = {keyword.arg: keyword.value for keyword in value.keywords}
        kind = value.args[0] if value.args else given.get("dtype")
        checks = value.args[1] if len(value.args) > 1 else given.get("checks")
        yield _column(str(key.value), _type(kind) if kind else "any", value, checks)


def _column(name: str, kind: str, call: ast.Call | None, checks: ast.expr | None = None) -> Column:
    import ast

    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg} if call else {}
    listed = checks.elts if isinstance(checks, (ast.List, ast.Tuple)) else [checks] if checks else []
    shown = [_CHECK.sub("", ast.unparse(check)) for check in listed]
    for key, value in given.items():
        if key in _OTHER:
            continue
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            shown += [key] if value.value else []
        else:
            shown.append(f"{key}={ast.unparse(value)}")
    alias = _text(given.get("alias"))
    words = _text(given.get("description")) or _text(given.get("title"))
    missing = _yes(getattr(given.get("nullable"), "value", False))
    return Column(alias or name, kind, missing, ", ".join(_one_line(shown)), " ".join(words.split()))


def _one_line(pieces: Sequence[str]) -> list[str]:
    return [" ".join(piece.split()) for piece in pieces]


def _type(node: ast.expr) -> str:
    """Return the type of a column as it is written, without `Series[...]` around it."""
    import ast

    while isinstance(node, ast.Subscript) and _last_name(node.value) in _WRAPPERS:
        inner = node.slice
        node = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
    return _text(node) or " ".join(ast.unparse(node).split())


def _text(node: ast.expr | None) -> str:
    value = getattr(node, "value", None)
    return value if isinstance(value, str) else ""


def _last_name(node: ast.expr) -> str:
    return str(getattr(node, "attr", None) or getattr(node, "id", ""))
