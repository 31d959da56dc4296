"""What a project says of its tests: whether it has any, and whether it has switched pytest-cov on."""

from __future__ import annotations

import pytest

from mlgate.pytest_run.settings import has_test_files, uses_pytest_cov


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("src/model.py", id="a module"),
        pytest.param("tests/conftest.py", id="a conftest"),
        pytest.param("data/test_set.csv", id="data"),
        pytest.param("src/test.py", id="a script called test"),
        pytest.param("contest_one.py", id="test in the middle"),
    ],
)
def test_has_test_files__quiet(path):
    assert not has_test_files([path])


@pytest.mark.parametrize("path", ["test_model.py", "tests/unit/test_model.py", "src/model_test.py"])
def test_has_test_files__found(path):
    assert has_test_files(["README.md", path])


@pytest.mark.parametrize(
    ("args", "settings", "addopts"),
    [
        pytest.param([], [], "", id="nothing said"),
        pytest.param(["-k", "cov"], [{"addopts": "-q"}], "-x", id="other options"),
        pytest.param(["--cov-report=xml"], [], "", id="only the kind of the report"),
    ],
)
def test_uses_pytest_cov__quiet(args, settings, addopts):
    assert not uses_pytest_cov(args, settings, addopts)


@pytest.mark.parametrize(
    ("args", "settings", "addopts"),
    [
        pytest.param(["--cov=src"], [], "", id="argument"),
        pytest.param([], [{}, {"addopts": "-q --cov --cov-report=term"}], "", id="settings, as text"),
        pytest.param([], [{"addopts": ["-q", "--cov=src"]}], "", id="settings, as a list"),
        pytest.param([], [{"addopts": "--cov='my src"}], "", id="settings with a quote too few"),
        pytest.param([], [], "--cov=src -q", id="environment"),
    ],
)
def test_uses_pytest_cov__found(args, settings, addopts):
    assert uses_pytest_cov(args, settings, addopts)
