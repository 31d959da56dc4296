"""Tables of a report as blocks of Markdown: every row has as many cells as the head, whatever is in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlgate.render.budget import Block
from mlgate.render.escape import cell, html, markdown
from mlgate.render.grid import Line, regular
from mlgate.render.wording import WORDS, ranked
from mlgate.report import Align, Entry, Status, Table

SIGNS: dict[Status, str] = {
    Status.PASSED: "✅",
    Status.WARNED: "⚠️",
    Status.FAILED: "❌",
    Status.WAIVED: "🟡",
    Status.INCONCLUSIVE: "❔",
    Status.SKIPPED: "⏭️",
    Status.ERROR: "💥",
}
_RULES = {"left": "---", "right": "---:", "center": ":---:"}
ROWS = 200
_CELL = 200


def ledger(entries: Iterable[Entry], title: str | None = None) -> Block:
    """Return the table of all checks, in reading order; folded away under `title` where one is given."""
    rows = [
        _line([_signed(entry.status, WORDS[entry.status]), cell(entry.check, 60), *_result(entry)])
        for entry in ranked(entries)
    ]
    return _folded(title, _head(["", "check", "result", ""], ["left"] * 4), rows, 4)


def _signed(status: Status, words: str) -> str:
    """Return words with the sign of a status, which no narrow column parts from them."""
    return f"{SIGNS[status]}\N{NO-BREAK SPACE}{words}"


def _result(entry: Entry) -> tuple[str, str]:
    outcome = entry.outcome
    return cell(outcome.summary, _CELL), cell(outcome.note or outcome.hint or "", _CELL)


def table(found: Table, most: int = ROWS) -> Block | None:
    """Return a table with its title as a heading, or folded away under it; None where it has no column or no row."""
    grid = regular(found, most)
    if not grid.columns or not grid.lines:
        return None
    width = len(grid.columns)
    head = _head([cell(column.title, _CELL) for column in grid.columns], [column.align for column in grid.columns])
    rows = [_row(line, grid.judged) for line in grid.lines]
    if grid.hidden:
        rows.append(_line([f"… and {grid.hidden:,} more rows in the full report", *[""] * (width - 1)]))
    note = f"\n<sub>{markdown(found.note)}</sub>\n" if found.note else ""
    if found.folded:
        return _folded(html(found.title, _CELL), head, rows, width, note)
    return _folded(None, f"### {markdown(found.title, _CELL)}\n\n{head}", rows, width, note)


def _row(line: Line, judged: int | None) -> str:
    shown = [cell(text, _CELL) for text in line.cells]
    if line.decided is not None and shown[line.decided]:
        shown[line.decided] = f"**{shown[line.decided]}**"
    if line.status and judged is not None:
        shown[judged] = _signed(line.status, shown[judged])
    return _line(shown)


def _head(titles: Sequence[str], aligns: Sequence[Align]) -> str:
    rules = "|".join(_RULES[align] for align in aligns)
    return f"{_line(titles)}|{rules}|\n"


def _line(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {text} |" if text else " |" for text in cells) + "\n"


def _folded(title: str | None, opening: str, rows: Sequence[str], width: int, note: str = "") -> Block:
    more = _line(["… and {} more rows in the full report", *[""] * (width - 1)])
    if title is None:
        return Block(opening, rows, f"{note}\n", more)
    return Block(f"<details><summary>{title}</summary>\n\n{opening}", rows, f"{note}\n</details>\n\n", more)
