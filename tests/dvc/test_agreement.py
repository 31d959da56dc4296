"""DVC is the judge: over planted faults, the same stages are stale and the same files are metrics."""

from __future__ import annotations

import shutil

import pytest

FAULTS = {
    "nothing": ((), set()),
    "comments, order and blank lines": (
        [("dvc.yaml", "vars:\n", "# a note\n\nvars:\n"), ("params.yaml", "prepare:", "# rows\nprepare:")],
        set(),
    ),
    "a value nobody reads": ([("conf/settings.py", "OTHER = 2", "OTHER = 3")], set()),
    "a key that only a list names": ([("conf/train.json", '"sgd"', '"adam"')], set()),
    "a description": ([("dvc.yaml", "Cleans the raw data", "Cleans")], set()),
    "a frozen stage's dependency": ([("metrics.json", "0.9", "0.9 ")], {"evaluate"}),
    "a file in git": ([("src/prepare.sh", "# prepare", "# other")], {"prepare"}),
    "a file in a directory": ([("src/lib/deep/b.py", "B = 1", "B = 2")], {"train@0", "train@1"}),
    "a parameter": ([("params.yaml", "rows: 100", "rows: 200")], {"prepare"}),
    "a parameter in JSON": ([("conf/train.json", "0.01", "0.02")], {"train@0", "train@1"}),
    "an item of a list in JSON": ([("conf/train.json", "32", "33")], {"train@0", "train@1"}),
    "a parameter in a Python class": ([("conf/settings.py", "epochs = 10", "epochs = 11")], {"train@0", "train@1"}),
    "a parameter in Python": ([("conf/settings.py", "SEED = 1", "SEED = 7")], {"train@0", "train@1"}),
    "a whole params file": (
        [("conf/all.toml", "value = 1", "value = 2")],
        {"grid@s-0.1", "grid@m-0.1", "grid@s-0.001", "grid@m-0.001"},
    ),
    "a new key in a whole params file": (
        [("conf/all.toml", "value = 1", "value = 1\nmore = 2")],
        {"grid@s-0.1", "grid@m-0.1", "grid@s-0.001", "grid@m-0.001"},
    ),
    "a parameter taken out": ([("params.yaml", "  rows: 100", "  lines: 100")], {"prepare"}),
    "a parameter asked for in addition": (
        [("dvc.yaml", "      - prepare.rows\n", "      - prepare.rows\n      - rates\n")],
        {"prepare"},
    ),
    "a parameter no longer asked for": (
        [("dvc.yaml", "            - SEED\n", "")],
        set(),
    ),
    "a command": ([("dvc.yaml", "echo two", "echo three")], {"report"}),
    "a command that became a list": (
        [("dvc.yaml", "cmd: echo now > snapshot.txt", "cmd: [echo now > snapshot.txt]")],
        {"snapshot"},
    ),
    "a variable that a command names": ([("dvc.yaml", "threads: 4", "threads: 8")], {"prepare"}),
    "a variable of a file that paths name": (
        [("conf/paths.yaml", "data: data", "data: data/./")],
        {"prepare", "train@0", "train@1"},
    ),
    "a value of a foreach": ([("params.yaml", "depth: 8", "depth: 9")], {"train@1"}),
    "an arm of a foreach added": (
        [("params.yaml", "rates:", "  - name: huge\n    depth: 9\nrates:")],
        {"train@2"},
    ),
    "an arm of a foreach taken out": (
        [
            ("params.yaml", "  - name: big\n    depth: 8\n", ""),
            ("dvc.yaml", "      - ../model-big.bin\n", ""),
        ],
        set(),
    ),
    "a value of a matrix": ([("params.yaml", "[0.1, 1e-3]", "[0.1, 1e-4]")], {"grid@s-0.0001", "grid@m-0.0001"}),
    "a value of a matrix in another spelling": ([("params.yaml", "[0.1, 1e-3]", "[0.10, 0.001]")], set()),
    "an output listed in addition": (
        [("dvc.yaml", "    outs:\n      - pages\n", "    outs:\n      - pages\n      - more.txt\n")],
        {"report"},
    ),
    "an output no longer listed": ([("dvc.yaml", "      - cached.json\n", "")], set()),
    "a dependency listed in addition": (
        [("dvc.yaml", "      - src/prepare.sh\n", "      - src/prepare.sh\n      - src/lib\n")],
        {"prepare"},
    ),
    "a dependency no longer listed": ([("dvc.yaml", "      - src/evaluate.sh\n", "")], set()),
    "a stage renamed": ([("dvc.yaml", "  report:\n", "  pages:\n")], {"pages"}),
    "a stage of another folder": ([("sub/tool.sh", "# tool", "# other")], {"sub/dvc.yaml:count"}),
    "a parameter of another folder": ([("sub/params.yaml", "limit: 5", "limit: 6")], {"sub/dvc.yaml:count"}),
    "an output edited by hand": ([("metrics.json", "0.9", "0.99")], {"evaluate"}),
    "data edited by hand": ([("raw.csv", "1,2", "3,4")], {"raw.csv.dvc", "prepare", "sub/dvc.yaml:count"}),
    "an output of DVC edited by hand": (
        [("data/clean.csv", "a,b", "b,c")],
        {"prepare", "train@0", "train@1"},
    ),
    "a file in an output directory edited by hand": (
        [("reports/pages/two.txt", "two", "three")],
        {"report"},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_status__names_the_stages_that_dvc_names(rich, fault):
    edits, expected = FAULTS[fault]
    for name, old, new in edits:
        (rich.path / name).chmod(0o644)
        rich.edit(name, old, new)
    assert rich.stale() == expected
    assert rich.named() == rich.dvc_stale() == expected


GONE = {
    "data/clean.csv": {"prepare", "train@0", "train@1"},
    "data/threads.txt": {"prepare"},
    "model-big.bin": {"train@1", "report"},
    "grid-s-0.1.txt": {"grid@s-0.1"},
    "reports/pages": {"report", "evaluate"},
    "metrics.json": {"evaluate"},
    "cached.json": {"evaluate"},
    "deployed.json": {"deploy"},
    "snapshot.txt": {"snapshot"},
    "raw.csv": {"raw.csv.dvc", "prepare", "sub/dvc.yaml:count"},
    "sub/scores": {"sub/dvc.yaml:count"},
}


def remove(rich, path):
    """Delete a file or a directory."""
    place = rich.path / path
    shutil.rmtree(place) if place.is_dir() else place.unlink()


@pytest.mark.parametrize("path", GONE)
def test_status__deleted_output_is_named_where_dvc_names_it_and_the_lock_stays_true(rich, path):
    remove(rich, path)
    assert (rich.named(), rich.stale()) == (GONE[path], set())
    assert {name for name in rich.dvc_stale() if name != "snapshot"} == GONE[path] - {"snapshot"}


def test_status__deleted_outputs_that_came_back_are_quiet(rich):
    for path in GONE:
        remove(rich, path)
    rich.repo.git("checkout", "-q", "--", ".")
    with rich.dvc() as dvc:
        dvc.checkout()
    assert rich.named() == rich.dvc_stale() == set()


def test_status__file_deleted_in_an_output_directory_is_stale_as_dvc_says(rich):
    (rich.path / "reports/pages/two.txt").unlink()
    assert rich.stale() == rich.named() == rich.dvc_stale() == {"report"}


def test_status__output_directory_that_was_emptied_counts_as_deleted(rich):
    remove(rich, "reports/pages")
    (rich.path / "reports/pages").mkdir()
    assert (rich.named(), rich.stale()) == ({"report", "evaluate"}, set())
    assert rich.dvc_stale() == {"report", "evaluate"}


def test_status__empty_directory_in_a_clone_without_data_is_no_fault(rich):
    rich.drop_data()
    (rich.path / "reports/pages").mkdir()
    assert rich.named() == set()


def test_status__broken_chain_names_the_stage_that_dvc_names(rich):
    """Someone ran `prepare` again and committed only half of what it wrote."""
    rich.edit("src/prepare.sh", "# prepare", "# other")
    with rich.dvc() as dvc:
        dvc.reproduce("prepare")
    assert rich.stale() == rich.dvc_stale() == {"train@0", "train@1"}
    assert rich.reasons("train@0")[0].startswith("broken-chain: it ran on another `data/clean.csv`")


def test_status__working_folder_that_moved_is_no_fault_once_checked_out(rich):
    rich.edit("dvc.yaml", "    wdir: reports\n", "    wdir: moved\n")
    rich.edit("dvc.yaml", "    deps:\n      - reports/", "    deps:\n      - moved/")
    (rich.path / "moved").mkdir()
    with rich.dvc() as dvc:
        dvc.checkout()
    assert rich.stale() == rich.dvc_stale() == {"evaluate"}


def test_status__without_any_data_says_the_same(rich):
    rich.edit("params.yaml", "rows: 100", "rows: 200")
    rich.edit("src/lib/a.py", "A = 1", "A = 2")
    rich.repo.commit()
    with_data = rich.stale()
    rich.drop_data()
    assert rich.stale() == rich.named() == with_data == {"prepare", "train@0", "train@1"}


def test_status__after_dvc_repro_is_true(rich):
    rich.edit("params.yaml", "rows: 100", "rows: 200")
    rich.edit("params.yaml", "name: small", "name: tiny")
    rich.edit("src/lib/a.py", "A = 1", "A = 2")
    assert rich.stale() == {"prepare", "train@0", "train@1"}
    rich.reproduce()
    assert rich.stale() == rich.dvc_stale() == set()
