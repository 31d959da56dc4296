"""What all renderers say alike: the words of a status, the headline, what decided, and the order of things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mlgate.report import Entry, Finding, Location, Report, Revision, Severity, Status
from mlgate.text import amount, code

LEADS, ALIKE = 3, 4

WORDS: dict[Status, str] = {
    Status.PASSED: "passed",
    Status.WARNED: "warning",
    Status.FAILED: "failed",
    Status.WAIVED: "waived",
    Status.INCONCLUSIVE: "inconclusive",
    Status.SKIPPED: "skipped",
    Status.ERROR: "could not run",
}
_UNSETTLED = (Status.WARNED, Status.FAILED, Status.INCONCLUSIVE, Status.ERROR)
_WEIGHTS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_AGES = (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600), ("minute", 60))


class Lead(NamedTuple):
    """One thing that decided: the reason and what to do, both in inline form, and the finding where there is one.

    `alike` are others of the same rule and place that ask for the same, such as a column that is wrong in each dataset
    that a contract is for.
    """

    reason: str
    advice: str
    finding: Finding | None = None
    alike: tuple[Finding, ...] = ()


def standing(report: Report) -> Status:
    """Return the status whose sign a verdict of `passed` bears: that of what a person should still look at."""
    if unsettled(report):
        return Status.WARNED
    return Status.WAIVED if any(entry.status is Status.WAIVED for entry in report.entries) else Status.PASSED


def ranked(entries: Iterable[Entry]) -> list[Entry]:
    """Return the ledger as people read it: what blocks, what warns, what was waived, what is fine, what was skipped."""
    return sorted(entries, key=_rank)


def _rank(entry: Entry) -> int:
    if entry.blocks:
        return 0
    if asks(entry):
        return 1
    return (Status.WAIVED, Status.PASSED, Status.SKIPPED).index(entry.status) + 2


def heaviest(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with the errors first, then the warnings, each kind in its own order."""
    return sorted(findings, key=lambda finding: _WEIGHTS[finding.severity])


def unsettled(report: Report) -> list[Entry]:
    """Return the checks that block, warn or found no answer, in the order in which people read them."""
    return [entry for entry in ranked(report.entries) if asks(entry)]


def asks(entry: Entry) -> bool:
    """Return whether a check needs a person: it failed, warns, found no answer or could not run."""
    return entry.status in _UNSETTLED


def headline(report: Report) -> str:
    """Return the verdict in a few words, in inline form: whether to merge, and which checks say no."""
    failed = tuple(entry.check for entry in report.blocking if entry.status is Status.FAILED)
    broken = tuple(entry.check for entry in report.blocking if entry.status is Status.ERROR)
    if report.verdict == "nothing-checked":
        return "nothing was checked"
    if failed:
        return f"blocked by {_listed(failed)}" + (f"; {_listed(broken)} could not run" if broken else "")
    if broken:
        return f"blocked, because {_listed(broken)} could not run"
    open_questions = tuple(entry.check for entry in unsettled(report))
    waived = tuple(entry.check for entry in report.entries if entry.status is Status.WAIVED)
    also = f", with {_listed(waived)} waived" if waived else ""
    return f"passed{also}, but look at {_listed(open_questions)}" if open_questions else f"passed{also}"


def _listed(checks: tuple[str, ...]) -> str:
    shown = [name(check) for check in checks]
    if len(shown) > LEADS:
        return ", ".join(shown[:LEADS]) + f" and {len(shown) - LEADS} more"
    return " and ".join(shown) if len(shown) < 3 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def name(check: str) -> str:
    """Return the id of a check in inline form: as a word where it is one, else as foreign text."""
    return check if _is_word(check) else code(check, 60)


def _is_word(check: str) -> bool:
    return check.isascii() and check.replace("-", "").isalnum()


def leads(report: Report) -> tuple[list[Lead], int]:
    """Return what a person must know first, at most three things, and how many more there are.

    Each check that decided speaks once before any speaks twice. A verdict of `passed` is led by what warns.
    """
    if not report.entries:
        return [Lead("no check was run", "name a check of the config, or none to run them all")], 0
    if report.verdict == "nothing-checked":
        return [Lead(tally(report), "give one of them what it needs: the ledger says why each did not answer")], 0
    deciding = list(report.blocking) or unsettled(report)
    voices = [_voices(entry) for entry in deciding]
    turns = max((len(voice) for voice in voices), default=0)
    order = (voice[turn] for turn in range(turns) for voice in voices if turn < len(voice))
    found = list({_told(lead): lead for lead in order}.values())
    return found[:LEADS], sum(1 + len(lead.alike) for lead in found[LEADS:])


def _told(lead: Lead) -> tuple[str, ...]:
    return lead.reason, *(one.message for one in lead.alike), lead.advice


