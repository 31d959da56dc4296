"""The report as one HTML page that loads nothing: the comment's words in its order, in full, with pictures."""

from __future__ import annotations

import base64
import hashlib

from mlgate.render.escape import attribute, html
from mlgate.render.html_findings import findings, lead
from mlgate.render.html_style import STYLE
from mlgate.render.html_table import ledger, signed, table
from mlgate.render.markdown_table import SIGNS
from mlgate.render.wording import Lead, headline, label, leads, origin, ranked, sentence, standing, tally, untold
from mlgate.report import Entry, Report, Status

_NOTICE = 1_000


def render(report: Report) -> str:
    """Return the page: it has no script, loads nothing, and its policy forbids both."""
    found, more = leads(report)
    title = f"{label(report)}: {headline(report)}"
    return "".join([
        _head(title, report.version),
        f'<header class="{_status(report)}">\n<h1>{signed(_status(report), html(title), _sign(report))}</h1>\n',
        *[lead(one) for one in found],
        f"<p>… and {more:,} more below.</p>\n" if more else "",
        "</header>\n<main>\n",
        *(_above(report) if found else _calm(report)),
        *_folded(report, found),
        "</main>\n",
        _foot(report),
        "</body>\n</html>\n",
    ])  # fmt: skip


def _head(title: str, version: str) -> str:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="generator" content="mlgate {attribute(version)}">\n'
        f'<title>{attribute(title)}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
    )


def _above(report: Report) -> list[str]:
    """Return what stands open where something needs a person: the ledger, then the tables."""
    return [_ledger(report), *_open_tables(report)]


def _calm(report: Report) -> list[str]:
    """Return what stands open where all is fine: the tables; the ledger folds, though not on a page with this room."""
    shown = f"<details open><summary>{html(tally(report))}</summary>\n{_ledger(report)}</details>\n"
    return [*_open_tables(report), shown]


def _ledger(report: Report) -> str:
    """Return the table of all checks, with a link from each to what it has below; nothing where there is no check."""
    entries = ranked(report.entries)
    places = {entry.check: f"#{_id(place)}" for place, entry in enumerate(entries) if _has_place(entry)}
    return ledger(entries, places) if entries else ""


def _has_place(entry: Entry) -> bool:
    return bool(entry.outcome.findings or entry.outcome.tables)


def _open_tables(report: Report) -> list[str]:
    found = []
    for place, entry in enumerate(ranked(report.entries)):
        shown = [table(one) for one in entry.outcome.tables if not one.folded]
        if any(shown):
            found.append(f'<section id="{_id(place)}">\n{"".join(shown)}</section>\n')
    return found


def _folded(report: Report, told: list[Lead]) -> list[str]:
    """Return what the comment folds away, below the name of its check, which the ledger leads to."""
    found = []
    for place, entry in enumerate(ranked(report.entries)):
        parts = [findings(entry)] if untold(entry, told) or not told else []
        parts += [table(one) for one in entry.outcome.tables if one.folded]
        has_open = any(table(one) for one in entry.outcome.tables if not one.folded)
        if any(parts):
            name = f' id="{_id(place)}"' if not has_open else ""
            found.append(f"<section{name}>\n<h2>{html(entry.title, 200)}</h2>\n{''.join(parts)}</section>\n")
    return found


def _id(place: int) -> str:
    return f"check-{place + 1}"


def _status(report: Report) -> Status:
    if report.verdict == "passed":
        return standing(report)
    return {"failed": Status.FAILED, "error": Status.ERROR}.get(report.verdict, Status.SKIPPED)


def _sign(report: Report) -> str:
    return "⚪" if report.verdict == "nothing-checked" else SIGNS[_status(report)]


def _foot(report: Report) -> str:
    notices = "".join(f"<p>note: {html(sentence(notice), _NOTICE)}</p>\n" for notice in report.notices)
    return f"<footer>\n{notices}<p>{' · '.join(html(fact, 300) for fact in origin(report))}</p>\n</footer>\n"
