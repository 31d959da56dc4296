"""`mlgate-readme`: generated blocks and bound values of the READMEs are brought up to date."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mlgate.cli import main as mlgate


def main(argv: Sequence[str] | None = None) -> int:
    """Mend the READMEs; return 0 where nothing is left to mend. pre-commit sees by itself that files changed."""
    words = sys.argv[1:] if argv is None else argv
    return mlgate(["readme", "--fix", *words], dict(os.environ))  # noqa: TID251 - the border
