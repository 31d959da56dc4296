"""`mlgate action`: what the GitHub action calls; its inputs come as environment variables, never through a shell."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from mlgate.commands import run
from mlgate.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command: none."""


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Run the gate as the inputs of the action say and leave the report where the next step reads it."""
    home = env.get("MLGATE_HOME")
    if not home:
        raise UsageError("MLGATE_HOME is not set", hint="this command is for action.yml; use `mlgate run`")
    parser = argparse.ArgumentParser(prog="mlgate action", allow_abbrev=False)
    run.add_arguments(parser)
    return run.execute(parser.parse_args(words(env, Path(home))), env)


def words(env: Mapping[str, str], home: Path) -> list[str]:
    """Return the words of `mlgate run` that the inputs stand for; an input that is empty is not given."""
    options = {
        "--project": "MLGATE_PROJECT",
        "--config": "MLGATE_CONFIG",
        "--base": "MLGATE_BASE",
        "--python": "MLGATE_PYTHON",
    }
    given = [f"{option}={env[name]}" for option, name in options.items() if env.get(name)]
    if env.get("MLGATE_SARIF"):
        given.append(f"--output=sarif={env['MLGATE_SARIF']}")
    return [f"--output=json={home / 'report.json'}", *given, "--", *env.get("MLGATE_CHECKS", "").split()]
