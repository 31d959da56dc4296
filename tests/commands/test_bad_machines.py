"""Machines that are full, read-only, offline or foreign: the verdict stands, and nothing half is left."""

from __future__ import annotations

import json
import os
import resource
import subprocess  # noqa: TID251 - the whole process, with limits that no test process could take back
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

import events
from conftest import Ran
from mlgate.publish.runner_files import SUMMARY_BYTES, summary
from mlgate.render import FORMATS, json_document
from mlgate.report import Column, Outcome, Row, Table
from render.sample import friendly_report, sample_report
from repositories import Repository

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., Ran]
# Root may write everywhere, unless it gives that up.
OBEYS = ("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override") if os.geteuid() == 0 else ()


@pytest.fixture
def worse(repo: Repository) -> Repository:
    """A pull request that lowers a metric, and many that stay."""
    metrics = {f"metric_{number}_accuracy": 0.5 for number in range(300)}
    repo.commit({"metrics.json": json.dumps({**metrics, "accuracy": 0.9}), ".gitignore": ".mlgate/\n"})
    repo.branch("feature")
    repo.commit({"metrics.json": json.dumps({**metrics, "accuracy": 0.5})})
    return repo


def child(argv: Sequence[str | Path], repo: Repository, env: Mapping[str, str], **more: object) -> Ran:
    command = [sys.executable, "-m", "mlgate", *map(str, argv)]
    prefix = more.pop("prefix", ())
    # Python itself would leave half a file of bytecode where the disk is full.
    env = {**env, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*prefix, *command], cwd=repo.path, env=env, capture_output=True, text=True, **more)  # type: ignore[call-overload]
    return Ran(done.returncode, done.stdout, done.stderr)


