"""The parser of the whole command line, for help and for words that are not plain."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from importlib import import_module

from mlgate import __version__

_USUAL_COLUMNS = 80
_EPILOG = """\
exit codes:
  0  passed            3  nothing was checked
  1  the gate failed   4  a check crashed or a tool is missing
  2  usage or config   130  interrupted
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, found without `shutil`, which brings four compression libraries."""

    def __init__(self, prog: str, indent_increment: int = 2, max_help_position: int = 24) -> None:
        super().__init__(prog, indent_increment, max_help_position, _columns() - 2)


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS


def build_parser(commands: Mapping[str, tuple[str, str]], only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of these commands, each with its module and what it does.

    With `only`, the arguments of that one command alone are filled in, which is faster.
    """
    parser = argparse.ArgumentParser(
        prog="mlgate",
        description="The quality gate for pull requests of machine-learning repositories.",
        epilog=_EPILOG,
        formatter_class=_Help,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mlgate {__version__}")
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="mlgate")
    for name, (module, summary) in commands.items():
        command = parsers.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            formatter_class=_Help,
            allow_abbrev=False,
        )
        if only in (None, name):
            import_module(module).add_arguments(command)
    return parser
