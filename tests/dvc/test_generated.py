"""Faults planted in generated pipelines and the example: each is named, DVC agrees, and clean ones stay quiet."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from dvc_projects import DvcProject
from generated_pipelines import PLANTS, Generated
from mlgate.demo.world import copy_example
from repositories import Repository, clean_environment

SEEDS = (1, 2, 3)
EXAMPLE = {
    "nothing": ((), set()),
    "a comment in a params file": ([("params.yaml", "  max_depth: 8", "  # no deeper\n  max_depth: 8")], set()),
    "a parameter in another spelling": ([("params.yaml", "test_share: 0.5", "test_share: 5.0e-1")], set()),
    "a command in another spelling": ([("dvc.yaml", "cmd: python -m src.train", 'cmd: "python -m src.train"')], set()),
    "a file that no stage reads": ([("mlgate.yaml", "version: 1", "version: 1\n")], set()),
    "a parameter changed that no stage takes": ([("params.yaml", "evaluate:", "other: 1\nevaluate:")], set()),
    "a stage renamed with its entry": (
        [("dvc.yaml", "  train:\n", "  fit:\n"), ("dvc.lock", "\n  train:\n", "\n  fit:\n")],
        set(),
    ),
    "a dependency changed": ([("src/train.py", "Stage train", "The stage train")], {"train"}),
    "a parameter changed": ([("params.yaml", "max_depth: 8", "max_depth: 9")], {"train"}),
    "a command changed": ([("dvc.yaml", "python -m src.evaluate", "python -O -m src.evaluate")], {"evaluate"}),
    "metrics changed by hand": ([("metrics.json", '"recall": 0.', '"recall": 0.9')], {"evaluate"}),
    "an output changed": ([("data/test.csv", "sample_id,", "sample_id ,")], {"prepare", "evaluate"}),
    "another order of stages": (
        [
            ("dvc.yaml", "  train:\n", "  later:\n"),
            ("dvc.yaml", "  evaluate:\n", "  train:\n"),
            ("dvc.yaml", "  later:\n", "  evaluate:\n"),
        ],
        {"train", "evaluate"},
    ),
    "a stage renamed": ([("dvc.yaml", "  train:\n", "  fit:\n")], {"fit"}),
    "an output taken out": ([("dvc.yaml", "    outs:\n      - out/predictions.csv\n", "")], set()),
    "a foreach in place of a stage": (
        [
            ("dvc.yaml", "  evaluate:\n    cmd: python", "  evaluate:\n    foreach: [a]\n    do:\n     cmd: python"),
            ("dvc.yaml", "    deps:\n      - data/test.csv", "     deps:\n      - data/test.csv"),
            ("dvc.yaml", "    params:\n      - evaluate\n    outs:", "     params:\n      - evaluate\n     outs:"),
            ("dvc.yaml", "    metrics:\n", "     metrics:\n"),
        ],
        {"evaluate@a"},
    ),
    "a template variable changed": (
        [
            ("dvc.yaml", "stages:", "vars: [{stage: evaluate}]\nstages:"),
            ("dvc.yaml", "-m src.evaluate", "-m  src.${stage}"),
        ],
        {"evaluate"},
    ),
}
WIDE = {
    "dvc.yaml": """\
  slice:
    foreach: ${slices}
    do:
      cmd: head -n ${item.rows} out/predictions.csv > out/slice-${key}.csv
      deps: [out/predictions.csv]
      outs: ["out/slice-${key}.csv"]
  count:
    matrix:
      part: [train, test]
      digits: ${digits}
    cmd: wc -l < data/${item.part}.csv | cut -c -${item.digits} > out/count-${key}.txt
    deps: ["data/${item.part}.csv"]
    outs: ["out/count-${key}.txt"]
  note:
    cmd: echo ${word} > out/note.txt
    outs: [out/note.txt]
