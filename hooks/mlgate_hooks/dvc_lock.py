"""`mlgate-dvc-lock`: dvc.lock is in step with the pipeline, its parameters and its code."""

from __future__ import annotations

import sys
from typing import NoReturn

from mlgate.cli import entry


def main() -> NoReturn:
    """Run the reproducibility check alone, without DVC and without data."""
    entry(["run", "repro", "--quiet", *sys.argv[1:]])
