"""Columns that stand in the names of folders: read as fields of a CSV are, whatever asks, and as pandera judges."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pandera.pandas as pa
import pandera.polars as pap
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement import ours, theirs
from mlgate.data.folders import NULL, fixed_part, folders_of
from mlgate.data.loading import Contract
from mlgate.data.messages import (
    Breach,
    Broken,
    ContractJob,
    Defect,
    EngineName,
    Event,
    Job,
    Planned,
    Read,
    Scope,
    Task,
    UnreadableError,
)
from mlgate.data.prepared import read_plan
from mlgate.data.task import run_planned, run_task

Found = tuple[str, str, str, int | None]
ROWS = 3
TEXTS = [
    *"ab",
    "00123",
    "7",
    "07",
    "-3",
    "1.5",
    "1e3",
    "True",
    "2024-01-01",
    "2024-01-01 10:00",
    "NA",
    "nan",
    "",
    "é %/=+,\"'",
]
TYPES: list[Any] = [None, str, int, float, bool, "Int64", "datetime64[us]", "category"]


@pytest.mark.parametrize(
    ("path", "top", "said"),
    [
        pytest.param("data/a.csv", "data", (), id="no folder"),
        pytest.param("data/2024/a.csv", "data", (), id="a folder without a sign"),
        pytest.param("data/day=1/a.csv", "data/day=1", (), id="above what the dataset names"),
        pytest.param("data/day=1/a.csv", "data/day=1/a.csv", (), id="the file alone"),
        pytest.param("data/day=1/x=2/a.csv", "data", (("day", "1"), ("x", "2")), id="two"),
        pytest.param("data/raw/day=1/a.csv", "data", (("day", "1"),), id="others between them"),
        pytest.param("data/a=b=c/x.csv", "data", (("a", "b=c"),), id="a sign in the value"),
        pytest.param("data/a%20b=c%2Fd%25/x.csv", "data", (("a b", "c/d%"),), id="coded"),
        pytest.param(f"data/a={NULL}/b=/x.csv", "data", (("a", None), ("b", "")), id="null and nothing"),
        pytest.param("data/=1/x.csv", "data", (), id="no name"),
        pytest.param("data/a=1/a=2/x.csv", "data", (("a", "2"),), id="a name twice"),
    ],
)
def test_folders_of(path: str, top: str, said: tuple[tuple[str, str | None], ...]) -> None:
    assert folders_of(path, top) == said


@pytest.mark.parametrize(
    ("pattern", "fixed"),
    [("data/events", "data/events"), ("data/day=*/x.csv", "data"), ("*.csv", "."), ("data/day=1/*.csv", "data/day=1")],
)
def test_fixed_part(pattern: str, fixed: str) -> None:
    assert fixed_part(pattern) == fixed


def written(folder: Path, values: Sequence[str | None], ending: str = "parquet") -> list[Path]:
    """Write a file of three rows for each value of the folder `k`."""
    files = []
    for number, value in enumerate(values):
        shown = NULL if value is None else quote(value, safe="")
        path = folder / f"n={number}" / f"k={shown}" / f"p.{ending}"
        path.parent.mkdir(parents=True)
        frame = pl.DataFrame({"id": range(number, number + ROWS)})
        writers = {"parquet": frame.write_parquet, "csv": frame.write_csv, "jsonl": frame.write_ndjson}
        writers.get(ending, frame.write_ipc)(path)
        files.append(path)
    return files


def asked(
    schema: Any, name: str, top: Path, files: Sequence[Path], engine: EngineName = EngineName.POLARS
) -> tuple[set[Found], list[Event]]:
    """Return what is broken in each file by itself, and what was said."""
    said: list[Event] = []
    paths = [str(file) for file in files]
    tasks = tuple(
        Task(contract=0, files=(path,), top=str(top), engine=engine, scope=Scope.ALL if len(files) == 1 else Scope.ROWS)
        for path in paths
    )
    if len(files) > 1:
        tasks += (Task(contract=0, files=tuple(paths), top=str(top), engine=engine, scope=Scope.TOGETHER),)
    job = Job(project=str(top), contracts=(ContractJob(path=str(top / "c.py")),), tasks=tasks)
    for number in range(len(tasks)):
        run_task(job, number, Contract(schema, "S", name, {}, {}), said.append)
    whole = (Breach.MISSING, Breach.EXTRA, Breach.DTYPE, Breach.COERCION)
    found: set[Found] = set()
    for one in said:
        if isinstance(one, Broken):
            check = one.check if one.breach is Breach.CHECK else ""
            found.add((one.breach.value, one.column, check, None if one.breach in whole else one.count))
    return found, said


def contract(pandera: Any, dtype: Any, checks: Sequence[Any], **options: Any) -> Any:
    columns = {"id": pandera.Column(), "n": pandera.Column(), "k": pandera.Column(dtype, list(checks), **options)}
    return pandera.DataFrameSchema(columns, strict=True)


@given(value=st.one_of(st.none(), st.sampled_from(TEXTS)), dtype=st.sampled_from(TYPES), nullable=st.booleans())
@settings(max_examples=60)
def test_pandas__as_pandera_judges_the_field_of_a_csv(
    tmp_path_factory: pytest.TempPathFactory, value: str | None, dtype: Any, nullable: bool
) -> None:
    top = tmp_path_factory.mktemp("hive")
    (file,) = written(top, [value])
    stated = dtype or str
    with (top / "flat.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = [[number, "0", value] for number in range(ROWS)]
        csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC).writerows([["id", "n", "k"], *rows])
    plain = {"n": str} | ({"k": str} if stated is str else {})
    frame = pd.read_csv(top / "flat.csv", dtype=plain, keep_default_na=value is None)
    if stated == "datetime64[us]" and value is not None and value.startswith("2024"):
        frame["k"] = pd.to_datetime(frame["k"]).astype("datetime64[us]")
    elif stated == "category" or (stated == "Int64" and value in ("7", "07", "-3", "00123", "1e3")):
        frame["k"] = frame["k"].astype(stated)
    elif (value is None and stated is not float) or stated == "datetime64[us]":
        return  # pandas takes a column of nulls alone for floats, and some words for dates
    elif stated is float and frame["k"].dtype.kind == "i":
        frame["k"] = frame["k"].astype(float)
    found, _ = asked(contract(pa, dtype, [], nullable=nullable), "pandas", top, [file])
    assert found == theirs(contract(pa, stated, [], nullable=nullable), frame)
    if value not in ("NA", "nan", "", None):
        assert found == ours(contract(pa, stated, [], nullable=nullable), "pandas", top / "flat.csv")[1]


@pytest.mark.parametrize("pandera", [pytest.param(pa, id="pandas"), pytest.param(pap, id="polars")])
@pytest.mark.parametrize(
    ("dtype", "values", "checks", "broken"),
    [
        pytest.param(str, ["00123", "00124"], [("isin", ["00123"])], {("check", 3)}, id="text"),
        pytest.param(None, ["7", "8"], [("isin", ["7"])], {("check", 3)}, id="no type is text"),
        pytest.param(int, ["7", "007", "12"], [("lt", 10)], {("check", 3)}, id="whole numbers"),
        pytest.param(float, ["0.5", "2"], [("lt", 1)], {("check", 3)}, id="floats"),
        pytest.param(bool, ["true", "false"], [("eq", True)], {("check", 3)}, id="truth values"),
        pytest.param(int, ["7", "x"], [("lt", 10)], {("dtype", None)}, id="no number"),
        pytest.param(str, ["a", None], [("isin", ["a"])], {("nulls", 3)}, id="null"),
        pytest.param(str, ["NA", "nan"], [("isin", ["NA"])], {("check", 3)}, id="words that are null in a CSV"),
        pytest.param(str, ["a/b", "ü ="], [("str_matches", "^a/b$")], {("check", 3)}, id="coded signs"),
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", "arrow"])
@pytest.mark.parametrize("engine", [EngineName.POLARS, EngineName.DUCKDB])
def test_every_format_and_engine__says_the_same(
    tmp_path: Path,
    engine: EngineName,
    ending: str,
    dtype: Any,
    values: list[str | None],
    checks: Any,
    broken: Any,
    pandera: Any,
) -> None:
    files = written(tmp_path, values, ending)
    schema = contract(pandera, dtype, [getattr(pandera.Check, name)(value) for name, value in checks])
    name = "pandas" if pandera is pa else "polars"
    found, said = asked(schema, name, tmp_path, files, engine)
    assert {(breach, count) for breach, column, _, count in found if column == "k"} == broken
    assert {column for _, column, _, _ in found} == {"k"}
    apart = {column for one in said if isinstance(one, Read) for column, _ in one.apart}
    if ending == "parquet" and checks[0][0] in ("isin", "lt") and broken == {("check", 3)}:
        assert apart == set(), "the query answers them"


def dates(pandera: Any) -> Any:
    import datetime as dt

    stated = "datetime64[us]" if pandera is pa else pl.Date
    bound = dt.datetime(2024, 1, 2) if pandera is pa else dt.date(2024, 1, 2)  # noqa: DTZ001
    return contract(pandera, stated, [pandera.Check.ge(bound)])


@pytest.mark.parametrize("engine", [EngineName.POLARS, EngineName.DUCKDB])
@pytest.mark.parametrize("pandera", [pytest.param(pa, id="pandas"), pytest.param(pap, id="polars")])
def test_days(tmp_path: Path, pandera: Any, engine: EngineName) -> None:
    files = written(tmp_path, ["2024-01-01", "2024-01-02"])
    found, _ = asked(dates(pandera), "pandas" if pandera is pa else "polars", tmp_path, files, engine)
    assert {(breach, column, count) for breach, column, _, count in found} == {("check", "k", 3)}


@pytest.mark.parametrize("ending", ["parquet", "csv", "arrow"])
@pytest.mark.parametrize("engine", [EngineName.POLARS, EngineName.DUCKDB])
def test_unique_together_with_a_folder(tmp_path: Path, engine: EngineName, ending: str) -> None:
    files = written(tmp_path, ["a", "a", "b"], ending)
    columns = {"id": pa.Column(int), "k": pa.Column(str)}
    found, _ = asked(pa.DataFrameSchema(columns, unique=["id", "k"]), "pandas", tmp_path, files, engine)
    assert found == {("duplicates", "", "", 4)}
    found, _ = asked(pa.DataFrameSchema(columns, unique=["id"]), "pandas", tmp_path, files, engine)
    assert found == {("duplicates", "id", "", 7)}


def test_folders_that_differ__the_column_is_missing_where_it_is(tmp_path: Path) -> None:
    files = written(tmp_path, ["a", "b"])
    bare = tmp_path / "n=2" / "p.parquet"
    bare.parent.mkdir()
    files[0].rename(bare)
    other = tmp_path / "k=b" / "n=1" / "p.parquet"
    other.parent.mkdir(parents=True)
    files[1].rename(other)
    schema = pa.DataFrameSchema(
        {"id": pa.Column(int), "k": pa.Column(str), "n": pa.Column(int)}, unique=["n", "id"], strict=True
    )
    found, _ = asked(schema, "pandas", tmp_path, [bare, other])
    assert found == {("missing", "k", "", None)}


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", "arrow"])
def test_column_in_file_and_folder(tmp_path: Path, ending: str) -> None:
    for folder, values in (("k=1", [1, 1]), ("k=2", [2, 3])):
        (tmp_path / folder).mkdir()
        frame = pl.DataFrame({"k": values})
        writers = {"parquet": frame.write_parquet, "csv": frame.write_csv, "jsonl": frame.write_ndjson}
        writers.get(ending, frame.write_ipc)(tmp_path / folder / f"p.{ending}")
    schema = pa.DataFrameSchema({"k": pa.Column(int)}, strict=True)
    assert asked(schema, "pandas", tmp_path, [tmp_path / "k=1" / f"p.{ending}"])[0] == set()
    with pytest.raises(UnreadableError) as caught:
        asked(schema, "pandas", tmp_path, [tmp_path / "k=2" / f"p.{ending}"])
    event = caught.value.event
    assert (event.defect, event.subject, event.said, event.count) == (Defect.FOLDER, "k", "2", 1)


@pytest.mark.parametrize(
    ("column", "said", "agrees"),
    [
        pytest.param([1, 1], "01", True, id="a number with zeros before it"),
        pytest.param([1.5], "1.5", True, id="a float"),
        pytest.param([True], "TRUE", True, id="a truth value"),
        pytest.param(["2024-01-01"], "2024-01-01", True, id="text"),
        pytest.param([None], None, True, id="null"),
        pytest.param([None, "a"], "a", False, id="null beside a value"),
        pytest.param([1], "x", False, id="no number"),
        pytest.param([1], None, False, id="a value where the folder says null"),
    ],
)
def test_agreement_of_file_and_folder(column: list[Any], said: str | None, agrees: bool) -> None:
    from mlgate.data.folder_columns import require_agreement

    try:
        require_agreement(pl.Series(column), "k", said)
    except UnreadableError:
        assert not agrees
    else:
        assert agrees


def test_agreement_of_days(tmp_path: Path) -> None:
    from mlgate.data.folder_columns import require_agreement

    days = pl.Series(["2024-01-01"]).str.to_date()
    for held in (days, days.cast(pl.Datetime("ms")), days.cast(pl.Datetime("ns")).dt.replace_time_zone("UTC")):
        require_agreement(held, "k", "2024-01-01")
        with pytest.raises(UnreadableError):
            require_agreement(held, "k", "2024-01-02")


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_plan__serves_other_folders_of_the_same_names(tmp_path: Path, ending: str) -> None:
    files = written(tmp_path, ["1", "2", "30", "x"], ending)
    schema = pa.DataFrameSchema({"id": pa.Column(int), "k": pa.Column(int, pa.Check.lt(10))})
    _, said = asked(schema, "pandas", tmp_path, files[:1])
    (plan,) = [one for one in said if isinstance(one, Planned)]
    held = read_plan(plan.plan)
    assert held is not None

    def planned(file: Path, top: Path) -> tuple[bool, list[Broken]]:
        said: list[Event] = []
        job = Job(
            project=str(tmp_path),
            contracts=(ContractJob(path=str(tmp_path / "c.py")),),
            tasks=(Task(contract=0, files=(str(file),), top=str(top)),),
        )
        answered = run_planned(job, 0, {plan.key: held}, said.append)
        return answered, [one for one in said if isinstance(one, Broken)]

    assert planned(files[1], tmp_path) == (True, [])
    answered, broken = planned(files[2], tmp_path)
    assert (answered, [(one.column, one.count) for one in broken]) == (True, [("k", 3)])
    assert planned(files[3], tmp_path)[0] is False, "pandera must say that it is no number"
    assert planned(files[1], files[1].parent)[0] is False, "without the folders it is another table"
