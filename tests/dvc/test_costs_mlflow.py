"""What a stage took at the baseline by MLflow's run of it, asked of a real server where nobody else knows."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from repositories import Repository
from rerun_projects import RerunProject
from tracking import TrackingServer, silent_port, tracking_server

Ask = Callable[..., dict[str, Any]]
SLOW = "import sys, time\ntime.sleep(1.3)\n"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    with tracking_server(tmp_path_factory.mktemp("tracking")) as running:
        yield running


@pytest.fixture
def project(rerun_project: RerunProject, request: pytest.FixtureRequest) -> RerunProject:
    """A project of three stages that was run, with a commit that no other test has."""
    rerun_project.repo.commit({"note.txt": request.node.nodeid})
    return rerun_project


@pytest.fixture
def ask(project: RerunProject, env: dict[str, str], mlgate: Callable[..., Any]) -> Ask:
    """Runs stages again with MLflow at `uri`, and gives the outcome of the check and the exit code of the gate."""

    def run(uri: str, rerun: str = "[train]", more: str = "", rest: str = "") -> dict[str, Any]:
        env["MLFLOW_TRACKING_URI"] = uri
        base = project.repo.head
        project.repo.commit({"mlgate.yaml": f"repro: {{rerun: {rerun}{more}}}\nmetrics: {{mlflow: {{}}}}\n{rest}"})
        command = ("run", "repro", "--base", base, "--format", "json", "--python", sys.executable)
        done = mlgate(*command, cwd=project.path)
        (entry,) = json.loads(done.out)["entries"]
        return {**entry["outcome"], "code": done.code}

    return run


def costs(outcome: dict[str, Any]) -> dict[str, Any]:
    """Return the table of costs."""
    (found,) = [table for table in outcome["tables"] if table["title"].startswith("Cost: ")]
    return dict(found)


def before(outcome: dict[str, Any], name: str) -> float | None:
    """Return a number of the baseline."""
    (found,) = [measure for measure in outcome["measures"] if measure["name"] == name]
    return found["baseline"]


def log(server: TrackingServer, run: str, name: str, values: list[float]) -> None:
    """Log a metric of the machine, a value after the other."""
    for step, value in enumerate(values):
        server.client.log_metric(run, f"system/{name}", value, timestamp=1_000 + step, step=step)


def test_mlflow__time_of_the_baselines_run_is_that_of_the_stage_that_makes_the_model(project, server, ask):
    run = server.run(project.repo.head, {"auc": 0.9}, name="brave", seconds=120)
    log(server, run, "system_memory_usage_megabytes", [4_000, 9_000, 5_000])
    log(server, run, "cpu_utilization_percentage", [40, 60])
    log(server, run, "gpu_0_memory_usage_megabytes", [100, 2_000])
    outcome = ask(server.uri, "full")
    assert (outcome["status"], before(outcome, "train: wall"), before(outcome, "prepare: wall")) == (
        "passed",
        120,
        None,
    )
    assert before(outcome, "train: peak memory") is None
    table = costs(outcome)
    assert table["note"] == (
        f"in brackets: against the baseline, `train` by MLflow's run `brave` `{run[:8]}` of `flights`, 2.0 min"
    )
    assert [row["cells"][0] for row in table["rows"]] == [
        "`prepare`",
        "`train`",
        "at the baseline, by MLflow",
        "`report`",
        "all",
    ]
    assert table["rows"][2]["cells"][1:] == [
        "2 min",
        "50 % of the machine",
        "9 GB of the machine, 2 GB of a GPU",
        "",
    ]


def test_mlflow__run_that_is_called_like_a_stage_is_of_that_one(project, server, ask):
    server.run(project.repo.head, name="prepare", seconds=60)
    outcome = ask(server.uri, "[prepare, train]")
    assert (before(outcome, "prepare: wall"), before(outcome, "train: wall")) == (60, None)
    assert costs(outcome)["rows"][1]["cells"] == ["at the baseline, by MLflow", "60 s", "", "", ""]


def test_mlflow__run_that_may_be_of_several_stages_is_of_none(project, server, ask):
    run = server.run(project.repo.head, name="brave", seconds=60)
    outcome = ask(server.uri, "[train]", ", models: [model.bin, report.txt]")
    assert before(outcome, "train: wall") is None
    assert costs(outcome)["note"] == (
        f"no times of the baseline are known; MLflow's run `brave` `{run[:8]}` of `flights`, 1.0 min is of no stage "
        "that is known by its name"
    )


def test_mlflow__stage_that_takes_longer_than_its_run_fails_the_budget(project, server, ask):
    server.run(project.repo.head, seconds=0.1)
    project.edit("train.py", "import sys\n", SLOW)
    with project.dvc() as repo:
        repo.commit(force=True)
    outcome = ask(server.uri, "[train]", ", budgets: {increase: 20%}")
    (finding,) = [one for one in outcome["findings"] if one["rule"] == "repro/over-budget"]
    assert finding["message"].endswith("against the 0.1 s of the baseline, where 20 % more are allowed")


def test_mlflow__an_earlier_run_here_is_asked_first(project, ask):
    ask(NOBODY)
    outcome = ask(NOBODY)
    assert costs(outcome)["note"] == "in brackets: against the baseline, 1 stage by earlier runs here"


def test_mlflow__baseline_without_a_run_is_said(project, server, ask):
    head = project.repo.head
    outcome = ask(server.uri, more=", budgets: {increase: 20%}")
    (finding,) = outcome["findings"]
    assert (outcome["status"], outcome["code"], finding["rule"]) == ("warned", 0, "repro/no-costs")
    assert finding["message"].startswith(
        "whether `train` took longer than at the baseline was not judged: no MLflow run names the baseline "
        f"`{head[:7]}`"
    )


def test_mlflow__server_that_is_down_is_said_and_fails_nothing(project, ask):
    outcome = ask(NOBODY)
    assert (outcome["status"], outcome["code"], outcome["findings"]) == ("passed", 0, [])
    assert costs(outcome)["note"] == (
        f"no times of the baseline are known; the MLflow server `{NOBODY}` cannot be reached: the connection is refused"
    )


def test_mlflow__server_that_never_answers_takes_no_more_time_than_is_left(project, ask):
    with silent_port() as uri:
        began = time.monotonic()
        outcome = ask(uri, rest="limits: {repro: 20s}\n")
        took = time.monotonic() - began
    assert (outcome["status"], outcome["code"]) == ("passed", 0)
    assert costs(outcome)["note"].endswith(f"the MLflow server `{uri}` does not answer in time")
    assert took < 40


def test_mlflow__server_that_only_the_pull_request_names_is_not_asked(project: RerunProject, mlgate, repo: Repository):
    config = f"repro: {{rerun: [train]}}\nmetrics: {{mlflow: {{tracking_uri: '{NOBODY}'}}}}\n"
    base = project.repo.head
    project.repo.commit({"mlgate.yaml": config})
    command = ("run", "repro", "--base", base, "--format", "json", "--python", sys.executable)
    (entry,) = json.loads(mlgate(*command, cwd=project.path).out)["entries"]
    assert costs(entry["outcome"])["note"] == (
        "no times of the baseline are known; it is not known where MLflow's runs are tracked"
    )