vars: [word: one]
""",
    "params.yaml": "slices:\n  top: {rows: 5}\n  all: {rows: 500}\ndigits: [1, 2]\n",
}
ARMS = {
    "arms and values in another order": (
        [("params.yaml", "  top: {rows: 5}\n  all: {rows: 500}\n", "  all: {rows: 500}\n  top: {rows: 5}\n"),
         ("params.yaml", "[1, 2]", "[2, 1]")],
        set(),
    ),
    "a value in another spelling": ([("params.yaml", "rows: 500", "rows: 0x1f4")], set()),
    "a template variable that nobody names": ([("dvc.yaml", "[word: one]", "[other: 1, word: one]")], set()),
    "a template variable in another spelling": ([("dvc.yaml", "[word: one]", '[{"word": "one"}]')], set()),
    "a template variable changed": ([("dvc.yaml", "[word: one]", "[word: two]")], {"note"}),
    "an arm of a foreach added": ([("params.yaml", "  all:", "  few: {rows: 2}\n  all:")], {"slice@few"}),
    "an arm of a foreach taken out": ([("params.yaml", "  top: {rows: 5}\n", "")], set()),
    "an arm of a foreach changed": ([("params.yaml", "rows: 5}", "rows: 6}")], {"slice@top"}),
    "an arm of a foreach renamed": ([("params.yaml", "  top:", "  first:")], {"slice@first"}),
    "a value of a matrix added": ([("params.yaml", "[1, 2]", "[1, 2, 3]")], {"count@train-3", "count@test-3"}),
    "a value of a matrix taken out": ([("params.yaml", "[1, 2]", "[1]")], set()),
    "a value of a matrix changed": ([("params.yaml", "[1, 2]", "[1, 4]")], {"count@train-4", "count@test-4"}),
    "what a matrix reads changed": (
        [("data/test.csv", "sample_id,", "sample_id ,")],
        {"prepare", "evaluate", "count@test-1", "count@test-2"},
    ),
}  # fmt: skip
Copy = Callable[[int], tuple[Generated, DvcProject]]


@pytest.fixture(scope="session")
def generated_made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """A project for each seed, run once."""
    found = {}
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"generated-{seed}")
        env = clean_environment(folder / "home")
        with pytest.MonkeyPatch.context() as patch:
            project = DvcProject(Repository.create(folder / "repo", env), env, patch)
            project.init()
            Generated(seed).write(project)
            project.reproduce()
        found[seed] = project.path
    return found


@pytest.fixture
def generated(
    generated_made: Mapping[int, Path], tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Copy:
    """Gives the pipeline of a seed and a copy of its project."""

    def copied(seed: int) -> tuple[Generated, DvcProject]:
        shutil.copytree(generated_made[seed], tmp_path / "repo", symlinks=True)
        return Generated(seed), DvcProject(Repository(tmp_path / "repo", env), env, monkeypatch)

    return copied


@pytest.fixture(scope="session")
def example_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, run once."""
    folder = tmp_path_factory.mktemp("example")
    env = clean_environment(folder / "home")
    copy_example(folder / "repo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{env['PATH']}")
        made = Repository.create(folder / "repo", env)
        project = DvcProject(made, {name: value for name, value in env.items() if name != "PATH"}, patch)
        project.init()
        project.reproduce()
    return project.path


