"""Asks a whole contract of a scan in one query: how many rows break each rule, and then the first of those that do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mlgate.data.engine import Engine, shown_row
from mlgate.data.engines.polars_terms import PolarsTerms
from mlgate.data.messages import Apart, EngineName, Scope, Stage
from mlgate.data.questions import Question, plan_query
from mlgate.data.repeats import Repeats, count_repeats, repeated_rows
from mlgate.data.rules import Rule, stated_dtypes
from mlgate.data.scanning import ApartError, Scan, open_scan
from mlgate.data.text_file import TextFile
from mlgate.data.text_scan import open_text

Tick = Callable[[int], None]
_BEGIN = 32_768
"""Rows that are read at once for the examples of all broken checks."""


class Answer(NamedTuple):
    """The rows of the scan, and how many of them are null in each column and break each rule."""

    rows: int
    nulls: dict[str, int]
    broken: dict[str, int]


class Rows(NamedTuple):
    """Some rows by their numbers, in order, and the values that they hold as text."""

    numbers: list[int]
    texts: list[str]


class Part:
    """What one query was asked over which scan, and what it answered; `rows_of_...` read the scan again."""

    def __init__(self, scan: Scan, question: Question, answer: Answer) -> None:
        """Keep what was asked and answered."""
        self.scan = scan
        self.question = question
        self.answer = answer
        self._begin: Any = None

    @property
    def ran_on(self) -> EngineName:
        """Return the engine that ran it."""
        return EngineName.POLARS

    def rows_of_nulls(self, column: str, most: int) -> list[int]:
        """Return the first rows that are null in a column."""
        return _rows(self.scan, self.question.columns[column].missing, (), most).numbers

    def rows_of_check(self, rule: Rule, most: int) -> Rows:
        """Return the first rows that break a check."""
        import polars as pl

        if self._begin is None:
            self._begin = self._read_begin()
        columns = [f"={name}" for name in rule.columns]
        found = self._begin.filter(pl.col(f"breaks {rule.id}")).select("_row", *columns).head(most)
        if len(found) < min(most, self.answer.broken[rule.id]):
            return _rows(self.scan, self.question.compiled[rule.id].breaks, rule.columns, most)
        values = found.drop("_row").iter_rows()
        return Rows(found.get_column("_row").to_list(), [shown_row(rule.columns, one) for one in values])

    def _read_begin(self) -> Any:
        """Return the first rows with all that broken checks are about: most often that is enough for examples."""
        import polars as pl

        rules = [rule for rule in self.question.rules if rule.check is not None and self.answer.broken.get(rule.id)]
        compiled = self.question.compiled
        breaks = {f"breaks {rule.id}": compiled[rule.id].breaks for rule in rules if rule.id in compiled}
        columns = {f"={name}": pl.col(name) for rule in rules for name in rule.columns}
        begin = self.scan.lazy.head(_BEGIN)
        return begin.select(**breaks, **columns).with_row_index("_row").collect(engine="streaming")

    def rows_of_repeats(self, rule: Rule, most: int) -> Rows:
        """Return the first rows of the first values that are repeated."""
        numbers, values = repeated_rows(self.scan.lazy, _repeats(self.question, rule), most)
        return Rows(numbers, [shown_row(rule.columns, one) for one in values])


def query(
    schema: Any,
    engine: Engine,
    name: str,
    files: Sequence[str],
    scope: Scope,
    texts: Sequence[TextFile] = (),
    tick: Tick | None = None,
) -> Part:
    """Run the query for a contract over files, which are `texts` where they are text; `tick` is as in `run_query`.

    Raises `ApartError` where pandera must be asked everything.
    """
    scan = open_text(texts, name, _stated(schema, engine, texts)) if texts else open_scan(files, name)
    together = scope is Scope.TOGETHER
    terms = PolarsTerms()
    question = plan_query(schema, engine, name, scan, terms, unique_only=together, unique=scope is not Scope.ROWS)
    return Part(scan, question, run_query(scan, question, tick))


def _stated(schema: Any, engine: Engine, texts: Sequence[TextFile]) -> dict[str, Any]:
    return stated_dtypes(schema, engine, engine.nothing(texts[0].columns))


def run_query(scan: Scan, question: Question, tick: Tick | None = None) -> Answer:
    """Return how many rows break each rule; columns that turn out to need pandera itself are set apart in `question`.

    `tick` is called with the rows of each piece as it is read. Raises `ApartError` where the query cannot be run.
    """
    import polars as pl

    try:
        found = scan.lazy.select(**_aggregates(scan, question, tick)).collect(engine="streaming").row(0, named=True)
        held = {name: _alone(scan, question, name) for name in question.columns if _is_alone(question, name)}
        for _, known in held.values():
            found |= known
        set_apart(scan, question, found)
        repeats = {
            rule.id: count_repeats(scan.lazy, _repeats(question, rule), found["rows"], _column(held, rule))
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


def _is_alone(question: Question, name: str) -> bool:
    """Return whether a column is read by itself, to be held for its uniqueness, and is asked all else there too."""
    return question.columns[name].bounded and name not in question.apart


def _alone(scan: Scan, question: Question, name: str) -> tuple[Any, dict[str, Any]]:
    """Return the values of a column of whole numbers, and the answers about it."""
    value = question.columns[name].value
    frame = scan.lazy.select(**{name: value}).collect(engine="streaming")
    asked = _of_column(question, name)
    return frame.get_column(name), frame.lazy().select(**asked).collect().row(0, named=True)


def _column(held: dict[str, tuple[Any, dict[str, Any]]], rule: Rule) -> Any | None:
    return held[rule.column][0] if rule.column in held else None


def _aggregates(scan: Scan, question: Question, tick: Tick | None) -> dict[str, Any]:
    import polars as pl

    found: dict[str, Any] = {"rows": pl.len()}
    names = [name for name in question.columns if name not in question.apart and not _is_alone(question, name)]
    for name in names:
        found |= _of_column(question, name)
    if tick is not None and names:
        found["ticks"] = _ticking(names[0], scan.lazy.collect_schema()[names[0]], tick)
    return found | {f"misfits {name}": misfits for name, misfits in scan.misfits.items() if name in question.columns}


def _ticking(name: str, dtype: Any, tick: Tick) -> Any:
    """Return a term that tells how many rows of a column were read, piece by piece."""
    import polars as pl

    def note(piece: Any) -> Any:
        tick(len(piece))
        return piece

    return pl.col(name).map_batches(note, return_dtype=dtype, is_elementwise=True).null_count()


def _of_column(question: Question, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {f"nulls {name}": question.columns[name].nulls}
    for rule in question.rules_of(name):
        compiled = question.compiled.get(rule.id)
        if rule.column == name and compiled is not None:
            found[f"breaks {rule.id}"] = compiled.breaks.sum() if compiled.count is None else compiled.count
            if compiled.doubtful is not None:
                found[f"doubtful {rule.id}"] = compiled.doubtful.sum()
    return found


def set_apart(scan: Scan, question: Question, found: dict[str, Any]) -> None:
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
    return Repeats(values, rule.keep)


def _rows(scan: Scan, breaks: Any, columns: Sequence[str], most: int) -> Rows:
    import polars as pl

    asked = scan.lazy.select(_breaks=breaks, **{f"={name}": pl.col(name) for name in columns}).with_row_index("_row")
    found = asked.filter(pl.col("_breaks")).drop("_breaks").head(most).collect(engine="streaming")
    numbers = found.get_column("_row").to_list()
    return Rows(numbers, [shown_row(columns, values) for values in found.drop("_row").iter_rows()])
