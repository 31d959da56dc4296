"""Directories, DVC 2, large file storage and other content that is not one file hashed once."""

from __future__ import annotations

import pytest

from dvc_projects import DvcProject

USES_SRC = "stages:\n  s:\n    cmd: cat src/a.py > out.txt\n    deps: [src]\n    outs: [out.txt]\n"
SOURCES = {"src/a.py": "A = 1\n", "src/in/b.py": "B = 1\n"}


def made(project: DvcProject, pipeline: str, files: dict[str, str]) -> DvcProject:
    """Make a project, run it and commit it."""
    project.init({"dvc.yaml": pipeline, **files})
    project.reproduce()
    return project


def test_directory__same_without_what_git_ignores(project):
    """The lock was written in a clean folder; since then Python left its bytecode."""
    made(project, USES_SRC, {**SOURCES, ".gitignore": "__pycache__/\n"})
    project.repo.write({"src/__pycache__/a.pyc": b"\x00"})
    assert project.stale() == set()


def test_directory__same_as_it_lies_though_git_ignores_some(project):
    made(project, USES_SRC, {**SOURCES, "src/__pycache__/a.pyc": "x", ".gitignore": "__pycache__/\n"})
    assert project.stale() == project.dvc_stale() == set()


def test_directory__says_how_many_files_there_were(project):
    made(project, USES_SRC, SOURCES)
    project.repo.write({"src/in/b.py": "B = 2\n"})
    assert project.stale() == project.dvc_stale() == {"s"}
    assert project.reasons("s") == ["stale: `src` changed"]
    project.repo.write({"src/c.py": "C = 1\n"})
    assert project.reasons("s") == ["stale: `src` changed (2 files then, 3 now)"]


def test_directory__names_the_files_that_differ_where_the_old_listing_is_known(project):
    project.init({"data/a": "1", "data/b": "1"})
    project.add("data")
    project.repo.write({"data/b": "2", "data/c": "3"})
    ((_, (reason,)),) = project.assess().data
    assert reason.words == "`data` is not what `data.dvc` records (`b`, `c`)"


def test_directory__with_dvcignore(project):
    made(project, USES_SRC, {**SOURCES, ".dvcignore": "*.tmp\n"})
    project.repo.write({"src/x.tmp": "x"})
    assert project.stale() == project.dvc_stale() == set()


DATA_FOLDER = """\
stages:
  split:
    cmd: mkdir -p data/parts; echo 1 > data/train.csv; echo 2 > data/parts/a; echo 3 > data/parts/b
    outs: [data/train.csv, data/parts]
  use:
    cmd: cat data/train.csv data/parts/a > out.txt
    deps: [data]
    outs: [out.txt]
"""


def test_directory__of_outputs_and_files_of_git(project):
    made(project, DATA_FOLDER, {"data/README": "about\n"})
    assert project.stale() == project.dvc_stale() == set()
    project.edit("data/README", "about", "more about")
    assert project.stale() == project.dvc_stale() == {"use"}


def test_directory__of_outputs_without_their_data_but_with_the_cache(project):
    made(project, DATA_FOLDER, {"data/README": "about\n"})
    project.repo.git("clean", "-fdxq", "--exclude=.dvc")
    assert project.stale() == set()
    project.edit("data/README", "about", "more about")
    assert project.stale() == {"use"}


def test_directory__of_outputs_without_data_or_cache_is_said_not_to_be_compared(project):
    made(project, DATA_FOLDER, {"data/README": "about\n"})
    project.drop_data()
    assert project.stale() == set()
    assert project.reasons("use") == ["not-compared: `data` was not compared, because its data is not here"]


def test_directory__file_inside_an_output_directory(project):
    pipeline = DATA_FOLDER.replace("deps: [data]", "deps: [data/parts/a]")
    made(project, pipeline, {})
    assert project.stale() == project.dvc_stale() == set()
    project.edit("dvc.yaml", "echo 2", "echo 9")
    with project.dvc() as repo:
        repo.reproduce("split")
    assert project.stale() == project.dvc_stale() == {"use"}
    project.repo.git("clean", "-fdxq", "--exclude=.dvc")
    assert project.reasons("use") == [
        "broken-chain: it ran on another `data/parts/a` than the one that stage `split` records",
        "input-lost: `data/parts`, which it needs, is not in the work tree",
        "deleted: `out.txt` is not in the work tree, and DVC's cache has it: it was deleted, or not checked out",
    ]
    project.drop_data()
    assert project.reasons("use") == ["not-compared: `data/parts/a` was not compared, because its data is not here"]


