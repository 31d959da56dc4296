"""What a reviewer should know of a pull request that changes the gate: one finding a change, and one table of all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.policy.config import PolicyConfig
from mlgate.policy.defaults import less_than_own
from mlgate.policy.ruling import Change, Counts, Ruling, Turn
from mlgate.policy.wiring import HOOKS, Fate, Wire
from mlgate.report import Column, Finding, Location, Row, Severity, Status, Table
from mlgate.text import amount, code, codes, plain

MOST = 30
_OWN_REQUEST = "merge it in a pull request of its own, and it counts in the next"


def severity_of(word: str) -> Severity:
    """Return what `warn` and `fail` of the config mean."""
    return Severity.ERROR if word == "fail" else Severity.WARNING


def of_ruling(context: Context, ruling: Ruling, config: PolicyConfig) -> Iterator[Finding]:
    """Yield what is to be said of the config itself."""
    if ruling.is_first:
        yield _of_first(context, ruling)
        yield from _of_changes(context, ruling, config)
        return
    if ruling.problems:
        yield Finding(
            rule="policy/unreadable-baseline",
            severity=Severity.WARNING,
            message=f"the baseline's {code(ruling.source)} cannot be read in full, so that this change's own values "
            "count there",
            location=Location(path=ruling.source) if ruling.source else None,
            hint="nothing to do if this change mends it; else compare the two by hand",
            subject=ruling.source,
            detail="\n".join(map(plain, ruling.problems)),
        )
    if ruling.is_deleted:
        yield Finding(
            rule="policy/config-removed",
            severity=_weight(ruling, severity_of(config.loosened)),
            message=f"{code(ruling.source)} is removed"
            + ("" if ruling.is_own else "; until that is merged its rules count"),
            location=Location(path=ruling.source) if ruling.source else None,
            hint="keep it, or merge the removal in a pull request of its own",
            subject=ruling.source,
        )
    elif ruling.config.source != ruling.source:
        moved = f"the config is now {code(ruling.config.source)}, and was {code(ruling.source)}"
        yield _note(context, "config-moved", moved)
    yield from _of_changes(context, ruling, config)


def _of_changes(context: Context, ruling: Ruling, config: PolicyConfig) -> Iterator[Finding]:
    told = [change for change in ruling.changes if _asks(change)]
    if ruling.is_deleted:
        return
    for change in told[:MOST]:
        yield _finding(context, ruling, change, config)
    if len(told) > MOST:
        keys = [change.key for change in told[MOST:]]
        yield Finding(
            rule="policy/loosened",
            severity=_weight(ruling, severity_of(config.loosened)),
            message=f"the same is true of {amount(len(keys), 'more key')}: {codes(keys)}",
            location=context.config_location(),
            hint=_OWN_REQUEST,
            subject=f"{len(keys)} more",
        )


def _asks(change: Change) -> bool:
    """Return whether a reviewer should look: the gate is loosened, or something does not count yet or not alone."""
    unsure = change.turn is Turn.OTHER and change.counts is Counts.BOTH
    return unsure or change.turn is Turn.LOOSER or change.counts is Counts.BASELINE


def _finding(context: Context, ruling: Ruling, change: Change, config: PolicyConfig) -> Finding:
    is_let_go = change.is_removal and change.counts is Counts.HEAD and not ruling.is_own
    if is_let_go:
        rule, severity = "policy/removed", Severity.WARNING
    elif change.turn is Turn.LOOSER:
        rule, severity = "policy/loosened", severity_of(config.loosened)
    else:
        rule, severity = "policy/unordered", Severity.WARNING
    return Finding(
        rule=rule,
        severity=_weight(ruling, severity),
        message=_message(change, ruling),
        location=place(context, change),
        hint=_hint(change, ruling),
        subject=change.key,
    )


def _message(change: Change, ruling: Ruling) -> str:
    what = f"{code(change.key)} {_moved(change)}"
    if change.turn is Turn.LOOSER:
        what += ", which is looser"
    if ruling.is_own:
        return what
    if change.counts is Counts.HEAD:
        return f"{what}, and counts at once"
    held = "the tighter of both counts" if change.counts is Counts.BOTH else "the baseline's counts"
    return f"{what}; {held} until this is merged"


def _moved(change: Change) -> str:
    if not change.before:
        return f"is new: {code(change.after)}"
    if not change.after:
        return f"is removed: {code(change.before)}"
    return f"goes from {code(change.before)} to {code(change.after)}"


def _hint(change: Change, ruling: Ruling) -> str:
    if ruling.is_own:
        return "nothing to do: this run goes by its own config"
    if change.counts is Counts.HEAD:
        return "make sure that this is meant: it is no longer judged"
    if change.turn is Turn.LOOSER:
        return f"if it is meant, {_OWN_REQUEST}; `mlgate run --rules head` tries it out"
    follow = code(f"policy: {{follow: [{change.key}]}}")
    return f"{_OWN_REQUEST}; or let the key follow every change: {follow}"


def of_wires(wires: Sequence[Wire], config: PolicyConfig, *, is_own: bool) -> Iterator[Finding]:
    """Yield what is to be said of workflows and hooks: they count as the pull request has them."""
    for wire in wires:
        is_hook = wire.path == HOOKS
        what = f"the hooks of mlgate in {code(wire.path)}" if is_hook else f"{code(wire.path)}, which runs mlgate,"
        are = "are" if is_hook else "is"
        parts = f": {codes(wire.parts)}" if wire.parts else ""
        words = {Fate.GONE: f"{are} removed", Fate.CHANGED: f"{are} changed{parts}", Fate.NEW: f"{are} new"}[wire.fate]
        severity = Severity.INFO if wire.fate is Fate.NEW or is_own else severity_of(config.workflows)
        yield Finding(
            rule="policy/hooks" if is_hook else "policy/workflow",
            severity=severity,
            message=f"{what} {words}",
            location=Location(path=wire.path),
            hint="read that part of the diff: what starts the gate counts as the pull request has it",
            subject=wire.path,
        )


def notice(ruling: Ruling) -> str | None:
    """Return in a sentence whose rules counted, for a report without this check."""
    if ruling.is_own:
        return None
    if ruling.is_first:
        return f"the baseline has no config, so {code(ruling.config.source)} counts whole"
    if ruling.is_deleted:
        return f"the config is gone; that of the baseline, {code(ruling.source)}, counts"
    held = [change.key for change in ruling.held]
    return f"as in the baseline's {code(ruling.source)}, until this change is merged: {codes(held)}" if held else None


def change_table(
    changes: Sequence[Change], wires: Sequence[Wire], others: Sequence[Row], noted: Collection[str]
) -> Table | None:
    """Return the table of what changes in the gate, what is looser first; `noted` are keys that there is more to."""
    order = {Turn.LOOSER: 0, Turn.OTHER: 1, Turn.TIGHTER: 2}
    rows = [_row(change, noted) for change in sorted(changes, key=lambda change: order[change.turn])]
    rows += [*map(_wire_row, wires), *others]
    if not rows:
        return None
    columns = tuple(map(Column, ("what", "baseline", "this change", "state")))
    is_calm = all(row.status is None for row in rows)
    return Table(title="Changes to the gate", columns=columns, rows=tuple(rows), folded=is_calm)


def _row(change: Change, noted: Collection[str]) -> Row:
    cells = (
        code(change.key),
        code(change.before) if change.before else "",
        code(change.after) if change.after else "",
        f"{change.turn.value}, {change.counts.value}",
    )
    return Row(cells=cells, status=Status.WARNED if _asks(change) or change.key in noted else None)


def _wire_row(wire: Wire) -> Row:
    what = {Fate.GONE: ("runs mlgate", ""), Fate.NEW: ("", "runs mlgate")}.get(wire.fate, ("", codes(wire.parts)))
    turn = Turn.LOOSER if wire.fate is Fate.GONE else Turn.OTHER
    cells = (code(wire.path), *what, f"{turn.value}, {Counts.HEAD.value}")
    return Row(cells=cells, status=None if wire.fate is Fate.NEW else Status.WARNED)


def place(context: Context, change: Change) -> Location | None:
    """Return where a key stands in the head's config, or its nearest ancestor."""
    path = change.path
    if path[0] == "waivers" and len(path) > 1:
        keys = context.waiver_keys
        return context.config_location("waivers", *([keys.index(path[1])] if path[1] in keys else []))
    return context.config_location(*path)


def _of_first(context: Context, ruling: Ruling) -> Finding:
    """Return the note about a first config; a warning where it asks less than mlgate does without any."""
    told = _note(context, "first-config", "the baseline has no config, so this one counts whole; read it as a new gate")
    less = less_than_own(ruling.config)
    if not less or ruling.is_own:
        return told
    return replace(
        told,
        severity=Severity.WARNING,
        message=f"{told.message}: it asks less than mlgate does without a config, by {codes(less)}",
        hint="merge the config by itself first, and the next pull request is judged by it",
    )


def _note(context: Context, rule: str, message: str) -> Finding:
    source = context.config.source
    return Finding(
        rule=f"policy/{rule}",
        severity=Severity.INFO,
        message=message,
        location=context.config_location(),
        subject=source,
    )


def _weight(ruling: Ruling, severity: Severity) -> Severity:
    """Return how much a change weighs: nothing where the run goes by its own config, for it is merged already."""
    return Severity.INFO if ruling.is_own else severity
