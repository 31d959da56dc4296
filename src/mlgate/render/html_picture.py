"""Pictures of a table's rows as SVG: intervals on one scale, and the bars of a column before and now."""

from __future__ import annotations

import math
from collections.abc import Iterable

from mlgate.report import Bars, Interval

BETTER = "worse ◄ change in tolerances ► better"

_WIDTH, _HEIGHT = 180, 26
_FARTHEST, _NEAREST = 6.0, 2.0
_TOLERATED = -1.0
_BARS_HEIGHT = 44
_GAP = 0.15


class Drawing:
    """The pictures of one table, and the scale that its intervals share."""

    def __init__(self, pictures: Iterable[Interval | Bars | None]) -> None:
        """Look at all pictures once, for their scale."""
        known = [picture for picture in pictures if picture is not None]
        intervals = [picture for picture in known if isinstance(picture, Interval)]
        ends = [end for one in intervals for end in (one.low, one.value, one.high) if math.isfinite(end)]
        self.is_needed = bool(known)
        self.has_intervals = bool(intervals)
        self._low = max(-_FARTHEST, min(-_NEAREST, math.floor(min(ends, default=0))))
        self._high = min(_FARTHEST, max(_NEAREST, math.ceil(max(ends, default=0))))

    @property
    def legend(self) -> str:
        """Return what the lines of the pictures mean."""
        if self.has_intervals:
            return "in the pictures the dashed line is what is tolerated and the other one is no change"
        return "in the pictures the outline is before and the filled bars are now" if self.is_needed else ""

    def of(self, picture: Interval | Bars | None) -> str:
        """Return one picture; nothing where there is none."""
        if isinstance(picture, Interval):
            return self._interval(picture)
        return _bars(picture) if picture else ""

    def _interval(self, picture: Interval) -> str:
        if not all(map(math.isfinite, (picture.low, picture.value, picture.high))):
            return ""
        low, high = sorted((self._at(picture.low), self._at(picture.high)))
        middle, tolerated, none = _HEIGHT / 2, self._at(_TOLERATED), self._at(0.0)
        words = (
            f"{_number(picture.value)} tolerances, between {_number(picture.low)} and {_number(picture.high)}; "
            f"{_number(_TOLERATED)} is tolerated"
        )
        marks = [
            f'<rect class="beyond" x="0" y="0" width="{tolerated:.1f}" height="{_HEIGHT}"/>',
            f'<line class="tolerated" x1="{tolerated:.1f}" x2="{tolerated:.1f}" y1="0" y2="{_HEIGHT}"/>',
            f'<line class="none" x1="{none:.1f}" x2="{none:.1f}" y1="0" y2="{_HEIGHT}"/>',
            f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{middle:g}" y2="{middle:g}"/>',
            *[
                f'<line class="range" x1="{end:.1f}" x2="{end:.1f}" y1="{middle - 4:g}" y2="{middle + 4:g}"/>'
                for value, end in ((picture.low, low), (picture.high, high))
                if self._low <= value <= self._high
            ],
            self._value(picture.value, middle),
        ]
        return _svg(_WIDTH, _HEIGHT, words, marks)

    def _value(self, value: float, middle: float) -> str:
        """Return the mark of the change: a dot, or an arrow out of the picture where it is farther than that shows."""
        place = self._at(value)
        if self._low <= value <= self._high:
            return f'<circle class="value" cx="{place:.1f}" cy="{middle:g}" r="4"/>'
        back = 8 if value < self._low else -8
        points = f"{place:.1f},{middle:g} {place + back:.1f},{middle - 5:g} {place + back:.1f},{middle + 5:g}"
        return f'<polygon class="value" points="{points}"/>'

    def _at(self, value: float) -> float:
        share = (min(self._high, max(self._low, value)) - self._low) / (self._high - self._low)
        return 5 + share * (_WIDTH - 10)


def _bars(picture: Bars) -> str:
    """Return the shares of both sides on one scale: before as outlines, now filled."""
    before, now = _shares(picture.before), _shares(picture.now)
    count, peak = max(len(before), len(now)), max((*before, *now), default=0.0)
    if not peak:
        return ""
    step = _WIDTH / count
    marks = []
    for name, shares, gap in (("now", now, 2 * _GAP), ("before", before, _GAP)):
        for place, share in enumerate(shares):
            size = share / peak * (_BARS_HEIGHT - 2)
            x, width = (place + gap / 2) * step, (1 - gap) * step
            y = _BARS_HEIGHT - size
            marks.append(f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{size:.1f}"/>')
    words = f"shares in {count} bins, before: {_percents(before)}; now: {_percents(now)}"
    return _svg(_WIDTH, _BARS_HEIGHT, words, marks)


def _shares(counts: tuple[float, ...]) -> list[float]:
    whole = sum(counts)
    return [count / whole for count in counts] if whole > 0 and math.isfinite(whole) else []


def _percents(shares: list[float]) -> str:
    return ", ".join(f"{share:.0%}" for share in shares)


def _svg(width: int, height: int, words: str, marks: list[str]) -> str:
    """Return a picture whose words are its name for those who do not see it; they are numbers and our own."""
    head = f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-label="{words}">'
    return f"{head}<title>{words}</title>{''.join(marks)}</svg>"


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
