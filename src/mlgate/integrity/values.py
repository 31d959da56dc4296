"""Findings about the values of one column: constant, of mixed types, spelt in several ways, dated impossibly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlgate.data.wording import share_of_rows
from mlgate.integrity.constants import constant_findings
from mlgate.integrity.facts import LEVELS, ColumnFacts, Dates, Holds, Value
from mlgate.integrity.telling import Teller
from mlgate.report import Enforcement, Finding
from mlgate.text import code

_CATEGORY_ROWS = 5
_LETTERS = 3
_LATE, _EARLY = LEVELS.index(0.95), LEVELS.index(0.05)
_YEAR_MICROS = 31_557_600_000_000


def value_findings(teller: Teller) -> Iterator[Finding]:
    """Yield what is wrong with the values of each column."""
    seen = teller.seen
    columns = [one for one in seen.now.columns if not teller.config.ignores(seen.name, one.name)]
    yield from constant_findings(teller, columns)
    for column in columns:
        old = seen.earlier.column(column.name) if seen.earlier else None
        yield from _mixed(teller, column, old)
        yield from _variants(teller, column, old)
        yield from _dates(teller, column, old)


def _mixed(teller: Teller, column: ColumnFacts, old: ColumnFacts | None) -> Iterator[Finding]:
    odd, enforcement = column.odd, teller.config.mixed_types
    if odd is None or enforcement is Enforcement.OFF or column.is_id:
        return
    shown = teller.values(odd.examples)
    message = (
        f"column {code(column.name)} of {teller.name} is text, because "
        f"{share_of_rows(odd.count, column.count, 'value')} {_ODD[odd.wanted][odd.count > 1]}"
        f"{f': {shown}' if shown else ''}"
    )
    hint = (
        "a mark for missing such as `-`, or a unit beside the number: make it a null or strip it where the data is read"
        if odd.wanted == "numbers"
        else "dates in several formats: write all of them as ISO 8601, for a parser may swap day and month silently"
    )
    was = old is not None and old.odd is not None
    spots = odd.examples[0].spots if odd.examples else ()
    yield teller.finding(
        "mixed-types", enforcement, message, hint, column=column.name, spot=spots[0] if spots else None, was_before=was
    )


_ODD = {"numbers": ("is no number", "are no numbers"), "dates": ("is no ISO date", "are no ISO dates")}


def _variants(teller: Teller, column: ColumnFacts, old: ColumnFacts | None) -> Iterator[Finding]:
    enforcement = teller.config.category_variants
    if enforcement is Enforcement.OFF or column.holds is not Holds.TEXT or not is_category(column):
        return
    found = variants(column.top)
    if not found:
        return
    shown = "; ".join(" and ".join(f"{code(one.text, 40)} ({one.count:,})" for one in group) for group in found[:3])
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    rows = sum(one.count for group in found for one in group[1:])
    spelt = f": {shown}{more}" if teller.shows else ""
    spelled = "1 category" if len(found) == 1 else f"{len(found)} categories"
    message = (
        f"column {code(column.name)} of {teller.name} spells {spelled} in several ways, "
        f"in {share_of_rows(rows, column.count)}{spelt}"
    )
    hint = "each spelling becomes a category of its own: `.str.strip().str.casefold()` where the data is read"
    was = old is not None and len(variants(old.top)) >= len(found)
    yield teller.finding("category-variants", enforcement, message, hint, column=column.name, was_before=was)


def is_category(column: ColumnFacts) -> bool:
    """Return whether values stand for kinds: all of them are known, and on the average each stands in several rows."""
    return column.is_whole and not column.is_id and column.distinct * _CATEGORY_ROWS <= column.count


def variants(values: Sequence[Value]) -> list[list[Value]]:
    """Return the values that differ in case or white space only, the most frequent of each group first.

    Of very short ones, such as the genes `a` and `A`, case may well tell two things apart.
    """
    groups: dict[str, list[Value]] = {}
    for value in values:
        bare = " ".join(value.text.split())
        groups.setdefault(bare.casefold() if len(bare) >= _LETTERS else bare, []).append(value)
    found = [sorted(group, key=lambda one: -one.count) for group in groups.values() if len(group) > 1]
    return sorted(found, key=lambda group: -sum(one.count for one in group))


def _dates(teller: Teller, column: ColumnFacts, old: ColumnFacts | None) -> Iterator[Finding]:
    enforcement, dates = teller.config.dates, column.dates
    if dates is None or enforcement is Enforcement.OFF:
        return
    for what, (count, examples) in _strange(dates).items():
        message = f"column {code(column.name)} of {teller.name}: {share_of_rows(count, column.count)} {_WORDS[what][0]}"
        shown = teller.values(examples)
        was = old is not None and old.dates is not None and bool(getattr(old.dates, what)[0])
        spots = examples[0].spots if examples else ()
        yield teller.finding(
            "dates",
            enforcement,
            message + (f", such as {shown}" if shown else ""),
            _WORDS[what][1],
            column=column.name,
            spot=spots[0] if spots else None,
            was_before=was,
        )


_MARK = "a mark for missing: turn it into a null where the data is read, or it is learned as a very old or new row"
_WORDS = {
    "ancient": ("are dated before 1900", _MARK),
    "epoch": ("are dated 1970-01-01, the zero of Unix time, where the others are much later", _MARK),
    "coming": (
        "are dated in the future, where the others lie in the past",
        "swapped day and month, a wrong time zone, or values that could not be known yet: look where they come from",
    ),
    "distant": ("are dated 2100 or later", _MARK),
}


def _strange(dates: Dates) -> dict[str, tuple[int, tuple[Value, ...]]]:
    """Return the rows whose dates do not belong to the others: few, and far from them."""
    import time

    early, late = dates.quantiles[_EARLY], dates.quantiles[_LATE]
    found = {}
    if dates.ancient[0] and early > -60 * _YEAR_MICROS:
        found["ancient"] = dates.ancient
    if dates.epoch[0] and early > 2 * _YEAR_MICROS:
        found["epoch"] = dates.epoch
    if dates.coming[0] and late <= time.time() * 1e6:
        found["coming"] = dates.coming
    if dates.distant[0] and late < 120 * _YEAR_MICROS:
        found["distant"] = dates.distant
    return found
