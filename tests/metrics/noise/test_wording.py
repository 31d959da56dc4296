"""How uncertainty reads."""

from __future__ import annotations

import math

import pytest

from mlgate.metrics.basis import basis
from mlgate.metrics.compare import Judgement, Metric, judge
from mlgate.metrics.names import standard
from mlgate.metrics.noise import wording as noise_wording
from mlgate.metrics.noise.interval_pictures import picture_table
from mlgate.metrics.noise.verdict import Strictness, with_noise
from mlgate.metrics.rules import Policy
from mlgate.stats.estimate import Estimate

MINUS = "\u2212"


def judged(name: str, baseline: float, head: float, se: float, **more: object) -> Judgement:
    metric = Metric(name=name, file="m.json", key=name, baseline=baseline, head=head)
    made = {"n": 1000, "method": "paired", "n_examples": 1000, "disagreement": 0.098, **more}
    estimate = Estimate(baseline=baseline, head=head, center=head - baseline, se=se, **made)  # type: ignore[arg-type]
    return with_noise([judge(metric, Policy(known=standard(name)))], {name: estimate}, Strictness())[0]


@pytest.mark.parametrize(
    ("name", "baseline", "head", "se", "interval", "verdict"),
    [
        pytest.param("auc", 0.912, 0.908, 0.0017, f"{MINUS}0.68 … {MINUS}0.12",
                     "certified: worst plausible drop 0.68 pp", id="certified"),
        pytest.param("auc", 0.9, 0.95, 0.002, "+4.67 … +5.33", "certified: improved", id="improved"),
        pytest.param("accuracy", 0.899, 0.884, 0.0099, f"{MINUS}3.1 … +0.1",
                     "within noise (n = 1,000, models differ on 9.8 %)", id="within noise"),
        pytest.param("recall", 0.81, 0.77, 0.011, f"{MINUS}5.8 … {MINUS}2.2", "worse: p = 0.0001", id="worse"),
        pytest.param("f1", 0.9, 0.899, 0.02, f"{MINUS}3.4 … +3.2",
                     "not certified: about 25,000 examples would settle it", id="not certified"),
        pytest.param("rmse", 12.1, 12.73, 0.05, "+4.53 … +5.89", "worse: p < 0.0001", id="a loss, in percent"),
        pytest.param("rmse", 10.0, 10.1, 0.02, "+0.67 … +1.33", "certified: worst plausible rise 1.3 %",
                     id="a loss that may rise"),
        pytest.param("auc", 0.9, 0.9, 0.0, "", "unchanged", id="unchanged"),
        pytest.param("auc", 0.9, 0.88, math.inf, "unknown", "within noise (n = 1,000, models differ on 9.8 %)",
                     id="nothing known"),
    ],
)  # fmt: skip
def test_cells(name: str, baseline: float, head: float, se: float, interval: str, verdict: str) -> None:
    found = judged(name, baseline, head, se)
    assert (noise_wording.interval(found), noise_wording.verdict(found)) == (interval, verdict)


def test_worst__stands_below_what_is_tolerated() -> None:
    """A worst drop of 0.9996 points must not read as the 1.0 that is tolerated."""
    found = judged("auc", 0.9, 0.9, 0.009996 / 1.6448536)
    assert noise_wording.verdict(found) == "certified: worst plausible drop 0.9996 pp"


@pytest.mark.parametrize(
    ("p", "shown"),
    [(0.00001, "p < 0.0001"), (0.00042, "p = 0.0004"), (0.0312, "p = 0.031"), (0.5, "p = 0.50"), (1.0, "p = 1.00")],
)
def test_plain_p(p: float, shown: str) -> None:
    assert noise_wording.plain_p(p) == shown


@pytest.mark.parametrize(
    ("unit", "words"), [("query", "about 25,000 queries"), ("group", "about 25,000 groups"), ("commit", "")]
)
def test_enough__in_what_is_independent(unit: str, words: str) -> None:
    assert noise_wording.enough(judged("f1", 0.9, 0.899, 0.02, unit=unit)) == words


def test_basis__one_kind_is_named_without_the_metrics() -> None:
    several = [judged("auc", 0.9, 0.9, 0.01), judged("f1", 0.9, 0.91, 0.01)]
    assert basis(several, n_examples=1000) == "paired, n = 1,000, 1 seed a side (retraining noise not measured)"


def test_basis__several_kinds_are_told_apart() -> None:
    several = [
        judged("auc", 0.9, 0.9, 0.01, n=40, unit="group", method="paired, clusters"),
        judged("f1", 0.9, 0.91, 0.01, n=5, unit="fold", method="5 folds, Nadeau-Bengio"),
        judge(Metric(name="r2", file="m.json", key="r2", baseline=0.5, head=0.6), Policy(known=standard("r2"))),
    ]
    assert basis(several) == (
        "`auc`: paired, n = 1,000 in 40 groups, 1 seed a side (retraining noise not measured); "
        "`f1`: 5 folds, Nadeau-Bengio; no noise estimate for `r2`"
    )


def test_pictures__marks_stand_where_they_belong() -> None:
    table = picture_table([judged("auc", 0.9, 0.895, 0.002), judged("f1", 0.9, 0.7, 0.002)])
    assert table is not None
    worst, other = (row.cells[1].strip("`") for row in table.rows)
    assert worst.startswith("◄")
    # Eight tolerances on 41 places: five places each, no change at the 31st, the limit at the 26th.
    assert (other.index("│"), other.index("●")) == (30, 28)
    assert len(worst) == len(other) == 41
