"""Stages run again by real DVC: what counts as reproduced, what fails and how, and what must stay as it was."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - what is killed must be a process of its own
import sys

import pytest

from asking import ask, only, rules
from mlgate.checks.repro import CHECK
from mlgate.report import Outcome, Severity, Status
from processes import is_alive, wait_until
from repositories import Repository
from rerun_projects import TRAIN, RerunProject

LATER = """\
    outs: [model.bin]
  measure:
    cmd: 'wc -c < model.bin > /dev/null; echo "{\\"auc\\": 0.9}" > metrics.json'
    deps: [model.bin]
    metrics: [metrics.json: {cache: false}]
  deploy:
    cmd: cat model.bin > /dev/null
    deps: [model.bin]
"""


@pytest.fixture
def project(rerun_project: RerunProject) -> RerunProject:
    """A copy of a project of three stages that was run."""
    return rerun_project


def results(outcome: Outcome) -> dict[str, str]:
    """Return how each stage that was run came out."""
    table = next(table for table in outcome.tables if table.title == "Run again")
    return {row.cells[0].strip("`"): row.cells[1] for row in table.rows}


def test_rerun__off_runs_nothing(project):
    outcome = project.ask("off")
    assert (outcome.status, outcome.summary) == (Status.PASSED, "lock is true, 3 stages")


def test_rerun__hook_runs_nothing_and_says_so(project, env):
    env["PRE_COMMIT"] = "1"
    outcome = project.ask("full", ", remote: fail")
    assert (outcome.status, outcome.tables[0].title) == (Status.PASSED, "Stages")
    assert outcome.summary == "lock is true, 3 stages; no stage run again in a hook"


def test_rerun__same_bytes_are_reproduced_and_nothing_of_the_user_changes(project, tmp_path):
    project.repo.commit({"mlgate.yaml": "repro: {rerun: full}\n"})
    before = project.contents()
    outcome = ask(CHECK, project.repo, base="HEAD")
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])
    assert outcome.summary == "lock is true, 3 stages; 3 of 3 stages reproduced"
    assert results(outcome) == {"prepare": "identical", "train": "identical", "report": "identical"}
    assert project.contents() == before
    assert list((tmp_path / "tmp").iterdir()) == []
    assert project.repo.git("worktree", "list").count("\n") == 0


def test_rerun__data_only_in_the_cache_is_enough(project):
    project.repo.git("clean", "-fdxq", "--exclude=.dvc")
    outcome = project.ask("[train]")
    assert (outcome.status, results(outcome)) == (Status.PASSED, {"train": "identical"})


def test_rerun__numbers_within_the_default_tolerance_are_reproduced(project):
    """The model and its AUC differ, as without a seed; the time may be anything."""
    project.change("train.py", '"lr 0.1"', '"lr 0.2"')
    project.change("train.py", '0.912, "train_seconds": 3.1', '0.9133, "train_seconds": 9.9')
    outcome = project.ask("[train]")
    assert outcome.status is Status.PASSED
    assert outcome.summary.endswith("; 1 of 1 stage reproduced, 1 of them within tolerance")
    assert {finding.severity for finding in outcome.findings} == {Severity.INFO}
    assert outcome.findings[1].message == (
        "stage `train` is reproduced within tolerance: `metrics.json` has other bytes: "
        "`auc` 0.9120 then, 0.9133 now (1 pp tolerated)"
    )


def test_rerun__numbers_beyond_the_tolerance_are_different(project):
    project.change("train.py", "0.912", "0.85")
    outcome = project.ask("[train]")
    assert outcome.status is Status.FAILED
    assert only(outcome, "repro/different").message.endswith("`auc` 0.912 then, 0.850 now (1 pp tolerated)")


def test_rerun__stage_that_is_different_is_named_though_an_output_is_gone(project):
    project.change("train.py", "0.912", "0.85")
    (project.path / "clean.csv").unlink()
    assert project.ask("[train]").note == "`train`"


def test_rerun__a_count_must_be_the_same(project):
    project.change("train.py", '"rows": 10', '"rows": 11')
    outcome = project.ask("[train]")
    assert "`rows` 10 then, 11 now" in only(outcome, "repro/different").message


def test_rerun__rules_of_the_metrics_check_count(project, mlgate):
    project.change("train.py", "0.912", "0.85")
    config = "repro: {rerun: [train]}\nmetrics: {rules: {auc: {better: higher, tolerance: 10pp}}}\n"
    project.repo.commit({"mlgate.yaml": config})
    done = mlgate("run", "repro", "--base", "HEAD", "--format", "json", "--python", sys.executable, cwd=project.path)
    assert (done.code, "repro/within-tolerance" in done.out) == (0, True)


def test_rerun__output_that_no_metric_vouches_for_is_different(project):
    project.edit("dvc.yaml", "cp raw.csv clean.csv", "wc -c < raw.csv > clean.csv")
    project.change("dvc.yaml", "deps: [clean.csv, train.py]", "deps: [train.py]")
    outcome = project.ask("[prepare]")
    found = only(outcome, "repro/different")
    assert found.message == "stage `prepare` does not come out the same: `clean.csv` is another one"
    assert str(found.location) == "dvc.yaml:5"


def test_rerun__a_made_up_lock_is_caught_by_a_sample(project):
    """Metrics and lock were written by hand so that they agree; every chain of hashes is whole."""
    project.edit("metrics.json", "0.912", "0.99")
    with project.dvc() as repo:
        repo.commit(force=True)
    project.repo.commit()
    assert project.ask("off").status is Status.PASSED
    outcome = project.ask("[train]")
    assert "`auc` 0.990 then, 0.912 now" in only(outcome, "repro/different").message


def test_rerun__what_is_made_of_numbers_within_tolerance_differs_with_them(project):
    project.change("train.py", "0.912", "0.9133")
    outcome = project.ask("[train, report]")
    assert results(outcome) == {"train": "within tolerance", "report": "within tolerance"}
    assert outcome.findings[1].message.endswith("`report.txt` has other bytes: it is made from what `train` made")


def test_rerun__metrics_of_a_later_stage_vouch_for_other_bytes(project):
    """The training alone says nothing of its model, so that the stage that measures it runs too, and no other."""
    project.edit(
        "dvc.yaml", "    outs: [model.bin]\n    metrics:\n      - metrics.json:\n          cache: false\n", LATER
    )
    project.reproduce()
    project.change("train.py", '"lr 0.1"', '"lr 0.2"')
    outcome = project.ask("[train]")
    assert results(outcome) == {"train": "within tolerance", "measure": "identical"}
    assert only(outcome, "repro/within-tolerance").message.endswith(
        "`model.bin` has other bytes: the metrics that come from it agree"
    )


def test_rerun__stale_runs_only_what_is_stale(project):
    project.edit("params.yaml", "0.1", "0.2")
    project.edit("train.py", "0.912", "0.95")
    project.repo.commit()
    outcome = project.ask("stale")
    assert results(outcome) == {"train": "different"}


def test_rerun__nothing_stale_runs_nothing(project):
    outcome = project.ask("stale")
    assert (outcome.status, outcome.summary) == (Status.PASSED, "lock is true, 3 stages; none to run again")


def test_rerun__failing_command_tells_its_exit_code_and_the_end_of_its_output(project):
    project.change("train.py", "import sys\n", "import sys\nprint('about to fail')\nsys.exit(7)\n")
    outcome = project.ask()
    found = only(outcome, "repro/failed")
    assert found.message == "stage `train` failed when it was run again: its command ended with 7"
    assert "about to fail" in (found.detail or "")
    assert results(outcome) == {"prepare": "identical", "train": "failed", "report": "not run"}


def test_rerun__secret_in_the_output_is_hidden(project, env):
    env["SERVICE_TOKEN"] = "hunter2hunter2"
    project.change(
        "train.py", "import sys\n", "import os, sys\nprint('with', os.environ['SERVICE_TOKEN'])\nsys.exit(1)\n"
    )
    detail = only(project.ask("[train]"), "repro/failed").detail or ""
    assert ("with ***" in detail, "hunter2" in detail) == (True, False)


def test_rerun__killed_stage_is_named_as_out_of_memory(project):
    project.change("train.py", "import sys\n", "import os, sys\nos.kill(os.getpid(), 9)\n")
    outcome = project.ask("[train]")
    assert "was killed by SIGKILL" in only(outcome, "repro/failed").message
    assert results(outcome) == {"train": "killed"}


def test_rerun__crash_is_named_by_its_signal(project):
    project.change("train.py", "import sys\n", "import os, sys\nos.kill(os.getpid(), 11)\n")
    assert only(project.ask("[train]"), "repro/failed").message.endswith("its command was ended by SIGSEGV")


def test_rerun__hanging_stage_is_stopped_at_its_limit(project):
    project.change("train.py", "import sys\n", "import sys, time\nprint('waits')\ntime.sleep(600)\n")
    found = only(project.ask("[train]", ", limit: 3s"), "repro/failed")
    assert found.message == "stage `train` was stopped at its time limit of 3 s"
    assert "waits" in (found.detail or "")


def test_rerun__output_that_does_not_appear_is_a_failure(project):
    project.change("train.py", 'open("model.bin", "w")', 'open("other.bin", "w")')
    found = only(project.ask("[train]"), "repro/failed")
    assert found.message == "stage `train` could not be run by DVC"
    assert "model.bin" in (found.detail or "")


def test_rerun__uncommitted_changes_are_refused(project):
    project.repo.commit({"mlgate.yaml": "repro: {rerun: full}\n"})
    project.repo.write({"train.py": TRAIN + "# more\n"})
    outcome = ask(CHECK, project.repo, base="HEAD")
    found = only(outcome, "repro/not-run")
    assert found.message.endswith("there are changes that are not committed, and a run takes what is committed")
    assert str(found.location) == "mlgate.yaml:1"


@pytest.mark.parametrize(
    ("more", "status"), [("", Status.WARNED), (", missing_data: fail", Status.FAILED)], ids=["warn", "fail"]
)
def test_rerun__missing_data_is_said(project, more, status):
    project.drop_data()
    outcome = project.ask("[train]", more)
    assert outcome.status is status
    found = only(outcome, "repro/not-run")
    assert found.message.endswith("`clean.csv` is neither in DVC's cache nor could it be pulled")


def test_rerun__cache_that_the_machine_names(project, tmp_path):
    """The machine's own settings are in no commit; the run must find the cache all the same."""
    (project.path / ".dvc" / "cache").rename(tmp_path / "shared, cache")
    (project.path / ".dvc" / "config.local").write_text(f'[cache]\n    dir = "{tmp_path / "shared, cache"}"\n')
    project.repo.git("clean", "-fdxq", "--exclude=.dvc")
    outcome = project.ask("[train]")
    assert (outcome.status, results(outcome)) == (Status.PASSED, {"train": "identical"})


