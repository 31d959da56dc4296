"""Holds the head's config against the baseline's, key by key: what changed, and the config that counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

from mlgate.config import Config, Dataset, Section, Waiver
from mlgate.config_reading import CORE
from mlgate.policy.ruling import Change, Counts, Turn
from mlgate.policy.shown import shown
from mlgate.policy.table import BY_NAME, TABLE, pattern_of, way_of
from mlgate.policy.ways import Way
from mlgate.roles import role_of
from mlgate.units import UNITS

Path = tuple[str, ...]
Waivers = tuple[Waiver, ...]

COMPARISONS = ("drift", "compare")
_NONE = object()
# These checks ask nothing before the config names a dataset.
_OF_DATASETS = frozenset({"data", "drift"})


class Merge:
    """One comparison of two configs; `changes` grows as keys are compared.

    `follow` are keys that the baseline's config frees; `removals_count` says that what the head gives up is given up
    at once; `exists` says whether the project has a path now.
    """

    def __init__(
        self, *, follow: tuple[str, ...], removals_count: bool, is_own: bool, exists: Callable[[str], bool]
    ) -> None:
        """Keep the knobs."""
        self.changes: list[Change] = []
        self._follow = follow
        self._removals_count = removals_count
        self._is_own = is_own
        self._exists = exists
        self._datasets: tuple[str, ...] = ()

    def config(self, before: Config, after: Config, kinds: Mapping[str, type[Section]]) -> Config:
        """Return what counts of two configs; `kinds` are the records of the sections."""
        renamed = _renamed(before.datasets, after.datasets)
        known = {renamed.get(name, name): one for name, one in before.datasets.items()}
        before, after = (
            replace(before, datasets=_with_splits(known, after.datasets)),
            replace(after, datasets=_with_splits(after.datasets, known)),
        )
        self._datasets = tuple(dict.fromkeys((*before.datasets, *after.datasets)))
        core = {
            key: self._value((key,), getattr(before, key), getattr(after, key))
            for key in CORE
            if key not in ("version", "waivers")
        }
        sections = {}
        for check in kinds:
            if check not in before.sections and check not in after.sections:
                continue
            old, new = before.sections.get(check), after.sections.get(check)
            if old is None and new is not None and _is_new(check, before, kinds[check]):
                self._add((check,), _NONE, new, Turn.TIGHTER, Counts.HEAD)
                sections[check] = new
                continue
            kind = kinds[check]
            sections[check] = self._value(
                (check,), old if old is not None else kind(), new if new is not None else kind()
            )
        return replace(after, **core, sections=sections)

    def waivers(
        self, before: tuple[Waiver, ...], after: tuple[Waiver, ...]
    ) -> tuple[tuple[Waiver, ...], tuple[Waiver, ...]]:
        """Return the waivers that count, and those that the head proposes."""
        old = {waiver.key: waiver for waiver in before}
        new = {waiver.key: waiver for waiver in after}
        proposed = () if self._is_own else tuple(waiver for waiver in after if waiver.key not in old)
        for waiver in after if self._is_own else ():
            if waiver.key not in old:
                self._add(("waivers", waiver.key), _NONE, waiver, Turn.LOOSER, Counts.BASELINE)
        for waiver in before:
            if waiver.key not in new:
                self._add(("waivers", waiver.key), waiver, _NONE, Turn.TIGHTER, Counts.HEAD)
        counting = [
            self._value(("waivers", key), old[key], waiver) if key in old else waiver
            for key, waiver in new.items()
            if key in old or self._is_own
        ]
        return tuple(counting), proposed

    def _value(self, path: Path, before: Any, after: Any) -> Any:
        if before == after:
            return after
        way = way_of(path, self._follow)
        if _is_record(before) and type(before) is type(after):
            return self._record(path, before, after)
        if isinstance(before, Mapping) and isinstance(after, Mapping) and _is_open(path):
            return (
                self._by_name(path, before, after) if ".".join(path) in BY_NAME else self._mapping(path, before, after)
            )
        if path == COMPARISONS and isinstance(before, tuple) and isinstance(after, tuple):
            return self._list(path, way, self._pairs(before, after), self._pairs(after, before))
        if way.is_list and isinstance(before, tuple) and isinstance(after, tuple):
            return self._list(path, way, before, after)
        return self._leaf(path, way, before, after)

    def _record(self, path: Path, before: Any, after: Any) -> Any:
        found = {
            field.name: self._value((*path, field.encode_name), getattr(before, field.name), getattr(after, field.name))
            for field in fields(after)
        }
        try:
            return type(after)(**found)
        except ValueError:
            # The tighter of each key do not fit together, such as a floor above a ceiling.
            return after if self._is_own else before

    def _mapping(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        own = way_of(path, self._follow)
        for name in (*after, *(name for name in before if name not in after)):
            below = (*path, name)
            absent = way_of(below, self._follow).absent
            old, new = before.get(name, absent), after.get(name, absent)
            if (name in before and name in after) or absent is not None:
                found[name] = self._value(below, old, new)
            elif name in after:
                found[name] = new
                self._add(below, _NONE, new, Turn.OTHER if own.follows else Turn.TIGHTER, Counts.HEAD)
            elif self._stays(below, own, old):
                found[name] = old
        return found

    def _stays(self, path: Path, way: Way, value: Any) -> bool:
        """Return whether an entry that the head no longer has is still judged."""
        stays = not (way.follows or self._is_own or (way.is_removal and self._removals_count))
        turn = Turn.OTHER if way.follows else Turn.LOOSER
        counts = Counts.BASELINE if stays else Counts.HEAD
        self._add(path, value, _NONE, turn, counts, is_removal=way.is_removal)
        return stays

    def _by_name(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
        """Note what changed in rules that are asked for each name; whoever asks holds both sides together."""
        for name in (*after, *(name for name in before if name not in after)):
            old, new = before.get(name), after.get(name)
            default = type(next(rule for rule in (new, old) if rule is not None))()
            told = self._fields((*path, name), old or default, new or default)
            if old is not None and new is not None:
                self.changes += told
            elif told or old is None or new is None:
                self._whole((*path, name), old, new, told)
        return after

    def _fields(self, path: Path, before: Any, after: Any) -> list[Change]:
        whole, self.changes = self.changes, []
        for field in fields(after):
            below, old, new = (*path, field.encode_name), getattr(before, field.name), getattr(after, field.name)
            if old != new:
                self._leaf(below, way_of(below), old, new)
        told, self.changes = self.changes, whole
        return told

    def _whole(self, path: Path, before: Any, after: Any, told: list[Change]) -> None:
        """Note a rule that is new or gone as one change, which is what its keys are together."""
        turns = {change.turn for change in told}
        turn = Turn.LOOSER if Turn.LOOSER in turns else Turn.TIGHTER if turns == {Turn.TIGHTER} else Turn.OTHER
        lost = any(change.is_removal and change.turn is Turn.LOOSER for change in told)
        counts = Counts.HEAD if lost and self._removals_count else Counts.BOTH
        one, other = (_NONE if rule is None else rule for rule in (before, after))
        self._add(path, one, other, turn, counts, is_removal=lost)

    def _pairs(self, given: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the comparisons that are asked for; none means each dataset with its own version at the baseline."""
        return given or tuple(type(other[0])(current=name) for name in self._datasets)

    def _list(self, path: Path, way: Way, before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...]:
        if way.stands_for:
            before, after = before or self._meant(way), after or self._meant(way)
        elif not way.keeps_gone and not (before and after):
            # None at all means everything.
            return self._everything(path, before, after)
        if before == after:
            return after
        added = [one for one in after if one not in before]
        lost = [one for one in before if one not in after]
        gone = [one for one in lost if not way.keeps_gone and not self._is_there(str(one))]
        kept = [one for one in lost if one not in gone]
        counts_now = self._is_own or (way.is_removal and self._removals_count)
        if way.fewer:
            turn = Turn.LOOSER if added else Turn.TIGHTER
            held = bool(added) and not self._is_own
        else:
            turn = Turn.LOOSER if lost else Turn.TIGHTER
            held = bool(kept) and not counts_now
        counts = Counts.BASELINE if held else Counts.HEAD
        self._add(path, before, after, turn, counts, is_removal=way.is_removal and bool(lost))
        if not held:
            return after
        return tuple(one for one in after if one in before) if way.fewer else (*after, *kept)

    def _meant(self, way: Way) -> tuple[str, ...]:
        return tuple(path for path in way.stands_for if self._exists(path))

    def _everything(self, path: Path, before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...]:
        turn = Turn.LOOSER if before == () else Turn.TIGHTER
        held = turn is Turn.LOOSER and not self._is_own
        self._add(path, before, after, turn, Counts.BASELINE if held else Counts.HEAD)
        return before if held else after

    def _leaf(self, path: Path, way: Way, before: Any, after: Any) -> Any:
        turn = way.compare(before, after)
        follows = way.follows and turn is not Turn.LOOSER
        counts_now = follows or turn is Turn.TIGHTER or self._is_own or (way.is_removal and self._removals_count)
        counts = Counts.HEAD if counts_now else Counts.BASELINE
        if turn is Turn.OTHER and not counts_now and way.both:
            counts = Counts.BOTH
        self._add(path, before, after, turn, counts, is_removal=way.is_removal and turn is Turn.LOOSER)
        return after if counts_now else before

    def _is_there(self, path: str) -> bool:
        return any(sign in path for sign in "*?[") or self._exists(path)

    def _add(
        self, path: Path, before: Any, after: Any, turn: Turn, counts: Counts, *, is_removal: bool = False
    ) -> None:
        change = Change(
            path=path,
            before="" if before is _NONE else shown(before),
            after="" if after is _NONE else shown(after),
            turn=turn,
            counts=Counts.HEAD if self._is_own else counts,
            is_removal=is_removal,
        )
        self.changes.append(change)


