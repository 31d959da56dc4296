"""What DVC asks of a pipeline as a whole: no output made twice, none inside another, no circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mlgate.dvc.chain import Chain, Made, find_made
from mlgate.dvc.paths import above
from mlgate.dvc.records import Pipelines, Stage
from mlgate.text import code


class Clash(NamedTuple):
    """Two outputs that cannot both be: the second one, and the earlier one that it meets."""

    one: Made
    other: Made


def clashes(pipelines: Pipelines) -> Iterator[Clash]:
    """Return the outputs that share a path with an earlier one, and those that lie in another."""
    seen: dict[str, Made] = {}
    for made in find_made(pipelines, {}):
        if made.path in seen:
            yield Clash(made, seen[made.path])
        else:
            seen[made.path] = made
    for path, made in seen.items():
        outer = next((seen[folder] for folder in above(path) if folder in seen), None)
        if outer is not None:
            yield Clash(made, outer)


def needs(pipelines: Pipelines, chain: Chain) -> dict[str, set[str]]:
    """Return for each stage, by address, the stages whose outputs it needs."""
    makers = {f"stage {code(stage.address)}": stage for stage in pipelines.stages}
    return {stage.address: _makers(stage, makers, chain) for stage in pipelines.stages}


def circle(pipelines: Pipelines, chain: Chain) -> tuple[Stage, ...]:
    """Return stages that need each other in a circle, or nothing."""
    needed = needs(pipelines, chain)
    stages = {stage.address: stage for stage in pipelines.stages}
    left = _unordered(needed)
    if not left:
        return ()
    trail = [min(left)]
    while (before := min(needed[trail[-1]] & left)) not in trail:
        trail.append(before)
    found = trail[trail.index(before) :]
    first = found.index(next(name for name in stages if name in found))
    return tuple(stages[name] for name in (*found[first:], *found[:first]))


def _unordered(needed: Mapping[str, set[str]]) -> set[str]:
    """Return the stages that no order can bring after all that they need (Kahn's algorithm)."""
    counts = {name: len(before) for name, before in needed.items()}
    after: dict[str, list[str]] = {}
    for name, before in needed.items():
        for other in before:
            after.setdefault(other, []).append(name)
    free = [name for name, count in counts.items() if not count]
    while free:
        name = free.pop()
        del counts[name]
        for other in after.get(name, ()):
            counts[other] -= 1
            if not counts[other]:
                free.append(other)
    return set(counts)


def _makers(stage: Stage, makers: Mapping[str, Stage], chain: Chain) -> set[str]:
    found: set[str] = set()
    for made in made_inputs(stage, chain):
        if made.by in makers:
            found.add(makers[made.by].address)
    return found


def made_inputs(stage: Stage, chain: Chain) -> list[Made]:
    """Return all that another stage or a `.dvc` file makes of what a stage depends on."""
    return [made for dep in stage.deps for made in chain.near(dep.path)]
