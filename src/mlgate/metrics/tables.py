"""The tables of the metrics: what was judged or failed first, what merely changed folded away, the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement, Kind
from mlgate.metrics.flatten import Odd
from mlgate.metrics.noise import wording as noise_wording
from mlgate.report import Align, Baseline, Column, Interval, Measure, Row, Status, Table
from mlgate.text import amount, code

UNCHANGED_SHOWN = 50
_DECIDED = 3
_BY_NOISE = (Kind.REGRESSION, Kind.WITHIN_NOISE, Kind.CERTIFIED, Kind.NOT_CERTIFIED)

_WORDS = {
    Kind.REGRESSION: "worse than tolerated, no noise estimate",
    Kind.REMOVED: "removed",
    Kind.BASELINE_ZERO: "baseline is 0: only absolute rules apply",
    Kind.BASELINE_LOST: "baseline cannot be read",
    Kind.WITHIN: "within tolerance",
    Kind.IMPROVED: "improved",
    Kind.UNCHANGED: "unchanged",
    Kind.NO_DIRECTION: "direction unknown",
    Kind.NEW: "new",
}
_ORDER = {
    kind: place
    for place, kind in enumerate((
        Kind.REFUTED, Kind.FLOOR, Kind.CEILING, Kind.REGRESSION, Kind.NOT_FINITE, Kind.NOT_NUMBER, Kind.REMOVED,
        Kind.WITHIN_NOISE, Kind.BASELINE_ODD, Kind.BASELINE_ZERO, Kind.NOT_CERTIFIED, Kind.WITHIN, Kind.CERTIFIED,
        Kind.IMPROVED, Kind.UNCHANGED, Kind.NEW, Kind.BASELINE_LOST, Kind.DROPPED, Kind.NO_DIRECTION, Kind.NOT_GATED,
    ))
}  # fmt: skip


def tables(judgements: Sequence[Judgement], baseline: Baseline | None, basis: str = "") -> tuple[Table, ...]:
    """Return the main table and the folded one, each only where it has rows; `basis` says what the noise rests on."""
    listed = (judgement for judgement in judgements if judgement.kind is not Kind.NO_METRIC)
    ordered = sorted(listed, key=lambda judgement: (not judgement.fails, _ORDER[judgement.kind]))
    still = [judgement for judgement in ordered if judgement.kind is Kind.UNCHANGED]
    still.sort(key=lambda judgement: judgement.policy.pattern is None)
    hidden = {judgement.name for judgement in still[UNCHANGED_SHOWN:]}
    shown = [judgement for judgement in ordered if judgement.name not in hidden]
    note = f"{amount(len(hidden), 'more metric')} {'is' if len(hidden) == 1 else 'are'} unchanged" if hidden else None
    main = [judgement for judgement in shown if is_main(judgement)]
    rest = [judgement for judgement in shown if not is_main(judgement)]
    found = []
    if main:
        said = "; ".join(part for part in (basis, note) if part) or None
        found.append(_table(f"Metrics{_against(baseline)}", baseline, main, note=said))
    if rest:
        title = f"{amount(len(rest), 'metric')} not judged" if main else f"Metrics{_against(baseline)}"
        found.append(_table(title, baseline, rest, folded=bool(main), note=None if main else note))
    return tuple(found)


def measures(judgements: Sequence[Judgement]) -> tuple[Measure, ...]:
    """Return the numbers of every metric that was judged or changed."""
    return tuple(
        Measure(
            name=judgement.name,
            baseline=_finite(judgement.metric.baseline),
            current=_finite(judgement.metric.head),
            status=status(judgement),
        )
        for judgement in judgements
        if judgement.kind is not Kind.NO_METRIC and (judgement.is_judged or judgement.kind is not Kind.UNCHANGED)
    )


def status(judgement: Judgement) -> Status | None:
    """Return how one metric ended, or None where it was not judged."""
    if judgement.fails:
        return Status.FAILED
    if judgement.warns:
        return Status.WARNED
    return Status.PASSED if judgement.is_judged else None


def is_main(judgement: Judgement) -> bool:
    """Return whether a metric belongs above the fold."""
    return judgement.fails or judgement.warns or judgement.is_judged


def _table(
    title: str, baseline: Baseline | None, judgements: Sequence[Judgement], *, folded: bool = False, note: str | None
) -> Table:
    has_noise = any(judgement.estimate for judgement in judgements)
    rows = tuple(_row(judgement, has_noise=has_noise) for judgement in judgements)
    return Table(title=title, columns=_columns(baseline, has_noise=has_noise), rows=rows, folded=folded, note=note)


def _columns(baseline: Baseline | None, *, has_noise: bool) -> tuple[Column, ...]:
    before = code(_branch(baseline)) if baseline else "baseline"
    return (
        Column("metric"),
        Column(before, Align.RIGHT),
        Column("this PR", Align.RIGHT),
        Column("change", Align.RIGHT),
        *([Column("90 % interval", Align.CENTER)] if has_noise else []),
        Column("tolerance", Align.RIGHT),
        Column("verdict"),
    )


def _row(judgement: Judgement, *, has_noise: bool) -> Row:
    before, now = wording.values(judgement)
    cells = [code(judgement.name), before, now, wording.change(judgement)]
    cells += [noise_wording.interval(judgement)] if has_noise else []
    cells += [wording.tolerance_cell(judgement.tolerance), _verdict(judgement)]
    return Row(
        cells=tuple(cells),
        status=status(judgement),
        decided=_DECIDED if judgement.kind is Kind.REGRESSION else None,
        picture=_picture(judgement),
    )


def _picture(judgement: Judgement) -> Interval | None:
    if judgement.estimate is None:
        return None
    from mlgate.metrics.noise.interval_pictures import drawn

    return drawn(judgement)


def _verdict(judgement: Judgement) -> str:
    kind, policy = judgement.kind, judgement.policy
    if judgement.decided is not None and kind in _BY_NOISE:
        return noise_wording.verdict(judgement)
    if judgement.refuted is not None:
        return f"refuted: the predictions give {wording.refuted(judgement.metric.head, judgement.refuted.value)[1]}"
    if kind is Kind.FLOOR and policy.rule.min is not None:
        return f"below the floor of {wording.number(policy.rule.min)}"
    if kind is Kind.CEILING and policy.rule.max is not None:
        return f"above the ceiling of {wording.number(policy.rule.max)}"
    if kind in (Kind.NOT_FINITE, Kind.NOT_NUMBER) and isinstance(judgement.metric.head, Odd):
        return "no number" if kind is Kind.NOT_NUMBER else "no finite number"
    if kind is Kind.BASELINE_ODD:
        return "baseline is no number: only absolute rules apply"
    if kind is Kind.DROPPED:
        return "dropped, as the config says" if policy.rule.dropped else "gone, not judged"
    if kind is Kind.NOT_GATED:
        return "not judged: a time" if policy.is_timed else "not judged"
    return _WORDS[kind]


def _against(baseline: Baseline | None) -> str:
    if baseline is None:
        return ""
    revision = baseline.revision
    name = f"{code(revision.name)} at " if revision.name else ""
    return f" against {name}{code(revision.short)}"


def _branch(baseline: Baseline) -> str:
    return baseline.revision.name or baseline.revision.short


def _finite(value: object) -> float | None:
    return value if isinstance(value, float) else None
