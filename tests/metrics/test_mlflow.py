"""MLflow's runs at both sides, asked of a real server; and every way in which there is no answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import events
from contexts import opened_context
from mlgate.checks.metrics import CHECK
from mlgate.context import Context
from mlgate.metrics.config import MlflowConfig
from mlgate.metrics.flatten import Odd
from mlgate.metrics.mlflow import child as mlflow_child
from mlgate.metrics.mlflow import runs as mlflow_runs
from mlgate.metrics.mlflow.runs import Tracked, read_tracked
from mlgate.metrics.mlflow.table import runs_table
from mlgate.metrics.noise.history import Key, read_history, run_commits
from mlgate.report import Severity, Status
from mlgate.runner import answer
from repositories import Repository
from tracking import TrackingServer, silent_port, stranger, tracking_server

ANY = MlflowConfig()
VARIABLE = "MLFLOW_TRACKING_URI"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    with tracking_server(tmp_path_factory.mktemp("tracking")) as running:
        yield running


@pytest.fixture
def project(repo: Repository, request: pytest.FixtureRequest) -> Repository:
    """Two commits that no other test has, for all tests share the server."""
    repo.commit({"train.py": f"# {request.node.nodeid}\n"})
    repo.commit({"train.py": f"# {request.node.nodeid}, changed\n"})
    return repo


@pytest.fixture
def open_context(project: Repository, env: dict[str, str]) -> Iterator[Callable[..., Context]]:
    """Opens the project: `open_context(uri)`, `open_context(uri, base=None, **variables)`."""
    with ExitStack() as opened:

        def give(uri: str | None = None, *, base: str | None = "HEAD~1", **more: str) -> Context:
            where = {VARIABLE: uri} if uri else {}
            return opened.enter_context(opened_context(project.path, {**env, **where, **more}, base))

        yield give


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks with the very same code in this process, without the seconds that another one takes to import the client."""
    for name, value in mlflow_runs._ENV.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(mlflow_runs, "_ask", lambda _, job: mlflow_child.answer(job))


def values(tracked: Tracked) -> tuple[dict[str, object], dict[str, object]]:
    assert tracked.pair is not None, tracked.findings
    return tracked.pair.baseline.flat.values, tracked.pair.head.flat.values


def messages(tracked: Tracked) -> list[str]:
    return [finding.message for finding in tracked.findings]


def cells(tracked: Tracked, config: MlflowConfig = ANY) -> list[tuple[str, ...]]:
    table = runs_table(tracked, config)
    return [row.cells for row in table.rows] if table else []


def test_read__runs_of_both_commits(server, project, open_context):
    server.run(project.git("rev-parse", "HEAD~1"), {"accuracy": 0.9}, params={"lr": 0.1})
    measured = {"accuracy": 0.8, "val/loss": 2, "system/cpu_utilization_percentage": 90}
    run = server.run(project.head, measured, params={"lr": 0.3}, name="gentle-ox")
    before = {path: path.stat().st_mtime_ns for path in project.path.rglob("*") if ".git/" not in str(path)}
    tracked = read_tracked(open_context(server.uri), ANY)
    assert values(tracked) == ({"accuracy": 0.9}, {"accuracy": 0.8, "val/loss": 2.0})
    assert tracked.findings == ()
    assert (tracked.baseline.params, tracked.head.params) == ({"lr": "0.1"}, {"lr": "0.3"})
    side, name, experiment, commit, started, taken = cells(tracked)[1]
    assert (side, name, experiment) == ("this PR", f"`gentle-ox` `{run[:8]}`", "`flights`")
    assert (commit, started[:10], taken) == (f"`{project.head[:7]}`", "2026-01-01", "")
    after = {path: path.stat().st_mtime_ns for path in project.path.rglob("*") if ".git/" not in str(path)}
    assert after == before


