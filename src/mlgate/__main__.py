"""Where the process begins: `mlgate`, and `python -m mlgate`."""

from __future__ import annotations

import gc
import sys

from mlgate import __version__


def entry() -> None:
    """Run the command line; the version is said before anything is loaded."""
    if sys.argv[1:] == ["--version"]:
        print(f"mlgate {__version__}")
        return
    # A short life makes little garbage, and looking for it at every import costs more than it frees.
    gc.set_threshold(50_000)
    from mlgate import cli

    cli.entry()


if __name__ == "__main__":
    entry()
