"""The tests check with real runs of pytest: quiet cases, every way in which tests fail, and runs without a verdict."""

from __future__ import annotations

import json
import venv
from pathlib import Path

import pytest

from asking import ask, only, rules
from mlgate.checks.tests import CHECK
from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import Repository

PASSING = "def test_fine():\n    assert True\n"
SKIPPED = "import pytest\n@pytest.mark.skip\ndef test_skipped():\n    pass\n"
XFAILED = "@pytest.mark.xfail\ndef test_known():\n    assert 0\n"
CACHED = "def test_cache(cache):\n    cache.set('a/b', 1)\n    assert cache.get('a/b', 0) == 1\n"
LOUD = "import sys\ndef test_loud():\n    print('FAILED')\n    sys.stderr.write('ERROR: no')\n"
FAILING = "def test_wrong():\n    assert 1 + 1 == 3\n"
LIBRARY = "def half(n):\n    if n % 2:\n        return None\n    return n // 2\n"
HALF_TESTED = "from lib import half\n\n\ndef test_half():\n    assert half(4) == 2\n"
COVER_LIBRARY = "[run]\nsource = lib\n"


# The plugins that happen to be installed beside mlgate are not what is tested, and each run would load them.
ENV = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def run_tests(repo: Repository, files: dict[str, str], config: str | None = None, **more) -> Outcome:
    repo.write({**files, **({"mlgate.yaml": config} if config else {})})
    return ask(CHECK, repo, **{**more, "env": {**ENV, **more.get("env", {})}})


@pytest.mark.parametrize(
    ("files", "config"),
    [
        pytest.param({"test_a.py": PASSING}, None, id="in the root"),
        pytest.param({"tests/a_test.py": PASSING}, None, id="the other name for a test file"),
        pytest.param(
            {"check_a.py": PASSING, "pytest.ini": "[pytest]\npython_files = check_*.py\n"}, None, id="a name of its own"
        ),
        pytest.param({"a/test_a.py": PASSING, "test_b.py": FAILING}, "tests: {paths: [a]}\n", id="paths"),
        pytest.param({"test_a.py": PASSING + FAILING}, "tests: {args: [-k, fine]}\n", id="arguments"),
        pytest.param({"-k.py": PASSING}, "tests: {paths: [-k.py]}\n", id="path like an option"),
        pytest.param({"test_a.py": PASSING}, "tests: {args: [-qq, --tb=no, --junitxml=x.xml]}\n", id="own report"),
        pytest.param(
            {"test_a.py": CACHED, "pytest.ini": "[pytest]\ncache_dir = .cache\naddopts = --strict-config --lf\n"},
            None,
            id="uses the cache of pytest",
        ),
        pytest.param({"test_a.py": LOUD}, "tests: {args: [-s]}\n", id="prints what looks like failures"),
    ],
)
def test_run__quiet(repo, files, config):
    outcome = run_tests(repo, files, config)
    assert (outcome.status, outcome.summary, outcome.note, rules(outcome)) == (Status.PASSED, "1 passed", "", [])


def test_run__skipped_and_expected_to_fail(repo):
    outcome = run_tests(repo, {"test_a.py": PASSING + SKIPPED + XFAILED})
    assert (outcome.status, outcome.summary) == (Status.PASSED, "1 passed")
    assert outcome.note == "1 skipped, 1 expected to fail"


def test_run__leaves_the_tree_as_it_was(repo):
    run_tests(repo, {"tests/test_a.py": PASSING, "lib.py": LIBRARY})
    assert sorted(str(path.relative_to(repo.path)) for path in repo.path.rglob("*") if ".git" not in path.parts) == [
        "lib.py",
        "tests",
        "tests/test_a.py",
    ]


