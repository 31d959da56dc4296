"""Asks a contract of files in SQL: one query that counts, then small ones for the first rows that break it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from mlgate.data.engine import Engine, shown_row
from mlgate.data.engines.sql_terms import SqlTerms, counted, moment_of
from mlgate.data.fused import Answer, Rows, set_apart
from mlgate.data.messages import EngineName, Scope, Stage
from mlgate.data.questions import Question, plan_query
from mlgate.data.rules import Rule
from mlgate.data.scanning import Holds, Scan

FILE_BITS = 40
"""A row is one number to the engine: the place of its file in the upper bits, and its number there in the lower."""
_SHOWN = 4
_SEVERAL = 2
_FIRST = 5_000


class Table(Protocol):
    """Files as a table of an engine."""

    name: EngineName
    source: str
    """What stands behind FROM."""
    row: str
    """The number of a row, see `FILE_BITS`."""
    terms: SqlTerms
    holds: dict[str, Holds]
    """What the engine holds in each column; something else than the scan knows where it reads a type in its own way."""
    long_times: bool
    """Whether nanoseconds come as whole numbers."""
    numbered: str
    """What stands between the name of a part of a query, and the part itself, where the part is named twice."""
    is_stream: bool
    """Whether each query reads all from its beginning, so that one over the first rows alone is far cheaper."""
    misfits: Mapping[str, int]
    """How many values of a column only the contract's own engine can read; known after the first query."""

    def fetch(self, query: str, *, begin: bool = False) -> list[tuple[Any, ...]]:
        """Run a query, of a stream over the first rows alone with `begin`.

        Raises `ApartError` for what the engine refuses, `EngineError` where it breaks down.
        """

    def pace(self, rows: int, tick: Callable[[int], None]) -> AbstractContextManager[None]:
        """Call `tick` now and then, while queries run, with as many of the rows as were read since."""

    def all_differ(self, value: str, least: int, most: int, rows: int) -> bool:
        """Return whether whole numbers between two bounds surely are all different; a False is no answer."""


class StreamTable(Table, Protocol):
    """Files that an engine is given, as a table."""

    @property
    def sizes(self) -> Sequence[int]:
        """Return the rows of each file, known after the first query."""


