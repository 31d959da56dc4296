"""How often the drift gate flags columns that are equal, and columns that moved, by simulation of its own decision.

A run compares 50 columns of n rows a side; the share of runs in which any is flagged is counted for three rules: the
p value alone, the statistic alone, and mlgate's own. Large equal samples move the statistic as little as the last
block shows, where one column really moves by 0.005 standard deviations at a million rows.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

import numpy as np

from mlgate.drift.judge import judge
from mlgate.drift.measured import Aspect, Difference, Measured, Profile
from mlgate.drift.rules import D_ALONE, P_ALONE, ColumnRule, Fail, Levels, Named
from mlgate.report import Severity
from mlgate.stats import two_samples as two

COLUMNS = 50
RULES: dict[str, Fail | Named] = {"p<0.05": P_ALONE, "D>0.2": D_ALONE, "mlgate": Fail()}
NAMES = (*RULES, "mlgate, warning")
SIZES = {100: 400, 1_000: 200, 100_000: 20}
SHIFTED = ((1_000_000, 0.005, 20), (1_000, 0.6, 200), (100, 0.6, 200))


def column(rng: np.random.Generator, rows: int, shift: float) -> Measured:
    """Return a normal column whose second sample is shifted by `shift` standard deviations, measured."""
    first, second = np.sort(rng.normal(size=rows)), np.sort(rng.normal(shift, 1, rows))
    statistic = two.ks_statistic(first, second)
    difference = Difference(
        aspect=Aspect.VALUES,
        statistic=statistic,
        size=statistic,
        p_value=two.ks_p_value(statistic, rows, rows),
        psi=two.psi(*two.quantile_counts(first, second)),
    )
    side = Profile(rows=rows, missing=0)
    return Measured(name="x", before=side, now=side, differences=(difference,))


def flagged(columns: list[Measured]) -> Iterator[str]:
    """Yield the rules that flag any of the columns of one run; `mlgate, warning` is its lighter level."""
    pairs = [(measured, ColumnRule()) for measured in columns]
    for name, fail in RULES.items():
        heaviest = [judged.severity for judged in judge(pairs, Levels(fail=fail))]
        if Severity.ERROR in heaviest:
            yield name
        if name == "mlgate" and Severity.WARNING in heaviest:
            yield "mlgate, warning"


def shares(rng: np.random.Generator, rows: int, runs: int, shift: float = 0.0) -> dict[str, float]:
    """Return the share of runs in which each rule flags any of 50 equal columns, or the one that is shifted."""
    counts = Counter[str]()
    for _ in range(runs):
        counts.update(flagged([column(rng, rows, shift) for _ in range(1 if shift else COLUMNS)]))
    return {name: counts[name] / runs for name in NAMES}


def show(rows: int, shift: float, runs: int, found: dict[str, float]) -> None:
    """Print one line of the table."""
    print(f"{rows:>12,} {shift:>10} {runs:>6} " + " ".join(f"{found[name]:>16.3f}" for name in NAMES))


def main() -> None:
    """Print the table, and the worst rate at which equal columns are flagged."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true", help="few runs, and no million rows")
    smoke = parser.parse_args().smoke
    rng = np.random.default_rng(20_260_101)
    print(f"share of runs with any flag among {COLUMNS} equal columns, then of one that is shifted")
    print(f"{'rows a side':>12} {'shift, sd':>10} {'runs':>6} " + " ".join(f"{name:>16}" for name in NAMES))
    worst = 0.0
    for rows, runs in SIZES.items():
        runs = max(2, runs // 20) if smoke else runs
        found = shares(rng, rows, runs)
        show(rows, 0.0, runs, found)
        worst = max(worst, found["mlgate"], found["mlgate, warning"])
    trifle = 0.0
    for rows, shift, runs in SHIFTED:
        rows, runs = (min(rows, 50_000), 2) if smoke else (rows, runs)
        found = shares(rng, rows, runs, shift)
        show(rows, shift, runs, found)
        trifle = max(trifle, found["mlgate"]) if shift < 0.01 else trifle
    print(f"worst_flag_rate_of_equal_columns: {worst:.4f}")
    print(f"flag_rate_of_a_trifle: {trifle:.4f}")


if __name__ == "__main__":
    main()
