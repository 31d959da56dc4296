"""Whether the numbers of a metric file that was made again are those of the committed one, within their tolerances."""

from __future__ import annotations

from collections.abc import Iterator

from mlgate import documents
from mlgate.documents import DocumentError
from mlgate.dvc.rerun.records import Moves
from mlgate.metrics.compare import NOISE, is_same
from mlgate.metrics.flatten import Flat, ShapeError, Value, flatten
from mlgate.metrics.gather import qualified
from mlgate.metrics.rules import Policy, Rulebook
from mlgate.metrics.wording import decimals, number, tolerance_cell, value
from mlgate.text import code
from mlgate.units import Tolerance

_MOST = 3


def closeness(path: str, committed: bytes, again: bytes, rulebook: Rulebook) -> Moves:
    """Return how the numbers of a file moved between two runs of the same code.

    The tolerance of a metric's rule, or the default one for its name, counts both ways here: a better value is no
    reproduction either. Times, and what no rule gates, may be anything; a count must be the same.
    """
    sides = [_flat(path, data) for data in (committed, again)]
    if sides[0] is None or sides[1] is None:
        which = "committed file" if sides[0] is None else "file that came out"
        return Moves(within=False, words=f"the {which} cannot be read as metrics")
    before, now = sides[0], sides[1]
    moved = list(_moved(path, before, now, rulebook))
    bad = [words for within, words in moved if not within]
    shown = bad or [words for _, words in moved]
    more = f"; and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
    return Moves(within=not bad, words="; ".join(shown[:_MOST]) + more)


def _flat(path: str, data: bytes) -> Flat | None:
    try:
        return flatten(documents.parse(data, path))
    except (DocumentError, ShapeError):
        return None


def _moved(path: str, before: Flat, now: Flat, rulebook: Rulebook) -> Iterator[tuple[bool, str]]:
    for key in dict.fromkeys((*before.values, *now.values)):
        names = (qualified(path, key), key) if key else (path,)
        is_item = (before.list_of(key) or now.list_of(key)) is not None
        policy = rulebook.policy(names, key or path, is_item=is_item)
        one, other = before.values.get(key), now.values.get(key)
        if not policy.rule.gate or policy.is_timed or one == other:
            continue
        if isinstance(one, float) and isinstance(other, float):
            if not is_same(one, other):
                yield _compared(key or path, one, other, policy)
        else:
            yield False, f"{code(key or path)} {_said(one)} then, {_said(other)} now"


def _compared(name: str, before: float, now: float, policy: Policy) -> tuple[bool, str]:
    are_whole = before.is_integer() and now.is_integer()
    places = None if are_whole else max(0, decimals(now - before))
    words = f"{code(name)} {number(before, places)} then, {number(now, places)} now"
    if policy.is_count:
        return False, words
    asked = [one for one in policy.tolerances(before, now) if before != 0 or one.scale != "%"]
    if not asked:
        return False, words

    def allowed(tolerance: Tolerance) -> float:
        return tolerance.absolute(before)

    narrowest = min(asked, key=allowed)
    size = abs(now - before)
    within = size <= allowed(narrowest) + NOISE * max(abs(before), abs(now))
    return within, f"{words} ({tolerance_cell(narrowest)} tolerated)"


def _said(side: Value | None) -> str:
    return "nothing" if side is None else value(side)
