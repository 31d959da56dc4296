"""`mlgate run drift --current FILE`: data that the config need not name, against the reference or the training data."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from repositories import Repository

Mlgate = Callable[..., object]


def csv(shift: float) -> str:
    return str(pl.DataFrame({"x": np.random.default_rng(1).normal(shift, 1, 500)}).write_csv())


def drifted(mlgate, repo: Repository, config: str, *options: str) -> tuple[int, list[str]]:
    files = {"train.csv": csv(0), "ref.csv": csv(0.01), "prod.csv": csv(3), "same.csv": csv(0.02)}
    repo.commit({**files, "mlgate.yaml": config})
    run = mlgate("run", "drift", "--format", "json", *options, cwd=repo.path)
    (entry,) = json.loads(run.out)["entries"]
    return run.code, [finding["message"] for finding in entry["outcome"]["findings"]]


TRAIN = "datasets: {learn: {path: train.csv, split: train}, other: {path: same.csv}}\n"
REFERENCE = TRAIN + "drift: {compare: [{current: other, against: ref.csv}, {current: other, against: baseline}]}\n"


@pytest.mark.parametrize(
    ("config", "against"),
    [
        pytest.param(TRAIN, "learn", id="the training data"),
        pytest.param(REFERENCE, "ref.csv", id="the reference of the config"),
        pytest.param("datasets: {all: {path: train.csv}}\n", "all", id="the only dataset"),
    ],
)
def test_current(mlgate, repo: Repository, config: str, against: str) -> None:
    assert drifted(mlgate, repo, config, "--current", "same.csv") == (0, [])
    code, (message,) = drifted(mlgate, repo, config, "--current", "prod.csv")
    assert (code, f"of `prod.csv` differs from `{against}`" in message) == (1, True)


def test_current__without_anything_to_compare_with(mlgate, repo: Repository) -> None:
    config = "datasets: {a: {path: train.csv}, b: {path: same.csv}}\n"
    code, (message,) = drifted(mlgate, repo, config, "--current", "prod.csv")
    assert (code, message) == (1, "`--current`: there is nothing to compare `prod.csv` with")


def test_current__file_that_is_not_there(mlgate, repo: Repository) -> None:
    code, messages = drifted(mlgate, repo, TRAIN, "--current", "gone.csv")
    assert (code, any("gone.csv" in message for message in messages)) == (1, True)