def _is_record(value: Any) -> bool:
    return isinstance(value, Struct) and not isinstance(value, UNITS)


def _is_open(path: Path) -> bool:
    """Return whether the table knows the entries of a mapping apart."""
    return pattern_of(path) in TABLE or f"{pattern_of(path)}.*" in TABLE


def _is_new(check: str, before: Config, kind: type[Section]) -> bool:
    """Return whether the baseline asked nothing of a check that has no section there; plugins are of other packages."""
    is_built_in = kind.__module__.partition(".")[0] == "mlgate"
    return not is_built_in or (check in _OF_DATASETS and not before.datasets)


def _renamed(before: Mapping[str, Dataset], after: Mapping[str, Dataset]) -> dict[str, str]:
    """Return the new names of datasets: the same path, contract and part under a name that is new, one for each."""
    free = {name: one for name, one in after.items() if name not in before}
    found = {}
    for name, one in before.items():
        if name in after or not free:
            continue
        new = next((other for other, its in free.items() if _is_same(name, one, other, its)), None)
        if new is not None:
            found[name] = new
            del free[new]
    return found


def _is_same(name: str, one: Dataset, other: str, its: Dataset) -> bool:
    """Return whether two names stand for one dataset; a name may tell what the rows are for, and so be part of it."""
    before, after = role_of(name, one), role_of(other, its)
    parts = [role and (role.is_train, role.family) for role in (before, after)]
    return (one.path, one.contract) == (its.path, its.contract) and parts[0] == parts[1]


def _with_splits(datasets: Mapping[str, Dataset], others: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """Return datasets whose part is stated where the other side states it, though here only the name tells it."""
    found = {}
    for name, one in datasets.items():
        stated = name in others and others[name].split is not None
        role = role_of(name, one) if stated and one.split is None else None
        found[name] = one if role is None else replace(one, split=role.split)
    return found
