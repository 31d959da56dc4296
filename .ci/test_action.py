"""The action for real: pull requests that pass, fail, come from a fork, are hostile, and are cancelled."""

from __future__ import annotations

import io
import os
import signal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from act import GATE, ROOT, TOKEN, TWICE, Act, processes, wait_for

from mlgate.render import json_document
from publish.fake_github import BOT, FakeGitHub
from render.nasty import page
from render.sample import passing_report

METRICS = '{"accuracy": 0.90, "rmse": 1.25}\n'
BRANCH = "x;$(touch${IFS}pwned1)`touch${IFS}pwned2`\"'&|<b>@team#1"
TITLE = "Hostile $(touch pwned3) `touch pwned4` \"'\n::set-output name=verdict::passed\n${{ secrets.GITHUB_TOKEN }}\n"
METRIC = "<script>|@team$(touch pwned5)`touch pwned6`"
SLOW = """\
import os, pathlib, subprocess, time

def test_slow():
    child = subprocess.Popen(["sleep", "3456"])
    pathlib.Path(PLACE).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(3456)
"""


FORGER = """\
import pathlib, subprocess, sys

CODE = '''
import os, pathlib, time
began = time.monotonic()
while time.monotonic() < began + 240:
    for place in pathlib.Path(os.environ["RUNNER_TEMP"], "mlgate").glob("report-*/report.json"):
        aside = place.with_name("aside")
        aside.write_bytes(pathlib.Path(FORGED).read_bytes())
        aside.replace(place)
    time.sleep(0.01)
'''

def test_that_leaves_something_running():
    subprocess.Popen([sys.executable, "-c", CODE], start_new_session=True, stdout=subprocess.DEVNULL)
"""


@pytest.fixture(scope="module")
def act(tmp_path_factory: pytest.TempPathFactory) -> Act:
    made = Act(Path(os.environ["MLGATE_ACT"]), tmp_path_factory.mktemp("act"))
    files = {
        ".github/workflows/gate.yml": GATE.format(checks="metrics readme lint", python=""),
        ".github/workflows/mlgate-comment.yml": (ROOT / "workflows/mlgate-comment.yml").read_text(encoding="utf-8"),
        "README.md": "# Sample\n\nSee [the metrics](metrics.json).\n",
        "metrics.json": METRICS,
    }
    made.commit("main", files)
    return made


@pytest.fixture
def forge() -> Iterator[FakeGitHub]:
    with FakeGitHub() as made:
        made.logins = {TOKEN: BOT}
        yield made
    assert made.violations == []


