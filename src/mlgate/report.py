"""The model of a report: what was asked, what was found, and the verdict. No input, no output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from mlgate.errors import ExitCode

DOCS = "https://github.com/mlgate/mlgate/blob/main/docs"


class Severity(StrEnum):
    """How much a finding weighs; only an `error` can block a merge."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Status(StrEnum):
    """How one check ended. `skipped`, `inconclusive` and `error` are never shown as fine."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    WAIVED = "waived"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    ERROR = "error"


class Enforcement(StrEnum):
    """What a check may do to a merge."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


# What the gate says of the whole.
Verdict = Literal["passed", "failed", "error", "nothing-checked"]
EXIT_CODES: dict[Verdict, int] = {
    "passed": ExitCode.PASSED,
    "failed": ExitCode.FAILED,
    "error": ExitCode.CRASHED,
    "nothing-checked": ExitCode.NOTHING_CHECKED,
}


class Location(Struct, frozen=True, kw_only=True):
    """A place in the repository: a path from its root with `/`, and 1-based line and column where known."""

    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None

    def __str__(self) -> str:
        """Return `path:line:column` as far as it is known."""
        parts = [self.path, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


class Excess(Struct, frozen=True):
    """How far something is beyond where it should be, in its own unit; `of` is the value that a share of it is of."""

    by: float
    of: float | None = None


class Accepted(Struct, frozen=True, kw_only=True):
    """Who accepts a finding, until which day, up to what size, and why; `severity` is what it weighed before."""

    owner: str
    reason: str
    until: str
    severity: Severity
    ceiling: str | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that a person should know, at one primary location.

    `message` and `hint` are in the inline form of `mlgate.text`. `subject` names what the finding is about (a metric,
    a column, a stage) and completes the key by which a waiver selects it. `detail` is foreign text of several lines
    (a diff, the tail of an exception), shown literally. `excess` is its size, by which a waiver may be bounded, and
    `waiver` the one that accepts it.
    """

    rule: str
    severity: Severity
    message: str
    location: Location | None = None
    hint: str | None = None
    subject: str | None = None
    detail: str | None = None
    excess: Excess | None = None
    waiver: Accepted | None = None

    @property
    def key(self) -> str:
        """Return the name by which a waiver selects this finding, such as `metrics/regression:recall`."""
        return f"{self.rule}:{self.subject}" if self.subject else self.rule

    @property
    def url(self) -> str:
        """Return the address of the documentation of this rule."""
        check, _, rule = self.rule.partition("/")
        return f"{DOCS}/checks/{check}.md#{rule}" if rule else f"{DOCS}/checks/{check}.md"

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits that stay the same while the finding is about the same thing, whatever its line."""
        import hashlib

        place = self.location.path if self.location else ""
        about = self.subject or self.message
        return hashlib.sha256(f"{self.rule}\0{place}\0{about}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


# How the cells of a column stand.
Align = Literal["left", "right", "center"]


class Column(Struct, frozen=True):
    """The head of a table's column, in inline form."""

    title: str
    align: Align = "left"


class Interval(Struct, frozen=True, kw_only=True, tag="interval", tag_field="kind"):
    """A picture of a change: its interval in tolerances, turned so that more is better; -1 is what is tolerated."""

    low: float
    value: float
    high: float


class Bars(Struct, frozen=True, kw_only=True, tag="bars", tag_field="kind"):
    """A picture of a column: its counts in bins or categories that both sides share."""

    before: tuple[float, ...]
    now: tuple[float, ...]


class Row(Struct, frozen=True, kw_only=True):
    """One row: cells in inline form, its status if it has one, and the index of the cell that decided.

    `picture` is shown by the forms that can draw.
    """

    cells: tuple[str, ...]
    status: Status | None = None
    decided: int | None = None
    picture: Interval | Bars | None = None


class Table(Struct, frozen=True, kw_only=True):
    """A table of a report; `folded` ones are details that the comment folds away under their title."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    folded: bool = False
    note: str | None = None


class Measure(Struct, frozen=True, kw_only=True):
    """A number for machines: a metric, a coverage, a duration, at the baseline and now."""

    name: str
    baseline: float | None = None
    current: float | None = None
    unit: str | None = None
    status: Status | None = None


def weighed(findings: Iterable[Finding]) -> Status:
    """Return the status that follows from the heaviest finding: the one place where that is decided."""
    found = tuple(findings)
    weights = {finding.severity for finding in found}
    if Severity.ERROR in weights:
        return Status.FAILED
    if Severity.WARNING in weights:
        return Status.WARNED
    return Status.WAIVED if any(finding.waiver for finding in found) else Status.PASSED


class Outcome(Struct, frozen=True, kw_only=True):
    """What one check found: the status, one line for the ledger, and the findings and tables behind it.

    `summary` and `note` are the two cells of the ledger (`1 of 5 fails`, `recall −4.0 pp`); `hint` says what to do
    when the check was skipped or crashed; `log` is kept for people on the machine and never enters a comment.
    """

    status: Status
    summary: str
    note: str = ""
    hint: str | None = None
    findings: tuple[Finding, ...] = ()
    tables: tuple[Table, ...] = ()
    measures: tuple[Measure, ...] = ()
    log: str | None = None

    @classmethod
    def of(
        cls,
        findings: Iterable[Finding],
        *,
        summary: str,
        note: str = "",
        tables: Sequence[Table] = (),
        measures: Sequence[Measure] = (),
    ) -> Outcome:
        """Return the outcome whose status follows from the heaviest finding."""
        found = tuple(findings)
        return cls(
            status=weighed(found),
            summary=summary,
            note=note,
            findings=found,
            tables=tuple(tables),
            measures=tuple(measures),
        )

    @classmethod
    def skipped(cls, reason: str, *, hint: str | None = None) -> Outcome:
        """Return the outcome of a check that had nothing to do, with its reason."""
        return cls(status=Status.SKIPPED, summary=reason, hint=hint)

    @classmethod
    def inconclusive(cls, reason: str, *, hint: str | None = None, findings: Sequence[Finding] = ()) -> Outcome:
        """Return the outcome of a check that could not find an answer, with its reason."""
        return cls(status=Status.INCONCLUSIVE, summary=reason, hint=hint, findings=tuple(findings))

    @classmethod
    def crashed(cls, reason: str, *, hint: str | None = None, log: str | None = None) -> Outcome:
        """Return the outcome of a check that broke or whose tool is missing."""
        return cls(status=Status.ERROR, summary=reason, hint=hint, log=log)


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the ledger: a configured check, what it may do to the merge, how it ended, and its wall seconds."""

    check: str
    title: str
    outcome: Outcome
    enforcement: Enforcement = Enforcement.BLOCK
    seconds: float = 0.0

    @property
    def status(self) -> Status:
        """Return how the check ended."""
        return self.outcome.status

    @property
    def blocks(self) -> bool:
        """Return whether this check stops the merge."""
        return self.enforcement is Enforcement.BLOCK and self.status in (Status.FAILED, Status.ERROR)


class Revision(Struct, frozen=True, kw_only=True):
    """A commit: its hash, the name people know it by, and its committer date in seconds since the epoch."""

    commit: str
    name: str | None = None
    time: int | None = None
    dirty: bool = False

    @property
    def short(self) -> str:
        """Return the first seven digits of the hash."""
        return self.commit[:7]


class Baseline(Struct, frozen=True, kw_only=True):
    """The commit that the head is compared with, the reasons in words, and how far back it lies.

    `reason` and `notes` are in inline form; `age_seconds` is measured against the head's committer date; `behind`
    counts the commits of the baseline's branch that the head does not have, where that is known.
    """

    revision: Revision
    reason: str
    age_seconds: int | None = None
    behind: int | None = None
    notes: tuple[str, ...] = ()
    is_head: bool = False


class Report(Struct, frozen=True, kw_only=True):
    """A whole run: the tool's version, what was compared, the ledger of every configured check, and notices."""

    version: str
    key: str = "default"
    head: Revision | None
    baseline: Baseline | None
    entries: tuple[Entry, ...]
    notices: tuple[str, ...] = ()
    project: str = ""
    run: str | None = None

    @property
    def verdict(self) -> Verdict:
        """Return what the gate says: a blocking failure first, then a crash, then whether anything was checked."""
        blocking = {entry.status for entry in self.entries if entry.blocks}
        if Status.FAILED in blocking:
            return "failed"
        if Status.ERROR in blocking:
            return "error"
        idle = (Status.SKIPPED, Status.INCONCLUSIVE, Status.ERROR)
        if all(entry.status in idle for entry in self.entries):
            return "nothing-checked"
        return "passed"

    @property
    def exit_code(self) -> int:
        """Return the exit code of a run with this verdict."""
        return EXIT_CODES[self.verdict]

    @property
    def blocking(self) -> tuple[Entry, ...]:
        """Return the checks that stop the merge, in ledger order."""
        return tuple(entry for entry in self.entries if entry.blocks)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all findings, in ledger order."""
        return tuple(finding for entry in self.entries for finding in entry.outcome.findings)


def with_enforcement(outcome: Outcome, enforcement: Enforcement) -> Outcome:
    """Return `outcome` as a check that may only warn leaves it: its failures stand as warnings."""
    if enforcement is not Enforcement.WARN or outcome.status is not Status.FAILED:
        return outcome
    softened = tuple(
        replace(finding, severity=Severity.WARNING) if finding.severity is Severity.ERROR else finding
        for finding in outcome.findings
    )
    return replace(outcome, status=Status.WARNED, findings=softened)
