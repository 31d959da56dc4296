"""One query over typed files: what it answers, what it leaves to pandera, and the rows that it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest

from mlgate.data.messages import Apart, Breach, Broken, Event, Example, Place, Planned, Read, Scope

Asked = Callable[..., list[Event]]

HEAD = "import pandera.pandas as pa\n"

pytestmark = pytest.mark.usefixtures("forget_modules")


def schema(columns: str, options: str = "", head: str = HEAD) -> str:
    return f"{head}S = pa.DataFrameSchema({{{columns}}}, {options})\n"


def told(events: list[Event]) -> tuple[Read, list[Broken]]:
    (read,) = [event for event in events if isinstance(event, Read)]
    return read, [event for event in events if isinstance(event, Broken)]


@pytest.fixture
def parquet(tmp_path: Path, ask: Asked) -> Callable[..., tuple[Read, list[Broken]]]:
    """Asks a contract of a Parquet file with these columns."""

    def run(contract: str, columns: dict[str, Any], **more: Any) -> tuple[Read, list[Broken]]:
        pd.DataFrame(columns).to_parquet(tmp_path / "d.parquet")
        return told(ask(contract, "d.parquet", **more))

    return run


Parquet = Callable[..., tuple[Read, list[Broken]]]

EVERY_CHECK = """
'i': pa.Column(int, [pa.Check.ge(0), pa.Check.lt(9), pa.Check.isin([1, 2]), pa.Check.ne(5)], unique=True),
'f': pa.Column(float, [pa.Check.in_range(0, 1), pa.Check.gt(-0.5), pa.Check.le(2)], nullable=True),
's': pa.Column(str, [pa.Check.str_matches('^[a-z]+$'), pa.Check.str_length(1, 3), pa.Check.notin(['x']),
    pa.Check.str_contains('a'), pa.Check.str_startswith('a'), pa.Check.str_endswith('b'), pa.Check.eq('ab')]),
