"""Text in one query: what it answers, what is left to pandera, and that both read every value alike."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas._libs.parsers import STR_NA_VALUES

from agreement import assert_agree, ours, theirs
from mlgate.data.messages import Apart, Broken, Defect, EngineName, Event, Example, Place, Read, Scope, UnreadableError
from mlgate.data.on_pandas import PandasEngine
from mlgate.data.reading import column_names, read_table
from mlgate.data.rules import stated_dtypes
from mlgate.data.text_frames import NULLS

Asked = Callable[..., list[Event]]

CONTRACT = """import polars as pl
import pandera.{backend} as pa
S = pa.DataFrameSchema({{
    "i": pa.Column(int, pa.Check.ge(0), unique=True),
    "f": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
    "s": pa.Column(str, [pa.Check.isin(["red", "blue"]), pa.Check.str_length(3, 4)], nullable=True),
    "b": pa.Column(bool),
    "t": pa.Column({moment}, nullable=True),
}}, strict=True)
"""
CSV = "i,f,s,b,t\n1,0.5,red,{yes},2024-01-31 10:00:00\n2,,,{yes},\n3,1,blue,{no},2024-02-01 11:30:00\n"
ROWS = [
    {"i": 1, "f": 0.5, "s": "red", "b": True, "t": "2024-01-31 10:00:00"},
    {"i": 2, "b": False},
    {"i": 3, "f": 1, "s": "blue", "b": True, "t": None},
]

pytestmark = pytest.mark.usefixtures("forget_modules")


def contract(backend: str) -> str:
    return CONTRACT.format(backend=backend, moment="pa.DateTime" if backend == "pandas" else "pl.Datetime('us')")


def told(events: list[Event]) -> tuple[Read, list[Broken]]:
    (read,) = [event for event in events if isinstance(event, Read)]
    return read, [event for event in events if isinstance(event, Broken)]


def zstd(content: bytes) -> bytes:
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


PLAIN = CSV.format(yes="True", no="False").encode()
LINES = "".join(f"{json.dumps(row)}\n" for row in ROWS).encode()
FILES = {
    "CSV": ("d.csv", PLAIN),
    "byte order mark and CRLF": ("d.csv", b"\xef\xbb\xbf" + PLAIN.replace(b"\n", b"\r\n")),
    "TSV": ("d.tsv", PLAIN.replace(b",", b"\t")),
    "quotes": ("d.csv", PLAIN.replace(b"red", b'"red"')),
    "gzip": ("d.csv.gz", gzip.compress(PLAIN)),
    "zstd": ("d.csv.zst", zstd(PLAIN)),
    "JSON Lines": ("d.jsonl", LINES),
    "JSON Lines in gzip": ("d.jsonl.gz", gzip.compress(LINES)),
}


@pytest.mark.parametrize(("name", "content"), [pytest.param(*held, id=spoken) for spoken, held in FILES.items()])
def test_all_in_one_query(tmp_path: Path, ask: Asked, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    read, broken = told(ask(contract("pandas"), name))
    assert (read.rows, read.fused, read.apart, broken) == (3, read.rules, (), [])


def test_all_in_one_query__of_polars(tmp_path: Path, ask: Asked) -> None:
    (tmp_path / "d.csv").write_text(CSV.format(yes="true", no="false"))
    read, broken = told(ask(contract("polars"), "d.csv"))
    assert (read.rows, read.fused, read.apart, broken) == (3, read.rules, (), [])


def test_broken__by_line(tmp_path: Path, ask: Asked) -> None:
    (tmp_path / "d.csv").write_text('i,f,s,b,t\n1,0.5,"re\nd",True,\n\n2,1.5,red,True,\n1,0,red,True,\n')
    read, broken = told(ask(contract("pandas"), "d.csv"))
    assert (read.fused, read.apart) == (read.rules - 2, (("t", Apart.TEXT),))  # a column of nulls has no type
    assert [(one.column, one.examples) for one in broken if one.column in "ifs"] == [
        ("i", (Example("1", (Place(2), Place(6))),)),
        ("f", (Example("1.5", (Place(5),)),)),
        ("s", (Example("re\nd", (Place(2),)),)),
    ]


def test_repeats__over_files(tmp_path: Path, ask: Asked) -> None:
    for name, rows in (("a", "1\n2\n"), ("b", "\n3\n1\n")):
        (tmp_path / f"{name}.csv").write_text(f"id\n{rows}")
    single = "import pandera.pandas as pa\nS = pa.DataFrameSchema({'id': pa.Column(int, unique=True)})\n"
    events = ask(single, "a.csv", "b.csv", scope=Scope.TOGETHER)
    assert [event.examples for event in events if isinstance(event, Broken)] == [
        (Example("1", (Place(2, 0), Place(4, 1))),)
    ]


def apart_of(tmp_path: Path, ask: Asked, dtype: str, *values: str) -> tuple[tuple[str, Apart], ...]:
    (tmp_path / "d.csv").write_text("a,b\n" + "".join(f"{value},1\n" for value in values))
    head = f"import pandera.pandas as pa\nS = pa.DataFrameSchema({{'a': pa.Column({dtype}, nullable=True)}})\n"
    return told(ask(head, "d.csv"))[0].apart


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        pytest.param("int", ["1", "x"], id="text among integers"),
        pytest.param("int", ["1", "2.0"], id="float among integers"),
        pytest.param("int", ["1", " 2"], id="space before a number"),
        pytest.param("'int8'", ["1", "300"], id="too large"),
        pytest.param("int", ["1", str(2**63)], id="2 to the power of 63"),
        pytest.param("float", ["1", "inf"], id="infinity"),
        pytest.param("float", ["1", str(10**20)], id="whole number beyond floats"),
        pytest.param("bool", ["True", "yes"], id="another word for truth"),
        pytest.param("pa.DateTime", ["2024-01-31", "2024-02-30"], id="no such day"),
        pytest.param("pa.DateTime", ["2024-01-31", "2024-02-01 10:00"], id="two forms of time"),
        pytest.param("pa.DateTime", ["2024-01-31", "9999-12-31"], id="beyond the years of nanoseconds"),
        pytest.param("'category'", ["x", "y"], id="categories"),
    ],
)
def test_column_left_to_pandera(tmp_path: Path, ask: Asked, dtype: str, values: list[str]) -> None:
    assert apart_of(tmp_path, ask, dtype, *values) == (("a", Apart.TEXT),)


def test_integers_with_nulls__are_floats_to_pandas(tmp_path: Path, ask: Asked) -> None:
    assert apart_of(tmp_path, ask, "int", "1", "NA") == (("a", Apart.NULLS),)


def test_nulls__are_those_of_pandas() -> None:
    assert set(NULLS["pandas"]) == STR_NA_VALUES


REFUSED = {
    "ragged": (b"a,b\n1,2\n3\n", Defect.RAGGED, 3),
    "ragged within quotes": (b'a,b\n1,"2\n3"\n4\n', Defect.RAGGED, 4),
    "open quote": (b'a,b\n1,"x\n2,3\n', Defect.OPEN_QUOTE, 2),
    "open quote at the very end": (b'a,b\n1,2\n3,"x', Defect.OPEN_QUOTE, 3),
    "open quote after escaped ones": (b'a,b\n1,"x""\n', Defect.OPEN_QUOTE, 2),
    "not UTF-8": (b"a,b\n1,\xe9\n", Defect.NOT_UTF8, 2),
}


@pytest.mark.parametrize(
    ("content", "defect", "line"), [pytest.param(*held, id=spoken) for spoken, held in REFUSED.items()]
)
def test_refused(tmp_path: Path, ask: Asked, content: bytes, defect: Defect, line: int) -> None:
    (tmp_path / "d.csv").write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        ask("import pandera.pandas as pa\nS = pa.DataFrameSchema({'a': pa.Column(int)})\n", "d.csv")
    assert (caught.value.event.defect, caught.value.event.line) == (defect, line)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'a,b\n1,5" pipe\n', id="quote within the last field"),
        pytest.param(b'a,b\n1,"x""y"\n', id="escaped quote"),
        pytest.param(b'a,b\n1,""""\n\n', id="quote alone"),
        pytest.param(b'a,b\n1,"x\n"\n', id="line break at the end of a field"),
        pytest.param(b'a,b\n1,"x"y\n', id="text after a closed quote"),
        pytest.param(b'a,b\n1,"x"y"z', id="quotes after a closed quote"),
    ],
)
def test_quotes_that_close(tmp_path: Path, ask: Asked, content: bytes) -> None:
    (tmp_path / "d.csv").write_bytes(content)
    head = "import pandera.pandas as pa\nS = pa.DataFrameSchema({'a': pa.Column(int), 'b': pa.Column(str)})\n"
    read, broken = told(ask(head, "d.csv"))
    assert (read.rows, read.apart, broken) == (1, (), [])


