"""`mlgate publish`: hands a saved report to the forge: annotations, job summary, comment, outputs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.errors import MlgateError, UsageError
from mlgate.publish.runner_files import SUMMARY_CHARACTERS, outputs, write_outputs, write_summary
from mlgate.publish.workflow_commands import note, on_actions
from mlgate.render import annotations as workflow_commands
from mlgate.render import json_document, markdown
from mlgate.report import Report
from mlgate.text import code

if TYPE_CHECKING:
    from mlgate.publish.posting import Posted

_WHEN = ("always", "on-change", "on-failure", "never")
_SWITCH = ("true", "false")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("report", type=Path, nargs="?", help="a report that `mlgate run --output json=PATH` wrote")
    parser.add_argument(
        "--comment",
        choices=_WHEN,
        default="never",
        help="when to make a comment on the pull request, with the token in GITHUB_TOKEN (default: never)",
    )
    parser.add_argument("--summary", choices=_SWITCH, default="true", help="write the job summary (default: true)")
    parser.add_argument("--annotations", choices=_SWITCH, default="true", help="mark the lines (default: true)")
    parser.add_argument(
        "--workflow-run",
        action="store_true",
        help="publish the report of the run that started this `workflow_run`, instead of a file",
    )
    parser.add_argument(
        "--artifact", metavar="NAME", default="mlgate-report", help="its artifact (default: mlgate-report)"
    )


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Publish the report; the exit code says whether there was one to publish, not what the verdict is."""
    if arguments.workflow_run:
        return _of_another_run(arguments, env)
    if arguments.report is None:
        raise UsageError("no report is named", hint="name the file, or say `--workflow-run`")
    report = _read(arguments.report)
    if on_actions(env) and arguments.annotations == "true":
        sys.stdout.write(workflow_commands.render(report))
    summarised = _summarise(report, arguments, env)
    if arguments.comment != "never":
        _tell(_posted(report, arguments.comment, env), arguments, env)
    # Last, so that nothing that ran before can have the final word on them.
    told = write_outputs(outputs(report, arguments.report), env)
    if not (summarised or told or on_actions(env) or arguments.comment != "never"):
        sys.stdout.write(markdown.render(report))
    return 0


def _of_another_run(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Publish the report of an untrusted run: no annotations and no outputs, for other steps might believe them."""
    from mlgate.publish.posting import When, connect, post
    from mlgate.publish.workflow_run import find_report, read_run

    run = read_run(env)
    if run.event != "pull_request":
        _say(f"nothing to publish: the run was started by {code(run.event)}, not by a pull request", env)
        return 0
    github = connect(env)
    found = find_report(github, run, arguments.artifact)
    _summarise(found.report, arguments, env)
    if isinstance(found.pull, str):
        _say(f"no comment: {found.pull}", env)
    elif arguments.comment != "never":
        _tell(post(github, found.report, found.pull, When(arguments.comment)), arguments, env)
    return 0


def _read(path: Path) -> Report:
    try:
        with path.open("rb") as file:
            return json_document.load(file.read(json_document.MAX_BYTES + 1))
    except OSError as error:
        hint = "did the step that runs the gate end before it wrote its report?"
        raise UsageError(f"{code(path)} cannot be read: {error.strerror}", hint=hint) from None


def _summarise(report: Report, arguments: argparse.Namespace, env: Mapping[str, str]) -> bool:
    wanted = arguments.summary == "true"
    return wanted and write_summary(markdown.render(report, limit=SUMMARY_CHARACTERS), env)


def _posted(report: Report, when: str, env: Mapping[str, str]) -> Posted:
    """Comment on the pull request of this run, or say why there is nothing to comment on."""
    from mlgate.event import read_event
    from mlgate.publish.posting import (
        DEPENDABOT,
        Posted,
        Pull,
        When,
        connect,
        failed,
        post,
        repository,
        run_page,
        without_token,
    )

    try:
        event = read_event(env)
        if event.number is None:
            return Posted(said=f"no comment: this run is not of a pull request, but of {code(event.name)}")
        page = run_page(env, (event.run or "").partition(".")[0])
        pull = Pull(repository=repository(env), number=event.number, page=page)
        posted = post(connect(env), report, pull, When(when))
    except MlgateError as error:
        return Posted(said=failed(error), is_warning=True)
    return without_token() if posted.sample and (event.is_fork or env.get("GITHUB_ACTOR") == DEPENDABOT) else posted


def _tell(posted: Posted, arguments: argparse.Namespace, env: Mapping[str, str]) -> None:
    """Say in the log what became of the comment, and in the summary where it could not be made."""
    if not posted.is_warning:
        _say(posted.said, env)
        return
    sys.stdout.write(note("warning", "mlgate: no comment", posted.said, env))
    sys.stdout.write(posted.sample)
    if arguments.summary == "true":
        from mlgate.render.escape import markdown as escaped

        sample = f"\n```yaml\n{posted.sample}```\n" if posted.sample else ""
        write_summary(f"\n{escaped(posted.said, 1_000)}\n{sample}", env)


def _say(words: str, env: Mapping[str, str]) -> None:
    sys.stdout.write(note("", "", words, env))
