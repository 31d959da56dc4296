"""Tables of a report as HTML, with a column of pictures where their rows have some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mlgate.render.escape import attribute, html
from mlgate.render.grid import Line, regular
from mlgate.render.html_picture import BETTER, Drawing
from mlgate.render.markdown_table import SIGNS
from mlgate.render.wording import WORDS, ranked
from mlgate.report import Column, Entry, Status, Table

_ROWS = 20_000
_CELL = 1_000
_CLASSES = {"left": "", "right": ' class="right"', "center": ' class="center"'}


def signed(status: Status, words: str, sign: str | None = None) -> str:
    """Return words, which are HTML already, with the sign of a status, which a screen reader does not read."""
    return f'<span class="sign" aria-hidden="true">{sign or SIGNS[status]}</span>\N{NO-BREAK SPACE}{words}'


def ledger(entries: Iterable[Entry], places: Mapping[str, str]) -> str:
    """Return the table of all checks, in reading order; `places` are where on the page each has more to say."""
    rows = []
    for entry in ranked(entries):
        outcome, name, place = entry.outcome, html(entry.check, 60), places.get(entry.check)
        linked = f'<a href="{attribute(place)}">{name}</a>' if place else name
        rows.append(
            f'<tr class="{entry.status}"><td>{signed(entry.status, WORDS[entry.status])}</td>'
            f'<th scope="row">{linked}</th><td>{html(outcome.summary, _CELL)}</td>'
            f"<td>{html(outcome.note or outcome.hint or '', _CELL)}</td></tr>\n"
        )
    head = '<tr><th scope="col">status</th><th scope="col">check</th><th scope="col">result</th><td></td></tr>'
    return _wide("checks", f"<table>\n<thead>{head}</thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n")


def table(found: Table) -> str:
    """Return a table with its title as a heading, or folded away under it; nothing where it has no column or row."""
    grid = regular(found, _ROWS)
    if not grid.columns or not grid.lines:
        return ""
    drawing = Drawing(line.picture for line in grid.lines)
    body = "".join(_row(line, grid.judged, grid.columns, drawing) for line in grid.lines)
    width = len(grid.columns) + drawing.is_needed
    if grid.hidden:
        body += f'<tr><td colspan="{width}">… and {grid.hidden:,} more rows in the report as JSON</td></tr>\n'
    shown = f"<table>\n<thead>{_head(grid.columns, drawing)}</thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    shown = _wide(found.title, shown)
    if found.note:
        shown += f'<p class="source">{html(found.note, _CELL)}</p>\n'
    if drawing.legend:
        shown += f'<p class="source">{drawing.legend}</p>\n'
    title = html(found.title, _CELL)
    return f"<details><summary>{title}</summary>\n{shown}</details>\n" if found.folded else f"<h2>{title}</h2>\n{shown}"


def _wide(title: str, content: str) -> str:
    """Return what may be wider than the page, in a place of its own that scrolls, by keyboard too."""
    return (
        f'<div class="wide" role="region" aria-label="{attribute(title) or "table"}" tabindex="0">\n{content}</div>\n'
    )


def _head(columns: Iterable[Column], drawing: Drawing) -> str:
    titles = [(html(column.title, _CELL), _CLASSES[column.align]) for column in columns]
    cells = [f'<th scope="col"{aligned}>{title}</th>' if title else "<td></td>" for title, aligned in titles]
    if drawing.is_needed:
        cells.append(f'<th scope="col">{BETTER if drawing.has_intervals else "before and now"}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _row(line: Line, judged: int | None, columns: tuple[Column, ...], drawing: Drawing) -> str:
    cells = []
    for place, (text, column) in enumerate(zip(line.cells, columns, strict=True)):
        shown = html(text, _CELL)
        if place == line.decided and shown:
            shown = f"<strong>{shown}</strong>"
        if line.status and place == judged:
            shown = signed(line.status, shown)
        tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
        cells.append(f"<{tag}{scope}{_CLASSES[column.align]}>{shown}</{tag}>")
    if drawing.is_needed:
        cells.append(f"<td>{drawing.of(line.picture)}</td>")
    status = f' class="{line.status}"' if line.status else ""
    return f"<tr{status}>{''.join(cells)}</tr>\n"