def test_run__tests_see_no_token(repo):
    source = (
        "import os\n"
        "def test_env():\n"
        "    seen = [name for name in os.environ if 'TOKEN' in name or name.startswith('GITHUB_')]\n"
        "    assert seen == ['GITHUB_SHA']\n"
    )
    tokens = {"GITHUB_TOKEN": "t", "GH_TOKEN": "t", "ACTIONS_RUNTIME_TOKEN": "t", "GITHUB_ENV": "f", "GITHUB_SHA": "1"}
    assert run_tests(repo, {"test_a.py": source}, env=tokens).status is Status.PASSED


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"README.md": "text"}, id="nothing at all"),
        pytest.param({"tests/__init__.py": ""}, id="folder without test files"),
        pytest.param({"pytest.ini": "[pytest]\n", "lib.py": LIBRARY}, id="settings for pytest alone"),
    ],
)
def test_run__no_tests_is_skipped(repo, files):
    outcome = run_tests(repo, files)
    assert (outcome.status, outcome.summary) == (Status.SKIPPED, "no tests")


def test_run__failed_assertion(repo):
    outcome = run_tests(repo, {"tests/test_a.py": PASSING + FAILING})
    found = only(outcome, "tests/failed")
    assert (outcome.status, outcome.summary) == (Status.FAILED, "1 failed, 1 passed")
    assert (str(found.location), found.severity) == ("tests/test_a.py:4", Severity.ERROR)
    assert found.message == "`test_wrong`: `assert (1 + 1) == 3`"
    assert found.subject == "tests/test_a.py::test_wrong"
    assert found.hint == "see it with `python -m pytest tests/test_a.py::test_wrong`"
    assert found.detail.splitlines()[0] == "tests/test_a.py:4: in test_wrong"
    assert "1 failed, 1 passed" in outcome.log


def test_run__failure_in_the_library_is_placed_in_the_test(repo):
    outcome = run_tests(
        repo,
        {"lib.py": "def half(n):\n    raise ValueError('no half')\n", "tests/test_a.py": HALF_TESTED},
        "tests: {args: [--tb=native]}\n",
    )
    found = only(outcome, "tests/failed")
    assert str(found.location) == "tests/test_a.py:5"
    assert found.message == "`test_half`: `ValueError: no half`"
    assert "lib.py:2: in half" in found.detail


def test_run__nested_class_and_parameters(repo):
    source = (
        "import pytest\n"
        "class TestOuter:\n"
        "    class TestInner:\n"
        "        @pytest.mark.parametrize('n', ['a|`b', 'x::y'])\n"
        "        def test_it(self, n):\n"
        "            assert n == '', 'must be\\nempty'\n"
    )
    outcome = run_tests(repo, {"tests/test_a.py": source})
    assert [finding.subject for finding in outcome.findings] == [
        "tests/test_a.py::TestOuter::TestInner::test_it[a|`b]",
        "tests/test_a.py::TestOuter::TestInner::test_it[x::y]",
    ]
    assert plain(outcome.findings[0].message) == "TestOuter::TestInner::test_it[a|`b]: AssertionError: must be"


def test_run__strict_xfail_that_passes(repo):
    source = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_x():\n    pass\n"
    found = only(run_tests(repo, {"test_a.py": source}), "tests/failed")
    assert found.message == "`test_x`: `[XPASS(strict)]`"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            "raise RuntimeError('no data')", "`test_it` failed on set-up: `RuntimeError: no data`", id="set-up"
        ),
        pytest.param(
            "yield\n    raise RuntimeError('stuck')",
            "`test_it` failed on tear-down: `RuntimeError: stuck`",
            id="tear-down",
        ),
    ],
)
def test_run__fixture_error(repo, source, message):
    test = f"import pytest\n@pytest.fixture\ndef made():\n    {source}\ndef test_it(made):\n    pass\n"
    outcome = run_tests(repo, {"test_a.py": test})
    assert (outcome.status, only(outcome, "tests/error").message) == (Status.FAILED, message)


