"""The contract of all data in data/: what every row must be.

The source names no units, so the ranges stand in for them: they leave room above the largest tumour
seen so far, and what lies outside is a wrong unit or a broken export.
"""

import pandera.pandas as pa


class Tumours(pa.DataFrameModel):
    """One fine needle aspirate: 30 measurements of its cell nuclei, and the diagnosis."""

    sample_id: int = pa.Field(ge=0, unique=True)

    mean_radius: float = pa.Field(in_range={"min_value": 3, "max_value": 40})
    mean_texture: float = pa.Field(in_range={"min_value": 5, "max_value": 60})
    mean_perimeter: float = pa.Field(in_range={"min_value": 20, "max_value": 260})
    mean_area: float = pa.Field(in_range={"min_value": 50, "max_value": 4000})
    mean_smoothness: float = pa.Field(in_range={"min_value": 0, "max_value": 0.3})
    mean_compactness: float = pa.Field(in_range={"min_value": 0, "max_value": 1})
    mean_concavity: float = pa.Field(in_range={"min_value": 0, "max_value": 1})
    mean_concave_points: float = pa.Field(in_range={"min_value": 0, "max_value": 0.5})
    mean_symmetry: float = pa.Field(in_range={"min_value": 0, "max_value": 0.6})
    mean_fractal_dimension: float = pa.Field(in_range={"min_value": 0, "max_value": 0.2})

    radius_error: float = pa.Field(in_range={"min_value": 0, "max_value": 6})
    texture_error: float = pa.Field(in_range={"min_value": 0, "max_value": 10})
    perimeter_error: float = pa.Field(in_range={"min_value": 0, "max_value": 40})
    area_error: float = pa.Field(in_range={"min_value": 0, "max_value": 900})
    smoothness_error: float = pa.Field(in_range={"min_value": 0, "max_value": 0.1})
    compactness_error: float = pa.Field(in_range={"min_value": 0, "max_value": 0.4})
    concavity_error: float = pa.Field(in_range={"min_value": 0, "max_value": 0.8})
    concave_points_error: float = pa.Field(in_range={"min_value": 0, "max_value": 0.2})
    symmetry_error: float = pa.Field(in_range={"min_value": 0, "max_value": 0.2})
    fractal_dimension_error: float = pa.Field(in_range={"min_value": 0, "max_value": 0.1})

    worst_radius: float = pa.Field(in_range={"min_value": 3, "max_value": 60})
    worst_texture: float = pa.Field(in_range={"min_value": 5, "max_value": 80})
    worst_perimeter: float = pa.Field(in_range={"min_value": 20, "max_value": 400})
    worst_area: float = pa.Field(in_range={"min_value": 50, "max_value": 8000})
    worst_smoothness: float = pa.Field(in_range={"min_value": 0, "max_value": 0.5})
    worst_compactness: float = pa.Field(in_range={"min_value": 0, "max_value": 2})
    worst_concavity: float = pa.Field(in_range={"min_value": 0, "max_value": 2.5})
    worst_concave_points: float = pa.Field(in_range={"min_value": 0, "max_value": 0.6})
    worst_symmetry: float = pa.Field(in_range={"min_value": 0, "max_value": 1})
    worst_fractal_dimension: float = pa.Field(in_range={"min_value": 0, "max_value": 0.4})

    malignant: int = pa.Field(isin=[0, 1])

    class Config:
        """Columns in this order, and no others."""

        strict = True
        ordered = True
