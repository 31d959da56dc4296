"""Files of predictions in every format, and columns of every type."""

from __future__ import annotations

import datetime
import gzip
import io
from collections.abc import Callable

import polars as pl
import pytest

from mlgate.errors import MlgateError
from mlgate.metrics.predictions.frames import read_frame

FRAME = pl.DataFrame({"row": [3, 1, 2], "y": [1, 0, 1], "p": [1, 1, 0], "other": ["a", "b", "c"]})
WANTED = {"id": "row", "truth": "y", "prediction": "p"}


def written(write: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


FILES = {
    "p.csv": FRAME.write_csv().encode(),
    "p.CSV": FRAME.write_csv().encode(),
    "bom.csv": b"\xef\xbb\xbf" + FRAME.write_csv().encode(),
    "crlf.csv": FRAME.write_csv().replace("\n", "\r\n").encode(),
    "p.csv.gz": gzip.compress(FRAME.write_csv().encode()),
    "p.tsv": FRAME.write_csv(separator="\t").encode(),
    "p.parquet": written(FRAME.write_parquet),
    "p.arrow": written(FRAME.write_ipc),
    "p.jsonl": written(FRAME.write_ndjson),
    "p.json": FRAME.write_json().encode(),
    "lines.json": written(FRAME.write_ndjson),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("is_path", [True, False], ids=["from a file", "from git"])
def test_read__every_format(tmp_path, name, is_path):
    place = tmp_path / f"[0-9]*-{name}"
    place.write_bytes(FILES[name])
    frame = read_frame(place if is_path else FILES[name], name, WANTED)
    assert frame.columns == ["id", "truth", "prediction"]
    assert [str(value) for value in frame["id"]] == ["3", "1", "2"]
    assert frame["prediction"].to_list() == [1, 1, 0]


def test_read__ids_of_text_keep_their_zeros():
    assert read_frame(b"row,y,p\n01,1,1\n1,0,0\n", "p.csv", WANTED)["id"].to_list() == ["01", "1"]


def test_read__optional_columns_are_taken_where_they_are():
    found = read_frame(FILES["p.csv"], "p.csv", WANTED, {"group": "other", "weight": "none"})
    assert set(found.columns) == {"id", "truth", "prediction", "group"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(pl.Series([True, False, True]), [1, 0, 1], id="flags"),
        pytest.param(pl.Series(["a", "b", "a"], dtype=pl.Categorical), ["a", "b", "a"], id="categories"),
        pytest.param(pl.Series(["a", "b", "a"], dtype=pl.Enum(["a", "b"])), ["a", "b", "a"], id="an enumeration"),
        pytest.param(pl.Series([datetime.date(2026, 1, day) for day in (1, 2, 3)]), None, id="dates"),
    ],
)
def test_read__types_are_made_comparable(values, expected):
    data = written(FRAME.with_columns(p=values).write_parquet)
    found = read_frame(data, "p.parquet", WANTED)["prediction"].to_list()
    assert found == (expected or ["2026-01-01", "2026-01-02", "2026-01-03"])


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        pytest.param(FRAME.with_columns(p=pl.Series([[1], [2], [3]])), "neither numbers nor text", id="lists"),
        pytest.param(FRAME.with_columns(row=pl.Series([b"a", b"b", b"c"])), "neither numbers nor text", id="bytes"),
        pytest.param(FRAME.with_columns(row=pl.Series([1, 1, 1])), "repeats 2 ids, such as `1`", id="one id"),
        pytest.param(
            FRAME.with_columns(row=pl.Series([1.0, float("nan"), 2.0])), "1 example without an id", id="NaN id"
        ),
        pytest.param(FRAME.head(0), "it holds no example", id="no row"),
        pytest.param(FRAME.drop("y"), "there is no column `y`", id="no truth"),
    ],
)
def test_read__what_cannot_be_compared_is_refused(frame, words):
    with pytest.raises(MlgateError) as raised:
        read_frame(written(frame.write_parquet), "p.parquet", WANTED)
    assert words in raised.value.message


def test_read__truncated_file_is_refused_in_a_line():
    with pytest.raises(MlgateError) as raised:
        read_frame(FILES["p.parquet"][:100], "p.parquet", WANTED)
    assert raised.value.message.startswith("it cannot be read: `")
    assert "\n" not in raised.value.message
