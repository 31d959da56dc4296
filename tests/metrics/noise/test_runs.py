"""Lists and patterns of runs, brought together to one metric."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contexts import opened_context
from mlgate.context import Context
from mlgate.metrics.compare import Metric
from mlgate.metrics.flatten import Odd
from mlgate.metrics.noise.runs import estimates_from_runs, gather_runs
from repositories import Repository


@pytest.fixture
def context(repo: Repository, env: dict[str, str]) -> Iterator[Context]:
    repo.commit({"x": "1"})
    repo.commit({"x": "2"})
    with opened_context(repo.path, env) as opened:
        yield opened


def metric(key: str, baseline: object, head: object, *, file: str = "m.json", item_of: str | None = None) -> Metric:
    return Metric(name=key, file=file, key=key, baseline=baseline, head=head, item_of=item_of)  # type: ignore[arg-type]


LIST = [metric(f"cv.auc.{i}", 0.9 + i / 100, 0.8 + i / 100, item_of="cv.auc") for i in range(11)]


def test_gather__list_becomes_its_mean(context):
    found = gather_runs(context, [metric("f1", 0.5, 0.6), *LIST, metric("z", 1.0, 1.0)], {"cv.auc": "folds"})
    assert [one.name for one in found.metrics] == ["f1", "cv.auc", "z"]
    assert found.metrics[1].head == pytest.approx(0.85)
    assert list(found.runs[0].head) == [str(i) for i in range(11)]


def test_gather__star_stands_for_one_part(context):
    several = [
        metric("seeds.1.auc", 0.9, 0.8), metric("seeds.2.auc", 0.9, 0.8), metric("seeds.1.train.auc", 1.0, 1.0),
        metric("seeds.1.f1", 0.1, 0.1),
    ]  # fmt: skip
    found = gather_runs(context, several, {"seeds.*.auc": "seeds"})
    assert [one.name for one in found.metrics] == ["seeds.*.auc", "seeds.1.train.auc", "seeds.1.f1"]


def test_gather__what_is_no_number_makes_the_mean_none(context):
    several = [metric("a.0", 0.9, 0.9, item_of="a"), metric("a.1", 0.9, Odd("not a number", "NaN"), item_of="a")]
    found = gather_runs(context, several, {"a": "seeds"})
    assert isinstance(found.metrics[0].head, Odd)
    assert estimates_from_runs(context, found.runs)[0] == {}


def test_gather__list_that_is_gone_is_one_metric_that_is_gone(context):
    gone = [metric(f"a.{i}", 0.9, None, item_of="a") for i in range(3)]
    found = gather_runs(context, gone, {"a": "seeds"})
    assert [(one.name, one.head) for one in found.metrics] == [("a", None)]
    assert estimates_from_runs(context, found.runs) == ({}, [])


def test_estimates__folds_are_paired_by_their_name(context):
    found = gather_runs(context, LIST, {"cv.auc": "folds"})
    estimates, findings = estimates_from_runs(context, found.runs)
    assert findings == []
    assert (estimates["cv.auc"].se, estimates["cv.auc"].method) == (
        pytest.approx(0, abs=1e-12),
        "11 folds, Nadeau-Bengio",
    )
