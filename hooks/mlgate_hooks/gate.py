"""`mlgate-gate`: the whole gate, before a push."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mlgate.cli import main as mlgate


def main(argv: Sequence[str] | None = None) -> int:
    """Run the gate with the hook's `args` and return its exit code, which is that of `mlgate run`."""
    words = sys.argv[1:] if argv is None else argv
    return mlgate(["run", *words], dict(os.environ))  # noqa: TID251 - the border
