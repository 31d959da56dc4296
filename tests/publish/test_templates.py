"""The files that users copy: they fit each other, the actions, and what GitHub imports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlgate.checks import BUILTIN
from publish.github_description import check_request, find

ROOT = Path(__file__).resolve().parents[2]
GATE, COMMENT, SCHEDULED, BASELINE = (
    yaml.safe_load((ROOT / "workflows" / f"{name}.yml").read_text())
    for name in ("mlgate", "mlgate-comment", "mlgate-scheduled", "mlgate-baseline")
)
ALL = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((ROOT / "workflows").glob("*.yml"))}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


def gate_of(workflow: dict[str, Any]) -> dict[str, Any]:
    (gate,) = [step for step in steps(workflow) if step["name"] == "Gate"]
    return gate


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_gate__runs_on_pull_requests_and_in_the_merge_queue() -> None:
    assert set(GATE[True]) == {"pull_request", "merge_group"}


def test_gate__asks_for_no_more_than_it_needs() -> None:
    assert GATE["permissions"] == COMMENT["permissions"] == {}
    assert GATE["jobs"]["gate"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert COMMENT["jobs"]["comment"]["permissions"] == {"actions": "read", "pull-requests": "write"}


@pytest.mark.parametrize("workflow", [GATE, SCHEDULED, BASELINE], ids=["gate", "scheduled", "baseline"])
def test_gate__leaves_no_token_to_the_projects_code(workflow: dict[str, Any]) -> None:
    (checkout,) = [step for step in steps(workflow) if "checkout" in step.get("uses", "")]
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


@pytest.mark.parametrize("workflow", [GATE, SCHEDULED, BASELINE], ids=["gate", "scheduled", "baseline"])
def test_gate__gives_the_action_inputs_that_it_has(workflow: dict[str, Any]) -> None:
    assert set(gate_of(workflow)["with"]) <= set(ACTION["inputs"])


@pytest.mark.parametrize("name", ALL)
def test_templates__give_nothing_by_default_and_each_job_a_time_limit(name: str) -> None:
    assert ALL[name]["permissions"] == {}
    for job in ALL[name]["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert set(job["permissions"].values()) <= {"read", "write"}


@pytest.mark.parametrize("name", ALL)
def test_templates__say_in_words_what_each_is_for(name: str) -> None:
    text = (ROOT / "workflows" / f"{name}.yml").read_text()
    assert text.startswith("# ")
    assert f"copy this file to .github/workflows/{name}.yml" in text.splitlines()[0]
    granted = [line for line in text.splitlines() if line.strip().endswith((": write", ": read"))]
    assert granted == []


def test_scheduled__runs_by_the_clock_and_by_hand_and_may_write_an_issue_alone() -> None:
    assert set(SCHEDULED[True]) == {"schedule", "workflow_dispatch"}
    assert SCHEDULED["jobs"]["scheduled"]["permissions"] == {"contents": "read", "issues": "write"}
    assert gate_of(SCHEDULED)["with"]["issue"] != "never"
    assert set(gate_of(SCHEDULED)["with"]["checks"].split()) <= set(BUILTIN)


def test_baseline__runs_on_what_was_merged_and_writes_nothing_to_the_forge() -> None:
    assert set(BASELINE[True]) == {"push"}
    assert BASELINE["jobs"]["baseline"]["permissions"] == {"contents": "read"}
    assert gate_of(BASELINE)["with"]["comment"] == "never"


def test_gate__finds_the_report_that_the_baseline_keeps() -> None:
    (keep,) = [step["with"] for step in steps(BASELINE) if "cache/save" in step.get("uses", "")]
    (fetch,) = [step["with"] for step in steps(GATE) if "cache/restore" in step.get("uses", "")]
    assert keep["path"] == fetch["path"]
    assert keep["key"].startswith(fetch["restore-keys"])
    assert keep["key"].removesuffix("${{ github.sha }}") == fetch["key"].partition("${{")[0]
    (aside,) = [step["run"] for step in steps(BASELINE) if "REPORT" in step.get("env", {})]
    assert aside.split()[-1] == keep["path"]


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
    assert not [step for workflow in ALL.values() for step in steps(workflow) if "${{" in step.get("run", "")]


def test_ruleset__is_one_that_github_takes_and_requires_the_gate() -> None:
    ruleset = json.loads((ROOT / "workflows/ruleset.json").read_text())
    _, operation, values = find("POST", "/repos/o/r/rulesets")
    check_request(operation, values, {}, ruleset, "application/json")
    (checks,) = [rule["parameters"] for rule in ruleset["rules"] if rule["type"] == "required_status_checks"]
    assert [check["context"] for check in checks["required_status_checks"]] == [GATE["jobs"]["gate"]["name"]]