@pytest.mark.parametrize(
    ("files", "message", "place"),
    [
        pytest.param(
            {"tests/test_a.py": "import json\nimport nowhere\n"},
            "`tests/test_a.py` cannot be imported: `ModuleNotFoundError: No module named 'nowhere'`",
            "tests/test_a.py:2",
            id="import error",
        ),
        pytest.param(
            {"tests/test_a.py": "x = 1\n\ndef test(:\n"},
            "`tests/test_a.py` cannot be imported: `SyntaxError: invalid syntax`",
            "tests/test_a.py:3",
            id="syntax error",
        ),
        pytest.param(
            {"tests/test_a.py": PASSING, "conftest.py": "\nimport nowhere\n"},
            "`conftest.py` cannot be imported: `ModuleNotFoundError: No module named 'nowhere'`",
            "conftest.py:2",
            id="conftest in the root",
        ),
        pytest.param(
            {"tests/sub/test_a.py": PASSING, "tests/sub/conftest.py": "raise ValueError('not so')\n"},
            "`tests/sub` cannot be imported: `ValueError: not so`",
            "tests/sub/conftest.py:1",
            id="conftest in a folder",
        ),
        pytest.param(
            {
                "test_a.py": PASSING,
                "conftest.py": "def pytest_collection_modifyitems(items):\n    raise ValueError('hook')\n",
            },
            "pytest or one of its plugins broke: `ValueError: hook`",
            "conftest.py:2",
            id="broken hook",
        ),
        pytest.param(
            {"test_a.py": "import sys\nsys.exit(0)\n"},
            "pytest or one of its plugins broke: `SystemExit: 0`",
            "test_a.py:2",
            id="exit on import",
        ),
    ],
)
def test_run__tests_that_cannot_run(repo, files, message, place):
    outcome = run_tests(repo, files)
    found = only(outcome, "tests/error")
    assert (outcome.status, found.message, str(found.location)) == (Status.FAILED, message, place)


@pytest.mark.parametrize(
    ("files", "config", "said"),
    [
        pytest.param(
            {}, "tests: {args: [--no-such-option]}\n", "unrecognized arguments: --no-such-option", id="argument"
        ),
        pytest.param({}, "tests: {paths: [nowhere]}\n", "file or directory not found: nowhere", id="path"),
        pytest.param({"pytest.ini": "[pytest\n"}, None, "pytest.ini:1: unexpected", id="settings that cannot be read"),
        pytest.param(
            {"pytest.ini": "[pytest]\naddopts = --strict-config\nnonsense = 1\n"},
            None,
            "Unknown config option: nonsense",
            id="unknown setting",
        ),
    ],
)
def test_run__pytest_refuses(repo, files, config, said):
    outcome = run_tests(repo, {"test_a.py": PASSING, **files}, config)
    found = only(outcome, "tests/usage")
    assert (outcome.status, outcome.summary) == (Status.FAILED, "did not run")
    assert said in found.message


@pytest.mark.parametrize(
    ("body", "words", "place"),
    [
        pytest.param(
            "import ctypes\n    ctypes.string_at(0)", "SIGSEGV: `Segmentation fault`", "test_a.py:5", id="segfault"
        ),
        pytest.param("import os\n    os.abort()", "SIGABRT: `Aborted`", "test_a.py:5", id="abort"),
        pytest.param("import os\n    os.kill(os.getpid(), 9)", "SIGKILL", None, id="killed from outside"),
        pytest.param(
            "import os\n    os._exit(7)", "exit code 7, which is none of pytest's", None, id="exit code of its own"
        ),
    ],
)
def test_run__process_ends_early(repo, body, words, place):
    outcome = run_tests(repo, {"test_a.py": f"{PASSING}def test_end():\n    {body}\n"})
    found = only(outcome, "tests/crashed")
    assert (outcome.status, outcome.summary) == (Status.FAILED, "crashed")
    assert found.message == f"pytest was ended by {words}"
    assert (str(found.location) if found.location else None) == place
    assert ("out of memory" in found.hint) == (words == "SIGKILL")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("import os\n    os._exit(0)", id="exit code 0 without a report"),
        pytest.param("import os\n    os._exit(1)", id="exit code 1 without a report"),
        pytest.param("import os\n    os._exit(5)", id="no tests, it says, without a report"),
    ],
)
def test_run__no_report_is_an_error_and_no_pass(repo, body):
    outcome = run_tests(repo, {"test_a.py": f"def test_end():\n    {body}\n"})
    assert outcome.status is Status.ERROR
    assert outcome.summary.endswith("but its report cannot be read: it is not there")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param("path.unlink(); os.mkfifo(path)", "it is no regular file", id="pipe"),
        pytest.param("path.write_text('<testsuites>')", "it is not whole XML (line 1)", id="cut short"),
    ],
)
def test_run__report_that_was_tampered_with(repo, body, problem):
    conftest = (
        "import os\nfrom pathlib import Path\n"
        "def pytest_unconfigure(config):\n"
        f"    path = Path(config.option.xmlpath)\n    {body}\n"
    )
    outcome = run_tests(repo, {"test_a.py": FAILING, "conftest.py": conftest})
    assert (outcome.status, outcome.summary) == (
        Status.ERROR,
        f"pytest ended with exit code 1, but its report cannot be read: {problem}",
    )


