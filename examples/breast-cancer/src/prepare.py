"""Stage prepare: the measurements as they came, and split to learn from and to judge by."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from src.params import params

BATCH = 100


def load() -> pd.DataFrame:
    """Return the data set, one row a tumour, with an id and the target `malignant`."""
    measured = load_breast_cancer(as_frame=True).frame
    samples = measured.rename(columns=lambda name: name.replace(" ", "_"))
    samples.insert(0, "sample_id", range(len(samples)))
    samples["malignant"] = 1 - samples.pop("target")  # scikit-learn codes benign as 1
    return samples


def batches(samples: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield a file name and the tumours in it: a hundred each, in the order in which they came."""
    for number, begin in enumerate(range(0, len(samples), BATCH)):
        yield f"batch-{number}.csv", samples.iloc[begin : begin + BATCH]


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
    """Write the batches in data/tumours, data/train.csv and data/test.csv."""
    samples = load()
    train, test = split(samples, **params("prepare"))
    Path("data/tumours").mkdir(parents=True, exist_ok=True)
    for name, batch in batches(samples):
        write(batch, f"data/tumours/{name}")
    write(train, "data/train.csv")
    write(test, "data/test.csv")


def write(samples: pd.DataFrame, path: str) -> None:
    """Write a CSV file, the same bytes on every system."""
    samples.to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
