"""Code blocks that are marked `mlgate:run`: run in a copy by the project's interpreter, charged to who broke them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import ask, only, rules
from mlgate.checks.readme import CHECK
from mlgate.report import Outcome, Status
from repositories import Repository

ON = "readme: {code_blocks: run}\n"
USE = "import flights\nassert flights.delay(2) == 4\n"
MODULE = "def delay(hours):\n    return 2 * hours\n"


def block(code: str, info: str = "python mlgate:run") -> str:
    """Return a page with one marked block, whose code begins on line 4."""
    return f"# A\n\n```{info}\n{code}```\n"


@pytest.fixture
def checked(repo: Repository) -> Callable[..., Outcome]:
    """Commits a page and what lies beside it, and asks the check."""

    def run(page: str, config: str = ON, base: str | None = None, **files: str) -> Outcome:
        named = {f"{name}.py": text for name, text in files.items()}
        repo.commit({"README.md": page, "mlgate.yaml": config, "flights.py": MODULE, **named})
        return ask(CHECK, repo, base=base)

    return run


def test_block__that_works(checked):
    outcome = checked(block(USE))
    assert (outcome.status, outcome.summary, rules(outcome)) == (Status.PASSED, "1 code block current", [])


@pytest.mark.parametrize(
    ("info", "code"),
    [
        pytest.param("sh mlgate:run", "test -f flights.py && python -c 'import flights'\n", id="shell"),
        pytest.param("bash mlgate:run", "[[ -f flights.py ]]\n", id="bash"),
        pytest.param("console mlgate:run", "$ cat flights.py\nwhatever it prints\n$ true\n", id="console"),
        pytest.param('py title="x" mlgate:run', "print(1)\n", id="more words behind the fence"),
    ],
)
def test_block__of_other_languages_that_works(checked, info, code):
    assert checked(block(code, info)).summary == "1 code block current"


def test_block__off_by_default_and_said(checked):
    outcome = checked("# A\n[a](#a)\n\n" + block("raise SystemExit(1)\n"), config="")
    assert (outcome.status, outcome.note) == (Status.PASSED, "1 code block not run, code_blocks is off")


def test_block__not_run_in_a_hook(checked, env):
    env["PRE_COMMIT"] = "1"
    outcome = checked("# A\n[a](#a)\n\n" + block("raise SystemExit(1)\n"))
    assert (outcome.status, outcome.note) == (Status.PASSED, "1 code block not run, in a hook")


def test_block__without_the_mark_is_not_run(checked):
    assert checked("[a](#a)\n\n# A\n\n" + block("1 / 0\n", "python")).status is Status.PASSED


def test_block__work_tree_stays_as_it_is(checked, repo):
    checked(block("import pathlib\npathlib.Path('flights.py').unlink()\npathlib.Path('new.txt').write_text('x')\n"))
    assert (repo.path / "flights.py").read_text() == MODULE
    assert repo.git("status", "--porcelain") == ""


def test_block__what_is_not_committed_yet_counts(checked, repo):
    checked(block(USE))
    repo.write({"flights.py": MODULE.replace("2 *", "3 *")})
    assert rules(ask(CHECK, repo)) == ["readme/code-block"]


def test_block__failing_python_is_told_at_its_line(checked):
    outcome = checked(block("import flights\n\nprint(flights.delya(2))\n"))
    found = only(outcome, "readme/code-block")
    assert (outcome.status, str(found.location)) == (Status.FAILED, "README.md:6")
    assert found.message == "the code block that begins with `import flights` fails, with exit code 1"
    assert "AttributeError: module 'flights' has no attribute 'delya'" in (found.detail or "")
    assert 'File "README.md", line 6' in (found.detail or "")
    assert outcome.summary == "1 code block to mend"


def test_block__syntax_error_is_told_at_its_line(checked):
    assert str(only(checked(block("x = 1\ny = = 2\n")), "readme/code-block").location) == "README.md:5"


def test_block__shell_stops_at_the_first_failure(checked):
    outcome = checked(block("echo before\nfalse\necho after\n", "sh mlgate:run"))
    assert only(outcome, "readme/code-block").detail == "before"


def test_block__hanging_is_stopped(checked):
    outcome = checked(block("import time\ntime.sleep(60)\n"), "readme: {code_blocks: run, code_limit: 1s}\n")
    assert only(outcome, "readme/code-block").message.endswith("`import time` was stopped after 1 s")


def test_block__killed_is_named(checked):
    outcome = checked(block("import os\nos.kill(os.getpid(), 9)\n"))
    assert only(outcome, "readme/code-block").message.endswith(" fails, with SIGKILL")


def test_block__language_that_nothing_runs(checked):
    found = only(checked(block("int main;\n", "c mlgate:run")), "readme/code-block")
    assert found.message == "a code block in `c` is marked `mlgate:run`, and nothing here runs it"


def test_block__secret_in_the_output_is_hidden(checked, env):
    env["SERVICE_TOKEN"] = "hunter2hunter2"
    detail = only(
        checked(block("import os\nraise SystemExit(os.environ['SERVICE_TOKEN'])\n")), "readme/code-block"
    ).detail
    assert detail == "***"


def test_block__forge_token_is_not_seen(checked, env):
    env["GITHUB_TOKEN"] = "hunter2hunter2"
    assert checked(block("import os\nassert 'GITHUB_TOKEN' not in os.environ\n")).status is Status.PASSED


def test_block__ignored_with_a_reason(checked):
    ignore = '<!-- mlgate:ignore code-block until=2099-01-31 reason="needs a server" -->\n\n'
    outcome = checked(block("1 / 0\n").replace("# A\n\n", f"# A\n\n{ignore}"))
    assert (outcome.status, outcome.note) == (Status.PASSED, "1 ignored")


def test_block__that_the_pull_request_breaks_is_charged(checked, repo):
    checked(block(USE))
    base = repo.head
    repo.commit({"flights.py": MODULE.replace("2 *", "3 *")})
    outcome = ask(CHECK, repo, base=base)
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["readme/code-block"])


def test_block__that_failed_before_is_not_charged(checked, repo):
    checked(block("1 / 0\n"))
    base = repo.head
    repo.commit({"README.md": "Some more words.\n\n" + block("1 / 0\n")})
    outcome = ask(CHECK, repo, base=base)
    assert (outcome.status, outcome.note) == (Status.PASSED, "1 older finding not charged")
    assert outcome.tables[0].rows[0].cells[0] == "`README.md:6`"
    assert repo.git("worktree", "list").count("\n") == 0


def test_block__new_one_that_fails_is_charged(checked, repo):
    checked("# A\n")
    base = repo.head
    repo.commit({"README.md": block("1 / 0\n")})
    assert rules(ask(CHECK, repo, base=base)) == ["readme/code-block"]


def test_block__project_in_a_subfolder(repo):
    repo.commit({"a/README.md": block(USE), "a/mlgate.yaml": ON, "a/src/flights.py": MODULE, "b.txt": ""})
    assert ask(CHECK, repo, folder="a").summary == "1 code block current"


def test_block__copy_comes_before_what_is_installed(repo, env, tmp_path: Path):
    """A project that is installed in place leads to the user's own folder; the copy must win."""
    (tmp_path / "installed").mkdir()
    (tmp_path / "installed" / "flights.py").write_text("raise ImportError('the wrong one')\n")
    env["PYTHONPATH"] = str(tmp_path / "installed")
    repo.commit({"README.md": block(USE), "mlgate.yaml": ON, "flights.py": MODULE})
    assert ask(CHECK, repo).status is Status.PASSED