class SqlPart:
    """What one query was asked of which table, and what it answered; `sizes` are the rows of each file."""

    def __init__(self, table: Table, scan: Scan, question: Question, answer: Answer, sizes: Sequence[int]) -> None:
        """Keep what was asked and answered."""
        self.table = table
        self.scan = scan
        self.question = question
        self.answer = answer
        self._sizes = sizes
        self._first: dict[str, Rows] | None = None

    @property
    def ran_on(self) -> EngineName:
        """Return the engine that ran it."""
        return self.table.name

    def rows_of_nulls(self, column: str, most: int) -> list[int]:
        """Return the first rows that are null in a column."""
        return self._rows(self.question.columns[column].missing, (), min(most, self.answer.nulls[column])).numbers

    def rows_of_check(self, rule: Rule, most: int) -> Rows:
        """Return the first rows that break a check."""
        if self._first is None:
            self._first = self._first_rows()
        known = self._first.get(rule.id, Rows([], []))
        wanted = min(most, self.answer.broken[rule.id])
        if len(known.numbers) < wanted:
            return self._rows(self.question.compiled[rule.id].breaks, rule.columns, wanted)
        return Rows(known.numbers[:most], known.texts[:most])

    def _first_rows(self) -> dict[str, Rows]:
        """Return the first rows that break any check, by rule: most often one query gives the examples of all."""
        compiled = self.question.compiled
        rules = [rule for rule in self.question.rules if rule.id in compiled and self.answer.broken.get(rule.id)]
        if len(rules) < _SEVERAL:
            return {}
        breaks = ", ".join(
            f"coalesce({compiled[rule.id].breaks}, FALSE) AS b{number}" for number, rule in enumerate(rules)
        )
        names = list(dict.fromkeys(name for rule in rules for name in rule.columns))
        values = ", ".join(f"{self.table.terms.column(name)} AS c{number}" for number, name in enumerate(names))
        any_breaks = " OR ".join(f"b{number}" for number in range(len(rules)))
        found = self.table.fetch(
            f"SELECT * FROM (SELECT {self.table.row} AS pos, {breaks}, {values} FROM {self.table.source}) "
            f"WHERE {any_breaks} ORDER BY pos LIMIT {_FIRST}",
            begin=True,
        )
        first = {}
        for number, rule in enumerate(rules):
            rows = [row for row in found if row[1 + number]]
            at = [1 + len(rules) + names.index(name) for name in rule.columns]
            texts = [shown_row(rule.columns, self._values(rule.columns, [row[i] for i in at])) for row in rows]
            first[rule.id] = Rows([self._number(row[0]) for row in rows], texts)
        return first

    def rows_of_repeats(self, rule: Rule, most: int) -> Rows:
        """Return the first rows of the first values that are repeated."""
        names, rows = _keys(self.question, rule)
        values = ", ".join(names)
        same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM g.{name}" for name in names)
        numbered = f"numbered {self.table.numbered} (SELECT {rows}, {self.table.row} AS pos FROM {self.table.source})"
        groups = (
            f"SELECT {values}, min(pos) AS first, max(pos) AS last FROM numbered "
            f"GROUP BY {values} HAVING count(*) > 1 ORDER BY first LIMIT {most}"
        )
        ranked = (
            f"SELECT {', '.join(f'r.{name}' for name in names)}, r.pos, g.first, g.last, "
            f"row_number() OVER (PARTITION BY g.first ORDER BY r.pos) AS place "
            f"FROM numbered r JOIN ({groups}) g ON {same}"
        )
        found: list[tuple[int, list[Any]]] = []
        for *held, pos, first, last, place in self.table.fetch(
            f"WITH {numbered} SELECT * FROM ({ranked}) WHERE place <= {_SHOWN} OR pos = last ORDER BY pos"
        ):
            left_out = {"first": first, "last": last}.get(str(rule.keep))
            if pos != left_out and place <= _SHOWN:
                found.append((pos, held))
        texts = [shown_row(rule.columns, self._values(rule.columns, held)) for _, held in found]
        return Rows([self._number(pos) for pos, _ in found], texts)

    def _rows(self, breaks: str, columns: Sequence[str], most: int) -> Rows:
        values = "".join(f", {self.table.terms.column(name)}" for name in columns)
        query = f"SELECT {self.table.row} AS pos{values} FROM {self.table.source} WHERE {breaks}"
        query += f" ORDER BY pos LIMIT {most}"
        found = self.table.fetch(query, begin=True)
        if self.table.is_stream and len(found) < most:
            found = self.table.fetch(query)
        texts = [shown_row(columns, self._values(columns, held)) for _, *held in found] if columns else []
        return Rows([self._number(pos) for pos, *_ in found], texts)

    def _values(self, columns: Sequence[str], values: Sequence[Any]) -> list[Any]:
        """Return values as polars has them."""
        pairs = zip(columns, values, strict=True)
        return [self._value(self.scan.holds[name], value) for name, value in pairs]

    def _value(self, holds: Holds, value: Any) -> Any:
        nanos = holds is Holds.NANOS and self.table.long_times and value is not None
        return moment_of(value, holds) if nanos else value

    def _number(self, pos: int) -> int:
        """Return the number of a row among those of all files."""
        return sum(self._sizes[: pos >> FILE_BITS]) + (pos & ((1 << FILE_BITS) - 1))


class Asking(NamedTuple):
    """What is asked of files whatever the engine: the contract, the engine that it is written for, and the scope."""

    schema: Any
    engine: Engine
    name: str
    scope: Scope


Counts = dict[str, Any]
"""What the query over a file has counted."""