def test_run__exit_code_that_hides_failures(repo):
    conftest = "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n"
    outcome = run_tests(repo, {"test_a.py": FAILING, "conftest.py": conftest})
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["tests/failed"])


def test_run__exit_code_of_a_plugin_without_a_failed_test(repo):
    conftest = (
        "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n"
        "def pytest_terminal_summary(terminalreporter):\n"
        "    terminalreporter.write_line('FAIL Required memory exceeded: 3 GB')\n"
    )
    found = only(run_tests(repo, {"test_a.py": PASSING, "conftest.py": conftest}), "tests/unexplained")
    assert found.message == ("pytest ended with exit code 1, though no test failed: `Required memory exceeded: 3 GB`")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("pytest.exit('enough', returncode=0)", " by `pytest.exit`: `enough`", id="exit with code 0"),
        pytest.param("raise KeyboardInterrupt", "", id="interrupted"),
    ],
)
def test_run__ended_early_is_no_pass(repo, body, why):
    source = f"import pytest\n{PASSING}def test_end():\n    {body}\n{FAILING}"
    outcome = run_tests(repo, {"test_a.py": source})
    assert (outcome.status, outcome.summary) == (Status.FAILED, "1 passed")
    assert only(outcome, "tests/unfinished").message == (f"the run was ended early{why}; 1 test began and did not end")


@pytest.mark.parametrize(
    ("config", "status"),
    [
        pytest.param("tests: {args: [-k, nothing]}\n", Status.FAILED, id="all deselected"),
        pytest.param("tests: {args: [--collect-only]}\n", Status.FAILED, id="collected only"),
        pytest.param(None, Status.WARNED, id="a file that only looks like a test, and no settings"),
    ],
)
def test_run__no_test_ran(repo, config, status):
    outcome = run_tests(repo, {"test_a.py": PASSING if config else "LIMIT = 3\n"}, config)
    assert (outcome.status, outcome.summary) == (status, "no test ran")
    assert only(outcome, "tests/none").message == "no test ran: pytest found none"


def test_run__all_skipped_is_no_pass(repo):
    outcome = run_tests(repo, {"test_a.py": SKIPPED})
    assert (outcome.status, outcome.note) == (Status.WARNED, "1 skipped")
    assert only(outcome, "tests/none").message == "no test ran: all 1 were skipped"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        pytest.param("time.sleep(60)", " in `test_a.py:4`", id="says where it hangs"),
        pytest.param(
            "signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)", "", id="does not let itself be interrupted"
        ),
    ],
)
def test_run__time_limit(repo, body, where):
    source = f"import signal, time\n\ndef test_hang():\n    {body}\n"
    outcome = run_tests(repo, {"test_a.py": source}, "limits: {tests: 5s}\n")
    said = f"the tests were stopped after 4 s{where}, near their time limit"
    assert (outcome.status, outcome.summary) == (Status.ERROR, said)
    assert outcome.hint == "raise it with `limits: {tests: 1m}` if they need longer"


def test_run__hundred_megabytes_of_output(repo):
    source = (
        "import sys\ndef test_flood():\n    for _ in range(1600):\n        sys.stdout.write('x' * 65535 + chr(10))\n"
    )
    outcome = run_tests(repo, {"test_a.py": source + FAILING}, "tests: {args: [-s]}\n")
    assert (outcome.status, outcome.summary) == (Status.FAILED, "1 failed, 1 passed")
    assert len(outcome.log) <= 20_000


def test_run__huge_failure_is_shown_in_part(repo):
    source = "def test_long():\n    raise ValueError('v' * 3_000_000)\n"
    found = only(run_tests(repo, {"test_a.py": source}), "tests/failed")
    assert len(found.message) < 400
    assert len(found.detail) <= 4_000


