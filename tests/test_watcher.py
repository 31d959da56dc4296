"""What runs when mlgate is killed by SIGKILL, against which nothing helps, is ended a moment later from outside."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - what is killed must be a process of its own
import sys
from pathlib import Path

import pytest

from processes import is_alive, wait_until
from repositories import Repository

SLOW = """\
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
place = pathlib.Path({place!r})
place.with_suffix(".part").write_text(f"{{os.getpid()}} {{child.pid}}")
place.with_suffix(".part").rename(place)
time.sleep(600)
"""
BARE = """\
import os, sys
from pathlib import Path
from mlgate import proc
children = proc.Children(os.environ)
{what}
"""


def killed(command: list[str], folder: Path, env: dict[str, str], tell: Path) -> list[int]:
    """Kill a command as soon as its child wrote down who it is, and return those whom it left behind."""
    running = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(tell.exists, 60)
    finally:
        running.kill()
        running.wait(20)
    return [int(word) for word in tell.read_text().split()]


def all_end(left: list[int]) -> bool:
    ended = wait_until(lambda: not any(map(is_alive, left)), 5)
    for pid in left:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
    return ended


def test_quiet__short_questions_start_no_shell(repo: Repository, env: dict[str, str]) -> None:
    repo.commit({"metrics.json": '{"accuracy": 0.9}\n'})
    script = """\
import sys
started = []
sys.addaudithook(lambda event, args: started.append(args[0]) if event == "subprocess.Popen" else None)
from mlgate.cli import main
import os
code = main(["run", "metrics", "--base", "HEAD", "--quiet"], dict(os.environ))
print("STARTED", *sorted(set(map(str, started))), file=sys.stderr)
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=repo.path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "STARTED git"


def test_quiet__what_ended_is_forgotten_and_the_shell_ends_with_the_run(tmp_path: Path, env: dict[str, str]) -> None:
    what = "children.run(['true'], cwd=Path('.'))\nprint(proc._WATCHER._shell.pid)"
    done = subprocess.run(
        [sys.executable, "-c", BARE.format(what=what)], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert wait_until(lambda: not is_alive(int(done.stdout)), 5)


def test_killed__whole_groups_end(tmp_path: Path, env: dict[str, str]) -> None:
    tell = tmp_path / "tell"
    (tmp_path / "slow.py").write_text(SLOW.format(place=str(tell)))
    what = "children.run(['true'], cwd=Path('.'))\nchildren.run([sys.executable, 'slow.py'], cwd=Path('.'))"
    left = killed([sys.executable, "-c", BARE.format(what=what)], tmp_path, env, tell)
    assert len(left) == 2
    assert all_end(left)


def test_killed__folders_that_it_owned_are_gone(tmp_path: Path, env: dict[str, str]) -> None:
    tell = tmp_path / "tell"
    (tmp_path / "slow.py").write_text(SLOW.format(place=str(tell)))
    folders = [tmp_path / name for name in ("mine", "mine too", "$(echo x)", "let go")]
    for folder in folders:
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / "rows").write_text("1\n")
    what = f"for name in {[str(one) for one in folders]!r}: children.own(Path(name))\n"
    what += f"children.disown(Path({str(folders[-1])!r}))\nchildren.run([sys.executable, 'slow.py'], cwd=Path('.'))"
    assert all_end(killed([sys.executable, "-c", BARE.format(what=what)], tmp_path, env, tell))
    assert wait_until(lambda: [one.name for one in folders if one.exists()] == ["let go"], 10)


@pytest.mark.parametrize("check", ["tests", "data"])
def test_killed__a_run_leaves_nobody(repo: Repository, env: dict[str, str], tmp_path: Path, check: str) -> None:
    tell = tmp_path / "tell"
    slow = SLOW.format(place=str(tell))
    contract = f"import pandera.pandas as pa\n{slow}schema = pa.DataFrameSchema({{'a': pa.Column(int)}})\n"
    repo.commit({
        "test_slow.py": f"def test_slow():\n    {slow.replace(chr(10), chr(10) + '    ')}\n",
        "contract.py": contract,
        "rows.csv": "a\n1\n",
        "mlgate.yaml": "datasets: {rows: {path: rows.csv, contract: contract.py:schema}}\n",
    })  # fmt: skip
    command = [sys.executable, "-m", "mlgate", "run", check, "--base", "HEAD", "--python", sys.executable]
    left = killed(command, repo.path, env, tell)
    assert len(left) == 2
    assert all_end(left)
