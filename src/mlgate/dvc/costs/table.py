"""The table of what stages took, beside what they took at the baseline, and what that comes to in money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mlgate.dvc.costs.baseline import Before
from mlgate.dvc.costs.figures import NAMES, Figures, change, figures_of, money
from mlgate.dvc.costs.tracked import TrackedRun
from mlgate.dvc.rerun.records import Ending, StageRun
from mlgate.dvc.rerun.wording import seconds, size
from mlgate.report import Column, Measure, Row, Table
from mlgate.text import code
from mlgate.units import Price

_UNITS = {"wall": "s", "cpu": "s", "peak memory": "B", "output": "B"}


def cost_table(runs: Sequence[StageRun], before: Before, price: Price | None) -> Table | None:
    """Return what each stage took that came to its end, and all of them together; None where none did."""
    done = finished(runs)
    if not done:
        return None
    columns = [Column("Stage"), Column("Wall", "right"), Column("CPU", "right"), Column("Peak memory", "right")]
    columns += [Column("Output", "right"), *([Column("Price", "right")] if price else [])]
    rows = []
    for address, now in done.items():
        rows.append(_row(code(address), now, before.figures.get(address), price))
        rows += [_tracked_row(before.tracked[address], price)] if address in before.tracked else []
    if len(done) > 1:
        rows.append(_row("all", _total(done), _total_before(done, before), price))
    return Table(
        title=_title(done, before, price),
        columns=tuple(columns),
        rows=tuple(rows),
        folded=True,
        note=_note(before, price),
    )


def cost_measures(runs: Sequence[StageRun], before: Before, price: Price | None) -> Iterator[Measure]:
    """Return the same for machines: what a report keeps for the runs to come."""
    done = finished(runs)
    for address, now in done.items():
        then = before.figures.get(address, Figures())
        for name, field in NAMES.items():
            yield Measure(
                name=f"{address}: {name}",
                baseline=getattr(then, field),
                current=getattr(now, field),
                unit=_UNITS[name],
            )
    if price and done:
        total = _total_before(done, before)
        was = price.of(total.seconds) if total is not None and total.seconds is not None else None
        yield Measure(name="price", baseline=was, current=price.of(_total(done).seconds or 0), unit=price.currency)


def finished(runs: Sequence[StageRun]) -> Mapping[str, Figures]:
    """Return what each run took that came to its end, by the address of its stage."""
    return {run.stage.address: figures_of(run) for run in runs if run.ending is Ending.DONE}


def _row(name: str, now: Figures, then: Figures | None, price: Price | None) -> Row:
    was = then or Figures()
    cells = [
        name,
        _cell(now.seconds, was.seconds, seconds),
        _cell(now.cpu, was.cpu, seconds),
        _cell(now.memory, was.memory, size),
        _cell(now.output, was.output, size),
    ]
    if price:
        cells.append(money(price.of(now.seconds or 0), price.currency))
    return Row(cells=tuple(cells))


def _tracked_row(run: TrackedRun, price: Price | None) -> Row:
    """Return what MLflow says of the baseline's run; it measures the whole machine, which is no measure of a stage."""
    used = [f"{size(run.memory)} of the machine"] if run.memory is not None else []
    used += [f"{size(run.gpu_memory)} of a GPU"] if run.gpu_memory is not None else []
    cells = [
        "at the baseline, by MLflow",
        seconds(run.seconds) if run.seconds is not None else "",
        f"{run.cpu:.0f} % of the machine" if run.cpu is not None else "",
        ", ".join(used),
        "",
    ]
    if price:
        cells.append(money(price.of(run.seconds or 0), price.currency))
    return Row(cells=tuple(cells))


def _cell(now: float | None, then: float | None, words: Callable[[float], str]) -> str:
    if now is None:
        return ""
    moved = change(now, then)
    return f"{words(now)} ({moved})" if moved else words(now)


def _title(done: Mapping[str, Figures], before: Before, price: Price | None) -> str:
    """Return the table's name with the stage that took longest in it, for it is all that is seen of a folded one."""
    address, most = max(done.items(), key=lambda item: item[1].seconds or 0)
    then = before.figures.get(address, Figures())
    parts = [f"{code(address)} {_cell(most.seconds, then.seconds, seconds)}", _cell(most.memory, then.memory, size)]
    parts += [money(price.of(_total(done).seconds or 0), price.currency)] if price else []
    return f"Cost: {', '.join(parts)}"


def _note(before: Before, price: Price | None) -> str:
    known = any(figures.seconds is not None for figures in before.figures.values())
    parts = [f"in brackets: against the baseline, {before.source}" if known else "no times of the baseline are known"]
    parts += [before.untold] if before.untold else []
    parts += [f"at {price}"] if price else []
    return "; ".join(parts)


def _total(figures: Mapping[str, Figures]) -> Figures:
    """Return the sum of what stages that ran one after another took; of memory the most, for no two ran at once."""
    memory = [one.memory for one in figures.values()]
    return Figures(
        seconds=_sum(one.seconds for one in figures.values()),
        cpu=_sum(one.cpu for one in figures.values()),
        memory=max((most for most in memory if most is not None), default=None) if None not in memory else None,
        output=_sum(one.output for one in figures.values()),
    )


def _total_before(done: Mapping[str, Figures], before: Before) -> Figures | None:
    """Return the same of the baseline, where it is known of each of these stages."""
    known = {address: before.figures[address] for address in done if address in before.figures}
    return _total(known) if len(known) == len(done) else None


def _sum(values: Iterator[float | None]) -> float | None:
    found = list(values)
    return sum(value for value in found if value is not None) if None not in found else None