def test_run__many_failures_are_counted_and_the_first_listed(repo):
    source = "import pytest\n@pytest.mark.parametrize('n', range(250))\ndef test_n(n):\n    assert n < 0\n"
    outcome = run_tests(repo, {"test_a.py": source})
    assert (len(outcome.findings), outcome.summary, outcome.note) == (200, "250 failed", "the first 200 are listed")


def test_run__captured_output_is_not_in_the_finding(repo):
    source = "def test_secret():\n    print('hunter2')\n    assert 0\n"
    assert "hunter2" not in only(run_tests(repo, {"test_a.py": source}), "tests/failed").detail


def test_run__secret_of_the_environment_is_in_no_finding(repo):
    source = "import os\ndef test_canary():\n    assert os.environ['DB_PASSWORD'] == '', os.environ['DB_PASSWORD']\n"
    outcome = run_tests(repo, {"test_a.py": source}, env={"DB_PASSWORD": "canary-4711"})
    found = only(outcome, "tests/failed")
    assert "canary-4711" not in found.message + found.detail + outcome.log
    assert "***" in found.message


def test_run__monorepo_paths_are_from_the_root(repo):
    repo.write({"pytest.ini": "[pytest]\n", "services/api/tests/test_a.py": FAILING, "services/web/test_b.py": FAILING})
    found = only(ask(CHECK, repo, folder="services/api", env=ENV), "tests/failed")
    assert str(found.location) == "services/api/tests/test_a.py:2"
    assert found.subject == "tests/test_a.py::test_wrong"


def test_run__slowest_tests(repo):
    source = "import time\ndef test_slow():\n    time.sleep(1.1)\ndef test_quick():\n    pass\n"
    (table,) = run_tests(repo, {"test_a.py": source}).tables
    assert table.folded
    assert [row.cells[0] for row in table.rows] == ["`test_a.py::test_slow`"]


def bare_environment(folder: Path) -> Path:
    """Return the interpreter of a new environment with nothing in it."""
    venv.create(folder, with_pip=False, symlinks=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bare_environment(tmp_path_factory.mktemp("bare"))


def test_run__pytest_is_not_installed(repo, bare_python):
    outcome = run_tests(repo, {"test_a.py": PASSING}, python=bare_python)
    assert (outcome.status, outcome.summary) == (Status.ERROR, "`pytest` is not installed in the project's interpreter")
    assert outcome.hint.startswith("install pytest there")


def test_run__coverage_is_not_installed(repo, bare_python):
    outcome = run_tests(repo, {"test_a.py": PASSING}, "tests: {coverage: {min: 50%}}\n", python=bare_python)
    assert (outcome.status, outcome.summary) == (
        Status.ERROR,
        "`coverage` is not installed in the project's interpreter",
    )


def covered(repo: Repository, config: str, more: dict[str, str] | None = None, **options) -> Outcome:
    """Run tests that cover three of the four lines of a library."""
    files = {"lib.py": LIBRARY, "tests/test_a.py": HALF_TESTED, ".coveragerc": COVER_LIBRARY, **(more or {})}
    return run_tests(repo, files, config, **options)


def committed(repo: Repository, name: str, content: str) -> None:
    repo.commit({name: content})


@pytest.mark.parametrize(
    ("config", "more", "note"),
    [
        pytest.param("tests: {coverage: {}}\n", {}, "coverage 75.0 %", id="measured, not judged"),
        pytest.param("tests: {coverage: {min: 75%}}\n", {}, "coverage 75.0 %", id="just enough"),
        pytest.param(
            "tests: {coverage: {min: 65%}}\n",
            {".coveragerc": COVER_LIBRARY + "branch = true\nparallel = true\n[report]\nfail_under = 99\n"},
            "coverage 66.6 %",
            id="branches, in files of each process",
        ),
    ],
)
def test_coverage__quiet(repo, config, more, note):
    outcome = covered(repo, config, more)
    assert (outcome.status, outcome.summary, outcome.note) == (Status.PASSED, "1 passed", note)
    assert not list(repo.path.glob(".coverage*.*")) and not (repo.path / ".coverage").exists()


def test_coverage__not_asked_for_is_not_measured(repo):
    assert covered(repo, "tests: {}\n").note == ""


def test_coverage__below_the_floor(repo):
    outcome = covered(repo, "tests:\n  coverage:\n    min: 80%\n")
    found = only(outcome, "tests/coverage-low")
    assert (outcome.status, found.message) == (Status.FAILED, "coverage is 75.0 %, below the 80.0 % asked for")
    assert str(found.location) == "mlgate.yaml:3"


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        pytest.param(
            "coverage.json", json.dumps({"totals": {"percent_covered": 75.5}}), "coverage 75.0 % (−0.5)", id="json"
        ),
        pytest.param(
            "coverage.xml",
            '<?xml version="1.0"?>\n<!DOCTYPE coverage SYSTEM "c.dtd">\n'
            '<coverage lines-covered="7" lines-valid="8" branches-covered="1" branches-valid="2"/>',
            "coverage 75.0 % (−5.0)",
            id="xml, lines and branches",
        ),
    ],
)
def test_coverage__change_against_the_record(repo, name, content, note):
    committed(repo, name, content)
    outcome = covered(repo, "tests: {coverage: {max_drop: 5pp}}\n", base="HEAD")
    assert (outcome.status, outcome.note) == (Status.PASSED, note)
    (measure,) = outcome.measures
    assert (measure.name, measure.current, measure.unit) == ("coverage", 75.0, "%")


