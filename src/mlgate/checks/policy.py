"""Policy: does this change loosen the gate that judges it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgate.check import Check
from mlgate.context import Context
from mlgate.policy.config import PolicyConfig
from mlgate.report import Finding, Outcome, Severity
from mlgate.text import amount

if TYPE_CHECKING:
    from mlgate.policy.waived import Waived


def run(context: Context, config: PolicyConfig) -> Outcome:
    """Show what the change does to the gate: its config, what starts it, and which findings are accepted."""
    from mlgate.policy import beside, findings
    from mlgate.policy.ruling import Turn
    from mlgate.policy.wiring import changed_wires

    if context.baseline is None:
        return _without_baseline(context)
    ruling = context.ruling
    is_own = ruling is not None and ruling.is_own
    changes = ruling.changes if ruling else ()
    wires = changed_wires(context)
    weight = Severity.INFO if is_own else findings.severity_of(config.loosened)
    asides = [*beside.changed_contracts(context), *beside.new_ignores(context, _ignores, weight)]
    moved = list(beside.other_data(context, changes, lambda path: _files_of(context, path), _weight(is_own=is_own)))
    told = [
        *(findings.of_ruling(context, ruling, config) if ruling else ()),
        *findings.of_wires(wires, config, is_own=is_own),
        *(aside.finding for aside in asides),
        *moved,
    ]
    accepted = _waivers(context, told)
    told += accepted.findings
    table = findings.change_table(
        changes, wires, [aside.row for aside in asides], [one.subject for one in moved if one.subject]
    )
    count = len(changes) + len(wires) + len(asides)
    looser = sum(change.turn is Turn.LOOSER for change in changes)
    return Outcome.of(
        told,
        summary=f"{amount(count, 'change')} to the gate" if count else _unchanged(told),
        note=", ".join(part for part in (_note(looser, len(ruling.held) if ruling else 0), accepted.note) if part),
        tables=[one for one in (table, accepted.table) if one],
    )


def _waivers(context: Context, told: list[Finding]) -> Waived:
    """Return what is to be said of waivers, those for this check's own findings included."""
    from mlgate.policy.waived import Waived, tell

    if context.waivers is None:
        return Waived()
    context.waivers.settle(CHECK.id, Outcome.of(told, summary=""))
    return tell(context, context.waivers)


def _weight(*, is_own: bool) -> Severity:
    return Severity.INFO if is_own else Severity.WARNING


def _files_of(context: Context, path: str) -> set[str]:
    """Return the files of a dataset that are here, or that only have to be brought here."""
    from mlgate.data.dvc_outputs import dvc_outputs
    from mlgate.data.sources import find_source

    source = find_source(context, path, dvc_outputs(context))
    return {*source.files, *(absent.path for absent in source.absent if absent.is_elsewhere)}


def _without_baseline(context: Context) -> Outcome:
    return Outcome.skipped("there is no baseline, so nothing is compared", hint="give `--base REV`")


def _unchanged(told: list[Finding]) -> str:
    first = any(finding.rule == "policy/first-config" for finding in told)
    return "the first config of this project" if first else "the gate is unchanged"


def _note(looser: int, held: int) -> str:
    parts = [f"{looser} looser" if looser else "", f"{held} {'counts' if held == 1 else 'count'} once merged"]
    return ", ".join(part for part in parts if part) if held or looser else ""


def _ignores(path: str, data: bytes) -> list[tuple[str, int]]:
    """Return the rules that the markers of a Markdown page ignore, with their lines."""
    from mlgate.readme.page import read_page

    if b"mlgate:ignore" not in data:
        return []
    return [(ignore.rule, ignore.line) for ignore in read_page(path, data).said.ignores]


CHECK = Check(
    id="policy",
    title="Policy",
    question="Does this change loosen the gate that judges it?",
    config=PolicyConfig,
    run=run,
    is_last=True,
)
