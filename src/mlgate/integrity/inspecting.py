"""Asks everything beside the contract of all datasets, and puts it to what the contracts said."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from mlgate.cache import Cache
from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.data.defects import unreadable_finding
from mlgate.data.findings import Examined, with_findings
from mlgate.data.losses import UNFINISHED
from mlgate.data.pointing import Pointer
from mlgate.drift.absences import lost_words
from mlgate.drift.reading import TableError
from mlgate.drift.sides import Side, Sides
from mlgate.integrity.against import change_findings
from mlgate.integrity.facts import Survey
from mlgate.integrity.remembering import Memory
from mlgate.integrity.rows import row_findings
from mlgate.integrity.settings import IntegrityConfig
from mlgate.integrity.splits import pairs, question, split_findings
from mlgate.integrity.survey import Wanted
from mlgate.integrity.telling import Seen, Teller
from mlgate.integrity.values import value_findings
from mlgate.report import Enforcement, Finding, Severity, Status
from mlgate.text import code


class Options(NamedTuple):
    """The knobs of a run: the checks, how many examples, and the monotonic time when all must be done.

    `unreadable` names the datasets of which the contract's own reading has already told why they are no tables, and
    `repeats` those of which it has told that their keys repeat.
    """

    config: IntegrityConfig
    examples: int
    deadline: float
    unreadable: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()


class Inspected(NamedTuple):
    """What was found beside the contracts, by dataset, and what was seen of each."""

    findings: dict[str, list[Finding]]
    seen: dict[str, Seen]


def inspect(context: Context, options: Options, cache: Cache) -> Inspected:
    """Return what is wrong with the datasets of the config beside their contracts."""
    return _Inspector(context, options, cache).inspect()


def joined(examined: Sequence[Examined], found: Inspected) -> list[Examined]:
    """Return the datasets with the findings of both; a dataset without a contract counts as asked once it was read."""
    return [_joined(one, found.findings.get(one.name, []), found.seen.get(one.name)) for one in examined]


def _joined(one: Examined, found: list[Finding], seen: Seen | None) -> Examined:
    if one.status is Status.SKIPPED and seen is not None and seen.now.rows:
        survey = seen.now
        one = replace(one, status=Status.PASSED, rows=survey.rows, columns=len(survey.columns), files=len(seen.files))
    earlier = seen.earlier if seen is not None else None
    one = replace(one, rows_before=earlier.rows if earlier is not None else None)
    if any(finding.rule == UNFINISHED for finding in one.findings):
        found = [finding for finding in found if finding.rule != UNFINISHED]
    (heavier,) = with_findings([one], {one.name: found})
    return heavier


class _Inspector:
    def __init__(self, context: Context, options: Options, cache: Cache) -> None:
        self._context = context
        self._options = options
        self._memory = Memory(cache)
        self._sides = Sides(context)
        self._now: dict[str, Side] = {}
        self._findings: dict[str, list[Finding]] = {name: [] for name in context.config.datasets}

    def inspect(self) -> Inspected:
        seen: dict[str, Seen] = {}
        for name, dataset in self._context.config.datasets.items():
            found = self._seen(name, dataset)
            if found is not None:
                seen[name] = found
                teller = self._teller(found)
                self._findings[name] += [*row_findings(teller), *value_findings(teller), *change_findings(teller)]
        for train, other in pairs(self._context.config.datasets):
            if train in seen and other in seen:
                self._compare(seen[train], seen[other])
        self._memory.prune()
        return Inspected(self._findings, seen)

    def _teller(self, seen: Seen) -> Teller:
        config = self._options.config
        if seen.name in self._options.repeats:
            config = replace(config, duplicate_keys=Enforcement.OFF)
        return Teller(self._context, seen, config, shows=self._options.examples > 0)

    def _seen(self, name: str, dataset: Dataset) -> Seen | None:
        """Return what is seen of a dataset, or None where it is not here or no table."""
        if name in self._options.unreadable or (dataset.contract is not None and self._options.config.is_off):
            return None
        side = self._sides.now(dataset)
        if side.absent or not side.pieces or self._is_late(name):
            return None
        self._now[name] = side
        self._context.progress(f"looking over {code(name)}")
        wanted = self._wanted(dataset)
        try:
            survey = self._memory.survey(side, wanted)
        except TableError as error:
            if dataset.contract is None:
                point = Pointer(self._context, name, "", {})
                self._findings[name].append(unreadable_finding(name, error.path, error.error.event, point))
            return None
        is_same = self._context.baseline is not None and self._sides.is_unchanged(name, dataset)
        before = None if is_same or not survey.rows else self._before(name, dataset, wanted)
        return Seen(
            name=name,
            files=tuple(piece.name for piece in side.pieces),
            now=survey,
            before=before,
            is_same=is_same,
            key=dataset.keys,
            target=dataset.target,
            time=dataset.time,
        )

    def _before(self, name: str, dataset: Dataset, wanted: Wanted) -> Survey | None:
        """Return what there is to know of the baseline's version, where it can be had whole and read."""
        if self._context.baseline is None:
            return None
        side = self._sides.before(name, dataset)
        if side.lost:
            self._tell_lost(name, *lost_words(self._context, side.lost))
        if side.lost or not side.pieces:
            return None
        try:
            return self._memory.survey(side, wanted)
        except TableError as error:
            found = unreadable_finding(name, error.path, error.error.event, Pointer(self._context, name, "", {}))
            self._tell_lost(name, f"it is no table there: {found.message}", None)
            return None

    def _tell_lost(self, name: str, why: str, hint: str | None) -> None:
        """Say that what changed since the baseline was not looked for; a warning where it might have blocked."""
        config, baseline = self._options.config, self._context.baseline
        asked = {config.row_count, config.new_categories, config.vanished_categories, config.class_balance}
        if asked == {Enforcement.OFF} or baseline is None:
            return
        other = code(baseline.revision.name or baseline.revision.short)
        found = Finding(
            rule="data/baseline-missing",
            severity=Severity.WARNING if Enforcement.BLOCK in asked else Severity.INFO,
            message=f"rows, categories and classes of {code(name)} were not compared with {other}, for {why}",
            location=Pointer(self._context, name, "", {}).config("path"),
            hint=hint,
            subject=name,
        )
        self._findings[name].append(found)

    def _wanted(self, dataset: Dataset) -> Wanted:
        config = self._options.config
        return Wanted(
            key=dataset.keys,
            target=dataset.target,
            time=dataset.time,
            rows=config.duplicate_rows is not Enforcement.OFF,
            keys=config.duplicate_keys is not Enforcement.OFF,
            conflicts=config.conflicting_labels is not Enforcement.OFF,
            strict=dataset.contract is None,
            examples=self._options.examples,
        )

    def _compare(self, train: Seen, other: Seen) -> None:
        config = self._options.config
        off = {config.leakage, config.time_order, config.class_balance} == {Enforcement.OFF}
        asked = question(train, other, self._options.examples, lambda name: config.ignores(train.name, name))
        if off or asked is None or self._is_late(other.name):
            return
        self._context.progress(f"comparing {code(other.name)} with {code(train.name)}")
        try:
            found = self._memory.overlap(self._now[train.name], self._now[other.name], asked)
        except TableError:
            return
        self._findings[other.name] += split_findings(self._teller(other), train, found)

    def _is_late(self, name: str) -> bool:
        """Return whether no time is left, which is said once."""
        if time.monotonic() < self._options.deadline:
            return False
        said = Finding(
            rule=UNFINISHED,
            severity=Severity.ERROR,
            message=f"{code(name)} was not looked over, for the time of the whole check ran out",
            hint="raise `limits: {data: ...}`, or turn checks off in `data: {integrity: ...}`",
            subject=name,
        )
        if not any(found.rule == said.rule for found in self._findings[name]):
            self._findings[name].append(said)
        return True
