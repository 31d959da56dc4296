"""What a stage took, as far as it is known, and how such figures read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from mlgate.dvc.rerun.records import StageRun

MINUS = "\N{MINUS SIGN}"
NAMES = {"wall": "seconds", "cpu": "cpu", "peak memory": "memory", "output": "output"}
"""The fields by the words under which a report gives them for machines."""


class Figures(Struct, frozen=True, kw_only=True):
    """Wall and CPU seconds, the peak memory of the largest process and the size of all outputs, both in bytes."""

    seconds: float | None = None
    cpu: float | None = None
    memory: float | None = None
    output: float | None = None


def figures_of(run: StageRun) -> Figures:
    """Return what a run that came to its end took."""
    cost = run.cost
    return Figures(
        seconds=cost.seconds,
        cpu=cost.cpu,
        memory=float(cost.memory),
        output=float(sum(out.size for out in run.outputs)),
    )


def typical(runs: Sequence[Figures]) -> Figures:
    """Return the median of each figure over several runs of the same."""
    return Figures(**{name: _median(getattr(run, name) for run in runs) for name in NAMES.values()})


def change(now: float, then: float | None) -> str:
    """Return a change in percent, `+18 %`, or nothing where there is nothing to compare with."""
    if not then:
        return ""
    share = round((now / then - 1) * 100)
    return f"{'+' if share > 0 else MINUS if share < 0 else '±'}{abs(share):,} %"


def money(amount: float, currency: str) -> str:
    """Return an amount of money with two decimals, or two digits where that would show nothing."""
    return f"{amount:,.2f} {currency}" if amount >= 0.1 or amount == 0 else f"{amount:.2g} {currency}"


def _median(values: Iterable[float | None]) -> float | None:
    from statistics import median

    known = [value for value in values if value is not None]
    return median(known) if known else None
