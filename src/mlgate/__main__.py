"""`python -m mlgate`."""

from __future__ import annotations

from mlgate.cli import entry

if __name__ == "__main__":
    entry()
