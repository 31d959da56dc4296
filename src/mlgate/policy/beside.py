"""What stands beside the config and shapes the gate too: contracts, and the README's markers that ignore a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from msgspec import Struct

from mlgate.context import Context
from mlgate.errors import MlgateError
from mlgate.policy.ruling import Change, Counts, Turn
from mlgate.report import Finding, Row, Severity, Status
from mlgate.text import code, codes

_IGNORE = b"mlgate:ignore"


class Aside(Struct, frozen=True, kw_only=True):
    """A finding, and its row of the table."""

    finding: Finding
    row: Row


def changed_contracts(context: Context) -> Iterator[Aside]:
    """Yield the contract files that the pull request changes: whatever they ask of the data counts at once."""
    named: dict[str, list[str]] = {}
    for name, dataset in context.config.datasets.items():
        if dataset.contract:
            named.setdefault(dataset.contract.partition(":")[0], []).append(name)
    for change in context.changes:
        datasets = named.get(change.path) or named.get(change.old or "")
        if not datasets or change.letter == "A":
            continue
        what = "removed" if change.letter == "D" else "changed"
        path = context.shown(change.path)
        finding = Finding(
            rule="policy/contract",
            severity=Severity.INFO,
            message=f"the contract {code(path)} of {', '.join(map(code, datasets))} is {what}, and counts as it is now",
            location=context.location(change.path),
            subject=path,
        )
        cells = (code(path), "a contract", what, f"{Turn.OTHER.value}, {Counts.HEAD.value}")
        yield Aside(finding=finding, row=Row(cells=cells))


def other_data(
    context: Context, changes: Sequence[Change], files_of: Callable[[str], Collection[str]], severity: Severity
) -> Iterator[Finding]:
    """Yield the datasets whose path leads elsewhere although their data are still there; `files_of` finds them."""
    for change in changes:
        if change.path[0] != "datasets" or change.path[2:] != ("path",):
            continue
        left = sorted(set(files_of(change.before)).difference(files_of(change.after)))
        if not left:
            continue
        are = "is still there and is" if len(left) == 1 else "are still there and are"
        yield Finding(
            rule="policy/other-data",
            severity=severity,
            message=f"{code(change.key)} goes from {code(change.before)} to {code(change.after)}, and counts at once; "
            f"{codes(left, 3)} {are} no longer checked",
            location=context.config_location(*change.path),
            hint="make sure that what is checked is what the model learns from; while both are used, name both",
            subject=change.key,
        )


def new_ignores(
    context: Context, ignores: Callable[[str, bytes], list[tuple[str, int]]], severity: Severity
) -> Iterator[Aside]:
    """Yield the markers that a pull request adds to Markdown files; `ignores` finds the rules and lines of a page's."""
    files = context.baseline_files
    for change in context.changes if files is not None else ():
        if change.letter == "D" or not change.path.lower().endswith((".md", ".markdown")):
            continue
        try:
            now = context.read(change.path)
            before = files.read(change.old or change.path) if files is not None else None
            if _IGNORE not in now:
                continue
            known = Counter(rule for rule, _ in ignores(change.path, before or b""))
            found = ignores(change.path, now)
        except MlgateError:
            # Whoever checks that page says what is wrong with it.
            continue
        for rule, line in found:
            if known[rule]:
                known[rule] -= 1
                continue
            yield _ignored(context, change.path, rule, line, severity)


def _ignored(context: Context, path: str, rule: str, line: int, severity: Severity) -> Aside:
    shown = context.shown(path)
    finding = Finding(
        rule="policy/ignored",
        severity=severity,
        message=f"a marker in {code(shown)} ignores {code(rule)}, and counts at once",
        location=context.location(path, line),
        hint="read its reason in the diff",
        subject=f"{shown}:{rule}",
    )
    cells = (code(shown), "", f"ignores {code(rule)}", f"{Turn.LOOSER.value}, {Counts.HEAD.value}")
    return Aside(finding=finding, row=Row(cells=cells, status=Status.WARNED))