@pytest.mark.usefixtures("in_process")
def test_read__newest_finished_run_of_several(server, project, open_context):
    server.run(project.head, {"accuracy": 0.5})
    whole = server.run(project.head, {"accuracy": 0.8})
    server.run(project.head, {"accuracy": 0.7}, parent=whole)
    server.run(project.head, {"accuracy": 0.1}, status="FAILED")
    server.run(project.head, {"accuracy": 0.2}, status=None)
    tracked = read_tracked(open_context(server.uri), ANY)
    assert values(tracked)[1] == {"accuracy": 0.8}
    assert cells(tracked)[-1][-1] == "the newest of 3 runs of this commit (1 nested)"


@pytest.mark.usefixtures("in_process")
def test_read__baseline_from_the_experiment_of_the_head(server, project, open_context):
    base = project.git("rev-parse", "HEAD~1")
    server.run(base, {"accuracy": 0.9}, experiment="flights")
    server.run(base, {"latency": 3}, experiment="monitoring")
    server.run(project.head, {"accuracy": 0.8}, experiment="flights")
    tracked = read_tracked(open_context(server.uri), ANY)
    assert values(tracked) == ({"accuracy": 0.9}, {"accuracy": 0.8})
    assert cells(tracked)[0][-1] == "the newest of 2 runs of this commit (1 of other experiments)"


@pytest.mark.usefixtures("in_process")
def test_read__experiment_that_is_named(server, project, open_context):
    server.run(project.head, {"accuracy": 0.8}, experiment="flights")
    server.run(project.head, {"latency": 3}, experiment="monitoring")
    tracked = read_tracked(open_context(server.uri), MlflowConfig(experiment="flights"))
    assert values(tracked)[1] == {"accuracy": 0.8}


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("by", ["alias", "version", "run"])
def test_read__baseline_that_is_named(server, project, open_context, by):
    run = server.run("c" * 40, {"accuracy": 0.95})
    version = server.model(f"model-{by}", run, alias="champion")
    server.run(project.head, {"accuracy": 0.8})
    wish = {"alias": f"models:/model-{by}@champion", "version": f"models:/model-{by}/{version}", "run": f"runs:/{run}"}
    config = MlflowConfig(baseline=wish[by])
    tracked = read_tracked(open_context(server.uri), config)
    assert values(tracked) == ({"accuracy": 0.95}, {"accuracy": 0.8})
    assert cells(tracked, config)[0][0] == f"baseline, `{wish[by]}`"


@pytest.mark.usefixtures("in_process")
def test_read__pull_request_is_its_own_head_not_the_merge_commit(server, project, open_context, tmp_path):
    base, head = project.git("rev-parse", "HEAD~1"), project.head
    project.branch("merged", base)
    project.commit({"other.py": "1\n"})
    trial = project.merge(head)
    server.run(head, {"accuracy": 0.8})
    server.run(trial, {"accuracy": 0.1})
    event = events.runner(tmp_path, "pull_request", events.pull_request(base, head))
    tracked = read_tracked(open_context(server.uri, base=None, **event), ANY)
    assert values(tracked)[1] == {"accuracy": 0.8}


@pytest.mark.usefixtures("in_process")
def test_read__merge_on_the_main_branch_stands_for_what_it_merged(server, project, open_context):
    project.branch("feature")
    trained = project.commit({"train.py": "# feature\n"})
    project.checkout("main")
    project.merge("feature")
    server.run(trained, {"accuracy": 0.9})
    server.run(project.commit({"train.py": "# next\n"}), {"accuracy": 0.8})
    tracked = read_tracked(open_context(server.uri), ANY)
    assert values(tracked) == ({"accuracy": 0.9}, {"accuracy": 0.8})


@pytest.mark.usefixtures("in_process")
def test_read__numbers_that_are_none(server, project, open_context):
    server.run(project.head, {"a": math.nan, "b": math.inf, "c": -math.inf})
    found = values(read_tracked(open_context(server.uri), ANY))[1]
    assert found == {
        "a": Odd("not a number", "NaN"),
        "b": Odd("infinite", "Infinity"),
        "c": Odd("infinite", "-Infinity"),
    }


