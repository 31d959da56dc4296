"""Child processes: bounded output, time limits, whole groups killed, and what a child may not see."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from mlgate.errors import InterruptedRunError, ToolMissingError
from mlgate.proc import Children, child_environment, kill_all
from processes import is_alive, wait_until

SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


@pytest.fixture
def children() -> Iterator[Children]:
    """Children with this process's PATH, all dead at the end of the test."""
    made = Children({"PATH": os.environ["PATH"]})  # noqa: TID251
    yield made
    made.kill()


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def test_run__output_errors_and_exit_code(children, tmp_path):
    source = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    done = children.run(python(source), cwd=tmp_path)
    assert (done.code, done.text, done.error_text, done.timed_out, done.signal_name) == (
        3,
        "out\n",
        "err\n",
        False,
        None,
    )


def test_run__merged_streams_keep_their_order(children, tmp_path):
    source = "import sys; print(1, flush=True); print(2, file=sys.stderr, flush=True); print(3)"
    assert children.run(python(source), cwd=tmp_path, merge=True).out == b"1\n2\n3\n"


def test_run__input_reaches_the_child(children, tmp_path):
    source = "import sys; print(len(sys.stdin.buffer.read()))"
    assert children.run(python(source), cwd=tmp_path, stdin=b"x" * 300_000).out == b"300000\n"


def test_run__without_input_the_child_reads_the_end_at_once(children, tmp_path):
    assert children.run(python("import sys; print(repr(sys.stdin.read()))"), cwd=tmp_path).out == b"''\n"


def test_run__lines_are_told_as_they_come_and_the_last_without_its_end(children, tmp_path):
    told: list[str] = []
    children.run(python("print('one'); print('two'); print('th', end='')"), cwd=tmp_path, on_line=told.append)
    assert told == ["one", "two", "th"]


def test_run__bytes_that_are_not_text_are_shown(children, tmp_path):
    assert children.run(python(r"import os; os.write(1, b'a\xff')"), cwd=tmp_path).text == "a\\xff"


def test_run__flood_is_kept_as_head_and_tail(children, tmp_path):
    source = "print('first')\nfor _ in range(20_000): print('x' * 99)\nprint('last')"
    done = children.run(python(source), cwd=tmp_path, keep=10_000)
    assert done.out.startswith(b"first\n")
    assert done.out.endswith(b"last\n")
    # 6 + 20,000 lines of 100 + 5 bytes came; 5,000 of the head and 5,000 of the tail stay.
    assert b"\n[... 1,990,011 bytes left out ...]\n" in done.out
    assert len(done.out) < 10_100


def test_run__flood_is_kept_whole_when_all_is_asked_for(children, tmp_path):
    assert len(children.run(python("print('x' * 2_000_000)"), cwd=tmp_path, keep=None).out) == 2_000_001


def test_run__signal_is_named(children, tmp_path):
    done = children.run(python("import os; os.kill(os.getpid(), 11)"), cwd=tmp_path)
    assert (done.code, done.signal_name) == (-11, "SIGSEGV")


@pytest.mark.parametrize("keep", [pytest.param(1000, id="bounded"), pytest.param(None, id="all kept")])
def test_run__time_limit_kills_what_the_child_started(children, tmp_path, keep):
    source = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()"
    )
    done = children.run(python(source), cwd=tmp_path, limit=1.0, keep=keep)
    assert (done.timed_out, done.signal_name) == (True, "SIGKILL")
    assert wait_until(lambda: not is_alive(int(done.out)))


def test_run__time_limit_that_interrupts_first(children, tmp_path):
    source = f"print('on', flush=True)\ntry:\n    {SLEEP}\nexcept KeyboardInterrupt:\n    print('was here')"
    done = children.run(python(source), cwd=tmp_path, limit=1.0, interrupt=True)
    assert (done.timed_out, done.code, done.out) == (True, 0, b"on\nwas here\n")


