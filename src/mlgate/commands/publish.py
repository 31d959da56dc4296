"""`mlgate publish`: hands a saved report to the runner: annotations, job summary, outputs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from mlgate.errors import UsageError
from mlgate.publish.runner_files import SUMMARY_CHARACTERS, outputs, write_outputs, write_summary
from mlgate.publish.workflow_commands import on_actions
from mlgate.render import annotations as workflow_commands
from mlgate.render import json_document, markdown
from mlgate.text import code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("report", type=Path, help="a report that `mlgate run --output json=PATH` wrote")


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Publish the report; the exit code says whether that worked, not what the verdict is."""
    try:
        report = json_document.load(arguments.report.read_bytes())
    except OSError as error:
        hint = "did the step that runs the gate end before it wrote its report?"
        raise UsageError(f"{code(arguments.report)} cannot be read: {error.strerror}", hint=hint) from None
    if on_actions(env):
        sys.stdout.write(workflow_commands.render(report))
    summarised = write_summary(markdown.render(report, limit=SUMMARY_CHARACTERS), env)
    # Last, so that nothing that ran before can have the final word on them.
    told = write_outputs(outputs(report, arguments.report), env)
    if not (summarised or told or on_actions(env)):
        sys.stdout.write(markdown.render(report))
    return 0
