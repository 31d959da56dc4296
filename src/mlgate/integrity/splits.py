"""Training data and the splits that judge it: which datasets these are, and what they must not share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mlgate.config import Dataset
from mlgate.data.wording import share_of_rows
from mlgate.integrity.against import balance_change, classes_of
from mlgate.integrity.facts import LEVELS, Holds, Overlap, Repeats, Spot, Survey
from mlgate.integrity.overlap import Pair
from mlgate.integrity.survey import Wanted, feature_names, pairs_by_chance
from mlgate.integrity.telling import Seen, Teller
from mlgate.integrity.unlikely import SURE, binomial_tail, poisson_tail, upper_share
from mlgate.report import Enforcement, Finding
from mlgate.roles import role_of
from mlgate.text import amount, code, codes

_ALIKE = 0.8
_SERIOUS = 0.01
_FEW_LATE = 0.2
_MEDIAN, _MOST_OF = LEVELS.index(0.5), LEVELS.index(0.9)


def pairs(datasets: Mapping[str, Dataset]) -> list[tuple[str, str]]:
    """Return the names of training data with each split that judges it."""
    roles = {name: role for name, dataset in datasets.items() if (role := role_of(name, dataset)) is not None}
    return [
        (train, other)
        for train, ours in roles.items()
        for other, theirs in roles.items()
        if ours.is_train and not theirs.is_train and ours.family == theirs.family
    ]


def question(train: Seen, other: Seen, examples: int, ignored: Callable[[str], bool]) -> Pair | None:
    """Return what to ask of two splits, or None where they have too little in common to be of one whole."""
    ours, theirs = train.now, other.now
    if not ours.rows or not theirs.rows:
        return None
    wanted = Wanted(key=train.key, target=train.target or other.target, time=train.time or other.time)
    features = [
        name
        for name in feature_names(ours.columns, wanted)
        if (held := theirs.column(name)) is not None and held.holds is not Holds.NOTHING and not ignored(name)
    ]
    most = max(len(feature_names(ours.columns, wanted)), len(feature_names(theirs.columns, wanted)))
    alike = bool(features) and len(features) >= _ALIKE * most
    has_key = bool(train.key) and train.key == other.key and not ours.missing_keys and not theirs.missing_keys
    if not alike and not has_key:
        return None
    shared = set(features)
    return Pair(
        key=train.key if has_key else (),
        features=tuple(features) if alike else (),
        time=train.time if train.time and train.time == other.time and _in_order(ours, theirs, train.time) else None,
        chance=pairs_by_chance([one for one in ours.columns if one.name in shared], ours.rows * theirs.rows),
        examples=examples,
    )


def _in_order(train: Survey, other: Survey, time: str) -> bool:
    """Return whether the split was meant by time: half of the other one is later than nine tenths of training."""
    ours, theirs = (side.column(time) for side in (train, other))
    if ours is None or theirs is None or ours.dates is None or theirs.dates is None:
        return False
    return theirs.dates.quantiles[_MEDIAN] > ours.dates.quantiles[_MOST_OF]


def split_findings(teller: Teller, train: Seen, found: Overlap) -> Iterator[Finding]:
    """Yield what a split shares with the training data; the teller is the split's."""
    other, config = teller.seen, teller.config
    ours = code(train.name)
    if config.leakage is not Enforcement.OFF:
        yield from _leak(teller, train.name, found)
    if config.time_order is not Enforcement.OFF and 0 < found.late < _FEW_LATE * found.train:
        rows = share_of_rows(found.late, found.train)
        message = (
            f"{rows} of {ours} are dated after {code(found.boundary)}, where {teller.name} begins: "
            f"column {code(train.time)}"
        )
        hint = "a model that has seen the future looks better than it is: cut the training data before the test begins"
        yield teller.finding(
            "time-order", config.time_order, message, hint, column=train.time or "", against=train.name
        )
    moved = balance_change(classes_of(train.now, train.target), classes_of(other.now, other.target))
    if moved is not None and config.class_balance is not Enforcement.OFF and train.target == other.target:
        target = train.target or ""
        message = f"the classes of {code(target)} are in other shares in {teller.name} than in {ours}: {moved}"
        hint = "resampled on one side? split with `stratify`, and never rebalance what you measure on"
        yield teller.finding("class-balance", config.class_balance, message, hint, column=target, against=train.name)


def _leak(teller: Teller, train: str, found: Overlap) -> Iterator[Finding]:
    ours = code(train)
    if found.keys is not None and found.keys.rows:
        stand = "stands" if found.keys.rows == 1 else "stand"
        message = (
            f"{share_of_rows(found.keys.rows, found.rows)} of {teller.name} {stand} in {ours} too, "
            f"by their {codes(teller.seen.key)}{_such(teller, found.keys)}"
        )
        hint = "the model was trained on rows that it is judged by, so its metrics are too good: split by key, once"
        yield teller.finding("leakage", teller.config.leakage, message, hint, spot=_spot(found.keys), against=train)
        return
    copies = found.features
    if copies is None or not copies.rows or not _is_more_than_chance(found, copies):
        return
    chance = (
        f", where {share_of_rows(found.own, found.train)} of {ours} are alike among themselves" if found.own else ""
    )
    message = (
        f"{share_of_rows(copies.rows, found.rows)} of {teller.name} have the very features of a row of {ours} "
        f"({amount(len(found.shared), 'column')} compared){chance}{_such(teller, copies)}"
    )
    hint = "rows copied before the split, or a split that was made twice? drop the duplicates, then split, once"
    serious = copies.rows >= _SERIOUS * found.rows
    enforcement = teller.config.leakage if serious else Enforcement.WARN
    yield teller.finding("leakage", enforcement, message, hint, spot=_spot(copies), against=train)


def _is_more_than_chance(found: Overlap, copies: Repeats) -> bool:
    """Return whether more rows are in both than features that repeat anyway would bring about."""
    if poisson_tail(copies.rows, found.chance) < SURE:
        return True
    return binomial_tail(copies.rows, found.rows, upper_share(found.own, found.train)) < SURE


def _such(teller: Teller, found: Repeats) -> str:
    """Return examples by their places in the split; those in the training data belong to other files."""
    shown = teller.groups([type(group)(group.spots[:1], group.text) for group in found.examples])
    return f", such as {shown}" if shown else ""


def _spot(found: Repeats) -> Spot | None:
    return found.examples[0].spots[0] if found.examples else None
