from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft7Validator
from msgspec.structs import replace

from mlgate.render.sarif import render
from mlgate.report import Entry, Finding, Location, Outcome, Report, Severity, Status
from render.nasty import COUNT, DOCS, strings
from render.sample import (
    empty_report,
    friendly_report,
    passing_report,
    poisoned,
    report_of,
    sample_report,
    small_report,
)

SCHEMA = Path(__file__).parent / "data" / "sarif-schema-2.1.0.json"
VALIDATOR = Draft7Validator(json.loads(SCHEMA.read_bytes()), format_checker=Draft7Validator.FORMAT_CHECKER)


def _run(report: Report) -> Any:
    document = json.loads(render(report))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return run


def _of(finding: Finding, project: str = "") -> Any:
    entry = Entry(check="x", title="x", outcome=Outcome.of([finding], summary="s"))
    return _run(replace(empty_report(), entries=(entry,), project=project))["results"][0]


def test_schema__is_the_official_one() -> None:
    said = re.search(r"SHA-256: `(\w+)`", (SCHEMA.parent / "README.md").read_text(encoding="utf-8"))
    assert said
    assert hashlib.sha256(SCHEMA.read_bytes()).hexdigest() == said[1]


@pytest.mark.parametrize("report", [passing_report(), empty_report(), *[report_of(status) for status in Status]])
def test_render__without_findings_there_are_no_results(report: Report) -> None:
    run = _run(report)
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_render__results_with_level_place_and_advice() -> None:
    run = _run(friendly_report())
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("metrics/regression", "error")
    assert "What to do: look at the slice airport = SFO below" in first["message"]["text"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "out/metrics.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    assert [result["level"] for result in run["results"]] == ["error", "warning", "warning", "warning"]


def test_render__rules_are_those_of_the_results_with_their_pages() -> None:
    run = _run(sample_report())
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert all(rule["helpUri"].startswith(f"{DOCS}checks/") for rule in rules)
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_render__fingerprint_stays_when_lines_move() -> None:
    finding = Finding(
        rule="x/y", severity=Severity.ERROR, message="m", subject="s", location=Location(path="a", line=1)
    )
    moved = replace(finding, location=Location(path="a", line=9))
    other = replace(finding, subject="t")
    prints = [_of(one)["partialFingerprints"]["mlgate/v1"] for one in (finding, moved, other)]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("src/a b.py", "src/a%20b.py", id="a space"),
        pytest.param("/etc/passwd", "etc/passwd", id="an absolute path"),
        pytest.param("../../x.py", "x.py", id="a way out"),
        pytest.param("c:/x?y#z.py", "c%3A/x%3Fy%23z.py", id="signs of an address"),
        pytest.param("données/é.csv", "donn%C3%A9es/%C3%A9.csv", id="beyond ASCII"),
        pytest.param("", "mlgate.yaml", id="nothing"),
    ],
)
def test_render__paths_are_relative_addresses(path: str, uri: str) -> None:
    finding = Finding(rule="x/y", severity=Severity.ERROR, message="m", location=Location(path=path, line=1))
    found = _of(finding)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert found == uri
    assert not urlsplit(found).scheme


def test_render__a_finding_without_a_place_stands_at_the_config() -> None:
    place = _of(Finding(rule="x/y", severity=Severity.ERROR, message="m"), project="services/a")
    assert place["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "services/a/mlgate.yaml"


def test_render__what_did_not_run_is_told() -> None:
    invocation = _run(report_of(Status.ERROR))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 4
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "data could not run: said in few words"


def test_render__at_most_as_many_results_as_code_scanning_shows() -> None:
    findings = [Finding(rule="x/y", severity=Severity.INFO, message=str(number)) for number in range(6_000)]
    findings.append(Finding(rule="x/z", severity=Severity.ERROR, message="the culprit"))
    entry = Entry(check="x", title="x", outcome=Outcome.of(findings, summary="s"))
    results = json.loads(render(replace(empty_report(), entries=(entry,))))["runs"][0]["results"]
    assert len(results) == 5_000
    assert results[0]["ruleId"] == "x/z"


def test_render__any_string_anywhere_is_valid() -> None:
    report = small_report()
    for text in strings(seed=16, count=COUNT // 60):
        run = _run(poisoned(report, text))
        assert all(rule["helpUri"].startswith(f"{DOCS}checks/") for rule in run["tool"]["driver"]["rules"])
