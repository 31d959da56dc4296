"""The issue of a scheduled run: one for each key, open while something needs a person, closed when it is fine."""

from __future__ import annotations

from enum import StrEnum
from functools import cache, partial
from typing import Any

from msgspec import Struct

from mlgate.errors import MlgateError
from mlgate.publish.comment import LIMIT, Body, Done, is_newer, put
from mlgate.publish.github_client import GitHub
from mlgate.publish.posting import Posted, failed
from mlgate.publish.refusals import ApiError, NotAllowedError, permissions
from mlgate.publish.thread import Comment, comment_of, is_marked, refuse_unless_gone
from mlgate.render import markdown
from mlgate.render.marker import prefix
from mlgate.render.wording import headline, label, unsettled
from mlgate.report import Report
from mlgate.text import plain, printable, shorten

_TITLE = 200


class Open(StrEnum):
    """When an issue is open: when the gate does not pass, or also when it warns."""

    ON_FAILURE = "on-failure"
    ON_WARNING = "on-warning"
    NEVER = "never"


class Repository(Struct, frozen=True, kw_only=True):
    """The repository whose issue it is, and the page of the run that made the report."""

    name: str
    page: str | None = None


class Issues:
    """The open issues of a repository that carry our marker and were opened by us."""

    def __init__(self, github: GitHub, repository: str, report: Report) -> None:
        """Keep where to look, and for what."""
        self._github = github
        self._issues = f"/repos/{repository}/issues"
        self._prefix = prefix(report.key)
        self._title = shorten(plain(printable(f"{label(report)}: {headline(report)}")), _TITLE)

    def marked(self) -> list[Comment]:
        """Return the marked issues, the oldest first."""
        mine = self._github.login()
        query = {"state": "open", "creator": mine}
        pages = self._github.pages(self._issues, "the open issues", **query)
        listed = [issue for _, page in pages for value in page if (issue := _issue(value))]
        # A server that knows no `creator` lists everybody's.
        found = [issue for issue in listed if issue.author == mine and is_marked(issue, self._prefix)]
        return sorted(found, key=lambda issue: issue.id)

    def may_look(self) -> bool:
        """Return whether the allowance has room for looking at an issue and writing it again."""
        return self._github.allowance.has(2)

    def rest(self) -> None:
        """Wait the second that GitHub asks for between two writes."""
        self._github.rest(1.0)

    def get(self, issue: Comment) -> Comment | None:
        """Return an issue as it is now, or None where it is closed or gone."""
        try:
            return _issue(self._github.get(f"{self._issues}/{issue.id}", "the issue of the report"))
        except ApiError as error:
            refuse_unless_gone(error)
            return None

    def add(self, body: str) -> Comment:
        """Open an issue, once."""
        made = _issue(self._github.post(self._issues, "a new issue", {"title": self._title, "body": body}))
        if made is None:
            raise ApiError("GitHub's answer to a new issue holds no issue", status=201, transient=True)
        return made

    def edit(self, issue: Comment, body: str) -> Comment | None:
        """Give an issue the title and text of a report; return it, or None where it is gone."""
        return self._changed(issue, title=self._title, body=body)

    def close(self, issue: Comment, body: str) -> Comment | None:
        """Close an issue with a last text; return it, or None where it is gone."""
        return self._changed(issue, title=self._title, body=body, state="closed", state_reason="completed")

    def remove(self, issue: Comment) -> None:
        """Close a second issue of the same report."""
        self._changed(issue, state="closed", state_reason="not_planned")

    def _changed(self, issue: Comment, **change: str) -> Comment | None:
        try:
            self._github.write("PATCH", f"{self._issues}/{issue.id}", "a change of the issue of the report", change)
        except ApiError as error:
            refuse_unless_gone(error)
            return None
        return Comment(id=issue.id, author=issue.author, body=change.get("body", issue.body))


def keep_issue(github: GitHub, report: Report, at: Repository, when: Open) -> Posted:
    """Open, update or close the issue; a problem with that is told, and never raised."""
    if when is Open.NEVER:
        return Posted(said="no issue: it is turned off")
    body = Body(render=cache(lambda limit: markdown.render(report, limit=limit, full_report=at.page)))
    issues = Issues(github, at.name, report)
    try:
        if needed(report, when):
            return Posted(said=f"the issue of this report is {put(github, issues, body, new=True)}")
        return Posted(said=_closed(issues, body))
    except NotAllowedError as error:
        return Posted(said=failed(error, "issue"), is_warning=True, sample=permissions("issues"))
    except MlgateError as error:
        return Posted(said=failed(error, "issue"), is_warning=True)


def needed(report: Report, when: Open) -> bool:
    """Return whether a person should look at this report."""
    return report.verdict != "passed" or (when is Open.ON_WARNING and bool(unsettled(report)))


def _closed(issues: Issues, body: Body) -> str:
    mine = issues.marked()
    for issue in mine:
        if is_newer(issue.body, body.render(LIMIT)):
            return f"the issue of this report is {Done.KEPT}"
        body.written(partial(issues.close, issue))
    return "the issue of this report is closed: all is fine again" if mine else "no issue: all is fine"


def _issue(value: Any) -> Comment | None:
    """Return an open issue as the API sends it; None for a pull request, which the API lists as well."""
    if not isinstance(value, dict) or "pull_request" in value or value.get("state") != "open":
        return None
    return comment_of({**value, "id": value.get("number")})