@pytest.mark.parametrize(
    ("name", "content", "rows", "apart"),
    [
        pytest.param("d.csv", b'a,b\n1,"' + b"x\n" * 3_000_000 + b'"\n2,y\n', 2, False, id="field of many lines"),
        pytest.param("d.csv", b"a,b\n1," + b"x" * 6_000_000 + b"\n2,y\n", 2, False, id="line"),
        pytest.param("d.csv", b'a,b\n1,5" x\n2,"' + b"x\n" * 7_000_000 + b'"\n', 2, True, id="after a lone quote"),
        pytest.param(
            "d.jsonl", b'{"a": 1, "b": "' + b"x" * 6_000_000 + b'"}\n{"a": 2, "b": "y"}\n', 2, False, id="object"
        ),
    ],
)
def test_record_of_many_megabytes__is_read(
    tmp_path: Path, ask: Asked, name: str, content: bytes, rows: int, apart: bool
) -> None:
    (tmp_path / name).write_bytes(content)
    head = "import pandera.pandas as pa\nS = pa.DataFrameSchema({'a': pa.Column(int), 'b': pa.Column(str)})\n"
    read, broken = told(ask(head, name))
    assert (read.rows, bool(read.apart), broken) == (rows, apart, [])


_WORDS = (
    "1", "-2", "007", "+3", " 4", "1.5", ".5", "1e2", "1e400", "", "NA", "nan", "NAN", "inf", "x", "True", "false",
    "2024-01-31", "2024-1-31", "2024-01-31 10:00", "2024-01-31T10:00:00.5", "2024-02-30", '"a,b"', '"1"', '"NA"',
    '5" pipe', '"x""y"', '"x"y', "9223372036854775808", "12345678901234567890123", "0.1000000000000000055", "é",
)  # fmt: skip
_TYPES = (int, float, str, bool, "int8", "float32", "Int64", "datetime64[ns]", "datetime64[us]", "date", None)