def test_run__time_limit_holds_for_a_child_that_does_not_read_its_input(children, tmp_path):
    assert children.run(python(SLEEP), cwd=tmp_path, stdin=b"x" * 1_000_000, limit=0.5).timed_out


def test_run__does_not_wait_for_a_daemon_that_holds_the_output_open(children, tmp_path):
    source = (
        "import subprocess, sys\n"
        f"daemon = subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True)\n"
        "print(daemon.pid, end='', flush=True)"
    )
    done = children.run(python(source), cwd=tmp_path)
    os.kill(int(done.out), 9)
    assert (done.code, done.timed_out) == (0, False)
    assert done.seconds < 30


def test_run__what_a_child_leaves_in_its_group_ends_with_it(children, tmp_path):
    source = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEP!r}]).pid)"
    done = children.run(python(source), cwd=tmp_path)
    assert wait_until(lambda: not is_alive(int(done.out)))


@pytest.mark.parametrize(
    ("command", "folder", "said"),
    [
        pytest.param(["no-such-program"], ".", "`no-such-program` was not found", id="program"),
        pytest.param([sys.executable], "gone", "does not exist", id="folder"),
        pytest.param(["/"], ".", "`/` cannot be started", id="not a program"),
        pytest.param(["a\0b"], ".", "cannot be started", id="name that no program has"),
    ],
)
def test_run__cannot_be_started(children, tmp_path, command, folder, said):
    with pytest.raises(ToolMissingError) as caught:
        children.run(command, cwd=tmp_path / folder)
    assert said in caught.value.message


def test_kill__asks_then_kills_and_lets_nothing_new_begin(children, tmp_path):
    process = children.start(python(DEAF), cwd=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == b"on\n"
    children.kill()
    assert process.returncode == -9
    with pytest.raises(InterruptedRunError):
        children.run(python("print(1)"), cwd=tmp_path)


def test_kill__ends_a_run_in_another_thread(children, tmp_path):
    codes: list[int] = []
    started = threading.Event()
    source = f"print('on', flush=True); {SLEEP}"
    thread = threading.Thread(
        target=lambda: codes.append(children.run(python(source), cwd=tmp_path, on_line=lambda _: started.set()).code)
    )
    thread.start()
    assert started.wait(10)
    children.kill()
    thread.join(10)
    assert codes == [-15]


def test_kill_all__deaf_children_of_many_checks_share_one_grace(tmp_path):
    pool = [Children({"PATH": os.environ["PATH"]}) for _ in range(4)]  # noqa: TID251
    running = [children.start(python(DEAF), cwd=tmp_path) for children in pool]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"on\n"
    began = time.monotonic()
    kill_all(pool)
    assert [process.returncode for process in running] == [-9] * 4
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "VIRTUAL_ENV",
        "CI",
        "GITHUB_ACTIONS",
        "GITHUB_SHA",
        "RUNNER_TEMP",
        "AWS_PROFILE",
        "GIT_SSH_COMMAND",
    ],
)
def test_child_environment__keeps(name):
    assert child_environment({name: "1"}) == {name: "1"}


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN", "GH_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GH_ENTERPRISE_TOKEN", "GITLAB_TOKEN", "MLGATE_TOKEN",
        "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "INPUT_TOKEN", "INPUT_GITHUB-TOKEN",
        "GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY",
        "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE",
    ],
)  # fmt: skip
def test_child_environment__withholds(name):
    assert child_environment({name: "1"}) == {}


def test_run__the_child_itself_sees_no_token(tmp_path):
    children = Children({"PATH": os.environ["PATH"], "GITHUB_TOKEN": "t", "GITHUB_OUTPUT": "f", "CI": "true"})  # noqa: TID251
    source = "import os; print(sorted(name for name in os.environ if name.startswith('GITHUB') or name == 'CI'))"
    assert children.run(python(source), cwd=tmp_path, env={"MORE": "1"}).out == b"['CI']\n"
