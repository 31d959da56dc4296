"""What `mlgate publish` and `mlgate action` hand to the runner of GitHub Actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conftest import Ran
from mlgate.commands.action import words
from mlgate.publish.runner_files import OUTPUTS
from mlgate.render import json_document
from render.sample import friendly_report, sample_report
from repositories import Repository

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., Ran]


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """The environment of a step, with the runner's files in the test's folder."""
    names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    return {"GITHUB_ACTIONS": "true", **{name: str(tmp_path / name) for name in names}}


def saved(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_publish__outputs_are_fixed_names_and_own_words(
    mlgate: Command, runner: dict[str, str], tmp_path: Path
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    assert mlgate("publish", report, cwd=tmp_path, **runner).code == 0
    lines = Path(runner["GITHUB_OUTPUT"]).read_text().splitlines()
    assert dict(line.split("=", 1) for line in lines)["verdict"] == "failed"
    assert [line.split("=", 1)[0] for line in lines] == list(OUTPUTS)


def test_publish__every_output_of_the_action_exists() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert set(action["outputs"]) <= set(OUTPUTS)


def test_publish__summary_holds_the_report(mlgate: Command, runner: dict[str, str], tmp_path: Path) -> None:
    report = saved(tmp_path, json_document.render(sample_report()))
    done = mlgate("publish", report, cwd=tmp_path, **runner)
    summary = Path(runner["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert summary.startswith("## ")
    assert "What to do:" in summary
    assert len(summary.encode()) <= 1_048_576
    commands = [line for line in done.out.splitlines() if line.startswith("::")]
    assert 0 < len(commands) <= 30
    assert all(line.startswith(("::error", "::warning", "::notice")) for line in commands)


def test_publish__without_a_runner_prints_the_comment(mlgate: Command, tmp_path: Path) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    assert mlgate("publish", report, cwd=tmp_path).out.startswith("## ")


@pytest.mark.parametrize(
    "text",
    [pytest.param("", id="empty"), pytest.param("{}", id="no report"), pytest.param("[NaN]", id="not JSON")],
)
def test_publish__a_report_that_is_none(mlgate: Command, runner: dict[str, str], tmp_path: Path, text: str) -> None:
    done = mlgate("publish", saved(tmp_path, text), cwd=tmp_path, **runner)
    assert done.code == 2
    assert "Traceback" not in done.text
    assert not Path(runner["GITHUB_OUTPUT"]).exists()


def test_publish__a_report_that_was_never_written(mlgate: Command, runner: dict[str, str], tmp_path: Path) -> None:
    done = mlgate("publish", tmp_path / "none.json", cwd=tmp_path, **runner)
    assert done.code == 2
    assert "did the step that runs the gate end" in done.err


def test_action__inputs_become_words_without_a_shell(tmp_path: Path) -> None:
    env = {"MLGATE_CHECKS": "metrics readme", "MLGATE_BASE": "-rf $(touch x)", "MLGATE_PROJECT": ""}
    assert words(env, tmp_path) == [
        f"--output=json={tmp_path / 'report.json'}",
        "--base=-rf $(touch x)",
        "--",
        "metrics",
        "readme",
    ]


def test_action__every_input_reaches_the_command_by_the_environment() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    steps = action["runs"]["steps"]
    handed = {value for step in steps for value in step.get("env", {}).values()}
    assert {f"${{{{ inputs.{name} }}}}" for name in action["inputs"]} <= handed
    assert not any("${{" in step["run"] for step in steps)


def test_action__outside_the_action_says_what_to_use(mlgate: Command, tmp_path: Path) -> None:
    done = mlgate("action", cwd=tmp_path)
    assert done.code == 2
    assert "use mlgate run" in done.err


def test_action__leaves_the_report_and_fails_by_the_verdict(
    mlgate: Command, runner: dict[str, str], repo: Repository, tmp_path: Path
) -> None:
    repo.commit({"metrics.json": '{"accuracy": 0.9}\n'})
    repo.write({"metrics.json": '{"accuracy": 0.5}\n'})
    inputs = {"MLGATE_HOME": str(tmp_path), "MLGATE_CHECKS": "metrics", "MLGATE_BASE": "HEAD"}
    done = mlgate("action", cwd=repo.path, **runner, **inputs)
    assert done.code == 1
    assert json_document.load((tmp_path / "report.json").read_bytes()).verdict.value == "failed"
    first, *_, last = done.out.strip().splitlines()
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
