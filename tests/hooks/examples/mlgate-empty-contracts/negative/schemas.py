import pandera.polars as pa
from other import DataFrameSchema as Foreign
from pandera.typing import Series

WHOLE = pa.DataFrameSchema({"rate": pa.Column(float)})
STRICT = pa.DataFrameSchema({}, strict=True)
CHECKED = pa.DataFrameSchema(checks=[pa.Check(lambda frame: len(frame) > 0)])
COLUMNS = {"rate": pa.Column()}
NAMED = pa.DataFrameSchema(COLUMNS)
UNPACKED = pa.DataFrameSchema(**{"columns": COLUMNS})
OPTIONAL = pa.Column(float, nullable=True, required=False)
FOREIGN = Foreign()


class Base(pa.DataFrameModel):
    class Config:
        coerce = True


class Common(pa.DataFrameModel):
    pass


class Rows(Common):
    rate: Series[float]


class Checked(pa.DataFrameModel):
    @pa.dataframe_check
    def has_rows(cls, frame):
        return len(frame) > 0


class Strict(pa.DataFrameModel):
    class Config:
        strict = True
