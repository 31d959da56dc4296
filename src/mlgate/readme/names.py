"""The names that Python code defines, read from its syntax tree: the code is never run."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mlgate.documents import DocumentError, Position

if TYPE_CHECKING:
    import ast


_WORD = re.compile(r"[^\W\d][\w-]{0,99}")


def python_names(text: str) -> list[str]:
    """Return the public functions, classes and module-level names of Python code, in the order of the text.

    What a class holds is named with it, as in `Flights.delayed`. Raises `DocumentError` where this is no Python.
    """
    tree = parse_python(text)
    return list(dict.fromkeys(_names(tree.body, "")))


def listed_names(text: str) -> list[str]:
    """Return the words in public constants of Python code that are lists, such as the names of features.

    Of a dictionary they are the keys. Raises `DocumentError` where this is no Python.
    """
    tree = parse_python(text)
    return list(dict.fromkeys(name for statement in tree.body for name in _listed(statement)))


def is_name(value: object) -> bool:
    """Return whether a value is a word that people call a feature or a parameter by."""
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _listed(statement: ast.stmt) -> Iterator[str]:
    import ast

    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return
    if all(name.startswith("_") for name in targets_of(statement)):
        return
    value = statement.value
    items: Iterable[ast.expr | None] = ()
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        items = value.elts
    elif isinstance(value, ast.Dict):
        items = value.keys
    for item in items:
        if isinstance(item, ast.Constant) and is_name(item.value):
            yield str(item.value)


def parse_python(text: str) -> ast.Module:
    """Return the syntax tree of Python code; raises `DocumentError` where this is none."""
    import ast

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        place = Position(error.lineno, error.offset or 1) if error.lineno else None
        raise DocumentError(f"not valid Python: {error.msg}", place) from None
    except (ValueError, RecursionError, MemoryError):
        raise DocumentError("not valid Python: it cannot be parsed") from None


def targets_of(statement: ast.stmt) -> Iterator[str]:
    """Yield the plain names that a statement assigns to."""
    import ast

    targets: Iterable[ast.expr] = ()
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    for target in targets:
        inner = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        yield from (name.id for name in inner if isinstance(name, ast.Name))


def _names(body: Iterable[ast.stmt], prefix: str) -> Iterator[str]:
    import ast

    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _public(prefix, statement.name)
        elif isinstance(statement, ast.ClassDef):
            if not statement.name.startswith("_"):
                yield prefix + statement.name
                yield from _names(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, (ast.If, ast.Try, ast.With)):
            yield from _names(_inside(statement), prefix)
        else:
            for name in targets_of(statement):
                yield from _public(prefix, name)


def _inside(statement: ast.If | ast.Try | ast.With) -> list[ast.stmt]:
    """Return the statements that are at the module's level though a condition stands before them."""
    import ast

    if isinstance(statement, ast.With):
        return statement.body
    if isinstance(statement, ast.If):
        return [*statement.body, *statement.orelse]
    handlers = [inner for handler in statement.handlers for inner in handler.body]
    return [*statement.body, *handlers, *statement.orelse, *statement.finalbody]


def _public(prefix: str, name: str) -> Iterator[str]:
    if not name.startswith("_"):
        yield prefix + name
