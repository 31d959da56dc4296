"""Which of two values asks more."""

from __future__ import annotations

from typing import Any

import pytest

from mlgate.policy.ruling import Turn
from mlgate.policy.table import way_of
from mlgate.report import Enforcement
from mlgate.units import Duration, Share, Size, Tolerance

POINT, SIX = Tolerance(1, "pp"), Tolerance(6, "pp")


@pytest.mark.parametrize(
    ("key", "before", "after", "turn"),
    [
        ("metrics.rules.recall.tolerance", POINT, SIX, Turn.LOOSER),
        ("metrics.rules.recall.tolerance", SIX, POINT, Turn.TIGHTER),
        ("metrics.rules.recall.tolerance", POINT, Tolerance(1, "%"), Turn.OTHER),
        ("metrics.rules.recall.tolerance", None, SIX, Turn.LOOSER),
        ("metrics.rules.recall.tolerance", SIX, None, Turn.TIGHTER),
        ("metrics.rules.recall.tolerance", None, POINT, Turn.OTHER),
        ("metrics.rules.recall.tolerance", None, Tolerance(0.5, "%"), Turn.TIGHTER),
        ("metrics.rules.recall.tolerance", None, Tolerance(360, "%"), Turn.LOOSER),
        ("metrics.rules.recall.tolerance", None, Tolerance(1, "abs"), Turn.OTHER),
        ("metrics.rules.recall.min", 0.8, 0.7, Turn.LOOSER),
        ("metrics.rules.recall.min", None, 0.7, Turn.TIGHTER),
        ("metrics.rules.recall.min", 0.8, None, Turn.LOOSER),
        ("metrics.rules.recall.max", 1.0, 2.0, Turn.LOOSER),
        ("metrics.rules.recall.max", 1, 0.5, Turn.TIGHTER),
        ("metrics.rules.recall.gate", True, False, Turn.LOOSER),
        ("metrics.rules.recall.better", None, "higher", Turn.TIGHTER),
        ("metrics.rules.recall.better", "higher", "lower", Turn.OTHER),
        ("metrics.mode", "regression", "non-inferiority", Turn.TIGHTER),
        ("enforce.lint", Enforcement.BLOCK, Enforcement.OFF, Turn.LOOSER),
        ("enforce.lint", Enforcement.OFF, Enforcement.WARN, Turn.TIGHTER),
        ("tests.coverage.min", Share(0.8), Share(0.7), Turn.LOOSER),
        ("tests.coverage.max_drop", POINT, None, Turn.LOOSER),
        ("repro.budgets.time", Duration(60), Duration(90), Turn.LOOSER),
        ("repro.budgets.memory", Size(8e9), Size(4e9), Turn.TIGHTER),
        ("repro.rerun", "off", "stale", Turn.TIGHTER),
        ("repro.rerun", "full", ("train",), Turn.LOOSER),
        ("repro.rerun", ("train",), ("train", "prepare"), Turn.TIGHTER),
        ("repro.rerun", "stale", "sample", Turn.OTHER),
        ("drift.columns.x.ignore", None, True, Turn.LOOSER),
        ("drift.columns.x.ignore", None, False, Turn.TIGHTER),
        ("drift.min_rows", 100, 1000, Turn.LOOSER),
        ("drift.fail.alpha", 0.05, 0.01, Turn.LOOSER),
        ("datasets.train.contract", "c.py", None, Turn.LOOSER),
    ],
)
def test_compare(key: str, before: Any, after: Any, turn: Turn) -> None:
    assert way_of(tuple(key.split("."))).compare(before, after) is turn
