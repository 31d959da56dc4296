"""Reads params files as DVC does: YAML, JSON, TOML, and Python by its syntax tree alone, never run."""

from __future__ import annotations

from fnmatch import fnmatchcase
from posixpath import splitext
from typing import TYPE_CHECKING, Any

from mlgate import documents
from mlgate.documents import DocumentError, Position
from mlgate.files import Files
from mlgate.text import code

if TYPE_CHECKING:
    import ast

DEFAULT = "params.yaml"
_GLOB = frozenset("*?[")


def read_params(files: Files, path: str) -> Any:
    """Return the value of a params file, or None where there is none; an empty YAML file is an empty mapping.

    Raises `DocumentError` without a place.
    """
    data = files.read(path)
    if data is None:
        return None
    if splitext(path)[1].lower() == ".py":
        return read_python(documents.decode(data))
    found = documents.parse(data, path)
    return {} if found is None else found


def find_param(params: Any, key: str) -> Any:
    """Return the one value that a key such as `train.lr` or `layers.0` names; raises `KeyError` where there is none."""
    found = [params]
    for part in key.lstrip(".").split("."):
        found = [inner for value in found for inner in _children(value, part)]
    if len(found) != 1:
        raise KeyError(key)
    return found[0]


def read_python(text: str) -> dict[str, Any]:
    """Return the constants that a Python file assigns: at its top, in classes, and to `self` in `__init__`."""
    import ast

    try:
        return _python_constants(ast.parse(text).body, self_only=False)
    except SyntaxError as error:
        place = Position(error.lineno, error.offset or 1) if error.lineno else None
        raise DocumentError(f"not valid Python: {error.msg}", place) from None
    except (ValueError, RecursionError):
        raise DocumentError("not valid Python: it cannot be parsed") from None


def _children(value: Any, part: str) -> list[Any]:
    if isinstance(value, dict):
        if part in value:
            return [value[part]]
        return [inner for key, inner in value.items() if _names(key, part)]
    if isinstance(value, list):
        return [inner for index, inner in enumerate(value) if _names(index, part)]
    return []


def _names(key: object, part: str) -> bool:
    return fnmatchcase(str(key), part) if _GLOB.intersection(part) else str(key) == part


def _python_constants(body: list[ast.stmt], *, self_only: bool) -> dict[str, Any]:
    import ast

    found: dict[str, Any] = {}
    for statement in body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            found.update(_assigned(statement, self_only=self_only))
        elif isinstance(statement, ast.ClassDef):
            found[statement.name] = _python_constants(statement.body, self_only=False)
        elif isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            found.update(_python_constants(statement.body, self_only=True))
    return found


def _assigned(statement: ast.Assign | ast.AnnAssign, *, self_only: bool) -> dict[str, Any]:
    import ast

    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else statement.targets
    if len(targets) != 1 or statement.value is None:
        return {}
    target = targets[0]
    name = None
    if isinstance(target, ast.Name) and not self_only:
        name = target.id
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        name = target.attr
    if name is None:
        return {}
    try:
        return {name: ast.literal_eval(statement.value)}
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return {}


def shown(value: object) -> str:
    """Return a parameter's value as a code span, short enough for one line."""
    if value is None or isinstance(value, bool):
        return code({None: "null", True: "true", False: "false"}[value])
    return code(value, 60)
