"""The cache: what is whole is found again, what is not is as good as none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlgate.cache import Cache, open_cache


def test_entry__is_found_again(tmp_path: Path) -> None:
    Cache(tmp_path / "c").put("k", b"held")
    assert Cache(tmp_path / "c").get("k") == b"held"


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda held: held[:-1], id="cut off"),
        pytest.param(lambda held: held.replace(b"held", b"hell"), id="changed"),
        pytest.param(lambda held: b"", id="emptied"),
        pytest.param(lambda held: os.urandom(50), id="noise"),
    ],
)
def test_entry_that_is_not_whole__is_none(tmp_path: Path, spoil) -> None:
    cache = Cache(tmp_path)
    cache.put("k", b"held")
    (tmp_path / "k").write_bytes(spoil((tmp_path / "k").read_bytes()))
    assert cache.get("k") is None


def test_folder_that_cannot_be_made__keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "c")
    cache.put("k", b"held")
    assert cache.get("k") is None


def test_hash__follows_the_content_whatever_its_time_says(tmp_path: Path) -> None:
    cache, path = Cache(tmp_path / "c"), tmp_path / "d"
    path.write_bytes(b"one")
    before = cache.hash_of(path)
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(b"two")
    os.utime(path, ns=times)
    assert cache.hash_of(path) != before


def test_hash__of_an_old_file_is_not_made_again(tmp_path: Path) -> None:
    cache, path = Cache(tmp_path / "c"), tmp_path / "d"
    path.write_bytes(b"one")
    os.utime(path, ns=(10**18, 10**18))
    before = cache.hash_of(path)
    with path.open("r+b") as stream:
        stream.write(b"two")
    os.utime(path, ns=(10**18, 10**18))
    assert cache.hash_of(path) == before


def test_file__is_known_until_it_changes(tmp_path: Path) -> None:
    cache, path = Cache(tmp_path / "c"), tmp_path / "d"
    assert not cache.knows(path)
    path.write_bytes(b"one")
    os.utime(path, ns=(10**18, 10**18))
    assert not cache.knows(path)
    cache.hash_of(path)
    assert cache.knows(path)
    assert Cache(tmp_path / "c").knows(path)
    path.write_bytes(b"two")
    assert not cache.knows(path)
    assert cache.hash_of(path) == Cache(None).hash_of(path)


@pytest.mark.parametrize(
    ("env", "on"),
    [
        pytest.param({}, True, id="at home"),
        pytest.param({"CI": "true"}, False, id="on CI"),
        pytest.param({"CI": "true", "MLGATE_CACHE_DIR": "/c"}, True, id="on CI with a folder"),
        pytest.param({"CI": "false"}, True, id="not on CI"),
        pytest.param({"MLGATE_NO_CACHE": "1", "MLGATE_CACHE_DIR": "/c"}, False, id="not wanted"),
    ],
)
def test_open(tmp_path: Path, env: dict[str, str], on: bool) -> None:
    assert open_cache(env, lambda: tmp_path).is_on is on
