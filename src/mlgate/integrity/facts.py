"""What is known of a dataset after it was read: records that are kept by content, in plain types."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

LEVELS = tuple(number / 20 for number in range(21))
"""The levels of the quantiles that are kept: every twentieth, smallest and greatest value included."""


class Holds(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    DATE = "date"
    NESTED = "nested"
    NOTHING = "nothing"


class Spot(Struct, frozen=True, array_like=True):
    """A row: which file of the dataset, and its line in a text file (from 1) or its number (from 0)."""

    file: int
    number: int | None


class Value(Struct, frozen=True, array_like=True):
    """A value as text, how many rows have it, and the first of them where that was asked."""

    text: str
    count: int
    spots: tuple[Spot, ...] = ()


class Odd(Struct, frozen=True, kw_only=True):
    """A column of text whose values are almost all of another kind: `wanted` is `numbers` or `dates`."""

    wanted: str
    count: int
    examples: tuple[Value, ...] = ()


class Dates(Struct, frozen=True, kw_only=True):
    """Dates in microseconds since 1970: quantiles, and the rows before 1900, at the zero, after now, and after 2100.

    Each of these has its number of rows and a few of them.
    """

    quantiles: tuple[float, ...]
    ancient: tuple[int, tuple[Value, ...]] = (0, ())
    epoch: tuple[int, tuple[Value, ...]] = (0, ())
    coming: tuple[int, tuple[Value, ...]] = (0, ())
    distant: tuple[int, tuple[Value, ...]] = (0, ())


class ColumnFacts(Struct, frozen=True, kw_only=True):
    """One column. `count` and `distinct` are of values without nulls, the latter
    exact where there are few rows or few values.

    `top` are the most frequent values; `is_whole` says that they are all of them. `low` and `high` are the ends of
    numbers, None where they are infinite. `quantiles` are at `LEVELS`.
    """

    name: str
    dtype: str
    holds: Holds
    nulls: int = 0
    count: int = 0
    distinct: int = 0
    is_constant: bool = False
    low: float | None = None
    high: float | None = None
    is_id: bool = False
    quantiles: tuple[float, ...] = ()
    top: tuple[Value, ...] = ()
    is_whole: bool = False
    odd: Odd | None = None
    dates: Dates | None = None


class Group(Struct, frozen=True, array_like=True):
    """Rows that belong together: a few of them, and what they share or dispute, as text."""

    spots: tuple[Spot, ...]
    text: str = ""


class Repeats(Struct, frozen=True, kw_only=True):
    """Rows that repeat an earlier one, how many different ones are repeated, and a few."""

    rows: int = 0
    groups: int = 0
    examples: tuple[Group, ...] = ()


class Survey(Struct, frozen=True, kw_only=True):
    """All that was asked of a dataset.

    `chance` is how many pairs of rows would be alike in all columns by chance, and `chance_features` in all features.
    `conflicts` counts rows whose features stand with another target too. `until` is the time, in seconds since 1970,
    when some date that lies ahead will have passed, so that this is no longer true.
    """

    rows: int
    columns: tuple[ColumnFacts, ...] = ()
    repeats: Repeats | None = None
    keys: Repeats | None = None
    missing_keys: tuple[str, ...] = ()
    conflicts: Repeats | None = None
    chance: float = 0.0
    chance_features: float = 0.0
    sampled: int = 0
    until: float | None = None

    def column(self, name: str) -> ColumnFacts | None:
        """Return a column by its name."""
        return next((one for one in self.columns if one.name == name), None)


class Overlap(Struct, frozen=True, kw_only=True):
    """Rows of another split that stand in the training data: by key, and by all features that both have.

    `own` is the number of training rows that repeat another training row's features: what comes of themselves.
    `chance` is how many pairs would be alike by chance, were the two sharpest features independent.
    `examples` hold a spot in the other split, then one in the training data.
    """

    train: int
    rows: int
    keys: Repeats | None = None
    features: Repeats | None = None
    own: int = 0
    shared: tuple[str, ...] = ()
    chance: float = 0.0
    late: int = 0
    boundary: str = ""
