"""Whether a run has a comment to write, where, and what to say of it in the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from mlgate.errors import MlgateError, UsageError
from mlgate.publish.client import Client
from mlgate.publish.comment import Body, put
from mlgate.publish.github_client import API, GitHub
from mlgate.publish.refusals import NotAllowedError, permissions
from mlgate.publish.thread import Place, Thread
from mlgate.publish.transport import Transport
from mlgate.render import markdown
from mlgate.render.marker import prefix
from mlgate.report import Report, Status
from mlgate.text import code

_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")

DEPENDABOT = "dependabot[bot]"


class When(StrEnum):
    """When a new comment is made; one that is there is brought up to date by all but `never`."""

    ALWAYS = "always"
    ON_CHANGE = "on-change"
    ON_FAILURE = "on-failure"
    NEVER = "never"


class Pull(Struct, frozen=True, kw_only=True):
    """The pull request that gets the comment, and the page of the run that made the report."""

    repository: str
    number: int
    page: str | None = None


class Posted(Struct, frozen=True, kw_only=True):
    """What to tell people: one line, whether it is a warning, lines to copy, and whether it is there now."""

    said: str
    is_warning: bool = False
    sample: str = ""
    is_done: bool = False


def post(github: GitHub, report: Report, pull: Pull, when: When) -> Posted:
    """Write or update the comment; a problem with that is told, and never raised, for it says nothing of the model."""
    thread = Thread(github, pull.repository, pull.number, prefix(report.key))
    posted = post_in(github, thread, report, when, pull.page)
    return replace(posted, said=posted.said.format(f"pull request {pull.number}")) if posted.is_done else posted


def post_in(client: Client, place: Place, report: Report, when: When, page: str | None) -> Posted:
    """Write or update the comment in a conversation, whose name goes into the `{}` of what is said of success."""
    if when is When.NEVER:
        return Posted(said="no comment: it is turned off")
    body = Body(render=cache(lambda limit: markdown.render(report, limit=limit, full_report=page)))
    try:
        done = put(client, place, body, new=wanted(report, when))
    except NotAllowedError as error:
        return Posted(said=failed(error), is_warning=True, sample=permissions("pull-requests"))
    except MlgateError as error:
        return Posted(said=failed(error), is_warning=True)
    return Posted(said=f"the comment on {{}} is {done}", is_done=True)


def failed(error: MlgateError, what: str = "comment") -> str:
    """Return the line that says why there is no comment, or whatever else was to be made, and what to do."""
    hint = f"; {error.hint}" if error.hint else ""
    return f"no {what}: {error.message}{hint}; the verdict stands, and the report is in the summary of the run"


def without_token(what: str = "comment") -> Posted:
    """Return what to say of a run that GitHub gives no token that may write: nothing is wrong with it."""
    said = f"no {what} from here: the run of a fork or of Dependabot has no token that may write"
    more = "; the second workflow comments, see workflows/mlgate-comment.yml" if what == "comment" else ""
    return Posted(said=said + more)


def wanted(report: Report, when: When) -> bool:
    """Return whether this report deserves a new comment."""
    if when is When.ON_FAILURE:
        return report.verdict != "passed"
    return when is When.ALWAYS or report.verdict != "passed" or moved(report)


def moved(report: Report) -> bool:
    """Return whether a check is less than fine, or a number is not what it was at the baseline."""
    fine = (Status.PASSED, Status.SKIPPED)
    return any(entry.status not in fine for entry in report.entries) or any(
        measure.baseline is not None and measure.baseline != measure.current
        for entry in report.entries
        for measure in entry.outcome.measures
    )


def connect(env: Mapping[str, str]) -> GitHub:
    """Return a client for the API that the runner names, with the token of `GITHUB_TOKEN`."""
    token = env.get("GITHUB_TOKEN")
    if not token:
        raise UsageError("there is no token", hint="set GITHUB_TOKEN in the environment of this step alone")
    return GitHub(token, api=env.get("GITHUB_API_URL") or API, transport=Transport(env=env))


def repository(env: Mapping[str, str]) -> str:
    """Return the `owner/name` of the repository that this run belongs to."""
    found = env.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(found) or ".." in found:
        raise UsageError(f"GITHUB_REPOSITORY is {code(found)}, not `owner/name`")
    return found


def run_page(env: Mapping[str, str], run: str | None) -> str | None:
    """Return the address of a run's page, where the whole report is."""
    server, name = env.get("GITHUB_SERVER_URL"), env.get("GITHUB_REPOSITORY")
    return f"{server}/{name}/actions/runs/{run}" if server and name and run else None
