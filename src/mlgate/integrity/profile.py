"""The profile of each dataset that changed, column by column, beside the baseline's, with small histograms of both."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from mlgate.drift.wording import drawn, number, share
from mlgate.integrity.facts import LEVELS, ColumnFacts, Survey
from mlgate.integrity.reach import far_ends
from mlgate.integrity.telling import Seen
from mlgate.report import Column, Row, Table
from mlgate.text import amount, code

_BARS = 8
_KINDS = 3
_MOST = 20
_CHANGED = 0.02
_GONE, _FAR = 1.0, 0.5
_EARLY, _MEDIAN, _LATE = (LEVELS.index(level) for level in (0.05, 0.5, 0.95))


class _Pair(Struct, frozen=True, kw_only=True):
    """A column now and at the baseline, with the shares of its bars and how far the two are from each other.

    `ends` say which end of its numbers lies far beyond the baseline's. Of a column that is gone, both are as it was.
    """

    now: ColumnFacts
    before: ColumnFacts | None
    rows: tuple[int, int]
    bars: tuple[list[float], list[float]]
    change: float
    ends: tuple[str, ...] = ()
    is_gone: bool = False


def profile_tables(seen: Sequence[Seen], other: str, *, shows: bool) -> list[Table]:
    """Return a table for each dataset that changed or is new; `other` is how the baseline is called."""
    return [_table(one, other, shows=shows) for one in seen if one.now.rows and not one.is_same and _rows(one)]


def _rows(seen: Seen) -> list[_Pair]:
    """Return the columns that changed or are gone, the most first; all columns of a dataset that is new."""
    pairs = [_pair(column, seen.now, seen.before) for column in seen.now.columns]
    if seen.before is None or not seen.before.rows:
        return pairs
    # As far as two samples of one whole may well be from each other.
    noise = _CHANGED + 2 * min(seen.now.rows, seen.before.rows) ** -0.5
    changed = [pair for pair in pairs if pair.before is None or pair.ends or pair.change >= noise]
    names = {column.name for column in seen.now.columns}
    changed += [_gone(column, seen.before) for column in seen.before.columns if column.name not in names]
    return sorted(changed, key=lambda pair: -pair.change)


def _pair(now: ColumnFacts, survey: Survey, earlier: Survey | None) -> _Pair:
    before = earlier.column(now.name) if earlier is not None and earlier.rows else None
    rows = survey.rows, earlier.rows if earlier is not None else 0
    bars = _bars(now, before)
    change = 0.0
    if before is not None:
        missing = abs(now.nulls / rows[0] - before.nulls / rows[1])
        moved = sum(abs(a - b) for a, b in zip(*bars, strict=True)) / 2 if all(bars) else 0.0
        change = max(missing, moved, float(now.dtype != before.dtype))
    ends = tuple(far_ends(now, before)) if before is not None else ()
    return _Pair(now=now, before=before, rows=rows, bars=bars, change=max(change, _FAR if ends else 0.0), ends=ends)


def _gone(before: ColumnFacts, earlier: Survey) -> _Pair:
    then, none = _bars(before, None)
    return _Pair(
        now=before, before=before, rows=(earlier.rows, earlier.rows), bars=(none, then), change=_GONE, is_gone=True
    )


def _bars(now: ColumnFacts, before: ColumnFacts | None) -> tuple[list[float], list[float]]:
    """Return the shares of both sides in the same bins: spans of numbers, or the most frequent values."""
    sides = [side for side in (now, before) if side is not None]
    points = [_points(side) for side in sides]
    if now.is_id:
        found: list[list[float]] = [[] for _ in sides]
    elif all(points):
        low, high = min(one[_EARLY] for one in points), max(one[_LATE] for one in points)
        found = [_spans(one, low, high) for one in points]
    elif all(side.is_whole and side.count for side in sides):
        names = [value.text for value in sides[-1].top[:_BARS]]
        names += [value.text for value in sides[0].top if value.text not in names]
        counts = [{value.text: value.count / side.count for value in side.top} for side in sides]
        found = [[one.get(name, 0.0) for name in names[:_BARS]] for one in counts]
    else:
        found = [[] for _ in sides]
    return found[0], found[1] if before is not None else []


def _points(column: ColumnFacts) -> tuple[float, ...]:
    if column.dates is not None:
        return column.dates.quantiles
    return column.quantiles if not column.is_whole or column.distinct > _BARS else ()


def _spans(quantiles: Sequence[float], low: float, high: float) -> list[float]:
    """Return the share of values in each of some equal spans between two numbers, the tails in the outer ones."""
    if high <= low:
        return [1.0]
    edges = [low + (high - low) * number / _BARS for number in range(1, _BARS)]
    below = [0.0, *(_share_below(quantiles, edge) for edge in edges), 1.0]
    return [after - before for before, after in pairwise(below)]


def _share_below(quantiles: Sequence[float], value: float) -> float:
    """Return the share of values up to one, straight between two quantiles."""
    last = len(quantiles) - 1
    right = bisect_right(quantiles, value)
    if right > last:
        return 1.0
    left = bisect_left(quantiles, value)
    if left < right or not right:
        return max(0, right - 1) / last
    low, high = quantiles[right - 1], quantiles[right]
    return (right - 1 + (value - low) / (high - low)) / last


def _table(seen: Seen, other: str, *, shows: bool) -> Table:
    pairs = _rows(seen)
    is_new = seen.before is None or not seen.before.rows
    compared = "" if is_new else f" against {other}: {amount(len(pairs), 'column')} changed"
    hidden = len(seen.now.columns) + sum(pair.is_gone for pair in pairs) - min(len(pairs), _MOST)
    notes = []
    if hidden:
        notes.append(f"{amount(hidden, 'more column')} {'not shown' if is_new or len(pairs) > _MOST else 'as before'}")
    if seen.now.sampled < seen.now.rows:
        notes.append(f"quantiles of {seen.now.sampled:,} rows, spread evenly")
    sides = [] if is_new else [Column(other)]
    return Table(
        title=f"Profile of {code(seen.name)}{compared}",
        columns=(
            Column("column"),
            Column("type"),
            Column("nulls", "right"),
            Column("distinct", "right"),
            *sides,
            Column("now" if sides else "values"),
            Column("what"),
        ),
        rows=tuple(_row(pair, has_sides=not is_new, shows=shows) for pair in pairs[:_MOST]),
        folded=True,
        note="; ".join(notes) or None,
    )


def _row(pair: _Pair, *, has_sides: bool, shows: bool) -> Row:
    now, before = pair.now, pair.before
    peak = max((value for side in pair.bars for value in side), default=0.0)
    pictures = [drawn(side, peak) for side in (pair.bars[1], pair.bars[0])]
    return Row(
        cells=(
            code(now.name),
            _both(before.dtype.lower() if before else None, now.dtype.lower()),
            _both(share(before.nulls / pair.rows[1]) if before else None, share(now.nulls / pair.rows[0])),
            _both(f"{before.distinct:,}" if before else None, f"{now.distinct:,}"),
            *(pictures if has_sides else pictures[1:]),
            _said(pair, has_sides=has_sides, shows=shows),
        )
    )


def _said(pair: _Pair, *, has_sides: bool, shows: bool) -> str:
    if pair.is_gone:
        return "gone"
    if has_sides and pair.before is None:
        return "new"
    if not shows:
        return ", ".join(f"{end} far beyond the baseline's" for end in pair.ends)
    return ", ".join([*_ends(pair), *_what(pair)])


def _ends(pair: _Pair) -> Iterator[str]:
    if pair.before is None:
        return
    for end in pair.ends:
        sides = [side.low if end == "min" else side.high for side in (pair.before, pair.now)]
        before, now = ("" if value is None else number(value) for value in sides)
        yield f"{end} {before} → {now or 'infinite'}"


def _both(before: str | None, now: str) -> str:
    """Return what was and is, or what is where that is the same."""
    return now if before is None or before == now else f"{before} → {now}"


def _what(pair: _Pair) -> Iterator[str]:
    """Yield what stands out of the values: the middle of numbers and dates, the most frequent of others."""
    now, before = pair.now, pair.before
    middles = [_middle(side) for side in (before, now) if side is not None]
    if now.is_id:
        return
    if all(any(one) for one in middles):
        yield f"median {_both(middles[0][0] if before else None, middles[-1][0])}"
        yield f"90 % in {_both(middles[0][1] if before else None, middles[-1][1])}"
    elif now.is_whole and not now.is_id:
        old = {value.text: value.count / before.count for value in before.top} if before and before.count else {}
        for value in now.top[:_KINDS]:
            was = share(old.get(value.text, 0.0)) if old else None
            yield f"{code(value.text, 30)} {_both(was, share(value.count / now.count))}"


def _middle(column: ColumnFacts) -> tuple[str, str]:
    points = _points(column)
    if not points:
        return ("", "")
    say = _day if column.dates is not None else number
    return say(points[_MEDIAN]), f"{say(points[_EARLY])} to {say(points[_LATE])}"


def _day(micros: float) -> str:
    from datetime import UTC, datetime, timedelta

    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).date().isoformat()
    except OverflowError:
        return "beyond the calendar"
