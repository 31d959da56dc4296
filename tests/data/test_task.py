"""Files asked against contracts: each kind of breach with its rows, in one file and over several."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pytest

from mlgate.data.messages import Breach, Broken, Defect, Event, Example, Place, Read, Scope, UnreadableError

Asked = Callable[..., list[Event]]
BrokenOf = Callable[..., list[Broken]]

HEAD = "import pandera.pandas as pa\n"
SALES = (
    HEAD
    + "S = pa.DataFrameSchema({'id': pa.Column(int, unique=True), 'color': pa.Column(str, pa.Check.isin(['red']))})\n"
)

pytestmark = pytest.mark.usefixtures("forget_modules")


def schema(columns: str, options: str = "") -> str:
    return f"{HEAD}S = pa.DataFrameSchema({{{columns}}}, {options})\n"


def stored(tmp_path: Path, frame: pd.DataFrame, name: str) -> None:
    table = pa.Table.from_pandas(frame)
    path = str(tmp_path / name)
    if name.endswith(".parquet"):
        frame.to_parquet(path)
    elif name.endswith(".stream.arrow"):
        with pa.ipc.new_stream(path, table.schema) as stream:
            stream.write_table(table)
    else:
        pyarrow.feather.write_feather(table, path)


@pytest.mark.parametrize("name", ["d.parquet", "d.pq.parquet", "d.arrow", "d.feather", "d.ipc", "d.stream.arrow"])
@pytest.mark.parametrize(
    "head", [pytest.param(HEAD, id="pandas"), pytest.param("import pandera.polars as pa\n", id="polars")]
)
def test_binary_formats__rows_by_number(tmp_path: Path, ask: Asked, name: str, head: str) -> None:
    stored(tmp_path, pd.DataFrame({"id": [1, 2, 3], "color": ["red", "blue", "red"]}), name)
    read, broken = [event for event in ask(SALES.replace(HEAD, head), name) if isinstance(event, (Read, Broken))]
    assert (read.rows, read.columns) == (3, 2)
    assert (broken.count, broken.total, broken.examples) == (1, 3, (Example("blue", (Place(1),)),))


@pytest.mark.parametrize(
    ("content", "defect"),
    [
        pytest.param(b"", Defect.EMPTY, id="empty"),
        pytest.param(b"PAR1 and no end", Defect.CUT_OFF, id="cut off"),
        pytest.param(b"id,color\n1,red\n", Defect.OTHER_FORMAT, id="text by another name"),
        pytest.param(b"PAR1 no footer PAR1", Defect.OTHER, id="broken within"),
    ],
)
def test_parquet__refuses(tmp_path: Path, ask: Asked, content: bytes, defect: Defect) -> None:
    (tmp_path / "d.parquet").write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        ask(SALES, "d.parquet")
    assert caught.value.event.defect is defect


def test_arrow__cut_off(tmp_path: Path, ask: Asked) -> None:
    stored(tmp_path, pd.DataFrame({"id": [1]}), "d.arrow")
    whole = (tmp_path / "d.arrow").read_bytes()
    (tmp_path / "d.arrow").write_bytes(whole[:-20])
    with pytest.raises(UnreadableError) as caught:
        ask(SALES, "d.arrow")
    assert caught.value.event.defect is Defect.CUT_OFF


def test_parquet__two_columns_of_one_name(tmp_path: Path, ask: Asked) -> None:
    pa.parquet.write_table(pa.table([[1], [2]], names=["id", "id"]), tmp_path / "d.parquet")
    with pytest.raises(UnreadableError) as caught:
        ask(SALES, "d.parquet")
    assert (caught.value.event.defect, caught.value.event.subject) == (Defect.DUPLICATE_COLUMN, "id")


@pytest.mark.parametrize(
    "head", [pytest.param(HEAD, id="pandas"), pytest.param("import pandera.polars as pa\n", id="polars")]
)
def test_csv__rows_by_line(tmp_path: Path, broken: BrokenOf, head: str) -> None:
    (tmp_path / "d.csv").write_text('id,color\n\n1,red\n2,"bl\nue"\n\n2,Red \n')
    duplicates, check = broken(SALES.replace(HEAD, head), "d.csv")
    assert (duplicates.breach, duplicates.examples) == (Breach.DUPLICATES, (Example("2", (Place(4), Place(7))),))
    assert check.examples == (Example("bl\nue", (Place(4),)), Example("Red ", (Place(7),)))
    assert check.similar == (("Red ", "red"),)


def test_open_quote(tmp_path: Path, ask: Asked) -> None:
    (tmp_path / "d.csv").write_text('id,color\n1,"red"\n2,"blue\n3,red\n')
    with pytest.raises(UnreadableError) as caught:
        ask(SALES, "d.csv")
    assert (caught.value.event.defect, caught.value.event.line) == (Defect.OPEN_QUOTE, 3)


def test_no_rows__asks_nothing(tmp_path: Path, ask: Asked) -> None:
    (tmp_path / "d.csv").write_text("id,color\n")
    (read,) = [event for event in ask(SALES, "d.csv") if isinstance(event, (Read, Broken))]
    assert isinstance(read, Read)
    assert read.rows == 0


def test_rules__are_counted(tmp_path: Path, ask: Asked) -> None:
    (tmp_path / "d.csv").write_text("id,color\n1,red\n")
    text = schema(
        "'id': pa.Column(int, unique=True), 'color': pa.Column(nullable=True)", "strict=True, unique=['id', 'color']"
    )
    (read,) = [event for event in ask(text, "d.csv") if isinstance(event, Read)]
    assert read.rules == 6  # two columns, nulls of one, its uniqueness, strict, and unique together


def test_missing_column__names_the_nearest(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("id,colour\n1,red\n")
    (found,) = broken(SALES, "d.csv")
    assert (found.breach, found.column, found.got) == (Breach.MISSING, "color", "colour")


def test_extra_column__of_a_strict_contract(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("id,color\n1,red\n")
    (found,) = broken(schema("'id': pa.Column(int)", "strict=True"), "d.csv")
    assert (found.breach, found.column) == (Breach.EXTRA, "color")


def test_order(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("color,x,id\nred,1,1\n")
    (found,) = broken(schema("'id': pa.Column(int), 'color': pa.Column(str)", "ordered=True"), "d.csv")
    assert (found.breach, found.got, found.wanted) == (Breach.ORDER, "color", "id")


def test_nulls__explain_whole_numbers_that_are_floats(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("id,color\n1,red\n,red\n")
    (found,) = broken(SALES, "d.csv")
    assert (found.breach, found.count, found.places) == (Breach.NULLS, 1, (Place(3),))


def test_wrong_type__its_checks_are_not_run(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n1\nx\n")
    (found,) = broken(schema("'a': pa.Column(int, [pa.Check.ge(0), pa.Check.le(9)])"), "d.csv")
    assert (found.breach, found.wanted, found.got, found.skipped) == (Breach.DTYPE, "int64", "str", 2)


@pytest.mark.parametrize(
    "head", [pytest.param(HEAD, id="pandas"), pytest.param("import pandera.polars as pa\n", id="polars")]
)
def test_coercion__one_column_that_fails_leaves_the_others_coerced(tmp_path: Path, broken: BrokenOf, head: str) -> None:
    stored(tmp_path, pd.DataFrame({"a": ["1", "x"], "b": ["1", "2"], "c": ["3", "y"]}), "d.parquet")
    columns = ", ".join(f"'{name}': pa.Column(float, pa.Check.ge(0), coerce=True)" for name in "abc")
    found = broken(schema(columns).replace(HEAD, head), "d.parquet")
    assert [(one.breach, one.column, one.examples[0].value) for one in found] == [
        (Breach.COERCION, "a", "x"),
        (Breach.COERCION, "c", "y"),
    ]


def test_patterns__each_column_by_its_own_name(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("f_a,f_b,g\n1,-1,-1\n")
    (found,) = broken(schema("'^f_': pa.Column(int, pa.Check.ge(0), regex=True)"), "d.csv")
    assert found.column == "f_b"


def test_pattern__that_matches_nothing(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("g\n1\n")
    (found,) = broken(schema("'^f_': pa.Column(int, regex=True)"), "d.csv")
    assert (found.breach, found.column, found.check) == (Breach.MISSING, "^f_", "pattern")


def test_unique_together(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,1\n1,2\n1,1\n")
    (found,) = broken(schema("'a': pa.Column(int), 'b': pa.Column(int)", "unique=['a', 'b']"), "d.csv")
    assert (found.check, found.examples) == ("a, b", (Example("a=1, b=1", (Place(2), Place(4))),))


def test_index__made_of_the_column_of_its_name(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("id,a\n1,5\n1,-5\n")
    text = schema("'a': pa.Column(int, pa.Check.ge(0))", "index=pa.Index(int, name='id', unique=True)")
    found = broken(text, "d.csv")
    assert [(one.breach, one.column) for one in found] == [(Breach.OTHER, ""), (Breach.CHECK, "a")]
    assert found[1].places or found[1].examples == (Example("-5", (Place(3),)),)


@pytest.mark.parametrize(
    ("check", "count"),
    [
        pytest.param("pa.Check(lambda s: s > 0, name='c')", 2, id="of rows"),
        pytest.param("pa.Check(lambda v: v > 0, element_wise=True, name='c')", 2, id="of single values"),
        pytest.param("pa.Check(lambda s: s.mean() > 9, name='c')", None, id="of the whole column"),
        pytest.param("pa.Check(lambda s: s > 0, name='c', ignore_na=False)", 3, id="nulls not left out"),
        pytest.param("pa.Check(lambda g: g[1].sum() > 9, groupby='g', name='c')", None, id="of groups"),
    ],
)
def test_own_checks(tmp_path: Path, broken: BrokenOf, check: str, count: int | None) -> None:
    (tmp_path / "d.csv").write_text("a,g\n1.5,1\n-1,1\n,2\n-2,2\n")
    (found,) = broken(schema(f"'a': pa.Column(float, {check}, nullable=True), 'g': pa.Column(int)"), "d.csv")
    assert (found.breach, found.check, found.count) == (Breach.CHECK, "c", count)


def test_check_of_rows__has_places_and_no_values(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,2\n2,1\n")
    (found,) = broken(schema("", "checks=pa.Check(lambda df: df.a < df.b, name='c')"), "d.csv")
    assert (found.column, found.count, found.places, found.examples) == ("", 1, (Place(3),), ())


def test_check_that_only_warns(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n-1\n")
    (found,) = broken(schema("'a': pa.Column(int, pa.Check.ge(0, raise_warning=True))"), "d.csv")
    assert found.warn


def test_check_that_raises(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n-1\n")
    (found,) = broken(schema("'a': pa.Column(int, pa.Check(lambda s: s.nope, name='c'))"), "d.csv")
    assert (found.breach, found.said) == (Breach.RAISED, "AttributeError: 'Series' object has no attribute 'nope'")


def test_check_of_rows__for_want_of_a_missing_column_is_not_told_twice(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("b\n1\n")
    text = schema("'a': pa.Column(int)", "checks=pa.Check(lambda df: df.a > 0, name='c')")
    assert [one.breach for one in broken(text, "d.csv")] == [Breach.MISSING]


def test_parser__runs_once_and_before_the_checks(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,x\n2,y\n")
    text = schema(
        "'a': pa.Column(int, pa.Check.isin([10, 20]), parsers=pa.Parser(lambda s: s * 10)),"
        "'b': pa.Column(float, coerce=True)"
    )
    assert [(one.breach, one.column) for one in broken(text, "d.csv")] == [(Breach.COERCION, "b")]


def test_parser__that_raises(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n1\n")
    text = schema("'a': pa.Column(int, pa.Check.ge(5))", "parsers=pa.Parser(lambda df: df.nope)")
    (found,) = broken(text, "d.csv")
    assert (found.breach, found.check) == (Breach.RAISED, "")


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(
            "import pandera.config\npandera.config.set_config(validation_enabled=False)\n", id="validation off"
        ),
        pytest.param(
            "import pandera.config\npandera.config.set_config(validation_depth='SCHEMA_ONLY')\n", id="schema only"
        ),
    ],
)
def test_settings_of_the_contract__do_not_turn_validation_off(tmp_path: Path, broken: BrokenOf, setting: str) -> None:
    import pandera.config

    stored(tmp_path, pd.DataFrame({"a": [-1], "b": ["x"]}), "d.parquet")
    try:
        text = setting + schema("'a': pa.Column(int, pa.Check.ge(0)), 'b': pa.Column(int)")
        assert {one.breach for one in broken(text, "d.parquet")} == {Breach.DTYPE, Breach.CHECK}
    finally:
        pandera.config.set_config(validation_enabled=True, validation_depth="SCHEMA_AND_DATA")


def test_rows_are_not_dropped_before_they_are_asked(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n-1\n1\n")
    found = broken(
        schema("'a': pa.Column(int, pa.Check.ge(0), drop_invalid_rows=True)", "drop_invalid_rows=True"), "d.csv"
    )
    assert [one.count for one in found] == [1]


def test_examples__none_are_shown_where_none_are_wanted(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n-1\n-1\n")
    (found,) = broken(schema("'a': pa.Column(int, pa.Check.ge(0))"), "d.csv", examples=0)
    assert (found.examples, found.common, found.places) == ((), None, (Place(2), Place(3)))


def test_examples__distinct_values_with_their_first_lines(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "d.csv").write_text("a\n" + "-1\n" * 5 + "-2\n-3\n")
    (found,) = broken(schema("'a': pa.Column(int, pa.Check.ge(0))"), "d.csv", examples=2)
    assert found.examples == (Example("-1", (Place(2), Place(3), Place(4))), Example("-2", (Place(7),)))
    assert (found.count, found.common) == (7, ("-1", 5))


def test_together__repeats_over_files(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "a.csv").write_text("id,color\n1,red\n2,red\n")
    (tmp_path / "b.csv").write_text("id,color\n\n3,blue\n1,red\n")
    (found,) = broken(SALES, "a.csv", "b.csv", scope=Scope.TOGETHER)
    assert (found.breach, found.examples) == (Breach.DUPLICATES, (Example("1", (Place(2, 0), Place(4, 1))),))


def test_together__nothing_to_ask(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    assert broken(schema("'id': pa.Column(int)"), "a.csv", "a.csv", scope=Scope.TOGETHER) == []


def test_rows_of_one_of_several_files__leaves_uniqueness_to_all_together(tmp_path: Path, broken: BrokenOf) -> None:
    (tmp_path / "a.csv").write_text("id,color\n1,red\n1,red\n")
    assert broken(SALES, "a.csv", scope=Scope.ROWS) == []
