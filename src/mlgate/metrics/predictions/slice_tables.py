"""What is told of slices: the folded table of the worst, and a warning for those that are worse than noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement
from mlgate.metrics.noise import wording as noise_wording
from mlgate.metrics.noise.interval_pictures import drawn
from mlgate.metrics.noise.verdict import KINDS
from mlgate.metrics.predictions.slices import FEWEST, SliceChange
from mlgate.report import Column, Finding, Row, Severity, Status, Table
from mlgate.stats.decision import Decision
from mlgate.text import amount, code

SHOWN = 20
_NAMED = 5


def slice_table(changes: Sequence[SliceChange], judgements: Mapping[str, Judgement]) -> Table | None:
    """Return the folded table of the slices whose change is worst, at most twenty, and how many there are."""
    if not changes:
        return None
    parts = len({change.part for change in changes})
    worse = worse_than_noise(changes)
    ordered = sorted(changes, key=_rank)
    rows = tuple(_row(change, judgements[change.metric]) for change in ordered[:SHOWN])
    count = len({change.part for change in worse})
    title = f"Slices ({parts:,}), {f'{count:,} worse than noise' if count else 'none worse than noise'}"
    return Table(title=title, columns=_COLUMNS, rows=rows, folded=True, note=_note(changes, len(rows)))


def findings(changes: Sequence[SliceChange], judgements: Mapping[str, Judgement]) -> list[Finding]:
    """Return a warning for each metric that is worse than tolerated and than noise on slices that do not gate."""
    by_metric: dict[str, list[SliceChange]] = {}
    for change in sorted(worse_than_noise(changes), key=_rank):
        by_metric.setdefault(change.metric, []).append(change)
    found = []
    for metric, several in by_metric.items():
        of = len({change.part for change in changes if change.metric == metric and change.decided})
        shown = ", ".join(f"{code(one.part)} ({_moved(one, judgements[metric])})" for one in several[:_NAMED])
        more = f" and {len(several) - _NAMED:,} more" if len(several) > _NAMED else ""
        found.append(
            Finding(
                rule="metrics/slice",
                severity=Severity.WARNING,
                message=f"{code(metric)} is worse than tolerated and than noise on {len(several):,} of "
                f"{amount(of, 'slice')}: {shown}{more}",
                hint=f"see the table of slices; to let one block, add it to `gated_slices`: {code(several[0].part)}",
                subject=metric,
            )
        )
    return found


def worse_than_noise(changes: Sequence[SliceChange]) -> list[SliceChange]:
    """Return the changes that are larger than tolerated and more than noise, corrected for their number."""
    return [one for one in changes if one.decided and one.decided.decision is Decision.WORSE]


def as_judgement(change: SliceChange, whole: Judgement) -> Judgement:
    """Return the change on a slice as a judgement, whose words are those of the whole metric."""
    from msgspec.structs import replace

    metric = replace(whole.metric, baseline=change.estimate.baseline, head=change.estimate.head, slice_of=change.metric)
    kind = KINDS[change.decided.decision] if change.decided else "not-gated"
    return replace(
        whole,
        metric=metric,
        kind=kind,
        tolerance=change.tolerance,
        estimate=change.estimate,
        decided=change.decided,
        family=1,
    )


def _row(change: SliceChange, whole: Judgement) -> Row:
    judgement = as_judgement(change, whole)
    before, now = wording.values(judgement)
    words = noise_wording.verdict(judgement) if change.decided else _without_verdict(change)
    is_worse = change.decided is not None and change.decided.decision is Decision.WORSE
    return Row(
        cells=(
            code(change.part),
            f"{change.n:,}",
            code(change.metric),
            before,
            now,
            wording.change(judgement),
            noise_wording.interval(judgement),
            words,
        ),
        status=Status.WARNED if is_worse else Status.PASSED if change.decided else None,
        decided=5 if is_worse else None,
        picture=drawn(judgement),
    )


def _without_verdict(change: SliceChange) -> str:
    if change.is_large:
        return "not judged"
    return f"under {FEWEST} examples: no verdict" if change.n < FEWEST else "too few of its class: no verdict"


def _moved(change: SliceChange, whole: Judgement) -> str:
    return wording.change(as_judgement(change, whole))


def _rank(change: SliceChange) -> tuple[int, float]:
    """Return the place of a change: worse than noise first, then by how surely it is worse; the small slices last."""
    if change.decided is None:
        return 2, -float(change.n)
    return (0 if change.decided.decision is Decision.WORSE else 1), change.decided.p_value


def _note(changes: Sequence[SliceChange], shown: int) -> str:
    judged = sum(change.decided is not None for change in changes)
    small = len({change.part for change in changes if change.n < FEWEST})
    words = [f"p values corrected for {amount(judged, 'comparison')} (Benjamini and Hochberg)"]
    if len(changes) > shown:
        words.append(f"the {shown} worst of {len(changes):,} rows")
    if small:
        words.append(f"{amount(small, 'slice')} of fewer than {FEWEST} examples without a verdict")
    return "; ".join(words)


_COLUMNS = (
    Column("slice"),
    Column("examples", "right"),
    Column("metric"),
    Column("baseline", "right"),
    Column("this PR", "right"),
    Column("change", "right"),
    Column("90 % interval", "center"),
    Column("verdict"),
)
