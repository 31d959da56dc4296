"""Where in a file code and settings stand: strings of Python but docstrings, cells of notebooks, lines but comments."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mlgate import documents
from mlgate.documents import Position
from mlgate_hooks.reading import lines_of, parse_python

_COMMENT = re.compile(r"\s*(?:#|;|//|%\s)|\s+#\s")


class Region(NamedTuple):
    """A part of one line: its number, the text searched, from where to where, and the columns to its left."""

    line: int
    text: str
    start: int
    end: int
    shift: int = 0


def regions(name: str, text: str) -> list[Region]:
    """Return the places of a file that run or configure something, by the ending of its name."""
    if name.endswith((".py", ".pyi")):
        return list(_python(text))
    if name.endswith(".ipynb"):
        return list(_notebook(text))
    return [_line(number, line) for number, line in enumerate(lines_of(text), 1)]


def _line(number: int, line: str, shift: int = 0) -> Region:
    comment = _COMMENT.match(line) or re.search(r"\s#\s", line)
    return Region(number, line, 0, comment.start() if comment else len(line), shift)


def _python(text: str) -> Iterator[Region]:
    tree = parse_python(text)
    lines = lines_of(text)
    quiet = set(_documentation(tree))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (not is_text and not isinstance(node, ast.JoinedStr)) or node in quiet:
            continue
        # In Python 3.11 the parts of an f-string have no places of their own; its whole is looked at.
        assert isinstance(node, ast.expr) and node.end_lineno and node.end_col_offset is not None
        for number in range(node.lineno, node.end_lineno + 1):
            line = lines[number - 1]
            start = _column(line, node.col_offset) if number == node.lineno else 0
            end = _column(line, node.end_col_offset) if number == node.end_lineno else len(line)
            yield Region(number, line, start, end)


def _documentation(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the strings that run nothing: those that stand alone, as docstrings do, and routes in decorators."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.JoinedStr)):
            yield from ast.walk(node.value)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for decorator in node.decorator_list:
                yield from ast.walk(decorator)


def _column(line: str, offset: int) -> int:
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="ignore"))


def placed(text: str, lines: Iterable[str]) -> Iterator[tuple[str, str, Position]]:
    """Yield lines that stand in a JSON text, as they are and as JSON writes them, with where each stands there."""
    number, last, offset = 1, 0, 0
    for line in lines:
        for written in (json.dumps(line, ensure_ascii=False)[1:-1], json.dumps(line)[1:-1]):
            found = text.find(written, offset)
            if found >= 0:
                number += text.count("\n", last, found)
                last, offset = found, found + len(written)
                yield line, written, Position(number, found - text.rfind("\n", 0, found))
                break
        else:
            yield line, line, Position(1, 1)


def _notebook(text: str) -> Iterator[Region]:
    for _, written, place in placed(text, _code_lines(documents.parse_json(text))):
        yield _line(place.line, written, place.column - 1)


def _code_lines(notebook: Any) -> Iterator[str]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        whole = "".join(map(str, source)) if isinstance(source, list) else str(source)
        yield from (line for line in whole.split("\n") if line.strip())
