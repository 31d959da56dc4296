"""Reads patterns of fixed width, such as those of dates and codes, as the range of each byte."""

from __future__ import annotations

import re
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from msgspec import Struct

LONGEST = 12
"""The bytes of the longest text that stands in its column itself, and not beside it."""
ASCII = 127
_ANY = (0x20, 0x7E)
_DIGITS = (ord("0"), ord("9"))

Range = tuple[int, int]


class FixedWidth(Struct, frozen=True):
    """The lowest and highest value that each byte of a text may have; more may follow unless it is `whole`.

    Texts that are like this fit the pattern, however an engine reads it. Of others nothing is said.
    """

    ranges: tuple[Range, ...]
    whole: bool


def fixed_width(pattern: object, *, anchored: bool) -> FixedWidth | None:
    """Return the texts of fixed width that fit a pattern that `translate` accepts, or None where there are none such.

    `anchored` is for a pattern that must match from the start of the value.
    """
    text = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    try:
        parsed = list(parser.parse(text)) if isinstance(text, str) else []
    except (re.error, RecursionError, OverflowError):
        return None
    begins = bool(parsed) and parsed[0] in ((kinds.AT, kinds.AT_BEGINNING), (kinds.AT, kinds.AT_BEGINNING_STRING))
    parsed = parsed[1:] if begins else parsed
    whole = bool(parsed) and parsed[-1] == (kinds.AT, kinds.AT_END)
    ranges = _ranges(parsed[:-1] if whole else parsed, is_last=not whole)
    return FixedWidth(tuple(ranges), whole) if ranges and (begins or anchored) else None


def _ranges(parsed: Any, *, is_last: bool) -> list[Range] | None:
    """Return the ranges of a sequence; where it `is_last`, as few repeats as its end allows are enough."""
    found: list[Range] = []
    items = list(parsed)
    for place, (kind, held) in enumerate(items):
        one = _range(kind, held, is_last=is_last and place == len(items) - 1)
        if one is None or len(found) + len(one) > LONGEST:
            return None
        found += one
    return found


def _range(kind: Any, held: Any, *, is_last: bool) -> list[Range] | None:
    if kind is kinds.LITERAL and held <= ASCII:
        return [(held, held)]
    if kind is kinds.ANY:
        return [_ANY]
    if kind is kinds.IN:
        return _of_set(held)
    if kind is kinds.SUBPATTERN and not held[1] and not held[2]:
        return _ranges(held[3], is_last=is_last)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        least, most, inner = held
        if least > LONGEST or (most != least and not is_last):
            return None
        once = _ranges(inner, is_last=False)
        return None if once is None else once * least
    return None


def _of_set(held: Any) -> list[Range] | None:
    """Return the range of a set whose characters follow one another."""
    found: list[Range] = []
    for kind, value in held:
        if kind is kinds.LITERAL:
            found.append((value, value))
        elif kind is kinds.RANGE:
            found.append(value)
        elif kind is kinds.CATEGORY and value is kinds.CATEGORY_DIGIT:
            found.append(_DIGITS)
        else:
            return None
    found.sort()
    low, high = found[0]
    for begin, end in found[1:]:
        if begin > high + 1:
            return None
        high = max(high, end)
    return [(low, high)] if high <= ASCII else None