def test_act__a_pull_request_that_is_fine(act: Act, forge: FakeGitHub) -> None:
    act.commit("better", {"metrics.json": METRICS.replace("0.90", "0.91")})
    done = act.pull_request("better", forge.url).wait()
    assert done.code == 0, done.said
    assert "outputs say passed with 0 failed" in done.said
    (body,) = forge.bodies()
    assert body.startswith("## ✅ mlgate: passed")
    assert "[full report](https://github.com/o/r/actions/runs/1/artifacts/4)" in body
    assert json_document.load((act.uploads / "report.json").read_bytes()).verdict == "passed"
    assert (act.uploads / "mlgate-report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_act__two_projects_in_one_job_have_a_report_and_a_comment_each(act: Act, forge: FakeGitHub) -> None:
    files = {
        ".github/workflows/gate.yml": GATE.format(checks="metrics", python="") + TWICE,
        "metrics.json": METRICS.replace("0.90", "0.91"),
        "other/mlgate.yaml": "report: {key: other}\n",
        "other/metrics.json": METRICS,
        "other/contracts.txt": "humanize>=4\n",
    }
    act.commit("two", files)
    done = act.pull_request("two", forge.url).wait()
    assert "two reports" in done.said, done.said
    assert "beside mlgate: humanize" in done.said, done.said
    assert done.code == 0, done.said
    keys = sorted(body.rpartition("<!-- mlgate:")[2].partition(" ")[0] for body in forge.bodies())
    assert keys == ["default", "other"]


def test_act__a_pull_request_that_is_worse_and_is_mended(act: Act, forge: FakeGitHub) -> None:
    act.commit("worse", {"metrics.json": METRICS.replace("0.90", "0.80")})
    done = act.pull_request("worse", forge.url, run=1).wait()
    assert done.code == 1, done.said
    assert "outputs say failed with 1 failed" in done.said
    assert "::error" in done.said
    (body,) = forge.bodies()
    assert "blocked by metrics" in body
    act.commit("mended", {"metrics.json": METRICS.replace("0.90", "0.91")})
    assert act.pull_request("mended", forge.url, run=2).wait().code == 0
    (body,) = forge.bodies()
    assert body.startswith("## ✅ mlgate: passed")


def test_act__a_fork_is_judged_and_told_by_the_second_workflow(act: Act, forge: FakeGitHub) -> None:
    commit = act.commit("forked", {"metrics.json": METRICS.replace("0.90", "0.70")})
    forge.read_only.add(TOKEN)
    done = act.pull_request("forked", forge.url, fork=True, run=5).wait()
    assert done.code == 1, done.said
    assert "no comment from here: the run of a fork" in done.said
    assert forge.bodies() == []

    forge.read_only.clear()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(act.uploads / "report.json", "report.json")
    forge.upload(5, packed.getvalue())
    forge.open_pull(7, "mallory:forked", commit, 2)
    head = {"id": 2, "owner": {"login": "mallory"}}
    run = {
        "id": 5, "run_attempt": 1, "event": "pull_request", "head_sha": commit, "head_branch": "forked",
        "head_repository": head, "conclusion": "failure", "actor": {"login": "mallory"},
    }  # fmt: skip
    event = {"action": "completed", "workflow_run": run, "repository": {"id": 1}}
    told = act.start("workflow_run", event, forge.url, run=6).wait()
    assert told.code == 0, told.said
    (body,) = forge.bodies()
    assert "blocked by metrics" in body
    assert "decided by that run's own result, `failure`" in body


def test_act__a_hostile_title_branch_and_metric_run_nothing(act: Act, forge: FakeGitHub) -> None:
    metrics = METRICS.replace("0.90", "0.70").replace("rmse", METRIC)
    act.commit(BRANCH, {"metrics.json": metrics, "$(touch pwned7).py": "import os\n"}, TITLE)
    done = act.pull_request(BRANCH, forge.url, title=TITLE).wait()
    assert done.code == 1, done.said
    assert "outputs say failed with" in done.said
    assert [found.name for found in act.home.rglob("pwned*")] == []
    (body,) = forge.bodies()
    shown = page(body)
    assert METRIC in shown.text
    assert not {"script", "img"} & set(shown.tags)
    assert not [file for file in act.uploads.iterdir() if TOKEN in file.read_text(encoding="utf-8")]


def test_act__code_that_is_left_running_does_not_make_a_failed_gate_pass(act: Act, forge: FakeGitHub) -> None:
    forged = act.home / "forged.json"
    forged.write_text(json_document.render(passing_report()), encoding="utf-8")
    workflow = GATE.format(checks="metrics tests", python=ROOT / ".venv/bin/python")
    files = {
        ".github/workflows/gate.yml": workflow,
        "metrics.json": METRICS.replace("0.90", "0.70"),
        "test_forger.py": FORGER.replace("FORGED", repr(str(forged))),
    }
    act.commit("forger", files)
    try:
        done = act.pull_request("forger", forge.url).wait()
    finally:
        for pid in processes("report-*/report.json"):
            os.kill(pid, signal.SIGKILL)
    assert done.code == 1, done.said
    assert "outputs say error" in done.said
    (body,) = forge.bodies()
    assert "ended with `failure`, and no report says why" in body


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_act__a_cancelled_run_is_gone_and_posts_nothing(act: Act, forge: FakeGitHub, number: signal.Signals) -> None:
    tell = act.home / f"pids-{number}"
    workflow = GATE.format(checks="tests", python=ROOT / ".venv/bin/python")
    files = {
        ".github/workflows/gate.yml": workflow,
        "test_slow.py": SLOW.replace("PLACE", repr(str(tell))),
    }
    act.commit(f"slow-{number}", files)
    running = act.pull_request(f"slow-{number}", forge.url)
    wait_for(tell.exists, 120)
    wait_for(lambda: tell.read_text().count(" ") == 1, 5)
    # As the runner does it: a signal to the process of the step, which the shell has become.
    (step,) = processes(str(act.home), "-m mlgate action")
    os.kill(step, number)
    children = [int(word) for word in tell.read_text().split()]
    assert wait_for(lambda: not Path(f"/proc/{step}").exists(), 7) < 7
    assert not [pid for pid in children if pid in processes()]
    done = running.wait()
    assert done.code != 0
    assert "outputs say passed" not in done.said
    assert forge.bodies() == []
