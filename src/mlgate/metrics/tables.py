"""The tables of the metrics: what was judged or failed first, what merely changed folded away, the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement, Kind
from mlgate.metrics.flatten import Odd
from mlgate.report import Baseline, Column, Interval, Measure, Row, Status, Table
from mlgate.text import amount, code

UNCHANGED_SHOWN = 50
_DECIDED = 3
_BY_NOISE: tuple[Kind, ...] = ("regression", "within-noise", "certified", "not-certified")

_WORDS: dict[Kind, str] = {
    "regression": "worse than tolerated, no noise estimate",
    "removed": "removed",
    "baseline-zero": "baseline is 0: only absolute rules apply",
    "baseline-lost": "baseline cannot be read",
    "within": "within tolerance",
    "improved": "improved",
    "unchanged": "unchanged",
    "no-direction": "direction unknown",
    "new": "new",
}
_ORDER: tuple[Kind, ...] = (
    "refuted", "floor", "ceiling", "regression", "not-finite", "not-number", "removed",
    "within-noise", "baseline-odd", "baseline-zero", "not-certified", "within", "certified",
    "improved", "unchanged", "new", "baseline-lost", "dropped", "no-direction", "not-gated",
)  # fmt: skip


def tables(judgements: Sequence[Judgement], baseline: Baseline | None, basis: str = "") -> tuple[Table, ...]:
    """Return the main table and the folded one, each only where it has rows; `basis` says what the noise rests on."""
    listed = (judgement for judgement in judgements if judgement.kind != "no-metric")
    ordered = sorted(listed, key=lambda judgement: (not judgement.fails, _ORDER.index(judgement.kind)))
    still = [judgement for judgement in ordered if judgement.kind == "unchanged"]
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
        if judgement.kind != "no-metric" and (judgement.is_judged or judgement.kind != "unchanged")
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
        Column(before, "right"),
        Column("this PR", "right"),
        Column("change", "right"),
        *([Column("90 % interval", "center")] if has_noise else []),
        Column("tolerance", "right"),
        Column("verdict"),
    )


def _row(judgement: Judgement, *, has_noise: bool) -> Row:
    before, now = wording.values(judgement)
    cells = [code(judgement.name), before, now, wording.change(judgement)]
    if has_noise:
        from mlgate.metrics.noise.wording import interval

        cells.append(interval(judgement))
    cells += [wording.tolerance_cell(judgement.tolerance), _verdict(judgement)]
    return Row(
        cells=tuple(cells),
        status=status(judgement),
        decided=_DECIDED if judgement.kind == "regression" else None,
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
        from mlgate.metrics.noise.wording import verdict

        return verdict(judgement)
    if judgement.refuted is not None:
        return f"refuted: the predictions give {wording.refuted(judgement.metric.head, judgement.refuted.value)[1]}"
    if kind == "floor" and policy.rule.min is not None:
        return f"below the floor of {wording.number(policy.rule.min)}"
    if kind == "ceiling" and policy.rule.max is not None:
        return f"above the ceiling of {wording.number(policy.rule.max)}"
    if kind in ("not-finite", "not-number") and isinstance(judgement.metric.head, Odd):
        return "no number" if kind == "not-number" else "no finite number"
    if kind == "baseline-odd":
        return "baseline is no number: only absolute rules apply"
    if kind == "dropped":
        return "dropped, as the config says" if policy.rule.dropped else "gone, not judged"
    if kind == "not-gated":
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
