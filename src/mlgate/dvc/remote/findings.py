"""Puts into findings what the remote lacks, and each trouble in the way of knowing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlgate.context import Context
from mlgate.dvc.cache import find_dvc
from mlgate.dvc.program import INSTALL
from mlgate.dvc.records import Pipelines
from mlgate.dvc.remote import child
from mlgate.dvc.remote.ask import Answer, ask_remote
from mlgate.dvc.remote.trust import config_change
from mlgate.report import Finding, Location, Severity
from mlgate.text import amount, code, codes

_TROUBLES = {
    child.NOT_INSTALLED: ("remote-unknown", "DVC is not installed", INSTALL),
    child.TOO_OLD: ("remote-unknown", "this version of DVC cannot tell", "use DVC 3.60 or newer"),
    child.NO_REMOTE: (
        "no-remote",
        "no default remote is configured, so nobody else can get the data",
        "run `dvc remote add -d NAME URL` and `dvc push`",
    ),
    child.PLUGIN: (
        "remote-plugin",
        "DVC lacks the package for this kind of remote",
        "install it beside DVC, such as `pip install dvc-s3`",
    ),
    child.CREDENTIALS: (
        "remote-credentials",
        "the remote refuses these credentials, or there are none",
        "give the job the credentials of a reader",
    ),
    child.UNREACHABLE: ("remote-unreachable", "the remote cannot be reached", "see what `dvc push -v` says"),
}


def remote_findings(
    context: Context, pipelines: Pipelines, hide: Callable[[str], str], *, fails: bool
) -> Iterator[Finding]:
    """Ask the remote, and return what it lacks or why that is not known; `fails` makes it a failure."""
    severity = Severity.ERROR if fails else Severity.WARNING
    change = config_change(context)
    if change:
        yield untrusted(change, "the remote was not asked", severity)
        return
    answer = ask_remote(context, hide)
    if answer.trouble is not None:
        rule, words, hint = trouble(answer)
        yield Finding(
            rule=f"repro/{rule}",
            severity=severity,
            message=f"whether the remote has the data is not known: {words}",
            location=_config_place(context),
            hint=hint,
        )
        return
    paths = _in_project(context, answer)
    if paths:
        yield _not_pushed(paths, answer.name, context, pipelines, severity)


def trouble(answer: Answer) -> tuple[str, str, str]:
    """Return the rule of an answer's trouble, what it is in words, and what to do."""
    if answer.hint:
        return "remote-unknown", answer.said, answer.hint
    rule, words, hint = _TROUBLES.get(answer.trouble or "", _TROUBLES[child.UNREACHABLE])
    said = f": {code(answer.said)}" if answer.said and answer.trouble != child.NO_REMOTE else ""
    return rule, words + said, hint


def untrusted(path: str, consequence: str, severity: Severity, check: str = "repro") -> Finding:
    """Return the finding about a changed config of DVC's, `path` from the root."""
    return Finding(
        rule=f"{check}/config-changed",
        severity=severity,
        message=f"{consequence}, because {code(path)} is not the one of the baseline: one changed line of it can send "
        "the remote's credentials to another host",
        location=Location(path=path),
        hint="merge the change of the config first, by itself",
        subject=path,
    )


def _not_pushed(paths: list[str], remote: str, context: Context, pipelines: Pipelines, severity: Severity) -> Finding:
    verb = "is" if len(paths) == 1 else "are"
    return Finding(
        rule="repro/not-pushed",
        severity=severity,
        message=f"{amount(len(paths), 'output')} {verb} not in the remote {code(remote)}: {codes(paths)}",
        location=_place(paths[0], context, pipelines),
        hint="run `dvc push`",
        detail="\n".join(paths) if len(paths) > 5 else None,
    )


def _in_project(context: Context, answer: Answer) -> list[str]:
    """Return the paths from the project folder, of those that lie in it."""
    folder = find_dvc(context.project, context.root)
    top = folder.parent.relative_to(context.root.resolve()).as_posix() if folder else "."
    prefix = "" if top == "." else f"{top}/"
    whole = [f"{prefix}{path.rstrip('/')}" for path in answer.lacks]
    return [path[len(context.prefix) :] for path in whole if path.startswith(context.prefix)]


def _place(path: str, context: Context, pipelines: Pipelines) -> Location | None:
    for stage in pipelines.stages:
        for out in stage.outs:
            if out.path == path:
                return context.location(stage.file, out.line)
    for data in pipelines.data:
        if any(out.path == path for out, _ in data.outs):
            return context.location(data.file)
    return None


def _config_place(context: Context) -> Location | None:
    folder = find_dvc(context.project, context.root)
    if folder is None or not (folder / "config").is_file():
        return None
    return Location(path=(folder / "config").relative_to(context.root.resolve()).as_posix())
