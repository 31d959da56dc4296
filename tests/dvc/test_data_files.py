"""`.dvc` files: data added and imported, and what is wrong with them."""

from __future__ import annotations

import pytest

from mlgate.documents import DocumentError
from mlgate.dvc.data_files import read_data_file
from repositories import Repository

ADDED = """\
outs:
- md5: c157a79031e1c40f85931829bc5fc552
  size: 4
  hash: md5
  path: data.csv
"""


def test_stale__untouched_imports_are_true(project, env, tmp_path):
    source = Repository.create(tmp_path / "source", env)
    source.commit({"plain.txt": "1\n", "folder/x": "2\n"})
    (tmp_path / "outside.csv").write_text("a\n")
    project.init()
    with project.dvc() as repo:
        repo.imp_url(str(tmp_path / "outside.csv"), "here.csv")
        repo.imp(str(source.path), "plain.txt")
        repo.imp(str(source.path), "folder")
    described = (project.path / "folder.dvc").read_text() + "desc: a folder\nmeta:\n  owner: ana\n"
    project.repo.commit({"folder.dvc": described})
    assert project.stale() == project.dvc_stale() == set()


def test_stale__import_edited_by_hand(project, tmp_path):
    (tmp_path / "outside.csv").write_text("a\n")
    project.init()
    with project.dvc() as repo:
        repo.imp_url(str(tmp_path / "outside.csv"), "here.csv")
    project.edit("here.csv.dvc", "outside.csv", "other.csv")
    assert project.stale() == project.dvc_stale() == {"here.csv.dvc"}


def test_stale__data_that_changed_in_the_work_tree(project):
    project.init({"data.csv": "a\n", "folder/x": "1", "other/x": "1"})
    project.add("data.csv", "folder", "other")
    project.repo.write({"folder/x": "2", "other/y": "new"})
    (project.path / "data.csv").chmod(0o644)
    (project.path / "data.csv").write_text("b\n")
    assert project.stale() == project.dvc_stale() == {"data.csv.dvc", "folder.dvc", "other.dvc"}


def test_stale__data_that_was_not_pulled_is_no_fault(project):
    project.init({"data.csv": "a\n", "folder/x": "1"})
    project.add("data.csv", "folder")
    project.repo.commit()
    project.drop_data()
    assert project.stale() == set()


def test_read_data_file__working_folder_counts(project):
    project.repo.write({"sub/data.csv.dvc": "wdir: ../raw\n" + ADDED})
    with project.files() as files:
        ((output, item),) = read_data_file(files, "sub/data.csv.dvc").outs
    assert (output.path, output.cache, output.line) == ("raw/data.csv", True, 3)
    assert item.hash is not None
    assert not item.hash.dos2unix


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("outs: [\n", 2, "not valid YAML", id="not YAML"),
        pytest.param("outs:\n- md5: 123\n  path: a\n", 2, "`123` is no md5", id="a hash that is none"),
        pytest.param("outs:\n- md5: c157a79031e1c40f85931829bc5fc552\n", 2, "`path` is missing", id="no path"),
        pytest.param("outs: data.csv\n", 1, "`outs` must be a list", id="outputs that are no list"),
        pytest.param("cmd: python train.py\nouts: []\n", 1, "a command in a `.dvc` file", id="a stage of DVC 0"),
        pytest.param("out:\n- path: a\n", 1, "unknown key `out`", id="a misspelt key"),
        pytest.param(f"<<<<<<< HEAD\n{ADDED}=======\n{ADDED}>>>>>>> x\n", 1, "conflict markers", id="conflict markers"),
    ],
)
def test_read_data_file__bad_file_is_told_at_its_line(project, text, line, words):
    project.repo.write({"data.csv.dvc": text})
    with project.files() as files, pytest.raises(DocumentError) as told:
        read_data_file(files, "data.csv.dvc")
    assert words in told.value.message
    assert told.value.position is not None
    assert told.value.position.line == line
