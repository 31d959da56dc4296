"""The conversation of one pull request: the comments in it that carry a report's marker."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct

from mlgate.publish.github_client import GitHub
from mlgate.publish.refusals import ApiError

_RUN = re.compile(r"run=(\d{1,18})\.(\d{1,9}) ")
_MARGIN = timedelta(seconds=60)
_GONE = (404, 410)


class Comment(Struct, frozen=True, kw_only=True):
    """One comment: its number, who wrote it, and its text."""

    id: int
    author: str
    body: str


class Place(Protocol):
    """Where reports are kept as texts that carry a marker, each by its number: comments, issues, notes."""

    def marked(self) -> list[Comment]:
        """Return the marked texts, the oldest first; from the second time on, at least those that are new."""

    def may_look(self) -> bool:
        """Return whether there is room for looking at a text and writing it again."""

    def rest(self) -> None:
        """Wait as long as is asked for between two writes."""

    def get(self, comment: Comment) -> Comment | None:
        """Return a text as it is now, or None where it is gone."""

    def add(self, body: str) -> Comment:
        """Write a new text, once."""

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Give what is there a new text; return it, or None where it is gone."""

    def remove(self, comment: Comment) -> None:
        """Take away a second one of the same report."""


class Thread:
    """The comments of one pull request whose last line begins with `prefix`, whoever wrote them."""

    def __init__(self, github: GitHub, repository: str, number: int, prefix: str) -> None:
        """Keep where to look, and for what."""
        self._github = github
        self._comments = f"/repos/{repository}/issues/{number}/comments"
        self._comment = f"/repos/{repository}/issues/comments/"
        self._prefix = prefix
        self._since: str | None = None

    def marked(self) -> list[Comment]:
        """Return the marked comments, the oldest first; from the second time on, those that are new or edited."""
        found: list[Comment] = []
        query = {"since": self._since} if self._since else {}
        for answer, page in self._github.pages(self._comments, "the comments of the pull request", **query):
            self._since = self._since or _moment(answer.headers)
            found += [comment for value in page if (comment := comment_of(value)) and is_marked(comment, self._prefix)]
        return sorted(found, key=lambda comment: comment.id)

    def may_look(self) -> bool:
        """Return whether the allowance has room for looking at a comment and writing it again."""
        return self._github.allowance.has(2)

    def rest(self) -> None:
        """Wait the second that GitHub asks for between two writes."""
        self._github.rest(1.0)

    def get(self, comment: Comment) -> Comment | None:
        """Return a comment as it is now, or None where it is gone."""
        try:
            return comment_of(self._github.get(f"{self._comment}{comment.id}", "the comment of the report"))
        except ApiError as error:
            refuse_unless_gone(error)
            return None

    def add(self, body: str) -> Comment:
        """Write a new comment, once."""
        made = comment_of(self._github.post(self._comments, "a new comment on the pull request", {"body": body}))
        if made is None:
            raise ApiError("GitHub's answer to a new comment holds no comment", status=201, transient=True)
        return made

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Give a comment a new text; return it, or None where it is gone."""
        asked = "an update of the comment of the report"
        try:
            self._github.write("PATCH", f"{self._comment}{comment.id}", asked, {"body": body})
        except ApiError as error:
            refuse_unless_gone(error)
            return None
        return Comment(id=comment.id, author=comment.author, body=body)

    def remove(self, comment: Comment) -> None:
        """Delete a comment; one that is gone already is as good."""
        try:
            self._github.write("DELETE", f"{self._comment}{comment.id}", "to delete a second comment of the report")
        except ApiError as error:
            refuse_unless_gone(error)


def is_marked(comment: Comment, prefix: str) -> bool:
    """Return whether the last line of a text begins so."""
    return comment.body.rstrip().rpartition("\n")[2].startswith(prefix)


def run_of(body: str) -> tuple[int, int] | None:
    """Return the run and attempt that the marker of a comment names, or None where it names none."""
    found = _RUN.search(body.rstrip().rpartition("\n")[2])
    return (int(found[1]), int(found[2])) if found else None


def newest(runs: Sequence[str]) -> str | None:
    """Return the newest of several runs, each `RUN.ATTEMPT`; None where none is a run of a forge."""
    known = {run_of(f"run={run} head"): run for run in runs}
    numbered = [at for at in known if at is not None]
    return known[max(numbered)] if numbered else None


def comment_of(value: Any) -> Comment | None:
    """Return a comment as the API sends it, or None for one that is not whole, such as a deleted user's."""
    if not isinstance(value, dict):
        return None
    user = value.get("user")
    number, body, author = value.get("id"), value.get("body"), user.get("login") if isinstance(user, dict) else None
    if isinstance(number, int) and isinstance(body, str) and isinstance(author, str):
        return Comment(id=number, author=author, body=body)
    return None


def refuse_unless_gone(error: ApiError) -> None:
    """Raise the error again, unless it says that what was asked for is gone."""
    if error.status not in _GONE:
        raise error


def _moment(headers: Mapping[str, str]) -> str | None:
    """Return a moment safely before an answer, by the server's clock: what is new after it is asked for by it."""
    from email.utils import parsedate_to_datetime

    try:
        told = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
    return datetime.strftime(told - _MARGIN, "%Y-%m-%dT%H:%M:%SZ")
