"""The report in many forms; every renderer is one pure function from a report to text."""

# No `from __future__ import annotations` here: the name would hide the module `mlgate.render.annotations`.
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

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
