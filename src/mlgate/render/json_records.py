"""The public JSON of a report, version 1: records of its own, so that the model inside may move.

Every text is bounded, so that a report from elsewhere cannot grow without end. Messages are in the inline form:
plain words, and foreign text between runs of backticks, as in Markdown.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from mlgate.render.json_document import MAX_LINE, MAX_PARTS, MAX_PLACE, MAX_ROWS, MAX_TEXT, MAX_WORD
from mlgate.report import Align, Enforcement, Severity, Status, Verdict

Word = Annotated[str, Meta(max_length=MAX_WORD)]
Line = Annotated[str, Meta(max_length=MAX_LINE)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=MAX_PARTS)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Place = Annotated[int, Meta(ge=1, le=MAX_PLACE)]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{7,64}$")]


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all records: nothing may stand in them that is not declared."""


class LocationRecord(Record, frozen=True):
    """A place in the repository, from its root."""

    path: Annotated[str, Meta(max_length=MAX_LINE, description="The path from the repository's root, with `/`.")]
    line: Place | None = None
    column: Place | None = None
    end_line: Place | None = None


class ExcessRecord(Record, frozen=True):
    """How far something is beyond where it should be, in its own unit."""

    by: float
    of: Annotated[float | None, Meta(description="The value that a share of it is a share of.")] = None


class AcceptedRecord(Record, frozen=True):
    """The waiver of the config that accepts a finding."""

    owner: Line
    reason: Line
    until: Annotated[str, Meta(max_length=MAX_WORD, description="The last day on which it counts.")]
    severity: Severity
    ceiling: Word | None = None


class FindingRecord(Record, frozen=True):
    """One thing that a person should know."""

    rule: Annotated[str, Meta(max_length=MAX_WORD, description="The check and the rule, such as `metrics/regression`.")]
    severity: Severity
    message: Line
    location: LocationRecord | None = None
    hint: Annotated[Line | None, Meta(description="What to do.")] = None
    subject: Annotated[Line | None, Meta(description="What it is about: a metric, a column, a stage.")] = None
    detail: Annotated[Text | None, Meta(description="Foreign text of several lines, such as a diff.")] = None
    excess: Annotated[ExcessRecord | None, Meta(description="Its size, by which a waiver may be bounded.")] = None
    waiver: Annotated[AcceptedRecord | None, Meta(description="The waiver that accepts it.")] = None


class ColumnRecord(Record, frozen=True):
    """The head of a table's column."""

    title: Line
    align: Annotated[Align, Meta(description="How the cells of the column stand.")] = "left"


class IntervalRecord(Record, frozen=True, tag="interval", tag_field="kind"):
    """The interval of a change in tolerances, turned so that more is better; -1 is what is tolerated."""

    low: float
    value: float
    high: float


class BarsRecord(Record, frozen=True, tag="bars", tag_field="kind"):
    """The counts of a column in bins or categories that both sides share."""

    before: Annotated[tuple[Annotated[float, Meta(ge=0)], ...], Meta(max_length=MAX_PARTS)]
    now: Annotated[tuple[Annotated[float, Meta(ge=0)], ...], Meta(max_length=MAX_PARTS)]


class RowRecord(Record, frozen=True):
    """One row of a table."""

    cells: Lines
    status: Status | None = None
    decided: Annotated[Count | None, Meta(description="The index of the cell that decided, from 0.")] = None
    picture: Annotated[IntervalRecord | BarsRecord | None, Meta(description="What to draw beside it.")] = None


class TableRecord(Record, frozen=True):
    """A table for people; numbers for machines are in `measures`."""

    title: Line
    columns: Annotated[tuple[ColumnRecord, ...], Meta(max_length=MAX_PARTS)]
    rows: Annotated[tuple[RowRecord, ...], Meta(max_length=MAX_ROWS)]
    folded: bool = False
    note: Line | None = None


class MeasureRecord(Record, frozen=True):
    """A number for machines, at the baseline and now; null where there is none or it is not finite."""

    name: Line
    baseline: float | None = None
    current: float | None = None
    unit: Word | None = None
    status: Status | None = None


class OutcomeRecord(Record, frozen=True):
    """What one check found."""

    status: Status
    summary: Line
    note: Line = ""
    hint: Line | None = None
    findings: Annotated[tuple[FindingRecord, ...], Meta(max_length=MAX_ROWS)] = ()
    tables: Annotated[tuple[TableRecord, ...], Meta(max_length=MAX_PARTS)] = ()
    measures: Annotated[tuple[MeasureRecord, ...], Meta(max_length=MAX_ROWS)] = ()


class EntryRecord(Record, frozen=True):
    """One configured check: what it may do to the merge, how it ended, and how long it took."""

    check: Word
    title: Line
    outcome: OutcomeRecord
    enforcement: Enforcement = Enforcement.BLOCK
    seconds: Annotated[float, Meta(ge=0)] = 0.0


class RevisionRecord(Record, frozen=True):
    """A commit, with its committer date in seconds since the epoch."""

    commit: Hash
    name: Line | None = None
    time: Annotated[int, Meta(ge=-(2**53), le=2**53)] | None = None
    dirty: bool = False


class BaselineRecord(Record, frozen=True):
    """The commit that the head was compared with, and why."""

    revision: RevisionRecord
    reason: Line
    age_seconds: Count | None = None
    behind: Count | None = None
    notes: Lines = ()
    is_head: bool = False


class ReportRecord(Record, frozen=True):
    """A report of mlgate. `verdict` and `exit_code` follow from the entries; a file in which they do not is refused."""

    schema: Literal["mlgate-report/1"]
    version: Annotated[str, Meta(max_length=MAX_WORD, description="The version of mlgate that made it.")]
    verdict: Annotated[Verdict, Meta(description="What the gate says of the whole.")]
    exit_code: Annotated[Literal[0, 1, 3, 4], Meta(description="What `mlgate run` ended with.")]
    key: Annotated[str, Meta(pattern=r"^[\w.-]{1,60}$", description="Tells reports of one repository apart.")]
    head: RevisionRecord | None
    baseline: BaselineRecord | None
    entries: Annotated[tuple[EntryRecord, ...], Meta(max_length=MAX_PARTS, description="The checks, in order.")]
    notices: Lines = ()
    project: Annotated[str, Meta(max_length=MAX_LINE, description="The project folder, from the root.")] = ""
    run: Annotated[Word | None, Meta(description="The run of the forge, and its attempt.")] = None
