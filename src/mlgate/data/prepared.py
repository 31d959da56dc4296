"""Plans of the one query that are kept: a file of known columns is asked without pandera, pandas or the contract.

A plan is made where the query answers every rule. Whether it holds for a file is decided by the file's columns and
types; and where a value then needs pandera after all, pandera is asked everything as if there were no plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from mlgate.cache import digest
from mlgate.data.compiling import Compiled
from mlgate.data.engines.polars_terms import PolarsTerms
from mlgate.data.engines.terms import Asked
from mlgate.data.fixed_width import FixedWidth
from mlgate.data.folder_columns import add_folders
from mlgate.data.folders import Folders, names_of
from mlgate.data.formats import Kind, format_of
from mlgate.data.messages import Broken, Scope, Stage
from mlgate.data.questions import Question
from mlgate.data.rules import Rule
from mlgate.data.scanning import Holds, Scan, lazy_parquet
from mlgate.data.text_file import TextFile
from mlgate.data.text_scan import scan_texts

LARGEST = 400_000
"""The bytes that a plan may have to be kept."""


NOTHING_TOGETHER = "nothing together"
"""Stands for the plan of contracts that ask nothing of all files together, whatever their columns."""


class PlainCheck(Struct, frozen=True):
    """What is told of a check of pandera, without pandera."""

    error: str
    raise_warning: bool
    statistics: dict[str, list[str]]
    line: int | None


class PlannedRule(Struct, frozen=True):
    """A rule, and its terms in polars' own form."""

    id: str
    stage: Stage
    columns: tuple[str, ...]
    keep: str | bool
    check: PlainCheck | None
    breaks: bytes | None = None
    doubtful: bytes | None = None
    count: bytes | None = None
    fixed: FixedWidth | None = None


class PlannedColumn(Struct, frozen=True):
    """A column that the query reads, and how text becomes its values."""

    value: bytes
    nulls: bytes
    missing: bytes
    bounded: bool


class Shape(Struct, frozen=True):
    """What is known of a file before its rows are read: its columns, its rules, and what is broken in the columns."""

    names: tuple[str, ...]
    rules: int
    not_null: tuple[str, ...]
    broken: tuple[Broken, ...]


class Plan(Struct, frozen=True):
    """All that the query needs for files of the same columns."""

    engine: str
    shape: Shape
    holds: dict[str, Holds]
    narrow: frozenset[str]
    columns: dict[str, PlannedColumn]
    rules: tuple[PlannedRule, ...]
    typed: dict[str, bytes]
    misfits: dict[str, bytes]
    folders: dict[str, bytes]

    def scan(self, files: tuple[str, ...], texts: list[TextFile], folders: Sequence[Folders]) -> Scan:
        """Return files of the plan's columns as a scan."""
        misfits = _expressions(self.misfits)
        if texts:
            scan = scan_texts(texts, self.engine, _expressions(self.typed), self.holds, self.narrow, misfits)
        else:
            scan = Scan(lazy_parquet(files), None, dict(self.holds), self.narrow, misfits)
        return add_folders(scan, files, texts, folders, _expressions(self.folders), self.engine)

    def question(self) -> Question:
        """Return the question, for nothing is set apart yet."""
        rules = [Rule(rule.id, rule.stage, rule.columns, rule.check, rule.keep) for rule in self.rules]
        found = Question(self.engine, rules, PolarsTerms())
        for name, held in self.columns.items():
            terms = (_expression(one) for one in (held.value, held.nulls, held.missing))
            found.columns[name] = Asked(*terms, bounded=held.bounded)
        for rule in self.rules:
            if rule.breaks is not None:
                found.compiled[rule.id] = Compiled(
                    _expression(rule.breaks),
                    rule.doubtful and _expression(rule.doubtful),
                    rule.count and _expression(rule.count),
                    rule.fixed,
                )
        return found


