"""Hashes: DVC's own are the measure."""

from __future__ import annotations

import pytest

from mlgate.dvc.hashes import hash_bytes, hash_file, hash_listing
from mlgate.dvc.records import Hash

CONTENTS = [
    pytest.param(b"", id="empty"),
    pytest.param(b"a\nb\n", id="text"),
    pytest.param(b"a\r\nb\r\n", id="text with carriage returns"),
    pytest.param(b"a\r\n\x00\r\n", id="binary with a zero byte"),
    pytest.param(b"\r\n" + bytes(range(128, 256)) * 3, id="binary by its share of strange bytes"),
    pytest.param("é".encode() * 40 + b"abc" * 100 + b"\r\n", id="text with a few accents"),
    pytest.param(b"x" * (1 << 20) + b"\x00\r\n" + b"y\r\n" * 9, id="longer than one piece"),
]


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("dos2unix", [False, True])
def test_hash_file__as_dvc_hashes(tmp_path, content, dos2unix):
    from dvc_data.hashfile.hash import file_md5

    path = tmp_path / "file"
    path.write_bytes(content)
    expected = file_md5(str(path), name="md5-dos2unix" if dos2unix else "md5")
    assert hash_file(path, dos2unix=dos2unix) == expected


def test_hash_bytes__known_value():
    """The md5 of `1` and a line end, from the md5sum program."""
    assert hash_bytes(b"1\n") == "b026324c6904b2a9cb4b88d6d61c81d1"


def test_hash_listing__as_dvc_hashes_a_directory():
    from dvc_data.hashfile.hash_info import HashInfo
    from dvc_data.hashfile.tree import Tree

    names = {"b.txt": "0" * 32, "a/é.txt": "1" * 32, "a.txt": "2" * 32, "a/z": "3" * 32, "Z": "4" * 32}
    tree = Tree()
    for name, md5 in names.items():
        tree.add(tuple(name.split("/")), None, HashInfo("md5", md5))
    tree.digest()
    assert hash_listing({name: Hash(md5) for name, md5 in names.items()}) == Hash(tree.hash_info.value)
