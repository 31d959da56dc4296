"""The speed of the paired intervals at a million examples, against what people would write: a bootstrap.

The peers' times are those of a few resamples, scaled up to 2,000, which is linear in the number of resamples; the few
are timed after one that is not counted. Memory is the extra resident peak of our own computation, in a child process.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from harness import build_env, own_env, report, run, table

PEERS = ("numpy==2.4.6", "polars==2.1.0", "scikit-learn==1.9.1", "scipy==1.17.1")
RESAMPLES = 2_000


def seconds(function: Callable[[], object], rounds: int) -> float:
    """Return the best of several times: what the computation takes when nothing else disturbs it."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - began)
    return best


def measure(n: int, few: int) -> None:  # noqa: C901 - the peers' statistics, as people write them
    """Time ours and the peers in this process and print the ratios."""
    import numpy as np
    import polars as pl
    from scipy import stats
    from sklearn import metrics

    from mlgate.metrics.predictions.estimators import find_estimator
    from mlgate.metrics.predictions.pairs import Pairs

    rng = np.random.default_rng(3)
    truth = (rng.random(n) < 0.4).astype(np.int64)
    logit = 2 * truth - 1 + rng.normal(size=n)
    scores = {side: 1 / (1 + np.exp(-(logit + 0.5 * rng.normal(size=n)))) for side in ("base", "head")}
    labels = {side: (score > 0.5).astype(np.int64) for side, score in scores.items()}
    frame = pl.DataFrame({
        "truth": truth,
        **{f"{side}_prediction": value for side, value in labels.items()},
        **{f"{side}_score": value for side, value in scores.items()},
    })  # fmt: skip
    values = frame.with_columns(
        truth=pl.Series(logit),
        base_prediction=pl.Series(scores["base"] * 2),
        head_prediction=pl.Series(scores["head"] * 2),
    )  # fmt: skip

    def ours(name: str) -> float:
        source = values if name == "rmse" else frame
        return seconds(lambda: find_estimator(name).estimate(Pairs(source)).interval(), 3)  # type: ignore[union-attr]

    def scipy_bootstrap(name: str) -> float:
        def accuracy(rows: np.ndarray, axis: int = -1) -> np.ndarray:
            del axis
            hits = [np.mean(labels[side][rows] == truth[rows]) for side in ("base", "head")]
            return hits[1] - hits[0]

        def f1(rows: np.ndarray, axis: int = -1) -> np.ndarray:
            del axis
            found = []
            for side in ("base", "head"):
                picked, true = labels[side][rows], truth[rows]
                found.append(2 * np.sum(picked * true) / (np.sum(picked) + np.sum(true)))
            return found[1] - found[0]

        def rmse(rows: np.ndarray, axis: int = -1) -> np.ndarray:
            del axis
            errors = [np.sqrt(np.mean(np.square(scores[side][rows] * 2 - logit[rows]))) for side in ("base", "head")]
            return errors[1] - errors[0]

        statistic = {"accuracy": accuracy, "f1": f1, "rmse": rmse}[name]
        data = (np.arange(n),)

        def resample() -> object:
            return stats.bootstrap(data, statistic, n_resamples=few, vectorized=False, method="percentile", rng=rng)

        return seconds(resample, 2) * RESAMPLES / few

    def sklearn_bootstrap() -> float:
        def once() -> None:
            rows = rng.integers(0, n, n)
            for side in ("base", "head"):
                metrics.roc_auc_score(truth[rows], scores[side][rows])

        return seconds(once, 3) * RESAMPLES

    rows = [("metric", "ours, s", "peer, s (scaled)", "peer")]
    ratios = {}
    for name in ("accuracy", "f1", "rmse"):
        mine, theirs = ours(name), scipy_bootstrap(name)
        ratios[f"speedup_{name}"] = theirs / mine
        rows.append((name, f"{mine:.3f}", f"{theirs:.0f}", "scipy.stats.bootstrap"))
    mine, theirs = ours("roc_auc"), sklearn_bootstrap()
    ratios["speedup_auc"] = theirs / mine
    rows.append(("roc_auc", f"{mine:.3f}", f"{theirs:.0f}", "scikit-learn in a loop"))
    print(f"{n:,} examples, both sides; {few} resamples of the peer timed, scaled to {RESAMPLES:,}")
    table(rows)
    for name, value in ratios.items():
        report(name, value)


def memory(name: str, n: int) -> None:
    """Print the extra megabytes that one interval takes, above what its data take."""
    import numpy as np
    import polars as pl

    from mlgate.metrics.predictions.estimators import find_estimator
    from mlgate.metrics.predictions.pairs import Pairs

    estimator = find_estimator(name)
    rng = np.random.default_rng(3)
    truth = rng.normal(size=n) if name == "rmse" else (rng.random(n) < 0.4).astype(np.int64)
    base, head = (
        truth + rng.normal(size=n) if name == "rmse" else (rng.random(n) < 0.4).astype(np.int64) for _ in range(2)
    )
    scores = [rng.random(n) for _ in range(2)]
    frame = pl.DataFrame({
        "truth": truth,
        "base_prediction": base, "head_prediction": head,
        "base_score": scores[0], "head_score": scores[1],
    })  # fmt: skip
    small = Pairs(frame.head(1_000))
    estimator.estimate(small).interval()  # type: ignore[union-attr]
    del truth, base, head, scores
    # Writing 5 there makes the kernel forget the peak so far.
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    estimator.estimate(Pairs(frame)).interval()  # type: ignore[union-attr]
    print(f"{(_resident('VmHWM') - before) / 1024:.0f}")


def _resident(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def main() -> None:
    """Build the environment and measure in it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true", help="fewer examples and resamples")
    parser.add_argument("--inner", choices=("time", "memory"))
    parser.add_argument("--metric", default="accuracy")
    arguments = parser.parse_args()
    n, few = (20_000, 5) if arguments.smoke else (1_000_000, 10)
    if arguments.inner == "time":
        measure(n, few)
    elif arguments.inner == "memory":
        memory(arguments.metric, n)
    else:
        python = build_env("intervals", [".[data]", *PEERS]) / "python"
        print(run([python, __file__, "--inner", "time", *sys.argv[1:]], env=own_env()), end="")
        for name in ("accuracy", "f1", "rmse", "roc_auc"):
            words = [python, __file__, "--inner", "memory", "--metric", name, *sys.argv[1:]]
            report(f"extra_mb_{name}", float(run(words, env=own_env())))


if __name__ == "__main__":
    main()
