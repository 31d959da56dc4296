"""A pull request and the gate that judges it, through the command line, in real repositories."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from events import merge_group, pull_request, push, runner
from gating import GATE, METRICS, WORSE, Gate
from repositories import Repository


@pytest.fixture
def project(repo: Repository) -> Repository:
    """A project with a gate, on a branch of its own."""
    repo.commit({"mlgate.yaml": GATE, "metrics.json": METRICS, "README.md": "# A\n", "src/a.py": "A = 1\n"})
    repo.branch("feature")
    return repo


# What must stay quiet.


def test_run__quiet_where_nothing_changes(project: Repository, gate: Gate) -> None:
    project.commit({"metrics.json": '{"recall": 0.82, "eval": {"acc": 0.9}}\n'})
    told = gate()
    assert (told.status(), told.outcome()["summary"], told.outcome()["tables"]) == (
        "passed",
        "the gate is unchanged",
        [],
    )
    assert told.report["notices"] == []


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(GATE + "# a comment\n", id="a comment"),
        pytest.param(GATE.replace("\n", "\r\n"), id="other line ends"),
        pytest.param(GATE.replace("1pp", "1.0pp"), id="the same amount"),
        pytest.param("tests: {coverage: {min: 80%}}\n" + GATE.partition("tests:")[0], id="another order"),
    ],
)
def test_run__quiet_where_the_config_says_the_same(project: Repository, gate: Gate, config: str) -> None:
    project.commit({"mlgate.yaml": config, "metrics.json": WORSE})
    told = gate()
    assert (told.status(), told.outcome()["tables"], told.status("metrics")) == ("passed", [], "failed")


def test_run__skipped_without_baseline(make_repository: Callable[..., Repository], gate: Gate) -> None:
    alone = make_repository("alone", branch="trunk")
    alone.commit({"mlgate.yaml": GATE, "metrics.json": METRICS})
    told = gate(cwd=alone.path)
    assert told.status() == "skipped"
    assert "baseline" in told.outcome()["summary"]


# What a pull request cannot loosen.


@pytest.mark.parametrize(
    ("config", "key"),
    [
        pytest.param(GATE.replace("recall: {better: higher, tolerance: 1pp", "recall: {better: higher, tolerance: 6pp"),
                     "metrics.rules.recall.tolerance", id="a wider tolerance"),
        pytest.param(GATE.replace("    recall: {better: higher, tolerance: 1pp, min: 0.75}\n", ""),
                     "metrics.rules.recall", id="a rule removed"),
        pytest.param(GATE.replace("min: 0.75}", "gate: false}"), "metrics.rules.recall.gate", id="a metric not gated"),
        pytest.param(GATE + "enforce: {metrics: off}\n", "enforce.metrics", id="the check turned off"),
        pytest.param(GATE + "enforce: {metrics: warn}\n", "enforce.metrics", id="the check only warns"),
        pytest.param(GATE.replace("better: higher, tolerance: 1pp, min", "better: lower, tolerance: 1pp, min"),
                     "metrics.rules.recall.better", id="the direction turned round"),
    ],
)  # fmt: skip
def test_run__a_loosened_limit_does_not_count(project: Repository, gate: Gate, config: str, key: str) -> None:
    project.commit({"mlgate.yaml": config, "metrics.json": WORSE})
    told = gate()
    assert (told.code, told.status("metrics")) == (1, "failed")
    assert "metrics/regression:recall" in told.findings("metrics")
    assert key in told.rows()
    assert any(finding.endswith(f":{key}") for finding in told.findings())
    assert told.status() == "warned"


def test_run__a_dropped_floor_still_holds(project: Repository, gate: Gate) -> None:
    config = GATE.replace(", min: 0.75", "").replace(
        "recall: {better: higher, tolerance: 1pp", "recall: {better: higher, tolerance: 90%"
    )
    project.commit({"mlgate.yaml": config, "metrics.json": '{"recall": 0.7, "eval": {"acc": 0.9}}\n'})
    told = gate()
    assert "metrics/floor:recall" in told.findings("metrics")
    assert told.rows()["metrics.rules.recall.min"] == ("`0.75`", "`none`", "looser, counts once merged")


def test_run__a_new_rule_cannot_hide_an_old_one(project: Repository, gate: Gate) -> None:
    config = GATE.replace("tests:", '    "eval.acc": {better: higher, tolerance: 50pp}\ntests:')
    project.commit({"mlgate.yaml": config, "metrics.json": '{"recall": 0.81, "eval": {"acc": 0.8}}\n'})
    told = gate()
    assert "metrics/regression:eval.acc" in told.findings("metrics")
    assert told.rows()["metrics.rules.eval.acc"][2] == "looser, the tighter of both counts"


def test_run__a_metric_without_a_rule_keeps_the_tolerance_that_it_had(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "lint: {format: false}\n", "metrics.json": METRICS})
    repo.branch("feature")
    config = "lint: {format: false}\nmetrics: {rules: {recall: {gate: false}, eval.acc: {tolerance: 30pp}}}\n"
    repo.commit({"mlgate.yaml": config, "metrics.json": '{"recall": 0.7, "eval": {"acc": 0.7}}\n'})
    found = gate().findings("metrics")
    assert {"metrics/regression:recall", "metrics/regression:eval.acc"} <= set(found)


def test_run__a_metric_that_is_given_up_fails_until_that_is_merged(project: Repository, gate: Gate) -> None:
    config = GATE.replace("min: 0.75}", "min: 0.75, dropped: true}")
    project.commit({"mlgate.yaml": config, "metrics.json": '{"eval": {"acc": 0.9}}\n'})
    told = gate()
    assert told.findings("metrics")["metrics/removed:recall"] == "error"
    project.checkout("main")
    project.commit({"mlgate.yaml": config})
    project.branch("second")
    project.commit({"metrics.json": '{"eval": {"acc": 0.9}}\n'})
    assert gate().status("metrics") == "passed"


def test_run__a_metric_is_given_up_at_once_where_the_baseline_lets_it(repo: Repository, gate: Gate) -> None:
    lenient = GATE + "policy: {removed: warn}\n"
    repo.commit({"mlgate.yaml": lenient, "metrics.json": METRICS})
    repo.branch("feature")
    config = lenient.replace("min: 0.75}", "min: 0.75, dropped: true}")
    repo.commit({"mlgate.yaml": config, "metrics.json": '{"eval": {"acc": 0.9}}\n'})
    told = gate()
    assert (told.code, told.status("metrics")) == (0, "passed")
    assert told.findings() == {"policy/removed:metrics.rules.recall.dropped": "warning"}


def test_run__a_pull_request_cannot_let_itself_give_up(project: Repository, gate: Gate) -> None:
    config = GATE.replace("min: 0.75}", "min: 0.75, dropped: true}") + "policy: {removed: warn, follow: [tests.args]}\n"
    project.commit({"mlgate.yaml": config, "metrics.json": '{"eval": {"acc": 0.9}}\n'})
    told = gate()
    assert told.status("metrics") == "failed"
    assert {"policy/loosened:policy.removed", "policy/loosened:policy.follow"} <= set(told.findings())


def test_run__a_metric_file_is_not_left_out(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "metrics: {files: [out/eval.json]}\n", "out/eval.json": '{"accuracy": 0.9}\n'})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "metrics: {files: []}\n", "out/eval.json": '{"accuracy": 0.5}\n'})
    assert "metrics/regression:accuracy" in gate().findings("metrics")


def test_run__the_section_of_coverage_stays(project: Repository, gate: Gate) -> None:
    project.commit({"mlgate.yaml": GATE.partition("tests:")[0]})
    told = gate()
    assert told.rows()["tests.coverage"] == ("`{min: 80%}`", "`none`", "looser, counts once merged")


def test_run__a_path_that_is_left_out_is_still_checked(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "lint: {paths: [src, lib]}\n", "src/a.py": "A = 1\n", "lib/b.py": "B = 1\n"})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "lint: {paths: [src]}\n", "lib/b.py": "import os\n"})
    told = gate("lint", "policy")
    assert told.status("lint") == "failed"
    assert "policy/loosened:lint.paths" in told.findings()


def test_run__a_path_that_is_gone_need_not_be_checked(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "lint: {paths: [src, lib]}\n", "src/a.py": "A = 1\n", "lib/b.py": "B = 1\n"})
    repo.branch("feature")
    repo.git("rm", "-rq", "lib")
    repo.commit({"mlgate.yaml": "lint: {paths: [src]}\n"})
    told = gate("lint", "policy")
    assert told.status("lint") == "passed"
    assert told.rows()["lint.paths"][2] == "looser, counts now"


def test_run__a_dataset_is_judged_although_the_config_gives_it_up(repo: Repository, gate: Gate) -> None:
    contract = "import pandera.pandas as pa\n\nS = pa.DataFrameSchema({'a': pa.Column(int, pa.Check.ge(0))})\n"
    base = {"mlgate.yaml": "datasets: {train: {path: a.csv, contract: c.py}}\n", "c.py": contract, "a.csv": "a\n1\n"}
    repo.commit(base)
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "datasets: {}\n", "a.csv": "a\n-1\n"})
    told = gate("data", "policy")
    assert (told.status("data"), told.status()) == ("failed", "warned")
    assert "policy/loosened:datasets.train" in told.findings()


def test_run__a_contract_is_compared_although_the_config_moves(repo: Repository, gate: Gate) -> None:
    contract = "import pandera.pandas as pa\n\nS = pa.DataFrameSchema({'a': pa.Column(int, pa.Check.ge(0))})\n"
    base = {"mlgate.yaml": "datasets: {train: {path: a.csv, contract: c.py}}\n", "c.py": contract, "a.csv": "a\n1\n"}
    repo.commit(base)
    repo.branch("feature")
    moved = '[tool.mlgate.datasets.train]\npath = "a.csv"\ncontract = "c.py"\n'
    repo.commit({"pyproject.toml": moved, "c.py": contract.replace(", pa.Check.ge(0)", "")}, remove=["mlgate.yaml"])
    told = gate("data", "policy")
    assert told.status("data") == "failed"
    assert any(finding.startswith("data/contract-loosened") for finding in told.findings("data"))


def test_run__a_dataset_is_let_go_at_once_where_the_baseline_lets_it(repo: Repository, gate: Gate) -> None:
    contract = "import pandera.pandas as pa\n\nS = pa.DataFrameSchema({'a': pa.Column(int)})\n"
    config = "policy: {removed: warn}\ndatasets:\n  train: {path: a.csv, contract: c.py}\n"
    more = "  old: {path: b.csv, contract: c.py}\n"
    repo.commit({"mlgate.yaml": config + more, "c.py": contract, "a.csv": "a\n1\n", "b.csv": "a\n2\n"})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": config}, remove=["b.csv"])
    told = gate("data", "policy")
    assert (told.code, told.status("data")) == (0, "passed")
    assert told.findings() == {"policy/removed:datasets.old": "warning"}


def test_run__a_renamed_dataset_is_the_same_one(repo: Repository, gate: Gate) -> None:
    contract = "import pandera.pandas as pa\n\nS = pa.DataFrameSchema({'a': pa.Column(int)})\n"
    base = {"mlgate.yaml": "datasets: {train: {path: a.csv, contract: c.py}}\n", "c.py": contract, "a.csv": "a\n1\n"}
    repo.commit(base)
    repo.branch("feature")
    repo.git("mv", "a.csv", "b.csv")
    repo.commit({"mlgate.yaml": "datasets: {train: {path: b.csv, contract: c.py}}\n"})
    moved = gate("data", "policy")
    assert (moved.status("data"), moved.findings()) == ("passed", {})
    assert moved.rows()["datasets.train.path"] == ("`a.csv`", "`b.csv`", "other, counts now")
    repo.git("mv", "b.csv", "a.csv")
    repo.commit({"mlgate.yaml": "datasets: {training: {path: a.csv, contract: c.py}}\n"})
    named = gate("data", "policy")
    assert (named.status("data"), named.status(), named.findings()) == ("passed", "passed", {})


@pytest.mark.parametrize(
    ("path", "now", "remove"),
    [
        pytest.param("b.csv", {"b.csv": "a\n1\n"}, ("a.csv",), id="moved"),
        pytest.param("[ab].csv", {"b.csv": "a\n2\n"}, (), id="a glob that has it too"),
        pytest.param("./a.csv", {}, (), id="the same in other words"),
    ],
)
def test_run__a_path_may_follow_its_data(
    repo: Repository, gate: Gate, path: str, now: dict[str, str], remove: tuple[str, ...]
) -> None:
    repo.commit({"mlgate.yaml": "datasets: {train: {path: a.csv}}\n", "a.csv": "a\n1\n"})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": f"datasets: {{train: {{path: '{path}'}}}}\n", **now}, remove=remove)
    told = gate("policy")
    assert (told.status(), told.findings()) == ("passed", {})


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param({"a.csv": "a\n-1\n"}, id="in git"),
        pytest.param(
            {"a.csv.dvc": f"outs:\n- md5: {'ab' * 16}\n  path: a.csv\n", ".gitignore": "a.csv\n"}, id="by DVC"
        ),
    ],
)
def test_run__a_dataset_that_leaves_its_data_behind_is_told(repo: Repository, gate: Gate, kept: dict[str, str]) -> None:
    repo.commit({"mlgate.yaml": "datasets: {train: {path: a.csv}}\n", **kept})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "datasets: {train: {path: copy.csv}}\n", "copy.csv": "a\n1\n"})
    told = gate("policy")
    assert (told.status(), told.findings()) == ("warned", {"policy/other-data:datasets.train.path": "warning"})
    assert "a.csv is still there and is no longer checked" in told.outcome()["findings"][0]["message"].replace("`", "")
    (table,) = told.outcome()["tables"]
    assert [row["status"] for row in table["rows"]] == ["warned"]


def test_run__a_column_rule_cannot_hide_drift(repo: Repository, gate: Gate) -> None:
    rows = "\n".join(str(number % 10) for number in range(400))
    moved = "\n".join(str(number % 10 + 6) for number in range(400))
    repo.commit({"mlgate.yaml": "datasets: {train: {path: a.csv}}\n", "a.csv": f"x\n{rows}\n"})
    repo.branch("feature")
    config = (
        "datasets: {train: {path: a.csv}}\ndrift: {columns: {x: {gate: false, fail: 1.0}}, fail: {statistic: 0.99}}\n"
    )
    repo.commit({"mlgate.yaml": config, "a.csv": f"x\n{moved}\n"})
    told = gate("data", "drift", "policy")
    assert told.status("drift") == "failed"
    assert "policy/loosened:drift.fail.statistic" in told.findings()


# What counts at once.


@pytest.mark.parametrize(
    ("config", "metrics", "finding"),
    [
        pytest.param(GATE.replace("1pp, min", "0.1pp, min"), '{"recall": 0.805, "eval": {"acc": 0.9}}',
                     "metrics/regression:recall", id="a narrower tolerance"),
        pytest.param(GATE.replace("0.75", "0.805"), '{"recall": 0.803, "eval": {"acc": 0.9}}',
                     "metrics/floor:recall", id="a higher floor"),
        pytest.param(GATE.replace("tests:", "    new: {max: 3}\ntests:"),
                     '{"recall": 0.81, "eval": {"acc": 0.9}, "new": 4}', "metrics/ceiling:new", id="a new rule"),
    ],
)  # fmt: skip
def test_run__what_asks_more_counts_at_once(
    project: Repository, gate: Gate, config: str, metrics: str, finding: str
) -> None:
    project.commit({"mlgate.yaml": config, "metrics.json": metrics})
    told = gate()
    assert finding in told.findings("metrics")
    assert (told.status(), told.findings()) == ("passed", {})


def test_run__a_check_is_turned_on_at_once(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "enforce: {metrics: warn}\n", "metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "enforce: {metrics: block}\n", "metrics.json": WORSE})
    assert gate().code == 1


# The first, the last, the moved and the broken config.


def test_run__the_first_config_counts_whole(repo: Repository, gate: Gate) -> None:
    repo.commit({"metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min"), "metrics.json": WORSE})
    told = gate()
    assert (told.status("metrics"), told.findings()) == ("passed", {"policy/first-config:mlgate.yaml": "warning"})


def test_run__a_first_config_that_asks_no_less_is_a_note(repo: Repository, gate: Gate) -> None:
    repo.commit({"metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "enforce: {metrics: block}\nmetrics: {rules: {recall: {tolerance: 0.5pp}}}\n"})
    assert gate().findings() == {"policy/first-config:mlgate.yaml": "info"}


@pytest.mark.parametrize(
    ("config", "key"),
    [
        pytest.param("enforce: {tests: off}\n", "enforce.tests", id="a check that is off"),
        pytest.param("metrics: {rules: {'*': {gate: false}}}\n", "metrics.rules.*.gate", id="metrics that may fall"),
        pytest.param("metrics: {rules: {recall: {tolerance: 50pp}}}\n", "metrics.rules.recall.tolerance", id="wide"),
    ],
)
def test_run__a_first_config_that_asks_less_is_a_warning(repo: Repository, gate: Gate, config: str, key: str) -> None:
    repo.commit({"metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": config})
    told = gate()
    assert told.findings() == {"policy/first-config:mlgate.yaml": "warning"}
    assert key in str(told.report)


def test_run__a_config_that_is_removed_still_counts(project: Repository, gate: Gate) -> None:
    project.commit({"metrics.json": '{"recall": 0.7, "eval": {"acc": 0.9}}'}, remove=["mlgate.yaml"])
    told = gate()
    assert "metrics/floor:recall" in told.findings("metrics")
    assert told.findings()["policy/config-removed:mlgate.yaml"] == "warning"
    assert not any("no config" in notice for notice in told.report["notices"])


def test_run__a_config_that_moves_is_the_same(project: Repository, gate: Gate) -> None:
    table = '[tool.mlgate.metrics.rules.recall]\nbetter = "higher"\ntolerance = "1pp"\nmin = 0.75\n'
    table += '[tool.mlgate.metrics.rules."eval.*"]\nbetter = "higher"\ntolerance = "1pp"\n'
    table += '[tool.mlgate.tests.coverage]\nmin = "80%"\n'
    project.commit({"pyproject.toml": table, "metrics.json": WORSE}, remove=["mlgate.yaml"])
    told = gate()
    assert told.findings() == {"policy/config-moved:pyproject.toml": "info"}
    assert told.status("metrics") == "failed"
    project.commit({"pyproject.toml": table.replace('"1pp"', '"9pp"')})
    assert gate().status("metrics") == "failed"


def test_run__a_config_that_is_a_link_is_read_where_it_leads(repo: Repository, gate: Gate) -> None:
    repo.commit({"ci/gate.yaml": GATE, "metrics.json": METRICS})
    (repo.path / "mlgate.yaml").symlink_to("ci/gate.yaml")
    repo.commit()
    repo.branch("feature")
    repo.commit({"metrics.json": WORSE})
    assert (gate().status(), gate().status("metrics")) == ("passed", "failed")
    repo.commit({"ci/gate.yaml": GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min")})
    told = gate()
    assert told.status("metrics") == "failed"
    assert set(told.findings()) == {"policy/loosened:metrics.rules.recall.tolerance"}


def test_run__a_project_that_moves_keeps_its_gate(repo: Repository, gate: Gate) -> None:
    repo.commit({"a/mlgate.yaml": GATE, "a/metrics.json": METRICS, "a/notes.md": "Some notes.\n" * 20})
    repo.branch("feature")
    repo.git("mv", "a", "b")
    loose = GATE.replace("tolerance: 1pp, min: 0.75", "tolerance: 9pp")
    repo.commit({"b/mlgate.yaml": loose, "b/metrics.json": '{"recall": 0.7, "eval": {"acc": 0.9}}'})
    told = gate("metrics", "policy", "--project", "b")
    assert "metrics/floor:recall" in told.findings("metrics")
    assert "policy/config-moved:b/mlgate.yaml" in told.findings()


@pytest.mark.parametrize(
    ("broken", "counts"),
    [
        pytest.param("metrics: [\n", "head", id="no YAML"),
        pytest.param("metrics: {rules: {recall: {tolerance: 1}}}\nlint: {format: false}\n", "head", id="a bad value"),
        pytest.param(GATE + "gone-plugin: {a: 1}\n", "baseline", id="the section of a plugin that is gone"),
    ],
)
def test_run__a_mistake_at_the_baseline_frees_only_what_it_spoils(
    repo: Repository, gate: Gate, broken: str, counts: str
) -> None:
    repo.commit({"mlgate.yaml": broken, "metrics.json": METRICS})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min"), "metrics.json": WORSE})
    told = gate()
    assert told.findings()["policy/unreadable-baseline:mlgate.yaml"] == "warning"
    assert told.status("metrics") == ("passed" if counts == "head" else "failed")


def test_run__a_mistake_in_the_heads_config_ends_the_run(project: Repository, mlgate: Callable[..., Ran]) -> None:
    project.commit({"mlgate.yaml": GATE + "polcy: {}\n"})
    ran = mlgate("run", "metrics", cwd=project.path)
    assert ran.code == 2
    assert "did you mean policy?" in ran.err


# Which runs.


def test_run__a_push_goes_by_its_own_config(project: Repository, gate: Gate, tmp_path: Path) -> None:
    before = project.head
    config = GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min")
    after = project.commit({"mlgate.yaml": config, "metrics.json": WORSE})
    told = gate(**runner(tmp_path, "push", push(before, after)))
    assert (told.code, told.status("metrics")) == (0, "passed")
    assert set(told.findings().values()) == {"info"}


@pytest.mark.parametrize("event", ["pull_request", "merge_group"])
def test_run__events_that_gate_go_by_the_baseline(project: Repository, gate: Gate, tmp_path: Path, event: str) -> None:
    base = project.git("rev-parse", "main")
    config = GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min")
    head = project.commit({"mlgate.yaml": config, "metrics.json": WORSE})
    payload: Mapping[str, Any] = {"pull_request": pull_request, "merge_group": merge_group}[event](base, head)
    assert gate(**runner(tmp_path, event, payload)).status("metrics") == "failed"


def test_run__one_may_try_the_own_rules_out(project: Repository, mlgate: Callable[..., Ran]) -> None:
    project.commit({"mlgate.yaml": GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min"), "metrics.json": WORSE})
    assert mlgate("run", "metrics", cwd=project.path).code == 1
    assert mlgate("run", "metrics", "--rules", "head", cwd=project.path).code == 0


def test_run__what_is_not_committed_is_judged_alike(project: Repository, gate: Gate) -> None:
    project.checkout("main")
    project.write({"mlgate.yaml": GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min"), "metrics.json": WORSE})
    assert gate().status("metrics") == "failed"


def test_run__without_this_check_a_note_says_what_counts(project: Repository, gate: Gate) -> None:
    project.commit({"mlgate.yaml": GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min")})
    assert any("metrics.rules.recall.tolerance" in notice for notice in gate("metrics").report["notices"])


def test_run__a_named_config_is_read_from_the_baseline_too(project: Repository, gate: Gate) -> None:
    loose = GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min")
    project.commit({"ci/gate.yaml": loose, "metrics.json": WORSE})
    told = gate("metrics", "policy", "--config", "ci/gate.yaml")
    assert told.status("metrics") == "failed"


def test_run__a_config_outside_of_the_repository_counts(project: Repository, gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "central.yaml").write_text("metrics: {rules: {recall: {tolerance: 9pp}}}\n")
    project.commit({"metrics.json": WORSE})
    assert gate("metrics", "policy", "--config", str(tmp_path / "central.yaml")).code == 0


def test_run__a_project_folder_has_a_gate_of_its_own(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "enforce: {lint: warn}\n", "a/mlgate.yaml": GATE, "a/metrics.json": METRICS})
    repo.branch("feature")
    config = GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min")
    repo.commit({"a/mlgate.yaml": config, "a/metrics.json": WORSE})
    told = gate(cwd=repo.path / "a")
    assert told.status("metrics") == "failed"
    assert told.outcome()["findings"][0]["location"] == {
        "path": "a/mlgate.yaml",
        "line": 3,
        "column": None,
        "end_line": None,
    }
    repo.commit({"a/metrics.json": '{"recall": 0.7, "eval": {"acc": 0.9}}'}, remove=["a/mlgate.yaml"])
    assert "metrics/floor:recall" in gate(cwd=repo.path / "a").findings("metrics")


def test_run__a_nearer_config_does_not_leave_the_gate(project: Repository, gate: Gate, tmp_path: Path) -> None:
    """The workflow stands in a folder of the project, and the pull request puts a config of its own there."""
    base = project.git("rev-parse", "main")
    head = project.commit({"src/mlgate.yaml": "enforce: {metrics: off}\n", "metrics.json": WORSE})
    told = gate(cwd=project.path / "src", **runner(tmp_path, "pull_request", pull_request(base, head)))
    assert told.status("metrics") == "failed"


def test_run__a_new_project_may_be_looked_at_where_it_is_made(project: Repository, gate: Gate) -> None:
    project.commit({"new/mlgate.yaml": "lint: {}\n", "new/metrics.json": METRICS, "metrics.json": WORSE})
    told = gate(cwd=project.path / "new")
    assert (told.report["project"], told.status("metrics")) == ("new", "passed")
    assert told.findings() == {"policy/first-config:new/mlgate.yaml": "info"}


def test_run__a_shallow_clone_without_its_baseline_is_no_way_round(
    project: Repository, mlgate: Callable[..., Ran], tmp_path: Path
) -> None:
    base = project.git("rev-parse", "main")
    head = project.commit({"mlgate.yaml": "{}\n", "metrics.json": WORSE})
    clone = project.clone(tmp_path / "clone", "--branch=feature", "--single-branch", depth=1)
    env = runner(tmp_path, "pull_request", pull_request(base, head))
    fetched = mlgate("run", "metrics", cwd=clone.path, **env)
    assert fetched.code == 1, fetched.text
    lost = project.clone(tmp_path / "lost", "--branch=feature", "--single-branch", depth=1)
    lost.git("remote", "set-url", "origin", str(tmp_path / "nowhere"))
    ran = mlgate("run", "metrics", cwd=lost.path, **env)
    assert ran.code == 2
    assert "fetch-depth: 0" in ran.err


@pytest.mark.parametrize("name", ["a|b\n`c`", "<script>alert(1)</script>", "@team", "::error::x"])
def test_run__hostile_names_stay_text(repo: Repository, mlgate: Callable[..., Ran], name: str) -> None:
    repo.commit({"mlgate.yaml": "{}\n", "metrics.json": METRICS})
    repo.branch("feature")
    rules = {name: {"min": 0.5, "gate": False}}
    repo.commit({"mlgate.yaml": json.dumps({"metrics": {"rules": rules}})})
    ran = mlgate("run", "policy", "--format", "markdown", "--quiet", cwd=repo.path)
    assert "Changes to the gate" in ran.out
    assert "\n::error" not in ran.out
    assert "|\n`c`" not in ran.out


def test_run__fails_where_the_baseline_says_so(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": GATE + "policy: {loosened: fail}\n", "metrics.json": METRICS})
    repo.branch("feature")
    config = GATE.replace("tolerance: 1pp, min", "tolerance: 9pp, min") + "policy: {loosened: warn}\n"
    repo.commit({"mlgate.yaml": config})
    told = gate("policy")
    assert (told.code, told.status()) == (1, "failed")


def test_run__a_key_may_follow(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "tests: {args: [-q]}\npolicy: {follow: [tests.args]}\n"})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "tests: {args: [-x]}\npolicy: {follow: [tests.args]}\n"})
    assert (gate("policy").status(), gate("policy").rows()["tests.args"][2]) == ("passed", "other, counts now")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("tests.arg", "is no key of the config, did you mean tests.args?"),
        ("metrics.*", "cannot follow"),
        ("metrics.rules.recall.min", "cannot follow"),
    ],
)
def test_run__what_may_follow_is_a_key(repo: Repository, mlgate: Callable[..., Ran], pattern: str, words: str) -> None:
    repo.commit({"mlgate.yaml": f"policy: {{follow: ['{pattern}']}}\n"})
    ran = mlgate("run", "policy", cwd=repo.path)
    assert ran.code == 2
    assert words in ran.err


def test_run__what_cannot_be_ordered_waits(repo: Repository, gate: Gate) -> None:
    repo.commit({"mlgate.yaml": "tests: {args: [-q]}\n"})
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "tests: {args: [-k, nothing]}\n"})
    told = gate("policy")
    assert told.findings() == {"policy/unordered:tests.args": "warning"}
    assert told.rows()["tests.args"] == ("`[-q]`", "`[-k, nothing]`", "other, counts once merged")
