"""Where a contract written in Python states its columns, read from its text."""

from __future__ import annotations

import ast


def column_lines(text: str, name: str) -> dict[str, int]:
    """Return the line of each column of the schema called `name`; a column that is stated elsewhere is looked for too.

    Columns are the annotated names of a class, the `alias=` of a field, and the keys of a dictionary.
    """
    tree = ast.parse(text)
    found: dict[str, int] = {}
    inside = [node for node in tree.body if _defines(node, name)]
    for node in (*inside, *tree.body):
        for column, line in _stated(node):
            found.setdefault(column, line)
    return found


def definition_line(text: str, name: str) -> int | None:
    """Return the line where a module defines `name`, or None where it does not."""
    return next((node.lineno for node in ast.parse(text).body if _defines(node, name)), None)


def function_lines(text: str) -> dict[str, int]:
    """Return the line of each function of a module and of its classes, the first where a name stands twice."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, node.lineno)
    return found


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _stated(top: ast.stmt) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in ast.walk(top):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append((node.target.id, node.lineno))
        elif isinstance(node, ast.Dict):
            found += [text for key in node.keys for text in _text(key)]
        elif isinstance(node, ast.keyword) and node.arg == "alias":
            found += _text(node.value)
    return found


def _text(node: ast.expr | None) -> list[tuple[str, int]]:
    return [(node.value, node.lineno)] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
