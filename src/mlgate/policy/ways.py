"""How two values of one key are put in order: each way says which of them asks more of a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mlgate.policy.ruling import Turn
from mlgate.units import Day, Duration, Increase, Share, Size, Tolerance

_OWN_TOLERANCES = {"pp": 1.0, "%": 2.0}

Compare = Callable[[Any, Any], Turn]


class Way(NamedTuple):
    """What a key is: the words for people, how its values are ordered, and what an absent one stands for.

    `follows` says that it is no limit, so that the head's value counts. `keeps_gone` says that an entry stays although
    what it names is gone from the project; `is_removal` that giving it up takes something out of the gate; `fewer` that
    in a list fewer entries are tighter. `stands_for` is what an empty list means, of which what exists counts;
    `both` that two values which cannot be ordered are both asked.
    """

    words: str
    compare: Compare
    absent: Any = None
    follows: bool = False
    keeps_gone: bool = True
    is_removal: bool = False
    is_list: bool = False
    fewer: bool = False
    stands_for: tuple[str, ...] = ()
    both: bool = False


def _number(value: Any) -> float | str | None:
    """Return a value as something that can be ordered."""
    if isinstance(value, Day):
        return value.iso
    if isinstance(value, Tolerance):
        return value.number
    if isinstance(value, Duration):
        return value.seconds
    if isinstance(value, (Share, Increase)):
        return value.value
    if isinstance(value, Size):
        return value.bytes
    return value if isinstance(value, (int, float)) else None


def _by_size(before: Any, after: Any, *, more_is_tighter: bool) -> Turn:
    if before is None or after is None:
        return Turn.TIGHTER if before is None else Turn.LOOSER
    if isinstance(before, Tolerance) and isinstance(after, Tolerance) and before.scale != after.scale:
        return Turn.OTHER
    old, new = _number(before), _number(after)
    if old is None or new is None or (type(before) is not type(after) and not _are_numbers(before, after)):
        return Turn.OTHER
    return Turn.TIGHTER if (new > old) is more_is_tighter else Turn.LOOSER  # type: ignore[operator]


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _ordered(*steps: Any) -> Compare:
    """Return the comparison of values that stand in a row, the loosest first."""

    def compare(before: Any, after: Any) -> Turn:
        if before not in steps or after not in steps:
            return Turn.OTHER
        return Turn.TIGHTER if steps.index(after) > steps.index(before) else Turn.LOOSER

    return compare


def _other(_before: Any, _after: Any) -> Turn:
    return Turn.OTHER


def _present(before: Any, after: Any) -> Turn:
    if before is None or after is None:
        return Turn.TIGHTER if before is None else Turn.LOOSER
    return Turn.OTHER


def _tolerance(before: Any, after: Any) -> Turn:
    """Compare tolerances of which none stands for mlgate's own: a point, or 2 % of the baseline's value."""
    if before is not None and after is not None:
        return _by_size(before, after, more_is_tighter=False)
    own = _OWN_TOLERANCES.get((before or after).scale)
    said = (before or after).number
    if own is None or said == own:
        return Turn.OTHER
    return Turn.LOOSER if (said > own) is (before is None) else Turn.TIGHTER


def _scope(before: Any, after: Any) -> Turn:
    """Compare what stages are run again: `off`, some, or `full`."""
    if before == "off" or after == "full":
        return Turn.TIGHTER
    if after == "off" or before == "full":
        return Turn.LOOSER
    if isinstance(before, tuple) and isinstance(after, tuple):
        if set(before) < set(after):
            return Turn.TIGHTER
        return Turn.LOOSER if set(after) < set(before) else Turn.OTHER
    return Turn.OTHER


FOLLOWS = Way("no limit", _other, follows=True)
HELD = Way("cannot be ordered", _other)
FLOOR = Way("a floor: higher is tighter", lambda before, after: _by_size(before, after, more_is_tighter=True))
CEILING = Way("a ceiling: lower is tighter", lambda before, after: _by_size(before, after, more_is_tighter=False))
LIMIT_OR_DEFAULT = Way(
    "lower is tighter; none is mlgate's own, and the tighter of both counts",
    lambda before, after: Turn.OTHER if before is None or after is None else CEILING.compare(before, after),
    both=True,
)
TOLERANCE = LIMIT_OR_DEFAULT._replace(compare=_tolerance)
TRUE = Way("`true` is tighter", _ordered(False, True))
GIVEN_UP = Way("`false` is tighter", _ordered(True, False), is_removal=True)
PRESENT = Way("tighter where it is there; another value cannot be ordered", _present)
NAMED = Way("tighter where it is there; another value is no limit", _present, follows=True)
MORE = Way("more entries are tighter", _other, is_list=True)
SOURCES = Way("more entries are tighter", _other, is_list=True, is_removal=True)
PATHS = Way(
    "more entries are tighter, none is all; what is gone from the project need not stay",
    _other,
    is_list=True,
    keeps_gone=False,
)
FEWER = Way("fewer entries are tighter", _other, is_list=True, fewer=True)
PAGES = PATHS._replace(
    words="more entries are tighter, none is the README; what is gone from the project need not stay",
    stands_for=("README.md", "readme.md", "Readme.md", "MODEL_CARD.md"),
)
TRISTATE = Way("`true` is loose, `false` is tight", _ordered(True, None, False))
SCOPE = Way("`off`, then some, then `full`", _scope)


def steps(*words: Any, absent: Any = None) -> Way:
    """Return the way of a key whose values stand in a row, the loosest first."""
    shown = ", ".join(f"`{word}`" for word in words)
    return Way(f"from loose to tight: {shown}", _ordered(*words), absent)
