"""Contracts as data dictionaries: read from their text alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlgate.documents import DocumentError
from mlgate.readme.dictionary import columns_of
from mlgate.readme.sources import SourceError
from mlgate.text import plain

MODEL = b'''
import pandera.pandas as pa
from pandera.typing import Series
raise SystemExit("never run")

class Base(pa.DataFrameModel):
    """What all rows have."""
    flight_id: int = pa.Field(ge=0, unique=True, description="the  flight's\\n number")
    old: str

class Flights(Base):
    delay: Series[float] = pa.Field(nullable=True, in_range={"min_value": 0, "max_value": 9}, coerce=True)
    airport: Series[pa.Category] = pa.Field(isin=["LIS", "OPO"], alias="air port", title="IATA code", unique=False)
    old: bool
    _hidden: int = 1
    limit: ClassVar[int] = 3

    @pa.check("delay")
    def positive(cls, column): ...

    class Config:
        strict = True

Schema = pa.DataFrameSchema({
    "a": pa.Column("int64", pa.Check.ge(0), nullable=True),
    "b": pa.Column(str, checks=[pa.Check.isin(["x"]), pa.Check(lambda s: s > "")], description="b's words"),
})
'''
YAML = b"""
schema_type: dataframe
columns:
  a: {dtype: int64, nullable: true, checks: {greater_than_or_equal_to: 0}, description: the a}
  b: {dtype: str, unique: true, checks: null}
"""


def rows(name: str, path: str = "c.py", text: bytes = MODEL) -> list[tuple[str, ...]]:
    return [tuple(column) for column in columns_of(text, path, name)]


def test_columns__of_a_model_with_its_base() -> None:
    assert rows("Flights") == [
        ("flight_id", "int", "no", "ge=0, unique", "the flight's number"),
        ("old", "bool", "no", "", ""),
        ("delay", "float", "yes", "in_range={'min_value': 0, 'max_value': 9}", ""),
        ("air port", "pa.Category", "no", "isin=['LIS', 'OPO']", "IATA code"),
    ]


def test_columns__of_a_schema() -> None:
    assert rows("Schema") == [
        ("a", "int64", "yes", "ge(0)", ""),
        ("b", "str", "no", "isin(['x']), pa.Check(lambda s: s > '')", "b's words"),
    ]


def test_columns__of_yaml() -> None:
    assert rows("", "c.yaml", YAML) == [
        ("a", "int64", "yes", "greater_than_or_equal_to=0", "the a"),
        ("b", "str", "no", "unique", ""),
    ]


def test_columns__of_the_example() -> None:
    path = next((Path(__file__).parents[2] / "examples").rglob("contracts/*.py"))
    found = columns_of(path.read_bytes(), "c.py", "Tumours")
    assert (len(found), found[0]) == (32, ("sample_id", "int", "no", "ge=0, unique", ""))


@pytest.mark.parametrize(
    ("name", "path", "text", "message"),
    [
        pytest.param("Flight", "c.py", MODEL, "c.py: there is no contract Flight", id="typo"),
        pytest.param("", "c.py", MODEL, "c.py: name the contract, as in c.py:Name", id="no name"),
        pytest.param("X", "c.py", b"class X: ...", "c.py: the contract X names no columns", id="no columns"),
        pytest.param(
            "X", "c.py", b"X = pa.DataFrameSchema(made())", "c.py: the contract X names no columns", id="computed"
        ),
        pytest.param(
            "X", "c.py", b"X = pa.DataFrameSchema({**y})", "c.py: the column ** is not written out", id="spread"
        ),
        pytest.param("X", "c.py", b"class X(X):\n  a: int = f(**k)\nclass Y(X): ...", None, id="its own base"),
        pytest.param("", "c.yaml", b"a: 1", "c.yaml has no columns:", id="other YAML"),
    ],
)
def test_columns__refuses(name: str, path: str, text: bytes, message: str | None) -> None:
    if message is None:
        assert rows(name, path, text) == [("a", "int", "no", "", "")]
        return
    with pytest.raises(SourceError) as raised:
        rows(name, path, text)
    assert plain(raised.value.message).startswith(message)


def test_columns__of_broken_code() -> None:
    with pytest.raises(DocumentError, match="not valid Python"):
        rows("X", "c.py", b"class X(:")
