"""What starts the gate, and what stands beside the config: workflows, hooks, contracts, markers."""

from __future__ import annotations

import pytest

from gating import Gate
from repositories import Repository

WORKFLOW = """\
name: gate
on: [pull_request]
permissions: {contents: read}
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo hello
      - uses: mlgate/mlgate@v0
  other:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""
HOOKS = """\
repos:
  - repo: https://github.com/mlgate/mlgate
    rev: v0.1.0
    hooks:
      - id: mlgate-readme
      - id: mlgate-gate
  - repo: https://github.com/other/other
    rev: v1
    hooks:
      - id: other
"""
PLACE = ".github/workflows/gate.yml"


@pytest.fixture
def wired(repo: Repository) -> Repository:
    """A project whose gate is started by a workflow and by hooks."""
    repo.commit({PLACE: WORKFLOW, ".pre-commit-config.yaml": HOOKS, "a.txt": "a\n"})
    repo.branch("feature")
    return repo


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(PLACE, WORKFLOW.replace("checkout@v4", "checkout@v5"), id="another version of another's action"),
        pytest.param(PLACE, WORKFLOW.replace("- run: make", "- run: make all"), id="another job"),
        pytest.param(PLACE, "# A comment\n" + WORKFLOW, id="a comment"),
        pytest.param(PLACE, WORKFLOW.replace("name: gate", "name: The gate"), id="its name"),
        pytest.param(".pre-commit-config.yaml", HOOKS.replace("rev: v1", "rev: v2"), id="another's hook"),
        pytest.param(
            ".github/workflows/docs.yml", "on: push\njobs: {a: {runs-on: x, steps: []}}\n", id="a new workflow"
        ),
    ],
)
def test_wires__quiet(wired: Repository, gate: Gate, path: str, text: str) -> None:
    wired.commit({path: text})
    told = gate("policy")
    assert (told.findings(), told.outcome()["summary"]) == ({}, "the gate is unchanged")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param(WORKFLOW.replace("mlgate@v0", "mlgate@evil"), "jobs.gate.steps", id="another version of mlgate"),
        pytest.param(WORKFLOW.replace("mlgate@v0\n", "mlgate@v0\n        with: {checks: lint}\n"), "jobs.gate.steps",
                     id="fewer checks"),
        pytest.param(WORKFLOW.replace("echo hello", "git reset --hard"), "jobs.gate.steps", id="another step"),
        pytest.param(WORKFLOW.replace("[pull_request]", "[push]"), "on", id="another event"),
        pytest.param(WORKFLOW.replace("  gate:\n", "  gate:\n    continue-on-error: true\n"),
                     "jobs.gate.continue-on-error", id="its failure ignored"),
    ],
)  # fmt: skip
def test_wires__a_workflow_that_is_edited_warns(wired: Repository, gate: Gate, text: str, part: str) -> None:
    wired.commit({PLACE: text})
    told = gate("policy")
    assert told.findings() == {f"policy/workflow:{PLACE}": "warning"}
    assert told.rows()[PLACE] == ("", f"`{part}`", "other, counts now")


@pytest.mark.parametrize("how", ["deleted", "emptied", "no YAML"])
def test_wires__a_workflow_that_no_longer_runs_the_gate_warns(wired: Repository, gate: Gate, how: str) -> None:
    if how == "deleted":
        wired.commit(remove=[PLACE])
    else:
        wired.commit({PLACE: "on: push\njobs: {}\n" if how == "emptied" else "mlgate: [\n"})
    told = gate("policy")
    assert told.findings() == {f"policy/workflow:{PLACE}": "warning"}
    if how != "no YAML":
        assert told.rows()[PLACE][2] == "looser, counts now"


def test_wires__an_action_of_the_repository_is_looked_at(wired: Repository, gate: Gate) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - uses: mlgate/mlgate@v0\n"
    wired.checkout("main")
    wired.commit({".github/actions/gate/action.yml": action})
    wired.branch("other")
    wired.commit({".github/actions/gate/action.yml": action.replace("@v0", "@evil")})
    assert gate("policy").findings() == {"policy/workflow:.github/actions/gate/action.yml": "warning"}


def test_wires__a_hook_that_is_taken_out_warns(wired: Repository, gate: Gate) -> None:
    wired.commit({".pre-commit-config.yaml": HOOKS.replace("      - id: mlgate-gate\n", "")})
    told = gate("policy")
    assert told.findings() == {"policy/hooks:.pre-commit-config.yaml": "warning"}
    assert told.rows()[".pre-commit-config.yaml"][1] == "`mlgate-gate`"


def test_wires__fail_where_the_baseline_says_so(wired: Repository, gate: Gate) -> None:
    wired.checkout("main")
    wired.commit({"mlgate.yaml": "policy: {workflows: fail}\n"})
    wired.branch("other")
    wired.commit({"mlgate.yaml": "policy: {workflows: warn}\n"}, remove=[PLACE])
    assert gate("policy").code == 1


def test_contracts__a_changed_one_is_named(repo: Repository, gate: Gate) -> None:
    config = "datasets: {train: {path: a.csv, contract: 'contracts/c.py:S'}}\n"
    repo.commit({"mlgate.yaml": config, "contracts/c.py": "S = 1\n", "a.csv": "a\n1\n"})
    repo.branch("feature")
    repo.commit({"contracts/c.py": "S = 2\n"})
    told = gate("policy")
    assert (told.status(), told.findings()) == ("passed", {"policy/contract:contracts/c.py": "info"})
    assert told.rows()["contracts/c.py"] == ("a contract", "changed", "other, counts now")


def test_ignores__a_new_one_warns(repo: Repository, gate: Gate) -> None:
    marker = '<!-- mlgate:ignore dead-link until=2099-01-31 reason="later" -->\n'
    page = "# A\n\nSee [b](b.md).\n"
    repo.commit({"README.md": page, "docs/old.md": f"# B\n\n{marker}\nSee [c](c.md).\n"})
    repo.branch("feature")
    repo.commit(
        {"README.md": f"# A\n\n{marker}\nSee [b](b.md).\n", "docs/old.md": f"# B!\n\n{marker}\nSee [c](c.md).\n"}
    )
    told = gate("policy")
    assert told.findings() == {"policy/ignored:README.md:dead-link": "warning"}
    assert told.rows()["README.md"] == ("", "ignores `dead-link`", "looser, counts now")