@pytest.mark.usefixtures("in_process")
def test_read__history_of_the_branch(server, project, open_context):
    trained = []
    for number in range(10):
        trained.append(project.commit({"train.py": f"# {number}\n"}))
        if number != 4:
            server.run(trained[-1], {"accuracy": 0.9 + number / 1000})
    server.run(trained[-1], {"accuracy": 0.5}, experiment="elsewhere")
    server.run(project.commit({"train.py": "# head\n"}), {"accuracy": 0.8})
    context = open_context(server.uri)
    tracked = read_tracked(context, ANY, run_commits(context, 20))
    history = read_history(context, (), 20, tracked.history)
    assert history.values[Key(mlflow_runs.NAME, "accuracy")] == [0.9 + n / 1000 for n in range(10) if n != 4]
    last = read_history(context, (), 3, tracked.history)
    assert last.values[Key(mlflow_runs.NAME, "accuracy")] == [0.907, 0.908, 0.909]


def test_read__client_needs_only_what_skinny_brings(server, project, open_context, without_packages):
    server.run(project.head, {"accuracy": 0.8})
    without_packages(
        "aiohttp", "alembic", "docker", "flask", "graphene", "gunicorn", "huey", "matplotlib", "numpy", "pandas",
        "pyarrow", "scipy", "skops", "sklearn", "sqlalchemy",
    )  # fmt: skip
    assert values(read_tracked(open_context(server.uri), ANY))[1] == {"accuracy": 0.8}


def test_read__without_the_client_says_how_to_install_it(open_context, without_packages):
    without_packages("mlflow")
    (found,) = read_tracked(open_context("http://127.0.0.1:9"), ANY).findings
    assert found.message == "the package `mlflow` is not installed here, so no run is judged"
    assert found.hint == "run `pip install 'mlgate[mlflow]'`"


@pytest.fixture
def without_packages(tmp_path: Path, env: dict[str, str]) -> Callable[..., None]:
    """Hides installed packages from every Python process that is started: `without_packages("mlflow")`."""

    def hide(*names: str) -> None:
        source = (
            "from importlib.machinery import PathFinder\n"
            "known = PathFinder.find_spec\n"
            "def find_spec(name, path=None, target=None):\n"
            f"    return None if name.partition('.')[0] in {names!r} else known(name, path, target)\n"
            "PathFinder.find_spec = find_spec\n"
        )
        folder = tmp_path / "hidden"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(source, encoding="utf-8")
        env["PYTHONPATH"] = str(folder)

    return hide


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(200, "answers with a page, not as MLflow does: a login, or another service", id="page"),
        pytest.param(302, "answers with a page, not as MLflow does: a login, or another service", id="redirect"),
        pytest.param(404, "answers with a page, not as MLflow does: a login, or another service", id="not found"),
        pytest.param(401, "refuses the credentials (401)", id="401"),
        pytest.param(403, "forbids this to whose credentials these are (403)", id="403"),
        pytest.param(500, "answers with the error 500", id="500"),
        pytest.param(503, "answers with the error 503", id="503"),
    ],
)
@pytest.mark.parametrize("severity", ["warn", "fail"])
def test_read__stranger_at_the_address(open_context, status, words, severity):
    with stranger(status) as uri:
        tracked = read_tracked(open_context(uri), MlflowConfig(on_unavailable=severity))
    (found,) = tracked.findings
    assert found.message == f"the MLflow server `{uri}` {words}, so no run is judged"
    assert found.severity is {"warn": Severity.WARNING, "fail": Severity.ERROR}[severity]
    assert (found.key, tracked.pair) == ("metrics/mlflow-unavailable:server", None)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("uri", "words"),
    [
        pytest.param(
            "http://127.0.0.1:9", "`http://127.0.0.1:9` cannot be reached: the connection is refused", id="no"
        ),
        pytest.param("http://no.invalid", "`http://no.invalid` cannot be reached: its name is not known", id="name"),
        pytest.param("./mlruns", "the store of MLflow's runs, `./mlruns`, is not there", id="folder"),
        pytest.param("sqlite:///mlflow.db", "the store of MLflow's runs, `mlflow.db`, is not there", id="database"),
    ],
)
def test_read__nobody_at_the_address(open_context, project, monkeypatch, uri, words):
    monkeypatch.chdir(project.path)
    assert words in messages(read_tracked(open_context(uri), ANY))[0]
    assert sorted(path.name for path in project.path.iterdir()) == [".git", "train.py"]


