"""Data for tests of what stands beside contracts: rows with nothing wrong in them, and how to ask about findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from mlgate.report import Finding, Outcome

Frames = Mapping[str, pd.DataFrame]
Check = Callable[..., Outcome]


def sales(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Return rows of two measurements, a category, a time and a class, with nothing wrong in them."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": np.arange(rows) + 1_000_000 * seed,
            "at": pd.date_range("2024-01-01", periods=rows, freq="h").strftime("%Y-%m-%d %H:%M:%S"),
            "price": rng.normal(50, 10, rows).round(4),
            "weight": rng.lognormal(size=rows).round(4),
            "color": rng.choice(["red", "green", "dark blue"], rows),
            "bought": rng.integers(0, 2, rows),
        }
    )


def warnings(outcome: Outcome) -> list[str]:
    """Return the rules of the findings that are more than notes."""
    return [finding.rule.removeprefix("data/") for finding in weighty(outcome)]


def weighty(outcome: Outcome) -> list[Finding]:
    """Return the findings that are more than notes."""
    return [finding for finding in outcome.findings if finding.severity.value != "info"]