@pytest.fixture(scope="session")
def wide_made(example_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with a foreach, a matrix and a template variable, run once."""
    folder = tmp_path_factory.mktemp("wide")
    env = clean_environment(folder / "home")
    shutil.copytree(example_made, folder / "repo", symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        project = DvcProject(Repository(folder / "repo", env), env, patch)
        for name, more in WIDE.items():
            with (project.path / name).open("a") as stream:
                stream.write(more)
        project.reproduce()
    return project.path


@pytest.fixture
def wide(wide_made: Path, tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """A copy of that example with its data."""
    shutil.copytree(wide_made, tmp_path / "wide", symlinks=True)
    return DvcProject(Repository(tmp_path / "wide", env), env, monkeypatch)


@pytest.fixture
def example(example_made: Path, tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """A copy of the example with its data."""
    shutil.copytree(example_made, tmp_path / "example", symlinks=True)
    return DvcProject(Repository(tmp_path / "example", env), env, monkeypatch)


def check_out(project: DvcProject, autocrlf: str) -> None:
    """Leave the work tree as a checkout with `core.autocrlf` does: `true` is for Windows."""
    project.repo.git("config", "core.autocrlf", autocrlf)
    project.repo.git("rm", "-r", "-q", "--cached", ".")
    project.repo.git("reset", "-q", "--hard")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", PLANTS)
def test_generated__every_fault_is_named_and_nothing_else(generated, fault, seed):
    made, project = generated(seed)
    expected = PLANTS[fault](made, project)
    assert project.stale() == expected
    assert project.named() == project.dvc_stale() == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_generated__line_ends_of_another_system_are_named_as_such(generated, seed):
    _, project = generated(seed)
    check_out(project, "input")
    assert project.named() == project.dvc_stale() == set()
    check_out(project, "true")
    stale = project.stale()
    assert stale == project.dvc_stale() != set()
    for address in stale:
        assert "in its line ends alone" in project.reasons(address)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_generated__deleted_output_is_named_and_no_fault_of_the_lock(generated, seed):
    made, project = generated(seed)
    name = made.chance.choice(made.plain)
    (project.path / f"{name}.out").unlink()
    assert project.named() == project.dvc_stale() == {name, *made.after(name)}
    assert project.stale() == set()
    with project.dvc() as dvc:
        dvc.checkout()
    assert project.named() == project.dvc_stale() == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_generated__a_clone_without_data_says_the_same(generated, seed):
    made, project = generated(seed)
    expected = PLANTS["a parameter changed"](made, project) | PLANTS["an arm of a foreach added"](made, project)
    project.repo.commit()
    project.drop_data()
    assert project.stale() == project.named() == expected


@pytest.mark.parametrize("fault", EXAMPLE)
def test_example__every_fault_is_named_and_nothing_else(example, fault):
    edits, expected = EXAMPLE[fault]
    for name, old, new in edits:
        (example.path / name).chmod(0o644)
        example.edit(name, old, new)
    assert example.stale() == expected
    assert example.named() == example.dvc_stale() == expected


def test_example__broken_chain(example, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    example.edit("params.yaml", "test_share: 0.5", "test_share: 0.4")
    with example.dvc() as repo:
        repo.reproduce("prepare", single_item=True)
    assert example.named() == example.stale() == example.dvc_stale() == {"train", "evaluate"}
    assert example.reasons("train")[0].startswith("broken-chain: it ran on another `data/train.csv`")


def test_example__line_ends_of_another_system(example):
    check_out(example, "input")
    assert example.named() == example.dvc_stale() == set()
    check_out(example, "true")
    assert example.stale() == example.dvc_stale() == {"prepare", "train", "evaluate"}
    assert "changed in its line ends alone" in example.reasons("train")[0]


@pytest.mark.parametrize("fault", ARMS)
def test_example__every_fault_of_arms_and_variables_is_named_and_nothing_else(wide, fault):
    edits, expected = ARMS[fault]
    for name, old, new in edits:
        (wide.path / name).chmod(0o644)
        wide.edit(name, old, new)
    assert wide.stale() == expected
    assert wide.named() == wide.dvc_stale() == expected


def test_example__stages_in_another_order(wide):
    document = yaml.safe_load((wide.path / "dvc.yaml").read_text())
    document["stages"] = dict(reversed(document["stages"].items()))
    wide.repo.write({"dvc.yaml": yaml.safe_dump(document, sort_keys=False)})
    assert wide.named() == wide.dvc_stale() == set()


def test_example__deleted_output(wide):
    (wide.path / "out" / "model.joblib").unlink()
    (wide.path / "out" / "note.txt").unlink()
    assert wide.named() == wide.dvc_stale() == {"train", "evaluate", "note"}
    assert wide.stale() == set()
    with wide.dvc() as dvc:
        dvc.checkout()
    assert wide.named() == wide.dvc_stale() == set()


def test_example__a_clone_without_data_says_the_same(wide):
    wide.edit("params.yaml", "max_depth: 8", "max_depth: 9")
    wide.edit("params.yaml", "rows: 5}", "rows: 6}")
    wide.repo.commit()
    wide.drop_data()
    assert wide.stale() == wide.named() == {"train", "slice@top"}


def test_example__deleted_metrics_are_named(example):
    (example.path / "metrics.json").unlink()
    assert example.named() == example.dvc_stale() == {"evaluate"}
    assert "metrics.json" in example.reasons("evaluate")[0]