def ask_table(table: Table, scan: Scan, sizes: Sequence[int], asking: Asking, counted: Counts | None = None) -> SqlPart:
    """Run the query for a contract over a table; raises `ApartError` where pandera must be asked everything.

    `sizes` are the rows of each file; `counted` is what the query would say, where that is known.
    """
    scan, question = _question(table, scan, asking)
    if counted is None:
        aggregates = _aggregates(question)
        row = table.fetch(f"SELECT {', '.join(aggregates.values())} FROM {table.source}")[0]
        counted = dict(zip(aggregates, row, strict=True))
    found = counted | {f"misfits {name}": count for name, count in table.misfits.items()}
    set_apart(scan, question, found)
    repeats = {
        rule.id: _count_repeats(table, question, rule, found)
        for rule in question.rules
        if rule.stage is Stage.UNIQUE and question.answers(rule)
    }
    counts = {rule.id: found.get(f"breaks {rule.id}", 0) or 0 for rule in question.rules if question.answers(rule)}
    nulls = {column: found[f"nulls {column}"] for column in question.columns if column not in question.apart}
    return SqlPart(table, scan, question, Answer(found["rows"], nulls, counts | repeats), sizes)


def count_ahead(table: Table, scan: Scan, asking: Asking) -> dict[int, Counts]:
    """Return what the query says of each file of a table alone, by its place; a file without rows is left out."""
    _, question = _question(table, scan, asking)
    aggregates = _aggregates(question)
    file = f"shiftright({table.row}, {FILE_BITS})"
    rows = table.fetch(f"SELECT {file}, {', '.join(aggregates.values())} FROM {table.source} GROUP BY {file}")
    return {place: dict(zip(aggregates, row, strict=True)) for place, *row in rows}


def _question(table: Table, scan: Scan, asking: Asking) -> tuple[Scan, Question]:
    scan = scan._replace(holds={column: _agreed(held, table.holds[column]) for column, held in scan.holds.items()})
    alone, together = asking.scope is Scope.ROWS, asking.scope is Scope.TOGETHER
    asked = (asking.schema, asking.engine, asking.name, scan, table.terms)
    return scan, plan_query(*asked, unique_only=together, unique=not alone)


def _agreed(known: Holds, told: Holds) -> Holds:
    return known if known is told else Holds.OTHER


def _aggregates(question: Question) -> dict[str, str]:
    found = {"rows": "count(*)"}
    for name, column in question.columns.items():
        if name not in question.apart:
            found[f"nulls {name}"] = column.nulls
            if column.bounded:
                found |= {f"least {name}": f"min({column.value})", f"most {name}": f"max({column.value})"}
    for rule_id, compiled in question.compiled.items():
        found[f"breaks {rule_id}"] = counted(compiled.breaks)
        if compiled.doubtful is not None:
            found[f"doubtful {rule_id}"] = counted(compiled.doubtful)
    return found


def _keys(question: Question, rule: Rule) -> tuple[list[str], str]:
    """Return the names of the values that must be unique together, and the values by these names."""
    names = [f"k{number}" for number in range(len(rule.columns))]
    pairs = zip(rule.columns, names, strict=True)
    return names, ", ".join(f"{question.columns[column].value} AS {name}" for column, name in pairs)


def _count_repeats(table: Table, question: Question, rule: Rule, known: dict[str, Any]) -> int:
    """Return how many rows repeat another; a COUNT(DISTINCT) would cost four times what the groups do."""
    first = rule.columns[0]
    if len(rule.columns) == 1 and question.columns[first].bounded and known["rows"] and not known[f"nulls {first}"]:
        least, most = known[f"least {first}"], known[f"most {first}"]
        if table.all_differ(question.columns[first].value, least, most, known["rows"]):
            return 0
    names, values = _keys(question, rule)
    groups = f"SELECT count(*) AS n FROM (SELECT {values} FROM {table.source}) GROUP BY {', '.join(names)}"
    times, several = table.fetch(f"SELECT sum(n), count(*) FROM ({groups} HAVING count(*) > 1)")[0]
    return int((times or 0) if rule.keep is False else (times or 0) - several)
