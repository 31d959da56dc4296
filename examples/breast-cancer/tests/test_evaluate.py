"""Predictions and metrics, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from src.evaluate import judge, predict


class Fixed:
    """A model that has made up its mind."""

    def __init__(self, *malignant: float):
        """Keep one probability for each row to come."""
        self.malignant = np.array(malignant)

    def predict_proba(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the probabilities, whatever the rows."""
        return np.column_stack([1 - self.malignant, self.malignant])


def test_predict__a_score_at_the_threshold_is_malignant(samples: pd.DataFrame):
    predictions = predict(Fixed(0.39, 0.4, 0.41), samples.head(3), threshold=0.4)
    assert predictions["prediction"].tolist() == [0, 1, 1]


def test_predict__no_score_is_certain(samples: pd.DataFrame):
    predictions = predict(Fixed(0.0, 1.0), samples.head(2), threshold=0.4)
    assert predictions["score"].tolist() == [0.001, 0.999]


def test_judge__hand_computed():
    predictions = pd.DataFrame(
        {
            "truth": [1, 1, 1, 0, 0],
            "prediction": [1, 1, 0, 1, 0],
            "score": [0.9, 0.8, 0.3, 0.7, 0.1],
        }
    )
    assert judge(predictions) == {
        "accuracy": 0.6,
        "recall": pytest.approx(2 / 3, abs=1e-6),
        "precision": pytest.approx(2 / 3, abs=1e-6),
        "f1": pytest.approx(2 / 3, abs=1e-6),
        "roc_auc": pytest.approx(5 / 6, abs=1e-6),  # five of the six pairs are in order
        "log_loss": pytest.approx(-np.log([0.9, 0.8, 0.3, 0.3, 0.9]).mean(), abs=1e-6),
    }
