"""Sums up all comparisons: the two cells of the ledger, the tables, and the numbers for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.drift import wording
from mlgate.drift.compare import Answer
from mlgate.drift.findings import Words, other_side
from mlgate.drift.judge import Judged, drifted_share
from mlgate.drift.pairings import State
from mlgate.drift.rules import Levels
from mlgate.report import Bars, Column, Finding, Measure, Outcome, Row, Severity, Status, Table
from mlgate.text import amount, code, codes

UNUSED = "drift/unused-rule"
_SHOWN = 100
_DECIDED = 3
_STATUS = {Severity.ERROR: Status.FAILED, Severity.WARNING: Status.WARNED, Severity.INFO: None, None: Status.PASSED}


def sum_up(context: Context, answers: Sequence[Answer], levels: Levels) -> Outcome:
    """Return the outcome of the check: what could not be compared is inconclusive, never a pass."""
    findings = [finding for answer in answers for finding in Words(context, answer, levels).findings()]
    findings += _unused(context, answers, levels)
    compared = [one for answer in answers for one in answer.columns if one.is_compared]
    outcome = Outcome.of(
        findings,
        summary=_summary(answers, compared, findings),
        note=_note(answers, compared),
        tables=[table for answer in answers for table in _tables(context, answer)],
        measures=[measure for answer in answers for measure in _measures(answer)],
    )
    if outcome.status is Status.FAILED or not any(map(_is_unanswered, answers)):
        return _skipped_if_idle(outcome, answers)
    return replace(outcome, status=Status.INCONCLUSIVE)


def _is_unanswered(answer: Answer) -> bool:
    """Return whether a comparison found no answer: data is missing, or nothing of it could be judged."""
    state = answer.comparison.state
    if state is not State.OPEN:
        return state is State.MISSING
    if answer.unreadable is not None:
        return answer.unreadable[2]
    return not any(one.is_compared for one in answer.columns)


def _skipped_if_idle(outcome: Outcome, answers: Sequence[Answer]) -> Outcome:
    """Return the outcome as skipped where nothing was there to be compared, with the first reason."""
    idle = all(answer.comparison.state in (State.NEW, State.NO_BASELINE) for answer in answers)
    if not idle or not outcome.findings:
        return outcome
    return replace(outcome, status=Status.SKIPPED, summary=outcome.findings[0].message, note="")


def _summary(answers: Sequence[Answer], compared: Sequence[Judged], findings: Sequence[Finding]) -> str:
    moved = sum(one.severity is not None for one in compared)
    if moved:
        return f"{moved:,} of {amount(len(compared), 'column')} moved"
    missing = [answer for answer in answers if _is_unanswered(answer)]
    if missing:
        return f"{len(missing)} of {amount(len(answers), 'comparison')} without an answer"
    error = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    if error is not None:
        return error.message
    if compared:
        return f"{amount(len(compared), 'column')}, none moved"
    return f"{amount(len(answers), 'dataset')} unchanged"


def _note(answers: Sequence[Answer], compared: Sequence[Judged]) -> str:
    moved = [one for one in compared if one.severity is not None]
    moved.sort(key=lambda one: one.largest.difference.statistic, reverse=True)
    if moved:
        return codes(list(dict.fromkeys(one.column.name for one in moved)), 3)
    states = [(answer.comparison.name, answer.comparison.state) for answer in answers]
    for state, words in ((State.MISSING, "data missing"), (State.UNCHANGED, "unchanged"), (State.NEW, "new")):
        names = [name for name, held in states if held is state]
        if names:
            return f"{codes(names, 3)} {words}"
    return ""


def _unused(context: Context, answers: Sequence[Answer], levels: Levels) -> Iterator[Finding]:
    """Yield the rules that select no column, where all columns are known."""
    if not all(answer.rows and all(answer.rows) for answer in answers):
        return
    for pattern in levels.columns.unused():
        yield Finding(
            rule=UNUSED,
            severity=Severity.WARNING,
            message=f"the rule {code(pattern)} selects no column that was compared",
            location=context.config_location("drift", "columns", pattern),
            hint="mend its name, or take it out",
            subject=pattern,
        )


def _tables(context: Context, answer: Answer) -> Iterator[Table]:
    moved = [one for one in answer.columns if one.severity is not None]
    rest = [one for one in answer.columns if one.severity is None]
    name, other = code(answer.comparison.name), other_side(context, answer)
    compared = sum(one.is_compared for one in answer.columns)
    if moved:
        moved.sort(key=lambda one: one.largest.difference.statistic, reverse=True)
        share = drifted_share(answer.columns)
        weighted = any(one.rule.weight != 1 for one in answer.columns)
        note = f"drift of {name}: {wording.share(share)} of its columns{', weighted' if weighted else ''}"
        yield Table(
            title=f"Drift of {name} against {other}: {len(moved):,} of {amount(compared, 'column')}",
            columns=_heads(other),
            rows=tuple(_row(one) for one in moved[:_SHOWN]),
            note=_more(len(moved)) or note,
        )
    if rest:
        rest.sort(key=lambda one: -one.largest.difference.statistic if one.is_compared else 1.0)
        yield Table(
            title=f"{amount(len(rest), 'column')} of {name} that did not move against {other}",
            columns=_heads(other),
            rows=tuple(_row(one) for one in rest[:_SHOWN]),
            folded=True,
            note=_more(len(rest)),
        )


def _heads(other: str) -> tuple[Column, ...]:
    return (
        Column("column"),
        Column(other),
        Column("now"),
        Column("D", "right"),
        Column("PSI", "right"),
        Column("adjusted p", "right"),
        Column("what"),
    )


def _row(judged: Judged) -> Row:
    column = judged.column
    if not judged.is_compared:
        skip = f"not compared: {column.skip.value}" if column.skip else "not compared"
        return Row(cells=(code(column.name), "", "", "", "", "", skip))
    verdict = judged.largest
    difference = verdict.difference
    stability = next((one.difference.psi for one in judged.verdicts if one.difference.psi is not None), None)
    seen = (wording.change(column, difference.aspect), _fresh(judged), wording.infinities(judged))
    return Row(
        cells=(
            code(column.name),
            *wording.sparklines(column),
            wording.statistic(difference.statistic),
            "" if stability is None else wording.statistic(stability),
            wording.p_value(verdict.adjusted).removeprefix("p = ").removeprefix("p "),
            ", ".join(filter(None, seen)),
        ),
        status=_STATUS[judged.severity],
        decided=_DECIDED if judged.severity is Severity.ERROR else None,
        picture=_picture(judged),
    )


def _picture(judged: Judged) -> Bars | None:
    before, now = judged.column.before.bars, judged.column.now.bars
    return Bars(before=before, now=now) if any(before) and any(now) else None


def _fresh(judged: Judged) -> str:
    fresh = judged.column.fresh
    return f"{amount(fresh, 'new category', 'new categories')}" if fresh else ""


def _more(count: int) -> str | None:
    return f"{amount(count - _SHOWN, 'more column')} not shown" if count > _SHOWN else None


def _measures(answer: Answer) -> Iterator[Measure]:
    compared = [one for one in answer.columns if one.is_compared]
    if not compared:
        return
    subject = answer.comparison.subject
    yield Measure(name=f"{subject}.drift", current=drifted_share(answer.columns), unit="share")
    for one in sorted(compared, key=lambda one: -one.largest.difference.statistic)[:_SHOWN]:
        statistic = one.largest.difference.statistic
        yield Measure(name=f"{subject}.{one.column.name}.D", current=statistic, status=_STATUS[one.severity])
