"""Files and contracts on which all engines must say the same, to the last row number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandera.pandas as pa
import pyarrow
import pyarrow.parquet

BEGIN = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - as the columns, without a zone
ODD_NAME = "part [1] 50%+é 'q' {a,b}.parquet"
"""A name with all that engines might read otherwise."""


def odd_files(folder: Path) -> list[Path]:
    """Return two files of all types, with bad values of all kinds, under names that need care."""
    return [_written(folder / ODD_NAME, 0), _written(folder / "part-2.parquet", 100)]


def _written(path: Path, begin: int) -> Path:
    hours = [BEGIN + dt.timedelta(hours=n) for n in range(6)]
    columns = {
        "id": pyarrow.array([1, 2, 3, 3, begin + 5, begin + 6], pyarrow.int64()),
        "ID": pyarrow.array([0.5, float("nan"), None, 7.0, -0.0, float("inf")], pyarrow.float64(), from_pandas=False),
        "small": pyarrow.array([0.1, 0.2, 0.3, 9.5, 0.1, 0.2], pyarrow.float32()),
        "tiny": pyarrow.array([1, 2, 3, 250, 5, 6], pyarrow.uint8()),
        "quoted `\"' name": pyarrow.array(["a", "b'", "$x", "${x}", "\\", "é\U0001f600"]),
        "ms": pyarrow.array(hours, pyarrow.timestamp("ms")),
        "us": pyarrow.array(hours, pyarrow.timestamp("us")),
        "ns": pyarrow.array(hours, pyarrow.timestamp("ns")),
        "truth": pyarrow.array([True, False] * 3),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def odd_contract(pandera: Any = pa) -> Any:
    """Return a contract that the files break in each column."""
    check, column = pandera.Check, pandera.Column
    times = [check.lt(BEGIN + dt.timedelta(hours=4)), check.ge(BEGIN + dt.timedelta(hours=1))]
    return pandera.DataFrameSchema(
        {
            "id": column(int, [check.in_range(0, 50), check.isin([1, 2, 3, 5, 6])], unique=True),
            "ID": column(float, [check.le(5), check.ne(0.5)], unique=True),
            "small": column(checks=[check.lt(0.3), check.ne(0.5)]),
            "tiny": column(checks=check.le(200)),
            "quoted `\"' name": column(
                str, [check.isin(["a", "${x}", "\\"]), check.str_startswith("$"), check.str_endswith("'"),
                      check.str_length(1, 2), check.str_matches(r"^[a-z\\$é]"), check.ge("b")]
            ),
            "ms": column(checks=times),
            "us": column(checks=times),
            "ns": column(checks=times if pandera is pa else []),
            "truth": column(bool, unique=True, report_duplicates="exclude_first"),
            "absent": column(int),
        },
        unique=["id", "small"],
        report_duplicates="exclude_last",
    )  # fmt: skip
