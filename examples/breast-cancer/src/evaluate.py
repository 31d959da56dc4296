"""Stage evaluate: a prediction for each test row, and the metrics that follow from them."""

import json
from pathlib import Path
from typing import Protocol

import joblib
import numpy as np
import pandas as pd
from sklearn import metrics

from src.features import features
from src.params import params


class Classifier(Protocol):
    """Whatever gives each row a probability for benign and for malignant."""

    def predict_proba(self, rows: pd.DataFrame) -> np.ndarray:
        """Return one row of two probabilities for each row of features."""


def predict(model: Classifier, samples: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Return id, truth, prediction and score; a score at the threshold counts as malignant."""
    malignant = model.predict_proba(features(samples))[:, 1]
    score = malignant.clip(0.001, 0.999).round(6)  # trees that all agree are still not certain
    return pd.DataFrame(
        {
            "sample_id": samples["sample_id"],
            "truth": samples["malignant"],
            "prediction": (score >= threshold).astype(int),
            "score": score,
        }
    )


def judge(predictions: pd.DataFrame) -> dict[str, float]:
    """Return the metrics of the predictions, malignant being the positive class."""
    truth, prediction, score = (predictions[name] for name in ("truth", "prediction", "score"))
    values = {
        "accuracy": metrics.accuracy_score(truth, prediction),
        "recall": metrics.recall_score(truth, prediction),
        "precision": metrics.precision_score(truth, prediction),
        "f1": metrics.f1_score(truth, prediction),
        "roc_auc": metrics.roc_auc_score(truth, score),
        "log_loss": metrics.log_loss(truth, score),
    }
    return {name: round(float(value), 6) for name, value in values.items()}


def main() -> None:
    """Write out/predictions.csv and metrics.json."""
    model = joblib.load("out/model.joblib")
    predictions = predict(model, pd.read_csv("data/test.csv"), **params("evaluate"))
    predictions.to_csv("out/predictions.csv", index=False, lineterminator="\n")
    text = json.dumps({"test": judge(predictions)}, indent=2)
    Path("metrics.json").write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
