"""Decides over all columns of a comparison together: far enough to matter, and too far for chance."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mlgate.drift.measured import Difference, Measured
from mlgate.drift.rules import D_ALONE, P_ALONE, ColumnRule, Fail, Levels
from mlgate.report import Severity
from mlgate.stats.corrections import benjamini_hochberg

_WEIGHT = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


class Verdict(Struct, frozen=True, kw_only=True):
    """One difference with its p value adjusted for all of the comparison, and what follows from it, if anything."""

    difference: Difference
    adjusted: float
    severity: Severity | None = None


class Judged(Struct, frozen=True, kw_only=True):
    """One column: what was measured, its rule, a verdict for each difference, and what it weighs, if it moved."""

    column: Measured
    rule: ColumnRule
    verdicts: tuple[Verdict, ...] = ()
    severity: Severity | None = None

    @property
    def moved(self) -> tuple[Verdict, ...]:
        """Return the verdicts that say that it moved, the heaviest first."""
        found = [verdict for verdict in self.verdicts if verdict.severity is not None]
        return tuple(sorted(found, key=_order, reverse=True))

    @property
    def is_compared(self) -> bool:
        """Return whether anything of it was compared."""
        return bool(self.verdicts)

    @property
    def largest(self) -> Verdict:
        """Return the verdict that decided, or that of the largest statistic."""
        return (*self.moved, *sorted(self.verdicts, key=lambda verdict: verdict.difference.statistic, reverse=True))[0]


def judge(columns: Sequence[tuple[Measured, ColumnRule]], levels: Levels) -> list[Judged]:
    """Return the verdicts over the columns of one comparison.

    A column fails when its measure reaches the threshold and its p value, adjusted by Benjamini and Hochberg over all
    tests of the comparison, is at most alpha; either alone is wrong at some size. It warns likewise. Where columns that
    fail make up less of a dataset than `levels.share`, they warn.
    """
    p_values = [difference.p_value for column, _ in columns for difference in column.differences]
    adjusted = iter(benjamini_hochberg(p_values))
    found = []
    for column, rule in columns:
        verdicts = tuple(_verdict(difference, next(adjusted), rule, levels) for difference in column.differences)
        heaviest = max((v.severity for v in verdicts if v.severity is not None), key=_WEIGHT.__getitem__, default=None)
        severity = heaviest if rule.gate or heaviest is None else Severity.INFO
        found.append(Judged(column=column, rule=rule, verdicts=verdicts, severity=severity))
    return found if drifted_share(found, Severity.ERROR) >= levels.share else [_softened(one) for one in found]


def _softened(judged: Judged) -> Judged:
    return replace(judged, severity=Severity.WARNING) if judged.severity is Severity.ERROR else judged


def drifted_share(judged: Sequence[Judged], *severities: Severity) -> float:
    """Return the weighted share of the compared columns that moved, or that have one of these severities."""
    compared = [one for one in judged if one.is_compared]
    whole = sum(one.rule.weight for one in compared)
    wanted = severities or tuple(Severity)
    moved = sum(one.rule.weight for one in compared if one.severity in wanted)
    return moved / whole if whole else 0.0


def _verdict(difference: Difference, adjusted: float, rule: ColumnRule, levels: Levels) -> Verdict:
    return Verdict(difference=difference, adjusted=adjusted, severity=_severity(difference, adjusted, rule, levels))


def _severity(difference: Difference, adjusted: float, rule: ColumnRule, levels: Levels) -> Severity | None:
    fail, warn = _bars(difference, rule)
    certain = adjusted <= levels.alpha
    if fail is None and not isinstance(levels.fail, Fail):
        alone = {P_ALONE: difference.p_value < 0.05, D_ALONE: difference.statistic > 0.2}
        failing = alone[levels.fail]
    else:
        general = levels.fail.statistic if isinstance(levels.fail, Fail) else None
        bar = general if fail is None else fail
        failing = certain and bar is not None and difference.size >= bar
    if failing:
        return Severity.ERROR
    if warn is not None:
        return Severity.WARNING if certain and difference.size >= warn else None
    unstable = difference.psi is not None and difference.psi >= levels.warn.psi
    return Severity.WARNING if certain and (unstable or difference.statistic >= levels.warn.statistic) else None


def _bars(difference: Difference, rule: ColumnRule) -> tuple[float | None, float | None]:
    """Return the thresholds of a column's rule that a difference is held against."""
    return rule.bars(difference.measure) if rule.measure in (None, difference.measure) else (None, None)


def _order(verdict: Verdict) -> tuple[int, float]:
    return _WEIGHT[verdict.severity or Severity.INFO], verdict.difference.statistic