def make_plan(scan: Scan, question: Question, shape: Shape, lines: Mapping[str, int | None]) -> bytes | None:
    """Return the plan of a query that answers every rule, or None where it is too large to be kept."""
    columns = {
        name: PlannedColumn(_bytes(held.value), _bytes(held.nulls), _bytes(held.missing), held.bounded)
        for name, held in question.columns.items()
    }
    plan = Plan(
        engine=question.engine,
        shape=shape,
        holds=scan.holds,
        narrow=scan.nulls_change,
        columns=columns,
        rules=tuple(_planned(rule, question.compiled.get(rule.id), lines) for rule in question.rules),
        typed={name: _bytes(value) for name, value in scan.typed.items()},
        misfits={name: _bytes(value) for name, value in scan.misfits.items()},
        folders={name: _bytes(value) for name, value in scan.folders.items()},
    )
    found = msgspec.msgpack.encode(plan)
    return found if len(found) <= LARGEST else None


def empty_plan(engine: str) -> bytes:
    """Return the plan of a contract that asks nothing of all files together."""
    shape = Shape((), 0, (), ())
    nothing: dict[str, Any] = {"holds": {}, "columns": {}, "rules": (), "typed": {}, "misfits": {}, "folders": {}}
    plan = Plan(engine=engine, shape=shape, narrow=frozenset(), **nothing)
    return msgspec.msgpack.encode(plan)


def read_plan(held: bytes) -> Plan | None:
    """Return a plan that was kept, or None where it is of another form."""
    try:
        return msgspec.msgpack.decode(held, type=Plan)
    except msgspec.MsgspecError:
        return None


def key_of(scope: Scope, files: Iterable[str], texts: list[TextFile], folders: Sequence[Folders]) -> str | None:
    """Return what a plan hangs on besides the contract: the columns and types of files, if they are alike."""
    names = names_of(folders)
    if names is None:
        return None
    found: set[bytes | None] = {_columns(text) for text in texts} or {_schema(file) for file in files}
    only = found.pop()
    return None if found or only is None else digest(scope.value.encode(), repr(names).encode(), only)


def _columns(text: TextFile) -> bytes:
    return repr((text.columns, text.format.kind.value, text.separator, text.quotes)).encode()


def _schema(file: str) -> bytes | None:
    """Return the types of a Parquet file, those of Arrow and pandas that stand beside it included."""
    import polars as pl

    form = format_of(file)
    if form is None or form.kind is not Kind.PARQUET:
        return None
    try:
        beside = pl.read_parquet_metadata(file)
        types = pl.read_parquet_schema(file)
    except (OSError, pl.exceptions.PolarsError):
        return None
    # Without Arrow's own schema only pyarrow knows what pandas would make of the columns.
    return None if "ARROW:schema" not in beside else json.dumps([beside, repr(types)], sort_keys=True).encode()


def _planned(rule: Rule, compiled: Compiled | None, lines: Mapping[str, int | None]) -> PlannedRule:
    check = None
    if rule.check is not None:
        allowed = (rule.check.statistics or {}).get("allowed_values")
        known = {}
        if isinstance(allowed, (list, tuple, set, frozenset)):
            known["allowed_values"] = [one for one in allowed if isinstance(one, str)]
        check = PlainCheck(rule.shown, bool(rule.check.raise_warning), known, lines.get(rule.id))
    about = (rule.id, rule.stage, rule.columns, rule.keep, check)
    if compiled is None:
        return PlannedRule(*about)
    terms = (compiled.breaks, compiled.doubtful, compiled.count)
    breaks, doubtful, count = (None if one is None else _bytes(one) for one in terms)
    return PlannedRule(*about, breaks, doubtful, count, compiled.fixed)


def _bytes(expression: Any) -> bytes:
    return bytes(expression.meta.serialize())


@lru_cache(maxsize=10_000)
def _expression(held: bytes) -> Any:
    import polars as pl

    return pl.Expr.deserialize(held)


def _expressions(held: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: _expression(one) for name, one in held.items()}
