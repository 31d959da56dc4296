"""The outcome of holding the head's config against the baseline's: what changed, and which side counts now."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mlgate.config import Config, Waiver


class Turn(StrEnum):
    """Which way a change of the config turns the gate."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    OTHER = "other"


class Counts(StrEnum):
    """What of a change counts in this run, in the words of the table."""

    HEAD = "counts now"
    BASELINE = "counts once merged"
    BOTH = "the tighter of both counts"


class Change(Struct, frozen=True, kw_only=True):
    """One key that differs: its path, both values as people write them, the turn, and what counts in this run.

    `is_removal` says that a thing that was judged is given up, so that the config decides whether that counts at once.
    """

    path: tuple[str, ...]
    before: str
    after: str
    turn: Turn
    counts: Counts
    is_removal: bool = False

    @property
    def key(self) -> str:
        """Return the path as people write it."""
        return ".".join(self.path)


class Ruling(Struct, frozen=True, kw_only=True):
    """Which config counts in a run whose baseline has another one.

    `config` is what counts, `before` the baseline's as far as it can be read, in the file `source`. `is_own` says that
    the head's own config counts whole, whatever the baseline's says; `is_first` that the baseline has none;
    `is_deleted` that the head has none; `removals_count` that what the head gives up is given up at once. `problems`
    are in inline form. `waiver_keys` are those of the head's config, in its order.
    """

    config: Config
    before: Config = Config()
    source: str | None = None
    changes: tuple[Change, ...] = ()
    proposed: tuple[Waiver, ...] = ()
    waiver_keys: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    removals_count: bool = False
    is_own: bool = False
    is_first: bool = False
    is_deleted: bool = False

    @property
    def held(self) -> tuple[Change, ...]:
        """Return the changes that do not count before they are merged."""
        return tuple(change for change in self.changes if change.counts is Counts.BASELINE)
