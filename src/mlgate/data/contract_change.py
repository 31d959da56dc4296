"""Compares the contracts of a run with those of the baseline, whose files are laid out in a folder apart."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from mlgate.cache import Cache
from mlgate.context import Context
from mlgate.data.baseline_config import datasets_before
from mlgate.data.child import Child
from mlgate.data.contract_difference import BREAKING, Difference, Kind, differences
from mlgate.data.messages import ContractJob, Job, Loaded
from mlgate.data.plan import Plan, config_location
from mlgate.data.remembering import known_files
from mlgate.data.session import Answers, Limits
from mlgate.report import Enforcement, Finding, Severity
from mlgate.text import code

_ENDINGS = (".py", ".yaml", ".yml", ".json", ".toml", ".cfg", ".ini", ".txt")
_MOST_FILES, _MOST_BYTES = 20_000, 1 << 20
_RULE = "data/contract-{}"
_HINTS = {
    Kind.REMOVED: "whoever reads the data may still need it: keep it until nobody does, or waive this with a reason",
    Kind.RETYPED: "code that reads it will meet another type: change the readers first, or waive this with a reason",
    Kind.LOOSENED: "data that was refused until now will pass: mend the data instead, or waive this with a reason",
    Kind.CHANGED: "nobody can tell by its text whether it is stricter: have it reviewed",
}

Reference = tuple[str, str | None]
"""A contract as the config names it: its path from the project folder, and the name in it."""


def contract_findings(
    context: Context, plan: Plan, answers: Answers, limits: Limits, cache: Cache, enforcement: Enforcement
) -> dict[str, list[Finding]]:
    """Return by dataset how its contract differs from the baseline's; a contract of several is told once."""
    if context.baseline is None or enforcement is Enforcement.OFF:
        return {}
    before = datasets_before(context)
    found: dict[str, list[Finding]] = {}
    pairs: dict[tuple[Reference, Reference], str] = {}
    for name, then in before.items():
        now = context.config.datasets.get(name)
        if then.contract is None or now is None:
            continue
        if now.contract is None:
            found[name] = [_lost(context, name, then.contract, enforcement)]
            continue
        pair = _reference(then.contract), _reference(now.contract)
        if pair not in pairs and _differs(context, plan, answers, cache, *pair):
            pairs[pair] = name
    if pairs:
        comparer = _Comparer(context, plan, answers, limits)
        for (old, new), name in comparer.compared(pairs).items():
            found.setdefault(name, []).extend(comparer.findings(old, new, enforcement))
    return found


def _reference(contract: str) -> Reference:
    path, _, name = contract.partition(":")
    return PurePosixPath(os.path.normpath(path)).as_posix(), name or None


def _differs(context: Context, plan: Plan, answers: Answers, cache: Cache, old: Reference, new: Reference) -> bool:
    """Return whether a contract may say something else than at the baseline: it or a file that it uses has changed."""
    if old != new:
        return True
    changed = {path for change in context.changes for path in (change.path, change.old) if path}
    if new[0] in changed:
        return True
    files = _files(plan, answers, cache, new)
    if files is None:
        return any(path.endswith(".py") for path in changed)
    project = context.project
    return any(Path(file).relative_to(project).as_posix() in changed for file in files)


def _files(plan: Plan, answers: Answers, cache: Cache, wanted: Reference) -> Collection[str] | None:
    """Return the files of the project that a contract is made of, or None where that is not known."""
    number = _number(plan, wanted)
    if number < 0:
        return None
    if cache.is_on:
        return known_files(plan.job, number, cache)
    return answers.used if number in answers.loaded else None


def _number(plan: Plan, wanted: Reference) -> int:
    """Return the place of a contract in the job, or -1."""
    for number, path in enumerate(plan.contracts):
        if (path, plan.job.contracts[number].name) == wanted:
            return number
    return -1


def _lost(context: Context, name: str, contract: str, enforcement: Enforcement) -> Finding:
    return Finding(
        rule=_RULE.format(Kind.REMOVED),
        severity=_weight(enforcement),
        message=f"{code(name)} has no contract any more; at the baseline it is {code(contract)}",
        location=config_location(context, name, "path"),
        hint="give the dataset its contract again, or waive this with a reason",
        subject=name,
    )


def _weight(enforcement: Enforcement) -> Severity:
    return Severity.ERROR if enforcement is Enforcement.BLOCK else Severity.WARNING


