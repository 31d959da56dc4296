"""`mlgate publish`: hands a saved report to the forge: annotations, job summary, comment, outputs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.errors import MlgateError, UsageError
from mlgate.event import on_actions
from mlgate.publish.runner_files import outputs, summary, write_outputs, write_summary
from mlgate.publish.workflow_commands import note
from mlgate.render import annotations as workflow_commands
from mlgate.render import json_document, markdown
from mlgate.report import Report
from mlgate.text import code

if TYPE_CHECKING:
    import argparse

    from mlgate.publish.posting import Posted

_WHEN = ("always", "on-change", "on-failure", "never")
_ISSUE = ("on-failure", "on-warning", "never")
_SWITCH = ("true", "false")
_CHECK_RUN = "check-run"
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "report",
        type=Path,
        nargs="*",
        help="reports that `mlgate run --output json=PATH` wrote; of several projects they are published as one",
    )
    parser.add_argument("--reports", metavar="GLOB", help="more reports, such as `reports/*/report.json`")
    parser.add_argument("--key", metavar="NAME", help="what tells this comment from others (default: the report's key)")
    parser.add_argument(
        "--result",
        default="",
        help="how what made the reports ended, such as `failure`: a report that passes does not hide it",
    )
    parser.add_argument(
        "--comment",
        choices=_WHEN,
        default="never",
        help="when to make a comment on the pull request, with the token in GITHUB_TOKEN (default: never)",
    )
    parser.add_argument(
        "--issue",
        choices=_ISSUE,
        default="never",
        help="when an issue of this report is open; it is closed when all is fine again (default: never)",
    )
    parser.add_argument("--summary", choices=_SWITCH, default="true", help="write the job summary (default: true)")
    parser.add_argument(
        "--annotations",
        choices=(*_SWITCH, _CHECK_RUN),
        default="true",
        help="mark the lines; `check-run` marks up to 200 with a check run of its own, where the token may make one "
        "(default: true)",
    )
    parser.add_argument("--page", metavar="URL", help="where the report can be read in full (default: the run's page)")
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
    from mlgate.publish.together import together

    paths = [*arguments.report, *_found(arguments.reports)]
    if not paths:
        raise UsageError("no report is named", hint="name the file, or say `--workflow-run`")
    report = together([_read(path) for path in paths], _key(arguments.key), arguments.result)
    if arguments.annotations == "true":
        _annotate(report, env)
    summarised = _summarise(report, arguments, env)
    asked = _ask(report, arguments, env)
    # Last, so that nothing that ran before can have the final word on them.
    told = _handed(lambda: write_outputs(outputs(report, paths[0]), env), env)
    if not (summarised or told or on_actions(env) or asked):
        sys.stdout.write(markdown.render(report))
    return 0


def _annotate(report: Report, env: Mapping[str, str]) -> None:
    if on_actions(env):
        sys.stdout.write(workflow_commands.render(report))


def _ask(report: Report, arguments: argparse.Namespace, env: Mapping[str, str]) -> bool:
    """Ask the forge for all that is to be made there, by one client with one allowance; return whether it was asked."""
    wants_checks = arguments.annotations == _CHECK_RUN
    if arguments.comment == arguments.issue == "never" and not wants_checks:
        return False
    if env.get("GITLAB_CI") == "true":
        _tell(_noted(report, arguments, env), arguments, env)
        return True
    from mlgate.commands.publish_github import Forge

    forge = Forge(report, env, arguments.page)
    if arguments.comment != "never":
        _tell(forge.comment(arguments.comment), arguments, env)
    if arguments.issue != "never":
        _tell(forge.issue(arguments.issue), arguments, env)
    if wants_checks:
        posted = forge.check_run()
        _tell(posted, arguments, env)
        if not posted.is_done:
            _annotate(report, env)
    return True


def _noted(report: Report, arguments: argparse.Namespace, env: Mapping[str, str]) -> Posted:
    """Write the note on a merge request of GitLab, which is all that is made there."""
    from mlgate.publish import gitlab
    from mlgate.publish.posting import Posted, When, failed

    try:
        return gitlab.comment(report, env, When(arguments.comment), arguments.page)
    except MlgateError as error:
        return Posted(said=failed(error), is_warning=True)


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


def _found(pattern: str | None) -> list[Path]:
    from glob import glob

    found = sorted(glob(pattern)) if pattern else []  # noqa: PTH207 - a pattern may be of an absolute path
    if pattern and not found:
        raise UsageError(f"{code(pattern)} is no report", hint="did the jobs that make them upload any?")
    return [Path(path) for path in found]


def _key(key: str | None) -> str | None:
    if key is not None and not _KEY.fullmatch(key):
        raise UsageError(f"{code(key, 60)} is no key", hint="use letters, digits, `.`, `_` and `-`")
    return key


def _read(path: Path) -> Report:
    try:
        with path.open("rb") as file:
            return json_document.load(file.read(json_document.MAX_BYTES + 1))
    except json_document.ReportFileError as error:
        error.where = str(path)
        raise
    except OSError as error:
        hint = "did the step that runs the gate end before it wrote its report?"
        raise UsageError(f"{code(path)} cannot be read: {error.strerror}", hint=hint) from None


def _summarise(report: Report, arguments: argparse.Namespace, env: Mapping[str, str]) -> bool:
    return arguments.summary == "true" and _handed(lambda: write_summary(summary(report), env), env)


def _handed(write: Callable[[], bool], env: Mapping[str, str]) -> bool:
    """Return whether the runner was handed something; a full disk is told, and keeps nothing else from being done."""
    try:
        return write()
    except MlgateError as error:
        sys.stdout.write(note("warning", "mlgate", error.message, env))
        return True


def _tell(posted: Posted, arguments: argparse.Namespace, env: Mapping[str, str]) -> None:
    """Say in the log what became of a comment or its like, and in the summary where it could not be made."""
    if not posted.is_warning:
        _say(posted.said, env)
        return
    sys.stdout.write(note("warning", f"mlgate: {posted.said.partition(':')[0]}", posted.said, env))
    sys.stdout.write(posted.sample)
    if arguments.summary == "true":
        from mlgate.render.escape import markdown as escaped

        sample = f"\n```yaml\n{posted.sample}```\n" if posted.sample else ""
        _handed(lambda: write_summary(f"\n{escaped(posted.said, 1_000)}\n{sample}", env), env)


def _say(words: str, env: Mapping[str, str]) -> None:
    sys.stdout.write(note("", "", words, env))