_FIT = {
    int: ("1", "-2", "007", "+3"),
    "int8": ("1", "-2", "0"),
    float: ("1", "1.5", ".5", "1e2", "", "-0"),
    "float32": ("0.1", "1.5", "NA"),
    bool: ("True", "false"),
    "datetime64[ns]": ("2024-01-31", "", "1999-12-01"),
    "datetime64[us]": ("2024-01-31T10:00:00.5", "2024-01-31T10:00:00"),
}


def _written(dtype: Any) -> st.SearchStrategy[list[str]]:
    """Draw how the values of a column are written: mostly as they should be."""
    anything = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3)
    fit = _FIT.get(dtype)
    return anything if fit is None else st.one_of(st.just(list(fit)), st.just(list(fit)), anything)


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, pa.DataFrameSchema]:
    types = [draw(st.sampled_from(_TYPES)) for _ in "abc"]
    words = [draw(_written(dtype)) for dtype in types]
    rows = [[draw(st.sampled_from(held)) for held in words] for _ in range(draw(st.integers(1, 5)))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    blank = draw(st.sampled_from(["", end]))
    text = "a,b,c" + end + blank + "".join(",".join(row) + end for row in rows)

    def column(dtype: Any) -> pa.Column:
        checks = {int: pa.Check.gt(1), float: pa.Check.lt(1.5), str: pa.Check.str_length(1, 2)}.get(dtype)
        return pa.Column(
            dtype,
            checks,
            nullable=draw(st.booleans()),
            unique=draw(st.booleans()),
            coerce=dtype is not None and draw(st.integers(0, 3)) == 0,
        )

    return text.encode(), pa.DataFrameSchema(dict(zip("abc", map(column, types), strict=True)))


FUSED: dict[EngineName, list[bool]] = {EngineName.POLARS: [], EngineName.DUCKDB: []}


@settings(
    max_examples=250,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=tables())
def test_agrees_with_pandera(tmp_path: Path, case: tuple[bytes, pa.DataFrameSchema]) -> None:
    content, schema = case
    path = tmp_path / "d.csv"
    path.write_bytes(content)
    try:
        text, names = column_names(str(path), None)
        dtypes = stated_dtypes(schema, PandasEngine(), pd.DataFrame(columns=list(names)))
        frame = read_table(str(path), "pandas", text, dtypes).frame
    except UnreadableError as refused:
        for engine in FUSED:
            with pytest.raises(UnreadableError) as caught:
                ours(schema, "pandas", path, engine)
            assert caught.value.event.defect is refused.event.defect
        return
    expected = theirs(schema, frame)
    for engine, fused in FUSED.items():
        events, found = ours(schema, "pandas", path, engine)
        fused.extend(bool(event.fused) and event.engine is engine for event in events if isinstance(event, Read))
        assert_agree(found, expected)


def test_most_were_asked_in_one_query() -> None:
    """The agreement above would say nothing if pandera itself had been asked everything."""
    for fused in FUSED.values():
        assert sum(fused) > len(fused) * 0.6


def test_numbers_are_read_to_the_last_bit(tmp_path: Path, ask: Asked) -> None:
    values = ["0.1", "0.30000000000000004", "2.2250738585072014e-308", "123456789.12345679"]
    for name, text in (
        ("d.csv", "a,b\n" + "".join(f"{v},1\n" for v in values)),
        ("d.jsonl", "".join(f'{{"a": {v}, "b": 1}}\n' for v in values)),
    ):
        (tmp_path / name).write_text(text)
        for more in ("", ", pa.Check(lambda s: True, name='own')"):
            allowed = ", ".join(values)
            checks = f"[pa.Check.isin([{allowed}]){more}]"
            head = f"import pandera.pandas as pa\nS = pa.DataFrameSchema({{'a': pa.Column(float, {checks})}})\n"
            assert told(ask(head, name))[1] == []


def test_pandas_itself_reads_so() -> None:
    """What stands above is what `pandas.read_csv` says, and no reading of our own."""
    frame = pd.read_csv(io.StringIO("a,b\nNA,1\n 2,1\n"), index_col=False)
    assert (str(frame["a"].dtype), frame["a"].tolist()[1]) == ("float64", 2.0)


def test_file_that_changes_while_it_is_read(tmp_path: Path, ask: Asked) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,2\n")
    head = f"""import pandera.pandas as pa


def write(series):
    with open({str(tmp_path / "d.csv")!r}, "a") as stream:
        stream.write("3,4\\n")
    return True


S = pa.DataFrameSchema({{"a": pa.Column(int, pa.Check(write))}})
"""
    with pytest.raises(UnreadableError) as caught:
        ask(head, "d.csv")
    assert caught.value.event.defect is Defect.CHANGED


def test_memory__of_one_column_where_one_is_left_to_pandera(tmp_path: Path, ask: Asked) -> None:
    """Only the column that pandera is asked about is read for it."""
    wide = "x" * 200
    (tmp_path / "d.csv").write_text("a,b\n" + "".join(f"{n},{wide}\n" for n in range(50)) + f"z,{wide}\n")
    head = "import pandera.pandas as pa\nS = pa.DataFrameSchema({'a': pa.Column(int), 'b': pa.Column(str)})\n"
    read, broken = told(ask(head, "d.csv"))
    found: list[Any] = [(one.column, one.examples) for one in broken]
    assert (read.apart, found) == ((("a", Apart.TEXT),), [("a", (Example("z", (Place(52),)),))])
