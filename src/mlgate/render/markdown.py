"""Markdown for the comment on a pull request and the summary of a run: what a reviewer reads in ten seconds."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from mlgate.render.budget import Block, fit
from mlgate.render.escape import html, markdown
from mlgate.render.markdown_findings import MOST, findings, lead
from mlgate.render.markdown_table import ROWS, SIGNS, ledger, table
from mlgate.render.marker import marker
from mlgate.render.wording import Lead, headline, label, leads, origin, ranked, sentence, standing, tally, untold
from mlgate.report import Report, Status

LIMIT = 60_000

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._~/?=&%#+-]*")
_NOTICES = 6


class Most(NamedTuple):
    """How many rows of a table, and findings of a check, are shown where there is room."""

    rows: int = ROWS
    findings: int = MOST


ALL = Most(sys.maxsize, sys.maxsize)


def render(report: Report, *, limit: int = LIMIT, full_report: str | None = None, most: Most | None = None) -> str:
    """Return the comment in at most `limit` characters (of 1,000 or more), cut on the borders of rows.

    `full_report` is an address that the caller vouches for; it is linked in the foot.
    """
    foot = _foot(report, full_report, limit // 4)
    last = marker(report) + "\n"
    found, more = leads(report)
    body = fit([*_above(report, found, more), *_below(report, found, most or Most())], limit - len(foot) - len(last))
    return body + foot + last


def _above(report: Report, found: list[Lead], more: int) -> list[Block]:
    """Return what needs a person: the verdict, the reasons with what to do, and the ledger."""
    title = Block(f"## {_sign(report)} {markdown(f'{label(report)}: {headline(report)}')}\n\n")
    if not found:
        return [title]
    rest = f"… and {more:,} more below.\n\n" if more else ""
    return [title, Block("", [lead(one) for one in found], rest, "… and {} more below.\n\n"), ledger(report.entries)]


def _below(report: Report, found: list[Lead], most: Most) -> list[Block]:
    """Return the tables that stand open, then all that folds."""
    entries = ranked(report.entries)
    blocks = [table(shown, most.rows) for entry in entries for shown in entry.outcome.tables if not shown.folded]
    if not found:
        blocks.append(ledger(entries, html(tally(report))))
    for entry in entries:
        if untold(entry, found):
            blocks.append(findings(entry, most.findings))
        blocks += [table(shown, most.rows) for shown in entry.outcome.tables if shown.folded]
    return [block for block in blocks if block is not None]


def _sign(report: Report) -> str:
    if report.verdict == "passed":
        return SIGNS[standing(report)]
    return {"failed": SIGNS[Status.FAILED], "error": SIGNS[Status.ERROR]}.get(report.verdict, "⚪")


def _foot(report: Report, full_report: str | None, room: int) -> str:
    facts = [markdown(fact, 300) for fact in origin(report)]
    if full_report and _ADDRESS.fullmatch(full_report):
        facts.append(f"[full report]({full_report})")
    lines = [f"note: {markdown(sentence(notice), 300)}<br>\n" for notice in report.notices[:_NOTICES]]
    hidden = len(report.notices) - len(lines)
    closing = f"… and {hidden:,} more notes<br>\n" if hidden > 0 else ""
    return fit(
        [Block("<sub>", lines, f"{closing}{' · '.join(facts)}</sub>\n", "… and {} more notes<br>\n")], room, spare=0
    )
