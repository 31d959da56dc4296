"""Finds what checks nothing in pandera contracts written in Python, from the syntax tree alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlgate.text import code
from mlgate_hooks.imported_names import Names

Problem = tuple[int, int, str]

_SCHEMA = ("DataFrameSchema", "SeriesSchema")
_MODEL = ("DataFrameModel", "SchemaModel")
# What asks something of a schema that has no columns.
_ASKING = frozenset({"columns", "checks", "index", "dtype", "unique", "strict", "ordered", "unique_column_names"})
_CHECKS = ("check", "dataframe_check")
_PARSERS = ("parser", "dataframe_parser")


def hollow(tree: ast.Module) -> Iterator[Problem]:
    """Yield the line, the column and what is wrong, for each contract, column or check that cannot fail."""
    names = Names(tree)
    bases = {_last(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
    for node in ast.walk(tree):
        what = ""
        if isinstance(node, ast.Call):
            what = _call(node, _pandera(names, node.func))
        elif isinstance(node, ast.ClassDef) and node.name not in bases and "base" not in node.name.lower():
            what = _model(node, names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            what = _method(node, names)
        if what:
            assert isinstance(node, (ast.expr, ast.stmt))
            yield node.lineno, node.col_offset + 1, what


def _call(node: ast.Call, kind: str) -> str:
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(not word.arg for word in node.keywords):
        # What is unpacked here is not to be seen.
        return ""
    words = {word.arg or "": word.value for word in node.keywords}
    if kind in _SCHEMA:
        given = [*node.args, *(value for name, value in words.items() if name in _ASKING)]
        return "" if any(map(_says_something, given)) else "the contract checks nothing; state its columns or checks"
    if kind == "Column":
        given = [*node.args[:2], *(words[name] for name in ("dtype", "checks", "unique", "parsers") if name in words)]
        optional = _is(words.get("required"), False) and _is(words.get("nullable"), True)
        if optional and not any(map(_says_something, given)):
            return "the column may be missing, null and of any type: nothing is checked; give it a dtype or a check"
    if kind == "Check":
        function = node.args[0] if node.args else words.get("check_fn")
        if isinstance(function, ast.Lambda) and _is(function.body, True):
            return "the check is always true; compare the values with something"
    return ""


def _model(node: ast.ClassDef, names: Names) -> str:
    """Return what is wrong with a model that inherits from pandera alone; its own base may state the columns."""
    if not node.bases or any(_pandera(names, base) not in _MODEL for base in node.bases):
        return ""
    for inner in node.body:
        if isinstance(inner, ast.AnnAssign):
            return ""
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and _decorators(inner, names, _CHECKS + _PARSERS):
            return ""
        if isinstance(inner, ast.ClassDef) and inner.name == "Config":
            set_here = {_last(target) for line in inner.body if isinstance(line, ast.Assign) for target in line.targets}
            if set_here - {"name", "title", "description", "coerce", "metadata"}:
                return ""
    return f"the contract {code(node.name)} checks nothing; state its columns"


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef, names: Names) -> str:
    if not _decorators(node, names, _CHECKS):
        return ""
    body = [line for line in node.body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
    always = len(body) == 1 and isinstance(body[0], ast.Return) and _is(body[0].value, True)
    return f"the check {code(node.name)} looks at no value; compare the values with something" if always else ""


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef, names: Names, wanted: tuple[str, ...]) -> bool:
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return any(_pandera(names, one) in wanted for one in called)


def _pandera(names: Names, node: ast.expr) -> str:
    """Return the last word of a name of pandera, or nothing for any other name."""
    if isinstance(node, ast.Subscript):
        node = node.value
    name = names.of(node)
    return name.rpartition(".")[2] if name.startswith("pandera.") else ""


def _says_something(node: ast.expr) -> bool:
    if isinstance(node, ast.Dict):
        return bool(node.keys)
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts)
    return not (isinstance(node, ast.Constant) and node.value in (None, False))


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
