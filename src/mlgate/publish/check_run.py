"""A check run of our own on the commit: the verdict, the report, and more annotations than a step may write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from mlgate.errors import MlgateError
from mlgate.publish.allowance import SpentError
from mlgate.publish.github_client import GitHub
from mlgate.publish.posting import Posted, failed
from mlgate.publish.refusals import ApiError, LimitError, NotAllowedError, permissions
from mlgate.publish.transport import NoAnswerError
from mlgate.render import markdown
from mlgate.render.annotations import Note, ranked_notes
from mlgate.render.wording import headline, label
from mlgate.report import Location, Report
from mlgate.text import amount, code, plain, printable, shorten

SUMMARY = 65_535
AT_ONCE = 50
MOST = 200

_TITLE = 255
_MESSAGE = 16_000
_DETAIL = 16_000
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


class Commit(Struct, frozen=True, kw_only=True):
    """The commit that gets the check run, and the page of the run that made the report."""

    repository: str
    commit: str
    page: str | None = None


def check_run(github: GitHub, report: Report, at: Commit) -> Posted:
    """Make the check run; a problem with that is told, and never raised, for it says nothing of the model."""
    notes = [note for note in ranked_notes(report) if note.location and _is_inside(note.location.path)]
    parts = [notes[start : start + AT_ONCE] for start in range(0, min(len(notes), MOST), AT_ONCE)] or [[]]
    try:
        number, shown = _made(github, report, at, parts[0])
        if shown == len(parts[0]):
            shown += _added(github, report, at, number, parts[1:])
    except NotAllowedError as error:
        return Posted(said=failed(error, "check run"), is_warning=True, sample=permissions("checks"))
    except MlgateError as error:
        return Posted(said=failed(error, "check run"), is_warning=True)
    of = f" of {len(notes):,}" if len(notes) > shown else ""
    return Posted(said=f"the check run {code(name(report))} shows {amount(shown, 'annotation')}{of}", is_done=True)


def name(report: Report) -> str:
    """Return the name of the check run, one for each key."""
    return "mlgate" if report.key == "default" else f"mlgate {report.key}"


def _is_inside(path: str) -> bool:
    """Return whether a path is one of the repository: the forge shows no other, and may refuse all for it."""
    return bool(path) and not path.startswith(("/", "\\")) and ".." not in path.split("/")


def _made(github: GitHub, report: Report, at: Commit, notes: Sequence[Note]) -> tuple[int, int]:
    """Make the check run and return its number, and how many annotations it took.

    After an answer that leaves open whether it was made, look first.
    """
    body: dict[str, Any] = {
        "name": name(report),
        "head_sha": at.commit,
        "status": "completed",
        "conclusion": "success" if report.verdict == "passed" else "failure",
        "external_id": _external(report),
    }
    if at.page:
        body["details_url"] = at.page
    asked = "a check run"
    path = f"/repos/{at.repository}/check-runs"

    def once(summary: int, notes: Sequence[Note]) -> tuple[int, int]:
        output = _output(report, at, notes, summary)
        return _number(github.post(path, asked, {**body, "output": output})), len(notes)

    attempt = 0
    while True:
        try:
            return _fitting(once, notes)
        except (ApiError, NoAnswerError) as error:
            github.pause(error, attempt)
            if not isinstance(error, LimitError) and (found := _same(github, report, at)):
                return found, len(notes)
        attempt += 1


def _fitting(write: Callable[[int, Sequence[Note]], tuple[int, int]], notes: Sequence[Note]) -> tuple[int, int]:
    """Write; where GitHub finds it not valid, at half the length, and then without what it may not take on a line."""
    for summary, marks in ((SUMMARY, notes), (SUMMARY // 2, notes)):
        try:
            return write(summary, marks)
        except ApiError as error:
            if error.status != 422:
                raise
    return write(SUMMARY // 2, ())


def _added(github: GitHub, report: Report, at: Commit, number: int, parts: Sequence[Sequence[Note]]) -> int:
    """Add annotations in further requests, as far as the allowance goes; return how many were added."""
    shown = 0
    for notes in parts:
        body = {"output": _output(report, at, notes, SUMMARY // 2)}
        try:
            github.post(f"/repos/{at.repository}/check-runs/{number}", "more annotations", body, method="PATCH")
        except (ApiError, NoAnswerError, SpentError):
            # Whether they were added is not known, and each request adds to those that are there.
            return shown
        shown += len(notes)
    return shown


def _same(github: GitHub, report: Report, at: Commit) -> int | None:
    """Return the number of the check run of this very run, if it was made after all."""
    path = f"/repos/{at.repository}/commits/{at.commit}/check-runs"
    listed = github.get(path, "the check runs of the commit", check_name=name(report), filter="all", per_page=100)
    runs = listed.get("check_runs") if isinstance(listed, dict) else None
    for one in runs if isinstance(runs, list) else ():
        if isinstance(one, dict) and one.get("external_id") == _external(report) and isinstance(one.get("id"), int):
            return int(one["id"])
    return None


def _external(report: Report) -> str:
    return f"mlgate:{report.key}:{report.run or 'local'}"


def _output(report: Report, at: Commit, notes: Sequence[Note], summary: int) -> dict[str, Any]:
    title = plain(printable(f"{label(report)}: {headline(report)}"))
    return {
        "title": shorten(title, _TITLE),
        "summary": _summary(report, at, summary),
        "annotations": [_annotation(note, note.location) for note in notes if note.location],
    }


def _summary(report: Report, at: Commit, limit: int) -> str:
    """Return the report in so many characters, which are bytes to some servers."""
    text = markdown.render(report, limit=limit, full_report=at.page)
    spare = len(text.encode()) - limit
    return text if spare <= 0 else markdown.render(report, limit=max(limit // 4, limit - spare), full_report=at.page)


def _annotation(note: Note, place: Location) -> dict[str, Any]:
    line = place.line or 1
    found: dict[str, Any] = {
        "path": printable(place.path),
        "start_line": line,
        "end_line": max(line, place.end_line or line),
        "annotation_level": _LEVELS[note.level],
        "title": shorten(printable(note.title), _TITLE),
        "message": shorten(printable(plain(note.message)), _MESSAGE),
    }
    if place.column and found["end_line"] == line:
        found |= {"start_column": place.column, "end_column": place.column}
    if note.detail:
        lines = shorten(note.detail, _DETAIL).split("\n")
        shown = "\n".join(printable(text.rstrip("\r").expandtabs(4)) for text in lines)
        found["raw_details"] = shorten(shown, _DETAIL)
    return found


def _number(made: Any) -> int:
    number = made.get("id") if isinstance(made, dict) else None
    if not isinstance(number, int):
        raise ApiError("GitHub's answer to a check run holds no check run", status=201, transient=True)
    return number
