"""Findings as HTML: the reasons at the top, and the folded list of a check's findings."""

from __future__ import annotations

from mlgate.render.escape import attribute, html, preformatted
from mlgate.render.markdown_findings import RULE, kind
from mlgate.render.wording import Lead, advice, counted, heaviest, name, needs_advice, sentence
from mlgate.report import Entry, Finding
from mlgate.text import code

_MOST = 5_000
_WORDS = 4_000


def lead(found: Lead) -> str:
    """Return a reason, those that are alike, what to do, and in small print its place and its rule."""
    source = f'<p class="source">{_source(found.finding)}</p>\n' if found.finding else ""
    reason = f'<p class="reason">{html(sentence(found.reason), _WORDS)}</p>\n'
    reason += "".join(f"<p>{html(sentence(one.message), _WORDS)}</p>\n" for one in found.alike)
    return f'<div class="lead">\n{reason}{_advice(found.advice)}{source}</div>\n'


def findings(entry: Entry) -> str:
    """Return the folded list of all findings of a check; nothing where it has none."""
    found = heaviest(entry.outcome.findings)
    if not found:
        return ""
    title = html(f"{name(entry.check)}: {counted(found)}")
    hidden = len(found) - _MOST
    more = f"<li>… and {hidden:,} more in the report as JSON</li>\n" if hidden > 0 else ""
    items = "".join(_item(entry, finding) for finding in found[:_MOST])
    return f"<details><summary>{title}</summary>\n<ul>\n{items}{more}</ul>\n</details>\n"


def _item(entry: Entry, finding: Finding) -> str:
    sign, _, word = kind(finding).partition(" ")
    mark = f'<span aria-hidden="true">{sign}</span> <b>{word}</b>'
    lines = f"<p>{mark}: {html(sentence(finding.message), _WORDS)}</p>\n"
    if needs_advice(finding):
        lines += _advice(advice(entry.check, finding.hint))
    lines += f'<p class="source">{_source(finding)}</p>\n'
    if finding.detail:
        lines += f'<pre tabindex="0">{preformatted(finding.detail)}</pre>\n'
    return f"<li>\n{lines}</li>\n"


def _source(finding: Finding) -> str:
    """Return where a finding is, and its rule as a link to its page if it has the form of a rule."""
    if RULE.fullmatch(finding.rule):
        rule = f'<a href="{attribute(finding.url)}" rel="noopener noreferrer">{attribute(finding.rule)}</a>'
    else:
        rule = html(code(finding.rule, 80))
    place = finding.location
    if place is None:
        return rule
    return f"{html(code(place.path if place.line is None else f'{place.path}:{place.line}'))}, {rule}"


def _advice(words: str) -> str:
    return f'<p class="advice">What to do: {html(sentence(words), _WORDS)}</p>\n'
