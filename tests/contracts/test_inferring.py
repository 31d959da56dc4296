"""A drafted contract lets its own data pass, whatever that is, and says what a person would have written."""

from __future__ import annotations

import subprocess  # noqa: TID251 - ruff is asked as a user would ask it
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import sales
from mlgate.contracts.inferring import Draft, infer
from mlgate.contracts.writing import python_contract, schema_name, yaml_contract
from mlgate.data.loading import load_contract
from mlgate.data.messages import Broken, ContractJob, Event, Job, Task
from mlgate.data.task import run_task
from mlgate.drift.sides import Piece, Side

_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0", exclude_categories=("Cs", "Cc")), max_size=8)
_COLUMNS = {
    "whole": st.integers(-(2**63), 2**63 - 1),
    "small": st.integers(0, 3),
    "float": st.floats(allow_nan=True, allow_infinity=True),
    "share": st.floats(0, 1),
    "flag": st.booleans(),
    "text": _WORDS,
    "kind": st.sampled_from(["red", "green", "dark blue", "no", "1.5", "a'b", 'c"d', "\\d"]),
    "date": st.dates().map(str),
    "zip": st.from_regex(r"\A0?[0-9]{3,5}\Z").filter(str.isascii),
    "time": st.datetimes(),
}


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(st.sampled_from([1, 3, 40]))
    columns = {}
    for name in draw(st.lists(st.sampled_from(sorted(_COLUMNS)), min_size=1, max_size=4, unique=True)):
        values = _COLUMNS[name] if draw(st.booleans()) else st.one_of(st.none(), _COLUMNS[name])
        columns[name] = pl.Series(draw(st.lists(values, min_size=rows, max_size=rows)), strict=False)
    return pl.DataFrame(columns)


def draft(path: Path, engine: str = "pandas") -> Draft:
    return infer(Side(names=(path.name,), pieces=(Piece(path.name, path),)), path.name, engine)


def broken(contract: Path, data: Path) -> list[Broken]:
    """Return what a contract says against data, as the gate's worker does."""
    task = Task(contract=0, files=(str(data),))
    job = Job(project=str(data.parent), contracts=(ContractJob(path=str(contract)),), tasks=(task,))
    said: list[Event] = []
    run_task(job, 0, load_contract(contract, None, data.parent), said.append)
    return [event for event in said if isinstance(event, Broken)]


@pytest.mark.parametrize("engine", ["pandas", "polars"])
@pytest.mark.parametrize("ending", ["parquet", "csv"])
@given(frame=frames())
@settings(max_examples=25)
def test_infer__own_data_passes(
    tmp_path_factory: pytest.TempPathFactory, ending: str, engine: str, frame: pl.DataFrame
) -> None:
    folder = tmp_path_factory.mktemp("infer")
    path = folder / f"data.{ending}"
    frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
    found = draft(path, engine)
    if not found.rows:
        return
    for name, text in (("c.py", python_contract(found, "data")), ("c.yaml", yaml_contract(found, "data"))):
        (folder / name).write_text(text, encoding="utf-8")
        assert broken(folder / name, path) == [], text


def test_infer__reads_as_a_person_would_write_it(tmp_path: Path) -> None:
    frame = sales(400)
    frame["share"] = np.linspace(0.01, 0.97, 400)
    frame["note"] = [None, *[f"note {n % 200} of many words" for n in range(399)]]
    frame.to_csv(tmp_path / "sales.csv", index=False)
    text = python_contract(draft(tmp_path / "sales.csv"), "sales")
    lines = [line.strip() for line in text.splitlines()]
    assert '"id": pa.Column(int, pa.Check.in_range(0, 440), unique=True),' in lines
    assert '"color": pa.Column(str, pa.Check.isin(["dark blue", "green", "red"])),' in lines
    assert '"bought": pa.Column(int, pa.Check.isin([0, 1])),' in lines
    assert '"share": pa.Column(float, pa.Check.in_range(0, 1)),' in lines
    assert '"note": pa.Column(str, nullable=True),' in lines
    assert any(line.startswith('"at": pa.Column(str, pa.Check.str_matches(r"^\\d{4}-') for line in lines)


def test_infer__nulls_beside_whole_numbers_and_flags(tmp_path: Path) -> None:
    pl.DataFrame({"n": [1, None, 3], "f": [True, None, False]}).write_parquet(tmp_path / "d.parquet")
    text = python_contract(draft(tmp_path / "d.parquet"), "d")
    assert '"n": pa.Column("Int64", pa.Check.in_range(0, 4), nullable=True, coerce=True),' in text
    assert '"f": pa.Column("boolean", nullable=True, coerce=True),' in text


