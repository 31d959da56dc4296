"""Findings about what changed since the baseline: rows, categories, and the shares of classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlgate.data.wording import listing
from mlgate.integrity.facts import ColumnFacts, Holds, Survey, Value
from mlgate.integrity.telling import Teller
from mlgate.integrity.unlikely import SURE, absence, poisson_tail, same_shares
from mlgate.integrity.values import is_category
from mlgate.report import Enforcement, Finding
from mlgate.text import amount, code

_MOST_CATEGORIES = 200
_SHOWN = 5
_FEWEST_OF_CLASS = 10
_FEWEST_ROWS = 100
_MOVED = 0.1


def change_findings(teller: Teller) -> Iterator[Finding]:
    """Yield what changed in a dataset since the baseline, and classes that are almost absent."""
    seen = teller.seen
    yield from _rare_classes(teller)
    if seen.before is None or seen.is_same:
        return
    yield from _row_count(teller, seen.before)
    if not seen.before.rows or not seen.now.rows:
        return
    yield from _balance(teller, seen.before)
    for column in seen.now.columns:
        old = seen.before.column(column.name)
        if old is not None and not teller.config.ignores(seen.name, column.name):
            yield from _categories(teller, column, old)


def _row_count(teller: Teller, before: Survey) -> Iterator[Finding]:
    config, rows, had = teller.config, teller.seen.now.rows, before.rows
    if config.row_count is Enforcement.OFF or not had:
        return
    if rows < had * (1 - config.fewer_rows.value):
        message = (
            f"{teller.name} has {rows:,} rows, {100 * (1 - rows / had):.0f} % fewer than the {had:,} of the baseline"
        )
        hint = "a filter, an inner join, or an export that stopped half way? say why in the pull request if it is meant"
    elif rows > had * config.more_rows:
        message = f"{teller.name} has {rows:,} rows, {rows / had:.1f} times the {had:,} of the baseline"
        hint = "a join that multiplies rows, or an export appended twice? say why in the pull request if it is meant"
    else:
        return
    yield teller.finding("row-count", config.row_count, message, hint)


def _categories(teller: Teller, column: ColumnFacts, old: ColumnFacts) -> Iterator[Finding]:
    if not all(_has_kinds(one) for one in (column, old)):
        return
    config = teller.config
    known, now = {value.text for value in old.top}, {value.text for value in column.top}
    fresh = [value for value in column.top if value.text not in known]
    gone = [value for value in old.top if value.text not in now]
    if config.new_categories is not Enforcement.OFF and fresh and _is_surprising(fresh, column, old):
        message = (
            f"column {code(column.name)} of {teller.name} has {_kinds(teller, fresh, 'new ')} "
            "that the baseline does not have"
        )
        hint = "an encoder that was fitted before ignores or refuses it; misspelt, renamed, or really new?"
        yield teller.finding("new-categories", config.new_categories, message, hint, column=column.name)
    lost = [value for value in gone if absence(value.count / old.count, column.count) * len(old.top) < SURE]
    if config.vanished_categories is not Enforcement.OFF and lost:
        message = f"column {code(column.name)} of {teller.name} no longer has {_kinds(teller, lost, '')}"
        hint = "a filter, a renaming, or a source that stopped? the model still knows it, and nothing tests it any more"
        yield teller.finding("vanished-categories", config.vanished_categories, message, hint, column=column.name)


def _has_kinds(column: ColumnFacts) -> bool:
    return column.holds in (Holds.TEXT, Holds.FLAG) and is_category(column) and column.distinct <= _MOST_CATEGORIES


def _is_surprising(fresh: Sequence[Value], column: ColumnFacts, old: ColumnFacts) -> bool:
    """Return whether a column has more values that are new than its rare ones let expect.

    The share of rows whose category was not seen before is estimated by the share that was seen once (Good, 1953).
    """
    once = sum(value.count == 1 for value in old.top)
    return poisson_tail(sum(value.count for value in fresh), column.count * once / old.count) < SURE


def _kinds(teller: Teller, values: Sequence[Value], what: str) -> str:
    count = f"{len(values):,} {what}{'category' if len(values) == 1 else 'categories'}"
    if not teller.shows:
        return count
    shown = [f"{code(value.text, 40)} ({amount(value.count, 'row')})" for value in values[:_SHOWN]]
    more = f" and {len(values) - _SHOWN:,} more" if len(values) > _SHOWN else ""
    if len(values) == 1:
        return f"the {what}category {shown[0]}"
    return f"{count}, {listing(shown) if not more else ', '.join(shown)}{more},"


def classes_of(survey: Survey, target: str | None) -> ColumnFacts | None:
    """Return the target where it holds classes."""
    found = survey.column(target) if target else None
    return found if found is not None and is_category(found) and 1 < found.distinct <= _MOST_CATEGORIES else None


def _rare_classes(teller: Teller) -> Iterator[Finding]:
    seen, enforcement = teller.seen, teller.config.class_balance
    classes = classes_of(seen.now, seen.target)
    if classes is None or enforcement is Enforcement.OFF or classes.count < _FEWEST_ROWS:
        return
    rare = [value for value in classes.top if value.count < _FEWEST_OF_CLASS]
    if not rare:
        return
    old = classes_of(seen.earlier, seen.target) if seen.earlier else None
    was = old is not None and sum(value.count < _FEWEST_OF_CLASS for value in old.top) >= len(rare)
    message = f"the target {code(classes.name)} of {teller.name} hardly has {_kinds(teller, rare, '')}"
    hint = "too few rows to learn it or to measure it: gather more, merge classes, or measure it apart"
    yield teller.finding("class-balance", enforcement, message, hint, column=classes.name, was_before=was)


def _balance(teller: Teller, before: Survey) -> Iterator[Finding]:
    moved = balance_change(classes_of(before, teller.seen.target), classes_of(teller.seen.now, teller.seen.target))
    if moved is None or teller.config.class_balance is Enforcement.OFF:
        return
    target = teller.seen.target or ""
    message = f"the classes of {code(target)} of {teller.name} are in other shares than at the baseline: {moved}"
    hint = "thresholds and calibration hang on the shares: resampled, or another period? measure with the old ones too"
    yield teller.finding("class-balance", teller.config.class_balance, message, hint, column=target)


def balance_change(before: ColumnFacts | None, now: ColumnFacts | None) -> str | None:
    """Return in words which class moved most, where the shares differ by a tenth and not by chance."""
    if before is None or now is None:
        return None
    counts = [{value.text: value.count for value in side.top} for side in (before, now)]
    names = sorted({*counts[0], *counts[1]})
    first, second = ([side.get(name, 0) for name in names] for side in counts)
    distance, p_value = same_shares(first, second, _MOVED)
    if distance < _MOVED or p_value >= SURE:
        return None
    shares = [(old / before.count, new / now.count, name) for name, old, new in zip(names, first, second, strict=True)]
    old, new, name = max(shares, key=lambda one: abs(one[1] - one[0]))
    return f"{code(name, 40)} {old:.1%} → {new:.1%}".replace("%", " %")