def as_dvc_2(text: str) -> str:
    """Return a lock as DVC 2 wrote it: no `hash`."""
    return text.replace("      hash: md5\n", "")


@pytest.mark.parametrize("source", ["a = 1\n", "a = 1\r\nb = 2\r\n"], ids=["Unix", "Windows"])
def test_dvc_2__lock_without_hash_names_is_read_in_its_own_form(project, source):
    from mlgate.dvc.hashes import hash_bytes

    made(project, "stages:\n  s:\n    cmd: 'true'\n    deps: [a.py]\n    always_changed: false\n", {"a.py": source})
    lock = (project.path / "dvc.lock").read_text()
    data = source.encode()
    old = as_dvc_2(lock).replace(hash_bytes(data), hash_bytes(data, dos2unix=True))
    (project.path / "dvc.lock").write_text(old)
    assert project.stale() == project.dvc_stale() == set()
    (project.path / "a.py").write_bytes(data + b"# more\n")
    assert project.stale() == project.dvc_stale() == {"s"}


def test_large_file_storage__pointer_is_not_taken_for_the_content(project):
    made(project, "stages:\n  s:\n    cmd: 'true'\n    deps: [big.bin]\n", {"big.bin": "x" * 5000})
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 5000\n"
    project.repo.write({"big.bin": pointer})
    assert project.reasons("s") == ["not-compared: `big.bin` was not compared, because its data is not here"]


def test_dependency__that_is_nowhere(project):
    made(project, USES_SRC, SOURCES)
    for name in SOURCES:
        (project.path / name).unlink()
    assert project.stale() == project.dvc_stale() == {"s"}
    assert project.reasons("s")[0].startswith("missing: the dependency `src` is neither in git")


def test_dependency__outside_the_repository_is_said(project, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text("1\n")
    made(project, f"stages:\n  s:\n    cmd: 'true'\n    deps: [{outside}]\n", {})
    assert project.reasons("s") == []
    outside.unlink()
    assert project.reasons("s")[0].endswith("because it lies outside the repository")


def test_output__outside_the_repository_is_said(project, tmp_path):
    outside = tmp_path / "outside.csv"
    made(project, f"stages:\n  s:\n    cmd: echo 1 > {outside}\n    outs: [{outside}: {{cache: false}}]\n", {})
    told = [f"outside: the output `{outside}` was not compared, because it lies outside the repository"]
    assert (project.stale(), project.reasons("s")) == (set(), told)
    outside.unlink()
    assert (project.stale(), project.reasons("s")) == (set(), told)


def test_dependency__larger_than_a_document_is_hashed_where_git_keeps_it(project):
    made(project, "stages:\n  s:\n    cmd: 'true'\n    deps: [big.bin]\n", {"big.bin": "x" * 3_000_000})
    assert project.stale() == set()
    project.repo.write({"big.bin": "x" * 3_000_001})
    assert project.stale() == project.dvc_stale() == {"s"}


def test_output__large_and_kept_by_dvc_is_trusted_to_the_chain(project):
    command = "head -c 11000000 /dev/zero > big.bin"
    made(project, f"stages:\n  s:\n    cmd: {command}\n    outs: [big.bin]\n", {})
    (project.path / "big.bin").chmod(0o644)
    (project.path / "big.bin").write_bytes(b"x" * 11_000_000)
    assert project.stale() == set()


def test_project_in_a_folder_of_the_repository(project):
    """DVC at the top, the project below it: paths are the project's, the cache is the repository's."""
    project.init({"models/a/dvc.yaml": USES_SRC, **{f"models/a/{name}": text for name, text in SOURCES.items()}})
    project.reproduce()
    assert [status.reasons for status in project.assess("models/a").statuses] == [()]
    project.repo.write({"models/a/src/a.py": "A = 2\n"})
    (status,) = project.assess("models/a").statuses
    assert [reason.words for reason in status.reasons] == ["`src` changed"]
