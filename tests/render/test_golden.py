"""How reports look. When a look is meant to change: `GOLDEN=write python -m pytest tests/render/test_golden.py`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgate.render import annotations, html, json_document, junit, markdown, sarif, terminal
from mlgate.report import Report
from render.sample import friendly_report, passing_report

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("GOLDEN") == "write"  # noqa: TID251 - a switch for people

LOOKS: dict[str, tuple[Callable[[Report], str], Report]] = {
    "blocked.md": (markdown.render, friendly_report()),
    "passed.md": (markdown.render, passing_report()),
    "blocked.html": (html.render, friendly_report()),
    "passed.html": (html.render, passing_report()),
    "blocked.txt": (lambda report: terminal.render(report, width=80), friendly_report()),
    "passed.txt": (lambda report: terminal.render(report, width=80), passing_report()),
    "blocked.json": (json_document.render, friendly_report()),
    "blocked.xml": (junit.render, friendly_report()),
    "blocked.sarif": (sarif.render, friendly_report()),
    "blocked.log": (annotations.render, friendly_report()),
}


@pytest.mark.parametrize("name", list(LOOKS))
def test_look(name: str) -> None:
    render, report = LOOKS[name]
    text = render(report)
    if WRITE:
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")
