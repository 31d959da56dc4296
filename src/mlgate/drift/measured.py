"""What is measured of one column: how far it moved, how likely chance is, and what both sides look like."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mlgate.drift.kinds import Kind, Skip
from mlgate.drift.rules import Measure


class Aspect(StrEnum):
    """What of a column is compared."""

    VALUES = "values"
    MISSING = "missing"
    LENGTH = "length"
    WORDS = "words"


class Difference(Struct, frozen=True, kw_only=True):
    """One comparison: the statistic with its p value, and the measure that is held against thresholds.

    `statistic` is Kolmogorov-Smirnov's for numbers and the total variation for categories; `size` is the value of
    `measure`, which is the statistic itself by default.
    """

    aspect: Aspect
    statistic: float
    p_value: float
    psi: float | None = None
    measure: Measure = Measure.STATISTIC
    size: float


class Mover(Struct, frozen=True):
    """A value with its share of the rows at both sides."""

    value: str
    before: float
    now: float


class How(StrEnum):
    """By what change of its values a column would look as before."""

    UNIT = "unit"
    SHIFT = "shift"
    FACTOR = "factor"


class Explained(Struct, frozen=True):
    """A change that explains how a column of numbers moved, and its size."""

    how: How
    by: float


class Profile(Struct, frozen=True, kw_only=True):
    """What one side of a column looks like.

    `quantiles` are those of `QUANTILES`, of numbers or of the lengths of texts; `bars` are counts in bins or
    categories that both sides share.
    """

    rows: int
    missing: int
    infinite: int = 0
    quantiles: tuple[float, ...] = ()
    bars: tuple[int, ...] = ()

    @property
    def missing_share(self) -> float:
        """Return the share of rows without a value."""
        return self.missing / self.rows if self.rows else 0.0


QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
MEDIAN = QUANTILES.index(0.5)


class Measured(Struct, frozen=True, kw_only=True):
    """One column of both sides. `movers` are the values whose share changed most; `skip` says why it was not compared.

    `fresh` counts the categories that are new, and `new_words` is the share of words in new texts and, for
    comparison, in old ones that another half of the old texts does not have.
    """

    name: str
    kind: Kind | None = None
    skip: Skip | None = None
    before: Profile
    now: Profile
    differences: tuple[Difference, ...] = ()
    movers: tuple[Mover, ...] = ()
    fresh: int = 0
    new_words: tuple[float, float] | None = None
    explained: Explained | None = None
