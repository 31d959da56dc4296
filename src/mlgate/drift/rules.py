"""The knobs of the drift check: how far is too far, for all columns and for those that a name or glob selects."""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from mlgate.config import Section
from mlgate.text import code

BASELINE, REFERENCE = "baseline", "reference"


class Measure(StrEnum):
    """What is held against a threshold."""

    STATISTIC = "statistic"
    PSI = "psi"
    WASSERSTEIN = "wasserstein"
    JENSEN_SHANNON = "jensen_shannon"


# A normal column that moves by half its standard deviation stands at about the first number of each, by a quarter at
# the second.
THRESHOLDS = {
    Measure.STATISTIC: (0.2, 0.1),
    Measure.PSI: (0.25, 0.1),
    Measure.WASSERSTEIN: (0.5, 0.25),
    Measure.JENSEN_SHANNON: (0.2, 0.1),
}


class Fail(Section, frozen=True):
    """When a column fails: both conditions must hold."""

    statistic: Annotated[
        float,
        Meta(description="The Kolmogorov-Smirnov statistic, or total variation for categories.", ge=0, le=1),
    ] = 0.2
    alpha: Annotated[
        float, Meta(description="The largest p value, adjusted for all columns of a comparison.", gt=0, le=1)
    ] = 0.05


class Warn(Section, frozen=True):
    """When a column warns: either condition, and the p value of `fail`."""

    statistic: Annotated[float, Meta(description="As in `fail`.", ge=0, le=1)] = 0.1
    psi: Annotated[float, Meta(description="The population stability index.", ge=0)] = 0.2


P_ALONE, D_ALONE = "p<0.05", "D>0.2"
Named = Literal["p<0.05", "D>0.2"]


class ColumnRule(Section, frozen=True):
    """What holds for the columns that a name or glob selects, instead of the general thresholds."""

    measure: Annotated[
        Measure | None, Meta(description="What is held against `fail` and `warn`; default: `statistic`.")
    ] = None
    fail: Annotated[float | None, Meta(description="From this value of the measure on the column fails.")] = None
    warn: Annotated[float | None, Meta(description="From this value of the measure on it warns.")] = None
    weight: Annotated[float, Meta(description="How much the column counts in `share`.")] = 1.0
    kind: Annotated[
        Literal["number", "category", "text"] | None,
        Meta(description="How to compare it, such as `category` for codes that are numbers; default: by its values."),
    ] = None
    ignore: Annotated[
        bool | None, Meta(description="true: it is not compared; false: it is, even if it looks like an id.")
    ] = None
    gate: Annotated[bool, Meta(description="Whether the column may fail or warn; false only shows it.")] = True

    def __post_init__(self) -> None:
        """Refuse thresholds that no column can keep."""
        if any(value is not None and not 0 <= value < math.inf for value in (self.fail, self.warn, self.weight)):
            raise ValueError("`fail`, `warn` and `weight` must be finite and not negative")
        if self.fail is not None and self.warn is not None and self.warn > self.fail:
            raise ValueError(f"`warn` {code(self.warn)} is above `fail` {code(self.fail)}, so that nothing only warns")

    def bars(self, measure: Measure) -> tuple[float | None, float | None]:
        """Return from which values of the measure the column fails and warns, None where the general ones hold."""
        if self.measure is None:
            return self.fail, self.warn
        if measure is not self.measure:
            return None, None
        fail, warn = THRESHOLDS[measure]
        fail = fail if self.fail is None else self.fail
        return fail, min(fail, warn) if self.warn is None else self.warn


class Alert(Section, frozen=True, kw_only=True):
    """Whom a scheduled run tells that data drifted."""

    webhook: Annotated[
        str,
        Meta(
            description="The name of the environment variable that holds the address, such as `DRIFT_WEBHOOK`.",
            pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        ),
    ]
    on: Annotated[Literal["fail", "warn"], Meta(description="From when on: where a column fails, or also warns.")] = (
        "fail"
    )


