"""What the model sees of a tumour: thirty measurements and two features made from them."""

import math

import pandas as pd

MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
)
MEASURED = (
    *(f"mean_{measure}" for measure in MEASURES),
    *(f"{measure}_error" for measure in MEASURES),
    *(f"worst_{measure}" for measure in MEASURES),
)


def irregularity(samples: pd.DataFrame) -> pd.Series:
    """Return how far the nuclei are from circles: perimeter² / (4π area), 1 for a circle."""
    return samples["mean_perimeter"] ** 2 / (4 * math.pi * samples["mean_area"])


def radius_spread(samples: pd.DataFrame) -> pd.Series:
    """Return by how much the largest nuclei exceed the average one."""
    return samples["worst_radius"] - samples["mean_radius"]


def features(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the model learns from, always in the same order."""
    return samples[list(MEASURED)].assign(
        irregularity=irregularity(samples),
        radius_spread=radius_spread(samples),
    )
