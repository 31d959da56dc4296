"""Placeholder."""

from __future__ import annotations

from mlgate.report import Report


def render(report: Report) -> str:
    """Return the report."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(report)).decode() + "\n"