class Pairing(Section, frozen=True):
    """One comparison."""

    current: Annotated[str, Meta(description="A dataset by name, or a data file, folder or glob.", min_length=1)]
    against: Annotated[
        str,
        Meta(
            description="`baseline` (its own version there), `reference` (that of the second baseline, such as the "
            "last release), another dataset, or a data file.",
            min_length=1,
        ),
    ] = BASELINE


class ColumnRules:
    """The rules by name or glob: a name before a glob, then the glob with the most letters, then the later one.

    Where the baseline's rules are given too, each column gets the tighter of both; `general` are the thresholds of a
    column that no rule selects.
    """

    def __init__(
        self,
        rules: Mapping[str, ColumnRule],
        before: Mapping[str, ColumnRule] | None = None,
        general: tuple[float, float] = THRESHOLDS[Measure.STATISTIC],
    ) -> None:
        """Sort the rules."""
        self._before = None if before is None or before == rules else ColumnRules(before)
        self._general = general
        self._rules = rules
        globs = [pattern for pattern in reversed(list(rules)) if any(sign in pattern for sign in "*?[")]
        self._globs = [(glob, re.compile(fnmatch.translate(glob)).match) for glob in sorted(globs, key=_letters)]
        self._used: set[str] = set()

    def of(self, dataset: str, column: str) -> ColumnRule:
        """Return the rule of a column, which is named alone or as `dataset.column`."""
        own = self._own(dataset, column)
        return own if self._before is None else tightened(own, self._before.of(dataset, column), self._general)

    def _own(self, dataset: str, column: str) -> ColumnRule:
        names = (f"{dataset}.{column}", column)
        matched = [name for name in names if name in self._rules]
        matched += [glob for glob, match in self._globs if any(match(name) for name in names)]
        self._used.update(matched)
        return self._rules[matched[0]] if matched else ColumnRule()

    def unused(self) -> Iterable[str]:
        """Return the rules that have selected no column so far."""
        return [pattern for pattern in self._rules if pattern not in self._used]


def tightened(own: ColumnRule, before: ColumnRule, general: tuple[float, float]) -> ColumnRule:
    """Return the tighter of two rules for a column; the baseline's where they cannot be ordered."""
    as_usual = (None, Measure.STATISTIC)
    alike = own.measure is before.measure or (own.measure in as_usual and before.measure in as_usual)
    if own == before or not alike or (own.kind, own.weight) != (before.kind, before.weight):
        return before
    usual = general if own.measure in as_usual else THRESHOLDS[own.measure or Measure.STATISTIC]
    fail, warn = (
        min(usual[place] if bar is None else bar for bar in bars)
        for place, bars in enumerate(((own.fail, before.fail), (own.warn, before.warn)))
    )
    is_bare = (own.fail, own.warn) == (before.fail, before.warn)
    ignore = before.ignore if own.ignore or (own.ignore is None and before.ignore is False) else own.ignore
    return ColumnRule(
        measure=before.measure,
        fail=before.fail if is_bare else fail,
        warn=before.warn if is_bare else min(warn, fail),
        weight=before.weight,
        kind=before.kind,
        ignore=ignore,
        gate=own.gate or before.gate,
    )


def _letters(pattern: str) -> int:
    return -len(re.sub(r"\[[^\]]*\]|[*?]", "", pattern))


class Levels(NamedTuple):
    """All knobs of the decision: when a column fails and warns, the rules of columns, and what a dataset may bear."""

    fail: Fail | Named = Fail()
    warn: Warn = Warn()
    columns: ColumnRules = ColumnRules({})
    share: float = 0.0
    min_rows: int = 100

    @property
    def alpha(self) -> float:
        """Return the largest adjusted p value with which a column may fail or warn."""
        return self.fail.alpha if isinstance(self.fail, Fail) else Fail().alpha
