"""Asks a whole contract of a scan in one query: how many rows break each rule, and then the first of those that do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mlgate.data.engine import Engine, shown_row
from mlgate.data.engines.polars_terms import PolarsTerms
from mlgate.data.first_rows import MOST, FirstRows
from mlgate.data.folder_columns import scan_with_folders
from mlgate.data.folders import Folders, names_of
from mlgate.data.messages import Apart, EngineName, Scope, Stage
from mlgate.data.questions import Question, plan_query
from mlgate.data.repeats import Repeats, count_repeats, repeated_rows
from mlgate.data.rules import Rule, stated_dtypes
from mlgate.data.scanning import ApartError, Scan, open_scan
from mlgate.data.sieving import Sieved, counted, sieved_of
from mlgate.data.text_file import TextFile
from mlgate.data.text_scan import open_text

Tick = Callable[[int], None]


class Answer(NamedTuple):
    """The rows of the scan, and how many of them are null in each column and break each rule.

    `begin` is a frame of the first rows, with the columns that checks are about, where they were kept.
    """

    rows: int
    nulls: dict[str, int]
    broken: dict[str, int]
    begin: Any = None


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
        if self._begin is None:
            self._begin = self._read_begin()
        begin = self._begin
        numbers = begin.get_column(f"breaks {rule.id}").arg_true().head(most)
        if len(numbers) < min(most, self.answer.broken[rule.id]):
            return _rows(self.scan, self.question.compiled[rule.id].breaks, rule.columns, most)
        held = [begin.get_column(f"={name}").gather(numbers).to_list() for name in rule.columns]
        return Rows(numbers.to_list(), [shown_row(rule.columns, one) for one in zip(*held, strict=True)])

    def _read_begin(self) -> Any:
        """Return the first rows with all that broken checks are about: most often that is enough for examples."""
        import polars as pl

        rules = [rule for rule in self.question.rules if rule.check is not None and self.answer.broken.get(rule.id)]
        compiled = self.question.compiled
        breaks = {f"breaks {rule.id}": compiled[rule.id].breaks for rule in rules if rule.id in compiled}
        columns = {f"={name}": pl.col(name) for rule in rules for name in rule.columns}
        begin = self.answer.begin
        if begin is None or len(begin) < min(MOST, self.answer.rows):
            return self.scan.lazy.head(MOST).select(**breaks, **columns).collect(engine="streaming")
        return begin.select(**breaks, **columns)

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
    folders: Sequence[Folders] = (),
) -> Part:
    """Run the query for a contract over files, which are `texts` where they are text; `tick` is as in `run_query`.

    `folders` are the columns that the folders of each file say. Raises `ApartError` where pandera must be asked
    everything.
    """
    scan = open_files(schema, engine, name, files, texts, folders)
    together = scope is Scope.TOGETHER
    terms = PolarsTerms()
    question = plan_query(schema, engine, name, scan, terms, unique_only=together, unique=scope is not Scope.ROWS)
    return Part(scan, question, run_query(scan, question, tick))


def open_files(
    schema: Any,
    engine: Engine,
    name: str,
    files: Sequence[str],
    texts: Sequence[TextFile],
    folders: Sequence[Folders],
) -> Scan:
    """Return a scan of files, which are `texts` where they are text, in the types that a contract states.

    Raises `ApartError` where they cannot be asked in one query.
    """
    if texts:
        scan = open_text(texts, name, stated_dtypes(schema, engine, engine.nothing(texts[0].columns)))
    else:
        scan = open_scan(files, name)
    names = names_of(folders)
    wanted = stated_dtypes(schema, engine, engine.nothing(names)) if names else {}
    return scan_with_folders(scan, files, texts, folders, name, wanted)


def run_query(scan: Scan, question: Question, tick: Tick | None = None) -> Answer:
    """Return how many rows break each rule; columns that turn out to need pandera itself are set apart in `question`.

    `tick` is called with the rows of each piece as it is read. Raises `ApartError` where the query cannot be run.
    """
    import polars as pl

    try:
        held: dict[str, list[Any]] = {name: [] for name in question.columns if _is_held(question, name)}
        sieved, first = sieved_of(question, scan), FirstRows(scan, question, tick)
        asked = first.asked()
        asked |= _aggregates(scan, question, held, sieved, None if asked else tick)
        found = first.lazy.select(**asked).collect(engine="streaming").row(0, named=True)
        for one in sieved.values():
            found |= one.counts()
        set_apart(scan, question, found)
        repeats = {
            rule.id: count_repeats(scan.lazy, _repeats(question, rule), found["rows"], held.get(rule.column))
            for rule in question.rules
            if rule.stage is Stage.UNIQUE and question.answers(rule)
        }
    except (Exception, pl.exceptions.PanicException) as error:
        if scan.trouble is not None and scan.trouble.error is not None:
            raise scan.trouble.error from error
        raise ApartError(Apart.QUERY) from error
    counts = {rule.id: found.get(f"breaks {rule.id}", 0) or 0 for rule in question.rules if question.answers(rule)}
    nulls = {column: found[f"nulls {column}"] for column in question.columns if column not in question.apart}
    return Answer(found["rows"], nulls, counts | repeats, first.frame)


def _is_held(question: Question, name: str) -> bool:
    """Return whether the values of a column are kept while they are read, for its uniqueness is asked of them."""
    return question.columns[name].bounded and name not in question.apart


def _aggregates(
    scan: Scan, question: Question, held: dict[str, list[Any]], sieved: Mapping[str, Sieved], tick: Tick | None
) -> dict[str, Any]:
    """Return all that is asked in one pass; `held` takes up the pieces of the columns that are kept."""
    import polars as pl

    found: dict[str, Any] = {"rows": pl.len()}
    names = [name for name in question.columns if name not in question.apart]
    for name in names:
        found |= _of_column(question, name, sieved)
    for name, pieces in held.items():
        found[f"held {name}"] = _noting(scan, question.columns[name].value, pieces.append)
    if tick is not None and names:
        found["ticks"] = _noting(scan, pl.col(names[0]), lambda piece: tick(len(piece)))
    return found | {f"misfits {name}": misfits for name, misfits in scan.misfits.items() if name in question.columns}


def _noting(scan: Scan, value: Any, note: Callable[[Any], None]) -> Any:
    """Return a term that shows values piece by piece as they are read, in any order, from any thread."""
    return _passed_on(value, scan.lazy.select(value=value).collect_schema()["value"], note)


def _passed_on(value: Any, dtype: Any, note: Callable[[Any], None]) -> Any:
    def pass_on(piece: Any) -> Any:
        note(piece)
        return piece

    return value.map_batches(pass_on, return_dtype=dtype, is_elementwise=True).null_count()


def _of_column(question: Question, name: str, sieved: Mapping[str, Sieved]) -> dict[str, Any]:
    import polars as pl

    found: dict[str, Any] = {f"nulls {name}": question.columns[name].nulls}
    for rule in question.rules_of(name):
        compiled = question.compiled.get(rule.id)
        if rule.column == name and rule.id in sieved:
            found[f"sieved {rule.id}"] = _passed_on(pl.col(name), pl.String, sieved[rule.id].add)
        elif rule.column == name and compiled is not None:
            found |= counted(rule, compiled)
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
