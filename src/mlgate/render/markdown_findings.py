"""Findings as Markdown: the reasons above the fold, and the folded list of a check's findings."""

from __future__ import annotations

import re

from mlgate.render.budget import Block
from mlgate.render.escape import block, html, markdown
from mlgate.render.wording import Lead, advice, counted, heaviest, name, needs_advice, sentence
from mlgate.report import Entry, Finding, Severity
from mlgate.text import code

KINDS: dict[Severity, str] = {Severity.ERROR: "❌ error", Severity.WARNING: "⚠️ warning", Severity.INFO: "ℹ️ note"}
WAIVED = "🟡 waived"
RULE = re.compile(r"[a-z][a-z0-9-]{0,59}/[a-z][a-z0-9-]{0,59}")
MOST = 50
_WORDS = 500


def lead(found: Lead) -> str:
    """Return a reason in bold, below it those that are alike and what to do, and in small print the place and rule."""
    alike = "".join(f"{markdown(sentence(one.message), _WORDS)}\\\n" for one in found.alike)
    source = f"\\\n<sub>{_source(found.finding)}</sub>" if found.finding else ""
    reason = f"**{markdown(sentence(found.reason), _WORDS)}**\\\n{alike}"
    return f"{reason}What to do: {_advice(found.advice)}{source}\n\n"


def findings(entry: Entry, most: int = MOST) -> Block | None:
    """Return the folded list of a check's findings, at most so many, or None where it has none."""
    found = heaviest(entry.outcome.findings)
    if not found:
        return None
    title = html(f"{name(entry.check)}: {counted(found)}")
    rows = [_item(entry, finding) for finding in found[:most]]
    hidden = len(found) - len(rows)
    if hidden:
        rows.append(f"- … and {hidden:,} more in the full report\n")
    return Block(
        f"<details><summary>{title}</summary>\n\n", rows, "\n</details>\n\n", "- … and {} more in the full report\n"
    )


def kind(finding: Finding) -> str:
    """Return the sign and the word of a finding."""
    return WAIVED if finding.waiver else KINDS[finding.severity]


def documentation(finding: Finding) -> str:
    """Return the rule as a link to its page, if it has the form of a rule, else as code: data never makes a link."""
    if RULE.fullmatch(finding.rule):
        return f"[{finding.rule}]({finding.url})"
    return markdown(code(finding.rule, 80))


def _item(entry: Entry, finding: Finding) -> str:
    message = markdown(sentence(finding.message), _WORDS)
    lines = f"- {kind(finding)}: {message} ({_source(finding)})"
    if needs_advice(finding):
        lines += f"\\\n  What to do: {_advice(advice(entry.check, finding.hint))}"
    if finding.detail:
        lines += "\n" + "\n".join(f"  {line}" for line in block(finding.detail).split("\n"))
    return f"{lines}\n"


def _source(finding: Finding) -> str:
    """Return where a finding is, and its rule."""
    rule, place = documentation(finding), finding.location
    if place is None:
        return rule
    return f"{markdown(code(place.path if place.line is None else f'{place.path}:{place.line}', 200), _WORDS)}, {rule}"


def _advice(words: str) -> str:
    return markdown(sentence(words), _WORDS)
