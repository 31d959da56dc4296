"""Stage prepare: the measurements as two CSV files, one to learn from and one to judge by."""

from pathlib import Path

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from src.params import params


def load() -> pd.DataFrame:
    """Return the data set, one row a tumour, with an id and the target `malignant`."""
    measured = load_breast_cancer(as_frame=True).frame
    samples = measured.rename(columns=lambda name: name.replace(" ", "_"))
    samples.insert(0, "sample_id", range(len(samples)))
    samples["malignant"] = 1 - samples.pop("target")  # scikit-learn codes benign as 1
    return samples


def split(
    samples: pd.DataFrame, test_share: float, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return train and test rows with the same share of malignant tumours in both."""
    train, test = train_test_split(
        samples,
        test_size=test_share,
        random_state=random_state,
        stratify=samples["malignant"],
    )
    return train.sort_values("sample_id"), test.sort_values("sample_id")


def main() -> None:
    """Write data/train.csv and data/test.csv."""
    train, test = split(load(), **params("prepare"))
    Path("data").mkdir(exist_ok=True)
    train.to_csv("data/train.csv", index=False, lineterminator="\n")
    test.to_csv("data/test.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
