"""The cache: found where DVC put it, and believed only where the content has the right hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlgate.dvc.cache import Cache, find_cache
from mlgate.dvc.hashes import hash_bytes
from mlgate.dvc.records import Hash

DATA = b"a,b\r\n1,2\r\n"


def tracked(project, config: str = "") -> Hash:
    """Let DVC track a file and a directory, with this config; return the hash of the file."""
    project.init({"data.csv": DATA, "d/x": "1", "d/y/z": "2"})
    if config:
        (project.path / ".dvc" / "config.local").write_text(config)
    project.add("data.csv", "d")
    return Hash(hash_bytes(DATA))


def test_read__what_dvc_put_there(project):
    wanted = tracked(project)
    assert find_cache(project.path, project.path).read(wanted) == DATA


@pytest.mark.parametrize("folder", ["../../shared", "{tmp}/elsewhere"])
def test_read__cache_that_the_config_moved(project, tmp_path, folder):
    wanted = tracked(project, f"[cache]\n    dir = {folder.format(tmp=tmp_path)}\n")
    cache = find_cache(project.path, project.path)
    assert cache.folder is not None
    assert not cache.folder.resolve().is_relative_to(project.path / ".dvc")
    assert cache.read(wanted) == DATA


def test_read__project_folder_below_the_dvc_repository(project):
    wanted = tracked(project)
    (project.path / "models" / "a").mkdir(parents=True)
    assert find_cache(project.path / "models" / "a", project.path).read(wanted) == DATA


def test_read__layout_and_hash_of_dvc_2(tmp_path):
    wanted = Hash(hash_bytes(DATA, dos2unix=True), dos2unix=True)
    place = tmp_path / wanted.md5[:2] / wanted.md5[2:]
    place.parent.mkdir()
    place.write_bytes(DATA)
    assert Cache(tmp_path).read(wanted) == DATA


def test_listing__of_a_directory(project):
    tracked(project)
    text = (project.path / "d.dvc").read_text()
    digest = text.partition("md5: ")[2].split("\n")[0]
    found = find_cache(project.path, project.path).listing(Hash(digest))
    assert found == {"x": Hash(hash_bytes(b"1")), "y/z": Hash(hash_bytes(b"2"))}


def test_read__absent(project):
    wanted = tracked(project)
    project.drop_data()
    assert find_cache(project.path, project.path).read(wanted) is None


def test_read__no_cache_at_all(tmp_path):
    assert find_cache(tmp_path, tmp_path).read(Hash("0" * 32)) is None


def place_of(cache: Cache, wanted: Hash) -> Path:
    """Return where an object lies, made writable."""
    assert cache.folder is not None
    place = cache.folder / "files" / "md5" / wanted.md5[:2] / wanted.md5[2:]
    place.chmod(0o644)
    return place


def test_read__damaged_object_is_not_believed(project):
    wanted = tracked(project)
    cache = find_cache(project.path, project.path)
    place_of(cache, wanted).write_bytes(b"other")
    assert cache.read(wanted) is None


def test_read__object_larger_than_the_limit(project):
    wanted = tracked(project)
    assert find_cache(project.path, project.path).read(wanted, limit=len(DATA) - 1) is None


@pytest.mark.parametrize(
    "listing", [b"[]x", b"{}", b'[{"md5": 1}]', b'[{"md5": "0", "relpath": "../../etc/passwd"}]', b'["a"]', b"\xff"]
)
def test_listing__nonsense_is_no_listing(tmp_path, listing):
    wanted = Hash(hash_bytes(listing) + ".dir")
    place = tmp_path / "files" / "md5" / wanted.md5[:2] / wanted.md5[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes(listing)
    assert not Cache(tmp_path).listing(wanted)
