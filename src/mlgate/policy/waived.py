"""What the report says of waivers: which were used, which are not needed, expired or only proposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from mlgate.context import Context
from mlgate.policy.ledger import Ledger, Line, State, waiver_table
from mlgate.report import Finding, Location, Severity, Table
from mlgate.text import code

_WORDS = {State.USED: "used", State.PROPOSED: "proposed", State.EXPIRED: "expired"}
_DESCRIBED = (State.PROPOSED, State.EXPIRED, State.BEYOND, State.UNBOUNDED)


class Waived(Struct, frozen=True, kw_only=True):
    """The findings, the note of the ledger, and the table."""

    findings: tuple[Finding, ...] = ()
    note: str = ""
    table: Table | None = None


def tell(context: Context, ledger: Ledger) -> Waived:
    """Return what is to be said of all waivers, after all other checks have ended."""
    lines = ledger.lines
    counts = Counter(line.state for line in lines)
    total = f"{len(lines)} waiver{'s' if len(lines) != 1 else ''}"
    known = ", ".join(f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state])
    return Waived(
        findings=tuple(_findings(context, lines)),
        note=f"{total}: {known}" if known else total,
        table=waiver_table(ledger),
    )


def _findings(context: Context, lines: list[Line]) -> Iterator[Finding]:
    for waiver, state in lines:
        if state is State.PROPOSED:
            yield Finding(
                rule="policy/waiver-proposed",
                severity=Severity.INFO,
                message=f"a waiver for {code(waiver.key)} is proposed; it counts once it is merged",
                location=_place(context, waiver.key),
                subject=waiver.key,
            )
        elif state is State.EXPIRED:
            yield Finding(
                rule="policy/waiver-expired",
                severity=Severity.WARNING if context.scheduled else Severity.INFO,
                message=f"the waiver for {code(waiver.key)}, of {code(waiver.owner)}, expired after {waiver.until}",
                location=_place(context, waiver.key),
                hint="take it out, or renew it with a new reason",
                subject=waiver.key,
            )


def _place(context: Context, key: str) -> Location | None:
    keys = list(context.waiver_keys)
    return context.config_location("waivers", *([keys.index(key)] if key in keys else []))
