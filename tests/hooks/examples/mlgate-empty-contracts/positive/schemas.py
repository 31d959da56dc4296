import pandera.pandas as pa
from pandera.pandas import Check, Column, DataFrameModel, DataFrameSchema

EMPTY = DataFrameSchema()  # found
NO_COLUMNS = pa.DataFrameSchema({}, coerce=True)  # found
NONE_NAMED = pa.DataFrameSchema(columns={}, name="rows")  # found
HOLLOW = DataFrameSchema(
    {
        "rate": Column(float),
        "note": Column(nullable=True, required=False),  # found
        "label": Column(int, Check(lambda values: True)),  # found
    }
)


class Rows(pa.DataFrameModel):  # found
    class Config:
        coerce = True


class Others(DataFrameModel):  # found
    """Nothing is stated."""


class Labelled(pa.DataFrameModel):
    label: int

    @pa.check("label")
    def is_known(cls, values):  # found
        """Say yes."""
        return True
