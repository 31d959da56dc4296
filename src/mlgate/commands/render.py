"""Placeholder."""

from __future__ import annotations

import argparse
from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Run the command."""
    return 0
