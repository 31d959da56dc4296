"""The two derived features mean what the README says."""

import math

import pandas as pd
import pytest

from src.features import MEASURED, features, irregularity, radius_spread


def test_irregularity__a_circle_is_one():
    radius = 12.5
    circle = {"mean_perimeter": [2 * math.pi * radius], "mean_area": [math.pi * radius**2]}
    assert irregularity(pd.DataFrame(circle)).tolist() == pytest.approx([1])


def test_irregularity__grows_when_the_border_gets_longer():
    nuclei = pd.DataFrame({"mean_perimeter": [80.0, 90.0], "mean_area": [450.0, 450.0]})
    assert irregularity(nuclei).is_monotonic_increasing


def test_radius_spread__largest_minus_average():
    nuclei = pd.DataFrame({"mean_radius": [14.0], "worst_radius": [16.5]})
    assert radius_spread(nuclei).tolist() == [2.5]


def test_features__same_columns_whatever_the_order_of_the_file(samples: pd.DataFrame):
    shuffled = samples[samples.columns[::-1]]
    assert list(features(shuffled).columns) == [*MEASURED, "irregularity", "radius_spread"]


def test_features__neither_id_nor_target_reaches_the_model(samples: pd.DataFrame):
    assert not {"sample_id", "malignant"} & set(features(samples).columns)