def test_coverage__fell_too_far(repo):
    committed(repo, "coverage.json", json.dumps({"totals": {"percent_covered": 77.5}}))
    outcome = covered(repo, "tests: {coverage: {max_drop: 1pp}}\n", base="HEAD")
    found = only(outcome, "tests/coverage-drop")
    assert (outcome.status, outcome.note) == (Status.FAILED, "coverage 75.0 % (−2.5)")
    assert found.message == "coverage fell by 2.5 points (77.5 % → 75.0 %), more than the 1 tolerated"


def test_coverage__unknown_at_the_baseline_is_said(repo):
    committed(repo, "README.md", "text")
    outcome = covered(repo, "tests: {coverage: {max_drop: 1pp}}\n", base="HEAD")
    found = only(outcome, "tests/coverage-unknown")
    assert (outcome.status, outcome.note) == (Status.WARNED, "coverage 75.0 %")
    assert found.message == "the drop in coverage is not judged: no coverage is on record there"


def test_coverage__without_a_baseline_there_is_nothing_to_warn_of(repo):
    outcome = covered(repo, "tests: {coverage: {max_drop: 1pp}}\n")
    assert (outcome.status, only(outcome, "tests/coverage-unknown").severity) == (Status.PASSED, Severity.INFO)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param("source = elsewhere\n", "No data to report.", id="wrong source"),
        pytest.param("source = .\nomit = tests/*\n", "not one line of the measured code ran", id="nothing of it runs"),
    ],
)
def test_coverage__that_measures_nothing_is_no_pass(repo, settings, said):
    files = {"tests/test_a.py": PASSING, ".coveragerc": "[run]\n" + settings}
    outcome = covered(repo, "tests: {coverage: {min: 0%}}\n", files)
    assert outcome.status is Status.FAILED
    assert said in only(outcome, "tests/coverage").message


def test_coverage__of_failing_tests_is_not_judged(repo):
    outcome = covered(repo, "tests: {coverage: {min: 100%}}\n", {"tests/test_b.py": FAILING})
    assert (rules(outcome), outcome.note) == (["tests/failed"], "")


def test_coverage__settings_that_cannot_be_read(repo):
    outcome = covered(repo, "tests: {coverage: {}}\n", {".coveragerc": "[run\n"})
    assert (outcome.status, rules(outcome)) == (Status.ERROR, [])


def test_coverage__drop_that_is_not_in_points_is_refused(repo, mlgate):
    repo.write({"test_a.py": PASSING, "mlgate.yaml": "tests:\n  coverage:\n    max_drop: 2%\n"})
    ran = mlgate("run", "tests", cwd=repo.path)
    assert ran.code == 2
    assert "the max_drop 2% must be in points: 2pp" in ran.err
