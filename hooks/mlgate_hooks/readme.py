"""`mlgate-readme`: generated blocks and bound values of the READMEs are brought up to date."""

from __future__ import annotations

import sys
from typing import NoReturn

from mlgate.cli import entry


def main() -> NoReturn:
    """Mend the READMEs and fail where something is left to mend; pre-commit sees by itself that files changed."""
    entry(["readme", "--fix", *sys.argv[1:]])
