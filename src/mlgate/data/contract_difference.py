"""How two versions of a contract differ, column by column: what is added, removed, retyped, looser or tighter.

What cannot be shown to be at least as strict as before counts as looser: another pattern, a check that is gone. Only
the code of a check of the contract's own may change without that, for nobody can tell what it means.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlgate.data.description import Described, Stated, Term
from mlgate.text import code, codes


class Kind(StrEnum):
    """In which way a contract differs."""

    REMOVED = "removed"
    RETYPED = "retyped"
    LOOSENED = "loosened"
    CHANGED = "changed"
    TIGHTENED = "tightened"
    ADDED = "added"


BREAKING = (Kind.REMOVED, Kind.RETYPED, Kind.LOOSENED)


class Difference(NamedTuple):
    """One difference, in words; a column without a name stands for the whole contract."""

    kind: Kind
    column: str
    words: str


def differences(before: Described, now: Described) -> list[Difference]:
    """Return how a contract differs from its earlier version, in the order of the columns."""
    found: list[Difference] = []
    for column, old in before.columns.items():
        new = now.columns.get(column)
        if new is None:
            found.append(Difference(Kind.REMOVED, column, "is gone"))
        else:
            found += [Difference(kind, column, words) for kind, words in _of_column(old, new)]
    found += [
        Difference(Kind.ADDED, column, "is new" if new.required else "is new, and may be missing")
        for column, new in now.columns.items()
        if column not in before.columns
    ]
    return found + [Difference(kind, "", words) for kind, words in _of_whole(before, now)]


def _of_column(old: Stated, new: Stated) -> Iterator[tuple[Kind, str]]:
    if old.dtype != new.dtype:
        if not old.dtype:
            yield Kind.TIGHTENED, f"must be {code(new.dtype)}"
        else:
            yield Kind.RETYPED, f"is {code(new.dtype)} instead of {code(old.dtype)}" if new.dtype else "may be any type"
    yield from _flag(old.nullable, new.nullable, "nulls are allowed", "nulls are not allowed any more")
    yield from _flag(not old.unique, not new.unique, "values may repeat", "values must be unique")
    yield from _flag(not old.required, not new.required, "it may be missing", "it must be there")
    yield from _flag(old.coerce, new.coerce, "other types are converted", "other types are not converted any more")
    yield from _of_terms(old.terms, new.terms)


def _of_whole(old: Described, new: Described) -> Iterator[tuple[Kind, str]]:
    yield from _flag(not old.strict, not new.strict, "other columns are allowed", "no other columns are allowed")
    yield from _flag(not old.ordered, not new.ordered, "columns may have any order", "columns must be in order")
    for names in old.unique:
        if names not in new.unique:
            yield Kind.LOOSENED, f"{codes(names)} may repeat together"
    for names in new.unique:
        if names not in old.unique:
            yield Kind.TIGHTENED, f"{codes(names)} must be unique together"
    yield from _of_terms(old.terms, new.terms)


def _flag(old: bool, new: bool, looser: str, tighter: str) -> Iterator[tuple[Kind, str]]:
    if old != new:
        yield (Kind.LOOSENED, looser) if new else (Kind.TIGHTENED, tighter)


def _of_terms(old: Sequence[Term], new: Sequence[Term]) -> Iterator[tuple[Kind, str]]:
    """Yield how checks differ: ranges and sets by what they let through, others by their values."""
    before, now = (tuple(term for term in side if not term.warns) for side in (old, new))
    yield from _of_ranges(before, now)
    yield from _of_sets(before, now)
    yield from _of_lengths(before, now)
    rest = [[term for term in side if term.name not in _COMPARED] for side in (before, now)]
    for term in rest[0]:
        same = [other for other in rest[1] if other.name == term.name]
        if any(other.values == term.values and other.code == term.code for other in same):
            continue
        if any(other.values == term.values for other in same):
            yield Kind.CHANGED, f"the code of {code(term.shown)} is another"
        elif same:
            yield Kind.LOOSENED, f"{code(term.shown)} became {code(same[0].shown)}"
        else:
            yield Kind.LOOSENED, f"{code(term.shown)} is gone"
    known = {term.name for term in rest[0]}
    for term in rest[1]:
        if term.name not in known:
            yield Kind.TIGHTENED, f"{code(term.shown)} is new"


_LOW = ("greater_than", "greater_than_or_equal_to", "in_range", "equal_to")
_HIGH = ("less_than", "less_than_or_equal_to", "in_range", "equal_to")
_COMPARED = {*_LOW, *_HIGH, "isin", "notin", "str_length"}


class _Range(NamedTuple):
    """What a column may lie between; each end is a value and whether it is allowed itself, or None for no end."""

    low: tuple[float | str, bool] | None = None
    high: tuple[float | str, bool] | None = None

    @property
    def shown(self) -> str:
        low = "" if self.low is None else f"{'≥' if self.low[1] else '>'} {_shown(self.low[0])}"
        high = "" if self.high is None else f"{'≤' if self.high[1] else '<'} {_shown(self.high[0])}"
        return " and ".join(filter(None, (low, high))) or "anything"


def _of_ranges(before: Sequence[Term], now: Sequence[Term]) -> Iterator[tuple[Kind, str]]:
    old, new = _range(before), _range(now)
    if old == new:
        return
    words = f"{code(old.shown)} became {code(new.shown)}"
    low, high = _moved(old.low, new.low, 1), _moved(old.high, new.high, -1)
    if Kind.LOOSENED in (low, high):
        yield Kind.LOOSENED, words
    elif Kind.TIGHTENED in (low, high):
        yield Kind.TIGHTENED, words


def _moved(old: tuple[float | str, bool] | None, new: tuple[float | str, bool] | None, sign: int) -> Kind | None:
    """Return which way one end of a range moved; `sign` is 1 where greater is tighter."""
    if old == new:
        return None
    if old is None or new is None:
        return Kind.TIGHTENED if old is None else Kind.LOOSENED
    if isinstance(old[0], str) is not isinstance(new[0], str):
        return Kind.LOOSENED
    if old[0] == new[0]:
        return Kind.LOOSENED if new[1] else Kind.TIGHTENED
    is_greater = new[0] > old[0]  # type: ignore[operator]
    return Kind.TIGHTENED if is_greater is (sign > 0) else Kind.LOOSENED


def _range(terms: Sequence[Term]) -> _Range:
    """Return the range in which all checks agree."""
    found = _Range()
    for term in terms:
        values = term.values
        inclusive = term.name not in ("greater_than", "less_than")
        if term.name in _LOW:
            end = _end(values.get("value", values.get("min_value")), inclusive and values.get("include_min", True))
            if _moved(found.low, end, 1) is Kind.TIGHTENED:
                found = found._replace(low=end)
        if term.name in _HIGH:
            end = _end(values.get("value", values.get("max_value")), inclusive and values.get("include_max", True))
            if _moved(found.high, end, -1) is Kind.TIGHTENED:
                found = found._replace(high=end)
    return found


def _end(value: object, inclusive: object) -> tuple[float | str, bool] | None:
    if isinstance(value, bool) or not isinstance(value, (float, str)):
        return None
    return None if isinstance(value, float) and math.isinf(value) else (value, bool(inclusive))


def _of_sets(before: Sequence[Term], now: Sequence[Term]) -> Iterator[tuple[Kind, str]]:
    for name, key, admits in (("isin", "allowed_values", True), ("notin", "forbidden_values", False)):
        old, new = (_set(side, name, key) for side in (before, now))
        if old is None or new is None:
            if old is not new:
                listed = codes([_shown(one) for one in old or new or ()])
                kind = Kind.TIGHTENED if old is None else Kind.LOOSENED
                words = "must be" if admits else "must not be"
                yield kind, f"{words} one of {listed}" if old is None else f"no longer {words} one of {listed}"
            continue
        more, fewer = [one for one in new if one not in old], [one for one in old if one not in new]
        if more:
            verb = "is" if len(more) == 1 else "are"
            words = f"{verb} {'allowed too' if admits else 'forbidden too'}"
            yield Kind.LOOSENED if admits else Kind.TIGHTENED, f"{codes([_shown(one) for one in more])} {words}"
        if fewer:
            verb = "is" if len(fewer) == 1 else "are"
            words = f"{verb} no longer {'allowed' if admits else 'forbidden'}"
            yield Kind.TIGHTENED if admits else Kind.LOOSENED, f"{codes([_shown(one) for one in fewer])} {words}"


def _set(terms: Sequence[Term], name: str, key: str) -> list[object] | None:
    found = [term.values.get(key) for term in terms if term.name == name]
    held = [list(values) for values in found if isinstance(values, tuple)]
    if not held:
        return None
    if key == "allowed_values":
        return [one for one in held[0] if all(one in other for other in held[1:])]
    return [one for values in held for one in values]


def _of_lengths(before: Sequence[Term], now: Sequence[Term]) -> Iterator[tuple[Kind, str]]:
    old, new = (_lengths(side) for side in (before, now))
    if old == new:
        return
    words = f"lengths {_span(old)} became {_span(new)}"
    is_looser = new[0] < old[0] or new[1] > old[1]
    yield (Kind.LOOSENED if is_looser else Kind.TIGHTENED), words


def _lengths(terms: Sequence[Term]) -> tuple[float, float]:
    low, high = 0.0, math.inf
    for term in terms:
        if term.name == "str_length":
            exact = term.values.get("exact_value")
            least, most = (exact, exact) if exact is not None else (term.values.get(f"{end}_value") for end in _ENDS)
            low = max(low, least) if isinstance(least, float) else low
            high = min(high, most) if isinstance(most, float) else high
    return low, high


_ENDS = ("min", "max")


def _span(lengths: tuple[float, float]) -> str:
    low, high = lengths
    return f"from {low:g}" if math.isinf(high) else f"{low:g} to {high:g}"


def _shown(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) and not isinstance(value, bool) else str(value)
