"""`mlgate-dvc-lock`: dvc.lock is in step with the pipeline, its parameters and its code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mlgate.cli import main as mlgate


def main(argv: Sequence[str] | None = None) -> int:
    """Run the reproducibility check alone, without DVC and without data; return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    return mlgate(["run", "repro", "--quiet", *words], dict(os.environ))  # noqa: TID251 - the border
