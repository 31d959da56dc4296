"""Takes a schema of pandera apart into single rules, so that each can be asked, answered and stopped by itself."""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any, NamedTuple

from mlgate.data.engine import Engine
from mlgate.data.messages import Stage
from mlgate.text import shorten

STRUCTURE = "structure"


class Rule(NamedTuple):
    """One rule: its name within the contract, what it is about, and the check or how duplicates are reported."""

    id: str
    stage: Stage
    columns: tuple[str, ...]
    check: Any = None
    keep: str | bool = False

    @property
    def column(self) -> str:
        """Return the column that the rule is about, or nothing where it is about whole rows."""
        return self.columns[0] if len(self.columns) == 1 else ""

    @property
    def shown(self) -> str:
        """Return the rule in the words of the contract."""
        return "unique" if self.stage is Stage.UNIQUE else shown_check(self.check)


def shown_check(check: Any) -> str:
    """Return what a check is called: its message, else its title, else the name of its function."""
    return shorten(str(check.error or getattr(check, "title", None) or check.name), 200)


def members(schema: Any, engine: Engine, frame: Any) -> list[tuple[Any, list[str]]]:
    """Return each column of the contract with the columns of the frame that it stands for."""
    found = []
    for name, component in schema.columns.items():
        if component.name != name:
            component = copy.copy(component)
            component.name = name
        found.append((component, engine.expand(component, frame)))
    return found


def uniqueness(schema: Any, engine: Engine, frame: Any) -> list[Rule]:
    """Return the rules that look at all rows together."""
    found = [
        Rule(f"unique:{name}", Stage.UNIQUE, (name,), keep=_keep(component.report_duplicates))
        for component, names in members(schema, engine, frame)
        if component.unique
        for name in names
    ]
    for number, columns in enumerate(together(schema.unique)):
        held = tuple(name for name in columns if name in frame.columns)
        if held:
            found.append(Rule(f"unique::{number}", Stage.UNIQUE, held, keep=_keep(schema.report_duplicates)))
    return found


def stated_dtypes(schema: Any, engine: Engine, frame: Any) -> dict[str, Any]:
    """Return the dtype that the contract states for each column of a frame."""
    return {
        name: schema.dtype or component.dtype
        for component, names in members(schema, engine, frame)
        for name in names
        if schema.dtype or component.dtype
    }


def has_parsers(schema: Any) -> bool:
    """Return whether a contract changes what it reads with code of its own."""
    return any(getattr(part, "parsers", None) for part in (schema, *schema.columns.values()))


def checks(schema: Any, engine: Engine, frame: Any) -> list[Rule]:
    """Return the checks of values, column by column, then those of whole rows."""
    found = [
        Rule(f"check:{name}:{number}", Stage.CHECK, (name,), check)
        for component, names in members(schema, engine, frame)
        for name in names
        for number, check in enumerate(component.checks)
    ]
    return found + [Rule(f"check::{number}", Stage.CHECK, (), check) for number, check in enumerate(schema.checks)]


def count_rules(schema: Any, engine: Engine, frame: Any) -> int:
    """Return how many rules a frame is held to: types, nulls, uniqueness, checks, and the set and order of columns."""
    structural = sum(
        max(1, len(names)) * (1 + (not component.nullable)) for component, names in members(schema, engine, frame)
    )
    whole = bool(schema.strict) + bool(schema.ordered) + (schema.index is not None)
    return structural + whole + len(uniqueness(schema, engine, frame)) + len(checks(schema, engine, frame))


def bare(schema: Any, without: Collection[str]) -> Any:
    """Return a copy of a schema that only parses, coerces and asks types, without some of its columns.

    What it says of checks, uniqueness, nulls, and the set and order of columns is asked elsewhere; no row is dropped.
    """
    made = copy.copy(schema)
    made.__dict__ = dict(schema.__dict__)
    made.checks, made.unique, made.drop_invalid_rows = [], None, False
    made.ordered, made.strict = False, False
    made.columns = {}
    for name, component in schema.columns.items():
        if name not in without:
            twin = copy.copy(component)
            twin.__dict__ = dict(component.__dict__)
            twin.checks, twin.unique, twin.nullable, twin.drop_invalid_rows = [], False, True, False
            made.columns[name] = twin
    return made


def together(unique: Any) -> list[list[str]]:
    """Return the sets of columns that must be unique together."""
    if not unique:
        return []
    return [list(unique)] if all(isinstance(name, str) for name in unique) else [list(names) for names in unique]


def _keep(report: str) -> str | bool:
    return {"exclude_first": "first", "exclude_last": "last"}.get(report, False)
