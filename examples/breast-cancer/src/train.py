"""Stage train: a random forest over the features of the training rows."""

from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from src.features import features
from src.params import params


def train(samples: pd.DataFrame, settings: dict[str, Any]) -> RandomForestClassifier:
    """Return a forest fitted to the samples; the settings are scikit-learn's own names."""
    return RandomForestClassifier(**settings).fit(features(samples), samples["malignant"])


def main() -> None:
    """Write out/model.joblib."""
    model = train(pd.read_csv("data/train.csv"), params("train"))
    Path("out").mkdir(exist_ok=True)
    joblib.dump(model, "out/model.joblib")


if __name__ == "__main__":
    main()