class _Comparer:
    """Has the contracts of both sides described, each in a process of its own, and compares them."""

    def __init__(self, context: Context, plan: Plan, answers: Answers, limits: Limits) -> None:
        self._context = context
        self._plan = plan
        self._answers = answers
        self._limits = limits
        self._before: dict[Reference, Loaded] = {}
        self._now: dict[Reference, Loaded] = {}

    def compared(self, pairs: Mapping[tuple[Reference, Reference], str]) -> Mapping[tuple[Reference, Reference], str]:
        """Describe all that is to be compared; return the pairs whose newer side can be used at all."""
        self._context.progress("comparing contracts with the baseline's")
        with TemporaryDirectory(prefix="mlgate-contracts-", ignore_cleanup_errors=True) as name:
            folder = Path(name).resolve()
            self._lay_out(folder)
            self._before = self._described(folder, [old for old, _ in pairs])
        waiting = []
        for _, new in pairs:
            number = _number(self._plan, new)
            loaded = self._answers.loaded.get(number)
            if loaded is not None and loaded.described is not None:
                self._now[new] = loaded
            elif number not in self._answers.refused:
                waiting.append(new)
        if waiting:
            self._now |= self._described(self._context.project, waiting)
        return {pair: name for pair, name in pairs.items() if pair[1] in self._now}

    def _lay_out(self, folder: Path) -> None:
        """Write the baseline's code and config, of which a contract may be made, below a folder."""
        wanted = [path for path in self._context.baseline_tree if path.endswith(_ENDINGS)][:_MOST_FILES]
        for path in wanted:
            parts = PurePosixPath(path).parts
            data = self._context.git.blob(self._context.baseline_tree[path])
            if data is None or len(data) > _MOST_BYTES or ".." in parts or PurePosixPath(path).is_absolute():
                continue
            place = folder.joinpath(*parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)

    def _described(self, project: Path, wanted: Collection[Reference]) -> dict[Reference, Loaded]:
        """Return what a worker says of contracts below a folder; of one that cannot be loaded nothing."""
        there = [one for one in dict.fromkeys(wanted) if (project / one[0]).is_file()]
        if not there:
            return {}
        contracts = tuple(ContractJob(path=str(project / path), name=name) for path, name in there)
        job = Job(project=str(project), contracts=contracts, tasks=())
        child = Child(self._context, job, project).give(job)
        deadline = min(self._limits.deadline, time.monotonic() + self._limits.step_seconds)
        found = {}
        for event in child.events(self._limits.step_seconds, deadline):
            if isinstance(event, Loaded) and 0 <= event.contract < len(there) and event.described is not None:
                found[there[event.contract]] = event
        return found

    def findings(self, old: Reference, new: Reference, enforcement: Enforcement) -> Iterator[Finding]:
        """Yield how the newer version of a contract differs."""
        then, now = self._before.get(old), self._now[new]
        shown = f"{new[0]}:{new[1] or now.name}" if new[0].endswith(".py") else new[0]
        if then is None or then.described is None or now.described is None:
            yield Finding(
                rule=_RULE.format(Kind.CHANGED),
                severity=Severity.INFO,
                message=f"the contract {code(shown)} was not compared: the baseline has none that can be loaded",
                location=self._context.location(new[0]),
                subject=shown,
            )
            return
        grouped: dict[tuple[Kind, str], list[Difference]] = {}
        for one in differences(then.described, now.described):
            grouped.setdefault((one.kind, one.column), []).append(one)
        order = list(Kind)
        for (kind, column), same in sorted(grouped.items(), key=lambda item: order.index(item[0][0])):
            severity = _weight(enforcement) if kind in BREAKING else _SEVERITIES.get(kind, Severity.INFO)
            yield Finding(
                rule=_RULE.format(kind),
                severity=severity,
                message=_message(kind, column, code(shown), [one.words for one in same]),
                location=self._context.location(new[0], now.lines.get(column)),
                hint=_HINTS.get(kind),
                subject=f"{shown}.{column}" if column else shown,
            )


_SEVERITIES = {Kind.CHANGED: Severity.WARNING}


def _message(kind: Kind, column: str, shown: str, words: list[str]) -> str:
    about = f"column {code(column)} of {shown}" if column else shown
    said = ", ".join(words)
    if kind in (Kind.LOOSENED, Kind.TIGHTENED):
        return f"{about} is {'looser' if kind is Kind.LOOSENED else 'tighter'} than at the baseline: {said}"
    return f"{about} {said}" if kind is not Kind.CHANGED else f"{about} changed: {said}"
