"""Turns the answer of a comparison into what a person should know."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.drift import wording
from mlgate.drift.absences import missing_findings, unknown_finding, unreadable_side
from mlgate.drift.compare import Answer
from mlgate.drift.hints import hint_for
from mlgate.drift.judge import Judged
from mlgate.drift.kinds import Skip
from mlgate.drift.measured import Aspect
from mlgate.drift.pairings import State
from mlgate.drift.rules import Levels
from mlgate.report import Excess, Finding, Severity
from mlgate.text import amount, code, codes

MOVED, MISSING_VALUES, EMPTY = "drift/moved", "drift/missing-values", "drift/empty"
COLUMNS, TYPE, TOO_FEW, NEW = "drift/columns", "drift/type", "drift/too-few", "drift/new"
NO_BASELINE = "drift/no-baseline"
_MOST = 50
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Words:
    """The findings of one comparison."""

    def __init__(self, context: Context, answer: Answer, levels: Levels) -> None:
        """Keep the answer, and how the two sides are called."""
        self._context = context
        self._answer = answer
        self._levels = levels
        self._comparison = answer.comparison
        self._name = code(answer.comparison.name)
        self._other = other_side(context, answer)

    def findings(self) -> Iterator[Finding]:
        """Yield all that a person should know of this comparison."""
        state = self._comparison.state
        if self._comparison.absence is not None:
            yield replace(self._comparison.absence, subject=self._comparison.subject)
        elif state is State.MISSING:
            yield from missing_findings(self._context, self._comparison, self._other)
        elif state is State.UNKNOWN and self._comparison.unknown:
            yield unknown_finding(self._context, self._comparison, *self._comparison.unknown)
        elif state is State.NEW:
            message = f"{self._name} is not in {self._other}, so there is nothing to compare it with"
            yield self._finding(NEW, Severity.INFO, message)
        elif state is State.NO_BASELINE:
            message = f"{self._name} was not compared, because there is no baseline"
            yield self._finding(NO_BASELINE, Severity.INFO, message, "give `--base REV`")
        elif state is State.OPEN:
            yield from self._compared()

    def _compared(self) -> Iterator[Finding]:
        if self._answer.unreadable is not None:
            path, error, is_reference = self._answer.unreadable
            other = self._other if is_reference else None
            yield unreadable_side(self._context, self._comparison, path, error, other)
        elif self._answer.rows and not all(self._answer.rows):
            yield self._empty(*self._answer.rows)
        else:
            yield from self._moved()
            yield from self._of_columns()
            yield from self._too_few()

    def _moved(self) -> Iterator[Finding]:
        judged = [one for one in self._answer.columns if one.severity is not None]
        judged.sort(key=lambda one: (_ORDER[one.severity or Severity.INFO], -one.largest.difference.statistic))
        yield from map(self._column, judged[:_MOST])
        rest = judged[_MOST:]
        if rest:
            names = codes([one.column.name for one in rest])
            message = f"{amount(len(rest), 'more column')} of {self._name} moved: {names}"
            yield self._finding(MOVED, rest[0].severity or Severity.INFO, message)

    def _column(self, judged: Judged) -> Finding:
        column, first = judged.column, judged.moved[0]
        verb = "moved" if self._comparison.against is None else f"differs from {self._other}"
        parts = [
            f"{wording.size(verdict)} ({wording.change(column, verdict.difference.aspect)}), "
            f"adjusted {wording.p_value(verdict.adjusted)}"
            for verdict in judged.moved
        ]
        return Finding(
            rule=MISSING_VALUES if first.difference.aspect is Aspect.MISSING else MOVED,
            severity=judged.severity or Severity.INFO,
            message=f"column {code(column.name)} of {self._name} {verb}: {'; '.join(parts)}",
            location=self._comparison.location,
            hint=hint_for(judged, first, is_baseline=self._comparison.against is None),
            subject=f"{self._comparison.subject}.{column.name}",
            excess=Excess(first.difference.size),
        )

    def _of_columns(self) -> Iterator[Finding]:
        # Another dataset may well lack the label, or have a column more.
        weight = Severity.WARNING if self._comparison.against is None else Severity.INFO
        gone, new = self._answer.gone, self._answer.new
        if gone:
            count, verb = amount(len(gone), "column"), "is" if len(gone) == 1 else "are"
            renamed = f"renamed to {code(new[0])}? " if len(gone) == len(new) == 1 else ""
            message = f"{count} of {self._other} {verb} not in {self._name}: {codes(gone)}"
            yield self._finding(COLUMNS, weight, message, f"{renamed}a column that is gone was not compared")
        if new:
            count, verb = amount(len(new), "column"), "is" if len(new) == 1 else "are"
            message = f"{count} of {self._name} {verb} not in {self._other}: {codes(new)}"
            yield self._finding(COLUMNS, Severity.INFO, message)
        for one in self._answer.retyped[:_MOST]:
            message = (
                f"column {code(one.name)} of {self._name} is {one.now.value} where {self._other} has "
                f"{one.before.value}, so its values were not compared"
            )
            hint = "mend it where the data is made; one value that is no number turns a whole column of a text file"
            found = self._finding(TYPE, Severity.WARNING, message, hint)
            yield replace(found, subject=f"{self._comparison.subject}.{one.name}")

    def _too_few(self) -> Iterator[Finding]:
        names = [one.column.name for one in self._answer.columns if one.column.skip is Skip.FEW]
        if names:
            verbs = ("has", "was") if len(names) == 1 else ("have", "were")
            least = f"{self._levels.min_rows:,} values on a side"
            message = (
                f"{amount(len(names), 'column')} of {self._name} {verbs[0]} fewer than {least} "
                f"and {verbs[1]} not judged: {codes(names)}"
            )
            yield self._finding(TOO_FEW, Severity.INFO, message, "so few say little; `min_rows` sets the number")

    def _empty(self, before: int, now: int) -> Finding:
        if now:
            message = f"{self._name} was not compared, because {self._other} has no rows"
            return self._finding(EMPTY, Severity.WARNING, message)
        had = f", where {self._other} has {before:,}" if before else ""
        hint = "look at the step that writes it: a filter or a join that lets nothing through?"
        return self._finding(EMPTY, Severity.ERROR, f"{self._name} has no rows{had}", hint)

    def _finding(self, rule: str, severity: Severity, message: str, hint: str | None = None) -> Finding:
        return Finding(
            rule=rule,
            severity=severity,
            message=message,
            location=self._comparison.location,
            hint=hint,
            subject=self._comparison.subject,
        )


def other_side(context: Context, answer: Answer) -> str:
    """Return how the other side is called: the dataset, or the baseline by its branch or commit."""
    if answer.comparison.against is not None:
        return code(answer.comparison.called or answer.comparison.against)
    if context.baseline is None:
        return "the baseline"
    return code(context.baseline.revision.name or context.baseline.revision.short)
