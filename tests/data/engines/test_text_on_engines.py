"""DuckDB and Spark asked about text: the same broken rules, counts, values and lines as by polars, however written."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandera.pandas as pa
import pandera.polars as pap
import polars as pl
import pyarrow
import pytest

from mlgate.data.messages import Apart, Broken, Defect, EngineName, Engines, Place, Read, Scope, UnreadableError

Engine = tuple[EngineName, Engines]
Asked = Callable[..., tuple[Read | None, list[Broken]]]

NOON = dt.datetime(2024, 2, 1, 12)  # noqa: DTZ001 - as the columns, without a zone
ROWS = [
    {"id": 7, "f": 0.5, "s": "red", "b": True, "t": "2024-01-31 10:00:00"},
    {"id": -1, "f": 1.5, "s": 'say "no", twice', "b": False, "t": "2024-02-01 11:30:00"},
    {"id": 7, "f": None, "s": "grün", "b": False, "t": "2024-02-01 12:30:00"},
    {"id": 9, "f": -0.0, "s": "a", "b": True, "t": "2024-02-02 00:00:00"},
]


def contract(module: Any = pa, moment: Any = "datetime64[us]") -> Any:
    check, column = module.Check, module.Column
    return module.DataFrameSchema(
        {
            "id": column(int, [check.ge(0), check.isin([7, 9])], unique=True),
            "f": column(float, [check.in_range(0, 1), check.ne(0.5)]),
            "s": column(str, [check.str_length(2, 9), check.str_contains("[e-n]"), check.ne("a")]),
            "b": column(bool),
            "t": column(moment, check.lt(NOON)),
        },
        unique=["s", "b"],
    )


def delimited(sign: str, quote: str = '"') -> str:
    def field(value: Any) -> str:
        text = "" if value is None else str(value)
        return quote + text.replace('"', '""') + quote if sign in text or '"' in text else text

    return "".join(sign.join(map(field, row)) + "\n" for row in [[*ROWS[0]], *[[*row.values()] for row in ROWS]])


def zstd(content: bytes) -> bytes:
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


CSV = delimited(",").encode()
LINES = "".join(f"{json.dumps(row)}\n" for row in ROWS).encode()
FILES = {
    "CSV": ("d.csv", CSV),
    "TSV": ("d.tsv", delimited("\t").encode()),
    "byte order mark and CRLF": ("d.csv", b"\xef\xbb\xbf" + CSV.replace(b"\n", b"\r\n")),
    "blank lines": ("d.csv", b"\n" + CSV.replace(b"\n", b"\n\n")),
    "fields of several lines": ("d.csv", CSV.replace(b"no", b"n\no")),
    "gzip": ("d.csv.gz", gzip.compress(CSV)),
    "zstd": ("d.csv.zst", zstd(CSV)),
    "JSON Lines": ("d.jsonl", LINES),
    "JSON Lines in zstd": ("d.jsonl.zst", zstd(LINES)),
}
ON_SPARK = ("CSV", "byte order mark and CRLF", "blank lines", "gzip", "JSON Lines in zstd")
"""The others are read as for DuckDB, and Spark takes a second for each."""
ASKED = [(EngineName.DUCKDB, spoken) for spoken in FILES] + [(EngineName.SPARK, spoken) for spoken in ON_SPARK]


def by_rule(found: list[Broken]) -> dict[Any, Broken]:
    return {(one.breach, one.rule, one.column): one for one in found}


@pytest.mark.parametrize(("engine", "spoken"), ASKED, indirect=["engine"])
def test_text__as_polars_says(tmp_path: Path, on: Asked, engine: Engine, spoken: str) -> None:
    name, content = FILES[spoken]
    path = tmp_path / name
    path.write_bytes(content)
    _, expected = on(EngineName.POLARS, contract(), "pandas", [path])
    read, found = on(engine[0], contract(), "pandas", [path], engines=engine[1])
    assert read is not None
    assert (read.engine, read.rows, read.fused, read.apart) == (engine[0], 4, read.rules, ())
    assert len(found) == 10
    assert by_rule(found) == by_rule(expected)


def test_contract_for_polars__as_polars_says(tmp_path: Path, on: Asked, engine: Engine) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(LINES)
    schema = contract(pap, pl.Datetime("us"))
    _, expected = on(EngineName.POLARS, schema, "polars", [path])
    read, found = on(engine[0], schema, "polars", [path], engines=engine[1])
    assert read is not None
    assert (read.engine, by_rule(found)) == (engine[0], by_rule(expected))


def test_what_is_unique_over_files__by_file_and_line(tmp_path: Path, on: Asked, engine: Engine) -> None:
    for name, rows in (("a", "1\n2\n"), ("b", "\n3\n1\n"), ("c", "2\n2\n")):
        (tmp_path / f"{name}.csv").write_text(f"id\n{rows}")
    files = [tmp_path / f"{name}.csv" for name in "abc"]
    schema = pa.DataFrameSchema({"id": pa.Column(int, unique=True)})
    _, (found,) = on(engine[0], schema, "pandas", files, Scope.TOGETHER, engines=engine[1])
    assert (found.count, [one.places for one in found.examples]) == (
        5,
        [(Place(2, 0), Place(4, 1)), (Place(3, 0), Place(2, 2), Place(3, 2))],
    )


def test_rows_far_behind_the_beginning__are_found(tmp_path: Path, on: Asked, engine: Engine) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,b\n" + "1,x\n" * 1_100_000 + "-1,x\n2,\n-1,x\n")
    schema = pa.DataFrameSchema({"a": pa.Column(int, pa.Check.ge(0)), "b": pa.Column(str)})
    read, found = on(engine[0], schema, "pandas", [path], engines=engine[1])
    assert read is not None and read.rows == 1_100_003
    assert [(one.column, one.count, one.places or one.examples[0].places) for one in found] == [
        ("b", 1, (Place(1_100_003),)),
        ("a", 2, (Place(1_100_002), Place(1_100_004))),
    ]


def test_column_that_only_pandera_can_read__by_pandera_alone(tmp_path: Path, on: Asked, engine: Engine) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,b,c\n1, 2,x\n-1,3,y\n")
    schema = pa.DataFrameSchema(
        {"a": pa.Column(int, pa.Check.ge(0)), "b": pa.Column(int, pa.Check.ge(3)), "c": pa.Column()}
    )
    read, found = on(engine[0], schema, "pandas", [path], engines=engine[1])
    assert read is not None
    assert (read.engine, dict(read.apart)) == (engine[0], {"b": Apart.TEXT, "c": Apart.TEXT})
    assert [(one.column, one.count) for one in found] == [("a", 1), ("b", 1)]


def test_header_alone__has_no_rows(tmp_path: Path, on: Asked, engine: Engine) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,b\n")
    schema = pa.DataFrameSchema({"a": pa.Column(int, unique=True), "b": pa.Column(str, pa.Check.ne("x"))})
    read, found = on(engine[0], schema, "pandas", [path], engines=engine[1])
    assert read is not None
    assert (read.engine, read.rows, found) == (engine[0], 0, [])


REFUSED = {
    "ragged": (b"a,b\n1,2\n3\n", Defect.RAGGED, 3),
    "open quote": (b'a,b\n1,"x\n2,3\n', Defect.OPEN_QUOTE, 2),
    "not UTF-8": (b"a,b\n1,\xe9\n", Defect.NOT_UTF8, 2),
}


@pytest.mark.parametrize(
    ("content", "defect", "line"), [pytest.param(*held, id=spoken) for spoken, held in REFUSED.items()]
)
def test_no_table__is_told_by_line(
    tmp_path: Path, on: Asked, engine: Engine, content: bytes, defect: Defect, line: int
) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        on(engine[0], pa.DataFrameSchema({"a": pa.Column(int)}), "pandas", [path], engines=engine[1])
    assert (caught.value.event.defect, caught.value.event.line) == (defect, line)
