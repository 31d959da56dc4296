"""The rules of the config, and which of them each metric gets: the most specific one wins, whole."""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated

from msgspec import Meta, Struct

from mlgate.config import Section
from mlgate.metrics.names import Better, Standard, is_count, standard
from mlgate.text import code
from mlgate.units import Tolerance

POINT = Tolerance(1, "pp")
POINT_OF_PERCENT = Tolerance(1, "abs")
OPEN = Tolerance(2, "%")
BACKSTOP = Tolerance(5, "%")
NO_ESTIMATOR = "none"


class Rule(Section, frozen=True):
    """What the gate asks of the metrics that a name or glob selects."""

    better: Annotated[
        Better | None, Meta(description="Which way is better; known for the standard names, asked for otherwise.")
    ] = None
    tolerance: Annotated[
        Tolerance | None,
        Meta(description="How much worse than the baseline is accepted: `1pp`, `2%` of the baseline, or `0.5 abs`."),
    ] = None
    min: Annotated[float | None, Meta(description="The floor: a lower value fails, whatever the baseline.")] = None
    max: Annotated[float | None, Meta(description="The ceiling: a higher value fails, whatever the baseline.")] = None
    gate: Annotated[bool, Meta(description="Whether the metric may fail the gate; false only shows it.")] = True
    dropped: Annotated[bool, Meta(description="The metric is removed on purpose, so its absence does not fail.")] = (
        False
    )
    estimator: Annotated[
        str | None,
        Meta(
            description="Which metric of the predictions this is, such as `recall[cat]`, where its name does not say; "
            "`none` where it is of other examples or computed otherwise."
        ),
    ] = None

    def __post_init__(self) -> None:
        """Refuse limits that no number can keep, and an estimator that nobody knows."""
        if self.estimator is not None and self.estimator != NO_ESTIMATOR:
            _require_estimator(self.estimator)
        limits = [limit for limit in (self.min, self.max) if limit is not None]
        if not all(math.isfinite(limit) for limit in limits):
            raise ValueError("`min` and `max` must be finite numbers")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` {code(self.min)} is above `max` {code(self.max)}, so that every value fails")


class Policy(Struct, frozen=True, kw_only=True):
    """What one metric is judged by: its rule, if any, filled up with what is known of its name.

    `pattern` is the rule's name or glob; `is_count` says that a metric without a rule is a count or a setting. `sides`
    are the head's policy and the baseline's where they differ: then the tighter of each limit counts.
    """

    rule: Rule = Rule()
    pattern: str | None = None
    known: Standard | None = None
    is_count: bool = False
    sides: tuple[Policy, ...] = ()

    @property
    def better(self) -> Better | None:
        """Return which way is better: what the rule says, else what is known of the name."""
        return self.rule.better or (self.known.better if self.known else None)

    @property
    def is_timed(self) -> bool:
        """Return whether this is a time that no rule judges: machines differ more than models do."""
        return self.pattern is None and self.known is not None and self.known.scale == "time"

    @property
    def has_direction(self) -> bool:
        """Return whether the gate may fail because this metric became worse."""
        return self.rule.gate and self.better is not None and not self.is_timed

    @property
    def has_limits(self) -> bool:
        """Return whether the gate may fail because this metric is beyond its floor or ceiling."""
        return self.rule.gate and (self.rule.min is not None or self.rule.max is not None)

    @property
    def asks_direction(self) -> bool:
        """Return whether only a person can say which way is better."""
        return self.rule.gate and self.better is None and not self.is_count

    @property
    def is_share(self) -> bool:
        """Return whether the metric lives between 0 and 1, so that people speak of its changes in points."""
        by_rule = self.rule.tolerance is not None and self.rule.tolerance.scale == "pp"
        return by_rule or (self.known is not None and self.known.scale == "share")

    def tolerances(self, baseline: float, head: float) -> tuple[Tolerance, ...]:
        """Return what may not be exceeded: the rule's tolerance, else the defaults for such a metric and values."""
        asked = [side for side in self.sides if side.has_direction]
        if asked:
            return tuple(tolerance for side in asked for tolerance in side.tolerances(baseline, head))
        if self.rule.tolerance is not None:
            return (self.rule.tolerance,)
        if self.known is None or self.known.scale == "time":
            return (BACKSTOP,)
        if self.known.scale == "open":
            return (OPEN,)
        largest = max(abs(baseline), abs(head))
        if largest <= 1:
            return (POINT, BACKSTOP)
        # An accuracy of 91.2 is in percent: a point of it is 1, not 0.01.
        return (POINT_OF_PERCENT, BACKSTOP) if largest <= 100 else (BACKSTOP,)


class Rulebook:
    """The rules by their name or glob; keeps count of which were used.

    Where the baseline's rules are given too, each metric gets the tighter of both: a glob that is new may hide one that
    asked for more. `drops` says that the head may drop a metric at once.
    """

    def __init__(
        self, rules: Mapping[str, Rule], before: Mapping[str, Rule] | None = None, *, drops: bool = False
    ) -> None:
        """Sort the rules: names first, then globs with the most letters of their own, later ones before earlier."""
        self._before = None if before is None or before == rules else Rulebook(before)
        self._drops = drops
        self._rules = rules
        globs = [pattern for pattern in reversed(list(rules)) if any(mark in pattern for mark in "*?[")]
        self._globs = [(pattern, _matcher(pattern)) for pattern in sorted(globs, key=_own_letters, reverse=True)]
        self._used: set[str] = set()

    def policy(self, names: Iterable[str], key: str, *, is_item: bool = False) -> Policy:
        """Return the policy of the metric with this dotted key, whose rule may select it by any of `names`.

        All rules that match count as used. Of an item of a list nothing is known by its name: it may be an epoch,
        a class or a threshold.
        """
        selecting = tuple(names)
        own = self._own(selecting, key, is_item=is_item)
        if self._before is None:
            return own
        return tightened(own, self._before.policy(selecting, key, is_item=is_item), drops=self._drops)

    def _own(self, names: tuple[str, ...], key: str, *, is_item: bool) -> Policy:
        pattern = self._best(names)
        known = None if is_item else standard(key)
        if pattern is None:
            return Policy(known=known, is_count=is_count(key))
        return Policy(rule=self._rules[pattern], pattern=pattern, known=known)

    def drops_file(self, file: str) -> bool:
        """Return whether a rule drops whatever metrics a file had, such as `"eval/old.json:*": {dropped: true}`."""
        pattern = self._best((f"{file}:", file))
        dropped = pattern is not None and self._rules[pattern].dropped
        return dropped and (self._before is None or self._drops or self._before.drops_file(file))

    def unused(self) -> list[str]:
        """Return the rules that matched no metric so far, in the order of the config."""
        return [pattern for pattern in self._rules if pattern not in self._used]

    def _best(self, names: tuple[str, ...]) -> str | None:
        exact = [name for name in names if name in self._rules]
        matched = exact + [pattern for pattern, glob in self._globs if any(glob(name) for name in names)]
        self._used.update(matched)
        return matched[0] if matched else None


def tightened(own: Policy, before: Policy, *, drops: bool = False) -> Policy:
    """Return the policy that asks what the head's and the baseline's ask both; `drops` lets the head drop a metric."""
    if own.rule == before.rule:
        return own
    low = [limit for limit in (own.rule.min, before.rule.min) if limit is not None]
    high = [limit for limit in (own.rule.max, before.rule.max) if limit is not None]
    least, most = max(low, default=None), min(high, default=None)
    if least is not None and most is not None and least > most:
        least, most = before.rule.min, before.rule.max
    rule = Rule(
        better=before.better or own.better,
        tolerance=own.rule.tolerance or before.rule.tolerance,
        min=least,
        max=most,
        gate=own.rule.gate or (before.rule.gate and not before.is_timed),
        dropped=own.rule.dropped and (drops or before.rule.dropped),
        estimator=own.rule.estimator if before.pattern is None else before.rule.estimator,
    )
    pattern = own.pattern if own.pattern is not None else before.pattern
    return Policy(rule=rule, pattern=pattern, known=own.known, is_count=own.is_count, sides=(own, before))


def _require_estimator(name: str) -> None:
    from mlgate.metrics.predictions.estimators import find_estimator, unknown_metric

    if find_estimator(name) is None:
        raise ValueError(unknown_metric(name))


def _matcher(pattern: str) -> Callable[[str], object]:
    return re.compile(fnmatch.translate(pattern)).match


def _own_letters(pattern: str) -> int:
    return len(re.sub(r"\[[^\]]*\]|[*?]", "", pattern))
