"""`mlgate doctor`: what is missing in this repository and on this machine, practice by practice, with the next step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from mlgate import __version__
from mlgate.commands.opening import open_project
from mlgate.config_reading import ConfigError
from mlgate.doctor.practice import Facts, Practice, State, examine
from mlgate.doctor.practices import PRACTICES
from mlgate.doctor.render import as_json, as_text
from mlgate.errors import ExitCode, UsageError
from mlgate.proc import Children
from mlgate.text import code, codes, inert, nearest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "practices", nargs="*", metavar="PRACTICE", help="the practices to look at, by name (default: all)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what to print (default: text)")
    parser.add_argument("--project", metavar="DIR", help="the project folder (default: the nearest one with a config)")
    parser.add_argument("--strict", action="store_true", help="end with 1 where something is missing")


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Print how each practice stands; 0, and with `--strict` 1 where something is missing."""
    chosen = _chosen(arguments.practices)
    children = Children(env)
    try:
        facts = _facts(arguments.project, children)
        seen = [examine(practice, facts) for practice in chosen]
    finally:
        children.kill()
    sys.stdout.write(as_json(seen, __version__) if arguments.format == "json" else inert(as_text(seen)))
    is_missing = any(one.answer.state is State.MISSING for one in seen)
    return ExitCode.FAILED if arguments.strict and is_missing else ExitCode.PASSED


def _facts(project: str | None, children: Children) -> Facts:
    try:
        return Facts(open_project(project, children, commit="HEAD"))
    except ConfigError as error:
        return Facts(open_project(project, children, commit="HEAD", without_config=True), error)


def _chosen(names: Sequence[str]) -> Sequence[Practice]:
    known = {practice.id: practice for practice in PRACTICES}
    for name in names:
        if name not in known:
            close = nearest(name, tuple(known))
            hint = f"did you mean {code(close)}?" if close else f"known: {codes(tuple(known), 40)}"
            raise UsageError(f"there is no practice {code(name)}", hint=hint)
    return [practice for practice in PRACTICES if not names or practice.id in names]