def test_rerun__missing_data_is_pulled_from_the_remote(project, tmp_path):
    project.push(tmp_path / "remote")
    project.drop_data()
    assert results(project.ask("[train]")) == {"train": "identical"}


def test_rerun__nothing_is_pulled_after_a_change_of_the_config(project, tmp_path):
    project.push(tmp_path / "remote")
    base = project.repo.head
    config = project.path / ".dvc" / "config"
    config.write_text(config.read_text() + "[core]\n    autostage = false\n")
    project.repo.commit()
    project.drop_data()
    outcome = project.ask("[train]", base=base)
    assert rules(outcome) == ["repro/config-changed", "repro/not-run"]
    assert only(outcome, "repro/config-changed").message.startswith("nothing was pulled, because `.dvc/config` is not")
    assert not (project.path / ".dvc" / "cache" / "files").exists()


def test_rerun__unknown_stage_fails_with_the_nearest(project):
    outcome = project.ask("[trian]")
    found = only(outcome, "repro/not-run")
    assert (outcome.status, found.message) == (Status.FAILED, "there is no stage `trian`")
    assert found.hint == "did you mean `train`?"


def test_rerun__dvc_of_the_repository_is_not_asked(project):
    """It could say of anything that it was reproduced."""
    project.repo.write({"tools/bin/dvc": "#!/bin/sh\nexit 0\n", "tools/bin/python": "#!/bin/sh\nexit 0\n"})
    for name in ("dvc", "python"):
        (project.path / "tools" / "bin" / name).chmod(0o755)
    project.repo.commit({"mlgate.yaml": "repro: {rerun: full}\n"})
    outcome = ask(CHECK, project.repo, base="HEAD", python=project.path / "tools" / "bin" / "python")
    found = only(outcome, "repro/not-run")
    assert outcome.status is Status.FAILED
    assert found.message == "not run again: DVC is not asked, because `tools/bin/dvc` of its environment is in git"


