"""How often the metrics gate fails, warns and passes, by simulation through its own decision function.

Two models are judged on the same n examples and disagree on one in ten; the tolerance is one point of accuracy.
A last block shows why slices are corrected: twenty slices of 200 rows, equal models.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from mlgate.stats.corrections import holm
from mlgate.stats.decision import Decision, decide
from mlgate.stats.estimate import Estimate
from mlgate.stats.proportions import bonett_price

TOLERANCE = 0.01
DISAGREEMENT = 0.10
CELLS = (
    (50, 0.0), (200, 0.0), (1_000, 0.0), (1_000, -0.02), (5_000, 0.0), (5_000, -0.02), (50_000, 0.0), (50_000, -0.005),
)  # fmt: skip
SHOWN = (Decision.WORSE, Decision.WITHIN_NOISE, Decision.CERTIFIED, Decision.NOT_CERTIFIED)


def draw(rng: np.random.Generator, n: int, change: float, rounds: int) -> list[Estimate]:
    """Return the estimates of `rounds` simulated pull requests whose true change of accuracy is `change`."""
    fixed, broken = (DISAGREEMENT + change) / 2, (DISAGREEMENT - change) / 2
    cells = rng.multinomial(n, [fixed, broken, 0.85 - fixed, 0.15 - broken], size=rounds)
    return [
        bonett_price(fixed=int(f), broken=int(b), n=n, baseline=(b + c) / n, head=(f + c) / n) for f, b, c, _ in cells
    ]


def rates(rng: np.random.Generator, n: int, change: float, rounds: int) -> dict[Decision, float]:
    """Return the share of each decision."""
    counts = Counter(decide(estimate, TOLERANCE).decision for estimate in draw(rng, n, change, rounds))
    return {decision: counts[decision] / rounds for decision in Decision}


def slices(rng: np.random.Generator, rounds: int) -> dict[str, float]:
    """Return how often any of 20 equal slices of 200 rows is flagged by three rules."""
    flagged = Counter[str]()
    for _ in range(rounds):
        estimates = draw(rng, 200, 0.0, 20)
        p_values = [estimate.p_below(0.0) for estimate in estimates]
        flagged["2 points, raw"] += any(estimate.change < -0.02 - 1e-12 for estimate in estimates)
        flagged["p < .05"] += any(p < 0.05 for p in p_values)
        flagged["Holm"] += any(p <= 0.05 for p in holm(p_values))
    return {rule: count / rounds for rule, count in flagged.items()}


def main() -> None:
    """Print the table and the worst rate at which equal models fail."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true", help="few rounds")
    rounds = 1_000 if parser.parse_args().smoke else 20_000
    rng = np.random.default_rng(20_260_101)
    print(f"{rounds:,} rounds a row; simulation error up to {2 * (0.25 / rounds) ** 0.5:.3f}")
    print(f"{'n':>8} {'true change':>12} {'fail':>7} {'warn':>7} {'certified':>10} {'not certified':>14}")
    worst = 0.0
    for n, change in CELLS:
        found = rates(rng, n, change, rounds)
        fail, warn, certified, open_ = (found[decision] for decision in SHOWN)
        open_ += found[Decision.UNCHANGED]
        print(f"{n:>8,} {change:>12.3f} {fail:>7.3f} {warn:>7.3f} {certified:>10.3f} {open_:>14.3f}")
        worst = max(worst, fail) if change == 0 else worst
    for rule, share in slices(rng, max(100, rounds // 20)).items():
        print(f"any of 20 equal slices flagged, {rule}: {share:.2f}")
    print(f"worst_equal_model_fail_rate: {worst:.4f}")


if __name__ == "__main__":
    main()
