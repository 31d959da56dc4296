"""How often the intervals of every estimator hold the true change: nominal .95, paired, at n = 200 and 1,000.

The true change is taken from one draw of 2,000,000 examples (200,000 for queries).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "stats"))
from test_intervals import BINARY, CLASSES, QUERIES, VALUES, binary, classes, estimate, queries, values

FAMILIES = ((BINARY, binary), (CLASSES, classes), (VALUES, values), (QUERIES, queries))


def main() -> None:
    """Print the coverage of every estimator and the lowest and highest of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true", help="few rounds")
    rounds = 100 if parser.parse_args().smoke else 2_000
    rng = np.random.default_rng(20_260_102)
    print(f"{rounds:,} rounds; simulation error up to {2 * (0.05 * 0.95 / rounds) ** 0.5:.3f}")
    print(f"{'estimator':<22} {'n = 200':>8} {'n = 1,000':>10}")
    seen = []
    for names, make in FAMILIES:
        many = make(rng, 100_000 if make is queries else 2_000_000)
        true = {name: estimate(name, many).change for name in names}
        covered = {(name, n): 0 for name in names for n in (200, 1_000)}
        for n in (200, 1_000):
            for _ in range(rounds):
                frame = make(rng, n)
                for name in names:
                    low, high = estimate(name, frame).interval(0.95)
                    covered[name, n] += low <= true[name] <= high
        for name in names:
            shares = [covered[name, n] / rounds for n in (200, 1_000)]
            seen += shares
            print(f"{name:<22} {shares[0]:>8.3f} {shares[1]:>10.3f}")
    print(f"lowest_coverage: {min(seen):.3f}")
    print(f"highest_coverage: {max(seen):.3f}")


if __name__ == "__main__":
    main()
