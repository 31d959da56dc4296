"""Several reports of one commit as one: the projects of a repository, told in one comment."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from mlgate.errors import UsageError
from mlgate.publish.thread import newest
from mlgate.render.wording import asks
from mlgate.report import Entry, Finding, Outcome, Report, Severity
from mlgate.text import code, codes, command

_CHECK = 200


def together(reports: Sequence[Report], key: str | None, result: str = "") -> Report:
    """Return one report with the entries of all, each by the name of its project; one report is returned as it is.

    `result` is how the jobs or the step that made them ended, as far as that is known: where it is no success, a report
    that passes stands neither for one that never came nor for one that was changed afterwards.

    Raises `UsageError` where two have one name, or are not of one commit. A project of which nothing was checked has an
    entry that says so, and blocks: another one's success does not stand for it.
    """
    whole = _together(reports, key)
    if result in ("", "success") or whole.verdict != "passed":
        return whole
    hint = "look at the log of the run: a gate may have ended early, or its report was changed since"
    untold = Outcome.crashed(f"it ended with {code(result, 60)}, and no report says why", hint=hint)
    return replace(whole, entries=(*whole.entries, Entry(check="the run", title="The run", outcome=untold)))


def _together(reports: Sequence[Report], key: str | None) -> Report:
    first, *others = reports
    if not others:
        return replace(first, key=key) if key else first
    names = [_name(report) for report in reports]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        hint = "give each project's config its own `report: {key: NAME}`"
        raise UsageError(f"several reports are of {codes(twice)}", hint=hint)
    if len({report.head and report.head.commit for report in reports}) > 1:
        raise UsageError("the reports are not of one commit", hint="publish those of one run together")
    bases = {report.baseline.revision.commit if report.baseline else "" for report in reports}
    notes = ("the projects were compared with different commits; here is the first one's",) if len(bases) > 1 else ()
    return Report(
        version=first.version,
        head=first.head,
        baseline=first.baseline,
        entries=tuple(entry for report in reports for entry in _entries(report)),
        notices=(*notes, *dict.fromkeys(notice for report in reports for notice in report.notices)),
        key=key or "all",
        run=newest([report.run for report in reports if report.run]),
    )


def _name(report: Report) -> str:
    return report.project or report.key


def _entries(report: Report) -> list[Entry]:
    found = [_named(report, entry) for entry in report.entries]
    if report.verdict == "nothing-checked":
        outcome = Outcome.crashed("nothing was checked", hint="the lines of this project say why each did not answer")
        found.append(Entry(check=_name(report)[:_CHECK], title=_name(report), outcome=outcome))
    return found


def _named(report: Report, entry: Entry) -> Entry:
    """Return an entry whose every word says of which project it is."""
    name, outcome = _name(report), entry.outcome
    where = ("--project", report.project) if report.project else ()
    again = f"run {command('mlgate', 'run', entry.check, *where)}"
    hint = f"{again} in your clone to see it again"
    tables = tuple(replace(table, title=f"{code(name)}: {table.title}") for table in outcome.tables)
    outcome = replace(
        outcome,
        hint=outcome.hint or (hint if asks(entry) else None),
        findings=tuple(_finding(name, finding, hint) for finding in outcome.findings),
        tables=tables,
    )
    check = f"{name[: _CHECK - len(entry.check) - 1]}/{entry.check}"
    return replace(entry, check=check, title=f"{name}: {entry.title}", outcome=outcome)


def _finding(name: str, finding: Finding, hint: str) -> Finding:
    advice = finding.hint or (None if finding.severity is Severity.INFO else hint)
    return replace(finding, message=f"{code(name)}: {finding.message}", hint=advice)
