"""What `mlgate publish` and `mlgate action` hand to the runner of GitHub Actions."""

from __future__ import annotations

import inspect
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import yaml

import events
from conftest import Ran
from mlgate import __version__
from mlgate.cli import COMMANDS
from mlgate.commands import action
from mlgate.commands.action import words
from mlgate.parser import build_parser
from mlgate.publish.runner_files import OUTPUTS
from mlgate.render import json_document
from publish.fake_github import FakeGitHub
from render.sample import friendly_report, passing_report, sample_report
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


@pytest.fixture
def forge() -> Iterator[FakeGitHub]:
    """A GitHub with an empty pull request 7."""
    with FakeGitHub() as made:
        yield made
    assert made.violations == []


@pytest.fixture
def pull_request_run(runner: dict[str, str], tmp_path: Path, forge: FakeGitHub) -> dict[str, str]:
    """The environment of a step in the run of a pull request, with a token."""
    return {
        **runner,
        **events.runner(tmp_path, "pull_request", events.pull_request("a" * 40, "b" * 40)),
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_TOKEN": "token",
    }


def test_publish__outputs_are_fixed_names_and_own_words(
    mlgate: Command, runner: dict[str, str], tmp_path: Path
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    assert mlgate("publish", report, cwd=tmp_path, **runner).code == 0
    lines = Path(runner["GITHUB_OUTPUT"]).read_text().splitlines()
    assert dict(line.split("=", 1) for line in lines)["verdict"] == "failed"
    assert [line.split("=", 1)[0] for line in lines] == list(OUTPUTS)


def test_publish__every_output_of_the_action_exists() -> None:
    outputs = yaml.safe_load((ROOT / "action.yml").read_text())["outputs"]
    assert set(outputs) == set(OUTPUTS)


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


def test_publish__never_comments_unasked(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    assert mlgate("publish", report, cwd=tmp_path, **pull_request_run).code == 0
    assert forge.asked == []


def test_publish__comments_on_the_pull_request(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--comment=on-change", cwd=tmp_path, **pull_request_run)
    assert done.code == 0
    assert "the comment on pull request 7 is created" in done.out
    assert "[full report](https://github.com/o/r/actions/runs/123)" in forge.bodies()[0]


def test_publish__eight_processes_at_once_leave_one_comment(
    mlgate_child: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    with ThreadPoolExecutor(8) as pool:
        one = partial(mlgate_child, "publish", report, "--comment=always", cwd=tmp_path, **pull_request_run)
        codes = [done.result().code for done in [pool.submit(one) for _ in range(8)]]
    assert codes == [0] * 8
    assert len(forge.bodies()) == 1


@pytest.mark.parametrize("name", ["push", "merge_group", "schedule", "workflow_dispatch"])
def test_publish__outside_a_pull_request_says_why_there_is_no_comment(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub, name: str
) -> None:
    env = {**pull_request_run, **events.runner(tmp_path, name, {})}
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--comment=always", cwd=tmp_path, **env)
    assert done.code == 0
    assert f"not of a pull request, but of {name}" in done.out
    assert "::warning title=mlgate%3A" not in done.out
    assert forge.asked == []


def test_publish__without_the_permission_shows_it_and_goes_on(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    forge.read_only.add("token")
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--comment=always", cwd=tmp_path, **pull_request_run)
    assert done.code == 0
    assert "::warning title=mlgate%3A no comment::no comment: GitHub answered 403" in done.out
    assert "permissions:\n  contents: read\n  pull-requests: write\n" in done.out
    summary = Path(pull_request_run["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert "  pull-requests: write\n```" in summary
    assert "verdict=failed" in Path(pull_request_run["GITHUB_OUTPUT"]).read_text()


@pytest.mark.parametrize(
    ("fork", "actor"), [pytest.param(True, "ana", id="fork"), pytest.param(False, "dependabot[bot]", id="Dependabot")]
)
def test_publish__a_run_that_can_have_no_token_warns_nobody(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub, fork: bool, actor: str
) -> None:
    forge.read_only.add("token")
    payload = events.pull_request("a" * 40, "b" * 40)
    payload["pull_request"]["base"]["repo"] = {"id": 1}
    payload["pull_request"]["head"]["repo"] = None if fork else {"id": 1}
    env = {**pull_request_run, **events.runner(tmp_path, "pull_request", payload), "GITHUB_ACTOR": actor}
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--comment=always", "--annotations=false", cwd=tmp_path, **env)
    assert done.code == 0
    assert "the second workflow comments" in done.out
    assert "::warning" not in done.out


@pytest.mark.parametrize(
    ("env", "said"),
    [
        pytest.param({"GITHUB_TOKEN": ""}, "there is no token", id="no token"),
        pytest.param({"GITHUB_REPOSITORY": "o/../x"}, "not owner/name", id="a path for a repository"),
        pytest.param({"GITHUB_API_URL": "file:///x"}, "no address of an API", id="no address"),
        pytest.param({"GITHUB_EVENT_PATH": "/none"}, "event file /none", id="no event file"),
    ],
)
def test_publish__what_keeps_the_comment_away_changes_no_exit_code(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, env: dict[str, str], said: str
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--comment=always", cwd=tmp_path, **{**pull_request_run, **env})
    assert done.code == 0
    assert said in done.out
    assert "Traceback" not in done.text


def test_publish__the_token_is_never_shown(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    env = {**pull_request_run, "GITHUB_TOKEN": "ghs_CANARY"}
    done = mlgate("publish", report, "--comment=always", cwd=tmp_path, **env)
    assert "answered 401" in done.out
    shown = done.text + Path(env["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert "CANARY" not in shown


def test_publish__parts_can_be_turned_off(mlgate: Command, runner: dict[str, str], tmp_path: Path) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--summary=false", "--annotations=false", cwd=tmp_path, **runner)
    assert done.code == 0
    assert done.out == ""
    assert not Path(runner["GITHUB_STEP_SUMMARY"]).exists()
    assert Path(runner["GITHUB_OUTPUT"]).exists()


def test_publish__annotations_by_a_check_run_are_not_made_twice(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--annotations=check-run", cwd=tmp_path, **pull_request_run)
    assert done.code == 0
    assert "the check run mlgate shows 4 annotations" in done.out
    assert "::error" not in done.out
    assert [made["head_sha"] for made in forge.check_runs] == ["b" * 40]


def test_publish__without_the_permission_for_checks_the_step_annotates(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    forge.denied.add("check-runs")
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--annotations=check-run", cwd=tmp_path, **pull_request_run)
    assert done.code == 0
    assert "::warning title=mlgate%3A no check run::no check run: GitHub answered 403" in done.out
    assert "  checks: write\n" in done.out
    assert "::error file=out/metrics.json" in done.out


def test_publish__comment_and_check_run_keep_one_allowance(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    for number in range(1_233):
        forge.say(f"word {number}", "ana")
    report = saved(tmp_path, json_document.render(friendly_report()))
    words_ = ("--comment=always", "--annotations=check-run")
    done = mlgate("publish", report, *words_, cwd=tmp_path, **pull_request_run)
    assert done.code == 0
    assert len(forge.bodies()) == 1
    assert len(forge.asked) <= 16
    assert forge.check_runs or "::error" in done.out


def test_publish__the_page_is_linked(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    page = "https://github.com/o/r/actions/runs/123/artifacts/4"
    report = saved(tmp_path, json_document.render(friendly_report()))
    mlgate("publish", report, "--comment=always", f"--page={page}", cwd=tmp_path, **pull_request_run)
    assert f"[full report]({page})" in forge.bodies()[0]


def test_publish__a_scheduled_run_keeps_an_issue(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    env = {**pull_request_run, **events.runner(tmp_path, "schedule", {})}
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--issue=on-failure", cwd=tmp_path, **env)
    assert done.code == 0
    assert "the issue of this report is created" in done.out
    assert [one["state"] for one in forge.issues] == ["open"]


def test_publish__a_pull_request_has_its_comment_and_no_issue(
    mlgate: Command, pull_request_run: dict[str, str], tmp_path: Path, forge: FakeGitHub
) -> None:
    report = saved(tmp_path, json_document.render(friendly_report()))
    done = mlgate("publish", report, "--issue=on-failure", cwd=tmp_path, **pull_request_run)
    assert "no issue: this run is of a pull request" in done.out
    assert forge.asked == []


def test_publish__without_a_report(mlgate: Command, tmp_path: Path) -> None:
    done = mlgate("publish", cwd=tmp_path)
    assert done.code == 2
    assert "--workflow-run" in done.err


def test_action__inputs_become_words_without_a_shell(tmp_path: Path) -> None:
    env = {"MLGATE_CHECKS": "metrics readme", "MLGATE_BASE": "-rf $(touch x)", "MLGATE_PROJECT": ""}
    assert words(env, tmp_path) == [
        f"--output=json={tmp_path / 'report.json'}",
        "--base=-rf $(touch x)",
        "--",
        "metrics",
        "readme",
    ]


def test_publish__a_report_that_passes_does_not_hide_a_gate_that_failed(
    mlgate: Command, runner: dict[str, str], tmp_path: Path
) -> None:
    """As where code that a test left running wrote over the report, once the gate had ended."""
    report = saved(tmp_path, json_document.render(passing_report()))
    assert mlgate("publish", report, "--result=success", cwd=tmp_path, **runner).code == 0
    assert "verdict=passed\n" in Path(runner["GITHUB_OUTPUT"]).read_text()
    done = mlgate("publish", report, "--result=failure", cwd=tmp_path, **runner)
    assert done.code == 0
    assert "verdict=error\n" in Path(runner["GITHUB_OUTPUT"]).read_text()
    assert "ended with `failure`, and no report says why" in Path(runner["GITHUB_STEP_SUMMARY"]).read_text()


ACTIONS = ("action.yml", "action/comment/action.yml")


@pytest.mark.parametrize("path", ACTIONS)
def test_action__every_input_reaches_the_command_by_the_environment(path: str) -> None:
    described = yaml.safe_load((ROOT / path).read_text())
    steps = described["runs"]["steps"]
    handed = {value for step in steps for value in step.get("env", {}).values()}
    for_the_runner = {"cache"}
    assert {f"${{{{ inputs.{name} }}}}" for name in described["inputs"] if name not in for_the_runner} <= handed
    assert not any("${{" in step.get("run", "") for step in steps)


@pytest.mark.parametrize("path", ACTIONS)
def test_action__the_token_reaches_the_step_that_publishes_alone(path: str) -> None:
    steps = yaml.safe_load((ROOT / path).read_text())["runs"]["steps"]
    has = ["token" in str(step).lower() for step in steps]
    assert has == [" publish" in step.get("run", "") for step in steps]
    assert has == sorted(has)


@pytest.mark.parametrize("path", ACTIONS)
def test_action__publishes_with_words_that_the_command_knows(path: str) -> None:
    last = yaml.safe_load((ROOT / path).read_text())["runs"]["steps"][-1]
    inputs = yaml.safe_load((ROOT / path).read_text())["inputs"]
    (_, _, _, command, *given) = shlex.split(last["run"])
    assert command == "publish"
    for name, value in last["env"].items():
        found = inputs.get(str(value).removeprefix("${{ inputs.").removesuffix(" }}"), {})
        given = [word.replace(f"${name}", str(found.get("default", "x"))) for word in given]
    assert not any("$" in word for word in given)
    build_parser(COMMANDS, "publish").parse_args(["publish", *given])


def test_action__what_others_wrote_is_pinned_by_its_whole_hash() -> None:
    files = [
        *ACTIONS,
        *(
            str(path.relative_to(ROOT))
            for path in (*ROOT.glob("workflows/*.yml"), *ROOT.glob(".github/workflows/*.yml"))
        ),
    ]
    uses = [
        line.split("uses:")[1].strip()
        for name in files
        for line in (ROOT / name).read_text().splitlines()
        if " uses: " in line
    ]
    others = [one for one in uses if not one.startswith(("mlgate/mlgate", "./"))]
    assert others
    assert [one for one in others if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_action__what_builds_it_is_one_version_as_what_it_runs_with_is() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = project["tool"]["uv"]["build-constraint-dependencies"]
    assert [one for one in pinned if not re.fullmatch(r"[a-z-]+==[\d.]+", one)] == []
    needed = {re.split(r"[<>=~]", one)[0] for one in project["build-system"]["requires"]}
    assert needed <= {one.partition("==")[0] for one in pinned}
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["manifest"]["build-constraints"]
    assert {f"{one['name']}{one['specifier']}" for one in locked} == set(pinned)


def test_action__the_reusable_workflow_hands_on_inputs_that_exist() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    called = yaml.safe_load((ROOT / ".github/workflows/gate.yml").read_text())
    (gate,) = [step for step in called["jobs"]["gate"]["steps"] if step["name"] == "Gate"]
    assert set(gate["with"]) <= set(inputs)
    declared = called[True]["workflow_call"]["inputs"]
    assert set(gate["with"].values()) <= {f"${{{{ inputs.{name} }}}}" for name in declared}


def test_action__sarif_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    assert "--output=sarif=a b.sarif" in words({"MLGATE_SARIF": "a b.sarif"}, tmp_path)


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [
        ("publish", "--comment", "comment"),
        ("publish", "--issue", "issue"),
        ("publish", "--annotations", "annotations"),
        ("publish", "--summary", "summary"),
        ("run", "--fail-on", "fail-on"),
    ],
)
def test_action__its_inputs_say_the_words_that_the_command_knows(command: str, option: str, name: str) -> None:
    parser = build_parser(COMMANDS, only=command)
    (commands,) = [one for one in parser._actions if one.dest == "command"]
    assert isinstance(commands.choices, dict)
    (found,) = [one for one in commands.choices[command]._actions if option in one.option_strings]
    about = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"][name]
    said = set(re.findall(r"`([a-z-]+)`", about["description"]))
    assert said == set(found.choices or ())
    assert about["default"] in said


def test_action__every_input_of_the_run_is_an_option_of_it() -> None:
    (commands,) = [one for one in build_parser(COMMANDS, only="run")._actions if one.dest == "command"]
    assert isinstance(commands.choices, dict)
    options = {option for one in commands.choices["run"]._actions for option in one.option_strings}
    assert set(action._OPTIONS) <= options
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    assert {option.removeprefix("--") for option in action._OPTIONS} <= set(inputs)


def test_action__is_short() -> None:
    assert len((ROOT / "action.yml").read_text().splitlines()) < 120


def test_action__every_variable_that_it_sets_is_read_and_the_other_way_round() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    (gate,) = [step for step in steps if step["name"] == "Run the gate"]
    sources = [inspect.getsource(action), (ROOT / "action/install.sh").read_text()]
    assert set(gate["env"]) == set(re.findall(r"MLGATE_[A-Z_]+", sources[0]))
    handed = {name for step in steps[:3] for name in step.get("env", {})}
    assert handed == set(re.findall(r"MLGATE_[A-Z_]+", sources[1]))


def test_action__the_page_is_written_for_the_artifact(tmp_path: Path) -> None:
    assert f"--output=html={tmp_path / 'mlgate-report.html'}" in words({"MLGATE_ARTIFACT": "mlgate-report"}, tmp_path)


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "a b", "$(touch x)", "x" * 200])
def test_action__an_artifact_that_is_no_name(mlgate: Command, tmp_path: Path, name: str) -> None:
    done = mlgate("action", cwd=tmp_path, MLGATE_FOLDER=str(tmp_path), MLGATE_ARTIFACT=name)
    assert done.code == 2
    assert "is no name for an artifact" in done.err


@pytest.mark.parametrize(
    ("event", "scheduled"), [("schedule", True), ("workflow_dispatch", True), ("pull_request", False), ("push", False)]
)
def test_action__the_clock_counts_where_nobody_waits(tmp_path: Path, event: str, scheduled: bool) -> None:
    assert ("--scheduled" in words({"GITHUB_EVENT_NAME": event}, tmp_path)) is scheduled


@pytest.mark.parametrize("wanted", ["", __version__, f"v{__version__}", __version__.rpartition(".")[0]])
def test_action__the_version_that_is_asked_for(mlgate: Command, repo: Repository, tmp_path: Path, wanted: str) -> None:
    repo.commit({"metrics.json": '{"accuracy": 0.9}\n'})
    inputs = {"MLGATE_FOLDER": str(tmp_path), "MLGATE_CHECKS": "metrics", "MLGATE_BASE": "HEAD"}
    assert mlgate("action", cwd=repo.path, MLGATE_VERSION=wanted, **inputs).code == 0


@pytest.mark.parametrize("wanted", ["99", f"{__version__}.1", "latest"])
def test_action__another_version_is_refused(mlgate: Command, repo: Repository, tmp_path: Path, wanted: str) -> None:
    done = mlgate("action", cwd=repo.path, MLGATE_VERSION=wanted, MLGATE_FOLDER=str(tmp_path))
    assert done.code == 2
    assert f"this is mlgate {__version__}, and the workflow is written for {wanted}" in done.err


def test_action__a_run_that_ends_before_its_report_leaves_no_old_one(
    mlgate: Command, repo: Repository, tmp_path: Path
) -> None:
    old = saved(tmp_path, json_document.render(passing_report()))
    assert mlgate("action", cwd=repo.path, MLGATE_FOLDER=str(tmp_path), MLGATE_CHECKS="nonsense").code == 2
    assert not old.exists()


def test_action__outside_the_action_says_what_to_use(mlgate: Command, tmp_path: Path) -> None:
    done = mlgate("action", cwd=tmp_path)
    assert done.code == 2
    assert "use mlgate run" in done.err


def test_action__leaves_the_report_and_fails_by_the_verdict(
    mlgate: Command, runner: dict[str, str], repo: Repository, tmp_path: Path
) -> None:
    repo.commit({"metrics.json": '{"accuracy": 0.9}\n'})
    repo.write({"metrics.json": '{"accuracy": 0.5}\n'})
    inputs = {"MLGATE_FOLDER": str(tmp_path), "MLGATE_CHECKS": "metrics", "MLGATE_BASE": "HEAD"}
    done = mlgate("action", cwd=repo.path, **runner, **inputs)
    assert done.code == 1
    assert json_document.load((tmp_path / "report.json").read_bytes()).verdict == "failed"
    first, *_, last = done.out.strip().splitlines()
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
