"""The intervals drawn in characters, against no change and against what is tolerated."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlgate.metrics.compare import Judgement
from mlgate.metrics.wording import MINUS
from mlgate.report import Column, Interval, Row, Table
from mlgate.text import code

_WIDTH = 41
_FARTHEST = 6.0
_NEAREST = 2.0


def picture_table(judgements: Sequence[Judgement]) -> Table | None:
    """Return the folded table of pictures, each in tolerances of its metric; None where there is none to draw."""
    known = [(judgement, ends) for judgement in judgements if (ends := _in_tolerances(judgement)) is not None]
    if not known:
        return None
    known.sort(key=lambda one: one[1][0])
    spread = [end for _, ends in known for end in ends]
    low = max(-_FARTHEST, min(-_NEAREST, math.floor(min(spread))))
    high = min(_FARTHEST, max(_NEAREST, math.ceil(max(spread))))
    rows = tuple(Row(cells=(code(judgement.name), code(_bar(*ends, low, high)))) for judgement, ends in known)
    return Table(
        title="Intervals against tolerance",
        columns=(Column("metric"), Column(f"worse ◄ {MINUS}{-low:g} … +{high:g} tolerances ► better")),
        rows=rows,
        folded=True,
        note="┆ is what is tolerated, │ no change, ┼ either of them inside an interval; "
        "certified is an interval that ends right of the first",
    )


def drawn(judgement: Judgement) -> Interval | None:
    """Return the picture of a judgement's interval, for the forms that can draw; None where there is none."""
    ends = _in_tolerances(judgement)
    return Interval(low=ends[0], value=ends[1], high=ends[2]) if ends and all(map(math.isfinite, ends)) else None


def _in_tolerances(judgement: Judgement) -> tuple[float, float, float] | None:
    """Return the lower end, the change and the upper end in tolerances, oriented so that right is better."""
    estimate, baseline, tolerance = judgement.estimate, judgement.metric.baseline, judgement.tolerance
    if judgement.decided is None or estimate is None or tolerance is None or not isinstance(baseline, float):
        return None
    size = tolerance.absolute(baseline)
    if size <= 0 or not math.isfinite(estimate.se):
        return None
    oriented = estimate.oriented(higher_is_better=judgement.policy.better == "higher")
    lower, upper = oriented.interval()
    return lower / size, oriented.change / size, upper / size


def _bar(lower: float, change: float, upper: float, low: float, high: float) -> str:
    def at(value: float) -> int:
        share = (min(high, max(low, value)) - low) / (high - low)
        return round(share * (_WIDTH - 1))

    cells = ["·"] * _WIDTH
    for place in range(at(lower), at(upper) + 1):
        cells[place] = "─"
    for mark, value in (("┆", -1.0), ("│", 0.0)):
        cells[at(value)] = "┼" if cells[at(value)] == "─" else mark
    cells[at(lower)] = "◄" if lower < low else "├"
    cells[at(upper)] = "►" if upper > high else "┤"
    cells[at(change)] = "◄" if change < low else "►" if change > high else "●"
    return "".join(cells)
