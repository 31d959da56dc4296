"""Decides what of a contract one query over a scan can answer, and what pandera itself must be asked, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlgate.data.compiling import Compiled, compile_check, is_built_in
from mlgate.data.engine import Engine
from mlgate.data.engines.terms import Asked, Terms
from mlgate.data.messages import Apart, Stage
from mlgate.data.rules import Rule, checks, has_parsers, members, uniqueness
from mlgate.data.scanning import ApartError, Holds, Scan


class Question:
    """The rules of a contract, the columns and compiled checks of the query, and the columns set apart with reasons."""

    def __init__(self, engine: str, rules: list[Rule], terms: Terms) -> None:
        """Begin with nothing compiled."""
        self.engine = engine
        self.terms = terms
        self.rules = rules
        self.columns: dict[str, Asked] = {}
        self.compiled: dict[str, Compiled] = {}
        self.apart: dict[str, Apart] = {}
        self._of_column: dict[str, list[Rule]] = {}
        for rule in rules:
            for column in rule.columns:
                self._of_column.setdefault(column, []).append(rule)

    def rules_of(self, column: str) -> list[Rule]:
        """Return the rules that a column is part of."""
        return self._of_column.get(column, [])

    def answers(self, rule: Rule) -> bool:
        """Return whether the query answers a rule."""
        return not any(column in self.apart for column in rule.columns)

    def set_apart(self, column: str, why: Apart) -> None:
        """Leave a column to pandera, and those that must be unique together with it."""
        waiting = [column]
        while waiting:
            name = waiting.pop()
            if name in self.apart:
                continue
            self.apart[name] = why
            for rule in self.rules_of(name):
                self.compiled.pop(rule.id, None)
                if rule.stage is Stage.UNIQUE:
                    waiting += rule.columns


def plan_query(
    schema: Any, engine: Engine, name: str, scan: Scan, terms: Terms, *, unique_only: bool, unique: bool
) -> Question:
    """Return what to ask of a scan in the terms of an engine.

    Raises `ApartError` where pandera must be asked everything. `unique` says whether uniqueness is asked,
    `unique_only` that nothing else is.
    """
    _require_plain(schema, engine, scan)
    rules = uniqueness(schema, engine, scan.empty) if unique else []
    if not unique_only:
        rules += checks(schema, engine, scan.empty)
    question = Question(name, rules, terms)
    wanted = {column for rule in rules for column in rule.columns} if unique_only else None
    apart = list(_columns(schema, engine, scan, question, wanted))
    for column, why in [*apart, *_groups(question)]:
        question.set_apart(column, why)
    for rule in rules:
        if rule.stage is Stage.UNIQUE and len(rule.columns) == 1 and rule.column in question.columns:
            question.columns[rule.column].bounded |= scan.holds[rule.column] is Holds.WHOLE
    return question


def _require_plain(schema: Any, engine: Engine, scan: Scan) -> None:
    """Raise where a contract looks at whole rows, or changes them before it looks."""
    if has_parsers(schema) or schema.add_missing_columns:
        raise ApartError(Apart.PARSER)
    if schema.checks:
        raise ApartError(Apart.WHOLE_ROWS)
    if getattr(schema, "index", None) is not None or getattr(schema, "dtype", None) is not None:
        raise ApartError(Apart.INDEX if getattr(schema, "index", None) is not None else Apart.TYPES)
    names = [column for _, held in members(schema, engine, scan.empty) for column in held]
    if len(names) != len(set(names)):
        raise ApartError(Apart.TYPES)


def _columns(
    schema: Any, engine: Engine, scan: Scan, question: Question, wanted: set[str] | None
) -> Iterator[tuple[str, Apart]]:
    """Compile each column of a contract that the query can answer, and yield the others with the reason."""
    stated = {column: component for component, names in members(schema, engine, scan.empty) for column in names}
    extra = {column for rule in question.rules for column in rule.columns} - set(stated)
    for column in [*stated, *extra]:
        if wanted is not None and column not in wanted:
            continue
        component = stated.get(column)
        try:
            holds = _holds(schema, component, question, scan, column)
            question.columns[column] = _asked(question, column, holds, scan.holds[column])
            for rule in question.rules_of(column):
                if rule.column == column and rule.stage is Stage.CHECK:
                    question.compiled[rule.id] = _compiled(rule, question, holds)
        except ApartError as error:
            question.columns.setdefault(column, _asked(question, column, Holds.OTHER, Holds.OTHER))
            yield column, error.why


def _groups(question: Question) -> Iterator[tuple[str, Apart]]:
    """Yield the columns by which checks group the values of others; raises where only a function knows them."""
    for rule in question.rules:
        groups = getattr(rule.check, "groupby", None)
        if callable(groups):
            raise ApartError(Apart.WHOLE_ROWS)
        names = [groups] if isinstance(groups, str) else list(groups or ())
        yield from ((name, Apart.OWN_CHECK) for name in names if name in question.columns)


def _compiled(rule: Rule, question: Question, holds: Holds) -> Compiled:
    compiled = compile_check(rule.check, question.engine, question.columns[rule.column].value, holds, question.terms)
    if compiled is None:
        raise ApartError(Apart.CHECK if is_built_in(rule.check) else Apart.OWN_CHECK)
    return compiled


def _holds(schema: Any, component: Any, question: Question, scan: Scan, column: str) -> Holds:
    """Return what a column holds once the contract's type is given to it; raises where the query cannot say."""
    holds, engine = scan.holds[column], question.engine
    if scan.trouble is not None and column not in scan.typed and column not in scan.folders:
        raise ApartError(Apart.TEXT)
    if holds is Holds.OTHER and (engine == "pandas" or component is None or not question.terms.are_of_polars):
        raise ApartError(Apart.TYPES)
    if component is not None and component.default is not None:
        raise ApartError(Apart.PARSER)
    if component is None or component.dtype is None:
        return holds
    if _fits(component.dtype, engine, scan.empty, column):
        return holds
    if component.coerce or schema.coerce:
        if engine == "pandas" and holds is Holds.WHOLE and str(component.dtype) == "float64":
            return Holds.FLOAT
        raise ApartError(Apart.COERCE)
    raise ApartError(Apart.TYPES)


def _fits(dtype: Any, engine: str, empty: Any, column: str) -> bool:
    """Return whether a column has the type of the contract, by pandera's own word."""
    from pandera import dtypes

    known = (dtypes.is_int, dtypes.is_float, dtypes.is_bool, dtypes.is_string, dtypes.is_datetime)
    if not type(dtype).__module__.startswith("pandera.engines.") or (
        engine == "pandas" and not any(ask(dtype) for ask in known)
    ):
        return False
    if engine == "polars":
        return dtype.check(empty.schema[column], None) is True
    from pandera.engines.pandas_engine import Engine as Types

    found = dtype.check(Types.dtype(empty[column].dtype), empty[column])
    return found is True or (not isinstance(found, bool) and bool(all(found)))


def _asked(question: Question, column: str, holds: Holds, stored: Holds) -> Asked:
    return question.terms.asked(column, stored, holds, nan_is_null=question.engine == "pandas")
