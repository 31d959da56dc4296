"""Applies waivers to what checks found, and keeps account of which were used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec.structs import replace

from mlgate.config import Waiver
from mlgate.report import Accepted, Column, Excess, Finding, Outcome, Row, Severity, Status, Table, weighed
from mlgate.text import code, nearest, plain
from mlgate.units import Tolerance

_NOISE = 1e-9


class State(StrEnum):
    """What became of a waiver in this run."""

    USED = "used"
    BEYOND = "not used: the finding is beyond its ceiling"
    UNBOUNDED = "not used: the finding has no size that its ceiling could bound"
    EXPIRED = "expired"
    NOT_CHOSEN = "not chosen by a label or trailer"
    PROPOSED = "proposed: counts once merged"
    UNUSED = "not needed"
    NOT_ASKED = "its check found no answer or did not run"


_HINTS = {
    State.BEYOND: "its waiver ends at {ceiling}",
    State.UNBOUNDED: "its waiver has a ceiling, and this has no size to hold it against",
    State.EXPIRED: "its waiver, of {owner}, expired after {until}",
    State.NOT_CHOSEN: "a waiver for it counts only with {choice}",
    State.PROPOSED: "the waiver that is proposed here counts once it is merged",
}
_ANSWERS = (Status.PASSED, Status.WARNED, Status.FAILED)
_NOTABLE = {State.USED: Status.WAIVED, State.BEYOND: Status.FAILED, State.UNBOUNDED: Status.FAILED}


class Line(NamedTuple):
    """One waiver and what became of it."""

    waiver: Waiver
    state: State


class Ledger:
    """The waivers of one run. `today` is the day by the clock; `chosen` says whether a waiver that asks for it was."""

    def __init__(
        self,
        waivers: Sequence[Waiver],
        proposed: Sequence[Waiver] = (),
        *,
        today: str,
        chosen: Callable[[Waiver], bool] = lambda _: True,
    ) -> None:
        """Note what is known of each before anything is found."""
        self._waivers = {waiver.key: waiver for waiver in (*proposed, *waivers)}
        self._states: dict[str, State] = {waiver.key: State.PROPOSED for waiver in proposed}
        for waiver in waivers:
            expired = waiver.until.iso < today
            self._states[waiver.key] = (
                State.EXPIRED if expired else State.UNUSED if chosen(waiver) else State.NOT_CHOSEN
            )
        self._seen: set[str] = set()
        self._answered: set[str] = set()

    @property
    def lines(self) -> list[Line]:
        """Return every waiver with what became of it so far, in the order of the config."""
        return [Line(self._waivers[key], self._told(key, state)) for key, state in self._states.items()]

    def _told(self, key: str, state: State) -> State:
        return State.NOT_ASKED if state is State.UNUSED and key.partition("/")[0] not in self._answered else state

    def settle(self, check: str, outcome: Outcome) -> Outcome:
        """Return an outcome in which what is accepted no longer weighs; its status follows from what is left."""
        if outcome.status in _ANSWERS:
            self._answered.add(check)
        findings = tuple(map(self._accept, outcome.findings))
        accepted = [finding for finding in findings if finding.waiver]
        if not accepted or outcome.status not in (Status.FAILED, Status.WARNED):
            return replace(outcome, findings=findings) if findings != outcome.findings else outcome
        about = {finding.subject for finding in accepted if finding.subject}
        return replace(
            outcome,
            status=weighed(findings),
            findings=findings,
            summary=f"{outcome.summary}, {len(accepted)} waived",
            tables=tuple(_with_waived(table, about) for table in outcome.tables),
        )

    def _accept(self, finding: Finding) -> Finding:
        self._seen.add(finding.key)
        waiver = self._waivers.get(finding.key)
        if waiver is None or finding.severity is Severity.INFO:
            return finding
        state = self._states[waiver.key]
        if state in (State.UNUSED, State.USED, State.BEYOND, State.UNBOUNDED):
            # One key may stand for several findings: the worst that became of one is what is told.
            found = _bounded(waiver.ceiling, finding.excess)
            self._states[waiver.key] = found if state in (State.UNUSED, State.USED) else state
            state = found
        if state is State.USED:
            return _accepted(finding, waiver)
        return replace(finding, hint=f"{_why(state, waiver)}; {finding.hint}" if finding.hint else _why(state, waiver))

    def nearest_finding(self, key: str) -> str | None:
        """Return the key of the finding that a waiver which nothing needed may have meant."""
        return nearest(key, sorted(self._seen - set(self._waivers)))


def _bounded(ceiling: Tolerance | None, excess: Excess | None) -> State:
    if ceiling is None:
        return State.USED
    if excess is None or (ceiling.scale == "%" and excess.of is None):
        return State.UNBOUNDED
    most = ceiling.absolute(excess.of or 0.0)
    return State.USED if excess.by <= most + _NOISE * max(abs(most), abs(excess.by)) else State.BEYOND


def _accepted(finding: Finding, waiver: Waiver) -> Finding:
    """Return a finding that weighs nothing and says who accepts it."""
    most = f" up to {code(waiver.ceiling)}" if waiver.ceiling else ""
    words = f"waived{most} until {waiver.until} by {code(waiver.owner)}: {code(waiver.reason)}"
    note = Accepted(
        owner=waiver.owner,
        reason=waiver.reason,
        until=str(waiver.until),
        ceiling=str(waiver.ceiling) if waiver.ceiling else None,
        severity=finding.severity,
    )
    return replace(finding, severity=Severity.INFO, message=f"{finding.message}; {words}", waiver=note)


def _why(state: State, waiver: Waiver) -> str:
    return _HINTS[state].format(
        ceiling=code(waiver.ceiling), owner=code(waiver.owner), until=waiver.until, choice=choice(waiver)
    )


def choice(waiver: Waiver) -> str:
    """Return in words what makes a waiver count."""
    label = f"the label {code(waiver.label)}" if waiver.label else ""
    trailer = f"the trailer {code(f'Mlgate-Waive: {waiver.key}')} in a commit" if waiver.trailer else ""
    return " and ".join(part for part in (label, trailer) if part)


def _with_waived(table: Table, about: set[str]) -> Table:
    """Return a table in which the rows of what is accepted do not stand as failed."""
    rows = tuple(
        replace(row, status=Status.WAIVED)
        if row.status in (Status.FAILED, Status.WARNED) and row.cells and plain(row.cells[0]) in about
        else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def waiver_table(ledger: Ledger) -> Table | None:
    """Return the table of all waivers, or None where there is none."""
    rows = tuple(_row(ledger, line) for line in ledger.lines)
    if not rows:
        return None
    columns = tuple(map(Column, ("waiver", "ceiling", "until", "owner", "reason", "state")))
    is_calm = not any(line.state in (State.USED, State.BEYOND, State.UNBOUNDED) for line in ledger.lines)
    return Table(title=f"Waivers ({len(rows)})", columns=columns, rows=rows, folded=is_calm)


def _row(ledger: Ledger, line: Line) -> Row:
    waiver, state = line
    words = state.value
    if state is State.NOT_CHOSEN:
        words = f"counts only with {choice(waiver)}"
    close = ledger.nearest_finding(waiver.key) if state is State.UNUSED else None
    if close:
        words += f"; did you mean {code(close)}?"
    cells = (
        code(waiver.key),
        code(waiver.ceiling) if waiver.ceiling else "",
        str(waiver.until),
        code(waiver.owner),
        code(waiver.reason),
        words,
    )
    return Row(cells=cells, status=_NOTABLE.get(state))