def test_read__server_that_never_answers_is_given_up(open_context, monkeypatch):
    monkeypatch.setitem(mlflow_runs._ENV, "MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    with silent_port() as uri:
        (found,) = read_tracked(open_context(uri, MLFLOW_HTTP_REQUEST_MAX_RETRIES="7"), ANY).findings
    assert found.message == f"the MLflow server `{uri}` does not answer in time, so no run is judged"


def test_read__server_that_answers_byte_by_byte_is_given_up(open_context, monkeypatch):
    monkeypatch.setattr(mlflow_runs, "LIMIT_SECONDS", 4.0)
    with stranger(200, slow=0.5) as uri:
        (found,) = read_tracked(open_context(uri), ANY).findings
    assert found.message == f"the MLflow server `{uri}` does not answer in time, so no run is judged"


def test_limits__leave_room_within_half_a_minute():
    tries = 1 + int(mlflow_runs._ENV["MLFLOW_HTTP_REQUEST_MAX_RETRIES"])
    assert tries * int(mlflow_runs._ENV["MLFLOW_HTTP_REQUEST_TIMEOUT"]) < mlflow_runs.LIMIT_SECONDS < 30


def test_read__credentials_in_the_address_are_never_shown(open_context):
    tracked = read_tracked(open_context("http://ana:hunter22@127.0.0.1:9/sub?key=hunter22"), ANY)
    assert "hunter22" not in repr(tracked)
    assert "`http://127.0.0.1:9/sub`" in messages(tracked)[0]


@pytest.mark.usefixtures("in_process")
def test_read__server_that_repeats_the_credentials_does_not_publish_them(open_context):
    with stranger(400, b"no access for the token hunter22-hunter22") as uri:
        tracked = read_tracked(open_context(uri, MLFLOW_TRACKING_TOKEN="hunter22-hunter22"), ANY)
    assert "cannot be asked: `API request to endpoint" in messages(tracked)[0]
    assert "for the token ***" in messages(tracked)[0]


@pytest.mark.usefixtures("in_process")
def test_read__unknown_experiment_names_the_nearest(server, open_context):
    server.run("d" * 40)
    (found,) = read_tracked(open_context(server.uri), MlflowConfig(experiment="flihgts")).findings
    assert found.message.startswith("there is no MLflow experiment `flihgts` on ")
    assert found.hint == "did you mean `flights`?"


@pytest.mark.usefixtures("in_process")
def test_read__no_run_of_the_head_says_why_it_may_be(server, project, open_context):
    server.run(project.git("rev-parse", "HEAD~1"), {"accuracy": 0.9})
    tracked = read_tracked(open_context(server.uri), ANY)
    (found,) = tracked.findings
    assert found.message == (
        f"no MLflow run names the head commit `{project.head[:7]}`, so MLflow's metrics are not judged"
    )
    assert "commit before you train" in str(found.hint)
    assert (found.key, tracked.pair) == ("metrics/mlflow-no-run:head", None)


@pytest.mark.usefixtures("in_process")
def test_read__runs_without_any_commit_are_told(server, open_context):
    server.run(None, experiment="notebooks")
    (head, _) = messages(read_tracked(open_context(server.uri), MlflowConfig(experiment="notebooks")))
    assert "and none of the newest names any commit" in head


@pytest.mark.usefixtures("in_process")
def test_read__unfinished_runs_of_the_head_are_told(server, project, open_context):
    server.run(project.head, status=None)
    server.run(project.head, status="FAILED")
    (head, _) = messages(read_tracked(open_context(server.uri), ANY))
    assert head.startswith(
        f"2 MLflow runs of the head commit `{project.head[:7]}` are not finished (1 `FAILED`, 1 `RUN"
    )


@pytest.mark.usefixtures("in_process")
def test_read__no_run_of_the_baseline_leaves_absolute_rules(server, project, open_context):
    server.run(project.head, {"accuracy": 0.8})
    tracked = read_tracked(open_context(server.uri), ANY)
    (message,) = messages(tracked)
    assert message.endswith("so only absolute rules apply to MLflow's metrics")
    assert tracked.pair.baseline.state == "unavailable"


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("wish", "words", "hint"),
    [
        pytest.param("models:/flihgt@champion", "is no registered model", "did you mean `flight`?", id="no model"),
        pytest.param("models:/flight@chamqion", "there is no such alias", "known aliases: `champion`", id="no alias"),
        pytest.param("models:/flight/77", "there is no such version", "look at the versions", id="no version"),
        pytest.param(f"runs:/{'0' * 32}", "is not there", "look at its id", id="no run"),
    ],
)
def test_read__baseline_that_stands_for_nothing(server, project, open_context, wish, words, hint):
    run = server.run(project.head, {"accuracy": 0.8})
    server.model("flight", run, alias="champion")
    tracked = read_tracked(open_context(server.uri), MlflowConfig(baseline=wish, on_unavailable="fail"))
    (found,) = tracked.findings
    assert words in found.message
    assert hint in str(found.hint)
    assert found.severity is Severity.ERROR


