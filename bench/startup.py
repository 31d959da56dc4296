"""How long mlgate takes to start: `mlgate --version`, a whole process, against an empty Python of its environment."""

from __future__ import annotations

import argparse

import harness

RUNS, SMOKE_RUNS = 40, 5


def main() -> None:
    """Print the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few runs")
    runs = SMOKE_RUNS if parser.parse_args().smoke else RUNS
    programs = harness.build_env("mlgate", ["."])
    commands = {"mlgate": [programs / "mlgate", "--version"], "python": [programs / "python", "-c", "pass"]}
    taken = harness.median_seconds(commands, cwd=harness.ROOT, env=harness.own_env(), runs=runs)
    print(f"median of {runs} whole processes each, run in turn")
    harness.table([("command", "ms"), *((name, f"{seconds * 1000:.1f}") for name, seconds in taken.items())])
    harness.report("version_over_python", taken["mlgate"] / taken["python"])


if __name__ == "__main__":
    main()
