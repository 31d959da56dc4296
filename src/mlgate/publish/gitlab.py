"""GitLab: the note on a merge request, one for each key, found again by marker and author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mlgate.errors import UsageError
from mlgate.publish.client import Client
from mlgate.publish.posting import Posted, When, post_in
from mlgate.publish.refusals import ApiError
from mlgate.publish.thread import Comment, is_marked, refuse_unless_gone
from mlgate.publish.transport import Transport
from mlgate.render.marker import prefix
from mlgate.report import Report
from mlgate.text import code

TOKEN = "GITLAB_TOKEN"  # noqa: S105 - a name


class GitLab(Client):
    """GitLab, its own or one that somebody runs."""

    forge = "GitLab"
    token_variable = TOKEN
    address_variable = "CI_API_V4_URL"
    example = "https://gitlab.com/api/v4"
    lacking = "the token needs the scope `api` and the role Reporter, or a higher one"

    def headers(self) -> dict[str, str]:
        """Return the headers of every request: JSON is what it speaks."""
        return {"Accept": "application/json"}

    def authorization(self) -> tuple[str, str]:
        """Return the header that holds the token."""
        return "Private-Token", self._token

    def login(self) -> str:
        """Return the name under which this token writes."""
        found = self.get("/user", "the token's own name")
        name = found.get("username") if isinstance(found, dict) else None
        if not isinstance(name, str):
            raise ApiError("GitLab did not say as whom the token writes", status=200)
        return name


class Notes:
    """The notes of one merge request that carry our marker, whoever wrote them."""

    def __init__(self, gitlab: GitLab, project: int, number: int, prefix: str) -> None:
        """Keep where to look, and for what."""
        self._gitlab = gitlab
        self._notes = f"/projects/{project}/merge_requests/{number}/notes"
        self._prefix = prefix

    def marked(self) -> list[Comment]:
        """Return the marked notes, the oldest first."""
        query = {"sort": "asc", "order_by": "created_at"}
        pages = self._gitlab.pages(self._notes, "the notes of the merge request", **query)
        found = [note for _, page in pages for value in page if (note := _note(value))]
        return sorted((note for note in found if is_marked(note, self._prefix)), key=lambda note: note.id)

    def may_look(self) -> bool:
        """Return whether the allowance has room for looking at a note and writing it again."""
        return self._gitlab.allowance.has(2)

    def rest(self) -> None:
        """Wait a second between two writes."""
        self._gitlab.rest(1.0)

    def get(self, note: Comment) -> Comment | None:
        """Return a note as it is now, or None where it is gone."""
        try:
            return _note(self._gitlab.get(f"{self._notes}/{note.id}", "the note of the report"))
        except ApiError as error:
            refuse_unless_gone(error)
            return None

    def add(self, body: str) -> Comment:
        """Write a new note, once."""
        made = _note(self._gitlab.post(self._notes, "a new note on the merge request", {"body": body}))
        if made is None:
            raise ApiError("GitLab's answer to a new note holds no note", status=201, transient=True)
        return made

    def edit(self, note: Comment, body: str) -> Comment | None:
        """Give a note a new text; return it, or None where it is gone."""
        try:
            self._gitlab.write("PUT", f"{self._notes}/{note.id}", "an update of the note of the report", {"body": body})
        except ApiError as error:
            refuse_unless_gone(error)
            return None
        return replace(note, body=body)

    def remove(self, note: Comment) -> None:
        """Delete a second note of the same report; one that is gone already is as good."""
        try:
            self._gitlab.write("DELETE", f"{self._notes}/{note.id}", "to delete a second note of the report")
        except ApiError as error:
            refuse_unless_gone(error)


def comment(report: Report, env: Mapping[str, str], when: When, page: str | None = None) -> Posted:
    """Write or update the note on the merge request of this pipeline; raises `UsageError` for what CI did not say."""
    number = env.get("CI_MERGE_REQUEST_IID")
    if not number:
        said = f"no comment: this pipeline is not of a merge request, but of {code(env.get('CI_PIPELINE_SOURCE', ''))}"
        return Posted(said=said)
    token = env.get(TOKEN)
    if not token:
        hint = f"make one with the scope `api`, and set it as the masked variable {TOKEN}"
        raise UsageError("there is no token that may write notes", hint=hint)
    gitlab = GitLab(token, api=env.get("CI_API_V4_URL") or GitLab.example, transport=Transport(env=env))
    notes = Notes(gitlab, _number(env, "CI_PROJECT_ID"), _number(env, "CI_MERGE_REQUEST_IID"), prefix(report.key))
    posted = post_in(gitlab, notes, report, when, page or env.get("CI_JOB_URL"))
    # The lines to copy are of GitHub's workflows.
    return replace(
        posted, said=posted.said.format(f"merge request {number}") if posted.is_done else posted.said, sample=""
    )


def _number(env: Mapping[str, str], name: str) -> int:
    found = env.get(name, "")
    if not (found.isascii() and found.isdigit() and len(found) < 16):
        raise UsageError(f"{name} is {code(found)}, not a number")
    return int(found)


def _note(value: Any) -> Comment | None:
    """Return a note as the API sends it, or None for one of the system, or not whole."""
    if not isinstance(value, dict) or value.get("system"):
        return None
    author = value.get("author")
    name = author.get("username") if isinstance(author, dict) else None
    number, body = value.get("id"), value.get("body")
    if isinstance(number, int) and isinstance(body, str) and isinstance(name, str):
        return Comment(id=number, author=name, body=body)
    return None
