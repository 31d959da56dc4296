"""Findings about rows: keys that repeat, rows that repeat, equal features with another target."""

from __future__ import annotations

from collections.abc import Iterator

from mlgate.data.wording import share_of_rows
from mlgate.integrity.facts import Repeats, Spot
from mlgate.integrity.telling import Teller
from mlgate.integrity.unlikely import SURE, binomial_tail, poisson_tail, upper_share
from mlgate.report import Enforcement, Finding
from mlgate.text import amount, codes

_ROSE = 0.01


def row_findings(teller: Teller) -> Iterator[Finding]:
    """Yield what is wrong with the rows of a dataset."""
    yield from _keys(teller)
    yield from _repeated(teller)
    yield from _conflicts(teller)


def _keys(teller: Teller) -> Iterator[Finding]:
    seen, enforcement = teller.seen, teller.config.duplicate_keys
    found = seen.now.keys
    if enforcement is Enforcement.OFF:
        return
    if seen.now.missing_keys:
        message = f"{teller.name} has no column {codes(seen.now.missing_keys)}, which the config calls its key"
        yield teller.finding("duplicate-keys", enforcement, message, "mend `key` in the config, or write the column")
    elif found is not None and found.rows:
        rows = f"{share_of_rows(found.rows, seen.now.rows)} {_repeat(found.rows)}"
        message = f"key {codes(seen.key)} of {teller.name}: {rows} an earlier one{_such(teller, found)}"
        hint = (
            "a join on a key that is not unique, or an export that ran twice, is the usual cause: "
            "drop the repeats where the data is made"
        )
        column = seen.key[0] if len(seen.key) == 1 else ""
        yield teller.finding("duplicate-keys", enforcement, message, hint, column=column, spot=_spot(found))


def _repeated(teller: Teller) -> Iterator[Finding]:
    seen, enforcement = teller.seen, teller.config.duplicate_rows
    found = seen.now.repeats
    if enforcement is Enforcement.OFF or found is None or not found.rows:
        return
    old = seen.earlier.repeats if seen.earlier else None
    rose = (
        old is not None and seen.earlier is not None and _rose(found.rows, seen.now.rows, old.rows, seen.earlier.rows)
    )
    if poisson_tail(found.groups, seen.now.chance) >= SURE and not rose:
        # Rows of few coarse values are alike without being copies.
        return
    message = f"{share_of_rows(found.rows, seen.now.rows)} of {teller.name} {_repeat(found.rows)} an earlier row whole"
    if rose and old is not None and seen.earlier is not None:
        message += f", where the baseline has {share_of_rows(old.rows, seen.earlier.rows) if old.rows else 'none'}"
    hint = "copies weigh twice in training, and leak where the data is split later: `drop_duplicates` before the split"
    yield teller.finding(
        "duplicate-rows",
        enforcement,
        message + _such(teller, found),
        hint,
        spot=_spot(found),
        was_before=old is not None and old.rows > 0 and not rose,
    )


def _repeat(rows: int) -> str:
    return "repeats" if rows == 1 else "repeat"


def _rose(now: int, rows: int, before: int, rows_before: int) -> bool:
    """Return whether a share of rows rose by more than a hundredth, and more than chance allows."""
    if not rows or not rows_before or now / rows - before / rows_before < _ROSE:
        return False
    return binomial_tail(now, rows, upper_share(before, rows_before) if before else 0.0) < SURE


def _conflicts(teller: Teller) -> Iterator[Finding]:
    seen, enforcement = teller.seen, teller.config.conflicting_labels
    found = seen.now.conflicts
    if enforcement is Enforcement.OFF or found is None or not found.rows:
        return
    if poisson_tail(found.groups, seen.now.chance_features) >= SURE:
        return
    rows, has = share_of_rows(found.rows, seen.now.rows), "has" if found.rows == 1 else "have"
    message = (
        f"{rows} of {teller.name} {has} the features of another row, but not its {codes([seen.target or ''])}: "
        f"{amount(found.groups, 'group')}{_such(teller, found)}"
    )
    hint = "one of the labels is wrong, or a feature that tells them apart is missing: look at these rows by hand"
    old = seen.earlier.conflicts if seen.earlier else None
    yield teller.finding(
        "conflicting-labels",
        enforcement,
        message,
        hint,
        column=seen.target or "",
        spot=_spot(found),
        was_before=old is not None and old.rows >= found.rows,
    )


def _such(teller: Teller, found: Repeats) -> str:
    shown = teller.groups(found.examples)
    return f", such as {shown}" if shown else ""


def _spot(found: Repeats) -> Spot | None:
    spots = found.examples[0].spots if found.examples else ()
    return spots[-1] if spots else None