@pytest.mark.usefixtures("in_process")
def test_read__model_that_was_registered_without_a_run(server, project, open_context):
    server.model("imported", None, alias="champion")
    server.run(project.head)
    (message,) = messages(read_tracked(open_context(server.uri), MlflowConfig(baseline="models:/imported@champion")))
    assert message.startswith("`models:/imported@champion` was registered without a run")


@pytest.mark.usefixtures("in_process")
def test_read__baseline_run_that_is_deleted(server, project, open_context):
    run = server.run("e" * 40)
    server.client.delete_run(run)
    server.run(project.head)
    (message,) = messages(read_tracked(open_context(server.uri), MlflowConfig(baseline=f"runs:/{run}")))
    assert message.startswith(f"the run of `runs:/{run}` is deleted")


CONFIG = "metrics: {{mlflow: {{tracking_uri: '{uri}'}}}}\n"


@pytest.mark.usefixtures("in_process")
def test_read__address_in_the_baselines_config(server, project, open_context):
    project.commit({"mlgate.yaml": CONFIG.format(uri=server.uri)})
    server.run(project.commit({"train.py": "# changed again\n"}), {"accuracy": 0.8})
    context = open_context()
    tracked = read_tracked(context, context.config.sections["metrics"].mlflow)
    assert values(tracked)[1] == {"accuracy": 0.8}


@pytest.mark.usefixtures("in_process")
def test_read__address_that_only_the_pull_request_names_is_refused(project, open_context):
    with stranger(401) as theirs:
        project.commit({"mlgate.yaml": CONFIG.format(uri=theirs)})
        context = open_context(MLFLOW_TRACKING_TOKEN="hunter22")
        refused, nowhere = read_tracked(context, context.config.sections["metrics"].mlflow).findings
    assert refused.message == (
        f"the tracking server `{theirs}` is not in the baseline's config, so it gets no credentials"
    )
    assert (str(refused.location), refused.severity) == ("mlgate.yaml:1", Severity.WARNING)
    assert nowhere.message == "it is not known where MLflow's runs are tracked, so none is judged"
    assert VARIABLE in str(nowhere.hint)


