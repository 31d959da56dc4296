"""The report on a terminal or in a log: the verdict, what to do, the ledger, the tables, and every finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlgate.render.grid import regular
from mlgate.render.wording import (
    WORDS,
    advice,
    asks,
    counted,
    headline,
    label,
    leads,
    name,
    needs_advice,
    origin,
    ranked,
    sentence,
    standing,
    untold,
)
from mlgate.report import Entry, Finding, Report, Severity, Status, Table
from mlgate.text import amount, inert, printable, shorten, spans

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

WIDTH = 100

_SIGNS = {
    Status.PASSED: ("✓", "green"),
    Status.WARNED: ("!", "yellow"),
    Status.FAILED: ("✗", "bold red"),
    Status.WAIVED: ("~", "yellow"),
    Status.INCONCLUSIVE: ("?", "yellow"),
    Status.SKIPPED: ("-", "dim"),
    Status.ERROR: ("✗", "bold red"),
}
_KINDS = {
    Severity.ERROR: ("✗ error", "bold red"),
    Severity.WARNING: ("! warning", "yellow"),
    Severity.INFO: ("i note", "dim"),
}
_WAIVED = ("~ waived", "yellow")
_FINDINGS = 50
_ROWS = 100
_FOLDED_ROWS = 15
_DETAIL = 30
_CELL = 120


def render(report: Report, *, width: int | None = None, color: bool = False) -> str:
    """Return the report in lines of `width` columns, with the colours of a terminal if asked for."""
    import io

    from rich.console import Console

    console = Console(
        file=io.StringIO(),
        width=max(40, width or WIDTH),
        color_system="standard" if color else None,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as captured:
        _print(console, report)
    lines = [line.rstrip() for line in captured.get().split("\n")]
    # Once more, for a line may have been broken just before a `::`.
    return inert("\n".join(lines).strip("\n") + "\n")


def _print(console: Console, report: Report) -> None:
    from rich.padding import Padding

    def indented(content: RenderableType, by: int = 2) -> None:
        console.print(Padding(content, (0, 0, 0, by)))

    sign, style = _verdict(report)
    console.print(_text(f"{sign} {label(report)}: {headline(report)}", style), "", sep="\n")
    found, more = leads(report)
    for one in found:
        indented(_text(sentence(one.reason), "bold"))
        for other in one.alike:
            indented(_text(sentence(other.message)))
        if one.finding:
            indented(_source(one.finding))
        indented(_text(f"What to do: {sentence(one.advice)}"))
        console.print()
    if more:
        indented(f"… and {more:,} more below.\n")
    if report.entries:
        indented(_ledger(report))
        console.print()
    for table in _tables(report):
        console.print(*_table(table), sep="\n")
    for entry in ranked(report.entries):
        rest = untold(entry, found)
        if rest:
            console.print(*_findings(entry, rest), "", sep="\n")
    for notice in report.notices:
        console.print(_text(f"note: {sentence(notice)}"))
    console.print(_text(" · ".join(origin(report)), "dim"))


def _verdict(report: Report) -> tuple[str, str]:
    if report.verdict == "passed":
        return _SIGNS[standing(report)]
    return _SIGNS[Status.SKIPPED if report.verdict == "nothing-checked" else Status.FAILED]


def _text(message: str, style: str = "", limit: int = 1_000) -> Text:
    """Return a message without its backticks, in which foreign text stands out where there is colour."""
    from rich.text import Text

    text = Text(style=style, overflow="fold")
    for span in spans(shorten(_harmless(message), limit)):
        text.append(span.text, style="cyan" if span.foreign else "")
    return text


def _source(finding: Finding) -> Text:
    from rich.text import Text

    where = f"{_harmless(str(finding.location))}  " if finding.location else ""
    return Text(f"{where}{_harmless(finding.rule)}", style="dim", overflow="fold")


def _harmless(text: str) -> str:
    """Return a text of which no character moves the cursor and no part is a command to a runner's log."""
    return inert(printable(text))


def _ledger(report: Report) -> RenderableType:
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    for entry in ranked(report.entries):
        sign, style = _SIGNS[entry.status]
        outcome = entry.outcome
        grid.add_row(
            _text(f"{sign} {WORDS[entry.status]}", style),
            _text(shorten(entry.check, 24)),
            _text(outcome.summary),
            _text(outcome.note or outcome.hint or ""),
        )
    return grid


def _tables(report: Report) -> Iterator[Table]:
    """Yield the tables that stand open, and of checks that ask for a person also the folded ones."""
    for entry in ranked(report.entries):
        for table in entry.outcome.tables:
            if table.columns and table.rows and (not table.folded or asks(entry)):
                yield table


def _table(table: Table) -> Iterator[RenderableType]:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid

    found = regular(table, _FOLDED_ROWS if table.folded else _ROWS)
    grid = Grid(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    for column in found.columns:
        grid.add_column(_text(column.title, limit=_CELL), justify=column.align, overflow="fold")
    for line in found.lines:
        cells = [_text(text, "bold" if place == line.decided else "", _CELL) for place, text in enumerate(line.cells)]
        if line.status and found.judged is not None:
            sign, style = _SIGNS[line.status]
            cells[found.judged] = _text(f"{sign} {line.cells[found.judged]}", style, _CELL)
        grid.add_row(*cells)
    yield _text(table.title, "bold")
    yield grid
    if found.hidden:
        yield f"… and {found.hidden:,} more rows: see them with --output markdown=FILE"
    if table.note:
        yield _text(table.note, "dim")
    yield ""


def _findings(entry: Entry, found: list[Finding]) -> Iterator[RenderableType]:
    from rich.table import Table as Grid

    also = " also" if len(found) < len(entry.outcome.findings) else ""
    yield _text(f"{name(entry.check)}{also}: {counted(found)}", "bold")
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    for finding in found[:_FINDINGS]:
        word, style = _WAIVED if finding.waiver else _KINDS[finding.severity]
        grid.add_row(_text(word, style), _text(sentence(finding.message)))
        grid.add_row("", _source(finding))
        if needs_advice(finding):
            grid.add_row("", _text(f"What to do: {sentence(advice(entry.check, finding.hint))}"))
        if finding.detail:
            grid.add_row("", _detail(finding.detail))
    yield grid
    if len(found) > _FINDINGS:
        yield f"… and {amount(len(found) - _FINDINGS, 'finding')} more: see them with --output json=FILE"


def _detail(detail: str) -> Text:
    from rich.text import Text

    lines = detail.split("\n")
    shown = [_harmless(line.rstrip("\r").expandtabs(4)) for line in lines[:_DETAIL]]
    if len(lines) > _DETAIL:
        shown.append(f"… {len(lines) - _DETAIL:,} more lines")
    return Text("\n".join(f"| {shorten(line, 300)}" for line in shown), style="dim", overflow="fold")
