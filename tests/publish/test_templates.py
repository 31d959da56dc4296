"""The files that users copy: they fit each other, the actions, and what GitHub imports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from publish.github_description import check_request, find

ROOT = Path(__file__).resolve().parents[2]
GATE, COMMENT = (
    yaml.safe_load((ROOT / "workflows" / name).read_text()) for name in ("mlgate.yml", "mlgate-comment.yml")
)


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_gate__runs_on_pull_requests_and_in_the_merge_queue() -> None:
    assert set(GATE[True]) == {"pull_request", "merge_group"}


def test_gate__asks_for_no_more_than_it_needs() -> None:
    assert GATE["permissions"] == COMMENT["permissions"] == {}
    assert GATE["jobs"]["gate"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert COMMENT["jobs"]["comment"]["permissions"] == {"actions": "read", "pull-requests": "write"}


def test_gate__leaves_no_token_to_the_projects_code() -> None:
    (checkout,) = [step for step in steps(GATE) if "checkout" in step.get("uses", "")]
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_comment__follows_the_gate_and_reads_what_it_uploads() -> None:
    assert COMMENT[True]["workflow_run"]["workflows"] == [GATE["name"]]
    (gate,) = [step for step in steps(GATE) if step["name"] == "Gate"]
    default = yaml.safe_load((ROOT / "action/comment/action.yml").read_text())["inputs"]["artifact"]["default"]
    assert gate["with"]["artifact"] == default


def test_comment__runs_nothing_but_its_own_action() -> None:
    (only,) = steps(COMMENT)
    assert only["uses"].startswith("mlgate/mlgate/action/comment@")
    assert "run" not in only


def test_templates__nothing_of_a_pull_request_reaches_a_shell() -> None:
    assert not [step for workflow in (GATE, COMMENT) for step in steps(workflow) if "${{" in step.get("run", "")]


def test_ruleset__is_one_that_github_takes_and_requires_the_gate() -> None:
    ruleset = json.loads((ROOT / "workflows/ruleset.json").read_text())
    _, operation, values = find("POST", "/repos/o/r/rulesets")
    check_request(operation, values, {}, ruleset, "application/json")
    (checks,) = [rule["parameters"] for rule in ruleset["rules"] if rule["type"] == "required_status_checks"]
    assert [check["context"] for check in checks["required_status_checks"]] == [GATE["jobs"]["gate"]["name"]]
