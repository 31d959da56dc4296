"""How numbers, changes and tolerances read: enough digits to show a change and no more, true minus signs, units."""

from __future__ import annotations

import math
import re

from mlgate.metrics.compare import Judgement, Kind
from mlgate.metrics.flatten import Value
from mlgate.text import code
from mlgate.units import Tolerance

SEE = "see it here with `mlgate run metrics`"
MINUS = "\N{MINUS SIGN}"
_MOST_DIGITS = 12
_LARGE, _SMALL = 1e15, 1e-4
_BEYOND: tuple[Kind, ...] = ("regression", "within-noise")


def decimals(change: float) -> int:
    """Return how many decimals show two digits of a change; negative where it is in the hundreds and more."""
    if change == 0 or not math.isfinite(change):
        return 0
    return min(_MOST_DIGITS, 1 - math.floor(math.log10(abs(change))))


def number(value: float, places: int | None = None) -> str:
    """Return a number with this many decimals, or with up to six digits; very large and small ones with an exponent."""
    size = abs(value)
    if not math.isfinite(size):
        return _signed("-∞" if value < 0 else "∞" if value > 0 else "NaN")
    if size >= _LARGE or 0 < size < _SMALL:
        digits = 3 if places is None else max(1, min(_MOST_DIGITS, math.floor(math.log10(size)) + places))
        return _signed(f"{value:.{digits}e}")
    if places is not None:
        return _signed(f"{value:,.{max(0, places)}f}")
    if value == int(value):
        return _signed(f"{value:,.0f}")
    before = len(str(int(size))) if size >= 1 else 0
    return _signed(f"{value:,.{max(1, 6 - before)}f}".rstrip("0").rstrip("."))


def shared_decimals(one: float, other: float) -> int | None:
    """Return how many decimals show two digits of the difference and of the smaller number; None for too many.

    `0.28 → 1.28` can be checked against the 358 % that stand beside it, `0.3 → 1.3` cannot.
    """
    places = decimals(one - other)
    smaller = decimals(min(abs(one), abs(other)))
    return None if smaller > places + 2 else max(places, smaller)


def apart(one: float, other: float) -> tuple[str, str]:
    """Return two numbers with the digits that show the difference between them."""
    places = shared_decimals(one, other)
    return number(one, places), number(other, places)


def refuted(head: Value | None, computed: float) -> tuple[str, str]:
    """Return the file's value and the one that the predictions give, with a digit more than tells them apart."""
    if not isinstance(head, float):
        return value(head), number(computed)
    places = decimals(head - computed) + 1
    return number(head, places), number(computed, places)


def value(side: Value | None, places: int | None = None) -> str:
    """Return one side of a metric as a cell or a message shows it; nothing where it is absent."""
    if side is None:
        return ""
    return number(side, places) if isinstance(side, float) else code(side.shown, 40)


def values(judgement: Judgement) -> tuple[str, str]:
    """Return the baseline's value and the head's, with the digits that show the change between them."""
    baseline, head = judgement.metric.baseline, judgement.metric.head
    if not judgement.change or not isinstance(baseline, float) or not isinstance(head, float):
        return value(baseline), value(head)
    places = None if baseline.is_integer() and head.is_integer() else shared_decimals(baseline, head)
    return value(baseline, places), value(head, places)


def change(judgement: Judgement) -> str:
    """Return a change with its sign and unit: `−4.0 pp`, `+3.1 %`, or in the metric's own unit."""
    moved, baseline = judgement.change, judgement.metric.baseline
    if moved is None or judgement.kind == "unchanged" or not isinstance(baseline, float):
        return ""
    size = _size(judgement, moved, baseline)
    if size.strip("0.") == "":
        return ""
    return f"{'+' if moved > 0 else MINUS}{size}{unit_of(judgement)}"


def moved(judgement: Judgement) -> str:
    """Return a change in words: `fell by 4.0 points`, `rose by 3.1 %`."""
    by, baseline = judgement.change or 0.0, judgement.metric.baseline
    size = _size(judgement, by, baseline if isinstance(baseline, float) else 0.0)
    unit = {" pp": " points"}.get(unit_of(judgement), unit_of(judgement))
    return f"{'rose' if by > 0 else 'fell'} by {size}{unit}"


def tolerated(judgement: Judgement) -> str:
    """Return the tolerance that decided as a sentence has it: `1 point`, `2 %`, `0.5`."""
    tolerance = judgement.tolerance
    if tolerance is None or tolerance.scale != "pp":
        return tolerance_cell(tolerance)
    if not judgement.in_points:
        return f"{number(tolerance.number / 100)} ({tolerance_cell(tolerance)})"
    return f"{tolerance.number:g} point{'' if tolerance.number == 1 else 's'}"


def tolerance_cell(tolerance: Tolerance | None) -> str:
    """Return a tolerance as a cell has it: `1 pp`, `2 %`, `0.5`."""
    if tolerance is None:
        return ""
    unit = {"pp": " pp", "%": " %", "abs": ""}[tolerance.scale]
    return f"{tolerance.number:g}{unit}"


def in_unit(judgement: Judgement, by: float, baseline: float) -> float:
    """Return a change in the unit in which this metric's changes are shown: points, percent, or its own."""
    unit = unit_of(judgement)
    return by * 100 if unit == " pp" else by / abs(baseline) * 100 if unit == " %" else by


def unit_of(judgement: Judgement) -> str:
    """Return the unit in which a metric's changes are shown: ` pp`, ` %`, or nothing for its own."""
    tolerance = judgement.tolerance
    if tolerance is not None and tolerance.scale == "abs":
        return ""
    if tolerance is not None and tolerance.scale == "pp" and not judgement.in_points:
        return ""
    if judgement.in_points and (tolerance is None or tolerance.scale == "pp" or judgement.metric.baseline == 0):
        return " pp"
    return "" if judgement.metric.baseline == 0 else " %"


def _size(judgement: Judgement, by: float, baseline: float) -> str:
    unit = unit_of(judgement)
    size = abs(in_unit(judgement, by, baseline))
    places = max(0, decimals(size))
    if judgement.kind in _BEYOND and judgement.tolerance is not None:
        # `fell by 1.0 points, more than the 1 point tolerated` would read as an error of ours.
        limit = judgement.tolerance.absolute(baseline) if not unit else judgement.tolerance.number
        while places < _MOST_DIGITS and round(size, places) <= limit:
            places += 1
    return number(size, places)


def _signed(text: str) -> str:
    return text.replace("-", MINUS, 1) if text.startswith("-") else text


def setting(name: str, said: str) -> str:
    """Return the line of the config that says `said` of a metric."""
    key = name
    if not re.fullmatch(r"[A-Za-z_][\w./-]*", name):
        import json

        key = json.dumps(name, ensure_ascii=False)
    return code(f"metrics: {{rules: {{{key}: {{{said}}}}}}}")
