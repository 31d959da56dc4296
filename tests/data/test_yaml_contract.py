"""Contracts in YAML: what pandera writes is read, and what it would pass over is refused at its line."""

from __future__ import annotations

from pathlib import Path

import pandera.pandas as pa
import pandera.polars as pap
import pytest
from pandera.io import pandas_io, polars_io

from mlgate.data.messages import Refusal, Refused, RefusedError
from mlgate.data.yaml_contract import read_schema

RICH = pa.DataFrameSchema(
    {
        "price": pa.Column(float, [pa.Check.in_range(0, 100), pa.Check.ne(50)], nullable=True),
        "color": pa.Column(str, pa.Check.isin(["red", "green"]), required=False),
        "at": pa.Column("datetime64[ns]", pa.Check.gt("2020-01-01")),
        "^f_": pa.Column(float, regex=True),
    },
    index=pa.Index(int, name="id"),
    strict=True,
    unique=["price", "color"],
)


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "contract.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(tmp_path: Path, text: str | bytes) -> Refused:
    with pytest.raises(RefusedError) as caught:
        read_schema(write(tmp_path, text))
    return caught.value.event


@pytest.mark.parametrize("minimal", [pytest.param(True, id="short"), pytest.param(False, id="with every default")])
def test_read_schema__as_pandera_writes_it(tmp_path: Path, minimal: bool) -> None:
    schema, lines = read_schema(write(tmp_path, pandas_io.to_yaml(RICH, minimal=minimal)))
    assert pandas_io.to_yaml(schema) == pandas_io.to_yaml(RICH)
    assert list(lines) == ["price", "color", "at", "^f_"]


def test_read_schema__polars(tmp_path: Path) -> None:
    held = pap.DataFrameSchema({"price": pap.Column(float, pap.Check.ge(0))})
    schema, _ = read_schema(write(tmp_path, polars_io.to_yaml(held)))
    assert (schema.columns["price"].dtype, type(schema)) == (held.columns["price"].dtype, type(held))


@pytest.mark.parametrize(
    "column",
    [
        pytest.param("{dtype: int64, ge: 0, lt: 5}", id="short names"),
        pytest.param("{dtype: int64, in_range: {min_value: 0, max_value: 5}}", id="beside"),
        pytest.param("{dtype: int64, checks: {in_range: {min_value: 0, max_value: 5}}}", id="by name"),
        pytest.param("{checks: [{value: 5, options: {check_name: less_than}}]}", id="as a list"),
        pytest.param("{}", id="presence alone"),
        pytest.param("{dtype: float64, greater_than: 1e-3}", id="number of YAML 1.2"),
    ],
)
def test_read_schema__forms_of_a_column(tmp_path: Path, column: str) -> None:
    schema, lines = read_schema(write(tmp_path, f"columns:\n  a: {column}\n"))
    assert lines == {"a": 2}
    assert not any(
        isinstance(value, str) for check in schema.columns["a"].checks for value in check.statistics.values()
    )


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        pytest.param("", Refusal.CHECKS_NOTHING, None, id="empty"),
        pytest.param("# nothing\n", Refusal.CHECKS_NOTHING, None, id="only a comment"),
        pytest.param("schema_type: dataframe\ncolumns:\n", Refusal.CHECKS_NOTHING, 2, id="no columns"),
        pytest.param("columns: {}\nstrict: true\n", Refusal.CHECKS_NOTHING, 1, id="only strict"),
        pytest.param("- a\n", Refusal.SHAPE, 1, id="a list"),
        pytest.param("columns: 5\n", Refusal.SHAPE, 1, id="columns a number"),
        pytest.param("columns:\n  a:\n", Refusal.SHAPE, 2, id="column of nothing"),
        pytest.param("columns:\n\ta: 1\n", Refusal.NOT_YAML, 2, id="tab"),
        pytest.param("columns:\n  a: {}\n  a: {}\n", Refusal.NOT_YAML, 3, id="column twice"),
        pytest.param(b"# \xe9\ncolumns: {}\n", Refusal.NOT_YAML, 1, id="Latin-1"),
        pytest.param("a: !!python/object:os.system {}\n", Refusal.NOT_YAML, 1, id="Python tag"),
        pytest.param("colums:\n  a: {}\n", Refusal.UNKNOWN_KEY, 1, id="unknown key"),
        pytest.param("columns:\n  a:\n    dtype: int64\n    nulable: true\n", Refusal.UNKNOWN_KEY, 4, id="column key"),
        pytest.param("columns:\n  a:\n    in_rnge: {}\n", Refusal.UNKNOWN_KEY, 3, id="unknown check beside"),
        pytest.param("columns:\n  a:\n    checks:\n      in_rnge: {}\n", Refusal.UNKNOWN_CHECK, 4, id="unknown check"),
        pytest.param(
            "columns: {a: {}}\nchecks:\n  no_such: {}\n", Refusal.UNKNOWN_CHECK, 3, id="unknown check of rows"
        ),
        pytest.param("columns:\n  a:\n    dtype: flaot64\n", Refusal.UNKNOWN_DTYPE, 3, id="unknown dtype"),
        pytest.param("columns:\n  a: {in_range: {min_value: 0}}\n", Refusal.BAD_CHECK, 2, id="half a check"),
        pytest.param("columns:\n  a: {nullable: no}\n", Refusal.SHAPE, 2, id="no of YAML 1.1"),
        pytest.param("columns:\n  a: {ge: 0, checks: {le: 5}}\n", Refusal.SHAPE, 2, id="checks in two forms"),
        pytest.param("schema_type: spark\ncolumns: {a: {}}\n", Refusal.ENGINE, 1, id="another engine"),
        pytest.param("strict: maybe\ncolumns: {a: {}}\n", Refusal.BAD_SCHEMA, 1, id="refused by pandera"),
    ],
)
def test_read_schema__refuses(tmp_path: Path, text: str | bytes, reason: Refusal, line: int | None) -> None:
    found = refused(tmp_path, text)
    assert (found.reason, found.line) == (reason, line)


def test_read_schema__lists_the_known_checks(tmp_path: Path) -> None:
    known = refused(tmp_path, "columns:\n  a:\n    checks: {in_rnge: 5}\n").known
    assert {"in_range", "isin", "str_matches", "ge"} <= set(known)
    assert not {"has_dims", "cf_units"} & set(known)


def test_read_schema__lists_the_known_dtypes(tmp_path: Path) -> None:
    assert "float64" in refused(tmp_path, "columns:\n  a: {dtype: flaot64}\n").known
