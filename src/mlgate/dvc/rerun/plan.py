"""Which stages are run again, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from mlgate.dvc.assessment import Assessment
from mlgate.dvc.graph import needs
from mlgate.dvc.paths import is_foreign
from mlgate.dvc.records import Output, Stage
from mlgate.dvc.rerun.records import Refusal
from mlgate.text import code, codes, nearest

Mode = Literal["off", "stale", "full", "sample"] | tuple[str, ...]


class Plan(NamedTuple):
    """All stages in an order in which they can run, what each needs, and which of them are wanted, by address."""

    order: tuple[Stage, ...]
    needs: Mapping[str, set[str]]
    wanted: frozenset[str]
    refusals: tuple[Refusal, ...] = ()


def make_plan(found: Assessment, mode: Mode, seed: str) -> Plan:
    """Return the plan for a mode; `seed`, the head commit, decides which stage `sample` picks."""
    if found.chain is None:
        return Plan((), {}, frozenset())
    needed = needs(found.pipelines, found.chain)
    order = tuple(_ordered(found.pipelines.stages, needed))
    plan = _plan(found, mode, seed, order, needed)
    outside = [stage for stage in order if stage.address in plan.wanted and any(map(_is_outside, stage.outs))]
    return plan._replace(
        wanted=plan.wanted - {stage.address for stage in outside},
        refusals=(*plan.refusals, *map(_refused, outside)),
    )


def _plan(found: Assessment, mode: Mode, seed: str, order: tuple[Stage, ...], needed: Mapping[str, set[str]]) -> Plan:
    # What leaves no output cannot be compared, and may send a message or deploy a model: it runs only when named.
    runnable = [stage.address for stage in order if not stage.frozen and stage.outs]
    if mode == "full":
        return Plan(order, needed, frozenset(runnable))
    if mode == "sample":
        return Plan(order, needed, frozenset(_picked(runnable, seed)))
    if mode == "stale":
        stale = {status.stage.address for status in found.statuses if not status.is_true}
        return Plan(order, needed, frozenset(stale.intersection(runnable)))
    return _named(mode, order, needed)


def _is_outside(output: Output) -> bool:
    return is_foreign(output.path)


def _refused(stage: Stage) -> Refusal:
    """Return why a stage is not run that would write to the one place that everybody shares."""
    paths = codes([out.path for out in stage.outs if _is_outside(out)], 2)
    words = f"stage {code(stage.address)} was not run again: its output {paths} lies outside the repository"
    return Refusal(words=words, hint="a run apart would overwrite it; let the stage write inside", about=stage.address)


def _named(names: Iterable[str], order: tuple[Stage, ...], needed: Mapping[str, set[str]]) -> Plan:
    wanted: set[str] = set()
    refusals = []
    for name in names:
        stages = [stage for stage in order if stage.address == name or stage.address.startswith(f"{name}@")]
        if not stages:
            close = nearest(name, tuple(stage.address for stage in order))
            hint = f"did you mean {code(close)}?" if close else "see `dvc stage list`"
            refusals.append(Refusal(words=f"there is no stage {code(name)}", hint=hint, fails=True, about=name))
        elif all(stage.frozen for stage in stages):
            refusals.append(Refusal(words=f"stage {code(name)} is frozen, so DVC does not run it", about=name))
        wanted |= {stage.address for stage in stages if not stage.frozen}
    return Plan(order, needed, frozenset(wanted), tuple(refusals))


def _picked(addresses: list[str], seed: str) -> list[str]:
    if not addresses:
        return []
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    return [sorted(addresses)[number % len(addresses)]]


def _ordered(stages: tuple[Stage, ...], needed: Mapping[str, set[str]]) -> Iterator[Stage]:
    """Yield stages after those that they need, otherwise in the order of the files; there is no circle in them."""
    left = {stage.address: stage for stage in stages}
    while left:
        free = [name for name in left if not needed[name] & left.keys()]
        if not free:
            return
        yield from (left.pop(name) for name in free)
