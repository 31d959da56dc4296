"""The trusted half for forks: takes the report of an untrusted run, and finds by itself which pull request it is of.

Nothing of the artifact is believed but what a report may say: which run it was, which commit and which pull request
come from the event and the API. It never checks out code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from mlgate.errors import UsageError
from mlgate.publish.artifact import MAX_ARCHIVE, ArtifactError, unpack
from mlgate.publish.github_client import GitHub
from mlgate.publish.posting import Pull, repository
from mlgate.render import json_document
from mlgate.report import Report
from mlgate.text import code

_MAX_EVENT = 10_000_000
_NOTE = "made by a run that a pull request can steer; what may be merged is decided by that run's own result, `{}`"

Hash = Annotated[str, Meta(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")]
Number = Annotated[int, Meta(ge=1, le=2**53)]


class _Owner(Struct, frozen=True):
    login: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,100}$")]


class _Repository(Struct, frozen=True):
    id: Number
    owner: _Owner


class _Run(Struct, frozen=True):
    id: Number
    run_attempt: Number
    event: str
    head_sha: Hash
    head_branch: str | None
    head_repository: _Repository | None
    conclusion: str | None = None


class _Payload(Struct, frozen=True):
    workflow_run: _Run


class UntrustedRun(Struct, frozen=True, kw_only=True):
    """The run that ended, as the event tells it: facts that a pull request cannot forge, but for its branch's name."""

    repository: str
    server: str | None
    id: int
    attempt: int
    event: str
    head_commit: str
    head_branch: str | None
    head_owner: str | None
    head_repository_id: int | None
    conclusion: str | None

    @property
    def page(self) -> str | None:
        """Return the address of the run's page."""
        return f"{self.server}/{self.repository}/actions/runs/{self.id}" if self.server else None


class Found(Struct, frozen=True, kw_only=True):
    """The report of an untrusted run, and the pull request to tell, or why there is none."""

    report: Report
    pull: Pull | str


def read_run(env: Mapping[str, str]) -> UntrustedRun:
    """Return the run that started this one; raises `UsageError` outside a `workflow_run`."""
    if env.get("GITHUB_EVENT_NAME") != "workflow_run":
        hint = "this belongs into a workflow with `on: workflow_run`; see `workflows/mlgate-comment.yml`"
        raise UsageError("this run was not started by the end of another", hint=hint)
    path = Path(env.get("GITHUB_EVENT_PATH", ""))
    try:
        with path.open("rb") as file:
            told = msgspec.json.decode(file.read(_MAX_EVENT), type=_Payload)
    except OSError as error:
        raise UsageError(f"the event file {code(path)} cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"the event file {code(path)} is no `workflow_run` event: {code(error)}") from None
    run, head = told.workflow_run, told.workflow_run.head_repository
    return UntrustedRun(
        repository=repository(env),
        server=env.get("GITHUB_SERVER_URL"),
        id=run.id,
        attempt=run.run_attempt,
        event=run.event,
        head_commit=run.head_sha,
        head_branch=run.head_branch,
        head_owner=head.owner.login if head else None,
        head_repository_id=head.id if head else None,
        conclusion=run.conclusion,
    )


def find_report(github: GitHub, run: UntrustedRun, artifact: str) -> Found:
    """Return the report that the run uploaded, with the facts of the event in place of its own."""
    number = _artifact(github, run, artifact)
    path = f"/repos/{run.repository}/actions/artifacts/{number}/zip"
    report = json_document.load(unpack(github.download(path, f"the artifact {code(artifact)}", MAX_ARCHIVE)))
    return Found(report=_trusted(report, run), pull=_pull(github, run))


def _artifact(github: GitHub, run: UntrustedRun, name: str) -> int:
    path = f"/repos/{run.repository}/actions/runs/{run.id}/artifacts"
    listed = _at(github.get(path, "the artifacts of the run", name=name, per_page=100), "artifacts")
    found = [
        number
        for value in (listed if isinstance(listed, list) else ())
        if _at(value, "name") == name
        and _at(value, "expired") is False
        and _at(value, "workflow_run", "id") == run.id
        and isinstance(number := _at(value, "id"), int)
    ]
    if not found:
        hint = "did the gate end before it uploaded its report, and is its `artifact` input the same name?"
        raise ArtifactError(f"run {run.id} has no artifact {code(name)}", hint=hint)
    # Of several attempts of one run the last one's.
    return max(found)


def _pull(github: GitHub, run: UntrustedRun) -> Pull | str:
    """Return the one open pull request whose head is this commit of this repository, or why there is none."""
    if run.head_owner is None or run.head_branch is None:
        return "the branch or its repository is gone"
    query = {"state": "open", "head": f"{run.head_owner}:{run.head_branch}"}
    listed = [
        value
        for _, page in github.pages(f"/repos/{run.repository}/pulls", "the open pull requests", **query)
        for value in page
    ]
    found = [
        number
        for value in listed
        if _at(value, "head", "sha") == run.head_commit
        and _at(value, "head", "repo", "id") == run.head_repository_id
        and isinstance(number := _at(value, "number"), int)
    ]
    if len(found) == 1:
        return Pull(repository=run.repository, number=found[0], page=run.page)
    if found:
        return "several open pull requests have this head, and which of them the run was for cannot be told"
    return "no open pull request has this head any more" if listed else "no open pull request comes from this branch"


def _trusted(report: Report, run: UntrustedRun) -> Report:
    """Return the report with the event's run, and a notice where it and the run's result tell different tales."""
    notices = [_NOTE.format(run.conclusion or "none")]
    if (report.verdict == "passed") != (run.conclusion == "success"):
        notices.insert(0, f"this report says {code(report.verdict)}, but the run ended with {code(run.conclusion)}")
    head = replace(report.head, commit=run.head_commit) if report.head else None
    return replace(report, run=f"{run.id}.{run.attempt}", head=head, notices=(*notices, *report.notices))


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
