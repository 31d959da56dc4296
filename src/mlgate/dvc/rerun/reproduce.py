"""Runs the stages of a plan one by one, each with what it needs, and says how each came out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mlgate.context import Context
from mlgate.dvc.assessment import Assessment
from mlgate.dvc.cache import find_cache, find_dvc
from mlgate.dvc.chain import Made
from mlgate.dvc.graph import made_inputs
from mlgate.dvc.program import find_dvc_program
from mlgate.dvc.records import Stage
from mlgate.dvc.remote.trust import config_change
from mlgate.dvc.rerun.outputs import Closeness, Outputs, is_judged, judges, vouched
from mlgate.dvc.rerun.plan import Mode, Plan, make_plan
from mlgate.dvc.rerun.records import Came, Ending, Refusal, Rerun, StageRun
from mlgate.dvc.rerun.session import Session
from mlgate.dvc.rerun.worktree import Place, own_worktree
from mlgate.errors import GitError
from mlgate.text import code

_SIGKILL = 9
_KILLED = (-_SIGKILL, 128 + _SIGKILL)


class Order(NamedTuple):
    """What is asked for: which stages, the seconds for each of them and for all, and how to judge and to hide.

    `close` compares two contents of a metric file; `hide` takes the values of secrets out of what stages print.
    """

    mode: Mode
    total: float
    close: Closeness
    hide: Callable[[str], str]
    limit: float | None = None


def rerun(context: Context, found: Assessment, order: Order) -> Rerun:
    """Run what is asked for in a work tree of its own, and return how it came out."""
    head = context.git.commit("HEAD")
    if order.mode == "off" or head is None:
        return Rerun()
    plan = make_plan(found, order.mode, head.id)
    refusal = _refusal(context) if plan.wanted else None
    if refusal or not plan.wanted:
        return Rerun(refusals=(*plan.refusals, *([refusal] if refusal else [])))
    context.progress("checks the head out into a folder of its own")
    try:
        with own_worktree(context, head.id) as place:
            work = _Work(context, found, plan, place, order)
            runs = vouched(tuple(work.go()), plan.needs)
    except GitError as error:
        return Rerun(refusals=(*plan.refusals, Refusal(words=error.message, hint=error.hint, fails=True)))
    return Rerun(runs=runs, refusals=plan.refusals, sampled=order.mode == "sample", not_pulled=work.not_pulled)


def _refusal(context: Context) -> Refusal | None:
    program = find_dvc_program(context)
    if program.path is None:
        return Refusal(words=program.trouble, hint=program.hint, fails=True)
    if find_dvc(context.project, context.root) is None:
        return Refusal(words="there is no `.dvc` folder", hint="run `dvc init`, and commit what it makes", fails=True)
    if context.git.is_dirty():
        words = "there are changes that are not committed, and a run takes what is committed"
        return Refusal(words=words, hint="commit them, or stash them")
    return None


class _Work:
    def __init__(self, context: Context, found: Assessment, plan: Plan, place: Place, order: Order) -> None:
        dvc = find_dvc_program(context).path
        assert dvc is not None
        assert found.chain is not None
        self._context = context
        self._plan = plan
        self._place = place
        self._chain = found.chain
        self._cache = find_cache(context.project, context.root)
        self._session = Session(context, place, dvc, order.hide)
        self._outputs = Outputs(context, found, place, self._cache, order.close)
        self._judges = judges(found.pipelines, plan.needs)
        self._limit = order.limit
        self._deadline = time.monotonic() + order.total
        self.not_pulled: str | None = None

    def go(self) -> Iterator[StageRun]:
        """Run what is wanted, and what needs an output that came out different and that no metric has judged yet."""
        broken: set[str] = set()
        changed: set[str] = set()
        count = 0
        for stage in self._plan.order:
            before = self._plan.needs[stage.address]
            is_judge = bool(before & changed) and stage.address in self._judges and not stage.frozen
            if stage.address not in self._plan.wanted and not is_judge:
                continue
            count += 1
            if before & broken:
                lacks = tuple(sorted(before & broken))
                run = StageRun(stage=stage, ending=Ending.NEEDS_OTHER, missing=lacks)
            else:
                run = self._run(stage, count)
            if run.ending is not Ending.DONE:
                broken.add(stage.address)
            elif run.came is not Came.SAME and not any(map(is_judged, run.outputs)):
                changed.add(stage.address)
            yield run

    def _run(self, stage: Stage, count: int) -> StageRun:
        missing = self._bring(stage) if self._left() > 0 else ()
        left = self._left()
        if missing and left > 0:
            return StageRun(stage=stage, ending=Ending.NO_DATA, missing=missing)
        allowed = left if self._limit is None else min(self._limit, left)
        if allowed <= 0:
            return StageRun(stage=stage, ending=Ending.LATE, limit=0)
        run = self._session.run(stage, allowed, f"{count} of {max(count, len(self._plan.wanted))}")
        ending = _ending(run.finished.timed_out, run.code, run.finished.code)
        done = ending is Ending.DONE
        return StageRun(
            stage=stage,
            ending=ending,
            outputs=self._outputs.judge(stage) if done else (),
            cost=run.cost,
            code=run.code if run.code is not None else run.finished.code,
            limit=allowed,
            tail="" if done else self._session.tail(run.finished),
        )

    def _bring(self, stage: Stage) -> tuple[str, ...]:
        """Bring the inputs of a stage that nothing in the work tree holds yet, and return those that are nowhere."""
        absent = {made.path: made for made in made_inputs(stage, self._chain) if not self._is_here(made)}
        lacking = [path for path, made in absent.items() if made.item is None or not self._cache.holds(made.item)]
        if lacking and self._may_pull():
            self._context.progress(f"pulls what {code(stage.address)} needs")
            self._session.fetch(lacking, self._left())
        if absent:
            self._context.progress(f"brings what {code(stage.address)} needs")
            self._session.checkout(list(absent), self._left())
        return tuple(path for path, made in absent.items() if not self._is_here(made))

    def _is_here(self, made: Made) -> bool:
        return (self._place.project / made.path).exists()

    def _may_pull(self) -> bool:
        self.not_pulled = config_change(self._context)
        return self.not_pulled is None

    def _left(self) -> float:
        return self._deadline - time.monotonic()


def _ending(late: bool, command: int | None, dvc: int) -> Ending:
    if late:
        return Ending.LATE
    if command in _KILLED:
        return Ending.KILLED
    if command:
        return Ending.FAILED
    return Ending.REFUSED if dvc else Ending.DONE