def test_infer__digits_that_are_no_numbers_stay_text(tmp_path: Path) -> None:
    rows = range(60)
    frame = pd.DataFrame(
        {
            "zip": [f"{row % 9:05}" for row in rows],
            "plz": [f"{10_000 + 7 * row}" for row in rows],
            "id": [str(row * 37) if row % 2 else f"0{row}" for row in rows],
            "contact_phone": [f"2125550{row:03}" for row in rows],
            "mobile": [f"+4930{row:06}" if row % 3 else "" for row in rows],
            "card": [f"{4_000_000_000_000_000_000 + row}" for row in rows],
            "long": [f"{10**24 + row}" for row in rows],
            "code": [f"0{row % 2}" for row in rows],
            "count": [str(row % 50) for row in rows],
            "mobile_visits": [str(1_000 + row) for row in rows],
            "share": [f"0.{row}5" for row in rows],
        }
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    for engine in ("pandas", "polars"):
        found = {clause.name: clause for clause in draft(tmp_path / "a.csv", engine).columns}
        texts = {name for name, clause in found.items() if clause.dtype in ("str", "String")}
        assert texts == set(frame.columns) - {"count", "mobile_visits", "share"}
        assert {name: found[name].pattern for name in ("plz", "contact_phone", "id", "mobile")} == {
            "plz": "^[0-9]{5}$",
            "contact_phone": "^[0-9]{10}$",
            "id": "^[0-9]+$",
            "mobile": None,
        }
        assert (found["code"].allowed, found["zip"].allowed) == (("00", "01"), ())
        assert [name for name, clause in found.items() if clause.unique] == [
            "plz",
            "id",
            "contact_phone",
            "card",
            "long",
            "mobile_visits",
        ]
        (tmp_path / "c.py").write_text(python_contract(draft(tmp_path / "a.csv", engine), "data"), encoding="utf-8")
        assert broken(tmp_path / "c.py", tmp_path / "a.csv") == []


def test_infer__refuses_other_data(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    sales(400).to_csv(path, index=False)
    contract = tmp_path / "c.py"
    contract.write_text(python_contract(draft(path), "sales"), encoding="utf-8")
    pd.concat([sales(400).assign(color="purple", price=-900.0), sales(2)]).to_csv(path, index=False)
    assert {one.column for one in broken(contract, path)} == {"color", "price", "id"}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param("data/flights.parquet", "flights", id="file"),
        pytest.param("data/events/*.csv.gz", "events", id="glob"),
        pytest.param("data/2024 sales.csv", "data_2024_sales", id="begins with a digit"),
        pytest.param("class.csv", "class_", id="a word of Python"),
    ],
)
def test_schema_name(source: str, name: str) -> None:
    assert schema_name(source) == name


def test_command__writes_what_ruff_would(tmp_path: Path, mlgate) -> None:
    sales(400).to_csv(tmp_path / "sales.csv", index=False)
    ran = mlgate("contract", "infer", "sales.csv", "--output", "contracts/sales.py", cwd=tmp_path)
    assert (ran.code, ran.out.splitlines()[-1]) == (
        0,
        "  datasets: {sales: {path: sales.csv}}",
    )
    ruff = [sys.executable, "-m", "ruff"]
    for check in (["format", "--check"], ["check", "--select", "E,F,I,W,D1"]):
        done = subprocess.run([*ruff, *check, "contracts/sales.py"], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout
    elsewhere = mlgate("contract", "infer", "sales.csv", "--output", "schemas/sales.py", cwd=tmp_path)
    assert elsewhere.out.splitlines()[-1] == "  datasets: {sales: {path: sales.csv, contract: schemas/sales.py}}"
    again = mlgate("contract", "infer", "sales.csv", "--output", "contracts/sales.py", cwd=tmp_path)
    assert (again.code, again.err) == (
        2,
        "mlgate: contracts/sales.py is there already\n  hint: name another file, or give --force\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["nothing.csv"], "nothing.csv is no data file", id="no file"),
        pytest.param(["bad.csv"], "bad.csv:2 has 1 field where the header has 2", id="ragged"),
        pytest.param(["empty.csv"], "empty.csv has no rows", id="no rows"),
        pytest.param(["good.csv", "--output", "c.json"], "c.json is neither Python nor YAML", id="other ending"),
    ],
)
def test_command__mistakes_in_a_line(tmp_path: Path, mlgate, words: list[str], said: str) -> None:
    for name, text in (("bad", "a,b\n1\n"), ("empty", "a,b\n"), ("good", "a\n1\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    ran = mlgate("contract", "infer", *words, cwd=tmp_path)
    assert ran.code in (1, 2)
    assert ran.err.startswith(f"mlgate: {said}")
