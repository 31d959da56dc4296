"""The report in many forms; every renderer is one pure function from a report to text."""

# No `from __future__ import annotations` here: the name would hide the module `mlgate.render.annotations`.
import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from mlgate.report import Report

FORMATS: dict[str, str] = {
    "terminal": "mlgate.render.terminal",
    "markdown": "mlgate.render.markdown",
    "html": "mlgate.render.html",
    "json": "mlgate.render.json_document",
    "junit": "mlgate.render.junit",
    "sarif": "mlgate.render.sarif",
    "annotations": "mlgate.render.annotations",
}


def render(report: "Report", form: str) -> str:
    """Return `report` in one of `FORMATS`; only that form's module is imported."""
    function: Callable[[Report], str] = import_module(FORMATS[form]).render
    return function(report)


def shown(report: "Report", form: str, stream: TextIO, env: Mapping[str, str]) -> str:
    """Return the report as `stream` can show it: as wide as the terminal is, and in colour where there is one."""
    if form != "terminal" or not stream.isatty():
        return render(report, form)
    from mlgate.render import terminal

    plain = env.get("NO_COLOR") or env.get("TERM") == "dumb"
    return terminal.render(report, width=_columns(stream), color=not plain)


def _columns(stream: TextIO) -> int | None:
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None
