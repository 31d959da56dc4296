"""The data files hold every tumour once, and the target means what its name says."""

import pandas as pd

from src.features import MEASURED
from src.prepare import batches, split


def test_load__columns_are_id_measurements_target(samples: pd.DataFrame):
    assert list(samples.columns) == ["sample_id", *MEASURED, "malignant"]


def test_load__malignant_is_one(samples: pd.DataFrame):
    assert samples["malignant"].value_counts().to_dict() == {0: 357, 1: 212}


def test_batches__all_tumours_in_their_order(samples: pd.DataFrame):
    found = dict(batches(samples))
    assert list(found) == [f"batch-{number}.csv" for number in range(6)]
    assert pd.concat(found.values()).equals(samples)


def test_split__no_tumour_is_lost_or_in_both(samples: pd.DataFrame):
    train, test = split(samples, test_share=0.5, random_state=2)
    assert sorted([*train["sample_id"], *test["sample_id"]]) == list(range(569))


def test_split__same_share_of_malignant_in_both(samples: pd.DataFrame):
    train, test = split(samples, test_share=0.5, random_state=2)
    assert abs(train["malignant"].mean() - test["malignant"].mean()) < 0.005
