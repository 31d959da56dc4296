"""What stages take: measured, against the baseline's figures, against budgets, and in money."""

from __future__ import annotations

import json
import shutil
import subprocess  # noqa: TID251 - the run that keeps its report is one of its own
import sys
from pathlib import Path

import pytest

from asking import only, rules
from mlgate.dvc.costs.figures import Figures, change, money, typical
from mlgate.report import Measure, Outcome, Severity, Status, Table
from repositories import Repository, clean_environment
from rerun_projects import RerunProject

SLOW = "import sys, time\ntime.sleep(1.3)\n"


@pytest.fixture
def project(rerun_project: RerunProject) -> RerunProject:
    """A copy of a project of three stages that was run."""
    return rerun_project


@pytest.fixture(scope="session")
def kept_made(rerun_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the report of its main branch kept beside it, as a workflow does."""
    folder = tmp_path_factory.mktemp("kept")
    env = clean_environment(folder / "home")
    shutil.copytree(rerun_made, folder / "repo", symlinks=True)
    repo = Repository(folder / "repo", env)
    (repo.path / ".git" / "info" / "exclude").write_text("main.json\n")
    repo.commit({"mlgate.yaml": "repro: {rerun: full}\n"})
    command = ("run", "repro", "--base", "HEAD", "--python", sys.executable, "--no-cache", "--output", "json=main.json")
    subprocess.run([sys.executable, "-m", "mlgate", *command], cwd=repo.path, env=env, check=True, capture_output=True)
    return repo.path


@pytest.fixture
def kept(kept_made: Path, tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> RerunProject:
    """A copy of that project."""
    shutil.copytree(kept_made, tmp_path / "kept", symlinks=True)
    return RerunProject(Repository(tmp_path / "kept", env), env, monkeypatch)


def measures(outcome: Outcome) -> dict[str, Measure]:
    """Return the numbers of an outcome by their name."""
    return {measure.name: measure for measure in outcome.measures}


def cost_table(outcome: Outcome) -> Table:
    """Return the one table of costs."""
    (found,) = [table for table in outcome.tables if table.title.startswith("Cost: ")]
    return found


def test_costs__of_each_stage_are_measured(project):
    found = measures(project.ask("[train]"))
    assert 0 < (found["train: cpu"].current or 0) < 10
    assert 1e6 < (found["train: peak memory"].current or 0) < 1e9
    assert (found["train: wall"].current or 0) > 0
    sizes = [(project.path / name).stat().st_size for name in ("model.bin", "metrics.json")]
    assert found["train: output"].current == sum(sizes)


def test_budgets__within(project):
    assert project.ask("[train]", ", budgets: {time: 5m, memory: 8GB}").status is Status.PASSED


def test_budgets__over(project):
    outcome = project.ask("[train]", ", budgets: {time: 0.001s, memory: 1kB}")
    assert outcome.status is Status.FAILED
    assert [finding.key for finding in outcome.findings] == [
        "repro/over-budget:train:time",
        "repro/over-budget:train:memory",
    ]
    assert outcome.findings[1].message.endswith("MB of memory, more than the 1 kB of its budget")


def test_report__figures_of_the_baseline_stand_beside(kept):
    head = json.loads((kept.path / "main.json").read_text())["head"]["commit"]
    outcome = kept.ask("full", ", costs: main.json, budgets: {increase: 400%}")
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])
    found = measures(outcome)
    assert all(found[f"{stage}: wall"].baseline for stage in ("prepare", "train", "report"))
    assert cost_table(outcome).note == f"in brackets: against the baseline, by `main.json` of `{head[:7]}`"
    assert [row.cells[0] for row in cost_table(outcome).rows] == ["`prepare`", "`train`", "`report`", "all"]
    assert "%)" in cost_table(outcome).rows[1].cells[1]


def test_report__stage_that_takes_longer_than_the_increase(kept):
    base = kept.repo.head
    kept.change("train.py", "import sys\n", SLOW)
    outcome = kept.ask("[train]", ", costs: main.json, budgets: {increase: 20%}", base=base)
    assert [(finding.key, finding.severity) for finding in outcome.findings] == [
        ("repro/over-budget:train:time increase", Severity.ERROR)
    ]
    assert outcome.findings[0].message.endswith("of the baseline, where 20 % more are allowed")
    assert str(outcome.findings[0].location) == "dvc.yaml:6"


def test_report__a_share_of_almost_nothing_is_no_increase(kept):
    """A stage of milliseconds may take twice as long on a busy machine."""
    assert kept.ask("[prepare, report]", ", costs: main.json, budgets: {increase: 0%}").status is Status.PASSED


def test_report__larger_output(kept):
    base = kept.repo.head
    kept.change("train.py", 'rows + "lr 0.1"', 'rows + "lr 0.1" + "x" * 2_000_000')
    outcome = kept.ask("[train]", ", costs: main.json, budgets: {increase: 20%}", base=base)
    assert only(outcome, "repro/over-budget").message.startswith("stage `train` took 2 MB of outputs, +")


def test_report__that_a_pull_request_brings_does_not_count(kept):
    base = kept.repo.head
    kept.repo.git("add", "--force", "main.json")
    kept.repo.commit()
    outcome = kept.ask("[train]", ", costs: main.json, budgets: {increase: 20%}", base=base)
    assert rules(outcome) == ["repro/no-costs"]


def test_report__in_git_counts_as_the_baseline_has_it(kept):
    kept.repo.git("add", "--force", "main.json")
    kept.repo.commit()
    base = kept.repo.head
    kept.repo.commit({"main.json": "{}"})
    assert rules(kept.ask("[train]", ", costs: main.json, budgets: {increase: 900%}", base=base)) == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{", id="cut off"),
        pytest.param('{"schema": "other/1", "entries": []}', id="another tool's"),
    ],
)
def test_report__that_is_none_is_said(kept, content):
    (kept.path / "main.json").write_text(content)
    outcome = kept.ask("[train]", ", costs: main.json")
    found = only(outcome, "repro/no-costs")
    assert (outcome.status, str(found.location)) == (Status.WARNED, "main.json")
    assert found.message == "what stages took at the baseline is not known: `main.json` is no report of mlgate"


def test_increase__is_not_judged_in_silence(project):
    outcome = project.ask("[train]", ", costs: nowhere.json, budgets: {increase: 20%}")
    found = only(outcome, "repro/no-costs")
    assert outcome.status is Status.WARNED
    assert found.message == "whether `train` took longer than at the baseline was not judged: nobody kept its times"


def test_increase__new_stage_has_nothing_to_compare_with(project):
    base = project.repo.head
    extra = "  extra:\n    cmd: cp raw.csv extra.csv\n    deps: [raw.csv]\n    outs: [extra.csv]\n"
    project.edit("dvc.yaml", "  report:\n", f"{extra}  report:\n")
    project.reproduce()
    assert project.ask("[extra]", ", budgets: {increase: 20%}", base=base).status is Status.PASSED


def test_history__earlier_run_of_the_same_inputs_is_the_baseline(project):
    project.ask("[train]")
    outcome = project.ask("[train]", ", budgets: {increase: 900%}")
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])
    assert measures(outcome)["train: wall"].baseline is not None
    assert (cost_table(outcome).note or "").endswith("against the baseline, 1 stage by earlier runs here")


def test_history__other_inputs_are_compared_with_those_of_the_baseline(project):
    project.ask("[train]")
    base = project.repo.head
    project.change("train.py", "import sys\n", SLOW)
    outcome = project.ask("[train]", ", budgets: {increase: 20%}", base=base)
    assert rules(outcome) == ["repro/over-budget"]


def test_history__runs_of_a_stale_lock_are_not_kept(project):
    project.edit("train.py", "import sys\n", "import sys  # other code\n")
    project.repo.commit()
    project.ask("[train]")
    project.edit("train.py", "  # other code", "")
    project.repo.commit()
    assert measures(project.ask("[train]"))["train: wall"].baseline is None


def test_output__size_at_the_baseline_is_in_its_lock(project):
    base = project.repo.head
    project.change("train.py", 'rows + "lr 0.1"', 'rows + "lr 0.1" + "x" * 100')
    outcome = project.ask("[train]", base=base)
    found = measures(outcome)["train: output"]
    assert (found.current or 0) - (found.baseline or 0) == 100
    assert cost_table(outcome).note == "no times of the baseline are known"


def test_price__of_the_run(project):
    outcome = project.ask("[train]", ", price: 3600 USD/h")
    price, wall = measures(outcome)["price"], measures(outcome)["train: wall"]
    assert price.current == pytest.approx(wall.current)
    assert price.unit == "USD"
    table = cost_table(outcome)
    assert (table.columns[-1].title, table.rows[0].cells[-1][-4:]) == ("Price", " USD")
    assert (table.note or "").endswith("; at 3600 USD/h")


def test_costs__failed_stage_has_none(project):
    project.change("train.py", "import sys\n", "import sys\nsys.exit(1)\n")
    outcome = project.ask("[train]")
    assert not any(table.title.startswith("Cost: ") for table in outcome.tables)
    assert outcome.measures == ()


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        pytest.param(12.0, 10.0, "+20 %", id="more"),
        pytest.param(9.0, 10.0, "\N{MINUS SIGN}10 %", id="less"),
        pytest.param(10.01, 10.0, "±0 %", id="the same"),
        pytest.param(50_000.0, 1.0, "+4,999,900 %", id="thousands"),
        pytest.param(1.0, 0.0, "", id="of nothing"),
        pytest.param(1.0, None, "", id="not known"),
    ],
)
def test_change(now, then, words):
    assert change(now, then) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        pytest.param(1234.5, "1,234.50 EUR", id="two decimals"),
        pytest.param(0.0123, "0.012 EUR", id="two digits"),
        pytest.param(0, "0.00 EUR", id="nothing"),
    ],
)
def test_money(amount, words):
    assert money(amount, "EUR") == words


def test_typical__median_of_what_is_known():
    runs = [Figures(seconds=1, memory=5), Figures(seconds=9), Figures(seconds=2, memory=7)]
    assert typical(runs) == Figures(seconds=2, memory=6)
