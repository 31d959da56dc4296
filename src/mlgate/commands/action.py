"""`mlgate action`: what the GitHub action calls; its inputs come as environment variables, never through a shell."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mlgate import __version__
from mlgate.commands import run
from mlgate.errors import UsageError
from mlgate.text import code

_OPTIONS = {
    "--project": "MLGATE_PROJECT",
    "--config": "MLGATE_CONFIG",
    "--base": "MLGATE_BASE",
    "--python": "MLGATE_PYTHON",
    "--fail-on": "MLGATE_FAIL_ON",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# By hand or by the clock nobody waits for a merge: the rules about time count too.
_BY_CLOCK = ("schedule", "workflow_dispatch")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command: none."""


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Run the gate as the inputs of the action say and leave the report where the next step reads it."""
    folder = env.get("MLGATE_FOLDER")
    if not folder:
        raise UsageError("MLGATE_FOLDER is not set", hint="this command is for action.yml; use `mlgate run`")
    _refuse_other_version(env.get("MLGATE_VERSION", ""))
    parser = argparse.ArgumentParser(prog="mlgate action", allow_abbrev=False)
    run.add_arguments(parser)
    with suppress(OSError):
        (Path(folder) / "report.json").unlink()
    return run.execute(parser.parse_args(words(env, Path(folder))), env)


def words(env: Mapping[str, str], folder: Path) -> list[str]:
    """Return the words of `mlgate run` that the inputs stand for; an input that is empty is not given."""
    given = [f"--output=json={folder / 'report.json'}"]
    if name := env.get("MLGATE_ARTIFACT"):
        given.append(f"--output=html={folder / _artifact(name)}.html")
    if env.get("MLGATE_SARIF"):
        given.append(f"--output=sarif={env['MLGATE_SARIF']}")
    given += [f"{option}={env[name]}" for option, name in _OPTIONS.items() if env.get(name)]
    if env.get("GITHUB_EVENT_NAME") in _BY_CLOCK:
        given.append("--scheduled")
    return [*given, "--", *env.get("MLGATE_CHECKS", "").split()]


def _artifact(name: str) -> str:
    if not _NAME.fullmatch(name):
        hint = "use letters, digits, `.`, `_` and `-`"
        raise UsageError(f"{code(name, 60)} is no name for an artifact", hint=hint)
    return name


def _refuse_other_version(wanted: str) -> None:
    """Refuse to run where the workflow asks for another version: `0.1` means any that begins with it."""
    asked = wanted.removeprefix("v").split(".") if wanted else []
    if asked != __version__.split(".")[: len(asked)]:
        hint = "change the action's `@` in the workflow, or its input `version`"
        raise UsageError(f"this is mlgate {__version__}, and the workflow is written for {code(wanted, 60)}", hint=hint)
