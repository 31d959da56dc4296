"""Describes a loaded contract in the worker."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from mlgate.data.description import Described, Stated, Term
from mlgate.data.rules import shown_check, together
from mlgate.text import shorten

_MOST_COLUMNS, _MOST_TERMS, _MOST_VALUES = 10_000, 200, 2_000


def describe(schema: Any, path: Path) -> Described:
    """Return what a schema of pandera says; `path` is its file, where the code of its own checks is."""
    code = _functions(path) if path.suffix == ".py" else {}
    columns = {
        shorten(str(name)): _stated(component, schema, code)
        for name, component in list(schema.columns.items())[:_MOST_COLUMNS]
    }
    return Described(
        columns=columns,
        terms=_terms(schema.checks, code),
        unique=tuple(tuple(shorten(str(name)) for name in names) for names in together(schema.unique))[:100],
        strict=bool(schema.strict) and schema.strict != "filter",
        ordered=bool(schema.ordered),
    )


def _stated(component: Any, schema: Any, code: Mapping[str, str]) -> Stated:
    dtype = schema.dtype or component.dtype
    return Stated(
        dtype="" if dtype is None else shorten(str(dtype)),
        nullable=bool(component.nullable),
        unique=bool(component.unique),
        required=bool(component.required),
        coerce=bool(component.coerce or schema.coerce),
        terms=_terms(component.checks, code),
    )


def _terms(checks: Any, code: Mapping[str, str]) -> tuple[Term, ...]:
    return tuple(
        Term(
            name=shorten(str(check.name)),
            shown=shown_check(check),
            values={shorten(str(key)): _plain(value) for key, value in list((check.statistics or {}).items())[:20]},
            code=code.get(str(check.name), "") if not check.statistics else "",
            warns=bool(check.raise_warning),
        )
        for check in list(checks)[:_MOST_TERMS]
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return float(value) if abs(value) < 2**53 else str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        listed = sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)
        return tuple(_plain(one) if not isinstance(one, (list, tuple, set)) else _text(one) for one in listed)[
            :_MOST_VALUES
        ]
    return _text(value)


def _text(value: Any) -> str:
    return shorten(str(value), 1_000)


def _functions(path: Path) -> dict[str, str]:
    """Return the hash of each function of a module, whatever its comments and layout are."""
    tree = ast.parse(path.read_text(encoding="utf-8-sig", errors="replace"))
    return {
        node.name: blake2b(ast.dump(node).encode(errors="surrogatepass"), digest_size=8).hexdigest()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
