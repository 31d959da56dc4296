"""`mlgate demo`: the gate on an example project and its pull requests."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.demo.command import demo
from mlgate.render import shown

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "--keep", metavar="DIR", type=Path, help="make the repository here and leave it (default: a temporary folder)"
    )


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Run the demo; 0 when every verdict is the expected one, else 1."""
    return demo(arguments.keep, env=env, say=_say, show=lambda report: shown(report, "terminal", sys.stdout, env))


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()
