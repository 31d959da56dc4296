"""Text files: what is accepted as it is, which defects are refused at which line, and rows found again by line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from mlgate.data.formats import format_of
from mlgate.data.messages import Defect, Unreadable, UnreadableError
from mlgate.data.text_file import TextFile, lines_of_rows, look_over, without_blank_lines


def looked(tmp_path: Path, content: bytes, name: str = "d.csv", separator: str | None = None) -> TextFile:
    path = tmp_path / name
    path.write_bytes(content)
    form = format_of(name)
    assert form is not None
    return look_over(str(path), form, separator)


def defect(tmp_path: Path, content: bytes, name: str = "d.csv") -> Unreadable:
    with pytest.raises(UnreadableError) as caught:
        looked(tmp_path, content, name)
    return caught.value.event


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"a,b\n1,x\n", "d.csv", id="plain"),
        pytest.param(b"a,b\n1,x", "d.csv", id="no line end at the end"),
        pytest.param(b"\xef\xbb\xbfa,b\r\n1,x\r\n", "d.csv", id="byte order mark and CRLF"),
        pytest.param(b"\n\na,b\n\n1,x\n\n", "d.csv", id="blank lines"),
        pytest.param(b'a,b\n1,"x,\ny"\n', "d.csv", id="separator and line end in a field"),
        pytest.param(b'a,b\n1,5" pipe\n', "d.csv", id="quote within a field"),
        pytest.param("a,b\n1,é€😀\n".encode(), "d.csv", id="not ASCII"),
        pytest.param(b"a\tb\n1,5\tx\n", "d.tsv", id="tabs"),
        pytest.param(gzip.compress(b"a,b\n1,x\n"), "d.csv.gz", id="gzip"),
        pytest.param(zstd(b"a,b\n1,x\n"), "d.csv.zst", id="zstd"),
        pytest.param(b'{"a": 1, "b": "x"}\n\n{"b": null, "a": 2}\n', "d.jsonl", id="JSON Lines"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}\r\n{"b": [1, {"c": 2}]}\r\n', "d.ndjson", id="JSON Lines of Windows"),
        pytest.param(zstd(b'{"a": 1, "b": 2}\n'), "d.jsonl.zst", id="JSON Lines in zstd"),
    ],
)
def test_look_over__quiet(tmp_path: Path, content: bytes, name: str) -> None:
    assert looked(tmp_path, content, name).columns == ("a", "b")


def test_look_over__separator_of_the_config(tmp_path: Path) -> None:
    assert looked(tmp_path, b"a;b\n1,5;x\n", separator=";").columns == ("a", "b")


def test_look_over__character_across_two_reads(tmp_path: Path) -> None:
    content = b"a\n" + b"x" * ((1 << 20) - 3) + "é\n".encode()
    assert looked(tmp_path, content).lines == 2


@pytest.mark.parametrize(
    ("content", "name", "wanted", "line"),
    [
        pytest.param(b"", "d.csv", Defect.EMPTY, None, id="empty"),
        pytest.param(b"\n\n", "d.csv", Defect.EMPTY, None, id="only blank lines"),
        pytest.param(b"", "d.jsonl", Defect.EMPTY, None, id="empty JSON Lines"),
        pytest.param("a,b\n1,x\n2,é\n".encode("latin-1"), "d.csv", Defect.NOT_UTF8, 3, id="Latin-1"),
        pytest.param(b"a\n" + b"x" * (1 << 20) + b"\n\xff\n", "d.csv", Defect.NOT_UTF8, 3, id="Latin-1 far behind"),
        pytest.param("a,é".encode()[:-1], "d.csv", Defect.NOT_UTF8, 1, id="cut off within a character"),
        pytest.param("a,b\n1,x\n".encode("utf-16"), "d.csv", Defect.UTF16, 1, id="UTF-16"),
        pytest.param("a,b\n1,x\n".encode("utf-16-le"), "d.csv", Defect.NUL, 1, id="UTF-16 without a mark"),
        pytest.param(b"a,b\n1,x\n2,\0\n", "d.csv", Defect.NUL, 3, id="NUL byte"),
        pytest.param(b"a,b,a\n1,2,3\n", "d.csv", Defect.DUPLICATE_COLUMN, 1, id="column twice"),
        pytest.param(b",a\n0,1\n", "d.csv", Defect.EMPTY_COLUMN, 1, id="column without a name"),
        pytest.param(b"\na, \n0,1\n", "d.csv", Defect.EMPTY_COLUMN, 2, id="column of spaces"),
        pytest.param(b"a,b\n1,x\n2\n", "d.csv", Defect.RAGGED, 3, id="too few fields"),
        pytest.param(b"a,b\n1,x,\n", "d.csv", Defect.RAGGED, 2, id="too many fields in the first row"),
        pytest.param(b'a,b\n1,"x\ny"\n\n2\n', "d.csv", Defect.RAGGED, 5, id="too few behind a field of two lines"),
        pytest.param(b'{"a": 1}\n{"a": \n', "d.jsonl", Defect.NOT_JSON, 2, id="half an object"),
        pytest.param(b'{"a": NaN}\n', "d.jsonl", Defect.NOT_JSON, 1, id="NaN in JSON"),
        pytest.param(b'{"a": 1}\n[1]\n', "d.jsonl", Defect.NOT_AN_OBJECT, 2, id="list in JSON Lines"),
        pytest.param(b"a,b\n", "d.csv.gz", Defect.COMPRESSION, None, id="not gzip"),
        pytest.param(gzip.compress(b"a,b\n" * 99)[:-12], "d.csv.gz", Defect.COMPRESSION, None, id="gzip cut off"),
        pytest.param(zstd(b"a,b\n" * 99)[:12], "d.csv.zst", Defect.COMPRESSION, None, id="zstd cut off"),
    ],
)
def test_look_over__refuses(tmp_path: Path, content: bytes, name: str, wanted: Defect, line: int | None) -> None:
    found = defect(tmp_path, content, name)
    assert (found.defect, found.line) == (wanted, line)


def test_look_over__tells_the_first_uneven_rows_and_counts_all(tmp_path: Path) -> None:
    found = defect(tmp_path, b"a,b\n" + b"1,x\n2\n1,2,3\n" * 4)
    assert (found.expected, found.count) == (2, 8)
    assert found.places == ((3, 1), (4, 3), (6, 1), (7, 3), (9, 1))


@pytest.mark.parametrize(
    ("content", "name", "lines"),
    [
        pytest.param(b"a,b\n1,x\n2,y\n3,z\n", "d.csv", [2, 3, 4], id="one line a row"),
        pytest.param(b"\na,b\n1,x\n\n2,y\n3,z", "d.csv", [3, 5, 6], id="blank lines"),
        pytest.param(b'"a\nb",c\n1,"x\n\ny"\n2,y\n3,z\n', "d.csv", [3, 6, 7], id="fields of several lines"),
        pytest.param(b'{"a":1}\n{"a":2}\n{"a":3}\n', "d.jsonl", [1, 2, 3], id="JSON Lines"),
        pytest.param(b'\n{"a":1}\n\n{"a":2}\n{"a":3}\n', "d.jsonl", [2, 4, 5], id="JSON Lines with blank ones"),
    ],
)
def test_lines_of_rows(tmp_path: Path, content: bytes, name: str, lines: list[int]) -> None:
    assert lines_of_rows(looked(tmp_path, content, name), [0, 1, 2], 3) == lines
    assert lines_of_rows(looked(tmp_path, content, name), [2, 0], 3) == [lines[2], lines[0]]


def test_without_blank_lines__keeps_those_within_a_field(tmp_path: Path) -> None:
    content = b'a,b\n\n1,"x\n\ny"\n \n2,z\n'
    assert without_blank_lines(content, looked(tmp_path, b'a,b\n\n1,"x\n\ny"\n2,z\n')) == (b'a,b\n1,"x\n\ny"\n \n2,z\n')
