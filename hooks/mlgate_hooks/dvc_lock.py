"""`mlgate-dvc-lock`: dvc.lock is in step with the pipeline, its parameters and its code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mlgate.checks.repro import CHECK
from mlgate_hooks.asking import ask_project, outcome_of, parser, tell


def main(argv: Sequence[str] | None = None) -> int:
    """Ask the reproducibility check, without DVC and without data, and return 1 if something is out of step."""
    options = parser("mlgate-dvc-lock", __doc__).parse_args(argv)
    return ask_project(options.project, CHECK, lambda context: tell(outcome_of(CHECK, context)))


if __name__ == "__main__":
    sys.exit(main())
