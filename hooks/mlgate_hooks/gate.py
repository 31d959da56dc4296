"""`mlgate-gate`: the whole gate, before a push."""

from __future__ import annotations

import sys
from typing import NoReturn

from mlgate.cli import entry


def main() -> NoReturn:
    """Run the gate with the hook's `args`; the exit code is that of `mlgate run`."""
    entry(["run", *sys.argv[1:]])