def at_most(size: int) -> Callable[[], None]:
    """Return what keeps a process from writing a file of more bytes, as a full disk does."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# --- full


def test_full_disk__the_verdict_stands_and_no_half_report_is_left(
    worse: Repository, env: dict[str, str], tmp_path: Path
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    argv = ["run", "metrics", "--base=main", f"--output=json={place / 'report.json'}"]
    done = child(argv, worse, env, preexec_fn=at_most(8_192))
    assert done.code == 1
    assert "blocked by metrics" in done.out
    assert "report.json cannot be written: File too large" in done.err
    assert list(place.iterdir()) == []


def test_full_disk__a_report_that_was_there_stays_whole(worse: Repository, env: dict[str, str], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    argv = ["run", "metrics", "--base=main", "--quiet", f"--output=json={report}"]
    assert child(argv, worse, env).code == 1
    before = report.read_bytes()
    assert child(argv, worse, env, preexec_fn=at_most(8_192)).code == 1
    assert report.read_bytes() == before


def test_full_disk__a_gate_that_passes_passes(worse: Repository, env: dict[str, str], tmp_path: Path) -> None:
    argv = ["run", "metrics", "--base=HEAD", f"--output=json={tmp_path / 'report.json'}"]
    assert child(argv, worse, env, preexec_fn=at_most(8_192)).code == 0


def test_output__a_path_that_cannot_be_is_a_mistake_after_the_report(
    worse: Repository, mlgate: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    wrong = f"--output=json={tmp_path / 'file/report.json'}"
    done = mlgate("run", "metrics", "--base=HEAD", wrong, cwd=worse.path)
    assert done.code == 2
    assert "passed" in done.out
    assert mlgate("run", "metrics", "--base=main", wrong, cwd=worse.path).code == 1


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_full_disk__keeps_nothing_else_from_being_published(mlgate: Command, tmp_path: Path, name: str) -> None:
    report = tmp_path / "report.json"
    report.write_text(json_document.render(friendly_report()), encoding="utf-8")
    files = {other: str(tmp_path / other) for other in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    env = {"GITHUB_ACTIONS": "true", **files, name: "/dev/full"}
    done = mlgate("publish", report, cwd=tmp_path, **env)
    assert done.code == 0
    assert "/dev/full cannot be written: No space left on device" in done.out
    assert "::error file=out/metrics.json" in done.out
    (other,) = set(files) - {name}
    assert Path(files[other]).stat().st_size > 0


# --- read-only


def test_read_only_workspace_and_home__the_verdict_is_found(worse: Repository, env: dict[str, str]) -> None:
    home = Path(env["HOME"])
    home.mkdir(exist_ok=True)
    folders = [worse.path, *(path for path in worse.path.rglob("*") if path.is_dir()), home]
    for folder in folders:
        folder.chmod(0o555)
    try:
        control = subprocess.run(
            [*OBEYS, "touch", worse.path / "x"], env=env, capture_output=True, check=False, text=True
        )
        assert "Permission denied" in control.stderr
        done = child(["run", "metrics", "readme", "lint", "--base=main"], worse, env, prefix=OBEYS)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert done.code == 1
    assert "blocked by metrics" in done.out
    assert "Traceback" not in done.text


def test_home__that_is_not_there_or_no_folder(worse: Repository, env: dict[str, str]) -> None:
    for home in ("/proc/none", "/dev/null", ""):
        done = child(["run", "metrics", "--base=main"], worse, {**env, "HOME": home})
        assert done.code == 1, done.text
        assert "Traceback" not in done.text


# --- offline


def test_offline__the_verdict_needs_no_network(worse: Repository, env: dict[str, str]) -> None:
    nowhere = "http://127.0.0.1:9"
    env = {**env, "http_proxy": nowhere, "https_proxy": nowhere, "all_proxy": nowhere}
    worse.git("remote", "add", "origin", "https://github.invalid/o/r.git")
    done = child(["run", "metrics", "readme", "--base=main"], worse, env)
    assert done.code == 1
    assert "blocked by metrics" in done.out


# --- foreign


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"LC_ALL": "C", "LANG": "C"}, id="C"),
        pytest.param({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"}, id="Turkish"),
        pytest.param({"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}, id="the far side of the world"),
        pytest.param({"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1"}, id="a small terminal"),
    ],
)
def test_locale__every_form_has_the_same_bytes(
    env: dict[str, str], repo: Repository, variables: dict[str, str]
) -> None:
    report = repo.path / "report.json"
    report.write_text(json_document.render(sample_report()), encoding="utf-8")
    names = [name for name in FORMATS if name != "terminal"]
    script = "\n".join([
        "import sys; from pathlib import Path; from mlgate.render import json_document, render",
        "report = json_document.load(Path('report.json').read_bytes())",
        f"for name in {names}: sys.stdout.buffer.write(render(report, name).encode())",
    ])  # fmt: skip
    shown = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=repo.path, env={**env, **more}, capture_output=True, check=True
        ).stdout
        for more in ({}, variables)
    ]
    assert shown[0]
    assert shown[0] == shown[1]


# --- the summary


def crowded(cell: str, rows: int) -> Outcome:
    table = Table(
        title="many rows",
        columns=(Column("row"), Column("what")),
        rows=tuple(Row(cells=(f"row {number}", cell)) for number in range(rows)),
    )
    return Outcome.of([], summary="many rows", tables=[table])


def test_summary__has_every_row_that_the_comment_cuts() -> None:
    report = replace(
        friendly_report(), entries=(replace(friendly_report().entries[0], outcome=crowded("word", 5_000)),)
    )
    text = summary(report)
    assert "| row 4999 |" in text
    assert "more rows" not in text


@pytest.mark.parametrize("cell", ["word " * 30, "🙂" * 150, "é" * 150])
def test_summary__over_a_mebibyte_is_cut_between_rows(cell: str) -> None:
    report = replace(friendly_report(), entries=(replace(friendly_report().entries[0], outcome=crowded(cell, 30_000)),))
    text = summary(report)
    assert 900_000 < len(text.encode()) <= SUMMARY_BYTES < 1_048_576
    assert "more rows in the full report" in text
    assert text.rstrip().endswith("-->")


# --- used twice in one job


def test_two_uses__each_has_a_folder_of_its_own(tmp_path: Path, env: dict[str, str]) -> None:
    told = []
    for number in (1, 2):
        output = tmp_path / f"output{number}"
        given = {**env, "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output), "MLGATE_SOURCE": str(ROOT)}
        subprocess.run(["bash", ROOT / "action/place.sh"], env=given, check=True)
        told.append(dict(line.split("=", 1) for line in output.read_text().splitlines()))
    assert told[0]["key"] == told[1]["key"]
    assert told[0]["folder"] != told[1]["folder"]
    assert all(Path(one["folder"]).is_dir() for one in told)


def test_two_uses__the_second_does_not_publish_the_first_ones_report(
    mlgate: Command, worse: Repository, tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    inputs = {"MLGATE_CHECKS": "metrics", "MLGATE_BASE": "main"}
    assert mlgate("action", cwd=worse.path, MLGATE_FOLDER=str(folders[0]), **inputs).code == 1
    env = events.runner(tmp_path, "pull_request_target", {})
    assert mlgate("action", cwd=worse.path, MLGATE_FOLDER=str(folders[1]), **{**inputs, **env}).code == 2
    assert mlgate("publish", folders[1] / "report.json", cwd=tmp_path).code == 2


def test_two_uses__outputs_are_those_of_each_step() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert {about["value"].split(".")[1] for about in action["outputs"].values()} == {"publish"}
