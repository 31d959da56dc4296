"""What a data scientist would look at first in a column that moved."""

from __future__ import annotations

import math
import re

from mlgate.drift.explain import UNITS
from mlgate.drift.judge import Judged, Verdict
from mlgate.drift.kinds import Kind
from mlgate.drift.measured import Aspect, How, Measured
from mlgate.drift.rules import Measure
from mlgate.drift.wording import MINUS, number, share
from mlgate.text import code

_MARKS = frozenset({"-1", "-9", "-99", "-999", "-9999", "0", "9", "99", "999", "9999", "99999"})
_SCATTER = 1.5


def hint_for(judged: Judged, verdict: Verdict, *, is_baseline: bool) -> str:
    """Return what to look at, and how to allow the change where it is meant."""
    column = judged.column
    look = _look(column, verdict.difference.aspect, is_baseline=is_baseline)
    return f"{look}{'' if look.endswith('?') else '.'} {_allow(judged, verdict)}"


def _look(column: Measured, aspect: Aspect, *, is_baseline: bool) -> str:
    if aspect is Aspect.MISSING:
        if column.now.missing_share > column.before.missing_share:
            return "look at the join or the source that fills it, and at how the model takes a missing value"
        return "values are filled in that were missing: with what? the model learnt from the gaps"
    if aspect is Aspect.WORDS:
        return "another topic, language, source or cleaning of the text? read a few of the new ones"
    if aspect is Aspect.LENGTH:
        return "are texts cut off, joined, or from another source? read the shortest and the longest"
    seen = _category(column) if column.kind is Kind.CATEGORY else _number(column)
    if seen is not None:
        return seen
    if is_baseline:
        return "look at what changed where the data is made: its source, its period, a filter, a join"
    return "is the split random? one by time or by group differs by its nature"


def _allow(judged: Judged, verdict: Verdict) -> str:
    room = math.ceil(min(verdict.difference.size, 1e6) * 12) / 10
    ends_at_one = verdict.difference.measure in (Measure.STATISTIC, Measure.JENSEN_SHANNON)
    bar = "gate: false" if ends_at_one and room >= 1 else f"fail: {room:g}"
    name = judged.column.name
    key = name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'"{name}"'
    rule = code(f"drift: {{columns: {{{key}: {{{bar}}}}}}}")
    return f"If it is real and meant, train on it and allow it with {rule}"


def _number(column: Measured) -> str | None:
    found = column.explained
    if found is not None and found.how is How.UNIT:
        return f"every value is about {number(found.by)} times what it was: a change of unit{_units(found.by)}?"
    filled = _filled(column)
    if filled is not None:
        return filled
    if found is None:
        return _scattered(column.before.quantiles, column.now.quantiles)
    if found.how is How.FACTOR:
        return f"every value is about {number(found.by)} times what it was: another currency, scale or base?"
    by = f"{'+' if found.by > 0 else MINUS}{number(abs(found.by))}"
    return f"the whole distribution shifted by {by} and kept its shape: an offset, a calibration, a trend?"


def _units(factor: float) -> str:
    named = UNITS.get(factor) or next((words for known, words in UNITS.items() if 1 / known == factor), "")
    return f", {named}" if named else ""


def _filled(column: Measured) -> str | None:
    if not column.movers:
        return None
    mover = column.movers[0]
    about = f"{code(mover.value)} went from {share(mover.before)} to {share(mover.now)} of the values"
    if mover.value.removesuffix(".0") in _MARKS:
        return f"{about}: a mark for missing, or a default that somebody fills in?"
    return f"{about}: a default, a cap or a stuck source?"


def _scattered(old: tuple[float, ...], new: tuple[float, ...]) -> str | None:
    before, now = old[-2] - old[1], new[-2] - new[1]
    if not (math.isfinite(before) and math.isfinite(now)) or before <= 0 or now <= 0:
        return None
    if now / before >= _SCATTER:
        wide = number(now / before)
        return f"the values scatter {wide} times as wide: other groups in the data, or no clipping any more?"
    if before / now >= _SCATTER:
        narrow = number(before / now)
        return f"the values scatter {narrow} times less: a group that is gone, clipping, or averages?"
    return None


def _category(column: Measured) -> str | None:
    new = [mover for mover in column.movers if not mover.before and mover.now]
    gone = {_folded(mover.value): mover.value for mover in column.movers if not mover.now}
    for mover in new:
        if _folded(mover.value) in gone:
            old = gone[_folded(mover.value)]
            return f"{code(mover.value)} differs from {code(old)} in case or spaces only: normalise the spelling first"
    if new:
        return f"{code(new[0].value)} is new: can the model take it, and is it not another spelling of an old one?"
    if gone:
        return f"{code(next(iter(gone.values())))} is gone: a filter, a source that failed, or a new spelling?"
    return None


def _folded(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").replace("-", " ").split())
