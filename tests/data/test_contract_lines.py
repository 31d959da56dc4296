"""Lines of a contract: where columns and checks are stated."""

from __future__ import annotations

from mlgate.data.contract_lines import column_lines, definition_line, function_lines

TEXT = """\
import pandera.pandas as pa

NAMES = {"price": "a price", "note": "not a column"}


class Base(pa.DataFrameModel):
    id: int


class Sales(Base):
    price: float
    group: str = pa.Field(alias="group by")

    @pa.check("price")
    def cheap(cls, series):
        return series < 5


Other = pa.DataFrameSchema({"price": pa.Column(float), "name": pa.Column(str)})
"""


def test_column_lines__of_a_model() -> None:
    found = column_lines(TEXT, "Sales")
    assert (found["price"], found["group by"]) == (11, 12)


def test_column_lines__of_a_schema() -> None:
    found = column_lines(TEXT, "Other")
    assert (found["price"], found["name"]) == (19, 19)


def test_column_lines__of_the_class_it_inherits() -> None:
    assert column_lines(TEXT, "Sales")["id"] == 7


def test_function_lines() -> None:
    assert function_lines(TEXT) == {"cheap": 15}


def test_definition_line() -> None:
    assert (definition_line(TEXT, "Other"), definition_line(TEXT, "Nobody")) == (19, None)