@pytest.mark.usefixtures("in_process")
def test_read__address_that_the_pull_request_changes_is_not_asked(server, project, open_context):
    project.commit({"pyproject.toml": f"[tool.mlgate.metrics.mlflow]\ntracking_uri = '{server.uri}'\n"})
    with stranger(401) as theirs:
        head = project.commit({"pyproject.toml": f"[tool.mlgate.metrics.mlflow]\ntracking_uri = '{theirs}'\n"})
        server.run(head, {"accuracy": 0.8})
        context = open_context()
        tracked = read_tracked(context, context.config.sections["metrics"].mlflow)
    assert values(tracked)[1] == {"accuracy": 0.8}
    assert f"; `{server.uri}` is asked instead" in messages(tracked)[0]


@pytest.mark.usefixtures("in_process")
def test_read__address_of_the_environment_wins(server, project, open_context):
    project.commit({"mlgate.yaml": CONFIG.format(uri="http://127.0.0.1:9")})
    server.run(project.commit({"train.py": "# changed again\n"}), {"accuracy": 0.8})
    context = open_context(server.uri)
    tracked = read_tracked(context, context.config.sections["metrics"].mlflow)
    assert values(tracked)[1] == {"accuracy": 0.8}


@pytest.mark.parametrize("written", ["models:/flights", "champion", "runs:/", "models:/a@b@c", "models:/a/b"])
def test_config__baseline_that_names_nothing(written):
    with pytest.raises(ValueError, match="is no baseline; write `models:/name@alias`"):
        MlflowConfig(baseline=written)


# Through the check.


@pytest.mark.usefixtures("in_process")
def test_check__regression_of_a_run_fails_at_the_config(server, project, open_context):
    base = project.commit({"mlgate.yaml": "metrics: {mlflow: {experiment: flights}}"})
    server.run(base, {"accuracy": 0.9, "val/loss": 1.0}, params={"lr": 0.1})
    server.run(project.commit({"train.py": "# worse\n"}), {"accuracy": 0.8, "val/loss": 1.0}, params={"lr": 0.3})
    outcome = answer(CHECK, open_context(server.uri))
    (found,) = outcome.findings
    assert (found.key, str(found.location)) == ("metrics/regression:accuracy", "mlgate.yaml:1")
    assert {"Why: 1 parameter changed", "Runs of MLflow that were compared"} <= {
        table.title for table in outcome.tables
    }


@pytest.mark.usefixtures("in_process")
def test_check__same_name_in_a_file_and_a_run(server, project, open_context):
    base = project.commit({"mlgate.yaml": "metrics: {mlflow: {}}", "metrics.json": '{"accuracy": 0.7}'})
    server.run(base, {"accuracy": 0.9})
    server.run(project.commit({"train.py": "# worse\n"}), {"accuracy": 0.9, "auc": 0.9})
    outcome = answer(CHECK, open_context(server.uri))
    assert outcome.status is Status.PASSED
    assert {measure.name for measure in outcome.measures} == {"metrics.json:accuracy", "mlflow:accuracy", "auc"}


@pytest.mark.usefixtures("in_process")
def test_check__files_are_judged_although_the_server_is_down(project, open_context):
    project.commit({"mlgate.yaml": "metrics: {mlflow: {}}", "metrics.json": '{"accuracy": 0.7}'})
    project.commit({"metrics.json": '{"accuracy": 0.6}'})
    outcome = answer(CHECK, open_context("http://127.0.0.1:9"))
    assert {finding.rule for finding in outcome.findings} == {"metrics/mlflow-unavailable", "metrics/regression"}


@pytest.mark.usefixtures("in_process")
def test_check__nothing_but_a_server_that_is_down_is_never_a_pass(project, open_context):
    project.commit({"mlgate.yaml": "metrics: {mlflow: {}}"})
    project.commit({"train.py": "# changed\n"})
    assert answer(CHECK, open_context("http://127.0.0.1:9")).status is Status.WARNED
