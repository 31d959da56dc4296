"""Where pandera's own backends differ, each contract is held to its own one, on each engine; the docs list the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pandera.polars as pap
import polars as pl
import pyarrow
import pyarrow.parquet
import pytest

from agreement import assert_agree, ours, theirs
from mlgate.data.messages import EngineName

NAN = float("nan")
PANDERA: dict[str, Any] = {"pandas": pa, "polars": pap}


def column(kind: Any, *checks: tuple[str, Any], **options: Any) -> tuple[Any, tuple[tuple[str, Any], ...], Any]:
    return kind, checks, {"nullable": True, **options}


def _all(argument: Any) -> tuple[Any, ...]:
    return argument if isinstance(argument, tuple) else (argument,)


@pytest.mark.parametrize(
    ("stated", "values", "pandas", "polars"),
    [
        pytest.param(column(float, ("le", 9.0)), [1.0, NAN], [], [("check", 1)], id="NaN beside le"),
        pytest.param(column(float, ("lt", 9.0)), [1.0, NAN], [], [("check", 1)], id="NaN beside lt"),
        pytest.param(column(float, ("in_range", (0.0, 9.0))), [1.0, NAN], [], [("check", 1)], id="NaN beside in_range"),
        pytest.param(column(float, ("eq", 1.0)), [1.0, NAN], [], [("check", 1)], id="NaN beside eq"),
        pytest.param(column(float, ("isin", [1.0])), [1.0, NAN], [], [("check", 1)], id="NaN beside isin"),
        pytest.param(column(float, nullable=False), [1.0, NAN], [("nulls", 1)], [("nulls", 1)], id="NaN and nullable"),
        pytest.param(column(float, unique=True), [1.0, NAN, None], [("duplicates", 2)], [], id="NaN and null, unique"),
        pytest.param(column(int), [1, None], [("dtype", None)], [], id="whole numbers beside nulls"),
        pytest.param(column(int, ("isin", [1.0])), [1, 3], [("check", 1)], [("raised", None)], id="isin of floats"),
        pytest.param(column(float, ("isin", [1])), [1.0, 3.0], [("check", 1)], [("raised", None)], id="isin of ints"),
        pytest.param(column(str, ("str_matches", "^a|b")), ["ax", "xb"], [("check", 1)], [], id="alternatives"),
        pytest.param(column(str, ("str_matches", "^a$")), ["a", "a\n"], [], [("check", 1)], id="line break at the end"),
        pytest.param(column(str, ("str_contains", r"\w")), ["²", "a"], [], [("check", 1)], id="letters in classes"),
        pytest.param(
            column(str, ("str_contains", r"^\d+$")), ["1", "１٢", "x"], [("check", 1)], [("check", 1)],
            id="digits of other scripts are digits to both",
        ),
        *(
            pytest.param(
                column(str, (check, pattern)), values, [("check", 1)], [("raised", None)], id=f"{spoken}, {check}"
            )
            for check in ("str_contains", "str_matches")
            for spoken, pattern, values in (
                ("look ahead", "(?=a)", ["a", "b"]),
                ("look behind", "(?<!a)b", ["b", "a"]),
                ("back reference", r"(.)\1", ["aa", "ab"]),
            )
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine", [EngineName.POLARS, EngineName.DUCKDB])
def test_backends_differ__and_each_contract_is_held_to_its_own(
    tmp_path: Path, engine: EngineName, stated: Any, values: list[Any], pandas: list[Any], polars: list[Any]
) -> None:
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": pyarrow.array(values, from_pandas=False)}), path)
    kind, checks, options = stated
    for name, expected in (("pandas", pandas), ("polars", polars)):
        module = PANDERA[name]
        asked = [getattr(module.Check, check)(*_all(argument)) for check, argument in checks]
        schema = module.DataFrameSchema({"a": module.Column(kind, asked, **options)})
        frame = pd.read_parquet(path) if name == "pandas" else pl.read_parquet(path)
        said = theirs(schema, frame)
        assert [(what, count) for what, _, _, count in said] == expected, name
        assert_agree(ours(schema, name, path, engine)[1], said)


@pytest.mark.parametrize("written_for", ["pandas", "polars"])
def test_column_to_coerce_is_missing__is_named_by_both(tmp_path: Path, written_for: str) -> None:
    """Pandera's polars backend raises an error of polars, which says nothing of the contract."""
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    module = PANDERA[written_for]
    schema = module.DataFrameSchema({"z": module.Column(int, coerce=True)})
    assert ours(schema, written_for, path)[1] == {("missing", "z", "", None)}
    if written_for == "polars":
        with pytest.raises(pl.exceptions.ColumnNotFoundError):
            schema.validate(pl.read_parquet(path), lazy=True)


def test_lazy_frames__are_asked_for_values_too(tmp_path: Path) -> None:
    """Pandera itself looks at the types of a lazy frame only, so that bad values pass."""
    path = tmp_path / "d.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), path)
    schema = pap.DataFrameSchema({"a": pap.Column(int, pap.Check.ge(5))})
    assert schema.validate(pl.scan_parquet(path)).collect().rows() == [(1,)]
    assert [(what, count) for what, _, _, count in ours(schema, "polars", path)[1]] == [("check", 1)]
