"""Uncertainty between training runs: seeds, folds, and the history of the main branch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, variance

from mlgate.stats.distributions import quantile
from mlgate.stats.estimate import Estimate


def welch(baseline: Sequence[float], head: Sequence[float]) -> Estimate:
    """Return the change of the mean over seeds, with the degrees of freedom of Welch and Satterthwaite (1947).

    Both sides need two or more values; raises `ValueError` otherwise.
    """
    parts = [variance(side) / len(side) for side in (baseline, head)]
    total = sum(parts)
    weights = [part * part / (len(side) - 1) for part, side in zip(parts, (baseline, head), strict=True)]
    df = total * total / sum(weights) if sum(weights) > 0 else float(len(baseline) + len(head) - 2)
    method = f"{len(baseline)} and {len(head)} seeds, Welch"
    return _of(baseline, head, math.sqrt(total), df, method, "seed")


def folds(baseline: Sequence[float], head: Sequence[float], *, test_share: float | None = None) -> Estimate:
    """Return the change over the same cross-validation folds, corrected for the overlap of their training sets.

    `test_share` is n_test / n_train of one fold; by default that of k folds, 1 / (k - 1). Without the correction the
    variance is too small by that factor. Source: Nadeau and Bengio 2003, Machine Learning 52, eq. 8.
    """
    k = len(head)
    if len(baseline) != k or k < 2:
        raise ValueError("folds come in pairs, two or more")
    differences = [after - before for before, after in zip(baseline, head, strict=True)]
    share = 1 / (k - 1) if test_share is None else test_share
    se = math.sqrt((1 / k + share) * variance(differences))
    return _of(baseline, head, se, k - 1.0, f"{k} folds, Nadeau-Bengio", "fold")


def combined(examples: Estimate, seeds: Estimate) -> Estimate:
    """Return the estimate over seeds that also carries the uncertainty of the examples they were judged on.

    The two variances are added, with Satterthwaite's degrees of freedom (Bouthillier et al. 2021, section 3).
    """
    parts = [(examples.se**2, examples.df or math.inf), (seeds.se**2, seeds.df or math.inf)]
    total = sum(part for part, _ in parts)
    spread = sum(part * part / df for part, df in parts)
    return Estimate(
        baseline=seeds.baseline,
        head=seeds.head,
        center=seeds.center,
        se=math.sqrt(total),
        n=examples.n,
        method=f"{examples.method}; {seeds.method}",
        df=total * total / spread if spread > 0 else None,
        n_examples=examples.n_examples,
        disagreement=examples.disagreement,
        unit=f"{examples.unit} or seed",
    )


def against_history(history: Sequence[float], baseline: float, head: float) -> Estimate:
    """Return the change with the spread that the main branch has shown from commit to commit.

    `history` holds the metric at earlier commits, oldest first, eight or more. The spread is that of successive
    differences, so that slow progress of the branch does not count as noise (von Neumann 1941); a new value stands
    against the baseline as one draw against another.
    """
    if len(history) < 3:
        raise ValueError("a history needs three or more values")
    steps = [after - before for before, after in pairwise(history)]
    se = math.sqrt(fmean(step * step for step in steps))
    return Estimate(
        baseline=baseline,
        head=head,
        center=head - baseline,
        se=se,
        n=len(history),
        method=f"history of {len(history)} commits",
        # Successive differences carry about two thirds of the information of independent draws.
        df=max(1.0, 2 * len(steps) / 3),
        unit="commit",
    )


def needed(estimate: Estimate, tolerance: float, power: float = 0.8, level: float = 0.95) -> int:
    """Return how many independent units would certify a true change of zero within `tolerance`, at this power.

    n = (t_level + z_power)^2 rho / d^2, with rho the variance of one unit (Miller 2024, section 5), and the quantile
    of Student's t where the variance is as little known as here.
    """
    if tolerance <= 0 or not math.isfinite(estimate.se):
        return 0
    rho = estimate.se**2 * estimate.n
    return math.ceil((quantile(level, estimate.df) + quantile(power)) ** 2 * rho / tolerance**2)


def _of(baseline: Sequence[float], head: Sequence[float], se: float, df: float, method: str, unit: str) -> Estimate:
    before, after = fmean(baseline), fmean(head)
    n = min(len(baseline), len(head))
    return Estimate(baseline=before, head=after, center=after - before, se=se, n=n, method=method, df=df, unit=unit)
