"""The gate as machines read it, and a small project with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Ran

GATE = """\
metrics:
  rules:
    recall: {better: higher, tolerance: 1pp, min: 0.75}
    "eval.*": {better: higher, tolerance: 1pp}
tests:
  coverage: {min: 80%}
"""
METRICS = '{"recall": 0.81, "eval": {"acc": 0.9}}\n'
WORSE = '{"recall": 0.77, "eval": {"acc": 0.9}}\n'


class Told:
    """What a run said, as machines read it."""

    def __init__(self, ran: Ran) -> None:
        self.code = ran.code
        self.text = ran.text
        lines = [line for line in ran.out.splitlines() if not line.startswith("::")]
        self.report: dict[str, Any] = json.loads("\n".join(lines))

    def outcome(self, check: str = "policy") -> dict[str, Any]:
        """Return the outcome of a check."""
        return next(entry["outcome"] for entry in self.report["entries"] if entry["check"] == check)

    def status(self, check: str = "policy") -> str:
        """Return how a check ended."""
        return str(self.outcome(check)["status"])

    def findings(self, check: str = "policy") -> dict[str, str]:
        """Return the severity of each finding by its key."""
        found = self.outcome(check)["findings"]
        return {f"{one['rule']}:{one['subject']}" if one["subject"] else one["rule"]: one["severity"] for one in found}

    def rows(self, title: str = "Changes to the gate") -> dict[str, tuple[str, ...]]:
        """Return the rows of a table of this check by their first cell."""
        tables = [table for table in self.outcome()["tables"] if table["title"].startswith(title)]
        return {row["cells"][0].strip("`"): tuple(row["cells"][1:]) for table in tables for row in table["rows"]}


Gate = Callable[..., Told]
