"""SARIF 2.1.0, for code scanning: findings with rules, places, and fingerprints that stay when lines move."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from mlgate.render.wording import WORDS, advice, heaviest, needs_advice, ranked, sentence
from mlgate.report import DOCS, Entry, Finding, Location, Report, Severity, Status
from mlgate.text import plain, printable, shorten

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/mlgate/mlgate"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_MESSAGE = 4_000
_MOST = 5_000
ROOT = "%SRCROOT%"

Json = dict[str, Any]


def render(report: Report) -> str:
    """Return the report as SARIF, with at most the 5,000 results that code scanning shows, the heaviest first."""
    found = [(entry, finding) for entry in ranked(report.entries) for finding in heaviest(entry.outcome.findings)]
    found = sorted(found, key=lambda pair: tuple(Severity).index(pair[1].severity))[:_MOST]
    rules = _rules(found)
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "mlgate",
                "version": printable(report.version),
                "informationUri": HOME,
                "rules": rules,
            }
        },
        "automationDetails": {"id": f"mlgate/{printable(report.key)}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report)],
        "results": [_result(report, entry, finding, places) for entry, finding in found],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rules(found: Iterable[tuple[Entry, Finding]]) -> list[Json]:
    rules: dict[str, Json] = {}
    for entry, finding in found:
        name = printable(finding.rule)
        rules.setdefault(
            name,
            {
                "id": name,
                "shortDescription": {"text": f"{_plain(entry.title)}: {name.rpartition('/')[2].replace('-', ' ')}"},
                "help": {"text": f"What it means and how to mend it: {_help(finding)}"},
                "helpUri": _help(finding),
                "defaultConfiguration": {"level": _LEVELS[finding.severity]},
            },
        )
    return list(rules.values())


def _help(finding: Finding) -> str:
    """Return the address of the rule's page below our own documentation, whatever its name is."""
    check, _, rule = finding.rule.partition("/")
    fragment = f"#{_quoted(rule)}" if rule else ""
    return f"{DOCS}/checks/{_quoted(check)}.md{fragment}"


def _quoted(text: str) -> str:
    return quote(printable(text), safe="")


def _result(report: Report, entry: Entry, finding: Finding, places: dict[str, int]) -> Json:
    name = printable(finding.rule)
    words = sentence(finding.message)
    if needs_advice(finding):
        words += f" What to do: {sentence(advice(entry.check, finding.hint))}"
    return {
        "ruleId": name,
        "ruleIndex": places[name],
        "level": _LEVELS[finding.waiver.severity if finding.waiver else finding.severity],
        "message": {"text": _plain(words)},
        "locations": [{"physicalLocation": _physical(finding.location or _fallback(report))}],
        "partialFingerprints": {"mlgate/v1": finding.fingerprint},
        **_suppressed(finding),
    }


def _suppressed(finding: Finding) -> Json:
    """Return who accepts a finding; a viewer then shows it as closed, with the reason."""
    waiver = finding.waiver
    if waiver is None:
        return {}
    why = f"waived until {waiver.until} by {waiver.owner}: {waiver.reason}"
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": _plain(why)}]}


def _fallback(report: Report) -> Location:
    """Return the place of a finding that has none: code scanning refuses results without one."""
    return Location(path=f"{report.project}/mlgate.yaml" if report.project else "mlgate.yaml", line=1)


def _physical(location: Location) -> Json:
    path = "/".join(part for part in location.path.split("/") if part not in ("", ".", ".."))
    region = {"startLine": location.line, "startColumn": location.column, "endLine": location.end_line}
    kept = {name: number for name, number in region.items() if number is not None and number > 0}
    if "startLine" not in kept:
        kept = {"startLine": 1}
    if kept.get("endLine", kept["startLine"]) < kept["startLine"]:
        del kept["endLine"]
    return {"artifactLocation": {"uri": quote(printable(path)) or "mlgate.yaml", "uriBaseId": ROOT}, "region": kept}


def _invocation(report: Report) -> Json:
    """Return how the run went: what could not run is told here, for it has no finding."""
    notes = [
        {
            "level": "error" if entry.blocks else "warning" if entry.status is not Status.SKIPPED else "note",
            "message": {"text": _plain(f"{entry.check} {WORDS[entry.status]}: {entry.outcome.summary}")},
            "descriptor": {"id": printable(entry.check)},
        }
        for entry in report.entries
        if entry.status in (Status.ERROR, Status.SKIPPED, Status.INCONCLUSIVE)
    ]
    success = report.verdict in ("passed", "failed")
    return {
        "executionSuccessful": success,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notes,
    }


def _plain(message: str) -> str:
    return shorten(printable(plain(message)), _MESSAGE) or "(no words)"
