"""Sums up the datasets: the two cells of the ledger, the table, and the numbers for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mlgate.config import Found
from mlgate.data.asked_how import paths_table
from mlgate.data.findings import Examined
from mlgate.data.messages import Read
from mlgate.data.session import Answers
from mlgate.report import Column, Measure, Outcome, Row, Severity, Status, Table
from mlgate.text import amount, code, codes

_SHOWN, _FOUND = 3, 20
_BAD = (Status.FAILED, Status.INCONCLUSIVE)


def sum_up(
    examined: Sequence[Examined], answers: Answers, found: Mapping[str, Found], more: Sequence[Table] = ()
) -> Outcome:
    """Return the outcome of the check; `found` are contracts that were not named, `more` tables below its own."""
    held = [one for one in examined if one.status is not Status.SKIPPED]
    how = [paths_table(asked, sum(one.remembered for one in held))] if (asked := _asked(held)) else []
    outcome = Outcome.of(
        [finding for one in examined for finding in one.findings],
        summary=_summary(held),
        note=_note(examined),
        tables=[_table(examined, found), *more, *how],
        measures=[
            Measure(name=f"{one.name}.rows", baseline=one.rows_before, current=one.rows)
            for one in held
            if one.rows is not None
        ],
    )
    if outcome.status is not Status.FAILED and any(one.status is Status.INCONCLUSIVE for one in held):
        outcome = replace(outcome, status=Status.INCONCLUSIVE)
    printed = "\n".join(lost.ending.printed for lost in answers.lost if lost.ending.printed)
    return replace(outcome, log=printed or None)


def _asked(held: Sequence[Examined]) -> list[tuple[str, tuple[Read, ...]]]:
    return [(one.name, one.read) for one in held if one.read]


def _summary(held: Sequence[Examined]) -> str:
    failed = [one for one in held if one.status is Status.FAILED]
    absent = [one for one in held if one.status is Status.INCONCLUSIVE]
    if failed:
        return f"{len(failed)} of {amount(len(held), 'dataset')} {'fails' if len(failed) == 1 else 'fail'}"
    if absent:
        verb = "has" if len(absent) == 1 else "have"
        return f"{len(absent)} of {amount(len(held), 'dataset')} {verb} no data here"
    rules = sum(one.rules for one in held)
    without = "without a contract" if len(held) == 1 else "without contracts"
    return f"{amount(len(held), 'dataset')}" + (f", {amount(rules, 'rule')}" if rules else f" {without}")


def _note(examined: Sequence[Examined]) -> str:
    bad = [one for one in examined if one.status in _BAD]
    columns = dict.fromkeys(
        finding.subject.partition(f"{one.name}.")[2]
        for one in bad
        for finding in one.findings
        if finding.severity is Severity.ERROR and finding.subject and finding.subject.startswith(f"{one.name}.")
    )
    if bad:
        return codes(list(columns), 3) if columns else codes([one.name for one in bad], 3)
    without = sum(one.status is Status.SKIPPED for one in examined)
    rows = amount(sum(one.rows or 0 for one in examined), "row")
    return f"{rows}, {amount(without, 'dataset')} without a contract" if without else rows


def _table(examined: Sequence[Examined], found: Mapping[str, Found]) -> Table:
    held = {one.name: found[one.name] for one in examined if one.name in found}
    columns = (
        Column("dataset"),
        Column("rows", "right"),
        Column("columns", "right"),
        Column("rules", "right"),
        Column("result"),
    )
    is_fine = all(one.status is Status.PASSED for one in examined)
    rows = tuple(_row(one) for one in examined)
    return Table(title="Datasets", columns=columns, rows=rows, folded=is_fine, note=_found_where(held))


def _found_where(found: Mapping[str, Found]) -> str | None:
    """Return in a sentence which contracts were found by the names of their datasets."""
    if not found:
        return None
    listed = [
        f"{code(one.contracts[0])} for {code(name)}" + (f", kept by DVC as {code(one.data[0])}" if one.data else "")
        for name, one in list(found.items())[:_FOUND]
    ]
    more = f" and {len(found) - _FOUND} more" if len(found) > _FOUND else ""
    return f"Found by name and not named in the config: {'; '.join(listed)}{more}."


def _row(one: Examined) -> Row:
    files = f" in {amount(one.files, 'file')}" if one.files > 1 else ""
    cells = (
        code(one.name),
        "" if one.rows is None else f"{one.rows:,}{_was(one)}{files}",
        "" if one.columns is None else f"{one.columns:,}",
        f"{one.rules:,}" if one.rules else "",
        _result(one),
    )
    return Row(cells=cells, status=one.status, decided=4 if one.status is Status.FAILED else None)


def _was(one: Examined) -> str:
    """Return how many rows there were at the baseline, where that is another number."""
    return "" if one.rows_before is None or one.rows_before == one.rows else f", was {one.rows_before:,}"


def _result(one: Examined) -> str:
    if one.status is Status.SKIPPED:
        return "no contract"
    if one.status is Status.INCONCLUSIVE:
        return "data missing"
    without = "" if one.rules else "no contract"
    if one.status is Status.PASSED:
        return without or "holds"
    heavy = [finding for finding in one.findings if finding.severity is not Severity.INFO]
    kinds = list(dict.fromkeys(finding.rule.partition("/")[2] for finding in heavy))
    broken = [finding for finding in heavy if finding.rule == "data/contract"]
    if kinds == ["contract"]:
        return f"{amount(len(broken), 'rule')} broken"
    words = [f"{amount(len(broken), 'rule')} broken" if kind == "contract" else _WORDS[kind] for kind in kinds]
    more = [f"{len(words) - _SHOWN} more"] if len(words) > _SHOWN else []
    return ", ".join(words[:_SHOWN] + more) or "invalid contract"


_WORDS = {
    "empty": "empty",
    "missing": "data missing",
    "baseline-missing": "baseline missing",
    "unreadable": "unreadable",
    "invalid-contract": "invalid contract",
    "contract-removed": "contract shrank",
    "contract-retyped": "contract retyped",
    "contract-loosened": "contract loosened",
    "contract-changed": "contract changed",
    "unfinished": "not answered in full",
    "leakage": "leaks",
    "time-order": "not in order of time",
    "duplicate-keys": "keys repeat",
    "duplicate-rows": "rows repeat",
    "conflicting-labels": "labels conflict",
    "class-balance": "classes out of balance",
    "constant-column": "constant columns",
    "mixed-types": "mixed types",
    "category-variants": "spelt in several ways",
    "new-categories": "new categories",
    "vanished-categories": "categories gone",
    "dates": "impossible dates",
    "row-count": "other number of rows",
}
