class DataFrameModel:
    pass


class Model(DataFrameModel):
    pass
