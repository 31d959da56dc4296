"""Asks a whole contract of a scan in one query: how many rows break each rule, and then the first of those that do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from mlgate.data.engine import Engine, shown_row
from mlgate.data.engines.polars_terms import PolarsTerms
from mlgate.data.messages import Apart, Scope, Stage
from mlgate.data.questions import Question, plan_query
from mlgate.data.repeats import Repeats, count_repeats, repeated_rows
from mlgate.data.rules import Rule, stated_dtypes
from mlgate.data.scanning import ApartError, Scan, open_scan
from mlgate.data.text_file import TextFile
from mlgate.data.text_scan import open_text


class Answer(NamedTuple):
    """The rows of the scan, and how many of them are null in each column and break each rule."""

    rows: int
    nulls: dict[str, int]
    broken: dict[str, int]


class Rows(NamedTuple):
    """Some rows by their numbers, in order, and the values that they hold as text."""

    numbers: list[int]
    texts: list[str]


class Part(NamedTuple):
    """What one query was asked over which scan, and what it answered."""

    scan: Scan
    question: Question
    answer: Answer

    def rows_of_nulls(self, column: str, most: int) -> list[int]:
        """Return the first rows that are null in a column."""
        return _rows(self.scan, self.question.columns[column].missing, (), most).numbers

    def rows_of_check(self, rule: Rule, most: int) -> Rows:
        """Return the first rows that break a check."""
        return _rows(self.scan, self.question.compiled[rule.id].breaks, rule.columns, most)

    def rows_of_repeats(self, rule: Rule, most: int) -> Rows:
        """Return the first rows of the first values that are repeated."""
        numbers, values = repeated_rows(self.scan.lazy, _repeats(self.question, rule), most)
        return Rows(numbers, [shown_row(rule.columns, one) for one in values])


def query(
    schema: Any, engine: Engine, name: str, files: Sequence[str], scope: Scope, texts: Sequence[TextFile] = ()
) -> Part:
    """Run the query for a contract over files, which are `texts` where they are text.

    Raises `ApartError` where pandera must be asked everything.
    """
    scan = open_text(texts, name, _stated(schema, engine, texts)) if texts else open_scan(files, name)
    together = scope is Scope.TOGETHER
    terms = PolarsTerms()
    question = plan_query(schema, engine, name, scan, terms, unique_only=together, unique=scope is not Scope.ROWS)
    return Part(scan, question, run_query(scan, question))


def _stated(schema: Any, engine: Engine, texts: Sequence[TextFile]) -> dict[str, Any]:
    return stated_dtypes(schema, engine, engine.nothing(texts[0].columns))


def run_query(scan: Scan, question: Question) -> Answer:
    """Return how many rows break each rule; columns that turn out to need pandera itself are set apart in `question`.

    Raises `ApartError` where the query cannot be run.
    """
    import polars as pl

    try:
        found = scan.lazy.select(**_aggregates(scan, question)).collect(engine="streaming").row(0, named=True)
        _set_apart(scan, question, found)
        repeats = {
            rule.id: count_repeats(scan.lazy, _repeats(question, rule), found)
            for rule in question.rules
            if rule.stage is Stage.UNIQUE and question.answers(rule)
        }
    except (Exception, pl.exceptions.PanicException) as error:
        if scan.trouble is not None and scan.trouble.error is not None:
            raise scan.trouble.error from error
        raise ApartError(Apart.QUERY) from error
    counts = {rule.id: found.get(f"breaks {rule.id}", 0) or 0 for rule in question.rules if question.answers(rule)}
    nulls = {column: found[f"nulls {column}"] for column in question.columns if column not in question.apart}
    return Answer(found["rows"], nulls, counts | repeats)


def _aggregates(scan: Scan, question: Question) -> dict[str, Any]:
    import polars as pl

    found: dict[str, Any] = {"rows": pl.len()}
    for name, column in question.columns.items():
        if name not in question.apart:
            found[f"nulls {name}"] = column.nulls
            if column.bounded:
                found |= {f"least {name}": column.value.min(), f"most {name}": column.value.max()}
    found |= {f"misfits {name}": misfits for name, misfits in scan.misfits.items() if name in question.columns}
    for rule_id, compiled in question.compiled.items():
        found[f"breaks {rule_id}"] = compiled.breaks.sum()
        if compiled.doubtful is not None:
            found[f"doubtful {rule_id}"] = compiled.doubtful.sum()
    return found


def _set_apart(scan: Scan, question: Question, found: dict[str, Any]) -> None:
    """Set columns apart whose type in pandas hangs on their nulls, and those with values that engines read apart."""
    for name in question.columns:
        if found.get(f"misfits {name}"):
            question.set_apart(name, Apart.TEXT)
        nulls = found.get(f"nulls {name}")
        if nulls and question.engine == "pandas" and (name in scan.nulls_change or nulls == found["rows"]):
            question.set_apart(name, Apart.NULLS)
    for rule in question.rules:
        if found.get(f"doubtful {rule.id}"):
            question.set_apart(rule.column, Apart.PATTERN)


def _repeats(question: Question, rule: Rule) -> Repeats:
    values = {name: question.columns[name].value for name in rule.columns}
    return Repeats(values, rule.keep, bounded=len(values) == 1 and question.columns[rule.columns[0]].bounded)


def _rows(scan: Scan, breaks: Any, columns: Sequence[str], most: int) -> Rows:
    import polars as pl

    asked = scan.lazy.select(_breaks=breaks, **{f"={name}": pl.col(name) for name in columns}).with_row_index("_row")
    found = asked.filter(pl.col("_breaks")).drop("_breaks").head(most).collect(engine="streaming")
    numbers = found.get_column("_row").to_list()
    return Rows(numbers, [shown_row(columns, values) for values in found.drop("_row").iter_rows()])