def test_rerun__frozen_stage_is_not_run(project):
    project.change("dvc.yaml", "  train:\n", "  train:\n    frozen: true\n")
    assert results(project.ask()) == {"prepare": "identical", "report": "identical"}


def test_rerun__where_stages_cannot_be_run_it_fails_in_a_line_and_loads_nothing_for_it(project, env):
    """Everything of a run here, but for the name of the system, which is what the check goes by."""
    project.repo.commit({"mlgate.yaml": "repro: {rerun: full}\n"})
    script = """\
import os, sys
from mlgate.cli import main
sys.platform = "win32"
code = main(["run", "repro", "--base", "HEAD", "--quiet"], dict(os.environ))
print(*(name for name in sys.modules if name.startswith("mlgate.dvc.rerun")), file=sys.stderr)
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=project.path, env=env, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout
    assert "not run again: that needs Linux or macOS" in done.stdout
    assert "mlgate.yaml:1  repro/not-run" in done.stdout
    assert not {"reproduce", "session", "stage_shell"} & {name.rpartition(".")[2] for name in done.stderr.split()}


def test_rerun__cancelled_run_leaves_no_work_tree_and_no_process(project, tmp_path, env):
    mark = tmp_path / "pid"
    lines = f"import os, sys, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    project.change("train.py", "import sys\n", lines)
    project.repo.commit({"mlgate.yaml": "repro: {rerun: [train]}\n"})
    before = project.contents()
    command = [sys.executable, "-m", "mlgate", "run", "repro", "--base", "HEAD", "--python", sys.executable]
    running = subprocess.Popen(command, cwd=project.path, env={**env, "TMPDIR": str(tmp_path / "tmp")})
    assert wait_until(lambda: mark.is_file() and mark.read_text() != "", 30)
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) == 130
    assert not is_alive(int(mark.read_text()))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert project.contents() == before


def test_rerun__killed_run_changes_nothing_of_the_user_and_the_next_one_clears_up(project, tmp_path, env):
    """After SIGKILL nobody is left who could tidy: the stage ends by itself, the folder goes with the next run."""
    mark = tmp_path / "pid"
    lines = f"import os, sys, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    project.change("train.py", "import sys\n", lines)
    project.repo.commit({"mlgate.yaml": "repro: {rerun: [train]}\n"})
    before = project.contents()
    command = [sys.executable, "-m", "mlgate", "run", "repro", "--base", "HEAD", "--python", sys.executable]
    running = subprocess.Popen(command, cwd=project.path, env={**env, "TMPDIR": str(tmp_path / "tmp")})
    assert wait_until(lambda: mark.is_file() and mark.read_text() != "", 60)
    running.kill()
    running.wait(20)
    assert wait_until(lambda: not is_alive(int(mark.read_text())), 20)
    listed = f"{project.path}/.git/worktrees/"
    assert {path: digest for path, digest in project.contents().items() if not path.startswith(listed)} == before
    assert len(list((tmp_path / "tmp").iterdir())) == 1
    project.ask("[prepare]")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert project.repo.git("worktree", "list").count("\n") == 0


def test_rerun__work_tree_of_a_run_that_goes_on_stays(project, tmp_path):
    other = tmp_path / "tmp" / "mlgate-rerun-other"
    project.repo.git("worktree", "add", "-q", "--detach", str(other / "tree"))
    (other / "owner").write_text(str(os.getpid()))
    project.ask("[prepare]")
    assert (other / "tree" / "dvc.yaml").is_file()


def test_rerun__progress_tells_stage_time_and_last_line(project):
    project.change("train.py", "import sys\n", "import sys\nprint('epoch 1')\n")
    project.repo.commit({"mlgate.yaml": "repro: {rerun: [train]}\n"})
    said: list[str] = []
    ask(CHECK, project.repo, base="HEAD", progress=said.append)
    assert "train (1 of 1), 0 s: starts" in said
    assert any(line.startswith("train (1 of 1), ") and line.endswith(" s: epoch 1") for line in said)


def test_rerun__output_outside_the_repository_is_not_overwritten(project, tmp_path):
    outside = tmp_path / "shared.txt"
    stage = (
        f"  share:\n    cmd: echo again >> {outside}\n    deps: [raw.csv]\n    outs: [{outside}: {{cache: false}}]\n"
    )
    project.repo.write({"dvc.yaml": (project.path / "dvc.yaml").read_text() + stage})
    project.reproduce()
    before = outside.read_text()
    outcome = project.ask("full")
    found = only(outcome, "repro/not-run")
    assert (outcome.status, outside.read_text()) == (Status.WARNED, before)
    assert found.message == (f"stage `share` was not run again: its output `{outside}` lies outside the repository")
    assert set(results(outcome)) == {"prepare", "train", "report"}


def test_rerun__imports_external_data_and_outputs_that_dvc_does_not_cache(project, tmp_path, env):
    source = Repository.create(tmp_path / "source", env)
    source.commit({"plain.txt": "1\n"})
    for name in ("far.csv", "outside.csv"):
        (tmp_path / name).write_text(f"{name}\n")
    with project.dvc() as repo:
        repo.imp_url(str(tmp_path / "far.csv"), "far.csv")
        repo.imp(str(source.path), "plain.txt")
    deps = f"[far.csv, plain.txt, {tmp_path / 'outside.csv'}]"
    outs = "[kept.txt: {persist: true}, in-git.txt: {cache: false}]"
    command = f"cat far.csv plain.txt {tmp_path / 'outside.csv'} | tee kept.txt > in-git.txt"
    stage = f"  gather:\n    cmd: {command}\n    deps: {deps}\n    outs: {outs}\n"
    project.repo.write({"dvc.yaml": (project.path / "dvc.yaml").read_text() + stage})
    project.reproduce()
    project.repo.commit({"mlgate.yaml": "repro: {rerun: [gather]}\n"})
    before = project.contents()
    outcome = ask(CHECK, project.repo, base="HEAD")
    assert (outcome.status, results(outcome)) == (Status.PASSED, {"gather": "identical"})
    assert project.contents() == before


def test_rerun__project_in_a_subfolder(project):
    project.repo.git("rm", "-q", "--cached", "-r", ".")
    names = ("dvc.yaml", "dvc.lock", "params.yaml", "train.py", "raw.csv", "raw.csv.dvc", "metrics.json", ".gitignore")
    (project.path / "models" / "a").mkdir(parents=True)
    for name in names:
        (project.path / name).rename(project.path / "models" / "a" / name)
    project.repo.commit({"models/a/mlgate.yaml": "repro: {rerun: [train]}\n"})
    outcome = ask(CHECK, project.repo, base="HEAD", folder="models/a")
    assert (outcome.status, results(outcome)) == (Status.PASSED, {"train": "identical"})


def test_rerun__lock_and_cache_of_dvc_2(project):
    for name in ("dvc.lock", "raw.csv.dvc"):
        text = (project.path / name).read_text()
        (project.path / name).write_text("".join(x for x in text.splitlines(True) if "hash: md5" not in x))
    cache = project.path / ".dvc" / "cache"
    for folder in (cache / "files" / "md5").iterdir():
        folder.rename(cache / folder.name)
    outcome = project.ask("[prepare, train]")
    assert (outcome.status, results(outcome)) == (Status.PASSED, {"prepare": "identical", "train": "identical"})