def _voices(entry: Entry) -> list[Lead]:
    wanted = Severity.ERROR if entry.status is Status.FAILED else Severity.WARNING
    found = [finding for finding in entry.outcome.findings if finding.severity is wanted]
    if found and entry.status in (Status.FAILED, Status.WARNED):
        return [_lead(entry, same) for same in _grouped(found)]
    reason = f"{name(entry.check)} {_ENDS.get(entry.status, 'says')}: {entry.outcome.summary}"
    return [Lead(reason, advice(entry.check, entry.outcome.hint))]


def _lead(entry: Entry, same: list[Finding]) -> Lead:
    first, *others = same
    return Lead(first.message, advice(entry.check, first.hint), first, tuple(others))


def _grouped(found: list[Finding]) -> list[list[Finding]]:
    """Return findings with those that are alike together, each group where its first one stands."""
    groups: list[list[Finding]] = []
    last: dict[tuple[str, Location, str | None], list[Finding]] = {}
    for finding in found:
        if finding.location is None or finding.detail:
            groups.append([finding])
            continue
        key = (finding.rule, finding.location, finding.hint)
        if any(one.message == finding.message for one in last.get(key, ())):
            continue
        if len(last.get(key, ())) % ALIKE == 0:
            last[key] = []
            groups.append(last[key])
        last[key].append(finding)
    return groups


_ENDS = {
    Status.ERROR: "could not run",
    Status.INCONCLUSIVE: "found no answer",
    Status.FAILED: "failed",
}


def untold(entry: Entry, told: Iterable[Lead]) -> list[Finding]:
    """Return the findings of a check that its leads have not shown in full, the heaviest first."""
    shown = [one for lead in told if lead.finding and not lead.finding.detail for one in (lead.finding, *lead.alike)]
    return [finding for finding in heaviest(entry.outcome.findings) if not any(finding is one for one in shown)]


def advice(check: str, hint: str | None) -> str:
    """Return what to do, in inline form: the hint, or how to see the same thing at one's desk."""
    return hint or f"run {code(f'mlgate run {check}', 80)} in your clone to see it again"


def sentence(message: str) -> str:
    """Return a message that ends as a sentence does."""
    return message if message.endswith((".", "!", "?", "…", ":")) else f"{message}."


def needs_advice(finding: Finding) -> bool:
    """Return whether a finding asks for something to be done."""
    return finding.severity is not Severity.INFO


def counted(findings: Iterable[Finding]) -> str:
    """Return how many findings of each kind there are: `1 error, 2 warnings`."""
    told = list(findings)
    kinds = [finding.severity for finding in told if not finding.waiver]
    waived = len(told) - len(kinds)
    parts = [
        amount(kinds.count(severity), noun)
        for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
        if severity in kinds
    ]
    return ", ".join([*parts, *([f"{waived:,} waived"] if waived else [])])


def tally(report: Report) -> str:
    """Return how the checks ended: `6 checks passed, 1 skipped`."""
    ends = [entry.status for entry in ranked(report.entries)]
    parts = [f"{ends.count(status)} {WORDS[status]}" for status in dict.fromkeys(ends)]
    if not parts:
        return "no check is configured"
    first, *rest = parts
    count, _, word = first.partition(" ")
    return ", ".join([f"{amount(int(count), 'check')} {word}", *rest])


def label(report: Report) -> str:
    """Return what tells the reports of one repository apart, in inline form; nothing where there is but one."""
    if report.project:
        return f"mlgate in {code(report.project, 80)}"
    return "mlgate" if report.key == "default" else f"mlgate {code(report.key, 60)}"


def origin(report: Report) -> list[str]:
    """Return the facts of the foot, in inline form: the baseline with its reason, the head, version and run."""
    facts = [_baseline(report)]
    if report.head:
        facts.append(f"head {revision(report.head)}{' with uncommitted changes' if report.head.dirty else ''}")
    look = [entry.check for entry in unsettled(report) if _is_word(entry.check)]
    if look:
        facts.append(f"in your clone: {code(' '.join(['mlgate run', *look]), 120)}")
    facts.append(f"mlgate {report.version}")
    if report.run:
        facts.append(f"run {report.run}")
    return facts


def _baseline(report: Report) -> str:
    baseline = report.baseline
    if baseline is None:
        return "no baseline, so nothing was compared"
    words = [f"baseline: {revision(baseline.revision)}", baseline.reason]
    if baseline.age_seconds is not None:
        words.append(age(baseline.age_seconds))
    if baseline.behind:
        words.append(f"{amount(baseline.behind, 'commit')} behind")
    return ", ".join([*words, *baseline.notes])


def revision(found: Revision) -> str:
    """Return a commit by its name and short hash, in inline form."""
    short = code(found.short)
    return f"{code(found.name, 80)} at {short}" if found.name and not found.commit.startswith(found.name) else short


def age(seconds: int) -> str:
    """Return a time span in words: `2 days old`."""
    for unit, size in _AGES:
        if seconds >= size:
            return f"{amount(seconds // size, unit)} old"
    return "less than a minute old"