't': pa.Column(checks=pa.Check.ge(dt.datetime(2024, 1, 1))),
"""
ROWS = {"i": [1, 2], "f": [0.5, None], "s": ["ab", "ab"], "t": [dt.datetime(2024, 1, 2), dt.datetime(2024, 1, 1)]}  # noqa: DTZ001


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_every_check__in_one_query(parquet: Parquet, backend: str) -> None:
    head = f"import datetime as dt\nimport pandera.{backend} as pa\n"
    read, broken = parquet(schema(EVERY_CHECK, "strict=True, ordered=True, unique=['i', 's']", head), ROWS)
    assert (read.fused, read.apart, broken) == (read.rules, (), [])


def test_broken_checks__name_rows_and_values(parquet: Parquet) -> None:
    contract = schema("'a': pa.Column(int, pa.Check.ge(0)), 'b': pa.Column(str, pa.Check.isin(['red']))")
    read, broken = parquet(contract, {"a": [1, -1, 2, -1], "b": ["red", "Red", "red", "red"]})
    assert read.fused == read.rules
    assert [(one.column, one.count, one.total, one.examples) for one in broken] == [
        ("a", 2, 4, (Example("-1", (Place(1), Place(3))),)),
        ("b", 1, 4, (Example("Red", (Place(1),)),)),
    ]
    assert broken[1].similar == (("Red", "red"),)


def test_nulls(parquet: Parquet) -> None:
    _, (found,) = parquet(schema("'a': pa.Column(float, pa.Check.ge(0))"), {"a": [1.0, None, float("nan"), 2.0]})
    assert (found.breach, found.count, found.places) == (Breach.NULLS, 2, (Place(1), Place(2)))


@pytest.mark.parametrize(
    ("keep", "values", "count", "rows"),
    [
        pytest.param("all", [5, 7, 5, 5], 3, [0, 2, 3], id="all"),
        pytest.param("exclude_first", [5, 7, 5, 5], 2, [2, 3], id="all but the first"),
        pytest.param("exclude_last", [5, 7, 5, 5], 2, [0, 2], id="all but the last"),
        pytest.param("all", ["x", "y", "x", "z"], 2, [0, 2], id="text"),
        pytest.param("all", [0, 10**15, 0, 1], 2, [0, 2], id="numbers far apart"),
        pytest.param("all", [0.0, 1.0, -0.0, 2.0], 2, [0, 2], id="both zeros"),
        pytest.param("all", [None, 1.5, None, 2.0], 2, [0, 2], id="nulls"),
    ],
)
def test_repeats(parquet: Parquet, keep: str, values: list[Any], count: int, rows: list[int]) -> None:
    contract = schema(f"'a': pa.Column(unique=True, nullable=True, report_duplicates='{keep}')")
    read, (found,) = parquet(contract, {"a": values})
    assert (read.fused, found.breach, found.count) == (read.rules, Breach.DUPLICATES, count)
    assert sorted(place.number for example in found.examples for place in example.places) == rows


def test_repeats__one_value_everywhere_names_few_rows(parquet: Parquet) -> None:
    _, (found,) = parquet(schema("'a': pa.Column(int, unique=True)"), {"a": [1] * 5_000})
    assert (found.count, found.examples) == (5_000, (Example("1", (Place(0), Place(1), Place(2))),))


def test_repeats__of_columns_together(parquet: Parquet) -> None:
    contract = schema("'a': pa.Column(int), 'b': pa.Column(str)", "unique=['a', 'b']")
    _, (found,) = parquet(contract, {"a": [1, 1, 1], "b": ["x", "y", "x"]})
    assert (found.check, found.count, found.examples) == (
        "a, b", 2, (Example("a=1, b=x", (Place(0), Place(2))),)
    )  # fmt: skip


def test_repeats__over_files(tmp_path: Path, ask: Asked) -> None:
    for name, values in (("a", [1, 2]), ("b", [3, 1])):
        pd.DataFrame({"id": values}).to_parquet(tmp_path / f"{name}.parquet")
    contract = schema("'id': pa.Column(int, unique=True)")
    (found,) = [e for e in ask(contract, "a.parquet", "b.parquet", scope=Scope.TOGETHER) if isinstance(e, Broken)]
    assert (found.count, found.examples) == (2, (Example("1", (Place(0, 0), Place(1, 1))),))


APART = {
    "own check": ("'a': pa.Column(int, pa.Check(lambda s: s > 1, name='c'))", Apart.OWN_CHECK),
    "own check by a known name": ("'a': pa.Column(int, pa.Check(lambda s: s > 1, name='isin'))", Apart.OWN_CHECK),
    "single values": ("'a': pa.Column(int, pa.Check(lambda v: v > 1, element_wise=True))", Apart.OWN_CHECK),
    "nulls are broken too": ("'a': pa.Column(int, pa.Check.gt(1, ignore_na=False))", Apart.CHECK),
    "text for a number": ("'a': pa.Column(int, pa.Check.notin(['x', 1]))", Apart.CHECK),
    "type": ("'a': pa.Column(str)", Apart.TYPES),
    "coerced": ("'a': pa.Column(str, pa.Check.ne('1'), coerce=True)", Apart.COERCE),
    "default": ("'a': pa.Column(int, pa.Check.gt(1), default=2)", Apart.PARSER),
}


@pytest.mark.parametrize(("column", "why"), [pytest.param(*held, id=name) for name, held in APART.items()])
def test_one_column_apart__the_others_in_one_query(parquet: Parquet, column: str, why: Apart) -> None:
    contract = schema(f"{column}, 'b': pa.Column(int, pa.Check.ge(0))")
    read, broken = parquet(contract, {"a": [1, 2], "b": [-1, 1]})
    assert (read.apart, 0 < read.fused < read.rules) == ((("a", why),), True)
    assert {(one.column, one.count) for one in broken} == {("a", None if why is Apart.TYPES else 1), ("b", 1)}


WHOLE = {
    "rows": ("", "checks=pa.Check(lambda df: df.a > 1, name='c')", Apart.WHOLE_ROWS),
    "parser": ("'a': pa.Column(int, pa.Check.gt(1), parsers=pa.Parser(lambda s: s))", "", Apart.PARSER),
    "index": ("'a': pa.Column(int, pa.Check.gt(1))", "index=pa.Index(int)", Apart.INDEX),
}


@pytest.mark.parametrize(("columns", "options", "why"), [pytest.param(*held, id=name) for name, held in WHOLE.items()])
def test_all_apart(parquet: Parquet, columns: str, options: str, why: Apart) -> None:
    read, broken = parquet(schema(columns, options), {"a": [1, 2]})
    assert (read.fused, read.apart, [one.count for one in broken]) == (0, (("", why),), [1])


def test_index_in_the_file__is_read_by_pandas(tmp_path: Path, ask: Asked) -> None:
    pd.DataFrame({"a": [1, 2]}, index=pd.Index([5, 6], name="k")).to_parquet(tmp_path / "d.parquet")
    read, broken = told(ask(schema("'a': pa.Column(int), 'k': pa.Column(int, pa.Check.ge(6))"), "d.parquet"))
    assert (read.apart, [one.column for one in broken]) == ((("", Apart.INDEX),), ["k"])


def test_whole_numbers_with_nulls__are_floats_to_pandas(parquet: Parquet, tmp_path: Path, ask: Asked) -> None:
    table = pyarrow.table({"a": pyarrow.array([1, None], pyarrow.int64())})
    pyarrow.parquet.write_table(table, tmp_path / "d.parquet")
    read, (found,) = told(ask(schema("'a': pa.Column(int, nullable=True)"), "d.parquet"))
    assert (read.apart, found.breach, found.got) == ((("a", Apart.NULLS),), Breach.DTYPE, "float64")


def test_pattern_that_backtracks__is_answered(parquet: Parquet) -> None:
    _, (found,) = parquet(schema("'a': pa.Column(str, pa.Check.str_matches('^(a+)+$'))"), {"a": ["a" * 60 + "!", "a"]})
    assert found.count == 1


@pytest.mark.parametrize(
    ("pattern", "value", "apart"),
    [
        pytest.param(r"^\\d+$", "12", (), id="plain"),
        pytest.param(r"^\\d+$", "1\uff12", (("a", Apart.PATTERN),), id="digits of another script"),
        pytest.param("^12$", "12\n", (("a", Apart.PATTERN),), id="line break at the end"),
        pytest.param("^(?=1)", "12", (("a", Apart.CHECK),), id="look ahead"),
    ],
)
def test_pattern__asked_of_pandera_where_engines_may_differ(
    parquet: Parquet, pattern: str, value: str, apart: tuple[Any, ...]
) -> None:
    read, _ = parquet(schema(f"'a': pa.Column(str, pa.Check.str_contains('{pattern}'))"), {"a": [value, "1"]})
    assert read.apart == apart


def test_step_of_each_broken_rule__so_that_a_new_worker_does_not_tell_it_twice(parquet: Parquet, ask: Asked) -> None:
    parquet(schema("'a': pa.Column(int, pa.Check.ge(0))"), {"a": [-1]})
    events = ask(schema("'a': pa.Column(int, pa.Check.ge(0))"), "d.parquet")
    steps = [getattr(event, "rule", "") for event in events if not isinstance(event, Planned)]
    assert steps[-2:] == ["check:a:0", "check:a:0"]


@pytest.mark.parametrize(
    ("backend", "counts"),
    [pytest.param("pandas", [], id="a null to pandas"), pytest.param("polars", [1], id="the greatest to polars")],
)
@pytest.mark.parametrize("own", [pytest.param("", id="query"), pytest.param(", checks=pa.Check(WHOLE)", id="pandera")])
def test_nan__is_as_the_backend_of_the_contract_has_it(
    tmp_path: Path, ask: Asked, backend: str, counts: list[int], own: str
) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"a": pyarrow.array([1.0, float("nan")])}), tmp_path / "d.parquet")
    head = f"import pandera.{backend} as pa\n\n\ndef WHOLE(frame):\n    return True\n\n\n"
    contract = schema("'a': pa.Column(float, pa.Check.le(9), nullable=True)", own.removeprefix(", "), head)
    read, broken = told(ask(contract, "d.parquet"))
    assert (bool(read.fused), [one.count for one in broken]) == (not own, counts)


@pytest.mark.parametrize(
    ("backend", "counts"), [pytest.param("pandas", [1], id="pandas"), pytest.param("polars", [], id="polars")]
)
def test_alternatives_of_a_pattern__are_as_the_backend_of_the_contract_has_them(
    parquet: Parquet, backend: str, counts: list[int]
) -> None:
    contract = schema("'a': pa.Column(str, pa.Check.str_matches('^a|b'))", head=f"import pandera.{backend} as pa\n")
    _, broken = parquet(contract, {"a": ["ax", "xb"]})
    assert [one.count for one in broken] == counts
