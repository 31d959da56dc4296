"""Text files take the types of their contract, where that loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mlgate.data.messages import Breach, Broken

BrokenOf = Callable[..., list[Broken]]

PANDAS = "import pandera.pandas as pa\nS = pa.DataFrameSchema({{'a': pa.Column({dtype}, nullable=True)}})\n"
POLARS = "import polars as pl\n" + PANDAS.replace("pandera.pandas", "pandera.polars")

pytestmark = pytest.mark.usefixtures("forget_modules")


def csv(*values: str) -> str:
    return "a,b\n" + "".join(f"{value},1\n" for value in values)


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        pytest.param("str", ["01", "2"], id="digits as text"),
        pytest.param("str", ["x", ""], id="text and nulls"),
        pytest.param("float", ["1", "2"], id="whole numbers as floats"),
        pytest.param("'float32'", ["0.1", "2.5"], id="small floats"),
        pytest.param("'int8'", ["1", "-3"], id="small integers"),
        pytest.param("'Int64'", ["1", "", "3"], id="integers and nulls"),
        pytest.param("pa.DateTime", ["2024-01-31", "2024-02-01 10:00"], id="dates and times"),
        pytest.param("'datetime64[ns]'", ["2024-01-31", ""], id="dates and nulls"),
        pytest.param("pa.DateTime", ["31.01.2024 10:00", "01.02.2024 11:30"], id="dates of one other format"),
        pytest.param("'date'", ["2024-01-31", ""], id="days"),
        pytest.param("'category'", ["x", "y"], id="categories"),
        pytest.param("bool", ["True", "False"], id="truth"),
        pytest.param("'boolean'", ["True", "", "False"], id="truth and nulls"),
    ],
)
def test_pandas__fits(tmp_path: Path, broken: BrokenOf, dtype: str, values: list[str]) -> None:
    (tmp_path / "d.csv").write_text(csv(*values))
    assert broken(PANDAS.format(dtype=dtype), "d.csv") == []


@pytest.mark.parametrize(
    ("dtype", "values", "got", "unfit"),
    [
        pytest.param("int", ["1", "2.5", "x"], "str", ["2.5", "x"], id="text among integers"),
        pytest.param("int", ["1", "2.5"], "float64", ["2.5"], id="float among integers"),
        pytest.param("int", ["1.0", "2.0"], "float64", [], id="integers written as floats"),
        pytest.param("'int8'", ["1", "300"], "int64", ["300"], id="too large"),
        pytest.param("float", ["1", "n.a."], "str", ["n.a."], id="mark for missing"),
        pytest.param("pa.DateTime", ["2024-01-31", "31st"], "str", ["31st"], id="no date"),
        pytest.param("bool", ["0", "1"], "int64", [], id="numbers for truth"),
    ],
)
def test_pandas__does_not_fit(
    tmp_path: Path, broken: BrokenOf, dtype: str, values: list[str], got: str, unfit: list[str]
) -> None:
    (tmp_path / "d.csv").write_text(csv(*values))
    (found,) = broken(PANDAS.format(dtype=dtype), "d.csv")
    assert (found.breach, found.got) == (Breach.DTYPE, got)
    assert [example.value for example in found.examples] == [str(float(v)) if got == "float64" else v for v in unfit]


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        pytest.param("str", ["01", "2"], id="digits as text"),
        pytest.param("float", ["1", "2"], id="whole numbers as floats"),
        pytest.param("pl.Int8", ["1", "-3"], id="small integers"),
        pytest.param("pl.Date", ["2024-01-31", ""], id="dates and nulls"),
        pytest.param("pl.Datetime('us')", ["2024-01-31 10:00:00"], id="dates and times"),
        pytest.param("pl.Categorical", ["x", "y"], id="categories"),
        pytest.param("bool", ["true", "false"], id="truth"),
    ],
)
def test_polars__fits(tmp_path: Path, broken: BrokenOf, dtype: str, values: list[str]) -> None:
    (tmp_path / "d.csv").write_text(csv(*values))
    assert broken(POLARS.format(dtype=dtype), "d.csv") == []


def test_polars__does_not_fit(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text(csv("1", "x"))
    (found,) = broken(POLARS.format(dtype="int"), "d.csv")
    assert (found.breach, found.got, found.examples[0].value) == (Breach.DTYPE, "String", "x")


def test_json_lines__dates_and_whole_numbers(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.jsonl").write_text('{"a": "2024-01-31", "b": 1}\n{"a": null, "b": 2}\n')
    columns = "{'a': pa.Column(pa.DateTime, nullable=True), 'b': pa.Column(float)}"
    contract = f"import pandera.pandas as pa\nS = pa.DataFrameSchema({columns})\n"
    assert broken(contract, "d.jsonl") == []


def test_json_lines__text_of_digits_stays_text(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.jsonl").write_text('{"a": "01"}\n')
    assert [found.got for found in broken(PANDAS.format(dtype="int"), "d.jsonl")] == ["str"]


def test_parquet__has_types_of_its_own(tmp_path: Path, broken: BrokenOf) -> None:
    import pandas as pd

    pd.DataFrame({"a": [1, 2]}).to_parquet(tmp_path / "d.parquet")
    assert [found.got for found in broken(PANDAS.format(dtype="float"), "d.parquet")] == ["int64"]
