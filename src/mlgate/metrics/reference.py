"""The second baseline: the last release, or a pinned revision, against which many small losses add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.errors import GitError
from mlgate.git_records import Commit
from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement, Kind
from mlgate.metrics.findings import size
from mlgate.report import Baseline, Finding, Location, Row, Severity, Status, Table
from mlgate.text import amount, code

LATEST_TAG = "latest-tag"
_RELEASES = (
    "v[0-9]*", "[0-9]*.[0-9]*", "*[@/_-]v[0-9]*", "*[@/_-][0-9]*.[0-9]*", "release[-_/][0-9]*", "rel[-_/][0-9]*",
)  # fmt: skip
_NO_RELEASES = (
    "*[0-9]rc[0-9]*", "*[-._]rc*", "*[0-9]a[0-9]*", "*[-._]alpha*", "*[0-9]b[0-9]*", "*[-._]beta*", "*[-._]dev*",
    "*[-._]pre*", "*[-._]nightly*",
)  # fmt: skip
_DEEPEN = "set `fetch-depth: 0` in the checkout step"


class Reference(NamedTuple):
    """The second baseline: a context that compares with it, and how people name it; or a finding that says why none."""

    context: Context | None = None
    name: str = ""
    commits: int | None = None
    finding: Finding | None = None

    @property
    def title(self) -> str:
        """Return how the report names it: `v1.2` (34 commits ago)."""
        ago = "" if self.commits is None else f" ({amount(self.commits, 'commit')} ago)"
        return code(self.name) + ago


class Compared(NamedTuple):
    """What the second baseline adds to the report."""

    findings: tuple[Finding, ...] = ()
    table: Table | None = None


def find_reference(context: Context) -> Reference | None:
    """Return the second baseline that the config asks for, or None where it asks for none."""
    wanted = context.config.baseline.reference
    if wanted is None or context.head is None:
        return None
    if wanted == LATEST_TAG:
        return _latest_tag(context)
    found = None if wanted.startswith("-") else context.git.named_commit(wanted)
    if found is None and not wanted.startswith("-"):
        found = context.git.named_commit(f"origin/{wanted}")
    if found is None:
        return Reference(finding=_none(context, f"the reference {code(wanted)} is no commit of this repository"))
    return _of_commit(context, wanted, found)


def compare_with(
    reference: Reference,
    judgements: Sequence[Judgement],
    main: Sequence[Judgement],
    place: Callable[[Judgement], Location | None],
    table: Callable[[Sequence[Judgement], Baseline], Table | None],
) -> Compared:
    """Return what the report says of the judgements against a reference; `main` are those against the baseline.

    What fails against the baseline is not said twice, and what was lost before this change is shown and not charged to
    it. `place` says where a metric stands, and `table` draws those that are compared.
    """
    if reference.context is None or reference.context.baseline is None:
        return Compared((reference.finding,) if reference.finding else ())
    known = {judgement.name: judgement for judgement in main}
    told = [judgement for judgement in judgements if judgement.policy.has_direction and _is_compared(judgement)]
    lost = [judgement for judgement in told if judgement.kind is Kind.REGRESSION]
    charged = [judgement for judgement in lost if _makes_worse(known.get(judgement.name))]
    findings = tuple(
        _finding(judgement, reference, place(judgement))
        for judgement in charged
        if judgement.name not in known or not known[judgement.name].fails
    )
    drawn = table(told, reference.context.baseline) if told else None
    if drawn is None:
        return Compared(findings)
    before = {code(judgement.name) for judgement in lost if judgement not in charged}
    rows = tuple(_lost_before(row) if row.cells[0] in before else row for row in drawn.rows)
    return Compared(findings, replace(drawn, title=f"Against {reference.title}", rows=rows, folded=not charged))


def _is_compared(judgement: Judgement) -> bool:
    return judgement.change is not None and judgement.kind is not Kind.NO_METRIC


def _makes_worse(judgement: Judgement | None) -> bool:
    """Return whether a metric is worse than at the baseline, or not known there."""
    if judgement is None or judgement.change is None:
        return True
    if judgement.kind is Kind.UNCHANGED:
        return False
    return judgement.change < 0 if judgement.policy.better == "higher" else judgement.change > 0


def _lost_before(row: Row) -> Row:
    return replace(row, cells=(*row.cells[:-1], "lost before this change"), status=Status.WARNED, decided=None)


def _latest_tag(context: Context) -> Reference:
    head = context.git.commit("HEAD")
    tip = context.baseline.revision.commit if context.baseline else None
    if head is not None and (tip is None or tip == head.id):
        # A release that is being made is compared with the one before it.
        tip = head.parents[0] if head.parents else None
    found = context.git.nearest_tag(tip, _RELEASES, _NO_RELEASES) if tip else None
    commit = context.git.commit(found[2]) if found else None
    if found is None or commit is None:
        return Reference(finding=_none(context, "there is no release tag before this, so there is no second baseline"))
    return _of_commit(context, found[0], commit)


def _of_commit(context: Context, name: str, commit: Commit) -> Reference:
    if context.baseline is not None and context.baseline.revision.commit == commit.id:
        return Reference()
    baseline = Baseline(revision=commit.revision(name), reason=f"{code(name)}, the second baseline")
    second = Context(
        project=context.project,
        git=context.git,
        head=context.head,
        baseline=baseline,
        config=context.config,
        env=context.env,
        children=context.children,
        progress=context.progress,
        ruling=context.ruling,
    )
    try:
        commits = context.git.count(commit.id, "HEAD")
    except GitError:
        commits = None
    return Reference(second, name, commits)


def _none(context: Context, message: str) -> Finding:
    is_shallow = context.git.shallow
    hint = f"the clone is shallow: {_DEEPEN}" if is_shallow else "see `git tag`, and `baseline: {reference: ...}`"
    return Finding(
        rule="metrics/no-reference",
        severity=Severity.INFO if context.config.baseline.reference == LATEST_TAG else Severity.WARNING,
        message=message,
        location=context.config_location("baseline", "reference"),
        hint=hint,
        subject="reference",
    )


def _finding(judgement: Judgement, reference: Reference, place: Location | None) -> Finding:
    before, now = wording.values(judgement)
    moved = f"{code(judgement.name)} {wording.moved(judgement)} ({before} → {now}) since {code(reference.name)}"
    ago = "" if reference.commits is None else f", {amount(reference.commits, 'commit')} ago"
    hint = (
        "each change was small enough, their sum is not: win it back, or release what is meant; "
        "the tolerance is that of the metric's rule"
    )
    return Finding(
        rule="metrics/creep",
        severity=Severity.ERROR,
        message=f"{moved}{ago}, more than the {wording.tolerated(judgement)} tolerated",
        location=place,
        hint=hint,
        subject=judgement.name,
        excess=size(judgement),
    )
