"""Training data against the splits that judge it: leaks, order of time, shares of classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asking import ask, only
from datasets import Check, sales, warnings
from mlgate.checks.data import CHECK
from mlgate.config import Dataset
from mlgate.integrity import repeats
from mlgate.integrity.splits import pairs
from mlgate.report import Severity, Status
from mlgate.text import plain
from repositories import Repository

KEYS = dict.fromkeys(("train", "test"), ", key: id, target: bought")


def coarse(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.integers(0, 6, rows) for name in ("age", "class", "children")})


@pytest.mark.parametrize(
    ("train", "test"),
    [
        pytest.param(sales(400, 1), sales(200, 2), id="nothing in common"),
        pytest.param(coarse(400, 1), coarse(200, 2), id="coarse features are alike anyway"),
        pytest.param(sales(400, 1), sales(400, 1)[["color"]].assign(note="x"), id="other columns"),
    ],
)
def test_leakage__quiet(check: Check, train: pd.DataFrame, test: pd.DataFrame) -> None:
    assert warnings(check({"train": train, "test": test}, integrity="{constant_columns: off}")) == []


def test_leakage__by_key(check: Check) -> None:
    test = sales(200, 2)
    outcome = check({"train": pd.concat([sales(400, 1), test.iloc[[4, 6]]]), "test": test}, datasets=KEYS)
    found = only(outcome, "data/leakage")
    assert outcome.status is Status.FAILED
    assert plain(found.message) == (
        "2 of 200 rows (1.0 %) of test stand in train too, by their id, such as 2000004 (line 6); 2000006 (line 8)"
    )
    assert (found.key, str(found.location)) == ("data/leakage:test/train", "data/test.csv:6")


def test_leakage__by_features_under_other_ids(check: Check) -> None:
    test = sales(200, 2)
    copies = test.iloc[:20].assign(id=range(5_000_000, 5_000_020))
    outcome = check({"train": pd.concat([sales(400, 1), copies]), "test": test}, datasets=KEYS)
    found = only(outcome, "data/leakage")
    assert plain(found.message).startswith(
        "20 of 200 rows (10.0 %) of test have the very features of a row of train (4 columns compared), such as line "
    )


def test_leakage__one_twin_in_a_thousand_warns(check: Check) -> None:
    test = sales(1000, 2)
    outcome = check({"train": pd.concat([sales(400, 1), test.iloc[[7]]]), "test": test})
    assert only(outcome, "data/leakage").severity is Severity.WARNING


def test_leakage__coarse_rows_copied(check: Check) -> None:
    rng = np.random.default_rng(0)
    train, test = (pd.DataFrame(rng.integers(0, 60, (300, 2)), columns=["a", "b"]) for _ in range(2))
    found = only(check({"train": pd.concat([train, test]), "test": test}), "data/leakage")
    assert plain(found.message).startswith("all 300 rows of test have the very features of a row of train")
    assert "are alike among themselves" in found.message


def test_leakage__across_formats_and_types(repo: Repository, tmp_path) -> None:
    test = sales(200, 2)
    train = pd.concat([sales(400, 1), test.head(50)]).astype({"id": float})
    train["color"] = train["color"].astype("category")
    train.to_parquet(tmp_path / "train.parquet")
    config = """\
datasets:
  learn: {path: data/train.parquet, split: train}
  judge: {path: data/test.csv, split: test}
"""
    files = {"data/train.parquet": (tmp_path / "train.parquet").read_bytes(), "data/test.csv": test.to_csv(index=False)}
    repo.write({"mlgate.yaml": config, **files})
    found = only(ask(CHECK, repo), "data/leakage")
    assert plain(found.message).startswith("50 of 200 rows (25.0 %) of judge have the very features of a row of learn")


def test_leakage__in_several_passes(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlgate.integrity.overlap.AT_ONCE", 50)
    monkeypatch.setattr(repeats, "AT_ONCE", 50)
    test = pd.concat([sales(200, 2), sales(200, 2).head(9)])
    outcome = check({"train": pd.concat([sales(400, 1), test.iloc[:20]]), "test": test}, datasets=KEYS)
    assert plain(only(outcome, "data/leakage").message).startswith("29 of 209 rows (13.9 %) of test stand in train too")
    assert plain(only(outcome, "data/duplicate-rows").message).startswith("9 of 209 rows (4.3 %) of test repeat")


TIMES = dict.fromkeys(("train", "test"), ", time: at")


def dated(frame: pd.DataFrame, begin: str) -> pd.DataFrame:
    return frame.assign(at=pd.date_range(begin, periods=len(frame), freq="h").astype(str))


@pytest.mark.parametrize(
    ("train", "test"),
    [
        pytest.param(dated(sales(400, 1), "2024-01-01"), dated(sales(200, 2), "2024-02-01"), id="in order"),
        pytest.param(dated(sales(400, 1), "2024-01-01"), dated(sales(400, 2), "2024-01-01"), id="split at random"),
    ],
)
def test_time_order__quiet(check: Check, train: pd.DataFrame, test: pd.DataFrame) -> None:
    assert warnings(check({"train": train, "test": test}, datasets=TIMES)) == []


def test_time_order__some_training_rows_come_later(check: Check) -> None:
    train, test = dated(sales(400, 1), "2024-01-01"), dated(sales(200, 2), "2024-02-01")
    train.loc[396:, "at"] = "2024-03-01 00:00:00"
    found = only(check({"train": train, "test": test}, datasets=TIMES), "data/time-order")
    assert plain(found.message).startswith("4 of 400 rows (1.0 %) of train are dated after 2024-02-01")


def test_balance__differs_between_splits(check: Check) -> None:
    train, test = sales(400, 1), sales(400, 2).assign(bought=1)
    test.loc[:30, "bought"] = 0
    found = only(check({"train": train, "test": test}, datasets=KEYS), "data/class-balance")
    assert plain(found.message).startswith("the classes of bought are in other shares in test than in train: ")
    assert found.key == "data/class-balance:test/train.bought"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        pytest.param(["train", "test", "validation"], [("train", "test"), ("train", "validation")], id="plain names"),
        pytest.param(["eu_train", "us-test", "eu.test"], [("eu_train", "eu.test")], id="two models"),
        pytest.param(["events", "trainers", "latest"], [], id="other words"),
    ],
)
def test_pairs__by_name(names: list[str], found: list[tuple[str, str]]) -> None:
    assert pairs({name: Dataset(path="x.csv") for name in names}) == found


def test_pairs__by_the_config() -> None:
    datasets = {"a": Dataset(path="a.csv", split="train"), "b": Dataset(path="b.csv", split="holdout")}
    assert pairs(datasets) == [("a", "b")]
