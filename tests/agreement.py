"""Compares what the data check says of a file with what pandera itself says of its frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from pandera.errors import FailureCaseMetadata, SchemaErrors
from pandera.errors import SchemaErrorReason as Reason

from mlgate.data.loading import Contract
from mlgate.data.messages import Breach, Broken, ContractJob, EngineName, Engines, Event, Job, Task
from mlgate.data.on_pandas import PandasEngine
from mlgate.data.reading import column_names, read_table
from mlgate.data.rules import stated_dtypes
from mlgate.data.task import run_task

Found = tuple[str, str, str, int | None]
_WHOLE = {
    Reason.COLUMN_NOT_IN_DATAFRAME: "missing",
    Reason.COLUMN_NOT_IN_SCHEMA: "extra",
    Reason.WRONG_DATATYPE: "dtype",
    Reason.DATATYPE_COERCION: "coercion",
}


def ours(
    schema: Any, engine: str, path: Path, ran_on: EngineName = EngineName.POLARS, engines: Engines | None = None
) -> tuple[list[Event], set[Found]]:
    """Return what the check says: all events, and the broken rules; the query runs on `ran_on`."""
    said: list[Event] = []
    job = Job(
        project=str(path.parent),
        contracts=(ContractJob(path=str(path.parent / "contract.py")),),
        tasks=(Task(contract=0, files=(str(path),), engine=ran_on),),
        engines=engines or Engines(),
    )
    run_task(job, 0, Contract(schema, "S", engine, {}, {}), said.append)
    found = set()
    for event in said:
        if isinstance(event, Broken):
            check = event.check if event.breach is Breach.CHECK else ""
            whole = event.breach in (Breach.MISSING, Breach.EXTRA, Breach.DTYPE, Breach.COERCION, Breach.ORDER)
            column = "" if event.breach is Breach.ORDER else event.column
            found.add((event.breach.value, column, check, None if whole else event.count))
    return said, found


def as_stated(path: Path, schema: Any) -> pd.DataFrame:
    """Return a text file as pandas reads it, in the types that a contract states."""
    text, names = column_names(str(path), None)
    dtypes = stated_dtypes(schema, PandasEngine(), pd.DataFrame(columns=list(names)))
    frame: pd.DataFrame = read_table(str(path), "pandas", text, dtypes).frame
    return frame


def theirs(schema: Any, frame: Any) -> set[Found]:
    """Return the rules that pandera finds broken."""
    try:
        with _without_words():
            schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        return {_read(one, schema, error.data) for one in error.schema_errors}
    return set()


@contextmanager
def _without_words() -> Iterator[None]:
    """Keeps pandera from writing its report of what it has found, which takes most of its time and is not compared."""
    from pandera.backends.pandas.base import PandasSchemaBackend

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            PandasSchemaBackend,
            "failure_cases_metadata",
            lambda self, name, errors: FailureCaseMetadata(failure_cases=None, message={}, error_counts={}),
        )
        yield


def _read(error: Any, schema: Any, frame: Any) -> Found:
    reason = error.reason_code
    column = str(error.column_name or getattr(error.schema, "name", "") or "")
    if reason in (Reason.COLUMN_NOT_IN_DATAFRAME, Reason.COLUMN_NOT_IN_SCHEMA):
        column = str(error.failure_cases)
    if reason in _WHOLE:
        return (_WHOLE[reason], column, "", None)
    if reason is Reason.COLUMN_NOT_ORDERED:
        return ("order", "", "", None)
    if reason is Reason.SERIES_CONTAINS_NULLS:
        return ("nulls", column, "", len(error.failure_cases))
    if reason is Reason.SERIES_CONTAINS_DUPLICATES:
        # Among its failure cases pandera leaves out the nulls that it found repeated.
        return ("duplicates", column, "", _repeated(error, column, frame))
    if reason is Reason.DUPLICATES:
        held = [name for name in schema.unique if name in frame.columns]
        return ("duplicates", held[0] if len(held) == 1 else "", "", _alike(frame, held))
    if reason is Reason.CHECK_ERROR:
        return ("raised", column, "", None)
    output = error.check_output
    count = int((~output).sum()) if isinstance(output, pd.Series) else output.to_series().not_().sum()
    return ("check", column, str(error.check.error or error.check.name), count)


def _alike(frame: Any, columns: list[str]) -> int:
    """Return how many rows repeat another."""
    held = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    mask = held.duplicated(columns, keep=False) if isinstance(held, pd.DataFrame) else held[columns].is_duplicated()
    return int(mask.sum())


def _repeated(error: Any, column: str, frame: Any) -> int:
    if not isinstance(frame, pd.DataFrame):
        return len(error.failure_cases)
    keep = {"exclude_first": "first", "exclude_last": "last"}.get(error.schema.report_duplicates, False)
    return int(frame[column].duplicated(keep).sum())


def assert_agree(found: set[Found], expected: set[Found]) -> None:
    """Compare what is left where one cause is told once.

    Of a column of the wrong type that alone is told, and not what its checks make of it; where whole numbers are
    floats for want of some, the nulls are told and not the type.
    """
    both = found | expected
    wrong = {column for kind, column, _, _ in both if kind in ("dtype", "coercion")}
    coerced = {column for kind, column, _, _ in both if kind == "coercion"}
    null = {column for kind, column, _, _ in both if kind == "nulls"}

    def told(kind: str, column: str) -> bool:
        if kind in ("check", "raised"):
            return column not in wrong
        return kind != "dtype" or column not in coerced | null

    assert {one for one in found if told(*one[:2])} == {one for one in expected if told(*one[:2])}
