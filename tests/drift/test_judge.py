"""The decision over many columns together, and how often it is wrong about equal ones."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mlgate.drift.judge import Judged, drifted_share, judge
from mlgate.drift.kinds import Family
from mlgate.drift.measure import Pair, measure
from mlgate.drift.measured import Aspect, Difference, Measured, Profile
from mlgate.drift.rules import ColumnRule, Fail, Levels, Measure, Warn
from mlgate.report import Severity

SIDE = Profile(rows=1_000, missing=0)


def column(statistic: float, p_value: float, psi: float = 0.0, **more) -> Measured:
    test = Difference(
        aspect=Aspect.VALUES, statistic=statistic, p_value=p_value, psi=psi, **{"size": statistic, **more}
    )
    return Measured(name="x", before=SIDE, now=SIDE, differences=(test,))


def severity(found: Measured, rule: ColumnRule | None = None, levels: Levels | None = None) -> Severity | None:
    return judge([(found, rule or ColumnRule())], levels or Levels())[0].severity


@pytest.mark.parametrize(
    ("statistic", "p_value", "psi", "expected"),
    [
        pytest.param(0.05, 0.0, 0.1, None, id="certain and small"),
        pytest.param(0.50, 0.06, 1.0, None, id="large and likely"),
        pytest.param(0.20, 0.05, 0.0, Severity.ERROR, id="both at their bars"),
        pytest.param(0.19, 0.0, 0.0, Severity.WARNING, id="below the bar of failing"),
        pytest.param(0.10, 0.05, 0.0, Severity.WARNING, id="at the bar of warning"),
        pytest.param(0.05, 0.0, 0.2, Severity.WARNING, id="unstable"),
    ],
)
def test_judge__table(statistic: float, p_value: float, psi: float, expected: Severity | None) -> None:
    assert severity(column(statistic, p_value, psi)) is expected


def test_judge__one_low_p_value_among_fifty_is_chance() -> None:
    columns = [(column(0.3, 0.01), ColumnRule())] + [(column(0.3, 0.5), ColumnRule())] * 49
    assert severity(column(0.3, 0.01)) is Severity.ERROR
    assert not any(one.severity for one in judge(columns, Levels()))


@pytest.mark.parametrize(
    ("fail", "statistic", "p_value", "expected"),
    [
        pytest.param("p<0.05", 0.01, 0.04, Severity.ERROR, id="p alone"),
        pytest.param("p<0.05", 0.90, 0.05, Severity.WARNING, id="p alone, at the bar"),
        pytest.param("D>0.2", 0.21, 0.90, Severity.ERROR, id="D alone"),
        pytest.param("D>0.2", 0.20, 0.90, None, id="D alone, at the bar"),
        pytest.param(Fail(statistic=0.0, alpha=0.01), 0.01, 0.02, None, id="another alpha"),
    ],
)
def test_judge__rules_that_people_come_with(fail, statistic: float, p_value: float, expected: Severity | None) -> None:
    assert severity(column(statistic, p_value), levels=Levels(fail=fail)) is expected


def test_judge__bars_of_a_column() -> None:
    far = {"measure": Measure.WASSERSTEIN, "size": 0.6}
    rule = ColumnRule(measure=Measure.WASSERSTEIN)
    assert severity(column(0.15, 0.0, **far), rule) is Severity.ERROR
    assert severity(column(0.15, 0.0, **far), ColumnRule(measure=Measure.WASSERSTEIN, fail=0.7)) is Severity.WARNING
    assert severity(column(0.15, 0.9, **far), rule) is None
    assert severity(column(0.9, 0.0), ColumnRule(gate=False)) is Severity.INFO
    # A category has no such distance and is held to the general bars.
    assert severity(column(0.3, 0.0), rule) is Severity.ERROR
    assert severity(column(0.15, 0.0), levels=Levels(warn=Warn(statistic=0.16))) is None


def test_drifted_share__weighs_columns() -> None:
    heavy = Judged(column=column(1, 0), rule=ColumnRule(weight=3), severity=Severity.ERROR)
    columns = [(heavy.column, heavy.rule), (column(0, 1), ColumnRule())]
    assert drifted_share(judge(columns, Levels())) == 0.75
    assert drifted_share([]) == 0.0


def test_equal_columns__are_seldom_flagged() -> None:
    """A reduced run of bench/drift_decision.py."""
    rng = np.random.default_rng(12)

    def equal(rows: int) -> tuple[Measured, ColumnRule]:
        before, now = (pl.Series("x", rng.normal(size=rows)) for _ in range(2))
        return measure(Pair(before, now, Family.NUMBER, ColumnRule()), 100), ColumnRule()

    flagged = 0
    for rows, runs in ((100, 40), (1_000, 20)):
        for _ in range(runs):
            judged = judge([equal(rows) for _ in range(50)], Levels())
            flagged += any(one.severity is not None for one in judged)
    assert flagged <= 2
